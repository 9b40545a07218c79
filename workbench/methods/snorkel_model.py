"""Snorkel's label model, fitted on unique vote patterns with the gradient written out."""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.pattern_model import BLOCK_ROWS, PatternModel
from workbench.methods.votes import Votes, vote_indicators
from workbench.types import ABSTAIN

MOMENTUM: Final = 0.9
"""Snorkel's default for SGD."""

PREC_INIT: Final = 0.7
"""P(Y = y | the LF votes y) before anything is learned: Snorkel's ``prec_init``."""


LOW_RANK_FROM: Final = 500
"""Votes (of a function for a class) from which the low-rank gradient pays; it rounds otherwise."""

Solver = Literal["numpy", "reference"]


class SnorkelModel(PatternModel):
    """The matrix-completion label model of Snorkel 0.10.

    It learns mu[j, v, y] = P(LF j votes v | Y = y) from how often pairs of LFs vote together,
    assuming that they are independent given the class. Abstains count as no evidence.

    Parameters
    ----------
    n_classes
        Number of classes K, at least 2.
    seed
        Seed of the one random draw, the scale of the starting point.
    n_epochs
        Gradient steps.
    lr
        Learning rate of SGD with momentum 0.9.
    solver
        ``"numpy"``: the same steps in NumPy, without torch. ``"reference"``: the snorkel package
        itself, run on the full vote matrix.

    Attributes
    ----------
    mu_
        (m, K, K) float32, P(LF j votes v | Y = y).
    lr_
        The learning rate that was used: `lr`, or a smaller one where that diverged (many LFs that
        vote on everything), which is an error in Snorkel.
    misfit_
        How much of what the LFs do together the model leaves unexplained: the joint votes of pairs
        that are there without being expected, or the reverse, as a share of all of them and beyond
        what chance alone leaves. At least 0; near 0 where LFs are independent given the class and
        training was long enough, which for many classes 100 steps are not.

    Notes
    -----
    Both solvers give the same mu to 1e-6, except on the edge of divergence (tens of LFs that vote
    on every row), where Snorkel's own float32 noise is amplified.

    References
    ----------
    Ratner, Hancock, Dunnmon, Sala, Pandey and Ré (2019), "Training Complex Models with Multi-Task
    Weak Supervision", AAAI, section 3.2; the details follow ``snorkel.labeling.LabelModel``.
    """

    name: ClassVar[str] = "snorkel"
    min_functions: ClassVar[int] = 3

    mu_: NDArray[np.float32]
    lr_: float
    misfit_: float

    def __init__(
        self,
        n_classes: int,
        *,
        seed: int,
        n_epochs: int = 100,
        lr: float = 0.01,
        solver: Solver = "numpy",
    ) -> None:
        super().__init__(n_classes)
        if not 0 < lr < np.inf or n_epochs < 1:
            raise MethodError(
                f"The learning rate is {lr} and the number of epochs {n_epochs}.",
                hint="Give a positive learning rate and at least one epoch.",
            )
        if solver not in get_args(Solver):
            raise MethodError(
                f"There is no solver {solver!r}.", hint=f"Use one of {', '.join(get_args(Solver))}."
            )
        self.seed = seed
        self.n_epochs = n_epochs
        self.lr = lr
        self.solver = solver

    def _fit(
        self, votes: Votes, counts: NDArray[np.int64], balance: NDArray[np.float64] | None
    ) -> None:
        """Learn mu and derive the log-likelihood table from it."""
        m, K = votes.shape[1], self.n_classes
        prior = np.full(K, 1 / K) if balance is None else balance
        tally = np.stack([np.bincount(votes[:, j] + 1, minlength=K + 1)[1:] for j in range(m)])
        # Rows of mu for votes that are never cast start at 0, have gradient 0 and move nothing
        # else: leaving them out changes nothing, and many LFs name one class of many.
        cast = np.flatnonzero(tally)
        overlaps = _overlap_matrix(votes, counts, K, cast)
        n = int(counts.sum())
        if self.solver == "reference":
            mu = self._fit_reference(votes, counts, prior)
        else:
            mu = self._fit_numpy(overlaps, cast, m, n, prior)
        self.misfit_ = _unexplained(overlaps, mu[cast], cast // K, prior, n)
        self.mu_ = mu.reshape(m, K, K)
        self.log_prior_ = np.log(prior)
        self.log_likelihood_ = np.zeros((m, K + 1, K))
        self.log_likelihood_[:, 1:] = np.log(self.mu_, dtype=np.float64)
        coverage = counts @ (votes != ABSTAIN) / counts.sum()
        correct = np.einsum("jyy,y->j", self.mu_, prior)
        # An LF that never votes taught the model nothing: it keeps the precision assumed at first.
        weights = np.divide(correct, coverage, out=np.full(m, PREC_INIT), where=coverage > 0)
        self.weights_ = np.clip(weights, 1e-6, 1.0)

    def _fit_numpy(
        self,
        overlaps: NDArray[np.float32],
        cast: NDArray[np.intp],
        m: int,
        n: int,
        prior: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        """Run Snorkel's optimisation on the overlaps of the votes that were cast; (m * K, K)."""
        K = self.n_classes
        # The generator and seed that Snorkel uses, without touching the global state.
        scale = np.random.RandomState(self.seed).random_sample()
        start = _initial_mu(np.diag(overlaps), cast % K, prior) * np.float32(scale)
        prior32 = prior.astype(np.float32)
        self.lr_ = self.lr
        learned = _descend(overlaps, start, cast // K, prior32, self.n_epochs, self.lr_)
        while not np.isfinite(learned).all():
            self.lr_ /= 4
            learned = _descend(overlaps, start, cast // K, prior32, self.n_epochs, self.lr_)
        mu = np.zeros((m * K, K), dtype=np.float32)
        mu[cast] = learned
        eps = float(min(0.01, 1 / 10 ** np.ceil(np.log10(n))))  # a NumPy scalar would widen mu
        return _break_column_symmetry(np.clip(mu, eps, 1 - eps), prior32)

    def _fit_reference(
        self, votes: Votes, counts: NDArray[np.int64], prior: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Run the snorkel package; (m * K, K)."""
        with _private_random_state():
            from snorkel.labeling.model import LabelModel

            model = LabelModel(cardinality=self.n_classes, verbose=False)
            try:
                model.fit(
                    np.repeat(votes.astype(np.int64), counts, axis=0),
                    class_balance=prior.tolist(),
                    progress_bar=False,
                    seed=self.seed,
                    n_epochs=self.n_epochs,
                    lr=self.lr,
                )
            except Exception as error:
                raise MethodError(
                    f"The snorkel package could not fit: {error}",
                    hint="Use the numpy solver, or a smaller learning rate.",
                ) from error
            self.lr_ = self.lr
            return np.array(model.mu.detach().numpy(), dtype=np.float32)


def _overlap_matrix(
    votes: Votes, counts: NDArray[np.int64], n_classes: int, cast: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Share of examples on which two of the d (LF, class) votes co-occur: Snorkel's O, (d, d)."""
    from scipy import sparse

    total = np.zeros((len(cast), len(cast)))
    for start in range(0, len(votes), BLOCK_ROWS):
        block = vote_indicators(votes[start : start + BLOCK_ROWS], n_classes)[:, cast]
        weighted = sparse.diags_array(counts[start : start + BLOCK_ROWS].astype(np.float64)) @ block
        total += (block.T @ weighted).toarray()
    overlaps: NDArray[np.float32] = (total / counts.sum()).astype(np.float32)
    return overlaps


def _unexplained(
    overlaps: NDArray[np.float32],
    mu: NDArray[np.float32],
    owner: NDArray[np.intp],
    prior: NDArray[np.float64],
    n: int,
) -> float:
    """Share of the joint votes that mu P mu' does not account for, beyond Poisson noise."""
    found = n * overlaps.astype(np.float64)
    expected = n * (mu * prior) @ mu.T
    own_blocks = np.nonzero(owner[:, None] == owner)
    found[own_blocks] = expected[own_blocks] = 0
    # The mean deviation of a Poisson count is about sqrt(2 / pi) times its root.
    excess = np.abs(found - expected).sum() - np.sqrt(2 / np.pi * expected).sum()
    return float(max(excess, 0) / max(found.sum(), 1))


def _initial_mu(
    rates: NDArray[np.float32], named: NDArray[np.intp], prior: NDArray[np.float64]
) -> NDArray[np.float32]:
    """P(LF = y | Y = y) = P(LF = y) * PREC_INIT / P(Y = y), other entries zero; (d, K)."""
    mu = np.zeros((len(rates), len(prior)), dtype=np.float32)
    own = rates * np.float32(PREC_INIT) / prior.astype(np.float32)[named]
    mu[np.arange(len(rates)), named] = np.clip(own, 0, 1)
    return mu


def _descend(
    overlaps: NDArray[np.float32],
    mu: NDArray[np.float32],
    owner: NDArray[np.intp],
    prior: NDArray[np.float32],
    n_epochs: int,
    lr: float,
) -> NDArray[np.float32]:
    """Take gradient steps on |O - mu P mu'|^2, own blocks left out, + |mu p - diag O|^2."""
    rates = np.diag(overlaps).copy()
    between = overlaps.copy()
    own_blocks = np.nonzero(owner[:, None] == owner)
    between[own_blocks] = 0
    d, K = mu.shape
    is_low_rank = d >= LOW_RANK_FROM and d > K**2
    velocity = np.zeros_like(mu)
    with np.errstate(over="ignore", invalid="ignore"):  # the caller handles a divergence
        for _ in range(n_epochs):
            weighted = mu * prior
            excess = weighted.sum(axis=1) - rates
            if is_low_rank:
                pulled = _pull_low_rank(between, mu, weighted, owner)
            else:
                pulled = _pull_dense(between, mu, weighted, own_blocks)
            gradient = 4 * pulled + 2 * np.outer(excess, prior)
            velocity = np.float32(MOMENTUM) * velocity + gradient
            mu = mu - np.float32(lr) * velocity
    return mu


def _pull_dense(
    between: NDArray[np.float32],
    mu: NDArray[np.float32],
    weighted: NDArray[np.float32],
    own_blocks: tuple[NDArray[np.intp], ...],
) -> NDArray[np.float32]:
    """Return (mu P mu' - O, own blocks left out) mu P, by its (d, d) residual."""
    residual = weighted @ mu.T - between
    residual[own_blocks] = 0
    return np.asarray(residual @ weighted, dtype=np.float32)


def _pull_low_rank(
    between: NDArray[np.float32],
    mu: NDArray[np.float32],
    weighted: NDArray[np.float32],
    owner: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Return the same without a (d, d) residual: mu P mu' has rank K."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    own = np.add.reduceat(mu[:, :, None] * weighted[:, None, :], starts, axis=0)
    own_of_row = np.repeat(own, np.diff(np.append(starts, len(owner))), axis=0)
    everything = weighted @ (mu.T @ weighted)
    within = np.einsum("ij,ijk->ik", weighted, own_of_row)
    return np.asarray(everything - within - between @ weighted, dtype=np.float32)


def _break_column_symmetry(
    mu: NDArray[np.float32], prior: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Among classes of equal prior, order the columns so that the LFs are trusted most."""
    from scipy.optimize import linear_sum_assignment

    K = len(prior)
    trust = mu.reshape(-1, K, K).sum(axis=0) * prior
    groups: dict[float, list[int]] = defaultdict(list)
    for y, share in enumerate(prior):
        groups[np.around(share, 3)].append(y)
    source = np.arange(K)
    for group in groups.values():
        columns, classes = linear_sum_assignment(-trust[np.ix_(group, group)].T)
        source[np.asarray(group)[classes]] = np.asarray(group)[columns]
    return mu[:, source]


@contextlib.contextmanager
def _private_random_state() -> Iterator[None]:
    """Keep what snorkel does to global random state and torch threads from leaking out."""
    python_state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002  Snorkel draws from it
    import torch

    threads, torch_state = torch.get_num_threads(), torch.get_rng_state()
    torch.set_num_threads(1)  # two threads spin on a busy machine: 60 times slower
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_rng_state(torch_state)
        np.random.set_state(numpy_state)  # noqa: NPY002  Snorkel draws from it
        random.setstate(python_state)
