"""Every page speaks of the rows that are shown, has no more classes or features than it can show, and takes names as names."""

import dataclasses

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ensemble import EnsembleConfig, load_dataset
from ensemble.datasets.builtin import BUILT_IN, load_table
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from ensemble.runs.test_rows import probability_columns
from pages.parts.predictions.choice import LIST
from testing import PATIENCE
from testing.app_test import (
    component_data,
    go_to_part,
    open_app,
    pictures,
    state_of,
    train,
    wait_for_related,
    wait_for_the_run,
    words,
)
from ui import session
from ui.charts import escape_label, labels
from ui.charts.members import largest
from ui.session import rows as session_rows
from ui.text.format import plain
from ui.text.row_names import ROW_NAMES
from ui.widgets.experiment.experiment_bar import EXAMPLE

pytestmark = pytest.mark.usefixtures("training_service")

HOSTILE = ("<img src=x onerror=alert(1)>", "**bold**", "$x$", ":material/home:")
PARTS = {
    "members": ("Training", "Pooling", "Disagreement", "Size", "Linear collapse", "Masks", "Far from the data"),
    "calibration": ("Reliability", "Scores", "Temperature", "Pool, then calibrate", "Over the epochs", "Prediction sets"),
    "decide": ("Who decides what", "The bill", "Abstain", "Why not accuracy"),
    "shift": ("Other shares", "Worse inputs", "A class that was not there"),
    "regression": ("Coefficients and prior", "Significance", "Beside the net", "Features of the net"),
}
SMALL = {"epochs": "2", "members": "2", "hidden_units": "4"}


def hostile_table() -> Table:
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3
    x = rng.normal(size=(90, 4)) + y[:, None]
    return Table("upload", x, y, HOSTILE, ("<b>Set</b>", "Set", "[link](http://x.y) %{x} $y$ :red[z]"), "row")


def one_feature() -> Table:
    return load_table("iris").only(["petal width (cm)"])


def many_classes() -> Table:
    rng = np.random.default_rng(0)
    y = np.arange(360) % 12
    return Table("upload", rng.normal(size=(360, 3)) + y[:, None], y, ("a", "b", "c"), tuple(f"c{k}" for k in range(12)), "row")


TABLES = {
    "breast_cancer": lambda: load_table("breast_cancer"),
    "digits": lambda: load_table("digits"),
    "moons": lambda: load_table("moons"),
    "hostile": hostile_table,
    "one feature": one_feature,
    "twelve classes": many_classes,
}


@pytest.fixture
def choose(monkeypatch):
    """Let the session have these rows, whatever its controls say; fits of digits take long on busy cores."""
    from_file = AppTest.from_file
    monkeypatch.setattr(AppTest, "from_file", lambda path, default_timeout: from_file(path, default_timeout=PATIENCE))

    def chosen(table: Table) -> Table:
        whole = split(table)
        for module in (session, session_rows):
            monkeypatch.setattr(module, "dataset", lambda: whole)
            monkeypatch.setattr(module, "table", lambda: table)

        def rows_of(name, features=()):
            return split(table.only(features)) if features else split(load_table(name))

        monkeypatch.setattr(session, "rows_of", rows_of)
        return table

    return chosen


def all_words(app: AppTest) -> str:
    """Texts, and labels and helps of controls; without the bar of the example run, which is on wine."""
    controls = [*app.button, *app.slider, *app.number_input, *app.multiselect, *app.selectbox, *app.button_group]
    labelled = [f"{control.label} {control.help or ''}" for control in controls if hasattr(control, "label")]
    text = words(app)
    for bar in (element.value for element in app.markdown if EXAMPLE in element.value):
        text = text.replace(bar, "")
    return " ".join([text, *labelled])


def names_in(figure) -> list[str]:
    """Every text of a figure that a name could have reached."""
    return [text for text in _texts(figure) if isinstance(text, str)]


def _texts(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    else:
        yield value


def check(app: AppTest, table: Table) -> None:
    assert not app.exception
    if table.row_name != "wine":
        text = all_words(app)
        assert "wine" not in text.lower()
    for figure in pictures(app):
        for text in names_in(figure):
            assert "<img" not in text
            assert "<b>Set" not in text
            assert "wine" not in text or table.row_name == "wine"


# Each page with what is hardest for it: names that mean harm, few features or many, two classes or twelve.
@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("regression", "hostile"),
        *(pytest.param("members", name, marks=pytest.mark.nightly) for name in ("one feature", "hostile", "twelve classes")),
        *(pytest.param("calibration", name, marks=pytest.mark.nightly) for name in ("hostile", "moons", "digits")),
        *(pytest.param("decide", name, marks=pytest.mark.nightly) for name in ("moons", "hostile", "twelve classes")),
        *(pytest.param("shift", name, marks=pytest.mark.nightly) for name in ("moons", "hostile", "twelve classes")),
        *(pytest.param("regression", name, marks=pytest.mark.nightly) for name in ("one feature", "digits")),
    ],
)
def test_every_part_bears_every_table(choose, name, page):
    table = choose(TABLES[name]())
    app = open_app(f"pages/{page}.py", **SMALL)
    if page == "shift":
        app.button(key="train").click().run()
        wait_for_the_run(app)
    else:
        train(app, "seeds" if page == "regression" else page)
    for part in PARTS[page]:
        go_to_part(app, page, part)
        check(app, table)
    if page == "members":
        options = app.button_group(key="plane_rows").options
        assert len(set(options)) == len(options)
        own = table.name if table.x.shape[1] > 1 else "circles"
        app.button_group(key="plane_rows").set_value(own).run()
        wait_for_related(app, "plane")
        check(app, table)
    if page == "calibration":
        app.button_group(key="judged_on").set_value(f"Test {table.row_name}s").run()
        go_to_part(app, page, "Reliability")
        app.button_group(key="event").set_value(table.class_names[-1]).run()
        check(app, table)


@pytest.mark.nightly
def test_a_triangle_is_drawn_for_three_classes_alone(choose):
    for name, drawn in (("moons", 1), ("hostile", 2)):
        choose(TABLES[name]())
        app = open_app("pages/members.py", **SMALL)
        train(app, "members")
        go_to_part(app, "members", "Disagreement")
        assert len(pictures(app)) == drawn


@pytest.mark.nightly
def test_of_many_features_the_twenty_with_the_largest_coefficients_are_shown(choose):
    choose(load_table("digits"))
    app = open_app("pages/regression.py", **SMALL)
    heat, path = pictures(app)
    assert np.shape(heat["data"][0]["z"]) == (20, 10)
    assert len(path["data"]) == 10 + 2
    assert len(set(path["data"][0]["text"])) == 20
    assert "Of the 64 features the 20" in words(app)
    go_to_part(app, "regression", "Features of the net")
    train(app, "seeds")
    assert not [button for button in app.button if button.key == "train_dropped"]
    assert "320 runs" in words(app)


def test_another_table_may_be_chosen_while_a_part_is_open(choose):
    choose(load_table("wine"))
    app = open_app("pages/regression.py", **SMALL)
    go_to_part(app, "regression", "Significance")
    app.button_group(key="significant_rows").set_value("Wine, chosen features").run()
    for name in ("hostile", "moons", "breast_cancer", "digits", "one feature"):
        table = choose(TABLES[name]())
        app.run()
        check(app, table)
        if table.x.shape[1] > 1:
            some = f"{table.row_name.capitalize()}, chosen features"
            app.button_group(key="significant_rows").set_value(some).run()
            check(app, table)
            assert set(app.multiselect(key="significant_features").value) <= set(table.feature_names)
            assert app.multiselect(key="significant_features").value


@pytest.mark.nightly
def test_the_members_page_survives_another_table_after_training(choose):
    choose(load_table("wine"))
    app = open_app("pages/members.py", **SMALL)
    train(app, "members")
    go_to_part(app, "members", "Far from the data")
    app.button_group(key="plane_rows").set_value("wine").run()
    for name in ("digits", "hostile", "moons"):
        choose(TABLES[name]())
        app.run()
        assert not app.exception
        train(app, "members")
        app.button_group(key="plane_rows").set_value(TABLES[name]().name).run()
        assert not app.exception


@pytest.mark.parametrize(
    ("name", "offered"),
    [("breast_cancer", True), pytest.param("digits", False, marks=pytest.mark.nightly), ("twelve classes", False)],
)
def test_scores_of_a_row_are_offered_for_two_to_six_classes(name, offered):
    data = split(TABLES[name]())
    app = open_app("pages/train.py", **SMALL)
    job = _trained(data)
    state_of(app).job = job
    app.switch_page("pages/softmax.py").run()
    toggle = next(one for one in app.toggle if one.key == "real_scores")
    assert toggle.label == f"Scores of a {data.row_name}"
    assert toggle.disabled != offered
    if offered:
        toggle.set_value(True).run()
        assert component_data(app)["row_name"] == data.row_name
        assert len(component_data(app)["z"]) == data.classes
    else:
        assert f"{data.classes} classes" in words(app)
    assert not app.exception


@pytest.mark.parametrize("name", ["hostile", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("digits", "moons"))])
def test_the_reading_page_names_the_rows(name):
    data = split(TABLES[name]())
    app = open_app("pages/train.py", **SMALL)
    state_of(app).job = _trained(data)
    app.switch_page("pages/predictions.py").run()
    assert not app.exception
    assert app.number_input(key="wine").label == f"Test {data.row_name}, 1 to {len(data.y_test)}"
    assert f"One {data.row_name} that training never saw" in words(app)
    app.session_state[LIST] = True
    app.run()
    table = app.dataframe[0].value
    assert list(table.columns[:3]) == [data.row_name.capitalize(), "True class", "Likeliest"]
    assert len(table.columns) == 5 + data.classes
    assert component_data(app)["row_name"] == data.row_name


def _trained(data):
    from ensemble.execution import service

    job = service.submit(EnsembleConfig(epochs=2, members=2, hidden_units=4), data, "words")
    assert job.wait(PATIENCE)
    return job


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_noun_is_known_before_the_rows_are(name):
    assert ROW_NAMES.get(name, "point") == load_table(name).row_name


def test_the_plural_of_the_noun():
    assert load_dataset("wine").row_names == "wines"
    assert dataclasses.replace(load_dataset("wine"), row_name="row").row_names == "rows"


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert\(1\)\>"),
        ("**bold**", r"\*\*bold\*\*"),
        ("$x$", r"\$x\$"),
        (":material/home:", "\\:\u2060material/home\\:"),
        ("[a](b)", r"\[a\]\(b\)"),
        ("# title", r"\# title"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("a\n\nb", "a b"),
        ("Cultivar 0", "Cultivar 0"),
        ("3.5", r"3\.5"),
        ("A sentence, of words; with 1.5.", "A sentence, of words; with 1.5."),
    ],
)
def test_a_name_in_markdown_is_a_name(name, escaped):
    assert plain(name) == escaped


def test_names_on_an_axis_differ_even_where_their_beginnings_do_not():
    shown = labels(["a" * 50, "a" * 51, "<b>", "b"])
    assert len(set(shown)) == 4
    assert shown[2] == "&lt;b&gt;"
    assert "%{" not in escape_label("%{x}")


def test_a_class_may_bear_the_name_of_another_column():
    assert probability_columns(["Set", "p(Set)", "True class", "yes"]) == ["p(Set)", "p(p(Set))", "p(True class)", "yes"]


def test_the_largest_features_keep_their_order():
    matrix = np.zeros((30, 2))
    matrix[[3, 29, 7], 0] = [1, -5, 2]
    chosen = largest(matrix)
    assert len(chosen) == 20
    assert {3, 7, 29} <= set(chosen)
    assert (np.diff(chosen) > 0).all()
