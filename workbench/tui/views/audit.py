"""Audit: the labels that confident learning doubts, worst first, and who is to blame."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.services.annotate import Decision, Session
from workbench.services.audit import AuditResult, GroupRate
from workbench.services.browse import ExampleView, last_audit, suspects_to_review
from workbench.services.project import Project
from workbench.services.results import from_json
from workbench.services.why import Belief
from workbench.store.queues import Suspect
from workbench.tui.actions import Action
from workbench.tui.colors import class_color
from workbench.tui.figures import interval, share
from workbench.tui.jobs import JobResult
from workbench.tui.safe_text import one_line
from workbench.tui.views.deciding import FLAG, LABEL, MOVES, PICK, DecidingView
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.document import Document
from workbench.tui.widgets.evidence import Evidence
from workbench.tui.widgets.row_list import RowList

_SHOWN_GROUPS = 12
_SURE = 0.05


class AuditView(DecidingView):
    """The suspects that nobody has reviewed."""

    NAME = "audit"
    SHOWS = ("audit",)
    DECIDES = ("keep", "suggestion")
    PANES = ("-pane-evidence", "-pane-rates")
    ACTIONS = (
        Action("keep", "keep", ("y",), "The label is right: keep it", "keep"),
        Action(
            "suggestion",
            "suggestion",
            ("s", "a"),
            "Take the suggested label",
            "take",
            shown_keys="s",
        ),
        LABEL,
        Action("later", "later", ("space",), "Decide later", "later"),
        Action("run", "audit", ("r",), "Audit the labels as they are now", "audit"),
        FLAG,
        PICK,
        *MOVES,
    )

    def __init__(self) -> None:
        super().__init__()
        self._suspects: dict[int, Suspect] = {}
        self._audit: AuditResult | None = None

    def compose_body(self) -> ComposeResult:
        """Suspects and rates, text, evidence."""
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield RowList(self.list_row, id="rows")
                with VerticalScroll(id="rates"):
                    yield Static(id="rates-text")
            with Vertical(id="center"):
                yield Document(id="document")
                yield ClassBar(id="class-bar")
            yield Evidence(id="evidence")

    def read(self) -> None:
        """Read the newest audit and what is left of its suspects."""
        self._audit = last_audit(self.project)
        suspects = suspects_to_review(self.project)
        self._suspects.update((suspect.example_id, suspect) for suspect in suspects)
        self.query_one("#rates-text", Static).update(_rates(self._audit))
        self.set_waiting([suspect.example_id for suspect in suspects])

    def row_head(self, example_id: int) -> Text:
        """Return the label quality, and what would change into what."""
        suspect = self._suspects[example_id]
        given, suggested = suspect.given_class, suspect.suggested_class
        return Text.assemble(
            (f" {suspect.label_quality:4.2f} ", "dim"),
            (self._class_name(given), class_color(given)),
            (" → ", "dim"),
            (self._class_name(suggested), class_color(suggested)),
            "  ",
        )

    def _class_name(self, class_id: int) -> str:
        return self.project.classes[class_id]

    def reason(self, example_id: int) -> str:
        """Say what is doubted."""
        suspect = self._suspects[example_id]
        return (
            f"{self._class_name(suspect.given_class)} is doubted,"
            f" {self._class_name(suspect.suggested_class)} suggested,"
            f" label quality {suspect.label_quality:.3f}"
        )

    def belief_of(self, view: ExampleView) -> Belief | None:
        """Return the out-of-fold belief that the doubt rests on."""
        doubting = (belief for belief in view.beliefs if belief.kind == "audit")
        return next(doubting, view.belief)

    def decide(self, session: Session, example_id: int, label: str, seconds: float) -> Decision:
        """Confirm the label where it is the given one, else correct it."""
        if label == self._class_name(self._suspects[example_id].given_class):
            return session.keep(example_id, label, seconds=seconds)
        return session.relabel(example_id, label, seconds=seconds)

    def show_progress(self) -> None:
        """Show how many suspects are left."""
        self.rows.border_title = (
            f"suspects · {len(self.marks):,} reviewed · {self.n_waiting:,} to go"
        )

    def nothing_left(self) -> Text:
        """Say what to do when there is no suspect."""
        text = Text("\n")
        if self._audit is None:
            text.append("The labels have not been audited.\n\n", style="bold")
            text.append("r  audits them: which labels are probably wrong, and in which batch.\n")
            text.append("   It needs 20 labelled rows in two classes.")
        else:
            text.append("No suspect waits for a review.\n\n", style="bold")
            text.append("r  audits the labels as they are now\n")
            text.append("x  does what the second line says is next")
        return text

    async def action_keep(self) -> None:
        """Confirm the given label."""
        row = self.row
        if row is not None:
            await self.label(self._class_name(self._suspects[row].given_class))

    async def action_suggestion(self) -> None:
        """Take the suggested label."""
        row = self.row
        if row is not None:
            await self.label(self._class_name(self._suspects[row].suggested_class))

    def action_later(self) -> None:
        """Go on without a decision."""
        self.rows.move(1)

    def action_audit(self) -> None:
        """Audit in a worker process, comparing what the last audit compared."""
        by = self._audit.by if self._audit is not None else None
        with self.guard():
            by = by or _grouping(self.project)
        self.workbench.start_job(["audit", *(["--by", by] if by else [])])

    def job_ended(self, result: JobResult) -> None:
        """Show the new audit; its groups are told by the command, where it had them counted."""
        self.read_again()
        if result.command == "audit" and result.document is not None:
            self._audit = from_json(AuditResult, result.document)
            self.query_one("#rates-text", Static).update(_rates(self._audit))


def _grouping(project: Project) -> str | None:
    """Return the finest of batch and vendor that tells rows apart, or None."""
    for column in ("batch", "vendor"):
        if len(set(project.store.examples.column(column))) > 1:
            return column
    return None


def _rates(audit: AuditResult | None) -> Group:
    """Return the tables of error rates by class and by group."""
    if audit is None:
        return Group(Text("error rates: after the first audit", style="dim"))
    total = Text.assemble(
        (share(audit.error_rate), "bold"),
        f" of {audit.n_rows:,} labels doubted",
        (f"  run {audit.run_id}", "dim"),
    )
    parts: list[Text | Table] = [total, _rate_table("class", audit.by_class[:_SHOWN_GROUPS])]
    if audit.by_group:
        parts.append(_rate_table(audit.by or "group", audit.by_group[:_SHOWN_GROUPS]))
        hidden = len(audit.by_group) - _SHOWN_GROUPS
        if hidden > 0:
            parts.append(Text(f"{hidden} more: workbench audit --by {audit.by}", style="dim"))
    return Group(*parts)


def _rate_table(title: str, rates: Sequence[GroupRate]) -> Table:
    """Return error rates with their intervals; what surely differs from the rest is marked."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", expand=True)
    table.add_column(Text(f"by {title}"), no_wrap=True, overflow="ellipsis", ratio=1)
    for heading in ("rate", "95%", "n"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    for rate in rates:
        stands_out = rate.q_value is not None and rate.q_value < _SURE and (rate.ratio or 0) > 1
        style = "bold red" if stands_out else ""
        table.add_row(
            Text(one_line(rate.group, 40) + (" !" if stands_out else "")),
            Text(share(rate.rate)),
            Text(interval(rate.low, rate.high)),
            Text(f"{rate.n:,}"),
            style=style,
        )
    return table
