"""The commands of the active learner: propose, curve, embed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.cli.curve import plot
from workbench.methods.sampling import STRATEGIES
from workbench.services.annotate import Session
from workbench.services.curve.curve import CurvePoint
from workbench.services.project import Project
from workbench.services.propose import propose_batch


def test_propose_says_who_is_asked_and_why(cli, voted: Project) -> None:
    called = cli("-C", voted.root, "propose", "-n", 5, "--json")
    assert called.code == 0
    assert len(called.json["rows"]) == 5
    assert set(called.json["rows"][0]["why"]) == {
        "strategy", "uncertainty", "rank", "n_ranked", "beliefs", "stands_for", "nearest",
        "conflict", "n_draws",
    }  # fmt: skip
    shown = cli("-C", voted.root, "propose", "-n", 5)
    assert "the unbiased yardstick" in shown.out
    why = cli("-C", voted.root, "why", called.json["rows"][0]["uid"])
    assert called.json["rows"][0]["reason"] in why.out


def test_the_help_names_every_strategy(cli) -> None:
    shown = " ".join(cli("propose", "--help").out.replace("-\n", "-").split()).replace("- ", "-")
    assert [name for name in STRATEGIES if name not in shown] == []


def test_propose_takes_a_class_a_condition_and_a_strategy(cli, voted: Project) -> None:
    called = cli(
        "-C", voted.root, "propose", "-n", 4, "--class", "spam", "--where", "vendor = 'bad'",
        "--strategy", "margin", "--seed", 3, "--json",
    )  # fmt: skip
    assert called.code == 0
    assert called.json["where"] == "vendor = 'bad'"
    assert called.json["label"] == "spam"
    examples = voted.store.examples
    ids = [examples.id_of(row["uid"]) for row in called.json["rows"]]
    assert {examples.get(i).vendor for i in ids} == {"bad"}


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--where", "vendor = "], 2, "the condition, character 10"),
        (["--where", "vendr = 'b'"], 2, "Did you mean 'vendor'"),
        (["--where", "vendor = 'nobody'"], 1, "no undecided training row meets the condition"),
        (["--class", "spma"], 2, "Did you mean 'spam'"),
        (["--strategy", "clever"], 2, "Strategies: auto"),
        (["-n", "0"], 2, "at least one"),
        (["--embedder", "bert"], 2, "no embeddings 'bert'"),
    ],
)
def test_bad_words_of_propose_are_refused(
    cli, voted: Project, options: list[str], code: int, message: str
) -> None:
    called = cli("-C", voted.root, "propose", *options)
    assert called.code == code
    assert message in called.err + called.out


def test_why_counts_the_rows_of_a_batch_and_not_their_uncertainty(
    cli, project: Project, write_csv
) -> None:
    letters = np.random.default_rng(0).choice(list("abcdefghij"), (23, 6, 5))
    rows = [{"id": f"r{i}", "text": " ".join(map("".join, row))} for i, row in enumerate(letters)]
    cli("-C", project.root, "import", write_csv("rows.csv", rows), "--role", "train")
    batch = cli("-C", project.root, "propose", "-n", 23, "--json").json
    for place, row in [("1st", 0), ("2nd", 1), ("11th", 10), ("22nd", 21), ("23rd", 22)]:
        told = cli("-C", project.root, "why", batch["rows"][row]["uid"]).out
        assert f"asked by propose run {batch['run_id']}, {place} of the batch: " in told


def test_curve_draws_what_labels_bought(cli, project: Project, write_csv) -> None:
    draws = np.random.default_rng(0)
    rows = [
        {"id": f"r{i}", "text": " ".join([word, *(f"word{k}" for k in draws.integers(0, 99, 6))])}
        for i, word in enumerate(["prize", "lunch"] * 60)
    ]
    cli("-C", project.root, "import", write_csv("rows.csv", rows), "--role", "train")
    asked = cli("-C", project.root, "propose", "-n", 60, "--strategy", "random", "--json").json
    with Session(project, annotator="ann") as session:
        for row in asked["rows"]:
            example_id = project.store.examples.id_of(row["uid"]) or 0
            label = "spam" if "prize" in row["text"] else "ham"
            session.label(example_id, label, batch_run_id=asked["run_id"])
    called = cli("-C", project.root, "curve")
    assert called.code == 0
    assert "random rows of the batches" in called.out
    assert "●" in called.out
    words = " ".join(called.out.split())
    _, gain = words.split("the next 100 labels bring ")
    assert "points of accuracy [" in gain
    assert "] on new rows" in gain
    assert "60 random rows of the batches, which the models judged have not seen" in words
    assert "accuracy is that on the 60 training rows that are left" in words
    document = cli("-C", project.root, "curve", "--json").json
    assert document["points"][-1]["n_labels"] == len(asked["rows"])


def test_curve_tells_what_its_models_learn_beside_the_labels_spent(
    cli, project: Project, write_csv
) -> None:
    rows = [
        {"id": f"r{i}", "text": f"{word} word{i} text{i * i}", "label": label}
        for i, (word, label) in enumerate([("prize", "spam"), ("lunch", "ham")] * 60)
    ]
    cli("-C", project.root, "import", write_csv("rows.csv", rows), "--role", "train")
    batch = propose_batch(project, n=40, strategy="random")
    with Session(project, annotator="ann") as session:
        for row in batch.rows:
            label = "spam" if "prize" in row.text else "ham"
            example_id = project.store.examples.id_of(row.uid) or 0
            session.label(example_id, label, batch_run_id=batch.run_id)
    called = cli("-C", project.root, "curve")
    assert "models learn from what people said beside 80 given labels" in called.out
    document = cli("-C", project.root, "curve", "--json").json
    assert document["beside"] == [{"kind": "given", "n_learnt": 80, "n": 80}]
    assert document["n_contested"] == 0


def test_curve_says_what_is_missing(cli, filled: Project) -> None:
    called = cli("-C", filled.root, "curve")
    assert called.code == 0
    assert "a curve needs 10 annotated training rows" in called.out
    assert cli("-C", filled.root, "curve", "--on", "test").code == 2


def test_the_headline_of_a_curve_tells_which_rows_were_learnt_from(
    cli, project: Project, write_csv
) -> None:
    """60 texts, 50 times each, and labels by chance: only a model that has met a copy is right."""
    words = np.random.default_rng(0).choice(list("abcdefghij"), (60, 6, 5))
    texts = [" ".join(map("".join, row)) for row in words]
    rows = [{"id": f"r{i}", "text": texts[i % 60]} for i in range(3_000)]
    cli("-C", project.root, "import", write_csv("rows.csv", rows), "--role", "train")
    batch = propose_batch(project, n=60, strategy="random")
    by_chance = np.random.default_rng(1).integers(0, 2, 60)
    with Session(project, annotator="ann") as session:
        for row, label in zip(batch.rows, by_chance, strict=True):
            example_id = project.store.examples.id_of(row.uid) or 0
            session.label(example_id, ("ham", "spam")[label], batch_run_id=batch.run_id)
    shown = " ".join(cli("-C", project.root, "curve").out.split())
    assert "60 random rows of the batches, all of which models learn from" in shown
    assert "not seen" not in shown


def test_the_plot_fits_its_width_and_shows_each_point() -> None:
    point = CurvePoint(10, None, 0.5, 0.4, 0.6, 0.5, 0.4, 0.6, None, None, None)
    points = tuple(
        CurvePoint(n, None, f1, f1, f1, f1, f1 - 0.1, min(f1 + 0.1, 1), None, None, None)
        for n, f1 in [(20, 0.2), (60, 0.55), (400, 0.95)]
    )
    for width in (12, 40, 72):
        lines = plot(points, width)
        assert max(map(len, lines)) <= max(width, 18)
        assert sum(line.count("●") for line in lines) >= 2
    assert any("●" in line for line in plot((point,), 30))


def test_embed_takes_a_matrix_and_propose_uses_it(cli, filled: Project, tmp_path: Path) -> None:
    path = tmp_path / "mine.npy"
    n = filled.store.examples.count()
    np.save(path, np.random.default_rng(0).standard_normal((n, 8)))
    called = cli("-C", filled.root, "embed", "--from", path)
    assert called.code == 0
    assert "embedded by mine" in called.out
    batch = cli("-C", filled.root, "propose", "-n", 3, "--json")
    assert batch.json["embedder"].startswith("mine file-")
    np.save(path, np.ones((n - 1, 8)))
    refused = cli("-C", filled.root, "embed", "--from", path)
    assert refused.code == 1
    assert "--uids" in refused.err
