"""Print every figure of ``data/README.md``, recomputed from the files: ``python data/measure.py``.

Needs scikit-learn. The recipe of the linear model: TF-IDF of word 1-2-grams and of character
2-4-grams within words (``char_wb``), both with sublinear term frequency, side by side, into a
logistic regression with C = 10. It learns the TRUE labels of the training rows.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from compose import CLASSES
from plant import grams, jaccard

HERE = Path(__file__).resolve().parent
FILES = {"train": "messages.csv", "evaluation": "evaluation.csv", "production": "production.csv"}
CHANNELS = ("email", "form", "chat", "app")
COPY = "near_duplicate_of:"
Row = dict[str, str]


def read(name: str) -> list[Row]:
    """Read one of the CSV files; line ends inside a text are kept as they are."""
    csv.field_size_limit(1_000_000)
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_rows() -> dict[str, list[Row]]:
    """Read the three files of messages, each row with its ``truth`` and its ``defect`` added."""
    truth = {row["id"]: row for row in read("truth.csv")}
    rows = {split: read(name) for split, name in FILES.items()}
    for row in (row for members in rows.values() for row in members):
        row["truth"], row["defect"] = truth[row["id"]]["label"], truth[row["id"]]["defect"]
    return rows


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    for line in (head, ["---"] * len(head), *lines):
        yield "| " + " | ".join(map(str, line)) + " |"


def percent(part: int, whole: int) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{100 * part / whole:.1f} %"


def class_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the table of true classes in each file."""
    counts = {split: Counter(row["truth"] for row in members) for split, members in rows.items()}
    for split, members in rows.items():
        given = sum(row["label"] != "" for row in members)
        yield f"- `{FILES[split]}`: {len(members):,} rows, {given:,} with a label"
    yield ""
    yield from table(
        ["true class", *rows],
        [
            [
                label,
                *(f"{counts[s][label]} ({percent(counts[s][label], len(rows[s]))})" for s in rows),
            ]
            for label in CLASSES
        ],
    )


def batch_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the table of wrong labels in each batch of each vendor."""
    batches: dict[tuple[str, str], list[Row]] = {}
    for row in rows["train"]:
        if row["label"]:
            batches.setdefault((row["vendor"], row["batch"]), []).append(row)
    lines = []
    for (vendor, batch), members in sorted(batches.items()):
        wrong = sum(row["label"] != row["truth"] for row in members)
        lines.append([vendor, f"`{batch}`", len(members), wrong, percent(wrong, len(members))])
    yield from table(["vendor", "batch", "rows", "wrong labels", "share"], lines)


def drift_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the table of what differs between the files beside the class shares."""
    lines: list[list[object]] = []
    for channel in CHANNELS:
        counts = [sum(r["channel"] == channel for r in members) for members in rows.values()]
        shares = [percent(n, len(m)) for n, m in zip(counts, rows.values(), strict=True)]
        lines.append([f"channel {channel}", *shares])
    words = [statistics.median(len(r["text"].split()) for r in m) for m in rows.values()]
    lines.append(["median words", *(f"{value:g}" for value in words)])
    for name, term in (("the Lumo line", "lumo"), ("the app", " app ")):
        counts = [sum(term in f" {r['text'].lower()} " for r in m) for m in rows.values()]
        shares = [percent(n, len(m)) for n, m in zip(counts, rows.values(), strict=True)]
        lines.append([f"mention {name}", *shares])
    lines.append(["first day", *(min(r["sent_at"] for r in m)[:10] for m in rows.values())])
    lines.append(["last day", *(max(r["sent_at"] for r in m)[:10] for m in rows.values())])
    yield from table(["", *rows], lines)


def copies(rows: dict[str, list[Row]]) -> list[tuple[Row, str, Row, str]]:
    """Return each planted copy with its split, its original and the original's split."""
    by_id = {row["id"]: (row, split) for split, members in rows.items() for row in members}
    return [
        (row, split, *by_id[defect.removeprefix(COPY)])
        for row, split in by_id.values()
        for defect in row["defect"].split(";")
        if defect.startswith(COPY)
    ]


def duplicate_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the table of planted copies and the similarities that set them apart."""
    pairs = copies(rows)
    near = Counter((split, of) for _, split, _, of in pairs)
    exact = Counter(
        (split, of) for row, split, original, of in pairs if row["text"] == original["text"]
    )
    yield from table(
        ["copy in", "original in", "near-duplicates", "of which exact"],
        [[split, of, count, exact[split, of]] for (split, of), count in sorted(near.items())],
    )
    total = sum(map(len, rows.values()))
    crossing = sum(count for (split, of), count in near.items() if split != of)
    yield ""
    yield (
        f"- {len(pairs)} of {total:,} rows ({percent(len(pairs), total)}) are copies, "
        f"{sum(exact.values())} of them exact; {crossing} copies cross the files"
    )
    lowest = min(jaccard(row["text"], original["text"]) for row, _, original, _ in pairs)
    yield f"- lowest similarity of a copy to its original: {lowest:.3f}"
    yield f"- highest similarity of any other two messages: {highest_chance_similarity(rows):.3f}"


def highest_chance_similarity(rows: dict[str, list[Row]]) -> float:
    """Return the highest 4-gram Jaccard similarity of two messages that are no planted pair."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    ids = [row["id"] for members in rows.values() for row in members]
    texts = [row["text"] for members in rows.values() for row in members]
    sets = CountVectorizer(analyzer=grams, binary=True, dtype=np.float32).fit_transform(texts)
    sizes = np.asarray(sets.sum(axis=1)).ravel()
    position = {key: at for at, key in enumerate(ids)}
    planted = [(position[row["id"]], position[of["id"]]) for row, _, of, _ in copies(rows)]
    partners = {**dict(planted), **{of: row for row, of in planted}}
    highest = 0.0
    for start in range(0, len(ids), 500):
        both = (sets[start : start + 500] @ sets.T).toarray()
        similarity = both / (sizes[start : start + 500, None] + sizes[None, :] - both)
        for offset in range(len(similarity)):
            at = start + offset
            similarity[offset, [at, partners.get(at, at)]] = 0.0
        highest = max(highest, float(similarity.max()))
    return highest


def hostile_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the table of hostile kinds in each file."""
    counts: Counter[tuple[str, str]] = Counter()
    for split, members in rows.items():
        for row in members:
            counts.update(
                (d.partition(":")[2], split) for d in row["defect"].split(";") if "hostile" in d
            )
    kinds = sorted({kind for kind, _ in counts})
    yield from table(
        ["hostile kind", "train", "production"],
        [[f"`{kind}`", counts[kind, "train"], counts[kind, "production"]] for kind in kinds],
    )
    yield ""
    yield f"- {sum(counts.values())} hostile rows of {len(kinds)} kinds"


def annotator_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield how often the simulated annotator slips and how long an answer takes."""
    truth = {row["id"]: row["truth"] for members in rows.values() for row in members}
    answers = read("annotator.csv")
    slips = sum(answer["label"] != truth[answer["id"]] for answer in answers)
    seconds = statistics.median(float(answer["seconds"]) for answer in answers)
    yield f"- {slips} slips in {len(answers):,} answers ({percent(slips, len(answers))})"
    yield f"- median {seconds:.1f} seconds an answer"


def accuracy_figures(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the accuracies of the linear model that learnt the true labels of the training rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    classifier = LogisticRegression(C=10, max_iter=1000)
    model = make_pipeline(make_union(words, characters), classifier)
    texts = {split: [row["text"] for row in members] for split, members in rows.items()}
    labels = {split: [row["truth"] for row in members] for split, members in rows.items()}
    model.fit(texts["train"], labels["train"])
    for split in ("evaluation", "production"):
        score = model.score(texts[split], labels[split])
        yield f"- linear model, true training labels, on {split} rows: {100 * score:.1f} %"


def main() -> int:
    """Print all figures; return the exit code."""
    rows = read_rows()
    for figures in (
        class_figures,
        batch_figures,
        drift_figures,
        duplicate_figures,
        hostile_figures,
        annotator_figures,
        accuracy_figures,
    ):
        print("\n".join(figures(rows)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
