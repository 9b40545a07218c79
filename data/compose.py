"""Compose customer messages from the reviewed wording in ``material/``.

The wording files hold situations with several phrasings each. A phrasing may contain alternatives
``[one|two|]`` and slots ``{item}``. A message is one phrasing plus openings, details, remarks
about another topic and closings, in the style of its channel, with the typing errors of people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

MATERIAL = Path(__file__).resolve().parent / "material"
CLASSES = ("delivery", "refund", "billing", "account", "product", "fraud")

_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([a-z]+)\}")
# One message speaks of one item, one order, one courier and one relative throughout.
_STICKY_SLOTS = frozenset({"item", "order", "courier", "relative"})
_KINDS_OF_ITEM = frozenset({"wear", "appliance", "furniture", "kitchen"})
_QUESTION = re.compile(
    r"(?i)(what|how|when|where|who|whom|why|which|can|could|do|does|is|are|will|would)\b[^.?]*$"
)
_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled block of lines; ``marker`` is ``=`` (situation), ``+`` (new situation) or ``:``."""

    marker: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """How the writers of one split write: probabilities of each ingredient of a message."""

    opening: float
    closing: float
    small_talk: float
    detail: float
    neutral: float
    ask: float
    aside: float
    second_request: float
    vague: float
    new_situation: float
    new_item: float
    casual: float
    typo: float


@dataclass(frozen=True, slots=True)
class Message:
    """A composed text and whether a careful reader could take it for another class."""

    text: str
    ambiguous: bool


@dataclass(slots=True)
class _Draft:
    """What stays fixed while a message is composed: its time, profile and sticky slots."""

    sent_at: datetime
    profile: Profile
    filled: dict[str, str] = field(default_factory=dict)


def read_sections(path: Path) -> list[Section]:
    """Read a wording file: sections that start with a marker line, one phrasing a line."""
    sections: list[Section] = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        for part in re.split(r"\n(?=[=+:] )", block):
            head, *lines = part.split("\n")
            sections.append(Section(head[0], head[2:], tuple(lines)))
    return sections


def _lines_by_title(path: Path) -> dict[str, tuple[str, ...]]:
    """Map the titles of a file's ``:`` sections to their lines."""
    return {s.title: s.lines for s in read_sections(path) if s.marker == ":"}


class Composer:
    """Composes messages; all its randomness comes from ``rng``."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._slots = _lines_by_title(MATERIAL / "slots.txt")
        self._wording = _lines_by_title(MATERIAL / "wording.txt")
        self._sections = {name: read_sections(MATERIAL / f"{name}.txt") for name in CLASSES}
        self._lists = {name: _lines_by_title(MATERIAL / f"{name}.txt") for name in CLASSES}
        self._vague = _read_vague(MATERIAL / "vague.txt")

    def message(self, label: str, profile: Profile, channel: str, sent_at: datetime) -> Message:
        """Compose one message whose request is of class ``label``."""
        draft = _Draft(sent_at, profile)
        body, ambiguous = self._body(label, draft)
        terse = channel in {"chat", "app"}
        casual = self._rng.random() < (profile.casual if terse else profile.casual / 4)
        parts = self._wrap(body, draft, terse=terse, casual=casual)
        text = self._style([self._expand(part, draft) for part in parts], casual=casual)
        return Message(self._mistype(text, profile.typo * (1.4 if casual else 0.8)), ambiguous)

    def _body(self, label: str, draft: _Draft) -> tuple[list[str], bool]:
        """Choose the sentences that carry the request, and say whether they are ambiguous."""
        rng, profile = self._rng, draft.profile
        vague = self._vague.get(label, ())
        if vague and rng.random() < profile.vague:
            lines = rng.choices([lines for lines, _ in vague], [weight for _, weight in vague])[0]
            return [rng.choice(lines)], True
        body = [self._request(label, draft)]
        if rng.random() < profile.detail:
            body.append(rng.choice(self._lists[label]["details"]))
        others = [name for name in CLASSES if name != label]
        weights = [0.02 if name == "fraud" else 1.0 for name in others]
        if rng.random() < profile.aside:
            other = rng.choices(others, weights)[0]
            aside = rng.choice(self._lists[other]["asides"])
            body.insert(rng.randrange(len(body) + 1), aside)
        if rng.random() < profile.second_request:
            # The guideline: a message is labelled by the first thing it asks for.
            other = rng.choices(others, weights)[0]
            connector = rng.choice(self._wording["connectors"])
            return [*body, f"{connector} {self._request(other, draft)}"], True
        return body, False

    def _request(self, label: str, draft: _Draft) -> str:
        """Choose a phrasing of a situation of ``label`` and fill it in."""
        marker = "+" if self._rng.random() < draft.profile.new_situation else "="
        if marker == "+":
            draft.filled.setdefault("item", self._rng.choice(self._slots["new item"]))
        phrasings = [line for s in self._sections[label] if s.marker == marker for line in s.lines]
        # Expanded at once, so that remarks around it speak of the same item and order.
        return self._expand(self._rng.choice(phrasings), draft)

    def _wrap(self, body: list[str], draft: _Draft, *, terse: bool, casual: bool) -> list[str]:
        """Put greetings, small talk, remarks and a closing around the request."""
        rng, profile, wording = self._rng, draft.profile, self._wording
        parts = list(body)
        share = 0.45 if terse else 1.0
        if rng.random() < profile.neutral * share:
            parts.insert(rng.choice([0, len(parts), len(parts)]), rng.choice(wording["neutral"]))
        if rng.random() < profile.ask * share:
            parts.append(rng.choice(wording["asks"]))
        if rng.random() < profile.small_talk * share:
            parts.insert(0, rng.choice(wording["smalltalk"]))
        prefix = "chatty " if casual else ""
        if rng.random() < profile.opening * share:
            opening = rng.choice(wording[prefix + "openings"])
            parts.insert(
                0, opening + (rng.choice([",", ",", "!", "."]) if opening.isalpha() else ",")
            )
        if rng.random() < profile.closing * share:
            parts.append(rng.choice(wording[prefix + "closings"]))
        return parts

    def _expand(self, phrasing: str, draft: _Draft) -> str:
        """Choose one of each set of alternatives and fill the slots."""
        while match := _ALTERNATIVES.search(phrasing):
            choice = self._rng.choice(match[1].split("|"))
            phrasing = phrasing[: match.start()] + choice + phrasing[match.end() :]
        while match := _SLOT.search(phrasing):
            value = self._slot(match[1], draft)
            phrasing = phrasing[: match.start()] + value + phrasing[match.end() :]
        phrasing = re.sub(r"\b(my|your) my\b", r"\1", phrasing)
        phrasing = re.sub(r"\b(a)(?= [aeioAEIO][a-z])", "an", phrasing)
        return re.sub(r" +([,.?!])", r"\1", phrasing).strip()

    def _slot(self, name: str, draft: _Draft) -> str:
        """Return a value of a slot: a number, a date near the message's own, or a listed word."""
        rng = self._rng
        match name:
            case "n":
                return str(
                    rng.choice([5, 7, 9, 12, 14, 18, 19, 24, 29, 35, 39, 48, 59, 79, 99, 129])
                )
            case "dd":
                return str(rng.randint(8, 20))
            case "four" | "five":
                return "".join(rng.choices("0123456789", k=4 if name == "four" else 5))
            case "date":
                return self._date(draft.sent_at - timedelta(days=rng.randint(3, 25)))
        if name in _KINDS_OF_ITEM:
            draft.filled["item"] = rng.choice(self._slots[name])
            return draft.filled["item"]
        if name not in draft.filled or name not in _STICKY_SLOTS:
            new = name == "item" and rng.random() < draft.profile.new_item
            draft.filled[name] = rng.choice(self._slots["new item" if new else name])
        return draft.filled[name]

    def _date(self, day: datetime) -> str:
        """Write a date the way one of many people would."""
        month = _MONTHS.split()[day.month - 1]
        forms = (f"{day.day} {month}", f"{month} {day.day}", f"{day.day}.{day.month}.")
        return self._rng.choice([*forms, f"{day.day}/{day.month:02d}", f"{day.day} {month[:3]}"])

    def _style(self, parts: Sequence[str], *, casual: bool) -> str:
        """Join sentences with the capitals and the punctuation of a careful or a hasty writer."""
        rng = self._rng
        tidy = not casual and rng.random() < 0.75
        joined = ""
        for part in parts:
            if joined.endswith(","):
                joined += " " + part
            elif joined:
                joined += " " + (part[:1].upper() + part[1:] if tidy else part)
            else:
                joined = part[:1].upper() + part[1:] if not casual else part
            if joined[-1].isalnum() or joined[-1] in "\"'%€":
                joined += self._mark(part, tidy=tidy, casual=casual)
        joined = re.sub(r"[.?! ]+\?", "?", joined.rstrip(",- "))
        if not tidy and joined.endswith("."):
            joined = joined[:-1]
        return self._chat_spelling(joined) if casual else self._emphasis(joined)

    def _mark(self, sentence: str, *, tidy: bool, casual: bool) -> str:
        """Choose what ends a sentence that brings no mark of its own."""
        if casual and self._rng.random() < 0.75:
            return self._rng.choice([",", ",", ".", ",", "", " -", ".."])
        return "?" if tidy and _QUESTION.match(sentence) else "."

    def _emphasis(self, text: str) -> str:
        """Now and then an angry writer shouts or repeats the last mark."""
        draw = self._rng.random()
        if draw < 0.012:
            return text.upper()
        if draw < 0.06:
            return text.rstrip(".") + self._rng.choice(["!!", "!!!", "...", " !"])
        return text

    def _chat_spelling(self, text: str) -> str:
        """Lower case, lost apostrophes and the abbreviations of chats."""
        rng = self._rng
        text = text.lower() if rng.random() < 0.8 else text
        if rng.random() < 0.5:
            text = text.replace("'", "")
        for word, short in _CHAT_WORDS:
            if rng.random() < 0.3:
                text = re.sub(rf"\b{word}\b", short, text)
        text = text.rstrip(".")
        return (
            text + rng.choice(["", "", "", "", "!", " :/", "..."]) if text[-1:].isalnum() else text
        )

    def _mistype(self, text: str, rate: float) -> str:
        """Make one or two typing errors in a share ``rate`` of the texts."""
        for _ in range(2):
            if self._rng.random() < rate:
                text = typing_error(text, self._rng)
        return text


_CHAT_WORDS = (
    ("please", "pls"),
    ("you", "u"),
    ("your", "ur"),
    ("because", "bc"),
    ("thanks", "thx"),
    ("tomorrow", "tmrw"),
    ("I don't know", "idk"),
    ("are", "r"),
    ("password", "pw"),
    ("with", "w"),
    ("to be honest", "tbh"),
)


def typing_error(text: str, rng: Random) -> str:
    """Swap, drop, double or replace one letter inside a word of four letters or more."""
    words = list(re.finditer(r"[A-Za-z]{4,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    match rng.randrange(4):
        case 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text[:at] + text[at] + text[at:]
        case _:
            return text[:at] + rng.choice("etaoinsr") + text[at + 1 :]


def _read_vague(path: Path) -> dict[str, tuple[tuple[tuple[str, ...], int], ...]]:
    """Map each class to the vague blocks it may use, with how often it uses them."""
    blocks: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for section in read_sections(path):
        for weighted in section.title.partition(" : ")[2].split(", "):
            name, weight = weighted.split()
            blocks.setdefault(name, []).append((section.lines, int(weight)))
    return {name: tuple(entries) for name, entries in blocks.items()}
