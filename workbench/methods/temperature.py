"""One temperature for the probabilities of a model: fitted on held-out rows, applied to all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.calibration import fit_temperature, log_scores
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.softmax import softmax


def held_out_temperature(held_out: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Find the temperature at which held-out probabilities fit labels best.

    That of `workbench.methods.calibration.fit_temperature`, over the classes that the labels hold:
    no temperature teaches a model a class that it has never met.

    Parameters
    ----------
    held_out
        Class probabilities, shape (n, K), of models that have not seen the rows.
    labels
        True classes, shape (n,), n >= 1.

    Returns
    -------
    float
        In [0.1, 10]; below 1: the model was not sure enough.

    Raises
    ------
    MethodError
        If there is no row, or shapes or values are off.
    """
    matrix = np.asarray(check_probs(held_out), np.float64)
    truth = check_labels(labels, matrix.shape[1], n_rows=len(matrix))
    if not len(truth):
        raise MethodError("there is no labelled row to calibrate on", hint="Label some rows.")
    seen, positions = np.unique(truth, return_inverse=True)
    known = matrix[:, seen]
    mass = known.sum(axis=1, keepdims=True)
    known = np.divide(known, mass, out=np.full_like(known, 1 / len(seen)), where=mass > 0)
    return fit_temperature(known, positions)


def at_temperature(probs: npt.NDArray[Any], temperature: float) -> npt.NDArray[np.float64]:
    """Return probabilities at another temperature.

    Parameters
    ----------
    probs
        Class probabilities, shape (n, K); a class that has 0 in every row keeps it.
    temperature
        Above 0; 1 changes nothing but certainty, of which a hundredth is taken.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.
    """
    seen = np.flatnonzero(probs.any(axis=0))
    tempered = np.zeros(probs.shape)
    if len(seen):
        tempered[:, seen] = softmax(log_scores(probs[:, seen]) / temperature)
    return tempered
