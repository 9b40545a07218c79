"""The trail of a label as a W3C PROV document, through the ``prov`` library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workbench.services.beliefs import MIX
from workbench.services.consensus import RUN_KIND
from workbench.services.evidence import BeliefEvidence, evidence_of, mix_evidence_of
from workbench.services.past_label import PastLabel, label_now, label_of_export
from workbench.services.project import Project
from workbench.services.standing import standing_answers
from workbench.services.trail import Exported, HumanEvent, NearDuplicate, Question, Trail, Vote
from workbench.services.why import beliefs_in, votes_read, why
from workbench.store.decisions import ADJUDICATE, CORRECTIONS, Event
from workbench.store.runs import Run
from workbench.types import DEFAULT, Origin

if TYPE_CHECKING:
    from prov.model import ProvDocument, QualifiedName

NAMESPACE = "urn:workbench:"


def provenance(project: Project, uid: str) -> str:
    """Return the trail of an example's label as PROV-JSON.

    Entities are the file, the row, versions of labeling functions, votes, the arithmetic of the
    label model and of the mix, beliefs, questions, decisions, what annotators agree on,
    near-duplicates, the label as it is and as it was exported, and exports; activities are runs;
    agents are people and this software at the version that ran.

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
    """Builds the document of one trail; each thing is named once."""

    def __init__(self, project: Project, trail: Trail) -> None:
        from prov.identifier import Namespace
        from prov.model import ProvDocument

        self._project = project
        self._trail = trail
        self._document: ProvDocument = ProvDocument()
        self._namespace: Namespace = self._document.add_namespace("wb", NAMESPACE)
        self._known: set[str] = set()
        self._believed: dict[int, dict[str, QualifiedName]] = {}
        self._row: QualifiedName = self._namespace[f"example/{trail.example_id}"]

    def build(self) -> ProvDocument:
        """Return the document."""
        trail = self._trail
        self._add_row()
        for vote in trail.votes:
            self._vote(vote)
        for belief in trail.beliefs:
            self._beliefs(self._run_of(belief.run_id))
        for question in trail.questions:
            self._question(question)
        for event in reversed(trail.decisions):
            self._decision(event)
        for duplicate in trail.duplicates:
            self._duplicate(duplicate)
        now = label_now(self._project, trail.example_id)
        label = self._label_now(now)
        for exported in trail.exports:
            self._export(exported, now, label)
        return self._document

    # -- what a label is made of --------------------------------------------------------------

    def _add_row(self) -> None:
        """Add the file and the row."""
        source = self._trail.source
        file = self._entity(
            f"file/{source.sha256}", "source", f"{source.path}", path=source.path,
            sha256=source.sha256,
        )  # fmt: skip
        self._entity(
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
        self._document.used(self._run(source.run_id), file)
        self._made(self._row, source.run_id)
        self._derived(self._row, file)

    def _vote(self, vote: Vote) -> list[QualifiedName]:
        """Add a labeling function at its version, and what it said: nothing, or a vote."""
        if vote.said is None:
            return []
        version = f"{quote(vote.lf, safe='')}/{vote.version[:32]}"
        local = f"vote/{version}/{self._trail.example_id}"
        is_new = local not in self._known
        function = self._entity(
            f"function/{version}",
            "labelingFunction",
            vote.lf,
            version=vote.version,
            file=vote.file,
            line=vote.line,
            source=vote.source,
        )
        said = self._entity(
            local, "vote", f"{vote.lf}: {vote.said}", said=vote.said, countsAs=vote.vote
        )
        if is_new:
            self._derived(said, self._row, function)
            if vote.run_id is not None:
                self._document.used(self._run(vote.run_id), function)
                self._made(said, vote.run_id)
        return [said]

    def _beliefs(self, run: Run) -> dict[str, QualifiedName]:
        """Add what the models of a run believe, and what that follows from; return it by model."""
        if run.run_id in self._believed:
            return self._believed[run.run_id]
        found = self._believed[run.run_id] = {}
        origins = self._read_by(run)
        for belief in beliefs_in(self._project, run, self._trail.example_id):
            name, probability = belief.probabilities[0]
            entity = self._entity(
                f"belief/{run.run_id}/{belief.model}",
                "belief",
                f"{belief.model} believes {name}",
                model=belief.model,
                topClass=name,
                probability=probability,
                inUse=belief.is_in_use,
            )
            found[belief.model] = entity
            self._derived(entity, *origins.get(belief.model, origins[""]))
            self._made(entity, run.run_id)
        return found

    def _read_by(self, run: Run) -> dict[str, list[QualifiedName]]:
        """Return what a run's beliefs follow from, by model; those of the others under ``""``."""
        runs = self._project.store.runs
        if run.kind != "aggregate":
            mixed = runs.last_done("aggregate", at=run.started_at)
            parts = [] if mixed is None else [self._beliefs(mixed).get(self._chosen(mixed))]
            read = [self._row, *(part for part in parts if part)]
            mix = mix_evidence_of(self._project, self._trail.example_id, run)
            return {"": [self._row], MIX: read if mix is None else [self._evidence(mix, read)]}
        votes = [self._row]
        for vote in votes_read(self._project, run, self._trail.example_id):
            votes += self._vote(vote)
        evidence = evidence_of(self._project, self._trail.example_id, run)
        if evidence is None:
            return {"": votes}
        return {"": votes, evidence.model: [self._evidence(evidence, votes)]}

    def _chosen(self, run: Run) -> str:
        """Return the model that a run chose."""
        return str(self._project.store.runs.artifact(run.run_id, run.kind)["chosen"])

    def _evidence(self, evidence: BeliefEvidence, votes: Sequence[QualifiedName]) -> QualifiedName:
        """Add the arithmetic of a label model or a mix: its terms, and what they sum to."""
        entity = self._entity(
            f"evidence/{evidence.run_id}/{self._trail.example_id}",
            "evidence",
            f"{evidence.model} weighs {'its parts' if evidence.model == MIX else 'the votes'}",
            model=evidence.model,
            reason=evidence.reason,
            classes=json.dumps(evidence.classes),
            term=[
                json.dumps([term.name, term.version, term.vote, term.weight, term.evidence])
                for term in evidence.terms
            ],
            totals=json.dumps(evidence.totals),
            probabilities=json.dumps(evidence.probabilities),
        )
        self._derived(entity, *votes)
        self._made(entity, evidence.run_id)
        return entity

    def _question(self, question: Question) -> None:
        """Add why a proposal or an audit asked for the row."""
        entity = self._entity(
            f"question/{question.run_id}/{question.rank}",
            "question",
            f"asked by {question.kind} run {question.run_id}",
            kind=question.kind,
            rank=question.rank,
            reason=question.reason,
        )
        self._derived(entity, self._row)
        self._made(entity, question.run_id)

    def _decision(self, event: HumanEvent) -> None:
        """Add an act of a person, and the questions that it answers."""
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
            cameFrom=event.came_from,
        )
        self._derived(entity, self._row)
        for question in self._trail.questions:
            if question.run_id == event.asked_by:
                asked = self._namespace[f"question/{question.run_id}/{question.rank}"]
                self._document.wasInfluencedBy(entity, asked)
        self._document.wasAttributedTo(entity, self._person(event.annotator))
        self._made(entity, event.run_id)

    def _duplicate(self, duplicate: NearDuplicate) -> None:
        """Add that another row nearly repeats this one."""
        other = self._entity(
            f"example/{duplicate.example_id}", "example", duplicate.uid, uid=duplicate.uid
        )
        entity = self._entity(
            f"duplicate/{duplicate.run_id}/{quote(duplicate.uid, safe='')}",
            "nearDuplicate",
            f"nearly repeats {duplicate.uid}",
            similarity=duplicate.similarity,
            exact=duplicate.exact,
        )
        self._derived(entity, self._row, other)
        self._made(entity, duplicate.run_id)

    # -- labels -------------------------------------------------------------------------------

    def _label_now(self, label: PastLabel | None) -> QualifiedName:
        """Add the label that the example has now, and what it rests on."""
        trail = self._trail
        entity = self._entity(
            f"label/{trail.example_id}",
            "label",
            trail.label or "no label",
            label=trail.label,
            confidence=trail.confidence,
            origin=trail.origin,
            stale=[item.sentence for item in trail.stale],
        )
        self._derived(entity, self._row, *self._rests_on(label))
        agreed = self._consensus()
        if agreed is not None and trail.origin == Origin.ANNOTATION.value:
            self._derived(entity, agreed)
        return entity

    def _label_then(self, label: PastLabel, export_run_id: int) -> QualifiedName:
        """Add the label that the example had in an export, and what it rested on."""
        entity = self._entity(
            f"label/{self._trail.example_id}/{export_run_id}",
            "label",
            label.name,
            label=label.name,
            confidence=label.confidence,
            origin=label.origin,
        )
        self._derived(entity, self._row, *self._rests_on(label))
        return entity

    def _rests_on(self, label: PastLabel | None) -> list[QualifiedName]:
        """Return what a label follows from besides the row: a belief, or decisions that stood."""
        if label is None:
            return []
        if label.origin in (Origin.MODEL.value, DEFAULT):
            run = self._run_of(label.run_id)
            believed = self._beliefs(run)[self._chosen(run)]
            return [believed, *self._default_class(label)]
        events = self._standing(label.until)
        if label.origin == Origin.CORRECTION.value:
            return self._events([event for event in events if event.kind in CORRECTIONS][-1:])
        if label.origin == Origin.ANNOTATION.value:
            return self._events(_deciding(events))
        return []

    def _default_class(self, label: PastLabel) -> list[QualifiedName]:
        """Return the setting that gave a label, where no vote did."""
        if label.origin != DEFAULT:
            return []
        name = f"default_class = {label.name}"
        return [self._entity(f"setting/default_class/{label.number}", "setting", name)]

    def _standing(self, until: int | None = None) -> list[Event]:
        """Return the decisions that stand, or stood after an event."""
        decisions = self._project.store.decisions
        return decisions.active(example_id=self._trail.example_id, until=until)

    def _events(self, events: Iterable[Event]) -> list[QualifiedName]:
        return [self._namespace[f"event/{event.event_id}"] for event in events]

    def _consensus(self) -> QualifiedName | None:
        """Add what several annotators agree on; None where there are no two."""
        consensus = self._trail.consensus
        if consensus is None or len(consensus.answers) < 2:
            return None
        entity = self._entity(
            f"consensus/{self._trail.example_id}",
            "consensus",
            f"annotators agree on {consensus.label or 'no class'}",
            policy=consensus.policy,
            label=consensus.label,
            confidence=consensus.confidence,
            settledBy=consensus.settled_by,
        )
        self._derived(entity, *self._events(_deciding(self._standing())))
        if consensus.run_id is not None and self._run_of(consensus.run_id).kind == RUN_KIND:
            self._made(entity, consensus.run_id)
        return entity

    def _export(self, exported: Exported, now: PastLabel | None, label: QualifiedName) -> None:
        """Add a file that holds the row, and the label that it had then."""
        entity = self._entity(
            f"export/{exported.run_id}",
            "export",
            exported.path,
            path=exported.path,
            sha256=exported.sha256,
            label=exported.label,
        )
        self._made(entity, exported.run_id)
        then = label_of_export(self._project, self._run_of(exported.run_id), self._trail.example_id)
        if then is None:
            self._derived(entity, self._row)
        elif now is not None and now.is_same(then):
            self._derived(entity, label)
        else:
            self._derived(entity, self._label_then(then, exported.run_id))

    # -- runs and agents ----------------------------------------------------------------------

    def _derived(self, entity: QualifiedName, *origins: QualifiedName) -> None:
        for origin in origins:
            self._document.wasDerivedFrom(entity, origin)

    def _made(self, entity: QualifiedName, run_id: int) -> None:
        """Say which run made an entity."""
        self._document.wasGeneratedBy(entity, self._run(run_id))

    def _run_of(self, run_id: int) -> Run:
        run = self._project.store.runs.get(run_id)
        assert run is not None
        return run

    def _run(self, run_id: int) -> QualifiedName:
        """Add a run, who started it, and the runs that it read, all the way back."""
        name = self._namespace[f"run/{run_id}"]
        if not self._is_new(f"run/{run_id}"):
            return name
        run = self._run_of(run_id)
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
        version = run.versions["workbench"]
        software = self._agent(f"workbench/{version}", "prov:SoftwareAgent", f"workbench {version}")
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
        """Return attributes: none for None, one for each entry of a list."""
        own = [
            (self._namespace[key], one)
            for key, value in values.items()
            for one in (value if isinstance(value, list) else [value])
            if one is not None
        ]
        return [*heads, *own]

    def _is_new(self, local: str) -> bool:
        if local in self._known:
            return False
        self._known.add(local)
        return True


def _deciding(events: Sequence[Event]) -> list[Event]:
    """Return the decisions that an annotation rests on: what settled it, else all answers."""
    settled = [event for event in events if event.kind == ADJUDICATE]
    return settled[-1:] or list(standing_answers(events).values())
