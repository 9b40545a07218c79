"""The index of a DataFrame, as a file would hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas


def with_named_index(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Return a frame with its named index, or each named level of it, as columns in front.

    A level without a name is taken for row numbers and left out, as is one that a column repeats.
    One that a column only shares its name with makes two columns of that name.

    Parameters
    ----------
    frame
        The rows.
    """
    import pandas

    levels = []
    for i, name in enumerate(frame.index.names):
        values = frame.index.get_level_values(i)
        namesakes = [j for j, column in enumerate(frame.columns) if str(column) == str(name)]
        is_repeated = any(values.equals(pandas.Index(frame.iloc[:, j])) for j in namesakes)
        if name is not None and not is_repeated:
            levels.append(values.to_frame(index=False, name=str(name)))
    return pandas.concat([*levels, frame.reset_index(drop=True)], axis=1) if levels else frame
