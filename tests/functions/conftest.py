"""Folders of scripts, and short ways to load and run them in real workers."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.functions.runner import (
    BlockResult,
    FunctionRunner,
    LFInfo,
    LoadedFunctions,
    RecordBlock,
    load_functions,
)

CLASSES = ("ham", "spam")
IMPORTS = "from workbench import ABSTAIN, keywords, labeling_function, regex\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of labeling functions in a project."""
    path = tmp_path / "labeling_functions"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Write a script; the usual imports go before it, on its first line."""

    def write(name: str, text: str, *, imports: bool = True) -> Path:
        path = folder / name
        path.write_text((IMPORTS if imports else "") + textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(folder: Path) -> Callable[..., LoadedFunctions]:
    """Load the folder."""
    return lambda timeout=120.0: load_functions(folder, CLASSES, timeout=timeout)


@pytest.fixture
def load_infos(load: Callable[..., LoadedFunctions]) -> Callable[[], dict[str, LFInfo]]:
    """Load a folder that has no errors; the functions by name."""

    def load_infos() -> dict[str, LFInfo]:
        loaded = load()
        assert loaded.errors == ()
        return {info.name: info for info in loaded.infos}

    return load_infos


@pytest.fixture
def load_and_run(folder: Path) -> Callable[..., tuple[LoadedFunctions, list[BlockResult]]]:
    """Load the folder and apply its functions, all or by name, to texts or to whole examples."""

    def load_and_run(
        examples: Sequence[Any],
        *,
        names: Sequence[str] | None = None,
        block_size: int = 1000,
        **options: Any,
    ) -> tuple[LoadedFunctions, list[BlockResult]]:
        rows = [
            {"uid": str(i), "text": example, "role": "train"}
            if isinstance(example, str)
            else example
            for i, example in enumerate(examples)
        ]
        keys = dict.fromkeys(key for row in rows for key in row)
        columns = {key: [row.get(key) for row in rows] for key in keys}
        blocks = [
            RecordBlock(i, {key: column[i : i + block_size] for key, column in columns.items()})
            for i in range(0, len(rows), block_size)
        ]
        options = {"row_timeout": 60.0, "load_timeout": 120.0, **options}
        with FunctionRunner(folder, CLASSES, **options) as runner:
            found = [info.name for info in runner.functions.infos]
            return runner.functions, list(runner.apply(found if names is None else names, blocks))

    return load_and_run


@pytest.fixture
def run(
    load_and_run: Callable[..., tuple[LoadedFunctions, list[BlockResult]]],
) -> Callable[..., list[BlockResult]]:
    """The same, and only what it answers."""
    return lambda examples, **options: load_and_run(examples, **options)[1]


@pytest.fixture
def run_votes(run: Callable[..., list[BlockResult]]) -> Callable[..., dict[str, list[int]]]:
    """The same, and only the votes of each function."""

    def run_votes(examples: Sequence[Any], **options: Any) -> dict[str, list[int]]:
        results = run(examples, **options)
        return {
            name: np.concatenate([result.votes[name] for result in results]).tolist()
            for name in results[0].votes
        }

    return run_votes
