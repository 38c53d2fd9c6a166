"""A figure that many are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go


class Picture(go.Figure):
    """A figure with legible text that is not changed any more: it is written out once, and not each time that it is sent."""

    def __init__(self, figure: go.Figure) -> None:
        super().__init__(figure)
        self._written = super().to_dict()
        self._in_sizes: dict[float, Picture] = {1.0: self}

    def to_dict(self) -> dict[str, Any]:
        """As of any figure; whoever gets it leaves it as it is."""
        return self._written

    def in_size(self, scale: float, enlarge: Callable[[], go.Figure]) -> Picture:
        """The picture with text of another size, which is made once."""
        if scale not in self._in_sizes:
            self._in_sizes[scale] = Picture(enlarge())
        return self._in_sizes[scale]
