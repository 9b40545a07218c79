"""What templates ask of a project: data that no function can make from a row alone.

A template with a need declares it; the service that applies functions prepares it for every
example, in one array a need, and passes each block its part. The version of such a function
changes with the digest of what was prepared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

NeedKind = Literal["similarity", "classifier", "decisions"]
"""What can be asked for.

``similarity``
    (n,) the cosine similarity to the nearest of the ``uids`` but itself, in the embedding of the
    project's texts; -2 for a text without an embedding.
``classifier``
    (n, K) the class probabilities of a model fitted on the annotations; zeros where there is none.
``decisions``
    (n,) the class that ``annotator`` chose last; -1 where there is none.
"""


@dataclass(frozen=True, slots=True)
class Need:
    """A request for prepared data.

    Parameters
    ----------
    kind
        What is asked for.
    arguments
        The details, as JSON.
    """

    kind: NeedKind
    arguments: str

    @classmethod
    def of(cls, kind: NeedKind, **arguments: Any) -> Need:
        """Make a need of its details."""
        return cls(kind, json.dumps(arguments, sort_keys=True))

    @classmethod
    def parse(cls, fields: Mapping[str, Any] | None) -> Need | None:
        """Read a need from what a worker sent.

        Raises
        ------
        ValueError
            If it is none.
        """
        if fields is None:
            return None
        if fields["kind"] not in get_args(NeedKind):
            raise ValueError(f"no need {fields['kind']!r}")
        return cls(fields["kind"], fields["arguments"])

    @property
    def details(self) -> dict[str, Any]:
        """The details."""
        details: dict[str, Any] = json.loads(self.arguments)
        return details

    @property
    def key(self) -> str:
        """The name under which a block carries it."""
        digest = hashlib.blake2b(self.arguments.encode(), digest_size=8).hexdigest()
        return f"{self.kind}-{digest}"
