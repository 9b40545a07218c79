"""What a labeling function does to its data or its process, the next one does not see."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Votes = Callable[..., dict[str, list[int]]]

ROWS = [{"uid": str(i), "text": "a", "role": "train"} for i in range(4)]

SPOILERS = {
    "list": "    record.tags.pop()\n    return 1\n",
    "dict in a list": "    record.tags[0]['k'].clear()\n    return 1\n",
    "by meta": "    record.meta['tags'].clear()\n    return 1\n",
    "and written": "    record.tags.clear()\n    record.text = 'b'\n    return 1\n",
    "and replaced": "    record.tags.clear()\n    record.tags = None\n    return 1\n",
    "failing": "    record.tags.clear()\n    raise ValueError\n",
}


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Examples with a list of dicts each, as JSON lines have them."""
    return [{**row, "tags": [{"k": ["x"]}]} for row in ROWS]


@pytest.mark.parametrize("how", SPOILERS)
def test_a_list_that_one_function_changes_is_whole_for_the_next(
    how: str, write: Callable[..., Path], run_votes: Votes, rows: list[dict[str, Any]]
) -> None:
    write(
        "main.py",
        f"@labeling_function()\ndef a_spoils(record):\n{SPOILERS[how]}"
        "@labeling_function()\ndef b_reads(record):\n"
        "    return int(record.tags == [{'k': ['x']}] and record.text == 'a')\n"
        "@labeling_function(batch=True)\ndef c_reads(columns):\n"
        "    return [int(tags == [{'k': ['x']}]) for tags in columns.tags]\n"
        "keywords('d_reads', ['x'], 'spam', column='tags')\n",
    )
    votes = run_votes(rows)
    assert votes["b_reads"] == votes["c_reads"] == votes["d_reads"] == [1] * 4


def test_a_list_is_whole_for_the_rows_after_the_whole_block_failed(
    write: Callable[..., Path], run_votes: Votes, rows: list[dict[str, Any]]
) -> None:
    write(
        "main.py",
        "@labeling_function(batch=True)\ndef spoils(columns):\n"
        "    found = [len(tags) for tags in columns.tags]\n"
        "    for tags in columns.tags:\n        tags.clear()\n"
        "    if len(columns) > 1:\n        raise ValueError\n"
        "    return found\n"
        "@labeling_function()\ndef z_reads(record):\n    return len(record.tags)\n",
    )
    votes = run_votes(rows)
    assert votes["spoils"] == votes["z_reads"] == [1] * 4


def test_a_column_has_the_name_of_what_python_calls(
    write: Callable[..., Path], run_votes: Votes
) -> None:
    write(
        "main.py",
        "@labeling_function()\ndef a(record):\n    record.text = 'b'\n    return record.reset\n"
        "@labeling_function()\ndef b(record):\n    return record.reset\n",
    )
    assert run_votes([{**row, "reset": 1} for row in ROWS])["b"] == [1] * 4


def test_each_function_starts_in_the_folder_of_the_project(
    folder: Path, write: Callable[..., Path], run_votes: Votes
) -> None:
    (folder.parent / "words.txt").write_text("a")
    write("a_first.py", "import os\nos.chdir('/')\n")
    write(
        "main.py",
        "import os\nAT = os.getcwd()\n"
        "@labeling_function()\ndef a_leaves(record):\n    os.chdir('/')\n    return 0\n"
        "@labeling_function()\ndef b_reads(record):\n"
        "    return int(open('words.txt').read() == record.text)\n"
        "@labeling_function()\ndef c_knows(record):\n    return int(os.getcwd() == AT)\n",
    )
    here = os.getcwd()
    votes = run_votes(ROWS)
    assert votes["b_reads"] == votes["c_knows"] == [1] * 4
    assert os.getcwd() == here
