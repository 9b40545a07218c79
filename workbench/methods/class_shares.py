"""Class shares of rows without labels, from a classifier: BBSE and EM."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.divergence import distribution

MIN_PROBABILITY = 1e-12
"""Probabilities below this are raised to it before their logarithm is taken."""

BIAS_PENALTY = 1e-4
"""Keeps the bias of a class without held-out rows finite."""


def label_shift_em(
    probs: npt.ArrayLike,
    source_prior: npt.ArrayLike,
    *,
    max_iterations: int = 1_000,
    tolerance: float = 1e-8,
) -> npt.NDArray[np.float64]:
    """Estimate the class shares of new rows from a classifier's probabilities on them.

    The EM algorithm of Saerens, Latinne and Decaestecker, "Adjusting the Outputs of a Classifier
    to New a Priori Probabilities", Neural Computation 14 (2002), section 2.3. Right where only the
    shares differ and the probabilities are calibrated.

    Parameters
    ----------
    probs
        Probabilities of the new rows, shape (n, K), by a model trained under `source_prior`.
    source_prior
        Class shares (or counts) of the training rows, shape (K,).
    max_iterations
        Upper bound of the iterations.
    tolerance
        Change of a share at which to stop.

    Returns
    -------
    ndarray
        Estimated shares, shape (K,), float64, summing to 1; 0 for a class of prior 0.

    Raises
    ------
    MethodError
        Where there are no rows, or values are off.
    """
    matrix = check_probs(probs).astype(np.float64)
    prior = distribution(source_prior, "source_prior")
    if matrix.shape[1] != len(prior):
        raise MethodError(f"{matrix.shape[1]} classes in probs, {len(prior)} in source_prior")
    if not len(matrix):
        raise MethodError("there are no rows to estimate class shares from")
    likelihood = matrix * np.where(prior > 0, 1 / np.where(prior > 0, prior, 1), 0)
    # A row that is sure of a class of prior 0 contradicts the prior: it says nothing.
    likelihood = likelihood[likelihood.sum(axis=1) > 0]
    shares = prior
    for _ in range(max_iterations if len(likelihood) else 0):
        joint = likelihood * shares
        total = joint.sum(axis=1)
        updated: npt.NDArray[np.float64] = (joint[total > 0] / total[total > 0, None]).mean(axis=0)
        updated /= updated.sum()
        if np.abs(updated - shares).max() < tolerance:
            return updated
        shares = updated
    return shares


def bbse(confusion: npt.ArrayLike, predicted_shares: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Estimate the class shares of new rows from a classifier's errors and its predictions.

    Black-box shift estimation (Lipton, Wang and Smola, "Detecting and Correcting for Label Shift
    with Black Box Predictors", ICML 2018, section 4): solves for the ratio of new to old shares;
    negative ratios are cut at 0. Classes that the classifier cannot tell apart keep their
    proportion.

    Parameters
    ----------
    confusion
        Counts or shares [true, predicted] on held-out rows, shape (K, K), as of
        `imbalance.confusion_matrix`.
    predicted_shares
        Counts or shares of the predicted classes on the new rows, shape (K,).

    Returns
    -------
    ndarray
        Estimated shares, shape (K,), float64, summing to 1.

    Raises
    ------
    MethodError
        Where values are negative, sum to 0, or shapes do not fit.
    """
    counts = np.asarray(confusion, np.float64)
    shares = distribution(predicted_shares, "predicted_shares")
    if counts.shape != (len(shares), len(shares)):
        raise MethodError(f"confusion has shape {counts.shape}, not {(len(shares),) * 2}")
    joint = distribution(counts.ravel(), "confusion").reshape(counts.shape)
    source = joint.sum(axis=1)
    # Solved for the departure from a ratio of 1, weighted by the class shares: of all solutions the
    # one of least norm is the closest to no shift.
    root = np.sqrt(source)
    scaled = np.divide(joint.T, root, out=np.zeros_like(joint), where=root > 0)
    departure = np.linalg.lstsq(scaled, shares - joint.sum(axis=0), rcond=1e-6)[0]
    prior = np.maximum(source + root * departure, 0)
    if not prior.sum() > 0:
        raise MethodError(
            "the predictions fit no mixture of the classes",
            hint="Evaluate the model on more held-out rows.",
        )
    estimate: npt.NDArray[np.float64] = prior / prior.sum()
    return estimate


def recalibrate(
    held_out_probs: npt.ArrayLike, labels: npt.ArrayLike, probs: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Scale probabilities so that they are right on average on held-out rows.

    Bias-corrected temperature scaling: one temperature and one bias a class, fitted on held-out
    rows. EM needs calibrated probabilities, and with these it beats BBSE (Alexandari, Kundaje and
    Shrikumar, "Maximum Likelihood with Bias-Corrected Calibration is Hard-To-Beat at Label Shift
    Adaptation", ICML 2020, section 3).

    Parameters
    ----------
    held_out_probs
        Probabilities of labelled rows by a model that has not seen them, shape (n, K).
    labels
        Their classes, shape (n,).
    probs
        Probabilities to scale, shape (m, K).

    Returns
    -------
    ndarray
        Shape (m, K), float64, rows summing to 1.

    Raises
    ------
    MethodError
        Where there are no rows, or shapes or values are off.
    """
    from scipy.optimize import minimize
    from scipy.special import log_softmax, softmax

    known, new = check_probs(held_out_probs), check_probs(probs)
    n, n_classes = known.shape
    given = check_labels(labels, n_classes, n_rows=n)
    if not n or new.shape[1] != n_classes:
        raise MethodError(f"probabilities of shapes {known.shape} and {new.shape} do not fit")
    log_known, log_new = (np.log(np.maximum(p, MIN_PROBABILITY)) for p in (known, new))
    one_hot = np.eye(n_classes)[given]

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        inverse_temperature, bias = parameters[0], parameters[1:]
        log_p = log_softmax(inverse_temperature * log_known + bias, axis=1)
        residual = (np.exp(log_p) - one_hot) / n
        penalty = BIAS_PENALTY * bias
        gradient = np.r_[np.vdot(residual, log_known), residual.sum(axis=0) + penalty]
        return float(-(one_hot * log_p).sum() / n + np.vdot(bias, penalty) / 2), gradient

    start = np.r_[1.0, np.zeros(n_classes)]
    bounds = [(1e-2, 1e2)] + [(None, None)] * n_classes
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(softmax(found[0] * log_new + found[1:], axis=1), np.float64)
