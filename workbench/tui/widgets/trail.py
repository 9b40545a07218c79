"""The trail of a label as steps: each a line, with all that is known of it beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.services.evidence import Evidence
from workbench.services.why import Belief, HumanEvent, Source, Trail, Vote
from workbench.tui.colors import class_color
from workbench.tui.figures import DASH, bar, share
from workbench.tui.safe_text import one_line, page, safe

_SHOWN_CLASSES = 12
_SUMMED_CLASSES = 3


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step: its line, what is shown beside it, and the run that made it."""

    line: Text
    body: RenderableType
    run_id: int | None


def trail_steps(trail: Trail, classes: Sequence[str]) -> tuple[TrailStep, ...]:
    """Return the steps of a trail: the label first, the row of the file last."""
    return tuple(_Steps(trail, classes).make())


class _Steps:
    """Makes the steps of one trail in the colours of the classes."""

    def __init__(self, trail: Trail, classes: Sequence[str]) -> None:
        self._trail = trail
        self._colors = {name: class_color(i) for i, name in enumerate(classes)}

    def make(self) -> Iterator[TrailStep]:
        """Yield the steps."""
        trail = self._trail
        yield self._label()
        for exported in reversed(trail.exports):
            line = self._line("exported", exported.label, f"to {exported.path}", exported.run_id)
            facts = (("file", exported.path), ("SHA-256", exported.sha256))
            yield TrailStep(line, _facts(*facts), exported.run_id)
        if trail.consensus is not None and len(trail.consensus.answers) > 1:
            yield self._consensus()
        for event in trail.decisions:
            yield self._decision(event)
        for question in trail.questions:
            line = self._line("asked by", None, f"{question.kind}, rank {question.rank}", None)
            facts = (("run", f"{question.run_id} {question.kind}"), ("why", question.reason))
            yield TrailStep(line, _facts(*facts), question.run_id)
        for belief in trail.beliefs:
            yield self._belief(belief)
        if trail.evidence is not None:
            line = self._line("weighed", None, f"by {trail.evidence.model}", trail.evidence.run_id)
            yield TrailStep(line, self._evidence(trail.evidence), trail.evidence.run_id)
        for vote in trail.votes:
            if vote.said:
                yield self._vote(vote)
        silent = [vote.lf for vote in trail.votes if not vote.said]
        if silent:
            line = self._line("abstained", None, f"{len(silent)} functions", None)
            yield TrailStep(line, Text("\n".join(one_line(name) for name in silent)), None)
        for duplicate in trail.duplicates:
            how = "repeats" if duplicate.exact else f"nearly repeats, {duplicate.similarity:.2f}"
            yield TrailStep(self._line(how, None, duplicate.uid, None), Text(how), None)
        yield self._source(trail.source)

    def _line(self, what: str, label: str | None, note: str, run_id: int | None) -> Text:
        line = Text(f" {what:<10} ", style="dim", no_wrap=True)
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
            line = Text(" label      none: nothing that is sure enough speaks for one")
        else:
            note = f"{trail.confidence:.2f} from {trail.origin}"
            line = self._line("label", trail.label, note, trail.run_id)
        text = page(trail.text)
        facts = _facts(*((name, str(value)) for name, value in trail.metadata.items()))
        return TrailStep(line, Group(text, Text(), facts), trail.run_id)

    def _consensus(self) -> TrailStep:
        consensus = self._trail.consensus
        assert consensus is not None
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
        note = f"{event.annotator} {event.at[5:16].replace('T', ' ')}"
        line = self._line(event.kind, event.label, note, None)
        if not event.stands:
            line.stylize("strike")
        facts = [("who", event.annotator), ("when", f"{event.at[:19].replace('T', ' ')} UTC")]
        if event.said != event.label:
            facts.append(("said", f"{event.said}, which counts as {event.label or 'no label'}"))
        if not event.stands:
            facts.append(("state", "taken back"))
        if event.seconds is not None:
            facts.append(("took", f"{event.seconds:.1f} s"))
        if event.guideline:
            facts.append(("under", f"version {event.guideline} of the guidelines"))
        if event.note:
            facts.append(("note", event.note))
        if event.asked_by:
            facts.append(("asked by", f"run {event.asked_by}"))
        facts.append(("event", f"{event.event_id}, run {event.run_id}"))
        return TrailStep(line, _facts(*facts), event.run_id)

    def _belief(self, belief: Belief) -> TrailStep:
        top, probability = belief.probabilities[0]
        used = "" if belief.is_in_use else ", not in use"
        line = self._line("believed", top, f"{probability:.2f} by {belief.model}{used}", None)
        table = Table.grid(padding=(0, 2, 0, 0))
        for label, p in belief.probabilities[:_SHOWN_CLASSES]:
            color = self._color(label)
            name = Text(one_line(label, 30), style=color)
            table.add_row(name, f"{p:.3f}", bar(p, 20, style=color))
        head = Text(f"{belief.model}, {belief.kind} run {belief.run_id}\n", style="dim")
        return TrailStep(line, Group(head, table), belief.run_id)

    def _evidence(self, evidence: Evidence) -> RenderableType:
        order = sorted(range(len(evidence.classes)), key=lambda k: -evidence.totals[k])
        shown = order[:_SUMMED_CLASSES]
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column(Text("nats"), no_wrap=True)
        table.add_column(Text("vote"))
        table.add_column(Text("right"), justify="right")
        for k in shown:
            name = evidence.classes[k]
            table.add_column(Text(one_line(name, 12), style=self._color(name)), justify="right")
        silent = [t for t in evidence.terms if t.version is not None and t.vote is None]
        for term in evidence.terms:
            if term in silent:
                continue
            said = Text(one_line(term.vote or "", 16), style=self._color(term.vote or ""))
            weight = "" if term.weight is None else share(term.weight)
            figures = (f"{term.evidence[k]:+.2f}" for k in shown)
            table.add_row(Text(one_line(term.name, 30)), said, weight, *figures)
        if silent:
            sums = (f"{sum(t.evidence[k] for t in silent):+.2f}" for k in shown)
            table.add_row(f"{len(silent)} that abstained", "", "", *sums, style="dim")
        totals = (f"{evidence.totals[k]:+.2f}" for k in shown)
        table.add_row("sum", "", "", *totals, style="bold")
        table.add_row("probability", "", "", *(f"{evidence.probabilities[k]:.3f}" for k in shown))
        return Group(Text(one_line(evidence.reason, 400), style="dim"), Text(), table)

    def _vote(self, vote: Vote) -> TrailStep:
        line = self._line("voted", vote.said, vote.lf, vote.run_id)
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


def _facts(*facts: tuple[str, str]) -> Table:
    """Return names with their values."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1, overflow="fold")
    for name, value in facts:
        table.add_row(Text(one_line(name, 24)), Text(one_line(value, 1_000)))
    return table
