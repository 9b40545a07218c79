"""The settings that decide which label an example has, now and as they were."""

from __future__ import annotations

from workbench.services.project import Project

_KEYS = ("label_order", "min_confidence", "consensus", "default_class")


def label_settings(project: Project, *, at: str | None = None) -> dict[str, str | None]:
    """Return the settings that labels depend on, as people read them.

    Parameters
    ----------
    project
        The project.
    at
        As they were at this moment; now by default. None for what nobody had set by then.
    """
    found = {key: project.store.settings.get(key, at=at) for key in _KEYS}
    default = default_class(project, at=at)
    found["default_class"] = "none" if default is None else project.label_set.said(default)
    return found


def default_class(project: Project, *, at: str | None = None) -> int | None:
    """Return the number of the class of rows that no vote decides; None where there is none.

    Parameters
    ----------
    project
        The project.
    at
        As it was at this moment; as the configuration says by default.
    """
    if at is None:
        return project.default_class
    number = project.store.settings.get("default_class", at=at)
    return int(number) if number else None
