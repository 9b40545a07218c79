"""The belief beside a row, which a key accepts: the newest one, and how old it is."""

from __future__ import annotations

import pytest

from tests.services.answering import answer
from workbench.services.browse import view_example
from workbench.services.classes import rename_class
from workbench.services.project import Project
from workbench.services.propose import ProposeResult, propose_batch
from workbench.services.trail import Belief
from workbench.services.train import train_end_model


@pytest.fixture
def asked(bare: Project) -> ProposeResult:
    """The batch after a training on 20 labels, 20 more labels, and no training since."""
    answer(bare, propose_batch(bare, n=20))
    train_end_model(bare)
    answer(bare, propose_batch(bare, n=20))
    return propose_batch(bare, n=5)


def belief_about(project: Project, uid: str) -> Belief:
    view = view_example(project, project.store.examples.id_of(uid) or 0)
    assert view is not None
    assert view.belief is not None
    return view.belief


def test_of_a_row_of_a_batch_it_is_what_the_batch_was_chosen_by(
    bare: Project, asked: ProposeResult
) -> None:
    for row in asked.rows:
        belief = belief_about(bare, row.uid)
        assert belief.said_by == f"batch {asked.run_id}, of 40 labels"
        assert row.why is not None
        assert [*belief.probabilities] == [(b.label, b.probability) for b in row.why.beliefs]


def test_of_other_rows_it_is_that_of_a_training_that_is_out_of_date(
    bare: Project, asked: ProposeResult
) -> None:
    queues = bare.store.queues
    ids = range(1, bare.store.examples.count() + 1)
    example = next(bare.store.examples.get(i) for i in ids if not queues.proposals_of(i))
    run = bare.store.runs.last_done("train")
    assert example is not None
    assert run is not None
    belief = belief_about(bare, example.uid)
    assert belief.said_by == f"end model, run {run.run_id}, out of date"


def test_a_newer_training_is_believed_again(bare: Project, asked: ProposeResult) -> None:
    run_id = train_end_model(bare).run_id
    belief = belief_about(bare, asked.rows[0].uid)
    assert belief.said_by == f"end model, run {run_id}"


def test_where_the_training_chose_the_batch_it_says_more(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    run_id = train_end_model(bare).run_id
    batch = propose_batch(bare, n=5)
    assert (batch.believed_by, batch.n_fitted) == ("end", None)
    assert belief_about(bare, batch.rows[0].uid).said_by == f"end model, run {run_id}"


def test_before_any_training_it_is_that_of_the_batch(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=5)
    assert belief_about(bare, batch.rows[0].uid).said_by == f"batch {batch.run_id}, of 20 labels"


def test_it_names_classes_as_they_are_called_now(bare: Project, asked: ProposeResult) -> None:
    rename_class(bare, "spam", "junk")
    names = {name for name, _ in belief_about(bare, asked.rows[0].uid).probabilities}
    assert names <= {"ham", "junk"}
    assert belief_about(bare, asked.rows[0].uid).kind == "propose"
