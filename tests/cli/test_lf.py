"""``workbench lf`` and ``workbench apply``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.services.project import Project

Cli = Callable[..., Any]


def test_rows_are_listed_by_queue(cli: Cli, voted: Project) -> None:
    at = ("-C", voted.root, "lf", "rows", "offers")
    found = cli(*at, "--which", "right", "-n", "2", "--json").json
    assert len(found["rows"]) == 2 < found["n_rows"]
    shown = cli(*at, "--which", "missed").out
    assert "rows missed" in shown
    assert "urgent call this number" in shown
    assert "also: workbench why" in shown
    assert cli(*at, "--which", "sideways").code == 2
    assert "has been applied" in cli("-C", voted.root, "lf", "rows", "x", "--which", "right").err


def test_the_list_names_dead_functions_and_shows_slices(cli: Cli, voted: Project) -> None:
    script = voted.functions_folder / "more.py"
    script.write_text("from workbench import keywords\nkeywords('unused', ['zebra'], 'spam')\n")
    cli("-C", voted.root, "apply")
    shown = cli("-C", voted.root, "lf", "list", "--by", "role").out
    assert "dead, they vote on no row: unused" in shown
    assert "train (80)" in shown
    assert cli("-C", voted.root, "lf", "list", "--by", "colour").code == 2


@pytest.mark.parametrize("template", ["batch", "length", "external", "classifier"])
def test_a_starter_of_each_kind_can_be_tried_at_once(
    cli: Cli, filled: Project, template: str
) -> None:
    assert cli("-C", filled.root, "lf", "new", "mine", "--template", template).code == 0
    assert cli("-C", filled.root, "lf", "test", "mine", "--json").json["n_errors"] == 0


def test_an_unknown_template_is_a_usage_error_with_the_choice(cli: Cli, filled: Project) -> None:
    called = cli("-C", filled.root, "lf", "new", "mine", "--template", "magic")
    assert called.code == 2
    assert "keywords, regex, dictionary" in called.err


def test_what_failed_is_named_and_tried_again(cli: Cli, filled: Project) -> None:
    flag = filled.root.parent / "down"
    flag.mkdir()  # a file that is named counts for the version
    (filled.functions_folder / "s.py").write_text(
        "import os\nfrom workbench import labeling_function\n"
        "@labeling_function()\ndef asks(record):\n"
        f"    if os.path.exists({str(flag)!r}): os._exit(3)\n    return 1\n"
    )
    at = ("-C", filled.root)
    failed = cli(*at, "apply")
    assert failed.code == 1
    assert "workbench apply --retry --only asks" in failed.out
    listed = cli(*at, "lf", "list").out
    assert "current, quarantined, dead" in listed
    assert "asks is quarantined: " in listed
    assert "next: workbench lf test asks  (asks is in quarantine; mend it" in listed
    flag.rmdir()
    assert "asks is quarantined" in cli(*at, "apply").out
    assert cli(*at, "apply", "--retry").code == 0
    assert "only workbench apply --retry would do so anew" in cli(*at, "undo").out
    assert cli(*at, "redo").code == 0
    assert "quarantined" not in cli(*at, "lf", "list").out


def test_one_failed_row_is_one(cli: Cli, filled: Project) -> None:
    (filled.functions_folder / "once.py").write_text(
        "from workbench import labeling_function\n@labeling_function()\n"
        "def once(record):\n    return -1 if record.uid != 'r1' else 1 / 0\n"
    )
    assert "1 row failed:" in cli("-C", filled.root, "lf", "test", "once").out
    assert "once: 1 row failed, first r1" in cli("-C", filled.root, "lf", "watch", "--once").out
    (filled.functions_folder / "once.py").write_text(
        (filled.functions_folder / "once.py").read_text().replace("1 / 0", "2 / 0")
    )
    assert "once: 1 row failed, first r1" in cli("-C", filled.root, "apply").out


def test_a_function_does_not_replace_imported_votes_of_its_name(
    cli: Cli, voted: Project, write_csv: Callable[..., Path]
) -> None:
    file = write_csv("llm.csv", [{"uid": f"r{i}", "llm": "spam"} for i in range(9)])
    assert cli("-C", voted.root, "import-votes", file).code == 0
    script = voted.functions_folder / "more.py"
    script.write_text(
        "from workbench import keywords\nkeywords('llm', ['free'], 'spam')\n"
        "keywords('other', ['free'], 'spam')\n"
    )
    called = cli("-C", voted.root, "apply")
    assert called.code == 1
    assert "more.py:2: 'llm' is the name of votes that were imported from llm.csv" in called.out
    assert cli("-C", voted.root, "apply", "--only", "llm").code == 1
    listed = cli("-C", voted.root, "lf", "list", "--json").json
    (llm,) = [row for row in listed["functions"] if row["name"] == "llm"]
    assert (llm["state"], llm["file"], llm["coverage"]) == ("external", "llm.csv", 9 / 112)
    assert "other" in {row["name"] for row in listed["functions"] if row["state"] == "current"}
    assert [problem["file"] for problem in listed["problems"]] == ["more.py"]


def test_aggregate_says_what_its_votes_lack(cli: Cli, voted: Project) -> None:
    at = ("-C", voted.root, "aggregate")
    assert cli(*at, "--json").json["stale"] == []
    script = voted.functions_folder / "first.py"
    script.write_text(script.read_text().replace("claim", "prize"))
    sentence = "stale apply: first.py is changed; renew with: workbench apply"
    again = cli(*at, "--json").json
    assert (again["reused"], again["stale"]) == (True, [sentence])
    assert sentence in cli(*at, "--seed", "3", "--model", "snorkel").out
    cli("-C", voted.root, "apply")
    assert "stale" not in cli(*at).out


def test_a_renamed_function_is_not_forgotten_by_only(cli: Cli, voted: Project) -> None:
    script = voted.functions_folder / "first.py"
    script.write_text(script.read_text().replace('"meals"', '"food"'))
    applied = cli("-C", voted.root, "apply", "--only", "food", "--only", "food")
    assert "meals is no longer in any script, but its votes still count" in applied.out
    assert "Withdraw it: workbench apply" in applied.out
    result = cli("-C", voted.root, "apply", "--only", "food", "--json").json
    assert (result["orphaned"], result["withdrawn"]) == (["meals"], [])
    assert [lf["name"] for lf in result["functions"]] == ["food"]
    result = cli("-C", voted.root, "apply", "--json").json
    assert (result["orphaned"], result["withdrawn"]) == ([], ["meals"])


def test_votes_on_rows_that_are_not_there_are_counted(cli: Cli, filled: Project) -> None:
    answers = filled.functions_folder / "llm.csv"
    answers.write_text("uid,label\nr1,spam\nx1,ham\nx2,\nx1,ham\nr2,ham\n")
    script = filled.functions_folder / "llm.py"
    script.write_text(
        "from workbench import external\nexternal('llm', 'labeling_functions/llm.csv')\n"
    )
    said = (
        "3 lines of labeling_functions/llm.csv, about rows that are not in the project,"
        " count for nothing: 'x1', 'x2'"
    )
    assert said in cli("-C", filled.root, "lf", "test", "llm", "--json").json["notes"]
    applied = cli("-C", filled.root, "apply")
    assert applied.code == 0
    assert f"llm: {said}" in applied.out
    answers.write_text("uid,label\nr1,spam\nr2,ham\n")
    (llm,) = cli("-C", filled.root, "apply", "--json").json["functions"]
    assert (llm["n_votes"], llm["unknown_rows"]) == (2, None)


def test_a_file_of_votes_is_read_by_the_projects_id_column(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "own"
    cli("init", root, "--classes", "ham,spam", "--id-column", "KEY")
    rows = tmp_path / "rows.csv"
    rows.write_text("KEY,text\nr1,free\nr2,lunch\n")
    cli("-C", root, "import", rows)
    answers = root / "labeling_functions" / "llm.csv"
    answers.write_text("id,KEY,label\n1,r1,spam\n2,x1,ham\n")
    (root / "labeling_functions" / "llm.py").write_text(
        "from workbench import external\nexternal('llm', 'labeling_functions/llm.csv')\n"
    )
    (llm,) = cli("-C", root, "apply", "--json").json["functions"]
    assert (llm["n_votes"], "'x1'" in llm["unknown_rows"]) == (1, True)
    (row,) = cli("-C", root, "lf", "list", "--json").json["functions"]
    assert row["state"] == "current"
    answers.write_text("number,label\n1,spam\n")
    failed = cli("-C", root, "apply")
    assert failed.code == 1
    assert "none is called 'KEY' or 'uid' or 'id'" in failed.out
    assert "id_column=" in failed.out


def test_functions_of_a_helper_that_no_script_holds_are_told(cli: Cli, filled: Project) -> None:
    (filled.functions_folder / "_more.py").write_text(
        "from workbench import keywords\n"
        "taken = keywords('taken', ['free'], 1)\nleft = keywords('left', ['free'], 1)\n"
    )
    (filled.functions_folder / "main.py").write_text("from _more import taken\n")
    said = "no script holds 'left' of this helper: it does not vote"
    for arguments in (("apply",), ("lf", "list"), ("lf", "watch", "--once")):
        called = cli("-C", filled.root, *arguments)
        assert (called.code, said in called.out) == (0, True)
    tried = cli("-C", filled.root, "lf", "test", "left")
    assert (tried.code, said in tried.err) == (1, True)
    assert cli("-C", filled.root, "lf", "test", "taken").code == 0


def test_answers_that_mean_nothing_are_told_by_apply(cli: Cli, filled: Project) -> None:
    (filled.functions_folder / "llm.csv").write_text("uid,label\nr1,yes\nr2,YES\nr3,maybe\n")
    script = filled.functions_folder / "llm.py"
    call = "external('llm', 'labeling_functions/llm.csv', answers={answers})\n"
    given = "{'yes': 'spam'}"
    script.write_text("from workbench import external, regex\n" + call.format(answers=given))
    said = "llm: answers that are not in `answers` abstain: 'YES' (1), 'maybe' (1)"
    assert said in cli("-C", filled.root, "apply").out
    assert "abstain" not in cli("-C", filled.root, "apply").out  # nothing was new
    # Whatever else is to be known of how a function runs is no lack of its answers.
    slow = "regex('slow', r'(?=free)', 'spam')\n"
    given = "{'yes': 'spam', 'YES': 'spam', 'maybe': 'ham'}"
    script.write_text("from workbench import external, regex\n" + call.format(answers=given) + slow)
    functions = cli("-C", filled.root, "apply", "--json").json["functions"]
    assert [(lf["name"], lf["unknown_answers"]) for lf in functions] == [
        ("llm", None),
        ("slow", None),
    ]


def test_a_removed_script_of_many_functions_fills_no_screen(cli: Cli, filled: Project) -> None:
    script = filled.functions_folder / "many.py"
    call = "keywords(f'w{i}', [f'x{i}'], 'spam')"
    script.write_text(f"from workbench import keywords\nfor i in range(30):\n    {call}\n")
    cli("-C", filled.root, "apply")
    script.write_text("from workbench import keywords\nkeywords('kept', ['free'], 'spam')\n")
    orphaned = cli("-C", filled.root, "apply", "--only", "kept").out
    assert orphaned.count("is no longer in any script") == 10
    assert "… and 20 more, whose votes still count" in orphaned
    withdrawn = cli("-C", filled.root, "apply").out
    assert withdrawn.count("is no longer in any script") == 10
    assert "… and 20 more that are in no script any more" in withdrawn


LINKS = """
from workbench import labeling_function

@labeling_function()
def has_prize(x):
    return 1 if "prize" in x.CONTENT else -1
"""


def _comments(tmp_path: Path, rows: list[dict[str, str]]) -> Path:
    path = tmp_path / "comments.csv"
    lines = [f"{row['id']},{row['text']}" for row in rows]
    path.write_text("\n".join(["COMMENT_ID,CONTENT", *lines]) + "\n")
    return path


@pytest.mark.parametrize("where", ["init", "import"])
def test_a_script_reads_the_columns_by_the_names_of_the_file(
    cli: Cli, tmp_path: Path, small_rows: Callable[[int], list[dict[str, str]]], where: str
) -> None:
    named = ("--text-column", "CONTENT", "--id-column", "COMMENT_ID")
    root = tmp_path / "comments"
    cli("init", root, "--classes", "ham,spam", *(named if where == "init" else ()))
    comments = _comments(tmp_path, small_rows(40))
    cli("-C", root, "import", comments, *(named if where == "import" else ()))
    script = root / "labeling_functions" / "links.py"
    script.write_text(LINKS)
    assert cli("-C", root, "lf", "test", "has_prize", "--json").json["n_votes"] == 5
    applied = cli("-C", root, "apply", "--json")
    assert applied.code == 0
    assert applied.json["functions"][0]["n_votes"] == 5


def test_functions_that_fail_everywhere_lead_to_one_next_step(
    cli: Cli, filled: Project, tmp_path: Path
) -> None:
    script = filled.functions_folder / "links.py"
    script.write_text(LINKS)
    at = ("-C", filled.root)
    step = "workbench lf test has_prize  (has_prize failed on 112 of 112 rows; mend it"
    applied = cli(*at, "apply")
    assert applied.code == 1
    assert "columns are: " in applied.out
    assert "[columns]" in applied.out, "where to name the column, and no word of ABSTAIN"
    assert "Return ABSTAIN" not in applied.out
    status = cli(*at, "status")
    assert "! failing" in status.out
    for called in (applied, cli(*at, "lf", "list"), status):
        assert f"next: {step}" in called.out
    for arguments in (("aggregate",), ("export", tmp_path / "none.csv", "--role", "production")):
        called = cli(*at, *arguments)
        assert called.code
        assert f"Next: {step}".replace("  ", " ") in called.err
    script.write_text(LINKS.replace("CONTENT", "text"))
    assert "next: workbench apply" in cli(*at, "status").out
    assert "failing" not in cli(*at, "apply").out + cli(*at, "status").out


def test_status_says_once_what_fails_and_the_test_how_to_try_again(
    cli: Cli, filled: Project
) -> None:
    names = ["one", "two", "three"]
    script = "from workbench import labeling_function\n" + "".join(
        f"\n@labeling_function()\ndef {name}(record):\n    raise ValueError\n" for name in names
    )
    (filled.functions_folder / "bad.py").write_text(script)
    at = ("-C", filled.root)
    cli(*at, "apply")
    said = "one failed on 112 of 112 rows; mend it, and 2 more functions that fail"
    shown = cli(*at, "status").out
    assert shown.splitlines()[-1] == f"next: workbench lf test one  ({said})"
    assert shown.count("failed on") == 1
    again = "also: workbench apply --retry --only one  ("
    assert again in cli(*at, "lf", "test", "one").out
    assert "--retry" not in cli(*at, "lf", "test", "two").out


def test_a_script_that_does_not_load_is_the_next_step_everywhere(cli: Cli, filled: Project) -> None:
    script = filled.functions_folder / "broken.py"
    script.write_text("import no_such_package\n")
    at = ("-C", filled.root)
    step = "next: workbench apply  (broken.py:1 is wrong; mend what apply says of it)"
    for command in (("apply",), ("status",), ("lf", "list")):
        assert step in cli(*at, *command).out
    script.write_text("")
    assert "is wrong" not in cli(*at, "status").out
    for name in ("broken", "worse"):
        (filled.functions_folder / f"{name}.py").write_text("import no_such_package\n")
    cli(*at, "apply")
    assert "broken.py:1 is wrong, and 1 more part of the scripts; mend" in cli(*at, "status").out


BRITTLE = """from workbench import ABSTAIN, keywords, labeling_function

keywords("wins", ["win", "free", "claim"], "spam")
keywords("meals", ["lunch", "dinner"], "ham")

@labeling_function()
def psy(record):
    if "call" in record.text:
        return "spam" if record.sentiment > 0 else ABSTAIN
    return ABSTAIN
"""


def test_a_function_that_fails_wherever_it_would_vote_is_failing_everywhere(
    cli: Cli, filled: Project
) -> None:
    script = filled.functions_folder / "brittle.py"
    script.write_text(BRITTLE)
    at = ("-C", filled.root)
    called = cli(*at, "apply")
    (said,) = [line for line in called.out.splitlines() if "psy is failing" in line]
    how = said.removeprefix("psy is failing: it ").removesuffix("; its votes stay")
    assert how.endswith("rows and votes on none of the others")
    status = cli(*at, "status").out
    assert f"next: workbench lf test psy  (psy {how}; mend it" in status
    listed = cli(*at, "lf", "list", "--json").json["functions"]
    assert [row["name"] for row in listed if row["is_failing"]] == ["psy"]
    aggregated = cli(*at, "aggregate")
    assert f"! psy {how}; mend it: workbench lf test psy" in aggregated.out
    assert "dead: psy" not in aggregated.out
    weights = {w["name"]: w["weight"] for w in cli(*at, "aggregate", "--json").json["weights"]}
    assert weights["psy"] is None
    script.write_text(BRITTLE.replace("record.sentiment > 0", "True"))
    assert cli(*at, "apply").code == 0
    assert "failing" not in cli(*at, "status").out


def test_one_row_proposed_is_one(cli: Cli, filled: Project) -> None:
    (filled.functions_folder / "first.py").write_text(BRITTLE.replace("record.sentiment > 0", "1"))
    at = ("-C", filled.root)
    for command in (("diagnose",), ("apply",), ("aggregate",), ("train",), ("propose", "-n", "1")):
        cli(*at, *command)
    assert "(1 proposed row waits for you (or: workbench tui))" in cli(*at, "status").out


def test_status_counts_the_scripts_that_wait(cli: Cli, filled: Project) -> None:
    for name in ("one", "two"):
        (filled.functions_folder / f"{name}.py").write_text("from workbench import keywords\n")
    assert "2 scripts to apply" in cli("-C", filled.root, "status").out


def test_what_was_read_by_index_is_said_at_every_door(
    cli: Cli, project: Project, write_csv: Callable[..., Path]
) -> None:
    at = ("-C", project.root)
    rows = [{"id": f"r{i}", "text": f"text {i}", "CLASS": str(i % 2)} for i in range(4)]
    path = write_csv("rows.csv", rows)
    named = ("--label-column", "CLASS")
    said = "read by the order of the classes: 0 as ham, 1 as spam"
    assert "--label-index takes 0 as ham" in cli(*at, "import", path, *named).err
    assert said in cli(*at, "import", path, *named, "--label-index").out
    assert said in cli(*at, "annotate", "--from", path, *named).out
    votes = [{"uid": f"r{i}", "f": str(i % 2)} for i in range(4)]
    assert said in cli(*at, "import-votes", write_csv("votes.csv", votes)).out


def test_evaluation_rows_without_labels_are_no_lack_of_rows(
    cli: Cli, project: Project, write_csv: Callable[..., Path], small_rows: Callable[[int], Any]
) -> None:
    at = ("-C", project.root)
    rows = [{"id": row["id"], "text": row["text"]} for row in small_rows(40)]
    cli(*at, "import", write_csv("t.csv", rows))
    bare = [row | {"id": f"e{row['id']}", "label": ""} for row in rows]
    shown = cli(*at, "import", write_csv("e.csv", bare), "--role", "evaluation").out
    assert "(0 of 40 with a label)" in shown
    assert "evaluation rows judge nothing" in shown
    (project.functions_folder / "f.py").write_text(
        "from workbench import keywords\nkeywords('a', ['free', 'win'], 'spam')\n"
        "keywords('b', ['you', 'dinner'], 'ham')\nkeywords('c', ['call'], 'spam')\n"
    )
    cli(*at, "apply")
    for command in ("aggregate", "train"):
        assert "40 evaluation rows, none with a trusted label" in cli(*at, command).out


def test_votes_for_a_class_that_is_gone_are_told_by_the_act_and_the_list(
    cli: Cli, voted: Project
) -> None:
    told = cli("-C", voted.root, "class", "split", "spam", "scam", "advert").out
    assert "labeling functions vote for it" in told
    shown = cli("-C", voted.root, "lf", "list").out
    assert "current, gone class" in shown
    assert "'offers' votes for 'spam', which was split" in shown
    assert "dead" not in shown


def test_a_cell_that_does_not_compare_is_not_tried_again(cli: Cli, filled: Project) -> None:
    (filled.functions_folder / "s.py").write_text(
        "from workbench import keywords, metadata\n"
        "metadata('cheap', 'vendor', '<', 5, label='spam')\nkeywords('k', ['free'], 'spam')\n"
    )
    first = cli("-C", filled.root, "apply")
    assert first.code == 1
    assert "in the column 'vendor' is no number" in first.out
    assert "write a function in Python that reads such cells" in " ".join(first.out.split())
    again = cli("-C", filled.root, "apply")
    assert (
        "--retry" not in first.out.split("also:")[0].split("next:")[0] + again.out.split("next:")[0]
    )
    assert cli("-C", filled.root, "apply", "--retry", "--json").json["functions"][0]["n_rows"] == 0
