"""Coefficients by maximum a posteriori, and what the width of the prior does to them."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset
from ensemble.interpretation.logistic_regression import scikit_learn_c
from ensemble.interpretation.separation import why_no_maximum
from pages.parts.regression import words
from pages.parts.regression.context import Context
from ui import caches
from ui.charts import loss_references
from ui.charts import members as coefficient_pictures
from ui.charts import regression as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number

WIDTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


def show(context: Context) -> None:
    data = context.data
    left, right = st.columns([1, 1.2], gap="large")
    with right:
        width = _choose_width()
    if caches.can_fit(data):
        _show_pictures(data, width, left, right)
    else:
        left.info(fill(words.TOO_LARGE))
    st.markdown(fill(words.COEFFICIENTS, row_name=data.row_name, row_names=data.row_names))


def _show_pictures(
    data: Dataset, width: float, left: st.delta_generator.DeltaGenerator, right: st.delta_generator.DeltaGenerator
) -> None:
    fitted = caches.fit_map(data, width)
    shown = coefficient_pictures.largest(fitted.coefficients)
    features = [data.feature_names[feature] for feature in shown]
    with left:
        draw(
            pictures.coefficients(fitted.coefficients[shown], features, data.class_names),
            key="map_coefficients",
            alt=f"Coefficients with a prior of width {width:g}",
            title=f"What a span of each feature adds to the scores, s = {width:g}",
        )
    with right:
        if caches.can_fit_a_path(data):
            found = caches.coefficient_path(data, WIDTHS)
            found = found._replace(coefficients=found.coefficients[:, shown])
            draw(
                pictures.path(found, width, features, data.class_names, loss_references(data.y_test, data.classes)),
                key="path",
                alt="Coefficients and losses against the width of the prior",
                title="The wider the prior, the larger the coefficients, taken together",
            )
        else:
            st.info(fill(words.PATH_TOO_LARGE))
    _say_what_a_width_is(width, data)
    if len(shown) < data.features:
        st.caption(f"Of the {data.features} features the {len(shown)} with the largest coefficients are shown.")
    st.caption(fill(words.SCORE_PER_SPAN, row_names=data.row_names))
    if caches.can_look_for_separation(data) and (separation := caches.separation(data)) != "none":
        st.warning(
            fill(words.NO_MAXIMUM, reason=why_no_maximum(separation, data.classes)),
            icon=":material/trending_up:",
        )


def _choose_width() -> float:
    width: float = st.select_slider(
        "Prior width s",
        WIDTHS,
        value=1.0,
        key="prior_width",
        format_func=lambda width: f"{width:g}",
        persist_state="session",
        help="Small: a strong belief that coefficients are near 0, a strong penalty. Large: hardly any of either.",
    )
    return width


def _say_what_a_width_is(width: float, data: Dataset) -> None:
    c_of_width = "2 s²" if data.classes == 2 else "s²"
    st.markdown(
        f"$s$ = {width:g}: penalty weight $1/(2s^2)$ = {number(0.5 / width**2)}, scikit-learn's C = {c_of_width} = "
        f"{number(scikit_learn_c(width, data.classes))}."
    )
