"""Run every benchmark: ``python -m benchmarks [--write] [NAME …]``, or ``--stale``."""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec

from benchmarks.pages import PAGE, run_and_write
from benchmarks.sources import changed_since

NAMES = (
    "startup",
    "label_model",
    "store",
    "stages",
    "duplicates",
    "shift",
    "lf_apply",
    "confident",
    "label_ranking",
    "noise_structure",
    "active_speed",
    "active_loop",
    "weak",
    "weak_choice",
    "tui",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run benchmarks.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all by default: {', '.join(NAMES)}"
    )
    parser.add_argument(
        "--write", action="store_true", help="Put what is printed into docs/benchmarks.md."
    )
    parser.add_argument(
        "--stale", action="store_true", help="Name the tables there of code that has changed since."
    )
    given, options = parser.parse_known_args()
    if given.stale:
        for name, (commit, changed) in changed_since(PAGE.read_text()).items():
            shown = f"changed: {' '.join(changed)}" if changed else "unchanged"
            print(f"{name:16} {commit}  {shown}")
        return
    if options and not (given.write and len(given.names) == 1):
        parser.error(f"{options[0]} is an option of one benchmark: python -m benchmarks.NAME")
    names = given.names or NAMES
    for name in names:
        if find_spec(f"benchmarks.{name}") is None:
            parser.error(f"there is no benchmark {name!r}")
    for name in names:
        print(f"== {name}")
        if given.write:
            run_and_write(name, options)
            continue
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
