"""Aggregating in a project: what is chosen, what is said, and what may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.methods.vote_worlds import meeting, synthetic
from workbench.cli.aggregate import aggregate as aggregate_command
from workbench.errors import ProjectError, UsageError
from workbench.methods.label_model import LABEL_MODELS
from workbench.services.aggregate import MODELS, aggregate_votes
from workbench.services.annotate import Session
from workbench.services.classes import add_classes, merge_classes, rename_class
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.report import LFWeight
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
    assert set(option.type.choices) == set(MODELS) == {"auto", *LABEL_MODELS}
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
    assert (
        "again is a copy of offers: they count once" in told
        or "offers is a copy of again: they count once" in told
    )
    assert "dead: dead never votes" in told


@pytest.mark.parametrize(
    ("script", "warning"),
    [
        ('from workbench import keywords\nkeywords("a", ["free"], "spam")\n', "fewer than three"),
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


def test_where_nobody_votes_there_is_nothing_to_aggregate(filled: Project) -> None:
    silent = "".join(f'keywords("f{i}", ["{w}"], "spam")\n' for i, w in enumerate("abc"))
    with pytest.raises(ProjectError, match="3 labeling functions vote on no row") as caught:
        aggregate_votes(rewrite(filled, "from workbench import keywords\n" + silent))
    assert "workbench lf list" in str(caught.value)
    assert filled.store.runs.last_done("aggregate") is None


def test_the_measured_accuracy_stands_beside_the_learnt_one(voted: Project) -> None:
    listed = {row.name: row for row in list_functions(voted, load_scripts=False).functions}
    weights = aggregate_votes(voted, model="snorkel").weights
    for weight in weights:
        row = listed[weight.name]
        assert (weight.measured, weight.n_measured) == (row.accuracy, row.n_labelled)
        assert weight.measured_low == row.accuracy_low
    assert any(weight.n_measured for weight in weights)


@pytest.mark.parametrize(
    ("learnt", "n", "is_far"), [(0.69, 71, True), (0.69, 9, False), (0.86, 71, False)]
)
def test_a_learnt_accuracy_far_from_the_measured_one_is_told(
    learnt: float, n: int, is_far: bool
) -> None:
    weight = LFWeight("f", learnt, 0.5, 0, 0, None, 0, 1.0, 0.949, 1.0, n)
    assert weight.is_far == is_far
    assert not replace(weight, weight=None).is_far


def test_all_functions_that_are_wrong_together_are_told(filled: Project) -> None:
    wrong = "".join(
        f'keywords("f{i}", ["free", "win", "claim", "urgent"], "ham")\n'
        f'keywords("g{i}", ["you", "lunch", "thanks", "meeting"], "spam")\n'
        for i in range(2)
    )
    result = aggregate_votes(
        rewrite(filled, "from workbench import keywords\n" + wrong), model="snorkel"
    )
    (told,) = [told for told in result.warnings if "learnt accuracy" in told]
    assert "learnt from how the functions agree" in told


def test_another_model_is_offered_where_its_gain_is_beyond_noise(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    votes, truth = synthetic(900, 8, 2, seed=0, rate=0.6, accuracy=(0.5, 0.95))
    rows = [{"id": f"r{i}", "text": f"row {i}"} for i in range(900)]
    told = [row | {"label": project.classes[y]} for row, y in zip(rows, truth, strict=True)]
    import_files(project, [write_csv("train.csv", rows[:600])])
    import_files(project, [write_csv("trusted.csv", told[600:])], role="evaluation")
    answers = [
        {"id": row["id"]} | {f"lf{j}": str(vote) for j, vote in enumerate(cast)}
        for row, cast in zip(rows, votes, strict=True)
    ]
    import_votes(project, write_csv("votes.csv", answers))
    chosen = aggregate_votes(project)
    right = {score.model: score.accuracy_all or 0.0 for score in chosen.scores}
    assert chosen.chosen != "majority"
    assert right[chosen.chosen] > right["majority"] + 0.02
    assert chosen.better is None
    assert aggregate_votes(project, model="majority").better == max(right, key=lambda m: right[m])


def test_an_accuracy_that_nothing_tells_is_none(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    votes, _ = meeting(
        [(0, j) for j in range(1, 6)], [0.8, *[0.95] * 5], n=1000, n_classes=2, seed=0
    )
    rows = [{"id": f"r{i}", "text": f"row {i}"} for i in range(len(votes))]
    import_files(project, [write_csv("rows.csv", rows)])
    answers = [
        {"id": row["id"]} | {f"lf{j}": "" if v < 0 else str(v) for j, v in enumerate(cast)}
        for row, cast in zip(rows, votes, strict=True)
    ]
    import_votes(project, write_csv("votes.csv", answers))
    by_evidence = aggregate_votes(project)
    assert by_evidence.chosen == "majority"
    assert "How right the functions are cannot be told" in by_evidence.reason
    assert by_evidence.ties > 100
    asked = aggregate_votes(project, model="dawid-skene")
    assert [one.weight for one in asked.weights] == [None] * 6
    assert any("lf0" in w and "cannot be told from the votes" in w for w in asked.warnings)
    assert not any("cannot be told from the votes" in w for w in by_evidence.warnings)


def test_the_class_balance_can_come_from_votes_or_annotations(voted: Project) -> None:
    uniform = aggregate_votes(voted, class_balance="uniform")
    assert (uniform.class_balance, uniform.balance_from) == ((0.5, 0.5), "uniform")
    from_votes = aggregate_votes(voted, class_balance="votes")
    assert from_votes.balance_from == "votes"
    assert sum(from_votes.class_balance) == pytest.approx(1)
    with pytest.raises(UsageError, match="no training row is annotated"):
        aggregate_votes(voted, class_balance="annotations")
    annotate(voted, 1)
    anchored = aggregate_votes(voted, class_balance="annotations")
    assert anchored.balance_from == "annotations, drawn towards the votes"
    assert sum(anchored.class_balance) == pytest.approx(1)
    with pytest.raises(UsageError, match="no class balance 'guess'"):
        aggregate_votes(voted, class_balance="guess")


BOTH_CLASSES = """
from workbench import labeling_function

@labeling_function()
def free(record):
    return int("free" in record.text)

@labeling_function()
def long(record):
    return int(len(record.text) > 30)

@labeling_function()
def odd(record):
    return int(record.text[-1] in "13579")
"""


@pytest.mark.parametrize("model", LABEL_MODELS)
def test_a_balance_is_called_assumed_only_where_it_is_uniform(filled: Project, model: str) -> None:
    result = aggregate_votes(rewrite(filled, BOTH_CLASSES), model=model)
    is_uniform = result.class_balance == pytest.approx((0.5, 0.5))
    expected = "assumed uniform" if is_uniform else f"estimated by {model}"
    assert result.balance_from == expected
    assert is_uniform == (model != "dawid-skene")


def test_a_class_balance_knows_former_names_and_adds_up_merged_classes(voted: Project) -> None:
    add_classes(voted, ["junk"])
    merge_classes(voted, ["junk"], "spam")
    rename_class(voted, "ham", "fine")
    found = aggregate_votes(
        voted, model="majority", class_balance={"ham": 0.7, "spam": 0.2, "junk": 0.1}
    )
    assert voted.classes == ("fine", "spam")
    assert found.class_balance == pytest.approx((0.7, 0.3))
    with pytest.raises(UsageError, match="unknown class 'eggs'"):
        aggregate_votes(voted, class_balance={"ham": 0.7, "spam": 0.2, "eggs": 0.1})


def test_votes_for_one_class_give_no_balance(filled: Project) -> None:
    script = 'from workbench import keywords\nkeywords("a", ["free"], "spam")\n'
    result = aggregate_votes(rewrite(filled, script), class_balance="votes")
    assert result.class_balance == pytest.approx((0.5, 0.5))
    assert result.balance_from == "assumed uniform: votes for one class show none"


def test_annotations_judge_calibration(voted: Project) -> None:
    assert aggregate_votes(voted).temperature is None
    annotate(voted, 60)
    result = aggregate_votes(voted)
    assert result.n_annotated == 60
    assert result.temperature is not None
    assert 0.1 <= result.temperature <= 10
    assert result.calibration is not None
    assert 0 < result.calibration.by_chance < 1
    assert abs(result.calibration.excess) <= result.calibration.error + 1e-9


def test_a_model_that_needs_more_functions_is_refused_with_a_way_out(
    filled: Project, write_csv: Callable[..., Path]
) -> None:
    project = rewrite(filled, 'from workbench import keywords\nkeywords("a", ["free"], "spam")\n')
    with pytest.raises(UsageError, match="needs 3 labeling functions") as caught:
        aggregate_votes(project, model="snorkel")
    assert "majority" in str(caught.value)


def test_triplets_of_fewer_than_three_functions_fall_back_and_say_so(filled: Project) -> None:
    project = rewrite(filled, 'from workbench import keywords\nkeywords("a", ["free"], "spam")\n')
    result = aggregate_votes(project, model="triplet")
    assert "Fewer than three functions vote" in result.reason
    assert result.labelled == aggregate_votes(project, model="majority").labelled > 0


@pytest.mark.parametrize("model", ["auto", "majority", "snorkel"])
def test_an_unknown_solver_is_refused_by_every_model(voted: Project, model: str) -> None:
    with pytest.raises(UsageError, match="no solver 'typo'") as caught:
        aggregate_votes(voted, model=model, solver="typo")
    assert "numpy, reference" in str(caught.value)


def least_confident(project: Project, least: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "config", replace(project.config, min_confidence=least))


def test_rows_under_the_threshold_are_counted_and_told(
    voted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = aggregate_votes(voted)
    assert plain.unsure == 0
    assert not any("min_confidence" in told for told in plain.warnings)
    least_confident(voted, 0.999999, monkeypatch)
    strict = aggregate_votes(voted)
    assert strict.labelled + strict.unsure == plain.labelled
    assert strict.unsure > 0.1 * plain.labelled
    n_voted = round(strict.coverage * strict.n_examples)
    assert strict.labelled + strict.ties + strict.contradictions + strict.unsure == n_voted
    (told,) = [told for told in strict.warnings if "min_confidence = 0.999999" in told]
    assert f"{strict.unsure:,} of {n_voted:,} rows with a vote" in told


def test_the_seed_matters_only_to_who_asks_for_a_model_that_draws(voted: Project) -> None:
    runs = [aggregate_votes(voted, seed=seed) for seed in (0, 9)]
    assert [run.reused for run in runs] == [False, True]
    drawn = [aggregate_votes(voted, model="snorkel", seed=seed).weights for seed in (0, 9)]
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize(("spam", "is_refused"), [(0.6, True), (0.3, True), (0.51, False)])
def test_a_class_balance_has_to_add_up(voted: Project, spam: float, is_refused: bool) -> None:
    given = {"spam": spam, "ham": 0.5}
    if is_refused:
        with pytest.raises(UsageError, match="add up to"):
            aggregate_votes(voted, class_balance=given)
    else:
        assert sum(aggregate_votes(voted, class_balance=given).class_balance) == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([0.5, 0.5], "names no class"),
        (0.5, "names no class"),
        ({"ham": "x", "spam": 0.7}, "gives 'ham' 'x', which is no number"),
        ({"ham": None, "spam": 0.7}, "gives 'ham' None, which is no number"),
        ({0: 0.3, "spam": 0.7}, "unknown class '0'"),
        ({"ham": 1.0}, "no share for 'spam'\n  Give every class a share"),
    ],
)
def test_a_malformed_class_balance_is_a_usage_error(voted: Project, given: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        aggregate_votes(voted, class_balance=given)


def test_all_classes_without_a_share_are_counted(voted: Project) -> None:
    add_classes(voted, [f"c{i}" for i in range(20)])
    told = r"no share for 'c0', 'c1', 'c2', 'c3', 'c4' and 15 more\n  Give every class a share"
    with pytest.raises(UsageError, match=told):
        aggregate_votes(voted, class_balance={"ham": 0.5, "spam": 0.5})


def balance_matters(project: Project) -> Project:
    """Four poor functions, and a class that is rare."""
    return rewrite(
        project,
        "import random\n"
        "from workbench import labeling_function\n"
        "def make(number):\n"
        "    @labeling_function(f'f{number}')\n"
        "    def vote(record):\n"
        "        is_spam = random.Random(record.uid).random() < 0.15\n"
        "        is_right = random.Random(f'{record.uid} {number}').random() < 0.7\n"
        "        return int(is_spam == is_right)\n"
        "    return vote\n"
        "functions = [make(number) for number in range(4)]\n",
    )


def believed(project: Project, model: str, balance: dict[str, float] | None = None) -> Any:
    """Return what a model believes of the training rows, and the result."""
    result = aggregate_votes(project, model=model, class_balance=balance)
    (block,) = project.store.beliefs.blocks(result.run_id, model)
    return block.probs[: result.n_fitted].astype(float), result


@pytest.mark.parametrize("model", LABEL_MODELS)
def test_what_depends_on_the_balance_is_told_of_the_model_in_use(
    filled: Project, model: str
) -> None:
    balance_matters(filled)
    counted = believed(filled, "majority")[0].sum(axis=0) + 1
    shares = dict(zip(filled.classes, (counted / counted.sum()).tolist(), strict=True))
    probs, result = believed(filled, model)
    others, given = believed(filled, model, shares)
    # Tied classes are both on top: no label is another one for it.
    lead = [one >= one.max(axis=1, keepdims=True) - 1e-6 for one in (probs, others)]
    moved = 1 - (lead[0] & lead[1]).any(axis=1).mean()
    assert result.balance_sensitivity == pytest.approx(moved)
    assert (moved == 0) == (model == "majority")
    assert any("is not known and decides" in one for one in result.warnings) == (moved > 0.05)
    assert given.balance_sensitivity == pytest.approx(0)
