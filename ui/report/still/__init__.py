"""Convert the figures of ``ui.charts`` to SVG without scripts, for printing."""

from ui.report.still.picture import svg_of

__all__ = ["svg_of"]
