"""Several annotators from the command line, and ten crowd workers a row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.fixture
def disputed(cli: Cli, tmp_path: Path) -> Path:
    """A project with three rows and two annotators, who differ on two of them."""
    project = tmp_path / "project"
    cli("init", project, "--classes", "ham,spam")
    rows = tmp_path / "rows.csv"
    rows.write_text("id,text\n1,one\n2,two\n3,three\n")
    cli("-C", project, "import", rows, "--role", "train")
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "id,label,annotator\n1,ham,ana\n2,ham,ana\n3,spam,ana\n1,ham,bo\n2,spam,bo\n3,ham,bo\n"
    )
    assert cli("-C", project, "annotate", "--from", answers).code == 0
    return project


def test_agreement_is_told_in_words_and_as_json(cli: Cli, disputed: Path) -> None:
    told = cli("-C", disputed, "agreement")
    assert told.code == 0
    for words in ("Krippendorff's alpha", "Fleiss' kappa", "Cohen's kappa", "ana", "bo"):
        assert words in told.out
    assert "2 rows have answers that differ" in told.out
    document = cli("-C", disputed, "agreement", "--json").json
    assert document["n_disputed"] == 2
    assert document["pairs"][0]["kappa"]["value"] == pytest.approx(-0.5)
    assert document["alpha"]["value"] == pytest.approx(-0.25)


def test_annotators_are_listed_with_intervals_and_without_an_order_that_is_noise(
    cli: Cli, disputed: Path, tmp_path: Path
) -> None:
    third = tmp_path / "third.csv"
    third.write_text("id,label,annotator\n1,ham,cleo\n2,ham,cleo\n3,spam,cleo\n")
    assert cli("-C", disputed, "annotate", "--from", third).code == 0
    told = cli("-C", disputed, "agreement")
    assert "annotators: no difference between them is beyond noise" in told.out
    assert "estimated accuracy [95 %]" in told.out
    assert "least reliable" not in told.out


def test_an_export_tells_rows_that_are_tied_and_who_said_what(
    cli: Cli, disputed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "labels.csv"
    told = cli("-C", disputed, "export", file, "--with-annotators", "--with-columns", "source,role")
    assert "left out: 2 rows without a label (2 have answers that differ)\n" in told.out
    with file.open(newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert (row["annotators"], row["dissenters"], row["role"]) == ("ana; bo", "", "train")
    refused = cli("-C", disputed, "export", tmp_path / "b.csv", "--with-columns", "vndor")
    assert (refused.code, "Columns: vendor" in refused.err) == (2, True)


def test_agreement_of_one_annotator_says_what_is_missing(cli: Cli, tmp_path: Path) -> None:
    cli("init", tmp_path / "p", "--classes", "ham,spam")
    told = cli("-C", tmp_path / "p", "agreement")
    assert told.code == 0
    assert told.out == "no answers yet\nalso: workbench annotate --annotator NAME\n"
    rows = tmp_path / "rows.csv"
    rows.write_text("id,text,label\n1,one,ham\n")
    cli("-C", tmp_path / "p", "import", rows)
    cli("-C", tmp_path / "p", "annotate", "--from", rows, "--annotator", "ana")
    told = cli("-C", tmp_path / "p", "agreement")
    assert told.out.startswith("1 answer of 1 annotator to 1 row; 0 rows have two answers")
    assert "two answers to a row" in told.out


def test_disagreements_are_settled_at_the_prompt(
    cli: Cli, disputed: Path, answer: Callable[..., None]
) -> None:
    answer("spam", "", "q")
    asked = cli(
        "-C", disputed, "annotate", "--queue", "disagreement", "--annotator", "judge", "--json"
    )
    assert asked.code == 0
    assert asked.json == {"annotator": "judge", "decisions": 1}
    assert "ana ham, bo spam" in asked.err
    why = cli("-C", disputed, "why", "2", "--json").json
    assert (why["label"], why["origin"]) == ("spam", "annotation")
    assert why["decisions"][0]["seconds"] >= 0
    # Enter left the other row alone: it is asked again, and its answers stand.
    answer("9", "2")
    asked = cli("-C", disputed, "annotate", "--queue", "disagreement", "--annotator", "ana")
    assert "no class number 9" in asked.err
    assert cli("-C", disputed, "agreement", "--json").json["n_disputed"] == 0
    assert len(cli("-C", disputed, "why", "3", "--json").json["consensus"]["answers"]) == 2


def test_why_tells_what_the_annotators_agree_on(cli: Cli, disputed: Path) -> None:
    assert "agree on ham (confidence 1.000, policy: majority" in cli("-C", disputed, "why", "1").out
    told = cli("-C", disputed, "why", "2").out
    assert "agree on no class (policy: majority)" in told
    assert "ana ham, bo spam" in told


@pytest.mark.parametrize(
    ("policy", "least"),
    [pytest.param("majority", 0.85, marks=pytest.mark.slow), ("dawid-skene", 0.925)],
)
def test_the_consensus_of_crowd_workers_against_the_experts(
    cli: Cli, datasets: Path, tmp_path: Path, policy: str, least: float
) -> None:
    crowd, project = datasets / "crowd_rte", tmp_path / "crowd"
    cli("init", project, "--classes", "not_entailed,entailed", "--id-column", "item_id")
    config = project / "workbench.toml"
    config.write_text(config.read_text().replace('"majority"', f'"{policy}"'))
    assert cli("-C", project, "import", crowd / "items.csv", "--role", "train").code == 0
    arguments = ("--id-column", "item_id", "--annotator-column", "worker_id", "--json")
    file = crowd / "annotations.csv"
    assert cli("-C", project, "annotate", "--from", file, *arguments).json["n_added"] == 8_000
    assert cli("-C", project, "annotate", "--from", file, *arguments).json["n_known"] == 8_000

    assert cli("-C", project, "export", tmp_path / "labels.csv").code == 0
    with (tmp_path / "labels.csv").open(newline="") as exported:
        labels = {row["uid"]: row["label"] for row in csv.DictReader(exported)}
    with (crowd / "items.csv").open(newline="") as items:
        gold = {row["item_id"]: row["gold"] for row in csv.DictReader(items)}
    # A tie of the majority has no label here, where the usual figure counts it as not entailed.
    right = sum(labels.get(uid) == label for uid, label in gold.items()) / len(gold)
    tied = sum(uid not in labels for uid in gold)
    assert right >= least
    if policy == "majority":
        assert tied == 65
        as_usual = sum(labels.get(uid, "not_entailed") == gold[uid] for uid in gold) / len(gold)
        assert as_usual == pytest.approx(0.919, abs=0.001)
    else:
        assert tied == 0
        run = json.loads(cli("-C", project, "log", "--kind", "consensus", "--json").out)[0]
        assert run["counts"] == {"rows": 800, "annotators": 164}
    agreement = cli("-C", project, "agreement", "--json").json
    assert agreement["alpha"]["low"] < 0.2415 < agreement["alpha"]["high"]
    assert len(agreement["annotators"]) == 164
