"""Load pandas, and polars if it is installed, completely. Import this before Plotly or scikit-learn.

These look for both in ``sys.modules``, where they would find half-loaded modules while another thread imports them.
"""

from contextlib import suppress
from importlib import import_module

import_module("pandas")
with suppress(ImportError):
    import_module("polars")
