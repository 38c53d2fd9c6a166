"""Members without an activation multiply out to one matrix; with relu they do not."""

from __future__ import annotations

import streamlit as st

from ensemble.interpretation.linear_collapse import bend, centred, largest_difference, multiplied_out, scores_between
from ensemble.interpretation.logistic_regression import scikit_learn_c
from ensemble.runs.test_rows import first_of_another_class
from pages.parts.members import words
from pages.parts.members.coming import are_here
from pages.parts.members.context import Context
from ui import caches
from ui.charts import members as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain, pretty

PRIOR_WIDTH = 1.0


def show(context: Context) -> None:
    if not are_here(context, "linear"):
        return
    _show_matrices(context)
    if are_here(context, "relu"):
        _show_bends(context)


def _show_matrices(context: Context) -> None:
    run, data = context.runs["linear"], context.data
    one_layer = multiplied_out(run)
    classic = caches.fit_map(data, PRIOR_WIDTH) if caches.can_fit(data) else None
    gap = largest_difference(one_layer.predict_proba(data.x_test), run.predict_proba(data.x_test))
    size = {"members": run.config.members, "features": data.features, "classes": data.classes}
    matrices = {"network": centred(one_layer.matrix)}
    if classic:
        matrices["regression"] = centred(classic.coefficients)
    shown = pictures.largest(*matrices.values())
    features = [pretty(data.feature_names[feature]) for feature in shown]
    reaches = {name: pictures.reach(matrix[shown]) for name, matrix in matrices.items()}
    titles = {"network": fill(words.NETWORK_MATRIX, **size)}
    if classic:
        ratio = reaches["network"] / reaches["regression"]
        title = words.REGRESSION_MATRIX if ratio >= 1 else words.REGRESSION_MATRIX_LARGER
        titles["regression"] = fill(title, ratio=number(max(ratio, 1 / ratio)))
    for column, (name, matrix) in zip(st.columns(2, gap="large"), matrices.items(), strict=False):
        with column:
            draw(
                pictures.coefficients(matrix[shown], features, data.class_names),
                key=f"coefficients_{name}",
                alt=f"Coefficients: {name}",
                title=titles[name],
            )
    st.markdown(fill(words.PRODUCT, rows=len(data.y_test), row_names=data.row_names, gap=number(gap)))
    if len(shown) < data.features:
        st.caption(f"Of the {data.features} features the {len(shown)} with the largest coefficients are shown.")
    if classic:
        st.caption(
            fill(
                words.TWO_SCALES,
                network=number(reaches["network"]),
                regression=number(reaches["regression"]),
                dropout=run.config.dropout,
                c=f"{scikit_learn_c(PRIOR_WIDTH, data.classes):g}",
            )
        )
    st.caption(fill(words.COEFFICIENTS, row_names=data.row_names))


def _show_bends(context: Context) -> None:
    data = context.data
    st.header(fill(words.WITH_RELU), anchor=False)
    other = first_of_another_class(data)
    if not other:
        st.info(fill(words.ONE_CLASS, row_name=data.row_name, class_name=plain(data.class_names[data.y_test[0]])))
        return
    for column, kind in zip(st.columns(2, gap="large"), ("linear", "relu"), strict=True):
        scores = scores_between(context.runs[kind], data.x_test[0], data.x_test[other])
        with column:
            draw(
                pictures.ways_between(scores, data.class_names),
                key=f"way_{kind}",
                alt=f"Scores between two {data.row_names}, {kind}",
                title=fill(words.STRAIGHT, kind=kind, bend=number(bend(scores))),
            )
    st.caption(fill(words.BENDS, row_name=data.row_name, other=other + 1))
