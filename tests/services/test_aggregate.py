"""Aggregating in a project: what is chosen, what is said, and what may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.cli.aggregate import aggregate as aggregate_command
from workbench.errors import UsageError
from workbench.methods.label_model import LABEL_MODELS
from workbench.services.aggregate import MODELS, aggregate_votes
from workbench.services.annotate import Session
from workbench.services.apply import apply_functions
from workbench.services.project import Project


def rewrite(project: Project, script: str) -> Project:
    (project.functions_folder / "first.py").write_text(script)
    apply_functions(project)
    return project


def annotate(project: Project, n: int) -> None:
    """Answer for the first training rows as the texts deserve."""
    with Session(project, annotator="ann") as session:
        for i in range(1, n + 1):
            text = project.store.examples.texts()[i - 1]
            is_spam = any(word in text for word in ("free", "win", "claim", "urgent"))
            session.label(i, "spam" if is_spam else "ham")


def test_every_label_model_can_be_asked_for(voted: Project) -> None:
    (option,) = [p for p in aggregate_command.params if p.name == "model"]
    assert set(option.type.choices) == set(MODELS) == {"auto", *LABEL_MODELS}  # type: ignore[attr-defined]
    for model in LABEL_MODELS:
        result = aggregate_votes(voted, model=model)
        assert result.chosen == model
        assert result.labelled > 0


def test_the_reference_solver_gives_the_same_labels(voted: Project) -> None:
    ours = aggregate_votes(voted, model="snorkel")
    theirs = aggregate_votes(voted, model="snorkel", solver="reference")
    assert not theirs.reused
    assert theirs.labelled == ours.labelled
    assert [w.weight for w in theirs.weights] == pytest.approx(
        [w.weight for w in ours.weights], abs=1e-4
    )


def test_says_what_each_function_adds(voted: Project) -> None:
    weights = aggregate_votes(voted).weights
    assert {w.name for w in weights} == {"offers", "calls", "meals", "polite"}
    for weight in weights:
        assert 0 <= weight.covered_alone <= weight.labels_changed <= weight.coverage
        assert weight.accuracy_gain is not None  # on the evaluation rows
        assert weight.n_judged > 0


def test_names_copies_and_dead_functions(voted: Project, script: str) -> None:
    more = 'keywords("again", ["free", "win", "claim"], "spam")\nkeywords("dead", ["zzz"], "ham")\n'
    result = aggregate_votes(rewrite(voted, script + more))
    (pair,) = [pair for pair in result.pairs if pair.is_copy]
    assert {pair.first, pair.second} == {"offers", "again"}
    told = "\n".join(result.warnings)
    assert "are copies" in told
    assert "dead: dead never votes" in told


@pytest.mark.parametrize(
    ("script", "warning"),
    [
        ('from workbench import keywords\nkeywords("a", ["free"], "spam")\n', "fewer than three"),
        (
            "from workbench import keywords\n"
            + "".join(f'keywords("f{i}", ["{w}"], "spam")\n' for i, w in enumerate("abc")),
            "dead: f0, f1, f2 never vote",
        ),
        (
            "from workbench import keywords\n"
            + "".join(
                f'keywords("f{i}", ["{w}"], "spam")\n'
                for i, w in enumerate(("free", "you", "call", "number"))
            ),
            "every vote is for one class",
        ),
    ],
)
def test_poor_functions_are_told_and_do_not_crash(
    filled: Project, script: str, warning: str
) -> None:
    result = aggregate_votes(rewrite(filled, script))
    assert any(warning in told for told in result.warnings), result.warnings


def test_the_class_balance_can_come_from_votes_or_annotations(voted: Project) -> None:
    assert aggregate_votes(voted, class_balance="uniform").class_balance == (0.5, 0.5)
    from_votes = aggregate_votes(voted, class_balance="votes")
    assert from_votes.balance_from == "given"
    assert sum(from_votes.class_balance) == pytest.approx(1)
    with pytest.raises(UsageError, match="no training row is annotated"):
        aggregate_votes(voted, class_balance="annotations")
    annotate(voted, 1)
    anchored = aggregate_votes(voted, class_balance="annotations")
    assert sum(anchored.class_balance) == pytest.approx(1)
    with pytest.raises(UsageError, match="no class balance 'guess'"):
        aggregate_votes(voted, class_balance="guess")


def test_annotations_judge_calibration(voted: Project) -> None:
    assert aggregate_votes(voted).temperature is None
    annotate(voted, 60)
    result = aggregate_votes(voted)
    assert result.n_annotated == 60
    assert result.temperature is not None
    assert 0.1 <= result.temperature <= 10


def test_a_model_that_needs_more_functions_is_refused_with_a_way_out(
    filled: Project, write_csv: Callable[..., Path]
) -> None:
    project = rewrite(filled, 'from workbench import keywords\nkeywords("a", ["free"], "spam")\n')
    with pytest.raises(UsageError, match="needs 3 labeling functions") as caught:
        aggregate_votes(project, model="triplet")
    assert "majority" in str(caught.value)
