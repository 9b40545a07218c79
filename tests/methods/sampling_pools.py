"""Pools to choose a batch from, and how to ask for one."""

from __future__ import annotations

import numpy as np

from workbench.methods.sampling import propose


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def pool(n: int = 120, k: int = 3, seed: int = 0):
    X = rng(seed).random((n, 6)).astype(np.float32)
    return X, rng(seed).dirichlet(np.full(k, 0.5), n)


def ask(X, probs, *, strategy: str, seed: int = 0, **options):
    """Propose with everything that some strategy may want."""
    scores = rng(5).random((3, X.shape[0]))
    return propose(
        X, probs=probs, strategy=strategy, rng=rng(seed), disagreement=scores[0],
        conflict=scores[1], doubt=scores[2], **options,
    )  # fmt: skip


def templated(n_copies: int, n_others: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Fillings of one template, which a model is in doubt about, and rows that differ."""
    draws = rng(1)
    words = np.array([f"{a}{b}" for a in "bdfgklmnprst" for b in ("ala", "ero", "ino", "ulu")])
    texts = [
        f"your ticket {i} was received and will be answered by our team soon"
        for i in range(n_copies)
    ]
    texts += [" ".join(draws.choice(words, 8, replace=False)) for _ in range(n_others)]
    n = n_copies + n_others
    X = unit_rows(draws.standard_normal((n, 6)))
    X[:n_copies] = unit_rows(X[:1] + 0.01 * draws.standard_normal((n_copies, 6)))
    close = np.where(np.arange(n) < n_copies, 0.5, 0.9 + 0.05 * draws.random(n))
    return X, np.column_stack([close, 1 - close]), texts


def unit_rows(X: np.ndarray) -> np.ndarray:
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
