"""Train: from the press to the finished run, stopped, diverged, linked."""

from collections import Counter

import pytest

from ensemble import EnsembleConfig, classic
from ensemble.datasets.config import DataConfig
from testing.app_test import PATIENCE, PREDICTIONS, TRAIN, component_data, open_app, state_of, wait_for_the_run, words
from tests.pages.train.run_settings import move, settings_of
from ui.session import settings
from ui.text.format import number, percent
from ui.widgets.experiment.run_settings import MORE

pytestmark = pytest.mark.usefixtures("training_service")


def test_train_shows_a_finished_run_in_words_and_numbers(trained):
    """The interval is one for the accuracy of this network on further rows, by Wilson's method."""
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


def test_the_rule_dropout_and_luck_are_told_apart(trained):
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


def test_one_press_trains_the_classic_run_with_the_other_rule():
    app = open_app(epochs="3", seed="4")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.button(key="other_rule").click().run()
    wait_for_the_run(app)
    assert state_of(app).job.run.config == EnsembleConfig(optimizer=classic.OLD_RULE, seed=4)
    assert "optimiser rmsprop of Keras 2" in words(app)
    assert app.button(key="other_rule").label == "Train with the rule of Keras 3"


def test_a_changed_setting_moves_nothing_and_the_run_says_what_it_had():
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


def test_a_run_that_is_gone_is_trained_again_and_a_reload_finds_it():
    app = open_app(run="0" * 32, members="3", epochs="4", seed="5")
    [said] = [warning.value for warning in app.warning]
    assert "no longer held here, so it is trained again" in said
    run = wait_for_the_run(app)
    assert (run.config.members, run.config.seed) == (3, 5)
    again = open_app(**{name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()})
    assert state_of(again).job is state_of(app).job
    assert not again.warning


def test_a_link_with_a_run_finds_it_again(trained):
    app = open_app(run=state_of(trained).job.id)
    assert state_of(app).job is state_of(trained).job
    assert "**Finished**" in words(app)


def test_a_softmax_applied_twice_has_its_floor_in_the_picture_and_in_words():
    app = open_app(outputs="softmax_twice", members="3", epochs="5")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    reached = state_of(app).job.run.history["train_loss_as_trained"].iloc[-1]
    assert "It counts no probability above 0.576" in words(app)
    assert f"**0.551 nats**. On the training wines it ended at {number(reached)} nats" in words(app).replace("\n", " ")
    data = component_data(app)
    assert {line["name"]: line["loss"] for line in data["constants"]}["floor"] == pytest.approx(0.5514, abs=1e-4)
    assert data["bound"] == pytest.approx(0.5761, abs=1e-4)
    assert len(data["curves"]["train_loss_as_trained"]) == 5


def test_a_closed_box_has_no_controls_and_the_settings_in_it_stay():
    app = open_app(hidden_units="20")
    app.session_state[MORE] = False
    app.run()
    assert {slider.key for slider in app.slider} == {"members", "dropout", "epochs"}
    assert not app.get("plotly_chart")
    app.session_state[MORE] = True
    app.run()
    assert app.slider(key="hidden_units").value == 20


def test_a_run_of_the_page_reads_each_control_once(monkeypatch):
    """Twenty reads of each setting were a sixth of what a page cost."""
    app, reads, read = open_app(), Counter(), settings._value_of
    app.session_state[MORE] = False
    monkeypatch.setattr(settings, "_value_of", lambda key, kept: reads.update([key]) or read(key, kept))
    app.run()
    assert {reads[name] for name in [*EnsembleConfig.model_fields, *DataConfig.model_fields]} == {1}
    app.slider(key="members").set_value(5).run()
    assert state_of(app).settings_read.result[EnsembleConfig].members == 5
