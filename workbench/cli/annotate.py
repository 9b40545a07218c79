"""``workbench annotate``: a plain prompt, or decisions from a file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.labels import show_left_out, show_reading
from workbench.cli.options import ANNOTATOR, COUNT, ID_COLUMN, THE_PROMPT, check_mode, table_options
from workbench.cli.output import emit, json_option, say
from workbench.cli.prompt import (
    HELP,
    ask,
    class_of_name,
    classes_line,
    command_keys,
    command_of,
    number_keys,
    show_row,
    tell,
)
from workbench.cli.undo import undo_between
from workbench.figures import counted, score

if TYPE_CHECKING:
    from workbench.services.annotate import QueueItem, Session
    from workbench.services.importing.bad_rows import OnBadRow
    from workbench.services.importing.decision_import import ImportedDecisions
    from workbench.services.project import Project

_GOES_WITH = dict.fromkeys(
    (
        "id_column",
        "label_column",
        "annotator_column",
        "text_column",
        "changes_only",
        "encoding",
        "delimiter",
        "on_bad_row",
    ),
    ("--from",),
)
"""What a call must do for an option to say anything."""

_ENTER = {True: "skip", False: "leave it to others"}
"""What an empty answer does, to a row that asks for an annotator's own answer and to others."""


@click.command()
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Import decisions: columns id, label, and maybe kind, annotator, seconds, note.",
)
@ANNOTATOR
@ID_COLUMN
@click.option("--label-column", default="label", show_default=True, help="In FILE.")
@click.option(
    "--annotator-column",
    metavar="COLUMN",
    help="In FILE; by default annotator, where there is one.",
)
@click.option(
    "--text-column",
    metavar="COLUMN",
    help="In FILE without ids, which knows its rows by its name and their texts.",
)
@click.option(
    "--changes-only",
    is_flag=True,
    help="Take only labels of FILE that the rows neither have nor came with: it is a corrected"
    " table, and nobody looked at the rest.",
)
@table_options
@click.option(
    "--queue",
    type=click.Choice(["batch", "undecided", "skipped", "disagreement", "outdated"]),
    default="batch",
    show_default=True,
    help="undecided: rows that nobody has decided; skipped: rows that somebody skipped and nobody"
    " has labelled; disagreement: settle the rows that annotators differ on, ties first, then the"
    " most disputed; outdated: rows that were decided under other guidelines, or for a class that"
    " is gone.",
)
@click.option("--class", "label", metavar="CLASS", help="Only outdated decisions for CLASS.")
@click.option(
    "-n", "limit", type=COUNT, default=1000, show_default=True, help="Rows to ask at most."
)
@json_option
@click.pass_obj
def annotate(
    context: CliContext,
    file: Path | None,
    annotator: str | None,
    id_column: str | None,
    label_column: str,
    annotator_column: str | None,
    text_column: str | None,
    changes_only: bool,
    encoding: str,
    delimiter: str | None,
    on_bad_row: OnBadRow,
    queue: str,
    label: str | None,
    limit: int,
    as_json_: bool,
) -> None:
    """Label the rows of the newest batch, one line of input for each.

    Several people may label the same rows, each under a name of their own (--annotator); how their
    answers become one label is a setting: labels.consensus in workbench.toml. What is decided in
    the queue of disagreements settles them, whatever the policy; so does what is decided in the
    queue of outdated rows, where the outdated word is somebody else's.

    For one key a row, open the terminal interface instead: workbench tui.
    """
    check_mode(THE_PROMPT if file is None else "--from", _GOES_WITH)
    with context.open_project() as project:
        if file is not None:
            from workbench.services.importing.decision_import import import_decisions

            result = import_decisions(
                project,
                file,
                annotator=annotator,
                id_column=id_column,
                label_column=label_column,
                annotator_column=annotator_column,
                text_column=text_column,
                changes_only=changes_only,
                encoding=encoding,
                delimiter=delimiter,
                on_bad_row=on_bad_row,
            )
            emit(result, as_json_, _show_imported)
            context.say_next(as_json_)
            return
        from workbench.services.annotate import Session

        with Session(project, annotator=annotator) as session:
            n = _ask_all(project, session, queue, label, limit)
    emit({"annotator": session.annotator, "decisions": n}, as_json_, lambda _: _show_asked(n))
    context.say_next(as_json_)


def _show_imported(result: ImportedDecisions) -> None:
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in result.by_kind.items())
    say(
        f"{counted(result.n_added, 'decision')} recorded{f' ({kinds})' if kinds else ''},"
        f" {result.n_known:,} there already"
    )
    _show_exported(result)
    if result.n_unchanged:
        say(f"{counted(result.n_unchanged, 'row')} left out: the file brings no other label")
    if result.n_removed:
        say(f"{counted(result.n_removed, 'row')} left out: the text was removed for good")
    show_reading(delimiter=result.delimiter, by_index=result.read_by_index, alike=result.read_alike)
    if result.n_confirming:
        doubted = f", and the audit asks about {result.n_doubts:,} of these rows no more"
        say(
            f"{counted(result.n_confirming, 'decision')} confirm{'s' * (result.n_confirming == 1)}"
            f" the label that the row had{doubted if result.n_doubts else ''}; where nobody looked"
            " at these rows: workbench undo, then --changes-only",
            style="yellow",
        )
    show_left_out(result.skipped)
    if result.n_changed:
        say(
            f"{counted(result.n_changed, 'row')} {'is' if result.n_changed == 1 else 'are'} decided"
            " in several ways by one annotator: the last counts",
            style="yellow",
        )
    if said := result.overruled.sentence:
        say(said, style="yellow")


def _show_exported(result: ImportedDecisions) -> None:
    """Say what was made of a file that an export wrote, here or in a copy of the project."""
    if result.by_name:
        names = ", ".join(f"{name} {n:,}" for name, n in result.by_name.items())
        say(f"under the names of the file's column annotators: {names}")
    if result.n_unnamed:
        say(
            f"{counted(result.n_unnamed, 'decision')} under one name: the file does not say who"
            " gave these labels (export --with-annotators does)",
            style="yellow",
        )
    if result.n_edited:
        say(f"{counted(result.n_edited, 'label')} of the file's rows were changed in the file")
    if result.n_repeated:
        say(
            f"{counted(result.n_repeated, 'row')} left out: the file says that no person gave the"
            " label (origin given, model or default), and it is unchanged",
            style="yellow",
        )
    if result.n_foreign:
        say(
            f"{counted(result.n_foreign, 'row')} left out: no model of this project gave the label,"
            " and the file says that no person did (origin given, model or default); where"
            " somebody changed it, clear the cell origin",
            style="yellow",
        )


def _show_asked(n: int) -> None:
    say(counted(n, "decision"))


def _ask_all(
    project: Project, session: Session, queue_name: str, label: str | None, limit: int
) -> int:
    """Ask row by row until the queue or the input ends; return the number of decisions."""
    from workbench.services.row_queues import second_answers, waiting_rows
    from workbench.services.rows import rows_with_uids

    waiting = waiting_rows(project, session.annotator, limit=limit, queue=queue_name, label=label)
    queue = waiting.items
    if not queue:
        tell("nothing waits for you")
        return 0
    if said := second_answers(queue):
        tell(f"{said}; rows that nobody decided: workbench annotate --queue undecided")
    if waiting.n_beyond:
        tell(f"the first {len(queue):,} of {waiting.n_waiting:,} rows that wait")
    classes: tuple[str, ...] = ()
    position = 0
    while position < len(queue):
        if classes != project.classes:
            classes = project.classes
            _show_keys(classes, queue)
        started = time.monotonic()
        answer = _ask(project, queue[position], position, len(queue))
        if answer is None or command_of(answer, classes) == "q":
            break
        if command_of(answer, classes) == "u":
            undone = undo_between(project, session.annotator)
            if undone is not None:
                rows = rows_with_uids(project, undone.uids[:1])
                places = (i for i, item in enumerate(queue) if item.example_id in rows)
                position = next(places, position)
            continue
        if command_of(answer, classes) == HELP:
            _show_keys(classes, queue)
            continue
        item = queue[position]
        if answer == "" and item.act != "label":
            position += 1  # a skip would withdraw what this annotator said before
            continue
        if _decide(project, session, item, answer, time.monotonic() - started):
            position += 1
        else:
            _show_keys(classes, queue)
    return session.n_decisions


def _show_keys(classes: Sequence[str], queue: Sequence[QueueItem]) -> None:
    key = command_keys(f"fuq{HELP}", classes)
    acts = {item.act == "label" for item in queue}
    enter = " or ".join(_ENTER[is_own] for is_own in sorted(acts, reverse=True))
    commands = f"{key['f']}=flag  {key['u']}=undo  {key['q']}=quit  {key[HELP]}=keys"
    names = classes_line(classes, number_keys(classes))
    tell(f"{names}\nor a name, or how it begins; enter={enter}  {commands}")


def _ask(project: Project, item: QueueItem, position: int, total: int) -> str | None:
    """Show a row and read one line; None at the end of the input."""
    from workbench.services.browse import view_example

    view = view_example(project, item.example_id)
    if view is None:
        return ""
    show_row(view, f"{position + 1}/{total}", item.reason)
    if view.belief is not None:
        name, probability = view.belief.probabilities[0]
        tell(f"  believed: {name} {score(probability)} ({view.belief.said_by})")
    try:
        ask("> ")
        return input().strip()
    except EOFError:
        return None


def _decide(
    project: Project,
    session: Session,
    item: QueueItem,
    answer: str,
    seconds: float,
) -> bool:
    """Record an answer; return whether to go on, or to ask again."""
    from workbench.errors import UsageError

    try:
        if answer == "":
            session.pass_over(item, "skip", seconds=seconds)
        elif command_of(answer, project.classes) == "f":
            session.pass_over(item, "flag", seconds=seconds)
        else:
            decision = session.choose(item, _class_of_key(project, answer), seconds=seconds)
            if decision.standing is not None:
                tell(f"  {decision.standing.words}: workbench relabel CLASS {decision.uid}")
    except UsageError as error:
        tell(f"  {error}")
        return False
    return True


def _class_of_key(project: Project, answer: str) -> str:
    """Return the class that an answer names, by its name, a beginning, or its number from 1 on."""
    from workbench.errors import UsageError

    if answer in project.classes or not answer.isdecimal():
        return class_of_name(project, answer)
    index = int(answer) - 1
    if not 0 <= index < len(project.classes):
        raise UsageError(f"there is no class number {answer}")
    return project.classes[index]
