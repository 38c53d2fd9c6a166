"""Data: built-in sets, harder ones, and an uploaded table, without a browser."""

import numpy as np
import pytest

from ensemble.datasets.builtin import BUILT_IN
from ensemble.datasets.config import DataConfig, dataset_of, table_of
from ensemble.datasets.csv_table import from_csv
from ensemble.datasets.csv_template import template
from ensemble.datasets.splits import split
from testing.app_test import TRAIN, go_to_part, open_app, pictures, state_of, train, wait_for_the_run, words
from ui.page_registry import PAGES

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/data.py"
MOVES = {"imbalance": 0.5, "label_noise": 0.2, "test_share": 0.4, "points": 100, "noise": 0.5}


def choose(app, name):
    return app.selectbox(key="data").set_value(name).run()


def upload(app, content, name="mine.csv"):
    app.toggle(key="own_rows").set_value(True).run()
    app.file_uploader(key="csv").set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_built_in_set_is_drawn_and_described(name):
    app = choose(open_app(PAGE), name)
    assert not app.exception
    table = table_of(DataConfig(data=name))
    assert f"**{len(table.x):,} rows, {len(table.feature_names)} features, {len(table.class_names)} classes**" in words(app)
    counts, rows = sorted(pictures(app), key=lambda figure: figure["data"][0]["type"] != "bar")
    assert list(counts["data"][0]["x"]) == [np.sum(table.y == k) for k in range(len(table.class_names))]
    if name != "digits":
        *classes, held_back = rows["data"]
        assert sum(len(trace["x"]) for trace in classes) == len(table.x)
        assert (held_back["name"], len(held_back["x"])) == ("test row", len(dataset_of(DataConfig(data=name)).y_test))
    assert app.query_params.get("data", ["wine"]) in ([name], name)


def test_the_picture_comes_before_the_settings_and_its_title_says_what_it_shows():
    """On a phone the picture comes first; the view is chosen at the picture."""
    app = open_app(PAGE)
    picture, choices = app.columns[:2]
    assert len(picture.get("plotly_chart")) == 2
    assert picture.button_group(key="data_view").value == "Two features"
    assert choices.selectbox(key="data").value == "wine"
    assert "The two single features that tell most about the class" in words(app)
    app.button_group(key="data_view").set_value("Principal components").run()
    assert "Two directions hold 55 % of the variance" in words(app)


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_its_own_setting_and_only_that(name):
    app = choose(open_app(PAGE), "moons")
    before = DataConfig(data="moons")
    app.slider(key=name).set_value(MOVES[name]).run()
    assert not app.exception
    after = DataConfig(**{field: app.session_state[field] for field in DataConfig.model_fields})
    assert after == before.model_copy(update={name: MOVES[name]})
    assert app.query_params[name] in ([str(MOVES[name])], str(MOVES[name]))


def test_a_split_that_is_held_fixed_stays_when_the_seed_changes():
    app = open_app(PAGE, seed="3", epochs="5", members="3")
    app.button_group(key="split_kind").set_value("Fixed").run()
    assert app.number_input(key="split").value == 3
    app.number_input(key="split").set_value(7).run()
    assert app.query_params["split"] in ("7", ["7"])
    app.switch_page(TRAIN).run()
    for seed in (3, 4):
        app.number_input(key="seed").set_value(seed).run()
        app.button(key="train").click().run()
        job = wait_for_the_run(app)
        assert job.config.seed == seed
        assert job.dataset.same_rows(dataset_of(DataConfig(), 7))


def test_a_split_follows_the_seed_or_is_fixed_and_no_number_stands_for_either():
    """Split showed "-1"; links that hold it still work."""
    app = open_app(PAGE, seed="3", split="-1")
    assert not app.warning
    assert app.button_group(key="split_kind").value == "Follows the seed"
    assert not app.number_input
    app.button_group(key="split_kind").set_value("Fixed").run()
    assert app.query_params["split"] in ("3", ["3"])
    app.switch_page(TRAIN).run()
    app.switch_page(PAGE).run()
    assert (app.button_group(key="split_kind").value, app.number_input(key="split").value) == ("Fixed", 3)
    app.button_group(key="split_kind").set_value("Follows the seed").run()
    assert "split" not in app.query_params
    assert app.session_state["split"] == -1
    assert open_app(PAGE, split="7").number_input(key="split").value == 7


def test_measured_sets_have_neither_points_nor_noise():
    app = open_app(PAGE)
    assert {slider.key for slider in app.slider} == {"imbalance", "label_noise", "test_share"}


@pytest.mark.nightly
def test_the_run_is_trained_on_what_was_chosen():
    app = open_app(TRAIN, data="iris", imbalance="0.5", epochs="3", test_share="0.3")
    assert not app.warning
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    assert job.dataset.same_rows(dataset_of(DataConfig(data="iris", imbalance=0.5, test_share=0.3), 0))
    assert "test flowers" in words(app)
    app.slider(key="test_share").set_value(0.2).run()
    assert "Set: other rows" in words(app)


@pytest.mark.parametrize("name", ["moons", pytest.param("digits", marks=pytest.mark.nightly)])
def test_every_page_opens_for_every_kind_of_data(name):
    app = open_app(TRAIN, data=name, epochs="2", members="2")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    for page in PAGES.values():
        app.switch_page(page.script).run()
        assert not app.exception, page.url


def test_an_uploaded_table_is_shown_trained_on_and_forgotten():
    app = upload(open_app(PAGE, epochs="2"), template())
    expected, notices = from_csv(template(), "species")
    assert app.selectbox(key="csv_target").value == "species"
    assert "**12 rows, 7 features, 3 classes**" in words(app)
    assert notices
    app.switch_page(TRAIN).run()
    app.button(key="train").click().run()
    assert wait_for_the_run(app).dataset.same_rows(expected)
    app.switch_page(PAGE).run()
    assert "**12 rows, 7 features, 3 classes**" in words(app)
    assert app.button(key="forget_file").label == "Remove the file"
    app.button(key="forget_file").click().run()
    assert not app.exception
    assert state_of(app).own_table is None
    assert not app.selectbox


def test_what_was_chosen_of_an_upload_is_kept_on_other_pages():
    app = upload(open_app(PAGE), template())
    app.multiselect(key="csv_features_5").set_value(["petal_length"]).run()
    app.button_group(key="csv_missing").set_value("impute").run()
    assert "12 rows, 1 features" in words(app)
    app.switch_page(TRAIN).run()
    app.switch_page(PAGE).run()
    assert app.multiselect(key="csv_features_5").value == ["petal_length"]
    assert app.button_group(key="csv_missing").value == "impute"
    assert state_of(app).own_table.feature_names == ("petal_length",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 100, "UTF-8"),
        (b"a,b,label\n1.5,2,x\n3.5,4,x\n", "single class"),
        (b"a,a,label\n1,2,x\n3,4,y\n1,2,x\n3,4,y\n", "a"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence_and_the_app_goes_on(content, sentence):
    app = upload(open_app(PAGE), content)
    assert len(app.error) == 1
    assert sentence in app.error[0].value
    app.switch_page(TRAIN).run()
    assert not app.exception
    assert app.session_state["data"] == "wine"


def test_rows_that_cannot_be_used_are_not_offered_for_training():
    """ux: below a refusal stood “Train on these rows”, which led to other rows."""
    links = upload(open_app(PAGE), b"x,class\n1,a\n2,b\n").get("page_link")
    assert [link.proto.label for link in links] == []
    assert [link.proto.label for link in open_app(PAGE).get("page_link")] == ["Train on these rows"]


def test_two_sessions_do_not_see_each_others_tables():
    mine, other = upload(open_app(PAGE), template()), open_app(PAGE)
    other.toggle(key="own_rows").set_value(True).run()
    assert state_of(mine).own_table is not None
    assert state_of(other).own_table is None
    assert "12 rows" not in words(other)


def test_rows_too_few_for_a_page_give_a_sentence_there_and_no_error():
    app = upload(open_app(PAGE), b"a,b,label\n1.5,2.5,x\n3.5,4.5,y\n1.6,2.4,x\n3.4,4.1,y\n")
    assert not app.error
    app.switch_page("pages/calibration.py").run()
    assert not app.exception
    app.switch_page(PAGE).run()
    assert not app.error


def test_a_first_row_that_may_be_names_or_data_is_settled_by_a_press():
    """A header of numbers."""
    app = upload(open_app(PAGE), b"0,1,2,3\n5.1,3.5,1.4,0\n4.9,3.0,1.4,0\n6.4,3.2,4.5,1\n6.9,3.1,4.9,1\n")
    assert "say under “First row” whether it holds names or data" in app.error[0].value
    app.button_group(key="csv_first_row").set_value("names").run()
    assert not app.error
    assert state_of(app).own_table.feature_names == ("0", "1", "2")
    app.button_group(key="csv_first_row").set_value("data").run()
    assert "Class “3” has a single row" in app.error[0].value
    app.button_group(key="csv_first_row").set_value("guess").run()
    assert "First row" in app.error[0].value


def test_a_class_without_a_training_row_is_named_on_the_page():
    """Two rows of class c, and both are test rows."""
    rows = ["1.5,0.0,a", "4.7,1.5,b"] * 4 + ["7.9,4.0,c", "7.9,5.0,c"]
    app = upload(open_app(PAGE), "\n".join(["size,width,kind", *rows]).encode())
    seed = next(seed for seed in range(200) if not (split(state_of(app).own_table, 0.2, seed).y_train == 2).any())
    app.button_group(key="split_kind").set_value("Fixed").run()
    app.number_input(key="split").set_value(seed).run()
    app.switch_page("pages/regression.py").run()
    assert not app.exception
    assert "There is no training row of the class c" in app.error[0].value
    assert "choose another split or a smaller test share" in app.error[0].value


@pytest.mark.nightly
def test_a_single_test_row_gives_a_sentence_on_members():
    app = upload(
        open_app(PAGE, epochs="1", members="2"), b"one,two,kind\n1.5,2.5,a\n1.7,2.1,a\n1.9,2.4,a\n5.5,6.5,b\n5.1,6.1,b\n"
    )
    app.switch_page("pages/members.py").run()
    train(app, "members")
    assert "One row is too few for an interval over rows" in app.error[0].value
    go_to_part(app, "members", "Linear collapse")
    assert "no line leads to another one. Choose another split or a larger test share" in words(app)
    assert "of another class" not in words(app)
