"""The default class: the label of rows that no vote decides, where the configuration names one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import workbench as wb
from workbench.errors import ProjectError
from workbench.services.active_model import active_model
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.beliefs import MIX
from workbench.services.classes import merge_classes, rename_class, retire_class
from workbench.services.config import write_config
from workbench.services.diff import diff
from workbench.services.embed.text_space import text_space
from workbench.services.end_model import MIN_FUSED
from workbench.services.export.export import export_labels
from workbench.services.forget import forget_texts
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.labels import Labels, resolve_labels
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.provenance import provenance
from workbench.services.row_filter import parse_filter
from workbench.services.rows import filter_values, find_rows
from workbench.services.snapshots import read_snapshot, take_snapshot
from workbench.services.staleness import stale
from workbench.services.status import status
from workbench.services.train import TrainResult, train_end_model
from workbench.services.undo import undo
from workbench.services.why import why

Vote = Callable[..., None]


@contextmanager
def by_default(project: Project, name: str) -> Iterator[Project]:
    """The project opened anew with a default class."""
    write_config(project.root / "workbench.toml", replace(project.config, default_class=name))
    with Project(project.root) as opened:
        yield opened


def labels_of(project: Project) -> list[tuple[str | None, str | None]]:
    """Return the label of each example and its origin, and hold the view against the arrays."""
    labels = resolve_labels(project)
    found = []
    for row, (label, origin) in enumerate(zip(labels.labels, labels.origin, strict=True)):
        resolved = project.store.resolved.of_example(row + 1)
        if label < 0:
            assert resolved is None
            found.append((None, None))
            continue
        assert resolved is not None
        assert resolved.label == project.classes[label]
        assert resolved.origin == labels.order[origin]
        assert resolved.run_id == labels.run_ids[row]
        assert resolved.confidence == pytest.approx(labels.confidence[row], abs=1e-4)
        found.append((resolved.label, resolved.origin))
    return found


@pytest.fixture
def cast(project: Project, write_csv: Callable[..., Path]) -> Vote:
    """Import rows with the votes of two functions on each, in words."""

    def cast(*votes: tuple[str, str], given: dict[int, str] | None = None) -> None:
        rows = [
            {"id": f"r{i}", "text": f"word{i}", "label": (given or {}).get(i, "")}
            for i in range(len(votes))
        ]
        import_files(project, [write_csv("rows.csv", rows)])
        cells = [{"uid": f"r{i}", "a": a, "b": b} for i, (a, b) in enumerate(votes)]
        import_votes(project, write_csv("votes.csv", cells))

    return cast


UNDECIDED = [("", ""), ("ham", "spam")]
DECIDED = [("spam", ""), ("ham", "ham")]


def test_it_labels_rows_without_a_vote_and_ties(project: Project, cast: Vote) -> None:
    cast(*UNDECIDED, *DECIDED)
    aggregate_votes(project, model="majority")
    decided = [("spam", "model"), ("ham", "model")]
    assert labels_of(project) == [(None, None)] * 2 + decided
    with by_default(project, "ham") as lenient:
        assert labels_of(lenient) == [("ham", "default")] * 2 + decided
        assert resolve_labels(lenient).confidence[:2].tolist() == [0.5, 0.5]
        assert status(lenient).by_origin["default"] == 2
        assert find_rows(lenient, parse_filter("origin:default")).example_ids.tolist() == [1, 2]
        assert "default" in filter_values(lenient)["origin"]
        told = aggregate_votes(lenient, model="majority")
        assert (told.default_class, told.by_default, told.labelled) == ("ham", 2, 2)
    with by_default(project, "spam") as lenient:
        assert labels_of(lenient) == [("spam", "default")] * 2 + decided


def test_a_function_changes_no_label_that_the_default_class_gives_as_well(
    project: Project, cast: Vote
) -> None:
    cast(*[("ham", "")] * 5, *[("", "spam")] * 5)
    with by_default(project, "ham") as lenient:
        weights = {w.name: w for w in aggregate_votes(lenient, model="majority").weights}
    assert {name: w.labels_changed for name, w in weights.items()} == {"a": 0, "b": 0.5}
    assert [w.covered_alone for w in weights.values()] == [0.5, 0.5]


def test_without_an_aggregation_there_is_none(project: Project, cast: Vote) -> None:
    cast(*UNDECIDED, *DECIDED)
    with by_default(project, "ham") as lenient:
        assert labels_of(lenient) == [(None, None)] * 4
        assert find_rows(lenient, parse_filter("origin:default")).example_ids.tolist() == []


def test_rows_that_came_after_the_label_model_have_none(
    project: Project, cast: Vote, write_csv: Callable[..., Path]
) -> None:
    cast(*UNDECIDED, *DECIDED)
    aggregate_votes(project, model="majority")
    import_files(project, [write_csv("new.csv", [{"id": "new", "text": "new"}])])
    with by_default(project, "ham") as lenient:
        assert labels_of(lenient)[4] == (None, None)
        aggregate_votes(lenient, model="majority")
        assert labels_of(lenient)[4] == ("ham", "default")


def test_whatever_speaks_for_a_row_comes_first(project: Project, cast: Vote) -> None:
    cast(*[("", "")] * 4, *DECIDED, given={1: "spam"})
    with Session(project, annotator="ana") as session:
        session.label(3, "spam")
        session.relabel(4, "spam")
    order = ("model", "given", "annotation", "correction")
    aggregate_votes(project, model="majority")
    for config in (project.config, replace(project.config, label_order=order)):
        write_config(project.root / "workbench.toml", replace(config, default_class="ham"))
        with Project(project.root) as lenient:
            assert labels_of(lenient)[:4] == [
                ("ham", "default"),
                ("spam", "given"),
                ("spam", "annotation"),
                ("spam", "correction"),
            ]


def test_a_vote_that_is_not_sure_enough_is_a_question(project: Project, cast: Vote) -> None:
    cast(*UNDECIDED, *DECIDED)
    aggregate_votes(project, model="majority")
    config = replace(project.config, min_confidence=1.0, default_class="ham")
    beliefs = resolve_labels(project, min_confidence=0.0).confidence
    write_config(project.root / "workbench.toml", config)
    with Project(project.root) as strict:
        sure = [(name, "model") if p == 1 else (None, None) for name, p in zip(
            ("spam", "ham"), beliefs[2:], strict=True
        )]  # fmt: skip
        assert labels_of(strict) == [("ham", "default")] * 2 + sure


def contradicted(project: Project, write_csv: Callable[..., Path]) -> list[int]:
    """Aggregate votes that a model overrules in unanimous rows; return these."""
    rng = np.random.default_rng(0)
    rows, cells = [], []
    for i in range(400):
        truth = "spam" if rng.random() < 0.05 else "ham"
        other = "ham" if truth == "spam" else "spam"
        rows.append({"id": f"r{i}", "text": f"word{i}"})
        said = {
            f"lf{j}": "" if rng.random() < 0.5 else truth if rng.random() < right else other
            for j, right in enumerate((0.9, 0.85, 0.55, 0.55))
        }
        cells.append({"uid": f"r{i}", **said})
    import_files(project, [write_csv("rows.csv", rows)])
    import_votes(project, write_csv("votes.csv", cells))
    balance = {"ham": 0.95, "spam": 0.05}
    result = aggregate_votes(project, model="dawid-skene", class_balance=balance)
    assert result.contradictions > 0
    assert (1 - result.coverage) * result.n_examples + result.ties > 0
    model_says = np.array([b.probabilities[0][0] for b in beliefs_in_use(project)])
    voted = [{v for k, v in cell.items() if k != "uid" and v} for cell in cells]
    return [i for i, v in enumerate(voted) if v and model_says[i] not in v]


def beliefs_in_use(project: Project) -> list[Any]:
    n = project.store.examples.count()
    return [next(b for b in why(project, f"r{i}").beliefs if b.is_in_use) for i in range(n)]


def test_a_contradiction_of_every_vote_stays_a_question(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    rows = contradicted(project, write_csv)
    assert rows
    with by_default(project, "ham") as lenient:
        found = labels_of(lenient)
        assert {found[row] for row in rows} == {(None, None)}
        assert ("ham", "default") in found
        assert [i for i, label in enumerate(found) if label == (None, None)] == rows


def test_export_why_and_the_python_api_tell_it_apart(
    project: Project, cast: Vote, tmp_path: Path
) -> None:
    cast(*UNDECIDED, *DECIDED)
    run = aggregate_votes(project, model="majority").run_id
    with by_default(project, "ham") as lenient:
        path = tmp_path / "out.csv"
        exported = export_labels(lenient, path)
        assert exported.by_origin["default"] == 2
        with path.open(encoding="utf-8", newline="") as file:
            lines = {line["uid"]: line for line in csv.DictReader(file)}
        assert (lines["r0"]["label"], lines["r0"]["origin"], lines["r0"]["run"]) == (
            "ham", "default", str(run)
        )  # fmt: skip
        assert lines["r2"]["origin"] == "model"
        sure = export_labels(lenient, tmp_path / "sure.csv", min_confidence=0.9)
        assert sure.by_origin["default"] == 0
        trail = why(lenient, "r0")
        assert (trail.label, trail.origin, trail.confidence) == ("ham", "default", 0.5)
        assert trail.policy == "no vote decides: the default class of workbench.toml"
        assert why(lenient, "r2").policy is None
        document = provenance(lenient, "r0")
        assert "default_class = ham" in document
        assert f"belief/{run}/majority" in document
    with wb.open(project.root) as opened:
        frame = opened.labels()
    assert frame["origin"].tolist() == ["default", "default", "model", "model"]


def test_a_snapshot_keeps_it(project: Project, cast: Vote) -> None:
    cast(*UNDECIDED, *DECIDED)
    aggregate_votes(project, model="majority")
    with Session(project, annotator="ana") as session:
        session.keep(3, "spam")
    with by_default(project, "ham") as lenient:
        take_snapshot(lenient, "first")
        frozen: Labels = read_snapshot(lenient, "first").labels
        now = resolve_labels(lenient)
        assert [frozen.order[k] for k in frozen.origin] == [now.order[k] for k in now.origin]
    with by_default(project, "") as strict:
        take_snapshot(strict, "second")
        result = diff(strict, "first", "second")
        assert {(row.uid, row.before_origin, row.after) for row in result.rows} == {
            ("r0", "default", None),
            ("r1", "default", None),
        }
        assert {(row.cause, row.detail) for row in result.rows} == {
            ("parameter", "default_class ham became none")
        }


def test_what_read_the_labels_is_stale_when_it_changes(voted: Project, tmp_path: Path) -> None:
    aggregate_votes(voted)
    train_end_model(voted)
    audit_labels(voted)
    export_labels(voted, tmp_path / "out.csv")
    assert stale(voted) == ()
    with by_default(voted, "ham") as lenient:
        assert {(item.stage, item.because) for item in stale(lenient)} == {
            (stage, "default_class was none") for stage in ("aggregate", "train", "audit", "export")
        }
        renewed = [aggregate_votes(lenient), train_end_model(lenient), audit_labels(lenient)]
        assert not any(result.reused for result in renewed)
        assert {item.stage for item in stale(lenient)} == {"export"}
    with by_default(voted, "") as strict:
        assert "default_class was ham" in {item.because for item in stale(strict)}


def test_it_follows_its_class(project: Project, cast: Vote) -> None:
    cast(*UNDECIDED, *DECIDED)
    config = replace(project.config, classes=("ham", "spam", "other"), default_class="other")
    write_config(project.root / "workbench.toml", config)
    with Project(project.root) as three:
        aggregate_votes(three, model="majority")
        rename_class(three, "other", "rest")
        assert labels_of(three)[:2] == [("rest", "default")] * 2
    with Project(project.root) as again:  # the configuration still says other
        assert labels_of(again)[:2] == [("rest", "default")] * 2
        merge_classes(again, ["rest"], "ham")
        assert labels_of(again)[:2] == [("ham", "default")] * 2
        undo(again)
        retire_class(again, "rest")
        assert labels_of(again)[:2] == [(None, None)] * 2
        (told,) = [w for w in aggregate_votes(again, model="majority").warnings if "default" in w]
        assert "'rest' is no class any more" in told
        undo(again)
        assert labels_of(again)[:2] == [("rest", "default")] * 2


def test_a_name_that_never_was_a_class_is_refused(project: Project) -> None:
    with (
        pytest.raises(ProjectError, match="default_class is 'eggs', which is no class") as refused,
        by_default(project, "eggs"),
    ):
        pass
    assert refused.value.place == str(project.root / "workbench.toml")
    assert refused.value.hint == 'It is one of: ham, spam; or "" for none.'


SPAM_SCRIPT = """
from workbench import keywords
keywords("gifts", ["free", "prize", "winner", "won"], "spam")
keywords("money", ["win", "cash", "award", "guaranteed"], "spam")
keywords("claims", ["claim", "urgent", "offer", "reward"], "spam")
"""


@pytest.fixture
def one_sided(
    project: Project, write_csv: Callable[..., Path], small_rows: Callable[..., Any]
) -> Project:
    """80 bare training rows and 20 trusted ones; the functions know nothing but spam."""
    bare = [{"id": row["id"], "text": row["text"]} for row in small_rows(80)]
    trusted = [row | {"id": f"e{row['id']}"} for row in small_rows(40) if row["vendor"] == "good"]
    import_files(project, [write_csv("train.csv", bare)])
    import_files(project, [write_csv("trusted.csv", trusted)], role="evaluation")
    (project.functions_folder / "spam.py").write_text(SPAM_SCRIPT)
    apply_functions(project)
    return project


def accuracy(result: TrainResult) -> float:
    return next(score.accuracy_all or 0 for score in result.scores if score.model == "end")


def test_functions_of_one_class_teach_the_end_model_two(one_sided: Project) -> None:
    aggregate_votes(one_sided)
    alone = train_end_model(one_sided)
    assert "the end model cannot tell it from other classes" in alone.warnings[0]
    with by_default(one_sided, "ham") as lenient:
        aggregate_votes(lenient)
        result = train_end_model(lenient)
        assert not any("other classes" in warning for warning in result.warnings)
        assert result.by_origin["default"] > 0
        assert result.by_origin["default"] + result.by_origin["model"] == result.n_rows == 80
        assert accuracy(result) > accuracy(alone)
        space = text_space(lenient)
        assert active_model(lenient, space, seed=0).probs is not None


def test_on_real_messages(project: Project, datasets: Path, write_csv: Callable[..., Path]) -> None:
    with (datasets / "sms_spam" / "sms_spam.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(2000), strict=False)]
    bare = [{"id": row["id"], "text": row["text"]} for row in rows[:1500]]
    import_files(project, [write_csv("train.csv", bare)])
    import_files(project, [write_csv("trusted.csv", rows[1500:])], role="evaluation")
    (project.functions_folder / "spam.py").write_text(SPAM_SCRIPT)
    apply_functions(project)
    with by_default(project, "ham") as lenient:
        aggregate_votes(lenient)
        result = train_end_model(lenient)
    n_ham = sum(row["label"] == "ham" for row in rows[1500:])
    assert accuracy(result) > n_ham / 500 + 0.03


def test_the_mix_decides_what_it_knows_and_the_default_the_rest(
    one_sided: Project, write_csv: Callable[..., Path]
) -> None:
    import_files(one_sided, [write_csv("odd.csv", [{"id": "odd", "text": "hello"}])])
    apply_functions(one_sided)
    with by_default(one_sided, "ham") as lenient:
        aggregate_votes(lenient)
        assert set(labels_of(lenient)) == {("spam", "model"), ("ham", "default")} | {
            (name, "given") for name in ("ham", "spam")
        }
        with Session(lenient, annotator="ana") as session:
            for i in range(1, MIN_FUSED + 11):
                session.label(i, "spam" if i % 2 == 0 else "ham")
        forget_texts(lenient, ["odd"], sure=True)  # nothing is left to know it by
        assert train_end_model(lenient).chosen == MIX
        origins = [origin for _, origin in labels_of(lenient)]
        assert origins.count("default") == 1
        trail = why(lenient, "odd")
        assert (trail.label, trail.origin) == ("ham", "default")
        assert "default_class = ham" in provenance(lenient, "odd")
