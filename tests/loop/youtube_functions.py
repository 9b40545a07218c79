"""Labeling functions for comments under music videos, in Snorkel's style and ours."""

import re

from snorkel.labeling import labeling_function
from snorkel.preprocess import preprocessor

from workbench import keywords, regex

ABSTAIN, HAM, SPAM = -1, 0, 1

keywords("subscribe", ["subscribe", "subscribers", "my channel"], "spam")
keywords("please_help", ["please", "plz", "pls", "help me"], "spam")
keywords("song_talk", ["song", "lyrics", "voice", "dance", "melody"], "ham")
keywords("view_count", ["views", "billion", "million"], "ham")
regex("link", r"https?://|www\.|\.com\b", "spam")


@labeling_function(resources={"phrases": ("check out", "check this", "look at my", "follow me")})
def check_out(x, phrases):
    return SPAM if any(phrase in x.text.lower() for phrase in phrases) else ABSTAIN


@labeling_function()
def short_comment(x):
    return HAM if len(x.text.split()) < 5 else ABSTAIN


@preprocessor(memoize=True)
def count_marks(x):
    x.n_marks = len(re.findall(r"[!?❤♥]", x.text))
    return x


@labeling_function(pre=[count_marks])
def shouting(x):
    return SPAM if x.n_marks > 6 else ABSTAIN


@labeling_function()
def praise(x):
    return HAM if re.search(r"\b(love|best|awesome|amazing|great)\b", x.text.lower()) else ABSTAIN
