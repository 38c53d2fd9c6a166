"""The rows in a picture, and how many there are of each class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble.datasets.summary import class_counts, images, marked, pair_to_draw, principal_plane, some_of_each_class
from ensemble.probability.vectors import Floats
from pages.parts.data import words
from pages.parts.data.context import Context
from ui.caches import once
from ui.charts import overview as pictures
from ui.charts import show as show_picture
from ui.text.format import percent, plain

VIEWS = TWO_FEATURES, COMPONENTS = ("Two features", "Principal components")
MAX_DOTS = 5000


def show(context: Context) -> None:
    """The rows on the left; their number, classes and the choice of a view on the right."""
    table = context.table
    left, right = st.columns([1.5, 1], gap="large")
    shown = images(table)
    several = shown is None and len(table.feature_names) > 2
    with right:
        view = _show_numbers(context, several)
    with left:
        if shown is not None:
            show_picture(pictures.images(shown, table.class_names), key="images", alt="Rows of each class as pictures")
        elif len(table.feature_names) == 1:
            st.caption(words.NO_PLANE)
        elif several:
            _show_view(context, view)
        else:
            _show_dots(context, table.x, table.feature_names)
    if table.about:
        st.caption(plain(table.about))


def _show_numbers(context: Context, several: bool) -> str:
    table = context.table
    st.markdown(f"**{len(table.x):,} rows, {len(table.feature_names)} features, {len(table.class_names)} classes**")
    show_picture(pictures.class_counts(class_counts(table), table.class_names), key="counts", alt="Rows of each class")
    if test := len(context.test_rows):
        st.markdown(f"{len(table.x) - test:,} rows to learn from, {test:,} test rows that training never sees.")
    if not several:
        return TWO_FEATURES
    return st.segmented_control(
        "View",
        VIEWS,
        key="data_view",
        default=TWO_FEATURES,
        required=True,
        persist_state="session",
        help="The two features that tell most about the class, each by itself; or the two directions of largest spread.",
    )


def _show_view(context: Context, view: str) -> None:
    table = context.table
    if view == TWO_FEATURES:
        pair = list(once(pair_to_draw, table))
        points, names = table.x[:, pair], [table.feature_names[column] for column in pair]
    else:
        points, explained = once(principal_plane, table)
        names = [f"component {number}: {percent(fraction)} of the variance" for number, fraction in enumerate(explained, 1)]
    _show_dots(context, points, names)


def _show_dots(context: Context, points: Floats, names: Sequence[str]) -> None:
    table = context.table
    shown = some_of_each_class(table.y, MAX_DOTS)
    x_name, y_name = names
    is_test_row = marked(len(table.y), context.test_rows)
    show_picture(
        pictures.scatter(points[shown], table.y[shown], table.class_names, x_name, y_name, is_test_row[shown]),
        key="rows",
        alt=f"{len(shown):,} of {len(table.y):,} rows, test rows ringed",
    )
    if len(shown) < len(table.y):
        st.caption(f"{len(shown):,} of the {len(table.y):,} rows are drawn, of each class its share.")
