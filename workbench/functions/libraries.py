"""What is the user's project and what is a library, whose version stands for its code."""

from __future__ import annotations

import os
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

_LIBRARY_FOLDERS = tuple(
    folder + os.sep
    for folder in (
        *(sysconfig.get_path(scheme) for scheme in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(__file__).parents[1]),  # this package, which a project's folder may contain
    )
)


def in_project(filename: str, project: Path) -> bool:
    """Whether a file is the user's own: in the project's folder, and no library installed there.

    Parameters
    ----------
    filename
        As code objects and modules name it.
    project
        The project's folder.

    Returns
    -------
    bool
        Whether to follow the code in it.
    """
    return (
        filename.startswith(str(project).rstrip(os.sep) + os.sep)
        and not filename.startswith(_LIBRARY_FOLDERS)
        and not {"site-packages", "dist-packages"} & set(Path(filename).parts)
    )


def from_project(path: str, project: Path) -> str | None:
    """Return a path from the project's folder on, as it stays when that moves; None if elsewhere.

    Parameters
    ----------
    path
        Any text.
    project
        The project's folder, whose own path gives the empty text.
    """
    root = str(project)
    if not path.startswith(root):
        return None
    rest = path[len(root) :]
    return rest.lstrip(os.sep) if rest[:1] in ("", os.sep) else None


@lru_cache(maxsize=1024)
def library_version(module_name: str) -> str:
    """Return the version of the library that a module belongs to.

    Parameters
    ----------
    module_name
        Dotted name of the module.

    Returns
    -------
    str
        Its version; empty for the standard library and where there is none.
    """
    top = module_name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return ""
    known = getattr(sys.modules.get(top), "__version__", None)
    if isinstance(known, str):
        return known
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(top)
    except (PackageNotFoundError, ValueError):
        return ""
