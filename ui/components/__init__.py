"""Components that follow the pointer and run in the browser, a folder each.

A component is ``view.html``, ``style.css`` and ``view.js`` of its folder; ``lib`` holds what they share. There is no build
step, and nothing comes from elsewhere.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from ui import palette
from ui.components.loader import bundle
from ui.server import streamlit_internals

FOLDER = Path(__file__).parent


def component(name: str, *sheets: str) -> Any:
    """The component in a folder, with its own style sheet, the shared one, and these of ``lib``.

    Each place where it is drawn needs a ``key`` of its own.
    """
    streamlit_internals.write_data_of_components_once()
    streamlit_internals.show_values_of_components_plainly()
    files = [*(f"lib/{sheet}.css" for sheet in ("shared", *sheets)), f"{name}/style.css"]
    return st.components.v2.component(
        f"softmax_lab_{name}",
        html=_text(f"{name}/view.html"),
        css=palette.custom_properties() + "".join(map(_text, files)),
        js=bundle(FOLDER / name / "view.js"),
    )


def _text(file_name: str) -> str:
    return (FOLDER / file_name).read_text(encoding="utf-8")
