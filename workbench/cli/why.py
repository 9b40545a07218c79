"""``workbench why``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, table

if TYPE_CHECKING:
    from workbench.services.why import Trail

_SHOWN = 600


@click.command()
@click.argument("uid")
@json_option
@click.pass_obj
def why(context: CliContext, uid: str, as_json_: bool) -> None:
    """Show the trail of the label that the row UID has now, the newest first."""
    from workbench.services.why import why as trail_of

    with context.open_project() as project:
        trail = trail_of(project, uid)
    emit(trail, as_json_, _show)


def _show(trail: Trail) -> None:
    more = f" … {len(trail.text) - _SHOWN:,} more characters" if len(trail.text) > _SHOWN else ""
    say(f"{trail.uid}: {trail.text[:_SHOWN]}{more}")
    if trail.label is None:
        say("label: none; nothing that is sure enough speaks for one", style="bold")
    else:
        say(
            f"label: {trail.label} (confidence {trail.confidence:.3f}) from {trail.origin},"
            f" run {trail.run_id}",
            style="bold",
        )
    for exported in trail.exports[::-1]:
        say(f"exported as {exported.label} to {exported.path} (run {exported.run_id})")
    for event in trail.decisions:
        said = f" {event.label}" if event.label else ""
        state = "" if event.stands else "  [taken back]"
        took = f" in {event.seconds:.1f} s" if event.seconds is not None else ""
        note = f"; note: {event.note}" if event.note else ""
        say(
            f"{event.at[:19]} {event.annotator}: {event.kind}{said}{took}{note}"
            f" (event {event.event_id}, run {event.run_id}){state}"
        )
    for question in trail.questions:
        say(
            f"asked by {question.kind} run {question.run_id}, rank {question.rank}:"
            f" {question.reason}"
        )
    for belief in trail.beliefs:
        ranked = ", ".join(f"{name} {p:.3f}" for name, p in belief.probabilities[:3])
        used = " *" if belief.is_in_use else ""
        say(f"{belief.model}{used} ({belief.kind} run {belief.run_id}): {ranked}")
    votes = [vote for vote in trail.votes if vote.vote]
    if votes:
        table(
            ["labeling function", "vote", "where", "version", ">run"],
            [
                (
                    vote.lf,
                    vote.vote,
                    f"{vote.file}:{vote.line}" if vote.line else vote.file or "",
                    vote.version[:12],
                    vote.run_id,
                )
                for vote in votes
            ],
        )
    say(f"{len(trail.votes) - len(votes)} of {len(trail.votes)} labeling functions abstained")
    for duplicate in trail.duplicates[:5]:
        how = "repeats" if duplicate.exact else f"nearly repeats ({duplicate.similarity:.2f})"
        say(f"{how} {duplicate.uid}")
    source = trail.source
    origin = ", ".join(
        f"{name} {value}"
        for name, value in (("vendor", source.vendor), ("batch", source.batch))
        if value
    )
    say(
        f"from {source.path}, row {source.row}"
        f" (role {source.role}{', ' + origin if origin else ''};"
        f" import run {source.run_id}, SHA-256 {source.sha256[:12]}…)"
    )
    if source.given:
        say(f"  given label there: {source.given}")
