"""Scripts of labeling functions, and decisions that they learn from."""

from __future__ import annotations

from pathlib import Path

from workbench.services.annotate import Session
from workbench.services.labels import stored_votes
from workbench.services.project import Project


def annotate(project: Project, labels: dict[str, str], annotator: str = "ana") -> None:
    """Record decisions by uid."""
    session = Session(project, annotator=annotator)
    for uid, label in labels.items():
        example_id = project.store.examples.id_of(uid)
        assert example_id is not None
        session.label(example_id, label)
    session.close()


def votes_of(project: Project, name: str) -> dict[str, str]:
    """The stored votes of a function in force, by uid."""
    (version,) = (one for one in project.store.votes.in_force() if one.name == name)
    votes = stored_votes(project, [version.lf_version_id])[:, 0].tolist()
    examples = project.store.examples.iterate()
    return {
        example.uid: project.classes[vote]
        for example, vote in zip(examples, votes, strict=True)
        if vote >= 0
    }


def script(project: Project, text: str, name: str = "more.py") -> Path:
    path = project.functions_folder / name
    path.write_text(f"from workbench import *\nfrom workbench import labeling_function\n{text}\n")
    return path
