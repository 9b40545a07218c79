"""Messages to review, and a reviewer who knows the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.services.annotate import Session
from workbench.services.audit.blame import Doubts
from workbench.services.project import Project
from workbench.services.review.review import ReviewItem, record_review, review_queue

CLASSES = ("refund", "parcel")
WORDS = {
    "refund": ["refund", "money", "return", "broken", "back", "exchange", "credit", "cancel"],
    "parcel": ["parcel", "courier", "late", "street", "door", "tracking", "van", "depot"],
}


def rows(n: int, seed: int, *, wrong: float) -> list[dict[str, str]]:
    """Return messages of two classes, a share of whose labels is wrong, all of vendor b."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        true = CLASSES[i % 2]
        is_wrong = rng.random() < wrong
        filler = [f"word{j}" for j in rng.integers(0, 60, 5)]
        made.append(
            {
                "id": f"{seed}-{i}",
                "text": " ".join([*rng.choice(WORDS[true], 3), *filler]),
                "label": CLASSES[(i + is_wrong) % 2],
                "true": true,
                "vendor": "b" if is_wrong or rng.random() < 0.2 else "a",
            }
        )
    return made


def true_class(project: Project, item: ReviewItem) -> str:
    example = project.store.examples.get(item.example_id)
    assert example is not None
    return str(example.metadata["true"])


def unreviewed(
    given: NDArray[np.int64], is_suspect: NDArray[np.bool_], clusters: NDArray[np.int64]
) -> Doubts:
    """Return the doubts of an audit before the first review."""
    everything = np.ones(len(given), np.bool_)
    return Doubts(given, is_suspect, clusters, given, is_suspect, everything)


def review_all(project: Project, n: int | None = None) -> None:
    """Answer the truth to the first rows that wait."""
    with Session(project, annotator="ana") as session:
        for item in review_queue(project)[:n]:
            record_review(project, session, item, true_class(project, item), seconds=1.5)
