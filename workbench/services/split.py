"""Training, validation and test parts in which no cluster of near-duplicates straddles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.methods.duplicates import find_duplicates
from workbench.methods.leakage import leaked
from workbench.methods.splitting import MIN_SHARE, split
from workbench.result import Result
from workbench.services.arguments import seed_of
from workbench.services.consensus import refresh_consensus
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.labels import resolve_labels, roles, texts_present
from workbench.services.moments import one_moment
from workbench.services.project import Project
from workbench.services.results import as_json
from workbench.services.running import record_run
from workbench.types import Progress, ProgressCallback, Role

PARTS = ("train", "validation", "test")
DEFAULT_SHARES = (80.0, 10.0, 10.0)

OUTSIDE = "-"
"""Stands for a row without a part where parts are stored: one character a row."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part: its rows, the share that was asked for, and its rows of each class."""

    name: str
    n: int
    share: float
    wanted_share: float
    class_counts: dict[str, int]
    n_unlabelled: int


@dataclass(frozen=True, slots=True)
class SplitResult(Result):
    """A split of the training rows.

    ``leaked_evaluation`` counts rows of the train part that evaluation rows repeat: no split of
    the training rows can part those.
    """

    run_id: int
    n_rows: int
    n_clusters: int
    n_repeated: int
    leaked_evaluation: int
    parts: tuple[PartRow, ...]
    notice: str | None = None


def split_rows(
    project: Project,
    *,
    shares: Sequence[float] = DEFAULT_SHARES,
    seed: int | None = None,
    progress: ProgressCallback | None = None,
) -> SplitResult:
    """Deal the training rows to parts: near-duplicates together, classes in equal shares.

    Rows of the roles production and evaluation have no part, nor have those whose text was removed.
    The newest split counts; an export shows it in a column on request.

    Parameters
    ----------
    project
        The project.
    shares
        Of train, validation and test, or of train and test; they need not sum to anything.
    seed
        The project's by default.
    progress
        Called after each stage.

    Raises
    ------
    UsageError
        If the shares cannot be used.
    ProjectError
        If there are no training rows.
    MethodError
        If there are fewer distinct texts than parts.
    """
    names = _part_names(shares)
    notice = diagnosis_notice(project)
    refresh_consensus(project)
    with one_moment(project) as since:
        labels = resolve_labels(project)
        role = roles(project)
        texts = project.store.examples.texts()
    present = texts_present(project)
    rows = np.flatnonzero(present & (role == Role.TRAIN))
    if not len(rows):
        raise ProjectError(
            "there are no training rows to split",
            hint="Import some: workbench import FILE --role train",
        )
    seed = seed_of(project, seed)
    rng = np.random.default_rng(seed)
    inputs = set(project.store.runs.done_ids("import"))
    inputs |= {int(run) for run in labels.run_ids[rows] if run}
    parameters = {"shares": [float(share) for share in shares]}
    with record_run(
        project.store,
        "split",
        parameters=parameters,
        seed=seed,
        inputs=sorted(inputs),
        since=since,
    ) as run:
        if progress:
            progress(Progress("split: near-duplicates", 1, 2))
        clusters = find_duplicates(texts, rng=rng).cluster
        if progress:
            progress(Progress("split: dealing", 2, 2))
        n_classes = len(project.classes)
        mine = labels.labels[rows]
        part = split(mine, clusters[rows], shares, n_classes=n_classes, rng=rng)
        in_train = np.zeros(len(role), np.bool_)
        in_train[rows[part == 0]] = True
        met = leaked(clusters, present & (role == Role.EVALUATION), in_train)
        n_clusters = len(np.unique(clusters[rows]))
        result = SplitResult(
            run_id=run.run_id,
            n_rows=len(rows),
            n_clusters=n_clusters,
            n_repeated=len(rows) - n_clusters,
            leaked_evaluation=int(met.sum()),
            parts=tuple(
                _part_row(name, mine[part == p], len(rows), shares[p] / sum(shares), project)
                for p, name in enumerate(names)
            ),
            notice=notice,
        )
        codes = np.full(len(role), OUTSIDE)
        codes[rows] = part.astype(str)
        stored = {"parts": list(names), "rows": "".join(codes)}
        with run.finish(
            {name: int((part == p).sum()) for p, name in enumerate(names)},
            artifacts={"split": as_json(result), "split_rows": stored},
        ):
            pass
    return result


def last_split(project: Project) -> tuple[int, NDArray[np.str_]] | None:
    """Return the run of the newest split, and the part of each example, (n,); None before it.

    An example that came later, or that is no training row, has an empty part.

    Parameters
    ----------
    project
        The project.
    """
    run = project.store.runs.last_done("split")
    if run is None:
        return None
    stored = project.store.runs.artifact(run.run_id, "split_rows")
    names = dict(zip("0123456789", stored["parts"], strict=False))
    parts = [names.get(code, "") for code in stored["rows"]]
    parts += [""] * (project.store.examples.count() - len(parts))
    return run.run_id, np.array(parts, dtype=np.str_)


def _part_names(shares: Sequence[float]) -> tuple[str, ...]:
    try:
        said = " ".join(f"{share:g}" for share in shares) or "nothing"
    except (TypeError, ValueError):  # what is no number at all
        said, shares = repr(shares)[:40], ()
    is_known = len(shares) in (2, 3) and all(0 < share < float("inf") for share in shares)
    if not is_known or min(shares) < MIN_SHARE * max(shares):
        raise UsageError(
            f"cannot split into {said}",
            hint="Shares of train, validation and test, such as 80 10 10, or of train and test,"
            " such as 80 20; none less than a thousandth.",
        )
    return PARTS if len(shares) == 3 else (PARTS[0], PARTS[2])


def _part_row(
    name: str, labels: NDArray[np.int64], total: int, wanted: float, project: Project
) -> PartRow:
    return PartRow(
        name=name,
        n=len(labels),
        share=len(labels) / total,
        wanted_share=float(wanted),
        class_counts={
            class_name: int((labels == k).sum()) for k, class_name in enumerate(project.classes)
        },
        n_unlabelled=int((labels < 0).sum()),
    )
