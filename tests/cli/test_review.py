"""``workbench review`` and what ``audit`` prints."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.review.review import record_review, review_queue


@pytest.fixture
def at(filled: Project, cli: Callable[..., object]) -> tuple[str, Path]:
    """A project whose rows were audited."""
    cli("-C", filled.root, "audit")
    return "-C", filled.root


def test_keys_keep_take_flag_undo_and_quit(cli, at, filled: Project, answer) -> None:
    queue = review_queue(filled)
    answer("y", "a", "f", "u", "1", "k", "", "q", "y")
    called = cli(*at, "review", "--annotator", "ana")
    assert called.code == 0
    events = filled.store.decisions.active()
    assert [event.kind for event in events[:2]] == ["keep", "relabel"]
    assert len(events) == 3
    assert events[2].kind == ("keep" if queue[2].given == "ham" else "relabel")
    assert "undone: flag" in called.err
    assert "'k' is none of the keys" in called.err
    assert "rows reviewed" in called.out
    assert "control" not in called.err


def test_what_undo_takes_back_of_an_earlier_sitting_is_asked_again(
    cli, at, filled: Project, answer
) -> None:
    first, second, *_ = review_queue(filled)
    answer("a", "a", "q")
    cli(*at, "review", "--annotator", "ana")
    answer("u", "y", "q")
    called = cli(*at, "review", "--annotator", "ana")
    uid = filled.store.examples.uids()[second.example_id - 1]
    assert f"undone: relabel {second.suggested} → {uid}" in called.err
    said = [(event.kind, event.example_id) for event in filled.store.decisions.active()]
    assert said == [("relabel", first.example_id), ("keep", second.example_id)]


def test_a_class_is_named_where_there_are_more_than_keys(cli, at, filled: Project, answer) -> None:
    first = review_queue(filled)[0]
    answer("l", "letter", "l", first.suggested, "q")
    called = cli(*at, "review")
    assert "unknown class 'letter'" in called.err
    assert [event.kind for event in filled.store.decisions.active()] == ["relabel"]


def test_a_digit_is_the_class_that_the_screen_shows_at_the_name_too(
    cli, at, filled: Project, answer
) -> None:
    answer("1", "l", "1", "l", "0", "q")
    called = cli(*at, "review")
    first, second = filled.store.decisions.active()
    assert first.class_id == second.class_id == filled.label_set.number_of_name["ham"]
    assert "1=ham" in called.err
    assert called.err.count("  ham   ") == 2
    assert "unknown class '0'" in called.err


@pytest.fixture
def answer_amid(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answer the next prompt line by line; what is no line is done before the one that follows."""

    def answer(*steps: str | Callable[[], object]) -> None:
        left = list(steps)

        def readline() -> str:
            while left:
                step = left.pop(0)
                if isinstance(step, str):
                    return f"{step}\n"
                step()
            return ""

        stdin = io.StringIO()
        monkeypatch.setattr(stdin, "readline", readline)
        monkeypatch.setattr("sys.stdin", stdin)

    return answer


def test_two_people_at_once_do_not_answer_the_same_row(
    cli, at, filled: Project, answer_amid
) -> None:
    first, second, third, *_ = review_queue(filled)

    def another_answers() -> None:
        with Project(filled.root) as project, Session(project, annotator="ann") as session:
            record_review(project, session, first, first.suggested)
            record_review(project, session, second, second.suggested)

    answer_amid(another_answers, "y", "y", "q")
    called = cli(*at, "review", "--annotator", "bob")
    uid = filled.store.examples.uids()[first.example_id - 1]
    # The row that was shown already is refused, the other is not asked any more.
    assert f"ann has reviewed {uid}: {first.suggested}" in called.err
    assert "2 rows wait no more" in called.err
    said = [(e.annotator, e.kind, e.example_id) for e in filled.store.decisions.active()]
    assert said == [
        ("ann", "relabel", first.example_id),
        ("ann", "relabel", second.example_id),
        ("bob", "keep", third.example_id),
    ]


def test_an_open_prompt_goes_over_to_a_new_audit(cli, at, filled: Project, answer_amid) -> None:
    def audits() -> None:
        with Project(filled.root) as project:
            audit_labels(project, seed=7, controls=5)

    answer_amid("s", audits, "s", "s", "s", "q")
    called = cli(*at, "review")
    run = filled.store.runs.last_done("audit")
    assert run is not None
    assert f"audited anew, run {run.run_id}" in called.err
    asked_by = [event.batch_run_id for event in filled.store.decisions.active()]
    assert asked_by == [run.run_id - 2] * 2 + [run.run_id] * 2
    assert called.out.startswith("2 of ")


def test_an_open_prompt_says_that_a_new_audit_leaves_no_row(
    cli, at, filled: Project, answer_amid
) -> None:
    def audits() -> None:
        with Project(filled.root) as project:
            with Session(project, annotator="ann") as session:
                for item in review_queue(project):
                    record_review(project, session, item, item.suggested)
            audit_labels(project)
            with Session(project, annotator="ann") as session:
                for item in review_queue(project):
                    record_review(project, session, item, item.given)

    answer_amid("s", audits, "s", "s", "q")
    called = cli(*at, "review", "--annotator", "bob")
    run = filled.store.runs.last_done("audit")
    assert run is not None
    assert f"audited anew, run {run.run_id}: none of its rows waits" in called.err
    assert "wait no more" not in called.err


def test_the_end_of_the_input_ends_the_review(cli, at, filled: Project, answer) -> None:
    answer("y")
    assert cli(*at, "review").code == 0
    assert len(filled.store.decisions.active()) == 1


def test_a_file_answers_and_the_report_follows(cli, at, filled: Project, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    uids = filled.store.examples.uids()
    path.write_text("id,label\n" + "".join(f"{uid},ham\n" for uid in uids))
    n_waiting = len(review_queue(filled))
    progress = cli(*at, "review", "--from", path, "--json").json
    assert progress["n_waiting"] == 0
    assert len(filled.store.decisions.active()) == n_waiting
    report = cli(*at, "review", "--report", "--by", "vendor", "--json").json
    assert {group["group"] for group in report["by_group"]} == {"good", "bad"}
    shown = cli(*at, "review", "--report", "--by", "vendor")
    assert "wrong labels by vendor" in shown.out
    # Each vendor is judged by its own random rows, which are few: ranges, and what narrows them.
    assert {group["before"] for group in report["by_group"]} == {None}
    assert all(f" of {group['n_random']} " in shown.out for group in report["by_group"])
    assert " to " in shown.out
    drawn = re.search(r"workbench audit --controls (\d+)", " ".join(shown.out.split()))
    assert drawn is not None
    assert cli(*at, "review").err.startswith("no suspect waits")
    assert 0 < cli(*at, "audit", "--controls", "7", "--json").json["n_controls"] <= 7


def test_the_end_names_the_report_only_where_there_is_one(cli, at, filled: Project, answer) -> None:
    control = next(item for item in review_queue(filled) if item.is_control)
    uid = filled.store.examples.uids()[control.example_id - 1]
    relabel_rows(filled, control.suggested, uids=[uid])
    answer("q")
    assert "--report" not in cli(*at, "review").out
    assert cli(*at, "review", "--report").code == 2
    answer("y", "q")
    assert "--report" in cli(*at, "review").out
    assert cli(*at, "review", "--report").code == 0


def test_the_queue_is_listed_with_the_origin_of_each_row(cli, at, filled: Project) -> None:
    queue = review_queue(filled)
    uids = filled.store.examples.uids()
    listing = cli(*at, "review", "--list", "--json").json
    assert [row["uid"] for row in listing["rows"]] == [uids[i.example_id - 1] for i in queue]
    origins = ["control sample" if item.is_control else "suspect" for item in queue]
    assert [row["origin"] for row in listing["rows"]] == origins
    assert set(origins) == {"control sample", "suspect"}
    assert listing["n_controls"] == origins.count("control sample")
    assert {row["role"] for row in listing["rows"]} >= {"train"}
    for row in listing["rows"]:
        asked = cli(*at, "why", row["uid"], "--json").json["questions"][0]["reason"]
        assert ("control sample" in asked) == (row["origin"] == "control sample")
    shown = cli(*at, "review", "--list", "-n", "1")
    assert listing["rows"][0]["uid"] in shown.out
    assert f"{len(queue) - 1} more, beyond -n" in shown.out
    assert not filled.store.decisions.active()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--by", "vendor"), "--by goes with --report, not with the prompt"),
        (("--id-column", "id"), "--id-column goes with --from"),
        (("--report", "--annotator", "ana"), "--annotator goes with"),
        (("--report", "-n", "3"), "-n goes with"),
        (("--report", "--label-column", "x"), "--label-column goes with --from"),
        (("--list", "--annotator", "ana"), "not with --list"),
        (("--list", "--report"), "--list and --report are two steps"),
        (("--list", "--from", "x.csv"), "two steps"),
    ],
)
def test_options_that_would_say_nothing_are_refused(cli, at, options, message) -> None:
    refused = cli(*at, "review", *options)
    assert (refused.code, message in refused.err) == (2, True)


def test_what_is_asked_for_is_one_table(cli, voted: Project) -> None:
    at = ("-C", voted.root)
    # Ten classes more, which no row has.
    for i in range(10):
        assert cli(*at, "class", "add", f"empty{i}").code == 0
    by_class = cli(*at, "audit", "--by", "class").out
    assert by_class.count("by class") == 1
    assert by_class.count("empty") == 0
    assert "10 classes have no labels" in by_class
    by_function = cli(*at, "audit", "--by", "function").out.splitlines()
    functions = {version.name for version in voted.store.votes.in_force()}
    for name in functions:
        assert sum(line.startswith(f"{name} ") for line in by_function) <= 1
    assert not [line for line in by_function if line.startswith("by function")]
    twice = cli(*at, "audit", "--by", "vendor", "--by", "class")
    assert (twice.code, "one at a time, not vendor and class" in twice.err) == (2, True)
    by_vendor = cli(*at, "audit", "--by", "vendor").out
    assert "by vendor, the worst first" in by_vendor
    assert "by class" in by_vendor


def test_what_cannot_be_done_is_said_in_a_line(cli, filled: Project, tmp_path: Path) -> None:
    at = ("-C", filled.root)
    early = cli(*at, "review")
    assert (early.code, "have not been audited" in early.err) == (2, True)
    cli(*at, "audit")
    assert "two steps" in cli(*at, "review", "--report", "--from", "x.csv").err
    for off in (("review", "-n", "-5"), ("audit", "-n", "-3"), ("audit", "--seed", "-1")):
        refused = cli(*at, *off)
        assert (refused.code, "is not in the range" in refused.err) == (2, True)
    assert "no row of the audit was reviewed" in cli(*at, "review", "--report").err
    missing = cli(*at, "review", "--from", tmp_path / "none.csv")
    assert (missing.code, "no such file" in missing.err) == (1, True)
    wrong = cli(*at, "audit", "--by", "vendr")
    assert (wrong.code, "no column 'vendr'" in wrong.err) == (2, True)


def test_the_report_names_its_audit_and_an_audit_after_it_the_report(
    cli, at, filled: Project, tmp_path: Path
) -> None:
    run = filled.store.runs.last_done("audit")
    assert run is not None
    assert "reviewed label" not in cli(*at, "audit").out
    path = tmp_path / "said.csv"
    uids = filled.store.examples.uids()
    path.write_text("id,label\n" + "".join(f"{uid},ham\n" for uid in uids))
    assert cli(*at, "review", "--from", path).code == 0
    assert f"(audit run {run.run_id})" in cli(*at, "review", "--report").out
    audited = cli(*at, "audit", "--by", "vendor").out
    told = f"before: workbench review --report --by vendor --audit {run.run_id}"
    assert f"count as right now; {told}" in audited
    named = cli(*at, "review", "--report", "--by", "vendor", "--audit", run.run_id)
    assert (named.code, f"(audit run {run.run_id};" in named.out) == (0, True)
    newest = filled.store.runs.last_done("audit")
    assert newest is not None
    assert (
        f"nobody has reviewed the newest, run {newest.run_id}" in cli(*at, "review", "--report").out
    )


def test_who_is_asked_second_is_told_so_and_where_undecided_rows_are(
    cli, filled: Project, answer
) -> None:
    at = ("-C", filled.root)
    assert cli(*at, "propose", "-n", "2").code == 0
    answer("ham", "ham")
    first = cli(*at, "annotate", "--annotator", "ana")
    assert "second answers" not in first.err
    answer("q")
    second = cli(*at, "annotate", "--annotator", "bo")
    assert "second answers: ana decided these 2 rows" in second.err
    assert "workbench annotate --queue undecided" in second.err
    answer("q")
    others = cli(*at, "annotate", "--annotator", "bo", "--queue", "undecided")
    assert "[1/78]" in others.err
    assert "second answer" not in others.err
    assert "rows that wait" not in others.err
    answer("q")
    some = cli(*at, "annotate", "--annotator", "bo", "--queue", "undecided", "-n", "5")
    assert "the first 5 of 78 rows that wait" in some.err


def test_the_counts_of_a_function_are_named_and_told(cli, filled: Project, tmp_path: Path) -> None:
    at = ("-C", filled.root)
    votes = tmp_path / "votes.csv"
    rows = [(row.uid, row.given_class) for row in filled.store.examples.iterate()]
    votes.write_text("uid,echo\n" + "".join(f"{uid},{number}\n" for uid, number in rows))
    assert cli(*at, "import-votes", votes).code == 0
    audited = cli(*at, "audit").out
    assert "doubted [95 %]" in audited
    assert "- doubted: it voted for the label; warned: it voted for the suggested class" in audited


def test_an_audit_says_that_functions_changed_and_what_makes_labels_of_them(
    filled: Project, tmp_path: Path, cli: Callable
) -> None:
    at = ("-C", filled.root)
    uids = filled.store.examples.uids()
    for shift in (0, 1):
        lines = [
            f"{uid},{filled.classes[(i + shift * (i % 10 == 0)) % 2]}" for i, uid in enumerate(uids)
        ]
        (tmp_path / "votes.csv").write_text("\n".join(["uid,echo", *lines]))
        assert cli(*at, "import-votes", tmp_path / "votes.csv").code == 0
        if shift == 0:
            cli(*at, "audit")
            assert "nothing has changed since run" in cli(*at, "audit").out
    told = cli(*at, "audit").out
    assert "labeling functions changed: echo; its suspects stand" in " ".join(told.split())
    assert "nothing has changed" not in told


def test_answers_that_a_review_stands_over_are_told_and_the_way_is_named(
    cli, at, filled: Project, answer, write_csv
) -> None:
    row = review_queue(filled)[0]
    uid = filled.store.examples.uids()[row.example_id - 1]
    answer("y", "q")
    cli(*at, "review", "--annotator", "ana")
    file = write_csv("d.csv", [{"id": uid, "label": row.suggested}])
    said = " ".join(cli(*at, "annotate", "--from", file, "--annotator", "boss").out.split())
    assert "1 row keeps its label: a review or relabel gave it, which stands over" in said
    assert f"({uid}). To change it: workbench relabel CLASS UID" in said
    told = cli(*at, "annotate", "--from", file, "--annotator", "boss", "--json").json
    assert told["overruled"]["uids"] == [uid]
    trail = cli(*at, "why", uid).out
    assert f"label: {row.given}" in trail
    assert f"which stands over what is answered: {row.suggested}" in " ".join(trail.split())
    # At the prompt, of the one row that others have left to cy.
    with Session(filled, annotator="cy") as session:
        for i in range(1, filled.store.examples.count() + 1):
            if i != row.example_id:
                session.skip(i)
    answer(row.suggested, "q")
    shown = cli(*at, "annotate", "--annotator", "cy").err
    assert f"its label stays {row.given}, a correction: relabel changes it" in shown
    assert f"workbench relabel CLASS {uid}" in shown


def test_a_row_drawn_at_random_is_told_as_no_suspect(cli, at, filled: Project) -> None:
    control = next(item for item in review_queue(filled) if item.is_control)
    uid = filled.store.examples.uids()[control.example_id - 1]
    shown = " ".join(cli(*at, "why", uid).out.split())
    assert re.search(r"asked by audit run \d+, \d+\w\w of the random rows: control", shown)
    assert "of the suspects" not in shown
