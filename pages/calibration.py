from ui.page import begin, choose_part

page = begin("calibration")

import streamlit as st

from pages.parts.calibration import epochs, pools, reliability, scores, sets, temperature, words
from pages.parts.calibration.context import judged
from ui import session
from ui.text.fill import fill
from ui.widgets.experiment import experiment

PARTS = {
    "Reliability": reliability,
    "Scores": scores,
    "Temperature": temperature,
    "Pool, then calibrate": pools,
    "Over the epochs": epochs,
    "Prediction sets": sets,
}

config, folds = page.config, session.folds()
row_names = folds[0].row_names
st.markdown(fill(words.INTRODUCTION, row_names=row_names))
part = choose_part(page, PARTS)
trained = experiment(
    "calibration",
    [(one, fold) for one in (config, config.model_copy(update={"training": "independent"})) for fold in folds],
    "Train on five folds",
    "Trains the ensemble of the page “Train” five times, and independent members five times; each time another "
    f"fifth of the {row_names} is held out.",
)
if trained:
    part.show(judged(trained, len(folds), members=part is pools))

session.write_link("part")
