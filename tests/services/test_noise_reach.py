"""The lens of label noise tells how many of today's labels the audit saw, and could judge."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write_rows
from tests.services.reviewing import CLASSES, WORDS, rows
from workbench.services.annotate import Session
from workbench.services.audit import audit_labels
from workbench.services.diagnose import diagnose
from workbench.services.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project
from workbench.services.verdicts import CANNOT_TELL, Lens


def noise_of(project: Project) -> Lens:
    return next(lens for lens in diagnose(project).lenses if lens.name == "label noise")


def test_an_old_audit_says_nothing_of_the_labels_that_came_since(tmp_path: Path) -> None:
    made = rows(240, 3, wrong=0)

    def annotate(project: Project, first: int, last: int) -> None:
        with Session(project, annotator="ann") as session:
            for i in range(first, last):
                session.label(i + 1, made[i]["true"])

    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        unlabelled = [{**row, "label": ""} for row in made]
        import_files(project, [write_rows(tmp_path / "t.csv", unlabelled)])
        annotate(project, 0, 80)
        audit_labels(project)
        assert "came since" not in noise_of(project).finding
        annotate(project, 80, 120)
        some = noise_of(project)
        assert some.verdict != CANNOT_TELL
        assert "of 80 labels that the audit saw are doubted" in some.finding
        assert "40 came since" in some.finding
        annotate(project, 120, 240)
        lens = noise_of(project)
        assert lens.verdict == CANNOT_TELL
        assert lens.finding == (
            "the audit saw 80 of the 240 training labels there are now: 160 came since"
        )
        assert lens.command == "workbench audit"
        audit_labels(project)
        assert noise_of(project).verdict != CANNOT_TELL


def test_labels_that_became_others_are_not_said_to_have_come_since(audited: Project) -> None:
    labels = resolve_labels(audited).labels

    def relabel(first: int, last: int) -> None:
        with Session(audited, annotator="ana") as session:
            for i in range(first, last):
                session.relabel(i + 1, CLASSES[1 - labels[i]])

    relabel(0, 30)
    assert ", 30 changed" in noise_of(audited).finding
    assert "came since" not in noise_of(audited).finding


def test_labels_of_classes_that_no_model_has_learnt_are_in_no_rate(tmp_path: Path) -> None:
    """Two classes of forty rows, and twenty of two rows or three that have no word of their own."""
    many = [f"rare{k}" for k in range(60)]
    made = rows(80, 4, wrong=0.1)
    for k, name in enumerate(many):
        for j in range(2):
            text = " ".join([*WORDS[CLASSES[j]][k % 4 : k % 4 + 3], f"filler{k}{j}"])
            made.append({**made[0], "id": f"{name}-{j}", "text": text, "label": name})
    with Project(init_project(tmp_path / "p", (*CLASSES, *many))) as project:
        import_files(project, [write_rows(tmp_path / "t.csv", made)])
        found = audit_labels(project)
        assert found.n_rows == 200
        assert found.n_not_audited >= 110
        assert found.n_judged == found.n_rows - found.n_not_audited
        assert found.error_rate == found.n_suspects / found.n_judged
        lens = noise_of(project)
    assert lens.verdict == CANNOT_TELL
    assert "of 200 labels, which the audit cannot judge" in lens.finding
