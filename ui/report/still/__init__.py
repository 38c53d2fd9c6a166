"""Still pictures without scripts: the figures of ``ui.charts`` as SVG, for what is printed."""

from ui.report.still.picture import svg_of

__all__ = ["svg_of"]
