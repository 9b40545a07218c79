"""What other packages add to the workbench, found by entry point and loaded when it is used.

A package offers a labeling-function template in its ``pyproject.toml``::

    [project.entry-points."workbench.templates"]
    sentiment = "acme_labels:sentiment"

where ``sentiment(name, ..., label=...)`` returns a `workbench.functions.LabelingFunction`, best a
`workbench.functions.Template` with a rule of its own. A script then says
``template("sentiment")("angry", below=-0.5, label="complaint")``.

And an embedder::

    [project.entry-points."workbench.embedders"]
    acme = "acme_vectors:AcmeEmbedder"

where ``AcmeEmbedder()`` has a ``version`` and ``embed(texts)``, which returns one row of finite
numbers a text; see `Embedder`. Then ``workbench embed --with acme`` uses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy.typing as npt

from workbench.errors import FunctionError, UsageError, WorkbenchError

TEMPLATES = "workbench.templates"
"""The group of entry points for labeling-function templates."""

EMBEDDERS = "workbench.embedders"
"""The group of entry points for embedders."""


ASK_ITS_PACKAGE = "ask the package that offers it"
"""The remedy for what another package does wrong."""

_NAME = re.compile(r"\w[\w.-]{0,59}")


class Embedder(Protocol):
    """Turns texts into vectors; of one version always the same for the same text."""

    @property
    def version(self) -> str:
        """What the vectors depend on besides the text: the model, and its release."""

    def embed(self, texts: list[str]) -> npt.ArrayLike:
        """Return one row a text, shape (n, d), finite; d is the same for one version."""


def template_names() -> list[str]:
    """Return the names of the templates that other packages offer, without loading them."""
    return _names(TEMPLATES)


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
    return _load(TEMPLATES, "template", name, template_names(), FunctionError)


def embedder_names() -> list[str]:
    """Return the names of the embedders that other packages offer, without loading them.

    Those that embeddings cannot be called by are left out.
    """
    return [name for name in _names(EMBEDDERS) if is_embedder_name(name)]


def is_embedder_name(name: str) -> bool:
    """Return whether embeddings can be called so: it is part of a file's name.

    Parameters
    ----------
    name
        Letters, digits, dots and dashes; ``tfidf`` is taken.
    """
    return _NAME.fullmatch(name) is not None and name != "tfidf"


def words_of(error: BaseException) -> str:
    """Return the kind of another package's error and what it says, on one line.

    Parameters
    ----------
    error
        What it raised.
    """
    return " ".join(f"{type(error).__name__}: {error}".split())


def embedder(name: str) -> Embedder:
    """Return an embedder of another package.

    Parameters
    ----------
    name
        The name of its entry point.

    Returns
    -------
    Embedder
        Made by calling what the entry point names.

    Raises
    ------
    UsageError
        If no installed package offers it, it cannot be loaded or made, or embeddings cannot be
        called so.
    """
    if not is_embedder_name(name) and name in _names(EMBEDDERS):
        raise UsageError(
            f"embeddings cannot be called {name[:60]!r}, as the package that offers it does",
            hint=f"{ASK_ITS_PACKAGE} for a name of letters, digits, dots and dashes, not tfidf",
        )
    make = _load(EMBEDDERS, "embedder", name, embedder_names(), UsageError)
    try:
        made: Embedder = make()
        version: object = made.version
    except (Exception, SystemExit) as error:  # another package's code
        raise UsageError(
            f"the embedder {name!r} cannot be made: {words_of(error)}", hint=ASK_ITS_PACKAGE
        ) from error
    if not isinstance(version, str) or not version.isprintable() or not version.strip():
        raise UsageError(
            f"the embedder {name!r} has no version that is one line of text, but"
            f" {repr(version)[:60]}",
            hint=ASK_ITS_PACKAGE,
        )
    return made


def _names(group: str) -> list[str]:
    """Return the names of the entry points of a group."""
    from importlib.metadata import entry_points  # every command imports this module, few ask

    return sorted({entry.name for entry in entry_points(group=group)})


def _load(
    group: str, kind: str, name: str, names: list[str], error_class: type[WorkbenchError]
) -> Callable[..., Any]:
    """Return what an entry point names."""
    import pluggy

    if name not in names:
        raise error_class(
            f"no installed package offers {'an' if kind[0] in 'aeiou' else 'a'} {kind} {name!r}",
            hint=f"there are: {', '.join(names) or 'none'}; install the package beside workbench",
        )
    manager = pluggy.PluginManager("workbench")
    try:
        manager.load_setuptools_entrypoints(group, name)
    except (Exception, SystemExit) as error:  # another package's code
        raise error_class(
            f"the {kind} {name!r} cannot be loaded: {words_of(error)}",
            hint="update the package that offers it",
        ) from error
    made: Any = manager.get_plugin(name)
    if not callable(made):
        raise error_class(f"the {kind} {name!r} is no function", hint="ask its package")
    factory: Callable[..., Any] = made
    return factory
