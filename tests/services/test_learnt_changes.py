"""Functions that learn from decisions or texts are out of date where these have changed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from tests.services.function_scripts import annotate, script, votes_of
from workbench.services.aggregate import aggregate_votes
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.forget import forget_texts
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.prepared import PreparedData, answers, prepare
from workbench.services.moments import Moment
from workbench.services.next_step import Stage, loop
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.staleness import stale
from workbench.services.undo import redo, undo
from workbench.services.why import why

BY_PEOPLE = 'annotator("as_ana", "ana")\nclassifier("model", min_probability=0.6)'


def halves(start: int, stop: int) -> dict[str, str]:
    """What is right of some rows."""
    return {f"r{i}": "spam" if i % 2 else "ham" for i in range(start, stop)}


def apply_stage(project: Project) -> Stage:
    return next(stage for stage in loop(project).stages if stage.name == "apply")


def listed_stale(project: Project) -> list[str]:
    return [row.name for row in list_functions(project).functions if row.state == "stale"]


def test_answers_that_were_taken_back_are_told_by_all_that_uses_votes(
    bare: Project, tmp_path: Path
) -> None:
    script(bare, BY_PEOPLE)
    annotate(bare, halves(0, 40))
    apply_functions(bare)
    aggregate_votes(bare)
    diagnose(bare)
    assert apply_stage(bare).state == "done"
    while undo(bare, annotator="ana") is not None:
        pass
    reason = "2 labeling functions go by decisions or texts that have changed: as_ana, model"
    assert listed_stale(bare) == ["as_ana", "model"]
    assert (apply_stage(bare).state, apply_stage(bare).reasons) == ("stale", (reason,))
    assert (loop(bare).next_command, loop(bare).next_reason) == ("workbench apply", reason)
    said = f"stale apply: {reason}; renew with: workbench apply"
    assert said in aggregate_votes(bare).stale
    assert said in export_labels(bare, tmp_path / "labels.csv").stale
    assert said in [item.sentence for item in why(bare, "r1").stale]
    changes = {change.name: change for change in apply_functions(bare).changes}
    assert (changes["as_ana"].state, changes["as_ana"].n_before, changes["as_ana"].n_after) == (
        "changed", 40, 0,
    )  # fmt: skip
    assert (changes["model"].n_after, list(changes)) == (0, ["as_ana", "model"])
    assert apply_stage(bare).state == "done"
    redo(bare, annotator="ana")
    assert apply_stage(bare).state == "stale"


def test_what_is_out_of_date_calls_nobody_away_from_a_batch(voted: Project) -> None:
    script(voted, BY_PEOPLE)
    annotate(voted, halves(0, 20))
    apply_functions(voted)
    aggregate_votes(voted)
    diagnose(voted)
    batch = propose_batch(voted, n=8)
    uids = [row.uid for row in batch.rows]
    annotate(voted, dict.fromkeys(uids[:-1], "spam"))
    assert apply_stage(voted).state == "stale"
    assert loop(voted).next_command == "workbench annotate"
    annotate(voted, {uids[-1]: "spam"})
    assert loop(voted).next_command == "workbench apply"
    apply_functions(voted)
    assert loop(voted).next_command == "workbench aggregate"


def test_a_few_answers_are_told_and_no_reason_to_apply_at_once(voted: Project) -> None:
    script(voted, BY_PEOPLE)
    annotate(voted, halves(0, 40))
    apply_functions(voted)
    aggregate_votes(voted)
    diagnose(voted)
    annotate(voted, halves(40, 44))
    assert apply_stage(voted).state == "stale"
    assert loop(voted).next_command == "workbench train"
    annotate(voted, halves(44, 46))
    assert loop(voted).next_command == "workbench apply"


def test_another_person_s_answers_leave_an_annotator_s_function_as_it_is(voted: Project) -> None:
    script(voted, 'annotator("as_ana", "ana")')
    annotate(voted, halves(0, 20))
    apply_functions(voted)
    annotate(voted, halves(20, 40), "bob")
    assert stale(voted, ("apply",)) == ()


def test_removed_texts_take_the_votes_of_what_learnt_from_them(voted: Project) -> None:
    script(voted, 'neighbours("near", ["r1", "r9"], "spam", min_similarity=0.5)')
    apply_functions(voted)
    assert votes_of(voted, "near")
    forget_texts(voted, ["r1", "r9"], sure=True)
    (item,) = stale(voted, ("apply",))
    assert item.because == "1 labeling function goes by decisions or texts that have changed: near"
    assert "near" in listed_stale(voted)
    applied = apply_functions(voted)
    assert not votes_of(voted, "near")
    said = "'near': nothing is near to examples whose text was removed for good: r1, r9"
    assert said in [note.message for note in applied.notes]
    assert stale(voted, ("apply",)) == ()


def test_an_apply_says_which_functions_count_again(voted: Project) -> None:
    count = {row.name: round(row.coverage * 112) for row in list_functions(voted).functions}
    undo(voted)
    assert voted.store.votes.in_force() == []
    applied = apply_functions(voted)
    assert not any(lf.n_rows for lf in applied.functions)
    assert {change.name: (change.state, change.n_gained) for change in applied.changes} == {
        name: ("back", n) for name, n in count.items()
    }
    assert apply_functions(voted).changes == ()


def test_while_nobody_decides_no_decision_is_read_for_it(
    bare: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(bare, 'annotator("as_ana", "ana")')
    annotate(bare, halves(0, 40))
    apply_functions(bare)
    asked: list[Moment | None] = []

    def counted(
        project: Project, annotators: Collection[str], moment: Moment | None = None
    ) -> dict[str, dict[int, int]]:
        asked.append(moment)
        return answers(project, annotators, moment)

    monkeypatch.setattr("workbench.services.lf.prepared.answers", counted)
    assert apply_stage(bare).state == "done"
    assert not asked
    annotate(bare, {"r50": "spam"})
    assert apply_stage(bare).state == "stale"
    assert [moment is None for moment in asked] == [True, False]
    undo(bare, annotator="ana")
    assert apply_stage(bare).state == "done"
    assert len(asked) == 3


def test_answers_that_come_while_an_apply_works_are_for_the_next_one(
    bare: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(bare, BY_PEOPLE)
    annotate(bare, halves(0, 40))

    def answer_first(*args: Any) -> PreparedData:
        with Project(bare.root) as other:
            annotate(other, halves(40, 60))
        return prepare(*args)

    with monkeypatch.context() as patch:
        patch.setattr("workbench.services.lf.apply.prepare", answer_first)
        apply_functions(bare)
    assert votes_of(bare, "as_ana") == halves(0, 40)
    of_forty = votes_of(bare, "model")
    assert listed_stale(bare) == ["as_ana", "model"]
    apply_functions(bare)
    assert votes_of(bare, "as_ana") == halves(0, 60)
    for _ in range(20):
        undo(bare, annotator="ana")
    apply_functions(bare)
    # The votes of a state that comes back are those that were stored for it.
    assert (votes_of(bare, "as_ana"), votes_of(bare, "model")) == (halves(0, 40), of_forty)
