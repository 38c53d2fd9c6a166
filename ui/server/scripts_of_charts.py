"""The scripts of Streamlit's that a browser loads for its first figure and its first table."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

FOLDER = Path(st.__file__).parent / "static" / "static" / "js"


@lru_cache
def scripts_of_charts() -> tuple[str, ...]:
    """Their file names; empty if a new version of Streamlit names them otherwise, and browsers then load them when needed."""
    return tuple(path.name for pattern in ("PlotlyChart.*.js", "DataFrame.*.js") for path in FOLDER.glob(pattern))
