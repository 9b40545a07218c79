"""Conditions on rows: what they mean, and that nothing in them is run."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.services.classes import add_classes, merge_classes
from workbench.services.conditions import rows_where
from workbench.services.importing.importing import import_files
from workbench.services.project import Project

ROWS = [
    {
        "id": "a",
        "source": "imdb",
        "length": "9",
        "meta.own": "",
        "text": "short",
        "vendor": "b",
        "stars": "5",
        "the place": "Bern",
    },
    {
        "id": "b",
        "source": "yelp",
        "length": "2",
        "meta.own": "",
        "text": "a longer text",
        "vendor": "c",
        "stars": "12",
        "the place": "Basel",
    },
    {
        "id": "c",
        "source": "amazon",
        "length": "1",
        "meta.own": "x",
        "text": "O'Hara says hi",
        "vendor": "b",
        "stars": "",
        "the place": "O'Fallon",
    },
    {
        "id": "d",
        "source": "yelp",
        "length": "9",
        "meta.own": "",
        "text": "and drop table",
        "vendor": "",
        "stars": "7.5",
        "the place": "Bern",
    },
]


@pytest.fixture
def small(project: Project, write_csv) -> Project:
    import_files(project, [write_csv("rows.csv", ROWS)])
    return project


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("vendor = 'b'", "ac"),
        ("vendor != 'b'", "b"),
        ("vendor is null", "d"),
        ("vendor is not null and length > 5", "bc"),
        ("stars > 5", "bd"),
        ("stars <= 7.5 or vendor = 'c'", "abd"),
        ("stars = '5'", "a"),
        ("not (vendor = 'b' or stars > 10)", ""),
        ("NOT vendor = 'b' AND stars >= 12", "b"),
        ("not vendor = 'b'", "b"),
        ("not vendor in ('b')", "b"),
        ("vendor is null or vendor != 'b'", "bd"),
        ("not (vendor is null or vendor = 'b')", "b"),
        ("not (vendor = 'c' and length > 5)", "ac"),
        ("not (vendor = 'b' and length > 100)", "abcd"),
        ("vendor = 'b' or length > 5", "abcd"),
        ("uid in ('a', 'd', 'nobody')", "ad"),
        ("vendor not in ('b')", "b"),
        ("text contains 'LONG'", "b"),
        ("\"the place\" = 'O''Fallon'", "c"),
        ("stars in (5, 12)", "ab"),
        ("given is null", "abcd"),
        ("role = 'train'", "abcd"),
        ("meta.source = 'yelp'", "bd"),
        ("source = 'yelp'", ""),
        ("meta.length > 5 and length < 10", "a"),
        ("meta.stars > 5", "bd"),
        ("\"meta.the place\" = 'Bern' and not meta.source is null", "ad"),
        ("meta.own = 'x'", "c"),
        ("stars > 1e1", "b"),
        ("stars > +7 and stars < 1.2E+1", "d"),
        ("stars > .5 and stars < 7.", "a"),
        ("vendor > 'b'", "b"),
        ("\"the place\" >= 'C'", "c"),
    ],
)
def test_a_condition_chooses_the_rows_that_meet_it(
    small: Project, condition: str, expected: str
) -> None:
    mask = rows_where(small, condition)
    uids = np.array(small.store.examples.uids())
    assert "".join(uids[mask]) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("score = 7", "a"),
        ("score != 7", "bc"),
        ("score <> 7", "bc"),
        ("score not in (7)", "bc"),
        ("not score = 7", "bc"),
        ("score < 7", "b"),
        ("score >= 7", "a"),
        ("not score < 7", "ac"),
        ("not not score = 7", "a"),
        ("not score contains 'n'", "ab"),
        ("score is null or not score = 7", "bcd"),
    ],
)
def test_a_value_that_is_no_number_differs_from_every_number(
    project: Project, write_csv, condition: str, expected: str
) -> None:
    values = {"a": "7", "b": "3", "c": "n/a", "d": ""}
    rows = [{"id": uid, "text": f"text {uid}", "score": score} for uid, score in values.items()]
    import_files(project, [write_csv("rows.csv", rows)])
    uids = np.array(project.store.examples.uids())
    assert "".join(uids[rows_where(project, condition)]) == expected


def test_a_given_class_goes_by_the_names_it_had(project: Project, write_csv) -> None:
    rows = [
        {"id": uid, "text": f"text {uid}", "label": label}
        for uid, label in {"a": "spam", "b": "ham", "c": "offer"}.items()
    ]
    add_classes(project, ["offer"])
    import_files(project, [write_csv("rows.csv", rows)], label_column="label")
    merge_classes(project, ["offer", "spam"], "junk")
    uids = np.array(project.store.examples.uids())
    for condition, expected in {
        "given = 'offer'": "ac",
        "given = 'spam'": "ac",
        "given in ('junk', 'ham')": "abc",
        "given != 'offer'": "b",
    }.items():
        assert "".join(uids[rows_where(project, condition)]) == expected
    with pytest.raises(UsageError, match="unknown class 'jnuk'") as caught:
        rows_where(project, "given = 'jnuk'")
    assert "character 9" in str(caught.value)
    assert "Did you mean 'junk'" in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("", "a column is expected"),
        ("vendor", "is expected"),
        ("vendor = b", "text in single quotes"),
        ("vendor = 'b", "cannot be read"),
        ("vendor = 'b' extra", "and, or, or the end"),
        ("vendr = 'b'", "Did you mean 'vendor'"),
        ("meta.vendor = 'b'", "there is no column 'meta.vendor'"),
        ("(vendor = 'b'", "closing bracket"),
        ("vendor in 'b'", "a list in brackets"),
        ("vendor in ('b' 'c')", "a comma or a closing bracket"),
        ("vendor is 3", "null is expected"),
        ("stars > 1; DROP TABLE example", "cannot be read"),
        ("vendor = 'b' --", "cannot be read"),
        ("1 = 1", "a column is expected"),
        ("stars > 1.2.3", "cannot be read"),
        ("length > '20'", "Leave out the quotes: 20"),
        ("stars <= '5'", "Leave out the quotes: 5"),
        ("length >= 'x'", "the column holds numbers"),
        ("(" * 200 + "vendor = 'b'" + ")" * 200, "nested too deep"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(
    small: Project, condition: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        rows_where(small, condition)
    assert "the condition, character" in str(caught.value)


def test_an_error_names_each_column_once(small: Project) -> None:
    with pytest.raises(UsageError) as caught:
        rows_where(small, "nonsense = 1")
    assert caught.value.hint == (
        "Columns: text, length, uid, role, batch, vendor, source, given, meta.length, meta.own,"
        " meta.source, stars, the place."
    )


def test_sql_in_a_value_is_just_a_text(small: Project) -> None:
    assert not rows_where(small, "vendor = 'b'' OR 1=1; DROP TABLE example; --'").any()
    assert small.store.examples.count() == 4


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=50)
def test_any_text_is_a_condition_or_a_usage_error(text: str) -> None:
    class Columns:
        def texts(self):
            return ["one", "two"]

        uids = texts

        def metadata_columns(self):
            return ["stars"]

        def column(self, name):
            return [None, "3"]

    class Store:
        examples = Columns()

    class AnyProject:
        store = Store()

    with contextlib.suppress(UsageError):
        assert rows_where(AnyProject(), text).shape == (2,)
