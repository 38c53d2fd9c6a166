"""Tables in the shape in which people bring them: read right, with a notice on what was done, or one sentence with the fix."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ensemble import InputError
from ensemble.datasets.csv_sheet import read_sheet
from ensemble.datasets.csv_table import from_csv, to_table
from ensemble.datasets.splits import split
from testing.fuzz import examples


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
LARGE = [1500, 1700, 1500, 5500, 5100, 5500]


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
    """Cases 1 and 2."""
    assert refusal(text) == f"The first row looks like data, “{cell}”: say under “First row” whether it holds names or data."
    names = text.partition("\n")[0].split(",")
    data = read_sheet(text.encode(), "data")
    assert data.names == tuple(f"column {index}" for index in range(1, len(names) + 1))
    assert len(data.cells) == text.count("\n")
    assert data.cells.index[0] == 1
    if len(set(names)) == len(names) and "?" not in names:
        assert read_sheet(text.encode(), "names").names == tuple(names)


def test_a_row_of_numbers_is_read_as_names_or_as_data_as_people_say():
    """Cases 2."""
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
    """Cases 3."""
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
    """Cases 3."""
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("cells", "numbers", "example"),
    [
        (["$1.50", "$1.70", "$1.90", "$5.50", "$5.10", "$5.90"], SIZES, "“$1.50” of “size” as 1.5"),  # 4b n01
        (['"$1,500"', '"$1,700"', '"$1,500"', '"$5,500"', '"$5,100"', '"$5,500"'], LARGE, "“$1,500” of “size” as 1500"),  # n02
        (["€ 1.50", "€ 1.70", "€ 1.90", "€ 5.50", "€ 5.10", "€ 5.90"], SIZES, "“€ 1.50” of “size” as 1.5"),
        (["1.50 EUR", "1.70 EUR", "1.90 EUR", "5.50 EUR", "5.10 EUR", "5.90 EUR"], SIZES, "“1.50 EUR”"),
        (["-$1.50", "$-1.70", "$1.90", "$5.50", "$0", "0"], [-1.5, -1.7, 1.9, 5.5, 0, 0], "“-$1.50” of “size” as -1.5"),
        (["1 500", "1 700", "1 500", "5 500", "5 100", "5 500"], LARGE, "“1 500” of “size” as 1500"),  # 4c n09
        (
            [text.replace(" ", "\u00a0") for text in ["1 500", "1 700", "1 500", "5 500", "5 100", "5 500"]],
            LARGE,
            "as 1500",
        ),  # n10
        ([text.replace(" ", "\u202f") for text in ["1 500", "1 700", "1 500", "5 500", "5 100", "5 500"]], LARGE, "as 1500"),
        (
            ["1'500.5", "1'700.5", "999", "5'500.5", "5’100.5", "5'900.5"],
            [1500.5, 1700.5, 999, 5500.5, 5100.5, 5900.5],
            "as 15",
        ),
        (["1_500", "1_700", "1_500", "5_500", "5_100", "5_500"], LARGE, "“1_500” of “size” as 1500"),
        (['"1,234,567"', '"1,700"', '"999"', '"5,500"', '"0"', '"-5,500"'], [1234567, 1700, 999, 5500, 0, -5500], "as 1234567"),
        (['"1,234.5"', '"1,700"', '"999"', '"5,500"', '"0"', '"12"'], [1234.5, 1700, 999, 5500, 0, 12], "as 1234.5"),
        (["1.5 cm", "1.7 cm", "1.9 cm", "5.5 cm", "5.1 cm", "5.9 cm"], SIZES, "“1.5 cm” of “size” as 1.5"),  # 4d n08
        (["1.5%", "1.7%", "1.9%", "5.5%", "5.1%", "5.9%"], SIZES, "“1.5%” of “size” as 1.5"),
        (["1.5 °C", "1.7 °C", "−1.9 °C", "5.5 °C", "5.1 °C", "5.9 °C"], [1.5, 1.7, -1.9, 5.5, 5.1, 5.9], "“1.5 °C”"),
        (['="1.5"', '="1.7"', '="1.9"', '="5.5"', '="5.1"', '="5.9"'], SIZES, "of “size” as 1.5"),  # 4e n14
        ([f'"=""{size}"""' for size in SIZES], SIZES, "of “size” as 1.5"),  # 4e n15
        (["1.5D+00", "1.7D+00", "1.9D+00", "5.5D+00", "5.1D+00", "0.59D+01"], SIZES, "“1.5D+00” of “size” as 1.5"),  # 4f n13
        (["−1.5", "1.7", "1.9", "5.5", "5.1", "5.9"], [-1.5, *SIZES[1:]], "“−1.5” of “size” as -1.5"),
        (["\u200b1.5", "1.7", "1.9", "5.5", "5.1\ufeff", "5.9"], SIZES, ""),
    ],
)
def test_numbers_in_another_dress_are_read_with_a_notice(cells, numbers, example):
    """Cases 4."""
    table, notices = read(rows(*cells))
    assert table.feature_names == ("size",)
    assert table.x[:, 0].tolist() == numbers
    assert example in notices


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (['"1,5"', '"1,7"', '"1,9"', '"5,5"', '"5,1"', '"5,9"'], SIZES),  # 4a n05
        (['"0,125"', '"0,250"', '"0,500"', '"1,125"', '"1,250"', '"1,500"'], [0.125, 0.25, 0.5, 1.125, 1.25, 1.5]),
    ],
)
def test_decimal_commas_in_quotes_are_read(cells, numbers):
    """Cases 4a."""
    table, notices = read(rows(*cells))
    assert table.x[:, 0].tolist() == numbers
    assert notices == "Decimal commas are read as decimal points."


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            ['"1,500"', '"1,700"', '"1,500"', '"5,500"', '"5,100"', '"5,500"'],  # 4c n04
            "Column “size” holds “1,500” in row 2, which can mean 1500 or 1.5: write no separator of thousands, and a point",
        ),
        (
            ["(1.5)", "(1.7)", "(1.9)", "5.5", "5.1", "5.9"],
            "holds “(1.5)” in row 2, which may be below 0: write it with a",
        ),
        (["$1.50", "€1.70", "$1.90", "5.50", "$5.10", "$5.90"], "“$1.50” in row 2 and “€1.70” in row 3: write all in one unit"),
        (["1.5%", "1.7", "1.9%", "5.5%", "5.1%", "5.9%"], "holds “1.5%” in row 2 and “1.7” in row 3: write all in one unit"),
        (
            ["<0.1", "<0.1", "0.2", "0.5", "0.7", "0.9"],
            "holds “<0.1” in row 2 among numbers: write a number, such as half the",
        ),  # 6c
        (["1.5 2.5", "1.7 2.1", "1.9 2.2", "5.5 6.5", "5.1 6.1", "5.9 6.2"], "several numbers in one cell, “1.5 2.5” in row 2"),
        (["1.000", "12.500", "2.000", "999", "500", "1.234"], "holds “1.000” in row 2, which can mean 1000 or 1"),
    ],
)
def test_numbers_that_can_mean_two_things_get_a_sentence(cells, words):
    """Cases 4."""
    message = refusal(rows(*cells))
    assert words in message
    assert message.startswith("Column “size” holds")
    assert message.endswith("or leave the column out.")


@pytest.mark.parametrize(
    "cells",
    [
        ["36", "38", "S", "M", "S", "38"],
        ["<18", "18-65", ">65", "<18", "18-65", ">65"],
        ["<=50K", ">50K", "<=50K", ">50K", "<=50K", ">50K"],
        ["1st", "2nd", "3rd", "1st", "2nd", "3rd"],
        ["Q1", "Q2", "Q1", "Q2", "Q3", "Q3"],
        ["1.2.3", "1.2.4", "1.2.3", "1.2.3", "1.2.4", "1.2.4"],
        ["2019-01-05", "2019-01-05", "2019-01-06", "2019-01-06", "2019-01-05", "2019-01-05"],
        ["10:30", "10:30", "11:30", "11:30", "10:30", "10:30"],
        ["007A", "008A", "007A", "008A", "007A", "008A"],
        ["5D3", "5D4", "5D3", "5D4", "5D3", "5D4"],
        ["None", "red", "None", "red", "None", "red"],
        ["-", "red", "-", "red", "-", "red"],
    ],
)
def test_codes_and_words_stay_categories(cells):
    table, _ = read(rows(*cells))
    assert set(table.feature_names) == {f"size={cell}" for cell in cells}


def test_numbers_beside_words_become_words_with_a_notice():
    """Cases 4, 6: nothing becomes words in silence."""
    _, notices = read(rows("36", "38", "S", "M", "S", "38"))
    assert "Column “size” becomes 4 features, one for each of its values, because it holds “M” beside “36”." in notices
    _, notices = read(rows("1.5 cm", "20 mm", "1.5 cm", "20 mm", "1.5 cm", "20 mm"))
    assert "because it holds “1.5 cm” beside “20 mm”" in notices


@pytest.mark.parametrize(
    ("text", "people", "notice"),
    [
        (  # 5a n11
            "people;rate;kind\n1.234;1,5;a\n999;1,7;a\n2.345;1,9;a\n12.500;5,5;b\n998;5,1;b\n15.000;5,9;b\n",
            [1234, 999, 2345, 12500, 998, 15000],
            "“1.234” of “people” as 1234",
        ),
        (
            "people\trate\tkind\n1.234\t1,5\ta\n999\t1,7\ta\n2.345\t1,9\ta\n12.500\t5,5\tb\n998\t5,1\tb\n15.000\t5,9\tb\n",
            [1234, 999, 2345, 12500, 998, 15000],
            "“1.234” of “people” as 1234",
        ),
        (  # 5b n31
            "people;kind\n1.234,5;a\n999,0;a\n2.345,5;a\n12.500,5;b\n998,0;b\n15.000,5;b\n",
            [1234.5, 999, 2345.5, 12500.5, 998, 15000.5],
            "“1.234,5” of “people” as 1234.5",
        ),
        (
            "people;kind\n1.234.567;a\n999;a\n2.345;a\n12.500;b\n998;b\n15.000;b\n",
            [1234567, 999, 2345, 12500, 998, 15000],
            "“1.234.567” of “people” as 1234567",
        ),
        (
            'people,rate,kind\n"1,234",1.5,a\n999,1.7,a\n"2,345",1.9,a\n"12,500",5.5,b\n998,5.1,b\n"15,000",5.9,b\n',
            [1234, 999, 2345, 12500, 998, 15000],
            "“1,234” of “people” as 1234",
        ),
        (
            "people;rate;kind\n0.125;1,5;a\n0.25;1,7;a\n1.234;5,9;b\n2.345;5,5;b\n",
            [0.125, 0.25, 1.234, 2.345],
            "Decimal commas",
        ),
        ("people;kind\n1.234;a\n1.5;a\n999;b\n998;b\n", [1.234, 1.5, 999, 998], "semicolons"),
        ("people,kind\n1.234,a\n1.500,a\n2.000,b\n9.125,b\n", [1.234, 1.5, 2, 9.125], ""),
    ],
)
def test_signs_of_thousands_are_told_from_decimals_by_all_columns(text, people, notice):
    """Cases 5: never wrong by a factor of 1000."""
    table, notices = read(text)
    assert table.x[:, 0].tolist() == people
    assert notice in notices


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("people;kind\n1.234;a\n999;a\n2.345;a\n12.511;b\n998;b\n15.111;b\n", "“1.234” in row 2, which can mean 1234 or 1.234"),
        ("people;kind\n1,234;a\n999;a\n2,345;a\n12,500;b\n998;b\n15,000;b\n", "“1,234” in row 2, which can mean 1234 or 1.234"),
        (
            "people;kind\n1,5;a\n1.234;a\n2.345;a\n3,5;b\n998;b\n",
            "“1,5” in row 2 and “1.234” in row 3: write all decimals",
        ),
    ],
)
def test_signs_of_thousands_that_nothing_decides_get_a_sentence(text, words):
    """Cases 5."""
    assert words in refusal(text)


@pytest.mark.parametrize("mark", [".", "None", "<NA>", "#N/A", "#DIV/0!", "n.a.", "-nan"])
@pytest.mark.parametrize("many", [False, True])
def test_marks_of_statistics_programs_are_missing_numbers(mark, many):
    """Cases 6a, 6b: n19, n21, m07; whatever their share is."""
    cells = ["21", mark, "23", mark, "25", "23"] if many else ["21", mark, "23", "29", "25", "23"]
    text = "pay,age,kind\n" + "".join(f"{pay},{age},{kind}\n" for pay, age, kind in zip(SIZES, cells, "aaabbb", strict=True))
    table, notices = read(text, missing="impute")
    assert table.x[:, 1].tolist() == [23 if cell == mark else float(cell) for cell in cells]
    assert f"In columns of numbers “{mark}” is read as missing." in notices
    assert len(read(text)[0].x) == 6 - cells.count(mark)


@pytest.mark.parametrize("mark", ["-", "--", "–", "none", "unknown", "missing", "*"])
def test_a_mark_that_may_mean_nothing_or_zero_gets_a_sentence(mark):
    """Cases 6b: n22."""
    text = f"age,pay,kind\n21,1.5,a\n{mark},1.7,a\n23,1.9,a\n{mark},5.5,b\n25,5.1,b\n23,5.9,b\n"
    expected = f"Column “age” holds “{mark}” in row 3 among numbers: write 0 if it means none, leave the cell empty, or leave"
    assert expected in refusal(text)


def test_texts_that_are_read_as_missing_are_named():
    """Cases 7a, 7b: Namibia, and a person called Null."""
    _, notices = read("rain,country\n1.5,NA\n1.7,NA\n2.9,BW\n3.5,BW\n5.1,ZA\n5.9,ZA\n", "country")
    assert notices == (
        "2 rows are dropped: the class, “country”, is missing (“NA” is read as missing: spell it out if it is a class)."
    )
    _, notices = read("age,name\n22.9,Null\n23.1,Null\n39.1,Kim\n38.9,Kim\n6.9,Lee\n7.1,Lee\n", "name")
    assert "“Null” is read as missing" in notices
    text = "age,name,kind\n22.9,Null,a\n23.1,Null,b\n39.1,Kim,a\n38.9,Kim,b\n6.9,Lee,a\n7.1,Lee,b\n"
    assert "a value is missing, most often in “name” (“Null” is read as missing: spell it out if it is a" in read(text)[1]
    assert "“Null” is read as missing" in read(text, missing="impute")[1]


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("setosa", "setosa\u200b", "setosa"),  # 8a l03
        ("new york", "new\u00a0york", "new york"),  # 8b l05
        ("set\u00adosa", "setosa", "setosa"),  # 8b l10
        ("new york", "new  york", "new york"),
        ("caf\u00e9", "cafe\u0301", "café"),
        ("setosa\u200d", "setosa", "setosa"),
        ("\u202asetosa\u202c", "setosa", "setosa"),
    ],
)
def test_labels_and_categories_that_look_alike_are_one_with_a_notice(one, other, name):
    """Cases 8."""
    table, notices = read(f"size,kind\n1.5,{one}\n1.7,{one}\n1.9,{other}\n1.6,{other}\n5.5,virginica\n5.1,virginica\n")
    assert table.class_names == (name, "virginica")
    assert notices == f"Values that look alike are read as one: “{name}”."
    table, _ = read(f"colour,kind\n{one},a\n{other},a\n{one},b\nred,b\nred,a\nred,b\n")
    assert table.feature_names == tuple(sorted([f"colour={name}", "colour=red"]))


@pytest.mark.parametrize(("one", "other", "name"), [("1", "1.0", "1"), ("0.50", "0.5", "0.5"), ("1e3", "1000", "1e3")])
def test_one_number_written_in_two_ways_is_one_class(one, other, name):
    """Cases 8c: l01."""
    table, notices = read(rows(*SIZES, labels=[one, one, other, other, "2", "2"]))
    assert set(table.class_names) == {name, "2"}
    assert f"Column “kind” holds one number in several ways, such as “{one}”, “{other}”; they are read as one value." in notices


@pytest.mark.parametrize(("one", "other"), [("1", "01"), ("Yes", "yes"), ("\uff21", "A")])
def test_labels_that_may_be_one_stay_apart_with_a_notice(one, other):
    """Cases 8g: l02, l06, l13."""
    table, notices = read(rows(*SIZES, labels=[one, one, other, other, "B", "B"]))
    assert set(table.class_names) == {one, other, "B"}
    assert f"Classes “{one}” and “{other}” are kept apart: write them in one way if they are one class." in notices


@pytest.mark.parametrize("name", ["👩\u200d🔬", "می\u200cشود", "क्\u200dष"])
def test_joiners_stay_in_names(name):
    """Cases 8h: l07, l08."""
    table, notices = read(rows(*SIZES, labels=[name] * 3 + ["other"] * 3))
    assert name in table.class_names
    assert not notices


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("Länge, cm;Breite, cm;Art\n1,5;2,5;a\n1,7;2,1;a\n5,5;6,5;b\n5,1;6,1;b\n", ("Länge, cm", "Breite, cm")),  # 9a d01
        ("Länge, cm;Art\n1,5;a\n1,7;a\n5,5;b\n5,1;b\n", ("Länge, cm",)),
        ("Länge, cm\tArt\n1,5\ta\n1,7\ta\n5,5\tb\n5,1\tb\n", ("Länge, cm",)),
    ],
)
def test_commas_in_names_do_not_outvote_the_delimiter(text, features):
    """Cases 9."""
    table, _ = read(text, "Art")
    assert table.feature_names == features
    assert table.x[0, 0] == 1.5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"size,note,kind\n1.5,one\rtwo,a\n1.7,x,a\n5.5,x,b\n5.1,x,b\n",
            "Row 2 cannot be read: it holds a carriage return",
        ),
        (
            b'size,name,kind\n1.5,"the \\"big\\" one",a\n1.7,plain,a\n',
            "Row 2 cannot be read: write a quote inside a quoted",
        ),
        (b'"size" "weight" "kind"\n1.5 2.5 "a"\n1.7 2.1 "a"\n', "by commas, semicolons or tabs, not by blanks."),  # 10c d17
        (b"size weight kind\n1.5 2.5 a\n1.7 2.1 a\n", "by commas, semicolons or tabs, not by blanks."),
        (
            b'18.0   8   307.0\t"alpha one"\n15.0   8   350.0\t"beta two"\n',
            "Row 1 holds several numbers in one cell, “18.0 8",
        ),
        (b"size,kind\n1.5,a\n" + b"1" * 140_000 + b",a\n", "Row 3 cannot be read: keep cells under 131,072 characters."),
    ],
)
def test_what_cannot_be_read_gets_the_true_reason(data, words):
    """Cases 10: d15, d04, d17, d07."""
    message = refusal(data)
    assert words in message
    assert b'"' in data or "quote" not in message


@pytest.mark.parametrize(
    "data",
    [
        b"size,kind\r1.5,a\r1.7,a\r5.5,b\r5.1,b\n",  # 10a d02
        b"size,kind\r1.5,a\r1.7,a\r5.5,b\r5.1,b\r\n",
        b'\xef\xbb\xbf\xef\xbb\xbf"size","kind"\n1.5,a\n1.7,a\n5.5,b\n5.1,b\n',  # 10f d10
    ],
)
def test_line_ends_of_two_kinds_and_two_marks_at_the_start_are_read(data):
    """Cases 10."""
    table, notices = read(data)
    assert table.feature_names == ("size",)
    assert table.x[:, 0].tolist() == [1.5, 1.7, 5.5, 5.1]
    assert notices == ""


def test_whole_numbers_that_all_differ_are_measurements_unless_they_count_the_rows():
    """Cases 11a, 11b: n28, n29."""
    assert read(rows(12, 15, 17, 31, 40, 44, name="weight"))[0].feature_names == ("weight",)
    table, _ = read("age,height,kind\n21,160,a\n25,165,a\n29,168,a\n33,180,b\n37,184,b\n41,188,b\n")
    assert table.feature_names == ("age", "height")
    message = refusal(rows(3, 1, 2, 4, 6, 5, name="number"))
    assert message == (
        "No column is left to learn from: “number” looks like an identifier; choose it as a feature to learn from it."
    )
    _, notices = read(rows(100234, 340213, 723415, 199923, 455512, 671234, name="patient"))
    assert "Each row has its own whole number in “patient”: leave out what only names the rows." in notices


def test_words_of_which_hardly_any_occurs_twice_are_identifiers():
    """Cases 11d: r01, the zoo with two frogs."""
    table, notices = read("animal,legs,kind\naardvark,4,m\nbear,4,m\nfrog,4,r\nfrog,4,r\ncarp,0,f\nbass,0,f\n")
    assert table.feature_names == ("legs",)
    assert "Column “animal” is left out: it looks like an identifier; choose it as a feature" in notices


def test_all_classes_of_a_single_row_are_named_at_once():
    """Cases 19f: r02."""
    text = "len,rings\n0.1,1\n0.2,2\n0.3,3\n0.4,4\n0.5,4\n0.6,5\n0.7,5\n"
    assert refusal(text, "rings").startswith("Classes “1”, “2”, “3” have a single row each that can be used: add rows of them,")


def test_too_many_classes_are_said_before_anything_else():
    """Cases 19g: a date and a price of a hundred values."""
    text = "date,price\n" + "".join(f"2020-01-{k},{k}.5\n" for k in range(100))
    assert refusal(text, "price").startswith("Column “price” has 100 different values, and 30 classes are the most")


GROUPS = r"-?[0-9]{1,3}(?:\.[0-9]{3})*"
DRESSES = {
    "plain": str,
    "three decimals": "{:.3f}".format,
    "thousands": "{:,}".format,
    "German": lambda value: f"{value:,}".translate(str.maketrans(",.", ".,")),
    "decimal comma": lambda value: str(value).replace(".", ","),
    "Swiss": lambda value: f"{value:,}".replace(",", "'"),
    "blanks": lambda value: f"{value:,}".replace(",", "\u00a0"),
    "dollars": "${:,.2f}".format,
    "euros": lambda value: f"{value:,.2f} €".translate(str.maketrans(",.", ".,")),
    "unit": "{} mm".format,
    "percent": "{}%".format,
    "Excel": '="{}"'.format,
    "Fortran": lambda value: f"{value:.17e}".replace("e", "D"),
    "parentheses": lambda value: f"({-value})" if value < 0 else str(value),
    "minus of typography": lambda value: str(value).replace("-", "−"),
    "unknown": lambda value: str(value) if value > 0 else "unknown",
}


@examples(150)
@given(
    st.lists(
        st.floats(-99999, 99999, allow_subnormal=False).map(lambda value: round(value, 2))
        | st.integers(-999, 999)
        | st.integers(1, 99).map(lambda value: value * 1000)
        | st.integers(1, 99999).map(lambda value: value / 1000),
        min_size=4,
        max_size=9,
    ),
    st.sampled_from(sorted(DRESSES)),
    st.sampled_from(",;\t"),
    st.booleans(),
)
def test_numbers_in_any_dress_come_back_the_same_or_are_refused_or_said_to_be_words(values, dress, delimiter, beside):
    """Cases 4, 5: a table of numbers is never silently something else."""
    assume(len(set(values)) > 1)
    cells = [DRESSES[dress](value) for value in values]
    quote = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    other = [f"{DRESSES[dress](index + 0.5)}" if beside else "x" for index in range(len(values))]
    lines = [delimiter.join(["size", "other", "kind"])]
    for index, (cell, more) in enumerate(zip(quote, other, strict=True)):
        more = '"' + more.replace('"', '""') + '"'
        lines.append(delimiter.join([cell, more, "ab"[index % 2]]))
    try:
        table, notices = read("\n".join(lines), features=["size"])
    except InputError:
        return
    if table.feature_names == ("size",):
        exact = {"three decimals": "{:.3f}", "dollars": "{:.2f}", "euros": "{:.2f}"}.get(dress, "{}")
        said = "decimal points" in notices or "“size” as" in notices
        in_doubt = said or (dress == "German" and delimiter == "," and all(re.fullmatch(GROUPS, cell) for cell in cells))
        expected = np.array([float(exact.format(value)) for value in values])
        factor = 1000 if in_doubt and not np.allclose(table.x[:, 0], expected) else 1
        np.testing.assert_allclose(table.x[:, 0] * factor, expected, rtol=1e-12)
    else:
        assert "becomes" in notices


def test_a_table_in_another_dress_is_split_like_the_plain_one():
    plain = read(rows(*SIZES))[0]
    dressed = read(rows(*[f"{size} cm" for size in SIZES]))[0]
    assert split(plain).same_rows(split(dressed))
