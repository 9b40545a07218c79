"""The sections of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element

from workbench.figures import NOTHING, counted, interval, number, p_value, percent, points, score
from workbench.report import plots
from workbench.report.elements import Cell, Child, element, table
from workbench.services.diagnose.diff import SAME, DiagnosisDiff
from workbench.services.diagnose.order_of_operations import SHOWN_STEPS
from workbench.services.diagnose.rows_behind import Evidence
from workbench.services.diagnose.texts import SHOWN_ROWS
from workbench.services.diagnose.verdicts import OPEN, DiagnoseResult, Lens, Prediction, Step
from workbench.services.diagnose.wrong_still import doubted_words, wrong_words

_SHOWN_CLASSES = 200


def cards(lenses: Sequence[Lens]) -> Element:
    """Return a card a lens: its verdict, its figure, and the verdicts of its parts."""
    made = []
    for lens in lenses:
        parts = [element("li", f"{part.name}: ", _verdict(part.verdict)) for part in lens.parts]
        children: list[Child] = [
            element("h3", lens.name),
            element("p", _verdict(lens.headline, _slug(lens.verdict))),
        ]
        if lens.figure:
            children.append(element("p", lens.figure, class_="figure"))
        if lens.interval:
            children.append(element("p", lens.interval, class_="soft"))
        children.append(element("ul", *parts) if parts else element("p", lens.finding))
        made.append(element("section", *children, class_=f"card {_slug(lens.verdict)}"))
    return element("div", *made, class_="cards")


def steps(rows: Sequence[Step]) -> list[Element]:
    """Return the order of operations."""
    heading = element("h2", "What to do first")
    if not rows:
        return [heading, element("p", "Nothing: no lens found a failure.")]
    blocks = [heading, element("ol", *map(_step, rows[:SHOWN_STEPS]))]
    rest = rows[SHOWN_STEPS:]
    if rest:
        summary = element("summary", counted(len(rest), "more step"))
        items = element("ol", *map(_step, rest), start=str(SHOWN_STEPS + 1))
        blocks.append(element("details", summary, items))
    return blocks


def _step(step: Step) -> Element:
    children: list[Child] = [element("strong", step.what)]
    if step.command:
        children += [" ", element("code", step.command)]
    return element("li", element("p", *children), element("p", step.why, class_="soft"))


def predictions(rows: Sequence[Prediction]) -> list[Element]:
    """Return what the figures predict, and how that turned out."""
    if not rows:
        return []
    cells: list[list[Cell]] = [
        [
            (_verdict(row.outcome, "open" if row.outcome == OPEN else row.outcome), row.outcome),
            row.claim,
            row.because,
            row.observed,
            (str(row.made_by_run), row.made_by_run),
        ]
        for row in rows
    ]
    columns = ["outcome", "prediction", "because", "observed", ">made by run"]
    caption = "Claims that later data can refute; each diagnosis checks them again."
    return [element("h2", "Predictions"), table(columns, cells, caption=caption)]


def changes(diff: DiagnosisDiff | None) -> list[Element]:
    """Return what got better or worse since an earlier diagnosis."""
    if diff is None:
        return []
    verdicts: list[list[Cell]] = [
        [v.lens, _said(v.before), _said(v.after), _changed(v.change)]
        for v in diff.verdicts
        if v.change != SAME
    ]
    figures: list[list[Cell]] = [
        [f.name, (f.shown(f.before), f.before), (f.shown(f.after), f.after), _changed(f.change)]
        for f in diff.changed_figures
    ]
    blocks = [element("h2", f"Since run {diff.before_run}")]
    runs = [f"run {diff.before_run}", f"run {diff.after_run}"]
    if verdicts:
        columns = ["lens", *runs, "change"]
        blocks.append(table(columns, verdicts, caption="Verdicts that changed."))
    if figures:
        columns = ["figure", *(f">{run}" for run in runs), "change"]
        blocks.append(table(columns, figures, caption="Figures that changed."))
    if len(blocks) == 1:
        beyond = " beyond chance" if diff.n_within else ""
        blocks.append(element("p", f"Nothing differs{beyond}."))
    if diff.n_within:
        blocks.append(element("p", f"{diff.within_chance}.", class_="soft"))
    return blocks


def duplicates(result: DiagnoseResult, texts: Mapping[str, str]) -> list[Element]:
    """Return the lens of duplicates and leakage."""
    found = result.duplicates
    blocks = _opening(result, "duplicates")
    inflation = found.inflation
    if inflation is not None:
        rows: list[list[Cell]] = [
            [
                ("all evaluation rows", None),
                _count(inflation.n_rows),
                _share(inflation.accuracy, inflation.accuracy_low, inflation.accuracy_high),
            ],
            [
                ("without those that repeat training rows", None),
                _count(inflation.n_rows - inflation.n_leaked),
                _share(inflation.clean_accuracy, inflation.clean_low, inflation.clean_high),
            ],
        ]
        caption = (
            f"What leakage adds to the score of {inflation.model}:"
            f" {points(inflation.inflation, inflation.low, inflation.high)}"
        )
        blocks.append(table(["scored on", ">rows", ">accuracy [95 %]"], rows, caption=caption))
    return blocks + _rows_behind(result, "duplicates", texts)


def classes(result: DiagnoseResult, texts: Mapping[str, str]) -> list[Element]:
    """Return the lens of class imbalance: classes, confusion, slices."""
    blocks = _opening(result, "class imbalance")
    names = [row.name for row in result.classes]
    blocks += _plots(plots.classes(result.classes), plots.confusion(names, result.confusion))
    rows: list[list[Cell]] = [
        [
            row.name,
            _count(row.n),
            _share(row.share),
            _share(row.precision, row.precision_low, row.precision_high),
            _share(row.recall, row.recall_low, row.recall_high),
            (score(row.f1, row.f1_low, row.f1_high), row.f1),
        ]
        for row in result.classes[:_SHOWN_CLASSES]
    ]
    columns = ["class", ">labels", ">share", ">precision [95 %]", ">recall [95 %]", ">F1 [95 %]"]
    found = result.imbalance
    caption = "Classes, predicted out of fold against the labels there are."
    if found is not None and found.accuracy is not None:
        accuracy = interval(found.accuracy, found.accuracy_low, found.accuracy_high)
        balanced = interval(
            found.balanced_accuracy, found.balanced_accuracy_low, found.balanced_accuracy_high
        )
        caption += (
            f" Accuracy {accuracy}, balanced {balanced}, macro-F1"
            f" {score(found.macro_f1, found.macro_f1_low, found.macro_f1_high)};"
            f" always the largest class: {percent(found.majority_baseline)}."
        )
    blocks.append(table(columns, rows, caption=caption))
    if result.confused:
        pairs: list[list[Cell]] = [
            [row.true, row.predicted, _count(row.n), _share(row.share, row.low, row.high)]
            for row in result.confused
        ]
        columns = ["label", "predicted as", ">rows", ">share of the label [95 %]"]
        blocks.append(table(columns, pairs, caption="What is confused most often."))
    if result.slices:
        blocks.append(_slices(result))
    return blocks + _rows_behind(result, "class imbalance", texts)


def noise(result: DiagnoseResult, texts: Mapping[str, str]) -> list[Element]:
    """Return the lens of label noise."""
    blocks = _opening(result, "label noise")
    if result.noise:
        is_reviewed = any(wrong_words(row) for row in result.noise)
        # What a review leaves of the doubts is no picture of the errors.
        blocks += [] if is_reviewed else _plots(plots.noise(result.noise))
        rows: list[list[Cell]] = [
            [
                row.column,
                row.group,
                _count(row.n),
                _count(row.n_suspects),
                (doubted_words(row), row.rate),
                *([(wrong_words(row) or "–", row.wrong)] if is_reviewed else []),
                (row.mark, row.q_value),
            ]
            for row in result.noise
        ]
        columns = ["by", "group", ">labels", ">doubted", ">rate [95 %]"]
        columns += [">wrong still [95 %]"] * is_reviewed + ["against the others"]
        caption = (
            f"By the audit of run {result.audit_run_id}; against the others: by the labels before"
            " any review."
        )
        if is_reviewed:
            caption += (
                " Its review has answered doubts, so that those left do not tell how many labels"
                " are wrong still: the reviewed suspects and random rows of each group do."
            )
        blocks.append(table(columns, rows, caption=caption))
    return blocks + _rows_behind(result, "label noise", texts)


def shift(result: DiagnoseResult, texts: Mapping[str, str]) -> list[Element]:
    """Return the lens of distribution shift: texts, class shares, meaning, time."""
    blocks = _opening(result, "distribution shift")
    found, label, moved = result.shift, result.label_shift, result.drift
    drawn = []
    if found is not None:
        drawn.append(plots.words(found.words, found.reference, found.other))
    if found is not None and label is not None and label.measurable:
        drawn.append(plots.shares(label.shares, found.reference, found.other))
    if moved is not None:
        drawn.append(plots.drift(moved))
    blocks += _plots(*drawn)
    if found is not None:
        rows: list[list[Cell]] = [
            [
                test.name,
                test.statistic,
                _number(test.value),
                _number(test.null_high),
                _number(test.stability_index),
                _number(test.adjusted_p),
            ]
            for test in found.tests
        ]
        columns = ["test", "statistic", ">value", ">by chance up to", ">PSI", ">adjusted p"]
        caption = (
            f"{found.n_train:,} {found.reference} against {found.n_production:,} {found.other}"
            " rows; p-values by permutation, adjusted for all tests (Holm)."
        )
        blocks.append(table(columns, rows, caption=caption))
        blocks += [
            element("p", f"Not compared: {reason}", class_="soft") for reason in found.skipped
        ]
    if label is not None and label.measurable:
        rows = [
            [
                row.name,
                _share(row.source),
                _share(row.em, row.em_low, row.em_high),
                _share(row.bbse, row.bbse_low, row.bbse_high),
            ]
            for row in label.shares
        ]
        columns = ["class", ">among the labels", ">EM [95 %]", ">BBSE [95 %]"]
        blocks.append(table(columns, rows, caption="Class shares of the other group, estimated."))
    for made in (_labelled_shares(result), _concept(result), _windows(result)):
        blocks += made
    return blocks + _rows_behind(result, "distribution shift", texts)


def _labelled_shares(result: DiagnoseResult) -> list[Element]:
    found = result.labelled_shares
    if found is None:
        return []
    rows: list[list[Cell]] = [
        [row.name, _share(row.source), _share(row.other, row.low, row.high)] for row in found.shares
    ]
    caption = (
        f"Class shares by the labels of both groups, {found.n_source:,} and {found.n_other:,};"
        f" {p_value(found.p_value)}."
    )
    return [table(["class", ">reference", ">other group [95 %]"], rows, caption=caption)]


def _concept(result: DiagnoseResult) -> list[Element]:
    found = result.concept_shift
    if found is None or not found.differences:
        return []
    rows: list[list[Cell]] = [
        [row.name, (points(row.difference, row.low, row.high), row.difference)]
        for row in found.differences
    ]
    right, low, high = found.accuracy_difference, found.accuracy_low, found.accuracy_high
    if right is not None:
        rows.append([("(the model is right)", None), (points(right, low, high), right)])
    caption = (
        "How much likelier a class is in the other group for the same text, and a model of the"
        " reference is right, by"
        f" {found.n_source:,} and {found.n_other:,} labels: {found.reason}."
    )
    return [table(["class", ">difference [95 %]"], rows, caption=caption)]


def _windows(result: DiagnoseResult) -> list[Element]:
    found = result.drift
    if found is None:
        return []
    rows: list[list[Cell]] = [
        [
            window.start,
            window.end,
            _count(window.n),
            _number(window.auc),
            _number(window.null_high),
            _number(window.adjusted_p),
        ]
        for window in found.windows
    ]
    columns = ["from", "to", ">rows", ">AUC against the first", ">by chance up to", ">adjusted p"]
    return [table(columns, rows, caption=f"Windows of time by {found.column}.")]


def limits(result: DiagnoseResult) -> list[Element]:
    """Return what was sampled, and where the methods are described."""
    items = [element("li", shortcut) for shortcut in result.shortcuts]
    blocks = [element("h2", "How this was measured")]
    if items:
        blocks.append(element("ul", *items))
    text = (
        "Each figure's method, source and limits: docs/diagnosis-methods.md. Intervals are of 95 %."
        " Scores are against the labels there are, errors included."
    )
    return [*blocks, element("p", text, class_="soft")]


def _opening(result: DiagnoseResult, name: str) -> list[Element]:
    """Return the heading of a lens, with the findings of its parts."""
    lens = next((one for one in result.lenses if one.name == name), None)
    if lens is None:
        return [element("h2", name.capitalize())]
    heading = element("h2", f"{name.capitalize()}: ", _verdict(lens.headline, _slug(lens.verdict)))
    findings = [
        element("li", f"{part.name}: ", _verdict(part.verdict), f". {part.finding}")
        for part in lens.parts
    ]
    body = element("ul", *findings) if findings else element("p", lens.finding)
    return [heading, body]


def _slices(result: DiagnoseResult) -> Element:
    names = [row.name for row in result.classes]
    rows: list[list[Cell]] = []
    for row in result.slices:
        largest = max(range(len(names)), key=lambda k: row.class_counts[k])
        rows.append(
            [
                f"{row.column} {row.value}",
                _count(row.n),
                names[largest],
                _share(row.class_counts[largest] / max(row.n, 1)),
                _share(row.accuracy, row.accuracy_low, row.accuracy_high),
                (score(row.macro_f1, row.macro_f1_low, row.macro_f1_high), row.macro_f1),
                (points(row.difference), row.difference),
                _number(row.adjusted_p),
            ]
        )
    columns = ["slice", ">labels", "largest class", ">its share", ">accuracy [95 %]"]
    columns += [">macro-F1 [95 %]", ">against the rest", ">adjusted p"]
    return table(columns, rows, caption="Slices by column, the worst of each first.")


def _rows_behind(result: DiagnoseResult, name: str, texts: Mapping[str, str]) -> list[Element]:
    """Return the rows behind the figures of a lens, folded."""
    evidence = next((one.evidence for one in result.lenses if one.name == name), ())
    return [_folded(one, texts) for one in evidence]


def _folded(evidence: Evidence, texts: Mapping[str, str]) -> Element:
    n_shown = evidence.n_shown(SHOWN_ROWS)
    texts_shown = [texts.get(uid, "") for uid in evidence.uids]
    every: dict[str, Sequence[str]] = {
        "cluster": [str(cluster + 1) for cluster in evidence.cluster_places],
        "uid": evidence.uids,
        "label": evidence.labels if any(evidence.labels) else (),
        "predicted": evidence.predicted,
        "text": texts_shown,
    }
    columns = {name: values for name, values in every.items() if values}
    rows: list[list[Cell]] = [
        [values[place] for values in columns.values()] for place in range(n_shown)
    ]
    starts = [place for place in range(n_shown) if evidence.starts_cluster(place)]
    caption = f"The first {n_shown:,} of {evidence.n:,}." if evidence.n > n_shown else ""
    summary = element("summary", f"{evidence.n:,} {evidence.title}")
    headings = [f">{name}" if name == "cluster" else name for name in columns]
    return element("details", summary, table(headings, rows, caption=caption, starts=starts))


def _plots(*drawn: Element | None) -> list[Element]:
    made: Iterable[Element] = [plot for plot in drawn if plot is not None]
    return [element("div", *made, class_="plots")] if made else []


def _verdict(verdict: str, slug: str | None = None) -> Element:
    return element("span", verdict, class_=f"verdict {slug or _slug(verdict)}")


def _slug(verdict: str) -> str:
    return verdict.replace(" ", "-")


def _said(verdict: str) -> Cell:
    return (_verdict(verdict), verdict) if verdict else (NOTHING, None)


def _changed(change: str) -> Cell:
    tone = {"better": "none", "worse": "severe"}.get(change, "open")
    return _verdict(change, tone), change


def _count(n: int) -> Cell:
    return f"{n:,}", n


def _share(value: float | None, low: float | None = None, high: float | None = None) -> Cell:
    if value is None:
        return NOTHING, None
    is_bounded = low is not None and high is not None
    return interval(value, low, high) if is_bounded else percent(value), value


def _number(value: float | None) -> Cell:
    return (NOTHING, None) if value is None else (number(value), value)
