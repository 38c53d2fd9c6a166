"""Pandas, and polars where it is installed, loaded whole by whoever imports this before Plotly or scikit-learn.

Both take what they find in ``sys.modules``, where a library stands half loaded while another thread imports it.
"""

from contextlib import suppress
from importlib import import_module

import_module("pandas")
with suppress(ImportError):
    import_module("polars")
