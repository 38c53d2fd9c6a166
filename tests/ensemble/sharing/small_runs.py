"""Small runs of every kind, and how they are scored."""

import numpy as np

from ensemble.datasets.table import Table

NASTY = ("=1+1", '"+"', "-@\\", "a,b;'c'", "<b>$x$</b>\n# %% §seed", '"""', "\u202e\ud7ff" * 40, "é" * 300)


def nasty_table():
    """Numbers that need all digits, a constant feature, and names that try to get out of their quotes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3)) * [1e-9, 1e9, 1] + [0, 0, 1 / 3]
    x[:, 2] = x[0, 2]
    return Table("=upload", x, np.arange(60) % 8, ("=first", "a,b", 'say "c"'), NASTY)
