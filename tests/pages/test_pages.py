"""Every page, every control moved once, without a browser."""

import json
from importlib import import_module

import pytest

from ensemble import EnsembleConfig, classic
from ensemble.related import example
from pages.parts.softmax.steps import LANGUAGE_MODEL, STEPS
from testing.app_test import (
    PATIENCE,
    SOFTMAX,
    TRAIN,
    component_data,
    open_app,
    state_of,
    train,
    wait_for_related,
    wait_for_the_run,
    words,
)
from ui.components.scores import MAX_SCORE
from ui.components.scores import STEPS as OF_SCORES
from ui.text.format import number, percent

pytestmark = pytest.mark.usefixtures("training_service")

PREDICTIONS = "pages/predictions.py"

MOVES = {
    "members": ("slider", 5),
    "dropout": ("slider", 0.5),
    "epochs": ("slider", 37),
    "hidden_units": ("slider", 20),
    "hidden_layers": ("slider", 3),
    "activation": ("button_group", "relu"),
    "optimizer": ("button_group", "adam"),
    "learning_rate": ("select_slider", 0.01),
    "batch_size": ("slider", 50),
    "training": ("button_group", "independent"),
    "bootstrap_share": ("slider", 0.5),
    "outputs": ("button_group", "sigmoid"),
    "label_smoothing": ("slider", 0.1),
    "test_share": ("slider", 0.4),
    "seed": ("number_input", 7),
}


def config_of(app):
    return EnsembleConfig(**{name: app.session_state[name] for name in EnsembleConfig.model_fields})


def settings_of(app):
    return config_of(app).model_dump() | {"test_share": app.session_state["test_share"]}


def move(app, name):
    kind, value = MOVES[name]
    return getattr(app, kind)(key=name).set_value(value).run()


def diagram(app):
    return json.loads(app.get("plotly_chart")[0].proto.spec)


@pytest.fixture(scope="module")
def trained():
    """An app after the classic run; tests that use it change nothing but the wine."""
    app = open_app()
    app.button(key="train").click().run()
    wait_for_the_run(app)
    return app


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
    texts = [note["text"] for note in diagram(app)["layout"]["annotations"]]
    drawn = sum(text.startswith("Input") for text in texts)
    counted = [int(text.split("<br>")[1]) for text in texts if "more" in text]
    assert drawn <= 5
    assert drawn + sum(counted) == members


def test_train_shows_a_finished_run_in_words_and_numbers(trained):
    """Truth C 11: the interval is one for the accuracy of this network on further rows, by Wilson's method."""
    assert "**Finished** · 200 epochs" in words(trained)
    result = classic.outcome(state_of(trained).job.run, state_of(trained).job.dataset)
    assert "right for **34 of 36** test wines" in words(trained)
    assert f"mean confidence is {percent(result.mean_confidence, 1)}. Unsure (below 90 %): {result.unsure} of 36." in words(
        trained
    )
    assert "10⁻⁵" in words(trained)
    assert "10⁻³" in words(trained)
    low, _ = result.test_accuracy_band
    assert f"interval (Wilson) for the accuracy of this network on further wines like these: {percent(low)}" in words(trained)
    assert state_of(trained).job.run.epochs == 200


def test_the_rule_dropout_and_luck_are_told_apart_truth_a6(trained):
    text = words(trained)
    for reason in ("**The rule.**", "**Dropout.**", "**Luck.**"):
        assert reason in text
    assert "fortunate draw" not in text
    for measured in classic.MEASURED.values():
        assert number(measured.train_loss.median) in text
        assert number(measured.printed_loss.median) in text
    assert "beats about seven to\n  eight of ten runs" in text or "beats about seven to eight of ten runs" in text.replace(
        "\n  ", " "
    )
    assert f"≤ {number(classic.SMALL_TRAIN_LOSS)} | 4 of 30 | 16 of 30 |" in text


def test_one_press_trains_the_classic_run_with_the_other_rule_truth_a6():
    app = open_app(epochs="3", seed="4")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.button(key="other_rule").click().run()
    wait_for_the_run(app)
    assert state_of(app).job.run.config == EnsembleConfig(optimizer=classic.OLD_RULE, seed=4)
    assert "optimiser rmsprop of Keras 2" in words(app)
    assert app.button(key="other_rule").label == "Train with the rule of Keras 3"


def test_a_changed_setting_moves_nothing_and_the_run_says_what_it_had_ux_7():
    app = open_app(epochs="3", activation="relu")
    assert "Set: activation relu, epochs 3" in words(app)
    app.button(key="train").click().run()
    wait_for_the_run(app)
    shown = "10 members · dropout 0.25 · 3 epochs · seed 0 · activation relu"
    assert shown in words(app)
    lines = len(app.markdown), len(app.caption)
    app.slider(key="members").set_value(5).run()
    assert shown in words(app)
    assert "Set: ensemble size 5] press Train" in words(app)
    assert (len(app.markdown), len(app.caption)) == lines


def test_slow_training_can_be_stopped_and_keeps_its_epochs():
    app = open_app()
    app.button_group(key="speed").set_value("Slow").run()
    app.button(key="train").click().run()
    job = state_of(app).job
    assert job.wait_for_progress(PATIENCE)
    assert job.epochs_per_second == 10
    app.run()
    assert "**Training** · epoch" in words(app)
    app.button(key="stop").click().run()
    wait_for_the_run(app)
    assert 0 < job.run.epochs < 200
    assert f"**Stopped** after epoch {job.run.epochs} of 200" in words(app)


def test_pressing_train_twice_does_not_train_two():
    app = open_app()
    app.button_group(key="speed").set_value("Slow").run()
    app.button(key="train").click().run()
    first = state_of(app).job
    app.button(key="train").click().run()
    second = state_of(app).job
    assert first.wait(PATIENCE)
    assert (first.live, second.live) == (False, True)
    second.cancel()


def test_new_seed_clears_the_run_and_changes_the_seed_alone():
    app = open_app(members="3", epochs="3")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert "run" in app.query_params
    before = settings_of(app)
    app.button(key="new_seed").click().run()
    after = settings_of(app)
    assert after["seed"] != before["seed"]
    assert after | {"seed": before["seed"]} == before
    assert state_of(app).job is None
    assert "run" not in app.query_params


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


def test_a_diverging_run_says_why_and_offers_a_smaller_rate():
    app = open_app(optimizer="sgd", learning_rate="10", hidden_layers="3")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert "**Diverged.**" in words(app)
    assert "learning rate of 1." in words(app)
    assert "Finished" not in words(app)


def test_settings_and_run_survive_a_change_of_page(trained):
    number = state_of(trained).job.id
    trained.switch_page(PREDICTIONS).run()
    trained.switch_page(TRAIN).run()
    assert state_of(trained).job.id == number
    assert "**Finished**" in words(trained)


def test_the_page_says_that_the_settings_have_changed_since_the_run():
    app = open_app(epochs="3")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert "Set:" not in words(app)
    for name, change in {"members": "Set: ensemble size 5", "test_share": "Set: other rows"}.items():
        move(app, name)
        assert change in words(app)
        app.button(key="train").click().run()
        wait_for_the_run(app)
        assert "Set:" not in words(app)


def test_a_link_to_a_run_that_is_gone_says_how_to_get_it_back():
    app = open_app(run="0" * 32, members="3")
    assert [warning.value for warning in app.warning] == [
        "The run of this link is no longer held here; press Train, and the same numbers come back. What was trained on an "
        "uploaded file needs that file again first."
    ]
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert not app.warning


def test_a_link_with_a_run_finds_it_again(trained):
    app = open_app(run=state_of(trained).job.id)
    assert state_of(app).job is state_of(trained).job
    assert "**Finished**" in words(app)


def test_without_a_run_the_reading_page_reads_the_example_and_trains_in_place():
    app = open_app(PREDICTIONS, members="3", epochs="3")
    assert app.title[0].value == "Read"
    assert len(app.dataframe[0].value) == len(example.data().y_test)
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert state_of(app).job.config == EnsembleConfig(members=3, epochs=3)
    assert app.number_input(key="wine").value >= 1


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
    table = reading.dataframe[0].value
    assert list(table["Wine"]) == list(range(1, 37))
    assert table[["Cultivar 0", "Cultivar 1", "Cultivar 2"]].sum(axis=1).round(6).eq(1).all()


@pytest.mark.parametrize(("asked", "shown"), [("5", 5), ("99", 36), ("0", 1), ("-3", None), ("9" * 30, None), ("²", None)])
def test_a_wine_in_a_link_is_kept_within_the_test_set(trained, asked, shown):
    app = open_app(PREDICTIONS, run=state_of(trained).job.id, wine=asked)
    least_certain = 7
    assert app.session_state["wine"] == (shown or least_certain)


def test_each_step_of_the_walk_has_its_words_and_its_formula():
    app = open_app(SOFTMAX)
    seen = []
    for step in STEPS:
        app.button_group(key="step").set_value(step).run()
        assert not app.exception
        text = max((element.value for element in app.markdown), key=len)
        assert "$$" in text
        seen.append((app.header[0].value, text))
    assert len(set(seen)) == len(STEPS) == 10


def test_back_and_next_walk_round_the_steps():
    app = open_app(SOFTMAX)
    for key, step in (
        ("next_step", "divide"),
        ("back", "exponentiate"),
        ("back", LANGUAGE_MODEL),
        ("next_step", "exponentiate"),
    ):
        app.button(key=key).click().run()
        assert app.session_state["step"] == step


def test_without_a_run_the_scores_of_a_wine_are_those_of_the_example():
    app = open_app(SOFTMAX)
    assert component_data(app)["z"] == [2.0, 1.0, -1.0]
    app.toggle(key="real_scores").set_value(True).run()
    scores = example.run().logits(example.data().x_test)[0]
    assert component_data(app)["z"] == pytest.approx([min(max(score, -MAX_SCORE), MAX_SCORE) for score in scores])


def test_the_scores_of_a_wine_take_the_place_of_the_made_up_ones(trained):
    job = state_of(trained).job
    app = open_app(SOFTMAX, run=job.id)
    app.toggle(key="real_scores").set_value(True).run()
    app.number_input(key="scored_wine").set_value(7).run()
    assert not app.exception
    shown = component_data(app)
    assert shown["z"] == pytest.approx(job.run.logits(job.dataset.x_test)[6].tolist())
    assert shown["classes"] == list(job.dataset.class_names)


def test_the_cross_entropy_page_states_the_split_and_the_common_slip():
    app = open_app("pages/cross_entropy.py")
    assert app.title[0].value == "Cross-entropy"
    assert r"H(p) + \mathrm{KL}(p \Vert q)" in words(app)
    assert "common slip" in words(app)
    assert component_data(app) == {"p": [0.6, 0.3, 0.1], "q": [0.2, 0.3, 0.5], "unit": "nats", "version": 0}


def test_only_softmax_outputs_are_always_probability_vectors():
    app = open_app("pages/losses.py", epochs="20")
    group = train(app, "losses")
    assert [run.config.outputs for run in group.runs] == ["softmax"] * 5 + ["sigmoid"] * 5 + ["linear"] * 5
    softmax, sigmoid, linear = [line.value for line in app.markdown if " lie outside 0 to 1" in line.value]
    assert softmax.startswith("All 178 rows add up to 1.")
    assert sigmoid.startswith("Rows add up to ")
    assert linear.startswith("Rows add up to ")
    assert "; 0 of 534 lie outside" in softmax
    assert "; 0 of 534 lie outside" not in linear
    assert len(app.get("plotly_chart")) == 6
    assert "not sufficient" in words(app)


def test_runs_that_a_page_needs_can_be_stopped_and_trained_again(monkeypatch):
    monkeypatch.setattr(import_module("ui.session.related"), "MAX_SECONDS_UNASKED", float("inf"))  # busy cores
    app = open_app("pages/losses.py", epochs="400", seed="8")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.button(key="stop_outputs").click().run()
    group = wait_for_related(app, "outputs")
    assert not group.complete
    assert "lie outside" not in words(app)
    app.button(key="train_outputs").click().run()
    assert wait_for_related(app, "outputs").complete
    assert "lie outside" in words(app)
    app.session_state["members"] = 3
    app.run()
    assert "Set: ensemble size 3" in words(app)
    assert "lie outside" in words(app)


def guess(app, position):
    radio = app.radio[0]
    assert radio.value is None
    radio.set_value(radio.options[position]).run()
    assert not app.exception


def test_a_guess_is_asked_for_at_most_steps_and_answered_with_the_reason_and_the_experiment():
    """Truth C 20: ln Z has the slope p at T = 1, to which the answer sets T; C: a positive factor; unless it ties."""
    app, asked, answered = open_app(SOFTMAX), [], {}
    for step in OF_SCORES:
        app.button_group(key="step").set_value(step).run()
        if app.radio:
            asked.append(app.radio[0].label)
            guess(app, 0)
            assert not app.radio
            assert asked[-1] in words(app)
            answered[step] = words(app), component_data(app)["temperature"]
    assert len(set(asked)) == 8
    assert "At T = 1 its slope in a score is that class's probability" in answered["predictors"][0]
    assert answered["predictors"][1] == 1
    assert "A positive factor on all scores does not change which class wins" in answered["decisive"][0]
    assert "The likeliest class gets likelier still, unless it ties" in answered["decisive"][0]
    assert component_data(app)["z"] == [4.0, 2.0, -2.0]
    assert component_data(app)["temperature"] == 2.0


def test_the_cross_entropy_page_asks_four_guesses_one_by_one():
    app, asked = open_app("pages/cross_entropy.py"), []
    for position in range(4):
        asked.append(app.radio[0].label)
        guess(app, 1)
        app.button(key="next_below_entropy").click().run()
        assert len(set(asked)) == position + 1
    assert not app.radio
    assert component_data(app)["p"] == [0.9, 0.05, 0.05]


def test_a_question_can_be_skipped_and_stays_so():
    app = open_app(SOFTMAX)
    app.button(key="skip_equal_scores").click().run()
    assert not app.radio
    assert component_data(app)["z"] == [2.0, 1.0, -1.0]
    app.switch_page(TRAIN).run()
    app.switch_page(SOFTMAX).run()
    assert not app.radio
    assert "How large is each probability" in words(app)


def test_a_wrong_guess_is_named_beside_the_right_answer():
    app = open_app(SOFTMAX)
    guess(app, 0)
    assert "You said “0”" in words(app)
    assert "**1/3** Each exponential is 1" in words(app)


def test_a_lecturer_can_switch_the_questions_off():
    app = open_app(SOFTMAX)
    app.toggle(key="questions").set_value(False).run()
    assert not app.radio
    app.switch_page("pages/cross_entropy.py").run()
    assert not app.radio


def test_a_choice_that_a_browser_in_a_hurry_reports_as_empty_is_what_it_was():
    app = open_app(TRAIN, activation="relu", optimizer="adam")
    app.button_group(key="activation").set_value(None).run()
    assert not app.exception
    assert not app.error
    assert (app.session_state["activation"], config_of(app).activation) == ("relu", "relu")
    app.switch_page(PREDICTIONS).run()
    app.session_state["optimizer"] = None
    app.run()
    assert not app.exception
    assert app.session_state["optimizer"] == "adam"


def test_a_step_that_a_hurried_browser_reports_as_empty_is_gone_on_from_all_the_same():
    app = open_app("pages/softmax.py")
    app.button(key="next_step").click().run()
    app.session_state["step"] = None
    app.button(key="next_step").click().run()
    assert not app.exception
    assert app.session_state["step"] == STEPS[2]
    app.session_state["step"] = None
    app.run()
    assert app.session_state["step"] == STEPS[2]


def test_a_presenters_key_goes_on_from_a_part_that_a_hurried_browser_reports_as_empty(monkeypatch):
    from ui import session
    from ui.session.state import STATE, SessionState, Stepper
    from ui.widgets import presenter

    state = {STATE: SessionState(stepper=Stepper("step", STEPS)), "step": STEPS[2]}
    monkeypatch.setattr(presenter.st, "session_state", state)
    session.arrive_at_part("step", STEPS)
    state["step"] = None
    presenter._step(1)
    assert state["step"] == STEPS[3]
    assert state[STATE].page_step == 0
