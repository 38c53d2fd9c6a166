"""Rows get worse after training: four methods, six severities, and what seeds allow to say of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble import Dataset
from ensemble.probability.scoring import uniform_loss
from ensemble.related import plans
from ensemble.shift.corruptions import SEVERITIES, amount, corruptions_of, most_telling_feature
from ensemble.shift.robustness import MAX_ROWS
from ensemble.sweeps.measures import Measurements
from ensemble.sweeps.robustness import Findings, findings, fitted_temperature
from pages.parts.shift import words_inputs as words
from pages.parts.shift.context import Context
from ui import session
from ui.components import corruptions as component
from ui.page import write_link
from ui.text.fill import fill
from ui.text.format import number, percent, plain, pretty
from ui.text.intervals import change
from ui.widgets.experiment.measured import measured

ROWS = "digits"


def show(context: Context) -> None:
    data = context.data
    plan = plans.measured(context.config, context.source.seed, "corruptions")
    picture = st.container()
    seeds = [one.measurements for one in measured("corruptions", plan, context.source)]
    with picture:
        _show_severities(context, seeds)
    count = len(seeds) or len(plan.specs)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(fill(words.LINES, seeds=count, rows=MAX_ROWS, row_names=data.row_names, classes=data.classes))
        if "rotation" not in corruptions_of(data):
            st.markdown(fill(words.FEATURES))
        st.markdown(fill(words.WHY, row_names=data.row_names))
        st.caption(fill(words.SOURCES))
    with right:
        st.markdown(fill(words.METHODS, members=context.config.members, row_names=data.row_names))
        if len(seeds) > 1:
            st.markdown(fill(words.FITTED, seeds=len(seeds), **_numbers(fitted_temperature(seeds))))
        if "rotation" in corruptions_of(data):
            st.markdown(fill(words.PIXELS))
        st.markdown(fill(words.DRIFT, feature=plain(_drifting(data))))


@st.fragment
def _show_severities(context: Context, seeds: Sequence[Measurements]) -> None:
    """Corruption and severity are chosen without the rest of the page."""
    data, asked = context.data, session.state().corruption
    names = corruptions_of(data)
    corruption = asked if asked in names else names[0]
    component.corruptions(
        seeds,
        context.config,
        data,
        corruption,
        titles={name: words.TITLES[name] for name in names},
        levels=[_level(data, corruption, severity) for severity in SEVERITIES],
        claims=[_claims(data, corruption, severity, seeds) for severity in SEVERITIES],
        severity=session.state().severity,
        key="severities",
        on_corruption=_keep_corruption,
        on_severity=_keep_severity,
    )
    write_link()


def _keep_corruption(corruption: str) -> None:
    session.state().corruption = corruption


def _keep_severity(severity: int) -> None:
    session.state().severity = severity


def _drifting(data: Dataset) -> str:
    return pretty(data.feature_names[most_telling_feature(data)])


def _level(data: Dataset, corruption: str, severity: int) -> str:
    if not severity:
        return words.CLEAN
    how_far = amount(corruption, severity)
    feature = _drifting(data) if corruption == "drift" else ""
    return fill(words.AMOUNTS[corruption], amount=number(how_far), percent=percent(how_far), feature=feature)


def _claims(data: Dataset, corruption: str, severity: int, seeds: Sequence[Measurements]) -> list[str]:
    """A title and sentences for one severity, as plain text."""
    if len(seeds) < 2:
        return [fill(words.WAITING, row_names=data.row_names, what=_level(data, corruption, severity))]
    found = findings(seeds, corruption, severity, data.classes)
    return [_title(found, severity), *_sentences(found, severity, data)]


def _title(found: Findings, severity: int) -> str:
    ranking = found.ranking
    if len(ranking.tied) == len(ranking.losses):
        return fill(words.ALL_TIED, severity=severity)
    following = words.NAMES[ranking.next]
    values = {
        "severity": severity,
        "best": words.NAMES[ranking.best],
        "next": following[0].upper() + following[1:],
        "ratio": _ratio(ranking.against_next.mean),
    }
    if len(ranking.tied) == 1:
        return fill(words.BEST, **values)
    *first, last = [words.NAMES[method] for method in ranking.tied]
    return fill(words.TIED, tied=f"{', '.join(first)} and {last}", **values)


def _sentences(found: Findings, severity: int, data: Dataset) -> list[str]:
    ratio, accuracy, temperature = found.ranking.against_next, found.accuracy, found.temperature
    said = [
        fill(
            words.AGAINST,
            next=words.NAMES[found.ranking.next],
            best=words.NAMES[found.ranking.best],
            **_numbers(ratio),
        )
    ]
    if severity:
        points = [round(100 * end, 1) for end in accuracy]
        if accuracy.high < 0:
            said.append(fill(words.FALLS, points=number(-points[0]), low=number(-points[2]), high=number(-points[1])))
        elif accuracy.low > 0:
            said.append(fill(words.RISES, points=number(points[0]), low=number(points[1]), high=number(points[2])))
        else:
            low, high = change(points[1], points[2]).split(" to ")
            said.append(fill(words.STAYS, low=low, high=high, row_names=data.row_names))
    if found.above_uniform:
        said.append(fill(words.UNIFORM, classes=data.classes, uniform=number(uniform_loss(data.classes))))
    which = words.HELPS if temperature.high < 1 else words.HARMS if temperature.low > 1 else words.NO_HELP
    said.append(fill(which, row_names=data.row_names, **_numbers(temperature)))
    return said


def _numbers(band: tuple[float, float, float]) -> dict[str, str]:
    return dict(zip(("ratio", "low", "high"), map(_ratio, band), strict=True))


def _ratio(value: float) -> str:
    """A ratio with two decimals, or three where that would be 1, so that an interval beside 1 does not seem to hold it."""
    short = f"{value:.2f}"
    return f"{value:.3f}" if short == "1.00" else short
