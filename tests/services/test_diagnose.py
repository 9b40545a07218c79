"""The diagnosis as a whole: verdicts with their rows, comparisons, what is kept of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.services.easy_rows import NEW_TOPIC, WriteCsv, claim_of, lens_of, make_rows
from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.blame import worst_classes
from workbench.services.browse import last_diagnosis
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.diff import BETTER, NEW, compare_diagnoses, diagnosis_of
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    OPEN,
    SEVERE,
    DiagnoseResult,
)
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.results import as_json, from_json


def test_rows_of_one_distribution_have_no_shift(project: Project, write_csv: WriteCsv) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    production = make_rows(150, "p", seed=1, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    assert lens_of(result, "covariate shift").verdict == NONE
    assert "paired" not in lens_of(result, "covariate shift").finding
    assert lens_of(result, "label shift").verdict == NONE
    assert lens_of(result, "class imbalance").verdict == NONE
    assert lens_of(result, "concept shift").verdict == CANNOT_TELL
    assert "labels would do" in lens_of(result, "concept shift").finding
    # It could not look at everything, and asks for what it lacks.
    steps = {step.lens: step.what for step in result.steps}
    assert steps["distribution shift"] == "annotate a random sample of the production rows"


def test_class_shares_that_shift_are_told_from_texts_that_shift(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(400, "a"))])
    fewer = make_rows(300, "p", seed=1, spam=0.15, labelled=False)
    import_files(project, [write_csv("p.csv", fewer)], role="production")
    result = diagnose(project)
    assert lens_of(result, "label shift").verdict == SEVERE
    assert result.label_shift is not None
    spam = result.label_shift.shares[1]
    assert spam.em_low <= 0.15 <= spam.em_high < spam.source
    assert claim_of(result, "other-share").outcome == OPEN


def test_new_words_in_production_are_found_with_their_rows(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    rows = make_rows(120, "p", seed=1, labelled=False)
    for row in rows[:60]:
        row["text"] += " " + " ".join(NEW_TOPIC)
    import_files(project, [write_csv("p.csv", rows)], role="production")
    result = diagnose(project)
    covariate = lens_of(result, "covariate shift")
    assert covariate.verdict == SEVERE
    assert result.shift is not None
    assert set(NEW_TOPIC) <= {word.word for word in result.shift.words if word.z > 0}
    unlike = covariate.evidence[0]
    assert set(unlike.uids) <= {f"p{i}" for i in range(60)}
    assert lens_of(result, "label shift").verdict == CANNOT_TELL
    assert result.shift.production_shares == ()


def test_repeats_leaks_and_contradictions_are_named_by_their_rows(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(60, "a")
    rows[7] |= {"text": rows[3]["text"] + "!", "label": "ham"}
    rows[3]["label"] = "spam"
    import_files(project, [write_csv("a.csv", rows)])
    trusted = make_rows(40, "e", seed=1)
    trusted[5]["text"] = rows[10]["text"]
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    result = diagnose(project)
    duplicates = lens_of(result, "duplicates")
    behind = {rows.name: set(rows.uids) for rows in duplicates.evidence}
    assert duplicates.verdict == SEVERE
    assert behind["leaked-evaluation"] == {"e5"}
    assert behind["conflicting"] == {"a3", "a7"}
    assert result.steps[0].lens == "duplicates"
    inflation = result.duplicates.inflation
    assert inflation is not None
    assert (inflation.n_rows, inflation.n_leaked) == (40, 1)


def test_the_survivor_of_a_cluster_is_the_row_that_a_person_labelled(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(40, "a", labelled=False)
    rows[9]["text"] = rows[2]["text"]
    import_files(project, [write_csv("a.csv", rows)])
    with Session(project) as session:
        session.label(10, "ham")
    leaving = lens_of(diagnose(project), "near-duplicates").evidence[0]
    assert leaving.uids == ("a2",)


def test_a_worse_slice_and_a_noisy_vendor_are_named(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(300, "a", vendor=lambda i: "bad" if i % 3 == 0 else "good")
    for i, row in enumerate(rows):
        if row["vendor"] == "bad" and i % 2:
            row["label"] = "ham" if row["label"] == "spam" else "spam"
    import_files(project, [write_csv("a.csv", rows)])
    audit_labels(project)
    result = diagnose(project)
    worst = result.slices[0]
    assert (worst.column, worst.value) == ("vendor", "bad")
    assert worst.difference is not None
    assert worst.difference < -0.2
    assert worst.adjusted_p is not None
    assert worst.adjusted_p < 0.05
    accused = [row for row in result.noise if row.stands_out]
    assert [(row.column, row.group) for row in accused] == [("vendor", "bad")]
    assert lens_of(result, "label noise").verdict == SEVERE
    assert lens_of(result, "label noise").evidence[0].n > 20


def test_the_class_with_most_noise_is_the_one_that_an_audit_names_first(
    tmp_path: Path, write_csv: WriteCsv
) -> None:
    """A few doubts of 16 labels may be a higher rate than many of 200, and chance."""
    rows = make_rows(300, "a")
    for row in rows[::5]:
        row["label"] = "ham"
    rare = make_rows(16, "r", spam=0.0)
    for i, row in enumerate(rare):
        row["label"] = "rare"
        if i >= 3:
            row["text"] = " ".join(NEW_TOPIC[(i + k * k) % 7] for k in range(6))
    with Project(init_project(tmp_path / "p", ["ham", "spam", "rare"])) as project:
        import_files(project, [write_csv("a.csv", rows + rare)])
        by_class = audit_labels(project).by_class
        result = diagnose(project)
    assert worst_classes(by_class)[0].group == "ham"
    assert max(by_class, key=lambda rate: rate.rate).group == "rare"
    assert "; most in ham: " in lens_of(result, "label noise").finding
    assert claim_of(result, "noise-recall").subject == "ham"


def test_values_with_spaces_around_them_are_slices_that_can_be_told_apart(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(60, "a", region=lambda i: "N " if i % 2 else "N")
    import_files(project, [write_csv("a.csv", rows)])
    found = {part.value for part in diagnose(project).slices if part.column == "region"}
    assert found == {"N", "'N '"}


def test_confusion_and_intervals_stand_beside_the_majority_baseline(filled: Project) -> None:
    result = diagnose(filled)
    imbalance = result.imbalance
    assert imbalance is not None
    assert imbalance.accuracy is not None
    assert sum(map(sum, result.confusion)) == imbalance.n_scored == 80
    hits = sum(row[k] for k, row in enumerate(result.confusion))
    assert hits / 80 == pytest.approx(imbalance.accuracy)
    for name in ("accuracy", "balanced_accuracy", "macro_f1"):
        low, value, high = (getattr(imbalance, name + end) for end in ("_low", "", "_high"))
        assert low <= value <= high
    assert imbalance.majority_baseline == pytest.approx(0.5, abs=0.1)


def test_other_words_for_the_same_are_found_by_embeddings(
    project: Project, write_csv: WriteCsv
) -> None:
    pytest.importorskip("wordllama", reason="wordllama is not installed")
    rows = make_rows(60, "a")
    rows[4]["text"] = "when do we go out to the sea by bus"
    rows[5]["text"] = "by bus to the sea we do go out when"
    import_files(project, [write_csv("a.csv", rows)])
    assert diagnose(project).duplicates.n_semantic is None
    found = diagnose(project, embeddings=True)
    assert found.duplicates.n_semantic == 1
    behind = {rows.name: rows.uids for rows in lens_of(found, "near-duplicates").evidence}
    assert behind["semantic"] == ("a5",)


def test_drift_names_the_window_that_changed(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(240, "a", sent=lambda i: f"2025-{1 + i // 20:02}-{1 + i % 20:02}T08:00Z")
    for row in rows[160:]:
        row["text"] += " " + " ".join(NEW_TOPIC[:4])
    import_files(project, [write_csv("a.csv", rows)])
    result = diagnose(project)
    assert result.drift is not None
    assert result.drift.column == "sent"
    assert result.drift.first_changed is not None
    assert result.drift.windows[result.drift.first_changed].start.startswith("2025-09")
    drift = lens_of(result, "drift in time")
    assert drift.verdict == SEVERE
    assert set(drift.evidence[0].uids) <= {f"a{i}" for i in range(160, 240)}
    with pytest.raises(UsageError, match="nowhere"):
        diagnose(project, time_column="nowhere")


def test_two_batches_or_windows_can_be_compared(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(200, "a", day=lambda i: f"2025-0{1 + i // 50}-10")
    for row in rows[150:]:
        row["text"] += " " + " ".join(NEW_TOPIC[:3])
    import_files(project, [write_csv("a.csv", rows)])
    same = diagnose(project, compare=("day=..2025-01", "day=2025-02..2025-03"))
    assert lens_of(same, "covariate shift").verdict == NONE
    assert same.shift is not None
    assert (same.shift.n_train, same.shift.n_production) == (50, 100)
    new = diagnose(project, compare=("day=2025-01-10", "day=2025-04-10"))
    assert lens_of(new, "covariate shift").verdict == SEVERE
    assert new.concept_shift is not None
    assert new.concept_shift.n_other == 50


def test_metadata_give_a_shift_away_but_identifiers_and_provenance_do_not(
    project: Project, write_csv: WriteCsv
) -> None:
    columns = {"number": lambda i: i, "channel": lambda i: "app" if i % 2 else "web", "only": "x"}
    import_files(project, [write_csv("a.csv", make_rows(120, "a", vendor="v1", **columns))])
    columns = {"number": lambda i: 900 + i, "channel": lambda i: "app" if i % 8 else "web"}
    rows = make_rows(120, "p", seed=1, labelled=False, vendor="v2", **columns)
    import_files(project, [write_csv("p.csv", rows)], role="production")
    result = diagnose(project)
    assert result.shift is not None
    names = {test.name for test in result.shift.tests if test.name.startswith("metadata:")}
    assert names == {"metadata:channel"}
    assert "it numbers the rows" in " ".join(result.shift.skipped)
    assert "one side has no value" in " ".join(result.shift.skipped)
    assert lens_of(result, "covariate shift").verdict == MILD


def test_a_bare_year_takes_in_all_dates_of_it(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(120, "a", day=lambda i: f"20{13 + i // 30}-05-02T08:00:00")
    import_files(project, [write_csv("a.csv", rows)])
    found = diagnose(project, compare=("day=2013..2014", "day=2015..2016"))
    assert found.shift is not None
    assert (found.shift.n_train, found.shift.n_production) == (60, 60)


@pytest.mark.parametrize(
    ("compare", "message"),
    [
        (("role=train", "role=elsewhere"), "no row has role=elsewhere"),
        (("role=train", "shop=a"), "names no group"),
        (("role=train", "role=train"), "in both"),
        (("role=train",), "1 groups"),
    ],
)
def test_groups_that_are_not_there_are_refused(
    filled: Project, compare: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        diagnose(filled, compare=compare)
    assert filled.store.runs.last_done("diagnose") is None


def test_the_same_data_and_seed_give_the_same_diagnosis(filled: Project) -> None:
    first, second = diagnose(filled), diagnose(filled)
    same = {"run_id": 0, "at": "", "predictions": ()}
    assert dataclasses.replace(first, **same) == dataclasses.replace(second, **same)


def test_a_diagnosis_is_kept_whole_and_an_older_one_still_reads(filled: Project) -> None:
    result = diagnose(filled)
    assert last_diagnosis(filled) == result == diagnosis_of(filled, result.run_id)
    document = as_json(result)
    for name in ("steps", "predictions", "slices", "noise", "drift", "at", "confusion"):
        del document[name]
    for lens in document["lenses"]:
        del lens["parts"], lens["evidence"]
    assert from_json(DiagnoseResult, document).n_examples == result.n_examples
    with pytest.raises(UsageError, match="is no diagnosis"):
        diagnosis_of(filled, 1)


def test_two_diagnoses_are_compared_figure_by_figure(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(200, "a")
    wrong = [row for row in rows if row["label"] == "spam"][::4]
    for row in wrong:
        row["label"] = "ham"
    import_files(project, [write_csv("a.csv", rows)])
    before = diagnose(project)
    audit_labels(project)
    relabel_rows(project, "spam", uids=[row["id"] for row in wrong])
    diff = compare_diagnoses(before, diagnose(project))
    changes = {change.name: change.change for change in diff.figures}
    assert changes["out-of-fold accuracy"] == BETTER
    assert {v.lens: v.change for v in diff.verdicts}["label noise"] == NEW


def test_what_chance_moves_is_neither_better_nor_worse(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(240, "a")
    for row in rows[::5]:  # so that some are missed, others with other folds
        row["label"] = "ham" if row["label"] == "spam" else "spam"
    import_files(project, [write_csv("a.csv", rows)])
    before = diagnose(project, seed=1)
    for seed in (2, 3):
        diff = compare_diagnoses(before, diagnose(project, seed=seed))
        assert diff.n_within >= 2
        assert diff.changed_figures == ()
        assert "moved within what chance allows" in diff.within_chance
    # A count is a fact, however little it moved.
    import_files(project, [write_csv("one.csv", make_rows(1, "one", seed=9))])
    diff = compare_diagnoses(before, diagnose(project, seed=1))
    assert diff.changed_figures[0].name == "labelled training rows"
    assert not any("recall" in figure.name for figure in diff.changed_figures)


def test_data_that_nobody_diagnosed_is_said_to_be_so(filled: Project, write_csv: WriteCsv) -> None:
    assert "workbench diagnose" in (diagnosis_notice(filled) or "")
    assert "workbench diagnose" in (relabel_rows(filled, "spam", uids=["r0"]).notice or "")
    diagnose(filled)
    assert diagnosis_notice(filled) is None
    import_files(filled, [write_csv("more.csv", make_rows(3, "more"))])
    assert "3 rows were imported" in (diagnosis_notice(filled) or "")
