"""Votes from a file: labeling functions without worker processes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.services.import_votes import import_votes
from workbench.services.project import Project

VOTERS = ("calls", "meals", "offers", "polite")


@pytest.fixture
def cast_votes(tmp_path: Path) -> Callable[..., None]:
    """Import the votes of four functions that are right in 85 of 100 cases, in words."""

    def cast(
        project: Project, seed: int = 0, voters: tuple[str, ...] = VOTERS, *, abstain: float = 0.4
    ) -> None:
        rng = np.random.default_rng(seed)
        names = project.classes
        path = tmp_path / f"votes-{seed}-{len(voters)}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["uid", *voters])
            for example in project.store.examples.iterate():
                truth = (example.example_id + 1) % len(names)
                row = [
                    ""
                    if rng.random() < abstain
                    else names[truth]
                    if rng.random() < 0.85
                    else names[int(rng.integers(len(names)))]
                    for _ in voters
                ]
                writer.writerow([example.uid, *row])
        import_votes(project, path)

    return cast
