"""Methods against the number of forward passes, with their intervals over seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ensemble.dropout.passes import ENSEMBLE, MC_DROPOUT, SINGLE
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear

LOOKS = {SINGLE: ("member", "dash"), MC_DROPOUT: ("pool", "solid"), ENSEMBLE: ("ensemble", "solid")}
NAMES = {SINGLE: "single network", MC_DROPOUT: "MC dropout", ENSEMBLE: "ensemble"}
SYMBOLS = {SINGLE: "square", MC_DROPOUT: "diamond", ENSEMBLE: "circle"}
ASIDE = (1 / 1.035, 1.0, 1.035)
"""Factors by which the three methods stand beside each number of passes, so that their intervals do not hide each other."""
AXES = {
    "nll": "test loss (nats), lower is better",
    "brier": "Brier score, lower is better",
    "mutual_information": "mutual information (nats)",
    "confidence_far": "mean top probability, far away",
}


def over_passes(table: pd.DataFrame, measure: str) -> Figure:
    """One line for each method with its intervals; the single network's goes on as it is, since more passes repeat it.

    Parameters
    ----------
    table : DataFrame
        Rows of ``ensemble.sweeps.passes.table_of_passes`` for one measure.
    measure : str
        Its name, for the axis.
    """
    figure = charts.empty_figure(270, x="forward passes", y=AXES[measure])
    passes = sorted(table["passes"].unique())
    for (method, (role, dash)), aside in zip(LOOKS.items(), ASIDE, strict=True):
        own = table[table["method"] == method].sort_values("passes")
        x, y, hue = own["passes"] * aside, own["mean"], charts.colour(role)
        if method == SINGLE and passes[-1] > 1:
            line = {"color": hue, "width": 2, "dash": dash}
            figure.add_scatter(
                x=[x.iloc[0], passes[-1]], y=[y.iloc[0]] * 2, mode="lines", line=line, showlegend=False, hoverinfo="skip"
            )
        figure.add_scatter(
            x=x,
            y=y,
            customdata=np.column_stack([own["passes"], own["low"], own["high"]]),
            error_y={"array": own["high"] - y, "arrayminus": y - own["low"], "thickness": 1.5, "width": 3},
            mode="lines+markers",
            line={"color": hue, "width": 2, "dash": dash},
            marker={"size": 7, "symbol": SYMBOLS[method]},
            name=NAMES[method],
            hovertemplate="%{customdata[0]} passes: %{y:.4f} (%{customdata[1]:.4f} to %{customdata[2]:.4f})<extra>"
            + NAMES[method]
            + "</extra>",
        )
    ends = np.log10([passes[0] / 1.15, passes[-1] * 1.15])
    figure.update_xaxes(type="log", tickvals=passes, ticktext=list(map(str, passes)), range=ends)
    low, high = float(table["low"].min()), float(table["high"].max())
    room = 0.06 * (high - low) or 0.01
    if measure == "confidence_far":
        in_percent(figure.update_yaxes, max(0.0, low - room), min(1.0, high + room), 5)
    else:
        linear(figure.update_yaxes, 0.0 if low < 0.4 * high else low - room, high + room, 5)
    figure.update_layout(margin={"t": 40, "r": 12})
    return figure
