"""Labeling functions with the workbench's own decorator: light, no Snorkel import.

``record.text`` is the message, ``record.meta`` holds the other columns. Return the NAME of a class,
its number, or ABSTAIN.
"""

from __future__ import annotations

import re

from workbench import ABSTAIN, labeling_function

MONEY = re.compile(r"[€$£] ?\d|\d ?(€|eur\b|euros?\b)")
TAKEN = re.compile(r"charge|took|bill|statement|basket|total|fee\b")
GIVEN_BACK = re.compile(r"\b(back|refund\w*|return\w*|worth)\b")
QUESTION = re.compile(
    r"\b(is|does|do|are) (the|it|you|your|this)\b|\bhow (do|long|many)\b|\bwhich\b"
)
ORDER_WORDS = re.compile(
    r"order|account|refund|return|pay|parcel|password|profile|invoice|log|code|back"
)
GETTING_IN = re.compile(r"\blog(ged)? ?(in|out)|login|household|sign up|profile")
PERSONAL_DATA = re.compile(
    r"\b(change|update|delete|erase|remove|close|switch off)\b.{0,25}\b(my|name|mail|profile)\b"
)
REALLY_YOU = re.compile(
    r"is (it|that|this|\S+@\S+) (even )?(you|from you)\b|with your logo|link odd|weird"
)
LONG_AGO = re.compile(r"\b(days|weeks|month|ages ago|last week)\b")
ON_ITS_WAY = re.compile(
    r"\b(ordered|waiting|processing|arrive|come|came|shipped|customs|delivered)\b"
)
SENT_BACK = re.compile(r"return|back|refund|sent")


def opening_part(text):
    """Return the first 110 characters, lower case: later remarks often touch other topics."""
    return text[:110].lower()


@labeling_function()
def money_taken(record):
    """Vote billing for an amount of money together with a word for taking it."""
    text = opening_part(record.text)
    taken = MONEY.search(text) and TAKEN.search(text)
    return "billing" if taken and "back" not in text else ABSTAIN


@labeling_function()
def amount_missing(record):
    """Vote refund for an amount of money that the customer wants back."""
    text = opening_part(record.text)
    return "refund" if MONEY.search(text) and GIVEN_BACK.search(text) else ABSTAIN


@labeling_function()
def short_question(record):
    """Vote product for a short question that mentions nothing of an order."""
    text = record.text.lower()
    if len(text) > 100 or ORDER_WORDS.search(text):
        return ABSTAIN
    return "product" if QUESTION.search(text) else ABSTAIN


@labeling_function()
def app_trouble(record):
    """Vote account where somebody writes by app or chat about getting in."""
    if record.meta.channel not in {"app", "chat"}:
        return ABSTAIN
    return "account" if GETTING_IN.search(opening_part(record.text)) else ABSTAIN


@labeling_function()
def change_my_data(record):
    """Vote account for changing or deleting personal data, not an order."""
    text = opening_part(record.text)
    return "account" if PERSONAL_DATA.search(text) and "order" not in text else ABSTAIN


@labeling_function()
def suspicious_sender(record):
    """Vote fraud where the customer doubts that a mail or link is the shop's."""
    return "fraud" if REALLY_YOU.search(record.text.lower()) else ABSTAIN


@labeling_function()
def ordered_long_ago(record):
    """Vote delivery for a long wait, without a word of sending anything back."""
    text = opening_part(record.text)
    if SENT_BACK.search(text):
        return ABSTAIN
    return "delivery" if LONG_AGO.search(text) and ON_ITS_WAY.search(text) else ABSTAIN
