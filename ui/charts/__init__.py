"""Still pictures: arrays in, plotly Figure out. Colours and axes are decided here, once.

A class has the same colour on every page, from the theme; probabilities stand on an axis from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any

import ensemble.preload  # noqa: F401  isort: skip
import plotly.graph_objects as go
import streamlit as st

from ui.widget_keys import presents

GREY = "rgba(128, 128, 128, 0.6)"
FAINT = "rgba(128, 128, 128, 0.18)"
NEUTRAL = "#808080"
TEXT_COLOR = {"light": "#31333F", "dark": "#FAFAFA"}
# As captions: 6.5:1 on the background, where the theme's own grey is 3.7:1.
QUIET = {"light": "#5F5D5A", "dark": "#B5B3AF"}
MIN_TEXT = 12
PRESENTED = 1.75
MAX_LETTERS = 40
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon", "hexagon", "triangle-down")

_always_light: ContextVar[bool] = ContextVar("always_light", default=False)


@contextmanager
def in_light() -> Iterator[None]:
    """Draw in the light theme meanwhile, whatever the page is: for what is printed."""
    before = _always_light.set(True)
    try:
        yield
    finally:
        _always_light.reset(before)


def scheme() -> str:
    """ "dark" or "light", as the visitor's browser shows the page."""
    return "dark" if not _always_light.get() and st.context.theme.type == "dark" else "light"


def text_color() -> str:
    """The colour of words."""
    return TEXT_COLOR[scheme()]


def quiet() -> str:
    """The colour of the axes' words and numbers."""
    return QUIET[scheme()]


def background() -> str:
    """The colour behind everything."""
    return st.get_option(f"theme.{scheme()}.backgroundColor")


def colours() -> list[str]:
    """Colours of the classes, in their order."""
    return st.get_option(f"theme.{scheme()}.chartCategoricalColors")


def class_colour(k: int) -> str:
    """Colour of class number k; after the last colour they begin again."""
    palette = colours()
    return palette[k % len(palette)]


def symbol(k: int) -> str:
    """Sign number k; in each further round the signs are others than those of the same colour before."""
    return SYMBOLS[(k + k // len(SYMBOLS)) % len(SYMBOLS)]


def escape_label(name: str) -> str:
    """A name from the data as Plotly has to be given it: it would take tags in it for its own, and shows any length."""
    short = name if len(name) <= MAX_LETTERS else name[: MAX_LETTERS - 1] + "…"
    return escape(short, quote=False).replace("%{", "%&#123;")


def labels(names: Sequence[str]) -> list[str]:
    """Names for an axis, escaped and made unique: Plotly draws equal names at one position."""
    shown: list[str] = []
    for name in map(escape_label, names):
        again, number = name, 1
        while again in shown:
            number += 1
            again = f"{name} ({number})"
        shown.append(again)
    return shown


def accent() -> str:
    """The colour of what is not a class."""
    return st.get_option(f"theme.{scheme()}.primaryColor")


def with_alpha(colour: str, opacity: float) -> str:
    """A colour ``#rrggbb`` that lets so much through."""
    red, green, blue = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def diverging() -> list[list[Any]]:
    """A colour scale from one class-neutral hue to another, with the background in the middle."""
    return [[0, "#B35806" if scheme() == "light" else "#E08214"], [0.5, background()], [1, accent()]]


def band(figure: go.Figure, x: Any, low: Any, high: Any, name: str, colour: str | None = None) -> None:
    """A band between two curves."""
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=low, showlegend=False, **hidden)
    figure.add_scatter(x=x, y=high, fill="tonexty", fillcolor=with_alpha(colour or accent(), 0.2), name=name, **hidden)


def empty_figure(height: int, x: str = "", y: str = "") -> go.Figure:
    """A figure with titled axes and nothing on it yet."""
    figure = go.Figure()
    settle(figure, height)
    figure.update_xaxes(title_text=x, automargin=True, zeroline=False)
    figure.update_yaxes(title_text=y, automargin=True, zeroline=False)
    return figure


def settle(figure: go.Figure, height: int) -> None:
    """Margins and legend as on every figure."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        hoverlabel={"align": "left"},
    )


def diagonal(figure: go.Figure, low: float = 0.0, high: float = 1.0) -> None:
    """A dashed line where forecast and frequency agree."""
    figure.add_scatter(
        x=[low, high], y=[low, high], mode="lines", line={"color": GREY, "dash": "dash"}, hoverinfo="skip", showlegend=False
    )


def legible(figure: go.Figure) -> go.Figure:
    """The figure with text of at least 12 px, and in the presenter's view all of it, and its height, 1.75 times as large."""
    scale = PRESENTED if presents() else 1.0

    def size(font: Any, usual: float = MIN_TEXT) -> float:
        return max(MIN_TEXT, font.size or usual) * scale

    if scale != 1:
        # A figure may be kept and shown again.
        figure = go.Figure(figure)
        figure.layout.height = round(figure.layout.height * scale) if figure.layout.height else None
    layout = figure.layout
    layout.update(font_size=size(layout.font), legend_font_size=size(layout.legend.font), hoverlabel_font_size=14 * scale)
    for axes in (figure.for_each_xaxis, figure.for_each_yaxis):
        axes(lambda axis: axis.update(tickfont={"size": size(axis.tickfont), "color": axis.tickfont.color or quiet()}))
        axes(lambda axis: axis.title.font.update(size=size(axis.title.font, 13), color=axis.title.font.color or quiet()))
    # Read as plain values: each font of a Plotly figure takes a millisecond, and a kept figure mostly is as it should be.
    written = [annotation.get("font", {}).get("size") for annotation in layout.to_plotly_json().get("annotations", ())]
    for annotation, present in zip(layout.annotations, written, strict=True):
        if present and present != (legible_size := max(MIN_TEXT, present) * scale):
            annotation.font.size = legible_size
    for trace in figure.data:
        if "textfont" in trace and trace.textfont.size:
            trace.textfont.size = size(trace.textfont)
    return figure


def show(figure: go.Figure, key: str, alt: str) -> None:
    """Put a still picture on the page."""
    st.plotly_chart(legible(figure), key=key, alt=alt, config={"displayModeBar": False})
