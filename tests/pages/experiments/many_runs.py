"""Opens a part of Many runs, trains what it shows, and makes up results."""

from ensemble.sweeps.results import POOLS, Calibration, Result, Scores
from ensemble.sweeps.tables import results_table
from testing.app_test import PATIENCE, open_app, state_of

PAGE = "pages/experiments.py"

LUCK, SWEEP, PAIRS = "How lucky was that?", "Sweep", "Two settings, same seeds"

SHORT = {"epochs": "3", "members": "3"}


def sweep_of(app, name):
    return state_of(app).sweeps[name]


def train(app, name):
    app.button(key=f"train_{name}").click().run()
    sweep = sweep_of(app, name)
    assert sweep.wait(PATIENCE)
    app.run()
    assert not app.exception
    return sweep


def results_of(sweep):
    return results_table(sweep.specs, sweep.results, sweep.failures)


def plan_of(sweep):
    from ui.session.sweeps import training_of

    return training_of(sweep).plan


def fake_result(loss):
    scores = {pool: Scores(loss, 0.9, 0.95) for pool in POOLS}
    calibration = {pool: Calibration(0.05, 0.9 * loss, 1.2) for pool in POOLS}
    return Result("finished", 3, loss / 10, 1.0, scores, tuple(Scores(loss, 0.8, 0.9) for _ in range(10)), calibration)


def open_part(part, **query):
    return open_app(PAGE, part=part, **SHORT | query)
