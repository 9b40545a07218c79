"""``workbench why``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, table
from workbench.figures import SUMMED_CLASSES, nats, percent, score

if TYPE_CHECKING:
    from workbench.services.consensus import RowConsensus
    from workbench.services.evidence import BeliefEvidence
    from workbench.services.trail import (
        Belief,
        Exported,
        HumanEvent,
        NearDuplicate,
        Question,
        Source,
        Trail,
        Vote,
    )

_SHOWN = 600
_SOURCE_LINES = 30
_NAMES = 3
_WHEN = {
    "then": "  [then: what the label model read]",
    "now": "  [now: the label model has not read it]",
}


@click.command()
@click.argument("uid")
@click.option("--prov", is_flag=True, help="Print the trail as W3C PROV-JSON.")
@json_option
@click.pass_obj
def why(context: CliContext, uid: str, prov: bool, as_json_: bool) -> None:
    """Show the trail of the label that the row UID has now, the newest first."""
    with context.open_project() as project:
        if prov:
            from workbench.services.provenance import provenance

            click.echo(provenance(project, uid))
            return
        from workbench.services.why import why as trail_of

        trail = trail_of(project, uid)
    emit(trail, as_json_, _show)


def _show(trail: Trail) -> None:
    more = f" … {len(trail.text) - _SHOWN:,} more characters" if len(trail.text) > _SHOWN else ""
    if trail.removed_by is None:
        say(f"{trail.uid}: {trail.text[:_SHOWN]}{more}")
    else:
        say(f"{trail.uid}: its text was removed by forget run {trail.removed_by}")
    if trail.label is None:
        say(f"label: none; {trail.why_unlabelled}", style="bold")
    else:
        say(
            f"label: {trail.label} (confidence {score(trail.confidence)}) from {trail.origin},"
            f" run {trail.run_id}",
            style="bold",
        )
    if trail.policy is not None:
        say(trail.policy)
    if trail.overruled is not None:
        say(trail.overruled)
    if trail.doubt is not None:
        say(trail.doubt.sentence, style="yellow")
    for item in trail.stale:
        say(item.sentence, style="yellow")
    pending = sum(not vote.is_applied for vote in trail.votes)
    if pending:
        say(f"{pending} labeling functions have not been applied to this row", style="yellow")
    for (at, part), steps in groupby(trail.steps, key=lambda step: (step.at, step.part)):
        _SHOW[part](f"{at[:19].replace('T', ' ')} ", [trail.told(step) for step in steps])
    if any(belief.is_in_use for belief in trail.beliefs):
        say("* the labels that models give come from this one", style="dim")


def _show_exports(at: str, exports: Sequence[Exported]) -> None:
    for exported in exports:
        say(
            f"{at}exported as {exported.label} to {exported.path} (run {exported.run_id},"
            f" SHA-256 {exported.sha256[:12]}…)"
        )


def _show_consensus(at: str, entries: Sequence[RowConsensus]) -> None:
    """Print what the annotators agree on, and who said what."""
    (consensus,) = entries
    if consensus.settled_by is not None:
        say(
            f"{at}the annotators differ; {consensus.settled_by} settled it:"
            f" {consensus.label or 'for no class any more'}"
            f" (run {consensus.run_id})"
        )
    elif consensus.label is None:
        say(f"{at}the annotators agree on no class (policy: {consensus.policy})")
    else:
        say(
            f"{at}the annotators agree on {consensus.label} (confidence"
            f" {score(consensus.confidence)}, policy: {consensus.policy}, run {consensus.run_id})"
        )
    answers = (
        f"{answer.annotator} {answer.label}"
        + (f" (right {percent(answer.accuracy)})" if answer.accuracy is not None else "")
        for answer in consensus.answers
    )
    say(f"  {', '.join(answers)}")


def _show_decisions(at: str, events: Sequence[HumanEvent]) -> None:
    for event in events:
        said = f" {event.said}" if event.said else ""
        if event.said != event.label:
            said += f", which counts as {event.label or 'no label'} now"
        state = "" if event.stands else "  [undone]"
        took = f" in {event.seconds:.1f} s" if event.seconds is not None else ""
        under = f" under version {event.guideline} of the guidelines" if event.guideline else ""
        asked = f", asked by run {event.asked_by}" if event.asked_by else ""
        asked += f", from a {event.came_from}" if event.came_from else ""
        note = f"; note: {event.note}" if event.note else ""
        say(
            f"{at}{event.annotator}: {event.kind}{said}{took}{under}{note}"
            f" (event {event.event_id}, run {event.run_id}{asked}){state}"
        )


def _show_questions(at: str, questions: Sequence[Question]) -> None:
    from workbench.services.question_place import question_place

    for question in questions:
        asked = f"asked by {question.kind} run {question.run_id}, {question_place(question)}"
        say(f"{at}{asked}: {question.reason}")


def _show_beliefs(at: str, beliefs: Sequence[Belief]) -> None:
    for belief in beliefs:
        ranked = ", ".join(
            f"{name} {score(p)}" for name, p in belief.probabilities[:SUMMED_CLASSES]
        )
        used = " *" if belief.is_in_use else ""
        # A label model that a mix has replaced is one of its parts.
        is_idle = belief.kind == "train" and belief.is_chosen and not belief.is_in_use
        idle = ", gives no labels" if is_idle else ""
        say(f"{at}{belief.model}{used} ({belief.kind} run {belief.run_id}{idle}): {ranked}")


def _show_evidence(at: str, entries: Sequence[BeliefEvidence]) -> None:
    """Print the sum: a line a vote, the class balance, the total, and the probabilities."""
    (evidence,) = entries
    say(f"{at}the label model {evidence.model} ({_fitted(evidence)}): {evidence.reason}")
    _show_sum(evidence, ("vote", "accuracy"), percent)


def _show_mix(at: str, entries: Sequence[BeliefEvidence]) -> None:
    """Print the sum: a line a part, the bias of each class, the total, and the probabilities."""
    (mix,) = entries
    say(f"{at}the mix ({_fitted(mix)}): {mix.reason}")
    if mix.terms:
        _show_sum(mix, ("believes", "weight"), lambda weight: f"{weight:.2f}")


def _fitted(evidence: BeliefEvidence) -> str:
    parameters = ", ".join(f"{key} {value}" for key, value in evidence.parameters.items())
    return f"run {evidence.run_id}; {parameters}, seed {evidence.seed}"


def _show_sum(
    evidence: BeliefEvidence, heads: tuple[str, str], shown: Callable[[float], str]
) -> None:
    """Print terms and what they sum to, under two heads of their own."""
    order = sorted(range(len(evidence.classes)), key=lambda k: -evidence.totals[k])[:SUMMED_CLASSES]
    silent = [t for t in evidence.terms if t.version is not None and t.vote is None]
    lines = [
        (
            t.name + f" ({t.note})" * bool(t.note),
            t.vote or "",
            "" if t.weight is None else shown(t.weight),
            *_nats(t.evidence, order),
        )
        for t in evidence.terms
        if t not in silent
    ]
    together = [sum(t.evidence[k] for t in silent) for k in range(len(evidence.classes))]
    if any(together):
        lines.append((f"{len(silent)} that abstained", "", "", *_nats(together, order)))
    lines.append(("sum", "", "", *_nats(evidence.totals, order)))
    shares = (score(evidence.probabilities[k]) for k in order)
    lines.append(("probability (softmax)", "", "", "", *shares))
    first, second = (evidence.classes[k] for k in order[:2])
    table(
        [
            "evidence, in nats",
            heads[0],
            f">{heads[1]}",
            f">{first} over {second}",
            *(f">{_head(evidence, k)}" for k in order),
        ],
        lines,
    )


def _head(evidence: BeliefEvidence, column: int) -> str:
    """Return what stands over the evidence of a class."""
    now = evidence.now(column)
    return evidence.classes[column] + ("" if now is None else f" (now {now})")


def _nats(evidence: Sequence[float], order: Sequence[int]) -> tuple[str, ...]:
    """Return by how much the best class gains on the second, and the evidence of each."""
    gain = evidence[order[0]] - evidence[order[1]]
    return (nats(gain), *(nats(evidence[k]) for k in order))


def _show_votes(at: str, votes: Sequence[Vote]) -> None:
    """Print who voted, and the exact source that each had; those that were silent together."""
    for vote in votes:
        if vote.said is None:
            continue
        where = f"{vote.file}:{vote.line}" if vote.line else vote.file or vote.kind
        counts = f" (counts as {vote.vote or 'no label'})" if vote.said != vote.vote else ""
        say(
            f"{at}{vote.lf} voted {vote.said}{counts}: {where}, version {vote.version[:12]},"
            f" run {vote.run_id}{_when(vote)}"
        )
        lines = vote.source.splitlines()
        for line in lines[:_SOURCE_LINES]:
            say(f"    {line}")
        if len(lines) > _SOURCE_LINES:
            say(f"    … {len(lines) - _SOURCE_LINES} more lines (--json has all)")
    silent = sorted((vote for vote in votes if vote.said is None), key=_silence)
    for (silence, when), group in groupby(silent, key=_silence):
        names = [vote.lf for vote in group]
        shown = ", ".join(names) if len(names) <= _NAMES else f"{len(names)} labeling functions"
        say(f"{at}{shown} {silence}, run {silent[0].run_id}{when}")


def _silence(vote: Vote) -> tuple[str, str]:
    return vote.silence, _when(vote)


def _when(vote: Vote) -> str:
    return "" if vote.when is None else _WHEN[vote.when]


def _show_duplicates(at: str, duplicates: Sequence[NearDuplicate]) -> None:
    for duplicate in duplicates[:5]:
        how = "repeats" if duplicate.exact else f"nearly repeats ({duplicate.similarity:.2f})"
        say(f"{at}{how} {duplicate.uid} (diagnose run {duplicate.run_id})")


def _show_source(at: str, sources: Sequence[Source]) -> None:
    (source,) = sources
    origin = ", ".join(
        f"{name} {value}"
        for name, value in (("vendor", source.vendor), ("batch", source.batch))
        if value
    )
    say(
        f"{at}from {source.path}, row {source.row}"
        f" (role {source.role}{', ' + origin if origin else ''};"
        f" import run {source.run_id}, SHA-256 {source.sha256})"
    )
    if source.given:
        say(f"  given label there: {source.given}")


_SHOW: Final[dict[str, Callable[[str, Sequence[Any]], None]]] = {
    "exports": _show_exports,
    "consensus": _show_consensus,
    "decisions": _show_decisions,
    "questions": _show_questions,
    "beliefs": _show_beliefs,
    "mix": _show_mix,
    "evidence": _show_evidence,
    "votes": _show_votes,
    "duplicates": _show_duplicates,
    "source": _show_source,
}
