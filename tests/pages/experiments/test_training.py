"""Training of many runs: waits for a press, pauses, diverges, gives up, and is read once."""

import numpy as np
import pytest

from ensemble.execution import service
from ensemble.sweeps.comparisons import run_variance_shares
from ensemble.sweeps.tables import METRICS, results_table
from testing.app_test import PATIENCE, go_to_part, open_app, pictures, words
from tests.pages.experiments.many_runs import LUCK, PAGE, PAIRS, SWEEP, fake_result, open_part, sweep_of, train

pytestmark = pytest.mark.usefixtures("training_service")


@pytest.mark.parametrize(
    ("part", "said"), [(LUCK, "3,000 runs, about"), (SWEEP, "1,200 runs, about"), (PAIRS, "400 runs, about")]
)
def test_what_takes_long_waits_for_a_press_and_says_runs_and_time(part, said):
    app = open_app(PAGE, part=part, seeds="1000", each="200", pairs="200")
    assert not pictures(app)
    assert not app.dataframe
    assert said in words(app)


def test_training_can_pause_go_on_and_stop():
    app = open_part(LUCK, seeds="80", epochs="100")
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    assert service.current().wait_until(lambda: sweep.done > 3, PATIENCE)
    app.run()
    assert f"of {len(sweep.specs):,} runs" in str([element.proto for element in app.get("progress")])
    app.button(key="pause_luck").click().run()
    assert sweep.state == "paused"
    app.run()
    assert len(pictures(app)) - len(METRICS) in (0, 1), "where the variance comes from is drawn once there are seeds enough"
    app.button(key="resume_luck").click().run()
    assert sweep.state == "training"
    app.button(key="stop_luck").click().run()
    app.run()
    assert sweep.state == "stopped"
    assert len(pictures(app)) - len(METRICS) in (0, 1), "where the variance comes from is drawn once there are seeds enough"
    assert not app.exception


@pytest.mark.nightly
def test_runs_that_diverge_are_counted_and_left_out():
    app = open_part(
        SWEEP,
        along="learning_rate",
        along_values="0.001, 10",
        each="3",
        optimizer="sgd",
        epochs="40",
        hidden_layers="3",
        seed="1",
    )
    sweep = train(app, "sweep")
    diverged = sum(one.status == "diverged" for one in sweep.results)
    assert diverged
    assert f"{diverged} of 6 runs diverged" in words(app)
    assert f"Not all runs count: learning rate 10: {3 - diverged} of 3" in words(app)
    points = app.dataframe[0].value
    assert points["used"].tolist() == [3, 3 - diverged]


@pytest.mark.nightly
def test_a_part_without_numbers_says_so_and_breaks_nothing():
    app = open_part(LUCK, seeds="2", along_values="1, 2", each="2", pairs="2")
    for part, name in ((LUCK, "luck"), (SWEEP, "sweep"), (PAIRS, "pairs")):
        go_to_part(app, "experiments", part)
        sweep = train(app, name)
        for usable in (1, 0):
            for index in range(usable, len(sweep.specs)):
                sweep.results[index] = sweep.results[index]._replace(status="diverged", train_loss=float("nan"))
            sweep.id = f"{sweep.id}-{usable}"
            app.run()
            assert not app.exception
            assert f"of {len(sweep.specs)} runs diverged" in words(app)
            assert usable or not (pictures(app) or app.dataframe)
            if name == "pairs":
                assert ("fewer than two pairs" in words(app)) == bool(usable)


def test_runs_that_were_given_up_are_counted_with_the_reason():
    app = open_part(LUCK, seeds="2")
    sweep = train(app, "luck")
    sweep.results[1], sweep.done = None, 5
    sweep.failures[1] = "The training process was lost twice."
    app.run()
    assert not app.exception
    assert "1 of 6 runs were given up: The training process was lost twice" in words(app).replace("\\", "")


def test_the_numbers_of_a_thousand_seeds_are_computed_once(monkeypatch):
    computed = []
    for where, act in (("ensemble.sweeps.tables", results_table), ("ensemble.sweeps.comparisons", run_variance_shares)):
        counted = lambda *given, act=act: computed.append(act) or act(*given)  # noqa: E731
        monkeypatch.setattr(f"{where}.{act.__name__}", counted)
    draw = np.random.default_rng(0)
    app = open_part(LUCK, seeds="1000")
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    sweep.cancel()
    sweep.results[:] = [fake_result(loss) for loss in np.exp(draw.normal(size=3000) - 3)]
    sweep.done = 3000
    app.run()
    assert not app.exception
    assert set(computed) == {results_table, run_variance_shares}
    computed.clear()
    app.run()
    assert computed == []
