"""What an audit says of wrong labels that its models have learnt, and so do not doubt."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.noisy_messages import TOPICS, message_rows
from workbench.services.aggregate import aggregate_votes
from workbench.services.audit.audit import audit_labels
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.preview import preview_export
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.results import as_json

Build = Callable[..., Project]


@pytest.fixture
def build(tmp_path: Path, write_csv: Callable[..., Path]) -> Build:
    """Make a project of 300 training rows and some trusted ones, with the labels of a rule.

    The rule takes rows that say ``refund`` or ``late`` for a class of their own wrong topic. Its
    labels are the votes of a function, or those of the file.
    """

    def made(n_trusted: int, *, by_function: bool = True, is_right: bool = False) -> Project:
        rows = message_rows(300)
        trusted = [row | {"id": f"e{row['id']}"} for row in message_rows(120, seed=1)][:n_trusted]
        for row in trusted:
            row["label"] = row["true"]
        for row in rows:
            row["label"] = row["true"] if is_right else _by_rule(row)
        project = Project(init_project(tmp_path / "p", list(TOPICS)))
        import_files(project, [write_csv("t.csv", rows)], labels=not by_function)
        if trusted:
            import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
        if by_function:
            path = tmp_path / "votes.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                votes = csv.writer(file)
                votes.writerow(["uid", "one", "other", "third"])
                for row in rows + trusted:
                    label = row["true"] if is_right else _by_rule(row)
                    votes.writerow([row["id"], label, label, label])
            import_votes(project, path)
            aggregate_votes(project)
        return project

    return made


def _by_rule(row: dict[str, str]) -> str:
    words = set(row["text"].split())
    if row["true"] == "refund" and words & {"money", "return", "broken", "back"}:
        return "parcel"
    if row["true"] == "login" and words & {"password", "email", "reset"}:
        return "refund"
    return row["true"]


@pytest.mark.parametrize("by_function", [True, False])
def test_trusted_rows_tell_of_wrong_labels_that_the_models_learnt(
    build: Build, by_function: bool
) -> None:
    with build(100, by_function=by_function) as project:
        result = audit_labels(project)
        lens = next(one for one in diagnose(project).lenses if one.name == "label noise")
        notes = preview_export(project).notes.sentences
    rows = message_rows(300)
    wrong = np.mean([_by_rule(row) != row["true"] for row in rows])
    trust = result.trust
    assert trust is not None
    assert trust.by_functions == by_function
    assert trust.n_trusted == 100
    assert trust.least_wrong is not None
    assert result.error_rate + 0.05 < trust.least_wrong < wrong
    assert as_json(result)["trust"]["least_wrong"] == trust.least_wrong
    (said,) = (text for text in result.warnings if "agree with" in text)
    assert f"at least {100 * trust.least_wrong:.1f} % of the labels are wrong" in said
    assert ("100 evaluation rows that functions label" in said) == by_function
    assert said.endswith("the random rows of the review tell how many")
    # The diagnosis does not take the labels for good either.
    assert said.split(";")[0] in lens.finding
    assert lens.verdict != "none"
    assert f"audit run {result.run_id}: {said.split(';')[0]}: workbench review" in notes


@pytest.mark.parametrize("by_function", [True, False])
def test_right_labels_raise_no_alarm(build: Build, by_function: bool) -> None:
    with build(100, by_function=by_function, is_right=True) as project:
        result = audit_labels(project)
    assert result.trust is not None
    assert result.trust.least_wrong == 0
    assert not [text for text in result.warnings if "learn" in text]


@pytest.mark.parametrize(("by_function", "n_said"), [(True, 1), (False, 0)])
def test_labels_of_functions_that_nothing_measures_are_told_as_such(
    build: Build, by_function: bool, n_said: int
) -> None:
    with build(6, by_function=by_function) as project:
        result = audit_labels(project)
    said = [text for text in result.warnings if "are made by labeling functions" in text]
    assert len(said) == n_said
    assert all("measure that (6 of 20)" in text for text in said)
    assert result.trust is not None
    assert result.trust.least_wrong is None
