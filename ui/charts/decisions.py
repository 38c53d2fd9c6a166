"""What forecasts promise and what is paid: bills, random price lists, risk against coverage, equal accuracy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ensemble.decisions.bills import Bill, Bills
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear
from ui.text.format import number

LINE, FRAME = 52, 112
CALIBRATED = "paid if calibrated, 19 times in 20"
ROOM = 1.08


def bills(table: pd.DataFrame, members: np.ndarray, unit: str) -> Figure:
    """A line for each way to act: what it promised, what was paid, and where that lies for calibrated forecasts.

    Parameters
    ----------
    table : DataFrame
        ``ensemble.decisions.decision_rules.bills_of_rules``'s.
    members : ndarray of shape (members,)
        What single members paid; empty if they have no line.
    unit : str
        What a price is for, as on the axis.
    """
    figure = charts.empty_figure(LINE * len(table) + FRAME, x=f"bill per {charts.escape_label(unit)}")
    bills: Iterable[Any] = table.itertuples()
    for position, row in enumerate(bills):
        if np.isfinite(row.high):
            _band(figure, [row.low, row.high], [position] * 2, showlegend=position == 0)
        else:
            _dots_of_members(figure, members, position)
    figure.add_scatter(
        x=table["promised"],
        y=table.index,
        mode="markers",
        marker={"symbol": "line-ns", "size": 20, "line": {"color": charts.text_color(), "width": 2}},
        name="promised",
        hovertemplate="promised %{x:.4f}<extra></extra>",
        cliponaxis=False,
    )
    figure.add_scatter(
        x=table["paid"],
        y=table.index,
        mode="markers",
        marker={"symbol": "diamond", "size": 12, "color": charts.colour("ensemble")},
        name="paid",
        hovertemplate="paid %{x:.4f}<extra></extra>",
        cliponaxis=False,
    )
    ends = table[["promised", "paid", "high"]].max(axis=1)
    if len(members):
        ends[table["high"].isna()] = max(members.max(), ends[table["high"].isna()].max())
    for position, end in enumerate(ends):
        charts.say(figure, end, position, number(float(table["paid"].iloc[position])), xanchor="left", xshift=10)
    most = float(np.nanmax([*ends, *members]))
    linear(figure.update_xaxes, 0.0, 1.12 * most or 1.0, 6)
    figure.update_yaxes(
        tickvals=table.index,
        ticktext=[charts.escape_label(name) for name in table["name"]],
        range=[len(table) - 0.45, -0.6],
        showgrid=False,
    )
    figure.update_layout(legend={"itemsizing": "constant"}, margin={"r": 24, "t": 44})
    return figure


def price_lists(made: Bills, own: Bill | None, most: float) -> Figure:
    """A dot for each price list, promised against paid, its band behind it, and the diagonal; ``own`` is the chosen prices'."""
    figure = charts.empty_figure(340, x="promised", y="paid")
    _vertical_bands(figure, made)
    charts.diagonal(figure, 0.0, most)
    for name, inside, role, symbol in (
        ("inside its band", ~made.outside, "ensemble", "circle"),
        ("outside its band", made.outside, "excess", "x"),
    ):
        figure.add_scatter(
            x=made.promised[inside],
            y=made.paid[inside],
            customdata=np.column_stack([made.low[inside], made.high[inside]]),
            mode="markers",
            marker={"color": charts.colour(role), "size": 6, "opacity": 0.8, "symbol": symbol},
            name=name,
            hovertemplate="promised %{x:.4f}, paid %{y:.4f}<br>band %{customdata[0]:.4f} to %{customdata[1]:.4f}"
            "<extra></extra>",
            cliponaxis=False,
        )
    if own:
        figure.add_scatter(
            x=[own.promised],
            y=[own.paid],
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": 14,
                "color": charts.accent(),
                "line": {"color": charts.background(), "width": 1.5},
            },
            showlegend=False,
            hovertemplate="your prices: promised %{x:.4f}, paid %{y:.4f}<extra></extra>",
            cliponaxis=False,
        )
        side = {"xanchor": "right", "xshift": -14} if own.promised > most / 2 else {"xanchor": "left", "xshift": 14}
        charts.say(figure, own.promised, own.paid, "your prices", bgcolor=charts.with_alpha(charts.background(), 0.7), **side)
    _label_diagonal(figure, most, "paid as promised")
    linear(figure.update_xaxes, 0.0, most, 4)
    linear(figure.update_yaxes, 0.0, most, 5)
    figure.update_layout(legend={"itemsizing": "constant"}, margin={"r": 12, "t": 32})
    return figure


def highest(*all_bills: Bills) -> float:
    """Where the axes of ``price_lists`` end, so that several pictures have the same."""
    ends = [value for made in all_bills for value in (made.promised.max(), made.paid.max(), np.quantile(made.high, 0.98))]
    return float(ROOM * max(ends)) or 1.0


def risk_against_coverage(
    curves: Mapping[str, tuple[pd.DataFrame, str]], chosen: str, coverage: float, random: float
) -> Figure:
    """Curves of risk against coverage, the chosen one with its band; a mark where the control of the coverage stands.

    Parameters
    ----------
    curves : mapping of str to (DataFrame, str)
        ``ensemble.decisions.abstention.curve_table``'s and the role of its colour, by the name of what orders the rows.
    chosen : str
        Which has its band.
    coverage, random : float
        What the control says, and the risk of answering in random order; 0..1.
    """
    figure = charts.empty_figure(400, x="coverage: share answered, the surest first", y="risk: share of answers that are wrong")
    table, role = curves[chosen]
    charts.band(figure, table["coverage"], table["low"], table["high"], "95 % at each coverage", charts.colour(role))
    for (name, (line, line_role)), dash in zip(curves.items(), ("solid", "dash", "dot"), strict=False):
        figure.add_scatter(
            x=line["coverage"],
            y=line["risk"],
            customdata=line["answered"],
            mode="lines",
            line={"color": charts.colour(line_role), "width": 3 if name == chosen else 1.5, "dash": dash, "shape": "linear"},
            name=name,
            hovertemplate="%{customdata:,} answered: %{y:.2%} wrong<extra>" + name + "</extra>",
        )
    figure.add_hline(y=random, line={"color": charts.quiet(), "width": 1, "dash": "dash"})
    note = {"xref": "paper", "font": {"size": charts.MIN_TEXT, "color": charts.quiet()}}
    charts.say(figure, 0.01, random, "in random order", xanchor="left", yanchor="bottom", **note)
    figure.add_vline(x=coverage, line={"color": charts.accent(), "width": 2})
    in_percent(figure.update_xaxes, 0.0, 1.01, 6)
    top = max(2 * random, *(float(line["risk"].max()) for line, _ in curves.values()), float(table["high"].iloc[-1]))
    in_percent(figure.update_yaxes, 0.0, min(1.0, 1.15 * top) or 1.0, 5)
    figure.update_layout(margin={"r": 16, "t": 40})
    return figure


def equal_accuracy(first: np.ndarray, second: np.ndarray) -> Figure:
    """A dot for each price list: what one forecaster pays against what another with the same answers pays."""
    most = float(ROOM * max(first.max(), second.max())) or 1.0
    figure = charts.empty_figure(400, x="A pays", y="B pays")
    charts.diagonal(figure, 0.0, most)
    dearer, cheaper = dearer_and_cheaper(first, second)
    for name, chosen, role, symbol in (
        ("B pays more", dearer, "excess", "triangle-up"),
        ("the same", ~dearer & ~cheaper, "member", "circle"),
        ("B pays less", cheaper, "ensemble", "triangle-down"),
    ):
        figure.add_scatter(
            x=first[chosen],
            y=second[chosen],
            mode="markers",
            marker={"color": charts.colour(role), "size": 7, "opacity": 0.75, "symbol": symbol},
            name=f"{name}: {chosen.sum()}",
            hovertemplate="A pays %{x:.4f}, B pays %{y:.4f}<extra></extra>",
            cliponaxis=False,
        )
    _label_diagonal(figure, most, "the same bill")
    linear(figure.update_xaxes, 0.0, most, 5)
    linear(figure.update_yaxes, 0.0, most, 5)
    figure.update_layout(legend={"itemsizing": "constant"}, margin={"r": 12, "t": 32})
    return figure


def dearer_and_cheaper(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For which price lists the second pays more, and for which less, beyond rounding."""
    return second > first * (1 + 1e-9), second < first * (1 - 1e-9)


def _band(figure: Figure, x: list[float], y: list[float], showlegend: bool) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": charts.with_alpha(charts.NEUTRAL, 0.35), "width": 14},
        hoverinfo="skip",
        name=CALIBRATED,
        legendgroup="calibrated",
        showlegend=showlegend,
    )


def _dots_of_members(figure: Figure, members: np.ndarray, line: int) -> None:
    figure.add_scatter(
        x=members,
        y=line + np.linspace(-0.2, 0.2, len(members)),
        mode="markers",
        marker={"color": charts.colour("member"), "size": 6, "opacity": 0.75},
        name="paid by each member",
        hovertemplate="a single member pays %{x:.4f}<extra></extra>",
        cliponaxis=False,
    )


def _vertical_bands(figure: Figure, made: Bills) -> None:
    gaps = np.full(len(made.promised), np.nan)
    figure.add_scatter(
        x=np.column_stack([made.promised, made.promised, gaps]).ravel(),
        y=np.column_stack([made.low, made.high, gaps]).ravel(),
        mode="lines",
        line={"color": charts.with_alpha(charts.NEUTRAL, 0.22), "width": 4},
        hoverinfo="skip",
        showlegend=False,
    )


def _label_diagonal(figure: Figure, most: float, text: str) -> None:
    font = {"size": charts.MIN_TEXT, "color": charts.quiet()}
    charts.say(figure, 0.9 * most, 0.9 * most, text, xanchor="right", yanchor="bottom", xshift=-6, font=font)
