"""Reading a trail back as the library that defines W3C PROV reads it."""

from __future__ import annotations

from prov.model import ProvDerivation, ProvDocument, ProvEntity, ProvGeneration

from workbench.services.project import Project
from workbench.services.provenance import provenance


def names(document: ProvDocument, kind: type) -> set[str]:
    return {str(record.identifier) for record in document.get_records(kind)}


def read(project: Project, uid: str) -> ProvDocument:
    """Return the trail of a row as the library reads it back."""
    found = ProvDocument.deserialize(content=provenance(project, uid), format="json")
    assert isinstance(found, ProvDocument)
    assert {str(edge.args[i]) for edge in found.get_records(ProvDerivation) for i in (0, 1)} <= (
        names(found, ProvEntity)
    )
    return found


def origins(document: ProvDocument, name: str) -> set[str]:
    """Return what an entity was derived from."""
    edges = document.get_records(ProvDerivation)
    return {str(edge.args[1]) for edge in edges if str(edge.args[0]) == f"wb:{name}"}


def makers(document: ProvDocument) -> dict[str, str]:
    """Return the run that made each entity."""
    edges = document.get_records(ProvGeneration)
    return {str(edge.args[0]): str(edge.args[1]) for edge in edges}


def told(document: ProvDocument, name: str) -> dict[str, object]:
    """Return what an entity says of itself: one value by the name of each attribute, or several."""
    (entity,) = document.get_record(f"wb:{name}")
    found: dict[str, object] = {}
    for key, _ in entity.attributes:
        values = entity.get_attribute(key)
        local = str(key).removeprefix("wb:")
        found[local] = next(iter(values)) if len(values) == 1 else set(values)
    return found | {"prov:type": str(found["prov:type"])}
