"""Digits of the data set taken apart into strokes, as a person with a pen would draw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SIDE, SCALE = 8, 4
NEIGHBOURS = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
"""Shifts that bring the pixel above to each pixel, and so on clockwise."""

Drawing = list[list[list[float]]]


def bitmap(counts: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """A picture of 8 x 8 counts as 32 x 32 pixels that are on or off: smoothed, with as many pixels on as were counted."""
    smooth = ndimage.zoom(counts.reshape(SIDE, SIDE).astype(float), SCALE, order=3, mode="nearest", grid_mode=True)
    return smooth >= np.sort(smooth.ravel())[-int(counts.sum())]


def skeleton(bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lines of one pixel in the middle of strokes (Zhang and Suen 1984)."""
    image = np.pad(bits.astype(int), 1)
    removed = True
    while removed:
        removed = False
        for corners in (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6))):
            around = [np.roll(image, shift, (0, 1)) for shift in NEIGHBOURS]
            count = sum(around)
            beginnings = sum((around[k] == 0) & (around[(k + 1) % 8] == 1) for k in range(8))
            ends = [around[a] * around[b] * around[c] == 0 for a, b, c in corners]
            gone = (image == 1) & (count >= 2) & (count <= 6) & (beginnings == 1) & ends[0] & ends[1]
            image[gone] = 0
            removed = removed or bool(gone.any())
    return image[1:-1, 1:-1] == 1


def strokes(counts: NDArray[np.uint8], radius: float = 1.5) -> Drawing:
    """What a pen of that radius in pixels draws so that the picture comes out: lines between neighbouring pixels.

    They are the middles of thin strokes, and what is left of thick ones after the pen's radius.
    """
    bits = bitmap(counts)
    y, x = np.mgrid[-3:4, -3:4]
    inked = skeleton(bits) | ndimage.binary_erosion(bits, x**2 + y**2 <= radius**2)
    on = {(int(row), int(column)) for row, column in zip(*np.nonzero(inked), strict=True)}
    drawn: Drawing = []
    for row, column in sorted(on):
        beside = [(row + down, column + right) for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))]
        lines: Drawing = [[[column, row], [other[1], other[0]]] for other in beside if other in on]
        drawn += lines or [[[column, row]]]
    return drawn


def placed(drawing: Drawing, size: float, left: float, top: float, turn: float = 0.0) -> Drawing:
    """The drawing that many times as large, turned by that angle in radians, at another place."""
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * size
    return [(np.array(stroke) @ turned.T + (left, top)).tolist() for stroke in drawing]
