"""The next token of a language model, to be truncated and drawn."""

from __future__ import annotations

from typing import Any

import streamlit as st

KEY = "language_model"


@st.fragment
def show() -> None:
    """Draw the tokens of the chosen prompt."""
    from pages.parts.softmax.next_tokens import PROMPTS  # here, as is the component, because the first page needs neither
    from ui.components.language_model import language_model

    language_model(PROMPTS, key=KEY)


def set_to(shown: dict[str, Any]) -> None:
    """Set the prompt and how it is truncated, as a question asks for."""
    from ui.components.language_model import show_settings

    show_settings(shown, key=KEY)
