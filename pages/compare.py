import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Compare runs")

from ensemble import InputError
from ensemble.probability.scoring import scoreboard
from ensemble.rng import evaluation_rng
from ensemble.runs.comparison import (
    SMALLEST_DISTANCE,
    differences_from_first,
    forecasts,
    rows_that_differ_most,
    same_split,
    settings_that_differ,
)
from ui import session
from ui.charts import comparison as pictures
from ui.charts import scores as score_pictures
from ui.charts import show
from ui.text.intervals import change, luck_of_rows_alone, of_scores, signed
from ui.widgets.experiment_controls import can_be_paired

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
    settings = settings_that_differ({name: job.config for name, job in jobs.items()})
    what_ran = {name: f"{job.run.epochs} epochs on {rows_of(job.dataset)}." for name, job in jobs.items()}
    alike = len(set(what_ran.values())) == 1
    for place, (column, (name, job)) in enumerate(zip(st.columns(len(jobs)), jobs.items(), strict=True)):
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
            own = [f"{title} **{value}**" for title, value in zip(settings["setting"], settings[name], strict=True)]
            if own:
                st.markdown("  \n".join(own))
            if said := " ".join(filter(None, ["" if alike else what_ran[name], job.run.message])):
                st.caption(said)
    if len(jobs) > 1:
        same = "All other settings are the same." if len(settings) else "These runs were asked for with the same settings."
        st.caption(f"{same} {'All runs: ' + next(iter(what_ran.values())) if alike else ''}".strip())
    elif alike:
        st.caption(next(iter(what_ran.values())))


def rows_of(data) -> str:
    return f"{len(data.y_train)} {noun_of(data)}s, {len(data.y_test)} to test"


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
        "Mean negative log-likelihood, dropout off. Each letter marks the end of its run's curve. Both pictures have the same "
        "axis."
    )


def show_scores(log_probas, data, noun: str, rng) -> None:
    st.header("Final scores")
    board = scoreboard(log_probas, data.y_test, rng)
    for column, score in zip(st.columns(3, gap="large"), SCORES, strict=True):
        with column:
            show(
                score_pictures.scoreboard(board, score, {}, pictures.run_colours()),
                key=f"compare_{score}",
                alt=f"{SCORES[score]} of {len(board)} runs",
            )
    st.caption(
        f"{of_scores(len(data.y_test), noun, f'{noun}s')} Lower is better for the negative log-likelihood (NLL) and the Brier "
        "score, higher for accuracy."
    )
    first, differences = board["name"][0], differences_from_first(log_probas, data.y_test, rng)
    st.markdown(f"**Difference from {first}**, on the same {noun}s")
    st.dataframe(
        {
            "Run": differences["name"],
            **{
                f"{title}, 95 % interval": [
                    f"{signed(row[score])} ({change(row[f'{score}_low'], row[f'{score}_high'])})"
                    for _, row in differences.iterrows()
                ]
                for score, title in (("nll", "NLL (nats)"), ("brier", "Brier score (−2 to 2)"))
            },
            "Accuracy (points), 95 % interval": [
                f"{points(row['accuracy'])} ({points(row['accuracy_low'])} to {points(row['accuracy_high'])})"
                for _, row in differences.iterrows()
            ],
            "McNemar p": [f"{p:.3f}" for p in differences["p"]],
        },
        hide_index=True,
        column_config={
            "McNemar p": st.column_config.TextColumn(
                help=f"Exact, two-sided: how often so uneven a count of {noun}s that one run alone gets right comes by luck."
            )
        },
    )
    st.caption(
        "Intervals by Gaffke (2005). One that holds 0 does not rule out luck. For accuracy it is clear of 0 exactly where "
        f"McNemar's test gives p below 0.05. It can be clear of 0 where the intervals above overlap: {noun}s that are hard for "
        "one run are hard for the other."
    )


def points(share: float) -> str:
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{abs(100 * share):.1f}"


def offer_many_runs(jobs, noun: str) -> None:
    st.header("Is that more than luck?")
    st.markdown(
        f"The table cannot say. {luck_of_rows_alone(f'{noun}s')} To see whether a **setting** makes the difference, train both "
        "over many seeds and compare them pair by pair."
    )
    (first, own), *others = jobs.items()
    if not session.dataset_is(own.dataset, own.config):
        st.caption("The data or the split has changed since. Choose that of these runs on the page “Data”, then come back.")
        return
    presses = 0
    with st.container(horizontal=True):
        for name, job in others:
            apart = set(settings_that_differ({first: own.config, name: job.config})["setting"])
            for field, described in type(own.config).model_fields.items():
                if described.title not in apart or not can_be_paired(field):
                    continue
                presses += 1
                value = getattr(job.config, field)
                setting = f"{described.title.lower()} {getattr(own.config, field)} against {value}"
                st.button(
                    f"{first[-1]} against {name[-1]} over many seeds: {setting}",
                    key=f"pairs_{job.id}_{field}",
                    icon=":material/casino:",
                    on_click=compare_over_seeds,
                    args=(own.config, field, value),
                    help="Opens “Many runs”, part “Two settings, same seeds”, with these settings filled in.",
                )
        if not presses:
            st.button(
                "The same settings over many seeds",
                key="luck_of_settings",
                icon=":material/casino:",
                on_click=compare_over_seeds,
                args=(own.config,),
                help="Opens “Many runs”, part “How lucky was that?”, with the settings of these runs.",
            )
    if presses > 1:
        st.caption("Each press changes one setting; all others are those of Run A.")


def compare_over_seeds(config, setting: str = "", value=None) -> None:
    session.compare_over_seeds(config, setting, value)
    session.lead_to("experiments")


def show_rows(runs, data, noun: str) -> None:
    st.header(f"The {noun}s on which the runs differ most")
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
        "The distance is the total variation: the largest difference between the probabilities that two runs give to any set "
        "of classes. 0: the same forecast. 1: one run is certain of what the other rules out. Where there are distances above "
        f"{SMALLEST_DISTANCE:g}, only these are shown."
    )


def noun_of(data) -> str:
    return getattr(data, "noun", "row")


session.arrive()
pinned = [job for job in session.pinned() if job.run and job.run.epochs]
jobs = {f"Run {letter}": job for letter, job in zip(LETTERS, pinned, strict=False)}
runs = {name: job.run for name, job in jobs.items()}
st.markdown("Change one thing, train again, and put the runs side by side. What did it change? And is that more than luck?")
if jobs:
    show_pinned(jobs)
if len(jobs) < 2:
    show_what_to_do(jobs)
else:
    same = same_split([job.dataset for job in jobs.values()])
    if not same:
        st.warning(
            "These runs had different data or different splits; the seed and the test share decide the split. Their scores and "
            "rows cannot be compared, so only settings and curves are shown.",
            icon=":material/call_split:",
        )
    show_curves(runs)
    if same:
        data = pinned[0].dataset
        try:
            show_scores(forecasts(runs, data), data, noun_of(data), evaluation_rng(pinned[0].config))
            offer_many_runs(jobs, noun_of(data))
        except InputError as problem:
            st.error(str(problem))
        show_rows(runs, data, noun_of(data))

session.write_link()
