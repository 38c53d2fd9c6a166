"""Still pictures of what is moved by hand in the browser: scores with their probabilities, and two probability vectors."""

from __future__ import annotations

from collections.abc import Sequence

from ensemble.probability.vectors import softmax
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import linear
from ui.text.format import number

HEIGHT = 260


def probabilities(z: Sequence[float], temperature: float, names: Sequence[str]) -> Figure:
    """A bar for each class: its probability at this temperature, above its name and its score."""
    figure = charts.empty_figure(HEIGHT, y="probability")
    proba = softmax(z, temperature)
    shown = charts.labels(names or [f"class {k + 1}" for k in range(len(z))])
    figure.add_bar(
        x=[f"{name}<br>z = {number(score)}" for name, score in zip(shown, z, strict=True)],
        y=proba,
        text=[number(float(p)) for p in proba],
        textposition="outside",
        marker={"color": [charts.class_colour(k) for k in range(len(z))]},
    )
    figure.update_xaxes(showgrid=False)
    linear(figure.update_yaxes, 0.0, 1.12)
    return figure


def vectors(p: Sequence[float], q: Sequence[float]) -> Figure:
    """The true probabilities p beside those of the forecast q, class by class."""
    figure = charts.empty_figure(HEIGHT, y="probability")
    for name, values, colour in (("p, the truth", p, charts.colour("test")), ("q, the forecast", q, charts.colour("ensemble"))):
        figure.add_bar(
            x=[f"class {k + 1}" for k in range(len(values))],
            y=list(values),
            name=name,
            text=[number(value) for value in values],
            textposition="outside",
            marker={"color": colour},
        )
    figure.update_xaxes(showgrid=False)
    linear(figure.update_yaxes, 0.0, 1.12)
    return figure
