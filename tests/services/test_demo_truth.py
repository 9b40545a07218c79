"""The demonstration's claims held against what was planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.easy_rows import NEW_TOPIC, WriteCsv, make_rows
from workbench.services.audit.audit import audit_labels
from workbench.services.demo_truth import (
    Claim,
    Finding,
    Truth,
    against_truth,
    claimed_drift,
    class_shares,
    read_truth,
    repeated_rows,
    wrong_by_batch,
    wrong_labels,
)
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.importing.importing import import_files
from workbench.services.project import Project


def test_a_copy_is_found_where_it_is_claimed_to_repeat_what_its_original_repeats(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(60, "t")
    import_files(project, [write_csv("t.csv", rows)])
    held = [
        {"id": "e-copy", "text": rows[0]["text"], "label": rows[0]["label"]},
        {"id": "e-other", "text": "nothing else here says anything of this", "label": "ham"},
    ]
    import_files(project, [write_csv("e.csv", held)], role="evaluation")
    new = [{"id": "p-copy", "text": f"{rows[1]['text']}!"}]
    import_files(project, [write_csv("p.csv", new)], role="production")
    originals = {"e-copy": "t0", "e-other": "t2", "p-copy": "t1"}
    diagnosis = diagnose(project)
    counts = diagnosis.duplicates
    assert repeated_rows(project, diagnosis, Truth({}, originals)) == [
        Finding("near-duplicates", 3, counts.n_rows, 2),
        Finding("evaluation rows leaked", 2, counts.leaked_evaluation_rows, 1),
        Finding("production rows leaked", 1, counts.leaked_production_rows, 1),
    ]
    assert repeated_rows(project, diagnosis, Truth({}, {}))[0].n_found == 0


def test_doubted_labels_are_held_against_the_wrong_ones_by_row_and_by_batch(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(240, "t", batch=lambda i: "careless" if i < 60 else "good")
    truth = Truth({row["id"]: row["label"] for row in rows}, {})
    given = dict(truth.labels)
    for row in rows[:60:4]:
        row["label"] = given[row["id"]] = "ham" if row["label"] == "spam" else "spam"
    import_files(project, [write_csv("t.csv", rows)], batch_column="batch")
    audited = audit_labels(project, by="batch")
    found = wrong_labels(audited, given, truth)
    assert found.n_planted == 15
    assert found.n_claimed == audited.n_suspects
    assert 10 <= found.n_found <= min(15, found.n_claimed)
    worst, best = wrong_by_batch(project, audited, given, truth)
    assert worst == Claim("wrong labels of batch careless", 0.25, audited.by_group[0].rate)
    assert best.truth == 0
    assert against_truth(given, truth).accuracy == pytest.approx(225 / 240)


def test_the_shares_of_production_are_claimed_where_they_can_be_measured(
    project: Project, write_csv: WriteCsv
) -> None:
    rows, fewer = make_rows(400, "a"), make_rows(300, "p", seed=1, spam=0.15)
    truth = Truth({row["id"]: row["label"] for row in rows + fewer}, {})
    import_files(project, [write_csv("a.csv", rows)])
    import_files(project, [write_csv("p.csv", fewer)], role="production", labels=False)
    _, *drifted = class_shares(project, diagnose(project), truth)
    assert sum(claim.truth for claim in drifted) == pytest.approx(1)
    for claim in drifted:
        assert claim.claimed == pytest.approx(claim.truth, abs=0.05)


def test_no_share_is_claimed_where_the_texts_differ_beyond_the_shares(
    project: Project, write_csv: WriteCsv
) -> None:
    rows, others = make_rows(200, "a"), make_rows(120, "p", seed=1)
    for row in others[:60]:
        row["text"] += " " + " ".join(NEW_TOPIC)
    truth = Truth({row["id"]: row["label"] for row in rows + others}, {})
    import_files(project, [write_csv("a.csv", rows)])
    import_files(project, [write_csv("p.csv", others)], role="production", labels=False)
    diagnosis = diagnose(project)
    rare, *drifted = class_shares(project, diagnosis, truth)
    assert rare.claimed == rare.truth
    assert [claim.claimed for claim in drifted] == [None, None]
    assert "words" in claimed_drift(diagnosis)


def test_the_truth_of_the_demonstration_is_as_its_page_says(repository: Path) -> None:
    truth = read_truth()
    page = (repository / "data" / "README.md").read_text("utf-8")
    assert f"- {len(truth.originals)} of {len(truth.labels):,} rows" in page
    assert truth.originals.keys() | set(truth.originals.values()) <= truth.labels.keys()
