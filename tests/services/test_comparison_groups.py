"""What an audit compares: vendors, times, functions, annotators, columns of any name."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import small_rows
from tests.services.noisy_messages import TOPICS, message_rows
from tests.services.reviewing import unreviewed
from workbench.errors import UsageError
from workbench.methods.error_rates import error_rates_by
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.blame import group_rates
from workbench.services.copies import audited_clusters
from workbench.services.grouping import finest_grouping, group_rows
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project


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


def test_nothing_doubted_is_no_rate_to_be_compared(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    with Project(init_project(tmp_path / "p", list(TOPICS))) as project:
        right = [row | {"label": row["true"]} for row in message_rows(90)]
        import_files(project, [write_csv("m.csv", right)])
        result = audit_labels(project, by="vendor")
    assert result.n_suspects == 0
    rates = [*result.by_class, *result.by_group]
    assert len(rates) == 6
    assert {(rate.ratio, rate.q_value) for rate in rates} == {(None, 1.0)}
    assert {rate.reason for rate in rates} == {"none of the rest was doubted"}


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


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        (lambda i: str(300_000_000 + i), ("up to 300000059", "above 300000059, up to 300000119")),
        (lambda i: f"{48.137 + i * 1e-8:.8f}", ("up to 48.13700059",)),
        (lambda i: str(1_752_570_000_000 + i), ("above 1752570000239",)),
        (lambda i: str(i // 2), ("up to 29", "above 119")),
    ],
)
def test_numbers_that_differ_in_their_last_digits_are_cut_into_five_bands(
    tmp_path: Path,
    write_csv: Callable[..., Path],
    cell: Callable[[int], str],
    named: tuple[str, ...],
) -> None:
    with Project(init_project(tmp_path / "p", list(TOPICS))) as project:
        made = [row | {"ticket": cell(i)} for i, row in enumerate(message_rows()[:300])]
        import_files(project, [write_csv("m.csv", made)])
        labels = resolve_labels(project)
        found = group_rows(project, "ticket", np.arange(300), labels)
    groups, n = np.unique(found.names, return_counts=True)
    assert n.tolist() == [60] * 5
    assert set(named) < set(groups.tolist())
    assert found.note.endswith("numbers are cut into bands; each by itself: --by ticket:value")


def test_numbers_that_are_names_are_never_cut_into_bands(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """Batches called 1 to 60, or after days, and workers by number; a price is another thing."""
    rows = [
        row
        | {
            "batch": str(i % 60),
            "vendor": f"2024-{1 + i % 12:02}-{1 + i % 7:02}",
            "workerID": str(i % 55),
            "price": str(i % 60),
            "source_time": f"2024-{1 + i % 12:02}-{1 + i % 28:02}T{i % 24:02}:00",
        }
        for i, row in enumerate(small_rows(240))
    ]
    import_files(project, [write_csv("t.csv", rows)])
    labels = resolve_labels(project)

    def groups(by: str) -> set[str]:
        return set(group_rows(project, by, np.arange(240), labels).names)

    assert groups("batch") == groups("price:value") == {str(i) for i in range(60)}
    assert groups("workerID") == {str(i) for i in range(55)}
    assert len(groups("vendor")) == 84
    assert len(groups("vendor:month")) == 12
    assert len(groups("price")) == 5
    # Times are no names, whatever their column is called.
    assert groups("source_time") == {f"2024-{month:02}" for month in range(1, 13)}


def test_hundreds_of_batches_are_compared_and_a_batch_of_each_row_is_not(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    def rows(n_batches: int, tag: str) -> list[dict[str, str]]:
        made = enumerate(small_rows(480))
        return [r | {"id": f"{tag}{r['id']}", "batch": f"{tag}{i % n_batches}"} for i, r in made]

    import_files(project, [write_csv("t.csv", rows(230, "b"))])
    assert finest_grouping(project) == "batch"
    labels = resolve_labels(project)
    assert len(set(group_rows(project, "batch", np.arange(480), labels).names)) == 230
    # What is as good as a name of each row tells nothing; the vendor does.
    with pytest.raises(UsageError, match="230 different values in 300 rows: nothing to compare"):
        group_rows(project, "batch", np.arange(300), labels)
    assert finest_grouping(project, np.arange(300)) == "vendor"


def test_days_have_no_hours(project: Project, write_csv: Callable[..., Path]) -> None:
    rows = [row | {"sent": f"2024-04-{1 + i % 28:02}"} for i, row in enumerate(small_rows(80))]
    import_files(project, [write_csv("t.csv", rows)])
    labels = resolve_labels(project)
    with pytest.raises(UsageError, match="no hour to compare") as refused:
        group_rows(project, "sent:hour", np.arange(80), labels)
    assert refused.value.hint == "Compare days: sent:day"
    assert len(set(group_rows(project, "sent:day", np.arange(80), labels).names)) == 28


def test_functions_that_pushed_doubted_labels_are_named_with_rows(
    messages: Project, tmp_path: Path
) -> None:
    from workbench.services.importing.import_votes import import_votes

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


def test_where_a_column_tells_no_rows_apart_it_is_said_what_does(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """No row has a vendor, all are of one batch; another one differs."""
    rows = [row | {"shop": row.pop("vendor"), "late": ""} for row in small_rows(80)]
    rows[-1]["late"] = "2025-03-01"
    import_files(project, [write_csv("t.csv", rows)], batch="first")
    labels = resolve_labels(project)
    rates = audit_labels(project, by="vendor")
    assert rates.by_group == ()
    assert rates.group_note == (
        "no row here has a vendor (an import names it: --vendor NAME, or --vendor-column COLUMN);"
        " columns that tell them apart, for --by: shop"
    )
    batches = audit_labels(project, by="batch")
    assert [rate.group for rate in batches.by_group] == ["first"]
    assert batches.group_note.startswith("all rows here have the same batch; columns that tell")
    nothing = group_rows(project, "late:month", np.arange(79), labels)
    assert nothing.note.startswith("no row here has a value in the column late:month; columns")
    assert audit_labels(project, by="shop").group_note == ""
    one_row = group_rows(project, "vendor", np.arange(1), labels)
    assert one_row.note.endswith("no column tells them apart")


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
    clusters = audited_clusters(project, result.run_id, rows)
    rng = np.random.default_rng(0)
    n_accusing = sum(
        error_rates_by(
            rng.permutation(groups).tolist(),
            is_suspect,
            strata=labels[rows].tolist(),
            clusters=clusters,
        ).is_accused.any()
        for _ in range(100)
    )
    assert n_accusing <= 5


@pytest.fixture
def campaign(tmp_path: Path, write_csv: Callable[..., Path]):
    """Messages without a wrong label but of one text, which came 15 times in one batch."""
    rows = [
        row | {"label": row["true"], "batch": f"b{i % 4}"}
        for i, row in enumerate(message_rows(wrong_of=""))
    ]
    sent = "refund money return broken back exchange credit cancel our number"
    rows += [
        rows[0] | {"id": f"c{i}", "text": f"{sent} {100 + i}", "label": "login", "batch": "b0"}
        for i in range(15)
    ]
    with Project(init_project(tmp_path / "campaign", list(TOPICS))) as project:
        import_files(project, [write_csv("campaign.csv", rows)])
        yield project


def test_a_batch_is_not_accused_of_one_text_that_came_often(campaign: Project) -> None:
    result = audit_labels(campaign, by="batch")
    assert {f"c{i}" for i in range(15)} <= {row.uid for row in result.suspects}
    batches = {rate.group: rate for rate in result.by_group}
    # Two pairs of the other messages are alike by chance, one of them in this batch.
    assert (batches["b0"].n, batches["b0"].n_texts) == (90, 75)
    assert batches["b0"].n_suspects >= 15
    assert not any(rate.stands_out for rate in result.by_group)
    assert result.copies_note == (
        "16 labels repeat that of a near-copy: the interval allows for copies that err together;"
        " times the rest and q count a text once"
    )
    # By rows alone it would stand out.
    labels = resolve_labels(campaign)
    rows = np.arange(len(labels.labels))
    doubted = {row.uid for row in result.suspects}
    is_suspect = np.array([uid in doubted for uid in campaign.store.examples.uids()])
    grouping = group_rows(campaign, "batch", rows, labels)
    alone = group_rates(grouping, unreviewed(labels.labels, is_suspect, rows))
    assert [rate.group for rate in alone if rate.stands_out] == ["b0"]
    # Asked again, the audit remembers the copies; one that kept none looks for them.
    again = audit_labels(campaign, by="batch")
    assert again.reused
    assert again.by_group == result.by_group
    imported = campaign.store.runs.last_done("import")
    assert imported is not None
    found = audited_clusters(campaign, imported.run_id, rows)
    doubts = unreviewed(labels.labels, is_suspect, found)
    assert group_rates(grouping, doubts) == result.by_group
    assert audited_clusters(campaign, result.run_id, rows[:0]).dtype == np.int64


def test_an_audit_that_kept_no_copies_tells_how_many_there_are(campaign: Project) -> None:
    result = audit_labels(campaign, by="batch")
    with sqlite3.connect(campaign.store.path) as db:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'artifact'"
        for (name,) in db.execute(triggers).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM artifact WHERE name = 'copies'")
        db.execute(
            "UPDATE artifact SET content = json_remove(content, '$.n_copies') WHERE name = 'audit'"
        )
    with Project(campaign.root) as project:
        again = audit_labels(project, by="batch")
    assert again.reused
    assert (again.n_copies, again.by_group) == (result.n_copies, result.by_group)
