"""What a diagnosis says where there is next to nothing to measure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.easy_rows import NEW_TOPIC, Rows, WriteCsv, lens_of, make_rows
from workbench.services.audit.audit import audit_labels
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    NONE,
    SEVERE,
)
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project


def _one_class() -> Rows:
    return make_rows(60, "a", spam=0)


def _equal() -> Rows:
    return [
        {"id": f"a{i}", "text": "the same", "label": "ham" if i % 2 else "spam"} for i in range(60)
    ]


def _empty() -> Rows:
    return [{"id": f"a{i}", "text": "...", "label": "ham" if i % 2 else "spam"} for i in range(60)]


BAD_INPUT: list[tuple[str, Callable[[], Rows], Callable[[], Rows] | None, dict[str, str]]] = [
    (
        "no production rows",
        lambda: make_rows(60, "a"),
        None,
        {
            "distribution shift": "no production rows",
            "label shift": "no production rows",
            "concept shift": "no production rows",
            "drift in time": "no column holds dates",
        },
    ),
    (
        "one class",
        _one_class,
        lambda: make_rows(60, "p", seed=1, labelled=False),
        {"label shift": "fewer than two classes", "concept shift": "single class"},
    ),
    (
        "three rows",
        lambda: make_rows(3, "a"),
        lambda: make_rows(3, "p", seed=1, labelled=False),
        {"covariate shift": "too few", "concept shift": "too few"},
    ),
    (
        "empty texts",
        _empty,
        lambda: [row | {"id": "p" + row["id"], "label": ""} for row in _empty()],
        {"covariate shift": "no text has a word", "label shift": "no text has a word"},
    ),
    (
        "no label",
        lambda: make_rows(60, "a", labelled=False),
        lambda: make_rows(60, "p", seed=1, labelled=False),
        {"class imbalance": "no training row has a label", "label noise": "no labels to doubt"},
    ),
]


@pytest.mark.parametrize(
    ("train", "production", "reasons"),
    [case[1:] for case in BAD_INPUT],
    ids=[case[0] for case in BAD_INPUT],
)
def test_what_cannot_be_measured_says_why(
    project: Project,
    write_csv: WriteCsv,
    train: Callable[[], Rows],
    production: Callable[[], Rows] | None,
    reasons: dict[str, str],
) -> None:
    import_files(project, [write_csv("a.csv", train())])
    if production is not None:
        import_files(project, [write_csv("p.csv", production())], role="production")
    result = diagnose(project)
    for name, reason in reasons.items():
        assert lens_of(result, name).verdict == CANNOT_TELL, name
        assert reason in lens_of(result, name).finding


def test_scores_of_one_class_are_missing_and_not_zero(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", _one_class())])
    result = diagnose(project)
    assert result.imbalance is not None
    assert result.imbalance.accuracy is None
    assert "only one class has a label" in lens_of(result, "class imbalance").finding
    assert result.classes[0].recall is None


def test_equal_rows_are_one_cluster_and_no_shift(project: Project, write_csv: WriteCsv) -> None:
    import_files(project, [write_csv("a.csv", _equal())])
    production = [row | {"id": "p" + row["id"], "label": ""} for row in _equal()]
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    assert result.duplicates.n_rows == 119
    assert lens_of(result, "duplicates").verdict == SEVERE
    assert lens_of(result, "covariate shift").verdict == CANNOT_TELL
    assert "the words tell nothing" in lens_of(result, "covariate shift").finding
    asked = [lens_of(result, "label shift").advice, *(step.what for step in result.steps)]
    assert not any("in two classes" in advice for advice in asked)
    assert result.imbalance is not None
    assert result.imbalance.accuracy is None


def test_texts_that_hold_nothing_to_read_are_counted_and_named(
    project: Project, write_csv: WriteCsv
) -> None:
    blank = [
        {"id": f"a{i}", "text": "\u200b" * (i + 1), "label": "ham" if i % 2 else "spam"}
        for i in range(50)
    ]
    import_files(project, [write_csv("a.csv", blank)])
    result = diagnose(project)
    assert result.duplicates.n_blank == 50
    near = lens_of(result, "near-duplicates")
    assert (near.verdict, near.finding) == (CANNOT_TELL, "50 of 50 rows hold nothing to read")
    assert near.evidence[0].n == 50
    imbalance = lens_of(result, "class imbalance")
    assert "50 of 50 labelled training rows hold nothing to read" in imbalance.finding
    assert "bring in the texts" in imbalance.advice


def test_production_rows_without_text_are_not_to_be_annotated(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    blank = [{"id": f"p{i}", "text": "\u200b", "label": ""} for i in range(40)]
    import_files(project, [write_csv("p.csv", blank)], role="production")
    result = diagnose(project)
    covariate = lens_of(result, "covariate shift")
    assert covariate.verdict == SEVERE
    assert "40 of 40 production rows hold nothing to read" in covariate.finding
    assert "bring in the texts of the production rows" in covariate.advice
    assert covariate.command == ""
    concept = lens_of(result, "concept shift")
    assert concept.finding.endswith("no production row holds anything to read")
    assert "would do" not in concept.finding


def test_labels_are_not_promised_to_do_where_no_text_is_common(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(100, "a"))])
    strange = make_rows(100, "p", seed=1, labelled=False)
    for i, row in enumerate(strange):
        row["text"] = " ".join(np.random.default_rng(i).choice(NEW_TOPIC, 7))
    import_files(project, [write_csv("p.csv", strange)], role="production")
    result = diagnose(project)
    concept = lens_of(result, "concept shift")
    assert "hardly a text in common" in concept.finding
    assert "would do" not in concept.finding
    assert result.concept_shift is not None
    assert result.concept_shift.labels_needed is None


def test_a_precision_of_what_is_never_predicted_is_missing(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(200, "a", spam=0)
    for row in rows[::40]:
        row["label"] = "spam"
    import_files(project, [write_csv("a.csv", rows)])
    spam = diagnose(project).classes[1]
    assert (spam.precision, spam.precision_low, spam.precision_high) == (None, None, None)
    assert (spam.recall, spam.f1, spam.f1_low) == (0, 0, 0)
    assert spam.f1_high is not None
    assert spam.f1_high > 0.4


def test_dates_at_the_ends_of_the_calendar_are_no_dates(
    project: Project, write_csv: WriteCsv
) -> None:
    ends = ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00")
    rows = make_rows(80, "a", sent=lambda i: ends[i] if i < 2 else f"2025-01-{1 + i % 28:02}")
    import_files(project, [write_csv("a.csv", rows)])
    found = diagnose(project, time_column="sent")
    assert found.drift is not None
    assert found.drift.n_undated == 2


def test_rows_in_pairs_are_named_where_they_push_the_score_below_chance(
    project: Project, write_csv: WriteCsv
) -> None:
    def rows(prefix: str, seed: int, label: str) -> Rows:
        rng = np.random.default_rng(seed)
        return [
            {
                "id": f"{prefix}{i}",
                # Too short beside the words that nobody repeats to be near-duplicates.
                "text": f"item{i} {''.join(rng.choice(list('abcdefgh'), 30))}",
                "label": label and ("ham" if i % 2 else "spam"),
            }
            for i in range(100)
        ]

    import_files(project, [write_csv("a.csv", rows("a", 0, "yes"))])
    import_files(project, [write_csv("p.csv", rows("p", 1, ""))], role="production")
    result = diagnose(project)
    assert result.duplicates.leaked_production_rows == 0
    assert result.shift is not None
    assert result.shift.auc < 0.2 < result.shift.null_low
    covariate = lens_of(result, "covariate shift")
    assert covariate.verdict == NONE
    assert "rows of the two sides seem paired" in covariate.finding


def test_vocabularies_that_do_not_overlap_are_told_apart_wholly(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(100, "a"))])
    strange = make_rows(100, "p", seed=1)
    for i, row in enumerate(strange):
        row["text"] = " ".join(np.random.default_rng(i).choice(NEW_TOPIC, 7))
    import_files(project, [write_csv("p.csv", strange)], role="production")
    result = diagnose(project)
    assert result.shift is not None
    assert result.shift.auc == pytest.approx(1, abs=0.01)
    assert "hardly a text in common" in lens_of(result, "concept shift").finding
    assert result.label_shift is not None
    assert not result.label_shift.measurable
    # What no estimate can tell the labels of the production rows do.
    assert "of 100 labelled production rows" in lens_of(result, "label shift").finding


def test_shares_that_may_not_have_moved_are_no_shift(project: Project, write_csv: WriteCsv) -> None:
    def rows(prefix: str, seed: int, n: int, *, labelled: bool) -> Rows:
        rng = np.random.default_rng(seed)
        made = []
        for i in range(n):
            text = f"item{i % 7} {''.join(rng.choice(list('abcd'), 4))} "
            if i % 2 and rng.random() < 0.75:
                text += "red apple"
            elif rng.random() < 0.6:
                text += "blue sea"
            label = ("ham" if i % 2 else "spam") if labelled else ""
            made.append({"id": f"{prefix}{i}", "text": text, "label": label})
        return made

    # Half of each side is ham, but by chance fewer texts of the other look like it.
    import_files(project, [write_csv("a.csv", rows("a", 2, 100, labelled=True))])
    production = rows("p", 3, 40, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    shares = lens_of(diagnose(project), "label shift")
    assert shares.verdict == CANNOT_TELL
    assert "may be none" in shares.finding
    assert "label a random sample of the production rows" in shares.advice


def _copies(label: str, text: str, n: int = 60) -> Rows:
    """Return rows of one text with a number."""
    return [{"id": f"{label}{i}", "text": text.format(i), "label": label} for i in range(n)]


LOGIN = "i cannot log in since friday, reset the password of user{} for me please"
INVOICE = "the total is wrong, have a look at it again and tell me; item number {} of the list"


def test_classes_of_copies_are_not_called_unlearnt(project: Project, write_csv: WriteCsv) -> None:
    rows = _copies("ham", LOGIN) + _copies("spam", INVOICE, 50)
    import_files(project, [write_csv("a.csv", rows)])
    copies = "all 60 rows of ham, all 50 rows of spam are near-copies of each other"
    for _ in range(2):  # before an audit and after one
        result = diagnose(project)
        assert result.imbalance is not None
        assert result.imbalance.accuracy is None
        assert [row.recall for row in result.classes] == [None, None]
        assert not result.confused
        for name in ("class imbalance", "label noise"):
            lens = lens_of(result, name)
            assert lens.verdict == CANNOT_TELL
            assert copies in lens.finding
            assert "no better than chance" not in lens.finding
            assert "in other words" in lens.advice
        audit = audit_labels(project)
        assert audit.n_suspects == 0
        assert any(copies in warning.replace("All", "all") for warning in audit.warnings)


def test_a_class_of_copies_takes_no_part_in_the_scores_of_others(
    tmp_path: Path, write_csv: WriteCsv
) -> None:
    others = make_rows(200, "a")
    # Of the few other rows that say they are of the class, some are wrong.
    few = [row | {"label": "login"} for row in make_rows(4, "few", seed=1)]
    wrong = [row | {"label": "spam"} for row in _copies("w", LOGIN, 10)]
    rows = others + few + wrong + _copies("login", LOGIN)
    with Project(init_project(tmp_path / "three", ["ham", "spam", "login"])) as project:
        import_files(project, [write_csv("a.csv", rows)])
        result = diagnose(project)
        audit = audit_labels(project)
    lens = lens_of(result, "class imbalance")
    assert lens.verdict == CANNOT_TELL
    assert "60 of 64 rows of login are near-copies of each other" in lens.finding
    assert "login" in lens.advice
    ham, spam, login = result.classes
    assert login.n == 64
    assert (login.precision, login.recall, login.f1) == (None, None, None)
    assert ham.recall is not None
    assert ham.recall > 0.95
    assert spam.recall is not None
    found = result.imbalance
    assert found is not None
    assert found.accuracy is not None
    assert found.accuracy > 0.9
    assert found.n_scored == 210
    assert found.majority_baseline == max(ham.n, spam.n) / 210
    assert sum(map(sum, result.confusion)) == 210
    assert audit.n_not_audited == 64
