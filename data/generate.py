"""Write the example data of this folder: ``python data/generate.py``.

Rewrites every CSV file byte for byte; ``--check`` compares the files on disk with what would be
written and fails when they differ. Needs the standard library and numpy only.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from compose import CLASSES, Composer, Message, Profile
from hostile import HOSTILE
from plant import (
    SimilarityIndex,
    jaccard,
    nearly_same,
    normalized,
    seconds_taken,
    weighted_sample,
    wrong_label,
)

HERE = Path(__file__).resolve().parent
# The standard library's generator: its stream, unlike numpy's, does not change between versions.
SEED = 20_251_124

# Rows of each class, in the order of CLASSES. Fraud is 2 % of each split.
CLASS_COUNTS = {
    "train": (1276, 968, 704, 528, 836, 88),
    "evaluation": (174, 132, 96, 72, 114, 12),
    "production": (190, 180, 120, 260, 230, 20),
}
FILES = {"train": "messages.csv", "evaluation": "evaluation.csv", "production": "production.csv"}
# Each batch is labelled in full by its vendor; the training rows in no batch are the backlog.
VENDOR_BATCHES = (
    *("north-1", "north-2", "north-3", "quick-1", "quick-2", "quick-3"),
    *("harbor-1", "harbor-2", "mosaic-1", "mosaic-2", "mosaic-3"),
)
BATCH_ROWS = 240
WRONG_LABELS = {"quick-2": 60, "mosaic-3": 12}
# (split of the copy, split of its original): (near-duplicates, of which exact copies).
DUPLICATES = {
    ("train", "train"): (352, 42),
    ("evaluation", "train"): (36, 6),
    ("production", "train"): (28, 4),
    ("evaluation", "evaluation"): (14, 0),
    ("production", "production"): (50, 8),
}
# Two messages that are not planted copies stay under the first; copies stay above the second.
HIGHEST_CHANCE_SIMILARITY, LOWEST_COPY_SIMILARITY = 0.55, 0.65
SLIPS = 120

CHANNELS = {
    "train": {"email": 50, "form": 25, "chat": 18, "app": 7},
    "production": {"email": 16, "form": 10, "chat": 29, "app": 45},
}
PERIODS = {
    "train": (datetime(2025, 1, 2), datetime(2025, 8, 30)),
    "production": (datetime(2025, 10, 1), datetime(2025, 11, 20)),
}
CALM = Profile(
    opening=0.55,
    closing=0.5,
    small_talk=0.14,
    detail=0.4,
    neutral=0.3,
    ask=0.28,
    aside=0.13,
    second_request=0.12,
    vague=0.07,
    new_situation=0.0,
    new_item=0.0,
    casual=0.6,
    typo=0.08,
)
CHATTY = Profile(
    opening=0.35,
    closing=0.22,
    small_talk=0.05,
    detail=0.22,
    neutral=0.14,
    ask=0.14,
    aside=0.1,
    second_request=0.07,
    vague=0.06,
    new_situation=0.42,
    new_item=0.5,
    casual=0.85,
    typo=0.09,
)
PROFILES = {"train": CALM, "evaluation": CALM, "production": CHATTY}


@dataclass(slots=True)
class Row:
    """One message on its way to the files."""

    split: str
    true_label: str
    channel: str
    sent_at: datetime
    text: str = ""
    ambiguous: bool = False
    vendor: str = ""
    batch: str = ""
    given_label: str = ""
    id: str = ""
    is_copy: bool = False
    original: Row | None = None
    defects: list[str] = field(default_factory=list)


def build_rows(rng: Random) -> list[Row]:
    """Plan all rows, write their texts, plant the defects and name them."""
    rows = _plan(rng)
    _choose_copies(rows, rng)
    _plant_hostile(rows, rng)
    index = _write_texts(rows, rng)
    _write_copies(rows, index, rng)
    _label(rows, rng)
    _name(rows)
    return rows


def _plan(rng: Random) -> list[Row]:
    """Give each row its split, class, channel and time."""
    rows = []
    for split, counts in CLASS_COUNTS.items():
        era = "production" if split == "production" else "train"
        start, end = PERIODS[era]
        minutes = int((end - start).total_seconds() // 60)
        shares = CHANNELS[era]
        for label, count in zip(CLASSES, counts, strict=True):
            for _ in range(count):
                channel = rng.choices(list(shares), list(shares.values()))[0]
                sent_at = start + timedelta(minutes=rng.randrange(minutes))
                rows.append(Row(split, label, channel, sent_at))
    rng.shuffle(rows)
    return rows


def _choose_copies(rows: list[Row], rng: Random) -> None:
    """Mark the rows whose text will be a copy of another's."""
    for split in FILES:
        count = sum(near for (of, _), (near, _) in DUPLICATES.items() if of == split)
        for row in rng.sample([row for row in rows if row.split == split], count):
            row.is_copy = True


def _plant_hostile(rows: list[Row], rng: Random) -> None:
    """Give the hostile texts to rows of their split and class."""
    for kind, split, label, text in HOSTILE:
        free = [r for r in rows if (r.split, r.true_label) == (split, label) and not r.is_copy]
        row = rng.choice([r for r in free if not r.text])
        row.text = text
        row.defects.append(f"hostile:{kind}")


def _write_texts(rows: list[Row], rng: Random) -> SimilarityIndex:
    """Compose a text for each row that needs one, none too like another."""
    composer, index = Composer(rng), SimilarityIndex(len(rows))
    for key, row in enumerate(rows):
        if row.is_copy or row.text:
            continue
        message = _new_message(composer, index, row)
        row.text, row.ambiguous = message.text, message.ambiguous
        index.add(key, row.text)
    return index


def _new_message(composer: Composer, index: SimilarityIndex, row: Row) -> Message:
    """Compose messages until one is unlike all before it."""
    for _ in range(1000):
        profile = PROFILES[row.split]
        message = composer.message(row.true_label, profile, row.channel, row.sent_at)
        if len(message.text) >= 8 and index.highest(message.text) < HIGHEST_CHANCE_SIMILARITY:
            return message
    raise RuntimeError(f"the material for {row.true_label} is exhausted: add situations")


def _write_copies(rows: list[Row], index: SimilarityIndex, rng: Random) -> None:
    """Write the copies: each has an original of its class, and each original has one copy."""
    keys = {id(row): key for key, row in enumerate(rows)}
    copies = {split: [r for r in rows if r.is_copy and r.split == split] for split in FILES}
    originals = {
        (split, label): [
            r for r in rows if (r.split, r.true_label) == (split, label) and _is_ordinary(r)
        ]
        for split in FILES
        for label in CLASSES
    }
    for (split, original_split), (near, exact) in DUPLICATES.items():
        for position in range(near):
            copy = copies[split].pop()
            pool = originals[original_split, copy.true_label]
            original = pool.pop(rng.randrange(len(pool)))
            key = keys[id(original)]
            copy.text = original.text if position < exact else _near_copy(original, key, index, rng)
            copy.original, copy.ambiguous = original, original.ambiguous
            index.add(len(rows) + keys[id(copy)], copy.text)
            if split == original_split:
                copy.sent_at = original.sent_at + timedelta(minutes=rng.randint(3, 4000))


def _is_ordinary(row: Row) -> bool:
    """Say whether ``row`` may be copied: composed, not planted, long enough to be known again."""
    return not row.is_copy and not row.defects and len(normalized(row.text)) >= 40


def _near_copy(original: Row, key: int, index: SimilarityIndex, rng: Random) -> str:
    """Edit the original's text until it is different, close to it, and close to nothing else."""
    while True:
        text = nearly_same(original.text, rng)
        if (
            text != original.text
            and jaccard(text, original.text) >= LOWEST_COPY_SIMILARITY
            and index.highest(text, but=key) < HIGHEST_CHANCE_SIMILARITY + 0.04
        ):
            return text


def _label(rows: list[Row], rng: Random) -> None:
    """Hand the training rows to the vendors, who label all of a batch, two of them badly."""
    train = [row for row in rows if row.split == "train"]
    rng.shuffle(train)
    for position, batch in enumerate(VENDOR_BATCHES):
        members = train[position * BATCH_ROWS : (position + 1) * BATCH_ROWS]
        ordinary = [row for row in members if not row.defects]
        wrong = {id(row) for row in rng.sample(ordinary, WRONG_LABELS.get(batch, 0))}
        for row in members:
            row.vendor, row.batch = batch.partition("-")[0], batch
            row.given_label = row.true_label
            if id(row) in wrong:
                row.given_label = wrong_label(row.true_label, rng)
                row.defects.append("wrong_label")
    for row in rows:
        if row.split == "evaluation":
            row.vendor, row.batch, row.given_label = "in-house", "trusted", row.true_label
        elif not row.batch:
            row.batch = f"backlog-{row.sent_at:%Y-%m}" if row.split == "train" else "live"


def _name(rows: list[Row]) -> None:
    """Sort by time, number the rows of each split and record which row each copy repeats."""
    rows.sort(key=lambda row: (row.split, row.sent_at, row.text))
    for split in FILES:
        for number, row in enumerate([r for r in rows if r.split == split], start=1):
            row.id = f"{split[0]}{number:04d}"
    for row in rows:
        if row.original is not None:
            row.defects.append(f"near_duplicate_of:{row.original.id}")


def annotator_lines(rows: list[Row], rng: Random) -> list[list[str]]:
    """Answer for each row as a careful person would: rarely wrong, more often where it is hard."""
    weights = [7.0 if row.ambiguous else 1.0 for row in rows]
    slips = set(weighted_sample(weights, SLIPS, rng))
    lines = []
    for position, row in enumerate(rows):
        label = wrong_label(row.true_label, rng) if position in slips else row.true_label
        seconds = seconds_taken(row.text, ambiguous=row.ambiguous, rng=rng)
        lines.append([row.id, label, f"{seconds:.1f}"])
    return lines


def csv_bytes(lines: list[list[str]]) -> bytes:
    r"""Write CSV with ``\n`` line ends; the csv module leaves a lone carriage return unquoted."""
    return "".join(",".join(map(_csv_field, line)) + "\n" for line in lines).encode()


def _csv_field(value: str) -> str:
    """Quote a value when it holds anything that a reader could take for structure."""
    plain = not any(c in ',"' or not c.isprintable() for c in value) and value == value.strip()
    return value if plain else '"' + value.replace('"', '""') + '"'


def build_files() -> dict[str, bytes]:
    """Return the content of every generated file by its name."""
    rng = Random(SEED)
    rows = build_rows(rng)
    files = {}
    for split, name in FILES.items():
        lines = [["id", "text", "label", "vendor", "batch", "channel", "sent_at"]]
        for r in rows:
            if r.split == split:
                sent_at = f"{r.sent_at:%Y-%m-%dT%H:%MZ}"
                lines.append([r.id, r.text, r.given_label, r.vendor, r.batch, r.channel, sent_at])
        files[name] = csv_bytes(lines)
    truth = [[row.id, row.true_label, ";".join(sorted(row.defects))] for row in rows]
    files["truth.csv"] = csv_bytes([["id", "label", "defect"], *truth])
    answers = annotator_lines(rows, rng)
    files["annotator.csv"] = csv_bytes([["id", "label", "seconds"], *answers])
    return files


def main() -> int:
    """Write the files, or with ``--check`` compare them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    stale = []
    for name, content in build_files().items():
        path = HERE / name
        if not check:
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            stale.append(name)
    if stale:
        print(f"not what generate.py writes: {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
