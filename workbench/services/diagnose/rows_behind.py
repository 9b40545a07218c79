"""The rows behind a figure of a diagnosis, and what a reader must know of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind a figure: how many there are, and the uids of the first of them.

    Of each of these ``labels`` has the label of that moment, ``predicted`` what a model said
    instead, and ``clusters`` the cluster that it is of, whose rows stand together; the two last are
    empty where there is no such thing to say, and all three in diagnoses of earlier versions.
    """

    name: str
    title: str
    n: int
    uids: tuple[str, ...]
    labels: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    clusters: tuple[int, ...] = ()

    @property
    def cluster_places(self) -> tuple[int, ...]:
        """The place of each row's cluster among those that are listed, from 0."""
        order = {cluster: place for place, cluster in enumerate(dict.fromkeys(self.clusters))}
        return tuple(order[cluster] for cluster in self.clusters)

    def n_shown(self, most: int) -> int:
        """Return how many rows to list where there is room for some: see `whole_clusters`."""
        return whole_clusters(self.clusters or range(len(self.uids)), most)

    def starts_cluster(self, place: int) -> bool:
        """Tell whether the row at a place is of another cluster than the one before it."""
        return bool(place and self.clusters and self.clusters[place] != self.clusters[place - 1])


def whole_clusters(clusters: Sequence[int], most: int) -> int:
    """Return how many rows to take of the first ones so that no cluster is cut, bar the first.

    Parameters
    ----------
    clusters
        The cluster of each row, those of one cluster together.
    most
        The most rows to take.
    """
    if len(clusters) <= most:
        return len(clusters)
    ends = (k for k in range(most, 0, -1) if clusters[k] != clusters[k - 1])
    return next(ends, most)
