"""Options that several commands share, and the ranges that their numbers lie in."""

from __future__ import annotations

import click

from workbench.services.config import MAX_SEED

SEED = click.IntRange(0, MAX_SEED)
"""A seed that every generator of random numbers takes."""

COUNT = click.IntRange(min=1, max=2**31 - 1)
"""How many to show; the number of a run."""

ID_COLUMN = click.option(
    "--id-column",
    metavar="COLUMN",
    help="In FILE; by default the project's id column, uid or id, the first that is there.",
)
"""The column of the ids, in a file about rows that the project has."""
