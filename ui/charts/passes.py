"""Methods against the number of forward passes, with their bands over seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ensemble.dropout.passes import ENSEMBLE, MC_DROPOUT, SINGLE
from ui import charts
from ui.charts.run_axes import in_percent, linear

LOOKS = {SINGLE: ("member", "dash"), MC_DROPOUT: ("pool", "solid"), ENSEMBLE: ("ensemble", "solid")}
NAMES = {SINGLE: "single net", MC_DROPOUT: "MC dropout", ENSEMBLE: "ensemble"}
AXES = {
    "nll": "test loss (nats), lower is better",
    "brier": "Brier score, lower is better",
    "mutual_information": "mutual information (nats)",
    "confidence_far": "mean top probability, far away",
}


def over_passes(table: pd.DataFrame, measure: str) -> go.Figure:
    """One line for each method; the single net's goes on as it is, since more passes repeat it.

    Parameters
    ----------
    table : DataFrame
        Rows of ``ensemble.sweeps.passes.table_of_passes`` for one measure.
    measure : str
        Its name, for the axis.
    """
    figure = charts.empty_figure(270, x="forward passes", y=AXES[measure])
    passes = sorted(table["passes"].unique())
    for method, (role, dash) in LOOKS.items():
        own = table[table["method"] == method].sort_values("passes")
        if method == SINGLE:
            own = own.iloc[[0] * len(passes)].assign(passes=passes)
        hue = charts.colour(role)
        charts.band(figure, own["passes"], own["low"], own["high"], "", hue)
        figure.data[-1].showlegend = False
        figure.add_scatter(
            x=own["passes"],
            y=own["mean"],
            customdata=np.column_stack([own["low"], own["high"]]),
            mode="lines" if method == SINGLE else "lines+markers",
            line={"color": hue, "width": 2, "dash": dash},
            marker={"size": 7},
            name=NAMES[method],
            hovertemplate="%{x} passes: %{y:.4f} (%{customdata[0]:.4f} to %{customdata[1]:.4f})<extra>"
            + NAMES[method]
            + "</extra>",
        )
    figure.update_xaxes(type="log", tickvals=passes, ticktext=list(map(str, passes)))
    low, high = float(table["low"].min()), float(table["high"].max())
    room = 0.06 * (high - low) or 0.01
    if measure == "confidence_far":
        in_percent(figure.update_yaxes, max(0.0, low - room), min(1.0, high + room), 5)
    else:
        linear(figure.update_yaxes, 0.0 if low < 0.4 * high else low - room, high + room, 5)
    figure.update_layout(margin={"t": 40, "r": 12})
    return figure
