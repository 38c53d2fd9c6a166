import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris, load_wine
from sklearn.impute import SimpleImputer

from ensemble import InputError
from ensemble.datasets.csv_numbers import MISSING_NUMBERS
from ensemble.datasets.csv_sheet import MISSING, read_sheet
from ensemble.datasets.csv_table import to_table
from ensemble.datasets.csv_template import template
from ensemble.datasets.csv_words import tidy
from testing.fuzz import examples

FLOWERS = """size,colour,number,same,none,kind
1.5,red,1,x,,a
2.5,blue,2,x,,a
3.5,red,3,x,,b
0.5,green,4,x,NA,b
1.5,blue,5,x,,b
"""


def sheet_of(text):
    return read_sheet(text.encode())


def table_of(text, target="y", features=None, missing="drop"):
    return to_table(sheet_of(text), target, features, missing)


def refusal(text, *choice):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InputError) as refused:
        to_table(read_sheet(data), *(choice or ("y",)))
    return str(refused.value)


def test_columns_are_told_apart_by_what_they_hold():
    columns = sheet_of(FLOWERS).columns
    assert [(column.name, column.kind, column.missing, column.distinct, column.example) for column in columns] == [
        ("size", "number", 0, 4, "1.5"),
        ("colour", "category", 0, 3, "red"),
        ("number", "identifier", 0, 5, "1"),
        ("same", "constant", 0, 1, "x"),
        ("none", "empty", 5, 0, ""),
        ("kind", "category", 0, 2, "a"),
    ]


def test_what_is_left_out_and_encoded_is_said():
    table, notices = table_of(FLOWERS, "kind")
    assert table.feature_names == ("size", "colour=blue", "colour=green", "colour=red")
    assert notices == [
        "Column “number” is left out: it looks like an identifier; choose it as a feature to learn from it.",
        "Column “same” is left out: it holds one value only.",
        "Column “none” is left out: it is empty.",
        "Column “colour” becomes 3 features, one for each of its values.",
    ]
    assert table.about == "5 rows of an uploaded file: 4 features from 2 columns."


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_commas_semicolons_tabs_marks_and_line_ends_give_the_same_table(delimiter, mark, end):
    text = FLOWERS.replace(",", delimiter).replace("\n", end)
    sheet = read_sheet(mark + text.encode())
    assert sheet.delimiter == delimiter
    expected, _ = table_of(FLOWERS, "kind")
    assert np.array_equal(to_table(sheet, "kind")[0].x, expected.x)
    assert sheet.names == ("size", "colour", "number", "same", "none", "kind")


def test_decimal_commas_are_read_between_semicolons_and_between_tabs():
    text = "size;y\n1,5;a\n-2,25e1;a\n3;b\n,5;b\n"
    table, _ = table_of(text)
    assert table.x[:, 0].tolist() == [1.5, -22.5, 3, 0.5]
    assert sheet_of(text).notices[-1] == "Decimal commas are read as decimal points."
    assert table_of(text.replace(";", "\t"))[0].x.tolist() == table.x.tolist()
    assert "“1,5” in row 2 and “3.5” in row 4: write all decimals in one way" in refusal(text.replace("3;", "3.5;"))


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks():
    table, _ = table_of('"name, full",y\n"a, ""b""",1\n"a, ""b""",2\n"c\nd",1\n "c\nd",2\n')
    assert table.feature_names == ('name, full=a, "b"', "name, full=c d")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t"),
)
def test_cells_are_those_that_the_csv_module_has_written(rows, delimiter):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["one", "two", "three"], *rows])
    sheet = sheet_of(file.getvalue())
    assert sheet.delimiter == delimiter
    for got, row in zip(sheet.cells.fillna("").to_numpy(object).tolist(), rows, strict=True):
        assert got == ["" if tidy(cell).lower() in MISSING else tidy(cell) for cell in row]


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_a_set_of_scikit_learn_comes_back_from_a_file_to_the_last_digit(load):
    frame = load(as_frame=True).frame
    table, notices = to_table(read_sheet(frame.to_csv(index=False).encode()), "target")
    assert np.array_equal(table.x, load().data)
    assert np.array_equal(table.y, load().target)
    assert notices == []


@examples(40)
@given(st.lists(st.tuples(st.sampled_from(["red", "Red", "é", "7", "=1+1"]), st.sampled_from("xyz")), min_size=4, max_size=30))
def test_categories_are_encoded_as_pandas_encodes_them(pairs):
    rows = [*pairs, ("blue", "x"), ("blue", "y"), ("green", "x"), ("green", "z")]
    frame = pd.DataFrame(rows, columns=["colour", "size"]).assign(y=["a", "b"] * (len(rows) // 2) + ["a"] * (len(rows) % 2))
    table, _ = to_table(read_sheet(frame.to_csv(index=False).encode()), "y", ["colour", "size"])
    expected = pd.get_dummies(frame[["colour", "size"]], prefix_sep="=", dtype=float)
    assert table.feature_names == tuple(expected.columns)
    assert np.array_equal(table.x, expected.to_numpy())


@examples(40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1.5", "2.5", "", "NA", "7"]),
            st.sampled_from(["red", "blue", "?"]),
            st.sampled_from(["a", "b", ""]),
        )
    )
)
def test_missing_values_are_dropped_as_pandas_and_imputed_as_scikit_learn_does(rows):
    rows = [*rows, ("0.5", "red", "a"), ("0.25", "blue", "a"), ("0.5", "red", "b"), ("0.25", "red", "b")]
    frame = pd.DataFrame(rows, columns=["size", "colour", "y"]).replace(["", "NA", "?"], np.nan)
    text = "size,colour,y\n" + "".join(f"{','.join(row)}\n" for row in rows)
    complete, labelled = frame.dropna(), frame.dropna(subset="y")
    dropped, notices = table_of(text, features=["size", "colour"])
    assert dropped.x[:, 0].tolist() == complete["size"].astype(float).tolist()
    assert dropped.y.tolist() == complete["y"].map({"a": 0, "b": 1}).tolist()
    assert sum(int(notice.split()[0]) for notice in notices if "dropped" in notice) == len(frame) - len(complete)
    imputed, _ = table_of(text, features=["size", "colour"], missing="impute")
    median = SimpleImputer(strategy="median").fit_transform(labelled[["size"]].astype(float))
    most = SimpleImputer(strategy="most_frequent").fit_transform(labelled[["colour"]].astype(object))
    assert np.array_equal(imputed.x[:, :1], median)
    assert np.array_equal(imputed.x[:, 2:] == 1, most == "red")


def test_imputing_says_how_often_and_by_what():
    text = "size,colour,y\n1.5,red,a\n2.5,,a\nNaN,red,b\nnull,blue,b\n9.5,?,\n"
    _, notices = table_of(text, features=["size", "colour"], missing="impute")
    assert notices == [
        "1 row is dropped: the class, “y”, is missing.",
        "2 missing values of “size” are replaced by the median, 2.",
        "1 missing value of “colour” is replaced by the most frequent one, “red”.",
        "Column “colour” becomes 2 features, one for each of its values.",
    ]


def test_dropping_says_how_many_rows_and_which_column_lacks_most():
    _, notices = table_of("u,v,y\n1.5,,a\n2.5,1.5,a\n1.5,2.5,a\n,,b\n1.5,1.5,b\n2.5,1.5,b\n")
    assert notices == ["2 rows are dropped: a value is missing, most often in “v”."]


def test_a_column_that_holds_one_value_once_rows_are_dropped_is_left_out():
    table, notices = table_of("u,v,y\n1.5,k,a\n2.5,k,a\n1.5,k,b\n2.5,k,b\n,l,b\n")
    assert table.feature_names == ("u",)
    assert notices[-1] == "Column “v” is left out: it holds one value only."


def test_named_features_keep_their_order_even_if_they_look_like_ids():
    table, notices = table_of(FLOWERS, "kind", ["number", "size", "number"])
    assert table.feature_names == ("number", "size")
    assert table.x[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert notices == []


@pytest.mark.parametrize("name", ["id", "ID", "index", "user_id", "user id", "userId", "customerID", "row.uuid"])
def test_a_column_named_like_an_identifier_is_one(name):
    assert sheet_of(f"{name},y\n1,a\n1,b\n2,c\n").columns[0].kind == "identifier"


@pytest.mark.parametrize("name", ["covid", "mid", "COVID", "body index", "width"])
def test_a_column_that_only_ends_alike_is_none(name):
    assert sheet_of(f"{name},y\n1,a\n1,b\n2,c\n").columns[0].kind == "number"


def test_numeric_classes_sort_by_number_and_others_alphabetically():
    assert table_of("x,y\n" + "".join(f"{k}.5,{k % 11}\n" for k in range(22)))[0].class_names == (*map(str, range(11)),)
    table, _ = table_of("x,y\n1.5,b\n2.5,a\n1,b\n2,a\n")
    assert (table.class_names, table.y.tolist()) == (("a", "b"), [1, 0, 1, 0])


def test_the_template_is_iris_and_comes_through_the_door():
    table, notices = to_table(read_sheet(template()), "species")
    iris, rows = load_iris(), [0, 1, 2, 3, 50, 51, 52, 53, 100, 101, 102, 103]
    assert np.array_equal(table.x[:, :4], iris.data[rows])
    assert table.class_names == tuple(iris.target_names)
    assert table.feature_names[4:] == ("petal_size=large", "petal_size=medium", "petal_size=small")
    assert notices == ["Column “petal_size” becomes 3 features, one for each of its values."]
    assert all(column.kind in ("number", "category") for column in read_sheet(template()).columns)


def test_formulas_and_html_stay_text():
    text = '=1+1,<b>bold</b>,y\n1.5,"=HYPERLINK(""x"")",<script>\n2.5,@SUM,<script>\n1.5,@SUM,-1+2\n0.5,@SUM,-1+2\n'
    table, _ = table_of(text, features=["=1+1", "<b>bold</b>"])
    assert table.feature_names == ("=1+1", '<b>bold</b>==HYPERLINK("x")', "<b>bold</b>=@SUM")
    assert table.class_names == ("-1+2", "<script>")


def test_long_names_are_shortened_and_stay_different():
    names = ["n" * 70 + end for end in "pq"]
    sheet = sheet_of(f"{names[0]},{names[1]},y\n1.5,2.5,a\n2.5,1.5,b\n")
    assert sheet.names == ("n" * 30 + "…" + "n" * 28 + "p", "n" * 30 + "…" + "n" * 28 + "q", "y")
    assert sheet.notices[0].startswith("2 names are shortened to 60 characters: ")
    classes = table_of(f"x,y\n1.5,{names[0]}\n2.5,{names[0]}\n1.5,{names[1]}\n0.5,{names[1]}\n")[0].class_names
    assert len(set(classes)) == 2
    assert max(map(len, classes)) == 60


def test_names_are_written_on_one_line_without_signs_that_hide_text():
    assert sheet_of('"a\nb",\u202ec\x07d,y\n1.5,2.5,a\n1.5,2.5,b\n').names == ("a b", "c d", "y")


def test_a_feature_that_would_be_named_as_another_is_numbered():
    table, _ = table_of("c=r,c,y\n1.5,r,a\n2.5,s,a\n1.5,r,b\n2.5,s,b\n")
    assert table.feature_names == ("c=r", "c=r (2)", "c=s")


def test_blank_lines_are_skipped_and_counted_in_row_numbers():
    sheet = sheet_of("\nx,y\n1.5,a\n\n  \n2.5,a\n\n\n")
    assert sheet.cells.index.tolist() == [3, 6]
    assert sheet.notices == ("2 blank rows are left out.",)


ROWS = "x,y\n1.5,a\n2.5,a\n1.5,b\n2.5,b\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "The file is empty: give one with names"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (b"PK\x03\x04" + bytes(50), "This is a binary file, perhaps a spreadsheet: save it as “CSV UTF-8”"),
        (ROWS.encode() + b"\0", "binary file"),
        (b"%PDF-1.7 x,y\n", "binary file"),
        (ROWS.encode("utf-16"), "encoded as UTF-16: save it as “CSV UTF-8”"),
        (ROWS.encode() + "1.5,Zürich\n".encode("latin-1"), "Line 6 is not encoded as UTF-8: save the file as “CSV UTF-8”"),
        (b"a" * 20_000_001, "The file has 20,000,001 bytes, and 20,000,000 (20 MB) are the most"),
        (b"x,y\n" + b"1" * 1_000_001, "Line 2 is longer than 1,000,000 bytes"),
        ("x\n1\n2\n", "one column only: separate the cells by commas, semicolons or tabs"),
        ("x,y\n", "no row below the names in the first one: add rows"),
        ("1.5,a\n2.5,a\n1.5,b\n", "The first row looks like data, “1.5”: say under “First row” whether it holds names or data"),
        ("red,a\nblue,b\nred,b\nblue,a\n", "The first row looks like data, “red”"),
        ("x,,y\n1.5,2,a\n", "Column 2 has no name in the first row: give it one, or delete the column"),
        ("x, x ,y\n1.5,2,a\n", "Columns 1 and 2 are both named “x”: give each its own name"),
        ("x,y\n1.5,a\n1.5,a,b\n", "Row 3 has 3 cells and the first row 2: make them equal"),
        ("x,y\n1.5,a\n\n1.5\n", "Row 4 has 1 cell and the first row 2"),
        ('x,y\n1.5,a\n"1.5,a\n', "Row 3 cannot be read: close its quotes"),
        ('x,y\n1.5,"a"b\n', "Row 2 cannot be read: a cell goes on after its closing quote"),
        ("x,y\n1.5," + "a" * 200_000 + "\n", "Row 2 cannot be read: keep cells under 131,072 characters"),
        (
            'x,y\n1.5,"' + "a" * 200_000 + "\n",
            "Row 2 cannot be read: close its quotes, and keep cells under 131,072 characters",
        ),
        ("x,y\n" + "1.5,a\n" * 50_001, "more than 50,000 rows: keep a sample"),
        (",".join(f"n{k}" for k in range(501)), "501 columns, and 500 are the most: delete some"),
        ("x,y\n1.5,a\n2.5,a\n", "Column “y” holds a single class, “a”, in the rows that can be used: choose another target"),
        ("x,y\n1.5,\n2.5,?\n", "Column “y” is empty: choose another target"),
        ("x,y\n1.5,a\n2.5,a\n1.5,b\n", "Class “b” has a single row that can be used, row 4: add another row of this class"),
        ("x,y\n" + "".join(f"1.5,c{k}\n2.5,c{k}\n" for k in range(31)), "31 different values, and 30 classes are the most"),
        (ROWS + "few,b\n" + "", "Row 6 of column “x” holds “few” among numbers: write a number, leave the cell empty"),
        (ROWS + '"1,234",b\n', "Row 6 of column “x” holds “1,234” among numbers"),
        (
            ROWS + "inf,b\n",
            "Row 6 of column “x” holds “inf”: write a finite number from -1,000,000,000,000,000 to 1,000,000,000,000,000",
        ),
        (ROWS + "-Infinity,b\n", "“-Infinity”"),
        (ROWS + "1e999,b\n", "“1e999”: write a finite number"),
        (ROWS + "2" * 500 + ",b\n", "write a finite number"),
        ("x,y\n1,a\n1,a\n1,b\n", "No column is left to learn from: choose a column that holds at least two different values"),
        ("x,z,y\n1.5,,a\n2.5,,a\n,1,b\n,2,b\n,1,b", "Every row lacks a value, most often in “x”: leave that column out"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_place_and_the_mend(text, words):
    message = refusal(text)
    assert words in message
    assert message.endswith(".")
    assert len(message) < 400


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (("z",), "There is no column “z”: the columns are “x”, “y”"),
        (("y", ["w"]), "There is no column “w”: the columns are “x”, “y”"),
        (("y", ["x", "y"]), "Column “y” is the target: leave it out of the features"),
        (("y", []), "No column is left to learn from"),
        (("y", ["x"], "guess"), "“drop” or “impute”, not by “guess”"),
    ],
)
def test_a_choice_that_cannot_be_met_is_refused_with_the_mend(choice, words):
    assert words in refusal(ROWS, *choice)


def test_the_limits_themselves_are_allowed():
    names = [f"n{k}" for k in range(200)]
    row = ",".join(["1.5"] * 200)
    other = ",".join(["2.5"] * 200)
    text = ",".join([*names, "y"]) + "\n" + "".join(f"{row},c{k}\n{other},c{k}\n" for k in range(30))
    table, _ = table_of(text)
    assert table.x.shape == (60, 200)
    assert len(table.class_names) == 30
    assert len(sheet_of("x,y\n" + "1.5,a\n" * 50_000).cells) == 50_000
    padded = ROWS.encode() + b"\n" * 10_000
    assert len(read_sheet(padded).cells) == 4


def test_too_many_features_after_encoding_name_the_column_that_gives_most():
    text = "w,x,y\n" + "".join(f"w{k},{k % 2}.5,{'ab'[k % 2]}\n" for k in range(200)) + "w0,1,a\n"
    message = refusal(text, "y", ["w", "x"])
    assert message.startswith("201 features come of these columns, and 200 are the most: leave out “w”, of which 200 come, or")
    many = (
        ",".join(f"n{k}" for k in range(201))
        + ",y\n"
        + "".join(",".join(["1.5", "2.5"][k] for _ in range(201)) + ",a\n" for k in (0, 1))
    )
    assert "201 features come of these columns, and 200 are the most: choose fewer columns" in refusal(
        many + many.split("\n", 1)[1].replace(",a", ",b")
    )


def test_a_word_is_no_typing_error_where_many_stand_among_numbers():
    table, _ = table_of("x,y\n36,a\n38,a\nS,b\nM,b\nS,a\n")
    assert table.feature_names == ("x=36", "x=38", "x=M", "x=S")


@given(st.text("0123456789+-.,eEinfINFty _x١\n", max_size=9) | st.floats().map(repr) | st.integers().map(str))
def test_numbers_are_those_that_python_reads_without_its_liberties(text):
    sheet = sheet_of(f'y;x\na;1.5\na;2.5\na;0\nb;1.5\nb;"{text}"\n')
    cell = text.strip()
    try:
        expected = float(cell.replace(",", "."))
    except ValueError:
        expected = None
    if cell in MISSING_NUMBERS or cell.lower() in MISSING or cell.lower().strip("+-") == "nan":
        return
    if expected is None or "_" in cell or not cell.isascii():
        assert "among numbers" in refusal_of(sheet)
    elif abs(expected) > 1e15:
        assert "finite" in refusal_of(sheet)
    elif "," not in cell:
        assert to_table(sheet, "y", missing="impute")[0].x[-1, 0] == expected


def refusal_of(sheet):
    with pytest.raises(InputError) as refused:
        to_table(sheet, "y", ["x"])
    return str(refused.value)
