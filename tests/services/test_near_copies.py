"""Batches of a pool of templates, whose fillings may differ in class."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.methods.folding import fold
from workbench.services.embed.embed import embed_texts
from workbench.services.importing.importing import import_files
from workbench.services.near_copies import NEAR_COPY, NEARLY_ALL
from workbench.services.project import Project
from workbench.services.propose import ProposeResult, last_batch, propose_batch
from workbench.types import Role

TEMPLATES = [
    "i would {}recommend this hotel in the middle of the town to my family, room {}",
    "the transfer to the account of the landlord has {}gone through, number {}",
    "backup of the database on the second machine did {}end in time, run {}",
]


@pytest.fixture
def templates(project: Project, write_csv) -> Project:
    """90 fillings of three templates, two of each: all texts are there twice."""
    texts = [TEMPLATES[i % 3].format("not " if i % 2 else "", 100 + i) for i in range(90)]
    rows = [{"id": f"row{i}", "text": text} for i, text in enumerate([*texts, *texts])]
    import_files(project, [write_csv("templates.csv", rows)])
    return project


def n_near(batch: ProposeResult) -> int:
    return sum(NEAR_COPY in row.reason for row in batch.rows)


@pytest.mark.parametrize("strategy", ["auto", "k-centre", "facility-location", "random"])
def test_a_pool_of_templates_fills_a_batch(templates: Project, strategy: str) -> None:
    batch = propose_batch(templates, n=20, strategy=strategy)
    assert len({fold(row.text) for row in batch.rows}) == len(batch.rows) == 20
    assert n_near(batch) == 17
    (note,) = batch.notes
    assert note.startswith("too few rows are left that differ much, so 17 rows nearly repeat")
    assert sum(share.n for share in batch.shares) == 20
    kinds = Counter(row.why.strategy for row in batch.rows if row.why is not None)
    told = Counter[str]()
    for share in batch.shares:
        told[share.strategy] += share.n
    assert kinds == told
    stored = last_batch(templates)
    assert stored is not None
    assert stored.rows == batch.rows


def test_what_differs_comes_before_near_copies(templates: Project) -> None:
    batch = propose_batch(templates, n=20)
    chosen = [row for row in batch.rows if row.why is not None and row.why.strategy != "random"]
    is_near = np.array([NEAR_COPY in row.reason for row in chosen])
    assert (np.diff(is_near.astype(int)) >= 0).all()
    assert [share.why for share in batch.shares].count(NEARLY_ALL) == 1
    # Random rows are drawn one by one, and stand for equal texts alone.
    drawn = [row.why.n_draws for row in batch.rows if row.why is not None and row.why.n_draws]
    assert sum(drawn) <= 2 * len(drawn)


def test_equal_texts_do_not_fill_a_batch(templates: Project) -> None:
    batch = propose_batch(templates, n=170)
    assert len({row.text for row in batch.rows}) == len(batch.rows) == 90
    assert batch.notes[-1] == "90 rows instead of 170: the other rows repeat these"


def test_a_batch_that_others_fill_holds_no_near_copies(templates: Project) -> None:
    batch = propose_batch(templates, n=3)
    assert n_near(batch) == 0
    assert not batch.notes


def test_rows_of_other_roles_need_no_embedding(
    templates: Project, write_csv, tmp_path: Path
) -> None:
    path = tmp_path / "mine.npy"
    np.save(path, np.random.default_rng(0).standard_normal((180, 7)))
    embed_texts(templates, source=path)
    rows = [{"id": "new", "text": "a text of another kind"}]
    import_files(templates, [write_csv("new.csv", rows)], role=Role.PRODUCTION)
    assert propose_batch(templates, n=5).embedder.startswith("mine file-")
    with pytest.raises(UsageError, match=r"1 of 181 examples have no embedding 'mine': first new"):
        propose_batch(templates, n=1, role=Role.PRODUCTION)
