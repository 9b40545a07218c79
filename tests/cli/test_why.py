"""What ``why`` and ``export`` tell once labeling functions have changed after the aggregation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.train import train_end_model
from workbench.services.why import why

SCRIPT = 'from workbench import keywords\nkeywords("love", ["love"], "{word}")\n'
STALE = "stale aggregate: labeling functions changed: love; renew with: workbench aggregate"


@pytest.fixture
def at(project: Project, write_csv) -> tuple[str, Path]:
    """A project whose function says spam now and said ham when its votes were aggregated."""
    rows = [{"id": f"r{i}", "text": "i love you"} for i in range(4)]
    import_files(project, [write_csv("t.csv", rows)])
    script = project.functions_folder / "a.py"
    script.write_text(SCRIPT.format(word="ham"))
    apply_functions(project)
    aggregate_votes(project, model="majority")
    script.write_text(SCRIPT.format(word="spam"))
    apply_functions(project)
    return ("-C", project.root)


def test_why_shows_the_source_of_then_and_of_now(cli, at: Any, tmp_path: Path) -> None:
    lines = cli(*at, "why", "r0").out.splitlines()
    assert lines[1].startswith("label: ham")
    assert lines[2] == STALE
    (now,) = [i for i, line in enumerate(lines) if "love voted spam" in line]
    (then,) = [i for i, line in enumerate(lines) if "love voted ham" in line]
    (weighed,) = [i for i, line in enumerate(lines) if "the label model majority" in line]
    assert now < weighed < then
    assert lines[now].endswith("[now: the label model has not read it]")
    assert lines[then].endswith("[then: what the label model read]")
    assert "'spam'" in lines[now + 1]
    assert "'ham'" in lines[then + 1]
    exported = cli(*at, "export", tmp_path / "o.csv")
    assert STALE in exported.out.splitlines()
    assert cli(*at, "export", tmp_path / "p.csv", "--json").json["stale"] == [STALE]


def test_the_trail_is_dated_and_newest_first(cli, at: Any, tmp_path: Path) -> None:
    cli(*at, "export", tmp_path / "o.csv")
    cli(*at, "relabel", "spam", "r0")
    shown = cli(*at, "why", "r0").out
    dates = [line[:19] for line in shown.splitlines() if line[:2] == "20"]
    assert dates == sorted(dates, reverse=True)
    assert shown.index("relabel spam") < shown.index("exported as ham") < shown.index("row 1 ")
    assert "stale" not in shown  # what made the label of now is not
    steps = cli(*at, "why", "r0", "--json").json["steps"]
    assert [steps[0]["part"], steps[1]["part"], steps[-1]["part"]] == [
        "decisions", "exports", "source",
    ]  # fmt: skip


BRITTLE = """
from workbench import ABSTAIN, labeling_function

@labeling_function()
def brittle(record):
    if "me" in record.text:
        raise ValueError("not me")
    return ABSTAIN
"""


def test_a_function_that_failed_is_told_apart_from_one_that_abstained(
    cli, project: Project, write_csv
) -> None:
    rows = [{"id": "r0", "text": "i love you"}, {"id": "r1", "text": "love me"}]
    import_files(project, [write_csv("t.csv", rows)])
    (project.functions_folder / "a.py").write_text(BRITTLE + SCRIPT.format(word="ham"))
    run = apply_functions(project).run_id
    assert f"brittle abstained, run {run}" in cli("-C", project.root, "why", "r0").out
    told = cli("-C", project.root, "why", "r1")
    assert f"brittle failed: ValueError: not me, run {run}" in told.out
    (vote,) = [v for v in cli("-C", project.root, "why", "r1", "--json").json["votes"]
               if v["lf"] == "brittle"]  # fmt: skip
    assert (vote["error"], vote["may_have_failed"]) == ("ValueError: not me", False)


def test_what_gives_the_labels_is_marked_and_merged_classes_are_told(cli, voted: Project) -> None:
    at = ("-C", voted.root)
    aggregated = aggregate_votes(voted, model="majority").run_id
    trained = train_end_model(voted)
    assert trained.chosen == "end"
    # The same mark means the same in every table.
    for command in (("train",), ("aggregate", "--model", "majority")):
        assert starred(cli(*at, *command).out) == ["majority"]
    cli(*at, "class", "add", "scam")
    cli(*at, "class", "merge", "spam", "scam", "--into", "bad")
    shown = cli(*at, "why", "r0").out
    assert f"end (train run {trained.run_id}, gives no labels): " in shown
    assert f"majority * (aggregate run {aggregated}): " in shown
    assert shown.count(" * (") == 1
    assert shown.splitlines()[-1] == "* the labels that models give come from this one"
    (head,) = [line for line in shown.splitlines() if line.startswith("evidence, in nats")]
    assert "spam (now bad)" in head
    assert "(now ham)" not in head


def starred(out: str) -> list[str]:
    """Return the models that stand with a mark in a table of scores."""
    assert "(* in use)" in out
    return [line.split(" * ")[0] for line in out.splitlines() if re.match(r"\S+ \* ", line)]


def test_without_votes_no_model_is_marked_as_in_use(cli, filled: Project) -> None:
    shown = cli("-C", filled.root, "train").out
    assert "on the evaluation rows\n" in shown
    assert "in use" not in shown
    assert not re.search(r"^\S+ \* ", shown, re.MULTILINE)


def test_where_a_mix_gives_the_labels_it_alone_is_marked(cli, voted: Project) -> None:
    at = ("-C", voted.root)
    with Session(voted, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    aggregate_votes(voted, model="snorkel")
    trained = cli(*at, "train").out
    assert set(starred(trained)) == {"mix"}
    again = cli(*at, "aggregate", "--model", "snorkel").out
    assert "nothing has changed" in again
    assert "in use: mix, which weighs snorkel. " in again
    assert " * " not in again


def test_uids_that_were_made_are_no_guess(cli, project: Project, write_csv) -> None:
    import_files(project, [write_csv("t.csv", [{"text": f"row {i}"} for i in range(40)])])
    at, uid = ("-C", project.root), project.store.examples.uids()[0]
    for command in (("why", "1"), ("forget", "1", "--yes")):
        said = cli(*at, *command).err
        assert "Did you mean" not in said
        assert "one that is made from their text. They are in any export" in said
    assert f"Did you mean {uid}?" in cli(*at, "why", uid[:-1]).err


def test_no_uid_is_like_none(cli, filled: Project) -> None:
    said = cli("-C", filled.root, "why", "").err
    assert "there is no example ''" in said
    assert "Did you mean" not in said


def test_the_sum_of_the_mix_is_shown(cli, voted: Project) -> None:
    aggregate_votes(voted, model="snorkel")
    with Session(voted, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    train_end_model(voted)
    uids = voted.store.examples.uids()
    shown = cli("-C", voted.root, "why", uids[40]).out
    (start,) = [i for i, line in enumerate(shown.splitlines()) if "the mix (run" in line]
    table = shown.splitlines()[start : start + 10]
    assert "weighed by how right they are on the 30 annotated rows" in table[0]
    assert {"believes", "weight", "over"} <= set(table[1].split())
    assert any(line.startswith("end model") for line in table)
    assert any(line.startswith("bias of each class") for line in table)
    document = cli("-C", voted.root, "why", uids[40], "--json").json
    assert document["mix"]["terms"][-1]["name"] == "bias of each class"
    probs = dict(zip(document["mix"]["classes"], document["mix"]["probabilities"], strict=True))
    (mix,) = [belief for belief in document["beliefs"] if belief["model"] == "mix"]
    assert probs == pytest.approx(dict(mix["probabilities"]), abs=1e-3)
    prov = cli("-C", voted.root, "why", uids[40], "--prov").json
    (entity,) = [
        one for one in prov["entity"].values() if one.get("wb:model") == "mix" and "wb:term" in one
    ]
    assert entity["prov:label"] == "mix weighs its parts"


def test_a_row_whose_class_is_split_waits_for_a_person(
    cli, project: Project, write_csv, answer
) -> None:
    at = ("-C", project.root)
    import_files(
        project, [write_csv("t.csv", [{"id": "r1", "text": "x"}, {"id": "r2", "text": "y"}])]
    )
    for who, label in (("a", "spam"), ("b", "spam"), ("c", "ham")):
        with Session(project, annotator=who) as session:
            session.label(1, label)
    cli(*at, "relabel", "spam", "r2", "--annotator", "rev")
    cli(*at, "class", "split", "spam", "scam", "advert")
    for uid in ("r1", "r2"):
        told = cli(*at, "why", uid).out.splitlines()
        assert told[1] == "label: none; what was said is no class any more, and waits for a person"
        assert "said spam, which is no class any more" in told[2]
    waiting = "3 decisions for a class that is gone; renew with: workbench annotate --queue"
    assert waiting in cli(*at, "status").out
    answer("scam", "advert")
    asked = cli(*at, "annotate", "--queue", "outdated", "--annotator", "dee", "--json")
    assert asked.json["decisions"] == 2
    assert "a said spam, which is no class any more; b said spam, which" in asked.err
    assert "label: scam (confidence 1.000) from annotation" in cli(*at, "why", "r1").out
    assert "label: advert (confidence 1.000) from correction" in cli(*at, "why", "r2").out
    assert "stale annotate" not in cli(*at, "status").out


def test_why_names_the_default_class_where_no_vote_decides(
    cli, project: Project, write_csv, tmp_path: Path
) -> None:
    import_files(
        project, [write_csv("t.csv", [{"id": "r0", "text": "love"}, {"id": "r1", "text": "x"}])]
    )
    (project.functions_folder / "a.py").write_text(SCRIPT.format(word="spam"))
    config = project.root / "workbench.toml"
    config.write_text(config.read_text().replace('default_class = ""', 'default_class = "ham"'))
    at = ("-C", project.root)
    cli(*at, "apply")
    told = cli(*at, "aggregate").out
    assert "default class ham: the label of 1 row without a vote or with a tie" in told
    lines = cli(*at, "why", "r1").out.splitlines()
    assert lines[1].startswith("label: ham (confidence 0.500) from default, run ")
    assert lines[2] == "no vote decides: the default class of workbench.toml"
    assert cli(*at, "status", "--json").json["by_origin"]["default"] == 1
    assert cli(*at, "export", tmp_path / "o.csv", "--json").json["by_origin"]["default"] == 1


def test_copies_are_told_to_count_once(cli, voted: Project, script: str) -> None:
    copy = 'keywords("again", ["free", "win", "claim"], "spam")\n'
    (voted.functions_folder / "first.py").write_text(script + copy)
    apply_functions(voted)
    aggregate_votes(voted)
    lines = cli("-C", voted.root, "why", first_with_a_vote_of(voted, "again")).out.splitlines()
    assert any(line.startswith("again (counts once with offers)") for line in lines)


def first_with_a_vote_of(project: Project, name: str) -> str:
    return next(
        uid
        for uid in project.store.examples.uids()
        if any(vote.lf == name and vote.vote for vote in why(project, uid).votes)
    )
