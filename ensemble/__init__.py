"""Softmax Lab without its screen: train an ensemble, read its probabilities. Usable from a notebook.

Each name is loaded when it is first used: a server that only starts needs none of them, and pages never load TensorFlow.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
