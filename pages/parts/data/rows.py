"""A picture of the rows, and the number of rows in each class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble.datasets.summary import class_counts, images, marked, pair_to_draw, principal_plane, some_of_each_class
from ensemble.datasets.table import Table
from ensemble.once import once
from ensemble.probability.vectors import Floats
from pages.parts.data import words
from pages.parts.data.context import Context
from ui.charts import overview as pictures
from ui.charts import show as show_picture
from ui.text.format import percent, plain

VIEWS = TWO_FEATURES, COMPONENTS = ("Two features", "Principal components")
MAX_DOTS = 5000
FLAT, TALL = 22, 44
"""Pixels of a class, below a plane and beside pictures that are as tall."""


def show(context: Context) -> None:
    """The numbers of rows, features and classes, a picture of the rows, and the rows in each class."""
    table = context.table
    _show_numbers(context)
    shown = images(table)
    if shown is not None:
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            show_picture(
                pictures.images(shown, table.class_names),
                key="images",
                alt="Rows of each class as pictures",
                title=f"{shown.shape[1]} rows of each class",
            )
        with right:
            _show_counts(table, TALL)
    else:
        _show_plane(context)
        _show_counts(table, FLAT)
    if table.about:
        st.caption(plain(table.about))


def _show_numbers(context: Context) -> None:
    table = context.table
    numbers = f"**{len(table.x):,} rows, {len(table.feature_names)} features, {len(table.class_names)} classes**"
    if test := len(context.test_rows):
        numbers += f": {len(table.x) - test:,} to learn from, {test:,} test rows that training never sees."
    st.markdown(numbers)


def _show_counts(table: Table, pixels_each: int) -> None:
    show_picture(
        pictures.class_counts(class_counts(table), table.class_names, pixels_each),
        key="counts",
        alt="Rows of each class",
        title="Rows of each class",
    )


def _show_plane(context: Context) -> None:
    table = context.table
    if len(table.feature_names) == 1:
        st.caption(words.NO_PLANE)
        return
    if len(table.feature_names) == 2:
        _show_dots(context, table.x, table.feature_names, "")
        return
    place = st.container()
    view = st.segmented_control(
        "View",
        VIEWS,
        key="data_view",
        default=TWO_FEATURES,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    if view == TWO_FEATURES:
        pair = list(once(pair_to_draw, table))
        points, names = table.x[:, pair], [table.feature_names[column] for column in pair]
        title = "The two single features that tell most about the class"
    else:
        points, explained = once(principal_plane, table)
        names = [f"component {number}: {percent(fraction)} of the variance" for number, fraction in enumerate(explained, 1)]
        title = f"Two directions hold {percent(sum(explained))} of the variance"
    with place:
        _show_dots(context, points, names, title)


def _show_dots(context: Context, points: Floats, names: Sequence[str], title: str) -> None:
    table = context.table
    shown = some_of_each_class(table.y, MAX_DOTS)
    x_name, y_name = names
    is_test_row = marked(len(table.y), context.test_rows)
    show_picture(
        pictures.scatter(points[shown], table.y[shown], table.class_names, x_name, y_name, is_test_row[shown]),
        key="rows",
        alt=f"{len(shown):,} of {len(table.y):,} rows, test rows ringed",
        title=title,
    )
    if len(shown) < len(table.y):
        st.caption(f"{len(shown):,} of the {len(table.y):,} rows are drawn, in the classes' proportions.")
