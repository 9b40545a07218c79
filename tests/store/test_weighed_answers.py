"""Weighed answers: which outcomes hold, now and at every moment before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from workbench.services.annotate import Session
from workbench.services.moments import Moment, moment_at
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.running import now, record_run
from workbench.services.undo import redo, undo
from workbench.store.consensus import Outcome


def weigh(project: Project, classes: Mapping[int, int | None], kind: str = "consensus") -> int:
    """Record a run that gives some examples a class, knowing all that happened; return it."""
    parameters = {"last_event_id": project.store.decisions.last_decision_id()}
    with record_run(project.store, kind, parameters=parameters) as run, run.finish({}):
        rows = [(example_id, class_id, 0.75) for example_id, class_id in classes.items()]
        project.store.consensus.add(run.run_id, rows)
    return run.run_id


@pytest.fixture
def held(filled: Project) -> Callable[[], dict[int, Outcome]]:
    """What holds now, by the arrays' query and by the view of one row."""
    with filled.store.transaction():
        filled.store.settings.put("consensus", "dawid-skene", at=now())

    def held_now() -> dict[int, Outcome]:
        consensus = filled.store.consensus
        found = consensus.holding()
        runs = filled.store.runs.done_ids("consensus")
        for example_id in range(1, 12):
            shown, outcome = consensus.of_example(example_id), found.get(example_id)
            if outcome is not None and outcome.class_id is not None:
                assert shown == outcome
            else:  # it is the class of most, or none
                assert shown is None or shown.run_id not in runs
        return found

    return held_now


def test_an_outcome_holds_until_something_happens_to_its_row(
    filled: Project, held: Callable[[], dict[int, Outcome]]
) -> None:
    with Session(filled, annotator="ana") as session:
        for example_id in (1, 3, 5, 7, 9, 11):
            session.label(example_id, "ham")
    relabel_rows(filled, "spam", uids=["r2", "r4", "r6"], annotator="ana")
    # What was turned before is known to the run.
    undo(filled, annotator="ana")
    redo(filled, annotator="ana")
    noted: list[tuple[Moment, dict[int, Outcome]]] = [(moment_at(filled, now()), {})]
    run_id = weigh(filled, dict.fromkeys((1, 3, 5, 7, 11), 0) | {9: None})
    at_end = filled.store.runs.get(run_id)
    assert at_end is not None
    assert at_end.ended_at is not None

    def left(*examples: int) -> dict[int, Outcome]:
        return {i: Outcome(run_id, None if i == 9 else 0, 0.75) for i in examples}

    last = filled.store.decisions.last_event_id()
    noted.append((Moment(at_end.ended_at, last), left(1, 3, 5, 7, 9, 11)))
    with Session(filled, annotator="bo") as session:
        session.skip(2)  # of a row that nobody weighed
        noted.append((moment_at(filled, now()), left(1, 3, 5, 7, 9, 11)))
        assert held() == left(1, 3, 5, 7, 9, 11)
        session.label(1, "spam")
        assert held() == left(3, 5, 7, 9, 11)
        noted.append((moment_at(filled, now()), left(3, 5, 7, 9, 11)))
    # The turn of an act is an event of its first row; it happens to all of them.
    for turn in (undo, redo):
        assert turn(filled, annotator="ana").uids == ("r2", "r4", "r6")
        noted.append((moment_at(filled, now()), left(9, 11)))
        assert held() == left(9, 11)
    for moment, outcomes in noted:
        then = filled.store.consensus.holding(at=moment.at, until=moment.event_id)
        assert then == outcomes
    assert held() == left(9, 11)


def test_only_the_newest_weighing_that_ended_well_counts(
    filled: Project, held: Callable[[], dict[int, Outcome]]
) -> None:
    weigh(filled, {1: 0, 2: 0})
    newest = weigh(filled, {1: 1, 3: None})
    outcomes = {1: Outcome(newest, 1, 0.75), 3: Outcome(newest, None, 0.75)}
    assert held() == outcomes
    with pytest.raises(ZeroDivisionError), record_run(filled.store, "consensus"):
        raise ZeroDivisionError
    weigh(filled, {1: 0, 4: 0}, kind="train")
    assert held() == outcomes
    with record_run(filled.store, "consensus", parameters={"last_event_id": 0}):
        assert held() == outcomes
    weigh(filled, {})
    assert held() == {}
