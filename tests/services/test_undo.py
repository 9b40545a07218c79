"""Undo and redo of every act, over random histories and restarts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError, WorkbenchError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.class_rules import follow
from workbench.services.classes import (
    add_classes,
    merge_classes,
    rename_class,
    retire_class,
    split_class,
)
from workbench.services.consensus import refresh_consensus
from workbench.services.export.export import export_labels
from workbench.services.guidelines import set_guidelines
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels, stored_votes
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.running import record_run, user
from workbench.services.undo import nothing_to_undo, redo, undo, undo_decision
from workbench.store.decisions import CLASS_ACTS, DECISIONS
from workbench.types import ConsensusPolicy

NAMES = ["ham", "spam", "scam", "promo", "news", "other"]
N = 8

names = st.sampled_from(NAMES)
numbers = st.integers(0, N - 1)
acts = st.one_of(
    st.tuples(st.sampled_from(["label", "relabel", "keep", "adjudicate"]), numbers, names),
    st.tuples(st.sampled_from(["skip", "flag"]), numbers),
    st.tuples(st.just("bulk"), st.lists(numbers, min_size=1, max_size=4, unique=True), names),
    st.tuples(st.just("add"), names),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("merge"), names, names),
    st.tuples(st.just("split"), names, names, names),
    st.tuples(st.just("retire"), names),
    st.tuples(st.just("guideline"), st.sampled_from(["# one\n", "# two\n", "# three\n"])),
    st.tuples(st.just("publish"), st.integers(0, 3)),
)
steps = st.one_of(acts, acts, st.tuples(st.sampled_from(["undo", "redo"])))
histories = st.lists(st.tuples(steps, st.sampled_from(["ana", "bo"])), max_size=12)


def state(project: Project) -> tuple[Any, ...]:
    """Return all that acts can change.

    Where answers are weighed, the labels are those after weighing them, which is a run of its own:
    the same answers must come to the same labels, whichever run says so.
    """
    store = project.store
    refresh_consensus(project)
    is_weighed = project.config.consensus == ConsensusPolicy.DAWID_SKENE
    label_set = store.classes.state()
    in_force = [(v.name, v.version) for v in store.votes.in_force()]
    labels = resolve_labels(project)
    return (
        # A class that an undone act had made keeps its number, and is in nobody's way.
        [(s.name, s.position, s.counts_as, s.former_names) for s in label_set.states
         if s.position is not None or s.counts_as is not None or s.former_names],
        label_set.names,
        store.guidelines.current_id(),
        in_force,
        [(e.event_id, e.annotator, e.kind, e.class_id) for e in store.decisions.active()],
        labels.labels.tolist(),
        labels.confidence.round(9).tolist(),
        None if is_weighed else labels.run_ids.tolist(),
        stored_votes(project, [v.lf_version_id for v in store.votes.in_force()]).tolist(),
        (project.root / "workbench.toml").read_text(),
    )  # fmt: skip


def do(project: Project, folder: Path, act: tuple[Any, ...], who: str) -> None:
    """Carry out an act; publishing is always the user's own."""
    kind, *rest = act
    if kind in DECISIONS:
        with Session(project, annotator=who) as session:
            getattr(session, kind)(rest[0] + 1, *rest[1:])
    elif kind == "bulk":
        relabel_rows(project, rest[1], uids=[str(i) for i in rest[0]], annotator=who)
    elif kind == "add":
        add_classes(project, rest, annotator=who)
    elif kind == "rename":
        rename_class(project, *rest, annotator=who)
    elif kind == "merge":
        merge_classes(project, [rest[0]], rest[1], annotator=who)
    elif kind == "split":
        split_class(project, rest[0], rest[1:], annotator=who)
    elif kind == "retire":
        retire_class(project, rest[0], annotator=who)
    elif kind == "guideline":
        set_guidelines(project, rest[0], annotator=who)
    else:
        path = folder / f"votes-{rest[0]}.csv"
        lines = [f"{i},{(i * rest[0]) % 2}" for i in range(N)]
        path.write_text("uid,lf\n" + "\n".join(lines) + "\n")
        import_votes(project, path)


def fresh(folder: Path, policy: str = ConsensusPolicy.MAJORITY) -> Project:
    """Return a new project of three classes and some rows."""
    root = init_project(folder / "p", ["ham", "spam", "scam"])
    config = root / "workbench.toml"
    config.write_text(config.read_text().replace(f'"{ConsensusPolicy.MAJORITY}"', f'"{policy}"'))
    project = Project(root)
    path = folder / "rows.csv"
    lines = [f"{i},text {i},{NAMES[i % 3] if i % 4 == 0 else ''}" for i in range(N)]
    path.write_text("id,text,label\n" + "\n".join(lines) + "\n")
    import_files(project, [path])
    return project


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(history=histories, policy=st.sampled_from(ConsensusPolicy))
def test_undo_restores_the_state_before_any_act_and_redo_the_one_after(
    tmp_path_factory: Any,
    monkeypatch: Any,
    history: list[tuple[tuple[Any, ...], str]],
    policy: str,
) -> None:
    folder = tmp_path_factory.mktemp("undo")
    project = fresh(folder, policy)
    assert project.config.consensus == policy
    for act, someone in history:
        # Publishing is an act of the user, whose name is the annotator's by default.
        who = someone
        monkeypatch.setattr("workbench.services.lf.publishing.user", lambda: who)  # noqa: B023  used within the round
        before, last = state(project), project.store.decisions.last_event_id()
        try:
            if act[0] in ("undo", "redo"):
                (undo if act[0] == "undo" else redo)(project, annotator=who)
                continue
            do(project, folder, act, who)
        except WorkbenchError:
            assert state(project) == before
            continue
        if project.store.decisions.last_event_id() == last:
            assert state(project) == before  # nothing to do is no act
            continue
        after = state(project)
        # Over a restart as well.
        project.close()
        project = Project(project.root)
        assert undo(project, annotator=who) is not None
        assert state(project) == before
        assert redo(project, annotator=who) is not None
        assert state(project) == after
    # The label set is what its acts lead to, and the chain holds.
    classes = project.store.classes
    rules = project.store.decisions.active_acts(CLASS_ACTS)
    assert tuple(follow(classes.state(1).states, classes.born(), rules)) == classes.state().states
    assert project.store.decisions.broken_link() is None
    project.close()


def test_everything_can_be_taken_back_to_the_beginning_and_forth_again(tmp_path: Path) -> None:
    project = fresh(tmp_path)
    history: list[tuple[Any, ...]] = [
        ("label", 0, "ham"), ("add", "promo"), ("bulk", [1, 2, 3], "promo"),
        ("guideline", "# one\n"), ("rename", "promo", "news"), ("skip", 4),
        ("merge", "scam", "spam"), ("flag", 5), ("split", "ham", "other", "promo2"),
        ("relabel", 1, "other"),
    ]  # fmt: skip
    states = [state(project)]
    for act in history:
        do(project, tmp_path, act, "ana")
        states.append(state(project))
    for before in reversed(states[:-1]):
        assert undo(project, annotator="ana") is not None
        assert state(project) == before
    assert undo(project, annotator="ana") is None
    for after in states[1:]:
        assert redo(project, annotator="ana") is not None
        assert state(project) == after
    assert redo(project, annotator="ana") is None
    project.close()


def test_a_bulk_correction_is_one_act(filled: Project) -> None:
    done = relabel_rows(filled, "spam", labelled="ham", annotator="ana")
    assert done.n_changed > 20
    turned = undo(filled, annotator="ana")
    assert turned is not None
    assert (turned.kind, turned.n_examples) == ("relabel", done.n_changed)
    assert filled.store.decisions.active() == []


def test_an_unpublished_function_stops_to_count_and_returns(
    filled: Project, cast_votes: Callable[..., None]
) -> None:
    cast_votes(filled, seed=1)
    first = {v.name: v.version for v in filled.store.votes.in_force()}
    cast_votes(filled, seed=2)
    second = {v.name: v.version for v in filled.store.votes.in_force()}
    assert first != second
    assert undo(filled).kind == "publish"
    assert {v.name: v.version for v in filled.store.votes.in_force()} == first
    undo(filled)
    assert filled.store.votes.in_force() == []
    redo(filled)
    redo(filled)
    assert {v.name: v.version for v in filled.store.votes.in_force()} == second


def test_amid_a_sitting_too_the_newest_act_of_any_kind_is_undone(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        add_classes(filled, ["promo"], annotator="ana")
        assert undo(filled, annotator="ana").kind == "class-add"
        assert session.n_decisions == 1
        assert undo(filled, annotator="ana").kind == "label"
        assert session.n_decisions == 0
        session.label(2, "spam")
    sitting = filled.store.runs.last_done("annotate")
    assert sitting is not None
    assert sitting.counts == {"decisions": 1}


def test_an_act_on_many_rows_is_told_with_the_count_first(filled: Project) -> None:
    relabel_rows(filled, "spam", uids=["r0", "r2", "r4"], annotator="ana")
    turned = undo(filled, annotator="ana")
    assert turned is not None
    assert turned.done == "undone: 3 decisions (relabel spam)"
    again = redo(filled, annotator="ana")
    assert again is not None
    assert again.done == "put back: 3 decisions (relabel spam)"


def test_an_act_that_others_build_on_is_not_taken_back(tmp_path: Path) -> None:
    project = fresh(tmp_path)
    add_classes(project, ["promo"], annotator="ana")
    rename_class(project, "promo", "news", annotator="bo")
    before = state(project)
    with pytest.raises(UsageError, match=r"class-rename by bo"):
        undo(project, annotator="ana")
    assert state(project) == before
    project.close()


def test_an_undo_tells_what_was_before_and_what_is_now(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.relabel(2, "ham")
    relabelled = undo(filled, annotator="ana")
    assert relabelled is not None
    assert relabelled.change == "ham (correction) before, spam (given) now"
    add_classes(filled, ["promo"], annotator="ana")
    added = undo(filled, annotator="ana")
    assert added is not None
    assert added.change == "3 classes (ham, spam, promo) before, 2 classes (ham, spam) now"
    for text in ("# one\n", "# two\n"):
        set_guidelines(filled, text, annotator="ana")
    for change in ("version 2 before, version 1 now", "version 1 before, no guidelines now"):
        turned = undo(filled, annotator="ana")
        assert turned is not None
        assert turned.change == change
    many = relabel_rows(filled, "spam", uids=["r0", "r2", "r4"], annotator="ana")
    assert many.n_changed == 3
    assert undo(filled, annotator="ana").change == ""


def test_what_is_now_is_told_in_few_words(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.relabel(2, "ham")
        session.skip(2)
    skipped, relabelled = (undo(filled, annotator="ana") for _ in range(2))
    assert skipped is not None
    assert relabelled is not None
    # A skip changes no label: the review before it stands.
    assert (skipped.change, skipped.result) == ("still ham (correction)",) * 2
    assert relabelled.result == "now spam (given)"
    # What is about no row, or about several, tells what was as well, if a line can.
    add_classes(filled, ["promo"], annotator="ana")
    added = undo(filled, annotator="ana")
    assert added is not None
    assert added.result == added.change != ""
    relabel_rows(filled, "spam", uids=["r0", "r2"], annotator="ana")
    assert undo(filled, annotator="ana").result == ""


def test_a_turn_says_which_act_it_was_and_its_run_whose(filled: Project) -> None:
    uids = [f"r{number}" for number in range(0, 14, 2)]
    relabel_rows(filled, "spam", uids=uids, annotator="ana")
    first = filled.store.decisions.active()[0]
    for turn, word, act in (("undo", "undone", undo), ("redo", "put back", redo)):
        turned = act(filled, annotator="ana")
        assert turned is not None
        assert turned.turn == turn
        assert turned.done == f"{word}: 7 decisions (relabel spam)"
        assert (turned.event_id, turned.kind, turned.at) == (first.event_id, "relabel", first.at)
        assert turned.annotator == "ana"
        assert (turned.n_examples, turned.uids) == (7, tuple(uids[:5]))
        run = filled.store.runs.newest(limit=1)[0]
        assert (run.kind, run.parameters) == (turn, {"annotator": "ana"})
        assert run.counts == {"events": 7}
        event = filled.store.decisions.get(filled.store.decisions.last_event_id())
        assert event is not None
        assert (event.kind, event.run_id, event.example_id) == (turn, run.run_id, first.example_id)


def test_the_classes_of_every_moment_can_be_read_whatever_was_turned(filled: Project) -> None:
    store, names = filled.store, {}
    for act in (
        lambda: add_classes(filled, ["promo"], annotator="ana"),
        lambda: undo(filled, annotator="ana"),
        lambda: redo(filled, annotator="ana"),
        lambda: rename_class(filled, "ham", "mail", annotator="ana"),
        lambda: undo(filled, annotator="ana"),
    ):
        act()
        names[store.decisions.last_event_id()] = filled.classes
    assert len(set(names.values())) == 3
    assert {event_id: store.classes.state_at(event_id).names for event_id in names} == names


def test_an_undo_names_the_functions_that_it_withdraws_and_the_runs_that_it_skips(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path
) -> None:
    cast_votes(filled)
    aggregated = aggregate_votes(filled).run_id
    exported = export_labels(filled, tmp_path / "o.csv").run_id
    taken = undo(filled)
    assert taken is not None
    n, none = "4 labeling functions in force", "no labeling function in force"
    assert taken.change == f"{n} before, {none} now"
    assert taken.functions == "withdrawn: calls, meals, offers, polite"
    assert taken.skips == (
        f"export run {exported}, aggregate run {aggregated} are records, not acts: nothing to undo"
    )
    back = redo(filled)
    assert back is not None
    assert (back.change, back.skips) == (f"{none} before, {n} now", "")
    assert back.functions == "in force again: calls, meals, offers, polite"
    # Runs from before the last turn are not told again.
    assert undo(filled).skips == ""


def test_amid_decisions_only_a_decision_is_undone(filled: Project) -> None:
    with Session(filled, annotator="ana b") as session:
        session.label(1, "ham")
    add_classes(filled, ["promo"], annotator="ana b")
    newest = r"newest act is class-add promo; to undo it: workbench undo --annotator 'ana b'$"
    last = filled.store.runs.newest(limit=1)
    with pytest.raises(UsageError, match=newest):
        undo_decision(filled, annotator="ana b")
    assert filled.store.runs.newest(limit=1) == last  # what is refused at once is no run
    assert undo(filled, annotator="ana b").kind == "class-add"
    assert undo_decision(filled, annotator="ana b").kind == "label"
    assert undo_decision(filled, annotator="ana b") is None


def test_what_another_process_did_since_counts(
    filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken_by(act: Callable[[], object]) -> None:
        """Let something happen once, when the next turn has found what it is about."""

        def begin(*args: Any, **named: Any) -> Any:
            monkeypatch.undo()
            act()
            return record_run(*args, **named)

        monkeypatch.setattr("workbench.services.undo.record_run", begin)

    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.label(2, "ham")
    overtaken_by(lambda: undo(filled, annotator="ana"))
    assert undo(filled, annotator="ana").uids == ("r0",)
    assert filled.store.decisions.active() == []
    redo(filled, annotator="ana")
    overtaken_by(lambda: undo(filled, annotator="ana"))
    assert undo(filled, annotator="ana") is None
    assert filled.store.runs.newest(limit=1)[0].counts == {"events": 0}
    redo(filled, annotator="ana")
    overtaken_by(lambda: add_classes(filled, ["promo"], annotator="ana"))
    with pytest.raises(UsageError, match="newest act is class-add promo"):
        undo_decision(filled, annotator="ana")
    assert len(filled.store.decisions.active()) == 1


def test_who_has_nothing_to_undo_is_told_whose_act_is_the_newest(
    filled: Project, tmp_path: Path
) -> None:
    with Project(init_project(tmp_path / "new", ["ham", "spam"])) as empty:
        assert nothing_to_undo(empty) == "there is nothing to undo"
    run_id = filled.store.runs.done_ids("import")[-1]
    said = nothing_to_undo(filled, annotator="bo")
    assert said.startswith(f"there is nothing to undo: an import (run {run_id}) is a record")
    with Session(filled, annotator="ana b") as session:
        session.label(1, "ham")
    said = nothing_to_undo(filled, annotator="bo")
    assert said.startswith(
        "there is nothing to undo of bo; the newest act is by ana b: label ham ("
    )
    assert said.endswith("To take it back: workbench undo --annotator 'ana b'")
    assert f": label ham ({filled.store.decisions.active()[0].at[:19]}). To take" in said
    assert nothing_to_undo(filled).startswith(f"there is nothing to undo of {user()}; the newest")
