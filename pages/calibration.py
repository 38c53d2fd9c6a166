import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Are they probabilities?")

from ensemble.calibration.conformal import conformal_sets, coverage_promise, smallest_calibration_set
from ensemble.calibration.decomposition import decompose_brier, decompose_log_loss, decompose_nll, over_epochs
from ensemble.calibration.reliability import forecast_counts, reliability, reliability_by_luck, reliability_in_bins
from ensemble.calibration.temperature import (
    COLDEST,
    TEMPERATURES,
    calibrate_and_pool,
    fit_temperature,
    over_temperatures,
    split_rows,
)
from ensemble.probability.scoring import change_by_temperature, ece_by_luck, expected_calibration_error, one_vs_rest, top_label
from ensemble.probability.vectors import log_softmax, softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import held_out
from ensemble.runs.test_rows import prediction_sets, probability_columns
from ui import session
from ui.charts import calibration as pictures
from ui.charts import class_colour, show
from ui.text.format import number, percent, plain
from ui.text.intervals import change, ordinal
from ui.widgets.experiment import experiment
from ui.widgets.lesson import show_what_the_link_brought
from ui.widgets.parts import choose_part

TOP = "the likeliest class is right"
IN_BINS, CURVE = "Bins", "Curve"
BRIER_UNIT = "0 to 2"


def show_reliability(seen, data, rng) -> None:
    st.markdown(
        "Of all forecasts of 70 %, seven in ten should come true. The **reliability diagram** shows how many do. On the dashed "
        "line forecast and frequency agree."
    )
    classes = data.class_names
    event = st.segmented_control(
        "Event",
        (TOP, *classes),
        key="event",
        default=TOP,
        format_func=plain,
        required=True,
        persist_state="session",
        help="What the forecast probability is of: that the likeliest class is right, or one class against the rest. The "
        f"likeliest of {len(classes)} classes has at least 1/{len(classes)}.",
    )
    proba = softmax(seen.logits)
    scores, hits = top_label(proba, seen.y) if event == TOP else one_vs_rest(proba, seen.y, classes.index(event))
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        view = st.segmented_control(
            "Diagram",
            (IN_BINS, CURVE),
            key="reliability_view",
            default=IN_BINS,
            required=True,
            persist_state="session",
            help="Bins are 10 points wide. The curve (CORP; Dimitriadis et al. 2021) chooses its own bins.",
        )
        if view == IN_BINS:
            luck = reliability_in_bins(scores, hits, rng)
            figure = pictures.reliability_in_bins(luck.table, event)
            reading = (
                "A dot is a bin of forecasts, its area their number. A grey bar holds the dot in nine of ten data sets if the "
                "forecasts are calibrated."
            )
        else:
            luck = reliability_by_luck(scores, rng)
            figure = pictures.reliability(reliability(scores, hits), luck.table, forecast_counts(scores), event)
            reading = (
                "The curve is the isotonic fit (CORP): frequencies never fall as forecasts rise. The grey band holds the curve "
                "at each forecast in nine of ten data sets if the forecasts are calibrated."
            )
        show(figure, key="reliability", alt=f"Reliability of {len(scores)} forecasts")
        st.caption(
            f"{reading} Somewhere, even calibrated forecasts like these leave the grey in **{percent(luck.left)}** of data "
            "sets (1,000 simulated)."
        )
    with right:
        error, lucky = expected_calibration_error(proba, seen.y), ece_by_luck(proba, rng)
        st.metric(
            "Luck alone reaches this ECE in",
            f"{int((lucky >= error).sum())} of {len(lucky):,}",
            help="Data sets simulated from these very forecasts, as if they were perfectly calibrated.",
        )
        st.metric(
            "Expected calibration error (ECE)",
            number(error),
            help="Mean gap between confidence in the likeliest class and accuracy, over 10 bins weighted by their counts.",
        )
        show(pictures.by_luck(lucky, error), key="ece_by_luck", alt="ECE of simulated calibrated forecasts")
        st.markdown(
            f"If these {len(scores)} forecasts were **perfectly** calibrated, their ECE would still be "
            f"{number(float(lucky.mean()))} on average, over {len(lucky):,} simulated data sets."
        )
        st.markdown(
            f"Mean forecast {percent(float(scores.mean()), 1)}; came true in **{int(hits.sum())} of {len(hits)}**. A bin with "
            "few forecasts says little."
        )


def show_scores(seen, data, rng) -> None:
    st.markdown(
        r"""
A proper score is lowest, on average, for the true probabilities. It can be taken apart (Murphy 1973; Bröcker 2009):

$$\displaystyle \text{score} = \text{miscalibration} - \text{discrimination} + \text{uncertainty}$$

**Miscalibration** is what a recalibration of the same forecasts would save. **Discrimination** is what they know beyond the
base rates. **Uncertainty** is the score of those base rates. Uncertainty less discrimination is the **refinement**: what is
left after recalibration.
"""
    )
    proba = softmax(seen.logits)
    parts = {"Brier score, all classes": decompose_brier(proba, seen.y)}
    parts |= {f"Log loss, {name} or not": decompose_log_loss(proba, seen.y, k) for k, name in enumerate(data.class_names)}
    show(pictures.decompositions(parts), key="decompositions", alt="Scores in their parts")
    st.dataframe(
        {
            "": list(parts),
            "Score": [part.score for part in parts.values()],
            "Miscalibration": [part.miscalibration for part in parts.values()],
            "Discrimination": [part.discrimination for part in parts.values()],
            "Uncertainty": [part.uncertainty for part in parts.values()],
            "Unit": [BRIER_UNIT, *["nats"] * data.classes],
        },
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.4f")
            for name in ("Score", "Miscalibration", "Discrimination", "Uncertainty")
        },
    )
    st.caption(
        f"{len(seen.y)} {data.nouns}. Recalibration is the isotonic fit to these same {data.nouns}, class by class. That "
        f"flatters it: with few {data.nouns}, part of the miscalibration is luck."
    )
    split = decompose_nll(seen.logits, seen.y)
    st.markdown(
        f"The **negative log-likelihood** of all classes is {number(split.score)} nats. At its best temperature, "
        f"{split.temperature:.2f}, it would be {number(split.refinement)} nats: {number(split.calibration)} nats are lost by "
        "using T = 1."
    )


def choose_share(data) -> float:
    return st.slider(
        f"Share of {data.nouns} to calibrate on",
        0.2,
        0.8,
        0.5,
        0.05,
        key="calibration_share",
        persist_state="session",
        width=420,
        help=f"These {data.nouns} fit the temperature or the sets; the others judge them. More of one is less of the other.",
    )


def show_temperature(seen, data, rng) -> None:
    st.markdown(
        f"One number can fix overconfidence: divide all scores by a **temperature** (Guo et al. 2017). It is fitted on some of "
        f"the {data.nouns} and judged on the others. The order of the classes never changes, so accuracy cannot."
    )
    fitting = split_rows(len(seen.y), choose_share(data), rng)
    judged = ~fitting
    temperature = fit_temperature(seen.logits[fitting], seen.y[fitting])
    best = fit_temperature(seen.logits[judged], seen.y[judged])
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        table = over_temperatures(seen.logits[judged], seen.y[judged], TEMPERATURES)
        marks = {"T = 1": 1.0, f"fitted T = {temperature:.2f}": temperature}
        show(pictures.over_temperatures(table, marks), key="over_temperatures", alt="Scores against temperature")
    with right:
        st.metric(
            "Fitted temperature",
            f"{temperature:.2f}",
            help=f"From {int(fitting.sum())} {data.nouns}; the range is 0.01 to 100.",
        )
        table = change_by_temperature(seen.logits[judged], temperature, seen.y[judged], rng)
        st.dataframe(
            {
                "score": table["score"],
                "before": [score_in_words(name, value) for name, value in zip(table["score"], table["before"], strict=True)],
                "after": [score_in_words(name, value) for name, value in zip(table["score"], table["after"], strict=True)],
                "change": [
                    change(low, high) if low == low else "cannot change" if name == "accuracy" else "–"
                    for name, low, high in zip(table["score"], table["low"], table["high"], strict=True)
                ],
            },
            hide_index=True,
            column_config={
                "score": "",
                "before": "T = 1",
                "after": f"T = {temperature:.2f}",
                "change": "95 % interval of the change",
            },
        )
        st.caption(
            f"On the other {int(judged.sum())} {data.nouns}; the interval (Gaffke 2005) holds the luck of these {data.nouns} "
            f"alone. They themselves would have chosen T = {best:.2f}."
        )
        st.markdown(
            "T above 1: the scores were too far apart, the network too sure of itself. Below 1: not sure enough."
            + (f" T = 1: no other temperature fits these {data.nouns} better." if temperature == 1 else "")
        )
        st.markdown(
            f"If every fitted {data.noun} is right, the likelihood is best at the smallest T allowed, {COLDEST}. That is no "
            "calibration, but a sample without an error."
        )


def score_in_words(name: str, value: float) -> str:
    return percent(value, 1) if name == "accuracy" else f"{value:.4f}"


def show_pools(seen, data, rng) -> None:
    st.markdown(
        f"""
Calibrate each member and then average, or average and then calibrate? Averaging moves probabilities towards the middle. A pool
of well calibrated members that differ is therefore **too unsure**. With enough {data.nouns}, calibrate after pooling (Rahaman
and Thiery 2021). The table shows whether so few {data.nouns} are enough.
"""
    )
    fitting = split_rows(len(seen.y), choose_share(data), rng)
    pooled = calibrate_and_pool(log_softmax(seen.member_scores), seen.y, fitting)
    st.dataframe(
        pooled.scores,
        hide_index=True,
        column_config={
            "way": "",
            "nll": st.column_config.NumberColumn("NLL (nats)", format="%.4f"),
            "brier": st.column_config.NumberColumn("Brier (0 to 2)", format="%.4f"),
            "ece": st.column_config.NumberColumn("ECE (0 to 1)", format="%.4f"),
        },
    )
    low, high = float(pooled.member_temperatures.min()), float(pooled.member_temperatures.max())
    st.markdown(
        f"The pool chose T = **{pooled.pool_temperature:.2f}**; its {len(pooled.member_temperatures)} members, each by itself, "
        f"**{low:.2f} to {high:.2f}**. Each member needed a higher temperature than the pool: averaging has already softened "
        "it."
        if pooled.pool_temperature < low
        else f"The pool chose T = **{pooled.pool_temperature:.2f}**; its {len(pooled.member_temperatures)} members, each by "
        f"itself, **{low:.2f} to {high:.2f}**."
    )
    if min(pooled.pool_temperature, low) <= COLDEST:
        st.warning(
            f"At least one fit chose the smallest temperature allowed, {COLDEST}: no calibration {data.noun} contradicted more "
            f"confidence. A single wrong {data.noun} among the others then costs very much. Calibrate on more {data.nouns}.",
            icon=":material/ac_unit:",
        )
    st.caption(
        f"Independent members, averaged. Temperatures from {int(fitting.sum())} {data.nouns}, scores on the other "
        f"{int((~fitting).sum())}. Compare likelihoods at the best temperature, or calibration may decide the comparison "
        "(Ashukha et al. 2020)."
    )


@st.cache_data(max_entries=32, show_spinner=False)
def decomposed_epochs(series: str, rows: str, _seen):
    return over_epochs(_seen.log_proba, _seen.y).assign(epoch=_seen.epochs)


def show_epochs(seen, data, rng) -> None:
    st.markdown(
        """
The held-out loss splits in two. **Calibration** is lost to a wrong temperature. **Refinement** would be lost even at the best
one. They need not be lowest at the same epoch. Stopping where their sum is lowest is a compromise. Another way is to stop where
refinement is lowest and to calibrate afterwards (Berta, Holzmüller, Jordan and Bach 2025).
"""
    )
    table = decomposed_epochs(trained.id, st.session_state["judged_on"], seen)
    show(pictures.over_epochs(table), key="over_epochs", alt="Calibration and refinement over the epochs")
    lowest = {name: int(table["epoch"][table[name].idxmin()]) for name in ("nll", "refinement", "calibration")}
    st.markdown(
        f"Lowest (diamonds): the loss in epoch **{lowest['nll']}**, refinement in epoch **{lowest['refinement']}**, "
        f"calibration in epoch **{lowest['calibration']}**."
    )
    st.caption(
        f"{how_often(table['epoch'])}, on {len(seen.y)} {data.nouns}. The best temperature of each epoch is fitted to these "
        f"same {data.nouns}. One number for all of them flatters it little, unless every {data.noun} is right: then the "
        "smallest temperature makes refinement vanish."
    )


def how_often(epochs) -> str:
    steps = sorted(set(epochs.diff().dropna().astype(int)))
    named = " or ".join("every epoch" if step == 1 else f"every {ordinal(step)}" for step in steps) or "one epoch"
    return f"{named[0].upper()}{named[1:]}{'' if named.endswith('epoch') else ' epoch'}, {len(epochs)} in all"


def show_sets(seen, data, rng) -> None:
    classes = data.class_names
    st.markdown(
        f"""
Give up the single answer, and a guarantee comes back. **Conformal sets** (Vovk et al. 2005) name as many classes as it takes to
hold the true one with at least the chosen probability. They need no calibrated network, only exchangeable {data.nouns}. A class
is in the set if its probability is not unusually low, compared with those of the true classes of the calibration {data.nouns}.
"""
    )
    coverage = st.slider(
        "Coverage",
        0.55,
        0.99,
        0.9,
        0.01,
        key="coverage",
        persist_state="session",
        width=420,
        help="At least this share of sets is to hold the true class. More coverage: larger sets.",
    )
    proba = softmax(seen.logits)
    fitting = split_rows(len(seen.y), choose_share(data), rng)
    judged = ~fitting
    sets = conformal_sets(proba[fitting], seen.y[fitting], proba[judged], coverage)
    table = prediction_sets(sets, proba[judged], seen.y[judged], seen.rows[judged], classes)
    promised = coverage_promise(int(fitting.sum()), coverage, int(judged.sum()))
    measured = float(table["Right"].mean())
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        show(
            pictures.promise(promised.low, promised.high, coverage, measured),
            key="promise",
            alt="Promised and measured coverage",
        )
        st.markdown(
            f"**{int(table['Right'].sum())} of {len(table)}** sets hold the true class: {percent(measured, 1)}. With "
            f"{int(fitting.sum())} {data.nouns} to calibrate on and {len(table)} to count on, {percent(promised.low)} to "
            f"{percent(promised.high)} is to be expected in at least 9 of 10 random splits, whatever the network."
        )
        show(
            pictures.set_sizes(sets.sum(axis=1), len(classes), data.nouns), key="set_sizes", alt="Sizes of the prediction sets"
        )
        st.markdown(
            f"**What few {data.nouns} cannot promise.** At {percent(coverage)} it takes at least "
            f"{smallest_calibration_set(coverage)} calibration {data.nouns} before a set may leave out a class. With fewer, "
            f"every set has to hold all classes. The promise is about sets on average, not about this {data.noun}, nor about "
            "each class."
        )
    with right:
        st.dataframe(
            table.assign(Right=table["Right"].map({True: "✓", False: "✗"})),
            hide_index=True,
            height=520,
            column_config={
                "Row": st.column_config.NumberColumn(help=f"Number among all {data.nouns}."),
                "Right": st.column_config.TextColumn(help="✓: the set holds the true class. ✗: it does not."),
                **{
                    name: st.column_config.ProgressColumn(
                        name, min_value=0, max_value=1, format="%.3f", width="small", color=class_colour(k)
                    )
                    for k, name in enumerate(probability_columns(classes))
                },
            },
        )
        st.caption(
            f"Each {data.noun}'s bars and its set, least certain first. An empty set (—): no class fits as well as the "
            f"coverage asks. Empty sets are among the {percent(1 - coverage)} that may miss the true class."
        )


PARTS = {
    "Reliability": show_reliability,
    "Scores": show_scores,
    "Temperature": show_temperature,
    "Pool, then calibrate": show_pools,
    "Over the epochs": show_epochs,
    "Prediction sets": show_sets,
}

session.arrive()
show_what_the_link_brought()
config, folds = session.config(), session.folds()
asked = folds[0]
st.markdown(
    "Numbers that add up to 1 are a promise: that they will come true as often as they say. Here it is checked, on "
    f"{asked.nouns} that the network has not seen."
)
part = choose_part("calibration", tuple(PARTS))
members_part = part == "Pool, then calibrate"
trained = experiment(
    "calibration",
    [(one, fold) for one in (config, config.model_copy(update={"training": "independent"})) for fold in folds],
    "Train on five folds",
    "Trains the ensemble of the page “Train an ensemble” five times, and independent members five times; each time another "
    f"fifth of the {asked.nouns} is held out.",
)
if trained:
    data = trained.plan[0][1]
    out_of_fold, test = f"All {data.nouns}, out of fold", f"Test {data.nouns}"
    rows = st.segmented_control(
        "Judged on",
        (out_of_fold, test),
        key="judged_on",
        default=out_of_fold,
        required=True,
        persist_state="session",
        help=f"All {data.nouns}, each predicted by a network that has not seen it; or the test {data.nouns} of the first fold "
        "alone.",
    )
    own = slice(len(folds), None) if members_part else slice(len(folds))
    runs, parts = trained.runs[own], [fold for _, fold in trained.plan[own]]
    count = len(parts) if rows == out_of_fold else 1
    seen = held_out(runs[:count], parts[:count])
    if len(seen.y) < (all_rows := len(set().union(*(one.test_rows.tolist() for one in parts[:count])))):
        st.caption(f"Of the {all_rows:,} {data.nouns}, {len(seen.y):,} drawn at random are judged.")
    PARTS[part](seen, data, evaluation_rng(runs[0].config))

session.write_link("part")
