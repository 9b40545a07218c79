"""Changing the label set: recorded acts; what was said before is kept and counts by their rules."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.errors import UsageError
from workbench.name_lists import quoted_list
from workbench.result import Result
from workbench.services.arguments import check_annotator
from workbench.services.class_hints import class_number
from workbench.services.class_rules import follow
from workbench.services.config import check_class_name
from workbench.services.gone_votes import told_of_class
from workbench.services.labels import resolve_labels
from workbench.services.moments import reads_at_once
from workbench.services.project import Project
from workbench.services.running import now, record_run, user
from workbench.store.classes import ClassState
from workbench.store.decisions import CLASS_ACTS, Event


@dataclass(frozen=True, slots=True)
class ListedClass:
    """A class, in the label set or not any more.

    ``number`` is what labeling functions that answer with numbers mean, for ever; ``index`` its
    place in the label set, None outside of it; ``counts_as`` what its labels and votes count as,
    None for none; ``n`` how many examples have it as their label now.
    """

    number: int
    name: str
    index: int | None
    counts_as: str | None
    former_names: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True)
class ClassChange(Result):
    """An act that changed the label set.

    ``votes`` says which labeling functions vote for a class that has left by it and counts as none.
    """

    event_id: int
    run_id: int
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    votes: str | None = None


@reads_at_once
def list_classes(project: Project) -> tuple[ListedClass, ...]:
    """Return every class that the project has or had, with the rule for those that left."""
    counts = Counter(resolve_labels(project).labels.tolist())
    label_set = project.label_set
    return tuple(
        ListedClass(
            number=state.class_id,
            name=state.name,
            index=state.position,
            counts_as=label_set.name_of(state.class_id),
            former_names=state.former_names,
            n=0 if state.position is None else counts[state.position],
        )
        for state in label_set.states
    )


def add_classes(
    project: Project, names: Sequence[str], *, annotator: str | None = None
) -> ClassChange:
    """Add classes at the end of the label set; one that had left comes back.

    Raises
    ------
    UsageError
        If a name cannot be used or is taken.
    """
    known = [name for name in names if name in project.classes]
    if known or not names:
        raise UsageError(f"there is a class {known[0]!r} already" if known else "no class is named")
    acts = [_Act("class-add", check_class_name(name)) for name in dict.fromkeys(names)]
    return _change(project, acts, annotator)


def rename_class(
    project: Project, old: str, new: str, *, annotator: str | None = None
) -> ClassChange:
    """Give a class another name; files and labeling functions may go on using the old one.

    Raises
    ------
    UsageError
        If there is no such class, or the name is or was another's.
    """
    subject = _living(project, old).name
    return _change(project, [_Act("class-rename", subject, name=check_class_name(new))], annotator)


def merge_classes(
    project: Project, names: Sequence[str], into: str, *, annotator: str | None = None
) -> ClassChange:
    """Let classes count as another one, which may be new, from now on.

    Raises
    ------
    UsageError
        If there is no such class, or nothing is left to merge.
    """
    merged = (_living(project, name) for name in dict.fromkeys(names) if name != into)
    others = [state.class_id for state in merged]
    if not others:
        raise UsageError("nothing to merge", hint="Name at least one class besides the target.")
    return _change(
        project, [_Act("class-merge", check_class_name(into), classes=others)], annotator
    )


def split_class(
    project: Project, name: str, into: Sequence[str], *, annotator: str | None = None
) -> ClassChange:
    """Replace a class by others, new or there already.

    Its labels count for none until someone has looked again: ``workbench annotate --queue
    outdated`` asks for them.

    Raises
    ------
    UsageError
        If there is no such class, or fewer than two to replace it.
    """
    subject = _living(project, name).name
    parts = list(dict.fromkeys(check_class_name(part) for part in into))
    if len(parts) < 2 or subject in parts:
        raise UsageError(
            f"{name!r} cannot be split into {quoted_list(parts)}", hint="Name two other classes."
        )
    done = _change(project, [_Act("class-split", subject, into=parts)], annotator)
    return replace(done, votes=told_of_class(project, subject))


def retire_class(project: Project, name: str, *, annotator: str | None = None) -> ClassChange:
    """Take a class out of the label set; its labels and votes count for none.

    Raises
    ------
    UsageError
        If there is no such class, or only two are left.
    """
    subject = _living(project, name).name
    done = _change(project, [_Act("class-retire", subject)], annotator)
    return replace(done, votes=told_of_class(project, subject))


def refresh_label_set(project: Project, *, event_id: int) -> None:
    """Work out the label set from the acts that stand; call it inside a write transaction.

    Raises
    ------
    UsageError
        If the acts that stand do not lead to a label set that can be used.
    """
    store = project.store
    states = follow(
        store.classes.state(1).states,
        store.classes.born(),
        store.decisions.active_acts(CLASS_ACTS),
    )
    if tuple(states) != store.classes.state().states:
        store.classes.put_state(states, event_id=event_id)


class _Act:
    """An act on its way in: its subject and the rule, with classes by name."""

    def __init__(self, kind: str, subject: str, **detail: Any) -> None:
        self.kind = kind
        self.subject = subject
        self.detail = detail


def _living(project: Project, name: str) -> ClassState:
    """Return a class that is itself in the label set, as it is in the database now.

    What counts as another class has left: an act that names it does not mean the other one.
    """
    project.reload_classes()
    label_set = project.label_set
    number = label_set.number_of_name.get(name)
    if number is None:
        number = class_number(project, name)
    state = label_set.states[number]
    if state.position is None:
        goes_as = label_set.name_of(number)
        raise UsageError(
            f"class {name!r} has left the label set; what was labelled so counts as"
            f" {'no label' if goes_as is None else repr(goes_as)}",
            hint=f"Classes: {quoted_list(project.classes)}."
            f" Bring it back first, if that is meant: workbench class add {shlex.quote(name)}",
        )
    return state


def _change(project: Project, acts: Sequence[_Act], annotator: str | None) -> ClassChange:
    """Record acts as one: undoing takes them back together."""
    store = project.store
    before = project.classes
    who = check_annotator(annotator or user())
    parameters = {"acts": [[act.kind, act.subject, act.detail] for act in acts]}
    with record_run(store, "class", parameters=parameters) as run:
        events: list[Event] = []
        with run.finish({"acts": len(acts)}):
            for act in acts:
                event = store.decisions.append(
                    act.kind,
                    at=now(),
                    annotator=who,
                    run_id=run.run_id,
                    class_id=_known_or_new(project, act.subject, run.run_id),
                    act_id=events[0].event_id if events else None,
                    detail=_by_number(project, act.detail, run.run_id),
                )
                events.append(event)
                refresh_label_set(project, event_id=event.event_id)
    project.reload_classes()
    return ClassChange(events[0].event_id, run.run_id, events[0].kind, before, project.classes)


def _by_number(project: Project, detail: dict[str, Any], run_id: int) -> dict[str, Any] | None:
    """Return a rule with the numbers of its classes."""
    if "into" in detail:
        return {"into": [_known_or_new(project, name, run_id) for name in detail["into"]]}
    return detail or None


def _known_or_new(project: Project, name: str, run_id: int) -> int:
    """Return the number of a name, a new one where nothing was ever called so."""
    classes = project.store.classes
    for state in classes.state().states:
        if state.name == name:
            return state.class_id
        if name in state.former_names:
            raise UsageError(
                f"{name!r} is what {state.name!r} was called before",
                hint="What is labelled so counts as that class; choose another name.",
            )
    known = classes.born().get(name)
    return classes.add([name], run_id=run_id)[0] if known is None else known
