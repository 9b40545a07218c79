"""Write the list of all keys: ``python docs/keys.py`` writes ``docs/keys.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workbench.tui.actions import Action, display_key
from workbench.tui.app_actions import APP_ACTIONS
from workbench.tui.commands import COMMANDS
from workbench.tui.views import VIEWS

PATH = Path(__file__).parent / "keys.md"

HEAD = """\
# The keys of `workbench tui`

Made by `python docs/keys.py` from the registry that feeds the program itself; do not edit it.

Every key is yours to change. In `workbench.toml`:

```toml
[keys]
annotate.accept = "y"              # one key
annotate.label = ["z", "w", "e"]   # the keys of the first, second, third class
app.undo = ["u", "ctrl+z"]         # "app" holds in every view
```

A key is a character (`"y"`, `"."`), or a name: `space`, `enter`, `tab`, `backspace`, `f5`,
`ctrl+s`. Two actions of a view cannot share one. A key that cannot do anything now is dim in the
last line; press it, and the program says why.
"""

TAIL = """\
## The command line

`:` takes the name of any action of the view and of the list above, and these commands of the
workbench with their options. They run in a process of their own; `esc` cancels.

"""


def keys_page() -> str:
    """Return the page."""
    parts = [HEAD, *_section("Everywhere", "app", APP_ACTIONS)]
    for spec in VIEWS:
        parts += _section(f"{spec.title} (`g {spec.key}`)", spec.name, spec.load().ACTIONS)
    parts.append(TAIL)
    parts += [f"- `:{name}`: {text}\n" for name, text in COMMANDS.items()]
    return "".join(parts)


def _section(title: str, scope: str, actions: Sequence[Action]) -> Iterator[str]:
    yield f"\n## {title}\n\n| key | does | name |\n| --- | --- | --- |\n"
    for action in actions:
        keys = action.shown_keys or ", ".join(display_key(key) for key in action.keys)
        shown = " ".join(f"`{key}`" for key in keys.split(", ")) if keys else ""
        shown = shown.replace("|", "\\|")
        yield f"| {shown} | {action.description} | `{scope}.{action.name}` |\n"


if __name__ == "__main__":
    PATH.write_text(keys_page(), encoding="utf-8")
