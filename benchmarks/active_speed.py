"""Choosing 100 rows from 10,000 to a million, against the peers in one run: CPU seconds, memory.

Run: ``python -m benchmarks active_speed``, or ``python -m benchmarks.active_speed --rows 100000``.
256 dense features, 10 classes, 200 labelled rows. The model's answers are ready: only the choosing
is measured, in a process of its own with one maths thread; memory is the peak above the data, which
the process inherits. ``auto`` does all that ``propose`` does between the fit and the reasons: it
measures what labels brought and how far clusters are of one class, and keeps near-duplicates of
texts out. A choice that takes over 60 s, or over 8 GiB, is given up.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import time
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.active_peers import State, installed_peers
from benchmarks.common import mebibytes, reset_peak
from workbench.methods.coverage import k_centre
from workbench.methods.gradient_embedding import badge
from workbench.methods.sampling import propose
from workbench.methods.strategies import top_rows
from workbench.methods.typicality import typical_rows
from workbench.methods.uncertainty import margin
from workbench.services.active_model import measure as measure_labels
from workbench.services.embed.text_space import TextSpace
from workbench.services.quick_fit import LearntRows
from workbench.types import NO_LABEL

D, K, BATCH, LABELLED = 256, 10, 100, 200
SIZES = (10_000, 100_000, 1_000_000)
LIMIT = 60.0
MEMORY_LIMIT = 8 << 30
PAIRS = (
    ("margin", "modAL margin"),
    ("margin", "small-text BreakingTies"),
    ("badge", "skactiveml Badge"),
    ("k-centre", "skactiveml CoreSet"),
    ("typicality", "skactiveml TypiClust"),
)
"""Ours, and what it is held against."""


def make_state(n: int) -> State:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((K, D), np.float32)
    label = rng.integers(0, K, n)
    X = np.empty((n, D), np.float32)
    probs = np.empty((n, K), np.float32)
    for start in range(0, n, 50_000):
        part = slice(start, min(start + 50_000, n))
        rng.standard_normal(out=X[part], dtype=np.float32)
        X[part] += 0.35 * centres[label[part]]
        logits = X[part] @ centres.T * np.float32(2 / np.sqrt(D))
        np.exp(logits, out=logits)
        probs[part] = logits / logits.sum(axis=1, keepdims=True)
    return State(X, probs, np.arange(LABELLED), label[:LABELLED], K)


def pool_of(state: State) -> NDArray[np.bool_]:
    pool = np.ones(len(state.geometry), bool)
    pool[state.labelled] = False
    return pool


def ours_auto(state: State) -> Any:
    """Choose as ``propose`` does: with what labels brought, the trust in clusters, and texts."""
    features: Any = state.geometry
    space = TextSpace("dense", features, state.geometry, made_texts(len(state.geometry)))
    labels = np.full(len(state.geometry), NO_LABEL)
    labels[state.labelled] = state.labels
    is_random = np.zeros(len(state.geometry), np.bool_)
    is_random[state.labelled[::10]] = True
    n, targets = len(state.labelled), np.eye(state.n_classes)[state.labels]
    learnt = LearntRows(state.labelled, targets, np.ones(n), n, n)
    measured = measure_labels(space, labels, is_random, learnt, seed=0)
    return propose(
        state.geometry,
        n=BATCH,
        rng=np.random.default_rng(0),
        probs=state.probs,
        labelled=state.labelled,
        texts=space.texts,
        gain=measured.gain,
        cluster_share=measured.cluster_share,
    ).indices


@lru_cache(1)
def made_texts(n: int) -> list[str]:
    """Return n texts of ten words, one in ten a near-duplicate of the one before."""
    rng = np.random.default_rng(1)
    words = np.array([f"word{k}" for k in range(5_000)])
    texts: list[str] = []
    for row in rng.integers(0, len(words), (n, 10)):
        repeats = texts and len(texts) % 10 == 0
        texts.append(f"{texts[-1]} again" if repeats else " ".join(words[row]))
    return texts


def ours_margin(state: State) -> Any:
    return top_rows(margin(state.probs), pool_of(state), BATCH, np.random.default_rng(0))


def ours_badge(state: State) -> Any:
    rng = np.random.default_rng(0)
    return badge(state.geometry, state.probs, BATCH, rng=rng, pool=pool_of(state))


def ours_k_centre(state: State) -> Any:
    return k_centre(state.geometry, BATCH, already=state.labelled, pool=pool_of(state))


def ours_typicality(state: State) -> Any:
    rng = np.random.default_rng(0)
    return typical_rows(state.geometry, BATCH, rng=rng, already=state.labelled).rows


OWN: dict[str, Callable[[State], Any]] = {
    "auto": ours_auto,
    "margin": ours_margin,
    "badge": ours_badge,
    "k-centre": ours_k_centre,
    "typicality": ours_typicality,
}


def measure(choose: Callable[[State], Any], state: State) -> tuple[float, float] | None:
    """Return the CPU seconds and the peak MiB above the data; None where it takes too long."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(sender, choose, state))
    child.start()
    sender.close()
    # The machine may be shared: the limit is on the clock, with room for the others.
    try:
        found = receiver.recv() if receiver.poll(3 * LIMIT) else None
    except EOFError:
        found = None
    child.terminate()
    child.join()
    return found if found is None or found[0] <= LIMIT else None


def _run(sender: Any, choose: Callable[[State], Any], state: State) -> None:
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (int(mebibytes("VmSize") * 2**20) + MEMORY_LIMIT,) * 2)
    with threadpool_limits(limits=1):
        reset_peak()
        before = mebibytes("VmRSS")
        start = time.process_time()
        chosen = choose(state)
        seconds = time.process_time() - start
        assert len(set(np.asarray(chosen).tolist())) == BATCH
        sender.send((seconds, mebibytes("VmHWM") - before))
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--only", nargs="+")
    arguments, _ = parser.parse_known_args()
    warm_up()
    peers = installed_peers()
    cases: dict[str, Callable[[State], Any]] = dict(OWN)
    for name in [theirs for _, theirs in PAIRS if theirs in peers]:
        peer = peers[name]
        cases[name] = lambda state, peer=peer: peer(state, BATCH, 0)
    if arguments.only:
        cases = {name: case for name, case in cases.items() if name in arguments.only}
    found: dict[tuple[str, int], tuple[float, float] | None] = {}
    for n in arguments.rows:
        state = make_state(n)
        made_texts(n)  # data too: the process inherits them
        for name, case in cases.items():
            before = [found.get((name, m), (0.0, 0.0)) for m in arguments.rows if m < n]
            slow = any(
                each is None or each[0] * n / m > 5 * LIMIT
                for each, m in zip(before, arguments.rows, strict=False)
            )
            found[name, n] = None if slow else measure(case, state)
    report(found, list(cases), arguments.rows)


def report(
    found: dict[tuple[str, int], tuple[float, float] | None], names: list[str], sizes: list[int]
) -> None:
    print("\n| chooser | " + " | ".join(f"{n:,} s | MiB" for n in sizes) + " |")
    print("|---|" + "---|---|" * len(sizes))
    for name in names:
        cells = []
        for n in sizes:
            each = found[name, n]
            cells.append("given up | -" if each is None else f"{each[0]:.3f} | {each[1]:.0f}")
        print(f"| {name} | " + " | ".join(cells) + " |")
    print("\n| ours | theirs | " + " | ".join(f"times faster at {n:,}" for n in sizes) + " |")
    print("|---|---|" + "---|" * len(sizes))
    for ours, theirs in PAIRS:
        if ours not in names or theirs not in names:
            continue
        cells = []
        for n in sizes:
            mine, other = found[ours, n], found[theirs, n]
            if mine is None:
                cells.append("-")
            elif other is None:
                cells.append(f"over {LIMIT / mine[0]:.0f}")
            else:
                cells.append(f"{other[0] / mine[0]:.1f}")
        print(f"| {ours} | {theirs} | " + " | ".join(cells) + " |")


def warm_up() -> None:
    """Import what choosing imports, so that it is not measured."""
    state = make_state(2_000)
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")
        for choose in OWN.values():
            choose(state)
        peers = installed_peers()
        for name in [theirs for _, theirs in PAIRS if theirs in peers]:
            peers[name](state, BATCH, 0)


if __name__ == "__main__":
    main()
