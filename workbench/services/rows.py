"""All rows, or those that a filter leaves, by number: what a list of any length shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.services.class_hints import class_index
from workbench.services.conditions import rows_where
from workbench.services.labels import Labels, given_labels, resolve_labels, stored_votes
from workbench.services.moments import reads_at_once
from workbench.services.project import Project
from workbench.services.review_log import flagged_ids
from workbench.services.row_filter import NONE, STATES, Comparison, RowFilter, fts_queries
from workbench.store.search import SearchIndex
from workbench.types import ABSTAIN, DEFAULT, KEPT, NO_LABEL, Role


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The numbers of the examples that a filter leaves, (n_found,), of ``n_rows`` in all."""

    filter: RowFilter
    example_ids: NDArray[np.int64]
    n_rows: int


def has_rows(project: Project) -> bool:
    """Tell whether anything was imported yet."""
    return project.store.examples.count() > 0


def rows_with_uids(project: Project, uids: Iterable[str]) -> list[int]:
    """Return the numbers of the examples with some uids, in their order; unknown uids have none."""
    found = map(project.store.examples.id_of, uids)
    return [example_id for example_id in found if example_id is not None]


def filter_values(project: Project) -> dict[str, tuple[str, ...]]:
    """Return the values that each field of a filter can ask for, where they are a choice."""
    functions = (version.name for version in project.store.votes.in_force())
    default = () if project.default_class is None else (DEFAULT,)
    return {
        "label": (*project.classes, NONE),
        "origin": (*project.config.label_order, *default, KEPT, NONE),
        "is": STATES,
        "role": tuple(Role),
        "lf": (*functions, NONE),
    }


@reads_at_once
def find_rows(project: Project, wanted: RowFilter) -> FoundRows:
    """Return the rows that a filter leaves, in its order.

    Parameters
    ----------
    project
        The project.
    wanted
        From `parse_filter`.

    Raises
    ------
    UsageError
        If a class or a labeling function is not known.
    """
    n = project.store.examples.count()
    return _Finder(project, n).find(wanted)


class _Finder:
    """One look-up; what several conditions need is read once."""

    def __init__(self, project: Project, n: int) -> None:
        self._project = project
        self._n = n
        self._labels: Labels | None = None

    @property
    def labels(self) -> Labels:
        """The resolved labels, with their origins as files tell them."""
        if self._labels is None:
            self._labels = resolve_labels(self._project).told
        return self._labels

    def find(self, wanted: RowFilter) -> FoundRows:
        """Return the rows."""
        ids = np.arange(1, self._n + 1)
        if wanted.words:
            ids = self._with_words(wanted.words)
        mask: NDArray[np.bool_] = np.ones(self._n, dtype=np.bool_)
        for name in dict.fromkeys(name for name, _ in wanted.wanted):
            either = np.zeros(self._n, dtype=np.bool_)
            for value in wanted.values(name):
                either |= self._mask(name, value)
            mask = np.logical_and(mask, either)
        for comparison in wanted.comparisons:
            mask = np.logical_and(mask, self._compared(comparison))
        ids = ids[mask[ids - 1]]
        return FoundRows(wanted, self._in_order(ids, wanted.sort), self._n)

    def _with_words(self, words: tuple[str, ...]) -> NDArray[np.int64]:
        index = SearchIndex(self._project.store.path)
        query, refused, plain = fts_queries(words)
        ids = np.arange(1, self._n + 1)
        if query or refused:
            index.bring_up_to_date()
        if query:
            ids = index.matching(query)
        if refused:
            ids = np.setdiff1d(ids, index.matching(refused))
        for word in plain:
            holding = index.containing(word.removeprefix("-"))
            ids = np.setdiff1d(ids, holding) if word[0] == "-" else np.intersect1d(ids, holding)
        # What was imported since the rows were counted is shown with the next look.
        return ids[ids <= self._n]

    def _mask(self, name: str, value: str) -> NDArray[np.bool_]:
        """Return which rows (n,) have a value."""
        if name == "label":
            labelled: NDArray[np.bool_] = self.labels.labels == self._class(value)
            return labelled
        if name == "origin":
            return self._origin(value)
        if name == "given":
            given: NDArray[np.bool_] = given_labels(self._project) == self._class(value)
            return given
        if name in ("role", "batch", "vendor"):
            column = self._project.store.examples.column(name)
            sought = None if value == NONE else value
            return np.array([cell == sought for cell in column], dtype=np.bool_)
        if name == "uid":
            uids = self._project.store.examples.uids()
            return np.array([uid.startswith(value) for uid in uids], dtype=np.bool_)
        if name == "where":
            return rows_where(self._project, value)[: self._n]
        if name == "lf":
            return self._voted(value)
        if name == "vote":
            return _any(self._votes() == self._class(value))
        return self._state(value)

    def _class(self, value: str) -> int:
        return NO_LABEL if value == NONE else class_index(self._project, value)

    def _origin(self, value: str) -> NDArray[np.bool_]:
        if value == NONE:
            unlabelled: NDArray[np.bool_] = self.labels.labels == NO_LABEL
            return unlabelled
        if value not in (*self.labels.order, DEFAULT, KEPT):
            raise UsageError(
                f"there is no origin {value!r}",
                hint=f"Origins: {', '.join((*self.labels.order, NONE))}.",
            )
        return self.labels.origin_is(value)

    def _votes(self, names: tuple[str, ...] | None = None) -> NDArray[np.signedinteger]:
        in_force = self._project.store.votes.in_force()
        versions = [v.lf_version_id for v in in_force if names is None or v.name in names]
        return stored_votes(self._project, versions)

    def _voted(self, name: str) -> NDArray[np.bool_]:
        known = [version.name for version in self._project.store.votes.in_force()]
        if name == NONE:
            return ~_any(self._votes() != ABSTAIN)
        if name not in known:
            raise UsageError(
                f"no labeling function {name!r} has been applied",
                hint=f"Applied: {', '.join(known[:8]) or 'none yet'}.",
            )
        return _any(self._votes((name,)) != ABSTAIN)

    def _state(self, value: str) -> NDArray[np.bool_]:
        store, runs = self._project.store, self._project.store.runs
        if value == "conflict":
            votes = self._votes()
            top = votes.max(axis=1, initial=ABSTAIN)
            return _any((votes != ABSTAIN) & (votes != top[:, None]))
        if value == "flagged":
            return self._rows(flagged_ids(self._project))
        if value in ("decided", "undecided"):
            found = self._rows(event.example_id for event in store.decisions.active())
            return ~found if value == "undecided" else found
        kind = {"suspect": "audit", "proposed": "propose", "duplicate": "diagnose"}[value]
        run = runs.last_done(kind)
        if run is None:
            return np.zeros(self._n, dtype=np.bool_)
        if value == "suspect":
            removed = store.examples.removed_ids()
            suspects = (row.example_id for row in store.queues.suspects(run.run_id))
            return self._rows(i for i in suspects if i not in removed)
        if value == "proposed":
            return self._rows(row.example_id for row in store.queues.proposal(run.run_id))
        return self._rows(row.example_id for row in store.queues.duplicates(run.run_id))

    def _rows(self, example_ids: Iterable[int | None]) -> NDArray[np.bool_]:
        """Return a mask (n,) of some examples."""
        mask = np.zeros(self._n, dtype=np.bool_)
        listed = [i for i in example_ids if i is not None and i <= self._n]
        mask[np.array(listed, dtype=np.int64) - 1] = True
        return mask

    def _compared(self, comparison: Comparison) -> NDArray[np.bool_]:
        values = self._confidence() if comparison.what == "confidence" else self._lengths()
        compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
        found = np.asarray(compare[comparison.sign](values, comparison.number), dtype=np.bool_)
        if comparison.what == "confidence":
            return np.asarray(found & (self.labels.labels != NO_LABEL), dtype=np.bool_)
        return found

    def _confidence(self) -> NDArray[np.float64]:
        return self.labels.confidence

    def _lengths(self) -> NDArray[np.int64]:
        lengths = np.zeros(self._n, dtype=np.int64)
        for example_id, length in self._project.store.examples.lengths():
            if example_id <= self._n:
                lengths[example_id - 1] = length
        return lengths

    def _in_order(self, ids: NDArray[np.int64], sort: str) -> NDArray[np.int64]:
        order = sort.removeprefix("-")
        if order == "confidence":
            # What has no label comes first: it is the least sure.
            sure = np.where(self.labels.labels == NO_LABEL, -1.0, self.labels.confidence)
            ids = ids[np.argsort(sure[ids - 1], kind="stable")]
        elif order == "length":
            ids = ids[np.argsort(self._lengths()[ids - 1], kind="stable")]
        elif order == "label":
            ids = ids[np.argsort(self.labels.labels[ids - 1], kind="stable")]
        elif order == "uid":
            uids = np.array(self._project.store.examples.uids()[: self._n], dtype=np.str_)
            ids = ids[np.argsort(uids[ids - 1], kind="stable")]
        return ids[::-1] if sort.startswith("-") else ids


def _any(table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of a table (n, m) hold any True, (n,)."""
    return np.asarray(table.any(axis=1), dtype=np.bool_)
