"""The common frame of reports: a self-contained HTML page with embedded figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ui import charts
from ui.charts.figure import Figure

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


@cache
def environment() -> Environment:
    """The Jinja2 environment of the templates, with autoescape."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # here, because the first page should not wait for it

    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def of_every_report(name: str, made_at: datetime) -> dict[str, str]:
    """What ``base.html.jinja`` asks for."""
    return {
        "name": name,
        "style": (FOLDER / "report.css").read_text(encoding="utf-8"),
        "made_at": f"{made_at:%Y-%m-%d %H:%M} {made_at.tzname() or ''}".strip(),
    }


def as_html(figures: Mapping[str, Figure]) -> dict[str, str]:
    """Figures as HTML by their names; the first one brings Plotly along."""
    return {
        name: figure.checked()
        .update_layout(template="plotly_white", font={"family": _FONT, "size": 12, "color": charts.text_color()})
        .to_html(
            full_html=False,
            include_plotlyjs=number == 0,
            default_height=f"{figure.layout['height']}px",
            div_id=name,
            config={"displaylogo": False, "responsive": True},
        )
        for number, (name, figure) in enumerate(figures.items())
    }
