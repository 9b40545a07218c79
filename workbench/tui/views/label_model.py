"""Label model: the models side by side, what they learnt, how sure and how right they are."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.services.aggregate import MODELS
from workbench.services.aggregate_result import AggregateResult
from workbench.services.beliefs import ModelInUse, model_in_use
from workbench.services.class_balance import BALANCES
from workbench.services.lf.functions import list_functions
from workbench.services.model_report import (
    ModelReport,
    disagreements,
    kept_models,
    last_aggregation,
    last_training,
    model_report,
)
from workbench.services.project import Project
from workbench.tui.actions import Action, moves
from workbench.tui.figures import share
from workbench.tui.key_names import spell
from workbench.tui.views.panes import OptionsView
from workbench.tui.widgets.first_steps import first_steps
from workbench.tui.widgets.form import Field, Form
from workbench.tui.widgets.model_report import confidence_text, fit_text
from workbench.tui.widgets.model_table import (
    MODEL_HEAD,
    FunctionWorth,
    ModelRow,
    function_head,
    function_line,
    model_line,
    score_rows,
)
from workbench.tui.widgets.row_list import RowList

_EVIDENCE = "as the evidence says"
_FIRST_STEPS = (
    (
        "{model.fit}",
        "fits the label models (majority, Dawid-Skene, Snorkel, triplet) and takes the one that"
        " the evidence speaks for",
    ),
    ("{model.options}", "chooses another, or sets the class balance"),
)
_FIRST_NOTE = "It needs votes: write labeling functions ({app.go-functions}) and apply them."


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the view shows; models' labels come from the one that is ``in_use``."""

    found: AggregateResult
    in_use: ModelInUse | None
    rows: tuple[ModelRow, ...]
    functions: tuple[FunctionWorth, ...]


class LabelModelView(OptionsView):
    """The models in a list; beside it the functions and the confidence of the one marked."""

    NAME = "model"
    SHOWS = ("aggregate", "train")
    PANES = ("-pane-confidence", "-pane-functions", "-pane-fit")
    ACTIONS = (
        Action("fit", "fit", ("f",), "Fit the label models with the options", "fit"),
        Action("options", "options", ("o",), "Show or hide the options of the fit", "options"),
        Action("publish", "publish", ("P",), "Take the labels of this model", "publish"),
        Action("compare", "compare", ("c",), "Rows where it and the one used differ", "compare"),
        Action("against", "contradictions", ("v",), "Rows it labels against every vote", "against"),
        Action("train", "app.run_command('train')", ("t",), "Train the end model", "train"),
        Action("panes", "panes", ("p",), "Narrow screens: show the next pane", "panes"),
        *moves("model"),
        Action("functions-down", "scroll_functions(1)", ("J",), "Scroll the functions and texts"),
        Action("functions-up", "scroll_functions(-1)", ("K",), "Scroll them back"),
    )  # fmt: skip
    CSS = """
    #models-left { width: 63; height: 1fr; }
    #models-right { width: 1fr; height: 1fr; }
    #models-pane { height: 11; }
    #models { height: 1fr; }
    .list-head { height: 1; color: $text-muted; }
    #model-confidence { height: 1fr; padding: 0 1; }
    #model-functions { height: 3fr; }
    #function-rows { height: 1fr; }
    #model-fit { height: 2fr; padding: 0 1; }
    #fit-form { border-bottom: solid $edge; }
    LabelModelView.-narrow #models-left { width: 100%; height: auto; }
    LabelModelView.-narrow #models-right { width: 100%; height: 1fr; }
    LabelModelView.-narrow #models-pane { height: 8; }
    LabelModelView.-narrow #model-functions, LabelModelView.-narrow #model-fit,
    LabelModelView.-narrow #model-confidence { display: none; height: 1fr; }
    LabelModelView.-narrow.-pane-functions #model-functions { display: block; }
    LabelModelView.-narrow.-pane-fit #model-fit { display: block; }
    LabelModelView.-narrow.-pane-confidence #model-confidence { display: block; }
    LabelModelView.-narrow.-pane-confidence #models-left { height: 1fr; }
    LabelModelView.-narrow.-pane-confidence #models-right { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: _Shown | None = None
        self._report: ModelReport | None = None

    def compose_body(self) -> ComposeResult:
        """Make the options, the models, and the panes of the one that is marked."""
        fields = (
            Field("model", "use", MODELS[0], MODELS),
            Field("balance", "class balance", _EVIDENCE, (_EVIDENCE, *BALANCES)),
        )
        yield Form(fields, id="fit-form")
        yield Static(
            first_steps("The votes have not been combined yet.", *_FIRST_STEPS, note=_FIRST_NOTE),
            id="empty",
        )
        with Horizontal(id="body"):
            with Vertical(id="models-left"):
                with Vertical(id="models-pane", classes="pane list"):
                    yield Static(MODEL_HEAD, classes="list-head")
                    yield RowList(self._model_line, id="models")
                with VerticalScroll(id="model-confidence", classes="pane", can_focus=False):
                    yield Static(id="model-confidence-text")
            with Vertical(id="models-right"):
                with Vertical(id="model-functions", classes="pane"):
                    yield Static(id="function-head", classes="list-head")
                    yield RowList(self._function_line, id="function-rows")
                with VerticalScroll(id="model-fit", classes="pane", can_focus=False):
                    yield Static(id="model-fit-text")

    @property
    def _row(self) -> ModelRow | None:
        index = self.rows.current
        return None if index is None or self._shown is None else self._shown.rows[index]

    # -- reading ------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the newest fit."""
        self._load()

    @work(exclusive=True, group="models")
    async def _load(self) -> None:
        with self.guard():
            shown = await self.read_apart(_read)
            marked, self._shown = self._row, shown
            self._show(marked)

    def _show(self, marked: ModelRow | None) -> None:
        """Show what was read, the cursor on the model that was marked before."""
        shown = self._shown
        self.set_class(shown is None, "-empty")
        self.refresh_keys()
        if shown is None:
            return
        found = shown.found
        judged = f"judged on {shown.rows[0].score.n:,} evaluation rows" if shown.rows else ""
        self.query_one("#models-pane").border_title = f"models · {judged}"
        self.query_one("#model-functions").border_title = (
            f"{found.n_functions} functions · {share(found.coverage)} covered"
            f" · {share(found.conflicts)} in conflict"
        )
        self.query_one("#model-fit").border_title = "the label model"
        self.query_one("#model-fit-text", Static).update(fit_text(found, self.project.classes))
        same = (i for i, row in enumerate(shown.rows) if marked and row.is_model_of(marked))
        self.rows.set_rows(range(len(shown.rows)), cursor=next(same, 0))
        functions = self.query_one("#function-rows", RowList)
        functions.set_rows(range(len(shown.functions)), cursor=functions.cursor)
        self._show_head()
        self._describe()

    def on_resize(self) -> None:
        """Fit the columns once the new sizes are known."""
        self.call_after_refresh(self._show_head)

    def _show_head(self) -> None:
        self.query_one("#function-head", Static).update(function_head(self._function_cells))
        self.query_one("#function-rows", RowList).refresh_rows()

    @property
    def _function_cells(self) -> int:
        """The room of a function's line; the scroll bar may come and go."""
        return self.query_one("#function-rows", RowList).size.width - 1

    def _model_line(self, index: int) -> Text:
        return Text() if self._shown is None else model_line(self._shown.rows[index])

    def _function_line(self, index: int) -> Text:
        if self._shown is None:
            return Text()
        return function_line(self._shown.functions[index], self._function_cells)

    @on(RowList.Moved, "#models")
    def _on_moved(self) -> None:
        self._describe()

    @work(exclusive=True, group="report")
    async def _describe(self) -> None:
        """Show how sure the marked model is, and how right."""
        row = self._row
        if row is None:
            return
        with self.guard():
            report = await self.read_apart(lambda p: model_report(p, row.kind, row.name))
            self._report = report
            pane = self.query_one("#model-confidence")
            pane.border_title = f"{report.model} · {report.kind} run {report.run_id}"
            self.query_one("#model-confidence-text", Static).update(confidence_text(report))
            self.refresh_keys()

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Say what cannot be done now."""
        row = self._row
        if name in ("publish", "compare", "against", "down", "up") and row is None:
            return spell("fit the label models first ({model.fit})")
        if row is not None and name == "publish":
            return self._why_not_publish(row)
        if row is not None and name == "compare":
            if self._shown is None or self._shown.in_use is None:
                return "no model is in use"
            if row.is_in_use:
                return f"{row.name} is the model in use: mark another"
        if name == "against" and (self._report is None or not self._report.contradictions):
            return "no row contradicts its votes"
        return super().why_not(name)

    def _why_not_publish(self, row: ModelRow) -> str | None:
        """Say why a model cannot be made the one whose labels are used."""
        if row.is_in_use:
            return f"{row.name} is in use already"
        if row.kind != "aggregate":
            return spell(
                "the end model gives no labels by itself: the mix does, once enough rows are"
                " annotated and it is trained ({model.train})"
            )
        if self._shown is not None and row.name == self._shown.found.chosen:
            return f"{row.name} is in the mix already, which is in use"
        return None

    def action_scroll_functions(self, lines: int) -> None:
        """Scroll the panes beside the models."""
        self.query_one("#function-rows", RowList).move(5 * lines)
        for pane in ("#model-confidence", "#model-fit"):
            self.query_one(pane).scroll_relative(y=3 * lines, animate=False)

    def action_fit(self) -> None:
        """Fit the label models in a worker process."""
        self._start_fit(self.form["model"])

    def action_publish(self) -> None:
        """Let the marked model give the labels."""
        if self._row is not None:
            self._start_fit(self._row.name)

    def _start_fit(self, model: str) -> None:
        balance = self.form["balance"]
        options = [] if balance == _EVIDENCE else ["--class-balance", balance]
        self.workbench.start_job(["aggregate", "--model", model, *options])

    @work(exclusive=True, group="report")
    async def action_compare(self) -> None:
        """Open the rows on which the marked model differs from the one in use."""
        row, shown = self._row, self._shown
        if row is None or shown is None or shown.in_use is None:
            return
        used = (shown.in_use.kind, shown.in_use.model)
        with self.guard():
            ids = await self.read_apart(lambda p: disagreements(p, (row.kind, row.name), used))
            if ids:
                await self.workbench.show_rows(f"{row.name} against {used[1]}", ids)
            else:
                self.say(f"{row.name} and {used[1]} agree on every row")

    async def action_contradictions(self) -> None:
        """Open the rows whose top class no labeling function voted for."""
        report = self._report
        if report is not None:
            title = f"{report.model} against every vote"
            await self.workbench.show_rows(title, list(report.contradictions))


def _read(project: Project) -> _Shown | None:
    """Read the newest fit and training, and how right each function was measured to be."""
    found = last_aggregation(project)
    if found is None:
        return None
    in_use = model_in_use(project)
    rows = score_rows(found.scores, "aggregate", kept_models(project, found.run_id), in_use)
    trained = last_training(project)
    if trained is not None:
        kept = kept_models(project, trained.run_id)
        rows += score_rows(trained.scores, "train", kept, in_use)
    rows.sort(key=lambda row: not row.is_in_use)
    measured = {row.name: row for row in list_functions(project, load_scripts=False).functions}
    worths = []
    for weight in found.weights:
        row = measured.get(weight.name)
        if row is None:
            worths.append(FunctionWorth(weight, None, None, None, 0))
        else:
            figures = (row.accuracy, row.accuracy_low, row.accuracy_high, row.n_labelled)
            worths.append(FunctionWorth(weight, *figures))
    worths.sort(key=lambda worth: (not worth.is_off, -worth.learnt.coverage))
    return _Shown(found, in_use, tuple(rows), tuple(worths))
