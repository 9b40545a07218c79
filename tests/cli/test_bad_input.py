"""Bad input: one clear message with place and remedy, exit code 1 or 2, nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.services.config import write_config
from workbench.services.project import Project


@pytest.fixture
def hasty(filled: Project) -> Project:
    """A project whose functions get 0.3 s a row."""
    path = filled.root / "workbench.toml"
    write_config(path, replace(filled.config, row_timeout=0.3))
    return filled


GOOD = 'from workbench import keywords\nkeywords("good", ["free"], "spam")\n'


def function(body: str) -> str:
    head = "from workbench import labeling_function\n\n@labeling_function()\n"
    return f"{head}def bad(x):\n    {body}\n"


BROKEN_SCRIPTS = [
    ("def broken(:\n    pass\n", ["bad.py:1", "syntax"]),
    ("import no_such_package\n", ["bad.py:1", "no_such_package"]),
    ("raise ValueError('at import')\n", ["bad.py:1", "at import"]),
    ("import sys\nsys.exit(3)\n", ["bad.py"]),
    ("import os\nos._exit(3)\n", ["bad.py"]),
]


@pytest.mark.parametrize(("script", "expected"), BROKEN_SCRIPTS)
def test_a_broken_script_is_named_and_the_others_are_applied(
    cli, filled: Project, script: str, expected: list[str]
) -> None:
    (filled.functions_folder / "bad.py").write_text(script)
    (filled.functions_folder / "good.py").write_text(GOOD)
    called = cli("-C", filled.root, "apply")
    assert called.code == 1
    for part in expected:
        assert part.lower() in (called.out + called.err).lower()
    assert [v.name for v in filled.store.votes.in_force()] == ["good"]
    assert cli("-C", filled.root, "lf", "list").code == 1


BAD_BODIES = [
    ("return 99", ["99", "0..1"]),
    ("return None", ["None", "ABSTAIN"]),
    ("return 'spma'", ["spma", "spam"]),
    ("return 1 / 0", ["ZeroDivisionError"]),
    ("return x.no_such_column", ["no_such_column", "vendor"]),
    ("import sys; sys.exit(2)", ["SystemExit"]),
    ("import os; os._exit(2)", ["bad"]),
    ("while True: pass", ["bad"]),
]


@pytest.mark.parametrize(("body", "expected"), BAD_BODIES)
def test_a_bad_function_is_recorded_and_the_others_go_on(
    cli, hasty: Project, body: str, expected: list[str]
) -> None:
    # Two rows only, so that a function that hangs on each is soon through.
    body = f"if x.uid not in ('r1', 'r5'): return -1\n    {body}"
    (hasty.functions_folder / "bad.py").write_text(function(body))
    (hasty.functions_folder / "good.py").write_text(GOOD)
    called = cli("-C", hasty.root, "apply")
    assert called.code == 1
    for part in [*expected, "r1", "2 rows failed"]:
        assert part in called.out + called.err
    versions = {v.name: v for v in hasty.store.votes.in_force()}
    assert set(versions) == {"bad", "good"}
    ids = [versions["bad"].lf_version_id]
    assert hasty.store.votes.totals(ids[0]).n_errors == 2
    assert hasty.store.votes.of_example(ids, 2) == [-1]
    assert [e.uid for e in hasty.store.votes.errors(ids[0])] == ["r1", "r5"]
    assert hasty.store.votes.totals(versions["good"].lf_version_id).n_votes > 0


FATAL_BODIES = [
    "os.closerange(3, 100)",
    "for fd in range(3, 100):\n        with contextlib.suppress(OSError): os.write(fd, b'!' * 99)",
]


@pytest.mark.parametrize("body", FATAL_BODIES)
def test_a_function_in_quarantine_is_a_failure(cli, filled: Project, body: str) -> None:
    script = function(body + "\n    return 1")
    (filled.functions_folder / "bad.py").write_text(f"import contextlib, os\n{script}")
    called = cli("-C", filled.root, "apply")
    assert called.code == 1
    assert "bad is quarantined" in called.out
    assert "next: workbench lf test bad  (bad is in quarantine; mend it" in called.out


def test_a_pipe_among_the_scripts_is_named_and_not_waited_for(cli, filled: Project) -> None:
    os.mkfifo(filled.functions_folder / "pipe.py")
    (filled.functions_folder / "good.py").write_text(GOOD)
    called = cli("-C", filled.root, "lf", "list")
    assert called.code == 1
    assert "good" in called.out
    assert "pipe.py: the script cannot be read: it is no file" in called.out


def test_a_folder_of_functions_that_cannot_be_read_is_not_empty(voted: Project) -> None:
    voted.functions_folder.chmod(0)
    command = [sys.executable, "-m", "workbench", "-C", str(voted.root), "apply"]
    # A superuser reads everything: the capabilities that let him are dropped.
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"]
    command = [*drop, *command] if os.geteuid() == 0 else command
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        voted.functions_folder.chmod(0o755)
    assert done.returncode == 1, done.stderr
    assert "the labeling functions cannot be read: Permission denied" in done.stderr
    assert len(voted.store.votes.in_force()) == 4


def test_usage_errors_exit_with_2(cli, filled: Project, tmp_path: Path) -> None:
    at = ("-C", filled.root)
    for call, part in [
        (["init", tmp_path / "x", "--classes", "one"], "2 to"),
        (["init", filled.root, "--classes", "a,b"], "a project already"),
        (["init", tmp_path / "y"], "--classes"),
        ([*at, "nonsense"], "no command"),
        ([*at, "diagnos"], "Did you mean 'diagnose'"),
        ([*at, "why", "r"], "Did you mean er0"),
        ([*at, "why", "zzz"], "no example 'zzz'"),
        ([*at, "show", "999"], "no run 999"),
        ([*at, "show", "9" * 23], "'RUN'"),
        ([*at, "diff", "9" * 5000, "1"], "no run or snapshot"),
        ([*at, "diff", "1", "2"], "run 1 (init) came before there was a label"),
        ([*at, "diff", "2", "999"], "no run or snapshot '999'"),
        ([*at, "log", "-n", "-5"], "'-n'"),
        ([*at, "propose", "--seed", "-1"], "0<=x<=4294967295"),
        ([*at, "split", "--seed", "-1"], "0<=x<=4294967295"),
        (["init", tmp_path / "x", "--classes", "a,b", "--seed", "-1"], "0<=x<=4294967295"),
        (["init", tmp_path / "x", "--classes", "a,caf\udce9"], "is not UTF-8"),
        (["init", tmp_path / "x", "--classes", "a,a"], "Name each class once"),
        (["init", tmp_path / "x", "--classes", "a,b\x07"], "Take them out"),
        ([*at, "audit", "--by", "vndor"], "no column 'vndor'"),
        ([*at, "propose", "-n", "0"], "at least one"),
        ([*at, "propose", "--strategy", "magic"], "Strategies"),
        ([*at, "export", tmp_path / "x.docx"], "csv, jsonl, parquet"),
        ([*at, "annotate", "--annotator", "  "], "annotator"),
        ([*at, "import", tmp_path / "x.csv", "--role", "test"], "role"),
        (["-C", tmp_path, "status"], "workbench init"),
        (["-C", tmp_path / "nowhere", "status"], "no such folder"),
    ]:
        called = cli(*call)
        assert called.code == 2, call
        assert part in called.err, called.err


def test_failures_exit_with_1_and_say_what_to_do(cli, project: Project, tmp_path: Path) -> None:
    at = ("-C", project.root)
    for call, part in [
        ([*at, "import", tmp_path / "no.csv"], "no such file"),
        ([*at, "import", tmp_path], "this is no file"),
        ([*at, "import-votes", tmp_path / "no.csv"], "no such file"),
        ([*at, "annotate", "--from", tmp_path / "no.csv"], "no such file"),
        ([*at, "lf", "test", "nothing"], "no labeling function 'nothing'"),
        ([*at, "diagnose"], "workbench import"),
        ([*at, "audit"], "too few"),
        ([*at, "propose"], "no training row"),
        ([*at, "apply"], "workbench import"),
        ([*at, "aggregate"], "no votes"),
        ([*at, "train"], "no training row has a label"),
        ([*at, "export", tmp_path / "x.csv"], "has a label"),
    ]:
        called = cli(*call)
        assert called.code in (1, 2), call
        assert part in called.err, called.err
    assert not (tmp_path / "x.csv").exists()


def test_a_wrong_configuration_names_key_and_remedy(cli, project: Project) -> None:
    path = project.root / "workbench.toml"
    whole = path.read_text()
    for old, new, part in [
        ("seed = 0", "seed = 'x'", "seed is 'x'"),
        ("seed = 0", "sead = 0", "unknown key 'sead'"),
        ("min_confidence = 0.5", "min_confidence = 7", "from 0 to 1"),
        ('classes = ["ham", "spam"]', 'classes = ["spam", "ham"]', "Keep the order"),
        ('classes = ["ham", "spam"]', 'classes = ["ham"', "not valid TOML"),
        ('"given", "model"]', '"given"]', "orders these four"),
        ('default_class = ""', 'default_class = "eggs"', "It is one of: ham, spam"),
        ('default_class = ""', "default_class = 1", "text in quotes"),
        ("seed = 0", "seed = -5", "from 0 to 4294967295"),
        ("seed = 0", f"seed = {'9' * 23}", "from 0 to 4294967295"),
        ("seed = 0", f"seed = {'9' * 5000}", "not valid TOML"),
        ("workers = 1", "workers = 0", "1 or more"),
        ('text = "text"', 'text = "id"', "a name of its own"),
        ('text = "text"', 'text = ""', "a name of its own"),
        *(
            ("row_timeout = 1.0", f"row_timeout = {seconds}", "from 0.001 to 86400")
            for seconds in ("inf", "nan", "1e-6", "1e18", "-1", "0")
        ),
    ]:
        path.write_text(whole.replace(old, new))
        called = cli("-C", project.root, "status")
        assert (called.code, part in called.err) == (2, True), called.err
        assert "\n  " in called.err
    path.write_text(
        whole.replace('["ham", "spam"]', '["ham", "spam", "other"]'), encoding="utf-8-sig"
    )
    assert cli("-C", project.root, "status", "--json").json["classes"] == ["ham", "spam", "other"]


def test_a_configuration_of_another_encoding_or_half_merged_says_how_to_mend_it(
    cli, project: Project
) -> None:
    path = project.root / "workbench.toml"
    whole = path.read_text()
    path.write_text(whole, encoding="utf-16")
    called = cli("-C", project.root, "status")
    assert (called.code, "Save it as UTF-8" in called.err) == (2, True)
    path.write_text(f"<<<<<<< HEAD\nseed = 1\n=======\n>>>>>>> other\n{whole}")
    called = cli("-C", project.root, "status")
    assert (called.code, "keep one, without the lines <<<" in called.err) == (2, True)


def test_nobody_is_asked_where_no_decision_can_be_kept(
    cli, filled: Project, monkeypatch: pytest.MonkeyPatch, answer
) -> None:
    monkeypatch.setattr("os.access", lambda _, mode: mode != os.W_OK)
    answer("1")
    called = cli("-C", filled.root, "annotate")
    assert (called.code, called.out) == (1, "")
    assert "no decision can be kept" in called.err
    assert "asked because" not in called.err


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_folder_without_its_database_is_read_by_nothing_and_begun_by_an_import(
    cli, project: Project, tmp_path: Path, is_empty: bool
) -> None:
    project.close()
    root, path = project.root, project.store.path
    copy = tmp_path / "copy"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.db*"))
    if is_empty:
        (copy / path.name).touch()
    before = sorted(copy.iterdir())
    for command in ("status", "log", "verify", "lf list", "annotate", "export x.csv"):
        refused = cli("-C", copy, *command.split())
        assert refused.code == 2
        for part in (f"{copy / path.name}: ", "workbench restore FILE", "workbench import FILE"):
            assert part in refused.err
    refused = cli("init", copy, "--classes", "a,b")
    assert (refused.code, "workbench restore FILE" in refused.err) == (2, True)
    slip = cli("-C", copy, "import", tmp_path / "row.csv")
    assert (slip.code, "no such file" in slip.err, "is begun" in slip.err) == (1, True, False)
    assert sorted(copy.iterdir()) == before
    (tmp_path / "rows.csv").write_text("text\nhello\n")
    imported = cli("-C", copy, "import", tmp_path / "rows.csv", "--json")
    assert imported.json["files"][0]["n_added"] == 1
    assert "copy: a new workbench.db is begun" in imported.err
    assert cli("-C", copy, "import", tmp_path / "rows.csv").err == ""
    assert cli("-C", copy, "status", "--json").json["classes"] == ["ham", "spam"]


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_backup_comes_back_where_there_is_no_database_or_an_empty_file(
    cli, filled: Project, tmp_path: Path, is_empty: bool
) -> None:
    assert cli("-C", filled.root, "backup", tmp_path / "copy.db").code == 0
    filled.close()
    filled.store.path.unlink()
    if is_empty:
        filled.store.path.touch()
    assert cli("-C", filled.root, "restore", tmp_path / "copy.db").code == 0
    assert cli("-C", filled.root, "status", "--json").json["by_role"]["train"] > 0


VOTES = [
    ("uid,a\nr1,spam\nzz,spam\n", ["row 2", "'zz'"]),
    ("uid,a\nr1,7\n", ["row 1", "column 'a'", "'7'", "0..1"]),
    ("row,a\nr1,spam\n", ["no column of ids", "--id-column"]),
    ("uid,a\nr1,spam\nr1,ham\n", ["twice", "row 1"]),
    ("uid\nr1\n", ["no column of votes"]),
    ("uid,a\n", ["there are no rows"]),
    ("uid,a\nr1," + "9" * 5000, ["row 1", "column 'a'"]),
]


@pytest.mark.parametrize(("content", "expected"), VOTES)
def test_bad_votes_are_refused_whole(
    cli, filled: Project, tmp_path: Path, content: str, expected: list[str]
) -> None:
    (tmp_path / "v.csv").write_text(content)
    called = cli("-C", filled.root, "import-votes", tmp_path / "v.csv")
    assert called.code == 1
    for part in expected:
        assert part in called.err
    assert filled.store.votes.in_force() == []


DECISIONS = [
    ("id,label\nr1,spam\nzz,spam\n", ["row 2", "'zz'"]),
    ("id,label\nr1,spma\n", ["row 1", "Did you mean 'spam'"]),
    ("id,label,kind\nr1,,relabel\n", ["relabel without a class"]),
    ("id,label,kind\nr1,spam,dance\n", ["unknown kind 'dance'"]),
    ("id,label,seconds\nr1,spam,long\n", ["row 1"]),
    ("id,label\n", ["there are no rows"]),
]


@pytest.mark.parametrize(("content", "expected"), DECISIONS)
def test_bad_decisions_are_refused_whole(
    cli, filled: Project, tmp_path: Path, content: str, expected: list[str]
) -> None:
    (tmp_path / "d.csv").write_text(content)
    called = cli("-C", filled.root, "annotate", "--from", tmp_path / "d.csv")
    assert called.code == 1
    for part in expected:
        assert part in called.err
    assert filled.store.decisions.active() == []


def test_a_file_of_probabilities_must_fit(cli, filled: Project, tmp_path: Path) -> None:
    import numpy as np

    np.save(tmp_path / "p.npy", np.full((3, 2), 0.5))
    called = cli("-C", filled.root, "audit", "--probabilities", tmp_path / "p.npy")
    assert (called.code, "has shape (3, 2), not (" in called.err) == (1, True)
    (tmp_path / "q.npy").write_bytes(b"junk")
    assert cli("-C", filled.root, "audit", "--probabilities", tmp_path / "q.npy").code == 1
