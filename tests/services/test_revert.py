"""Going back to how things stood after a run, and back again."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.classes import rename_class
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.revert import revert_to, undone_by_revert
from workbench.services.running import now, record_run, user
from workbench.services.undo import redo, undo
from workbench.store.decisions import DECISIONS


def labels(project: Project) -> list[str | None]:
    """Return the name of each example's label."""
    return [None if k < 0 else project.classes[k] for k in resolve_labels(project).labels]


def decide(project: Project, *numbers: int, annotator: str = "ana") -> None:
    """Label some examples as spam in one sitting."""
    with Session(project, annotator=annotator) as session:
        for number in numbers:
            session.label(number, "spam")


def last_run(project: Project) -> int:
    """Return the newest run."""
    return project.store.runs.newest(limit=1)[0].run_id


def test_all_later_acts_are_taken_back_in_one_go_and_put_back_in_one(filled: Project) -> None:
    decide(filled, 1)
    target, before = last_run(filled), labels(filled)
    decide(filled, 3, 5)
    relabel_rows(filled, "spam", uids=["r6", "r8"], annotator="ana")
    rename_class(filled, "ham", "mail", annotator="ana")
    after = labels(filled)
    since = undone_by_revert(filled, target, annotator="ana")
    assert (since.n_mine, since.n_rows, since.n_others) == (4, 4, 0)
    reverted = revert_to(filled, target, annotator="ana")
    assert reverted is not None
    assert reverted.text == "4 acts"
    run = filled.store.runs.newest(kind="revert")[0]
    assert run.counts == {"acts": 4}
    assert run.parameters == {"annotator": "ana", "to": str(target)}
    assert (reverted.n_examples, reverted.done) == (4, "undone: 4 acts")
    first, newest = filled.store.decisions.get(2), filled.store.decisions.get(6)
    assert first is not None
    assert newest is not None
    assert (reverted.event_id, reverted.kind, reverted.at) == (2, "label", first.at)
    # How all of that stands no line can tell.
    told = (reverted.before, reverted.after, reverted.functions, reverted.skipped)
    assert told == ("", "", "", ())
    assert reverted.change == reverted.result == reverted.skips == ""
    assert labels(filled) == before
    assert filled.classes == ("ham", "spam")
    again = redo(filled, annotator="ana")
    assert again is not None
    assert (again.event_id, again.kind, again.at) == (6, "class-rename", newest.at)
    assert (again.text, again.done) == ("4 acts", "put back: 4 acts")
    run = filled.store.runs.newest(limit=1)[0]
    assert (run.kind, run.parameters) == ("redo", {"annotator": "ana"})
    assert labels(filled) == after
    assert filled.store.decisions.broken_link() is None


def test_who_is_not_named_takes_back_and_puts_back_their_own(filled: Project) -> None:
    target = last_run(filled)
    decide(filled, 1, 3, annotator=user())
    revert_to(filled, target)
    assert filled.store.decisions.active() == []
    again = redo(filled)
    assert again is not None
    assert (again.text, again.annotator) == ("2 acts", user())
    assert {event.annotator for event in filled.store.decisions.of_example(1)} == {user()}


def test_what_others_did_stays(filled: Project) -> None:
    target = last_run(filled)
    decide(filled, 1)
    decide(filled, 3, annotator="bo")
    assert undone_by_revert(filled, target, annotator="ana").n_others == 1
    reverted = revert_to(filled, target, annotator="ana")
    assert reverted is not None
    assert (reverted.text, reverted.uids, reverted.result) == ("label spam", ("r0",), "")
    assert [e.annotator for e in filled.store.decisions.active()] == ["bo"]


def test_there_may_be_nothing_to_take_back(filled: Project) -> None:
    decide(filled, 1)
    assert revert_to(filled, last_run(filled), annotator="ana") is None
    assert redo(filled, annotator="ana") is None


def test_a_new_act_ends_the_chance_to_put_back(filled: Project) -> None:
    target = last_run(filled)
    decide(filled, 1, 3)
    revert_to(filled, target, annotator="ana")
    decide(filled, 5)
    assert redo(filled, annotator="ana") is None
    assert len(filled.store.decisions.active()) == 1


def test_after_a_revert_was_put_back_undo_goes_act_by_act(filled: Project) -> None:
    target = last_run(filled)
    decide(filled, 1, 3)
    revert_to(filled, target, annotator="ana")
    redo(filled, annotator="ana")
    undo(filled, annotator="ana")
    assert [e.example_id for e in filled.store.decisions.active()] == [1]
    redo(filled, annotator="ana")
    assert [e.example_id for e in filled.store.decisions.active()] == [1, 3]


def test_what_one_revert_took_back_comes_back_together_after_other_turns(filled: Project) -> None:
    decide(filled, 1)
    target = last_run(filled)
    decide(filled, 3, 5, 7)
    revert_to(filled, target, annotator="ana")
    undo(filled, annotator="ana")
    assert filled.store.decisions.active() == []
    redo(filled, annotator="ana")
    assert [e.example_id for e in filled.store.decisions.active()] == [1]
    again = redo(filled, annotator="ana")
    assert again is not None
    assert again.text == "3 acts"
    assert {event.annotator for event in filled.store.decisions.of_example(3)} == {"ana"}
    assert [e.example_id for e in filled.store.decisions.active()] == [1, 3, 5, 7]


def test_what_was_put_back_by_itself_is_not_put_back_twice(filled: Project) -> None:
    """Sittings of earlier versions put back one decision at a time."""
    target = last_run(filled)
    decide(filled, 1, 3, 5)
    revert_to(filled, target, annotator="ana")
    last = filled.store.decisions.next_to_redo("ana", kinds=DECISIONS)
    assert last is not None
    with record_run(filled.store, "annotate") as run, run.finish({}):
        filled.store.decisions.append(
            "redo",
            at=now(),
            annotator="ana",
            run_id=run.run_id,
            example_id=last.example_id,
            target_id=last.event_id,
        )
    assert [e.example_id for e in filled.store.decisions.active()] == [1]
    again = redo(filled, annotator="ana")
    assert again is not None
    assert again.text == "2 acts"
    assert [e.example_id for e in filled.store.decisions.active()] == [1, 3, 5]
    assert redo(filled, annotator="ana") is None


def test_an_unknown_run_is_refused(filled: Project) -> None:
    with pytest.raises(UsageError, match="no run 999"):
        revert_to(filled, 999)
