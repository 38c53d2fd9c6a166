"""The colours of a printed picture: those of the light theme, also if it was drawn in the dark one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from ui import charts
from ui.palette import ROLES

Lighten = Callable[[str], str]
RGB = tuple[int, int, int]
HEX = re.compile(r"#([0-9a-fA-F]{6})$")
FUNCTION = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.eE+-]+)\s*)?\)$")
PLAIN = re.compile(r"[a-zA-Z]{1,24}$")
DIVERGING = ("#4A46B0", "#8E94F2")
UNKNOWN = "#808080"


def as_it_is(colour: str) -> str:
    """A colour of the light theme."""
    return safe(colour)


def lightened(colour: str) -> str:
    """The light theme's colour for one of the dark theme; others stay."""
    rgb, opacity = parts(colour)
    red, green, blue = _pairs().get(rgb, rgb)
    return f"#{red:02X}{green:02X}{blue:02X}" if opacity == 1 else f"rgba({red}, {green}, {blue}, {opacity:g})"


def safe(colour: Any) -> str:
    """A colour that is safe in an attribute; grey for anything else."""
    text = str(colour)
    return text if HEX.match(text) or FUNCTION.match(text) or PLAIN.match(text) else UNKNOWN


def parts(colour: str) -> tuple[RGB, float]:
    """Red, green, blue (0 to 255) and opacity (0 to 1) of a colour in hexadecimal or ``rgba`` notation."""
    if found := HEX.match(colour):
        digits = found[1]
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)), 1.0
    if found := FUNCTION.match(colour):
        return (int(found[1]), int(found[2]), int(found[3])), float(found[4] or 1)
    return (128, 128, 128), 1.0


def of_scale(scale: Any, fractions: np.ndarray, lighten: Lighten) -> np.ndarray:
    """Colours of a colour scale at fractions of its length, as bytes (..., 4); transparent where there is no number."""
    stops = [(float(position), *parts(lighten(colour))) for position, colour in scale]
    at = [stop[0] for stop in stops]
    channels = np.array([[*rgb, 255 * opacity] for _, rgb, opacity in stops])
    shown = np.clip(np.nan_to_num(fractions, nan=0.0), 0, 1)
    found = np.stack([np.interp(shown, at, channel) for channel in channels.T], axis=-1)
    found[np.isnan(fractions)] = 0
    return found.round().astype(np.uint8)


@cache
def _pairs() -> dict[RGB, RGB]:
    pairs = [(dark, light) for light, dark in ROLES.values()]
    pairs += [(theme["dark"], theme["light"]) for theme in (charts.TEXT_COLOR, charts.QUIET)]
    pairs += [
        (st.get_option(f"theme.dark.{name}"), st.get_option(f"theme.light.{name}"))
        for name in ("backgroundColor", "primaryColor")
    ]
    classes = (st.get_option(f"theme.{scheme}.chartCategoricalColors") for scheme in ("dark", "light"))
    pairs += [*zip(*classes, strict=True), DIVERGING[::-1]]
    return {parts(dark)[0]: parts(light)[0] for dark, light in pairs}
