"""The look of Streamlit's theme, written into a figure before it is sent.

Streamlit would put it into the figure's template, in the browser, and Plotly takes two templates of equal content for different
ones: it drew each new figure twice. Without a template, and with a ``datarevision`` that stays, it draws it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from ui.charts.margins import margins

FONT = '"Source Sans", sans-serif'
GREYS = {"light": ("#e6eaf1", "#808495", "#262730"), "dark": ("#31333F", "#e6eaf1", "#fafafa")}
"""Streamlit's greys of lines, of words, and of the words of legends."""
BORDER = {"light": "rgba(47, 45, 43, 0.2)", "dark": "rgba(237, 235, 232, 0.2)"}
AXES = ("xaxis", "yaxis", "ternary")


def with_theme(drawn: Mapping[str, Any], scheme: str, rem: float = 16) -> dict[str, Any]:
    """A figure of which each property that the theme has and the figure has not is the theme's.

    Parameters
    ----------
    drawn : mapping
        The traces under ``data``, and the ``layout``.
    scheme : {"light", "dark"}
    rem : float
        Pixels of the page's unit of length.
    """
    look, theme = drawn["layout"], _theme(scheme, rem)
    layout = _over({name: value for name, value in theme.items() if name not in AXES}, look)
    has_ticks = any(one["type"] == "heatmap" for one in drawn["data"])
    for name in look:
        if kind := next((axis for axis in AXES if name.startswith(axis)), ""):
            layout[name] = _over(theme[kind], look[name])
            if has_ticks and kind != "ternary":  # the colour of ticks would make Plotly draw some
                layout[name].setdefault("tickcolor", GREYS[scheme][0])
    data = [_over({"marker": {"line": {"width": 0}}}, one) if one["type"] == "scatter" else one for one in drawn["data"]]
    layout["margin"] = {**layout["margin"], **margins(data, layout)}
    return {"data": data, "layout": layout | {"datarevision": 0}}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The values of both, of ``above`` where both have one."""
    both = {**below, **above}
    for name, value in below.items():
        if isinstance(value, Mapping) and isinstance(above.get(name), Mapping):
            both[name] = _over(value, above[name])
    return both


@cache
def _theme(scheme: str, rem: float) -> dict[str, Any]:
    background = st.get_option(f"theme.{scheme}.backgroundColor")
    lines, words, legend = GREYS[scheme]
    small, medium = {"color": words, "size": 0.75 * rem}, {"color": words, "size": 0.875 * rem}
    axis = {"tickfont": small, "automargin": True, "zerolinecolor": lines, "gridcolor": lines}
    corner = {"gridcolor": words, "linecolor": words, "tickfont": {"family": FONT, "size": 0.75 * rem}}
    return {
        "colorway": st.get_option(f"theme.{scheme}.chartCategoricalColors"),
        "font": {**small, "family": FONT, "weight": 400},
        "legend": {
            "valign": "top",
            "bordercolor": "rgba(0, 0, 0, 0)",
            "borderwidth": 0,
            "font": {"size": 0.75 * rem, "color": legend},
        },
        "paper_bgcolor": background,
        "plot_bgcolor": background,
        "margin": {"pad": 0.5 * rem, "r": 0, "l": 0},
        "hoverlabel": {"bgcolor": background, "bordercolor": BORDER[scheme], "font": {**small, "family": FONT}},
        "xaxis": {"showgrid": False, "zeroline": False, "title": {"font": medium, "standoff": 1.25 * rem}, **axis},
        "yaxis": {"ticklabelposition": "outside", "title": {"font": medium, "standoff": 1.5 * rem}, **axis},
        "ternary": {"bgcolor": background, **dict.fromkeys(("aaxis", "baxis", "caxis"), corner)},
    }
