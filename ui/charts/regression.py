"""Coefficients of logistic regression, what becomes of them as the prior widens, and which features a network needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from ensemble.interpretation.logistic_regression import CoefficientPath
from ui import charts
from ui.charts import members, scores
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear, logarithmic
from ui.text.format import pretty

MIN_HEIGHT = 430
MAX_NAMED = 5
ROOM_FOR_A_NAME = 0.07
ROOM_FOR_THE_SLIDER = 88
"""Pixels above the path of the slider of its prior width."""


def height_of(features: int) -> int:
    """The height of the heat map, and of the path beside it with its slider, so that both end on one line."""
    return max(MIN_HEIGHT, 26 * features + 130)


def coefficients(matrix: np.ndarray, feature_names: Sequence[str], class_names: Sequence[str]) -> Figure:
    """Coefficients (features, classes) as a heat map; its colour bar names their unit."""
    figure = members.coefficients(matrix, list(map(pretty, feature_names)), class_names, "score per span")
    return figure.update_layout(height=height_of(len(feature_names)))


def path(
    found: CoefficientPath,
    width: float,
    feature_names: Sequence[str],
    class_names: Sequence[str],
    levels: Mapping[str, float] | None = None,
) -> Figure:
    """Every coefficient against the width of the prior, coloured by class, and the losses below; a line at the chosen width.

    The features with the five largest coefficients under the widest prior have their names at the end of a curve. ``levels``
    are losses to beat.
    """
    figure = charts.two_rows(height_of(len(feature_names)) - ROOM_FOR_THE_SLIDER, above=0.66, between=0.06)
    features = charts.labels(list(map(pretty, feature_names)))
    # One line for all features of a class, broken between them: many lines would take long to draw.
    gaps = np.full((1, len(features)), np.nan)
    for k, class_name in enumerate(charts.labels(class_names)):
        figure.add_scatter(
            x=np.tile([*found.widths, np.nan], len(features)),
            y=np.concatenate([found.coefficients[:, :, k], gaps]).T.ravel(),
            mode="lines",
            line={"color": charts.class_colour(k), "width": 1.3},
            name=class_name,
            text=np.repeat(features, len(found.widths) + 1),
            hovertemplate=f"%{{text}}, {class_name}<br>prior width %{{x:g}}: %{{y:.2f}}<extra></extra>",
        )
    for name, role, losses, dash in (("training", "train", found.train_nll, "solid"), ("test", "test", found.test_nll, "dash")):
        figure.add_scatter(
            x=found.widths,
            y=losses,
            mode="lines",
            line={"color": charts.colour(role), "dash": dash, "width": 2},
            name=f"{name} loss",
            hovertemplate=f"{name} loss %{{y:.4f}} nats<extra></extra>",
            row=2,
        )
    if levels:
        least = min(levels.values())
        figure.add_hline(y=least, line={"color": charts.quiet(), "width": 1, "dash": "dash"}, row=2)
        beside = {"xref": "x2 domain", "yref": "y2", "xanchor": "left", "yanchor": "top", "font_color": charts.quiet()}
        charts.say(figure, 0, float(np.log10(least)), ", ".join(levels), **beside)
    for feature, k, height in _ends_with_names(found.coefficients[-1]):
        figure.add_annotation(
            x=float(np.log10(found.widths[-1])),
            y=height,
            xref="x",
            yref="y",
            text=features[feature],
            showarrow=False,
            xanchor="right",
            font={"color": charts.class_colour(k), "size": 12},
            bgcolor=charts.with_alpha(charts.background(), 0.8),
        )
    figure.add_vline(x=width, line={"color": charts.accent(), "width": 2})
    # A little wider than the curves: names and numbers at the very end would else be left out.
    ends = np.log10(found.widths[[0, -1]] * [0.95, 1.05])
    figure.update_xaxes(type="log", range=ends, tickvals=[0.01, 0.1, 1, 10, 100, 1000], zeroline=False)
    figure.update_xaxes(title_text="prior width s", row=2)
    figure.update_yaxes(title_text="coefficient", zeroline=True, zerolinecolor=charts.GREY, row=1)
    figure.update_yaxes(title_text="loss (nats)", row=2)
    losses = np.concatenate([found.train_nll, found.test_nll, list((levels or {}).values())])
    logarithmic(partial(figure.update_yaxes, row=2), losses)
    return figure


def _ends_with_names(last: np.ndarray) -> list[tuple[int, int, float]]:
    """Feature, class and height of the names at the ends of the curves; names have room between them."""
    largest = np.argsort(-np.abs(last).max(axis=1), kind="stable")[:MAX_NAMED]
    ends = sorted(
        (float(last[feature, k]), int(feature), int(k)) for feature in largest for k in [np.abs(last[feature]).argmax()]
    )
    room, below, named = ROOM_FOR_A_NAME * float(np.ptp(last)), -np.inf, []
    for end, feature, k in ends:
        below = max(end, below + room)
        named.append((feature, k, below))
    return named


def beside(nets: pd.DataFrame, regressions: pd.DataFrame, score: str, levels: Mapping[str, float] | None = None) -> Figure:
    """Nets on one line, one per seed, and below them a line per regression; each with the 95 % interval over the test rows.

    The tables are ``ensemble.probability.scoreboard.scoreboard``'s. ``levels`` are losses to beat.
    """
    lines = [f"net, {len(nets)} seed{'' if len(nets) == 1 else 's'}", *regressions["name"]]
    figure = charts.empty_figure(62 * len(lines) + 120, x=scores.TITLES[score])
    apart = np.linspace(-0.3, 0.3, max(len(nets), 2))[: len(nets)]
    for table, y, role, symbol in (
        (nets, apart, "ensemble", "diamond"),
        (regressions, np.arange(1.0, len(lines)), "regression", "square"),
    ):
        colour = charts.colour(role)
        figure.add_scatter(
            x=table[score],
            y=y,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": table[f"{score}_high"] - table[score],
                "arrayminus": table[score] - table[f"{score}_low"],
                "color": charts.with_alpha(colour, 0.5),
                "thickness": 1.5,
                "width": 4,
            },
            mode="markers",
            marker={"color": colour, "size": 10, "symbol": symbol},
            text=table["name"],
            customdata=table[[f"{score}_low", f"{score}_high"]],
            hovertemplate="%{text}: %{x:.3g} (%{customdata[0]:.3g} to %{customdata[1]:.3g})<extra></extra>",
        )
    figure.update_yaxes(
        tickvals=np.arange(len(lines)), ticktext=lines, range=[len(lines) - 0.5, -0.6], showgrid=False, zeroline=False
    )
    _axis_of_a_score(figure, pd.concat([nets, regressions]), score, levels or {})
    charts.references(figure, levels or {}, across=True, log=True)
    figure.update_layout(showlegend=False, margin_t=charts.ROOM_ABOVE)
    return figure


def _axis_of_a_score(figure: Figure, table: pd.DataFrame, score: str, levels: Mapping[str, float]) -> None:
    low, high = table[f"{score}_low"], table[f"{score}_high"]
    if score == "nll":
        logarithmic(figure.update_xaxes, np.array([*table[score], *low[low > 0], *high, *levels.values()]))
        figure.update_xaxes(title_text="test loss (nats, log scale)")
    elif score == "accuracy":
        in_percent(figure.update_xaxes, min(0.8, float(low.min()) - 0.02), 1.01, 5)
    else:
        linear(figure.update_xaxes, 0.0, 1.05 * float(high.max()) or 1.0, 5)


def significance(table: pd.DataFrame, class_names: Sequence[str]) -> Figure:
    """Each coefficient with its interval, one line per feature, beside each other for the classes that are compared."""
    features = list(dict.fromkeys(table["feature"]))
    compared = [name for name in class_names if name in set(table["class"])]
    tall = max(46, 13 * len(compared))
    apart = min(0.22, 0.8 / max(1, len(compared)))
    figure = charts.empty_figure(tall * len(features) + 110, x="log odds against the first class,<br>per span of the feature")
    for index, name in enumerate(compared):
        own = table[table["class"] == name]
        figure.add_scatter(
            x=own["coefficient"],
            y=[features.index(feature) + apart * (index - (len(compared) - 1) / 2) for feature in own["feature"]],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": own["high"] - own["coefficient"],
                "arrayminus": own["coefficient"] - own["low"],
                "thickness": 2,
            },
            mode="markers",
            name=charts.escape_label(name),
            marker={"color": charts.class_colour(class_names.index(name)), "size": 9, "symbol": charts.symbol(index)},
            customdata=own["p"],
            hovertemplate=f"{charts.escape_label(name)}: %{{x:.2f}}, p = %{{customdata:.2g}}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": charts.GREY, "dash": "dash"})
    figure.update_yaxes(
        tickvals=np.arange(len(features)),
        ticktext=charts.labels(list(map(pretty, features))),
        range=[len(features) - 0.5, -0.5],
    )
    return figure


def importance(tables: dict[str, pd.DataFrame]) -> Figure:
    """How much the test loss rises without a feature, by way of taking it away, with intervals over seeds."""
    first = next(iter(tables.values())).sort_values("mean")
    figure = charts.empty_figure(30 * len(first) + 110, x="rise of the test loss (nats)<br>without the feature")
    looks = ((charts.colour("ensemble"), "diamond"), (charts.colour("pool"), "circle-open"))
    for index, ((name, table), (colour, symbol)) in enumerate(zip(tables.items(), looks, strict=False)):
        own = table.set_index("feature").loc[first["feature"]]
        figure.add_scatter(
            x=own["mean"],
            y=np.arange(len(own)) - 0.3 * index,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": own["high"] - own["mean"],
                "arrayminus": own["mean"] - own["low"],
                "thickness": 1.5,
            },
            mode="markers",
            name=name,
            marker={"color": colour, "size": 9, "symbol": symbol},
            hovertemplate=f"{name}: %{{x:.4f}} nats<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": charts.GREY, "dash": "dash"})
    figure.update_yaxes(
        tickvals=np.arange(len(first)),
        ticktext=charts.labels(list(map(pretty, first["feature"]))),
        range=[-0.7, len(first) - 0.5],
    )
    return figure
