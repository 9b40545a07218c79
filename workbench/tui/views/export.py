"""Export: what would be written, what would stay behind and why, and then the file."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.errors import WorkbenchError
from workbench.figures import counted
from workbench.formats.writers import WRITABLE, writable_format
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.export.preview import (
    ExportPreview,
    LeftOutRow,
    PreviewRow,
    preview_export,
)
from workbench.services.history import has_run, log, written_files
from workbench.services.project import Project
from workbench.services.review.rates import ErrorsLeft
from workbench.services.rows import has_rows
from workbench.tui.actions import Action, moves
from workbench.tui.colors import color_of
from workbench.tui.drafts import numbered
from workbench.tui.figures import DASH, score
from workbench.tui.jobs import JobResult
from workbench.tui.key_names import key, spell
from workbench.tui.safe_text import one_line
from workbench.tui.views.panes import RowsView
from workbench.tui.views.provenance import show_trail
from workbench.tui.widgets.columns import fit, shorten, width_of
from workbench.tui.widgets.export_counts import PATH_CELLS, by_class, from_home, written_before
from workbench.tui.widgets.form import Field, Form
from workbench.tui.widgets.row_list import RowList
from workbench.types import Role

_NOW = "the labels of now"
_NO, _YES = "no", "yes"
_WHAT_TO_DO = "{app.next-step} does what is next, {export.left-out} shows why"
_SHOWN_SNAPSHOTS = 100
_REASON_CELLS = 30


@dataclass(frozen=True, slots=True)
class _Policy:
    """Which rows go out."""

    role: str
    min_confidence: float | None
    snapshot: str | None
    without_duplicates: bool


class ExportView(RowsView):
    """The options of an export beside a preview of the file."""

    NAME = "export"
    ACTIONS = (
        Action("write", "write", ("w",), "Write the file", "write"),
        Action("replace", "write(True)", ("W",), "Write it in place of the one that is there"),
        Action("left-out", "turn_over", ("v",), "Rows that go out / stay behind", "left out"),
        Action("format", "cycle('format')", ("f",), "The next format", "format"),
        Action("role", "cycle('role')", ("o",), "Whose rows: the next role", "rows"),
        Action("confidence", "edit('min_confidence')", ("c",), "Least confidence", "sure"),
        Action("snapshot", "cycle('snapshot')", ("s",), "Labels of now, or of a snapshot"),
        Action("duplicates", "cycle('duplicates')", ("d",), "Whether near-duplicates go out"),
        Action("parts", "cycle('split')", ("P",), "Whether to tell each row's part of the split"),
        Action("file", "edit('file')", ("e",), "Name the file", "file"),
        Action("why", "why", ("enter",), "The whole trail of the row", "why"),
        *moves("row"),
    )
    SHOWS = ("export",)
    CSS = """
    #export-options { width: 46; height: 1fr; border: round $edge; }
    #export-form { margin-bottom: 1; }
    #export-counts { height: 1fr; padding: 0 1; }
    #export-preview { width: 1fr; height: 1fr; }
    #export-head { height: 1; }
    #export-rows { height: 1fr; }
    ExportView.-narrow #export-options { layout: horizontal; width: 100%; height: 11;
      border: none; }
    ExportView.-narrow #export-form { width: 42; margin-bottom: 0; }
    ExportView.-narrow #export-preview { width: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._preview: ExportPreview | None = None
        self._notice: str | None = None
        # Costly in a large project, and the same whatever the options; with its generation.
        self._errors_left: tuple[int, ErrorsLeft] | None = None
        self._shows_left_out = False
        self._label_cells = 8
        self._kept: str | None = None

    def compose_body(self) -> ComposeResult:
        """Options and counts, and the preview."""
        fields = (
            Field("format", "format", WRITABLE[0], WRITABLE),
            Field("role", "rows of", Role.TRAIN, (*Role, "all")),
            Field("min_confidence", "at least", hint="any; or 0 to 1"),
            Field("snapshot", "labels", _NOW, (_NOW,)),
            Field("duplicates", "near-duplicates", _YES, (_YES, _NO)),
            Field("split", "split column", _NO, (_NO, _YES)),
            Field("file", "file", f"labels.{WRITABLE[0]}", hint="labels.csv"),
        )
        with Horizontal(id="body"):
            with Vertical(id="export-options"):
                yield Form(fields, id="export-form", is_open=True)
                with VerticalScroll(id="export-counts", can_focus=False):
                    yield Static(id="export-counts-text")
            with Vertical(id="export-preview", classes="pane list"):
                yield Static(id="export-head")
                yield RowList(self._list_row, id="export-rows")

    @property
    def _form(self) -> Form:
        return self.query_one("#export-form", Form)

    # -- the preview --------------------------------------------------------------------------

    def read(self) -> None:
        """Read what would go out, with the options as they are."""
        taken = log(self.project, kind="snapshot", outcome="done", limit=_SHOWN_SNAPSHOTS)
        self._form.offer("snapshot", (_NOW, *(str(run.parameters["name"]) for run in taken)))
        policy = self._policy()
        if policy is not None:
            self._load(policy)

    def _policy(self) -> _Policy | None:
        """Return what the fields ask for; None, and a word in the form, where one cannot be."""
        typed, snapshot = self._form["min_confidence"], self._form["snapshot"]
        try:
            least = float(typed) if typed else None
        except ValueError:
            least = math.nan
        if least is not None and not 0 <= least <= 1:
            self._form.complain("a confidence goes from 0 to 1; empty takes any")
            return None
        self._form.complain("")
        without_duplicates = self._form["duplicates"] == _NO
        if without_duplicates and not has_run(self.project, "diagnose"):
            self._form.complain("near-duplicates were not looked for yet: diagnose first")
            return None
        return _Policy(
            self._form["role"], least, None if snapshot == _NOW else snapshot, without_duplicates
        )

    @work(exclusive=True, group="export-preview")
    async def _load(self, policy: _Policy) -> None:
        generation = self.workbench.generation
        of, known = self._errors_left or (None, None)
        known = known if of == generation else None

        def read(project: Project) -> tuple[ExportPreview, str | None]:
            preview = preview_export(
                project,
                role=policy.role,
                min_confidence=policy.min_confidence,
                snapshot=policy.snapshot,
                without_duplicates=policy.without_duplicates,
                known=known,
            )
            return preview, diagnosis_notice(project)

        with self.guard():
            preview, self._notice = await self.read_apart(read)
            self._preview = preview
            if preview.errors_left is not None:
                self._errors_left = generation, preview.errors_left
            self._show_preview()

    def _show_preview(self) -> None:
        preview = self._preview
        if preview is None:
            return
        self._show_counts()
        self._label_cells = width_of(["label", *preview.by_label, *self.project.classes])
        shown: tuple[PreviewRow | LeftOutRow, ...] = preview.rows
        if self._shows_left_out:
            shown = preview.left_out_rows
        pane = self.query_one("#export-preview")
        n = preview.n_left_out if self._shows_left_out else preview.n_rows
        what = _stay_behind(n) if self._shows_left_out else _go_out(n)
        first = f" · the first {len(shown):,}" if len(shown) < n else ""
        pane.border_title = f"{what}{first}"
        other = "what goes out" if self._shows_left_out else "what stays behind"
        pane.border_subtitle = f"{key('export.left-out')}: {other}"
        self.query_one("#export-head", Static).update(self._head())
        self.rows.empty_text = (
            " every row of this role goes out"
            if self._shows_left_out
            else self._nothing_yet(preview)
        )
        self.rows.set_rows(range(len(shown)))

    @property
    def _path(self) -> Path:
        """The file, as typed: it is in the shell's folder where it names none."""
        return Path(self._form["file"]).expanduser()

    @property
    def _is_in_shell_folder(self) -> bool:
        """Whether the shell would write the file where it stands."""
        return self._path.resolve().parent == Path.cwd().resolve()

    def _show_counts(self) -> None:
        if self._preview is not None:
            self.query_one("#export-counts-text", Static).update(self._counts(self._preview))

    def _nothing_yet(self, preview: ExportPreview) -> str:
        if not has_rows(self.project):
            return " no rows yet: type :import FILE --role train"
        return spell(f" {preview.nothing}: {_WHAT_TO_DO}")

    def _head(self) -> Text:
        second = "reason" if self._shows_left_out else "origin"
        cells = _REASON_CELLS if self._shows_left_out else 10
        return Text.assemble(
            " ", fit("uid", 12), " ", fit("label", self._label_cells), " ",
            fit("conf", 5, right=True), "  ", fit(second, cells), " text", style="dim",
        )  # fmt: skip

    def _list_row(self, index: int) -> Text:
        preview = self._preview
        assert preview is not None
        row: PreviewRow | LeftOutRow
        if self._shows_left_out:
            row = preview.left_out_rows[index]
            note, cells = row.reason, _REASON_CELLS
        else:
            row = preview.rows[index]
            note, cells = row.origin, 10
        confidence = score(row.confidence)
        return Text.assemble(
            " ", fit(row.uid, 12, style="dim"),
            " ",
            fit(
                shorten(row.label or DASH, self._label_cells),
                self._label_cells,
                style=color_of(row.label, self.project.classes),
            ),
            " ", fit(confidence, 5, right=True),
            "  ", fit(note, cells, style="dim"), " ", one_line(row.text),
        )  # fmt: skip

    def _counts(self, preview: ExportPreview) -> Text:
        """Return what goes out by class and origin, and what stays behind by reason."""
        text = Text()
        text.append(f"{_go_out(preview.n_rows)}\n", style="bold")
        text.append(f"into {shorten(self._path.name, PATH_CELLS)}\n")
        if self._kept is not None:
            text.append(f"before: {shorten(self._kept, PATH_CELLS)}\n")
        text.append(f"in {shorten(from_home(self._path.parent), PATH_CELLS)}", style="dim")
        text.append(", the shell's folder\n" if self._is_in_shell_folder else "\n", style="dim")
        text.append_text(by_class(preview, self.project.classes))
        notice = () if self._notice is None else (self._notice,)
        for said in (*notice, *preview.stale, *preview.notes.sentences):
            text.append(f"\n{one_line(said, 200)}\n", style="yellow")
        for said in () if preview.errors_left is None else preview.errors_left.sentences:
            text.append(f"\n{one_line(said, 200)}\n")
        text.append_text(written_before(written_files(self.project), self._path))
        return text

    def why_not(self, name: str) -> str | None:
        """Say what cannot be done where there is no row."""
        is_to_write = name in ("write", "replace")
        if is_to_write and self._preview is not None and not self._preview.n_rows:
            return "no row would go out"
        if name in ("why", "down", "up") and self.rows.current is None:
            return "there is no row here"
        return None

    # -- actions ------------------------------------------------------------------------------

    @on(Form.Changed)
    def _on_changed(self, event: Form.Changed) -> None:
        if event.name in ("format", "file"):
            self._kept = None
            self.call_after_refresh(self._show_counts)
        if event.name == "format":
            path = Path(self._form["file"] or "labels")
            self._form["file"] = str(path.with_suffix(f".{self._form['format']}"))
        elif event.name == "file":
            ending = Path(self._form["file"]).suffix.removeprefix(".")
            if ending in WRITABLE:
                self._form["format"] = ending
            self._form.complain("")
        elif event.name != "split":
            self.read_again()

    @on(Form.Submitted)
    def _on_submitted(self) -> None:
        self.rows.focus()

    def close_own(self) -> bool:
        """Leave a field of the form."""
        if not self._form.is_focused:
            return False
        self.rows.focus()
        return True

    def action_cycle(self, field: str) -> None:
        """Take the next value of a field."""
        self._form.cycle(field)

    def action_edit(self, field: str) -> None:
        """Type into a field."""
        self._form.edit(field)

    def action_turn_over(self) -> None:
        """Show the rows that stay behind, or again those that go out."""
        self._shows_left_out = not self._shows_left_out
        self._show_preview()

    def action_write(self, replaces: bool = False) -> None:
        """Write the file in a worker process; one that is there is replaced only where asked."""
        policy, path = self._policy(), self._path
        if policy is None:
            return
        try:
            writable_format(path, self._form["format"])
        except WorkbenchError as error:
            self._form.complain(error.message)
            return
        if not path.name:
            self._form.complain(spell("name the file ({export.file})"))
            return
        is_there = path.exists()
        if is_there and not replaces:
            choice = spell("{export.replace} replaces it, {export.file} names another")
            self._form.complain(f"{one_line(path.name, 40)} is there already: {choice}")
            return
        if (running := self.workbench.job_command) is not None:
            self.complain(f"{running} is running: {key('app.escape')} cancels it")
            return
        kept = None
        if is_there:
            try:
                kept = _put_aside(path).name
            except OSError as error:
                self._form.complain(f"{one_line(path.name, 40)} is not replaced: {error.strerror}")
                return
        options = ["--format", self._form["format"], "--role", policy.role]
        if policy.min_confidence is not None:
            options += ["--min-confidence", str(policy.min_confidence)]
        if policy.snapshot is not None:
            options += ["--snapshot", policy.snapshot]
        if policy.without_duplicates:
            options.append("--without-duplicates")
        if self._form["split"] == _YES:
            options.append("--with-split")
        # A name that begins with a dash is no option.
        file = str(path) if path.is_absolute() else f"./{path}"
        if is_there:
            options.append("--yes")
        self._form.complain("")
        self._kept = kept
        self.say(f"writing {path.resolve()} …")
        self.workbench.start_job(["export", *options, file])

    def job_ended(self, result: JobResult) -> None:
        """Show what was written."""
        self.read_again()

    async def action_why(self) -> None:
        """Go to the trail of the row under the cursor."""
        index, preview = self.rows.current, self._preview
        if index is not None and preview is not None:
            row = (preview.left_out_rows if self._shows_left_out else preview.rows)[index]
            await show_trail(self.workbench, row.uid)


def _go_out(n: int) -> str:
    return f"{counted(n, 'row')} {'goes' if n == 1 else 'go'} out"


def _stay_behind(n: int) -> str:
    return f"{counted(n, 'row')} {'stays' if n == 1 else 'stay'} behind"


def _put_aside(path: Path) -> Path:
    """Keep the file that is about to be replaced under a name of its own; return it.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    for name in numbered(f"{path.name}.replaced"):
        aside = path.with_name(name)
        with contextlib.suppress(FileExistsError):
            try:
                # The new file is written apart and takes the name; the old one keeps this one.
                os.link(path, aside)
            except FileExistsError:
                raise
            except OSError:  # where the disk knows no second name
                with path.open("rb") as read, aside.open("xb") as written:
                    shutil.copyfileobj(read, written)
            return aside
    raise AssertionError("numbers do not end")
