"""What several benchmarks share: where the data is, memory of a process, intervals of means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
DATASETS = REPOSITORY.parent / "shared" / "datasets"
"""The public data sets, beside the checkout."""


def mebibytes(key: str, pid: int | str = "self") -> float:
    """Return a size of a process: VmRSS now, VmHWM at its peak since the last reset."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:")) / 1024


def reset_peak() -> None:
    """Let the peak memory of this process (VmHWM) start anew."""
    Path("/proc/self/clear_refs").write_text("5")


def half_width(values: Sequence[float]) -> float:
    """Return half of the 95 % t-interval of a mean; 0 for a single value."""
    from scipy.stats import t

    n = len(values)
    if n < 2:
        return 0.0
    return float(t.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
