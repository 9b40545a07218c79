"""Writers are killed at random points; nothing that was acknowledged is lost, nothing is half."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fire.conftest import Writers
from workbench.formats.readers import read_rows, sha256_of
from workbench.services.project import Project
from workbench.services.verify import verify

ACTIVITIES = ("import", "apply", "annotate", "review", "undo", "export")
N_DECISIONS = 60


class Siege:
    """One project, and what must be true of it after each kill."""

    def __init__(self, root: Path, folder: Path, small_rows: Callable[[int], Any]) -> None:
        self.root = root
        self._folder = folder
        self._rows = small_rows(300)
        self._n_orders = 0

    def order(self, activity: str) -> dict[str, Any]:
        """Return a new order of an activity, with something to do for it."""
        self._n_orders += 1
        order = {"activity": activity, "root": self.root, "annotator": f"a{self._n_orders}",
                 "n": N_DECISIONS, "n_examples": 400}  # fmt: skip
        if activity == "import":
            file = self._folder / f"import-{self._n_orders}.csv"
            lines = [f"n{self._n_orders}-{r['id']},{r['text']},{r['label']}" for r in self._rows]
            file.write_text("id,text,label\n" + "\n".join(lines) + "\n")
            order["file"] = file
        elif activity == "export":
            order["file"] = self._folder / f"export-{self._n_orders}.csv"
        elif activity == "apply":
            script = self.root / "labeling_functions" / "first.py"
            name = f"new{self._n_orders}"
            line = f'\nkeywords("{name}", ["number {self._n_orders}"], "spam")\n'
            script.write_text(script.read_text() + line)
            order["function"] = name
        return order

    def check(self, order: dict[str, Any], did: list[Any], n_before: int) -> None:
        """Check the file after a kill, or after an order that was carried out."""
        with Project(self.root) as project:
            result = verify(project)
            assert result.is_sound, [check.problems for check in result.checks]
            assert project.store.runs.running() == []
            activity = order["activity"]
            if activity == "import":
                n_added = project.store.examples.count() - n_before
                assert n_added == len(self._rows) or (n_added == 0 and not did)
            elif activity == "apply":
                self._check_votes(project, order["function"], is_done=bool(did))
            elif activity == "export":
                self._check_export(project, order["file"], did)
            else:
                self._check_decisions(project, order, [event_id for event_id, _ in did])

    def _check_votes(self, project: Project, function: str, *, is_done: bool) -> None:
        """A function comes into force with all its votes; blocks that were finished are kept."""
        votes = project.store.votes
        in_force = {version.name: version.lf_version_id for version in votes.in_force()}
        assert function in in_force or not is_done
        if function in in_force:
            run = project.store.runs.newest(kind="apply")[0]
            assert run.outcome == "done"
            n = project.store.examples.count()
            assert {votes.extent(number) for number in in_force.values()} == {n}

    def _check_decisions(
        self, project: Project, order: dict[str, Any], acknowledged: list[int]
    ) -> None:
        decisions = project.store.decisions
        for event_id in acknowledged:
            event = decisions.get(event_id)
            assert event is not None
            assert event.annotator == order["annotator"]
        standing = {event.event_id for event in decisions.active()}
        if order["activity"] != "undo":
            assert set(acknowledged) <= standing
            return
        for event_id in set(acknowledged):
            # Said, undone, put back, undone: each was heard, and maybe one more written.
            n_heard = acknowledged.count(event_id)
            events = decisions.of_example(decisions.get(event_id).example_id)
            n_written = 1 + sum(event.target_id == event_id for event in events)
            assert n_heard <= n_written <= n_heard + 1
            assert (event_id in standing) == (n_written % 2 == 1)

    def _check_export(self, project: Project, file: Path, did: list[Any]) -> None:
        if did:
            assert sha256_of(file) == did[0]
        if file.exists():
            n_labelled = sum(1 for _ in read_rows(file))
            assert n_labelled == project.store.examples.count()
        for recorded in project.store.exports.newest(1):
            if Path(recorded.path) == file.resolve():
                assert recorded.sha256 == sha256_of(file)


def besiege(siege: Siege, writers: Writers, n_kills: int, *, seed: int) -> dict[str, int]:
    """Kill writers of each activity in turn; return how many kills hit a living one."""
    rng = random.Random(seed)
    lasts = {}
    for activity in ACTIVITIES:  # how long each takes: the kills are spread over that
        order = siege.order(activity)
        (outcome,) = writers.run(order)
        assert outcome.failed is None, outcome.text
        lasts[activity] = outcome.seconds
    hits = dict.fromkeys(ACTIVITIES, 0)
    while sum(hits.values()) < n_kills:
        activity = min(hits, key=lambda name: hits[name])
        order = siege.order(activity)
        with Project(siege.root) as project:
            n_before = project.store.examples.count()
        (outcome,) = writers.run(order, kill_after=rng.uniform(0, 1.1 * lasts[activity]))
        siege.check(order, outcome.did, n_before)
        if outcome.did and outcome.seconds < lasts[activity]:
            lasts[activity] = outcome.seconds  # the first time, the machine was slower
        n_steps = {"annotate": N_DECISIONS, "review": N_DECISIONS, "undo": 4 * N_DECISIONS}
        hits[activity] += len(outcome.did) < n_steps.get(activity, 1)
        # What is killed after the file has its name leaves it there, told or not.
        is_there = activity == "export" and order["file"].exists()
        (again,) = writers.run(order | {"replace": is_there})
        assert again.failed is None, again.text
        siege.check(order, again.did, n_before)
    return hits


def test_fourteen_kills_lose_nothing(
    busy: Path, writers: Writers, tmp_path: Path, small_rows: Callable[[int], Any]
) -> None:
    hits = besiege(Siege(busy, tmp_path, small_rows), writers, 14, seed=1)
    assert sum(hits.values()) >= 7


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_kills_lose_nothing(
    busy: Path, writers: Writers, tmp_path: Path, small_rows: Callable[[int], Any]
) -> None:
    hits = besiege(Siege(busy, tmp_path, small_rows), writers, 200, seed=2)
    assert min(hits.values()) >= 33
