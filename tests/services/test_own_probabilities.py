"""Audits with probabilities of the user's own: tables and arrays, and how they can be off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.noisy_messages import TOPICS, message_rows
from workbench.errors import DataError, WorkbenchError
from workbench.services.audit.audit import audit_labels
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project


def truth(project: Project) -> list[str]:
    return [str(name) for name in project.store.examples.column("true")]


def perfect(project: Project) -> np.ndarray:
    """Return probabilities of a model that knows the truth."""
    names = project.classes
    index = [names.index(name) for name in truth(project)]
    return 0.1 / 3 + 0.9 * np.eye(3)[index]


def write_table(path: Path, project: Project, probs: np.ndarray, order: np.ndarray) -> Path:
    import pandas as pd

    uids = np.array(project.store.examples.uids())[order]
    frame = pd.DataFrame(probs[order], columns=list(project.classes))
    frame.insert(0, "uid", uids)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", ["p.parquet", "p.csv"])
def test_a_table_is_matched_by_uid_whatever_its_order(
    messages: Project, tmp_path: Path, name: str
) -> None:
    order = np.random.default_rng(0).permutation(360)
    file = write_table(tmp_path / name, messages, perfect(messages), order)
    result = audit_labels(messages, probabilities=file)
    wrong = {row["id"] for row in message_rows() if row["label"] != row["true"]}
    assert {row.uid for row in result.suspects} == wrong
    assert {row.uid for row in result.evaluation_suspects} == {"em0"}
    assert audit_labels(messages, probabilities=file).reused
    assert not audit_labels(messages).reused


def test_a_table_of_the_training_rows_says_which_rows_it_does_not_cover(
    messages: Project, tmp_path: Path
) -> None:
    file = write_table(tmp_path / "t.csv", messages, perfect(messages), np.arange(310))
    result = audit_labels(messages, probabilities=file)
    wrong = {row["id"] for row in message_rows() if row["label"] != row["true"]}
    assert {row.uid for row in result.suspects} >= wrong
    assert result.warnings[0].startswith(
        "your table does not cover 50 evaluation rows (em10, em11, em12, …)"
    )


def test_the_audit_s_own_model_judges_the_rows_that_a_table_does_not_cover(
    messages: Project, tmp_path: Path
) -> None:
    every = {row.uid for row in audit_labels(messages).evaluation_suspects}
    assert every
    file = write_table(tmp_path / "t.csv", messages, perfect(messages), np.arange(300))
    result = audit_labels(messages, probabilities=file)
    assert {row.uid for row in result.evaluation_suspects} == every
    assert "the audit's own model stands in for yours" in result.warnings[0]


def test_a_table_may_call_a_class_by_a_former_name_or_hold_one_that_was_merged(
    messages: Project, tmp_path: Path
) -> None:
    from workbench.services.classes import merge_classes, rename_class

    file = write_table(tmp_path / "t.csv", messages, perfect(messages), np.arange(360))
    rename_class(messages, "refund", "money back")
    wrong = {row["id"] for row in message_rows() if row["label"] != row["true"]}
    result = audit_labels(messages, probabilities=file)
    assert {row.uid for row in result.suspects} == wrong
    twice = tmp_path / "twice.csv"
    lines = file.read_text().splitlines()
    twice.write_text("\n".join([f"{lines[0]},money back", *(f"{line},0" for line in lines[1:])]))
    with pytest.raises(DataError, match="refund and money back are of one class"):
        audit_labels(messages, probabilities=twice)
    merge_classes(messages, ["money back"], "parcel")
    merged = {
        row["id"]
        for row in message_rows()
        if row["label"] != row["true"] and {row["label"], row["true"]} != {"refund", "parcel"}
    }
    result = audit_labels(messages, probabilities=file)
    assert {row.uid for row in result.suspects} == merged


def test_a_table_may_write_classes_in_other_case_and_hold_rows_of_elsewhere(
    messages: Project, tmp_path: Path
) -> None:
    file = write_table(tmp_path / "t.csv", messages, perfect(messages), np.arange(360))
    expected = {row.uid for row in audit_labels(messages, probabilities=file).suspects}
    uids, *names = file.read_text().splitlines()[0].split(",")
    lines = [*file.read_text().splitlines()[1:], "x1,1,0,0", "x2,1,0,0"]
    head = [uids, names[0].upper(), f" {names[1]} ", names[2]]
    file.write_text("\n".join([",".join(head), *lines]))
    result = audit_labels(messages, probabilities=file)
    assert {row.uid for row in result.suspects} == expected
    (told,) = (text for text in result.warnings if "does not know" in text)
    assert told == "your table has 2 uids that the project does not know (x1, x2): passed over"
    # A column of the very name is the class; one that is alike is another column then.
    head = [*head[:3], names[2], names[2].title()]
    file.write_text("\n".join([",".join(head), *(f"{line},7" for line in lines)]))
    again = audit_labels(messages, probabilities=file)
    assert {row.uid for row in again.suspects} == expected


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p, given: np.full_like(p, 1 / 3), "the same in every row"),
        (lambda p, given: np.eye(3)[given], "agree with every single label"),
        (
            lambda p, given: p[np.r_[:300, 300 + np.random.default_rng(0).permutation(60)]],
            "fit the labels of .*trusted.csv no better",
        ),
    ],
)
def test_a_table_that_cannot_help_is_warned_of(
    messages: Project, tmp_path: Path, spoil: Callable[..., np.ndarray], message: str
) -> None:
    given = resolve_labels(messages).labels
    file = write_table(
        tmp_path / "t.csv", messages, spoil(perfect(messages), given), np.arange(360)
    )
    result = audit_labels(messages, probabilities=file)
    warnings = result.warnings
    assert any(re.search(message, warning) for warning in warnings), warnings
    # What says nothing of any label does not say which classes are taken for each other.
    assert not (result.pairs and "every row" in message)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [("p.npz", "an archive of arrays", "numpy.save"), ("p.txt", "cannot tell the format", ".npy")],
)
def test_a_file_of_another_kind_is_refused_with_what_can_be_read(
    messages: Project, tmp_path: Path, name: str, message: str, hint: str
) -> None:
    file = tmp_path / name
    with file.open("wb") as target:
        np.savez(target, perfect(messages))
    with pytest.raises(WorkbenchError, match=message) as refused:
        audit_labels(messages, probabilities=file)
    assert hint in refused.value.hint


def test_an_array_most_of_whose_rows_are_out_of_place_is_warned_of_where_a_class_is_rare(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rng = np.random.default_rng(0)
    true = (rng.random(1_200) < 0.15).astype(int)
    label = np.where(rng.random(1_200) < 0.07, 1 - true, true)
    rows = [
        {"id": f"r{i}", "text": f"text {i} of {'win a prize' if k else 'see you'}", "label": given}
        for i, (k, given) in enumerate(zip(true, np.array(["ham", "spam"])[label], strict=True))
    ]
    second = np.clip(np.where(true == 1, 0.85, 0.12) + 0.1 * rng.standard_normal(1_200), 0.01, 0.99)
    probs = np.stack([1 - second, second], axis=1)
    with Project(init_project(tmp_path / "p", ["ham", "spam"])) as project:
        import_files(project, [write_csv("rows.csv", rows)])
        np.save(tmp_path / "right.npy", probs)
        assert audit_labels(project, probabilities=tmp_path / "right.npy").warnings == ()
        mixed = np.concatenate([probs[:300], rng.permutation(probs[300:])])
        np.save(tmp_path / "mixed.npy", mixed)
        found = audit_labels(project, probabilities=tmp_path / "mixed.npy").warnings
    (warning,) = (text for text in found if "of other rows" in text)
    first, last = re.search(r"rows ([\d,]+) to ([\d,]+):", warning).groups()
    assert 250 <= int(first) <= 450
    assert last == "1,199"


def test_an_array_in_the_order_of_import_is_taken(messages: Project, tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", perfect(messages))
    result = audit_labels(messages, probabilities=tmp_path / "p.npy")
    assert result.n_suspects == sum(row["label"] != row["true"] for row in message_rows())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: p[:-1], "has shape"),
        (lambda p: np.roll(p, 1, axis=0), "other rows"),
        (lambda p: np.concatenate([p[:300], np.roll(p[300:], 1, axis=0)]), "other rows"),
        (lambda p: np.r_[p[:200], np.roll(p[200:300], 1, axis=0), p[300:]], "from m.* belong"),
        (
            lambda p: np.where(np.arange(360)[:, None] == 7, np.nan, p),
            r"NaN.* 1 of 360 rows, first m7 \(row 7 ",
        ),
        (lambda p: p - 0.2, "negative value in 360 of 360 rows, first m0"),
        (lambda p: p + 0j, "complex"),
        (np.log, "negative|sum"),
        (lambda p: p[:, :2], "has shape"),
    ],
)
def test_an_array_that_is_off_is_refused(
    messages: Project, tmp_path: Path, spoil: Callable[..., np.ndarray], message: str
) -> None:
    np.save(tmp_path / "p.npy", spoil(perfect(messages)))
    with pytest.raises(DataError, match=message):
        audit_labels(messages, probabilities=tmp_path / "p.npy")
    assert messages.store.runs.last_done("audit") is None


@pytest.mark.parametrize("is_array", [True, False])
@pytest.mark.parametrize(
    ("order", "message"),
    [
        (["login", "parcel", "refund"], r"in alphabetical order: login, parcel, refund"),
        (["parcel", "refund", "login"], r"with refund in the column of parcel, parcel in the c"),
    ],
)
def test_columns_in_another_order_are_told(
    messages: Project, tmp_path: Path, order: list[str], message: str, is_array: bool
) -> None:
    probs = perfect(messages) + 0.02 * np.random.default_rng(0).random((360, 3))
    probs /= probs.sum(axis=1, keepdims=True)
    # A third class that stands in place hides the two that do not.
    moved = probs[:, [messages.classes.index(name) for name in order]]
    if is_array:
        np.save(tmp_path / "p.npy", moved)
        with pytest.raises(DataError) as refused:
            audit_labels(messages, probabilities=tmp_path / "p.npy")
        assert re.search(message, f"{refused.value.message} {refused.value.hint}")
    else:
        file = write_table(tmp_path / "p.csv", messages, moved, np.arange(360))
        try:
            told = "\n".join(audit_labels(messages, probabilities=file).warnings)
        except DataError as error:
            told = f"{error.message} {error.hint}"
        assert re.search(message, told)


def test_files_that_are_no_array_are_told_by_name(messages: Project, tmp_path: Path) -> None:
    probs = perfect(messages)
    (tmp_path / "empty.npy").write_bytes(b"")
    np.savez(tmp_path / "z.npz", probs=probs)
    (tmp_path / "z.npz").rename(tmp_path / "zip.npy")
    (tmp_path / "torn.npy").write_bytes((tmp_path / "zip.npy").read_bytes()[:400])
    (tmp_path / "junk.npy").write_bytes(b"\x80\x04no array at all")
    np.save(tmp_path / "objects.npy", probs.astype(object), allow_pickle=True)
    for name, message in (
        ("empty.npy", "cannot be read as a NumPy array"),
        ("junk.npy", "cannot be read as a NumPy array: it does not begin as one"),
        ("objects.npy", "is an array of Python objects, not of numbers"),
        ("zip.npy", "archive of arrays"),
        ("torn.npy", "archive of arrays"),
    ):
        with pytest.raises(DataError, match=message) as refused:
            audit_labels(messages, probabilities=tmp_path / name)
        assert refused.value.place == str(tmp_path / name)
        assert "pickle" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize("name", ["p.parquet", "p.csv"])
def test_uids_that_became_floats_are_read_and_strange_ones_shown(
    tmp_path: Path, write_csv: Callable[..., Path], name: str
) -> None:
    import pandas as pd

    rows = [row | {"id": row["id"].removeprefix("m")} for row in message_rows(120)]
    with Project(init_project(tmp_path / "numbers", list(TOPICS))) as project:
        import_files(project, [write_csv("numbers.csv", rows)])
        frame = pd.DataFrame(perfect(project), columns=list(project.classes))
        for uids, message in ((np.arange(120.0), None), (np.arange(120) + 0.5, "0.5, 1.5, 2.5")):
            frame.assign(uid=uids).pipe(
                lambda f: (
                    f.to_parquet(tmp_path / name)
                    if name.endswith("parquet")
                    else f.to_csv(tmp_path / name, index=False)
                )
            )
            if message is None:
                wrong = {row["id"] for row in rows if row["label"] != row["true"]}
                found = audit_labels(project, probabilities=tmp_path / name)
                assert {row.uid for row in found.suspects} == wrong
            else:
                with pytest.raises(DataError, match=message):
                    audit_labels(project, probabilities=tmp_path / name)


def test_a_table_that_is_off_is_refused(messages: Project, tmp_path: Path) -> None:
    probs, everything = perfect(messages), np.arange(360)
    missing = write_table(tmp_path / "missing.csv", messages, probs, everything[10:])
    with pytest.raises(DataError, match="10 of 360 examples have no probabilities"):
        audit_labels(messages, probabilities=missing)
    twice = write_table(
        tmp_path / "twice.csv", messages, probs, np.concatenate([everything, everything[:2]])
    )
    with pytest.raises(DataError, match="have several rows"):
        audit_labels(messages, probabilities=twice)
    shifted = write_table(tmp_path / "shifted.csv", messages, np.roll(probs, 1, 0), everything)
    with pytest.raises(DataError, match="no better than those of other rows"):
        audit_labels(messages, probabilities=shifted)
    half = np.r_[np.random.default_rng(0).permutation(150), 150:360]
    mixed = write_table(tmp_path / "mixed.csv", messages, probs[half], everything)
    with pytest.raises(DataError, match=r"from m0 to m.* belong to other rows"):
        audit_labels(messages, probabilities=mixed)
    (tmp_path / "classes.csv").write_text("uid,refund\nm0,1\n")
    with pytest.raises(DataError, match="no column for class parcel, login"):
        audit_labels(messages, probabilities=tmp_path / "classes.csv")
    (tmp_path / "gap.csv").write_text("uid,refund,parcel,login\nm0,1,0,0\nm1,1,,0\n")
    with pytest.raises(DataError, match="no number, first of m1"):
        audit_labels(messages, probabilities=tmp_path / "gap.csv")
    (tmp_path / "nobody.csv").write_text("refund,parcel,login\n1,0,0\n")
    with pytest.raises(DataError, match="no column of uids"):
        audit_labels(messages, probabilities=tmp_path / "nobody.csv")
    with pytest.raises(DataError, match="no such file"):
        audit_labels(messages, probabilities=tmp_path / "absent.parquet")
