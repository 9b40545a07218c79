"""The Python API: its names, and the loop through it."""

from __future__ import annotations

import builtins
import importlib
import inspect
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.relabel import relabel_rows
from workbench.services.verify import verify


def test_the_public_names_are_these() -> None:
    assert wb.__all__ == [
        "ABSTAIN", "Project", "WorkbenchError", "__version__", "annotator", "classifier",
        "dictionary", "external", "fuzzy", "keywords", "labeling_function", "length",
        "metadata", "neighbours", "regex", "template",
    ]  # fmt: skip
    assert dir(wb) == sorted([*wb.__all__, "init", "open"])
    assert all(getattr(wb, name) is not None for name in dir(wb))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = wb.nonsense


def test_a_star_import_replaces_no_builtin() -> None:
    names: dict[str, object] = {}
    exec("from workbench import *", names)  # as scripts may
    assert names["keywords"] is wb.keywords
    names.pop("__builtins__")  # of exec; a library that evaluates in builtins leaves one there too
    assert vars(builtins).keys() & names.keys() <= {"__name__", "__doc__"}


def test_the_loop_through_the_api(tmp_path: Path, small_rows, script: str) -> None:
    with wb.init(tmp_path / "p", ["ham", "spam"]) as p:
        (p.functions_folder / "first.py").write_text(script)
        frame = pd.DataFrame(small_rows(80))
        frame.loc[::3, "label"] = None
        assert p.import_(frame).n_added == 80
        assert p.apply().n_errors == p.apply(retry=True).n_errors == 0
        assert p.aggregate().n_functions == 4
        assert p.train().n_rows > 50
        batch = p.propose(5)
        for row in batch.rows:
            p.annotate(row.uid, "spam", annotator="ana")
        assert p.annotate("r0", None).kind == "skip"
        assert p.audit(by="vendor").by == "vendor"
        assert len(p.diagnose().lenses) == 4
        assert p.export(tmp_path / "o.csv").n_rows == len(pd.read_csv(tmp_path / "o.csv"))
        labels = p.labels().set_index("uid")
        trail = p.why(batch.rows[0].uid)
        assert trail.label == labels.loc[batch.rows[0].uid, "label"] == "spam"
        assert trail.origin == "annotation"
        assert p.status().n_decisions == 6
    with wb.open(tmp_path / "p" / "labeling_functions") as again:
        assert again.root == (tmp_path / "p").resolve()


METHODS = [
    method
    for name, method in inspect.getmembers(wb.Project, inspect.isfunction)
    if not name.startswith("_") and method.__module__.startswith("workbench.api")
]

SERVICE_OF = {
    method: found
    for method in [*METHODS, wb.init]
    if (found := re.search(r"see\s+`([\w.]+)\.(\w+)`", method.__doc__ or ""))
}


@pytest.mark.parametrize("method", SERVICE_OF, ids=lambda method: method.__name__)
def test_a_method_takes_what_its_service_documents(method) -> None:
    """The reference prints the service's docstring below the method's signature."""
    module, name = SERVICE_OF[method].groups()
    service = getattr(importlib.import_module(module), name)
    _, *offered = inspect.signature(service).parameters.values()
    _, *taken = inspect.signature(method).parameters.values()
    defaults = {p.name: p.default for p in offered}
    assert {p.name: p.default for p in taken}.items() <= defaults.items()
    documented = re.findall(r"^    (\w+(?:, \w+)*)\n {8}", service.__doc__ or "", re.MULTILINE)
    names = {name for line in documented for name in line.split(", ")}
    assert names & defaults.keys() <= {p.name for p in taken}


def test_errors_are_the_workbench_s_own(tmp_path: Path) -> None:
    with pytest.raises(wb.WorkbenchError, match="workbench init"):
        wb.open(tmp_path)


@pytest.fixture
def imported(tmp_path: Path, small_rows):
    with wb.init(tmp_path / "p", ["ham", "spam"]) as p:
        p.import_(pd.DataFrame(small_rows(6)), labels=False)
        yield p


def test_an_answer_without_a_name_is_the_users(imported) -> None:
    mine = imported.annotate("r0", "ham").annotator
    assert imported.annotate("r1", "ham", annotator="ann").annotator == "ann" != mine
    assert imported.annotate("r2", "spam").annotator == mine
    assert imported.annotate("r3", "spam", annotator=" ann ").annotator == "ann"
    assert imported.undo().uids == ("r2",)
    with pytest.raises(wb.WorkbenchError, match="annotator ''"):
        imported.annotate("r4", "ham", annotator="")


def test_the_note_of_a_skip_is_kept(imported) -> None:
    assert imported.annotate("r0", None, note="cannot tell").note == "cannot tell"
    (event,) = imported.store.decisions.active()
    assert (event.kind, event.note) == ("skip", "cannot tell")


def test_who_corrected_or_settled_a_row_does_so_anew(imported) -> None:
    """As in the prompt of ``workbench annotate`` and in the terminal interface."""
    relabel_rows(imported, "ham", uids=["r0", "r1"], annotator="ann")
    with Session(imported, annotator="ann") as session:
        session.adjudicate(3, "ham")
    again = [imported.annotate(uid, "spam", annotator="ann") for uid in ("r0", "r2")]
    assert [decision.kind for decision in again] == ["relabel", "adjudicate"]
    other = imported.annotate("r1", "spam", annotator="ben")
    assert other.kind == "label"
    assert other.standing is not None
    assert imported.annotate("r0", None, annotator="ann").kind == "skip"
    labels = imported.labels().set_index("uid")["label"]
    assert [labels[f"r{i}"] for i in range(3)] == ["spam", "ham", "spam"]


def test_a_class_may_be_given_by_its_index(imported) -> None:
    assert imported.annotate("r0", 1).label == "spam"
    assert imported.annotate("r1", np.int64(0)).label == "ham"
    for wrong in (2, -1, True, 0.0, "eggs"):
        with pytest.raises(wb.WorkbenchError, match="class") as raised:
            imported.annotate("r2", wrong)
        assert "ham" in str(raised.value)


def test_a_closed_project_says_so(imported) -> None:
    imported.close()
    for act in (
        imported.status,
        imported.labels,
        imported.train,
        lambda: imported.annotate("r0", "ham"),
        lambda: imported.import_("rows.csv"),
        lambda: imported.snapshot("now"),
    ):
        with pytest.raises(wb.WorkbenchError, match="closed"):
            act()
    imported.close()


def test_what_holds_no_rows_is_refused(imported) -> None:
    for wrong in ((row for row in ()), [{"text": "a"}], 7, None):
        with pytest.raises(wb.WorkbenchError, match="DataFrame"):
            imported.import_(wrong)


NO_TEXTS = (5, 1.5, {"a": 1}, b"x", ["x"], pd.DataFrame({"a": [1]}), object())


@pytest.mark.parametrize("wrong", [*NO_TEXTS, "\ud800"], ids=lambda value: type(value).__name__)
def test_a_note_and_a_name_are_text(imported, wrong) -> None:
    imported.annotate("r0", "ham", note="fine")
    with Session(imported) as session:
        for act in (
            lambda: imported.annotate("r1", "ham", note=wrong),
            lambda: imported.annotate("r1", "ham", annotator=wrong),
            lambda: session.label(2, "ham", note=wrong),
            lambda: session.skip(2, note=wrong),
            lambda: relabel_rows(imported, "spam", uids=["r1"], note=wrong),
        ):
            with pytest.raises(UsageError, match=r"text, not|half a surrogate pair|^annotator"):
                act()
    assert [event.note for event in imported.store.decisions.active()] == ["fine"]
    assert verify(imported).is_sound


def test_whole_seconds_are_hashed_as_they_are_stored(imported) -> None:
    with Session(imported) as session:
        session.label(1, "ham", seconds=3)
    assert verify(imported).is_sound


TAKEN = [
    (method, name, str(parameter.annotation))
    for method in (*METHODS, wb.open, wb.init)
    for name, parameter in inspect.signature(method).parameters.items()
    if {"str", "Path"} & {*(kinds := str(parameter.annotation).split(" | "))}
    and {*kinds} <= {"str", "Path", "None"}
]


@pytest.mark.parametrize(
    ("method", "name", "hint"), TAKEN, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_what_is_no_text_or_path_is_refused(imported, tmp_path: Path, method, name, hint) -> None:
    """Each argument that the hints call a text or a path, with all others as they should be."""
    needed = {
        "uid": "r0", "label": "ham", "file": "votes.csv", "path": tmp_path / "new.csv",
        "files": "rows.csv", "before": "1", "after": "1", "classes": ["a", "b"], "name": "one",
        "self": imported, "names": ["a", "b"], "old": "ham", "new": "eggs",
        "answer": "ham", "into": "spam" if method is wb.Project.merge_classes else ["a", "b"],
    }  # fmt: skip
    takes = inspect.signature(method).parameters
    given = {
        other: needed[other]
        for other, parameter in takes.items()
        if parameter.default is parameter.empty
    }
    wrong = [*NO_TEXTS, "\ud800", *(() if "None" in hint else [None])]
    for value in [*wrong, "a\0b"] if "Path" in hint else wrong:
        with pytest.raises(UsageError, match=rf"^{name}( is|:| holds)"):
            method(**given | {name: value})
    assert verify(imported).is_sound


def test_texts_and_paths_are_those_asked_for() -> None:
    """What the test above goes through."""
    names = {(method.__name__, name) for method, name, _ in TAKEN}
    assert names >= {
        ("import_votes", "file"), ("import_votes", "encoding"), ("import_", "encoding"),
        ("audit", "probabilities"), ("embed", "source"), ("embed", "uids"), ("annotate", "note"),
        ("export", "path"), ("snapshot", "name"), ("open", "path"), ("init", "path"),
    }  # fmt: skip


NUMBERED = [
    (method, name, str(parameter.annotation))
    for method in (*METHODS, wb.init)
    for name, parameter in inspect.signature(method).parameters.items()
    if {*str(parameter.annotation).split(" | ")} <= {"int", "float", "bool", "None"}
]


@pytest.mark.parametrize(
    ("method", "name", "hint"), NUMBERED, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_what_is_no_number_or_flag_is_refused(imported, tmp_path: Path, method, name, hint) -> None:
    needed = {"self": imported, "path": tmp_path / "new.csv", "classes": ["a", "b"],
              "uid": "r0", "files": "rows.csv", "file": "rows.csv", "label": "ham",
              "answer": "ham", "run_id": 1}  # fmt: skip
    given = {
        other: needed[other]
        for other, parameter in inspect.signature(method).parameters.items()
        if parameter.default is parameter.empty
    }
    wrong = ["5", [5], pd.DataFrame({"a": [1]}), *([5] if hint == "bool" else [True])]
    for value in [*wrong, 1.5] if "int" in hint else wrong:
        with pytest.raises(UsageError, match=rf"^{name} is "):
            method(**given | {name: value})
    assert not (tmp_path / "new.csv").exists()


def test_numbers_and_flags_are_those_asked_for() -> None:
    """What the test above goes through."""
    assert {(method.__name__, name) for method, name, _ in NUMBERED} >= {
        ("apply", "n_workers"), ("audit", "controls"), ("agreement", "n_resamples"),
        ("export", "replace"), ("export", "min_confidence"), ("split", "seed"), ("init", "seed"),
    }  # fmt: skip


@pytest.mark.parametrize("seed", [-1, 2**32])
@pytest.mark.parametrize(
    "name",
    ["agreement", "aggregate", "audit", "curve", "diagnose", "propose", "split", "train"],
)
def test_a_seed_that_no_generator_takes_is_refused(imported, name: str, seed: int) -> None:
    imported.apply()
    with pytest.raises(UsageError, match=f"^seed is {seed}\n"):
        getattr(imported, name)(seed=seed)


def test_a_text_is_no_list(imported, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="classes is a list, not 'ab'"):
        wb.init(tmp_path / "other", "ab")
    with pytest.raises(UsageError, match=r"only\[1\] is text, not int"):
        imported.apply(only=["keyword_free", 5])
    with pytest.raises(UsageError, match="compare is a list"):
        imported.diagnose(compare="vendor=a vendor=b")
    with pytest.raises(UsageError, match="shares is a list"):
        imported.split("80")
    with pytest.raises(UsageError, match="0 worker processes"):
        imported.apply(n_workers=0)


@pytest.mark.parametrize("value", [None, 5, (name for name in ["keyword_free"])])
def test_what_is_no_list_is_refused_with_what_to_give(imported, tmp_path: Path, value) -> None:
    with pytest.raises(UsageError, match="classes is a list, not ") as refused:
        wb.init(tmp_path / "other", value)
    assert refused.value.hint == "Give a list."
    if value is not None:
        with pytest.raises(UsageError, match="only is a list, not "):
            imported.apply(only=value)


@pytest.mark.parametrize(
    "collection",
    [list, tuple, np.array, pd.Series, pd.Index, lambda names: dict.fromkeys(names).keys()],
)
def test_any_collection_of_names_is_a_list(
    imported, tmp_path: Path, script: str, collection
) -> None:
    (imported.functions_folder / "first.py").write_text(script)
    with wb.init(tmp_path / "other", collection(["ham", "spam"])) as other:
        assert other.classes == ("ham", "spam")
    assert len(imported.apply(only=collection(["offers", "meals"])).functions) == 2


@pytest.mark.parametrize("kind", [set, frozenset])
def test_a_set_is_no_list_where_the_order_says_something(
    imported, tmp_path: Path, script: str, kind
) -> None:
    with pytest.raises(UsageError, match="classes is a list, not a set, which has no order"):
        wb.init(tmp_path / "other", kind(["ham", "spam"]))
    assert not (tmp_path / "other").exists()
    (imported.functions_folder / "first.py").write_text(script)
    assert len(imported.apply(only=kind(["offers", "meals"])).functions) == 2
    assert imported.relabel("spam", kind(["r0", "r1"])).label == "spam"


def test_a_state_that_utf_8_cannot_name_is_refused(imported) -> None:
    with pytest.raises(UsageError, match="before holds half a surrogate pair"):
        imported.diff("\ud800", "1")


def test_a_project_opens_by_a_path_that_is_text(imported) -> None:
    with wb.Project(str(imported.root)) as again:
        assert again.root == imported.root
