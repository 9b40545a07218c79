"""Diagnose: which failure the data has, how sure that is, what to do first, and the rows."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.figures import counted
from workbench.services.browse import last_diagnosis
from workbench.services.diagnose.diff import DiagnosisDiff, compare_diagnoses, diagnosis_of
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.diagnose.rows_behind import Evidence
from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.history import log
from workbench.services.project import Project
from workbench.services.rows import rows_with_uids
from workbench.tui.actions import Action, moves
from workbench.tui.jobs import JobResult
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line
from workbench.tui.views.panes import RowsView
from workbench.tui.widgets.diagnosis_entries import Entry, diagnosis_entries
from workbench.tui.widgets.first_steps import first_steps
from workbench.tui.widgets.picker import Choice
from workbench.tui.widgets.row_list import RowList

_EVIDENCE, _PAGE = "evidence", "page"

_FIRST_STEP = (
    "{diagnose.run}",
    "measures duplicates, class imbalance, label noise and shift, and says what to do first",
)


class DiagnoseView(RowsView):
    """The verdicts in a list with all that follows from them; beside it, one in full."""

    NAME = "diagnose"
    SHOWS = ("diagnose",)
    ACTIONS = (
        Action("run", "app.run_command('diagnose')", ("r",), "Diagnose the data now", "diagnose"),
        Action("open", "open", ("enter",), "Open the rows behind a figure", "rows"),
        Action("do", "do_step", ("e",), "Do the step under the cursor", "do step"),
        Action("compare", "compare", ("c",), "Compare two groups of rows", "compare"),
        Action("page", "page", ("h",), "Write the page to show to others (HTML)", "page"),
        *moves("line"),
        Action("detail-down", "scroll_detail(1)", ("J",), "Scroll what is beside the list"),
        Action("detail-up", "scroll_detail(-1)", ("K",), "Scroll it back"),
    )
    CSS = """
    #diagnosis-pane { width: 2fr; height: 1fr; }
    #diagnosis-detail { width: 3fr; height: 1fr; padding: 0 1; }
    #diagnosis { height: 1fr; }
    DiagnoseView.-narrow #diagnosis-pane, DiagnoseView.-narrow #diagnosis-detail { width: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._evidence: dict[str, Evidence] = {}

    def compose_body(self) -> ComposeResult:
        """Make the list and the pane beside it."""
        yield Static(
            first_steps(
                "The data has not been diagnosed.", _FIRST_STEP, note="It changes nothing."
            ),
            id="empty",
        )
        with Horizontal(id="body"):
            with Vertical(id="diagnosis-pane", classes="pane list"):
                yield RowList(self._line, id="diagnosis")
            with VerticalScroll(id="diagnosis-detail", classes="pane", can_focus=False):
                yield Static(id="diagnosis-text")

    @property
    def _entry(self) -> Entry | None:
        index = self.rows.current
        return None if index is None else self._entries[index]

    def _line(self, index: int) -> Text:
        return self._entries[index].line.copy()

    # -- what is shown ------------------------------------------------------------------------

    def read(self) -> None:
        """Read the newest diagnosis, and what changed since the one before."""
        self._load()

    @work(exclusive=True, group="diagnosis")
    async def _load(self) -> None:
        with self.guard():
            read = await self.read_apart(_read)
            self.set_class(read is None, "-empty")
            if read is not None:
                self._show(*read)
            self.refresh_keys()

    def _show(
        self, found: DiagnoseResult, against: DiagnosisDiff | None, notice: str | None
    ) -> None:
        self._entries = diagnosis_entries(
            found, self.project.classes, against=against, notice=notice
        )
        roles = ", ".join(f"{n:,} {role}" for role, n in found.by_role.items() if n)
        self.query_one("#diagnosis-pane").border_title = f"run {found.run_id} · {roles}"
        # The first line is a heading; what it says of the whole is one key up.
        cursor = self.rows.cursor if self.rows.current is not None else 1
        self.rows.set_rows(range(len(self._entries)), cursor=cursor)
        self._show_detail()

    @on(RowList.Moved, "#diagnosis")
    def _on_moved(self) -> None:
        self._show_detail()
        self.refresh_keys()

    def _show_detail(self) -> None:
        entry = self._entry
        self.query_one("#diagnosis-text", Static).update("" if entry is None else entry.body)
        self.query_one("#diagnosis-detail").scroll_home(animate=False)

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Say what cannot be done with the line under the cursor."""
        entry = self._entry
        if name in ("open", "do", "down", "up") and entry is None:
            return spell("diagnose the data first ({diagnose.run})")
        if name == "open" and entry is not None and not entry.evidence:
            return "no rows are named behind this line"
        if name == "do" and entry is not None and not entry.command:
            return "the cursor is on no step"
        return None

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll what is beside the list."""
        self.query_one("#diagnosis-detail").scroll_relative(y=4 * lines, animate=False)

    async def action_open(self) -> None:
        """Open the rows behind the line; where there are several kinds, choose one."""
        evidence = () if self._entry is None else self._entry.evidence
        if len(evidence) == 1:
            await self._open(evidence[0])
        elif evidence:
            names = [f"{i} {one_line(item.title or item.name, 80)}" for i, item in
                     enumerate(evidence, start=1)]  # fmt: skip
            self._evidence = dict(zip(names, evidence, strict=True))
            choices = [
                Choice(name, counted(item.n, "row")) for name, item in self._evidence.items()
            ]
            self.open_picker(_EVIDENCE, "rows to open", choices)

    async def picked(self, purpose: str, name: str) -> None:
        """Open the rows that were chosen."""
        if purpose == _EVIDENCE:
            await self._open(self._evidence[name])

    async def _open(self, evidence: Evidence) -> None:
        with self.guard():
            ids = rows_with_uids(self.project, evidence.uids)
            await self.workbench.show_rows(one_line(evidence.title or evidence.name, 60), ids)

    def action_do_step(self) -> None:
        """Do what the step says; options can be changed in the command line first."""
        if self._entry is not None:
            self.open_command_line(self._entry.command.removeprefix("workbench "))

    def action_compare(self) -> None:
        """Name two groups of rows to compare."""
        self.open_command_line("diagnose --compare ")

    def action_page(self) -> None:
        """Ask for the file to write the page to."""
        self.ask(_PAGE, "write the page to", "diagnosis.html")

    def answered(self, purpose: str, text: str) -> None:
        """Write the page in a worker process."""
        if purpose == _PAGE and text.strip():
            self.workbench.start_job(["diagnose", "--html", text.strip()])

    def job_ended(self, result: JobResult) -> None:
        """Show the new diagnosis from its first line."""
        if result.command == "diagnose":
            self.rows.await_rows()
        self.read_again()


def _read(
    project: Project,
) -> tuple[DiagnoseResult, DiagnosisDiff | None, str | None] | None:
    """Read the newest diagnosis, what changed since the one before, and whether it is stale."""
    found = last_diagnosis(project)
    if found is None:
        return None
    earlier = [
        run.run_id
        for run in log(project, kind="diagnose", outcome="done", limit=2)
        if run.run_id < found.run_id
    ]
    against = compare_diagnoses(diagnosis_of(project, earlier[0]), found) if earlier else None
    return found, against, diagnosis_notice(project)
