"""What the trail as W3C PROV says of each thing, held against the trail that people read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAssociation,
    ProvCommunication,
    ProvUsage,
)

from tests.services.prov_reading import makers, origins, read, told
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import CameFrom, QueueItem, Session
from workbench.services.export.export import export_labels
from workbench.services.guidelines import set_guidelines
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.undo import undo
from workbench.services.why import why


def test_all_that_is_known_of_each_thing_is_told(
    project: Project, tmp_path: Path, script: str, write_csv: Callable[..., Path]
) -> None:
    texts = ("free prize call now", "see you at lunch", "thanks for dinner", "claim your phone")
    rows = [
        {"id": f"r{i}", "text": text, "vendor": "v", "label": "ham" if i else ""}
        for i, text in enumerate(texts)
    ]
    import_files(project, [write_csv("t.csv", rows)], batch="b1")
    (project.root / "labeling_functions" / "script.py").write_text(script)
    apply_functions(project)
    aggregate_votes(project, model="snorkel")
    set_guidelines(project, "# Guidelines\n", annotator="ana")
    batch = propose_batch(project, n=4)
    with Session(project, annotator="ana") as session:
        session.label(1, "spam", seconds=1.5, note="a note", batch_run_id=batch.run_id)
        session.label(1, "ham")
        session.adjudicate(1, "spam")
    with Session(project, annotator="bo") as session:
        session.choose(QueueItem(1, "found", came_from=CameFrom.SEARCH), "ham")
        session.flag(1)
    undo(project, annotator="bo")
    document, trail = read(project, "r0"), why(project, "r0")

    source = trail.source
    assert told(document, f"file/{source.sha256}") == {
        "prov:type": "wb:source",
        "prov:label": source.path,
        "path": source.path,
        "sha256": source.sha256,
    }
    assert told(document, "example/1") == {
        "prov:type": "wb:example",
        "prov:label": "r0",
        "uid": "r0",
        "row": source.row,
        "role": "train",
        "batch": "b1",
        "vendor": "v",
    }
    assert told(read(project, "r1"), "example/2")["givenLabel"] == "ham"

    for vote in trail.votes:
        version = f"{vote.lf}/{vote.version[:32]}"
        if vote.said is None:
            assert not document.get_record(f"wb:function/{version}")
            continue
        assert told(document, f"function/{version}") == {
            "prov:type": "wb:labelingFunction",
            "prov:label": vote.lf,
            "version": vote.version,
            "file": vote.file,
            "line": vote.line,
            "source": vote.source,
        }
        assert told(document, f"vote/{version}/1") == {
            "prov:type": "wb:vote",
            "prov:label": f"{vote.lf}: {vote.said}",
            "said": vote.said,
            "countsAs": vote.vote,
        }
        assert origins(document, f"vote/{version}/1") == {"wb:example/1", f"wb:function/{version}"}
        assert makers(document)[f"wb:vote/{version}/1"] == f"wb:run/{vote.run_id}"
    assert {vote.said is None for vote in trail.votes} == {True, False}

    for belief in trail.beliefs:
        name, probability = belief.probabilities[0]
        entity = f"belief/{belief.run_id}/{belief.model}"
        assert told(document, entity) == {
            "prov:type": "wb:belief",
            "prov:label": f"{belief.model} believes {name}",
            "model": belief.model,
            "topClass": name,
            "probability": probability,
            "inUse": belief.is_in_use,
        }
    evidence = trail.evidence
    assert evidence is not None
    assert told(document, f"evidence/{evidence.run_id}/1") == {
        "prov:type": "wb:evidence",
        "prov:label": "snorkel weighs the votes",
        "model": "snorkel",
        "reason": evidence.reason,
        "classes": json.dumps(evidence.classes),
        "term": {
            json.dumps([term.name, term.version, term.vote, term.weight, term.evidence])
            for term in evidence.terms
        },
        "totals": json.dumps(evidence.totals),
        "probabilities": json.dumps(evidence.probabilities),
    }

    (question,) = trail.questions
    asked = f"question/{batch.run_id}/{question.rank}"
    assert told(document, asked) == {
        "prov:type": "wb:question",
        "prov:label": f"asked by propose run {batch.run_id}",
        "kind": "propose",
        "rank": question.rank,
        "reason": question.reason,
    }
    assert origins(document, asked) == {"wb:example/1"}
    assert {event.stands for event in trail.decisions} == {True, False}
    assert {event.came_from for event in trail.decisions} == {CameFrom.SEARCH, None}
    assert {event.guideline for event in trail.decisions} == {1, None}  # none of an undo
    for event in trail.decisions:
        known = {
            "prov:type": "wb:decision",
            "prov:label": f"{event.annotator}: {event.kind} {event.said or ''}".rstrip(),
            "kind": event.kind,
            "said": event.said,
            "countsAs": event.label,
            "at": event.at,
            "seconds": event.seconds,
            "guideline": event.guideline,
            "note": event.note,
            "stands": event.stands,
            "cameFrom": event.came_from,
        }
        name = f"event/{event.event_id}"
        assert told(document, name) == {k: v for k, v in known.items() if v is not None}
        assert origins(document, name) == {"wb:example/1"}

    agreed = trail.consensus
    assert agreed is not None
    assert told(document, "consensus/1") == {
        "prov:type": "wb:consensus",
        "prov:label": "annotators agree on spam",
        "policy": agreed.policy,
        "label": "spam",
        "confidence": 1.0,
        "settledBy": "ana",
    }
    settled = next(e.event_id for e in trail.decisions if e.kind == "adjudicate")
    assert origins(document, "consensus/1") == {f"wb:event/{settled}"}
    assert told(document, "label/1") == {
        "prov:type": "wb:label",
        "prov:label": "spam",
        "label": "spam",
        "confidence": 1.0,
        "origin": "annotation",
    }
    assert origins(document, "label/1") == {
        "wb:example/1",
        "wb:consensus/1",
        f"wb:event/{settled}",
    }


def test_each_run_says_when_by_whom_and_from_which_runs(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path
) -> None:
    cast_votes(filled)
    aggregate_votes(filled, model="majority")
    export = export_labels(filled, tmp_path / "o.csv")
    document, trail = read(filled, "r0"), why(filled, "r0")
    activities = {str(one.identifier): one for one in document.get_records(ProvActivity)}
    runs = filled.store.runs
    shown = [run for run in runs.newest() if f"wb:run/{run.run_id}" in activities]
    assert len(shown) == len(activities)
    assert {run.kind for run in shown} == {"import", "import-votes", "aggregate", "export"}
    informed = {
        tuple(str(end) for end in edge.args[:2]) for edge in document.get_records(ProvCommunication)
    }
    associated = {
        tuple(str(end) for end in edge.args[:2]) for edge in document.get_records(ProvAssociation)
    }
    for run in shown:
        name = f"wb:run/{run.run_id}"
        activity = activities[name]
        times = (activity.get_startTime().isoformat(), activity.get_endTime().isoformat())
        assert times == tuple(
            datetime.fromisoformat(at).isoformat() for at in (run.started_at, run.ended_at or "")
        )
        assert {str(kind) for kind in activity.get_attribute("prov:type")} == {f"wb:{run.kind}"}
        assert activity.get_attribute("prov:label") == {f"run {run.run_id}"}
        seed = set() if run.seed is None else {run.seed}
        assert activity.get_attribute("wb:seed") == seed
        agents = {agent for of, agent in associated if of == name}
        version = run.versions["workbench"]
        assert agents == {f"wb:workbench/{version}", f"wb:person/{quote(run.agent, safe='@')}"}
        read_runs = {of for by, of in informed if by == name}
        assert read_runs == {f"wb:run/{number}" for number in runs.inputs(run.run_id)}
    assert any(runs.inputs(run.run_id) for run in shown)
    agents = {str(agent.identifier): agent for agent in document.get_records(ProvAgent)}
    for name, agent in agents.items():
        person = name.startswith("wb:person/")
        (kind,) = agent.get_attribute("prov:type")
        assert str(kind) == ("prov:Person" if person else "prov:SoftwareAgent")
        (label,) = agent.get_attribute("prov:label")
        said = unquote(name.removeprefix("wb:person/")) if person else name.removeprefix("wb:")
        assert label == (said if person else said.replace("/", " "))
    made = makers(document)
    imported, belief = trail.source.run_id, trail.beliefs[0]
    assert made["wb:example/1"] == f"wb:run/{imported}"
    assert made[f"wb:belief/{belief.run_id}/majority"] == f"wb:run/{belief.run_id}"
    assert made[f"wb:evidence/{belief.run_id}/1"] == f"wb:run/{belief.run_id}"
    assert made[f"wb:export/{export.run_id}"] == f"wb:run/{export.run_id}"
    source = trail.source.sha256
    used = {tuple(str(end) for end in use.args[:2]) for use in document.get_records(ProvUsage)}
    assert (f"wb:run/{imported}", f"wb:file/{source}") in used
    assert origins(document, "example/1") == {f"wb:file/{source}"}
