"""A line of words and filters finds the rows that a look at every row finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.row_filter import fts_queries, parse_filter
from workbench.services.rows import find_rows
from workbench.store.search import SearchIndex

TEXTS = [
    "Free prize now",
    "no freedom at all",
    'she said "free prize" twice',
    "Café au lait, c'est bon",
    "我的包裹在哪里",
    "a\x00b \x1b[2J",
    "prize for free",
    "",
]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of a few odd texts."""
    folder = tmp_path_factory.mktemp("rows")
    root = init_project(folder / "p", ["ham", "two words"])
    lines = ["id,text,label"]
    for i, text in enumerate(TEXTS):
        quoted = text.replace('"', '""').replace("\x00", "\x01") or "x"
        lines.append(f'r{i},"{quoted}",{["ham", "two words", ""][i % 3]}')
    path = folder / "rows.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    project = Project(root)
    import_files(project, [path])
    return project


def found(project: Project, line: str) -> list[int]:
    """Return which rows a line finds, from 0."""
    return [int(i) - 1 for i in find_rows(project, parse_filter(line)).example_ids]


def test_words_find_beginnings_of_words_in_any_order_and_case(rows: Project) -> None:
    assert found(rows, "free PRIZE") == [0, 2, 6]
    assert found(rows, "fre") == [0, 1, 2, 6]
    assert found(rows, "cafe") == [3]


def test_quoted_words_stand_side_by_side_and_a_minus_refuses(rows: Project) -> None:
    assert found(rows, '"free prize"') == [0, 2]
    assert found(rows, "prize -she") == [0, 6]


def test_scripts_without_blanks_are_searched_as_they_stand(rows: Project) -> None:
    assert found(rows, "包裹") == [4]
    assert 4 not in found(rows, "-包裹")


def test_filters_hold_together_and_values_of_one_are_alternatives(rows: Project) -> None:
    assert found(rows, "label:ham") == [0, 3, 6]
    assert found(rows, 'label:"two words"') == [1, 4, 7]
    assert found(rows, "label:none") == [2, 5]
    assert found(rows, "label:ham label:none prize") == [0, 2, 6]
    assert found(rows, "uid:r1 label:ham") == []
    assert found(rows, "origin:given role:train confidence>0.5") == [0, 1, 3, 4, 6, 7]


def test_kept_labels_are_an_origin_of_their_own(rows: Project) -> None:
    assert found(rows, "origin:kept") == []


def test_orders_are_whole(rows: Project) -> None:
    everything = list(range(len(TEXTS)))
    for order in ("order", "confidence", "length", "label", "uid"):
        assert sorted(found(rows, f"sort:{order}")) == everything
        assert found(rows, f"sort:-{order}") == found(rows, f"sort:{order}")[::-1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lable:ham", "Did you mean label"),
        ("is:nice", "is:nice is not known"),
        ('"open', "quotation"),
        ("label:sham", "unknown class"),
        ("lf:nobody", "no labeling function"),
        ("origin:heaven", "no origin"),
    ],
)
def test_what_is_not_understood_is_told(rows: Project, line: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        found(rows, line)


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=50)
def test_any_line_is_taken_or_refused_with_a_word(rows: Project, line: str) -> None:
    try:
        wanted = parse_filter(line)
    except UsageError:
        return
    fts_queries(wanted.words)
    try:
        ids = [int(i) for i in find_rows(rows, wanted).example_ids]
    except UsageError:
        return
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(range(1, len(TEXTS) + 1))


BEGINNINGS = ["free", "fre", "prize", "at", "for", "said", "bon", "zebra", "包裹", "我的"]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(BEGINNINGS)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=50)
def test_words_find_what_a_look_at_every_row_finds(
    rows: Project, asked: list[tuple[bool, str]]
) -> None:
    def holds(text: str, word: str, *, whole: bool) -> bool:
        if not word.isascii():
            return word in text
        words = re.findall(r"\w+", text.casefold())
        return word in words if whole else any(found.startswith(word) for found in words)

    line = " ".join(f"{'-' * is_refused}{word}" for is_refused, word in asked)
    assert found(rows, line) == [
        i
        for i, text in enumerate(TEXTS)
        if all(holds(text, word, whole=refused) is not refused for refused, word in asked)
    ]


def test_the_index_takes_new_rows_in_and_is_made_anew_when_a_text_is_gone(
    tmp_path: Path,
) -> None:
    root = init_project(tmp_path / "p", ["ham", "spam"])
    path = tmp_path / "a.csv"
    with Project(root) as project:
        path.write_text("id,text\na,secret zebra\nb,plain\n")
        import_files(project, [path])
        assert found(project, "secret") == [0]
        path.write_text("id,text\nc,another secret\n")
        import_files(project, [path])
        assert found(project, "secret") == [0, 2]
        index = SearchIndex(project.store.path)
        connection = project.store._connection
        connection.execute("DROP TRIGGER example_text_no_delete")
        connection.execute("DELETE FROM example_text WHERE example_id = 1")
        assert found(project, "secret") == [2]
        assert b"zebra" not in index.path.read_bytes()


def test_a_damaged_index_is_thrown_away(tmp_path: Path) -> None:
    root = init_project(tmp_path / "p", ["ham", "spam"])
    path = tmp_path / "a.csv"
    path.write_text("id,text\na,one word\n")
    with Project(root) as project:
        import_files(project, [path])
        index = SearchIndex(project.store.path)
        index.path.parent.mkdir()
        index.path.write_bytes(b"no database at all" * 100)
        assert found(project, "word") == [0]


def test_a_condition_on_any_column_stands_beside_the_words(rows: Project) -> None:
    assert found(rows, """where:"given = 'two words'" """) == [1, 4, 7]
    assert found(rows, 'free where:"length < 15"') == [0, 6]
    with pytest.raises(UsageError, match="no column 'colour'"):
        found(rows, "where:\"colour = 'red'\"")
