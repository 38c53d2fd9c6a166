"""Still pictures: arrays in, a ``Figure`` out. This module defines their common look: type, axes, margins and titles.

``ui/palette.py`` defines the meaning of each colour: ``colour("test")``, ``class_colour(0)``; the accent is only for controls.
A title states the claim of a picture and is text above it, so that it wraps on a phone. Text has at least 12 px, in the
presenter's view 22. Numbers are formatted as by ``ui.text.format.number``, on axes too: see ``ui.charts.run_axes``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any

import ensemble.preload  # noqa: F401  isort: skip
import numpy as np
import streamlit as st

from ensemble.datasets.csv_words import shortened, told_apart
from ensemble.probability.scoring import base_rate_loss
from ui.charts.figure import Figure
from ui.charts.theme import with_theme
from ui.palette import role_colour
from ui.session.lecture import record
from ui.widget_keys import presents

GREY = "rgba(128, 128, 128, 0.6)"
FAINT = "rgba(128, 128, 128, 0.18)"
NEUTRAL = "#808080"
TEXT_COLOR = {"light": "#31333F", "dark": "#FAFAFA"}
# The colour of captions: contrast 6.5:1 on the background, against 3.7:1 for the theme's own grey.
QUIET = {"light": "#5F5D5A", "dark": "#B5B3AF"}
MIN_TEXT = 12
PRESENTED = 22 / MIN_TEXT
PRESENTED_REM = 25.5
MAX_PRESENTED_HEIGHT = 600
MAX_PRESENTED_TICKS, MAX_PRESENTED_LETTERS = 4, 19
MAX_PRESENTED_TITLE = 30
SAME_PLACE = 1e-9
PRESENTED_MARKS = 1.5
MAX_LETTERS = 40
CLOSE = 1.3
ROOM_ABOVE = 24
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon", "hexagon", "triangle-down")

_always_light: ContextVar[bool] = ContextVar("always_light", default=False)


@contextmanager
def in_light() -> Iterator[None]:
    """Draw in the light theme during the block, for printing."""
    before = _always_light.set(True)
    try:
        yield
    finally:
        _always_light.reset(before)


def is_printed() -> bool:
    """Whether what is drawn now is printed."""
    return _always_light.get()


def scheme() -> str:
    """ "dark" or "light", as the visitor's browser shows the page."""
    return "dark" if not is_printed() and st.context.theme.type == "dark" else "light"


def text_color() -> str:
    """The colour of text."""
    return TEXT_COLOR[scheme()]


def quiet() -> str:
    """The colour of the axes' words and numbers."""
    return QUIET[scheme()]


def background() -> str:
    """The background colour."""
    return st.get_option(f"theme.{scheme()}.backgroundColor")


def colours() -> list[str]:
    """Colours of the classes, in their order."""
    return st.get_option(f"theme.{scheme()}.chartCategoricalColors")


def class_colour(k: int) -> str:
    """The colour of class number k; colours repeat after the last one."""
    palette = colours()
    return palette[k % len(palette)]


def symbol(k: int) -> str:
    """The marker symbol of class number k; classes that share a colour have different symbols."""
    return SYMBOLS[(k + k // len(SYMBOLS)) % len(SYMBOLS)]


def escape_label(name: str) -> str:
    """Escape and shorten a name from the data for Plotly, which interprets HTML tags and shows texts of any length."""
    return escape(shortened(name, MAX_LETTERS), quote=False).replace("%{", "%&#123;")


def labels(names: Sequence[str], most: int = MAX_LETTERS) -> list[str]:
    """Names for an axis, of so many letters, escaped and made unique: Plotly draws equal names at one position."""
    shown: list[str] = []
    for name in map(escape_label, told_apart(names, most)):
        again, number = name, 1
        while again in shown:
            number += 1
            again = f"{name} ({number})"
        shown.append(again)
    return shown


def colour(role: str) -> str:
    """The colour of a role in ``ui/palette.py``."""
    return role_colour(role, scheme())


def accent() -> str:
    """The colour of controls, also for a mark in a picture that shows the value of a control."""
    return st.get_option(f"theme.{scheme()}.primaryColor")


def with_alpha(colour: str, opacity: float) -> str:
    """A colour ``#rrggbb`` with an opacity."""
    red, green, blue = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def diverging() -> list[list[Any]]:
    """A colour scale from one hue to another, neither of them a class's, with the background in the middle."""
    return [[0, colour("pool")], [0.5, background()], [1, "#4A46B0" if scheme() == "light" else "#8E94F2"]]


def diverging_at(values: np.ndarray) -> np.ndarray:
    """The colours of that scale for values from -1 to 1, as red, green and blue (..., 3) from 0 to 255."""
    low, middle, high = (np.array([int(name[at : at + 2], 16) for at in (1, 3, 5)]) for _, name in diverging())
    ends = np.where(values[..., None] < 0, low, high)
    return middle + np.abs(values)[..., None] * (ends - middle)


def is_bright(colours: np.ndarray) -> np.ndarray:
    """Whether black is easier to read than white on colours (..., red, green and blue from 0 to 255), by WCAG's luminance."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722]) > 0.179


def write_in_cells(
    figure: Figure, words: np.ndarray, across: Sequence[str], up: Sequence[str], cells: Mapping[str, np.ndarray], size: int
) -> None:
    """Write the words of a heat map in its cells: ``cells`` says for each colour which of them have it."""
    for colour, chosen in cells.items():
        rows, columns = np.nonzero(chosen)
        figure.add_scatter(
            x=[across[int(column)] for column in columns],
            y=[up[int(row)] for row in rows],
            mode="text",
            text=words[rows, columns],
            textfont={"color": colour, "size": size},
            hoverinfo="skip",
            showlegend=False,
        )


def band(figure: Figure, x: Any, low: Any, high: Any, name: str, hue: str = NEUTRAL) -> None:
    """A band between two curves."""
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=low, showlegend=False, **hidden)
    figure.add_scatter(x=x, y=high, fill="tonexty", fillcolor=with_alpha(hue, 0.2), name=name, **hidden)


def empty_figure(height: int, x: str = "", y: str = "") -> Figure:
    """A figure with titled axes and nothing on it yet."""
    look = {"automargin": True, "zeroline": False, "gridcolor": FAINT, "gridwidth": 1, "exponentformat": "power"}
    axes = {"xaxis": look | {"title": {"text": x}}, "yaxis": look | {"title": {"text": y}}}
    return Figure(_margins_and_legend(height) | axes)


def two_rows(height: int, above: float = 0.5, between: float = 0.05) -> Figure:
    """A figure of two rows over one horizontal axis.

    ``above`` is the upper row's share of the height, ``between`` the gap's.
    """
    low = (1 - between) * (1 - above)
    axes = {
        "xaxis": {"anchor": "y", "domain": [0, 1], "matches": "x2", "showticklabels": False},
        "yaxis": {"anchor": "x", "domain": [low + between, 1]},
        "xaxis2": {"anchor": "y2", "domain": [0, 1]},
        "yaxis2": {"anchor": "x2", "domain": [0, low]},
    }
    return Figure(_margins_and_legend(height) | axes)


def say(figure: Figure, x: Any, y: Any, text: str, **options: Any) -> None:
    """A label at a point of the picture, in the colour of text by default."""
    figure.add_annotation(
        **{"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": MIN_TEXT, "color": text_color()}, **options}
    )


def references(figure: Figure, levels: Mapping[str, float], across: bool = False, log: bool = False) -> None:
    """Dashed lines at losses that every forecast has to beat, with their names at the end of each line, or in one line above.

    ``levels`` comes from ``loss_references`` or elsewhere. With ``across`` losses are on the horizontal axis; with ``log`` this
    axis is logarithmic, and levels that are close together share a line with both names.
    """
    draw = figure.add_vline if across else figure.add_hline
    names: dict[float, str] = {}
    for name, level in levels.items():
        beside = next((other for other in names if log and 1 / CLOSE < level / other < CLOSE), level)
        names[beside] = f"{names[beside]}, {name}" if beside in names else name
    for level in names:
        draw(level, line={"color": quiet(), "width": 1, "dash": "dash"})
    # On a logarithmic axis Plotly expects the logarithm for an annotation, and the number itself for a line.
    ends = {float(np.log10(level)) if log else level: name for level, name in names.items()}
    font = {"size": MIN_TEXT, "color": quiet()}
    if across and ends:
        low, high = figure.layout["xaxis"]["range"]
        above = {"yref": "paper", "yanchor": "bottom", "xanchor": "right" if max(ends) > (low + high) / 2 else "left"}
        say(figure, max(ends), 1, ", ".join(ends.values()), font=font, **above)
        figure.update_layout(margin_t=max(figure.layout["margin"]["t"], ROOM_ABOVE))
    elif not across:
        for end, name in ends.items():
            say(figure, 1, end, name, xref="paper", xanchor="right", yanchor="bottom", font=font)


def loss_references(y: Any, classes: int) -> dict[str, float]:
    """Mean losses (nats) of forecasting the class frequencies of these rows, and of equal probabilities."""
    base_rate, uniform = base_rate_loss(y, classes), float(np.log(classes))
    if uniform - base_rate < 0.02 * uniform:
        return {f"base rate H(π) ≈ ln {classes}": base_rate}
    return {"base rate H(π)": base_rate, f"uniform ln {classes}": uniform}


def _margins_and_legend(height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        "hoverlabel": {"align": "left"},
    }


def diagonal(figure: Figure, low: float = 0.0, high: float = 1.0, **options: Any) -> None:
    """A dashed line where forecast and frequency agree."""
    look = {"mode": "lines", "line": {"color": GREY, "dash": "dash"}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=[low, high], y=[low, high], **look | options)


def legible(figure: Figure) -> Figure:
    """A copy of a figure with text of at least 12 px; in the presenter's view with larger text, and more height."""
    scale, made = PRESENTED if presents() else 1.0, figure.copy()
    layout = made.layout
    written: dict[str, Any] = {"hoverlabel": {"font": {"size": 14 * scale}}}
    if scale != 1:
        sides = "trlb" if "ternary" in layout else "tr"
        written["margin"] = {side: round(layout.get("margin", {}).get(side, 0) * scale) for side in sides}
        if height := layout.get("height"):
            written["height"] = max(height, min(round(height * scale), MAX_PRESENTED_HEIGHT))

    def sized(owner: Mapping[str, Any], name: str, usual: float = MIN_TEXT, **color: str) -> dict[str, Any]:
        font = owner.get(name, {})
        return {name: {**color, **font, "size": max(MIN_TEXT, font.get("size", usual)) * scale}}

    written |= sized(layout, "font")
    written["legend"] = sized(layout.get("legend", {}), "font")
    for axis in (name for name in layout if name.startswith(("xaxis", "yaxis"))):
        present = layout[axis]
        title = sized(present.get("title", {}), "font", 13, color=quiet())
        written[axis] = sized(present, "tickfont", color=quiet()) | {"title": title}
        if scale != 1 and axis.startswith("xaxis"):
            if text := present.get("title", {}).get("text", ""):
                title["text"] = text.replace(", ", ",<br>", 1) if len(text) > MAX_PRESENTED_TITLE else text
            if present.get("type") != "category":
                written[axis] |= _room_for_large_numbers(present)
    if ternary := layout.get("ternary"):
        axes = ("aaxis", "baxis", "caxis")
        titles = {name: sized(ternary.get(name, {}).get("title", {}), "font", 13, color=quiet()) for name in axes}
        written["ternary"] = {name: {"title": title} for name, title in titles.items()}
    made.update_layout(**written)
    for font in made.fonts():
        if size := font.get("size"):
            font["size"] = max(MIN_TEXT, size) * scale
    if scale != 1:
        made.enlarge_marks(PRESENTED_MARKS)
    return made


def _room_for_large_numbers(axis: Mapping[str, Any]) -> dict[str, Any]:
    """So few numbers below a picture that large ones stand side by side: Plotly turns those that do not."""
    values, words = axis.get("tickvals"), axis.get("ticktext")
    if values is None or words is None:
        return {"tickangle": 0}
    low, high = axis.get("range", (-np.inf, np.inf))
    places = np.log10(values) if axis.get("type") == "log" else np.asarray(values)
    in_sight = (places >= low - SAME_PLACE) & (places <= high + SAME_PLACE)
    values, words = np.asarray(values)[in_sight].tolist(), np.asarray(words)[in_sight].tolist()
    if sum(map(len, words)) <= MAX_PRESENTED_LETTERS:
        return {"tickangle": 0}
    kept = slice(None, None, -(-len(values) // MAX_PRESENTED_TICKS))
    return {"tickangle": 0, "tickvals": values[kept], "ticktext": words[kept]}


def show(figure: Figure, key: str, alt: str, title: str = "", on_select: Callable[[], None] | None = None) -> None:
    """Put a still picture on the page.

    Parameters
    ----------
    figure : Figure
    key, alt : str
        The element's key, and a description for screen readers.
    title : str, optional
        The claim of the picture, in Markdown; names from the data have to be made ``plain``.
    on_select : callable, optional
        Called after a click on a mark: the selection is in the session state under ``key``.
    """
    record.keep(figure, key, title, alt, scheme() == "dark")
    drawn = legible(figure)
    if on_select:  # Streamlit would set it, and draw the figure again, once it has been drawn
        drawn.update_layout(clickmode="event+select")
    with st.container(gap="xsmall"):
        if title:
            st.markdown(f"**{title}**" if presents() else f":small[**{title}**]")
        st.plotly_chart(
            with_theme(drawn.to_dict(), scheme(), PRESENTED_REM if presents() else 16),
            theme=None,
            key=key,
            alt=alt,
            on_select=on_select or "ignore",
            selection_mode="points",
            config={"displayModeBar": False},
        )
