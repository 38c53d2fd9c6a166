"""The size of fuzz tests: small in the default run, full with ``pytest -m nightly``."""

from typing import Any

from hypothesis import settings

SMALL = 300
SMALL_EXAMPLES = 50


def is_nightly() -> bool:
    """Whether tests run at full size: ``tests/conftest.py`` loads Hypothesis' profile of that name for ``-m nightly``."""
    return settings.get_current_profile_name() == "nightly"


def size(full: int, small: int = SMALL) -> int:
    """A number of inputs: ``full`` at night, else ``small``."""
    return full if is_nightly() else min(small, full)


def examples(full: int, **options: Any) -> settings:
    """Hypothesis' settings with ``full`` examples at night, else at most ``SMALL_EXAMPLES``."""
    return settings(max_examples=size(full, SMALL_EXAMPLES), **options)
