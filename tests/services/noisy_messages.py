"""Messages of three classes; one vendor's labels are often wrong."""

from __future__ import annotations

import numpy as np

ClassRows = list[dict[str, str]]

TOPICS = {
    "refund": ["refund", "money", "return", "broken", "back", "exchange", "credit", "cancel"],
    "parcel": ["parcel", "courier", "late", "street", "door", "tracking", "van", "depot"],
    "login": ["login", "password", "account", "email", "reset", "profile", "locked", "code"],
}
FILLER = [f"word{i}" for i in range(80)]


def message_rows(n: int = 300, *, seed: int = 0, wrong_of: str = "quick") -> ClassRows:
    """Return messages of three classes; a third of one vendor's labels is wrong, at random."""
    rng = np.random.default_rng(seed)
    names = list(TOPICS)
    rows = []
    for i in range(n):
        true = names[i % 3]
        vendor = ("calm", "north", wrong_of)[int(rng.integers(3))]
        is_wrong = vendor == wrong_of and rng.random() < 1 / 3
        label = names[(i % 3 + 1 + int(rng.integers(2))) % 3] if is_wrong else true
        words = [*rng.choice(TOPICS[true], 3), *rng.choice(FILLER, 5)]
        rows.append(
            {
                "id": f"m{i}",
                "text": " ".join(words),
                "label": label,
                "true": true,
                "vendor": vendor,
                "sent_at": f"2025-0{1 + i * 6 // n}-{1 + i % 28:02d}T10:00:00Z",
                "length": str(len(" ".join(words))),
            }
        )
    return rows
