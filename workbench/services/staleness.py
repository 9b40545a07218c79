"""What is out of date: what changed after a run had read it, and which command renews the run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from workbench.figures import counted, listed
from workbench.name_lists import quoted_list
from workbench.services.audit.audited_labels import count_unseen
from workbench.services.beliefs import MIX, mix_waits
from workbench.services.embed.embed import count_missing, lost_embeddings
from workbench.services.embed.vector_files import renewal
from workbench.services.few_labels import is_few, lost_much
from workbench.services.label_settings import label_settings
from workbench.services.labels import Labels, resolve_labels
from workbench.services.last_export import last_export
from workbench.services.learnt_changes import learnt_change
from workbench.services.lf.function_files import (
    changed_files,
    file_digests,
    scripts_away,
    shown_file,
)
from workbench.services.moments import Moment, beginning_of
from workbench.services.outdated import outdated_words
from workbench.services.project import Project
from workbench.services.review.audit_again import worth_another_audit
from workbench.services.review_log import n_taken_back
from workbench.services.vote_changes import votes_changed_since
from workbench.store.runs import Run
from workbench.types import DEFAULT, Origin


@dataclass(frozen=True, slots=True)
class Stale:
    """A stage whose result is out of date: why, and what renews it.

    ``due`` says when that is worth it: ``now``; ``batch``, once the rows that wait for a person
    are answered, which would make it stale again; or ``more``, once more than a few labels changed.
    """

    stage: str
    run_id: int | None
    because: str
    command: str
    due: Literal["now", "batch", "more"] = "now"

    @property
    def sentence(self) -> str:
        """What is out of date and what renews it, for people."""
        return f"stale {self.stage}: {self.because}; renew with: {self.command}"


_READS = {
    "diagnose": ("rows", "texts", "labels", "audit", "classes", "settings"),
    "aggregate": ("rows", "votes", "classes", "settings"),
    "train": ("rows", "texts", "model", "classes", "settings", "decisions"),
    "propose": ("rows", "model", "classes", "settings"),
    "audit": ("rows", "model", "classes", "settings", "answers", "unseen", "review"),
    "export": ("rows", "texts", "model", "mix", "names", "settings", "decisions"),
}
"""What makes the result of each stage stale.

Decisions answer a batch and an audit, which they therefore do not make stale; nor a label model,
which they only help to choose. Nor does a text that was removed for good, of which a label model
holds nothing, unlike an end model and an exported file. An audit took answers to earlier ones as
settled: without them it is not what it would be. Labels that people gave since, other than as its
answers, it has not seen; what its review corrected counts once that is done. A diagnosis is of the
data, to which labels belong that people changed. Both go by more than a few: one answer is no
reason to repeat them, nor is a newer label model alone to repeat a diagnosis.
"""

_CURVE_READS = ("rows", "texts", "model", "embeddings", "classes", "settings", "decisions")
"""What a curve goes by; it leaves no run."""

_BEHIND = {
    "aggregate": ("apply", "aggregate"),
    "train": ("apply", "aggregate", "train"),
}
"""The stages behind a model's label, by the kind of the run that it came from."""

_AFTER_TRAIN = ("propose", "audit", "export")
"""The stages that read the labels which a training with a mix gives."""

_NAMED = 3
"""Labeling functions that are named."""

COMMANDS = {
    "apply": "workbench apply",
    "diagnose": "workbench diagnose",
    "aggregate": "workbench aggregate",
    "train": "workbench train",
    "propose": "workbench propose -n 50",
    "annotate": "workbench annotate --queue outdated",
    "audit": "workbench audit",
    "export": "workbench export FILE.csv",
}


def stale(
    project: Project, stages: Collection[str] | None = None, *, labels: Labels | None = None
) -> tuple[Stale, ...]:
    """Return every stage that is out of date, in the order of the loop.

    Scripts are compared by their bytes; none is run.

    Parameters
    ----------
    project
        The project.
    stages
        Only these; all by default.
    labels
        The resolved ones of now, where they are known.
    """
    wanted = COMMANDS.keys() if stages is None else stages
    found: list[Stale] = []
    if "apply" in wanted and not scripts_away(project):
        applied = project.store.scripts.last_run()
        reasons = _script_changes(project)
        behind = _behind_rows(project)
        if behind:
            who = counted(len(behind), "labeling function")
            have = "has" if len(behind) == 1 else "have"
            reasons.append(f"{who} {have} not seen the newest rows")
        found += [Stale("apply", applied, reason, COMMANDS["apply"]) for reason in reasons]
        # Those that have not seen all rows vote anew for that, whatever they learn from.
        if (learnt := learnt_change(project, besides=behind)) is not None:
            go = "goes" if len(learnt.names) == 1 else "go"
            who = f"{counted(len(learnt.names), 'labeling function')} {go}"
            reason = (
                f"{who} by decisions or texts that have changed: {listed(learnt.names, _NAMED)}"
            )
            due: Literal["batch", "more"] = "more" if learnt.is_few else "batch"
            found.append(Stale("apply", applied, reason, COMMANDS["apply"], due))
    if "propose" in wanted:
        found += _embeddings_changed(project)
    for stage, reads in _READS.items():
        if stage not in wanted:
            continue
        is_export = stage == "export"
        run = last_export(project) if is_export else project.store.runs.last_done(stage)
        if run is None:
            continue
        changes = _changes(project, run, reads, labels)
        command = COMMANDS[stage]
        if stage in _AFTER_TRAIN and "model" in changes and mix_waits(project):
            # Renewed now, it would read what the label model alone says.
            changes["model"] += ", and train has not read it"
            command = COMMANDS["train"]
        found += [Stale(stage, run.run_id, reason, command) for reason in changes.values()]
    words = outdated_words(project) if "annotate" in wanted else []
    n_gone = sum(word.is_gone for word in words)
    for n, which in (
        (len(words) - n_gone, "under other guidelines"),
        (n_gone, "for a class that is gone"),
    ):
        if n:
            reason = f"{counted(n, 'decision')} {which}"
            found.append(Stale("annotate", None, reason, COMMANDS["annotate"]))
    return tuple(found)


def stale_labels(
    project: Project, origins: Collection[str], run_ids: Iterable[int]
) -> tuple[Stale, ...]:
    """Return what is out of date of all that made some labels.

    Parameters
    ----------
    project
        The project.
    origins
        Where the labels come from.
    run_ids
        The runs that they come from.
    """
    runs = (project.store.runs.get(run_id) for run_id in run_ids)
    behind = {stage for run in runs if run is not None for stage in _behind(project, run)}
    if not {Origin.ANNOTATION.value, Origin.CORRECTION.value}.isdisjoint(origins):
        behind.add("annotate")
    return stale(project, behind)


def curve_changes(project: Project, then: Moment) -> tuple[str, ...]:
    """Say what changed since a moment, of all that a curve that was measured then goes by.

    Parameters
    ----------
    project
        The project.
    then
        When it began to be measured (`workbench.services.moments.present`).
    """
    return tuple(_changes_since(project, then, _CURVE_READS).values())


def stale_label(
    project: Project, example_id: int, origin: str | None, run_id: int | None
) -> tuple[Stale, ...]:
    """Return what is out of date of what made one label, and of all that was said of its row.

    Parameters
    ----------
    project
        The project.
    example_id
        The example.
    origin
        Where its label comes from; None where it has none.
    run_id
        The run that it comes from.
    """
    found: tuple[Stale, ...] = ()
    if origin in (None, DEFAULT, Origin.MODEL.value):
        run = project.store.runs.get(run_id or 0)
        found = stale(project, _BEHIND["aggregate"] if run is None else _behind(project, run))
    return found + tuple(
        Stale("annotate", word.run_id, word.reason, COMMANDS["annotate"])
        for word in outdated_words(project, example_id=example_id)
    )


def _behind(project: Project, run: Run) -> tuple[str, ...]:
    """Return the stages behind the labels of a run; where the mix waits, a training is missing."""
    if run.kind == "aggregate" and mix_waits(project):
        return _BEHIND["train"]
    return _BEHIND.get(run.kind, ())


def _script_changes(project: Project) -> list[str]:
    """Return what of the scripts makes the votes out of date."""
    votes, scripts = project.store.votes, project.store.scripts
    reasons = []
    run_id = scripts.last_run()
    if run_id is not None:
        changed = changed_files(scripts.of_run(run_id), file_digests(project))
        reasons += [f"{shown_file(file)} is {how}" for file, how in changed.items()]
    elif any(version.kind != "external" for version in votes.in_force()):
        reasons.append("only some labeling functions were applied")
    return reasons


def _behind_rows(project: Project) -> list[str]:
    """Return the labeling functions that have not voted on all rows."""
    votes, n = project.store.votes, project.store.examples.count()
    return [
        version.name
        for version in votes.in_force()
        if version.kind != "external" and votes.extent(version.lf_version_id) < n
    ]


def _embeddings_changed(project: Project) -> list[Stale]:
    """Say whether the embeddings that batches are chosen in are gone, or lack some rows."""
    run = project.store.runs.last_done("embed")
    if run is None:
        return []
    if lost := lost_embeddings(project):
        reason = f"the file of the embeddings {lost.name!r} is not in embeddings/"
        return [Stale("propose", run.run_id, reason, lost.making)]
    name, version = (str(run.parameters[key]) for key in ("embedder", "version"))
    rows = _texts_added(project, beginning_of(project, run))
    n_missing = 0 if rows else count_missing(project, run)
    have = "has" if n_missing == 1 else "have"
    reason = (
        f"{rows} after the embeddings {name!r}"
        if rows
        else f"{counted(n_missing, 'text')} {have} no embedding {name!r}"
    )
    if not rows and not n_missing:
        return []
    return [Stale("propose", run.run_id, reason, renewal(name, version))]


def _changes(
    project: Project, run: Run, reads: tuple[str, ...], labels: Labels | None
) -> dict[str, str]:
    """Return what changed since a run began, of the things that it read, and say how."""
    found = _changes_since(project, beginning_of(project, run), reads)
    if "answers" in reads and (reason := _answers_taken_back(project, run)):
        found["answers"] = reason
    if "unseen" in reads and (n := count_unseen(project, run, labels)):
        found["unseen"] = f"{n:,} labels that people gave were not audited"
    if "review" in reads and (reason := worth_another_audit(project, run, labels)):
        found["review"] = reason
    return found


def _changes_since(project: Project, then: Moment, reads: tuple[str, ...]) -> dict[str, str]:
    """Return what changed since a moment, of the things that were read then, and say how."""
    checks = {
        "rows": _rows_changed,
        "texts": _texts_removed,
        "votes": votes_changed_since,
        "model": _model_changed,
        "embeddings": _embeddings_made,
        "mix": _mix_changed,
        "classes": _classes_changed,
        "names": _names_changed,
        "settings": _settings_changed,
        "decisions": _decisions_changed,
        "labels": _labels_changed,
        "audit": _audit_changed,
    }
    reasons = ((name, check(project, then)) for name, check in checks.items() if name in reads)
    return {name: reason for name, reason in reasons if reason}


def _rows_changed(project: Project, then: Moment) -> str | None:
    return _imported(project.store.examples.count() - project.store.past.n_examples(then.at))


def _imported(n: int) -> str | None:
    were = "was" if n == 1 else "were"
    return f"{counted(n, 'row')} {were} imported" if n else None


def _texts_added(project: Project, then: Moment) -> str | None:
    """Say how many rows were imported that have a text: one that was removed needs nothing."""
    examples, n_then = project.store.examples, project.store.past.n_examples(then.at)
    n_gone = sum(example_id > n_then for example_id in examples.removed_ids())
    return _imported(examples.count() - n_then - n_gone)


def _texts_removed(project: Project, then: Moment) -> str | None:
    n = project.store.examples.count_removed(since=then.at)
    were = "was" if n == 1 else "were"
    return f"{counted(n, 'text')} {were} removed for good" if n else None


def _newer_run(project: Project, kind: str, then: Moment) -> Run | None:
    """Return the newest run of a kind that ended well, where that was after a moment."""
    was = project.store.runs.last_done(kind, at=then.at)
    now = project.store.runs.last_done(kind)
    return None if was == now else now


def _model_changed(project: Project, then: Moment) -> str | None:
    now = _newer_run(project, "aggregate", then)
    if now is None:
        return None
    is_gone = project.store.runs.artifact(now.run_id, "aggregate").get("withdraws") is not None
    return f"the label model is {'withdrawn' if is_gone else 'newer'} (run {now.run_id})"


def _embeddings_made(project: Project, then: Moment) -> str | None:
    """Say whether rows have newer embeddings."""
    now = _newer_run(project, "embed", then)
    return None if now is None else f"embeddings were made (run {now.run_id})"


def _mix_changed(project: Project, then: Moment) -> str | None:
    """Say whether a newer training gives, or gave, the labels that nobody decided."""
    now = _newer_run(project, "train", then)
    if now is None:
        return None
    runs = project.store.runs
    was = runs.last_done("train", at=then.at)
    found = [runs.artifact(one.run_id, "train") for one in (was, now) if one is not None]
    if all(one["chosen"] != MIX for one in found):
        return None
    is_gone = found[-1].get("withdraws") is not None
    return f"the end model is {'withdrawn' if is_gone else 'newer'} (run {now.run_id})"


def _audit_changed(project: Project, then: Moment) -> str | None:
    now = _newer_run(project, "audit", then)
    return None if now is None else f"the labels were audited (run {now.run_id})"


def _classes_changed(project: Project, then: Moment) -> str | None:
    was = project.store.classes.state_at(then.event_id)
    if was.mapping == project.label_set.mapping:
        return None
    return f"the classes were {quoted_list(was.names)}"


def _names_changed(project: Project, then: Moment) -> str | None:
    """Say whether the classes changed, or only what they are called."""
    was = project.store.classes.state_at(then.event_id)
    if (was.mapping, was.names) == (project.label_set.mapping, project.label_set.names):
        return None
    return f"the classes were {quoted_list(was.names)}"


def _settings_changed(project: Project, then: Moment) -> str | None:
    now = label_settings(project)
    changed = [
        f"{key} was {was}"
        for key, was in label_settings(project, at=then.at).items()
        if was is not None and was != now[key]
    ]
    return "; ".join(changed) or None


def _decisions_changed(project: Project, then: Moment) -> str | None:
    decisions = project.store.decisions
    if decisions.last_decision_id() == decisions.last_decision_id(until=then.event_id):
        return None
    standing = decisions.active()
    if standing and standing[-1].event_id > then.event_id:
        return "people have decided since"  # without reading the log of then
    stood = {event.event_id for event in decisions.active(until=then.event_id)}
    if stood == {event.event_id for event in standing}:
        return None  # what was done has been undone
    return "people have decided since"


def _answers_taken_back(project: Project, run: Run) -> str | None:
    n = n_taken_back(project, run)
    if not n:
        return None
    said, which = ("review or flag", "this row") if n == 1 else ("reviews or flags", "these rows")
    were = "was" if n == 1 else "were"
    return (
        f"the {said} of {counted(n, 'row')} {were} taken back: taken as settled, {which}"
        f" {were} not doubted"
    )


def _labels_changed(project: Project, then: Moment) -> str | None:
    """Say how many labels people gave or changed, where that can move a verdict."""
    # A label set that differs is a reason of its own, and classes cannot be held together.
    if not _decisions_changed(project, then) or _classes_changed(project, then):
        return None
    was = resolve_labels(project, moment=then, with_models=False).labels
    now = resolve_labels(project, with_models=False).labels[: len(was)]
    n_changed = int((was != now).sum())
    if is_few(n_changed, int((now >= 0).sum())) and not lost_much(was, now, len(project.classes)):
        return None
    return f"people gave or changed {counted(n_changed, 'label')}"
