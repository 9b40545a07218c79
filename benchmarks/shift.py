"""Covariate shift of short texts: CPU seconds, false alarms and power by size and strength.

Run: ``python benchmarks/shift.py [--repeats 20]``. A share of the other texts talks about
something new (four words added).
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.duplicates import make_texts
from workbench.methods.covariate_shift import covariate_shift

STRENGTHS = (0.0, 0.02, 0.05, 0.1, 0.3)
SIZES = (100, 300, 1_000, 3_000)


def shifted(texts: list[str], strength: float, *, rng: np.random.Generator) -> list[str]:
    return [
        f"{text} voucher code expires tonight" if rng.random() < strength else text
        for text in texts
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=20)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    with threadpool_limits(limits=1):
        speed(arguments.rows, rng)
        power(arguments.repeats, rng)


def speed(n: int, rng: np.random.Generator) -> None:
    texts = make_texts(2 * n, rng=rng)
    covariate_shift(texts[:100], texts[100:200], rng=rng)  # imports are not counted
    print("| rows a side | shifted | CPU s, 20 permutations | AUC | p |")
    print("|---|---|---|---|---|")
    for strength in (0.0, 0.1):
        other = shifted(texts[n:], strength, rng=rng)
        start = time.process_time()
        found = covariate_shift(texts[:n], other, rng=rng, n_permutations=20)
        took = time.process_time() - start
        print(
            f"| {n:,} | {strength:.0%} | {took:.2f} | {found.discriminator.auc:.3f} "
            f"| {found.p_value:.1e} |"
        )


def power(repeats: int, rng: np.random.Generator) -> None:
    pool = make_texts(20_000, rng=rng)
    print("\n| rows a side | " + " | ".join(f"{s:.0%} shifted" for s in STRENGTHS) + " |")
    print("|---" * (len(STRENGTHS) + 1) + "|")
    for n in SIZES:
        found = []
        for strength in STRENGTHS:
            hits = 0
            for _ in range(repeats):
                rows = rng.choice(len(pool), 2 * n, replace=False)
                texts = [pool[i] for i in rows]
                other = shifted(texts[n:], strength, rng=rng)
                hits += covariate_shift(texts[:n], other, rng=rng).p_value <= 0.05
            found.append(f"{hits / repeats:.2f}")
        print(f"| {n:,} | " + " | ".join(found) + " |", flush=True)


if __name__ == "__main__":
    main()
