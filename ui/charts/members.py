"""Pictures of members: the probability triangle, the split of the entropy, and the collapse of linear members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import linear
from ui.text.format import fixed, percent

MAX_FEATURES = 20
MIN_ENTROPY = 0.01
MIN_BARS = 10
WAY = (0, 0.25, 0.5, 0.75, 1)
MAX_NAMED = 6


def triangle(member_proba: np.ndarray, y: np.ndarray, class_names: Sequence[str], chosen: int, row_name: str = "row") -> Figure:
    """A dot per member and row in the triangle of three classes, coloured by true class; the chosen row stands out.

    ``member_proba`` has the shape (members, n, 3); ``class_names`` come from ``charts.labels``.
    """
    figure = charts.empty_figure(420)
    members, n, _ = member_proba.shape
    for k, name in enumerate(class_names):
        rows = np.flatnonzero((y == k) & (np.arange(n) != chosen))
        _dots(
            figure,
            member_proba[:, rows].reshape(-1, 3),
            np.tile(rows + 1, members),
            name,
            row_name,
            charts.class_colour(k),
            7,
            0.7,
            # Without an edge, hundreds of dots in one corner add up to a square.
            charts.background(),
        )
    own, own_colour = f"{row_name.capitalize()} {chosen + 1}", charts.class_colour(int(y[chosen]))
    _dots(figure, member_proba[:, chosen], [chosen + 1] * members, own, row_name, own_colour, 11, 1, charts.text_color())
    corner = {"ticks": "", "showticklabels": False, "gridcolor": charts.FAINT, "linecolor": charts.FAINT}
    axes: dict[str, dict[str, Any]] = {
        axis: corner | {"title": {"text": name}} for axis, name in zip("abc", _beside(class_names), strict=True)
    }
    for axis in axes.values():
        axis["title"]["font"] = {"size": 13}
    figure.update_layout(
        ternary={"sum": 1, "bgcolor": "rgba(0,0,0,0)", "aaxis": axes["a"], "baxis": axes["b"], "caxis": axes["c"]},
        margin={"l": 40, "r": 40, "t": 36, "b": 60},
        legend={"y": -0.16, "yanchor": "top"},
    )
    return figure


def entropy_split(table: pd.DataFrame, chosen: int, classes: int, row_name: str) -> Figure:
    """Rows sorted by total entropy, each a bar of its two parts, with a frame on the chosen one.

    Sure rows at the end, below 1 % of the largest possible entropy, are left out, but not the chosen one or the first ten.
    ``table`` is ``ensemble.disagreement.table.disagreement_table``'s.
    """
    most = float(np.log(classes))
    shown = worth_a_bar(table, chosen, classes, row_name)
    numbers = shown[row_name.capitalize()]
    figure = charts.empty_figure(300, x=f"test {row_name}, least certain first", y="entropy (nats)")
    outline = [2 if row == chosen + 1 else 0 for row in numbers]
    for name, column, colour in (
        ("each by itself: expected entropy", "Expected", charts.colour("entropy")),
        ("disagreement: mutual information", "Mutual information", charts.colour("disagreement")),
    ):
        figure.add_bar(
            x=numbers.astype(str),
            y=shown[column],
            name=name,
            customdata=numbers,
            marker={"color": colour, "line": {"width": outline, "color": charts.text_color()}},
            # Else a click would make the other bars pale.
            unselected_marker_opacity=1,
            hovertemplate=f"{row_name} %{{x}}: {name} %{{y:.4f}} nats<extra></extra>",
        )
    figure.add_hline(
        y=most,
        line={"color": charts.quiet(), "dash": "dash", "width": 1},
    )
    note = {"xref": "x domain", "xanchor": "right", "yanchor": "bottom", "font": {"size": 12, "color": charts.quiet()}}
    charts.say(figure, 1, most, f"largest possible: ln {classes}", **note)
    figure.update_layout(barmode="stack", bargap=0.15)
    figure.update_xaxes(type="category", showgrid=False, tickangle=0)
    linear(figure.update_yaxes, 0.0, most * 1.14, 5)
    return figure


def worth_a_bar(table: pd.DataFrame, chosen: int, classes: int, row_name: str) -> pd.DataFrame:
    """The rows of the table that ``entropy_split`` draws."""
    large = (table["Total"] >= MIN_ENTROPY * np.log(classes)) | (np.arange(len(table)) < MIN_BARS)
    shown: pd.DataFrame = table[large | (table[row_name.capitalize()] == chosen + 1)]
    return shown


def largest(*matrices: np.ndarray) -> np.ndarray:
    """Numbers of the features, at most 20, whose coefficients (features, classes) are largest; in their own order."""
    size = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
    return np.sort(np.argsort(-size, kind="stable")[:MAX_FEATURES])


def reach(matrix: np.ndarray) -> float:
    """The largest size of a coefficient, where the colours of ``coefficients`` end; 1 if all are 0."""
    return float(np.abs(matrix).max()) or 1.0


def coefficients(matrix: np.ndarray, feature_names: Sequence[str], class_names: Sequence[str], unit: str = "") -> Figure:
    """Coefficients (features, classes) as a heat map with its numbers; the background's colour is 0."""
    figure = charts.empty_figure(max(160, 24 * len(feature_names) + 100))
    figure.update_layout(margin_t=36)
    end = reach(matrix)
    words = np.vectorize(fixed)(matrix, 2)
    across, down = charts.labels(class_names), charts.labels(feature_names)
    figure.add_heatmap(
        z=matrix,
        x=across,
        y=down,
        zmin=-end,
        zmax=end,
        colorscale=charts.diverging(),
        text=words,
        colorbar={
            "orientation": "h",
            "y": 1.01,
            "yanchor": "bottom",
            "ypad": 0,
            "tickfont": {"color": charts.quiet()},
            "title": {"text": unit, "side": "top", "font": {"color": charts.quiet()}},
            "thickness": 8,
            "outlinewidth": 0,
            "ticklabelposition": "outside top",
            "tickvals": [-end, 0, end],
            "ticktext": [fixed(-end, 2), "0", fixed(end, 2)],
        },
        hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
    )
    is_bright = charts.is_bright(charts.diverging_at(matrix / end))
    charts.write_in_cells(figure, words, across, down, {"#000000": is_bright, "#FFFFFF": ~is_bright}, charts.MIN_TEXT)
    figure.update_xaxes(type="category")
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def ways_between(scores: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Scores (steps, classes) on the way from one row to another, named at their ends, beside dotted straight lines."""
    figure = charts.empty_figure(300, x="share of the way", y="score z")
    way = np.linspace(0, 1, len(scores))
    names = charts.labels(class_names)
    for k, name in enumerate(names):
        colour = charts.class_colour(k)
        ends = scores[[0, -1], k]
        figure.add_scatter(
            x=[0, 1],
            y=ends,
            mode="lines",
            line={"color": colour, "dash": "dot", "width": 1},
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(x=way, y=scores[:, k], mode="lines", name=name, line={"color": colour, "width": 2})
    few = len(names) <= MAX_NAMED
    if few:
        for k, height in enumerate(_apart(scores[-1], 0.07 * float(np.ptp(scores)))):
            charts.say(
                figure, 1, height, names[k], xanchor="left", xshift=6, font={"size": 12, "color": charts.class_colour(k)}
            )
    figure.update_xaxes(range=[0, 1], tickvals=WAY, ticktext=[percent(part) for part in WAY])
    longest = max(len(name) for name in names)
    figure.update_layout(margin_r=7 * min(longest, 16) + 16 if few else 24, showlegend=not few)
    return figure


def with_own_size(figure: Figure, table: pd.DataFrame, members: int) -> Figure:
    """The curve of ``charts.scores.nll_by_size`` with a line at the size of the visitor's own ensemble."""
    own = table[table["members"] == members]
    ensemble = charts.colour("ensemble")
    figure.add_vline(x=members, line={"color": ensemble, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=own["members"],
        y=own["mean"],
        mode="markers+text",
        name=f"your ensemble: {members}",
        text=f"your ensemble: {members}",
        textposition="top right" if members < 12 else "top left",
        textfont={"size": 13, "color": ensemble},
        marker={"color": ensemble, "size": 11, "symbol": "diamond", "line": {"color": charts.background(), "width": 1}},
        showlegend=False,
        cliponaxis=False,
        hoverinfo="skip",
    )
    others = table["members"][table["members"] != members].tolist()
    figure.update_xaxes(tickvals=others, ticktext=list(map(str, others)))
    return figure


def _apart(heights: np.ndarray, room: float) -> np.ndarray:
    """The heights, moved up until each has room above the one below it."""
    moved, below = np.array(heights, float), -np.inf
    for index in np.argsort(heights, kind="stable"):
        below = moved[index] = max(moved[index], below + room)
    return moved


def _dots(
    figure: Figure,
    proba: np.ndarray,
    rows: Sequence[int] | np.ndarray,
    name: str,
    row_name: str,
    colour: str,
    size: int,
    opacity: float,
    outline: str,
) -> None:
    figure.add_scatterternary(
        a=proba[:, 2],
        b=proba[:, 0],
        c=proba[:, 1],
        mode="markers",
        name=name,
        cliponaxis=False,
        customdata=rows,
        marker={"color": colour, "size": size, "opacity": opacity, "line": {"color": outline, "width": 1}},
        hovertemplate=f"{row_name} %{{customdata}}<br>%{{b:.3f}} · %{{c:.3f}} · %{{a:.3f}}<extra></extra>",
    )


def _beside(class_names: Sequence[str]) -> list[str]:
    """The third class stands at the top, the first at the left, the second at the right, as on every page.

    An empty line keeps each name clear of the dots in its corner.
    """
    return [f"{class_names[2]}<br> ", f" <br>{class_names[0]}", f" <br>{class_names[1]}"]
