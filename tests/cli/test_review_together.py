"""Two people at the prompts of ``workbench review`` side by side, in a process each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import pytest

from workbench.services.audit.audit import audit_labels
from workbench.services.project import Project
from workbench.services.review.progress import review_progress
from workbench.services.review.review import review_queue


class Prompt:
    """The prompt of one person."""

    def __init__(self, project: Project, annotator: str) -> None:
        command = [sys.executable, "-m", "workbench", "-C", str(project.root), "review"]
        self._process = subprocess.Popen(
            [*command, "--annotator", annotator],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self.told = ""

    def __enter__(self) -> Self:
        self.wait_for_question()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.close()
        self._process.stderr.close()
        self._process.wait()

    def wait_for_question(self) -> None:
        """Read until a row is shown, or the prompt ends."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.told += line
            if line.startswith("["):
                return

    def press(self, key: str) -> None:
        """Answer, and wait for the next question."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{key}\n")
        self._process.stdin.flush()
        self.wait_for_question()


@contextmanager
def prompts(project: Project, *names: str) -> Iterator[list[Prompt]]:
    with Prompt(project, names[0]) as one, Prompt(project, names[1]) as other:
        yield [one, other]


@pytest.mark.parametrize("names", [("ann", "bob"), ("bob", "ann")])
def test_the_slower_of_two_people_answers_other_rows_than_the_quicker(
    filled: Project, names: tuple[str, str]
) -> None:
    audit_labels(filled, seed=1)
    n_refused = 0
    with prompts(filled, *names) as people:
        # Both begin with the same row; by the fifth each has been told what the other one did.
        for n_answered in range(1, 6):
            for person in people:
                person.press("y")
            before, n_refused = n_refused, sum(one.told.count("has reviewed") for one in people)
            assert n_answered < 5 or n_refused == before
    assert n_refused <= 3
    said = Counter(event.annotator for event in filled.store.decisions.active())
    assert said.total() == 10 - n_refused
    assert min(said.values()) >= 3


def test_two_people_come_to_the_end_of_one_review(filled: Project) -> None:
    audit_labels(filled, seed=1)
    n_rows = len(review_queue(filled))
    with prompts(filled, "ann", "bob") as (ann, bob):
        for _ in range(n_rows):
            for person in (ann, bob, bob):  # bob is quicker, and goes on with ann's share
                if review_queue(filled):
                    person.press("y")
    assert review_queue(filled) == []
    refused = ann.told.count("has reviewed") + bob.told.count("has reviewed")
    assert refused <= 3
    found = review_progress(filled)
    assert found is not None
    assert found.n_answered == n_rows


def test_who_comes_second_is_told_that_the_queue_is_shared(filled: Project) -> None:
    audit_labels(filled, seed=1)
    with Prompt(filled, "ann") as ann:
        ann.press("y")
        with Prompt(filled, "bob") as bob:
            assert "2 people review at once: first you are asked a share of your own" in bob.told
    assert "at once" not in ann.told
