"""Writes small CSV files and reads them as an upload."""

import pytest

from ensemble import InputError
from ensemble.datasets.csv_sheet import read_sheet
from ensemble.datasets.csv_table import to_table


def rows(*cells, labels="aaabbb", name="size", delimiter=","):
    """A column of cells beside a class, as a file."""
    lines = [f"{name}{delimiter}kind", *(f"{cell}{delimiter}{label}" for cell, label in zip(cells, labels, strict=True))]
    return "\n".join(lines) + "\n"


def read(text, target="kind", **choice):
    data = text if isinstance(text, bytes) else text.encode()
    sheet = read_sheet(data, choice.pop("first_row", "guess"))
    table, notices = to_table(sheet, target, **choice)
    return table, " ".join((*sheet.notices, *notices))


def refusal(text, target="kind", **choice):
    with pytest.raises(InputError) as refused:
        read(text, target, **choice)
    return str(refused.value)


SIZES = [1.5, 1.7, 1.9, 5.5, 5.1, 5.9]
