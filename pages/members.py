from ui.page import begin, choose_part

page = begin("members")

import streamlit as st

from ensemble.runs.held_out import MAX_ROWS
from pages.parts.members import collapse, disagreement, far_away, pooling, size, training, words
from pages.parts.members.context import Context, settings
from ui import session
from ui.text.fill import fill
from ui.widgets.experiment import experiment

PARTS = {
    "Training": training,
    "Pooling": pooling,
    "Disagreement": disagreement,
    "Size": size,
    "Linear collapse": collapse,
    "Far from the data": far_away,
}

config, split = page.config, page.data
ensembles = settings()
st.markdown(fill(words.INTRODUCTION))
part = choose_part(page, PARTS)
trained = experiment(
    "members",
    [(config.model_copy(update=changes | {"outputs": "softmax"}), split) for changes in ensembles.values()],
    "Train the ensembles",
    f"Trains six ensembles on the same split: joint, independent, bootstrap, one of {ensembles['many']['members']} members, "
    "and two to compare activations.",
)
if trained:
    whole = trained.plan[0][1]
    data = whole.with_at_most(MAX_ROWS)
    if len(data.y_test) < (all_rows := len(whole.y_test)):
        st.caption(f"Of the {all_rows:,} test {data.row_names}, {len(data.y_test):,} drawn at random are looked at.")
    runs = dict(zip(ensembles, trained.runs, strict=True))
    part.show(Context(runs, data, len(whole.y_train), trained.id, config, split))

session.write_link("part")
