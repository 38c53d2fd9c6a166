"""Softmax Lab without its screen, for notebooks too: train an ensemble and read its probabilities.

Names are imported lazily: the server starts without them, and pages do not load TensorFlow.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
