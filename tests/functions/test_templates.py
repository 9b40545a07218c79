"""Templates give the votes that their plain definitions give, and refuse what they cannot use."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

import numpy as np
import pytest

from tests.functions.template_rows import record, rows_of
from workbench.errors import FunctionError
from workbench.functions import (
    ABSTAIN,
    Block,
    Record,
    Template,
    annotator,
    classifier,
    dictionary,
    external,
    fuzzy,
    keywords,
    labeling_function,
    length,
    metadata,
    neighbours,
    regex,
)
from workbench.functions.runner import FunctionRunner, RecordBlock
from workbench.functions.vote_reader import VoteError, VoteReader


class Label(IntEnum):
    SPAM = 1


def test_numbers_are_searched_as_text_and_missing_values_never_match() -> None:
    template = regex("r", r"^1", 1, column="price")
    votes = [template(record("", price=price)) for price in (12, None, float("nan"))]
    assert votes == [1, ABSTAIN, ABSTAIN]
    assert regex("r", "n", 1, column="price")(record("", price=float("nan"))) == ABSTAIN
    assert regex("r", r"^\d+ eur$", 1, column="price")(record("", price="12 EUR")) == 1


@pytest.mark.parametrize("label", [1, np.int64(1), Label.SPAM])
def test_integer_labels_of_any_kind_become_plain_indices(label: int) -> None:
    assert [type(value) for value in regex("r", "a", label).rule.labels] == [int]


def test_lengths_are_counted_in_characters_or_words() -> None:
    texts: list[object] = ["", "a b", "abc", "a b c d"]
    assert rows_of(length("l", 1, maximum=3), texts) == [0, 1, 2]
    assert rows_of(length("l", 1, minimum=2, maximum=3, unit="words"), texts) == [1]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("==", 5, [0, 1]),
        ("==", "5", [0, 1]),
        ("!=", 5, [2]),
        ("<=", 5, [0, 1]),
        (">", 5.5, [2]),
        ("in", [5, 6], [0, 1, 2]),
        ("not in", ["6"], [0, 1]),
        ("contains", "5", [0, 1]),
        ("is empty", None, [3, 4]),
        ("is not empty", None, [0, 1, 2]),
    ],
)
def test_metadata_compares_numbers_as_numbers_and_texts_as_texts(
    operator: str, value: object, expected: list[int]
) -> None:
    cells = [5, "5", 6, None, math.nan]
    template = metadata("m", "price", operator, value, label=1)
    assert rows_of(template, cells, "price") == expected


def test_a_cell_that_does_not_compare_is_an_error() -> None:
    template = metadata("m", "price", "<", 5, label=1)
    for cell in ("cheap", "7,50", ["3"], {"eur": 3}):
        with pytest.raises(TypeError, match=r"in the column 'price' is no number, to .* with 5"):
            template(record("", price=cell))


def test_every_template_takes_tags(here: Path) -> None:
    pytest.importorskip("rapidfuzz", reason="rapidfuzz is not installed")
    (here / "terms.txt").write_text("win\n")
    (here / "votes.csv").write_text("uid,label\na,spam\n")
    arguments: dict[Callable[..., Template], tuple[object, ...]] = {
        annotator: ("ana",),
        classifier: (),
        dictionary: ("terms.txt", 1),
        external: ("votes.csv",),
        fuzzy: (["win"], 1),
        keywords: (["win"], 1),
        length: (1,),
        metadata: ("price", "<", 5),
        neighbours: (["a"], 1),
        regex: ("win", 1),
    }
    needed = {length: {"maximum": 3}, metadata: {"label": 1}}
    for make, given in arguments.items():
        made = make("f", *given, tags=["words", "b", "words"], **needed.get(make, {}))
        again = eval(made.source, {make.__name__: make})
        assert made.tags == again.tags == ("words", "b")
        assert made.source == again.source != make("f", *given, **needed.get(make, {})).source


def test_misspelt_words_are_found() -> None:
    pytest.importorskip("rapidfuzz", reason="rapidfuzz is not installed")
    template = fuzzy("f", ["subscribe"], 1)
    texts: list[object] = ["please SUBSCIRBE now", "subscrbe", "sub", "", "describe it"]
    assert rows_of(template, texts) == [0, 1]
    assert rows_of(fuzzy("f", ["subscribe"], 1, min_score=100), texts) == []


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, in which workers run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_dictionary_reads_terms_from_a_file(here: Path) -> None:
    (here / "terms.txt").write_text("# politicians\n\nMerkel\nde Gaulle \nMerkel\n")
    first = dictionary("d", "terms.txt", 1)
    assert rows_of(first, ["merkel", "Charles DE  GAULLE", "Merkels", "#"]) == [0, 1]
    (here / "terms.txt").write_text("Merkel\n")
    assert dictionary("d", "terms.txt", 1).content != first.content


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("votes.csv", 'uid,label\n"a,1",spam\nb,\nc,0\n'),
        ("votes.csv", "uid;label\na,1;spam\nb;\nc;0\n"),
        ("votes.csv", "sep=;\r\nuid;label\r\na,1;spam\r\nb;\r\nc;0\r\n"),
        ("votes.tsv", "uid\tlabel\na,1\tspam\nb\tabstain\nc\t0\n"),
        ("votes.jsonl", '{"uid": "a,1", "label": "spam"}\n\n{"uid": "c", "label": 0}\n'),
    ],
)
def test_external_votes_come_from_files(here: Path, file: str, content: str) -> None:
    (here / file).write_text(content)
    template = external("e", file)
    found = template.rule.find(Block(4, {"uid": ["c", "b", "d", "a,1"]}))
    assert found.labels is not None
    labels = [template.rule.labels[position] for position in found.labels]
    # Whether digits in a text name a class, or are an index, is seen when the vote is read.
    expected = 0 if file.endswith(".jsonl") else "0"
    assert (list(found.rows), labels) == ([0, 3], [expected, "spam"])


@pytest.mark.parametrize(
    ("file", "content", "votes"),
    [
        ("v.csv", "uid,label\n0,1\n1,3\n2,0\n", [0, 2, 0]),
        (
            "v.jsonl",
            '{"uid":"0","label":"1"}\n{"uid":"1","label":1}\n{"uid":"2","label":0}',
            [0, 1, 0],
        ),
    ],
)
def test_digits_in_a_file_of_votes_are_names_of_classes_first(
    folder: Path, file: str, content: str, votes: list[int]
) -> None:
    (folder.parent / file).write_text(content)
    (folder / "e.py").write_text(f"from workbench import external\nexternal('e', {file!r})\n")
    block = RecordBlock(0, {"uid": ["0", "1", "2"], "text": [""] * 3})
    with FunctionRunner(folder, ["1", "2", "3"]) as runner:
        (result,) = runner.apply(["e"], [block])
    assert result.votes["e"].tolist() == votes


@pytest.mark.parametrize(
    ("heading", "projects", "column"),
    [
        ("uid,id,key", "key", "key"),
        ("id,uid,x", "key", "uid"),
        ("x,id,y", "key", "id"),
        ("id,uid,x", "id", "uid"),
    ],
)
def test_the_id_column_is_the_projects_uid_or_id(
    folder: Path, heading: str, projects: str, column: str
) -> None:
    values = ",".join("r1" if name == column else "r2" for name in heading.split(","))
    (folder.parent / "v.csv").write_text(f"{heading},label\n{values},spam\n")
    call = "from workbench import external\nexternal('e', 'v.csv')\n"
    (folder / "e.py").write_text(call)
    block = RecordBlock(0, {"uid": ["r1", "r2"], "text": [""] * 2})
    with FunctionRunner(folder, ["ham", "spam"], id_column=projects) as runner:
        (result,) = runner.apply(["e"], [block])
        (found,) = runner.functions.infos
    assert result.votes["e"].tolist() == [1, -1]
    (folder / "e.py").write_text(call.replace("')", f"', id_column='{column}')", 1))
    with FunctionRunner(folder, ["ham", "spam"]) as runner:
        assert runner.functions.infos[0].version == found.version


def test_json_lines_may_hold_separators_of_lines(here: Path) -> None:
    uids = ["a\u2028b", "a\u0085b"]
    lines = [json.dumps({"uid": uid, "label": "spam"}, ensure_ascii=False) for uid in uids]
    (here / "v.jsonl").write_text("\r\n".join(lines), encoding="utf-8")
    found = external("e", "v.jsonl").rule.find(Block(2, {"uid": ["other", *uids]}))
    assert list(found.rows) == [1, 2]


def test_answers_of_a_language_model_are_given_a_meaning(here: Path) -> None:
    rows = [{"id": i, "llm": answer} for i, answer in enumerate(["Yes", "no", "I can't say"])]
    (here / "llm.jsonl").write_text("\n".join(map(json.dumps, rows)))
    template = external(
        "e", "llm.jsonl", column="llm", id_column="id", answers={"Yes": "spam", "no": "ham"}
    )
    votes = [template(Record(uid=str(i), text="", role="train")) for i in range(4)]
    assert votes == ["spam", "ham", ABSTAIN, ABSTAIN]


def test_whole_numbers_may_be_written_as_pandas_writes_them_beside_empty_cells(here: Path) -> None:
    (here / "v.csv").write_text("uid,label\n0,1.0\n1,\n2,-1.0\n3,0.5\n")
    given = external("e", "v.csv", answers={"1": "spam"})
    assert [given(Record(uid=str(i), text="", role="train")) for i in range(3)] == [
        "spam", ABSTAIN, ABSTAIN,
    ]  # fmt: skip
    (here / "v.jsonl").write_text('{"uid": "0", "label": 1.0}\n{"uid": "1", "label": -1.0}\n')
    own = external("e", "v.jsonl")
    assert own.rule.votes.keys() == {"0"}
    for names, expected in ((("ham", "spam"), 1), (("1.0", "2.0"), 0), (("1", "2"), 0)):
        assert VoteReader(names).read_labels(own.rule.labels) == [expected]
    with pytest.raises(VoteError, match=r"'0\.5'"):
        VoteReader(("ham", "spam")).read("0.5")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("v.csv", "uid,vote\na,spam\n", "no column 'label'"),
        ("v.csv", "key,label\na,spam\n", "no column of ids: none is called 'uid' or 'id'"),
        ("v.csv", "uid,label\na,spam\na,ham\n", "votes twice"),
        ("v.csv", "uid,label\na,\n", "holds no vote"),
        ("v.csv", "uid,uid,label\na,b,spam\n", "names 'uid' twice"),
        ("v.jsonl", "nonsense\n", "no JSON"),
        ("v.jsonl", "[1]\n", "no JSON object"),
        ("v.jsonl", "\n" + "[" * 100_000, "v.jsonl:2.*no JSON"),
        ("v.jsonl", '{"uid": ' + "1" * 5_000 + "}", "v.jsonl:1.*no JSON"),
        ("v.xlsx", "x", "neither CSV nor JSON"),
        ("none.csv", None, "cannot be read"),
    ],
)
def test_files_of_votes_that_cannot_be_used_are_refused(
    here: Path, file: str, content: str | None, message: str
) -> None:
    if content is not None:
        (here / file).write_text(content)
    with pytest.raises(FunctionError, match=message):
        external("e", file)


def test_prepared_templates_vote_on_what_a_project_prepared() -> None:
    near, model, person = neighbours("n", ["u"], 1), classifier("c"), annotator("a", "ana")
    prepared = {
        near.rule.need.key: np.array([0.9, 0.1, -2]),
        model.rule.need.key: np.array([[0.1, 0.9], [0.5, 0.5], [0, 0]]),
        person.rule.need.key: np.array([-1, 1, 0]),
    }
    block = Block(3, {"uid": ["a", "b", "c"]}, prepared)
    assert near.rule.find(block) == ([0], None)
    assert model.rule.find(block) == ([0], [1])
    assert person.rule.find(block) == ([1, 2], [1, 0])
    with pytest.raises(LookupError, match="only a project"):
        near(record(""))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: keywords("k", [], 1), "no words"),
        (lambda: keywords("k", ["a", " "], 1), "is no word"),
        (lambda: keywords("k", [1], 1), "is no word"),
        (lambda: keywords("k", "free", 1), "must be a list"),
        (lambda: keywords("k", None, 1), "must be a list"),
        (lambda: keywords("k", [["a"]], 1), "words holds"),
        (lambda: keywords("k", ["a"], 1, whole_words="no"), "whole_words is 'no'"),
        (lambda: keywords("k" * 5_000, ["a"], 1), "has 5,000 characters"),
        (lambda: regex("r", "(" * 10_000, 1), r"\(…"),
        (lambda: regex("r", "a", 1, case_sensitive=1), "case_sensitive is 1"),
        (lambda: dictionary("d", "a\0b", 1), "no file name"),
        (lambda: external("e", "v.csv", answers=["yes"]), "answers is"),
        (lambda: neighbours("n", None, 1), "must be a list"),
        (lambda: keywords("k", ["a"], True), "is no label"),
        (lambda: keywords("k", ["a"], 1.0), "is no label"),
        (lambda: keywords("k", ["a"], None), "is no label"),
        (lambda: keywords("k", ["a"], ABSTAIN), "abstains by itself"),
        (lambda: keywords("k", ["a"], ""), "is no label"),
        (lambda: keywords("k", ["a"], 1, column=""), "no column name"),
        (lambda: keywords(" k", ["a"], 1), "cannot name"),
        (lambda: keywords("k\n", ["a"], 1), "cannot name"),
        (lambda: regex("r", "(", 1), "does not compile"),
        (lambda: regex("r", "", 1), "is empty"),
        (lambda: regex("r", re.compile("a"), 1), "no regular expression"),
        (lambda: length("l", 1), "no length tells"),
        (lambda: length("l", 1, minimum=5, maximum=4), "no length tells"),
        (lambda: length("l", 1, maximum=True), "maximum is True"),
        (lambda: length("l", 1, maximum=4, unit="bytes"), "no unit"),
        (lambda: metadata("m", "c", "=", 1, label=1), "no operator"),
        (lambda: metadata("m", "c", "in", "abc", label=1), "needs a list"),
        (lambda: metadata("m", "c", "contains", 1, label=1), "needs a text"),
        (lambda: metadata("m", "c", "<", None, label=1), "no value to compare"),
        (lambda: metadata("m", "c", "is empty", 1, label=1), "takes no value, not 1"),
        (lambda: dictionary("d", "missing.txt", 1), "cannot be read"),
        (lambda: neighbours("n", [], 1), "no examples"),
        (lambda: neighbours("n", "u1", 1), "must be a list"),
        (lambda: neighbours("n", ["u1"], 1, min_similarity=2), "min_similarity is 2"),
        (lambda: classifier("c", min_probability=0), "min_probability is 0"),
        (lambda: annotator("a", ""), "names no annotator"),
        (lambda: labeling_function(len), "needs parentheses"),
        (lambda: labeling_function(tags="spam"), "must be a list"),
        (lambda: labeling_function(pre=[3]), "cannot be called"),
        (lambda: labeling_function("")(len), "cannot name"),
        (lambda: labeling_function(batch=True, pre=[len]), "takes columns"),
    ],
)
def test_bad_arguments_are_refused_where_they_are_given(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(FunctionError, match=message):
        make()


def test_a_template_shows_the_call_that_makes_it() -> None:
    for template in (
        keywords("k", ["free", "win"], "spam", column="title"),
        length("l", 1, maximum=5),
        metadata("m", "price", "in", [1, 2], label="spam"),
        neighbours("n", ["a", "b"], "spam"),
    ):
        scope = {f.__name__: f for f in (keywords, length, metadata, neighbours)}
        twin: Template = eval(template.source, scope)
        assert dict(twin.parameters) == dict(template.parameters)
        assert (twin.name, twin.kind) == (template.name, template.kind)


def test_a_decorated_function_runs_its_preprocessors_and_gets_its_resources() -> None:
    def lower(x: Record) -> Record:
        return Record(**{**vars(x), "text": x.text.lower()})

    @labeling_function(resources={"words": {"free"}}, pre=[lower])
    def has_word(x: Record, words: set[str]) -> int:
        return 1 if words & set(x.text.split()) else ABSTAIN

    assert has_word(record("FREE money")) == 1
    assert has_word.name == "has_word"
