"""What is out of date: what changed after a run had read it, and which command renews the run."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.services.guidelines import outdated_counts
from workbench.services.moments import Moment, beginning_of
from workbench.services.project import Project
from workbench.services.publishing import script_digests
from workbench.store.runs import Run


@dataclass(frozen=True, slots=True)
class Stale:
    """A stage whose result is out of date: why, and what renews it."""

    stage: str
    run_id: int | None
    because: str
    command: str


_READS = {
    "diagnose": ("rows", "audit"),
    "aggregate": ("rows", "votes", "classes", "settings"),
    "train": ("rows", "model", "classes", "settings", "decisions"),
    "audit": ("rows", "model", "classes", "settings"),
    "export": ("rows", "model", "classes", "settings", "decisions"),
}
"""What each stage reads; a stage that is not here reads nothing that changes its result."""

COMMANDS = {
    "apply": "workbench apply",
    "diagnose": "workbench diagnose",
    "aggregate": "workbench aggregate",
    "train": "workbench train",
    "annotate": "workbench annotate --queue outdated",
    "audit": "workbench audit",
    "export": "workbench export FILE.csv",
}


def stale(project: Project) -> tuple[Stale, ...]:
    """Return every stage that is out of date, in the order of the loop.

    Scripts are compared by their bytes; none is run.

    Parameters
    ----------
    project
        The project.
    """
    applied = project.store.scripts.last_run()
    found = [
        Stale("apply", applied, reason, COMMANDS["apply"]) for reason in _script_changes(project)
    ]
    for stage, reads in _READS.items():
        run = project.store.runs.last_done(stage)
        # An export of a snapshot is meant to stay as it is.
        if run is None or "snapshot" in run.parameters:
            continue
        reasons = _changes(project, run, reads)
        found += [Stale(stage, run.run_id, reason, COMMANDS[stage]) for reason in reasons]
    outdated = outdated_counts(project)
    if outdated:
        classes = ", ".join(f"{n:,} {name}" for name, n in outdated.items())
        reason = f"decided under other guidelines, or for a class that is gone: {classes}"
        found.append(Stale("annotate", None, reason, COMMANDS["annotate"]))
    return tuple(found)


def _script_changes(project: Project) -> list[str]:
    """Return what makes the votes out of date: files that changed, and rows without votes."""
    votes, scripts = project.store.votes, project.store.scripts
    reasons = []
    run_id = scripts.last_run()
    if run_id is not None:
        known, here = scripts.of_run(run_id), script_digests(project.functions_folder)
        changed = sorted(f for f in known.keys() | here.keys() if known.get(f) != here.get(f))
        reasons += [
            f"{file} is {'new' if file not in known else 'gone' if file not in here else 'changed'}"
            for file in changed
        ]
    n = project.store.examples.count()
    behind = [
        version.name
        for version in votes.in_force()
        if version.kind != "external" and votes.extent(version.lf_version_id) < n
    ]
    if behind:
        reasons.append(f"{len(behind)} labeling functions have not seen the newest rows")
    return reasons


def _changes(project: Project, run: Run, reads: tuple[str, ...]) -> list[str]:
    """Return what changed since a run began, of the things that it read."""
    then = beginning_of(project, run)
    checks = {
        "rows": _rows_changed,
        "votes": _votes_changed,
        "model": _model_changed,
        "classes": _classes_changed,
        "settings": _settings_changed,
        "decisions": _decisions_changed,
        "audit": _audit_changed,
    }
    return [reason for name in reads if (reason := checks[name](project, run, then))]


def _rows_changed(project: Project, run: Run, then: Moment) -> str | None:
    added = project.store.examples.count() - project.store.past.n_examples(then.at)
    return f"{added:,} rows were imported" if added else None


def _votes_changed(project: Project, run: Run, then: Moment) -> str | None:
    votes = project.store.votes
    was = project.store.past.lf_versions(then.at, then.event_id)
    now = {version.name: version.lf_version_id for version in votes.in_force()}
    changed = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        return f"labeling functions changed: {', '.join(changed[:3])}{more}"
    if max(votes.runs_in_force(), default=0) > run.run_id:
        return "labeling functions have voted on more rows"
    return None


def _model_changed(project: Project, run: Run, then: Moment) -> str | None:
    was = project.store.runs.last_done("aggregate", at=then.at)
    now = project.store.runs.last_done("aggregate")
    if now is None or (was is not None and was.run_id == now.run_id):
        return None
    return f"the label model is newer (run {now.run_id})"


def _audit_changed(project: Project, run: Run, then: Moment) -> str | None:
    audit = project.store.runs.last_done("audit")
    if audit is None or audit.run_id < run.run_id:
        return None
    return f"the labels were audited (run {audit.run_id})"


def _classes_changed(project: Project, run: Run, then: Moment) -> str | None:
    was = project.store.classes.state_at(then.event_id)
    if was.mapping == project.label_set.mapping:
        return None
    return f"the classes were {', '.join(was.names)}"


def _settings_changed(project: Project, run: Run, then: Moment) -> str | None:
    settings = project.store.settings
    changed = [
        f"{key} was {was}"
        for key in ("label_order", "min_confidence", "consensus")
        if (was := settings.get(key, at=then.at)) is not None and was != settings.get(key)
    ]
    return "; ".join(changed) or None


def _decisions_changed(project: Project, run: Run, then: Moment) -> str | None:
    decisions = project.store.decisions
    if decisions.last_decision_id() == decisions.last_decision_id(until=then.event_id):
        return None
    stood = {event.event_id for event in decisions.active(until=then.event_id)}
    if stood == {event.event_id for event in decisions.active()}:
        return None  # what was done has been taken back
    return "people have decided since"
