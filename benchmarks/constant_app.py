"""An app whose button shows a constant, drawn by the same component as the app's curves."""

import numpy as np
import streamlit as st

from ensemble import EnsembleConfig, Run, load_dataset
from ui.components.training_view import training_view

st.title("Constant")
pressed = st.button("Train")
data = load_dataset("wine")
run = Run.before_training(EnsembleConfig(), data, ())
if pressed:
    run = run.extended((), np.full((5, 4), 0.5, np.float32), np.log(np.full((5, 36, 3), 1 / 3, np.float32)))
state = "training" if pressed else "idle"
training_view(run, data, run_id=state, state=state, total_epochs=200, every=0.5, key="training_view")
