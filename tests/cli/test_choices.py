"""The choices of options, which are written out so that ``--help`` loads no table of a method."""

from __future__ import annotations

from typing import get_args

import click
import pytest

from workbench.cli.aggregate import aggregate
from workbench.cli.annotate import annotate
from workbench.cli.export import export
from workbench.cli.import_rows import import_rows
from workbench.cli.lf_rows import rows
from workbench.cli.propose import propose
from workbench.methods.snorkel_model import Solver
from workbench.services.aggregate import MODELS
from workbench.services.lf.rows import Which
from workbench.services.row_queues import QUEUES
from workbench.types import Role


@pytest.mark.parametrize(
    ("command", "option", "table"),
    [
        (aggregate, "model", MODELS),
        (aggregate, "solver", get_args(Solver)),
        (annotate, "queue", QUEUES),
        (rows, "which", get_args(Which)),
        (export, "role", (*Role, "all")),
        (import_rows, "role", tuple(Role)),
        (propose, "role", tuple(Role)),
    ],
)
def test_an_option_offers_what_there_is(
    command: click.Command, option: str, table: tuple[str, ...]
) -> None:
    (found,) = (one for one in command.params if one.name == option)
    assert isinstance(found.type, click.Choice)
    assert list(found.type.choices) == list(table)
