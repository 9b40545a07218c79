"""Messages that attack whatever shows, stores or exports them: (kind, split, true class, text).

Every one is still a customer message, with the class of what it asks for. Control characters are
written as escapes here, so that this file itself is harmless to read.
"""

from __future__ import annotations

ESC, BEL, NUL, C1_CSI = "\x1b", "\x07", "\x00", "\x9b"
ZERO_WIDTH_SPACE, ZERO_WIDTH_JOINER, SOFT_HYPHEN = "\u200b", "\u200d", "\u00ad"
RIGHT_TO_LEFT_OVERRIDE, POP_DIRECTION, RIGHT_TO_LEFT_ISOLATE = "\u202e", "\u202c", "\u2067"
PILE_UP = "".join(chr(0x0300 + step % 0x60) for step in range(60))
FAMILY = ZERO_WIDTH_JOINER.join("\U0001f468\U0001f469\U0001f467\U0001f466")


def _pasted_log() -> str:
    """Return a text of about 100 kB: a customer pasted the log of the app into the form."""
    lines = ["The app cannot log me in. Your chat asked for the log, here it is:"]
    for step in range(1, 1751):
        wait = step * 37 % 991
        lines.append(
            f"{step:05d} session refused, code {4000 + step % 17}, next attempt in {wait} ms"
        )
    return "\n".join(lines)


HOSTILE: tuple[tuple[str, str, str, str], ...] = (
    (
        "ansi_csi",
        "train",
        "delivery",
        f"Where is {ESC}[31m{ESC}[2Jmy parcel{ESC}[0m? Ten days now.",
    ),
    ("ansi_csi", "production", "refund", f"{ESC}[?1049h{ESC}[1;1Hmoney back for the tent please"),
    ("osc_title", "train", "billing", f"{ESC}]0;paid{BEL}I was charged twice for one kettle."),
    (
        "osc_link",
        "production",
        "fraud",
        f"Is {ESC}]8;;https://pay.example{ESC}\\this link{ESC}]8;;{ESC}\\ from you? Asks my card.",
    ),
    ("osc_clipboard", "train", "account", f"reset my password {ESC}]52;c;bG9sCg=={BEL} please"),
    (
        "c1_control",
        "train",
        "refund",
        f"{C1_CSI}2J{C1_CSI}31mThe pan arrived cracked, refund please.",
    ),
    ("c1_control", "production", "delivery", "driver\x85never\x8d came\x9d0;x\x9c on Monday"),
    (
        "rich_markup",
        "train",
        "refund",
        "[bold red]Refund me![/bold red] [blink]Now[/] I sent it back.",
    ),
    (
        "rich_markup",
        "production",
        "product",
        "does the [dim] setting exist on the lamp? [/] [/dim]]",
    ),
    ("rich_link", "train", "billing", "The invoice [link=file:///etc/passwd]here[/link] is empty."),
    (
        "textual_action",
        "train",
        "account",
        "[@click=app.quit]Log me in[/] the login button does nothing, [$error]help[/]",
    ),
    ("nul", "train", "delivery", f"Parcel{NUL} for Leeds is{NUL}lost, tracking is empty."),
    (
        "bidi",
        "train",
        "billing",
        f"You took {RIGHT_TO_LEFT_OVERRIDE}00.93 euros{POP_DIRECTION} instead of 39, why?",
    ),
    (
        "bidi",
        "production",
        "product",
        f"{RIGHT_TO_LEFT_ISOLATE}מה הגודל של התיק? what size is the backpack, does it hold 40 l",
    ),
    (
        "zero_width",
        "train",
        "account",
        f"pass{ZERO_WIDTH_SPACE}word res{SOFT_HYPHEN}et link\ufeff never{ZERO_WIDTH_JOINER} comes",
    ),
    ("combining", "train", "refund", f"I am so a{PILE_UP}n{PILE_UP}gry, give me my money back"),
    (
        "emoji_zwj",
        "train",
        "product",
        f"is the tent big enough for {FAMILY} and the dog? 🏕️🇳🇴👩🏽‍🦽",
    ),
    (
        "cjk_wide",
        "production",
        "delivery",
        "我的包裹在哪里？订单 48213 還沒有到, ｗｈｅｒｅ ｉｓ ｍｙ ｐａｒｃｅｌ",
    ),
    (
        "line_breaks",
        "train",
        "delivery",
        "Hello,\n\nthe box\tdid\tnot\tcome.\r\nOrder 55120\rThanks\n\n\n-- \nMaeve",
    ),
    ("line_breaks", "production", "billing", "pay\u2028failed\u2029three\x0btimes\x0ctoday\r"),
    (
        "html_script",
        "train",
        "account",
        "<script>alert('hi')</script> cannot sign in &amp; no mail",
    ),
    ("html_image", "train", "product", "<img src=x onerror=alert(1)> is the rug this colour?"),
    (
        "formula",
        "train",
        "billing",
        "=cmd|' /C calc'!A0 is what my invoice shows in the total field",
    ),
    (
        "formula",
        "train",
        "refund",
        '=HYPERLINK("https://x.example","my return slip") got no money back',
    ),
    (
        "quoting",
        "train",
        "delivery",
        '"" ,";\'--\\ DROP TABLE message; where\'s my "parcel", order 1\'); please',
    ),
    ("very_long", "train", "account", _pasted_log()),
    ("whitespace_like", "train", "delivery", f"\u00a0\u2003{ZERO_WIDTH_SPACE}\u3164 \u2800\t"),
)
