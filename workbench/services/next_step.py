"""The one next thing to do, at each point of the loop.

``status`` and the last line of every command of the loop read it here, so that they never disagree.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import Final

from workbench.figures import counted
from workbench.functions.scripts import script_paths
from workbench.services.audit.auditable import n_undecided, too_few_to_audit
from workbench.services.batches import askable_rows
from workbench.services.beliefs import stored_beliefs
from workbench.services.disputes import ties_to_settle
from workbench.services.failing import PROBLEM_PLACES, failing_functions
from workbench.services.labels import (
    Labels,
    labelled_training_rows,
    resolve_labels,
    roles,
    rows_of_role,
)
from workbench.services.last_export import last_export
from workbench.services.lf.function_files import scripts_away
from workbench.services.moments import reads_at_once
from workbench.services.project import Project
from workbench.services.staleness import COMMANDS, Stale, stale
from workbench.services.suspects import ToReview, suspects_words, to_review
from workbench.store.decisions import Event
from workbench.types import Role

_SETTLE: Final = "workbench annotate --queue disagreement"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the loop.

    ``state`` is ``done``, ``stale`` (something it read has changed since), ``failing`` (labeling
    functions failed too often) or ``open``; ``reasons`` say what changed, or what fails.
    """

    name: str
    state: str
    detail: str
    command: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """The stages of the loop, what waits for a person, and what to do next."""

    stages: tuple[Stage, ...]
    n_waiting: int
    n_suspects: int
    next_command: str
    next_reason: str


@reads_at_once
def loop(project: Project, labels: Labels | None = None) -> Loop:
    """Return where the loop stands and the command that helps most now.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now, where they are known.
    """
    active = project.store.decisions.active()
    # Whatever asks for the labels of now shares them.
    if labels is None and project.store.runs.last_done("audit") is not None:
        labels = resolve_labels(project)
    changes = stale(project, labels=labels)
    stages = _stages(project, len(active), changes)
    waiting, doubts = _n_proposed(project, active), to_review(project, labels)
    due = {item.due for item in changes if item.stage == "apply"}
    command, reason = _next(project, stages, waiting, doubts, labels, due)
    return Loop(stages, waiting, len(doubts.suspects), command, reason)


def _n_proposed(project: Project, active: list[Event]) -> int:
    """Return how many rows of the newest batch wait for a person."""
    run = project.store.runs.last_done("propose")
    if run is None:
        return 0
    decided = {event.example_id for event in active}
    return sum(row.example_id not in decided for row in askable_rows(project, run.run_id))


def _stages(project: Project, n_decisions: int, changes: Sequence[Stale]) -> tuple[Stage, ...]:
    store = project.store
    runs, votes = store.runs, store.votes
    n = store.examples.count()
    reasons: dict[str, tuple[str, ...]] = {}
    renewals: dict[str, str] = {}
    for item in changes:
        reasons[item.stage] = (*reasons.get(item.stage, ()), item.because)
        renewals.setdefault(item.stage, item.command)

    def stage(name: str, command: str, *, detail: str = "", is_open: bool | None = None) -> Stage:
        run = runs.last_done(name)
        why = reasons.get(name, ())
        if is_open if is_open is not None else run is None:
            return Stage(name, "open", detail, command, why)
        shown = f"run {run.run_id}" if is_open is None and run is not None else detail
        return Stage(name, "stale" if why else "done", shown, command, why)

    apply = stage(
        "apply",
        COMMANDS["apply"],
        detail=_what_to_apply(project),
        # With a script gone since, it is out of date, also where no vote is in force.
        is_open="apply" not in reasons
        and (not votes.runs_in_force() or bool(_n_never_applied(project))),
    )
    if fault := _apply_fault(project):
        apply = Stage("apply", "failing", apply.detail, fault.command, (fault.reason,))
        # A script was changed: mended, it may be.
        if any(item.stage == "apply" and item.due == "now" for item in changes):
            apply = replace(apply, command=COMMANDS["apply"], reasons=reasons["apply"])
    return (
        stage(
            "import",
            "workbench import FILE --role train",
            detail=counted(n, "example"),
            is_open=not n,
        ),
        stage("diagnose", COMMANDS["diagnose"]),
        apply,
        stage("aggregate", COMMANDS["aggregate"]),
        stage("train", COMMANDS["train"]),
        # Without embeddings of all rows there is no batch.
        stage("propose", renewals.get("propose", COMMANDS["propose"])),
        stage(
            "annotate",
            COMMANDS["annotate"] if "annotate" in reasons else "workbench annotate",
            detail=counted(n_decisions, "decision"),
            is_open=not n_decisions and "annotate" not in reasons,
        ),
        stage("audit", renewals.get("audit", COMMANDS["audit"])),
        stage("export", renewals.get("export", COMMANDS["export"])),
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    command: str
    reason: str


def _apply_fault(project: Project) -> _Fault | None:
    """Say what to mend before anything is built on the votes; None where all is well."""
    if scripts_away(project):  # nothing can be mended here
        return None
    last = project.store.runs.last_done("apply")
    n_problems = 0 if last is None else int(last.counts.get("script_problems", 0))
    broken = failing_functions(project)
    if last is not None and n_problems:
        why = _to_mend(project, last.run_id, n_problems)
        too = f"; {broken[0].name} {broken[0].reason} too" if broken else ""
        return _Fault(COMMANDS["apply"], why + too)
    if not broken:
        return None
    first, *others = broken
    fail = "fails" if len(others) == 1 else "fail"
    more = f", and {counted(len(others), 'more function')} that {fail}" if others else ""
    return _Fault(
        f"workbench lf test {shlex.quote(first.name)}",
        f"{first.name} {first.reason}; mend it{more}",
    )


def _to_mend(project: Project, run_id: int, n: int) -> str:
    """Say where an apply could not take the scripts as they are, and what to do."""
    places = project.store.runs.artifact(run_id, PROBLEM_PLACES)
    if not places:  # an apply of an earlier version counted them only
        are = "is" if n == 1 else "are"
        return f"{counted(n, 'part')} of the scripts {are} wrong; mend what it names"
    # A helper that cannot be loaded is told once for each script that imports it.
    places = list(dict.fromkeys(places))
    n = len(places)
    more = f", and {counted(n - 1, 'more part')} of the scripts" if n > 1 else ""
    return f"{places[0]} is wrong{more}; mend what apply says of it"


def _n_scripts(project: Project) -> int:
    """Count the scripts; none where the last apply found no labeling function in any of them."""
    store, folder = project.store, project.functions_folder
    last = store.runs.get(store.scripts.last_run() or 0)
    if last is not None and not last.counts.get("functions"):
        return 0
    return len(script_paths(folder)) if folder.is_dir() else 0


def _n_never_applied(project: Project) -> int:
    """Count the scripts where they were never applied, all of them."""
    return _n_scripts(project) if project.store.scripts.last_run() is None else 0


def _what_to_apply(project: Project) -> str:
    """Count the functions in force; before the first apply, the scripts, which are not run here."""
    in_force = project.store.votes.in_force()
    n_functions = len(in_force)
    n_scripts = _n_never_applied(project) if n_functions else _n_scripts(project)
    if n_scripts:
        return f"{counted(n_scripts, 'script')} to apply"
    # Imported votes never had a script.
    if any(version.kind != "external" for version in in_force) and scripts_away(project):
        return f"{counted(n_functions, 'function')}, no scripts"  # what 80 columns have room for
    return counted(n_functions, "labeling function")


def _next(
    project: Project,
    stages: tuple[Stage, ...],
    waiting: int,
    doubts: ToReview,
    labels: Labels | None,
    apply_due: Collection[str],
) -> tuple[str, str]:
    """Return the command that helps most now, and why."""
    by_name = {stage.name: stage for stage in stages}
    apply = by_name["apply"]
    has_votes = bool(project.store.votes.runs_in_force())
    # Votes of scripts that are gone are withdrawn by an apply, although none is left to run.
    # What functions learn from changes with each answer: first those that are asked for.
    is_asking = (
        waiting > 0
        or by_name["annotate"].state == "stale"
        or (bool(doubts.suspects) and by_name["audit"].state == "done")
    )
    n_tied = cache(lambda: len(ties_to_settle(project)))  # reads all answers: only where asked
    is_to_apply = (
        "now" in apply_due
        or ("batch" in apply_due and not is_asking and not n_tied())
        or (apply.state == "open" and _n_scripts(project) > 0)
    )
    if by_name["import"].state == "open":
        return by_name["import"].command, "there are no examples yet"
    if apply.state == "failing":
        return apply.command, _because(apply, "")
    if by_name["diagnose"].state == "open":
        # Whoever is handed a batch, or has begun one, is not called away from it.
        if waiting:
            return "workbench annotate", _proposed(waiting)
        return "workbench diagnose", "look at the data before you change anything"
    if not has_votes and not _has_labels(project):
        has_rows = _has_training_rows(project)
        if is_to_apply and has_rows:
            reason = _because(apply, "your labeling functions have not been applied")
            return COMMANDS["apply"], reason
        if waiting:
            return "workbench annotate", _proposed(waiting)
        if n_tied():
            return _SETTLE, _tied(n_tied())
        if not has_rows:
            return by_name["import"].command, "there are no training rows yet"
        return (
            COMMANDS["propose"],
            "no row has a label: answer some, or write a function: workbench lf new NAME",
        )
    if is_to_apply:
        return COMMANDS["apply"], _because(apply, "the functions were not applied yet")
    # Labels of votes that are gone stand until they are withdrawn.
    if by_name["aggregate"].state == "stale" or (
        has_votes and by_name["aggregate"].state != "done"
    ):
        return "workbench aggregate", _because(by_name["aggregate"], "the votes are not used yet")
    if waiting:
        return "workbench annotate", _proposed(waiting)
    if by_name["annotate"].state == "stale":
        return COMMANDS["annotate"], _because(by_name["annotate"], "")
    # Before anything learns from the labels or doubts them: these rows have none from people.
    if n_tied():
        return _SETTLE, _tied(n_tied())
    is_without_model = stored_beliefs(project, "aggregate") is None
    if by_name["train"].state == "open" and is_without_model and not _has_labels(project):
        return COMMANDS["propose"], "no row has a label: answer some, or mend the functions"
    # Nor is who reviews: their answers make the end model stale, and the audit is of labels.
    if doubts.suspects and by_name["audit"].state == "done":
        return "workbench review", f"{_waiting(project, doubts)} (or: workbench tui)"
    if by_name["train"].state != "done":
        return "workbench train", _because(by_name["train"], "the end model was not trained yet")
    if by_name["propose"].state == "open":
        propose = by_name["propose"]
        return propose.command, _because(propose, "ask which rows are worth your time")
    if by_name["audit"].state != "done":
        few = too_few_to_audit(project, labels or resolve_labels(project))
        if few and n_undecided(project):
            return COMMANDS["propose"], f"more labels first: {few}"
        if not few:
            return "workbench audit", _because(by_name["audit"], "the labels were not audited yet")
    if by_name["diagnose"].state == "stale":
        return "workbench diagnose", _because(by_name["diagnose"], "")
    if by_name["export"].state != "done":
        reason = _because(by_name["export"], "nothing was exported yet")
        return _export_command(project), reason
    up_to_date = "" if apply.state == "stale" else "everything is up to date: "
    return "workbench propose -n 50", f"{up_to_date}another round improves the labels"


def _export_command(project: Project) -> str:
    """Return the command that writes the last export anew, or the first to a file of its own."""
    run = last_export(project)
    written = None if run is None else project.store.exports.of(run.run_id)
    if run is None or written is None or not Path(written.path).parent.is_dir():
        names = chain(("labels.csv",), (f"labels-{n}.csv" for n in count(2)))
        return f"workbench export {next(name for name in names if not Path(name).exists())}"
    path, here = Path(written.path), Path.cwd()
    file = str(path.relative_to(here) if path.is_relative_to(here) else path)
    words = ["workbench", "export", f"./{file}" if file.startswith("-") else file, "--yes"]
    said = run.parameters
    if written.format != path.suffix.removeprefix("."):
        words += ["--format", written.format]
    if said.get("role", Role.TRAIN) != Role.TRAIN:
        words += ["--role", str(said["role"])]
    if "min_confidence" in said:
        words += ["--min-confidence", str(said["min_confidence"])]
    words += [
        f"--{option}"
        for name, option in (
            ("split", "with-split"),
            ("given", "with-given"),
            ("annotators", "with-annotators"),
            ("without_duplicates", "without-duplicates"),
        )
        if name in said
    ]
    for name in json.loads(str(said.get("columns", "[]"))):
        words += ["--with-columns", name]
    return shlex.join(words)


def _tied(n: int) -> str:
    has = "has" if n == 1 else "have"
    return f"{counted(n, 'row')} {has} answers that differ and no label from people"


def _proposed(n: int) -> str:
    wait = "waits" if n == 1 else "wait"
    return f"{counted(n, 'proposed row')} {wait} for you (or: workbench tui)"


def _waiting(project: Project, doubts: ToReview) -> str:
    """Count what the review asks about, as it does itself."""
    role, suspects, n_random = roles(project), doubts.suspects, doubts.n_controls
    n_evaluation = sum(role[row.example_id - 1] == Role.EVALUATION for row in suspects)
    wait = "waits" if len(suspects) + n_random == 1 else "wait"
    drawn = f" and {counted(n_random, 'random row')}" if n_random else ""
    return f"{suspects_words(len(suspects), n_evaluation)}{drawn} {wait} for a person"


def _has_training_rows(project: Project) -> bool:
    return bool(rows_of_role(project, Role.TRAIN).any())


def _has_labels(project: Project) -> bool:
    return len(labelled_training_rows(project, resolve_labels(project))) > 0


def _because(stage: Stage, otherwise: str) -> str:
    return "; ".join(stage.reasons) or otherwise
