"""The words of a text that labeling functions look for, and those that go with a belief.

Nothing of a project's code is run for this: the words are read from the stored sources.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

import numpy as np

from workbench.methods.class_words import words_of_classes
from workbench.methods.row_choice import sample_rows
from workbench.services.beliefs import model_beliefs
from workbench.services.project import Project
from workbench.services.trail import Vote

MAX_CHARACTERS: Final = 5_000
"""Only so many first characters of a text are searched."""

_MOST_SPANS: Final = 200
_SHORTEST_WORD, _LONGEST_WORD = 2, 60
_N_SAMPLE: Final = 4_000
_WORD: Final = re.compile(r"\w+")
_PATTERN_CALLS: Final = frozenset(
    {"compile", "search", "match", "fullmatch", "findall", "finditer", "regex"}
)
_SHORT_REPEAT: Final = 8
_NESTED: Final = 100
_CHARACTERS_BY_REPEATS: Final = {0: MAX_CHARACTERS, 1: MAX_CHARACTERS, 2: 1_000}
"""How much is searched for a pattern with so many open repetitions; with more, nothing."""
_NO_PATTERNS: Final = frozenset({"name", "label", "column"})


@dataclass(frozen=True, slots=True)
class Highlight:
    """A part of a text that speaks for a class.

    ``by`` is the labeling function that looks for it; None: a word that goes with the model's
    belief.
    """

    start: int
    end: int
    label: str
    by: str | None


@dataclass(frozen=True, slots=True)
class ModelWords:
    """The words that go with the beliefs of a run, each with its class."""

    run_id: int | None
    words: Mapping[str, str]


NO_WORDS: Final = ModelWords(None, {})


def words_run(project: Project) -> int | None:
    """Return the run that `model_words` would read; None where there is none."""
    for kind in ("train", "aggregate"):
        run = project.store.runs.last_done(kind)
        if run is not None:
            return run.run_id
    return None


def model_words(project: Project) -> ModelWords:
    """Return the words that the beliefs of the model in use go with.

    Of over 4,000 rows, so many are drawn, with the seed of the project.

    Parameters
    ----------
    project
        The project.
    """
    beliefs = model_beliefs(project, "train") or model_beliefs(project, "aggregate")
    if beliefs is None:
        return NO_WORDS
    rng = np.random.default_rng(project.config.seed)
    rows = sample_rows(np.flatnonzero(beliefs.informed), _N_SAMPLE, rng)
    texts, found = [], []
    for row in rows:
        example = project.store.examples.get(int(row) + 1)
        if example is not None:
            texts.append(example.text)
            found.append(row)
    classes = project.classes
    words = words_of_classes(texts, beliefs.probs[np.array(found, dtype=np.int64)])
    return ModelWords(beliefs.run_id, {word: classes[k] for word, (k, _) in words.items()})


def highlights(
    text: str,
    votes: Iterable[Vote],
    words: ModelWords,
    classes: Sequence[str],
    *,
    believed: Collection[str] | None = None,
) -> list[Highlight]:
    """Return the parts of a text to bring out, by where they begin; none overlaps another.

    Parameters
    ----------
    text
        The text of an example.
    votes
        What the labeling functions say of it: of those that vote, the words in their sources.
    words
        From `model_words`.
    classes
        Class names, which are no words to look for.
    believed
        The classes whose model words are brought out; all by default.
    """
    text = text[:MAX_CHARACTERS]
    found = [
        Highlight(start, end, vote.vote, vote.lf)
        for vote in votes
        if vote.vote is not None
        for start, end in _matches(text, vote.source, tuple(classes))
    ]
    taken = [(mark.start, mark.end) for mark in found]
    for word in _WORD.finditer(text):
        label = words.words.get(word[0].casefold())
        if label is None or (believed is not None and label not in believed):
            continue
        if not any(start < word.end() and word.start() < end for start, end in taken):
            found.append(Highlight(word.start(), word.end(), label, None))
    return _apart(found)


def _apart(found: list[Highlight]) -> list[Highlight]:
    """Return the parts in order, without those that begin inside another."""
    kept: list[Highlight] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept[:_MOST_SPANS]


def _matches(text: str, source: str, classes: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    words, patterns = _looked_for(source, classes)
    for word in words:
        whole = re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        spans = [match.span() for match in whole]
        if not spans:
            spans = [match.span() for match in re.finditer(re.escape(word), text, re.IGNORECASE)]
        yield from spans[:_MOST_SPANS]
    for pattern, limit in patterns:
        for i, match in enumerate(pattern.finditer(text, 0, limit)):
            if i == _MOST_SPANS:
                break
            if match.end() > match.start():
                yield match.span()


@lru_cache(maxsize=512)
def _looked_for(
    source: str, classes: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[re.Pattern[str], int], ...]]:
    """Return the words and the compiled patterns that a source holds."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except (SyntaxError, ValueError, RecursionError):
        return (), ()
    words: list[str] = []
    patterns: list[tuple[re.Pattern[str], int]] = []
    no_words = {name.casefold() for name in classes}
    skipped = _no_words(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        kind = skipped.get(id(node), "word")
        if kind == "pattern":
            patterns += _compiled(node.value)
        elif kind == "word" and node.value.casefold() not in no_words:
            word = node.value.strip()
            if _SHORTEST_WORD <= len(word) <= _LONGEST_WORD and not word.isspace():
                words.append(word)
    return tuple(dict.fromkeys(words)), tuple(patterns)


def _no_words(tree: ast.AST) -> dict[int, str]:
    """Return which constants are no words to look for: docstrings, names, patterns."""
    kinds: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            kinds[id(node.value)] = "docstring"
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            is_template = any(keyword.arg == "label" for keyword in node.keywords)
            if is_template and node.args:
                kinds[id(node.args[0])] = "name"
            for keyword in node.keywords:
                if keyword.arg in _NO_PATTERNS:
                    kinds[id(keyword.value)] = "name"
                elif keyword.arg == "pattern":
                    kinds[id(keyword.value)] = "pattern"
            if called in _PATTERN_CALLS and not is_template and node.args:
                kinds[id(node.args[0])] = "pattern"
        elif isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                kinds |= {id(inner): "name" for inner in ast.walk(decorator)}
    return kinds


def _compiled(pattern: str) -> list[tuple[re.Pattern[str], int]]:
    """Return a pattern and how many characters it may search: it may be anybody's, and slow."""
    try:
        tree = import_module("re._parser").parse(pattern, re.IGNORECASE)
        limit = _CHARACTERS_BY_REPEATS.get(_n_open_repeats(tree))
        return [] if limit is None else [(re.compile(pattern, re.IGNORECASE), limit)]
    except (re.error, OverflowError, RecursionError, ImportError):
        return []


def _n_open_repeats(tree: Any, *, is_inside: bool = False) -> int:
    """Return how many repetitions of a parsed pattern may go on for long; many if one is nested."""
    n = 0
    for operator, argument in tree:
        is_open = "REPEAT" in str(operator) and argument[1] > _SHORT_REPEAT
        if is_open:
            n += _NESTED if is_inside else 1
        for part in argument if isinstance(argument, tuple | list) else (argument,):
            for inner in part if isinstance(part, list) else [part]:
                if type(inner).__name__ == "SubPattern":
                    n += _n_open_repeats(inner, is_inside=is_inside or is_open)
    return n
