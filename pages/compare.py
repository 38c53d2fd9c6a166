import streamlit as st

from ui.compat import require_router

require_router()
st.title("Compare runs")

from ensemble import InputError
from ensemble.comparison import differences_from_first, forecasts, rows_that_differ_most, same_split, settings_that_differ
from ensemble.draws import evaluation_rng
from ensemble.scores import scoreboard
from ui import session
from ui.charts import comparison as pictures
from ui.charts import scores as score_pictures
from ui.charts import show
from ui.explain import number

LETTERS = "ABCD"
SCORES = {"nll": "NLL (nats)", "brier": "Brier score (0 to 2)", "accuracy": "Accuracy"}


def show_what_to_do(pinned) -> None:
    st.info(
        "One run is pinned; a comparison takes two." if pinned else "No run is pinned yet; a comparison takes two to four.",
        icon=":material/push_pin:",
    )
    st.markdown(
        """
1. Open the page “Train an ensemble”, press **Train**, and when the run has finished press **Pin**.
2. Change one thing there, for example the dropout. Keep the seed: it decides the split.
3. Press **Train** and **Pin** again, and come back.
"""
    )
    st.page_link("pages/train.py", label="Train an ensemble", icon=":material/model_training:")


def show_pinned(jobs) -> None:
    for place, (column, (name, job)) in enumerate(zip(st.columns(len(jobs)), jobs.items(), strict=True)):
        data = job.dataset
        with column, st.container(border=True):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.html(f"<b>{name}</b><br>{pictures.mark(place)}", width="content")
                st.button(
                    "Unpin",
                    key=f"unpin_{job.id}",
                    type="tertiary",
                    icon=":material/keep_off:",
                    on_click=session.unpin,
                    args=(job.id,),
                    help=f"Takes {name} out of the comparison.",
                )
            rows = f"{len(data.y_train)} {noun_of(data)}s, {len(data.y_test)} to test"
            st.caption(f"{job.run.epochs} epochs on {rows}. {job.run.message}")


def show_settings(jobs) -> None:
    st.header("Settings that differ")
    table = settings_that_differ({name: job.config for name, job in jobs.items()})
    if len(table):
        st.dataframe(table, hide_index=True, column_config={"setting": "Setting"})
        st.caption("All other settings are the same.")
    else:
        st.markdown("None: these runs were asked for with the same settings.")


def show_curves(runs) -> None:
    st.header("Loss, epoch by epoch")
    log = (
        st.segmented_control(
            "Loss axis",
            ("Logarithmic", "Linear"),
            key="compare_axis",
            default="Logarithmic",
            required=True,
            persist_state="session",
            help="Logarithmic: small losses can be told apart. Linear: how much falls in the first epochs.",
        )
        == "Logarithmic"
    )
    histories = {name: run.history for name, run in runs.items()}
    for column, (title, loss) in zip(
        st.columns(2, gap="large"), {"Test": "test_loss", "Training": "train_loss"}.items(), strict=True
    ):
        with column:
            st.markdown(f"**{title} loss**")
            show(pictures.curves(histories, loss, log), key=f"compare_{loss}", alt=f"{title} loss of {len(runs)} runs")
    st.caption(
        "Mean negative log-likelihood, dropout off. A letter stands at the end of its run's curve. Both pictures have the same "
        "axis."
    )


def show_scores(log_probas, data, noun: str, rng) -> None:
    st.header("Final scores")
    board = scoreboard(log_probas, data.y_test, rng)
    for column, score in zip(st.columns(3, gap="large"), SCORES, strict=True):
        with column:
            show(
                score_pictures.scoreboard(board, score, {}),
                key=f"compare_{score}",
                alt=f"{SCORES[score]} of {len(board)} runs",
            )
    st.caption(
        f"Diamonds: the score on {len(data.y_test)} test {noun}s with its 95 % interval (bootstrap over {noun}s; Wilson for "
        "accuracy). Lower is better for the negative log-likelihood (NLL) and the Brier score, higher for accuracy."
    )
    first, differences = board["name"][0], differences_from_first(log_probas, data.y_test, rng)
    st.dataframe(
        {
            f"Difference from {first}": differences["name"],
            **{
                title: [
                    f"{signed(row[score])}  ({signed(row[f'{score}_low'])} to {signed(row[f'{score}_high'])})"
                    for _, row in differences.iterrows()
                ]
                for score, title in SCORES.items()
            },
        },
        hide_index=True,
    )
    st.caption(
        f"On the same {noun}s, with its 95 % interval (paired bootstrap). An interval that holds 0 "
        f"does not rule out luck. It can be clear of 0 where the bands above overlap: {noun}s that are hard for one run are "
        "hard for the other."
    )


def signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def show_rows(runs, data, noun: str) -> None:
    st.header(f"Where they part: the {noun}s on which they differ most")
    table = rows_that_differ_most(runs, data)
    if not len(table):
        st.markdown(f"Nowhere: these runs give every test {noun} the same probabilities.")
        return
    show(
        pictures.rows_apart(table, list(runs), noun),
        key="compare_rows",
        alt=f"Probabilities that {len(runs)} runs give to the true class of {len(table)} {noun}s",
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "row": noun.capitalize(),
            "true class": "True class",
            "distance": st.column_config.NumberColumn(
                "Distance", format="%.3f", help="Total variation, 0 to 1; of several pairs of runs the largest."
            ),
            **{f"{name}: likeliest": st.column_config.TextColumn(f"{name} says") for name in runs},
            **{
                f"{name}: true class": st.column_config.NumberColumn(
                    f"{name}, p(true)", format="%.3f", help=f"Probability that {name} gives to the true class."
                )
                for name in runs
            },
        },
    )
    st.caption(
        "The distance is the total variation: the largest difference between the probabilities that two runs give to one "
        "class, or to several together. 0: they say the same; 1: what one holds certain, the other rules out."
    )


def noun_of(data) -> str:
    return getattr(data, "noun", "row")


session.arrive()
pinned = [job for job in session.pinned() if job.run and job.run.epochs]
jobs = {f"Run {letter}": job for letter, job in zip(LETTERS, pinned, strict=False)}
runs = {name: job.run for name, job in jobs.items()}
st.markdown(
    "Change one thing, train again, and put the runs next to each other: what did it change, and is that more than luck?"
)
if jobs:
    show_pinned(jobs)
if len(jobs) < 2:
    show_what_to_do(jobs)
else:
    show_settings(jobs)
    same = same_split([job.dataset for job in jobs.values()])
    if not same:
        st.warning(
            "These runs were trained on different data or different splits (the seed and the test share decide the split), so "
            "they were not asked the same questions. Settings and curves are shown; scores and rows would not compare.",
            icon=":material/call_split:",
        )
    show_curves(runs)
    if same:
        data = pinned[0].dataset
        try:
            show_scores(forecasts(runs, data), data, noun_of(data), evaluation_rng(pinned[0].config))
        except InputError as problem:
            st.error(str(problem))
        show_rows(runs, data, noun_of(data))

session.write_link()
