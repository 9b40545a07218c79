"""What functions of ``batch=True`` return: one vote for each row, in order (in the worker only)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, ValuesView
from typing import Any

from workbench.functions.block import Block, Columns
from workbench.functions.decorator import LabelingFunction
from workbench.functions.vote_reader import VoteError


class AnswerError(VoteError):
    """An answer that is not one vote for each row: none of its values can be told to be a row's."""


class OneRowCalls:
    """Calls a function on blocks of one row.

    One row cannot tell its vote from an answer that has one value whatever is asked, so that the
    function is asked for two rows, once, unless those may end the process: that would be blamed on
    a row.

    Parameters
    ----------
    function
        The function.
    careful
        Whether to ask for one row only.
    """

    def __init__(self, function: LabelingFunction, *, careful: bool = False) -> None:
        self._function = function
        self._is_asked = careful
        self._fault: str | None = None

    def __call__(self, block: Block) -> object:
        """Return the vote on the row; raises as `answer_of` does."""
        (vote,) = answer_of(self._function, block)
        if not self._is_asked:
            self._is_asked = True
            self._fault = self._fault_on_two(block)
        if self._fault is not None:
            raise AnswerError(self._fault)
        return vote

    def _fault_on_two(self, block: Block) -> str | None:
        try:
            answer_of(self._function, block.doubled())
        except AnswerError as error:
            return str(error)
        except BaseException:  # noqa: BLE001  even sys.exit and a time limit: the row has its vote
            return None
        return None


def answer_of(function: LabelingFunction, block: Block) -> list[object]:
    """Return what a function returns for the rows of a block.

    Raises
    ------
    AnswerError
        If that is no list, array or series, or has not one value for each row.
    """
    returned: Any = function.function(Columns(block), **function.resources)
    values = _in_order(returned)
    if values is None:
        raise AnswerError(
            f"returned {_kind(returned)}: return a list or a one-dimensional array, with one vote"
            " for each row"
        )
    if len(values) != block.n:
        votes = "1 vote" if len(values) == 1 else f"{len(values):,} votes"
        rows = "1 row" if block.n == 1 else f"{block.n:,} rows"
        raise AnswerError(f"returned {votes} for {rows}: return one for each")
    return values


def _in_order(returned: Any) -> list[object] | None:
    """Return the values of an answer; None where they are in no order, or are keys or letters."""
    shape = _shape(returned)
    if isinstance(returned, str | bytes | bytearray) or (shape is not None and len(shape) != 1):
        return None
    # Of numpy, pandas and pyarrow's arrays; of polars; of pyarrow's arrays in chunks.
    for as_list in ("tolist", "to_list", "to_pylist"):
        if hasattr(returned, as_list):
            values: list[object] = getattr(returned, as_list)()
            return values
    is_ordered = isinstance(returned, Sequence | Iterator | ValuesView)
    return list(returned) if is_ordered else None


def _shape(returned: Any) -> tuple[int, ...] | None:
    """Return the shape of an array, a series or a table; None where a value has none."""
    shape = getattr(returned, "shape", None)
    return shape if isinstance(shape, tuple) else None


def _kind(returned: Any) -> str:
    """Say what an answer is that is no list of votes."""
    shape = _shape(returned)
    if shape and hasattr(returned, "tolist"):
        return f"an array of shape {tuple(shape)}"
    return f"a {type(returned).__name__}"
