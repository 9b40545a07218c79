"""The HTML page of a diagnosis: one file, nothing fetched."""

from __future__ import annotations

from workbench.report.page import check_report_path, render_report, write_report

__all__ = ["check_report_path", "render_report", "write_report"]
