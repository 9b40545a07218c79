"""Label efficiency of the query strategies against the peers', on the same features and learner.

Run: ``make bench-active``, or ``python -m benchmarks.active [--sets …] [--strategies …]
[--seeds 5] [--minutes M]``. A simulated annotator gives true labels: 20 rows a time up to 100
labels, then 50 up to 500. The learner is the workbench's linear model with balanced classes on
TF-IDF features; distance is measured in their truncated SVD. Strategies that need a model begin
with 20 random rows. Finished runs are kept in ``--cache``, so that it can be stopped and gone on
with. The peers run where small-text, scikit-activeml and modAL are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import tempfile
import time
import warnings
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.active_peers import NEED_NO_MODEL, State, installed_peers
from benchmarks.active_sets import NAMES, ActiveSet, load
from benchmarks.common import half_width
from benchmarks.sources import sources
from workbench.methods.auto_strategy import COLD_START, cluster_share, measured_gain
from workbench.methods.committee import bootstrap_committee, disagreement
from workbench.methods.cross_fitting import out_of_fold_probabilities
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.sampling import STRATEGIES, propose
from workbench.methods.temperature import at_temperature, held_out_temperature

STEPS = (20, 40, 60, 80, 100, 150, 200, 250, 300, 350, 400, 450, 500)
LONG_STEPS = (*STEPS, *range(600, 5001, 100))
OWN = [name for name in STRATEGIES if not name.startswith("lf-")]
NEED_NO_PROBS = ("auto", "typicality", "k-centre", "facility-location", "prob-cover")
OWN_MODULES = [
    f"workbench.methods.{name}"
    for name in ("sampling", "auto_strategy", "committee", "cross_fitting", "temperature")
]
"""Of these our choice is made, as imported above."""
RUN_LIMIT = 240.0
"""CPU seconds after which a strategy is given up on a set."""


@dataclass(frozen=True)
class Run:
    """One curve: macro-F1 and accuracy at each step, and the CPU seconds that choosing took."""

    data: str
    strategy: str
    seed: int
    code: str
    steps: list[int]
    macro_f1: list[float]
    accuracy: list[float]
    seconds: float

    @property
    def key(self) -> tuple[str, str, int, int, str]:
        return self.data, self.strategy, self.seed, self.steps[-1], self.code

    @property
    def area(self) -> float:
        return float(np.trapezoid(self.macro_f1, self.steps) / (self.steps[-1] - self.steps[0]))


def macro_f1(predicted: NDArray[np.int64], truth: NDArray[np.int64], n_classes: int) -> float:
    hits = np.bincount(truth[predicted == truth], minlength=n_classes)
    total = np.bincount(truth, minlength=n_classes) + np.bincount(predicted, minlength=n_classes)
    occurs = np.bincount(truth, minlength=n_classes) > 0
    return float((2 * hits / np.maximum(total, 1))[occurs].mean())


def fit(data: ActiveSet, rows: NDArray[np.int64]) -> SoftLabelClassifier:
    model = SoftLabelClassifier(data.n_classes, class_weight="balanced")
    return model.fit(data.X[rows], data.y[rows])


def choose_own(
    name: str,
    data: ActiveSet,
    labelled: NDArray[np.int64],
    is_random: NDArray[np.bool_],
    probs: NDArray[np.float64] | None,
    n: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Choose as ``workbench propose`` does; single strategies without slice and temperature."""
    options: dict[str, Any] = {}
    if name == "auto" and len(labelled) >= COLD_START:
        geometry, labels = data.geometry[labelled], data.y[labelled]
        options["gain"] = measured_gain(geometry, labels, is_random, data.n_classes, rng=rng)
        held_out = out_of_fold_probabilities(
            data.X[labelled], labels, data.n_classes, n_splits=3, class_weight="balanced", rng=rng
        )
        options["cluster_share"] = cluster_share(geometry, held_out, labels)
        if probs is not None:
            probs = at_temperature(probs, held_out_temperature(held_out, labels))
    if name == "disagreement":
        members = bootstrap_committee(
            data.X[labelled], data.y[labelled], data.n_classes, rng=rng, n_members=5
        )
        options["disagreement"] = disagreement([m.predict_proba(data.X) for m in members])
    batch = propose(
        data.X,
        n=n,
        rng=rng,
        probs=probs,
        labelled=labelled,
        strategy=name,
        random_share=0.1 if name == "auto" else 0.0,
        geometry=data.geometry,
        texts=data.texts if name == "auto" else None,
        **options,
    )
    return batch.indices, batch.is_random


def run_curve(
    data: ActiveSet,
    set_name: str,
    name: str,
    seed: int,
    steps: tuple[int, ...],
    code: str,
    goal: float = np.inf,
) -> Run:
    """Label step by step, to the end or until a score is reached twice running."""
    rng = np.random.default_rng(seed)
    peers = installed_peers()
    labelled = np.zeros(0, np.int64)
    is_random = np.zeros(0, bool)
    probs: NDArray[np.float64] | None = None
    f1, accuracy, seconds = [], [], 0.0
    for step in steps:
        n = step - len(labelled)
        start = time.process_time()
        if name in peers:
            knows_enough = probs is not None or name in NEED_NO_MODEL
            flat = np.full((len(data.y), data.n_classes), 1 / data.n_classes)
            state = State(
                data.geometry, flat if probs is None else probs, labelled, data.y[labelled],
                data.n_classes,
            )  # fmt: skip
            rows = rng.choice(state.unlabelled, n, replace=False)
            if knows_enough:
                rows = peers[name](state, n, int(rng.integers(2**31)))
            drawn = np.zeros(n, bool)
        else:
            now = name if probs is not None or name in NEED_NO_PROBS else "random"
            rows, drawn = choose_own(now, data, labelled, is_random, probs, n, rng)
        seconds += time.process_time() - start
        labelled = np.concatenate([labelled, rows])
        is_random = np.concatenate([is_random, drawn])
        assert len(set(labelled.tolist())) == len(labelled), name
        model = fit(data, labelled)
        probs = model.predict_proba(data.X) if len(set(data.y[labelled])) > 1 else None
        predicted = model.predict_proba(data.X_test).argmax(axis=1)
        f1.append(macro_f1(predicted, data.y_test, data.n_classes))
        accuracy.append(float((predicted == data.y_test).mean()))
        if seconds > RUN_LIMIT or min(f1[-2:]) >= goal:
            break
    return Run(set_name, name, seed, code, list(steps), f1, accuracy, seconds)


def code_of(name: str, data: ActiveSet) -> str:
    """Return a digest of what a curve depends on, so that old ones are not taken for new.

    That is the data, the versions of the libraries, this file, and the modules that features and
    the learner are made of; for our strategies those of choosing too, for the peers' how they are
    called.
    """
    digest = hashlib.blake2b(digest_size=6)
    roots = ["benchmarks.active_sets", "workbench.methods.learner"]
    packages = ["numpy", "scipy", "scikit-learn"]
    if name in OWN:
        roots += OWN_MODULES
    else:
        roots.append("benchmarks.active_peers")
        packages += ["small-text", "scikit-activeml", "modAL-python"]
    for path in [Path(__file__), *sources(roots)]:
        digest.update(path.read_bytes())
    for package in packages:
        with contextlib.suppress(PackageNotFoundError):
            digest.update(f"{package} {version(package)}".encode())
    digest.update("\0".join(data.texts).encode())
    digest.update(data.y.tobytes() + data.y_test.tobytes())
    return digest.hexdigest()


def read_cache(path: Path) -> dict[tuple[str, str, int, int, str], Run]:
    if not path.exists():
        return {}
    runs = [Run(**json.loads(line)) for line in path.read_text().splitlines()]
    return {run.key: run for run in runs}


def with_interval(values: list[float]) -> str:
    values = [100 * value for value in values]
    if len(values) < 2:
        return f"{values[0]:.1f}"
    return f"{np.mean(values):.1f} ± {half_width(values):.1f}"


def print_areas(runs: list[Run], sets: list[str], strategies: list[str]) -> None:
    print(
        "\nArea under the curve of macro-F1 from 20 to 500 labels, in points, ± 95 % t-interval\n"
    )
    print("| strategy | " + " | ".join(sets) + " | mean | CPU s to choose |")
    print("|---|" + "---|" * (len(sets) + 2))
    means: dict[str, float] = {}
    lines: dict[str, str] = {}
    for name in strategies:
        cells, areas, seconds = [], [], []
        for data in sets:
            mine = [r for r in runs if (r.data, r.strategy) == (data, name)]
            whole = [r for r in mine if len(r.macro_f1) == len(r.steps)]
            seconds += [run.seconds for run in mine]
            if not whole:
                cells.append(f"over {RUN_LIMIT:.0f} s" if mine else "-")
                continue
            cells.append(with_interval([run.area for run in whole]))
            areas.append(float(np.mean([run.area for run in whole])))
        complete = len(areas) == len(sets)
        means[name] = float(np.mean(areas)) if complete else -1
        mean = f"{100 * means[name]:.1f}" if complete else "-"
        spent = f"{np.mean(seconds):.1f}" if seconds else "-"
        lines[name] = f"| {name} | " + " | ".join(cells) + f" | {mean} | {spent} |"
    for name in sorted(strategies, key=lambda each: -means[each]):
        print(lines[name])


def labels_needed(run: Run, goal: float) -> float | None:
    """Return at how many labels a curve first reaches a score and keeps it at the next step."""
    f1 = run.macro_f1
    for i in range(len(f1)):
        if f1[i] >= goal and (i + 1 == len(f1) or f1[i + 1] >= goal):
            if i == 0:
                return float(run.steps[0])
            part = (goal - f1[i - 1]) / (f1[i] - f1[i - 1])
            return run.steps[i - 1] + part * (run.steps[i] - run.steps[i - 1])
    return None


def compare_labels_needed(cache: Path, sets: list[str], seeds: int, until: float) -> None:
    print("\nLabels needed for 95 % of the macro-F1 of all labels (mean over seeds)\n")
    print("| set | all labels | auto | random | auto / random, at most |")
    print("|---|---|---|---|---|")
    for set_name in sets:
        data = load(set_name)
        full = fit(data, np.arange(len(data.y))).predict_proba(data.X_test).argmax(axis=1)
        score = macro_f1(full, data.y_test, data.n_classes)
        steps = tuple(step for step in LONG_STEPS if step <= len(data.y))
        needed: dict[str, list[float | None]] = {}
        for name in ("auto", "random"):
            goal = 0.95 * score
            runs = [
                curve(cache, data, set_name, name, seed, steps, until, goal)
                for seed in range(seeds)
            ]
            needed[name] = [labels_needed(run, goal) for run in runs if run]
        cells = []
        for each in needed.values():
            found = [n for n in each if n is not None]
            more = f" ({len(each) - len(found)} of {len(each)} not by {steps[-1]:,})"
            cells.append(f"{np.mean(found):.0f}" * bool(found) + more * (len(found) < len(each)))
        mean = [np.mean([steps[-1] if n is None else n for n in each]) for each in needed.values()]
        print(f"| {set_name} | {score:.3f} | {' | '.join(cells)} | {mean[0] / mean[1]:.2f} |")


def curve(
    cache: Path,
    data: ActiveSet,
    set_name: str,
    name: str,
    seed: int,
    steps: tuple[int, ...],
    until: float,
    goal: float = np.inf,
) -> Run | None:
    """Return a curve from the cache, or make it if there is time left."""
    code = code_of(name, data)
    known = read_cache(cache).get((set_name, name, seed, steps[-1], code))
    if known is not None or time.process_time() > until:
        return known
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' own
        run = run_curve(data, set_name, name, seed, steps, code, goal)
    with cache.open("a") as file:
        file.write(json.dumps(asdict(run)) + "\n")
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=list(NAMES), choices=NAMES)
    parser.add_argument("--strategies", nargs="+")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=600, help="CPU minutes, then stop")
    parser.add_argument("--until-95", action="store_true", help="labels needed for 95 %%, instead")
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "workbench-bench-active.jsonl"
    )
    arguments = parser.parse_args()
    until = 60 * arguments.minutes
    if arguments.until_95:
        compare_labels_needed(arguments.cache, arguments.sets, arguments.seeds, until)
        return
    strategies = arguments.strategies or [*OWN, *installed_peers()]
    runs: list[Run] = []
    for set_name in arguments.sets:
        data = load(set_name)
        for name in strategies:
            for seed in range(arguments.seeds):
                run = curve(arguments.cache, data, set_name, name, seed, STEPS, until)
                if run is not None:
                    runs.append(run)
                    if len(run.macro_f1) < len(run.steps):
                        break
    print_areas(runs, arguments.sets, strategies)


if __name__ == "__main__":
    main()
