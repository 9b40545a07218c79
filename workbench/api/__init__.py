"""The Python API: a project with one method for each service, in a module for each group."""

from workbench.api.project import Project, init, open

__all__ = ["Project", "init", "open"]
