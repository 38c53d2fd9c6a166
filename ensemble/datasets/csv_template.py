"""A small CSV file to fill in, which shows what the app reads."""

from __future__ import annotations

_TEMPLATE = """\
sepal_length,sepal_width,petal_length,petal_width,petal_size,species
5.1,3.5,1.4,0.2,small,setosa
4.9,3.0,1.4,0.2,small,setosa
4.7,3.2,1.3,0.2,small,setosa
4.6,3.1,1.5,0.2,small,setosa
7.0,3.2,4.7,1.4,medium,versicolor
6.4,3.2,4.5,1.5,medium,versicolor
6.9,3.1,4.9,1.5,medium,versicolor
5.5,2.3,4.0,1.3,medium,versicolor
6.3,3.3,6.0,2.5,large,virginica
5.8,2.7,5.1,1.9,medium,virginica
7.1,3.0,5.9,2.1,large,virginica
6.3,2.9,5.6,1.8,large,virginica
"""


def template() -> bytes:
    """A small CSV file to fill in: 12 flowers of iris, four numbers, a category and the class.

    Examples
    --------
    >>> template().splitlines()[1]
    b'5.1,3.5,1.4,0.2,small,setosa'
    """
    return _TEMPLATE.encode()
