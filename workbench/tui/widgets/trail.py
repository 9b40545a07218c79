"""The trail of a label as steps: each a line, with all that is known of it beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.figures import SUMMED_CLASSES, counted, nats
from workbench.services.consensus import RowConsensus
from workbench.services.evidence import BeliefEvidence
from workbench.services.question_place import question_place
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
from workbench.tui.colors import class_colors
from workbench.tui.figures import DASH, bar, score, share
from workbench.tui.safe_text import one_line, page, safe

_SHOWN_CLASSES = 12


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step: its line, what is shown beside it, and the run that made it."""

    line: Text
    body: RenderableType
    run_id: int | None


def trail_steps(trail: Trail, classes: Sequence[str]) -> tuple[TrailStep, ...]:
    """Return the steps of a trail: the label first, then what made it, newest first."""
    return tuple(_Steps(trail, classes).make())


class _Steps:
    """Makes the steps of one trail in the colours of the classes."""

    def __init__(self, trail: Trail, classes: Sequence[str]) -> None:
        self._trail = trail
        self._colors = class_colors(classes)
        self._at = ""
        self._makers: dict[str, Callable[[Any], TrailStep]] = {
            "exports": self._exported,
            "consensus": self._consensus,
            "decisions": self._decision,
            "questions": self._question,
            "beliefs": self._belief,
            "mix": self._mixed,
            "evidence": self._weighed,
            "votes": self._vote,
            "duplicates": self._duplicate,
            "source": self._source,
        }

    def make(self) -> Iterator[TrailStep]:
        """Yield the steps; the functions that were silent at the same time are one."""
        trail = self._trail
        yield self._label()
        for (at, part), steps in groupby(trail.steps, key=lambda step: (step.at, step.part)):
            self._at = at
            entries = [trail.told(step) for step in steps]
            silent = [entry for entry in entries if isinstance(entry, Vote) and not entry.said]
            for entry in entries:
                if entry not in silent:
                    yield self._makers[part](entry)
            if silent:
                yield self._silent(silent)

    def _exported(self, exported: Exported) -> TrailStep:
        line = self._line("exported", exported.label, f"to {exported.path}", exported.run_id)
        facts = (("file", exported.path), ("SHA-256", exported.sha256))
        return TrailStep(line, _facts(*facts), exported.run_id)

    def _question(self, question: Question) -> TrailStep:
        line = self._line("asked by", None, f"{question.kind}, {question_place(question)}", None)
        facts = (("run", f"{question.run_id} {question.kind}"), ("why", question.reason))
        return TrailStep(line, _facts(*facts), question.run_id)

    def _weighed(self, evidence: BeliefEvidence) -> TrailStep:
        line = self._line("weighed", None, f"by {evidence.model}", evidence.run_id)
        return TrailStep(line, self._evidence(evidence, ("vote", "right"), share), evidence.run_id)

    def _mixed(self, mix: BeliefEvidence) -> TrailStep:
        line = self._line("mixed", None, "votes, texts and annotations", mix.run_id)
        heads = ("believes", "weight")
        return TrailStep(line, self._evidence(mix, heads, lambda w: f"{w:.2f}"), mix.run_id)

    def _silent(self, votes: Sequence[Vote]) -> TrailStep:
        n_failed = sum(vote.error is not None for vote in votes)
        what = "failed" if n_failed == len(votes) else "abstained"
        also = f", {n_failed} failed" if what == "abstained" and n_failed else ""
        line = self._line(what, None, f"{counted(len(votes), 'function')}{also}", votes[0].run_id)
        names = (
            f"{one_line(vote.lf)}{_when(vote)}"
            + ("" if vote.silence == "abstained" else f"  {one_line(vote.silence, 200)}")
            for vote in sorted(votes, key=lambda vote: vote.error is None)
        )
        return TrailStep(line, Text("\n".join(names)), votes[0].run_id)

    def _duplicate(self, duplicate: NearDuplicate) -> TrailStep:
        how = "repeats" if duplicate.exact else f"nearly repeats, {duplicate.similarity:.2f}"
        line = self._line(how, None, duplicate.uid, duplicate.run_id)
        return TrailStep(line, Text(how), duplicate.run_id)

    def _line(self, what: str, label: str | None, note: str, run_id: int | None) -> Text:
        at = self._at[5:16].replace("T", " ")
        line = Text(f" {at:<11} {what:<9} ", style="dim", no_wrap=True)
        if label is not None:
            line.append(f"{one_line(label, 40)} ", style=f"not dim bold {self._color(label)}")
        line.append(one_line(note, 200), style="not dim")
        if run_id is not None:
            line.append(f"  run {run_id}")
        return line

    def _color(self, label: str) -> str:
        return self._colors.get(label, "")

    def _label(self) -> TrailStep:
        trail = self._trail
        if trail.label is None:
            line = self._line("label", None, f"none: {trail.why_unlabelled}", None)
        else:
            note = f"{score(trail.confidence)} from {trail.origin}"
            if trail.policy is not None:
                note += f" ({trail.policy})"
            line = self._line("label", trail.label, note, trail.run_id)
        if trail.stale:
            line.append("  stale", style="not dim yellow")
        if trail.doubt is not None:
            line.append("  doubted", style="not dim yellow")
        doubts = () if trail.doubt is None else (trail.doubt.sentence,)
        warnings = (*doubts, *(item.sentence for item in trail.stale))
        stale = (Text(one_line(warning, 400), style="yellow") for warning in warnings)
        facts = _facts(*((name, str(value)) for name, value in trail.metadata.items()))
        return TrailStep(line, Group(*stale, page(trail.text), Text(), facts), trail.run_id)

    def _consensus(self, consensus: RowConsensus) -> TrailStep:
        note = "" if consensus.label else "the annotators agree on no class"
        line = self._line("agreed", consensus.label, note, consensus.run_id)
        table = Table.grid(padding=(0, 2, 0, 0))
        for answer in consensus.answers:
            right = DASH if answer.accuracy is None else f"right {share(answer.accuracy)}"
            table.add_row(
                Text(one_line(answer.annotator, 40)),
                Text(one_line(answer.label, 40), style=self._color(answer.label)),
                Text(right, style="dim"),
            )
        policy = Text(f"policy: {consensus.policy}", style="dim")
        return TrailStep(line, Group(table, Text(), policy), consensus.run_id)

    def _decision(self, event: HumanEvent) -> TrailStep:
        line = self._line(event.kind, event.label, event.annotator, None)
        if not event.stands:
            line.stylize("strike")
        facts = [("who", event.annotator), ("when", f"{event.at[:19].replace('T', ' ')} UTC")]
        if event.said != event.label:
            facts.append(("said", f"{event.said}, which counts as {event.label or 'no label'}"))
        if not event.stands:
            facts.append(("state", "undone"))
        if event.seconds is not None:
            facts.append(("took", f"{event.seconds:.1f} s"))
        if event.guideline:
            facts.append(("under", f"version {event.guideline} of the guidelines"))
        if event.note:
            facts.append(("note", event.note))
        if event.asked_by:
            facts.append(("asked by", f"run {event.asked_by}"))
        if event.came_from:
            facts.append(("came from", f"a {event.came_from}"))
        facts.append(("event", f"{event.event_id}, run {event.run_id}"))
        return TrailStep(line, _facts(*facts), event.run_id)

    def _belief(self, belief: Belief) -> TrailStep:
        top, probability = belief.probabilities[0]
        used = "" if belief.is_in_use else ", not in use"
        line = self._line("believed", top, f"{score(probability)} by {belief.model}{used}", None)
        table = Table.grid(padding=(0, 2, 0, 0))
        for label, p in belief.probabilities[:_SHOWN_CLASSES]:
            color = self._color(label)
            name = Text(one_line(label, 30), style=color)
            table.add_row(name, score(p), bar(p, 20, style=color))
        head = Text(f"{belief.model}, {belief.kind} run {belief.run_id}\n", style="dim")
        return TrailStep(line, Group(head, table), belief.run_id)

    def _evidence(
        self, evidence: BeliefEvidence, heads: tuple[str, str], written: Callable[[float], str]
    ) -> RenderableType:
        reason = Text(one_line(evidence.reason, 400), style="dim")
        if not evidence.terms:
            return reason
        order = sorted(range(len(evidence.classes)), key=lambda k: -evidence.totals[k])
        shown = order[:SUMMED_CLASSES]
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column(Text("nats"), no_wrap=True)
        table.add_column(Text(heads[0]))
        table.add_column(Text(heads[1]), justify="right")
        for k in shown:
            name, now = evidence.classes[k], evidence.now(k)
            head = Text(one_line(name, 12), style=self._color(now or name))
            if now is not None:
                head.append(f"\n(now {one_line(now, 12)})", style="dim")
            table.add_column(head, justify="right")
        silent = [t for t in evidence.terms if t.version is not None and t.vote is None]
        for term in evidence.terms:
            if term in silent:
                continue
            said = Text(one_line(term.vote or "", 16), style=self._color(term.vote or ""))
            weight = "" if term.weight is None else written(term.weight)
            each = (nats(term.evidence[k]) for k in shown)
            by = Text(one_line(term.name, 30))
            if term.note:
                by.append(f"\n{one_line(term.note, 50)}", style="dim")
            table.add_row(by, said, weight, *each)
        if silent:
            sums = (nats(sum(t.evidence[k] for t in silent)) for k in shown)
            table.add_row(f"{len(silent)} that abstained", "", "", *sums, style="dim")
        totals = (nats(evidence.totals[k]) for k in shown)
        table.add_row("sum", "", "", *totals, style="bold")
        table.add_row("probability", "", "", *(score(evidence.probabilities[k]) for k in shown))
        return Group(reason, Text(), table)

    def _vote(self, vote: Vote) -> TrailStep:
        line = self._line("voted", vote.said, f"{vote.lf}{_when(vote)}", vote.run_id)
        where = f"{vote.file}:{vote.line}" if vote.line else vote.file or vote.kind
        facts = [("function", vote.lf), ("where", where), ("version", vote.version[:12])]
        if vote.said != vote.vote:
            facts.append(("counts as", vote.vote or "no label"))
        source = Text(safe(vote.source, keep_lines=True))
        return TrailStep(line, Group(_facts(*facts), Text(), source), vote.run_id)

    def _source(self, source: Source) -> TrailStep:
        line = self._line(
            "imported", source.given, f"{Path(source.path).name} row {source.row}", None
        )
        facts = [("file", source.path), ("row", f"{source.row}"), ("role", source.role)]
        facts += [
            (name, value)
            for name, value in (
                ("vendor", source.vendor), ("batch", source.batch), ("given label", source.given),
            )
            if value
        ]  # fmt: skip
        facts += [("SHA-256", source.sha256), ("run", f"{source.run_id}")]
        return TrailStep(line, _facts(*facts), source.run_id)


def _when(vote: Vote) -> str:
    return "" if vote.when is None else f" ({vote.when})"


def _facts(*facts: tuple[str, str]) -> Table:
    """Return names with their values."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1, overflow="fold")
    for name, value in facts:
        table.add_row(Text(one_line(name, 24)), Text(one_line(value, 1_000)))
    return table
