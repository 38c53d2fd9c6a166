"""What members say apart: the probability triangle, the split of the entropy, and what linear members collapse to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui import charts

MAX_FEATURES = 20
WAY = (0, 0.25, 0.5, 0.75, 1)


def triangle(
    member_proba: np.ndarray, y: np.ndarray, class_names: Sequence[str], chosen: int, row_name: str = "row"
) -> go.Figure:
    """A dot per member and row in the triangle of three classes, coloured by true class; the chosen row stands out.

    ``member_proba`` has the shape (members, n, 3); ``class_names`` come from ``charts.labels``.
    """
    figure = charts.empty_figure(460)
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
            6,
            0.6,
        )
    own, own_colour = f"{row_name.capitalize()} {chosen + 1}", charts.class_colour(int(y[chosen]))
    _dots(figure, member_proba[:, chosen], [chosen + 1] * members, own, row_name, own_colour, 11, 1, charts.text_color())
    corner = {"ticks": "", "showticklabels": False, "gridcolor": charts.FAINT, "linecolor": charts.FAINT}
    axes = {axis: corner | {"title": {"text": name}} for axis, name in zip("abc", _beside(class_names), strict=True)}
    for axis in axes.values():
        axis["title"]["font"] = {"size": 13}
    figure.update_layout(
        ternary={"sum": 1, "bgcolor": "rgba(0,0,0,0)", "aaxis": axes["a"], "baxis": axes["b"], "caxis": axes["c"]},
        margin={"l": 40, "r": 40, "t": 50, "b": 60},
        legend={"y": -0.16, "yanchor": "top"},
    )
    return figure


def entropy_split(table: pd.DataFrame, chosen: int, classes: int, row_name: str) -> go.Figure:
    """Rows sorted by total entropy, each a bar of its two parts, with a frame on the chosen one.

    ``table`` is ``ensemble.runs.test_rows.disagreement_table``'s.
    """
    figure = charts.empty_figure(260, x=f"test {row_name}s, least certain first", y="entropy (nats)")
    numbers = table[row_name.capitalize()]
    outline = [2 if row == chosen + 1 else 0 for row in numbers]
    for name, column, colour in (
        ("expected entropy of a member", "Expected", charts.GREY),
        ("mutual information", "Mutual information", charts.accent()),
    ):
        figure.add_bar(
            x=numbers.astype(str),
            y=table[column],
            name=name,
            marker={"color": colour, "line": {"width": outline, "color": charts.text_color()}},
            hovertemplate=f"{row_name} %{{x}}: {name} %{{y:.4f}} nats<extra></extra>",
        )
    figure.add_hline(y=np.log(classes), line={"color": charts.GREY, "dash": "dash"}, annotation_text=f"ln {classes}")
    figure.update_layout(barmode="stack", bargap=0.15)
    figure.update_xaxes(type="category", showticklabels=False)
    figure.update_yaxes(range=[0, np.log(classes) * 1.1])
    return figure


def largest(*matrices: np.ndarray) -> np.ndarray:
    """Numbers of the features, at most 20, whose coefficients (features, classes) are largest; in their own order."""
    size = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
    return np.sort(np.argsort(-size, kind="stable")[:MAX_FEATURES])


def reach(matrix: np.ndarray) -> float:
    """The largest size of a coefficient, where the colours of ``coefficients`` end; 1 if all are 0."""
    return float(np.abs(matrix).max()) or 1.0


def coefficients(matrix: np.ndarray, feature_names: Sequence[str], class_names: Sequence[str]) -> go.Figure:
    """Coefficients (features, classes) as a heat map with its numbers; the background's colour is 0."""
    figure = charts.empty_figure(26 * len(feature_names) + 100)
    figure.update_layout(margin_t=48)
    end = reach(matrix)
    figure.add_heatmap(
        z=matrix,
        x=charts.labels(class_names),
        y=charts.labels(feature_names),
        zmin=-end,
        zmax=end,
        colorscale=charts.diverging(),
        text=np.vectorize(_signed)(matrix),
        texttemplate="%{text}",
        colorbar={
            "orientation": "h",
            "y": 1.01,
            "yanchor": "bottom",
            "thickness": 8,
            "outlinewidth": 0,
            "ticklabelposition": "outside top",
            "tickvals": [-end, 0, end],
            "ticktext": [_signed(-end), "0", _signed(end)],
        },
        hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def ways_between(scores: np.ndarray, class_names: Sequence[str]) -> go.Figure:
    """Scores (steps, classes) on the way from one row to another, with the straight line between their ends, dashed."""
    figure = charts.empty_figure(300, x="share of the way", y="score z")
    way = np.linspace(0, 1, len(scores))
    for k, name in enumerate(charts.labels(class_names)):
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
    figure.update_xaxes(range=[0, 1], tickvals=WAY, ticktext=[f"{way:.0%}".replace("%", " %") for way in WAY])
    figure.update_layout(margin_r=24)
    return figure


def with_own_size(figure: go.Figure, table: pd.DataFrame, members: int) -> go.Figure:
    """The curve of ``charts.scores.nll_by_size`` with a mark at the size of the visitor's own ensemble."""
    own = table[table["members"] == members]
    figure.add_scatter(
        x=own["members"],
        y=own["mean"],
        mode="markers+text",
        name=f"your ensemble: {members}",
        text=f"your ensemble: {members}",
        textposition="top right",
        textfont={"size": 13, "color": charts.text_color()},
        marker={
            "color": charts.text_color(),
            "size": 11,
            "symbol": "diamond",
            "line": {"color": charts.background(), "width": 1},
        },
        showlegend=False,
        cliponaxis=False,
        hoverinfo="skip",
    )
    others = table["members"][table["members"] != members]
    figure.update_xaxes(tickvals=others, ticktext=others)
    return figure


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _dots(
    figure: go.Figure,
    proba: np.ndarray,
    rows: Sequence[int],
    name: str,
    row_name: str,
    colour: str,
    size: int,
    opacity: float,
    outline: str = "rgba(0,0,0,0)",
) -> None:
    figure.add_scatterternary(
        a=proba[:, 2],
        b=proba[:, 0],
        c=proba[:, 1],
        mode="markers",
        name=name,
        cliponaxis=False,
        customdata=rows,
        marker={"color": colour, "size": size, "opacity": opacity, "line": {"color": outline, "width": 1.5}},
        hovertemplate=f"{row_name} %{{customdata}}<br>%{{b:.3f}} · %{{c:.3f}} · %{{a:.3f}}<extra></extra>",
    )


def _beside(class_names: Sequence[str]) -> list[str]:
    """The third class stands at the top, the first at the left, the second at the right, as on every page.

    An empty line keeps each name clear of the dots in its corner.
    """
    return [f"{class_names[2]}<br> ", f" <br>{class_names[0]}", f" <br>{class_names[1]}"]
