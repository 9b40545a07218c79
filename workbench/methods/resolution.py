"""The one label that an example has now, how sure it is and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.types import DEFAULT, DEFAULT_ORDER, GONE, NO_LABEL, Origin


@dataclass(frozen=True, slots=True)
class Resolution:
    """The label that each example has now; arrays of shape (n,).

    Attributes
    ----------
    labels
        Class indices, int64; -1 where no origin has a label, and where the first that speaks names
        a class that is gone.
    confidence
        float64 in [0, 1], higher = surer: 1 for labels of people and given labels unless their
        confidence was passed, the probability for a model's or a default label, 0 without a label.
    origin
        Index into `order`, int8; -1 without a label.
    order
        The origins, the one that wins first; with ``default`` at the end where that was passed.
    is_gone
        Whether the first origin that speaks names a class that is gone: the example waits.
    """

    labels: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    origin: npt.NDArray[np.int8]
    order: tuple[str, ...]
    is_gone: npt.NDArray[np.bool_]


def resolve(
    n: int,
    *,
    correction: npt.ArrayLike | None = None,
    annotation: npt.ArrayLike | None = None,
    given: npt.ArrayLike | None = None,
    model: npt.ArrayLike | None = None,
    model_confidence: npt.ArrayLike | None = None,
    min_confidence: float = 0.0,
    annotation_confidence: npt.ArrayLike | None = None,
    default: npt.ArrayLike | None = None,
    default_confidence: npt.ArrayLike | None = None,
    order: Sequence[str] = DEFAULT_ORDER,
) -> Resolution:
    """Resolve the label of each example from the first origin in order that has one.

    Parameters
    ----------
    n
        Number of examples.
    correction
        Class indices of corrections made in review, shape (n,); -1 for none, -2 for a class that
        is gone.
    annotation
        Those of the annotators' consensus.
    given
        Those of labels that came with the data.
    model, model_confidence
        The class indices or -1 that a model has settled on, and their probabilities, both (n,).
    min_confidence
        Probability, in [0, 1], that a model's label must reach to count.
    annotation_confidence
        Confidence of the consensus, shape (n,), in [0, 1]; 1 by default.
    default, default_confidence
        The class indices or -1 that examples have where no origin speaks for them, whatever the
        order, and what is believed of them, both (n,); `min_confidence` is not asked of them.
    order
        Origins, the one that wins first; an origin left out is not used.

    Returns
    -------
    Resolution
        Labels, confidence and origin of each example.

    Raises
    ------
    MethodError
        Where an array has another length or bad values, or the order names an unknown origin or
        one twice.
    """
    ranked = tuple(str(origin) for origin in order)
    if len(set(ranked)) < len(ranked) or not set(ranked) <= set(DEFAULT_ORDER):
        raise MethodError(
            f"the order of precedence is {', '.join(ranked)}",
            hint=f"Name each of {', '.join(DEFAULT_ORDER)} at most once.",
        )
    if not 0 <= min_confidence <= 1:
        raise MethodError(f"min_confidence is {min_confidence}, but must lie in 0 to 1")
    certain = np.ones(n)
    sure = certain if annotation_confidence is None else _confidence(annotation_confidence, n)
    candidates = {
        Origin.CORRECTION: (_labels(correction, n, "correction"), certain),
        Origin.ANNOTATION: (_labels(annotation, n, "annotation"), sure),
        Origin.GIVEN: (_labels(given, n, "given"), certain),
    }
    candidates[Origin.MODEL] = np.full(n, NO_LABEL, np.int64), certain
    if model is not None:
        settled, its_confidence = _labels(model, n, "model"), _confidence(model_confidence, n)
        settled[its_confidence < min_confidence] = NO_LABEL
        candidates[Origin.MODEL] = settled, its_confidence
    ordered = [candidates[Origin(name)] for name in ranked]
    if default is not None:
        ordered.append((_labels(default, n, "default"), _confidence(default_confidence, n)))
        ranked = (*ranked, DEFAULT)
    labels = np.full(n, NO_LABEL, np.int64)
    confidence = np.zeros(n)
    origin = np.full(n, -1, np.int8)
    for code, (candidate, its_confidence) in enumerate(ordered):
        won = (labels == NO_LABEL) & (candidate != NO_LABEL)
        labels[won] = candidate[won]
        confidence[won] = its_confidence[won]
        origin[won] = code
    is_gone = labels == GONE
    labels[is_gone], confidence[is_gone], origin[is_gone] = NO_LABEL, 0, -1
    return Resolution(labels, confidence, origin, ranked, is_gone)


def _labels(labels: npt.ArrayLike | None, n: int, name: str) -> npt.NDArray[np.int64]:
    """Return class indices, -1 or -2; all -1 where there are none."""
    if labels is None:
        return np.full(n, NO_LABEL, np.int64)
    given = np.asarray(labels)
    if given.shape != (n,):
        raise MethodError(f"the labels of {name} have shape {given.shape}, not ({n:,},)")
    if n and (given.dtype.kind not in "iu" or given.min() < GONE):
        raise MethodError(
            f"the labels of {name} must be class indices, -1 for none, -2 for a class that is gone"
        )
    return given.astype(np.int64)


def _confidence(confidence: npt.ArrayLike | None, n: int) -> npt.NDArray[np.float64]:
    """Return confidences in [0, 1], or raise."""
    given = np.asarray(confidence, np.float64)
    if given.shape != (n,) or not ((given >= 0) & (given <= 1)).all():
        raise MethodError("a confidence must be one number in 0 to 1 an example")
    return given
