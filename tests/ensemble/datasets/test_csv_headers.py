"""CSV files as people have them: names, and lines above them."""

import pytest

from ensemble.datasets.csv_sheet import read_sheet
from ensemble.datasets.csv_table import from_csv
from tests.ensemble.datasets.csv_texts import read, refusal


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("3,?,88.6,gas\n1,164,94.5,gas\n2,164,99.8,gas\n2,158,99.4,diesel\n1,158,96.3,diesel\n3,192,93.1,gas\n", "3"),  # 1a
        ("2,30,2,1,1.00,85,?,1\n2,50,1,1,0.90,135,61,1\n1,78,1,2,0.70,96,72,2\n1,31,1,2,0.70,46,80,1\n", "2"),  # 1b
        ("5.1,NA,1.4,setosa\n4.9,3.0,1.5,setosa\n6.4,3.2,4.5,versi\n6.9,3.1,4.9,versi\n", "5.1"),  # 1c
        ("5.1,unknown,1.4,setosa\n4.9,3.0,1.5,setosa\n6.4,3.2,4.5,versi\n6.9,3.1,4.9,versi\n", "5.1"),
        ("red,?,a\nred,small,a\nblue,large,b\nblue,small,b\n", "red"),
        ("red,odd,a\nred,small,a\nblue,large,b\nblue,small,b\n", "red"),
        ("900,910,920,kind\n0.11,0.21,0.31,a\n0.12,0.25,0.32,a\n0.31,0.41,0.52,b\n0.33,0.40,0.55,b\n", "900"),  # 2a
        ("0,1,2,3\n5.1,3.5,1.4,0\n4.9,3.0,1.4,0\n6.4,3.2,4.5,1\n6.9,3.1,4.9,1\n", "0"),  # 2b
        ("3,164,88.6,gas\n1,164,94.5,gas\n2,158,99.4,diesel\n1,158,96.3,diesel\n", "3"),
    ],
)
def test_a_first_row_that_may_be_names_or_data_is_asked_about(text, cell):
    assert refusal(text) == f"The first row looks like data, “{cell}”: say under “First row” whether it holds names or data."
    names = text.partition("\n")[0].split(",")
    data = read_sheet(text.encode(), "data")
    assert data.names == tuple(f"column {index}" for index in range(1, len(names) + 1))
    assert len(data.cells) == text.count("\n")
    assert data.cells.index[0] == 1
    if len(set(names)) == len(names) and "?" not in names:
        assert read_sheet(text.encode(), "names").names == tuple(names)


def test_a_row_of_numbers_is_read_as_names_or_as_data_as_people_say():
    text = "0,1,2,3\n5.1,3.5,1.4,0\n4.9,3.0,1.4,0\n6.4,3.2,4.5,1\n6.9,3.1,4.9,1\n"
    table, _ = read(text, "3", first_row="names")
    assert (table.feature_names, table.class_names, len(table.x)) == (("0", "1", "2"), ("0", "1"), 4)
    dataset, _ = from_csv(b"1.5,a\n1.6,a\n5.5,b\n5.1,b\n", "column 2", first_row="data")
    assert sorted([*dataset.y_train, *dataset.y_test]) == [0, 0, 1, 1]


@pytest.mark.parametrize("header", ["RI,Na,K,kind", "a,None,b,kind", "unknown,missing,NA,kind"])
def test_names_that_are_also_marks_of_a_missing_value_are_names_above_numbers(header):
    assume_names = f"{header}\n1.5,13.6,0.5,a\n1.6,13.9,0.6,a\n2.5,12.1,0.1,b\n2.6,12.3,0.2,b\n"
    if header.startswith("unknown"):
        assert "First row" not in refusal(assume_names, "nothing")
    else:
        assert read(assume_names)[0].feature_names == tuple(header.split(",")[:3])


@pytest.mark.parametrize(
    ("text", "features", "notice"),
    [
        (
            "sep=;\nsize;kind\n1,5;a\n1,7;a\n5,5;b\n5,1;b\n",
            ("size",),
            "The line “sep=;” above the names is left out.",
        ),  # 3a h11
        ("sep=;\nsize;weight;kind\n1,5;2,5;a\n1,7;2,1;a\n5,5;6,5;b\n5,1;6,1;b\n", ("size", "weight"), "“sep=;”"),  # 3a h10
        ('"sep=,"\r\nsize,kind\r\n1.5,a\r\n1.7,a\r\n5.5,b\r\n5.1,b\r\n', ("size",), "sep=,"),
        ("# source: a diary\nsize,kind\n1.5,a\n1.7,a\n5.5,b\n5.1,b\n", ("size",), "1 line that begins with “#”"),  # 3b h19
        (
            "# by a logger, version 2\nsize,kind\n1.5,a\n1.7,a\n5.5,b\n5.1,b\n",
            ("size",),
            "above the names is left out",
        ),  # 3b h13
        ('# one\n#\n# it\'s "2"\n\nsize,kind\n1.5,a\n1.7,a\n5.5,b\n5.1,b\n', ("size",), "3 lines that begin with “#”"),
        ("# two\n#size,kind\n1.5,a\n1.7,a\n5.5,b\n5.1,b\n", ("#size",), "1 line that begins"),
    ],
)
def test_lines_above_the_names_are_left_out_with_a_notice(text, features, notice):
    table, notices = read(text)
    assert table.feature_names == features
    assert table.x[:, 0].tolist() == [1.5, 1.7, 5.5, 5.1]
    assert notice in notices


def test_rows_are_counted_with_the_lines_above_the_names():
    sheet = read_sheet(b"# note\nsep,kind\n1.5,a\n1.7,a\n")
    assert sheet.cells.index.tolist() == [3, 4]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sep=|\nsize|kind\n1|a\n", "“|” stands between cells: put commas, semicolons or tabs there"),  # 3a
        (
            "My report\nsize,kind\n1.5,a\n1.7,a\n",
            "Row 1 holds one cell and the rows below 2: delete what stands above",
        ),
        ("Report, 2024\na,b,kind\n1.5,2,a\n1.7,3,a\n", "Row 1 has 2 cells and the rows below 3: delete what stands above the"),
    ],
)
def test_what_else_stands_above_the_names_is_said(text, words):
    assert words in refusal(text)
