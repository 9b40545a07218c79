"""Votes and probabilities: what is read is what was written."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.votes import LFVersion

quick = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))


def new_version(project: Project, run_id: int, name: str) -> LFVersion:
    return project.store.votes.version(
        run_id=run_id, name=name, version=f"{run_id}-{name}", kind="python", file=None, line=None,
        source="",
    )  # fmt: skip


@quick
@given(
    votes=st.lists(st.integers(-1, 300), min_size=1, max_size=60),
    cut=st.integers(0, 60),
    is_wide=st.booleans(),
)
def test_votes_come_back_whole_and_one_by_one(
    project: Project, votes: list[int], cut: int, is_wide: bool
) -> None:
    dtype = np.dtype(np.int16 if is_wide else np.int8)
    column = np.array(votes) if is_wide else np.minimum(votes, 100)
    with record_run(project.store, "apply") as run, run.finish({}):
        version = new_version(project, run.run_id, "lf")
        blocks = [(1, column[:cut]), (cut + 1, column[cut:])]
        for start, block in blocks:
            if len(block):
                project.store.votes.add_block(
                    version.lf_version_id, start, block.astype(dtype), run_id=run.run_id
                )
    store = project.store.votes
    ids = [version.lf_version_id]
    assert store.extent(version.lf_version_id) == len(column)
    matrix = store.matrix(ids, len(column) + 2, dtype)
    assert matrix[:-2, 0].tolist() == column.tolist()
    assert matrix[-2:, 0].tolist() == [-1, -1]
    one_by_one = [store.of_example(ids, i)[0] for i in range(1, len(column) + 2)]
    assert one_by_one == [*column.tolist(), None]


@quick
@given(n=st.integers(1, 40), n_classes=st.integers(2, 9), seed=st.integers(0, 99))
def test_beliefs_come_back(project: Project, n: int, n_classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet(np.ones(n_classes), n)
    informed = rng.random(n) < 0.8
    with record_run(project.store, "train") as run, run.finish({}):
        project.store.beliefs.add(run.run_id, "end", probs, informed)
    beliefs = project.store.beliefs
    assert beliefs.shape(run.run_id, "end") == (n, n_classes)
    for block in beliefs.blocks(run.run_id, "end"):
        np.testing.assert_allclose(block.probs, probs[block.rows], atol=1e-7)
        np.testing.assert_array_equal(block.informed, informed[block.rows])
    np.testing.assert_array_equal(beliefs.informed(run.run_id, "end"), informed)
    one = beliefs.of_example(run.run_id, "end", n)
    assert one is not None
    np.testing.assert_allclose(one, probs[-1], atol=1e-7)
    assert beliefs.of_example(run.run_id, "end", n + 1) is None


def test_the_vote_view_shows_the_votes(voted: Project) -> None:
    import sqlite3

    store = voted.store
    db = sqlite3.connect(store.path)
    shown = db.execute("SELECT uid, lf, class FROM vote ORDER BY uid, lf").fetchall()
    db.close()
    versions = store.votes.in_force()
    matrix = store.votes.matrix(
        [v.lf_version_id for v in versions], store.examples.count(), np.dtype(np.int8)
    )
    uids = store.examples.uids()
    expected = [
        (uids[i], versions[j].name, voted.classes[matrix[i, j]])
        for i, j in zip(*np.nonzero(matrix >= 0), strict=True)
    ]
    assert shown == sorted(expected)
    assert len(shown) > 50
