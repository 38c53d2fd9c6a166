"""Labelled rows: built in or from a CSV file, split and scaled for training."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
