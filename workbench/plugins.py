"""What other packages add to the workbench, found by entry point and loaded when it is used.

A package offers a labeling-function template in its ``pyproject.toml``::

    [project.entry-points."workbench.templates"]
    sentiment = "acme_labels:sentiment"

where ``sentiment(name, ..., label=...)`` returns a `workbench.functions.LabelingFunction`, best a
`workbench.functions.Template` with a rule of its own. A script then says
``template("sentiment")("angry", below=-0.5, label="complaint")``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from workbench.errors import FunctionError

TEMPLATES = "workbench.templates"
"""The group of entry points for labeling-function templates."""


def template_names() -> list[str]:
    """Return the names of the templates that other packages offer, without loading them."""
    return sorted({entry.name for entry in entry_points(group=TEMPLATES)})


@cache
def template(name: str) -> Callable[..., Any]:
    """Return a template of another package.

    Parameters
    ----------
    name
        The name of its entry point.

    Returns
    -------
    Callable
        Makes labeling functions.

    Raises
    ------
    FunctionError
        If no installed package offers it, or it cannot be loaded.
    """
    import pluggy

    names = template_names()
    if name not in names:
        raise FunctionError(
            f"no installed package offers a template {name!r}",
            hint=f"there are: {', '.join(names) or 'none'}; install the package beside workbench",
        )
    manager = pluggy.PluginManager("workbench")
    try:
        manager.load_setuptools_entrypoints(TEMPLATES, name)
    except Exception as error:  # another package's code
        raise FunctionError(
            f"the template {name!r} cannot be loaded: {type(error).__name__}: {error}",
            hint="update the package that offers it",
        ) from error
    made: Any = manager.get_plugin(name)
    if not callable(made):
        raise FunctionError(f"the template {name!r} is no function", hint="ask its package")
    factory: Callable[..., Any] = made
    return factory
