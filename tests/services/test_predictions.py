"""Claims of a diagnosis that later data bear out or refute."""

from __future__ import annotations

import numpy as np

from tests.services.easy_rows import NEW_TOPIC, Rows, WriteCsv, claim_of, lens_of, make_rows
from workbench.services.annotate import Session
from workbench.services.audit import audit_labels
from workbench.services.classes import add_classes, retire_class
from workbench.services.diagnose import diagnose
from workbench.services.importing import import_files
from workbench.services.project import Project
from workbench.services.verdicts import (
    FAILED,
    HELD,
    MILD,
    NONE,
    OPEN,
    SEVERE,
)


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
    def rows(prefix: str, seed: int) -> Rows:
        made = make_rows(300, prefix, seed=seed)
        for row in [row for row in made if row["label"] == "ham"][::4]:
            row["label"] = "spam"  # some spam is written like ham
        return made

    import_files(project, [write_csv("a.csv", rows("a", 0))])
    audit_labels(project)
    claim = claim_of(diagnose(project), "noise-recall")
    assert claim.subject == "spam"
    # Out of fold it would be held to the doubts that it follows from.
    assert (claim.outcome, claim.n) == (OPEN, 0)
    assert "evaluation rows" in claim.observed
    import_files(project, [write_csv("e.csv", rows("e", 1))], role="evaluation")
    claim = claim_of(diagnose(project), "noise-recall")
    assert (claim.outcome, claim.n) == (HELD, 300), claim.observed


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
