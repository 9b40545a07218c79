"""What human labels add to weak supervision, and whether ``--model auto`` takes the right model.

Run: ``python -m benchmarks.weak [--sets …] [--seeds 5] [--embeddings]``. Needs the public data sets
in ``../shared/datasets``; ``own`` is the repository's. Accuracy is on the rows that nobody
annotated, uncovered ones included; ties are credited in expectation. ``best`` is the best, on the
mean of the seeds, of: the label model and the end model without annotations, and a classifier on
the annotations alone. Gains are in points, with the 95 % t-interval over the seeds.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from multiprocessing import Pool
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.common import half_width
from benchmarks.weak_sets import SETS, WeakSet, accuracy_of
from workbench.methods.features import TextFeatures, reduce, with_vectors
from workbench.methods.feedback import fuse
from workbench.methods.label_model import (
    contradicts_votes,
    informed,
    make_label_model,
)
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.model_choice import choose
from workbench.methods.sampling import propose

BATCH = 50
BUDGETS = (50, 100)
WAYS = ("random", "active")


@dataclass(frozen=True)
class Prepared:
    """A set with its features and with what is believed of it without annotations."""

    data: WeakSet
    X: Any
    reduced: NDArray[np.float32]
    label_model: NDArray[np.float64]
    has_label: NDArray[np.bool_]
    end_model: NDArray[np.float64]


def prepare(data: WeakSet, *, embeddings: bool) -> Prepared:
    X = TextFeatures().fit_transform(data.texts)
    if embeddings:
        from workbench.services.embed.wordllama import embed

        X = with_vectors(X, embed(data.texts))
    pool = slice(0, data.n_pool)
    choice = choose(data.votes[pool], data.n_classes)
    probs = choice.models[choice.name].predict_proba(data.votes)
    has_label = informed(data.votes, probs) & ~contradicts_votes(data.votes, probs)
    probs = np.where(has_label[:, None], probs, 1 / data.n_classes)
    rows = np.flatnonzero(has_label[pool])
    end_model = SoftLabelClassifier(data.n_classes).fit(X[rows], probs[rows])
    reduced = reduce(X, 64, rng=np.random.default_rng(0))
    return Prepared(data, X, reduced, probs, has_label, end_model.predict_proba(X))


def annotate(ready: Prepared, n: int, way: str, rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose rows to annotate, evenly at random or as ``workbench propose`` does, in batches."""
    pool = np.arange(ready.data.n_pool)
    if way == "random":
        return rng.choice(pool, n, replace=False)
    chosen: NDArray[np.int64] = np.zeros(0, np.int64)
    while len(chosen) < n:
        batch = propose(
            ready.reduced, n=BATCH, rng=rng, probs=ready.end_model, pool=pool, labelled=chosen
        )
        chosen = np.concatenate([chosen, batch.indices])
    return chosen


_ready: dict[str, Prepared] = {}


def one_run(case: tuple[str, str, int, int]) -> tuple[tuple[str, str, int, int], dict[str, float]]:
    name, way, budget, seed = case
    ready = _ready[name]
    data, K = ready.data, ready.data.n_classes
    rng = np.random.default_rng([seed, budget, WAYS.index(way)])
    with threadpool_limits(limits=1):
        rows = annotate(ready, budget, way, rng)
        labels = data.truth[rows]
        alone = SoftLabelClassifier(K).fit(ready.X[rows], labels).predict_proba(ready.X)
        trained = ready.has_label & (np.arange(len(data.truth)) < data.n_pool)
        fusion = fuse(
            ready.X, data.votes, ready.label_model, ready.label_model, trained, trained, rows,
            labels, rng=rng,
        )  # fmt: skip
    others = np.ones(len(data.truth), dtype=np.bool_)
    others[rows] = False
    beliefs = {
        "label model": ready.label_model,
        "end model": ready.end_model,
        "alone": alone,
        "mix": fusion.pool.probs,
    }
    scores = {}
    tested = others & (np.arange(len(others)) >= data.n_pool)
    for model, probs in beliefs.items():
        scores[model] = accuracy_of(probs, data.truth, others)
        if tested.any():
            scores[f"{model}, test"] = accuracy_of(probs, data.truth, tested)
    return case, scores


def compare_label_models(sets: dict[str, WeakSet]) -> None:
    print("\n## Label models on covered rows, without labels\n")
    print(
        "| set | rows | auto takes | auto | majority | Dawid-Skene | Snorkel | triplet | to best |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, data in sets.items():
        parts = {"": slice(None)}
        if data.n_pool < len(data.truth):
            parts = {" (train)": slice(0, data.n_pool), " (all)": slice(None)}
        for suffix, part in parts.items():
            votes, truth, K = data.votes[part], data.truth[part], data.n_classes
            covered = (votes >= 0).any(axis=1)
            choice = choose(votes, K)
            auto = accuracy_of(choice.probs, truth, covered)
            fitted = {
                model: make_label_model(model, K, seed=0).fit(votes).predict_proba(votes)
                for model in ("majority", "dawid-skene", "snorkel", "triplet")
            }
            right = {m: accuracy_of(p, truth, covered) for m, p in fitted.items()}
            best = max(right[m] for m in ("majority", "dawid-skene", "snorkel"))
            cells = " | ".join(f"{value:.3f}" for value in right.values())
            print(
                f"| {name}{suffix} | {covered.sum():,} | {choice.name} | {auto:.3f} | {cells}"
                f" | {100 * (auto - best):+.1f} |",
                flush=True,
            )


def interval(values: list[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:+.1f}"
    return f"{np.mean(values):+.1f} ± {half_width(values):.1f}"


def compare_feedback(sets: dict[str, WeakSet], seeds: int, processes: int, embed: bool) -> None:
    print("\n## Human labels flow back: accuracy on all other rows\n")
    print(
        "| set | chosen | n | label model | end model | alone | mix | mix - best | on test rows |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    gains: dict[tuple[str, int], list[float]] = defaultdict(list)
    for name, data in sets.items():
        with threadpool_limits(limits=1):
            _ready[name] = prepare(data, embeddings=embed)
        cases = [(name, way, n, seed) for way in WAYS for n in BUDGETS for seed in range(seeds)]
        with Pool(processes) as workers:
            found = dict(workers.imap_unordered(one_run, cases))
        for way in WAYS:
            for n in BUDGETS:
                runs = [found[name, way, n, seed] for seed in range(seeds)]
                mean = {model: np.mean([run[model] for run in runs]) for model in runs[0]}
                gain = gain_over_best(runs)
                gains[way, n].append(float(np.mean(gain)))
                test = gain_over_best(runs, ", test") if "mix, test" in mean else None
                cells = " | ".join(
                    f"{mean[model]:.3f}" for model in ("label model", "end model", "alone", "mix")
                )
                print(
                    f"| {name} | {way} | {n} | {cells} | {interval(gain)}"
                    f" | {interval(test) if test else ''} |",
                    flush=True,
                )
        del _ready[name]
    print("\n| chosen | n | mean gain over the sets | worst set |\n|---|---|---|---|")
    for (way, n), each in gains.items():
        print(f"| {way} | {n} | {np.mean(each):+.1f} | {min(each):+.1f} |")


def gain_over_best(runs: list[dict[str, float]], suffix: str = "") -> list[float]:
    """Points that the mix gains on the best of the three, chosen by its mean over the seeds."""
    rivals = [f"{model}{suffix}" for model in ("label model", "end model", "alone")]
    best = max(rivals, key=lambda model: np.mean([run[model] for run in runs]))
    return [100 * (run[f"mix{suffix}"] - run[best]) for run in runs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=[n for n in SETS if n != "banking77"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--embeddings", action="store_true")
    arguments = parser.parse_args()
    sets = {name: SETS[name]() for name in arguments.sets}
    compare_label_models(sets)
    compare_feedback(sets, arguments.seeds, arguments.processes, arguments.embeddings)


if __name__ == "__main__":
    main()
