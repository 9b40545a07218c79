"""Run every benchmark: ``python -m benchmarks [NAME …]``."""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec

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
    names = parser.parse_args().names or NAMES
    for name in names:
        if find_spec(f"benchmarks.{name}") is None:
            parser.error(f"there is no benchmark {name!r}")
    for name in names:
        print(f"== {name}")
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
