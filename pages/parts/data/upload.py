"""An uploaded CSV file, and the choice of its columns."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.datasets.csv_reader import MAX_COLUMNS
from ensemble.datasets.csv_sheet import Sheet, read_sheet
from ensemble.datasets.csv_table import MAX_CLASSES, MAX_FEATURES, to_table
from ensemble.datasets.csv_template import template
from ensemble.limits import limits
from pages.parts.data import words
from ui import session
from ui.text.fill import fill
from ui.text.format import plain

FIRST_ROW = {"guess": "Guess", "names": "Names", "data": "Data"}
MISSING = {"drop": "Drop the row", "impute": "Fill in"}
MAX_ROWS_SHOWN = 100
MAX_LINES_IN_SIGHT = 5


def show() -> None:
    """Let people choose a file and its columns; the session then has its rows, or the page shows an error."""
    _choose_file()
    file = session.own_file()
    if file is None:
        return
    st.markdown(f"**{plain(file.name)}**")
    first_row = st.segmented_control(
        "First row",
        list(FIRST_ROW),
        key="csv_first_row",
        default="guess",
        required=True,
        persist_state="session",
        format_func=FIRST_ROW.__getitem__,
        on_change=_forget_columns,
        help="Names of the columns, or data. Without names the columns are numbered.",
    )
    try:
        _choose_columns(session.sheet_of(file, read_sheet, first_row))
    except InputError as error:
        session.drop_own_rows()
        st.error(plain(str(error)))


def _choose_file() -> None:
    st.markdown(
        fill(
            words.FILE,
            megabytes=limits().upload_megabytes,
            rows=f"{limits().rows:,}",
            columns=MAX_COLUMNS,
            features=MAX_FEATURES,
            classes=MAX_CLASSES,
        )
    )
    st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key="csv",
        on_change=_keep_file,
        max_upload_size=limits().upload_megabytes,
        help="It is read as text; nothing in it is executed.",
    )
    with st.container(horizontal=True):
        st.download_button(
            "Template",
            template,
            "template.csv",
            "text/csv",
            key="template",
            on_click="ignore",
            icon=":material/download:",
            help="A small table to try, or to fill in.",
        )
        st.button(
            "Remove the file",
            key="forget_file",
            icon=":material/delete:",
            on_click=session.forget_own,
            disabled=session.own_file() is None,
            help="Its rows are removed too.",
        )


def _keep_file() -> None:
    if file := session.uploaded("csv"):
        session.keep_file(*file)


def _forget_columns() -> None:
    """Forget the chosen columns, since another first row changes their names."""
    for key in [key for key in st.session_state if str(key).startswith(("csv_target", "csv_features_"))]:
        del st.session_state[key]


def _choose_columns(sheet: Sheet) -> None:
    st.dataframe(
        sheet.cells.head(MAX_ROWS_SHOWN),
        height=212 if len(sheet.cells) > MAX_LINES_IN_SIGHT else "auto",
        column_config={"_index": st.column_config.Column("Line of the file", help="Line 1 holds the names of the columns.")},
    )
    target = st.selectbox(
        "Class",
        sheet.names,
        index=len(sheet.names) - 1,
        key="csv_target",
        persist_state="session",
        help="The column to predict.",
    )
    features = st.multiselect(
        "Features",
        [name for name in sheet.names if name != target],
        sheet.usable(target),
        key=f"csv_features_{sheet.names.index(target)}",
        persist_state="session",
        help="The columns to predict from. Constants and columns that only number the rows are left out at first.",
    )
    missing = st.segmented_control(
        "Missing values",
        list(MISSING),
        key="csv_missing",
        default="drop",
        required=True,
        persist_state="session",
        format_func=MISSING.__getitem__,
        help="Drop a row with a gap; or fill gaps with the median (numbers) or the most frequent value (categories).",
    )
    table, notices = session.table_of_sheet(sheet, to_table, target, tuple(features), missing)
    for notice in (*sheet.notices, *notices):
        st.caption(plain(notice))
    session.use_own(table)
