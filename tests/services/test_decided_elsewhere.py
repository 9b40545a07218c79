"""What became of an audited label other than by the review: what people decided, and a model."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import write_rows
from tests.services.reviewing import CLASSES, review_all, rows, true_class
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.importing.decision_import import import_decisions
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.next_step import loop
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.review.progress import ReviewProgress, review_progress
from workbench.services.review.report import review_report
from workbench.services.review.result import RateChange
from workbench.services.review.review import AMBIGUOUS, ReviewItem, record_review, review_queue
from workbench.services.review.reviewed_rows import reviewed_rows
from workbench.services.suspects import doubt_about
from workbench.store.queues import Suspect

MADE = rows(600, 3, wrong=0.2)
WRONG = [row for row in MADE if row["label"] != row["true"]]


@pytest.fixture(scope="module")
def drawn_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the project below; copy it."""
    folder = tmp_path_factory.mktemp("drawn")
    with Project(init_project(folder / "p", CLASSES)) as project:
        import_files(project, [write_rows(folder / "t.csv", MADE)])
        trusted = write_rows(folder / "e.csv", rows(80, 1, wrong=0))
        import_files(project, [trusted], role="evaluation")
        audit_labels(project, controls=150)
    return project.root


@pytest.fixture
def drawn(drawn_root: Path, tmp_path: Path) -> Iterator[Project]:
    """600 labels, a fifth of them wrong, audited with 150 random rows; 80 trusted rows."""
    shutil.copytree(drawn_root, tmp_path / "p")
    with Project(tmp_path / "p") as project:
        yield project


def by_relabel(project: Project, fixed: list[dict[str, str]], tmp_path: Path) -> None:
    for name in CLASSES:
        relabel_rows(project, name, uids=[row["id"] for row in fixed if row["true"] == name])


def by_file(project: Project, fixed: list[dict[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "fixed.csv"
    path.write_text("\n".join(["id,label", *(f"{row['id']},{row['true']}" for row in fixed)]))
    import_decisions(project, path)


def told(project: Project) -> ReviewProgress:
    found = review_progress(project)
    assert found is not None
    return found


def check_rates(project: Project, changes: tuple[RateChange, ...]) -> None:
    """Hold what a report says of vendors, or all, against what is true."""
    now = [CLASSES[index] for index in resolve_labels(project).labels[: len(MADE)]]
    for change in changes:
        mine = [i for i, row in enumerate(MADE) if change.group in ("all", row["vendor"])]
        before = np.mean([MADE[i]["label"] != MADE[i]["true"] for i in mine])
        after = np.mean([now[i] != MADE[i]["true"] for i in mine])
        assert change.before_low <= before <= change.before_high
        assert change.after_low <= after <= change.after_high


def uid(project: Project, item: ReviewItem) -> str:
    return project.store.examples.uids()[item.example_id - 1]


@pytest.mark.parametrize("fix", [by_relabel, by_file])
def test_errors_corrected_between_audit_and_review_were_there_before_and_are_gone_after(
    drawn: Project, tmp_path: Path, fix: Callable[..., None]
) -> None:
    controls = {uid(drawn, item) for item in review_queue(drawn) if item.is_control}
    fixed = [row for i, row in enumerate(WRONG) if i % 5]
    fix(drawn, fixed, tmp_path)
    start = told(drawn)
    assert start.n_decided == start.n_changed > 0
    assert "not asked: people decided them elsewhere since the audit" in start.hint
    n_fixed_controls = sum(row["id"] in controls for row in fixed)
    assert n_fixed_controls > 0
    assert (start.n_controls, start.n_controls_decided) == (150, n_fixed_controls)
    assert (start.n_controls_reviewed, start.n_controls_wrong) == (0, 0)
    assert not start.is_reviewed
    review_all(drawn)
    report = review_report(drawn, by="vendor")
    check_rates(drawn, (report.total, *report.by_group))
    # Who chose them chose them as they are wrong: hardly any is expected among those left.
    left = sum(row["label"] != row["true"] for row in WRONG) - len(fixed)
    assert report.total.after * report.total.n < left
    assert (report.n_decided, report.n_decided_wrong) == (len(fixed), len(fixed))
    assert report.total.n_random == 150 - n_fixed_controls
    assert not any("for a review" in note for note in report.notes)
    assert any("nothing is concluded from them on others" in note for note in report.notes)
    # A model that learns the corrections is judged by them.
    assert report.gain is not None
    assert report.gain.accuracy_change >= 0
    end = told(drawn)
    assert end.missed is not None
    assert end.n_controls_reviewed == report.total.n_random
    known = end.n_missed_decided + end.n_controls_wrong
    assert end.missed.value - known == pytest.approx(report.total.after * report.total.n)
    assert end.missed.high - known == pytest.approx(report.total.after_high * report.total.n)
    assert f"{end.n_missed_decided} of them corrected elsewhere" in end.hint


def test_a_file_that_answers_what_the_review_asks_tells_of_the_other_rows(
    drawn: Project, tmp_path: Path
) -> None:
    asked = {uid(drawn, item) for item in review_queue(drawn)}
    truth = {row["id"]: row for row in MADE}
    *answered, last = sorted(asked & truth.keys())
    by_file(drawn, [truth[one] for one in answered], tmp_path)
    assert {uid(drawn, item) for item in review_queue(drawn)} == {last}
    review_all(drawn)
    report = review_report(drawn, by="vendor")
    check_rates(drawn, (report.total, *report.by_group))
    assert report.total.n_random == 150
    # As many random rows say much: without them all that the audit trusts might be wrong.
    assert report.total.after_high < 0.05
    assert not any("no control row" in note for note in report.notes)


def test_a_doubt_about_a_label_that_a_person_confirmed_is_settled_everywhere(
    drawn: Project,
) -> None:
    items = [item for item in review_queue(drawn) if not item.is_control]
    before = told(drawn)

    def doubt() -> Suspect | None:
        label = drawn.store.resolved.of_example(items[0].example_id)
        assert label is not None
        assert label.label == items[0].given
        return doubt_about(drawn, items[0].example_id, label)

    assert doubt() is not None
    with Session(drawn, annotator="ana") as session:
        session.label(items[0].example_id, items[0].given)
        session.skip(items[1].example_id)
    assert doubt() is None
    after = told(drawn)
    waiting = {item.example_id for item in review_queue(drawn)}
    assert items[0].example_id not in waiting
    assert items[1].example_id in waiting
    assert (after.n_waiting, after.n_decided) == (before.n_waiting - 1, 1)
    assert loop(drawn).n_suspects == after.n_waiting + after.n_evaluation_waiting
    # The next audit has heard of no doubt either.
    review_all(drawn, 1)
    report = review_report(drawn)
    assert (report.n_decided, report.n_decided_wrong) == (1, 0)
    # Others differ: then nobody has decided it.
    with Session(drawn, annotator="ben") as session:
        session.label(items[0].example_id, items[0].suggested)
    assert told(drawn).n_decided == 0
    assert items[0].example_id in {item.example_id for item in review_queue(drawn)}


def test_what_people_decide_after_the_next_audit_changes_no_earlier_report(
    drawn: Project, tmp_path: Path
) -> None:
    by_relabel(drawn, WRONG[:20], tmp_path)
    review_all(drawn, 30)
    first = review_report(drawn, by="vendor")
    assert first.n_decided == 20
    audit_labels(drawn)
    by_relabel(drawn, WRONG[20:], tmp_path)
    again = review_report(drawn, by="vendor", audit=first.audit_run_id)
    assert (again.total, again.by_class, again.by_group, again.n_decided) == (
        first.total,
        first.by_class,
        first.by_group,
        first.n_decided,
    )


def test_answers_to_the_audit_before_given_after_the_next_one_read_the_labels_count_in_both(
    drawn: Project,
) -> None:
    open_still = review_queue(drawn)[:80]
    audit_labels(drawn, seed=4, controls=150)
    with Session(drawn, annotator="ana") as session:
        for item in open_still:
            record_review(drawn, session, item, true_class(drawn, item))
    review_all(drawn)
    newest = review_report(drawn)
    n_found = sum(true_class(drawn, item) != item.given for item in open_still)
    assert n_found > 20
    assert newest.n_decided_wrong == n_found
    share = len(WRONG) / len(MADE)
    assert newest.total.n_corrected >= n_found + newest.n_corrected
    assert newest.total.before_low <= share <= newest.total.before_high
    before = reviewed_rows(drawn, drawn.store.runs.get(open_still[0].audit_run_id))
    assert before is not None
    assert before.verdicts.keys() == {item.example_id for item in open_still}


def test_an_answer_to_an_old_audit_changes_no_round_that_is_over(drawn: Project) -> None:
    first = review_queue(drawn)
    audit_labels(drawn, seed=4, controls=150)
    review_all(drawn, 40)
    over = review_report(drawn)
    audit_labels(drawn, seed=5, controls=150)
    answered = {event.example_id for event in drawn.store.decisions.active()}
    with Session(drawn, annotator="ana") as session:
        for item in [one for one in first if one.example_id not in answered][:60]:
            record_review(drawn, session, item, true_class(drawn, item))
    assert review_report(drawn, audit=over.audit_run_id).total == over.total


def test_controls_that_somebody_chose_tell_of_no_other_row(drawn: Project) -> None:
    controls = [item for item in review_queue(drawn) if item.is_control][:3]
    for item in controls:
        relabel_rows(drawn, item.suggested, uids=[uid(drawn, item)])
    with Session(drawn, annotator="ana") as session:
        for item in review_queue(drawn):
            if not item.is_control:
                record_review(drawn, session, item, true_class(drawn, item))
    end = told(drawn)
    assert end.missed is None
    assert (end.n_controls_reviewed, end.n_controls_decided, end.n_controls_waiting) == (0, 3, 147)
    assert "147 random rows wait too" in end.hint
    assert any("no control row was reviewed" in note for note in review_report(drawn).notes)


@pytest.mark.parametrize("how", ["label", "adjudicate"])
def test_a_flag_is_settled_by_whoever_decides_the_row_after_it(drawn: Project, how: str) -> None:
    flagged, other = [item for item in review_queue(drawn) if not item.is_control][:2]
    with Session(drawn, annotator="ana") as session:
        record_review(drawn, session, other, other.given)
        record_review(drawn, session, flagged, AMBIGUOUS)
        before = review_report(drawn)
        getattr(session, how)(flagged.example_id, flagged.suggested)
    after = review_report(drawn)
    counts = [(one.n_ambiguous, one.n_decided, one.total.n_corrected) for one in (before, after)]
    assert counts == [(1, 0, 0), (0, 1, 1)]


def test_a_row_that_an_earlier_round_flagged_is_decided_in_the_round_that_decides_it(
    drawn: Project,
) -> None:
    flagged = next(item for item in review_queue(drawn) if not item.is_control)
    with Session(drawn, annotator="ana") as session:
        record_review(drawn, session, flagged, AMBIGUOUS)
        first = review_report(drawn)
        audit_labels(drawn)
        session.label(flagged.example_id, flagged.suggested)
    review_all(drawn, 1)
    assert review_report(drawn).n_decided_wrong == 1
    again = review_report(drawn, audit=first.audit_run_id)
    assert (again.n_ambiguous, again.total) == (1, first.total)


def test_a_correction_after_the_next_audit_takes_back_no_answer_to_an_earlier_one(
    drawn: Project,
) -> None:
    kept = [item for item in review_queue(drawn) if not item.is_control][:10]
    with Session(drawn, annotator="ana") as session:
        for item in kept:
            record_review(drawn, session, item, item.given)
    first = review_report(drawn)
    audit_labels(drawn, controls=40)
    for item in kept[:4]:
        relabel_rows(drawn, item.suggested, uids=[uid(drawn, item)])
    again = review_report(drawn, audit=first.audit_run_id)
    assert again.n_kept == first.n_kept == 10
    assert (again.total, again.by_class) == (first.total, first.by_class)
    # The next audit took these labels as settled: they are no errors that it missed.
    review_all(drawn)
    assert told(drawn).n_missed_decided == 0
    assert review_report(drawn).n_decided_wrong == 4


def test_labels_that_a_repaired_function_changed_are_no_verdicts(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    def vote(said: dict[str, str]) -> None:
        names = ("one", "two", "three")
        import_votes(
            project,
            write_csv(
                "v.csv", [{"id": i} | dict.fromkeys(names, name) for i, name in said.items()]
            ),
        )
        aggregate_votes(project)

    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        unlabelled = [{k: v for k, v in row.items() if k != "label"} for row in MADE]
        import_files(project, [write_csv("t.csv", unlabelled)])
        vote({row["id"]: row["label"] for row in MADE})
        audit_labels(project, controls=150)
        start = told(project)
        # The functions are repaired for most of what is wrong, and for nothing else.
        kept_wrong = {row["id"] for row in WRONG[::6]}
        vote({row["id"]: row["label" if row["id"] in kept_wrong else "true"] for row in MADE})
        after = told(project)
        n_lost = start.n_controls - after.n_controls
        assert after.n_changed > 20
        assert after.n_decided == 0
        assert n_lost > 0
        review_all(project)
        report = review_report(project, by="vendor")
    assert report.n_decided == 0
    for change in (report.total, *report.by_group):
        mine = [row for row in MADE if change.group in ("all", row["vendor"])]
        wrong = np.mean([row["label"] != row["true"] for row in mine])
        assert change.before_low <= wrong <= change.before_high
    said = next(note for note in report.notes if "that no person gave" in note)
    lost = "random row" if n_lost == 1 else "random rows"
    assert said.startswith(f"{after.n_changed} suspects and {n_lost} {lost} got another label")
