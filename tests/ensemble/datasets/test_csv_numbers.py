"""CSV files as people have them: numbers, their signs, and marks of missing ones."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ensemble import InputError
from ensemble.datasets.splits import split
from testing.fuzz import examples
from tests.ensemble.datasets.csv_texts import SIZES, read, refusal, rows

LARGE = [1500, 1700, 1500, 5500, 5100, 5500]


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
    """Nothing becomes words in silence."""
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
    """Never wrong by a factor of 1000."""
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
    assert words in refusal(text)


@pytest.mark.parametrize("mark", [".", "None", "<NA>", "#N/A", "#DIV/0!", "n.a.", "-nan"])
@pytest.mark.parametrize("many", [False, True])
def test_marks_of_statistics_programs_are_missing_numbers(mark, many):
    """Whatever their share is."""
    cells = ["21", mark, "23", mark, "25", "23"] if many else ["21", mark, "23", "29", "25", "23"]
    text = "pay,age,kind\n" + "".join(f"{pay},{age},{kind}\n" for pay, age, kind in zip(SIZES, cells, "aaabbb", strict=True))
    table, notices = read(text, missing="impute")
    assert table.x[:, 1].tolist() == [23 if cell == mark else float(cell) for cell in cells]
    assert f"In columns of numbers “{mark}” is read as missing." in notices
    assert len(read(text)[0].x) == 6 - cells.count(mark)


@pytest.mark.parametrize("mark", ["-", "--", "–", "none", "unknown", "missing", "*"])
def test_a_mark_that_may_mean_nothing_or_zero_gets_a_sentence(mark):
    text = f"age,pay,kind\n21,1.5,a\n{mark},1.7,a\n23,1.9,a\n{mark},5.5,b\n25,5.1,b\n23,5.9,b\n"
    expected = f"Column “age” holds “{mark}” in row 3 among numbers: write 0 if it means none, leave the cell empty, or leave"
    assert expected in refusal(text)


def test_texts_that_are_read_as_missing_are_named():
    """Namibia, and a person called Null."""
    _, notices = read("rain,country\n1.5,NA\n1.7,NA\n2.9,BW\n3.5,BW\n5.1,ZA\n5.9,ZA\n", "country")
    assert notices == (
        "2 rows are dropped: the class, “country”, is missing (“NA” is read as missing: spell it out if it is a class)."
    )
    _, notices = read("age,name\n22.9,Null\n23.1,Null\n39.1,Kim\n38.9,Kim\n6.9,Lee\n7.1,Lee\n", "name")
    assert "“Null” is read as missing" in notices
    text = "age,name,kind\n22.9,Null,a\n23.1,Null,b\n39.1,Kim,a\n38.9,Kim,b\n6.9,Lee,a\n7.1,Lee,b\n"
    assert "a value is missing, most often in “name” (“Null” is read as missing: spell it out if it is a" in read(text)[1]
    assert "“Null” is read as missing" in read(text, missing="impute")[1]


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
def test_numbers_in_any_format_are_read_exactly_refused_or_words(values, dress, delimiter, beside):
    """A table of numbers is never silently something else."""
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
