"""What the app replaces in Plotly; its tests fail if a new version of Plotly no longer has it."""

from __future__ import annotations

from functools import wraps
from typing import Any


def send_figures_unchecked() -> None:
    """Send a chart that is given as a dictionary as it is: Streamlit would make a Plotly figure of it in each run."""
    from plotly import tools  # imported here, so that the first page does not wait for it

    check = tools.return_figure_from_figure_or_data
    if hasattr(check, "__wrapped__"):
        return

    @wraps(check)
    def take(figure: Any, validate_figure: bool) -> Any:
        return figure if isinstance(figure, dict) else check(figure, validate_figure)

    tools.return_figure_from_figure_or_data = take
