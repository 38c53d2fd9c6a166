"""Dropout as an ensemble of masked networks."""

from ensemble.dropout.masks import masked_logits

__all__ = [
    "masked_logits",
]
