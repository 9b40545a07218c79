"""The HTML page of a diagnosis: one file, nothing fetched."""

from __future__ import annotations

from workbench.report.page import render_report, write_report

__all__ = ["render_report", "write_report"]
