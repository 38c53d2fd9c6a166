"""Wine by a few features, which do not separate its classes."""

import pytest

from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import split

FEW = ("alcohol", "malic_acid", "magnesium")


@pytest.fixture(scope="module")
def overlapping():
    return split(load_table("wine").only(FEW))
