import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("What the deep net gives up")

from ensemble.interpretation.feature_importance import affordable, drop_one_effect, permutation_importance, without_feature
from ensemble.interpretation.logistic_regression import INTERCEPT, scikit_learn_c, why_no_maximum
from ensemble.probability.scoring import scoreboard
from ensemble.probability.vectors import log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import MAX_ROWS
from ui import caches, session
from ui.charts import members as coefficient_pictures
from ui.charts import regression as pictures
from ui.charts import show
from ui.text.format import in_words, number, percent, plain, pretty
from ui.text.intervals import of_intervals
from ui.widgets.experiment import experiment, same_plan
from ui.widgets.lesson import show_what_the_link_brought
from ui.widgets.parts import choose_part

SEEDS = 5
WIDTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
MOONS = "Moons"
OVERLAPPING = ("alcohol", "malic_acid", "magnesium")
MOST_DROPPED = 30
TOO_LARGE = (
    "With so many rows, features and classes this takes longer than anyone wants to wait. Choose fewer features on the page "
    "“Data”."
)


def train_over_seeds(data):
    return experiment(
        "seeds",
        [(config, data) for config in session.config().with_other_seeds(SEEDS)],
        "Train the net",
        f"Trains the ensemble of the page “Train an ensemble” with {SEEDS} seeds of its weights and batches, on one split.",
    )


def c_of(data) -> str:
    return "2 s²" if data.classes == 2 else "s²"


def show_coefficients(data) -> None:
    st.markdown(
        r"""
Multinomial logistic regression gives class $k$ the score $z_k = b_k \cdot x + c_k$, one coefficient per feature, and nothing
"""
        f"""else. It is fitted by **maximum a posteriori**: the most probable $b$ given the {data.nouns}, if each coefficient
came from a Gaussian of width $s$ before any {data.noun} was seen.
"""
        r"""

$$\displaystyle -\ln p(b \mid x, y) = -\sum_i \ln p(y_i \mid x_i, b) + \dfrac{1}{2 s^2} \lVert b \rVert^2 + \text{const}$$

Read as a **prior**, $s$ says how large coefficients may be. Read as a **penalty**, $1 / (2 s^2)$ is what their squares cost.
One number, two readings.
"""
    )
    width = st.select_slider(
        "Prior width s",
        WIDTHS,
        value=1.0,
        key="prior_width",
        format_func=lambda width: f"{width:g}",
        persist_state="session",
        width=420,
        help="Small: a strong belief that coefficients are near 0, a strong penalty. Large: hardly any of either.",
    )
    st.markdown(
        f"$s$ = {width:g}: penalty weight $1/(2s^2)$ = {number(0.5 / width**2)}, scikit-learn's C = {c_of(data)} = "
        f"{number(scikit_learn_c(width, data.classes))}."
    )
    if not caches.can_fit(data):
        st.info(TOO_LARGE)
        return
    fitted = caches.fit_map(data, width)
    shown = coefficient_pictures.largest(fitted.coefficients)
    features = [data.feature_names[feature] for feature in shown]
    if len(shown) < data.features:
        st.caption(f"Of the {data.features} features the {len(shown)} with the largest coefficients are shown.")
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        show(
            pictures.coefficients(fitted.coefficients[shown], features, data.class_names),
            key="map_coefficients",
            alt=f"Coefficients with a prior of width {width:g}",
        )
        st.caption(
            f"Score per span of the training {data.nouns}; the log odds of two classes are the difference of their "
            "coefficients. Over the classes each row adds up to 0."
        )
    with right:
        if caches.can_fit_a_path(data):
            found = caches.coefficient_path(data, WIDTHS)
            found = found._replace(coefficients=found.coefficients[:, shown])
            show(
                pictures.path(found, width, features, data.class_names),
                key="path",
                alt="Coefficients and losses against the width of the prior",
            )
            every = "every coefficient" if len(shown) == data.features else "their coefficients"
            st.caption(
                f"Above: {every} as the prior widens; named: the largest in the end. Below: losses on the same split as the "
                "net's."
            )
        else:
            st.info("The path over all widths takes minutes with so many rows, features and classes: choose fewer features.")
    if caches.can_look_for_separation(data) and (found := caches.separation(data)) != "none":
        st.warning(
            f"{why_no_maximum(found, data.classes)}. Then no finite coefficients are best: the wider the prior, the larger "
            "they grow and the smaller the training loss, without end. Only the prior stops them.",
            icon=":material/trending_up:",
        )


def show_side_by_side(data) -> None:
    st.markdown(
        f"The net beside logistic regression on the same split. Both see the same training {data.nouns}; the net is trained "
        f"with {SEEDS} seeds of its weights and batches, logistic regression has no seed."
    )
    trained = train_over_seeds(data)
    if not trained:
        return
    data = trained.plan[0][1].with_at_most(MAX_ROWS)
    if not caches.can_fit(data):
        st.info(TOO_LARGE)
        return
    forecasts = {f"net, seed {run.config.seed}": log_softmax(run.logits(data.x_test)) for run in trained.runs}
    forecasts |= {
        f"regression, s = {width:g}": log_softmax(caches.fit_map(data, width).logits(data.x_test)) for width in (0.1, 1.0, 10.0)
    }
    table = scoreboard(forecasts, data.y_test, evaluation_rng(trained.runs[0].config))
    for column, score in zip(st.columns(3, gap="medium"), ("nll", "brier", "accuracy"), strict=True):
        with column:
            show(pictures.beside(table, score, SEEDS), key=f"beside_{score}", alt=f"{score} of {len(table)} forecasts")
    nets, regressions = table["accuracy"][:SEEDS], table["accuracy"][SEEDS:]
    st.caption(
        f"Diamonds: nets. Squares: regressions, on {len(data.y_test)} test {data.nouns}. {of_intervals(data.noun, data.nouns)} "
        f"Accuracy: the nets {percent(nets.mean(), 1)} on average, the best regression {percent(regressions.max(), 1)}; one "
        f"{data.noun} is {percent(1 / len(data.y_test), 1)}."
    )


def choose_rows(data):
    row = data.noun.capitalize()
    every, some = f"{row}, all features", f"{row}, chosen features"
    names = [every, some] if data.features > 1 else [every]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Rows",
            names if data.name == "moons" else [*names, MOONS],
            key="significant_rows",
            default=some if some in names else every,
            required=True,
            persist_state="session",
            help="What the regression is fitted to.",
        )
    if name == MOONS:
        return session.rows_of("moons")
    if name == every:
        return data
    key = "significant_features"
    if key not in st.session_state or not set(st.session_state[key]) <= set(data.feature_names):
        few = [name for name in OVERLAPPING if name in data.feature_names]
        st.session_state[key] = few or varying(data)[: len(OVERLAPPING)]
    chosen = st.multiselect(
        "Features",
        data.feature_names,
        key=key,
        format_func=pretty,
        persist_state="session",
        help="With few features the classes overlap, and standard errors exist.",
    )
    return session.rows_of(data.name, chosen) if chosen else None


def varying(data) -> list[str]:
    """Features that are not the same in all training rows."""
    return [name for name, low, high in zip(data.feature_names, data.low, data.high, strict=True) if low < high]


def show_significance(data) -> None:
    st.markdown(
        """
This is what statisticians ask of a model, and a deep net has no coefficient to ask it of: **could this coefficient be 0?**
By maximum likelihood, without a prior, each coefficient has a standard error, a $z$ value, a $p$-value and an interval
(`statsmodels`, MNLogit).
"""
    )
    data = choose_rows(data)
    if data is None:
        st.info("Choose at least one feature.")
        return
    if not (caches.can_fit(data) and caches.can_look_for_separation(data)):
        st.info(TOO_LARGE)
        return
    table = caches.significance(data)
    if isinstance(table, str):
        moons = "" if session.dataset().name == "moons" else " or the moons above"
        st.warning(plain(table), icon=":material/block:")
        st.markdown(
            "A program that prints standard errors all the same prints nonsense: its coefficients say when it stopped, not "
            f"what the {data.nouns} say. Choose fewer features{moons}, where classes overlap. Or keep all features and a "
            "prior, as in part 1."
        )
        return
    show(pictures.significance(table, data.class_names), key="significance", alt="Coefficients with their 95 % intervals")
    st.dataframe(
        table.assign(feature=table["feature"].map(pretty)),
        hide_index=True,
        placeholder="–",
        column_config={
            "class": "Class",
            "feature": "Feature",
            "coefficient": st.column_config.NumberColumn(
                "Coefficient", format="%.2f", help="Log odds against the first class."
            ),
            "standard_error": st.column_config.NumberColumn("Standard error", format="%.2f"),
            "z": st.column_config.NumberColumn("z", format="%.2f", help="Coefficient / standard error."),
            "p": st.column_config.NumberColumn(
                "p",
                format="%.2g",
                help="How often a z at least this far from 0 would come if the true coefficient were 0 (large samples).",
            ),
            "p_holm": st.column_config.NumberColumn(
                "p, Holm",
                format="%.2g",
                help="p for all features together (Holm 1979). If all true coefficients were 0, one or more of these would "
                "fall below 0.05 in at most 5 of 100 data sets.",
            ),
            "low": st.column_config.NumberColumn("95 %, from", format="%.2f"),
            "high": st.column_config.NumberColumn("to", format="%.2f"),
        },
    )
    st.caption(
        f"{len(data.y_train)} training rows; classes are compared with {plain(data.class_names[0])}. The intervals hold for "
        "large samples and for the features named here: leave one out, and the others change their meaning."
    )
    say_how_many_by_luck(table)


def say_how_many_by_luck(table) -> None:
    p = table.loc[table["feature"] != INTERCEPT]
    st.markdown(
        f"**{in_words(len(p)).capitalize()} p-values, one question each.** If no feature counted, about "
        f"{number(0.05 * len(p))} of {len(p)} would still fall below 0.05 by luck. Here {(p['p'] < 0.05).sum()} do, and "
        f"{(p['p_holm'] < 0.05).sum()} after Holm's correction. Neither column knows how the features were chosen: features "
        "picked by looking at these rows make p-values too small."
    )


@st.cache_resource(max_entries=16, show_spinner="Each feature is shuffled, again and again.")
def shuffled(series: str, _runs, _data, repeats: int):
    return permutation_importance(_runs, _data, evaluation_rng(_runs[0].config), repeats, caches.leave_if_asked)


def without_each(data):
    return [without_feature(data, feature) for feature in data.feature_names]


def drop_each(data, trained):
    without = caches.once(without_each, data)
    plan = [(config, rest) for rest in without for config, _ in trained.plan]
    dropped = experiment(
        "dropped",
        plan,
        f"Also drop each feature ({len(plan)} runs)",
        f"Trains the net again without each of the {data.features} features, with the same {SEEDS} seeds: {len(plan)} times "
        "one run.",
        optional=True,
    )
    return plan, dropped


def show_importance(data) -> None:
    st.markdown(
        f"""
No single number in a deep net says what one feature does (unless it is linear: see “Linear collapse” on the page Members).
What always works is to try the net **without** it:

- **shuffle** the feature's values among the test {data.nouns}, and see how much the loss rises (permutation importance;
  Breiman 2001);
- **drop** it, and train again without it.
"""
    )
    trained = train_over_seeds(data)
    if not trained:
        return
    data, runs = trained.plan[0][1], trained.runs
    rows, repeats = affordable(runs[0], data, len(runs))
    judged = data.with_at_most(rows)
    tables = {"shuffled": shuffled(trained.id, runs, judged, repeats)}
    if data.features == 1 or data.features > MOST_DROPPED:
        st.caption(
            "There is one feature only: without it nothing is left to learn from."
            if data.features == 1
            else f"To drop each of {data.features} features would take {data.features * SEEDS} runs; it is offered up to "
            f"{MOST_DROPPED} features."
        )
        plan, dropped = [], None
    else:
        plan, dropped = drop_each(data, trained)
    if dropped and same_plan(dropped.plan, plan):
        without = {
            feature: dropped.runs[place * SEEDS : (place + 1) * SEEDS] for place, feature in enumerate(data.feature_names)
        }
        tables["dropped, trained again"] = drop_one_effect(runs, without, judged)
    largest = tables["shuffled"].nlargest(MOST_DROPPED, "mean")["feature"]
    if len(largest) < data.features:
        tables["shuffled"] = tables["shuffled"][tables["shuffled"]["feature"].isin(largest)]
        st.caption(f"Of the {data.features} features the {MOST_DROPPED} are shown whose shuffling raises the loss most.")
    show(pictures.importance(tables), key="importance", alt="Rise of the test loss without each feature")
    st.caption(
        f"Mean over {SEEDS} seeds with the 95 % interval (t) over seeds, on {len(judged.y_test)} test {data.nouns}; each "
        f"feature shuffled {repeats} times. The interval holds the luck of the seed, not that of the split."
    )
    st.markdown(
        "**Does feature selection matter?** The classic text says it does not: a deep net chooses for itself. Look before you "
        "believe it. Shuffling a feature can hurt while dropping it costs nothing, because others replace it. Neither number "
        "here is a test. Tests that need no coefficients exist: leave one covariate out (Lei et al. 2018), or conditional "
        "permutation (Berrett et al. 2020)."
    )


PARTS = {
    "Coefficients and prior": show_coefficients,
    "Beside the net": show_side_by_side,
    "Significance": show_significance,
    "Features of the net": show_importance,
}

session.arrive()
show_what_the_link_brought()
st.markdown(
    "A deep net predicts. It does not say by itself which feature counts, by how much, or whether that could be luck. Logistic "
    "regression, what the classic ensemble secretly is, answers all three, when it can."
)
part = choose_part("regression", tuple(PARTS))
PARTS[part](session.dataset())

session.write_link("part")
