"""Claims of a diagnosis that later data bear out or refute."""

from __future__ import annotations

import re

import numpy as np

from tests.services.easy_rows import NEW_TOPIC, Rows, WriteCsv, claim_of, lens_of, make_rows
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import add_classes, retire_class
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.verdicts import (
    FAILED,
    HELD,
    MILD,
    NONE,
    OPEN,
    SEVERE,
)
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows


def _written_like_ham(prefix: str, seed: int) -> Rows:
    """Return rows of which some spam is written like ham."""
    made = make_rows(300, prefix, seed=seed, spam=0.3)
    for row in [row for row in made if row["label"] == "ham"][::8]:
        row["label"] = "spam"
    return made


def test_a_fall_in_production_is_predicted_and_checked_when_labels_come(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    production = make_rows(80, "p", seed=1, labelled=False)
    for i, row in enumerate(production):
        row["text"] = " ".join(np.random.default_rng(i).choice(NEW_TOPIC, 7))
    import_files(project, [write_csv("p.csv", production)], role="production")
    first = diagnose(project)
    claim = claim_of(first, "other-accuracy")
    assert claim.outcome == OPEN
    assert "0 labelled rows" in claim.observed
    with Session(project) as session:
        for i in range(60):
            session.label(201 + i, "spam" if i % 2 else "ham")
    later = claim_of(diagnose(project), "other-accuracy")
    assert later.outcome == HELD
    assert later.n == 60
    assert later.made_by_run == first.run_id
    assert later.high == claim.high


def test_a_fall_between_two_training_groups_is_checked_at_once(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(240, "a", shop=lambda i: "new" if i >= 160 else "old")
    for i, row in enumerate(rows[160:]):
        row["text"] = " ".join(np.random.default_rng(i).choice(NEW_TOPIC, 7))
    import_files(project, [write_csv("a.csv", rows)])
    claim = claim_of(diagnose(project, compare=("shop=old", "shop=new")), "other-accuracy")
    assert (claim.outcome, claim.n) == (HELD, 80)


def test_a_prediction_that_does_not_come_true_is_reported_as_failed(
    project: Project, write_csv: WriteCsv
) -> None:
    # Twelve to one, and yet the rare class has words of its own: it is found.
    import_files(project, [write_csv("a.csv", make_rows(400, "a", spam=0.07))])
    result = diagnose(project)
    assert claim_of(result, "minority-recall").outcome == FAILED
    assert lens_of(result, "class imbalance").verdict == MILD


def test_a_lost_minority_is_predicted_and_held(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(500, "a", spam=0)
    for row in rows[::20]:
        row["label"] = "spam"
    import_files(project, [write_csv("a.csv", rows)])
    result = diagnose(project)
    assert claim_of(result, "minority-recall").outcome == HELD
    assert lens_of(result, "class imbalance").verdict == SEVERE


def test_a_minority_of_a_few_rows_is_not_known_to_be_lost(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(220, "a", spam=0)
    for row in rows[::20]:
        row["label"] = "spam"
    import_files(project, [write_csv("a.csv", rows)])
    claim = claim_of(diagnose(project), "minority-recall")
    # None of 11 rows is found; the interval of that goes on above a quarter.
    assert claim.outcome == OPEN
    assert "recall of spam 0.0 %, out of fold: too close to tell" in claim.observed


def test_shares_hold_only_where_labels_contradict_the_old_ones(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(600, "a", spam=0.15))])
    production = make_rows(300, "p", seed=1, spam=0.4)
    truth = [row["label"] for row in production]
    for row in production:
        row["label"] = ""
    import_files(project, [write_csv("p.csv", production)], role="production")
    claim = claim_of(diagnose(project), "other-share")
    assert claim.outcome == OPEN
    by_class = {
        name: [601 + i for i, label in enumerate(truth) if label == name]
        for name in ("ham", "spam")
    }
    with Session(project) as session:
        for name, n in (("ham", 15), ("spam", 5)):
            for example_id in by_class[name][:n]:
                session.label(example_id, name)
    claim = claim_of(diagnose(project), "other-share")
    assert (claim.outcome, claim.n) == (OPEN, 20)
    # Both are well within the interval of so few rows.
    assert "too close to tell from the 84 %" in claim.observed
    needed = int(re.findall(r"(\d+) would tell", claim.observed)[0])
    assert 20 < needed <= 300
    with Session(project) as session:
        for i in range(needed):
            if 601 + i not in {*by_class["ham"][:15], *by_class["spam"][:5]}:
                session.label(601 + i, truth[i])
    claim = claim_of(diagnose(project), "other-share")
    assert claim.outcome == HELD, claim.observed


def test_shares_that_stay_refute_the_claim_that_they_move(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(400, "a"))])
    production = make_rows(300, "p", seed=1, spam=0.15, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    with Session(project) as session:
        for i in range(100):
            session.label(401 + i, "spam" if i % 2 else "ham")
    claim = claim_of(diagnose(project), "other-share")
    assert (claim.outcome, claim.n) == (FAILED, 100), claim.observed


def test_a_claim_that_no_model_can_check_says_so_and_shares_need_none(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(400, "a"))])
    production = make_rows(300, "p", seed=1, spam=0.97)
    import_files(project, [write_csv("p.csv", production)], role="production")
    first = diagnose(project)
    assert claim_of(first, "other-accuracy").outcome == FAILED
    assert claim_of(first, "other-share").outcome == HELD
    relabel_rows(project, "spam", uids=[f"a{i}" for i in range(400)])
    later = diagnose(project)
    accuracy = claim_of(later, "other-accuracy")
    assert (accuracy.outcome, accuracy.n) == (OPEN, 300)
    assert accuracy.observed == "no model can be scored: only one class has a label"
    shares = claim_of(later, "other-share")
    assert (shares.outcome, shares.n) == (HELD, 300)


def test_a_score_that_leaks_moved_by_chance_refutes_nothing(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(120, "a")
    import_files(project, [write_csv("a.csv", rows)])
    trusted = make_rows(60, "e", seed=1)
    for i in range(20):
        trusted[i] |= {"text": rows[i]["text"], "label": rows[i]["label"]}
    for row in (trusted[0], trusted[40]):  # one that leaked, and one that did not
        row["label"] = "ham" if row["label"] == "spam" else "spam"
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    result = diagnose(project)
    inflation = result.duplicates.inflation
    assert inflation is not None
    assert inflation.low < inflation.inflation < 0 < inflation.high
    claim = claim_of(result, "clean-score")
    assert claim.outcome == OPEN
    assert claim.observed.endswith("too close to tell")


def test_a_claim_of_a_class_that_is_gone_says_so(project: Project, write_csv: WriteCsv) -> None:
    add_classes(project, ["other"])
    import_files(project, [write_csv("a.csv", make_rows(400, "a", spam=0.07))])
    assert claim_of(diagnose(project), "minority-recall").subject == "spam"
    retire_class(project, "spam")
    claim = claim_of(diagnose(project), "minority-recall")
    assert (claim.outcome, claim.observed[:31]) == (OPEN, "there is no class spam any more")


def test_noise_in_one_class_predicts_the_worst_recall_there(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = _written_like_ham
    import_files(project, [write_csv("a.csv", rows("a", 0))])
    audit_labels(project)
    claim = claim_of(diagnose(project), "noise-recall")
    assert claim.subject == "spam"
    # Out of fold it would be held to the doubts that it follows from.
    assert (claim.outcome, claim.n) == (OPEN, 0)
    assert "evaluation rows" in claim.observed
    few = rows("e", 1)[:40]
    import_files(project, [write_csv("e.csv", few)], role="evaluation")
    claim = claim_of(diagnose(project), "noise-recall")
    assert (claim.outcome, claim.n) == (OPEN, 40), claim.observed
    assert "the lowest; of ham" in claim.observed
    assert "too close to tell" in claim.observed
    import_files(project, [write_csv("f.csv", rows("f", 2))], role="evaluation")
    claim = claim_of(diagnose(project), "noise-recall")
    assert (claim.outcome, claim.n) == (HELD, 340), claim.observed


def test_a_fall_is_predicted_only_where_the_lens_found_the_shift(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(20, "a", seed=371))])
    production = make_rows(20, "p", seed=5371, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    # So few rows of one kind may look easy to tell apart by chance.
    assert result.shift is not None
    assert result.shift.auc >= 0.7
    assert lens_of(result, "covariate shift").verdict == NONE
    assert "other-accuracy" not in {claim.kind for claim in result.predictions}


def test_an_accuracy_on_other_rows_says_of_how_many_labels_the_model_is(
    project: Project, write_csv: WriteCsv
) -> None:
    # With 20 classes a diagnosis learns from 3,000 labels, and `train` from more.
    add_classes(project, [f"topic {k}" for k in range(18)])
    import_files(project, [write_csv("a.csv", make_rows(3_050, "a"))])
    trusted = make_rows(60, "e", seed=1)
    first = make_rows(1, "a")[0]
    trusted[0] |= {"text": first["text"], "label": first["label"]}
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    result = diagnose(project)
    assert result.duplicates.inflation is not None
    of = "without them, of a model of 3,000 labels"
    assert of in lens_of(result, "leakage").finding
    assert of in claim_of(result, "clean-score").observed
    assert any("learn from: 3,000 of 3,050 rows" in shortcut for shortcut in result.shortcuts)
