"""Rows on which a labeling function failed are tried again when asked."""

from __future__ import annotations

import re
from pathlib import Path

from tests.services.function_scripts import script
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.rows import function_rows
from workbench.services.project import Project

DOWN = """
import os
@labeling_function()
def asks(record):
    fd = os.open(record.uid + ".asked", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.write(fd, b"x")
    os.close(fd)
    if os.path.exists("{down}"):
        raise ConnectionError("the service is down")
    return "spam" if "free" in record.text else ABSTAIN
"""


def test_failed_rows_are_tried_again_only_when_asked(filled: Project, tmp_path: Path) -> None:
    n = filled.store.examples.count()
    flag = tmp_path / "down"
    flag.touch()
    script(filled, DOWN.format(down=flag) + "keywords('sound', ['free'], 'spam')\n")
    (broken,) = [lf for lf in apply_functions(filled).functions if lf.name == "asks"]
    assert (broken.n_errors, broken.n_votes) == (n, 0)
    assert broken.failing == f"failed on {n:,} of {n:,} rows"
    flag.unlink()
    (still,) = [lf for lf in apply_functions(filled).functions if lf.name == "asks"]
    assert (still.n_rows, still.retry) == (0, f"failed on {n:,} rows, which abstain")
    row = next(row for row in list_functions(filled).functions if row.name == "asks")
    assert (row.state, row.is_failing, row.is_dead) == ("current", True, True)
    mended = {lf.name: lf for lf in apply_functions(filled, retry=True).functions}
    assert (mended["asks"].n_rows, mended["asks"].n_errors) == (n, 0)
    assert mended["asks"].n_votes > 0
    assert mended["sound"].n_rows == 0
    row = next(row for row in list_functions(filled).functions if row.name == "asks")
    assert (row.state, row.n_errors, row.is_failing) == ("current", 0, False)
    again = {lf.name: lf for lf in apply_functions(filled, retry=True).functions}
    assert again["asks"].n_rows == 0
    assert again["asks"].retry is None


def test_a_retry_keeps_the_votes_and_runs_the_rest(filled: Project, tmp_path: Path) -> None:
    flag = tmp_path / "down"
    flag.touch()
    body = DOWN.format(down=flag).replace("if os", "if len(record.text) % 2 and os")
    script(filled, body)
    first = next(lf for lf in apply_functions(filled).functions if lf.name == "asks")
    assert 0 < first.n_errors < first.n_rows
    flag.unlink()
    retried = next(lf for lf in apply_functions(filled, only=["asks"], retry=True).functions)
    asked = {path.stem: len(path.read_text()) for path in filled.root.glob("*.asked")}
    texts = {e.uid: e.text for e in filled.store.examples.iterate(1)}
    for uid, text in texts.items():
        voted_at_once = "free" in text and len(text) % 2 == 0
        assert asked[uid] == (1 if voted_at_once else 2)
    votes = {v.uid for v in function_rows(filled, "asks", "right", limit=10_000).rows}
    votes |= {v.uid for v in function_rows(filled, "asks", "wrong", limit=10_000).rows}
    missed = [text for text in texts.values() if "free" not in text or len(text) % 2]
    assert retried.n_rows == len(missed)
    assert retried.n_votes == sum("free" in text for text in missed)
    assert votes <= {uid for uid, text in texts.items() if "free" in text}


def test_a_retry_leaves_blocks_alone_in_which_nothing_is_to_be_tried(
    filled: Project, tmp_path: Path
) -> None:
    more = tmp_path / "more.csv"
    more.write_text("id,text\n" + "".join(f"new{i},text {i}\n" for i in range(600)))
    import_files(filled, [more])  # all votes in the first of two blocks will stand
    n = filled.store.examples.count()
    flag = tmp_path / "down"
    flag.touch()
    script(
        filled,
        "import os\n@labeling_function(batch=True)\ndef counts(columns):\n"
        "    longest = max(map(len, columns.text))\n"
        f"    down = os.path.exists({str(flag)!r})\n"
        "    if down and 'new599' in columns.uid:\n        raise OSError('down')\n"
        "    return [int(longest > 0)] * len(columns)\n",
    )
    (first,) = [lf for lf in apply_functions(filled).functions if lf.name == "counts"]
    assert (first.n_rows, first.n_errors) == (n, 1)
    flag.unlink()
    (second,) = [lf for lf in apply_functions(filled, retry=True).functions if lf.name == "counts"]
    assert (second.n_rows, second.n_votes, second.n_errors) == (1, 1, 0)
    assert (second.row_by_row, second.retry) == (None, None)
    (row,) = [row for row in list_functions(filled).functions if row.name == "counts"]
    assert (row.state, row.coverage) == ("current", 1.0)


def test_an_error_of_another_type_in_a_later_block_is_kept(filled: Project, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("id,text\n" + "".join(f"new{i},text {i}\n" for i in range(600)))
    import_files(filled, [more])
    script(
        filled,
        "@labeling_function()\ndef fails(record):\n    if record.uid == 'new590':\n"
        "        raise ConnectionError('down')\n    raise ValueError('always')\n",
    )
    (failed,) = apply_functions(filled, only=["fails"]).functions
    assert failed.n_errors == filled.store.examples.count()
    assert [error.type for error in failed.errors] == ["ValueError"] * 20 + ["ConnectionError"]
    (version,) = (one for one in filled.store.votes.in_force() if one.name == "fails")
    stored = filled.store.votes.errors(version.lf_version_id)
    assert {error.type for error in stored} == {"ValueError", "ConnectionError"}


def test_a_retry_after_a_longer_limit_lifts_a_quarantine(filled: Project) -> None:
    # Too slow on the first ten rows, whatever else the machine does.
    head = "import time\n@labeling_function()\ndef slow(record):\n"
    script(filled, f"{head}    time.sleep(0.3 * (len(record.uid) == 2))\n    return 1\n")
    config = filled.root / "workbench.toml"
    text = config.read_text()
    assert "row_timeout" in text
    config.write_text(re.sub(r"(?m)^#? ?row_timeout = .*$", "row_timeout = 0.04", text))
    with Project(filled.root) as project:
        (first,) = apply_functions(project, only=["slow"]).functions
        assert first.quarantined
        assert first.n_votes == 0
    config.write_text(re.sub(r"(?m)^row_timeout = .*$", "row_timeout = 60.0", config.read_text()))
    with Project(filled.root) as project:
        (second,) = apply_functions(project, only=["slow"]).functions
        assert second.n_rows == 0
        assert str(second.retry).startswith("is quarantined")
        (third,) = apply_functions(project, only=["slow"], retry=True).functions
        assert third.n_votes == project.store.examples.count()
        assert third.quarantined is None


def test_a_retried_function_votes_on_new_rows_and_a_changed_one_anew(
    filled: Project, tmp_path: Path
) -> None:
    flag = tmp_path / "down"
    flag.touch()
    path = script(filled, DOWN.format(down=flag))
    apply_functions(filled)
    flag.unlink()
    apply_functions(filled, retry=True)
    more = tmp_path / "more.csv"
    more.write_text("id,text\nnew1,free money\nnew2,hello\n")
    import_files(filled, [more])
    (applied,) = [lf for lf in apply_functions(filled).functions if lf.name == "asks"]
    assert (applied.n_rows, applied.n_votes) == (2, 1)
    path.write_text(path.read_text().replace('"free"', '"money"'))
    (changed,) = [lf for lf in apply_functions(filled).functions if lf.name == "asks"]
    assert changed.n_rows == filled.store.examples.count()
