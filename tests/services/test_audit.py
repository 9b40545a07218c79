"""Audits: suspects, who is to blame, own probabilities, and what is never pruned."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError, ProjectError, UsageError
from workbench.methods.error_rates import error_rates_by
from workbench.services.audit import audit_labels
from workbench.services.audit_results import CONTROL_REASON
from workbench.services.diagnose import diagnose
from workbench.services.export import export_labels
from workbench.services.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project
from workbench.services.review import review_queue
from workbench.services.why import why

ClassRows = list[dict[str, str]]

TOPICS = {
    "refund": ["refund", "money", "return", "broken", "back", "exchange", "credit", "cancel"],
    "parcel": ["parcel", "courier", "late", "street", "door", "tracking", "van", "depot"],
    "login": ["login", "password", "account", "email", "reset", "profile", "locked", "code"],
}
FILLER = [f"word{i}" for i in range(80)]


def message_rows(n: int = 300, *, seed: int = 0, wrong_of: str = "quick") -> ClassRows:
    """Return messages of three classes; a third of one vendor's labels is wrong, at random."""
    rng = np.random.default_rng(seed)
    names = list(TOPICS)
    rows = []
    for i in range(n):
        true = names[i % 3]
        vendor = ("calm", "north", wrong_of)[int(rng.integers(3))]
        is_wrong = vendor == wrong_of and rng.random() < 1 / 3
        label = names[(i % 3 + 1 + int(rng.integers(2))) % 3] if is_wrong else true
        words = [*rng.choice(TOPICS[true], 3), *rng.choice(FILLER, 5)]
        rows.append(
            {
                "id": f"m{i}",
                "text": " ".join(words),
                "label": label,
                "true": true,
                "vendor": vendor,
                "sent_at": f"2025-0{1 + i * 6 // n}-{1 + i % 28:02d}T10:00:00Z",
                "length": str(len(" ".join(words))),
            }
        )
    return rows


@pytest.fixture
def messages(tmp_path: Path, write_csv: Callable[..., Path]):
    """A project with 300 labelled messages and 60 trusted ones, one of them wrong."""
    root = init_project(tmp_path / "messages", list(TOPICS))
    with Project(root) as project:
        import_files(project, [write_csv("messages.csv", message_rows())])
        trusted = [
            row | {"id": f"e{row['id']}", "label": row["true"]} for row in message_rows(60, seed=1)
        ]
        trusted[0]["label"] = "login"  # it is a refund
        import_files(project, [write_csv("trusted.csv", trusted)], role="evaluation")
        yield project


def truth(project: Project) -> list[str]:
    return [str(name) for name in project.store.examples.column("true")]


def test_most_suspects_are_wrong_and_most_wrong_labels_are_suspects(messages: Project) -> None:
    result = audit_labels(messages)
    wrong = {row["id"] for row in message_rows() if row["label"] != row["true"]}
    found = {row.uid for row in result.suspects}
    assert len(found & wrong) > 0.6 * len(found)
    assert len(found & wrong) > 0.6 * len(wrong)
    quality = [row.quality for row in result.suspects]
    assert quality == sorted(quality)
    assert all(row.given != row.suggested for row in result.suspects)


def test_the_noisy_vendor_is_named_first_and_no_other(messages: Project) -> None:
    rates = audit_labels(messages, by="vendor").by_group
    assert rates[0].group == "quick"
    assert [rate.group for rate in rates if rate.stands_out] == ["quick"]
    assert rates[0].low <= rates[0].rate <= rates[0].high


def test_an_audit_that_nothing_has_changed_for_is_returned_with_other_groups(
    messages: Project,
) -> None:
    first = audit_labels(messages, by="vendor")
    again = audit_labels(messages, by="vendor")
    assert again.reused
    assert again.by_group == first.by_group
    assert again.suspects == first.suspects
    classes = audit_labels(messages, by="class").by_group
    assert {rate.group for rate in classes} == set(TOPICS)
    assert all(rate.ratio is not None and rate.ratio != 1 for rate in classes)
    assert len({rate.q_value for rate in classes}) > 1


def test_a_column_that_follows_the_class_has_nothing_to_be_compared_with(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    with Project(init_project(tmp_path / "p", list(TOPICS))) as project:
        made = [row | {"vendor": f"only {row['label']}"} for row in message_rows()]
        import_files(project, [write_csv("m.csv", made)])
        rates = audit_labels(project, by="vendor").by_group
    assert len(rates) == len(TOPICS)
    assert {(rate.ratio, rate.q_value, rate.stands_out) for rate in rates} == {(None, None, False)}
    assert {rate.reason for rate in rates} == {"no other group has rows of its classes"}


def test_times_are_compared_by_windows_and_numbers_by_bands(messages: Project) -> None:
    months = audit_labels(messages, by="sent_at").by_group
    assert {rate.group for rate in months} == {f"2025-0{m}" for m in range(1, 7)}
    years = audit_labels(messages, by="sent_at:year").by_group
    assert [(rate.group, rate.n) for rate in years] == [("2025", 300)]
    assert (years[0].ratio, years[0].q_value) == (None, None)
    assert not any(rate.stands_out for rate in months)
    with pytest.raises(UsageError, match="no times"):
        audit_labels(messages, by="vendor:month")
    with pytest.raises(UsageError, match="no column 'vender'"):
        audit_labels(messages, by="vender")


def test_evaluation_rows_are_shown_and_never_left_out(messages: Project, tmp_path: Path) -> None:
    result = audit_labels(messages)
    assert result.n_evaluation == 60
    assert "em0" in {row.uid for row in result.evaluation_suspects}
    assert not {row.uid for row in result.suspects} & {r.uid for r in result.evaluation_suspects}
    noise = next(lens for lens in diagnose(messages).lenses if lens.name == "label noise")
    assert noise.evidence[0].n == result.n_suspects
    assert result.n_rows == 300
    exported = export_labels(messages, tmp_path / "e.csv", role="evaluation")
    assert exported.n_rows == 60


def test_what_people_have_reviewed_is_not_suspected_again(messages: Project) -> None:
    from workbench.services.annotate import Session

    result = audit_labels(messages)
    suspect = result.suspects[0]
    example_id = messages.store.examples.id_of(suspect.uid)
    assert example_id is not None
    with Session(messages) as session:
        session.keep(example_id, suspect.given, batch_run_id=result.run_id)
    again = audit_labels(messages)
    assert not again.reused
    assert suspect.uid not in {row.uid for row in again.suspects}


def test_controls_are_random_trusted_rows_and_provenance_says_so(messages: Project) -> None:
    result = audit_labels(messages)
    controls = [item for item in review_queue(messages) if item.is_control]
    assert len(controls) == result.n_controls >= 20
    uids = messages.store.examples.uids()
    suspects = {row.uid for row in result.suspects}
    for item in controls:
        uid = uids[item.example_id - 1]
        assert uid not in suspects
        question = why(messages, uid).questions[0]
        assert (question.kind, question.reason) == ("audit", CONTROL_REASON)


def test_functions_that_pushed_doubted_labels_are_named_with_rows(
    messages: Project, tmp_path: Path
) -> None:
    from workbench.services.import_votes import import_votes

    path = tmp_path / "votes.csv"
    rng = np.random.default_rng(0)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["uid", "parrot", "honest"])
        for row in message_rows():
            parrot = row["label"] if row["vendor"] == "quick" else ""
            writer.writerow([row["id"], parrot, row["true"] if rng.random() < 0.5 else ""])
    import_votes(messages, path)
    result = audit_labels(messages, by="function")
    blamed = [function for function in result.functions if function.is_blamed]
    assert [function.name for function in blamed] == ["parrot"]
    assert blamed[0].n_pushed <= blamed[0].n_votes
    labels = {row["id"]: row["label"] for row in message_rows()}
    vendors = {row["id"]: row["vendor"] for row in message_rows()}
    assert blamed[0].uids
    assert all(vendors[uid] == "quick" and labels[uid] for uid in blamed[0].uids)
    assert len(blamed[0].uids) == blamed[0].n_pushed > 5
    assert result.by_group[0].group.startswith("parrot (")
    # Both lists tell the same of a function.
    groups = {rate.group.split()[0]: rate for rate in result.by_group}
    assert set(groups) == {"parrot", "honest"}
    for function in result.functions:
        group = groups[function.name]
        assert (group.n, group.n_suspects) == (function.n_votes, function.n_pushed)
        assert (group.ratio, group.q_value) == (function.ratio, function.q_value)
    assert audit_labels(messages, by="function").by_group == result.by_group


def test_annotators_and_guidelines_are_compared_where_people_label(messages: Project) -> None:
    from workbench.services.annotate import Session

    with pytest.raises(UsageError, match="there is no annotator to compare"):
        audit_labels(messages, by="annotator")
    for name in ("ana", "bo"):
        with Session(messages, annotator=name) as session:
            for i, row in enumerate(message_rows()[:40], start=1):
                session.label(i, row["true"] if name == "ana" else "login")
    groups = {rate.group: rate.n for rate in audit_labels(messages, by="annotator").by_group}
    settled = resolve_labels(messages).origin_is("annotation").sum()
    assert set(groups) == {"ana", "bo"}
    assert groups["ana"] == groups["bo"] == settled  # where they are of one mind
    assert {rate.group for rate in audit_labels(messages, by="guideline").by_group} == {
        "no guidelines"
    }


def test_outvoted_answers_are_counted_and_agreement_is_named(messages: Project) -> None:
    from workbench.services.annotate import Session

    for name in ("ana", "bo", "cy"):
        with Session(messages, annotator=name) as session:
            for i, row in enumerate(message_rows()[:30], start=1):
                session.label(i, "login" if name == "cy" else row["true"])
    result = audit_labels(messages, by="annotator")
    assert {rate.group: rate.n for rate in result.by_group} == {"ana": 30, "bo": 30, "cy": 10}
    assert result.group_note.startswith("20 outvoted answers are left out")
    assert "workbench agreement" in result.group_note
    assert audit_labels(messages, by="vendor").group_note == ""


OWN_NAMES = ("annotator", "guideline", "function", "source", "class")


@pytest.fixture
def namesakes(tmp_path: Path, write_csv: Callable[..., Path]):
    """A project whose file has columns with the names of what an audit compares by itself."""
    rows = [row | dict.fromkeys(OWN_NAMES, row["vendor"]) for row in message_rows()]
    for row in rows:
        del row["vendor"]
    with Project(init_project(tmp_path / "namesakes", list(TOPICS))) as project:
        import_files(project, [write_csv("all.csv", rows)])
        yield project


@pytest.mark.parametrize("name", OWN_NAMES)
def test_an_imported_column_can_have_a_name_of_the_audits_own(
    namesakes: Project, name: str
) -> None:
    result = audit_labels(namesakes, by=f"meta.{name}")
    assert result.by == f"meta.{name}"
    assert [rate.group for rate in result.by_group if rate.stands_out] == ["quick"]
    if name == "class":  # the classes of the project always have something to say
        result = audit_labels(namesakes, by=name)
        assert {rate.group for rate in result.by_group} == set(TOPICS)
        assert "--by meta.class" in result.group_note
    else:
        assert audit_labels(namesakes, by=name).by_group == result.by_group


def test_the_audits_own_groups_come_first_and_columns_are_listed_once(
    namesakes: Project, write_csv: Callable[..., Path]
) -> None:
    more = [row | {"id": f"x{row['id']}", "source": "web"} for row in message_rows(40, seed=5)]
    import_files(namesakes, [write_csv("more.csv", more)])
    result = audit_labels(namesakes, by="source")
    assert {Path(rate.group).name for rate in result.by_group} == {"all.csv", "more.csv"}
    assert "--by meta.source" in result.group_note
    imported = {rate.group for rate in audit_labels(namesakes, by="meta.source").by_group}
    assert imported == {"calm", "north", "quick", "web"}
    assert audit_labels(namesakes, by="meta.sent_at:year").by_group[0].group == "2025"
    for absent in ("nobody", "meta.nobody", "meta.sent_at:aeon", "meta.vendor"):
        with pytest.raises(UsageError, match="there is no column") as refused:
            audit_labels(namesakes, by=absent)
        columns = (refused.value.hint or "").removeprefix("Columns: ").split(";")[0].split(", ")
        assert len(columns) == len(set(columns))
        assert {"source", "meta.source", "true"} <= set(columns)


# -- probabilities of the user's own ------------------------------------------------------------


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
    warnings = audit_labels(messages, probabilities=file).warnings
    assert any(re.search(message, warning) for warning in warnings), warnings


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
    for name, message in (
        ("empty.npy", "cannot be read as a NumPy array"),
        ("zip.npy", "archive of arrays"),
        ("torn.npy", "archive of arrays"),
    ):
        with pytest.raises(DataError, match=message) as refused:
            audit_labels(messages, probabilities=tmp_path / name)
        assert refused.value.place == str(tmp_path / name)


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


def test_too_few_labels_are_refused(project: Project, write_csv: Callable[..., Path]) -> None:
    rows = [{"id": f"r{i}", "text": f"some text {i}", "label": "ham"} for i in range(30)]
    import_files(project, [write_csv("one.csv", rows)])
    with pytest.raises(ProjectError, match="30 labelled training rows in 1 class are too few"):
        audit_labels(project)


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
        n_suspects.append(result.n_suspects)
        assert not {row.uid for row in result.suspects} & {row["id"] for row in rare}
    assert n_suspects[1] <= n_suspects[0] + 5
    labels = f"{n_rare} label{'s' if n_rare > 1 else ''}"
    assert f"not audited: rare ({labels} in 1 class)." in result.warnings[0]


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


# -- the example data ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example_data(tmp_path_factory: pytest.TempPathFactory, repository: Path):
    """The example messages, audited by batch."""
    names = ["delivery", "refund", "billing", "account", "product", "fraud"]
    with Project(init_project(tmp_path_factory.mktemp("data") / "p", names)) as project:
        import_files(project, [repository / "data" / "messages.csv"])
        yield project, audit_labels(project, by="batch")


@pytest.mark.slow
def test_on_the_example_data_the_noisy_batch_is_named_and_no_clean_one(example_data) -> None:
    project, by_batch = example_data
    by_vendor = audit_labels(project, by="vendor")
    assert by_vendor.reused
    assert [rate.group for rate in by_batch.by_group if rate.stands_out] == ["quick-2"]
    assert [rate.group for rate in by_vendor.by_group if rate.stands_out] == ["quick"]
    assert by_batch.by_group[0].group == "quick-2"
    assert by_vendor.by_group[0].group == "quick"


@pytest.mark.slow
@pytest.mark.parametrize("column", ["vendor", "batch"])
def test_at_most_5_of_100_reshuffled_audits_accuse_anybody(example_data, column: str) -> None:
    project, result = example_data
    labels = resolve_labels(project).labels
    rows = np.flatnonzero(labels >= 0)
    doubted = {row.uid for row in result.suspects}
    uids = np.array(project.store.examples.uids())[rows]
    is_suspect = np.isin(uids, list(doubted))
    groups = np.array(project.store.examples.column(column), dtype=object)[rows]
    rng = np.random.default_rng(0)
    n_accusing = sum(
        error_rates_by(
            rng.permutation(groups).tolist(), is_suspect, strata=labels[rows].tolist()
        ).is_accused.any()
        for _ in range(100)
    )
    assert n_accusing <= 5
