"""Shift of short texts: CPU seconds, power by size and strength, and calibration on real data.

Run: ``python -m benchmarks.shift [--repeats 20] [--datasets ../shared/datasets --splits 200]``. For
power a share of the other texts talks about something new (four words added). With the public data
sets: false alarms at the level 0.05 over random splits, how often intervals of class shares hold
the truth, which lens fires where the sites of reviews, the videos of comments or the class shares
of messages differ, and the power of label and concept shift by rows and labels.
"""

from __future__ import annotations

import argparse
import csv
import time
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from benchmarks.common import DATASETS
from benchmarks.duplicates import make_texts
from workbench.methods.class_shares import recalibrate
from workbench.methods.concept_shift import concept_shift
from workbench.methods.covariate_shift import covariate_shift, word_presence
from workbench.methods.cross_fitting import out_of_fold_probabilities
from workbench.methods.drift import drift
from workbench.methods.label_shift import detect_label_shift

ALPHA = 0.05
STRENGTHS = (0.0, 0.02, 0.05, 0.1, 0.3)
SIZES = (100, 300, 1_000, 3_000)
SIDE = 500
SETS = {
    "sms_spam": ("sms_spam/sms_spam.csv", "label"),
    "sentiment_sentences": ("sentiment_sentences/sentiment_sentences.csv", "domain"),
    "banking77": ("banking77/train.csv", "label"),
}
SPAM_SHARES = (0.05, 0.134, 0.2, 0.3, 0.5)
POWER_SHARES = (0.134, 0.18, 0.25, 0.35)
FLIPPED = (0.0, 0.1, 0.2, 0.3)


def shifted(texts: list[str], strength: float, *, rng: np.random.Generator) -> list[str]:
    return [
        f"{text} voucher code expires tonight" if rng.random() < strength else text
        for text in texts
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument(
        "--datasets", type=Path, default=DATASETS, help="Folder of the public data sets."
    )
    parser.add_argument("--splits", type=int, default=200)
    # Under `python -m benchmarks` the arguments are the names of benchmarks.
    arguments, _ = parser.parse_known_args()
    rng = np.random.default_rng(0)
    with threadpool_limits(limits=1):
        speed(arguments.rows, rng)
        power(arguments.repeats, rng)
        if arguments.datasets.is_dir():
            false_alarms(arguments.datasets, arguments.splits)
            right_lens(arguments.datasets)
            label_power(arguments.datasets, arguments.repeats)
            concept_alarms(arguments.datasets, arguments.splits)
            concept_power(arguments.datasets, arguments.repeats)
            concept_labels(arguments.datasets)
            drift_in_videos(arguments.datasets)


def speed(n: int, rng: np.random.Generator) -> None:
    texts = make_texts(2 * n, rng=rng)
    covariate_shift(texts[:100], texts[100:200], rng=rng)  # imports are not counted
    print("| rows a side | shifted | CPU s, 20 permutations | AUC | p |")
    print("|---|---|---|---|---|")
    for strength in (0.0, 0.1):
        other = shifted(texts[n:], strength, rng=rng)
        start = time.process_time()
        found = covariate_shift(texts[:n], other, rng=rng, n_permutations=20)
        took = time.process_time() - start
        print(
            f"| {n:,} | {strength:.0%} | {took:.2f} | {found.discriminator.auc:.3f} "
            f"| {found.p_value:.1e} |"
        )


def power(repeats: int, rng: np.random.Generator) -> None:
    pool = make_texts(20_000, rng=rng)
    print("\n| rows a side | " + " | ".join(f"{s:.0%} shifted" for s in STRENGTHS) + " |")
    print("|---" * (len(STRENGTHS) + 1) + "|")
    for n in SIZES:
        found = []
        for strength in STRENGTHS:
            hits = 0
            for _ in range(repeats):
                rows = rng.choice(len(pool), 2 * n, replace=False)
                texts = [pool[i] for i in rows]
                other = shifted(texts[n:], strength, rng=rng)
                hits += covariate_shift(texts[:n], other, rng=rng).p_value <= ALPHA
            found.append(f"{hits / repeats:.2f}")
        print(f"| {n:,} | " + " | ".join(found) + " |", flush=True)


def read(folder: Path, path: str, column: str) -> tuple[list[str], np.ndarray]:
    with (folder / path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], np.array([row[column] for row in rows])


def label_shift(texts, labels, left, right, *, seed):
    """Return what the label lens says of two sets of rows of one data set."""
    names, y = np.unique(labels, return_inverse=True)
    X, _ = word_presence([texts[i] for i in (*left, *right)])
    return detect_label_shift(
        X[: len(left)],
        y[left],
        X[len(left) :],
        len(names),
        rng=np.random.default_rng(seed),
    )


def false_alarms(folder: Path, n_splits: int) -> None:
    head = "covariate shift | label shift | not measurable | BBSE holds | EM holds | CPU s"
    print(f"\n| data set | splits | {head} |")
    print("|---" * 8 + "|")
    for name, (path, column) in SETS.items():
        column = "label" if name == "sentiment_sentences" else column
        texts, labels = read(folder, path, column)
        covariate = label = unknown = 0
        names, inside = np.unique(labels), np.zeros(2)
        start = time.process_time()
        for seed in range(n_splits):
            rng = np.random.default_rng(seed)
            rows = rng.permutation(len(texts))[: 2 * SIDE]
            sides = [[texts[i] for i in side] for side in (rows[:SIDE], rows[SIDE:])]
            covariate += covariate_shift(*sides, rng=rng).p_value <= ALPHA
            said = label_shift(texts, labels, rows[:SIDE], rows[SIDE:], seed=seed)
            label += said.found
            unknown += not said.measurable
            shares = said.estimate
            truth = np.array([(labels[rows[SIDE:]] == one).mean() for one in names])
            inside += [
                ((shares.bbse_low <= truth) & (truth <= shares.bbse_high)).mean(),
                ((shares.em_low <= truth) & (truth <= shares.em_high)).mean(),
            ]
        took = time.process_time() - start
        print(
            f"| {name} | {n_splits} | {covariate / n_splits:.3f} | {label / n_splits:.3f} "
            f"| {unknown / n_splits:.3f} | {inside[0] / n_splits:.3f} | {inside[1] / n_splits:.3f} "
            f"| {took:.0f} |",
            flush=True,
        )


def right_lens(folder: Path) -> None:
    print("\n| reference | other | rows | covariate p | AUC | label shift | class | BBSE | EM |")
    print("|---|---|---|---|---|---|---|---|---|")
    path = "sentiment_sentences/sentiment_sentences.csv"
    sites, labels = read(folder, path, "domain")[1], read(folder, path, "label")[1]
    texts = read(folder, path, "text")[0]
    groups = np.unique(sites)
    for left in groups:
        for right in groups[groups != left]:
            lens_row(texts, labels, left, right, sites == left, sites == right)
    path = "youtube_spam/youtube_spam.csv"
    texts, videos = read(folder, path, "video")
    labels = read(folder, path, "label")[1]
    for video in np.unique(videos):
        lens_row(texts, labels, "other videos", video, videos != video, videos == video)
    texts, labels = read(folder, *SETS["sms_spam"])
    rng = np.random.default_rng(0)
    order = rng.permutation(len(texts))
    train, rest = order[:3_000], order[3_000:]
    spam, ham = rest[labels[rest] == "spam"], rest[labels[rest] == "ham"]
    for share in SPAM_SHARES:
        size = int(min(len(spam) / share, len(ham) / (1 - share)))
        n_spam = round(size * share)
        chosen = np.concatenate([spam[:n_spam], ham[: size - n_spam]])
        is_left, is_right = (np.isin(np.arange(len(texts)), rows) for rows in (train, chosen))
        lens_row(texts, labels, "sms", f"{share:.1%} spam", is_left, is_right)


def lens_row(texts, labels, left, right, is_left, is_right) -> None:
    rows = [np.flatnonzero(is_left), np.flatnonzero(is_right)]
    sides = [[texts[i] for i in side] for side in rows]
    covariate = covariate_shift(*sides, rng=np.random.default_rng(0))
    label = label_shift(texts, labels, *rows, seed=0)
    said = "found" if label.found else "none" if label.measurable else "cannot tell"
    shares, name = label.estimate, np.unique(labels)[-1]
    print(
        f"| {left} | {right} | {len(rows[1]):,} | {covariate.p_value:.1e} "
        f"| {covariate.discriminator.auc:.2f} | {said} | {name} "
        f"| {percents(shares.bbse, shares.bbse_low, shares.bbse_high)} "
        f"| {percents(shares.em, shares.em_low, shares.em_high)} |",
        flush=True,
    )


def percents(share, low, high) -> str:
    """Return the share of the last class with its interval."""
    return f"{100 * share[-1]:.1f} ({100 * low[-1]:.1f} to {100 * high[-1]:.1f})"


def label_power(folder: Path, repeats: int) -> None:
    """How often another share of spam is found; in brackets, how often it says cannot tell."""
    texts, labels = read(folder, *SETS["sms_spam"])
    print("\n| new rows | " + " | ".join(f"{s:.1%} spam" for s in POWER_SHARES) + " |")
    print("|---" * (len(POWER_SHARES) + 1) + "|")
    for n in (100, 300, 1_000):
        cells = []
        for share in POWER_SHARES:
            found = unknown = 0
            for seed in range(repeats):
                order = np.random.default_rng(seed).permutation(len(texts))
                train, rest = order[:1_500], order[1_500:]
                spam, ham = rest[labels[rest] == "spam"], rest[labels[rest] == "ham"]
                n_spam = round(n * share)
                new = np.concatenate([spam[:n_spam], ham[: n - n_spam]])
                said = label_shift(texts, labels, train, new, seed=seed)
                found += said.found
                unknown += not said.measurable
            cells.append(f"{found / repeats:.2f} ({unknown / repeats:.2f})")
        print(f"| {n:,} | " + " | ".join(cells) + " |", flush=True)


def reviews(folder: Path) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
    """Return texts of reviews, whether each is positive, and the rows of each site."""
    texts, sites = read(folder, SETS["sentiment_sentences"][0], "domain")
    labels = read(folder, SETS["sentiment_sentences"][0], "label")[1]
    at = {site: np.flatnonzero(sites == site) for site in np.unique(sites)}
    return texts, (labels == "positive").astype(int), at


def concept_of(X, source, other, y, seed, *, unlabelled=None):
    # Another stream than the rows were drawn from.
    rng = np.random.default_rng([seed, 1])
    n_classes = int(y.max()) + 1
    return concept_shift(
        X[source],
        y[source],
        X[other],
        y[other],
        n_classes,
        rng=rng,
        X_unlabelled=None if unlabelled is None else X[unlabelled],
    )


def concept_alarms(folder: Path, n_draws: int) -> None:
    """How often concept shift is found: within a set, between sites, and where only texts differ.

    Two sites need not mean the same by a word. Where labels are drawn from one rule for all rows
    they do, whatever the texts.
    """
    head = "found | by the classes | by accuracy | accuracy differs by | CPU s"
    print(f"\n| concept shift | draws | {head} |")
    print("|---" * 7 + "|")
    for name, (path, _) in SETS.items():
        texts, labels = read(folder, path, "label")
        y = np.unique(labels, return_inverse=True)[1]
        alarms_row(f"{name}, 500 against 100", texts, partial(within, y), n_draws)
    texts, y, at = reviews(folder)
    few, every = (at["amazon"], at["imdb"], 100), (at["amazon"], at["imdb"], None)
    alarms_row("amazon, 100 of imdb", texts, partial(between, *few, y), n_draws)
    for features in ("words", "letters"):
        drawn = partial(between, *few, None, p=rule(texts, y, features))
        alarms_row(f"the same, labels by a rule of {features}", texts, drawn, n_draws)
    drawn = partial(between, *every, None, p=rule(texts, y, "letters"))
    alarms_row("all of imdb, labels by a rule of letters", texts, drawn, n_draws)


def within(y, rng):
    rows = rng.permutation(len(y))[:600]
    return rows[:500], rows[500:], y


def between(source, other, n_other, y, rng, *, p=None):
    """Draw rows of another site and, from p where it is given, all labels."""
    drawn = y if p is None else (rng.random(len(p)) < p).astype(int)
    return source, rng.permutation(other)[:n_other], drawn


def rule(texts: list[str], y: np.ndarray, features: str) -> np.ndarray:
    """Return p(positive | text) of one calibrated model for all rows, which has not seen theirs."""
    if features == "words":
        X, _ = word_presence(texts)
    else:
        X = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2).fit_transform(texts)
    p = out_of_fold_probabilities(X, y, 2, rng=np.random.default_rng(99))
    return recalibrate(p, y, p)[:, 1]


def alarms_row(name, texts, draw, n_draws) -> None:
    X, _ = word_presence(texts)
    start = time.process_time()
    found = by_class = by_accuracy = moved = 0.0
    for seed in range(n_draws):
        source, other, y = draw(np.random.default_rng([seed, 7]))
        said = concept_of(X, source, other, y, seed)
        if said.p_value is None:
            continue
        found += said.p_value <= ALPHA
        if said.p_value <= ALPHA:
            by_class += ((said.low > 0) | (said.high < 0)).any()
            by_accuracy += said.accuracy_low > 0 or said.accuracy_high < 0
        moved += said.accuracy_difference
    took = time.process_time() - start
    shares = (f"{hits / n_draws:.3f}" for hits in (found, by_class, by_accuracy, moved))
    print(f"| {name} | {n_draws} | {' | '.join(shares)} | {took:.0f} |", flush=True)


def concept_power(folder: Path, repeats: int) -> None:
    """How often labels of which a share became positive are found."""
    texts, y, at = reviews(folder)
    X, _ = word_presence(texts)
    print("\n| labels of yelp | " + " | ".join(f"{s:.0%} positive" for s in FLIPPED) + " |")
    print("|---" * (len(FLIPPED) + 1) + "|")
    for n in (50, 100, 300):
        cells = []
        for share in FLIPPED:
            hits = 0
            for seed in range(repeats):
                rng = np.random.default_rng(seed)
                other = rng.permutation(at["yelp"])[:n]
                given = y.copy()
                given[other] = np.where(rng.random(n) < share, 1, y[other])
                p_value = concept_of(X, at["amazon"], other, given, seed).p_value
                hits += p_value is not None and p_value <= ALPHA
            cells.append(f"{hits / repeats:.2f}")
        print(f"| {n} | " + " | ".join(cells) + " |", flush=True)


def concept_labels(folder: Path) -> None:
    """The labels that concept shift asks for, told from few labels and from all."""
    texts, y, at = reviews(folder)
    X, _ = word_presence(texts)
    print("\n| sites | labels | p | accuracy differs by | labels needed |")
    print("|---|---|---|---|---|")
    for left, right in (("amazon", "yelp"), ("amazon", "imdb"), ("yelp", "imdb")):
        for n in (0, 50, len(at[right])):
            other = np.random.default_rng(0).permutation(at[right])
            said = concept_of(X, at[left], other[:n], y, 0, unlabelled=other[n:])
            p_value = moved = "-"
            if said.p_value is not None:
                p_value = f"{said.p_value:.3f}"
                low, high = said.accuracy_low, said.accuracy_high
                moved = f"{said.accuracy_difference:+.2f} ({low:+.2f} to {high:+.2f})"
            print(
                f"| {left}, {right} | {n:,} | {p_value} | {moved} | {said.labels_needed} |",
                flush=True,
            )


def drift_in_videos(folder: Path) -> None:
    """Whether the comments of one video change in time."""
    print("\n| video | windows | first changed | p |")
    print("|---|---|---|---|")
    path = "youtube_spam/youtube_spam.csv"
    texts, videos = read(folder, path, "video")
    when = read(folder, path, "date")[1]
    for video in np.unique(videos):
        rows = np.flatnonzero((videos == video) & (when != ""))
        X, _ = word_presence([texts[i] for i in rows])
        seconds = np.array([np.datetime64(when[i]) for i in rows], "datetime64[s]")
        found = drift(X, seconds.astype(np.int64), rng=np.random.default_rng(0))
        print(
            f"| {video} | {len(found.windows)} | {found.first_changed} | {found.p_value:.1e} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
