"""What a diagnosis holds back where its figures do not carry a verdict."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.services.easy_rows import NEW_TOPIC, Rows, WriteCsv, lens_of, make_rows
from workbench.figures import points
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import rename_class
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.diagnose.verdicts import CANNOT_TELL, NONE, OPEN, SEVERE
from workbench.services.export.export import export_labels
from workbench.services.export.preview import DUPLICATE, REMOVED, preview_export
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.snapshots import take_snapshot
from workbench.services.split import last_split, split_rows


def _swapped(rows: Rows) -> Rows:
    other = {"ham": "spam", "spam": "ham"}
    return [row | {"label": other[row["label"]]} for row in rows]


def test_labels_that_are_all_swapped_are_a_severe_change_of_meaning(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(300, "a"))])
    swapped = _swapped(make_rows(200, "p", seed=1))
    import_files(project, [write_csv("p.csv", swapped)], role="production")
    result = diagnose(project)
    concept = lens_of(result, "concept shift")
    assert concept.verdict == SEVERE
    assert concept.figure.startswith("right -")
    assert "points less often on the same text" in concept.finding
    assert result.concept_shift is not None
    assert (result.concept_shift.accuracy_difference or 0) < -0.8
    assert max(abs(row.difference) for row in result.concept_shift.differences) < 0.2
    steps = [step.what for step in result.steps if step.lens == "distribution shift"]
    assert steps[0].startswith("compare the guidelines of both sides")


def test_class_shares_are_no_excuse_for_what_they_cannot_do(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(400, "a", spam=0.15))])
    swapped = _swapped(make_rows(300, "p", seed=1, spam=0.5))
    import_files(project, [write_csv("p.csv", swapped)], role="production")
    result = diagnose(project)
    assert lens_of(result, "label shift").verdict == SEVERE
    concept = lens_of(result, "concept shift")
    assert concept.verdict == SEVERE
    assert "class shares" not in concept.finding
    acts = [step.what for step in result.steps if step.lens == "distribution shift"]
    assert any("compare the guidelines" in act for act in acts)
    assert any("class shares" in act for act in acts)


def test_class_shares_that_shift_are_named_where_meaning_seems_to(
    project: Project, write_csv: WriteCsv
) -> None:
    def rows(n: int, prefix: str, spam: float, seed: int) -> Rows:
        made = make_rows(n, prefix, spam=spam, seed=seed)
        for i, row in enumerate(made):
            if i % 2:  # half of the texts do not tell the class
                row["text"] = " ".join(np.random.default_rng(seed + i).choice(NEW_TOPIC, 7))
        return made

    import_files(project, [write_csv("a.csv", rows(400, "a", 0.5, 0))])
    import_files(project, [write_csv("p.csv", rows(400, "p", 0.95, 1000))], role="production")
    result = diagnose(project)
    assert lens_of(result, "label shift").verdict == SEVERE
    concept = lens_of(result, "concept shift")
    assert result.concept_shift is not None
    assert result.concept_shift.found
    assert concept.verdict == CANNOT_TELL
    assert concept.finding.endswith("but the change of class shares alone can do this")
    assert concept.advice.startswith("first see to the class shares")
    assert not any("guidelines" in step.what for step in result.steps)


def test_texts_that_were_removed_have_no_part_in_a_diagnosis(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(120, "a"))])
    import_files(project, [write_csv("e.csv", make_rows(40, "e", seed=1))], role="evaluation")
    before = diagnose(project)
    gone = [f"a{i}" for i in range(20)] + [f"e{i}" for i in range(10)]
    forget_texts(project, gone, sure=True)
    result = diagnose(project)
    assert result.duplicates.n_rows == before.duplicates.n_rows
    assert result.duplicates.leaked_evaluation_rows == before.duplicates.leaked_evaluation_rows
    assert "of 130 rows" in lens_of(result, "near-duplicates").finding
    assert (result.n_labelled, result.by_role["evaluation"]) == (100, 30)
    assert "30 texts were removed for good: their rows are left out" in result.shortcuts
    assert not any(set(rows.uids) & set(gone) for one in result.lenses for rows in one.evidence)
    assert split_rows(project).n_rows == 100
    _, parts = last_split(project) or (0, np.array([]))
    assert set(parts[:20].tolist()) == {""}


def test_a_text_that_was_removed_after_a_diagnosis_repeats_nothing(
    filled: Project, write_csv: WriteCsv
) -> None:
    text = "win a free prize, call this number before noon today"
    rows = [{"id": uid, "text": text, "label": "ham"} for uid in ("first", "second")]
    import_files(filled, [write_csv("more.csv", rows)])
    diagnose(filled)
    before = preview_export(filled, without_duplicates=True).left_out[DUPLICATE]
    forget_texts(filled, ["first"], sure=True)
    assert preview_export(filled, without_duplicates=True).left_out.get(DUPLICATE, 0) == before - 1


def test_rows_whose_text_was_removed_go_into_no_export(
    filled: Project, tmp_path: Path, write_csv: WriteCsv
) -> None:
    diagnose(filled)
    take_snapshot(filled, "v1")
    before = export_labels(filled, tmp_path / "before.csv")
    forget_texts(filled, ["r3", "r5"], sure=True)
    for snapshot in (None, "v1"):
        path = tmp_path / f"{snapshot}.csv"
        done = export_labels(filled, path, snapshot=snapshot)
        assert (done.n_rows, done.removed, done.below) == (before.n_rows - 2, 2, 0)
        assert sum(done.by_label.values()) == done.n_rows
        uids = {line.split(",")[0] for line in path.read_text().splitlines()}
        assert not uids & {"r3", "r5"}
        assert preview_export(filled, snapshot=snapshot).left_out[REMOVED] == 2
        assert "2 texts were removed for good" in (done.notice or "")
    again = tmp_path / "again.csv"
    export_labels(filled, again, snapshot="v1")
    assert again.read_bytes() == (tmp_path / "v1.csv").read_bytes()
    diagnose(filled)
    assert diagnosis_notice(filled) is None


def test_leaks_that_flatter_no_score_are_not_said_to(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(120, "a")
    import_files(project, [write_csv("a.csv", rows)])
    trusted = make_rows(60, "e", seed=1)
    for i in range(20):
        trusted[i] |= {"text": rows[i]["text"], "label": rows[i]["label"]}
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    result = diagnose(project)
    inflation = result.duplicates.inflation
    assert inflation is not None
    assert inflation.low <= 0
    step = result.steps[0]
    assert lens_of(result, "leakage").verdict == SEVERE
    assert "flatter" not in step.what
    told = f"flattered by them (inflation {points(inflation.inflation)}"
    assert f"no score is known to be {told}" in step.why


def test_the_rarest_class_is_not_called_missed_where_it_is_found(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(300, "a", spam=0.15))])
    result = diagnose(project)
    spam = result.classes[1]
    assert spam.recall is not None
    assert spam.recall > 0.5
    (step,) = (step for step in result.steps if step.lens == "class imbalance")
    assert "misses" not in step.why
    assert "spam has the fewest rows" in step.why


def test_a_model_that_knows_nothing_clears_no_lens(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(300, "a", spam=0)
    for row, label in zip(rows, np.random.default_rng(0).permutation(300), strict=True):
        row["label"] = "spam" if label % 2 else "ham"
    import_files(project, [write_csv("a.csv", rows)])
    audit_labels(project)
    result = diagnose(project)
    for name in ("class imbalance", "label noise"):
        lens = lens_of(result, name)
        assert lens.verdict == CANNOT_TELL, name
        assert "no better than chance" in lens.finding
        assert name in {step.lens for step in result.steps}
    assert not any(claim.kind == "noise-recall" for claim in result.predictions)


def test_a_lens_that_could_not_look_everywhere_says_so(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(1, "a"))])
    lens = lens_of(diagnose(project), "duplicates")
    assert lens.headline == "none, so far as it can be told"
    import_files(project, [write_csv("b.csv", make_rows(150, "b"))])
    production = make_rows(100, "p", seed=1, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    shift = lens_of(result, "distribution shift")
    assert (shift.verdict, shift.headline) == (NONE, "none, so far as it can be told")
    step = next(step for step in result.steps if step.lens == "distribution shift")
    assert step.what.startswith(("label a random sample", "annotate a random sample"))


def test_the_side_without_rows_is_the_one_to_import(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(60, "p", labelled=False)
    import_files(project, [write_csv("p.csv", rows)], role="production")
    lens = lens_of(diagnose(project), "distribution shift")
    assert "there are no train rows" in lens.finding
    assert lens.command == "workbench import FILE --role train"


def test_dates_among_numbers_have_no_order(project: Project, write_csv: WriteCsv) -> None:
    when = ("2024", "2024-05-02", "1714521600")
    rows = make_rows(150, "a", when=lambda i: when[i % 3])
    import_files(project, [write_csv("a.csv", rows)])
    drift = lens_of(diagnose(project, time_column="when"), "drift in time")
    assert drift.verdict == CANNOT_TELL
    assert "50 dates and 100 numbers" in drift.finding


def test_columns_are_sliced_or_named_as_left_out(project: Project, write_csv: WriteCsv) -> None:
    columns = {
        "size": lambda i: i / 7,
        "shop": lambda i: f"shop {i % 40 if i % 2 else 0}",
        "note": lambda i: f"note {i}",
        **{f"z{k:02}": lambda i: i % 2 for k in range(12)},
    }
    import_files(project, [write_csv("a.csv", make_rows(200, "a", **columns))])
    result = diagnose(project)
    by_column: dict[str, list[str]] = {}
    for row in result.slices:
        by_column.setdefault(row.column, []).append(row.value)
    assert len(by_column["size"]) == 4
    assert sum(row.n for row in result.slices if row.column == "size") == 200
    assert any(value.startswith("above ") for value in by_column["size"])
    shown = [row for row in result.slices if row.macro_f1 is not None]
    assert shown
    assert all(
        (row.macro_f1_low or 0) <= (row.macro_f1 or 0) <= (row.macro_f1_high or 0) for row in shown
    )
    left_out = [line for line in result.shortcuts if line.startswith("slices: ")]
    assert "slices: note is left out: none of its 200 values has 10 labelled rows" in left_out
    assert any(line.endswith("10 columns are sliced before it") for line in left_out)


def test_long_texts_are_said_to_be_read_in_part(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(60, "a")
    rows[0]["text"] = "lunch " * 3_000
    import_files(project, [write_csv("a.csv", rows)])
    assert "words: the first 10,000 characters of 1 text" in diagnose(project).shortcuts


def test_a_claim_of_a_class_with_a_colon_is_checked(project: Project, write_csv: WriteCsv) -> None:
    rename_class(project, "spam", "spam: yes")
    train, production = make_rows(400, "a"), make_rows(300, "p", seed=1, spam=0.9)
    for row in (*train, *production):
        row["label"] = row["label"].replace("spam", "spam: yes")
    import_files(project, [write_csv("a.csv", train)])
    import_files(project, [write_csv("p.csv", production)], role="production")
    claims = {claim.kind: claim for claim in diagnose(project).predictions}
    assert claims["other-share"].outcome != OPEN
    assert claims["other-share"].n == 300


def test_the_vocabulary_has_a_stability_index(project: Project, write_csv: WriteCsv) -> None:
    import_files(project, [write_csv("a.csv", make_rows(60, "a", spam=0.1))])
    production = make_rows(60, "p", seed=1, spam=0.9, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    assert result.shift is not None
    index = {test.name: test.stability_index for test in result.shift.tests}
    assert (index["vocabulary"] or 0) > 0.25
