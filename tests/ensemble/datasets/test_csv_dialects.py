"""CSV files as people have them: delimiters, encodings and line ends."""

import pytest

from tests.ensemble.datasets.csv_texts import read, refusal


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("Länge, cm;Breite, cm;Art\n1,5;2,5;a\n1,7;2,1;a\n5,5;6,5;b\n5,1;6,1;b\n", ("Länge, cm", "Breite, cm")),  # 9a d01
        ("Länge, cm;Art\n1,5;a\n1,7;a\n5,5;b\n5,1;b\n", ("Länge, cm",)),
        ("Länge, cm\tArt\n1,5\ta\n1,7\ta\n5,5\tb\n5,1\tb\n", ("Länge, cm",)),
    ],
)
def test_commas_in_names_do_not_outvote_the_delimiter(text, features):
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
    table, notices = read(data)
    assert table.feature_names == ("size",)
    assert table.x[:, 0].tolist() == [1.5, 1.7, 5.5, 5.1]
    assert notices == ""
