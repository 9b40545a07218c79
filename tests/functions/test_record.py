"""What a labeling function is given."""

from __future__ import annotations

import copy
import gc
import pickle

import pytest

from workbench.functions.record import Record, explain, records_of, reset


@pytest.fixture
def record() -> Record:
    return Record(uid="7", text="call now", role="train", price=3, **{"unit price": 0.5})


def test_columns_are_attributes_and_metadata(record: Record) -> None:
    assert (record.uid, record.text, record.role) == ("7", "call now", "train")
    assert record.price == record.meta.price == record.meta["price"] == 3
    assert record.meta["unit price"] == 0.5
    assert dict(record.meta) == {"price": 3, "unit price": 0.5}


def test_columns_are_items_as_in_a_row_of_a_dataframe(record: Record) -> None:
    assert record["text"] == "call now"
    assert record["unit price"] == 0.5
    assert "price" in record
    assert "prise" not in record
    with pytest.raises(KeyError, match=r"no column 'prise'.*uid, text, role, price"):
        record["prise"]
    assert (record.get("text"), record.get("price", 0)) == ("call now", 3)
    assert (record.get("prise", "-"), record.get("prise")) == ("-", None)
    record["text"] = "CALL NOW"
    assert record.text == "CALL NOW"


def test_a_column_may_be_called_as_a_method_of_rows() -> None:
    row = records_of(1, {"uid": ["7"], "text": [""], "role": ["train"], "get": [4]})[0]
    assert (row.get, row["get"]) == (4, 4)


def test_a_column_named_meta_is_reached_through_the_metadata() -> None:
    assert Record(uid="7", text="", role="train", meta=4).meta["meta"] == 4


def test_a_missing_column_error_lists_the_columns(record: Record) -> None:
    with pytest.raises(AttributeError, match="'prise'") as caught:
        record.prise  # noqa: B018
    message = explain(caught.value)
    assert message == "no column 'prise'; the columns are: uid, text, role, price, unit price"
    with pytest.raises(AttributeError) as caught:
        record.text.prise  # noqa: B018
    assert explain(caught.value) is None
    with pytest.raises(AttributeError, match=r"no column 'prise'.*price, unit price"):
        record.meta.prise  # noqa: B018
    with pytest.raises(KeyError, match=r"no column 'text'.*price, unit price"):
        record.meta["text"]


def test_records_and_metadata_survive_pickle_and_copy(record: Record) -> None:
    for twin in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
        assert twin == record
        assert twin is not record
        assert isinstance(twin, Record)
    assert pickle.loads(pickle.dumps(record.meta)) == copy.copy(record.meta) == record.meta


def test_snorkel_can_hash_a_record(record: Record) -> None:
    from snorkel.map.core import get_hashable

    twin = pickle.loads(pickle.dumps(record))
    assert get_hashable(record) == get_hashable(twin)
    twin.text = "other"
    assert get_hashable(record) != get_hashable(twin)


def test_a_text_that_is_written_is_the_same_by_every_way_of_reading(record: Record) -> None:
    (made,) = records_of(1, {name: [value] for name, value in vars(record).items()})
    for one in (record, made):
        before = vars(one)
        assert one == Record(**before)
        one.text = "other"
        assert one.text == one["text"] == vars(one)["text"] == "other"
        assert one != Record(**before)
        assert "text='other'" in repr(one)
        one["text"] = "again"
        assert one.text == pickle.loads(pickle.dumps(one)).text == "again"
        del one.text
        assert not hasattr(one, "text")
        assert "text" not in one
        reset(one, before)
        assert one.text == one["text"] == "call now"


def test_what_was_written_goes_when_a_record_is_given_its_columns_again() -> None:
    columns = {"text": ["call now"], "price": [3]}
    (record,) = records_of(1, columns)
    record.uid, record.role, record.mark = "9", "test", 1
    del record.text
    record.price = 4
    reset(record, {name: values[0] for name, values in columns.items()})
    assert vars(record) == {"text": "call now", "price": 3}
    assert "uid" not in record
    with pytest.raises(AttributeError) as caught:
        record.uid  # noqa: B018
    assert explain(caught.value) == "no column 'uid'; the columns are: text, price"
    with pytest.raises(KeyError, match="no column 'role'"):
        record["role"]


def test_records_of_other_rows_differ_and_show_what_they_hold() -> None:
    columns = {"price": [3, 3], "text": ["a", "a"], "uid": ["7", "8"]}
    first, second = records_of(2, columns)
    assert first != second
    second.uid = "7"
    assert first == second
    assert repr(first) == "Record(uid='7', text='a', price=3)"
    second.twin = second
    assert repr(second).endswith("twin=Record(...))")


def test_making_records_leaves_the_garbage_collector_as_it_was() -> None:
    records_of(2, {"text": ["a", "b"]})
    assert gc.isenabled()
    gc.disable()
    try:
        records_of(2, {"text": ["a", "b"]})
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_column_answers_by_what_the_file_calls_it_too() -> None:
    columns = {"uid": ["7"], "text": ["call now"], "role": ["train"], "price": [3]}
    aliases = {"CONTENT": "text", "COMMENT_ID": "uid", "meta": "text", "price": "text"}
    (record,) = records_of(1, columns, aliases)
    assert record.CONTENT == record["CONTENT"] == "call now"
    assert record.COMMENT_ID == "7"
    assert record.price == 3, "a column of the name comes first"
    assert dict(record.meta) == {"price": 3}
    assert "CONTENT" in record
    assert vars(record) == {name: values[0] for name, values in columns.items()}
    for twin in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
        assert twin == record
        twin.CONTENT = "CALL"
        assert twin.text == twin["text"] == twin.CONTENT == "CALL"
        twin["text"] = "again"
        assert twin["CONTENT"] == "again"
    assert record.CONTENT == "call now"
