"""What speaks for a label: beliefs, votes, the given label, earlier decisions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from workbench.services.browse import ExampleView
from workbench.services.trail import Belief, HumanEvent, Vote
from workbench.tui.colors import class_colors
from workbench.tui.figures import score
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.columns import fit, shorten
from workbench.tui.widgets.steady import Filling, Steady

_SHOWN_CLASSES = 6
_BAR_CELLS = 12
_NAME_CELLS = 19
"""With the figure and the bar, as wide as the pane."""


class Evidence(VerticalScroll):
    """The signals beside a text."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._colors: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Make the two columns (wide screens stack them)."""
        yield Steady(id="belief")
        yield Filling(id="votes")

    def show(self, view: ExampleView, belief: Belief | None, classes: Sequence[str]) -> None:
        """Show what speaks for the label of an example."""
        self._colors = class_colors(classes)
        lines = [
            *self._label_lines(view),
            *self._vote_lines(view.votes),
            *_decision_lines(view),
            *_metadata_lines(view),
        ]
        self.query_one("#belief", Steady).show(
            Text("\n").join(
                self._belief_lines(belief, len(classes), has_functions=bool(view.votes))
            )
        )
        self.query_one("#votes", Filling).show(Text("\n").join(lines))
        self.scroll_home(animate=False)

    def show_hidden(self, view: ExampleView) -> None:
        """Show what does not sway: nothing of what models, functions and others say."""
        hidden = [
            _heading("blind"),
            Text(spell("belief and votes are hidden ({annotate.blind})"), style="dim"),
        ]
        self.query_one("#belief", Steady).show(Text("\n").join(hidden))
        self.query_one("#votes", Filling).show(Text("\n").join(_metadata_lines(view)))
        self.scroll_home(animate=False)

    def show_nothing(self) -> None:
        """Show nothing."""
        for name in ("#belief", "#votes"):
            self.query_one(name, Steady).show("")

    def _named(self, name: str, width: int = 0) -> Text:
        shown = fit(shorten(name, width), width) if width else Text(name)
        shown.style = self._colors.get(name, "dim")
        return shown

    def _belief_lines(
        self, belief: Belief | None, n_classes: int, *, has_functions: bool
    ) -> list[Text]:
        if belief is None:
            how = "label model yet: apply, then aggregate"
            if not has_functions:
                how = "end model yet: answer some rows, then train"
            return [_heading("belief"), Text(f"no {how}", style="dim")]
        lines = [_heading("belief", belief.said_by)]
        shown = belief.probabilities[:_SHOWN_CLASSES]
        width = min(_NAME_CELLS, max(cell_len(name) for name, _ in shown))
        for name, probability in shown:
            line = Text.assemble(f"{score(probability)} ", self._named(name, width), " ")
            color = self._colors.get(name, "dim")
            line.append("█" * round(_BAR_CELLS * probability), style=color)
            lines.append(line)
        # A batch keeps its likeliest classes only.
        n_more = max(n_classes, len(belief.probabilities)) - len(shown)
        if n_more:
            share = max(0.0, 1 - sum(probability for _, probability in shown))
            lines.append(Text(f"{score(share)} {n_more:,} more", style="dim"))
        return lines

    def _vote_lines(self, votes: Sequence[Vote]) -> list[Text]:
        said = [vote for vote in votes if vote.vote is not None]
        if not votes:
            return [
                _heading("votes"),
                Text(spell("no labeling function yet ({app.go-functions})"), style="dim"),
            ]
        lines = [_heading("votes", f"{len(said)} of {len(votes)} functions")]
        for vote in said:
            assert vote.vote is not None
            lines.append(Text.assemble(self._named(vote.vote), "  ", one_line(vote.lf, 60)))
        pending = sum(not vote.is_applied for vote in votes)
        failed = sum(vote.error is not None for vote in votes)
        counts = {
            "abstain": len(votes) - len(said) - pending - failed,
            "failed": failed,
            "not applied": pending,
        }
        rest = [f"{n} {what}" for what, n in counts.items() if n]
        if rest:
            lines.append(Text(", ".join(rest), style="dim"))
        return lines

    def _label_lines(self, view: ExampleView) -> list[Text]:
        if view.resolved is None:
            return [_heading("label", "none yet")]
        line = Text.assemble(("label  ", "bold"), self._named(view.resolved.label))
        line.append(f"  {view.resolved.origin}, {score(view.resolved.confidence)}", style="dim")
        return [line]


def _decision_lines(view: ExampleView) -> list[Text]:
    if not view.decisions:
        return []
    return [_heading("decisions"), *(_decision(event) for event in view.decisions[:6])]


def _metadata_lines(view: ExampleView) -> list[Text]:
    lines = [
        Text.assemble((f"{one_line(name, 20)}  ", "dim"), one_line(str(value), 200))
        for name, value in view.example.metadata.items()
    ]
    return [_heading("columns"), *lines] if lines else []


def _decision(event: HumanEvent) -> Text:
    line = Text(f"{event.at[11:16]} {one_line(event.annotator, 20)} {event.kind}")
    if event.label:
        line.append(f" {event.label}")
    if event.seconds is not None:
        line.append(f"  {event.seconds:.0f} s", style="dim")
    if not event.stands:
        line.stylize("dim strike")
    return line


def _heading(title: str, note: str = "") -> Text:
    line = Text(title, style="bold")
    if note:
        line.append(f"  {note}", style="not bold dim")
    return line
