"""A training says where evaluation rows repeat what it learnt, and how right it is on others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.train import train_end_model

Row = dict[str, str]
Write = Callable[..., Path]

TOPICS = {"ham": ("lunch", "dinner", "meeting", "home"), "spam": ("prize", "cash", "call", "free")}


def rows(n: int, first: int = 0, *, prefix: str = "") -> list[Row]:
    """Return rows of two classes, each with words of its own."""
    made = []
    for i in range(first, first + n):
        label = ("ham", "spam")[i % 2]
        word = TOPICS[label][i // 2 % 4]
        text = f"the {word} of person{i} and thing{i * 7 % 97}, city{i * 3 % 89}"
        made.append({"id": f"{prefix}{i}", "text": text, "label": label})
    return made


def trained(project: Project, write_csv: Write, evaluation: list[Row]):
    import_files(project, [write_csv("train.csv", rows(80))])
    import_files(project, [write_csv("evaluation.csv", evaluation)], role="evaluation")
    return train_end_model(project)


def said(warnings: tuple[str, ...]) -> list[str]:
    return [warning for warning in warnings if "repeat" in warning]


def test_all_evaluation_rows_repeat_training_rows(project: Project, write_csv: Write) -> None:
    copies = [row | {"text": row["text"].upper() + " "} for row in rows(40, prefix="e")]
    result = trained(project, write_csv, copies)
    assert (result.n_repeated, result.unseen) == (40, None)
    (warning,) = said(result.warnings)
    assert warning.startswith("all 40 evaluation rows repeat a labelled training row:")
    assert train_end_model(project).warnings == result.warnings


def test_the_accuracy_on_the_others_is_told(project: Project, write_csv: Write) -> None:
    others = rows(40, 1000, prefix="e")
    for row in others[:10]:
        row["label"] = {"ham": "spam", "spam": "ham"}[row["label"]]
    result = trained(project, write_csv, [*rows(60, prefix="e"), *others])
    assert result.n_repeated == 60
    assert result.unseen is not None
    assert (result.unseen.model, result.unseen.n) == ("end", 40)
    assert result.scores[0].accuracy is not None
    assert result.unseen.accuracy == pytest.approx(result.scores[0].accuracy - 0.15, abs=0.04)
    (warning,) = said(result.warnings)
    assert warning.startswith("60 of the 100 evaluation rows repeat a labelled training row:")
    assert (
        f"On the 40 others the accuracy of end is {100 * result.unseen.accuracy:.1f} %" in warning
    )


def test_rows_of_their_own_are_not_spoken_of(project: Project, write_csv: Write) -> None:
    result = trained(project, write_csv, rows(40, 1000, prefix="e"))
    assert (result.n_repeated, result.unseen) == (0, None)
    assert said(result.warnings) == []


def test_near_copies_count_once_a_diagnosis_has_found_them(
    project: Project, write_csv: Write
) -> None:
    from workbench.services.diagnose.diagnose import diagnose

    near = [row | {"text": row["text"].replace("the ", "then ")} for row in rows(40, prefix="e")]
    assert trained(project, write_csv, near).n_repeated == 0
    found = diagnose(project).duplicates.leaked_evaluation_rows
    assert found > 10
    import_files(project, [write_csv("more.csv", rows(2, 500))])
    assert train_end_model(project).n_repeated == found
