"""The trail of a label as a W3C PROV document, through the ``prov`` library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workbench.services.project import Project
from workbench.services.why import Belief, Exported, HumanEvent, Trail, Vote, why
from workbench.version import __version__

if TYPE_CHECKING:
    from prov.model import ProvDocument, QualifiedName

NAMESPACE = "urn:workbench:"


def provenance(project: Project, uid: str) -> str:
    """Return the trail of an example's label as PROV-JSON.

    Entities are the file, the row, versions of labeling functions, votes, beliefs, decisions, the
    label and exports; activities are runs; agents are people and this software.

    Parameters
    ----------
    project
        The project.
    uid
        The example.

    Raises
    ------
    UsageError
        If there is no such example.

    References
    ----------
    W3C, "PROV-DM: The PROV Data Model" (2013) and "The PROV-JSON Serialization" (2013).
    """
    text = _Builder(project, why(project, uid)).build().serialize(format="json", indent=2)
    return text or ""


class _Builder:
    """Builds the document of one trail; each run and agent is named once."""

    def __init__(self, project: Project, trail: Trail) -> None:
        from prov.identifier import Namespace
        from prov.model import ProvDocument

        self._project = project
        self._trail = trail
        self._document: ProvDocument = ProvDocument()
        self._namespace: Namespace = self._document.add_namespace("wb", NAMESPACE)
        self._known: set[str] = set()
        self._votes: list[QualifiedName] = []
        self._by_run: dict[int, list[QualifiedName]] = {}

    def build(self) -> ProvDocument:
        """Return the document."""
        row = self._row()
        for vote in self._trail.votes:
            if vote.said is not None:
                self._vote(vote, row)
        for belief in self._trail.beliefs:
            self._belief(belief, row)
        for event in self._trail.decisions:
            self._decision(event, row)
        label = self._label(row)
        for exported in self._trail.exports:
            self._export(exported, label)
        return self._document

    def _row(self) -> QualifiedName:
        """Add the file and the row."""
        source = self._trail.source
        file = self._entity(
            f"file/{source.sha256}", "source", f"{source.path}", path=source.path,
            sha256=source.sha256,
        )  # fmt: skip
        row = self._entity(
            f"example/{self._trail.example_id}",
            "example",
            self._trail.uid,
            uid=self._trail.uid,
            row=source.row,
            role=source.role,
            batch=source.batch,
            vendor=source.vendor,
            givenLabel=source.given,
        )
        run = self._run(source.run_id)
        self._document.used(run, file)
        self._document.wasGeneratedBy(row, run)
        self._document.wasDerivedFrom(row, file)
        return row

    def _vote(self, vote: Vote, row: QualifiedName) -> None:
        """Add a labeling function at its version, and what it said."""
        function = self._entity(
            f"function/{quote(vote.lf, safe='')}/{vote.version[:32]}",
            "labelingFunction",
            vote.lf,
            version=vote.version,
            file=vote.file,
            line=vote.line,
            source=vote.source,
        )
        said = self._entity(
            f"vote/{quote(vote.lf, safe='')}/{vote.version[:32]}/{self._trail.example_id}",
            "vote",
            f"{vote.lf}: {vote.said}",
            said=vote.said,
            countsAs=vote.vote,
        )
        self._document.wasDerivedFrom(said, row)
        self._document.wasDerivedFrom(said, function)
        self._votes.append(said)
        if vote.run_id is not None:
            self._document.used(self._run(vote.run_id), function)
            self._made(said, vote.run_id)

    def _belief(self, belief: Belief, row: QualifiedName) -> None:
        """Add what a model believes."""
        name, probability = belief.probabilities[0]
        entity = self._entity(
            f"belief/{belief.run_id}/{belief.model}",
            "belief",
            f"{belief.model} believes {name}",
            model=belief.model,
            topClass=name,
            probability=probability,
        )
        for origin in self._votes if belief.kind == "aggregate" else (row,):
            self._document.wasDerivedFrom(entity, origin)
        self._made(entity, belief.run_id)

    def _decision(self, event: HumanEvent, row: QualifiedName) -> None:
        """Add an act of a person."""
        entity = self._entity(
            f"event/{event.event_id}",
            "decision",
            f"{event.annotator}: {event.kind}" + (f" {event.said}" if event.said else ""),
            kind=event.kind,
            said=event.said,
            countsAs=event.label,
            at=event.at,
            seconds=event.seconds,
            guideline=event.guideline,
            note=event.note,
            stands=event.stands,
        )
        self._document.wasDerivedFrom(entity, row)
        self._document.wasAttributedTo(entity, self._person(event.annotator))
        self._made(entity, event.run_id)

    def _label(self, row: QualifiedName) -> QualifiedName:
        """Add the label that the example has now, and the entities of its run that it rests on."""
        trail = self._trail
        label = self._entity(
            f"label/{trail.example_id}",
            "label",
            trail.label or "no label",
            label=trail.label,
            confidence=trail.confidence,
            origin=trail.origin,
        )
        self._document.wasDerivedFrom(label, row)
        for entity in self._by_run.get(trail.run_id or 0, ()):
            self._document.wasDerivedFrom(label, entity)
        return label

    def _export(self, exported: Exported, label: QualifiedName) -> None:
        """Add a file that holds the row."""
        entity = self._entity(
            f"export/{exported.run_id}",
            "export",
            exported.path,
            path=exported.path,
            sha256=exported.sha256,
            label=exported.label,
        )
        self._made(entity, exported.run_id)
        if exported.label == self._trail.label:
            self._document.wasDerivedFrom(entity, label)

    def _made(self, entity: QualifiedName, run_id: int) -> None:
        """Say which run made an entity."""
        self._document.wasGeneratedBy(entity, self._run(run_id))
        self._by_run.setdefault(run_id, []).append(entity)

    def _run(self, run_id: int) -> QualifiedName:
        """Add a run, who started it, and the runs that it read, all the way back."""
        name = self._namespace[f"run/{run_id}"]
        run = self._project.store.runs.get(run_id)
        if run is None or not self._is_new(f"run/{run_id}"):
            return name
        self._document.activity(
            name,
            run.started_at,
            run.ended_at,
            self._attributes(
                [("prov:type", self._namespace[run.kind]), ("prov:label", f"run {run_id}")],
                outcome=run.outcome,
                seed=run.seed,
            ),
        )
        software = self._agent(f"workbench/{__version__}", "prov:SoftwareAgent", "workbench")
        self._document.wasAssociatedWith(name, self._person(run.agent))
        self._document.wasAssociatedWith(name, software)
        for input_id in self._project.store.runs.inputs(run_id):
            self._document.wasInformedBy(name, self._run(input_id))
        return name

    def _person(self, who: str) -> QualifiedName:
        return self._agent(f"person/{quote(who, safe='@')}", "prov:Person", who)

    def _agent(self, local: str, kind: str, label: str) -> QualifiedName:
        name = self._namespace[local]
        if self._is_new(local):
            kind_name = self._document.valid_qualified_name(kind)
            self._document.agent(name, [("prov:type", kind_name), ("prov:label", label)])
        return name

    def _entity(self, local: str, kind: str, label: str, /, **values: Any) -> QualifiedName:
        name = self._namespace[local]
        if self._is_new(local):
            heads = [("prov:type", self._namespace[kind]), ("prov:label", label)]
            self._document.entity(name, self._attributes(heads, **values))
        return name

    def _attributes(
        self, heads: Iterable[tuple[str, Any]], **values: Any
    ) -> list[tuple[str | QualifiedName, Any]]:
        """Return attributes; those without a value are left out."""
        own = [(self._namespace[key], v) for key, v in values.items() if v is not None]
        return [*heads, *own]

    def _is_new(self, local: str) -> bool:
        if local in self._known:
            return False
        self._known.add(local)
        return True
