"""The Python API from audit to backup, from several threads, and in its own words."""

from __future__ import annotations

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from threading import Barrier, Event

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.api.calls import in_python
from workbench.result import Result
from workbench.services.curve.curve import CurveResult

N_THREADS = 4


@pytest.fixture
def project(tmp_path: Path, small_rows):
    with wb.init(tmp_path / "p", ["ham", "spam"]) as p:
        p.import_(pd.DataFrame(small_rows(80)))
        yield p


@pytest.fixture
def audited(project):
    project.audit(controls=5)
    return project


def test_a_review_is_done_by_calls(audited) -> None:
    queue = audited.review_queue()
    assert (len(queue.rows), queue.n_controls) == (queue.n_waiting, 5)
    assert audited.review_queue(limit=2).rows == queue.rows[:2]
    first, second, third, *_ = queue.rows
    kept = audited.review(first.uid, first.given, annotator="ana")
    assert (kept.kind, kept.label, kept.annotator) == ("keep", first.given, "ana")
    index = audited.classes.index(second.suggested)
    assert audited.review(second.uid, index, annotator="ana", seconds=2).kind == "relabel"
    assert audited.review(third.uid, None, annotator="ana").kind == "flag"
    labels = audited.labels().set_index("uid")["label"]
    assert labels[[first.uid, second.uid]].tolist() == [first.given, second.suggested]
    assert audited.review_queue().n_waiting == queue.n_waiting - 3
    report = audited.review_report(by="vendor")
    assert (report.n_kept, report.n_corrected, report.n_ambiguous) == (1, 1, 1)
    progress = audited.review_progress()
    assert progress.n_reviewed + progress.n_controls_reviewed == 3


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1])
def test_a_time_that_no_answer_takes_is_refused(audited, seconds: float) -> None:
    row = audited.review_queue().rows[0]
    with pytest.raises(wb.WorkbenchError, match=f"^seconds is {seconds}\n"):
        audited.review(row.uid, row.given, seconds=seconds)
    assert audited.review_queue().rows[0] == row
    assert audited.verify().is_sound


def test_a_row_is_reviewed_anew_by_who_did_so(audited) -> None:
    row = audited.review_queue().rows[0]
    audited.review(row.uid, row.given, annotator="ana")
    assert audited.review(row.uid, row.suggested, annotator="ana").kind == "relabel"
    with pytest.raises(wb.WorkbenchError, match="ana has reviewed"):
        audited.review(row.uid, row.given, annotator="ben")
    assert audited.undo(annotator="ana").uids == (row.uid,)


def test_what_is_no_question_of_a_review_is_refused(project) -> None:
    with pytest.raises(wb.WorkbenchError, match="have not been audited"):
        project.review("r0", "ham")
    project.audit(controls=1)
    asked = {row.uid for row in project.review_queue().rows}
    other = next(uid for uid in project.labels()["uid"] if uid not in asked)
    with pytest.raises(wb.WorkbenchError, match=f"does not ask about '{other}'"):
        project.review(other, "ham")
    uid = asked.pop()
    project.annotate(uid, "ham")
    with pytest.raises(wb.WorkbenchError, match="does not ask about"):
        project.review(uid, "spam")
    with pytest.raises(wb.WorkbenchError, match="unknown class"):
        project.review(asked.pop(), "eggs")


def test_answers_come_from_files_too(audited, tmp_path: Path) -> None:
    rows = audited.review_queue().rows
    table = pd.DataFrame({"id": [row.uid for row in rows], "label": [row.given for row in rows]})
    table.to_csv(tmp_path / "answers.csv", index=False)
    assert audited.import_review(tmp_path / "answers.csv", limit=2).n_kept == 2
    told = pd.DataFrame({"id": ["r0"], "label": ["spam"]})
    told.to_csv(tmp_path / "told.csv", index=False)
    assert audited.import_decisions(str(tmp_path / "told.csv"), annotator="ben").n_added == 1
    for call in (audited.review_queue, audited.log):
        with pytest.raises(wb.WorkbenchError, match="at least one"):
            call(limit=0)


def test_rows_are_relabelled_in_one_act(project) -> None:
    done = project.relabel("spam", ["r0", "r2"], annotator="ana", note="looked again")
    assert (done.label, done.n_changed) == ("spam", 2)
    n_spam = (project.labels()["label"] == "spam").sum()
    assert project.relabel(0, labelled=1).n_changed == n_spam > 2
    project.undo()
    assert (project.labels()["label"] == "spam").sum() == n_spam


def test_the_label_set_is_changed_by_calls(project) -> None:
    assert project.add_classes(["eggs", "beans"]).after == ("ham", "spam", "eggs", "beans")
    project.rename_class("eggs", "tofu")
    assert project.merge_classes({"tofu"}, "ham").after == ("ham", "spam", "beans")
    assert project.split_class("spam", ["scam", "ads"]).after == ("ham", "beans", "scam", "ads")
    assert project.retire_class("beans").after == project.classes == ("ham", "scam", "ads")
    assert [c.name for c in project.list_classes() if c.index is not None] == [*project.classes]
    with pytest.raises(wb.WorkbenchError, match="annotator"):
        project.add_classes(["more"], annotator="\n")


def test_the_log_and_the_file_are_looked_at(audited, tmp_path: Path) -> None:
    newest, *_ = runs = audited.log()
    assert [run.kind for run in runs] == ["audit", "import", "init"]
    assert audited.log(kind="import") == runs[1:2]
    assert audited.show(newest.run_id).inputs
    assert len(repr(newest)) < 400
    assert audited.verify().is_sound
    copy = audited.backup(tmp_path / "copy.db")
    assert copy.contents.n_examples == 80
    with pytest.raises(wb.WorkbenchError, match="there already") as refused:
        audited.backup(tmp_path / "copy.db")
    assert "replace=True" in refused.value.hint
    assert "--" not in refused.value.hint
    assert audited.backup(tmp_path / "copy.db", replace=True).n_bytes == copy.n_bytes


CALLS = {
    "import_": lambda p, path: p.import_(pd.DataFrame({"text": ["one more"]})),
    "import_votes": lambda p, path: p.import_votes(path / "votes.csv"),
    "import_decisions": lambda p, path: p.import_decisions(path / "labels.csv"),
    "functions": lambda p, path: p.functions(),
    "apply": lambda p, path: p.apply(),
    "aggregate": lambda p, path: p.aggregate(),
    "train": lambda p, path: p.train(),
    "embed": lambda p, path: p.embed(source=path / "own.npy", name="own"),
    "propose": lambda p, path: p.propose(5),
    "annotate": lambda p, path: p.annotate("r0", "ham"),
    "undo": lambda p, path: p.undo(),
    "redo": lambda p, path: p.redo(),
    "agreement": lambda p, path: p.agreement(n_resamples=20),
    "relabel": lambda p, path: p.relabel("ham", ["r1"]),
    "audit": lambda p, path: p.audit(controls=5),
    "review_queue": lambda p, path: p.review_queue(),
    "review": lambda p, path: p.review(p.review_queue().rows[0].uid, "ham"),
    "import_review": lambda p, path: p.import_review(path / "labels.csv"),
    "review_progress": lambda p, path: p.review_progress(),
    "review_report": lambda p, path: p.review_report(),
    "diagnose": lambda p, path: p.diagnose(),
    "split": lambda p, path: p.split(),
    "export": lambda p, path: p.export(path / "out.csv"),
    "status": lambda p, path: p.status(),
    "why": lambda p, path: p.why("r0"),
    "show": lambda p, path: p.show(1),
    "diff": lambda p, path: p.diff(p.log(kind="train")[0].run_id, p.log(kind="audit")[0].run_id),
    "snapshot": lambda p, path: p.snapshot("now"),
    "verify": lambda p, path: p.verify(),
    "backup": lambda p, path: p.backup(path / "copy.db"),
    "add_classes": lambda p, path: p.add_classes(["eggs", "beans"]),
    "rename_class": lambda p, path: p.rename_class("eggs", "tofu"),
    "merge_classes": lambda p, path: p.merge_classes(["tofu"], "ham"),
    "split_class": lambda p, path: p.split_class("spam", ["scam", "ads"]),
    "retire_class": lambda p, path: p.retire_class("beans"),
}  # fmt: skip
OTHERS = {"labels", "log", "list_classes", "close", "curve"}
"""These return a DataFrame, tuples or nothing; a curve needs many labels."""


def test_every_result_is_shown_in_a_few_lines(project, tmp_path: Path, script: str) -> None:
    (project.functions_folder / "first.py").write_text(script)
    table = project.labels()[["uid", "label"]]
    table.to_csv(tmp_path / "labels.csv", index=False)
    table.rename(columns={"label": "crowd"}).to_csv(tmp_path / "votes.csv", index=False)
    np.save(tmp_path / "own.npy", np.eye(81, 4, dtype=np.float32))
    groups = [cls for cls in wb.Project.__mro__ if cls.__module__.startswith("workbench.api")]
    methods = {
        name for group in groups for name, one in vars(group).items() if inspect.isfunction(one)
    }
    assert {name for name in methods if not name.startswith("_")} == CALLS.keys() | OTHERS
    assert issubclass(CurveResult, Result)
    for name, call in CALLS.items():
        result = call(project, tmp_path)
        assert isinstance(result, Result), name
        lines = repr(result).splitlines()
        assert lines[0] == type(result).__name__
        assert len(lines) <= 2 * len(fields(result)) + 20
        assert max(map(len, lines)) <= 120


def test_a_project_shows_its_folder_rows_and_classes(project) -> None:
    assert repr(project) == f"Project({str(project.root)!r}): 80 rows; classes ham, spam"
    project.add_classes([f"class {i}" for i in range(40)])
    assert repr(project).endswith("class 9, …")
    project.close()
    assert ": closed; classes ham" in repr(project)


def test_threads_share_a_project(project, script: str) -> None:
    (project.functions_folder / "first.py").write_text(script)
    start = Barrier(N_THREADS)

    def work(thread: int) -> int:
        start.wait()
        for i in range(40):
            name = f"annotator {thread % 3}"
            project.annotate(f"r{(17 * thread + i) % 80}", i % 2, annotator=name)
            if i % 10 == thread:
                project.status()
                project.labels()
                project.apply()
            assert project.classes == ("ham", "spam")
        return 40

    with ThreadPoolExecutor(N_THREADS) as pool:
        n = sum(pool.map(work, range(N_THREADS)))
    assert len(project.store.decisions.active()) == n
    project.annotate("r0", None, annotator="last")
    outcomes = {run.outcome for run in project.log(limit=1_000)[1:]}
    assert outcomes == {"done"}
    assert project.verify().is_sound


def test_a_call_waits_for_the_one_before(project) -> None:
    is_under_way, may_go_on = Event(), Event()

    def progress(told) -> None:
        is_under_way.set()
        assert project.status().n_labelled == 80  # a call within a call
        assert may_go_on.wait(60)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(project.import_, pd.DataFrame({"text": ["x"]}), progress=progress)
        assert is_under_way.wait(60)
        second = pool.submit(project.annotate, "r0", "ham")
        assert ": at work in another thread;" in repr(project)
        assert not second.done()
        may_go_on.set()
        assert first.result().n_added == 1
        assert second.result().label == "ham"


def test_errors_name_arguments_not_options(project, tmp_path: Path) -> None:
    frame = pd.DataFrame({"txt": ["a"]})
    errors = {
        "text_column COLUMN": lambda: project.import_(frame),
        'on_bad_row="skip" leaves': lambda: project.import_(pd.DataFrame({"text": ["a", None]})),
        "labels=False": lambda: project.import_(
            frame.rename(columns={"txt": "text"}), role="evaluation"
        ),
        "labelled CLASS": lambda: project.relabel("ham"),
        "compare batch=a batch=b": lambda: project.diagnose(compare=["a=b"]),
        "or with format": lambda: project.export(tmp_path / "x.foo"),
        "uids goes with source": lambda: project.embed(uids="uids.txt"),
        "Name the project with path, or make one: workbench init DIR --classes ham,spam": lambda: (
            wb.open(tmp_path)
        ),
    }
    for said, call in errors.items():
        with pytest.raises(wb.WorkbenchError, match=re.escape(said)):
            call()


def test_commands_and_what_a_call_does_not_take_stay_as_they_are() -> None:
    text = "Say --yes, or run: workbench import FILE --role train. Or leave --role, --seeds out."
    told = (
        "Say replace=True, or run: workbench import FILE --role train. Or leave role, --seeds out."
    )
    assert in_python(text, {"replace", "role"}) == told
    assert in_python(text, ()) == text
    column = "Name the right one: --column COLUMN."
    assert in_python(column, {"columns"}) == "Name the right one: columns COLUMN."
