"""Read: one wine after another."""

import pytest

from ensemble import EnsembleConfig
from ensemble.related import example
from pages.parts.predictions.choice import LIST
from testing.app_test import PREDICTIONS, open_app, state_of, wait_for_the_run

pytestmark = pytest.mark.usefixtures("training_service")


def test_without_a_run_the_reading_page_reads_the_example_and_trains_in_place():
    app = open_app(PREDICTIONS, members="3", epochs="3")
    assert app.title[0].value == "Read"
    assert not app.dataframe, "the table is made once it is opened"
    assert len(opened_table(app)) == len(example.data().y_test)
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert state_of(app).job.config == EnsembleConfig(members=3, epochs=3)
    assert app.number_input(key="wine").value >= 1


def opened_table(app):
    app.session_state[LIST] = True
    app.run()
    return app.dataframe[0].value


@pytest.fixture
def reading(trained):
    trained.switch_page(PREDICTIONS).run()
    trained.number_input(key="wine").set_value(1).run()
    return trained


def test_previous_and_next_go_round(reading):
    reading.button(key="next").click().run()
    assert reading.session_state["wine"] == 2
    for _ in range(2):
        reading.button(key="previous").click().run()
    assert reading.session_state["wine"] == 36
    reading.button(key="next").click().run()
    assert reading.session_state["wine"] == 1


@pytest.mark.parametrize("key", ["least_certain", "most_wrong"])
def test_the_telling_wines_are_one_press_away(reading, key):
    from ensemble.runs import test_rows as wines

    job = state_of(reading).job
    reading.button(key=key).click().run()
    assert reading.session_state["wine"] == getattr(wines, key)(job.run, job.dataset) + 1


def test_a_wine_can_be_typed_and_stands_in_the_link(reading):
    reading.number_input(key="wine").set_value(12).run()
    assert not reading.exception
    assert reading.query_params["wine"] in ("12", ["12"])


def test_the_table_lists_every_test_wine(reading):
    table = opened_table(reading)
    assert list(table["Wine"]) == list(range(1, 37))
    assert table[["Cultivar 0", "Cultivar 1", "Cultivar 2"]].sum(axis=1).round(6).eq(1).all()


@pytest.mark.parametrize(("asked", "shown"), [("5", 5), ("99", 36), ("0", 1), ("-3", None), ("9" * 30, None), ("²", None)])
def test_a_wine_in_a_link_is_kept_within_the_test_set(trained, asked, shown):
    app = open_app(PREDICTIONS, run=state_of(trained).job.id, wine=asked)
    least_certain = 7
    assert app.session_state["wine"] == (shown or least_certain)
