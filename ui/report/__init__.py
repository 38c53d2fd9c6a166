"""The report of a run: one HTML page that prints."""

from ui.report.report import report

__all__ = ["report"]
