"""Every control of a run, moved once: setting, link, diagram."""

import re

import pytest

from ensemble import EnsembleConfig
from testing.app_test import SOFTMAX, open_app, words
from tests.pages.train.run_settings import MOVES, config_of, move, settings_of
from ui.widgets.experiment.run_settings import how_joined

pytestmark = pytest.mark.usefixtures("training_service")


def diagram(app):
    return next(element.proto.body for element in app.get("html") if 'class="network"' in element.proto.body)


def test_the_app_opens_on_scores_and_probabilities():
    assert open_app(SOFTMAX).title[0].value == "Softmax"


def test_training_begins_with_the_classic_run():
    app = open_app()
    assert app.title[0].value == "Train"
    assert config_of(app) == EnsembleConfig()
    assert "Press **Train**" in words(app)


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_its_own_setting_and_only_that(name):
    app = open_app()
    before = settings_of(app)
    move(app, name)
    assert not app.exception
    assert settings_of(app) == before | {name: MOVES[name][1]}
    assert app.query_params[name] in ([str(MOVES[name][1])], str(MOVES[name][1]))


def test_there_is_a_control_for_every_setting():
    assert set(MOVES) == {*EnsembleConfig.model_fields, "test_share"}


def test_every_control_says_what_it_does():
    app = open_app()
    named = [*app.slider, *app.select_slider, *app.number_input, *app.button_group]
    assert len(named) >= len(MOVES)
    assert all(widget.help for widget in named)


@pytest.mark.parametrize("name", ["members", "dropout", "hidden_units", "hidden_layers", "activation", "training", "outputs"])
def test_the_diagram_follows_what_it_draws(name):
    app = open_app()
    before = diagram(app)
    move(app, name)
    assert diagram(app) != before


@pytest.mark.parametrize("members", [1, 2, 5, 6, 31, 32])
def test_the_diagram_draws_at_most_five_columns_and_counts_the_others(members):
    app = open_app(members=str(members))
    drawn = diagram(app).count("Input")
    counted = [int(number) for number in re.findall(r"(\d+)<br>more", diagram(app))]
    assert drawn <= 5
    assert drawn + sum(counted) == members


def test_the_classic_example_restores_every_default():
    app = open_app()
    for name in MOVES:
        move(app, name)
    app.button(key="classic").click().run()
    assert config_of(app) == EnsembleConfig()
    assert app.session_state["test_share"] == 0.2
    assert "members" not in app.query_params


def test_a_link_sets_the_controls_and_says_what_it_could_not_take():
    app = open_app(members="999", dropout="0.5", test_share="0.3", activation="<script>alert(1)</script>", foo="1")
    assert config_of(app) == EnsembleConfig(members=32, dropout=0.5)
    assert app.session_state["test_share"] == 0.3
    warnings = [warning.value for warning in app.warning]
    assert len(warnings) == 3
    assert any("999" in text and "32" in text for text in warnings)
    assert any("foo" in text for text in warnings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"members": 1}, "One softmax turns its scores into three probabilities."),
        ({"members": 1, "training": "independent"}, "It gives three probabilities."),
        ({"members": 2, "training": "independent"}, "Each gives three probabilities, and the ensemble is their mean."),
        ({"members": 2, "outputs": "sigmoid"}, "One layer turns their scores into three outputs."),
    ],
)
def test_one_network_is_not_said_to_be_several(settings, said):
    assert how_joined(EnsembleConfig(**settings), "three") == said
