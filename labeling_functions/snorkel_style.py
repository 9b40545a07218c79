"""Labeling functions in plain Snorkel: what already works in Snorkel works here unchanged.

A labeling function looks at one message ``x`` (``x.text``, ``x.channel``, ...) and returns the
number of a class, or -1 to abstain. It may be wrong now and then: the label model learns how far
to trust it. ``resources`` hands a function what it needs; ``pre`` says what to compute on ``x``
first.
"""

from __future__ import annotations

import re

from snorkel.labeling import labeling_function
from snorkel.preprocess import preprocessor

ABSTAIN = -1
# In the order of the classes in workbench.toml.
DELIVERY, REFUND, BILLING, ACCOUNT, PRODUCT, FRAUD = range(6)

COURIER_WORDS = ["courier", "driver", "parcelway", "swiftline", "post lady", "delivery guy"]
LOGIN_WORDS = ["log in", "login", "logged", "sign in", "locked", "kicked out", "password"]
NOT_KEEPING_IT = ["not keeping", "don't want it", "dont want it", "give it back", "send it back"]

ANOTHER_TOPIC = re.compile(
    r"\b(also|btw|by the way|besides|one more thing|another question|oh and)\b"
)
TROUBLE = re.compile(r"\b(can'?t|cannot|never|every|wrong|again|how|not|none|expired|forgot)\b")
WORKS_FINE = re.compile(r"\b(fine|all good|works|logged in as)\b")
WHERE_IS = re.compile(r"where('s| is| are|s) (my|the|our|mine)\b(?!.*\b(made|refund|money|button))")
WANTS_BILL = re.compile(
    r"\b(need|send|find|get|got|never)\b.{0,40}\b(invoice|receipt|bill|reminder)\b"
)
ABOUT_A_THING = re.compile(r"\b(is|does|will|can|are) (the|a|an|your) \w+|\bdo you (sell|make)\b")
ABOUT_AN_ORDER = re.compile(
    r"\b(order|account|app|refund|return|sent|parcel|invoice|card|code|deliver|courier|driver|mail)"
)
STRANGER = re.compile(
    r"\b(someone|somebody (?!call|else)|stranger|thief|not me|wasn'?t me|never placed)"
)
MY_THINGS = re.compile(r"\b(order|bought|account|card|points|name)")


@preprocessor(memoize=True)
def first_request(x):
    """Keep what is asked first (the guideline labels by it) and spell out chat abbreviations."""
    request = ANOTHER_TOPIC.split(x.text.lower())[0]
    x.request = re.sub(r"\bpw\b", "password", re.sub(r"\bu\b", "you", request))
    return x


@labeling_function(resources={"words": COURIER_WORDS})
def courier_did_something(x, words):
    """Vote delivery where the courier is named: the parcel is the trouble."""
    return DELIVERY if any(word in x.text.lower() for word in words) else ABSTAIN


@labeling_function(pre=[first_request])
def where_is_my(x):
    """Vote delivery for the classic question, unless it is about money or origin."""
    return DELIVERY if WHERE_IS.search(x.request) else ABSTAIN


@labeling_function(pre=[first_request])
def no_longer_wanted(x):
    """Vote refund where the customer will not keep the thing."""
    return REFUND if any(phrase in x.request for phrase in NOT_KEEPING_IT) else ABSTAIN


@labeling_function(pre=[first_request], resources={"words": LOGIN_WORDS})
def login_trouble(x, words):
    """Vote account for login words with a sign of trouble, unless it works."""
    if not any(word in x.request for word in words) or WORKS_FINE.search(x.request):
        return ABSTAIN
    return ACCOUNT if TROUBLE.search(x.request) else ABSTAIN


@labeling_function(pre=[first_request])
def asks_for_invoice(x):
    """Vote billing where an invoice, a receipt or a bill is wanted."""
    return BILLING if WANTS_BILL.search(x.request) else ABSTAIN


@labeling_function(pre=[first_request])
def is_it_question(x):
    """Vote product for a question about a thing, with nothing of an order in it."""
    if ABOUT_AN_ORDER.search(x.request):
        return ABSTAIN
    return PRODUCT if ABOUT_A_THING.search(x.request) else ABSTAIN


@labeling_function(pre=[first_request])
def somebody_else_did_it(x):
    """Vote fraud where a stranger acted in the customer's name."""
    return FRAUD if STRANGER.search(x.request) and MY_THINGS.search(x.request) else ABSTAIN
