"""Times as spreadsheets write them: read where it is sure what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tests.services.easy_rows import WriteCsv, lens_of, make_rows
from workbench.errors import UsageError
from workbench.services.column_values import day_first_in, time_of
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.verdicts import CANNOT_TELL
from workbench.services.grouping import group_rows
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project


@pytest.mark.parametrize(
    ("value", "day_first", "time"),
    [
        ("2024-06-14", None, "2024-06-14T00:00:00"),
        ("14.06.2024", None, "2024-06-14T00:00:00"),
        ("4.6.2024 9:05", None, "2024-06-04T09:05:00"),
        ("2024/06/14 23:59:58", None, "2024-06-14T23:59:58"),
        ("14/06/2024", True, "2024-06-14T00:00:00"),
        ("06/14/2024 3:05 PM", False, "2024-06-14T15:05:00"),
        ("6-4-2024, 12:00 am", False, "2024-06-04T00:00:00"),
        ("04/06/2024", None, None),
        ("06.14.2024", None, None),
        ("31.02.2024", None, None),
        ("14.06.2024 13:00 PM", None, None),
        ("14.06.24", None, None),
        ("0,5", None, None),
    ],
)
def test_a_date_is_read_where_it_says_one_thing(
    value: str, day_first: bool | None, time: str | None
) -> None:
    assert time_of(value, day_first) == (time and datetime.fromisoformat(f"{time}Z"))


def test_one_day_above_12_tells_the_column() -> None:
    assert day_first_in(["03/04/2024", "", None, "14/04/2024"]) is True
    assert day_first_in(["03/04/2024", "03/14/2024"]) is False
    assert day_first_in(["03/04/2024", "05/06/2024"]) is None
    assert day_first_in(["14/04/2024", "04/14/2024"]) is None
    assert day_first_in(["99/04/2024", "13/13/2024", "04/14/2024"]) is False


Dated = Callable[[str], Project]


@pytest.fixture
def dated(project: Project, write_csv: WriteCsv) -> Dated:
    """Fill a project with 100 rows, a day each from the first of March on."""

    def fill(form: str, step: int = 1) -> Project:
        rows = make_rows(100, "a")
        for i, row in enumerate(rows):
            row["Datum"] = (date(2024, 3, 1) + timedelta(days=i * step)).strftime(form)
        import_files(project, [write_csv("dated.csv", rows)])
        return project

    return fill


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y"])
def test_windows_of_time_are_those_of_iso_dates(dated: Dated, form: str) -> None:
    result = diagnose(dated(form))
    assert result.drift is not None
    assert result.drift.column == "Datum"
    assert result.drift.n_undated == 0
    assert result.drift.windows[0].start.startswith("2024-03-01")
    read = [one for one in result.shortcuts if "Datum is read as" in one]
    assert len(read) == ("/" in form)
    assert all(("day/month/year" in one) == form.startswith("%d") for one in read)


def test_columns_that_tell_no_day_from_a_month_are_named(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = [row | {"Datum": "03/04/2024"} for row in make_rows(60, "a")]
    import_files(project, [write_csv("dated.csv", rows)])
    lens = lens_of(diagnose(project), "drift in time")
    assert lens.verdict == CANNOT_TELL
    assert "Datum says 03/04/2024, and no value tells the day from the month" in lens.finding
    with pytest.raises(UsageError, match=r"written as 2025-03-01, .* 01\.03\.2025"):
        group_rows(project, "Datum:month", np.arange(60), resolve_labels(project))


def test_a_column_without_a_time_says_how_times_are_written(
    project: Project, write_csv: WriteCsv
) -> None:
    rows = [row | {"Datum": "im Juni"} for row in make_rows(60, "a")]
    import_files(project, [write_csv("dated.csv", rows)])
    finding = lens_of(diagnose(project, time_column="Datum"), "drift in time").finding
    assert "no value of Datum is read as a time (im Juni): write 2025-03-01" in finding
    trusted = [row | {"id": f"t{i}", "Tag": "2024-06-14"} for i, row in enumerate(rows)]
    import_files(project, [write_csv("trusted.csv", trusted)], role="evaluation")
    finding = lens_of(diagnose(project, time_column="Tag"), "drift in time").finding
    assert "Tag is empty in all rows but those for evaluation" in finding


def test_ranges_of_dates_are_ranges_in_time(dated: Dated) -> None:
    ranges = ("Datum=01.03.2024..31.03.2024", "Datum=2024-04..2024-05")
    shift = diagnose(dated("%d.%m.%Y"), compare=ranges).shift
    assert shift is not None
    assert (shift.n_train, shift.n_production) == (31, 61)


def test_a_day_is_in_the_range_that_begins_with_it_however_both_are_written(dated: Dated) -> None:
    project = dated("%Y-%m-%d")
    ranges = ("Datum=01.03.2024..31.03.2024", "Datum=01.04.2024..31.05.2024")
    shift = diagnose(project, compare=ranges).shift
    assert shift is not None
    assert (shift.n_train, shift.n_production) == (31, 61)
    unclear = ("Datum=01/03/2024..05/03/2024", "Datum=2024-04..2024-05")
    with pytest.raises(UsageError, match=r"tells the day of 01/03/2024 from the month"):
        diagnose(project, compare=unclear)
