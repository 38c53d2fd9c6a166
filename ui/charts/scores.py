"""Scores of several forecasts side by side: single members as dots, ensembles with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear
from ui.text.format import number

TITLES = {
    "nll": "test loss (nats), lower is better",
    "brier": "Brier score (0 to 2), lower is better",
    "accuracy": "accuracy, higher is better",
}
LINE, FRAME = 60, 106
ROOM_BESIDE_THE_END = 0.68
REACH = 1.25
"""How far the axis of a loss goes beyond what is to be seen on it; members that are worse stand at its end."""


def scoreboard(
    table: pd.DataFrame,
    score: str,
    members: Mapping[str, np.ndarray],
    colours: Sequence[str] = (),
    levels: Mapping[str, float] | None = None,
    role: str = "ensemble",
) -> Figure:
    """One line per forecast: its score with the 95 % interval, and behind it the scores of single members, if it has any.

    The axis of a loss ends beyond the reference levels, or without any beyond all intervals. Members beyond its end stand there
    as triangles, and so do forecasts with an infinite loss; an interval that goes on has its upper end written there.

    Parameters
    ----------
    table : DataFrame
        ``ensemble.probability.scoreboard.scoreboard``'s.
    score : str
        "nll" (nats), "brier" (0..2) or "accuracy" (0..1).
    members : mapping of str to ndarray
        Scores by the name of a forecast or of another line.
    colours : sequence of str
        Those of the forecasts, if each has its own; else they have that of the ``role``.
    levels : mapping of str to float, optional
        Losses that are drawn as dashed lines.
    """
    lines = list(dict.fromkeys([*table["name"], *members]))
    figure = charts.empty_figure(LINE * len(lines) + FRAME, x=TITLES[score])
    low, high = _range(table, score, members, levels or {})
    for index, name in enumerate(lines):
        _dots(figure, members.get(name, np.zeros(0)), index, high)
    for index, (value, top) in enumerate(zip(table[score], table[f"{score}_high"], strict=True)):
        if top > high:
            label = {"xanchor": "right", "yanchor": "top", "bgcolor": charts.background(), "font": _quiet()}
            charts.say(figure, high, index + 0.12, f"to {number(top)} →" if np.isfinite(value) else "∞ →", **label)
    for rows, colour in _by_colour(table, colours, charts.colour(role)):
        drawn = rows[[score, f"{score}_low", f"{score}_high"]].replace(np.inf, high)
        figure.add_scatter(
            x=drawn[score],
            y=rows.index,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": drawn[f"{score}_high"].clip(upper=max(high, 0.0)) - drawn[score],
                "arrayminus": drawn[score] - drawn[f"{score}_low"],
                "color": colour,
                "thickness": 2,
                "width": 5,
            },
            mode="markers",
            marker={"color": colour, "size": 11, "symbol": _signs(rows[score])},
            text=[charts.escape_label(name) for name in rows["name"]],
            customdata=[[number(value) for value in row] for row in rows[[score, f"{score}_low", f"{score}_high"]].to_numpy()],
            hovertemplate="%{text}: %{customdata[0]} (%{customdata[1]} to %{customdata[2]})<extra></extra>",
            cliponaxis=False,
        )
    (in_percent if score == "accuracy" else linear)(figure.update_xaxes, low, high, 5)
    charts.references(figure, levels or {}, across=True)
    if any(name in members for name in table["name"]):
        _explain(figure, table, score, members, high, charts.colour(role))
    names = [charts.escape_label(name) for name in lines]
    figure.update_yaxes(tickvals=np.arange(len(lines)), ticktext=names, range=[len(lines) - 0.45, -0.65], showgrid=False)
    figure.update_layout(showlegend=False, margin={"r": 16, "t": 26})
    return figure


def _range(
    table: pd.DataFrame, score: str, members: Mapping[str, np.ndarray], levels: Mapping[str, float]
) -> tuple[float, float]:
    of_members = np.concatenate([np.zeros(0), *members.values()])
    if score == "accuracy":
        return max(0.0, min(0.9, float(table["accuracy_low"].min()), float(of_members.min(initial=1))) - 0.02), 1.015
    seen = table[score if levels else f"{score}_high"]
    to_see = max([float(end) for end in seen if np.isfinite(end)] + [*levels.values(), 0.0])
    return 0.0, min(REACH * to_see, 1.06 * float(of_members.max(initial=to_see))) or 1.0


def _signs(scores: pd.Series) -> str | list[str]:
    """A diamond each; at the end of the axis a triangle for what is infinite."""
    infinite = np.isinf(scores)
    return np.where(infinite, "triangle-right", "diamond").tolist() if infinite.any() else "diamond"


def _dots(figure: Figure, scores: np.ndarray, line: int, end: float) -> None:
    beyond = scores > end
    figure.add_scatter(
        x=np.minimum(scores, end),
        y=line + np.linspace(-0.22, 0.22, max(len(scores), 2))[: len(scores)],
        mode="markers",
        marker={
            "color": charts.colour("member"),
            "size": 7,
            "opacity": 0.75,
            "symbol": np.where(beyond, "triangle-right", "circle").tolist(),
        },
        customdata=[number(float(score)) for score in scores],
        hovertemplate="a single member: %{customdata}<extra></extra>",
        cliponaxis=False,
    )
    if beyond.any():
        charts.say(figure, end, line - 0.26, f"{beyond.sum()} beyond", xanchor="right", yanchor="bottom", font=_quiet())


def _by_colour(table: pd.DataFrame, colours: Sequence[str], otherwise: str) -> list[tuple[pd.DataFrame, str]]:
    own = [(table.iloc[[index]], colour) for index, colour in enumerate(colours[: len(table)])]
    return own or [(table, otherwise)]


def _explain(
    figure: Figure, table: pd.DataFrame, score: str, members: Mapping[str, np.ndarray], end: float, colour: str
) -> None:
    """Labels at the members and at the forecast of the first line that has both."""
    index, name = next((index, name) for index, name in enumerate(table["name"]) if name in members)
    own = members[name][members[name] <= end]
    middle = float(np.median(own)) if len(own) else end
    if (members[name] > end).any():  # which is said above the end
        middle = min(middle, ROOM_BESIDE_THE_END * end)
    side = "right" if middle > 0.6 * end else "center" if middle > 0.2 * end else "left"
    charts.say(figure, middle, index - 0.28, "members alone", yanchor="bottom", xanchor=side, font=_quiet())
    together = float(table[score].iloc[index])
    if table[f"{score}_high"].iloc[index] > end:  # where it goes on to is said below the end
        together = min(together, ROOM_BESIDE_THE_END * end)
    side = "right" if score == "accuracy" or together > 0.6 * end else "left"
    font = {"size": charts.MIN_TEXT, "color": colour}
    charts.say(figure, together, index + 0.2, "◆ together", yanchor="top", xanchor=side, font=font)


def _quiet() -> dict[str, object]:
    return {"size": charts.MIN_TEXT, "color": charts.quiet()}


def identity(mean_member_nll: float, pool_nll: float, mean_divergence: float) -> Figure:
    """Two bars of the same length: what the members lose on average, and what their log pool loses plus what it gains."""
    figure = charts.empty_figure(190, x="test loss (nats)")
    rows = ["members, on average", "their log pool"]
    digits = max(3, 2 - int(np.floor(np.log10(mean_member_nll)))) if mean_member_nll > 0 else 3
    parts = (
        ("mean loss of the members", [mean_member_nll, None], charts.colour("member")),
        ("loss of the log pool", [None, pool_nll], charts.colour("pool")),
        ("mean KL(pool‖member)", [None, mean_divergence], charts.colour("disagreement")),
    )
    for name, values, colour in parts:
        figure.add_bar(
            x=values,
            y=rows,
            orientation="h",
            name=name,
            marker={"color": charts.with_alpha(colour, 0.55), "line": {"color": colour, "width": 1.5}},
            text=["" if value is None else f"{value:.{digits}f}" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": charts.text_color(), "size": 13},
            hovertemplate=f"{name}: %{{x:.6g}} nats<extra></extra>",
        )
    # Where the first bar ends the second has to end, to the pixel.
    figure.add_vline(x=mean_member_nll, line={"color": charts.quiet(), "width": 1, "dash": "dot"})
    figure.update_layout(barmode="stack", legend_traceorder="normal", margin_t=60, bargap=0.3)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    linear(figure.update_xaxes, 0.0, 1.06 * mean_member_nll or 1.0)
    return figure


def nll_by_size(table: pd.DataFrame, levels: Mapping[str, float] | None = None) -> Figure:
    """Mean and 90 % band of the test loss against the number of members; ``table`` as in ``ensemble.disagreement.entropy``."""
    figure = charts.empty_figure(400, x="members in the pool", y="test loss (nats)")
    colour = charts.colour("pool")
    charts.band(figure, table["members"], table["low"], table["high"], "5 % to 95 % of the choices", colour)
    figure.add_scatter(
        x=table["members"],
        y=table["mean"],
        mode="lines+markers",
        name="mean of 200 choices",
        line={"color": colour, "width": 2},
        hovertemplate="%{x} members: %{y:.4f} nats<extra></extra>",
    )
    charts.references(figure, levels or {})
    linear(figure.update_yaxes, 0.0, 1.1 * max([float(table["high"].max()), *(levels or {}).values()]) or 1.0)
    figure.update_xaxes(type="log", tickvals=table["members"], ticktext=table["members"])
    return figure
