"""Trying one labeling function on a sample of the rows; nothing is stored."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import UsageError
from workbench.figures import counted
from workbench.functions.block import RecordBlock
from workbench.functions.quarantine import is_failing
from workbench.functions.runner import FunctionRunner, LFInfo, LoadedFunctions, RowError
from workbench.services.arguments import seed_of
from workbench.services.lf.function_files import unknown_rows
from workbench.services.lf.running import (
    FailedRow,
    column_aliases,
    find_info,
    function_runner,
    metadata_columns,
    record_block,
    scripts_with,
)
from workbench.services.project import Project
from workbench.store.examples import Example
from workbench.types import ABSTAIN, GONE, NO_LABEL, Role

if TYPE_CHECKING:
    from workbench.services.labels import HumanLabels


@dataclass(frozen=True, slots=True)
class TestedRow:
    """A row of a trial: what the function said, beside a label that people gave."""

    uid: str
    text: str
    vote: str
    trusted: str | None


@dataclass(frozen=True, slots=True)
class LFTest:
    """A trial of one labeling function on a sample; nothing of it is stored.

    ``notes`` say how it was run, where a person should know. ``is_failing``: it failed on so many
    rows of the sample that its votes should not be trusted.
    """

    name: str
    file: str
    line: int
    n_sample: int
    n_votes: int
    n_errors: int
    milliseconds_per_row: float
    rows: tuple[TestedRow, ...]
    errors: tuple[FailedRow, ...]
    notes: tuple[str, ...] = ()
    is_failing: bool = False


def check_function(
    project: Project,
    name: str,
    *,
    n_rows: int = 20,
    n_sample: int = 2_000,
    seed: int | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> LFTest:
    """Try one labeling function on a sample of the rows; nothing is stored.

    Parameters
    ----------
    project
        The project.
    name
        The function's name.
    n_rows
        How many of the rows that it votes on to return.
    n_sample
        How many rows to try, drawn evenly from all.
    seed
        For the draw; the project's by default.
    meanwhile
        Called while the script is loaded: what a caller will want to know of the project.

    Raises
    ------
    FunctionError
        If there is no such function.
    """
    if n_rows < 0 or n_sample < 1:
        raise UsageError("a trial needs at least one row")
    # The worker starts while the rows are read and the rest is imported: a person waits.
    runner = function_runner(project, only=scripts_with(project, name) or [""]).begin()
    try:
        examples = _sample(project, n_sample, seed_of(project, seed))
        meanwhile()
        with runner:
            holding = runner.functions
            info = _find(holding, name)
            if info is not None:
                return _try(project, runner, info, examples, n_rows)
    finally:
        runner.close()
    with function_runner(project) as runner:  # another script makes the name from parts, or none
        info = _find(runner.functions, name)
        if info is None:
            # What is wrong with the scripts that hold the name tells more than what is with others.
            info = find_info(holding if holding.errors else runner.functions, name)
        return _try(project, runner, info, examples, n_rows)


def _sample(project: Project, n_sample: int, seed: int) -> list[Example]:
    """Draw examples evenly from all, in order."""
    n = project.store.examples.count()
    ids: Sequence[int] = range(1, n + 1)
    if n > n_sample:
        # Not with NumPy, whose random numbers take longer to import than all this.
        ids = sorted(random.Random(seed).sample(ids, n_sample))  # noqa: S311  no secret
    return project.store.examples.some(ids)


def _reference(project: Project, info: LFInfo, chose: Sequence[int]) -> HumanLabels:
    """Return what a function is measured by: as `references` does, for one that may be new.

    ``chose`` are the rows whose labels chose it.
    """
    from workbench.services.judges import others_say
    from workbench.services.labels import human_labels

    human = human_labels(project)
    if len(chose):
        annotation, correction = human.annotation.copy(), human.correction.copy()
        annotation[chose] = correction[chose] = NO_LABEL
        return replace(human, annotation=annotation, correction=correction)
    if info.need is None or info.need.kind != "decisions":
        return human
    who = info.need.details["annotator"]
    rows, said = others_say(project, [who])[who]
    annotation = human.annotation.copy()
    annotation[rows] = said
    return replace(human, annotation=annotation)


def _trusted(project: Project, human: HumanLabels, example: Example) -> str | None:
    """Return the class that people, or an evaluation row, say; as `references`, for one."""
    row = example.example_id - 1
    for decided in (human.correction[row], human.annotation[row]):
        if decided != NO_LABEL:
            return None if decided == GONE else project.classes[decided]
    if example.role != Role.EVALUATION:
        return None
    return project.label_set.name_of(example.given_class)


def _find(loaded: LoadedFunctions, name: str) -> LFInfo | None:
    """Return the function of a name; None where no script that was loaded has it."""
    return next((info for info in loaded.infos if info.name == name), None)


def _try(
    project: Project, runner: FunctionRunner, info: LFInfo, examples: list[Example], n_rows: int
) -> LFTest:
    """Run a function on a sample."""
    prepared, lack = {}, None
    if info.need is not None:
        from workbench.services.lf.prepared import lack_of, prepare

        lack = lack_of(project, info)
        if examples:
            arrays = prepare(project, [info]).arrays
            rows = np.array([example.example_id - 1 for example in examples])
            prepared = {key: array[rows] for key, array in arrays.items()}
    from workbench.services.gone_votes import gone_among
    from workbench.services.judges import chosen_note, is_suggested, rows_that_choose

    chose = rows_that_choose(project, info.name).tolist() if is_suggested(info.source) else []
    human, label_set = _reference(project, info, chose), project.label_set
    rows_shown: list[TestedRow] = []
    chosen = chosen_note([info.name]) if chose else None
    notes = [n for n in (info.note, lack, unknown_rows(project, info), chosen) if n is not None]
    errors: list[RowError] = []
    n_votes = n_errors = 0
    is_mute = True
    seconds = 0.0
    columns, aliases = metadata_columns(project, [info]), column_aliases(project)
    block = record_block(1, examples, columns, prepared, aliases)
    for result in runner.apply([info.name], [block]):
        numbers = label_set.numbers_of_words(np.asarray(result.votes[info.name]))
        votes = label_set.indices(numbers)
        is_mute = is_mute and bool((numbers == ABSTAIN).all())
        gone = gone_among(project, {info.name: numbers})
        notes += [f"{one.sentence}; {one.remedy}" for one in gone]
        fired = np.flatnonzero(votes != ABSTAIN)
        n_votes += len(fired)
        n_errors += result.n_errors[info.name]
        errors += result.errors[info.name]
        seconds += result.seconds[info.name]
        notes += [f"it was called row by row: {why}" for why in result.row_by_row.values()]
        notes += [f"quarantined: {why}" for why in result.quarantined.values()]
        for row in fired[:n_rows]:
            example = examples[int(row)]
            rows_shown.append(
                TestedRow(
                    uid=example.uid,
                    text=example.text,
                    vote=project.classes[int(votes[row])],
                    trusted=_trusted(project, human, example),
                )
            )
    if is_mute and not n_errors and (hint := _hidden_words(project, info, block)):
        notes.append(hint)
    return LFTest(
        name=info.name,
        file=info.file,
        line=info.line,
        n_sample=len(examples),
        n_votes=n_votes,
        n_errors=n_errors,
        milliseconds_per_row=1000 * seconds / max(1, len(examples)),
        rows=tuple(rows_shown),
        errors=tuple(FailedRow(e.uid, e.type, e.message, e.line) for e in errors[:n_rows]),
        notes=tuple(notes),
        is_failing=is_failing(n_errors, len(examples), n_votes),
    )


def _hidden_words(project: Project, info: LFInfo, block: RecordBlock) -> str | None:
    """Say on how many rows the words of a function that does not vote are parts of longer ones."""
    if info.kind not in ("keywords", "dictionary"):
        return None
    from workbench.functions import Block, dictionary, keywords
    from workbench.services.judges import arguments_in

    given = arguments_in(info.source)
    # There is none where a text is not written as one: NumPy's, of an enum.
    if not given.get("whole_words"):
        return None
    if "file" in given:
        given["file"] = str(project.root / given["file"])
    given["whole_words"] = False
    loose = (keywords if info.kind == "keywords" else dictionary)(info.name, **given)
    rows = loose.rule.find(Block(block.n, block.columns, aliases=block.aliases)).rows
    if not len(rows):
        return None
    return (
        f"its words are parts of longer ones in {counted(len(rows), 'row')}; to count them, as in a"
        " script without blanks between words (Chinese, Thai): whole_words=False"
    )
