from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.duplicates import find_duplicates
from workbench.methods.folding import fold, letters_of, signs_of

CHAIN = (("one", 7919), ("two", 104729))
MESSAGE = "win a free holiday now by calling this number before midnight"


def clusters(texts: list[str], **options) -> list[int]:
    return find_duplicates(texts, rng=np.random.default_rng(0), **options).cluster.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Héllo,  WORLD!", "héllo world"),
        ("Cafe\u0301", "café"),
        ("Straße", "strasse"),
        ("ﬁne ①", "fine 1"),
        ("foo\u200bbar\ufeff", "foobar"),
        ("की का", "की का"),
        ("snake_case", "snake case"),
        ("我喜欢这个视频！", "我喜欢这个视频"),
        ("❤️ 👍 !!!", ""),
        ("", ""),
    ],
)
def test_letters_and_digits_are_what_is_left(text, expected):
    assert letters_of(fold(text)) == expected


@given(text=st.text(max_size=40))
@settings(deadline=None, max_examples=200)
def test_reducing_twice_changes_nothing(text):
    once = letters_of(fold(text))
    assert letters_of(fold(once)) == once


@pytest.mark.parametrize("wrong", [None, float("nan"), 3, b"a"])
def test_what_is_no_text_is_refused(wrong):
    with pytest.raises(MethodError, match="row 1 holds"):
        find_duplicates(["a", wrong], rng=np.random.default_rng(0))


def test_a_single_text_is_no_sequence_of_texts():
    with pytest.raises(MethodError, match="a single text"):
        find_duplicates("hello world", rng=np.random.default_rng(0))


def test_texts_that_hold_nothing_to_read_are_marked():
    found = find_duplicates(["", "\u200b", " ", "a", "!"], rng=np.random.default_rng(0))
    assert found.blank.tolist() == [True, True, True, False, False]
    assert not find_duplicates([], rng=np.random.default_rng(0)).blank.size


def test_equal_texts_are_exact_duplicates_of_the_first():
    found = find_duplicates(
        ["Hello there", "bye", "hello, THERE!", " HELLO  there"], rng=np.random.default_rng(0)
    )
    assert found.cluster.tolist() == [0, 1, 0, 0]
    assert found.exact.tolist() == [False, False, False, True]
    assert found.similarity.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "texts",
    [
        ["C++", "C", "C#"],
        ["5 > 3", "5 < 3", "5 = 3", "5 - 3", "5 3"],
        ["👍", "👎", "👍👍"],
        [f"{MESSAGE} 👍", f"{MESSAGE} 👎", MESSAGE],
        [f"{MESSAGE} :)", f"{MESSAGE} :("],
        [f"{MESSAGE} costs $5", f"{MESSAGE} costs £5"],
        ["you are on your way home", "you are on your way home?"],
        ["the flag enabled is set today", "the flag !enabled is set today"],
        ["x == y in every case", "x != y in every case"],
        ["it is -5 degrees outside", "it is 5 degrees outside"],
        ["from England 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
         "from England 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"],
        [(MESSAGE + " ") * 20 + "👍", (MESSAGE + " ") * 20 + "👎"],
        [(MESSAGE + " ") * 60 + "👍", (MESSAGE + " ") * 60 + "👎"],
    ],
)  # fmt: skip
def test_texts_that_differ_in_telling_signs_stay_apart(texts):
    assert clusters(texts) == list(range(len(texts)))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("see you", "see you!!!"),
        ("see you", "See you."),
        ("don't go, please", "don’t go please"),
        ("wow - great phone", '"wow", great phone...'),
        ("thanks 🎉", "Thanks 🎉🎉!"),
        ("好。真的很好", "好 真的很好！"),
    ],
)
def test_punctuation_of_prose_makes_near_duplicates_and_no_exact_ones(text, other):
    found = find_duplicates([text, other], rng=np.random.default_rng(0))
    assert found.cluster.tolist() == [0, 0]
    assert not found.exact.any()


def test_a_sign_among_many_letters_does_not_hide_an_edited_copy():
    long = " ".join(f"word{i * 7919 % 997}" for i in range(60))
    assert clusters([long, f"{long} &amp; more", long.replace("word0 ", "") + " %"]) == [0, 0, 0]


@pytest.mark.parametrize("length", [195, 200, 205, 1_990, 1_999, 2_000, 2_005])
def test_near_duplicates_are_found_across_the_seams_of_length(length):
    text = " ".join(f"w{i * 7919 % 997}" for i in range(800))[:length].strip()
    assert clusters([text, f"{text} extra", text[: -length // 10]]) == [0, 0, 0]
    assert clusters([f"{text} extra", text]) == [0, 0]


def test_small_edits_are_near_duplicates_with_their_jaccard():
    edited = MESSAGE.replace("midnight", "midnite")
    found = find_duplicates(["other words entirely", MESSAGE, edited], rng=np.random.default_rng(0))
    assert found.cluster.tolist() == [0, 1, 1]
    assert not found.exact.any()
    a, b = ({t[i : i + 4] for i in range(len(t) - 3)} for t in (MESSAGE, edited))
    assert found.similarity[2] == pytest.approx(len(a & b) / len(a | b))


def test_a_copy_of_a_near_duplicate_follows_it():
    edited = MESSAGE + " ok"
    found = find_duplicates([MESSAGE, edited, edited.upper()], rng=np.random.default_rng(0))
    assert found.cluster.tolist() == [0, 0, 0]
    assert found.exact.tolist() == [False, False, True]
    assert found.similarity[1] == found.similarity[2] < 1


def test_the_threshold_decides():
    texts = [MESSAGE, MESSAGE + " or regret it"]
    assert clusters(texts, threshold=0.6) == [0, 0]
    assert clusters(texts, threshold=0.95) == [0, 1]


def test_chains_of_small_edits_do_not_grow():
    words, other = ([f"{name}{i * step}" for i in range(13)] for name, step in CHAIN)
    chain = [" ".join(other[:i] + words[i:]) for i in range(14)]
    found = find_duplicates(chain, rng=np.random.default_rng(0))
    assert len(set(found.cluster)) > 2
    assert (found.similarity >= 0.6).all()


def test_texts_without_anything_to_read_repeat_nothing():
    texts = ["", "  ", "\u200b\u2060", "", "\n"]
    assert clusters(texts) == [0, 1, 2, 3, 4]
    assert not find_duplicates(texts, rng=np.random.default_rng(0)).exact.any()


def test_texts_that_share_a_paragraph_are_told_apart_and_their_copies_found():
    shared = "common prefix shared by all of these texts in the set"
    numbers = np.random.default_rng(1).integers(2**40, size=(400, 4)).tolist()
    texts = [f"{shared} {a:x} {b:x} {c:x} {d:x}" for a, b, c, d in numbers]
    copies = [text.replace("prefix", "prefx") for text in texts[:40]]
    assert clusters(texts + copies)[:400] == list(range(400))
    assert clusters(texts + copies)[400:] == list(range(40))


def test_texts_without_letters_are_duplicates_only_where_they_are_the_same():
    assert clusters(["👍👍", "👍", "!!!", "👍👍"]) == [0, 1, 2, 0]


def test_very_short_texts_are_exact_duplicates_or_none():
    assert clusters(["hello", "hello!", "hello1", "hi", "h"]) == [0, 0, 2, 3, 4]
    assert clusters(["hello", "Hello ", "hallo"]) == [0, 0, 2]


def test_other_scripts_have_near_duplicates_too():
    text = "今天天气很好我们一起去公园散步看花听鸟叫然后回家吃饭"
    assert clusters([text, text + "吧", text[::-1]]) == [0, 0, 2]
    assert clusters(["🎉 " + MESSAGE, MESSAGE + " 🎉🎉", "\ud800" + MESSAGE]) == [0, 0, 2]


def test_long_texts_are_held_to_their_whole_length():
    rng = np.random.default_rng(0)
    words = np.array(["".join(rng.choice(list("abcdefghij"), 6)) for _ in range(5_000)])
    start = " ".join(rng.choice(words, 5_000))
    texts = [start + " ".join(rng.choice(words, 10_000)) for _ in range(2)]
    assert min(map(len, texts)) > 100_000
    assert clusters([*texts, texts[0][:50_000] + "typo" + texts[0][50_000:]]) == [0, 1, 0]


@given(
    texts=st.lists(
        st.one_of(st.text(max_size=30), st.text("ab ", min_size=8, max_size=20)), max_size=25
    ),
    seed=st.integers(0, 100),
)
@settings(deadline=None, max_examples=60)
def test_representatives_are_the_first_of_their_cluster_and_similar_enough(texts, seed):
    found = find_duplicates(texts, rng=np.random.default_rng(seed))
    index = np.arange(len(texts))
    assert (found.cluster <= index).all()
    np.testing.assert_array_equal(found.cluster[found.cluster], found.cluster)
    assert (found.similarity >= 0.6).all()
    assert (found.similarity[found.cluster == index] == 1).all()
    first = {}
    for i, text in enumerate(texts):
        folded = fold(text)
        assert found.exact[i] == (folded in first)
        if folded:
            first.setdefault(folded, i)
        if letters_of(folded):
            same = first.setdefault((letters_of(folded), signs_of(folded)), i)
            assert found.cluster[i] == found.cluster[same]


def test_planted_edits_are_found_among_many():
    rng = np.random.default_rng(0)
    vocabulary = ["".join(rng.choice(list("abcdefghijklmnop"), 5)) for _ in range(2_000)]
    base = [" ".join(rng.choice(vocabulary, 14)) for _ in range(3_000)]
    edited = [text[:30] + "x" + text[31:60] + text[62:] for text in base[:300]]
    found = find_duplicates(base + edited, rng=rng)
    assert (found.cluster[3_000:] == np.arange(300)).mean() > 0.98
    np.testing.assert_array_equal(found.cluster[:3_000], np.arange(3_000))


def test_one_template_with_many_fillings_is_one_cluster():
    texts = [f"dear customer {i}, your parcel is waiting at the central depot" for i in range(800)]
    assert clusters(texts) == [0] * 800


def test_texts_with_lone_surrogates_are_texts():
    text = "a half of a pair \ud83d stands in this message"
    found = find_duplicates([text, text, text + "s"], rng=np.random.default_rng(0))
    assert found.cluster.tolist() == [0, 0, 0]
    assert found.exact.tolist() == [False, True, False]


def test_no_texts_have_no_duplicates():
    assert clusters([]) == []


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_thresholds_out_of_range_are_refused(threshold):
    with pytest.raises(MethodError):
        clusters(["a"], threshold=threshold)


def test_real_comments_have_their_known_duplicates(datasets: Path):
    with (datasets / "youtube_spam" / "youtube_spam.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    labels = np.array([row["label"] for row in rows])
    found = find_duplicates(texts, rng=np.random.default_rng(0))
    assert found.exact.sum() >= len(texts) - len(set(texts))
    joined = found.cluster != np.arange(len(texts))
    assert joined.sum() > found.exact.sum()
    assert (labels == labels[found.cluster])[joined].mean() > 0.98


def test_scattered_typos_in_a_short_text_are_found_and_other_fillings_are_not():
    typos = ["in be kevine i bipeteso the have", "in kevine i bipeteso he have"]
    found = find_duplicates(typos, rng=np.random.default_rng(0))
    assert found.cluster.tolist() == [0, 0]
    assert found.similarity[1] >= 0.85
    assert clusters(["pay for order 1234 by card", "pay for order 98765 by cheque"]) == [0, 1]


def test_a_very_long_text_beside_short_ones_is_no_trouble():
    long = "the quick brown fox jumps over the lazy dog " * 20_000
    assert clusters([long, MESSAGE, long + "and more", MESSAGE + "!"]) == [0, 1, 0, 1]
