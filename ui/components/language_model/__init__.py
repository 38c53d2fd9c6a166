"""Next tokens of a language model: temperature, top-k, top-p, and draws of what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ui.components import component
from ui.components.browser_input import to_number

_component = component("language_model")

MIN_TEMPERATURE, MAX_TEMPERATURE = 0.1, 10.0
MIN_P = 0.05


def language_model(prompts: Mapping[str, Sequence[tuple[str, float]]], *, key: str) -> None:
    """Show the next tokens of a prompt; the settings are changed in the browser and kept from page to page.

    Parameters
    ----------
    prompts : mapping of str to sequence of (str, float)
        For each prompt its next tokens with their logits, the likeliest first; as many for each of them.
    key : str
        Name of the element.
    """
    tokens = len(next(iter(prompts.values())))
    chosen = _chosen(key)

    def remember() -> None:
        chosen.update(_settings(st.session_state[key].get("chosen"), len(prompts), tokens))

    _component(
        key=key,
        data={
            "prompts": [
                {"prompt": prompt, "tokens": [token for token, _ in nexts], "logits": [logit for _, logit in nexts]}
                for prompt, nexts in prompts.items()
            ],
            "chosen": {"k": tokens, **chosen},
            "version": _versions(key),
        },
        default={"chosen": {"k": tokens, **chosen}},
        on_chosen_change=remember,
        height="content",
    )


def show_settings(settings: dict[str, Any], *, key: str) -> None:
    """Set the prompt, the temperature, k or p from the page."""
    _chosen(key).update(settings)
    st.session_state[f"{key}_version"] = _versions(key) + 1


def _chosen(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}_chosen", {"prompt": 0, "temperature": 1.0, "p": 0.9})


def _versions(key: str) -> int:
    return int(st.session_state.get(f"{key}_version", 0))


def _settings(sent: Any, prompts: int, tokens: int) -> dict[str, float]:
    """The valid settings among those that a browser has sent, clipped to their bounds."""
    if not isinstance(sent, dict):
        return {}
    bounds = {
        "prompt": (0, prompts - 1),
        "temperature": (MIN_TEMPERATURE, MAX_TEMPERATURE),
        "k": (1, tokens),
        "p": (MIN_P, 1.0),
    }
    numbers = {name: to_number(sent.get(name), *ends) for name, ends in bounds.items()}
    whole = ("prompt", "k")
    return {name: int(value) if name in whole else value for name, value in numbers.items() if value is not None}
