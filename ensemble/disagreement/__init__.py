"""The disagreement of an ensemble's members, and ways to pool them."""

from ensemble.disagreement.entropy import entropy_split

__all__ = [
    "entropy_split",
]
