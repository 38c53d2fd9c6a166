"""What follows the pointer: small components that run in the browser, in their own .js, .css and .html files.

A component's text is put together from ``shared`` and its own files; there is no build step, and nothing comes from elsewhere.
"""

from pathlib import Path
from typing import Any

import streamlit as st

FOLDER = Path(__file__).parent


def component(name: str, *scripts: str) -> Any:
    """The component of that name, with these scripts of the folder in front of its own."""
    return st.components.v2.component(
        f"softmax_lab_{name}",
        html=_text(f"{name}.html"),
        css=_text("shared.css") + _text(f"{name}.css"),
        js="\n".join(_text(f"{script}.js") for script in ("shared", *scripts, name)),
    )


def _text(file_name: str) -> str:
    return (FOLDER / file_name).read_text(encoding="utf-8")
