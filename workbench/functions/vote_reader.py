"""From what labeling functions return to class indices, with a remedy where it is no vote."""

from __future__ import annotations

import difflib
import operator
import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from numbers import Integral, Real

from workbench.types import ABSTAIN

_MAX_NAMES = 8
_MAX_SHOWN = 40
_MAX_DIGITS = 6
"""Of the index of a class."""

_WHOLE = re.compile(r"\A(-?[0-9]+)\.0+\Z")


def without_fraction(text: str) -> str:
    """Return a whole number as whole numbers are written: pandas makes ``1.0`` of 1 beside NaN."""
    return _WHOLE.sub(r"\1", text)


class VoteError(ValueError):
    """A return value that is neither a class nor `ABSTAIN`."""


class VoteReader:
    """Reads votes: class indices, class names, or `ABSTAIN`.

    A text is the name of a class where there is one, and else its index in digits.

    Parameters
    ----------
    class_names
        Names of the classes, in order of index.
    former_names
        Further words, whose indices follow; only as words, a number means one of the classes.
    left
        Indices of classes that have left the label set: they are read, but named to nobody.
    """

    def __init__(
        self,
        class_names: Sequence[str],
        former_names: Sequence[str] = (),
        *,
        left: Collection[int] = (),
    ) -> None:
        self._names = tuple(class_names)
        self._offered = {i: name for i, name in enumerate(self._names) if i not in left}
        self._indices: dict[object, int] = {i: i for i in range(ABSTAIN, len(self._names))}
        self._valid = frozenset(self._indices)
        self._indices |= {name: i for i, name in enumerate((*class_names, *former_names))}

    def read_all(self, values: Sequence[object]) -> array[int] | None:
        """Read many votes at once.

        Returns
        -------
        array of int16, or None
            The class indices; None if any value needs a closer look by `read`.
        """
        # Types first: True and 1.0 are equal to 1 and would pass as keys.
        types = set(map(type, values))
        if types == {int} and self._valid.issuperset(values):
            return array("h", values)  # type: ignore[arg-type]  # `types` says that all are int
        if not types <= {int, str}:
            return None
        try:
            return array("h", map(self._indices.__getitem__, values))
        except KeyError:
            return None

    def read_labels(self, labels: Iterable[object]) -> list[int]:
        """Read the labels of a template; all classes where it names none.

        Raises
        ------
        VoteError
            If one is no class.
        """
        return list(map(self.read, labels)) or list(range(len(self._names)))

    def read(self, value: object) -> int:
        """Read one vote.

        Raises
        ------
        VoteError
            With a remedy, if the value is no vote.
        """
        if isinstance(value, str):
            text = str.__str__(value)  # what a member of an Enum is, not what it is called
            whole = without_fraction(text)
            for name in (text, whole):
                if name in self._indices:
                    return self._indices[name]
            if whole.isdecimal() and len(whole) <= _MAX_DIGITS and int(whole) < len(self._names):
                return int(whole)
            raise VoteError(self._unknown_name(text))
        if not isinstance(value, bool) and isinstance(value, Integral):
            index = operator.index(value)
            if not ABSTAIN <= index < len(self._names):
                raise VoteError(f"returned {index}: {self._classes()}")
            return index
        raise VoteError(f"returned {self._no_vote(value)}")

    def _unknown_name(self, value: str) -> str:
        """Word the refusal of a text that names no class."""
        shown = repr(value) if len(value) <= _MAX_SHOWN else repr(value[:_MAX_SHOWN]) + "…"
        if value.strip().lower() == "abstain":
            return f"returned {shown}: return ABSTAIN (-1), not its name"
        names = {name.casefold(): name for name in self._offered.values()}
        close = difflib.get_close_matches(value[:200].strip().casefold(), names, n=1)
        suggestion = f"; did you mean {names[close[0]]!r}?" if close else ""
        return f"returned {shown}: {self._classes()}{suggestion}"

    def _no_vote(self, value: object) -> str:
        """Word the refusal of a value of a wrong type."""
        if value is None:
            return "None: return ABSTAIN (-1) when there is no opinion"
        kind = type(value).__name__
        if isinstance(value, bool) or kind in {"bool", "bool_"}:
            meant = "True would be class 1, and False class 0, which is no ABSTAIN"
            return f"{bool(value)}: return a class, or ABSTAIN; {meant}; {self._classes()}"
        if isinstance(value, Real):
            return f"{float(value)}: return a whole number; {self._classes()}"
        return f"a {kind}: return a class index, a class name, or ABSTAIN; {self._classes()}"

    def _classes(self) -> str:
        """List the classes, the first few by name."""
        offered = [*self._offered.items()]
        more = ", …" if len(offered) > _MAX_NAMES else ""
        if len(offered) == len(self._names):
            names = ", ".join(name[:_MAX_SHOWN] for _, name in offered[:_MAX_NAMES])
            return f"classes are 0..{len(offered) - 1} ({names}{more})"
        names = ", ".join(f"{i} {name[:_MAX_SHOWN]}" for i, name in offered[:_MAX_NAMES])
        return f"classes are {names}{more}"
