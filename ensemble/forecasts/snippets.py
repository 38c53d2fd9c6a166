"""How to write a file of forecasts: a template to fill in, and a few lines of Python."""

from __future__ import annotations

_TEMPLATE = """\
y,setosa,versicolor,virginica
setosa,0.97,0.02,0.01
setosa,0.91,0.08,0.01
versicolor,0.03,0.86,0.11
versicolor,0.01,0.52,0.47
virginica,0.00,0.58,0.42
virginica,0.00,0.06,0.94
"""


def template() -> bytes:
    """A small CSV file to fill in: six flowers of iris, the true class and a probability for each class.

    Examples
    --------
    >>> template().splitlines()[1]
    b'setosa,0.97,0.02,0.01'
    """
    return _TEMPLATE.encode()
