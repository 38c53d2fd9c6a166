"""CSV files as people have them: labels, categories and identifiers."""

import pytest

from tests.ensemble.datasets.csv_texts import SIZES, read, refusal, rows


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
    table, notices = read(f"size,kind\n1.5,{one}\n1.7,{one}\n1.9,{other}\n1.6,{other}\n5.5,virginica\n5.1,virginica\n")
    assert table.class_names == (name, "virginica")
    assert notices == f"Values that look alike are read as one: “{name}”."
    table, _ = read(f"colour,kind\n{one},a\n{other},a\n{one},b\nred,b\nred,a\nred,b\n")
    assert table.feature_names == tuple(sorted([f"colour={name}", "colour=red"]))


@pytest.mark.parametrize(("one", "other", "name"), [("1", "1.0", "1"), ("0.50", "0.5", "0.5"), ("1e3", "1000", "1e3")])
def test_one_number_written_in_two_ways_is_one_class(one, other, name):
    table, notices = read(rows(*SIZES, labels=[one, one, other, other, "2", "2"]))
    assert set(table.class_names) == {name, "2"}
    assert f"Column “kind” holds one number in several ways, such as “{one}”, “{other}”; they are read as one value." in notices


@pytest.mark.parametrize(("one", "other"), [("1", "01"), ("Yes", "yes"), ("\uff21", "A")])
def test_labels_that_may_be_one_stay_apart_with_a_notice(one, other):
    table, notices = read(rows(*SIZES, labels=[one, one, other, other, "B", "B"]))
    assert set(table.class_names) == {one, other, "B"}
    assert f"Classes “{one}” and “{other}” are kept apart: write them in one way if they are one class." in notices


@pytest.mark.parametrize("name", ["👩\u200d🔬", "می\u200cشود", "क्\u200dष"])
def test_joiners_stay_in_names(name):
    table, notices = read(rows(*SIZES, labels=[name] * 3 + ["other"] * 3))
    assert name in table.class_names
    assert not notices


def test_distinct_integers_are_measurements_unless_they_count_rows():
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
    """The zoo with two frogs."""
    table, notices = read("animal,legs,kind\naardvark,4,m\nbear,4,m\nfrog,4,r\nfrog,4,r\ncarp,0,f\nbass,0,f\n")
    assert table.feature_names == ("legs",)
    assert "Column “animal” is left out: it looks like an identifier; choose it as a feature" in notices


def test_all_classes_of_a_single_row_are_named_at_once():
    text = "len,rings\n0.1,1\n0.2,2\n0.3,3\n0.4,4\n0.5,4\n0.6,5\n0.7,5\n"
    assert refusal(text, "rings").startswith("Classes “1”, “2”, “3” have a single row each that can be used: add rows of them,")


def test_too_many_classes_are_said_before_anything_else():
    """A date and a price of a hundred values."""
    text = "date,price\n" + "".join(f"2020-01-{k},{k}.5\n" for k in range(100))
    assert refusal(text, "price").startswith("Column “price” has 100 different values, and 30 classes are the most")
