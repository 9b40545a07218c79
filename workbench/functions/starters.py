"""The texts of starter files."""

from __future__ import annotations

SUMMARIES: dict[str, str] = {
    "python": "a Python function of one record",
    "batch": "a Python function of many rows at once",
    "snorkel": "a labeling function of Snorkel",
    "keywords": "votes where one of some words stands",
    "regex": "votes where a pattern is found",
    "dictionary": "words from a file",
    "fuzzy": "words, misspelt too",
    "length": "by the length of the text",
    "metadata": "by another column",
    "neighbours": "as the labelled rows most like it",
    "classifier": "as a model trained on other labels",
    "external": "votes from a file of another tool or a language model",
    "annotator": "as one annotator says",
}
"""What each starter makes, in a few words."""

STARTERS: dict[str, str] = {
    "python": '''\
"""Labeling functions: {name}."""

from workbench import ABSTAIN, labeling_function

{classes}


@labeling_function()
def {name}(record):
    """Say here what this function looks for."""
    # record.text is the text; metadata columns are attributes too: record.price
    if "change me" in record.text.lower():
        return {first}
    return ABSTAIN
''',
    "batch": '''\
"""Labeling functions on whole columns: {name}."""

from workbench import ABSTAIN, labeling_function

{classes}


@labeling_function(batch=True)
def {name}(columns):
    """Say here what this function looks for."""
    # One vote for each text, in order. columns.price is a metadata column;
    # columns.arrow("text") is a pyarrow array for pyarrow.compute, several times faster.
    return [{first} if "change me" in text.lower() else ABSTAIN for text in columns.text]
''',
    "snorkel": '''\
"""Labeling functions in Snorkel's style: {name}."""

from snorkel.labeling import labeling_function

ABSTAIN = -1
{classes}


@labeling_function()
def {name}(x):
    """Say here what this function looks for."""
    # x.text is the text; metadata columns are attributes too: x.price
    return {first} if "change me" in x.text.lower() else ABSTAIN
''',
    "keywords": '''\
"""Labeling functions by words: {name}."""

from workbench import keywords

# Classes: {listed}
keywords(
    "{name}",
    words=["change me", "another phrase"],
    label={label},
    # column="title",        another column than the text
    # whole_words=False,     also inside of longer words
    # case_sensitive=True,
)
''',
    "regex": '''\
"""Labeling functions by regular expressions: {name}."""

from workbench import regex

# Classes: {listed}
regex(
    "{name}",
    pattern=r"\\bchange\\s+me\\b",
    label={label},
    # column="title",        another column than the text
    # case_sensitive=True,
)
''',
    "dictionary": '''\
"""Labeling functions by a file of terms: {name}."""

from workbench import dictionary

# One word or phrase a line; the path starts at the project's folder. Classes: {listed}
dictionary("{name}", "labeling_functions/{name}.txt", label={label})
''',
    "fuzzy": '''\
"""Labeling functions by misspelt words: {name}. Needs: pip install 'workbench[fuzzy]'."""

from workbench import fuzzy

# Classes: {listed}
fuzzy("{name}", words=["subscribe"], label={label}, min_score=85)
''',
    "length": '''\
"""Labeling functions by length: {name}."""

from workbench import length

# Classes: {listed}
length("{name}", label={label}, maximum=20)  # minimum=..., unit="words"
''',
    "metadata": '''\
"""Labeling functions by a column's value: {name}."""

from workbench import metadata

# Operators: == != < <= > >= in, not in, contains, is empty, is not empty. Classes: {listed}
metadata("{name}", "vendor", "==", "change me", label={label})
''',
    "neighbours": '''\
"""Labeling functions by nearness to examples: {name}."""

from workbench import neighbours

# Classes: {listed}
neighbours("{name}", uids=["a uid"], label={label}, min_similarity=0.6)
''',
    "classifier": '''\
"""Labeling functions by a model of the annotations: {name}."""

from workbench import classifier

classifier("{name}", min_probability=0.8)
''',
    "external": '''\
"""Labeling functions by votes in a file: {name}."""

from workbench import external

# A CSV or JSON-lines file with a uid and a class for each example. Classes: {listed}
external("{name}", "labeling_functions/{name}.csv", column="label")  # answers={{"yes": {label}}}
''',
    "annotator": '''\
"""Labeling functions by a person's decisions: {name}."""

from workbench import annotator

annotator("{name}", "ana")
''',
}
"""By template. In braces: the function's ``name``; the ``classes`` as constants and the ``first``
constant; the ``label`` of the first class; all ``listed``."""

COMPANIONS = {
    "dictionary": (".txt", "change me\n"),
    "external": (".csv", "uid,label\na uid,{quoted}\n"),
}
"""What a starter file reads: suffix and text; ``quoted`` is the first class for CSV."""

INSTALLED = '''\
"""Labeling functions by the template {template!r} of an installed package: {name}."""

from workbench import template

# Classes: {listed}
template({template!r})("{name}", label={label})
'''
"""For templates of other packages."""
