"""Labels of votes that are gone are withdrawn, by the commands that status, why and export name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.function_scripts import annotate
from workbench.errors import ProjectError
from workbench.services.aggregate import aggregate_votes
from workbench.services.beliefs import MIX, model_beliefs
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.labels import resolve_labels
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.model_report import last_aggregation
from workbench.services.next_step import loop
from workbench.services.project import Project
from workbench.services.staleness import stale
from workbench.services.train import train_end_model
from workbench.services.undo import undo
from workbench.services.why import why

SILENT = 'from workbench import keywords\nkeywords("offers", ["zzzz"], "spam")\n'


def rewrite(project: Project, script: str | None) -> None:
    """Replace the script, or remove it, and apply."""
    path = project.functions_folder / "first.py"
    path.unlink() if script is None else path.write_text(script)
    apply_functions(project)


@pytest.fixture
def labelled(bare: Project, script: str) -> Project:
    """Rows whose labels are all of votes, carried on by a training."""
    rewrite(bare, script)
    diagnose(bare)
    aggregate_votes(bare)
    train_end_model(bare)
    return bare


def n_labels(project: Project) -> int:
    labels = int((resolve_labels(project).labels >= 0).sum())
    with sqlite3.connect(project.store.path) as db:
        assert db.execute("SELECT count(*) FROM resolved_label").fetchone() == (labels,)
    return labels


def test_scripts_that_are_put_back_as_they_were_make_nothing_stale(
    labelled: Project, script: str
) -> None:
    n = n_labels(labelled)
    rewrite(labelled, None)
    assert stale(labelled, ("aggregate",))
    rewrite(labelled, script)
    assert stale(labelled, ("aggregate", "train")) == ()
    assert n_labels(labelled) == n


@pytest.mark.parametrize("is_used", [True, False], ids=["aggregated", "applied only"])
def test_after_the_last_script_is_gone_an_apply_comes_next_and_renews(
    bare: Project, script: str, is_used: bool
) -> None:
    rewrite(bare, script)
    diagnose(bare)
    if is_used:
        aggregate_votes(bare)
        train_end_model(bare)
    (bare.functions_folder / "first.py").unlink()
    now = loop(bare)
    assert (now.next_command, now.next_reason) == ("workbench apply", "first.py is gone")
    assert {stage.name: stage.state for stage in now.stages}["apply"] == "stale"
    apply_functions(bare)
    now = loop(bare)
    assert stale(bare, ("apply",)) == ()
    assert {stage.name: stage.state for stage in now.stages}["apply"] == "open"
    # What the votes said is withdrawn next; without it there is nothing to do but to ask.
    assert now.next_command.startswith("workbench aggregate" if is_used else "workbench propose")
    (bare.functions_folder / "second.py").write_text(script)
    assert loop(bare).next_command == "workbench apply"


def test_where_no_vote_is_in_force_a_script_that_is_gone_has_one_state(
    bare: Project, script: str
) -> None:
    rewrite(bare, script)
    diagnose(bare)
    undo(bare)
    (bare.functions_folder / "first.py").unlink()
    now = loop(bare)
    assert {stage.name: stage.state for stage in now.stages}["apply"] == "stale"
    assert now.next_command == "workbench apply"
    apply_functions(bare)
    assert {stage.name: stage.state for stage in loop(bare).stages}["apply"] == "open"


def test_scripts_without_a_function_are_applied_once(bare: Project) -> None:
    (bare.functions_folder / "words.py").write_text("OFFERS = ['free', 'prize']\n")
    diagnose(bare)
    assert loop(bare).next_command == "workbench apply"
    apply_functions(bare)
    assert loop(bare).next_command.startswith("workbench propose")


def test_scripts_beside_imported_votes_are_to_be_applied(
    bare: Project, script: str, cast_votes: Callable[..., None]
) -> None:
    cast_votes(bare, voters=("one", "two", "three"))
    diagnose(bare)
    assert loop(bare).next_command == "workbench aggregate"
    (bare.functions_folder / "first.py").write_text(script)
    now = loop(bare)
    assert now.next_command == "workbench apply"
    apply = next(stage for stage in now.stages if stage.name == "apply")
    assert (apply.state, apply.detail) == ("open", "1 script to apply")
    apply_functions(bare)
    assert loop(bare).next_command == "workbench aggregate"


def test_an_apply_of_one_function_alone_leaves_what_is_gone_stale(
    bare: Project, script: str
) -> None:
    (bare.functions_folder / "other.py").write_text(SILENT.replace("offers", "silent"))
    rewrite(bare, script)
    (bare.functions_folder / "first.py").unlink()
    apply_functions(bare, only=["silent"])
    assert [item.because for item in stale(bare, ("apply",))] == ["first.py is gone"]


@pytest.mark.parametrize("is_imported", [False, True], ids=["scripts", "beside imported votes"])
def test_until_all_functions_were_applied_an_apply_comes_next(
    bare: Project, script: str, cast_votes: Callable[..., None], is_imported: bool
) -> None:
    if is_imported:
        cast_votes(bare, voters=("one", "two", "three"))
    diagnose(bare)
    (bare.functions_folder / "first.py").write_text(script)
    apply_functions(bare, only=["offers"])
    for _ in range(2):
        now = loop(bare)
        assert now.next_command == "workbench apply"
        assert now.next_reason == "only some labeling functions were applied"
        assert {stage.name: stage.state for stage in now.stages}["apply"] == "stale"
        (bare.functions_folder / "first.py").unlink(missing_ok=True)
    apply_functions(bare)
    assert stale(bare, ("apply",)) == ()
    assert {version.kind for version in bare.store.votes.in_force()} <= {"external"}


@pytest.mark.parametrize("left", [None, SILENT], ids=["removed", "silent"])
def test_labels_of_votes_that_are_gone_are_withdrawn(
    labelled: Project, left: str | None, tmp_path: Path
) -> None:
    before, (uid, *_) = aggregate_votes(labelled), labelled.store.examples.uids()
    assert n_labels(labelled) > 0
    rewrite(labelled, left)
    assert [item.command for item in stale(labelled, ("aggregate",))] == ["workbench aggregate"]
    assert loop(labelled).next_command == "workbench aggregate"

    withdrawn = aggregate_votes(labelled)
    assert withdrawn.withdraws == before.run_id
    assert (withdrawn.chosen, withdrawn.labelled) == ("", 0)
    assert n_labels(labelled) == 0
    assert stale(labelled, ("aggregate",)) == ()
    assert model_beliefs(labelled, "aggregate") is None
    assert last_aggregation(labelled) is None
    trail = why(labelled, uid)
    assert trail.label is None
    assert trail.evidence is None
    again = aggregate_votes(labelled)
    assert (again.reused, again.run_id) == (True, withdrawn.run_id)

    (behind,) = stale(labelled, ("train",))
    assert "the label model is withdrawn" in behind.because
    trained = train_end_model(labelled)
    assert (trained.chosen, trained.n_rows) == ("", 0)
    assert trained.withdraws is not None
    assert stale(labelled, ("train",)) == ()
    assert model_beliefs(labelled, "train") is None
    assert train_end_model(labelled).reused
    with pytest.raises(ProjectError):
        export_labels(labelled, tmp_path / "labels.csv")

    run = labelled.store.runs.get(withdrawn.run_id)
    assert run is not None
    assert before.run_id in labelled.store.runs.inputs(run.run_id)
    assert labelled.store.beliefs.models(before.run_id)  # what was believed is kept


def test_functions_that_come_back_bring_their_labels_back(labelled: Project, script: str) -> None:
    before = n_labels(labelled)
    rewrite(labelled, None)
    aggregate_votes(labelled)
    rewrite(labelled, script)
    assert stale(labelled, ("aggregate",))
    again = aggregate_votes(labelled)
    assert again.withdraws is None
    assert n_labels(labelled) == before


def test_what_people_said_stays_and_is_learnt_from(labelled: Project) -> None:
    said = {uid: "spam" if i % 2 else "ham" for i, uid in enumerate(labelled.store.examples.uids())}
    annotate(labelled, dict(list(said.items())[:30]))
    aggregate_votes(labelled)
    assert train_end_model(labelled).chosen == MIX
    rewrite(labelled, None)
    aggregate_votes(labelled)
    assert n_labels(labelled) == 30
    trained = train_end_model(labelled)
    assert (trained.chosen, trained.n_rows, trained.withdraws) == ("end", 30, None)
    assert n_labels(labelled) == 30


def test_functions_that_never_voted_are_an_error_as_before(bare: Project) -> None:
    with pytest.raises(ProjectError, match="there are no votes to aggregate"):
        aggregate_votes(bare)
    rewrite(bare, SILENT)
    with pytest.raises(ProjectError, match="there is no vote to aggregate"):
        aggregate_votes(bare)
    with pytest.raises(ProjectError, match="no training row has a label"):
        train_end_model(bare)
    assert np.array_equal(resolve_labels(bare).labels, np.full(80, -1))


BROKEN = """
from workbench import labeling_function


@labeling_function()
def urgent(record):
    raise ValueError("a helper has moved")
"""


def test_functions_that_fail_take_no_label_away(labelled: Project) -> None:
    before = n_labels(labelled)
    rewrite(labelled, BROKEN)
    with pytest.raises(ProjectError, match="no vote to aggregate") as error:
        aggregate_votes(labelled)
    assert "workbench lf test urgent" in (error.value.hint or "")
    assert n_labels(labelled) == before


def test_functions_of_a_helper_stay_while_the_script_that_holds_them_is_broken(
    filled: Project,
) -> None:
    helper = filled.functions_folder / "_offers.py"
    helper.write_text(
        "from workbench import keywords\noffer = keywords('offer', ['free'], 'spam')\n"
    )
    script = filled.functions_folder / "main.py"
    script.write_text("from _offers import offer\n")
    (applied,) = apply_functions(filled).functions
    assert (applied.name, applied.file) == ("offer", "_offers.py")
    assert stale(filled, ("apply",)) == ()
    helper.write_text(helper.read_text() + "1 / 0\n")
    assert stale(filled, ("apply",)) != ()
    assert [row.state for row in list_functions(filled).functions] == ["broken"]
    broken = apply_functions(filled)
    assert (broken.withdrawn, len(broken.problems)) == ((), 1)
    script.write_text("")
    assert [row.state for row in list_functions(filled).functions] == ["gone"]
    assert apply_functions(filled).withdrawn == ("offer",)


def test_after_a_withdrawal_without_a_training_rows_are_asked(bare: Project, script: str) -> None:
    rewrite(bare, script)
    diagnose(bare)
    aggregate_votes(bare)
    rewrite(bare, SILENT)
    aggregate_votes(bare)
    assert loop(bare).next_command.startswith("workbench propose")
