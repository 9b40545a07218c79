"""Applying 20 labeling functions to short texts, against Snorkel's appliers, in one run.

Run: ``python -m benchmarks lf_apply`` or ``python -m benchmarks.lf_apply [--rows 100000]``.
10 functions look for words, 6 for regular expressions, 4 are heuristics in Python. Every way is
measured in CPU seconds of parent and workers together, after one block that warms it up (imports
and process starts are not counted, for Snorkel neither), and must give the same votes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import mebibytes
from workbench.functions.block import RecordBlock
from workbench.functions.runner import FunctionRunner

BLOCK = 5_000
REPEATS = 3
FUNCTIONS = r"""
import re

KEYWORDS = [
    ("free", "prize", "won"), ("urgent", "claim"), ("subscribe", "channel"), ("check", "video"),
    ("cash", "award"), ("love", "miss"), ("sorry", "later"), ("lor", "lah"),
    ("home", "today", "tonight"), ("offer", "guaranteed", "tone"),
]
PATTERNS = [
    r"https?://\S+", r"\b07\d{7,}\b", r"£\s?\d+",
    r"\b(?:win|won|winner)\b.*\b(?:call|text|txt)\b",
    r"^(?:hi|hey|ok|yes|no|are|what|when)\b", r"\b\d{4,6}\b",
]


def make_keyword(words, label):
    return lambda x: label if any(word in x.text.lower() for word in words) else -1


def make_pattern(pattern, label):
    compiled = re.compile(pattern, re.I)
    return lambda x: label if compiled.search(x.text) else -1


def long_text(x):
    return 0 if len(x.text.split()) > 25 else -1


def capitals(x):
    t = x.text
    return 1 if sum(c.isupper() for c in t) > 0.5 * len(t) else -1


def digits(x):
    return 1 if sum(c.isdigit() for c in x.text) >= 8 else -1


def repeats(x):
    words = x.text.lower().split()
    return 0 if len(words) - len(set(words)) >= 4 else -1


HEURISTICS = [long_text, capitals, digits, repeats]
SEARCHES = [make_keyword(words, i % 2) for i, words in enumerate(KEYWORDS)]
SEARCHES += [make_pattern(pattern, i % 2) for i, pattern in enumerate(PATTERNS)]
"""
PLAIN_SEARCHES = """
for i, function in enumerate(SEARCHES):
    labeling_function(f"lf{i:02}")(function)
"""
TEMPLATES = """
for i, words in enumerate(KEYWORDS):
    keywords(f"lf{i:02}", words, i % 2, whole_words=False)
for i, pattern in enumerate(PATTERNS):
    regex(f"lf{10 + i:02}", pattern, i % 2)
"""
PLAIN_HEURISTICS = """
for i, function in enumerate(HEURISTICS):
    labeling_function(f"lf{16 + i:02}")(function)
"""
BATCH_HEURISTICS = r"""
import numpy as np
import pyarrow.compute as pc


@labeling_function("lf16", batch=True)
def long_text_batch(columns):
    return np.where(pc.count_substring_regex(columns.arrow("text"), r"\S+").to_numpy() > 25, 0, -1)


@labeling_function("lf17", batch=True)
def capitals_batch(columns):
    texts = columns.arrow("text")
    n_capitals = pc.count_substring_regex(texts, "[A-Z]").to_numpy()
    return np.where(n_capitals > 0.5 * pc.utf8_length(texts).to_numpy(), 1, -1)


@labeling_function("lf18", batch=True)
def digits_batch(columns):
    counts = pc.count_substring_regex(columns.arrow("text"), "[0-9]").to_numpy()
    return np.where(counts >= 8, 1, -1)


@labeling_function("lf19", batch=True)
def repeats_batch(columns):
    words = [text.lower().split() for text in columns.text]
    return [0 if len(each) - len(set(each)) >= 4 else -1 for each in words]
"""
WAYS = {
    "plain Python": PLAIN_SEARCHES + PLAIN_HEURISTICS,
    "16 templates, 4 plain": TEMPLATES + PLAIN_HEURISTICS,
    "16 templates, 4 batch=True": TEMPLATES + BATCH_HEURISTICS,
    "16 templates alone": TEMPLATES,
    "4 heuristics alone": PLAIN_HEURISTICS,
}
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"
COMMON = [
    "i",
    "you",
    "to",
    "the",
    "a",
    "u",
    "and",
    "in",
    "is",
    "me",
    "my",
    "for",
    "your",
    "it",
    "of",
    "call",
    "have",
    "on",
    "that",
    "are",
    "now",
    "can",
    "so",
    "but",
    "not",
    "or",
    "at",
    "do",
    "get",
    "will",
    "if",
    "be",
    "just",
    "with",
    "we",
    "this",
    "ur",
    "no",
    "free",
    "up",
    "how",
    "what",
    "when",
    "go",
    "out",
    "all",
    "ok",
    "know",
    "like",
    "good",
    "then",
    "come",
    "time",
    "got",
    "day",
    "love",
    "want",
    "send",
    "text",
    "one",
    "need",
    "txt",
    "going",
    "home",
    "today",
    "see",
    "sorry",
    "stop",
    "still",
    "back",
    "reply",
    "lor",
    "mobile",
    "our",
    "hi",
    "week",
    "please",
    "new",
    "da",
    "phone",
    "think",
    "claim",
    "prize",
    "won",
    "win",
    "cash",
    "urgent",
    "http",
    "www.com",
    "award",
    "service",
    "subscribe",
    "video",
    "channel",
    "check",
    "click",
    "guaranteed",
    "tone",
    "customer",
    "line",
    "contact",
    "offer",
    "number",
    "msg",
    "min",
]


def make_texts(n: int, *, rng: np.random.Generator) -> list[str]:
    """Make texts like SMS: frequent and rare words, numbers, prices, links, capitals."""
    syllables = [c + v for c in CONSONANTS for v in VOWELS]
    rare = ["".join(rng.choice(syllables, rng.integers(2, 5))) for _ in range(20_000)]
    vocabulary = np.array([*COMMON, *rare], dtype=object)
    weights = 1 / np.arange(1, len(vocabulary) + 1) ** 1.05
    lengths = np.clip(rng.poisson(15, n), 3, 40)
    words = vocabulary[rng.choice(len(vocabulary), lengths.sum(), p=weights / weights.sum())]
    chances, numbers = rng.random((n, 4)), rng.integers(100, 99_999, n)
    texts, start = [], 0
    for length, chance, number in zip(lengths, chances, numbers, strict=True):
        chosen = words[start : start + length].tolist()
        start += length
        if chance[0] < 0.15:
            chosen.append(f"07{number:05}{number % 9999:04}")
        if chance[1] < 0.08:
            chosen.insert(len(chosen) // 2, f"£{number % 2000}")
        if chance[2] < 0.08:
            chosen.append(f"http://{chosen[0]}.com/{number}")
        text = " ".join(chosen)
        texts.append(text.upper() + "!!!" if chance[3] < 0.1 else text)
    return texts


def cpu_seconds(pids: tuple[int, ...] = ()) -> float:
    """CPU seconds so far of this process and of some others, which live."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def worker_pids() -> tuple[int, ...]:
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return tuple(map(int, text.split()))


def blocks_of(texts: list[str]) -> Iterator[RecordBlock]:
    for start in range(0, len(texts), BLOCK):
        part = texts[start : start + BLOCK]
        uids = [str(start + i) for i in range(len(part))]
        yield RecordBlock(start, {"uid": uids, "text": part, "role": ["train"] * len(part)})


@dataclass(frozen=True)
class Outcome:
    """CPU and wall seconds, the workers' peak memory in MiB, and the votes."""

    cpu: float
    wall: float
    peak: float
    votes: NDArray[np.int8]


class Workbench:
    """The workbench's runner on one set of functions."""

    def __init__(self, root: Path, script: str, n_workers: int) -> None:
        folder = root / "labeling_functions"
        folder.mkdir(parents=True)
        imports = "from workbench import keywords, labeling_function, regex\n"
        (folder / "functions.py").write_text(imports + FUNCTIONS + script, encoding="utf-8")
        self._runner = FunctionRunner(folder, ["ham", "spam"], n_workers=n_workers)

    def run(self, texts: list[str]) -> Outcome:
        """Apply to a few blocks, then three times to all, of which the best counts."""
        blocks = list(blocks_of(texts))
        outcomes = []
        with self._runner as runner:
            names = sorted(info.name for info in runner.functions.infos)
            list(runner.apply(names, blocks[:4]))
            pids = worker_pids()
            for _ in range(REPEATS):
                cpu, wall = cpu_seconds(pids), time.perf_counter()
                results = list(runner.apply(names, blocks))
                cpu, wall = cpu_seconds(pids) - cpu, time.perf_counter() - wall
                columns = [np.concatenate([r.votes[name] for r in results]) for name in names]
                peak = sum(mebibytes("VmHWM", pid) for pid in pids)
                outcomes.append(Outcome(cpu, wall, peak, np.stack(columns, axis=1)))
        return min(outcomes, key=lambda outcome: outcome.cpu)


def snorkel_functions() -> list[object]:
    from snorkel.labeling import LabelingFunction

    scope: dict[str, list[Callable[[object], int]]] = {}
    exec(FUNCTIONS, scope)
    functions = [*scope["SEARCHES"], *scope["HEURISTICS"]]
    return [LabelingFunction(f"lf{i:02}", function) for i, function in enumerate(functions)]


def snorkel_pandas(texts: list[str]) -> tuple[float, NDArray[np.int64]]:
    import pandas
    from snorkel.labeling import PandasLFApplier

    frame = pandas.DataFrame({"text": texts})
    started = time.process_time()
    votes = PandasLFApplier(snorkel_functions()).apply(frame, progress_bar=False)
    return time.process_time() - started, votes


def snorkel_list(texts: list[str]) -> tuple[float, NDArray[np.int64]]:
    from snorkel.labeling import LFApplier

    rows = [SimpleNamespace(text=text) for text in texts]
    started = time.process_time()
    votes = LFApplier(snorkel_functions()).apply(rows, progress_bar=False)
    return time.process_time() - started, votes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args([] if __name__ != "__main__" else None).rows
    texts = make_texts(rows, rng=np.random.default_rng(0))
    slow, reference = min((snorkel_pandas(texts) for _ in range(2)), key=lambda found: found[0])
    fast = min(snorkel_list(texts)[0] for _ in range(REPEATS))
    print(f"{rows:,} texts, {sum(map(len, texts)) / rows:.0f} characters each; CPU seconds")
    print("| way | s | rows/s | x PandasLFApplier | x LFApplier | worker MiB | votes |")
    print("|---|---|---|---|---|---|---|")
    for name, seconds in (("PandasLFApplier", slow), ("LFApplier", fast)):
        times = f"{slow / seconds:.1f} | {fast / seconds:.2f}"
        print(f"| {name} | {seconds:.2f} | {rows / seconds:,.0f} | {times} | | same |")
    with tempfile.TemporaryDirectory() as scratch:
        for i, (name, script) in enumerate(WAYS.items()):
            outcome = Workbench(Path(scratch, str(i)), script, 1).run(texts)
            expected = reference[:, -4:] if "heuristics" in name else reference
            same = np.array_equal(outcome.votes, expected[:, : outcome.votes.shape[1]])
            seconds = outcome.cpu
            times = f"{slow / seconds:.1f} | {fast / seconds:.2f} | {outcome.peak:.0f}"
            print(
                f"| {name} | {seconds:.2f} | {rows / seconds:,.0f} | {times}"
                f" | {'same' if same else 'DIFFERENT'} |"
            )
        walls = [
            Workbench(Path(scratch, f"w{n}"), WAYS["plain Python"], n).run(texts).wall
            for n in (1, 2)
        ]
    print(
        f"a second worker: {walls[0]:.2f} s -> {walls[1]:.2f} s of wall time,"
        f" {walls[0] / walls[1]:.2f} times"
    )


if __name__ == "__main__":
    main()
