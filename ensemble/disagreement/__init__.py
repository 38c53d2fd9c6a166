"""What the members of an ensemble say apart, and how they are pooled."""

from ensemble.disagreement.entropy import entropy_split

__all__ = [
    "entropy_split",
]
