"""Texts with votes and true labels: public sets beside the checkout, and the repository's own.

The functions of `sms_spam`, `sentiment_sentences` and `banking77` were written once, from a look at
the texts and the class names, and not tuned to the figures.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import DATASETS, REPOSITORY
from workbench.methods.label_model import expected_credit

ABSTAIN = -1
Function = Callable[[str], int]


@dataclass(frozen=True)
class WeakSet:
    """Texts, votes (n, m) and true classes (n,); the first ``n_pool`` rows are for training."""

    texts: list[str]
    votes: NDArray[np.int16]
    truth: NDArray[np.int64]
    n_classes: int
    n_pool: int


def accuracy_of(
    probs: NDArray[np.float64], truth: NDArray[np.int64], where: NDArray[np.bool_]
) -> float:
    """Accuracy on some rows, ties at the top credited in expectation."""
    return float(expected_credit(probs[where], truth[where]).mean())


def wrench(name: str) -> WeakSet:
    rows: list[dict[str, object]] = []
    n_pool = 0
    for split in ("train", "test"):
        with gzip.open(DATASETS / name / f"{split}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows += [json.loads(line) for line in file]
        n_pool = n_pool or len(rows)
    texts = [str(row["text"]) for row in rows]
    votes = np.array([row["weak_labels"] for row in rows], dtype=np.int16)
    return _weak_set(texts, votes, np.array([row["label"] for row in rows]), n_pool)


def youtube_spam() -> WeakSet:
    """Four videos to train on, the fifth to test on; the functions of the loop's test."""
    seen: dict[str, dict[str, str]] = {}
    for row in _read(DATASETS / "youtube_spam" / "youtube_spam.csv"):
        seen.setdefault(row["comment_id"], row)
    rows = sorted(seen.values(), key=lambda row: row["video"] == "Shakira")
    functions = [
        _says("subscribe|subscribers|my channel", 1),
        _says("please|plz|pls|help me", 1),
        _says("song|lyrics|voice|dance|melody", 0),
        _says("views|billion|million", 0),
        _finds(r"https?://|www\.|\.com\b", 1),
        _finds("check out|check this|look at my|follow me", 1),
        lambda text: 0 if len(text.split()) < 5 else ABSTAIN,
        lambda text: 1 if len(re.findall("[!?❤♥]", text)) > 6 else ABSTAIN,
        _says("love|best|awesome|amazing|great", 0),
    ]
    n_pool = sum(row["video"] != "Shakira" for row in rows)
    return _by_functions(rows, functions, lambda row: row["label"] == "spam", n_pool)


def sms_spam() -> WeakSet:
    functions = [
        _says(r"free|win|won|winner|prize|award(?:ed)?|cash", 1),
        _says(r"claim|urgent|guaranteed|selected|congrat\w*", 1),
        _finds(r"\b\d{5,}\b", 1),
        _finds(r"£|\bp(?:er)? ?msg|/wk|150p", 1),
        _finds(r"https?://|www\.", 1),
        _says("text|txt|reply|call", 1),
        lambda text: 0 if len(text) < 45 else ABSTAIN,
        _says("i'm|im|i'll|ill|i've|gonna|lol|haha|ok|sorry|love|home|later", 0),
        _finds(r"\.\.\.|:\)|;\)", 0),
        _says("ur|u|r|n", 0),
    ]
    rows = _read(DATASETS / "sms_spam" / "sms_spam.csv")
    return _by_functions(rows, functions, lambda row: row["label"] == "spam")


def sentiment_sentences() -> WeakSet:
    functions = [
        _says("great|excellent|awesome|amazing|fantastic|wonderful", 1),
        _says("good|nice|well|fine", 1),
        _says(r"love[ds]?|like[ds]?|enjoy\w*|happy|pleased", 1),
        _says(r"best|perfect|recommend\w*|delicious|beautiful", 1),
        _says(r"bad|terrible|horrible|awful|poor\w*|worst", 0),
        _says("not|never|no|don't|didn't|won't|doesn't|wasn't", 0),
        _says(r"waste\w*|disappoint\w*|useless|broke\w*|junk|crap", 0),
        _says("slow|rude|cold|bland|boring|stupid|annoying", 0),
        _finds("!", 1),
        _says(r"money|return\w*|avoid|unfortunately", 0),
    ]
    rows = _read(DATASETS / "sentiment_sentences" / "sentiment_sentences.csv")
    positive = {"positive", "1"}
    return _by_functions(rows, functions, lambda row: row["label"] in positive)


def crowd_rte() -> WeakSet:
    """Crowd workers as labeling functions; the texts tell nothing."""
    items = _read(DATASETS / "crowd_rte" / "items.csv")
    place = {row["item_id"]: i for i, row in enumerate(items)}
    votes = np.full((len(items), 164), ABSTAIN, dtype=np.int16)
    for row in _read(DATASETS / "crowd_rte" / "annotations.csv"):
        worker = int(row["worker_id"].removeprefix("w")) - 1
        votes[place[row["item_id"]], worker] = row["label"] == "entailed"
    texts = [f"{row['text']} | {row['hypothesis']}" for row in items]
    truth = np.array([int(row["gold"] == "entailed") for row in items])
    return _weak_set(texts, votes, truth, len(items))


def banking77() -> WeakSet:
    """2,000 questions; one function an intent: two of the words of its name."""
    every = _read(DATASETS / "banking77" / "train.csv")
    names = sorted({row["label"] for row in every})
    rows = [every[i] for i in np.random.default_rng(5).choice(len(every), 2000, replace=False)]
    functions = [_names(name, k) for k, name in enumerate(names)]
    return _by_functions(rows, functions, lambda row: names.index(row["label"]))


def own() -> WeakSet:
    """The repository's example data with its 41 functions, applied by the workbench itself."""
    from workbench.services.demo import make_demo_project
    from workbench.services.importing.importing import import_files
    from workbench.services.lf.apply import apply_functions
    from workbench.services.project import Project

    truth = {row["id"]: row["label"] for row in _read(REPOSITORY / "data" / "truth.csv")}
    with tempfile.TemporaryDirectory() as folder:
        root = make_demo_project(Path(folder) / "own")
        with Project(root) as project:
            import_files(project, [root / "data" / "messages.csv"])
            import_files(project, [root / "data" / "evaluation.csv"], role="evaluation")
            apply_functions(project)
            store = project.store
            n = store.examples.count()
            versions = [version.lf_version_id for version in store.votes.in_force()]
            votes = store.votes.matrix(versions, n, np.dtype(np.int16))
            texts = store.examples.texts()
            roles = store.examples.column("role")
            uids = [example.uid for i in range(n) if (example := store.examples.get(i + 1))]
            classes = list(project.classes)
    labels = np.array([classes.index(truth[uid]) for uid in uids])
    return _weak_set(texts, np.asarray(votes, np.int16), labels, roles.count("train"))


SETS: dict[str, Callable[[], WeakSet]] = {
    "wrench_youtube": lambda: wrench("wrench_youtube"),
    "wrench_semeval": lambda: wrench("wrench_semeval"),
    "youtube_spam": youtube_spam,
    "sms_spam": sms_spam,
    "sentiment_sentences": sentiment_sentences,
    "crowd_rte": crowd_rte,
    "banking77": banking77,
    "own": own,
}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _says(words: str, label: int) -> Function:
    return _finds(rf"\b(?:{words})\b", label)


def _finds(pattern: str, label: int) -> Function:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: label if compiled.search(text) else ABSTAIN


def _names(name: str, label: int) -> Function:
    """Vote where two words of a class's name (or its only one) begin a word of the text."""
    small = {
        "or", "and", "is", "by", "the", "a", "of", "for", "my", "not", "to", "in", "on", "from",
    }  # fmt: skip
    words = [word.lower() for word in re.split("[_ ]", name.strip("?"))]
    stems = [word[: max(4, len(word) - 2)] for word in words if word not in small]
    patterns = [re.compile(rf"\b{re.escape(stem)}") for stem in stems]
    needed = min(len(patterns), 2)
    return lambda text: (
        label if sum(bool(p.search(text.lower())) for p in patterns) >= needed else ABSTAIN
    )


def _by_functions(
    rows: Sequence[dict[str, str]],
    functions: Sequence[Function],
    label: Callable[[dict[str, str]], int],
    n_pool: int | None = None,
) -> WeakSet:
    texts = [row["text"] for row in rows]
    votes = np.array([[f(text) for f in functions] for text in texts], dtype=np.int16)
    truth = np.array([int(label(row)) for row in rows])
    return _weak_set(texts, votes, truth, n_pool or len(rows))


def _weak_set(
    texts: list[str], votes: NDArray[np.int16], truth: NDArray[np.int64], n_pool: int
) -> WeakSet:
    n_classes = int(max(truth.max(), votes.max())) + 1
    return WeakSet(texts, votes, truth.astype(np.int64), n_classes, n_pool)
