"""Run every benchmark: ``python -m benchmarks [NAME …]``."""

from __future__ import annotations

import sys
from importlib import import_module

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
    "weak",
    "weak_choice",
    "tui",
)


def main() -> None:
    for name in sys.argv[1:] or NAMES:
        print(f"== {name}")
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
