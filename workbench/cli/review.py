"""``workbench review``: one key a suspect, a file of verdicts, or what the review changed."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.labels import show_left_out, show_reading
from workbench.cli.options import (
    ANNOTATOR,
    COUNT,
    ID_COLUMN,
    THE_PROMPT,
    check_mode,
    given_once,
    table_options,
)
from workbench.cli.output import emit, json_option, progress, say, see_also, table
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
from workbench.cli.review_report import show_report
from workbench.cli.undo import undo_between
from workbench.errors import UsageError
from workbench.figures import counted, interval, score
from workbench.safe_text import one_line

if TYPE_CHECKING:
    from workbench.services.annotate import Session
    from workbench.services.importing.bad_rows import OnBadRow
    from workbench.services.project import Project
    from workbench.services.review.answers_file import ImportedReview
    from workbench.services.review.listing import ReviewListing
    from workbench.services.review.progress import ReviewProgress
    from workbench.services.review.review import ReviewItem

_AT_ONCE = 1_000
"""Rows that a sitting at the prompt asks for, unless told otherwise."""

_N_DIGITS = 9
"""So many classes have a digit for a key."""

_GOES_WITH = {
    "by": ("--report",),
    "audit": ("--report",),
    "annotator": (THE_PROMPT, "--from"),
    "id_column": ("--from",),
    "label_column": ("--from",),
    "encoding": ("--from",),
    "delimiter": ("--from",),
    "on_bad_row": ("--from",),
    "limit": (THE_PROMPT, "--from", "--list"),
}
"""What a call must do for an option to say anything."""

_END = ("\x03", "\x04", "\x1b", "")
"""Ctrl-C, Ctrl-D, Escape, the end of the input."""


@click.command()
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Verdicts from a file: columns id and label (a class, ambiguous or flag), maybe seconds.",
)
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="List the rows that wait, each with its origin: suspect, or control sample. Decides"
    " nothing, and tells what who decides should not know.",
)
@click.option("--report", is_flag=True, help="What the review changed: error rates, and the gain.")
@click.option(
    "--by",
    metavar="COLUMN",
    multiple=True,
    callback=given_once,
    help="With --report: compare any column; by default batch, or else vendor, of several.",
)
@click.option(
    "--audit",
    type=COUNT,
    metavar="RUN",
    help="With --report: the review of this audit; by default the newest that was reviewed.",
)
@ANNOTATOR
@ID_COLUMN
@click.option("--label-column", default="label", show_default=True, help="In FILE of --from.")
@table_options
@click.option(
    "-n",
    "limit",
    type=COUNT,
    help=f"Rows to review or list at most; by default all, or {_AT_ONCE:,} at the prompt.",
)
@json_option
@click.pass_obj
def review(
    context: CliContext,
    file: Path | None,
    listing: bool,
    report: bool,
    by: str | None,
    audit: int | None,
    annotator: str | None,
    id_column: str | None,
    label_column: str,
    encoding: str,
    delimiter: str | None,
    on_bad_row: OnBadRow,
    limit: int | None,
    as_json_: bool,
) -> None:
    """Review the labels that the newest audit doubts, one key each.

    Some rows are drawn at random among the labels that the audit trusts: they tell what it missed,
    and when to stop. For more room, use the Audit view: workbench tui.
    """
    from workbench.services.review.progress import review_progress
    from workbench.services.review.reviewed_rows import reviewed_audit

    check_mode(_mode(file=file, listing=listing, report=report), _GOES_WITH)
    with context.open_project() as project:
        reviewed_audit(project)
        if report:
            from workbench.services.review.report import review_report

            with progress(as_json_) as tell:
                result = review_report(project, by=by, audit=audit, progress=tell)
            emit(result, as_json_, show_report)
        elif listing:
            from workbench.services.review.listing import list_review

            emit(list_review(project, limit=limit), as_json_, _show_listing)
        else:
            if file is not None:
                from workbench.services.review.answers_file import import_review

                imported = import_review(
                    project,
                    file,
                    annotator=annotator,
                    id_column=id_column,
                    label_column=label_column,
                    limit=limit,
                    encoding=encoding,
                    delimiter=delimiter,
                    on_bad_row=on_bad_row,
                )
                _show_imported(imported)
            else:
                from workbench.services.annotate import Session

                with Session(project, annotator=annotator) as session:
                    _ask_all(project, session, limit or _AT_ONCE)
            emit(review_progress(project), as_json_, _show_end)
    context.say_next(as_json_)


def _mode(*, file: Path | None, listing: bool, report: bool) -> str:
    """Return what a call does, by the option that says so."""
    options = {"--from": file is not None, "--list": listing, "--report": report}
    wanted = [name for name, is_wanted in options.items() if is_wanted]
    if len(wanted) > 1:
        raise click.UsageError(f"{' and '.join(wanted)} are two steps: one call does one of them")
    return wanted[0] if wanted else THE_PROMPT


def _show_listing(result: ReviewListing) -> None:
    from workbench.services.suspects import suspects_words

    say(
        f"{counted(result.n_waiting, 'row')} {'waits' if result.n_waiting == 1 else 'wait'}:"
        f" {suspects_words(result.n_suspects, result.n_evaluation)}, and"
        f" {counted(result.n_controls, 'row')} drawn at random among"
        " the labels that the audit trusts"
    )
    if result.rows:
        table(
            ["uid", "label", "suggested", ">quality", "origin", "?role", "text"],
            [
                (r.uid, r.given, r.suggested, score(r.quality), r.origin, r.role,
                 one_line(r.text, 60))
                for r in result.rows
            ],
        )  # fmt: skip
    if len(result.rows) < result.n_waiting:
        say(f"- {result.n_waiting - len(result.rows):,} more, beyond -n")
    if result.rows:
        see_also("workbench review", "asks for them one by one, without the origin")


def _show_imported(result: ImportedReview) -> None:
    beyond = f"; {result.n_beyond:,} more, beyond -n" if result.n_beyond else ""
    others = counted(result.n_other, "row")
    tell(
        f"{result.n_kept:,} kept, {result.n_relabelled:,} corrected,"
        f" {result.n_ambiguous:,} ambiguous{beyond};"
        f" {others} of the file {'does' if result.n_other == 1 else 'do'} not wait"
    )
    if result.n_exported:
        tell(
            f"{counted(result.n_exported, 'row')} left out: the file is an export, and its label is"
            " unchanged; where somebody looked at it and keeps it, clear the cell origin"
        )
    show_reading(delimiter=result.delimiter, out=tell)
    show_left_out(result.skipped, out=tell)


def _ask_all(project: Project, session: Session, limit: int) -> None:
    """Ask row by row until the queue or the input ends, or the person has enough."""
    from workbench.services.review.progress import review_progress
    from workbench.services.review.review import AMBIGUOUS, record_review, review_queue
    from workbench.services.review.shares import share_of

    answer: str | None
    version = project.data_version()
    queue = review_queue(project, annotator=session.annotator)[:limit]
    if not queue:
        tell("no suspect waits for a review")
        return
    start = review_progress(project)
    if start is not None:
        _, n_shares = share_of(project, start.audit_run_id, session.annotator)
        if n_shares > 1:
            tell(f"{n_shares} people review at once: first you are asked a share of your own")
        if start.n_changed:
            tell(start.changed_note)
    classes: tuple[str, ...] = ()
    position = 0
    while position < len(queue):
        if version != (version := project.data_version()):
            project.refresh_classes()
            _renew(project, session.annotator, queue, position, limit)
            if position == len(queue):
                break
        if classes != project.classes:
            classes = project.classes
            by_digit = _show_keys(classes)
        item = queue[position]
        started = time.monotonic()
        key = _ask(project, item, position, len(queue))
        command = command_of(key, classes)
        if command == "q" or key in _END:
            break
        if command == HELP:
            _show_keys(classes)
            continue
        if command == "u":
            position = _undo(project, session.annotator, queue, position)
            continue
        if key in (" ", "\r", "\n"):
            position += 1
            continue
        suggested = item.suggested
        choices = {"y": item.given, "s": suggested, "a": suggested, "f": None}
        if command == "l":
            ask("class: ")
            name = sys.stdin.readline().strip()
            is_name = name in project.label_set.number_of_name
            answer = name if is_name else by_digit.get(name, name)
        elif command in choices:
            answer = choices[command]
        elif key in by_digit:
            answer = by_digit[key]
        elif key in classes or key in project.label_set.number_of_name:
            answer = key
        else:
            tell(f"  {key!r} is none of the keys, nor the name of a class")
            _show_keys(classes)
            continue
        seconds = round(time.monotonic() - started, 2)
        try:
            if command == "l" and answer:
                answer = class_of_name(project, answer)
            decision = record_review(project, session, item, answer, seconds=seconds)
        except UsageError as error:
            tell(f"  {error}")
            continue
        position += 1
        if (found := review_progress(project)) is not None:
            said = decision.label or f"flagged {AMBIGUOUS}"
            tell(f"  {said}   {_precision(found)}; {found.hint}")


def _renew(
    project: Project, annotator: str, queue: list[ReviewItem], position: int, limit: int
) -> None:
    """Bring the rows that follow up to date: others may have answered some, or audited anew."""
    from workbench.services.review.progress import review_progress
    from workbench.services.review.review import review_queue

    follow, seen = queue[position:], {item.example_id for item in queue[:position]}
    queue_now = review_queue(project, annotator=annotator)
    waiting = [item for item in queue_now if item.example_id not in seen]
    queue[position:] = waiting[: max(limit - position, 0)]
    left = {item.example_id for item in waiting}
    n_gone = sum(item.example_id not in left for item in follow)
    audits = {item.audit_run_id for item in waiting}
    if not waiting and (found := review_progress(project)) is not None:
        audits = {found.audit_run_id}
    if audits := audits - {item.audit_run_id for item in follow}:
        rows = "its rows follow" if waiting else "none of its rows waits"
        tell(f"  the labels were audited anew, run {max(audits)}: {rows}")
    elif n_gone:
        rows = counted(n_gone, "row")
        tell(f"  {rows} {'waits' if n_gone == 1 else 'wait'} no more: decided or changed meanwhile")


def _show_keys(classes: Sequence[str]) -> dict[str, str]:
    """Tell the keys, those of the Audit view; return the classes that digits stand for.

    Where a class is called as one of the keys, the key is this class, and the command has a colon.
    """
    by_digit = {digit: name for digit, name in number_keys(classes).items() if len(digit) == 1}
    key = command_keys(f"ysalfuq{HELP}", classes)
    tell(
        f"{key['y']}=keep  {key['s']} or {key['a']}=take the suggestion"
        f"  {classes_line(classes[:_N_DIGITS], by_digit)}\n"
        f"{key['l']}=class by name  {key['f']}=ambiguous  space=later"
        f"  {key['u']}=undo  {key['q']}=quit  {key[HELP]}=keys"
    )
    return by_digit


def _undo(project: Project, annotator: str, queue: list[ReviewItem], position: int) -> int:
    """Undo the newest decision; return where to go on.

    It may be one of an earlier sitting: then its rows wait again, and are asked here.
    """
    from workbench.services.review.review import review_queue
    from workbench.services.rows import rows_with_uids

    waited = {item.example_id for item in (*queue, *review_queue(project))}
    undone = undo_between(project, annotator)
    if undone is None:
        return position
    again = {item.example_id: item for item in review_queue(project, annotator=annotator)}
    queue[:] = [again.get(item.example_id, item) for item in queue]  # classes may have other names
    queue[position:position] = [item for i, item in again.items() if i not in waited]
    rows = rows_with_uids(project, undone.uids[:1])
    return next((i for i, item in enumerate(queue) if item.example_id in rows), position)


def _ask(project: Project, item: ReviewItem, position: int, total: int) -> str:
    """Show a row and read one key, maybe behind colons; from a pipe, a line."""
    from workbench.services.browse import view_example

    view = view_example(project, item.example_id)
    if view is None:
        return " "
    show_row(view, f"{position + 1}/{total}", item.reason)
    if sys.stdin.isatty():
        ask("> ")
        key = click.getchar(echo=False)
        while key.endswith(":"):
            key += click.getchar(echo=False)
        return key
    line = sys.stdin.readline()
    return line.strip() or (" " if line else "")


def _precision(found: ReviewProgress) -> str:
    shown = interval(found.precision, found.precision_low, found.precision_high)
    suspects = counted(found.n_reviewed, "suspect")
    return f"{found.told} reviewed; of {suspects} among them wrong {shown}"


def _show_end(found: ReviewProgress) -> None:
    say(_precision(found))
    say(found.hint)
    if found.is_reviewed:
        see_also("workbench review --report", "what the review changed")
