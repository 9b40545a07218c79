"""How often the test of class-conditional noise raises an alarm, by the noise that was planted.

Run: ``python -m benchmarks noise_structure``. Class-conditional noise must not trigger it (at most
0.05 of the runs); noise that depends on the text must (at least 0.9). Each run draws 1,500 rows;
``python -m benchmarks.noise_structure power [SET ...]`` asks for how many rows that power is there.
"""

from __future__ import annotations

import sys
import zlib
from typing import Any

import numpy as np

from benchmarks.label_noise import (
    class_conditional,
    instance_dependent,
    region_dependent,
    slice_dependent,
)
from benchmarks.label_ranking import SETS, read
from workbench.methods.cross_fitting import out_of_fold_probabilities
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import TextFeatures, reduce
from workbench.methods.intervals import wilson
from workbench.methods.label_ranking import pool_views
from workbench.methods.label_views import N_NEIGHBORS, label_views
from workbench.methods.neighbours import nearest_neighbours
from workbench.methods.noise_structure import NoiseStructure, noise_structure

N_ROWS = 1_500
N_RUNS = 10
CONDITIONAL = (0.0, 0.05, 0.2, 0.4)
MORE_ROWS = (3_000, 6_000)
"""The power is asked for at so many rows, as far as there are so many."""

DEPENDENT: tuple[tuple[str, Any, float], ...] = (
    ("region", region_dependent, 0.2),
    ("slice", slice_dependent, 0.1),
    ("slice", slice_dependent, 0.2),
    ("instance", instance_dependent, 0.2),
)


def run(name: str, plant: Any, level: float, seed: int, n_rows: int) -> NoiseStructure:
    rng = np.random.default_rng([seed, zlib.crc32(f"{name} {plant.__name__} {level}".encode())])
    texts, true, k = read(name, rng=rng, limit=max(n_rows, SETS[name][1] or 0))
    if len(texts) > n_rows:
        drawn = rng.choice(len(texts), n_rows, replace=False)
        texts, true = [texts[i] for i in drawn], true[drawn]
    X = TextFeatures().fit_transform(texts)
    vectors = reduce(X, 100, rng=rng)
    if plant is class_conditional:
        labels = class_conditional(true, k, level, rng=rng) if level else true
    else:
        labels = plant(true, k, level, vectors[:, :20], rng=rng)
    groups = find_duplicates(texts, rng=rng).cluster
    probs = out_of_fold_probabilities(X, labels, k, groups=groups, rng=rng)
    near = nearest_neighbours(vectors, N_NEIGHBORS, groups=groups)
    views = label_views(X, labels, probs, near, groups=groups, rng=rng)
    return noise_structure(labels, pool_views(labels, views)[0], vectors, near, rng=rng)


def show(name: str, kind: str, plant: Any, level: float, n_rows: int = N_ROWS) -> None:
    found = [run(name, plant, level, seed, n_rows) for seed in range(N_RUNS)]
    n_alarms = sum(structure.depends_on_text for structure in found)
    low, high = wilson(n_alarms, N_RUNS)
    n_errors = np.median([structure.n_errors for structure in found])
    print(
        f"| {name} | {kind} | {level:.0%} | {found[0].n_rows:,} | {n_errors:.0f} "
        f"| {n_alarms}/{N_RUNS} "
        f"| {n_alarms / N_RUNS:.2f} [{low:.2f}, {high:.2f}] |",
        flush=True,
    )


def main() -> None:
    print("| set | noise | level | rows looked at | likely errors | alarms | share |")
    print("|---|---|---|---|---|---|---|")
    for name in [name for name in sys.argv[1:] if name in SETS] or SETS:
        if "power" in sys.argv:
            for n_rows in MORE_ROWS:
                for kind, plant, level in DEPENDENT:
                    if kind != "instance" or name == "banking77":
                        show(name, f"{kind}-dependent", plant, level, n_rows)
            continue
        for level in CONDITIONAL:
            show(name, "class-conditional", class_conditional, level)
        for kind, plant, level in DEPENDENT:
            # With two classes a flip has one way to go: the noise of Xia et al. is uniform there.
            if kind != "instance" or name == "banking77":
                show(name, f"{kind}-dependent", plant, level)


if __name__ == "__main__":
    main()
