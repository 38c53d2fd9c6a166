import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Choose the data")

from ensemble import InputError
from ensemble.datasets.config import AS_THE_RUN, DataConfig
from ensemble.datasets.csv_sheet import MOST_COLUMNS, read_sheet
from ensemble.datasets.csv_table import MOST_CLASSES, MOST_FEATURES, to_table
from ensemble.datasets.csv_template import template
from ensemble.datasets.summary import class_counts, images, marked, pair_to_draw, principal_plane, some_of_each_class
from ensemble.datasets.table import PLANE
from ensemble.limits import limits
from ui import session
from ui.caches import once
from ui.charts import overview as pictures
from ui.charts import show
from ui.text.format import percent, plain
from ui.widgets import controls
from ui.widgets.lesson import show_what_the_link_brought

NAMES = {
    "wine": "Wine",
    "iris": "Iris",
    "breast_cancer": "Breast cancer",
    "digits": "Digits",
    "moons": "Moons",
    "circles": "Circles",
    "blobs": "Blobs",
    "xor": "XOR",
    "spirals": "Spirals",
}
VIEWS = ("Two features", "Principal components")
FIRST_ROW = {"guess": "Guess", "names": "Names", "data": "Data"}
SPLITS = ("Follows the seed", "Fixed")
MISSING = {"drop": "Drop the row", "impute": "Fill in"}
ROWS_SHOWN = 100
MOST_DOTS = 5000


def keep_file() -> None:
    if file := session.uploaded("csv"):
        session.keep_file(*file)


def forget_columns() -> None:
    """Forget which columns were chosen: with another first row they have other names."""
    for key in [key for key in st.session_state if str(key).startswith(("csv_target", "csv_features_"))]:
        del st.session_state[key]


def choose_file() -> None:
    st.markdown(
        "A table with a header: a line per row, a column for the class. Comma, semicolon or tab; UTF-8; at most "
        f"{limits().upload_megabytes} MB, {limits().rows:,} rows, {MOST_COLUMNS} columns, {MOST_FEATURES} features once "
        f"categories are encoded, {MOST_CLASSES} classes. **It stays in the memory of this session and is gone with it**: it "
        "is not stored, and not in any link."
    )
    st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key="csv",
        on_change=keep_file,
        max_upload_size=limits().upload_megabytes,
        help="It is read as text; nothing in it is ever run.",
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
            help="Its rows go with it.",
        )


def choose_columns(sheet) -> None:
    st.dataframe(
        sheet.cells.head(ROWS_SHOWN),
        height=212,
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
        tuple(MISSING),
        key="csv_missing",
        default="drop",
        required=True,
        persist_state="session",
        format_func=MISSING.get,
        help="Drop a row with a gap; or fill gaps with the median (numbers) or the most frequent value (categories).",
    )
    table, remarks = session.table_of_sheet(sheet, to_table, target, tuple(features), missing)
    for remark in (*sheet.remarks, *remarks):
        st.caption(plain(remark))
    session.use_own(table)


def upload() -> None:
    choose_file()
    file = session.own_file()
    if file is None:
        return
    st.markdown(f"**{plain(file.name)}**")
    first_row = st.segmented_control(
        "First row",
        tuple(FIRST_ROW),
        key="csv_first_row",
        default="guess",
        required=True,
        persist_state="session",
        format_func=FIRST_ROW.get,
        on_change=forget_columns,
        help="Names of the columns, or data already; then columns are numbered.",
    )
    try:
        choose_columns(session.sheet_of(file, read_sheet, first_row))
    except InputError as error:
        session.drop_own_rows()
        st.error(plain(str(error)))


def choose_split() -> None:
    """The split follows the seed of the run, which is −1 in links, or a number of its own holds it fixed."""
    if not session.shows("split"):
        return
    st.session_state["split_kind"] = SPLITS[session.value_of("split") != AS_THE_RUN]

    def take_kind() -> None:
        fixed = st.session_state["split_kind"] == SPLITS[1]
        session.set_value("split", session.config().seed if fixed else AS_THE_RUN)

    st.segmented_control(
        "Split",
        SPLITS,
        key="split_kind",
        required=True,
        on_change=take_kind,
        help="Which rows training never sees. A fixed split holds the same rows back while the seed changes: the same rows, "
        "learned from another start.",
    )
    if session.value_of("split") != AS_THE_RUN:
        st.number_input(
            "Number of the split",
            0,
            int(DataConfig.bounds("split")[1]),
            step=1,
            key="split",
            persist_state="session",
            help="Each number draws other test rows.",
        )


def show_rows(table) -> None:
    left, right = st.columns([1.5, 1], gap="large")
    shown = images(table)
    with right:
        st.markdown(f"**{len(table.x):,} rows, {len(table.feature_names)} features, {len(table.class_names)} classes**")
        show(pictures.class_counts(class_counts(table), table.class_names), key="counts", alt="Rows of each class")
        if test := len(rows_held_back()):
            st.markdown(f"{len(table.x) - test:,} rows to learn from, {test:,} test rows that training never sees.")
        several = shown is None and len(table.feature_names) > 2
        view = choose_view() if several else VIEWS[0]
    with left:
        if shown is not None:
            show(pictures.images(shown, table.class_names), key="images", alt="Rows of each class as pictures")
        elif len(table.feature_names) == 1:
            st.caption("One feature: there is no plane to draw.")
        elif several:
            show_view(table, view)
        else:
            show_dots(table.x, table, table.feature_names)


def rows_held_back():
    """Numbers of the test rows; none if there are too few rows to split, which the page “Train” says."""
    try:
        return session.dataset().test_rows
    except InputError:
        return ()


def choose_view() -> str:
    return st.segmented_control(
        "View",
        VIEWS,
        key="data_view",
        default=VIEWS[0],
        required=True,
        persist_state="session",
        help="The two features that tell most about the class, each by itself; or the two directions of largest spread.",
    )


def show_dots(points, table, names) -> None:
    shown = some_of_each_class(table.y, MOST_DOTS)
    test_rows = marked(len(table.y), rows_held_back())
    show(
        pictures.scatter(points[shown], table.y[shown], table.class_names, *names, test_rows[shown]),
        key="rows",
        alt=f"{len(shown):,} of {len(table.y):,} rows, test rows ringed",
    )
    if len(shown) < len(table.y):
        st.caption(f"{len(shown):,} of the {len(table.y):,} rows are drawn, of each class its share.")


def show_view(table, view) -> None:
    if view == VIEWS[0]:
        pair = list(once(pair_to_draw, table))
        points, names = table.x[:, pair], [table.feature_names[place] for place in pair]
    else:
        points, explained = once(principal_plane, table)
        names = [f"component {place}: {percent(share)} of the variance" for place, share in enumerate(explained, 1)]
    show_dots(points, table, names)


session.arrive()
show_what_the_link_brought()
st.markdown("What the networks learn from. Choose a data set, make it harder, or bring your own. All other pages follow.")
settings, picture = st.columns([1, 2.6], gap="large")
with settings:
    offers_own = limits().uploads and session.shows("data")
    own = offers_own and st.toggle(
        "My own data",
        key=session.Key.OWN_ROWS,
        persist_state="session",
        help="Rows from a CSV file of yours in place of a built-in data set.",
    )
    if not own:
        controls.select(DataConfig, "data", NAMES)
        if session.value_of("data") in PLANE:
            controls.slider(DataConfig, "points")
            controls.slider(DataConfig, "noise")
    controls.slider(DataConfig, "imbalance")
    controls.slider(DataConfig, "label_noise")
    controls.slider(DataConfig, "test_share")
    choose_split()
    st.page_link("pages/train.py", label="Train an ensemble", icon=":material/arrow_forward:")
with picture:
    if own:
        upload()
    if not own or session.has_own_rows():
        table = session.table()
        show_rows(table)
        if table.about:
            st.caption(plain(table.about))
session.write_link()
