"""Streamlit with parts of it replaced, as the app has it."""

import inspect

import pytest
from streamlit import config

from ui.server import streamlit_internals


@pytest.fixture
def options(monkeypatch):
    """Streamlit's options, read without a lock."""
    monkeypatch.setattr(config, "get_option", inspect.unwrap(config.get_option))
    streamlit_internals.read_options_without_a_lock()
    streamlit_internals.read_options_without_a_lock()
    return config
