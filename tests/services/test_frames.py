"""DataFrames with an index, and ids that a gap made floats."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.functions.templates.external import uids_in
from workbench.services.importing.decision_import import import_decisions
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.label_table import label_table
from workbench.services.why import why

ROWS = pd.DataFrame({"id": [7, 8, 9], "text": ["a", "b", "c"], "label": ["ham", "spam", "ham"]})


def uids(project) -> list[str]:
    return label_table(project)["uid"].tolist()


@pytest.mark.parametrize("name", ["id", "ID "])
def test_an_index_called_as_the_id_column_holds_the_ids(project, name: str) -> None:
    again = (
        import_files(project, [ROWS]),
        import_files(project, [ROWS.set_index("id").rename_axis(name)]),
    )
    assert [result.n_added for result in again] == [3, 0]
    assert uids(project) == ["7", "8", "9"]


def test_a_named_index_is_a_column(project) -> None:
    import_files(project, [ROWS.assign(day=["mo", "tu", "we"]).set_index("day")])
    assert [why(project, uid).metadata for uid in ("7", "9")] == [{"day": "mo"}, {"day": "we"}]


def test_each_named_level_of_an_index_is_a_column(project) -> None:
    frame = ROWS.assign(day=["mo", "tu", "we"], n=[0, 1, 2]).set_index(["day", "id", "n"])
    import_files(project, [frame.rename_axis(["day", "id", None])])
    assert uids(project) == ["7", "8", "9"]
    assert why(project, "8").metadata == {"day": "tu"}


def test_an_index_without_a_name_is_row_numbers(project) -> None:
    assert import_files(project, [ROWS[ROWS["label"] == "ham"]]).n_added == 2
    assert uids(project) == ["7", "9"]
    assert why(project, "9").metadata == {}


def test_an_index_that_a_column_repeats_is_that_column(project) -> None:
    import_files(project, [ROWS.set_index("id", drop=False)])
    assert uids(project) == ["7", "8", "9"]
    with pytest.raises(DataError, match="'id' twice"):
        import_files(project, [ROWS.set_index("id", drop=False).assign(id=[1, 2, 3])])


@pytest.mark.parametrize("kind", [float, "Float64", object])
def test_ids_that_are_whole_numbers_are_so_as_floats(project, kind) -> None:
    import_files(project, [ROWS])
    known = import_files(project, [ROWS.assign(id=ROWS["id"].astype(float).astype(kind))])
    assert (known.n_added, known.n_known) == (0, 3)


def test_rows_that_came_in_as_floats_before_are_known(project, tmp_path: Path) -> None:
    import_files(project, [ROWS.assign(id=["7.0", "8.0", "9"])])
    again = import_files(project, [ROWS.assign(id=[7.0, 8.0, 9.0])])
    assert (again.n_added, again.n_known) == (0, 3)
    told = tmp_path / "told.parquet"
    pd.DataFrame({"id": [7.0, 9.0], "label": ["spam", "spam"]}).to_parquet(told)
    assert import_decisions(project, told).n_added == 2
    votes = tmp_path / "votes.parquet"
    pd.DataFrame({"id": [8.0, 9.0], "crowd": ["ham", "spam"]}).to_parquet(votes)
    assert import_votes(project, votes).n_rows == 2


def test_a_gap_in_a_column_of_ids_changes_no_other_id(project) -> None:
    import_files(project, [ROWS.assign(id=[7, np.nan, 2.5])])
    first, made, fraction = uids(project)
    assert (first, fraction) == ("7", "2.5")
    assert len(made) == 16


def test_floats_beyond_whole_numbers_stay_as_they_are(project) -> None:
    import_files(project, [ROWS.assign(id=[1e17, -3.0, 2.0**53])])
    assert uids(project) == ["1e+17", "-3", "9007199254740992.0"]


def test_every_file_reads_such_ids_alike(project, tmp_path: Path) -> None:
    lines = [{"id": float(uid), "text": text} for uid, text in zip((7, 8), "ab", strict=True)]
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps(line) + "\n" for line in lines))
    import_files(project, [rows])
    assert uids(project) == [*uids_in(str(rows), "id")] == ["7", "8"]
    told = tmp_path / "told.parquet"
    pd.DataFrame({"id": [7.0, 8.0], "label": ["ham", "spam"]}).to_parquet(told)
    assert import_decisions(project, told).n_added == 2
    votes = tmp_path / "votes.parquet"
    pd.DataFrame({"id": [7.0, 8.0], "crowd": ["ham", "spam"]}).to_parquet(votes)
    assert import_votes(project, votes).n_rows == 2
