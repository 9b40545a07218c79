"""Audits: suspects, controls, and what is never doubted or left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.noisy_messages import message_rows
from workbench.errors import ProjectError, UsageError
from workbench.services.aggregate import aggregate_votes
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.results import CONTROL_REASON
from workbench.services.browse import last_audit
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.review.review import review_queue
from workbench.services.why import why


def test_most_suspects_are_wrong_and_most_wrong_labels_are_suspects(messages: Project) -> None:
    result = audit_labels(messages)
    wrong = {row["id"] for row in message_rows() if row["label"] != row["true"]}
    found = {row.uid for row in result.suspects}
    assert len(found & wrong) > 0.6 * len(found)
    assert len(found & wrong) > 0.6 * len(wrong)
    quality = [row.quality for row in result.suspects]
    assert quality == sorted(quality)
    assert all(row.given != row.suggested for row in result.suspects)


def test_evaluation_rows_are_shown_and_never_left_out(messages: Project, tmp_path: Path) -> None:
    result = audit_labels(messages)
    assert result.n_evaluation == 60
    assert "em0" in {row.uid for row in result.evaluation_suspects}
    assert not {row.uid for row in result.suspects} & {r.uid for r in result.evaluation_suspects}
    noise = next(lens for lens in diagnose(messages).lenses if lens.name == "label noise")
    assert noise.evidence[0].n == result.n_suspects
    assert result.n_rows == 300
    exported = export_labels(messages, tmp_path / "e.csv", role="evaluation")
    assert exported.n_rows == 60


def test_what_people_have_reviewed_is_not_suspected_again(messages: Project) -> None:
    from workbench.services.annotate import Session

    result = audit_labels(messages)
    suspect = result.suspects[0]
    example_id = messages.store.examples.id_of(suspect.uid)
    assert example_id is not None
    with Session(messages) as session:
        session.keep(example_id, suspect.given, batch_run_id=result.run_id)
    again = audit_labels(messages)
    assert not again.reused
    assert suspect.uid not in {row.uid for row in again.suspects}


def test_controls_are_random_trusted_rows_and_provenance_says_so(messages: Project) -> None:
    result = audit_labels(messages)
    controls = [item for item in review_queue(messages) if item.is_control]
    assert len(controls) == result.n_controls >= 20
    uids = messages.store.examples.uids()
    suspects = {row.uid for row in result.suspects}
    for item in controls:
        uid = uids[item.example_id - 1]
        assert uid not in suspects
        question = why(messages, uid).questions[0]
        assert (question.kind, question.reason) == ("audit", CONTROL_REASON)


def test_more_controls_are_drawn_where_asked_for_and_stay_for_who_asks_again(
    messages: Project,
) -> None:
    first = audit_labels(messages)
    more = audit_labels(messages, controls=50)
    assert (first.n_controls, more.n_controls) == (20, 50)
    assert [s.uid for s in more.suspects] == [s.uid for s in first.suspects]
    assert audit_labels(messages, by="vendor").run_id == more.run_id
    assert audit_labels(messages, controls=50).reused
    every = audit_labels(messages, controls=10_000)
    assert every.n_controls == every.n_rows - every.n_suspects
    assert audit_labels(messages, controls=10_000).reused
    with pytest.raises(UsageError, match="0 control rows"):
        audit_labels(messages, controls=0)


def test_too_few_labels_are_refused(project: Project, write_csv: Callable[..., Path]) -> None:
    one = [{"id": "first", "text": "a single text", "label": "ham"}]
    import_files(project, [write_csv("first.csv", one)])
    with pytest.raises(ProjectError, match="1 labelled training row in 1 class is too few"):
        audit_labels(project)
    rows = [{"id": f"r{i}", "text": f"some text {i}", "label": "ham"} for i in range(30)]
    import_files(project, [write_csv("one.csv", rows)])
    with pytest.raises(ProjectError, match="31 labelled training rows in 1 class are too few"):
        audit_labels(project)


def test_functions_that_changed_are_blamed_as_they_are_now(
    bare: Project, cast_votes: Callable[..., None]
) -> None:
    cast_votes(bare)
    aggregate_votes(bare)
    first = audit_labels(bare, by="function")
    assert first.functions
    assert (first.functions_note, first.old_votes) == ("", "")
    cast_votes(bare, seed=1)
    again = audit_labels(bare, by="function")
    assert (again.run_id, again.reused) == (first.run_id, True)
    assert [row.uid for row in again.suspects] == [row.uid for row in first.suspects]
    assert again.functions_note.startswith("labeling functions changed: calls, meals, offers")
    assert again.old_votes == again.functions_note
    versions = {version.version for version in bare.store.votes.in_force()}
    assert {rate.version for rate in again.functions} <= versions
    assert not {rate.version for rate in first.functions} & versions
    groups = {group.group: (group.n, group.n_suspects) for group in again.by_group}
    for rate in again.functions:
        assert groups[f"{rate.name} ({rate.version[:8]})"] == (rate.n_votes, rate.n_pushed)
    shown = last_audit(bare)
    assert shown is not None
    assert (shown.functions, shown.functions_note) == (again.functions, again.functions_note)
    # An audit that is made anew says so as well, as long as the labels are the old ones.
    anew = audit_labels(bare, seed=5)
    assert (anew.reused, anew.functions_note) == (False, "")
    assert anew.old_votes == again.old_votes
    aggregate_votes(bare)
    assert audit_labels(bare).old_votes == ""
