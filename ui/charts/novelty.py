"""ROC curves of detectors of novel rows."""

from __future__ import annotations

from ensemble.shift.detectors import DISAGREEMENT, DISTANCE, ENERGY, ENTROPY, TOP
from ensemble.shift.roc import GRID
from ensemble.sweeps.novelty import Detector, Novelty
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent
from ui.text.format import number

LOOKS = {
    TOP: ("ensemble", "solid"),
    ENTROPY: ("entropy", "longdashdot"),
    DISAGREEMENT: ("disagreement", "dot"),
    ENERGY: ("excess", "dashdot"),
    DISTANCE: ("run_4", "longdash"),
}


def roc_curves(seen: Novelty, chosen: str) -> Figure:
    """Mean curves over the runs, each with the band from its lowest to its highest run; the chosen one is drawn thicker."""
    figure = charts.empty_figure(400, x="false alarms: share of known rows flagged", y="caught: share of the new class flagged")
    charts.diagonal(figure)
    ordered = sorted(seen.detectors, key=lambda one: one.name == chosen)
    for one in ordered:
        _band(figure, one, one.name == chosen)
    for one in seen.detectors:
        role, dash = LOOKS[one.name]
        figure.add_scatter(
            x=GRID,
            y=one.caught,
            mode="lines",
            line={"color": charts.colour(role), "width": 3 if one.name == chosen else 1.5, "dash": dash},
            name=f"{one.name} {number(one.auroc)}",
            hovertemplate="%{x:.0%} false alarms: %{y:.0%} caught<extra>" + one.name + "</extra>",
        )
    in_percent(figure.update_xaxes, 0.0, 1.01, 6)
    in_percent(figure.update_yaxes, 0.0, 1.02, 6)
    charts.say(figure, 0.62, 0.58, "a coin", xanchor="left", font={"size": charts.MIN_TEXT, "color": charts.quiet()})
    figure.update_layout(margin={"r": 16, "t": 44}, legend={"traceorder": "normal"})
    return figure


def _band(figure: Figure, one: Detector, is_chosen: bool) -> None:
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    colour = charts.with_alpha(charts.colour(LOOKS[one.name][0]), 0.3 if is_chosen else 0.14)
    figure.add_scatter(x=GRID, y=one.lowest, **hidden)
    figure.add_scatter(x=GRID, y=one.highest, fill="tonexty", fillcolor=colour, **hidden)
