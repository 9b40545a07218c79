"""Audits of classes that are too rare to learn, and of copies."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.noisy_messages import TOPICS, message_rows
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import add_classes, merge_classes
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.preview import preview_export
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project


def test_a_class_with_a_single_row_and_one_without_any(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = message_rows(60)
    rows[0]["label"] = "rare"
    with Project(init_project(tmp_path / "p", [*TOPICS, "rare", "absent"])) as project:
        import_files(project, [write_csv("r.csv", rows)])
        result = audit_labels(project, by="vendor")
    by_class = {rate.group: (rate.n, rate.low, rate.high) for rate in result.by_class}
    assert by_class["absent"] == (0, 0.0, 1.0)
    assert by_class["rare"][0] == 1
    assert [r.group for r in result.by_class if not r.is_judged] == ["rare", "absent"]


def test_a_class_left_out_leaves_the_other_without_one_to_be_compared_with(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = [row | {"label": "common"} for row in message_rows(60)]
    for row in rows[:3]:
        row["label"] = "rare"
    with Project(init_project(tmp_path / "p", ["common", "rare"])) as project:
        import_files(project, [write_csv("r.csv", rows)])
        common, rare = audit_labels(project).by_class
    assert common.is_judged
    assert common.reason == "labels of no other class could be judged"
    assert not rare.is_judged


@pytest.mark.parametrize("n_rare", [1, 3])
def test_classes_too_rare_to_learn_are_named_and_make_no_suspects(
    tmp_path: Path, write_csv: Callable[..., Path], n_rare: int
) -> None:
    common = message_rows(120)
    rare = [
        common[0] | {"id": f"x{i}", "text": f"comet orbit {i} word{i}", "label": "rare"}
        for i in range(n_rare)
    ]
    n_suspects = []
    for name, rows in (("without", common), ("with", common + rare)):
        with Project(init_project(tmp_path / name, [*TOPICS, "rare"])) as project:
            import_files(project, [write_csv(f"{name}.csv", rows)])
            result = audit_labels(project)
            notes = " ".join(preview_export(project).notes.sentences)
            there = preview_export(project, role="evaluation").notes.sentences
        n_suspects.append(result.n_suspects)
        assert not {row.uid for row in result.suspects} & {row["id"] for row in rare}
    assert n_suspects[1] <= n_suspects[0] + 5
    labels = f"{n_rare} label{'s' if n_rare > 1 else ''}"
    assert f"not audited: rare ({labels} in 1 class)." in result.warnings[0]
    assert f"audit run {result.run_id} could not judge {n_rare} of these labels" in notes
    assert there == ()


def test_an_export_counts_the_labels_of_its_file_that_the_audit_could_not_judge(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    common, topics = message_rows(240), list(TOPICS)
    rare = [
        common[0] | {"id": f"x{i}", "text": f"comet orbit {i} word{i}", "label": f"rare{i // 3}"}
        for i in range(6)
    ]
    with Project(init_project(tmp_path / "p", [*TOPICS, "rare0", "rare1"])) as project:
        import_files(project, [write_csv("r.csv", common + rare)])
        audit_labels(project)

        def unjudged(**options: float) -> int:
            n = preview_export(project, **options).notes.n_unjudged
            if not options:
                noise = next(one for one in diagnose(project).lenses if one.name == "label noise")
                told = re.search(r"(\d+) could not be audited", noise.finding)
                assert n == (int(told[1]) if told else 0)
            return n

        assert unjudged() == 6
        of = {uid: example_id for example_id, uid in enumerate(project.store.examples.uids(), 1)}
        with Session(project, annotator="ana") as session:
            session.relabel(of["x0"], topics[0])
            session.flag(of["x1"])
        assert unjudged() == 5
        forget_texts(project, ["x2"], sure=True)
        assert unjudged() == 4
        import_files(project, [write_csv("m.csv", [rare[0] | {"id": "y", "text": "a new comet"}])])
        assert unjudged() == 4
        for name, label in (("ana", "rare1"), ("bo", "rare1"), ("cy", topics[1])):
            with Session(project, annotator=name) as session:
                session.label(of["x3"], label)
        assert (unjudged(), unjudged(min_confidence=0.9)) == (4, 3)
        merge_classes(project, ["rare1"], topics[1])
        assert unjudged() == 1
        # Of a class that came after it, the audit says nothing.
        add_classes(project, ["new"], annotator="ana")
        with Session(project, annotator="ana") as session:
            for example_id in range(1, 31):
                session.label(example_id, "new")
        assert unjudged() == 1


def test_a_class_of_copies_is_named_and_not_doubted(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    # They share a fold: while it is held out, no model has met the class.
    said = "the code for your order is valid ten minutes, do not share it"
    copies = [
        message_rows(1)[0] | {"id": f"x{i}", "text": said + "!" * (i % 3), "label": "code"}
        for i in range(30)
    ]
    with Project(init_project(tmp_path / "p", [*TOPICS, "code"])) as project:
        import_files(project, [write_csv("r.csv", message_rows(120) + copies)])
        result = audit_labels(project, by="class")
    assert not [row for row in result.suspects if row.given == "code"]
    assert "not audited: code (30 labels in 1 class)." in result.warnings[0]
    code = result.by_class[-1]
    assert (code.n, code.ratio, code.q_value, code.low, code.high) == (30, None, None, 0, 1)
    assert code.reason.startswith("no model has learnt")
    others = {rate.group: rate.ratio for rate in result.by_group if rate.group != "code"}
    assert None not in others.values()


@pytest.mark.parametrize("seed", [3, 4])
def test_no_class_of_few_rows_has_all_of_them_doubted(
    tmp_path: Path, write_csv: Callable[..., Path], seed: int
) -> None:
    # A third of the classes has no word of its own: a row of these is recognised by chance only.
    rng = np.random.default_rng(seed)
    words = np.array([f"w{i}" for i in range(400)])
    rows = []
    for k in range(60):
        own = rng.choice(words, 4)
        for _ in range(int(rng.integers(5, 9))):
            telling = rng.choice(own, 2) if k % 3 else []
            text = " ".join([*telling, *rng.choice(words[:60], 6)])
            rows.append({"id": f"r{len(rows)}", "text": text, "label": f"c{k}"})
    with Project(init_project(tmp_path / "p", [f"c{k}" for k in range(60)])) as project:
        import_files(project, [write_csv("r.csv", rows)])
        result = audit_labels(project)
    assert result.n_suspects
    assert not [rate.group for rate in result.by_class if rate.n_suspects == rate.n]


def test_copies_of_an_odd_text_are_one_outlier(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    odd = ["zebra quagga okapi giraffe gnu kudu", "quark gluon lepton boson hadron"]
    copies = [
        message_rows(1)[0] | {"id": f"x{i}{j}", "text": text + "." * (j % 3)}
        for i, text in enumerate(odd)
        for j in range(11)
    ]
    with Project(init_project(tmp_path / "p", list(TOPICS))) as project:
        import_files(project, [write_csv("r.csv", message_rows(240) + copies)])
        result = audit_labels(project)
    assert {row.uid for row in result.outliers} == {"x00", "x10"}
    assert result.n_outliers == 2
    assert {row.text for row in result.outliers} == set(odd)


def test_where_every_class_is_too_rare_nothing_is_doubted(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    classes = [f"c{i}" for i in range(25)]
    rows = [row | {"label": classes[i]} for i, row in enumerate(message_rows(25))]
    with Project(init_project(tmp_path / "p", classes)) as project:
        import_files(project, [write_csv("r.csv", rows)])
        result = audit_labels(project)
    assert (result.n_suspects, result.pairs) == (0, ())
    assert "25 labels in 25 classes" in result.warnings[0]
    assert result.n_controls == 20
