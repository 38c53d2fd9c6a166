"""The choice of a data set, its difficulty, and its split."""

from __future__ import annotations

import streamlit as st

from ensemble.datasets.builtin import PLANE
from ensemble.datasets.config import AS_THE_RUN, DataConfig
from ensemble.limits import limits
from pages.parts.data import words
from ui import session
from ui.text.fill import fill
from ui.widgets import controls

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
SPLITS = FOLLOWS_THE_SEED, FIXED = ("Follows the seed", "Fixed")


def are_shown() -> bool:
    """Whether people may change any setting of the rows."""
    return session.shows_any(*DataConfig.model_fields)


def show() -> bool:
    """The controls; returns whether people want rows of an uploaded file."""
    own = _wants_own_rows()
    if not own:
        controls.select(DataConfig, "data", NAMES)
        if session.value_of("data") in PLANE:
            controls.slider(DataConfig, "points")
            controls.slider(DataConfig, "noise")
    controls.slider(DataConfig, "imbalance")
    controls.slider(DataConfig, "label_noise")
    controls.slider(DataConfig, "test_share")
    _choose_split()
    return own


def _wants_own_rows() -> bool:
    if not (limits().uploads and session.shows("data")):
        return False
    return st.toggle(
        "My own data",
        key=session.Key.OWN_ROWS,
        persist_state="session",
        help="Rows from your own CSV file instead of a built-in data set.",
    )


def _choose_split() -> None:
    """The split follows the run's seed (−1 in links), or has its own number."""
    if not session.shows("split"):
        return
    st.session_state["split_kind"] = FOLLOWS_THE_SEED if session.value_of("split") == AS_THE_RUN else FIXED

    def take_kind() -> None:
        fixed = st.session_state["split_kind"] == FIXED
        session.set_value("split", session.config().seed if fixed else AS_THE_RUN)

    st.segmented_control("Split", SPLITS, key="split_kind", required=True, on_change=take_kind, help=fill(words.SPLIT))
    if session.value_of("split") != AS_THE_RUN:
        st.number_input(
            "Number of the split",
            0,
            int(DataConfig.bounds("split")[1]),
            step=1,
            key="split",
            persist_state="session",
            help="Each number gives different test rows.",
        )
