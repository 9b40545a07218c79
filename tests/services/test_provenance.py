"""The trail as W3C PROV: valid, complete, and read back by the library that defines it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
)

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.export import export_labels
from workbench.services.project import Project
from workbench.services.provenance import provenance


@pytest.fixture
def document(filled: Project, cast_votes: Callable[..., None], tmp_path: Path) -> ProvDocument:
    """The trail of a row that an annotator labelled, read back."""
    cast_votes(filled, voters=("a b:c", "é/x", "third"))
    aggregate_votes(filled)
    with Session(filled, annotator="ana ü <x>") as session:
        session.label(2, "spam", seconds=1.5, note='say "hi"')
    export_labels(filled, tmp_path / "o.csv")
    text = provenance(filled, "r1")
    found = ProvDocument.deserialize(content=text, format="json")
    assert isinstance(found, ProvDocument)
    again = ProvDocument.deserialize(content=found.serialize(format="json"), format="json")
    assert again == found
    assert json.loads(text)["prefix"]["wb"] == "urn:workbench:"
    return found


def names(document: ProvDocument, kind: type) -> set[str]:
    return {str(record.identifier) for record in document.get_records(kind)}


def test_everything_named_is_there(document: ProvDocument) -> None:
    entities, activities = names(document, ProvEntity), names(document, ProvActivity)
    assert {"wb:example/2", "wb:label/2", "wb:event/2"} <= entities
    assert any(name.startswith("wb:file/") for name in entities)
    assert any(name.startswith("wb:export/") for name in entities)
    assert any(name.startswith("wb:belief/") for name in entities)
    assert "wb:person/ana%20%C3%BC%20%3Cx%3E" in names(document, ProvAgent)
    for generation in document.get_records(ProvGeneration):
        entity, activity = generation.args[0], generation.args[1]
        assert str(entity) in entities
        assert str(activity) in activities
    for derivation in document.get_records(ProvDerivation):
        assert {str(derivation.args[0]), str(derivation.args[1])} <= entities


def test_the_label_leads_back_to_the_file(document: ProvDocument) -> None:
    edges: dict[str, set[str]] = {}
    for derivation in document.get_records(ProvDerivation):
        edges.setdefault(str(derivation.args[0]), set()).add(str(derivation.args[1]))
    reached, open_ = set(), ["wb:label/2"]
    while open_:
        name = open_.pop()
        reached.add(name)
        open_ += edges.get(name, set()) - reached
    assert "wb:event/2" in reached
    assert any(name.startswith("wb:file/") for name in reached)


def test_runs_have_their_times_and_agents(document: ProvDocument) -> None:
    activities = list(document.get_records(ProvActivity))
    assert len(activities) >= 5
    for activity in activities:
        start, end = activity.get_startTime(), activity.get_endTime()
        assert start is not None
        assert end is not None
        assert start <= end
