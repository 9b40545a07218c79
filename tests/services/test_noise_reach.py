"""The lens of label noise tells how many of today's labels the audit saw, and could judge."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write_rows
from tests.services.reviewing import CLASSES, WORDS, review_all, rows
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.lens_parts import NOTHING
from workbench.services.diagnose.verdicts import CANNOT_TELL, NONE, SEVERE, DiagnoseResult, Lens
from workbench.services.diagnose.wrong_still import doubted_words, wrong_words
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project
from workbench.services.review.progress import review_progress
from workbench.services.review.review import record_review, review_queue
from workbench.services.staleness import stale


def noise_of(project: Project) -> Lens:
    return next(lens for lens in diagnose(project).lenses if lens.name == "label noise")


def test_an_old_audit_says_nothing_of_the_labels_that_came_since(tmp_path: Path) -> None:
    made = rows(240, 3, wrong=0)

    def annotate(project: Project, first: int, last: int) -> None:
        with Session(project, annotator="ann") as session:
            for i in range(first, last):
                session.label(i + 1, made[i]["true"])

    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        unlabelled = [{**row, "label": ""} for row in made]
        import_files(project, [write_rows(tmp_path / "t.csv", unlabelled)])
        annotate(project, 0, 80)
        audit_labels(project)
        assert "came since" not in noise_of(project).finding
        annotate(project, 80, 120)
        some = noise_of(project)
        assert some.verdict != CANNOT_TELL
        assert "of 80 labels that the audit saw are doubted" in some.finding
        assert "40 came since" in some.finding
        annotate(project, 120, 240)
        lens = noise_of(project)
        assert lens.verdict == CANNOT_TELL
        assert lens.finding == (
            "the audit saw 80 of the 240 training labels there are now: 160 came since"
        )
        assert lens.command == "workbench audit"
        audit_labels(project)
        assert noise_of(project).verdict != CANNOT_TELL


def test_labels_that_became_others_are_not_said_to_have_come_since(audited: Project) -> None:
    labels = resolve_labels(audited).labels

    def relabel(first: int, last: int) -> None:
        with Session(audited, annotator="ana") as session:
            for i in range(first, last):
                session.relabel(i + 1, CLASSES[1 - labels[i]])

    relabel(0, 30)
    assert ", 30 changed" in noise_of(audited).finding
    assert "came since" not in noise_of(audited).finding


def n_doubted(result: DiagnoseResult) -> dict[str, int]:
    """Return how many labels of each class and vendor are doubted."""
    return {row.group: row.n_suspects for row in result.noise if row.column in ("class", "vendor")}


def test_before_a_review_the_lens_tells_what_the_audit_does(audited: Project) -> None:
    found = audit_labels(audited, by="vendor")
    result = diagnose(audited)
    assert n_doubted(result) == {r.group: r.n_suspects for r in (*found.by_class, *found.by_group)}
    classes = [row for row in result.noise if row.column == "class"]
    assert [(r.n, r.rate, r.low, r.high) for r in classes] == [
        (r.n, r.rate, r.low, r.high) for r in found.by_class
    ]
    lens = noise_of(audited)
    assert lens.finding.startswith(f"{found.n_suspects} of {found.n_judged} labels are doubted")
    assert (lens.verdict, lens.command) == (SEVERE, "workbench review")
    assert "vendor b" in lens.finding


def test_doubts_that_a_review_answered_are_told_as_found_and_not_as_noise(
    audited: Project,
) -> None:
    suspects = [item for item in review_queue(audited) if item.role == "train"]
    review_all(audited, 20)
    begun = review_progress(audited)
    assert begun is not None
    lens = noise_of(audited)
    assert lens.finding.startswith(f"{begun.n_waiting} of 240 labels are still doubted")
    assert f"of {begun.n_reviewed} reviewed suspects {begun.n_wrong} were wrong" in lens.finding
    assert [one.n for one in lens.evidence] == [begun.n_waiting]
    review_all(audited)
    done = review_progress(audited)
    assert done is not None
    assert (done.n_waiting, done.n_controls_waiting, done.n_evaluation_waiting) == (0, 0, 0)
    assert done.n_wrong >= 20
    assert len(suspects) >= done.n_reviewed
    result = diagnose(audited)
    lens = next(lens for lens in result.lenses if lens.name == "label noise")
    assert lens.verdict == NONE
    assert lens.finding.startswith(
        "0 of 240 labels are still doubted (0.0 %);"
        f" of {done.n_reviewed} reviewed suspects {done.n_wrong} were wrong; by the newest review "
    )
    assert lens.finding.endswith(" wrong still (0 of its 20 random rows were wrong)")
    assert (lens.figure.endswith(" wrong still"), lens.interval) == (True, "0.0 % doubted")
    assert set(n_doubted(result).values()) == {0}
    assert not lens.evidence
    assert not any(step.command == "workbench review" for step in result.steps)
    # As `status` has it: models that learn of so many corrections may doubt other labels.
    assert lens.command == "workbench audit"
    (due,) = (found.because for found in stale(audited) if found.stage == "audit")
    assert due.startswith("its review corrected ")
    assert due in lens.advice
    again = audit_labels(audited)
    assert "audit" not in {found.stage for found in stale(audited)}
    assert not again.reused
    assert noise_of(audited).finding.startswith(f"{again.n_suspects} of {again.n_judged} labels")


def test_no_prediction_is_made_from_doubts_that_are_answered(audited: Project) -> None:
    """Doubts about one class alone are a reason to predict its recall, while they wait."""
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited):
            if item.role == "train" and item.given == CLASSES[0]:
                record_review(audited, session, item, CLASSES[1])
    predicted = [p.subject for p in diagnose(audited).predictions if p.kind == "noise-recall"]
    assert predicted == [CLASSES[1]]


def test_after_a_review_that_changed_little_there_is_nothing_to_do(audited: Project) -> None:
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited):
            if item.role == "train" and not item.is_control:
                record_review(audited, session, item, item.given)
    lens = noise_of(audited)
    # None of the doubts waits, and nobody looked at what the audit did not doubt.
    assert (lens.verdict, lens.command) == (CANNOT_TELL, "workbench review")
    assert "none of the review's random rows was answered" in lens.finding
    assert lens.advice.startswith("finish the review (workbench review): ")
    assert "20 random rows" in lens.advice
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited):
            record_review(audited, session, item, item.given)
    lens = noise_of(audited)
    assert (lens.verdict, lens.advice, lens.command) == (NONE, NOTHING, "")
    assert " 0 were wrong; by the newest review " in lens.finding


def test_errors_among_the_random_rows_are_noise_when_no_doubt_is_left(audited: Project) -> None:
    """A review empties the doubts: what the audit missed is known of its random rows alone."""
    with Session(audited, annotator="ana") as session:
        drawn = [item.example_id for item in review_queue(audited) if item.is_control]
        for item in review_queue(audited):
            is_wrong = item.example_id in drawn[::2]
            label = next(name for name in CLASSES if (name != item.given) == is_wrong)
            record_review(audited, session, item, label)
    result = diagnose(audited)
    lens = next(lens for lens in result.lenses if lens.name == "label noise")
    assert "0 of 240 labels are still doubted" in lens.finding
    assert lens.verdict == SEVERE
    assert lens.figure.endswith(" % wrong still")
    for row in result.noise:
        assert (row.n_suspects, row.wrong_low is not None) == (0, True)
        # An interval of doubts that were answered would say that all is well.
        assert doubted_words(row) == "0.0 %"
        assert wrong_words(row)
    before = lens.verdict
    audit_labels(audited)
    # Nobody has answered the new doubts: the review before them still knows.
    assert noise_of(audited).verdict == before


def test_labels_of_classes_that_no_model_has_learnt_are_in_no_rate(tmp_path: Path) -> None:
    """Two classes of forty rows, and twenty of two rows or three that have no word of their own."""
    many = [f"rare{k}" for k in range(60)]
    made = rows(80, 4, wrong=0.1)
    for k, name in enumerate(many):
        for j in range(2):
            text = " ".join([*WORDS[CLASSES[j]][k % 4 : k % 4 + 3], f"filler{k}{j}"])
            made.append({**made[0], "id": f"{name}-{j}", "text": text, "label": name})
    with Project(init_project(tmp_path / "p", (*CLASSES, *many))) as project:
        import_files(project, [write_rows(tmp_path / "t.csv", made)])
        found = audit_labels(project)
        assert found.n_rows == 200
        assert found.n_not_audited >= 110
        assert found.n_judged == found.n_rows - found.n_not_audited
        assert found.error_rate == found.n_suspects / found.n_judged
        lens = noise_of(project)
    assert lens.verdict == CANNOT_TELL
    assert "of 200 labels, which the audit cannot judge" in lens.finding
