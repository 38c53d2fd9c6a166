"""This session's settings and runs: what is chosen, what is in training, and the link that brings both back."""

from ui.session.runs import *  # noqa: F403
