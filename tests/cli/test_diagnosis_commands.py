"""The commands that a diagnosis names do what it advises."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.easy_rows import NEW_TOPIC, Rows, WriteCsv, lens_of, make_rows
from workbench.services.annotate import Session
from workbench.services.batch_draws import batch_draws, random_rows
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    SEVERE,
    DiagnoseResult,
    Lens,
)
from workbench.services.importing.importing import import_files
from workbench.services.project import Project

Cli = Callable[..., Any]


def strange_rows(n: int, **columns: Any) -> Rows:
    rows = make_rows(n, "p", seed=1, labelled=False, **columns)
    for row in rows:
        row["text"] += " " + " ".join(NEW_TOPIC[:5])
    return rows


def lenses_of(result: DiagnoseResult) -> list[Lens]:
    return [part for lens in result.lenses for part in (lens, *lens.parts)]


def proposed(cli: Cli, project: Project, command: str) -> set[str]:
    """Return the uids that a command proposes."""
    words = shlex.split(command)
    assert words[:2] == ["workbench", "propose"]
    called = cli("-C", project.root, *words[1:], "--json")
    assert called.code == 0, called.err
    return {row["uid"] for row in called.json["rows"]}


def test_production_rows_are_proposed_where_their_texts_are_new(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(120, "a"))])
    rows = strange_rows(100)
    for row in rows[:30]:
        row["label"] = "ham"
    import_files(project, [write_csv("p.csv", rows)], role="production")
    result = diagnose(project)
    covariate = lens_of(result, "covariate shift")
    assert covariate.verdict == SEVERE
    assert "annotate some production rows" in covariate.advice
    free = {f"p{i}" for i in range(30, 100)}
    commands = {lens.command for lens in lenses_of(result) if "propose" in lens.command}
    assert any("--role production" in command for command in commands)
    for command in commands:
        uids = proposed(cli, project, command)
        assert len(uids) >= 20
        assert uids <= free or "--role production" not in command


def test_nothing_is_to_be_annotated_where_all_production_rows_have_labels(
    project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(120, "a"))])
    rows = [row | {"label": "ham"} for row in strange_rows(60)]
    import_files(project, [write_csv("p.csv", rows)], role="production")
    result = diagnose(project)
    assert lens_of(result, "covariate shift").verdict == SEVERE
    for lens in lenses_of(result):
        assert "annotate" not in lens.advice
        assert "propose" not in lens.command or "--role" not in lens.command


def test_groups_and_windows_are_proposed_by_their_condition(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    day = {"the day": lambda i: f"2025-0{1 + i // 50}-10", "shop": lambda i: f"o'{i // 150}"}
    rows = make_rows(200, "a", labelled=False, **day)
    for row in rows[150:]:
        row["text"] += " " + " ".join(NEW_TOPIC[:5])
    import_files(project, [write_csv("a.csv", rows)])
    newest = {f"a{i}" for i in range(150, 200)}
    result = diagnose(project, compare=("shop=o'0", "shop=o'1"))
    for name in ("covariate shift", "drift in time"):
        assert proposed(cli, project, lens_of(result, name).command) <= newest
    ranged = diagnose(project, compare=("the day=..2025-03-10", "the day=2025-04-10.."))
    assert proposed(cli, project, lens_of(ranged, "covariate shift").command) <= newest


def test_a_class_is_asked_for_only_where_something_is_known_of_it(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    free = make_rows(30, "f", seed=5, labelled=False)
    import_files(project, [write_csv("a.csv", make_rows(60, "a", spam=0) + free)])
    alone = lens_of(diagnose(project), "class imbalance")
    assert (alone.verdict, alone.command) == (SEVERE, "workbench lf new NAME")
    few = make_rows(30, "b", spam=0) + make_rows(4, "c", spam=1)
    import_files(project, [write_csv("b.csv", few)])
    command = lens_of(diagnose(project), "class imbalance").command
    assert "--class spam" in command
    # Rows that came with a label bring no label of a class.
    uids = proposed(cli, project, command)
    assert uids
    assert uids <= {row["id"] for row in free}


def test_no_batch_is_advised_where_every_training_row_has_a_label(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(60, "a", spam=0) + make_rows(4, "c", spam=1)
    import_files(project, [write_csv("a.csv", rows)])
    result = diagnose(project)
    imbalance = lens_of(result, "class imbalance")
    assert imbalance.advice == "bring in rows of spam: every training row has a label"
    assert imbalance.command == "workbench import FILE --role train"
    assert not any("propose" in step.command for step in result.steps)
    production = make_rows(40, "p", seed=1, labelled=False) + [
        {"id": f"z{i}", "text": "\u200b", "label": ""} for i in range(9)
    ]
    import_files(project, [write_csv("p.csv", production)], role="production")
    imbalance = lens_of(diagnose(project), "class imbalance")
    assert "among 40 unlabelled production rows" in imbalance.advice
    assert proposed(cli, project, imbalance.command) <= {row["id"] for row in production}


def test_a_class_without_a_row_is_said_to_have_none(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(60, "a"))])
    first = diagnose(project)
    assert cli("-C", project.root, "relabel", "spam", "--labelled", "ham").code == 0
    at = ["-C", project.root, "diagnose", "--against", first.run_id]
    changed = {f["name"]: f for f in cli(*at, "--json").json["against"]["figures"]}
    ratio = changed["imbalance ratio"]
    assert (ratio["before"], ratio["after"], ratio["change"]) == (
        first.imbalance.ratio if first.imbalance else 0, None, "worse",
    )  # fmt: skip
    assert changed["classes without a row"]["change"] == "worse"
    lens = lens_of(diagnose(project), "class imbalance")
    assert (lens.verdict, lens.figure) == (SEVERE, "1 class without a row")
    assert "1 to 1" not in lens.finding
    assert cli(*at).code == 0


def test_new_rows_without_a_copy_make_no_figure_of_duplicates_better(
    cli: Cli, filled: Project, write_csv: WriteCsv
) -> None:
    first = diagnose(filled)
    assert first.duplicates.n_rows
    rows = [{"id": f"n{i}", "text": word, "label": "ham"} for i, word in enumerate(NEW_TOPIC)]
    import_files(filled, [write_csv("n.csv", rows)])
    at = ["-C", filled.root, "diagnose", "--against", first.run_id, "--json"]
    changed = {f["name"]: f["change"] for f in cli(*at).json["against"]["figures"]}
    assert changed["near-duplicates"] == "same"
    assert not any("share of" in name for name in changed)


def test_new_class_shares_are_given_to_a_label_model_where_there_is_one(
    cli: Cli, project: Project, write_csv: WriteCsv, script: str
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(300, "a"))])
    production = make_rows(300, "p", seed=1, spam=0.1, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    label = lens_of(diagnose(project), "label shift")
    assert label.verdict == SEVERE
    assert label.command == ""
    assert "aggregate" not in label.advice
    (project.functions_folder / "mine.py").write_text(script)
    assert cli("-C", project.root, "apply").code == 0
    result = diagnose(project)
    command = lens_of(result, "label shift").command
    assert command in {step.command for step in result.steps}
    words = shlex.split(command)
    assert words[:3] == ["workbench", "aggregate", "--class-balance"]
    done = cli("-C", project.root, *words[1:], "--json")
    assert done.code == 0, done.err
    assert result.label_shift is not None
    assert done.json["class_balance"][1] == pytest.approx(result.label_shift.shares[1].em, abs=0.01)
    assert cli("-C", project.root, "class", "rename", "ham", "ham, or so").code == 0
    command = lens_of(diagnose(project), "label shift").command
    done = cli("-C", project.root, *shlex.split(command)[1:], "--json")
    assert (done.code, done.json["classes"]) == (0, ["ham, or so", "spam"])


def test_what_turns_votes_into_labels_is_named_where_there_are_scripts(
    cli: Cli, project: Project, write_csv: WriteCsv, script: str
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(40, "a", labelled=False))])
    assert lens_of(diagnose(project), "class imbalance").command == "workbench lf new NAME"
    (project.functions_folder / "mine.py").write_text(script)
    assert lens_of(diagnose(project), "class imbalance").command == "workbench apply"
    assert cli("-C", project.root, "apply").code == 0
    assert lens_of(diagnose(project), "class imbalance").command == "workbench aggregate"


def test_the_next_step_after_a_diagnosis_is_the_one_that_status_names(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    rows = make_rows(60, "a", spam=0) + make_rows(4, "c", spam=1)
    import_files(project, [write_csv("a.csv", rows)])
    said = cli("-C", project.root, "diagnose").out.splitlines()[-1]
    assert said.startswith("next: workbench ")
    assert said == cli("-C", project.root, "status").out.splitlines()[-1]


def test_without_training_rows_the_next_step_is_to_import_some(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    production = make_rows(60, "p", labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    for command in ("diagnose", "status"):
        said = cli("-C", project.root, command).out.splitlines()[-1]
        assert said.startswith("next: workbench import FILE --role train")
    import_files(project, [write_csv("a.csv", make_rows(60, "a", labelled=False))])
    said = cli("-C", project.root, "diagnose").out.splitlines()[-1]
    assert said.startswith("next: workbench propose")


def test_every_part_that_found_something_has_a_step(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(80, "a")
    for i in range(20):
        rows[i + 20] |= {"text": rows[i]["text"], "label": rows[i]["label"]}
    rows[0]["label"], rows[20]["label"] = "ham", "spam"
    import_files(project, [write_csv("a.csv", rows)])
    production = make_rows(40, "p", seed=1, labelled=False)
    production[0]["text"] = rows[0]["text"]
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    advised = [step.what for step in result.steps if step.lens == "duplicates"]
    found = [part for part in result.lenses[0].parts if part.verdict == MILD]
    assert len(found) == 3
    assert sorted(advised) == sorted(part.advice for part in found)
    # What a command does at once comes first among what is equally grave.
    assert advised[0] == result.lenses[0].advice
    assert result.steps[0].command


def test_contradictions_in_most_rows_are_severe(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(200, "a")
    rows[1] |= {"text": rows[0]["text"], "label": "ham"}
    rows[0]["label"] = "spam"
    import_files(project, [write_csv("a.csv", rows)])
    few = lens_of(diagnose(project), "conflicting labels")
    assert few.verdict == MILD
    assert few.finding == "1 cluster of near-duplicates holds two labels"
    same = [{"id": f"b{i}", "text": "same", "label": ("ham", "spam")[i % 2]} for i in range(60)]
    import_files(project, [write_csv("b.csv", same)])
    assert lens_of(diagnose(project), "conflicting labels").verdict == SEVERE


def test_batches_of_other_roles_are_no_draws_of_training_rows(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(60, "a", labelled=False))])
    import_files(
        project, [write_csv("p.csv", make_rows(60, "p", labelled=False))], role="production"
    )
    at = ["-C", project.root, "propose", "-n", "20", "--strategy", "random"]
    called = cli(*at, "--role", "production", "--json").json
    assert called["role"] == "production"
    assert {row["uid"][0] for row in called["rows"]} == {"p"}
    assert not batch_draws(project)
    assert not random_rows(project).any()
    cli(*at)
    assert random_rows(project).sum() == 20
    refused = cli(*at, "--role", "evaluation")
    assert refused.code == 1
    assert "no evaluation row left" in refused.err
    with Session(project) as session:
        for row in called["rows"]:
            session.label(project.store.examples.id_of(row["uid"]), "ham")
    assert len(batch_draws(project)) == 1


def test_the_advice_is_that_of_the_gravest_part(project: Project, write_csv: WriteCsv) -> None:
    rows = make_rows(80, "a")
    for i in range(40, 80):
        rows[i] |= {"text": rows[i - 40]["text"], "label": rows[i - 40]["label"]}
    import_files(project, [write_csv("a.csv", rows)])
    production = make_rows(40, "p", seed=1, labelled=False)
    production[0]["text"] = rows[0]["text"]
    import_files(project, [write_csv("p.csv", production)], role="production")
    duplicates = lens_of(diagnose(project), "duplicates")
    assert [part.verdict for part in duplicates.parts] == [SEVERE, "mild", NONE]
    assert "let each text go out once" in duplicates.advice


def test_labels_on_both_sides_measure_class_shares(project: Project, write_csv: WriteCsv) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    production = make_rows(100, "p", seed=1, spam=0.2) + make_rows(50, "q", seed=2, labelled=False)
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    label = lens_of(result, "label shift")
    assert label.verdict == SEVERE
    assert "of 100 labelled production rows" in label.finding
    assert result.labelled_shares is not None
    spam = result.labelled_shares.shares[1]
    assert spam.low <= 0.2 <= spam.high
    assert (result.labelled_shares.n_source, result.labelled_shares.n_other) == (200, 100)
    assert result.labelled_shares.p_value < 0.01


def annotate_truly(project: Project, uids: set[str], rows: Rows) -> None:
    truth = {row["id"]: row["label"] for row in rows}
    with Session(project) as session:
        for uid in sorted(uids):
            session.label(project.store.examples.id_of(uid), truth[uid])


def test_rows_chosen_for_their_class_are_no_draw_of_the_production_rows(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(300, "a", spam=0.2))])
    production = make_rows(300, "p", seed=1, spam=0.2)
    bare = [row | {"label": ""} for row in production]
    import_files(project, [write_csv("p.csv", bare)], role="production")
    propose = "workbench propose --role production"
    drawn = proposed(cli, project, f"{propose} -n 60 --strategy random")
    annotate_truly(project, drawn, production)
    assert "chosen" not in lens_of(diagnose(project), "label shift").finding
    for choice in ("--class spam", "--strategy random --where \"text contains 'prize'\""):
        chosen = proposed(cli, project, f"{propose} -n 40 {choice}")
        annotate_truly(project, chosen, production)
    after = diagnose(project)
    n = len(drawn) + 4  # a tenth of a batch is drawn from all rows, whatever class it is for
    assert after.labelled_shares is not None
    assert after.labelled_shares.n_other == n
    assert after.concept_shift is not None
    assert after.concept_shift.n_other == n
    for name in ("label shift", "concept shift"):
        lens = lens_of(after, name)
        assert lens.verdict not in (MILD, SEVERE)
        assert f"; {n} of " in lens.finding
        assert "labelled production rows count: the others were chosen, not drawn" in lens.finding


def test_too_few_draws_ask_for_more_of_them(
    cli: Cli, project: Project, write_csv: WriteCsv
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    production = make_rows(200, "p", seed=1)
    for i, row in enumerate(production):
        row["text"] += f" {NEW_TOPIC[i % len(NEW_TOPIC)]}"
    # The first ones come with labels, so that the advice has a condition; it leaves no other out.
    given = [row if i < 5 else row | {"label": ""} for i, row in enumerate(production)]
    import_files(project, [write_csv("p.csv", given)], role="production")
    chosen = "workbench propose --role production -n 50 --strategy margin --where 'given is null'"
    annotate_truly(project, proposed(cli, project, chosen), production)
    result = diagnose(project)
    assert result.labelled_shares is None
    label = lens_of(result, "label shift")
    assert label.verdict == CANNOT_TELL
    assert "labelled production rows count: the others were chosen" in label.finding
    for name in ("covariate shift", "label shift"):
        assert "--role production --strategy random" in lens_of(result, name).command
    uids = proposed(cli, project, label.command)
    annotate_truly(project, uids, production)
    shares = diagnose(project).labelled_shares
    assert shares is not None
    assert shares.n_other == 5 + 5 + len(uids)
    # Where every row has a label nothing was left to choose.
    annotate_truly(project, {row["id"] for row in production[5:]}, production)
    everything = diagnose(project).labelled_shares
    assert everything is not None
    assert everything.n_other == 200


@pytest.mark.parametrize(("n", "labelled"), [(1, True), (3, True), (30, False)])
def test_next_to_nothing_has_no_verdict(
    project: Project, write_csv: WriteCsv, n: int, labelled: bool
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(n, "a", labelled=labelled))])
    result = diagnose(project)
    assert lens_of(result, "class imbalance").verdict == CANNOT_TELL
    leakage = lens_of(result, "leakage")
    assert leakage.verdict == CANNOT_TELL
    assert "no evaluation or production rows" in leakage.finding
    expected = NONE if labelled else CANNOT_TELL
    assert lens_of(result, "conflicting labels").verdict == expected
    assert lens_of(result, "near-duplicates").verdict == (CANNOT_TELL if n == 1 else NONE)
