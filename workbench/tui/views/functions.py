"""Functions: what each labeling function says, how right it is, and its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Static

from workbench.figures import counted
from workbench.services.lf.functions import LFList, LFRow, list_functions, new_function, templates
from workbench.services.lf.rows import Which, function_row_ids
from workbench.services.lf.suggest import Suggestions, accept_suggestions, suggest_functions
from workbench.services.project import Project
from workbench.services.row_filter import parse_filter
from workbench.services.rows import find_rows
from workbench.tui.actions import Action, moves
from workbench.tui.drafts import Drafts
from workbench.tui.external_editor import edit_outside, editor_command
from workbench.tui.figures import share
from workbench.tui.jobs import JobResult
from workbench.tui.key_names import key, spell
from workbench.tui.safe_text import one_line
from workbench.tui.views.base import View
from workbench.tui.widgets.first_steps import first_steps
from workbench.tui.widgets.function_table import (
    ORDERS,
    FailedTrial,
    FunctionTable,
    after_trial,
    heading,
    new_heading,
    ordered,
    problem_lines,
    problem_of,
    trial_words,
    why_unused,
)
from workbench.tui.widgets.picker import Choice
from workbench.tui.widgets.script_editor import ScriptEditor

_LOADS = ("functions", "try")  # the groups of the workers that run scripts

_TEMPLATE, _NAME, _IDEA = "template", "name", "idea"
_FIRST_STEPS = (
    ("{functions.new}", "writes one from a template and opens it here"),
    ("{functions.suggest}", "suggests words that speak for one class, to accept"),
    ("{functions.reload}", "reads the scripts that you wrote elsewhere into labeling_functions/"),
    (":import-votes FILE", "takes votes that were made elsewhere"),
)


class FunctionsView(View):
    """The table of the functions, and the source of the one under the cursor."""

    NAME = "functions"
    SHOWS = ("apply",)
    ACTIONS = (
        Action("edit", "edit", ("e",), "Edit the script of the function", "edit"),
        Action("new", "new", ("n",), "Write a new function from a template", "new"),
        Action("run", "app.run_command('apply')", ("r",), "Apply what is new or changed", "apply"),
        Action("wrong", "rows('wrong')", ("w",), "Its wrong rows, in Annotate", "wrong"),
        Action("conflicts", "rows('conflicting')", ("c",), "Its rows in conflict", "conflict"),
        Action("missed", "rows('missed')", ("m",), "Rows that it should vote on", "missed"),
        Action("right", "rows('right')", ("y",), "Its right rows"),
        Action("uncovered", "rows('uncovered')", ("v",), "Rows that no function votes on"),
        Action("suggest", "suggest", ("i",), "Suggest functions, to accept one", "ideas"),
        Action("test", "test", ("t",), "Try the function on a sample; nothing is stored"),
        Action("external-editor", "external_editor", ("o",), "Open the script in $EDITOR"),
        Action("save", "save", ("ctrl+s",), "Save; try it on a sample, then apply it to all rows"),
        Action("discard", "discard", (), "Put the unsaved changes of the script aside"),
        Action("sort", "sort", ("s",), "Order the table by the next column"),
        Action("reload", "reload", ("R",), "Run the scripts to see what changed"),
        *moves("function"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: LFList | None = None
        self._functions: tuple[LFRow, ...] = ()
        self._cursor_name: str | None = None
        self._order = 0
        self._ideas: Suggestions | None = None
        self._template = "python"
        self._tried: str | None = None
        self._failed: dict[str, FailedTrial] = {}

    def compose_body(self) -> ComposeResult:
        """Table, source, and what went wrong."""
        with Horizontal(id="body"):
            with Vertical(id="functions"):
                yield FunctionTable(id="table")
                yield Static(id="problems")
            yield ScriptEditor(Drafts(self.project.root), id="source-pane")
        yield Static(first_steps("There is no labeling function yet.", *_FIRST_STEPS), id="empty")

    def on_mount(self) -> None:
        """Begin in the table."""
        self._table.focus()

    @property
    def _table(self) -> FunctionTable:
        return self.query_one(FunctionTable)

    @property
    def _editor(self) -> ScriptEditor:
        return self.query_one(ScriptEditor)

    @property
    def _row(self) -> LFRow | None:
        """The function under the cursor."""
        return next((row for row in self._functions if row.name == self._cursor_name), None)

    @property
    def _script(self) -> Path | None:
        """The script of the function under the cursor."""
        row = self._row
        if row is None or row.file is None or row.kind == "external":
            return None
        return self.project.functions_folder / row.file

    def _in_folder(self, file: Path) -> str:
        """Return what the functions of a file call it; helpers may lie deeper in the folder."""
        return file.relative_to(self.project.functions_folder).as_posix()

    def read(self) -> None:
        """Read the stored figures; the scripts are not run for this."""
        self._load(with_scripts=False)

    @work(exclusive=True, group="functions")
    async def _load(self, *, with_scripts: bool) -> None:
        def read(project: Project) -> LFList:
            return list_functions(project, load_scripts=with_scripts)

        with self.guard():
            found = await self.read_apart(read)
            self._show(found)
            if with_scripts:
                n_behind = sum(row.state in ("new", "stale") for row in found.functions)
                wait = (
                    f"{n_behind} wait{'s' * (n_behind == 1)} for {key('functions.run')}"
                    if n_behind
                    else "all up to date"
                )
                self.say(f"{counted(len(found.functions), 'function')}, {wait}")

    def _show(self, found: LFList) -> None:
        self._found = found
        rows = tuple(after_trial(row, self._failed.get(row.name)) for row in found.functions)
        self._functions = ordered(rows, self._order)
        self.set_class(not found.functions and not found.problems, "-empty")
        self.set_title(
            self._table,
            f"{counted(len(found.functions), 'function')}"
            f" · {share(found.coverage)} of the rows covered"
            f" · {share(found.conflicts)} in conflict",
        )
        self._show_problems(found)
        self._fill_table()
        self.refresh_keys()

    def _fill_table(self) -> None:
        self._table.show(self._functions, self._cursor_name)
        if self._functions and not self._is_editing_new:
            self._show_source(self._row or self._functions[0])

    def _show_problems(self, found: LFList) -> None:
        problems = self.query_one("#problems", Static)
        problems.update(problem_lines(found.problems))
        problems.display = bool(found.problems)

    @on(DataTable.RowHighlighted)
    def _on_highlighted(self, event: DataTable.RowHighlighted) -> None:
        # The table may have been emptied since.
        name = event.row_key.value if event.row_key is not None else None
        for row in self._functions:
            if row.name == name and not self._is_editing_new:
                self._show_source(row)

    @property
    def _is_editing_new(self) -> bool:
        """Whether a script is being edited that no function of the table is in."""
        file = self._editor.file
        return file is not None and all(
            row.file != self._in_folder(file) for row in self._functions
        )

    def _show_source(self, row: LFRow) -> None:
        self._cursor_name = row.name
        script = self._script
        has_draft = script is not None and self._editor.has_draft(script)
        failed = row.name in self._failed
        head = heading(row, has_draft=has_draft, has_failed_trial=failed)
        self._editor.show(head, row.source, row.name)

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Return why something cannot be done with the function of now."""
        row = self._row
        if name in ("wrong", "conflicts", "missed", "right", "test") and row is None:
            return spell("there is no function yet: {functions.new} writes one")
        if name in ("wrong", "conflicts", "missed", "right") and row and row.state == "new":
            return spell("it has not voted yet: {functions.run} applies it")
        if name in ("wrong", "right", "missed") and row and not row.n_labelled and name != "missed":
            return "it votes on no row with a trusted label: annotate some"
        if name in ("edit", "external-editor", "test") and self._script is None:
            return "its votes come from elsewhere" if row else "there is no function yet"
        if name == "test" and row and row.state == "gone":
            return spell("it is gone from its script: {functions.run} withdraws it")
        if name == "external-editor":
            return editor_command()[1]
        if name == "discard" and (self._script is None or not self._editor.has_draft(self._script)):
            return "the script has no unsaved changes"
        if name == "save" and not self._editor.is_editing:
            return "nothing is being edited"
        return None

    def bar_actions(self) -> Sequence[Action]:
        """Return the keys of the editor while it is open."""
        if not self._editor.is_editing:
            return self.actions
        save = next(action for action in self.actions if action.name == "save")
        leave = Action("leave", "leave", ("escape",), "Leave the editor", "leave the editor")
        return (replace(save, label="save and apply"), leave)

    def action_reload(self) -> None:
        """Run the scripts in a worker process and show what changed."""
        self.say(spell("running the scripts … · {app.escape} gives up"))
        self._load(with_scripts=True)

    def close_own(self) -> bool:
        """Leave the editor, or give up on scripts that take long to load."""
        if self._editor.is_editing:
            self._table.focus()  # which leaves the editor
            return True
        loading = [w for w in self.workers if w.group in _LOADS and not w.is_finished]
        for worker in loading:
            worker.cancel()
        if loading:
            self.say("gave up; the table is as it was")
        return bool(loading)

    def action_edit(self) -> None:
        """Edit the script."""
        row, script = self._row, self._script
        if row is not None and script is not None:
            with self.guard():
                self._editor.edit(script, row.line or 1)
                self._editor.complain("")
            self.refresh_keys()

    def on_descendant_blur(self) -> None:
        """Leave the editor when another widget is focused; a draft is kept."""
        if self._editor.is_editing and not self._editor.area.has_focus:
            if self._editor.leave():
                self.say(
                    spell("not saved yet: {functions.edit} goes on, {functions.save} then saves")
                )
            row = self._row
            if row is None and self._functions:
                row = self._functions[self._table.cursor_row]
            if row is not None:
                self._show_source(row)
            self._table.focus()
            self.refresh_keys()

    def action_save(self) -> None:
        """Save the script and try the function on a sample; the run on all rows follows."""
        if not self._editor.is_editing:
            return
        with self.guard():
            file = self._editor.save()
            self.say(f"saved {file.name}; trying it …")
            self._tried = self._name_at_cursor(file)
            self._try_saved(file)

    def action_discard(self) -> None:
        """Put the draft of the script aside."""
        row, script = self._row, self._script
        if row is not None and script is not None:
            with self.guard():
                aside = self._editor.discard(script)
                self._show_source(row)
                self.say(f"the changes are no more in {script.name}; they are kept in {aside}")

    def _name_at_cursor(self, file: Path) -> str | None:
        """Return the function of the file that is looked at."""
        row = self._row
        return row.name if row is not None and row.file == self._in_folder(file) else None

    @work(exclusive=True, group="try")
    async def _try_saved(self, file: Path) -> None:
        """Load the scripts: what is wrong in one is shown at its line; what is right is run."""
        with self.guard():
            found = await self.read_apart(list_functions)
            self._show(found)
            name = self._in_folder(file)
            rows = [row for row in found.functions if row.file == name]
            if (problem := problem_of(name, found.problems, rows)) is not None:
                self._editor.complain(problem.message, problem.line, problem.column)
                self.complain(why_unused(name, problem))
                return
            self._editor.complain("")
            mine = [row.name for row in rows if row.state not in ("gone", "broken")]
            for row in rows:
                self._failed.pop(row.name, None)
            self._tried = self._tried if self._tried in mine else next(iter(mine), None)
            if self._tried is not None:
                self.workbench.start_job(["lf", "test", self._tried])
            elif rows:
                # Nothing to try: what the script no longer has is withdrawn.
                self.workbench.start_job(["apply"])
            else:
                self.say(f"saved {file.name}; there is no function in it")

    def action_test(self) -> None:
        """Try the function on a sample."""
        if self._row is not None:
            self._tried = None
            self.workbench.start_job(["lf", "test", self._row.name])

    def job_ended(self, result: JobResult) -> None:
        """Show what a trial or an apply brought; after the trial of a saved script, apply it."""
        tried, follows, self._tried = result.document, self._tried is not None, None
        if result.command == "apply" and result.outcome == "done":
            self._failed.clear()
        if not isinstance(tried, dict) or "n_votes" not in tried:  # no trial, or one that failed
            self.read_again()
            return
        said = trial_words(tried)
        if tried["errors"]:
            first = tried["errors"][0]
            self._editor.complain(f"{first['type']}: {first['message']}", first["line"])
            end = "; it was not applied" if follows else ""
            self.complain(f"{said}; first {first['uid']}{end}")
            self._failed[tried["name"]] = FailedTrial.of(tried)
            if self._found is not None:
                self._show(self._found)
            return
        self.say(said)
        if follows:
            self.workbench.start_job(["apply"])

    async def action_external_editor(self) -> None:
        """Open the script in the user's editor; the terminal is its own until it ends."""
        row, script = self._row, self._script
        if row is None or script is None:
            return
        if (reason := edit_outside(self.app, script, row.line or 1)) is not None:
            self.complain(reason)
            return
        self.refresh()
        self._tried = row.name
        self._try_saved(script)

    def action_new(self) -> None:
        """Choose a template."""
        choices = [Choice(name, summary) for name, summary in templates().items()]
        self.open_picker(_TEMPLATE, "a template", choices)

    def action_suggest(self) -> None:
        """Look for words that would make good functions."""
        self.say("looking for words that speak for one class …")
        self._find_ideas()

    @work(exclusive=True, group="ideas")
    async def _find_ideas(self) -> None:
        with self.guard():
            self._ideas = await self.read_apart(suggest_functions)
            if not self._ideas.candidates:
                self.say("no word speaks surely for one class yet: annotate more rows")
                return
            choices = [
                Choice(
                    f"{idea.number} {one_line(idea.term, 30)} → {idea.label}",
                    f"right {share(idea.precision)}, by {idea.n_labelled:,} labelled"
                    f" · new coverage {share(idea.new_coverage)}",
                )
                for idea in self._ideas.candidates
            ]
            looked_at = f"best of {self._ideas.n_terms:,} terms looked at"
            self.open_picker(_IDEA, f"a suggestion to accept: {looked_at}", choices)

    async def picked(self, purpose: str, name: str) -> None:
        """Take a template or a suggestion."""
        if purpose == _TEMPLATE:
            self._template = name
            self.ask(_NAME, f"name of the {name} function")
        elif purpose == _IDEA and self._ideas is not None:
            ideas, number = self._ideas, int(name.split(maxsplit=1)[0])
            with self.guard():
                accepted = await self.read_apart(
                    lambda project: accept_suggestions(project, ideas, [number])
                )
                wrote = f"wrote {accepted.names[0]} into {Path(accepted.path).name}"
                self.say(f"{wrote} · {key('functions.run')} applies it")
                self._cursor_name = accepted.names[0]
                self._load(with_scripts=True)

    def answered(self, purpose: str, text: str) -> None:
        """Write the new script and edit it."""
        if purpose == _NAME and text:
            path = new_function(self.project, text, template=self._template)
            self._cursor_name = text
            self.remove_class("-empty")
            self._editor.edit(path)
            self._editor.complain("")
            self._editor.show(new_heading(text, path.name), "")
            self.say(f"wrote {path.name}: edit it, {key('functions.save')} saves and applies")

    def action_rows(self, which: Which) -> None:
        """Go through some rows of the function in Annotate."""
        row = self._row
        if row is not None or which == "uncovered":
            self._open_rows(row.name if row else "", which)

    @work(exclusive=True, group="rows")
    async def _open_rows(self, name: str, which: Which) -> None:
        def read(project: Project) -> list[int]:
            if which == "uncovered":
                found = find_rows(project, parse_filter("lf:none"))
                return [int(i) for i in found.example_ids]
            return function_row_ids(project, name, which)

        with self.guard():
            rows = await self.read_apart(read)
            title = "rows without a vote" if which == "uncovered" else f"{which} rows of {name}"
            if rows:
                await self.workbench.show_rows(title, rows)
            else:
                self.say(f"there are no {title}")

    def action_sort(self) -> None:
        """Order the table by the next column."""
        self._order = (self._order + 1) % len(ORDERS)
        self._functions = ordered(self._functions, self._order)
        self._fill_table()
        self.say(f"ordered by {list(ORDERS)[self._order]}")

    def action_move(self, rows: int) -> None:
        """Move in the table."""
        if n := self._table.row_count:
            row = min(n - 1, self._table.cursor_row + rows)
            self._table.move_cursor(row=max(0, row), animate=False)
