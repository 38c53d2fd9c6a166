"""Forecasts of a file: from the page “Data” to every page that judges them, and back to the run."""

import numpy as np
import pytest

from ensemble.forecasts import read_forecasts
from ensemble.forecasts.sample import MODELS, NAME, sample
from testing.app_test import go_to_part, open_app, pictures, state_of, words

DATA, CALIBRATION, MEMBERS, COMPARE = (f"pages/{name}.py" for name in ("data", "calibration", "members", "compare"))


def judging(content=None, name="mine.csv"):
    """A session that has chosen this file of forecasts, or pressed for the sample."""
    app = open_app(DATA, part="Judge forecasts")
    if content is None:
        app.button(key="try_forecasts").click().run()
    else:
        app.file_uploader(key="judge_file").set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


def open_page(app, page, part=""):
    app.switch_page(page).run()
    if part:
        go_to_part(app, page.split("/")[1].removesuffix(".py"), part)
    assert not app.exception
    return app


def test_one_press_shows_a_file_at_work():
    app = judging()
    assert not app.error
    assert f"**{NAME}**: 2 models, 600 rows, 3 classes." in words(app)
    assert state_of(app).forecasts.forecasts.model_names == MODELS
    for part in ("Reliability", "Scores", "Temperature", "Pool, then calibrate", "Over the epochs", "Prediction sets"):
        open_page(app, CALIBRATION, part)
        print(part, len(pictures(app)), words(app)[:300])
    open_page(app, MEMBERS, "Pooling")
    print(len(pictures(app)), words(app)[:1500])
    open_page(app, COMPARE)
    print(len(pictures(app)), words(app)[:1500])
