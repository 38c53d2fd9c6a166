from functools import partial

import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Why an ensemble")

from ensemble import EnsembleConfig
from ensemble.datasets.table import PLANE
from ensemble.disagreement.entropy import log_pool_gain, nll_by_size
from ensemble.disagreement.plane import surface
from ensemble.disagreement.pooling import left_out, pools
from ensemble.interpretation.linear_collapse import bend, centred, largest_difference, multiplied_out, scores_between
from ensemble.interpretation.logistic_regression import scikit_learn_c
from ensemble.probability.scoring import scoreboard, scores_alone
from ensemble.probability.vectors import log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs import test_rows
from ensemble.runs.held_out import MAX_ROWS
from ui import caches, session
from ui.charts import labels, show
from ui.charts import members as pictures
from ui.charts import scores as score_pictures
from ui.charts import surface as surface_pictures
from ui.components.what_if import training_rows_sent, what_if
from ui.text.format import number, percent, plain, pretty
from ui.text.intervals import of_scores
from ui.widgets.experiment import experiment
from ui.widgets.lesson import show_what_the_link_brought
from ui.widgets.parts import choose_part

WAYS = ("joint", "independent", "bootstrap")
SCORES = {
    "nll": "**Negative log-likelihood** (NLL): lower is better",
    "brier": "**Brier score**: lower is better",
    "accuracy": "**Accuracy**: higher is better",
}
WINE_PLACES = 6, 9
SIZES = tuple(size for size in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32) if size <= EnsembleConfig.bounds("members")[1])


def scores_of_members(run, data):
    return scores_alone(log_softmax(run.member_scores(data.x_test)), data.y_test)


def show_scores(table, members, data) -> None:
    for column, (score, title) in zip(st.columns(3, gap="medium"), SCORES.items(), strict=True):
        own = {name: board[score].to_numpy() for name, board in members.items()}
        with column:
            st.markdown(title)
            show(score_pictures.scoreboard(table, score, own), key=f"score_{score}", alt=f"{score} of {len(table)} forecasts")
    st.caption(
        f"{of_scores(len(data.y_test), data.noun, data.nouns)} Grey dots: each member alone. Lower is better for the negative "
        "log-likelihood (NLL) and the Brier score (0 to 2), higher for accuracy."
    )


@st.cache_data(max_entries=32, show_spinner=False)
def judge_training(series: str, _runs, _data):
    forecasts = {way: log_softmax(_runs[way].logits(_data.x_test)) for way in WAYS}
    table = scoreboard(forecasts, _data.y_test, evaluation_rng(_runs["joint"].config))
    return table, {way: scores_of_members(_runs[way], _data) for way in WAYS}


@st.cache_data(max_entries=32, show_spinner=False)
def judge_pools(series: str, _run, _data):
    forecasts, shares = pools(_run, _data)
    table = scoreboard(forecasts, _data.y_test, evaluation_rng(_run.config))
    return table, {"members alone": scores_of_members(_run, _data)}, shares


def show_training(runs, data) -> None:
    share = runs["bootstrap"].config.bootstrap_share
    st.markdown(
        f"""
The same small networks on the same split, trained in three ways.

- **joint**: one softmax on top joins all members, and one loss trains them together. No member has to be right by itself.
- **independent**: each member has its own softmax, its own loss, its own order of the {data.nouns}, and sees **all** of them.
  Members differ by initialisation, batches and dropout alone. Averaging reduces the variance that these bring
  (Lakshminarayanan et al. 2017).
- **bootstrap**: each member also has its own sample of the {data.nouns}, {percent(share)} of the training size with replacement
  (Breiman 1996). Then the members are frozen. A combining layer is trained on what each says of {data.nouns} that it has
  **not** seen.
"""
    )
    table, members = judge_training(session.series("members").id, runs, data)
    show_scores(table, members, data)
    st.markdown(
        "A member of a **joint** run is read as if all members gave its scores. It was never trained to stand alone: its dots "
        f"show how much the joint layer relies on the others. One split with {len(data.y_test)} test {data.nouns} decides no "
        "contest."
    )


def show_pooling(runs, data) -> None:
    run = runs["bootstrap"]
    fraction = run.config.bootstrap_share
    st.markdown(
        r"""
The same bootstrap members, and four ways to make one forecast of them. Only the pool is trained anew.

- **mean of probabilities**, the *linear pool* $\frac1M \sum_m p_m$ (Stone 1961);
- **mean of logits**, the *log pool* $p_{\text{geo}} \propto \exp(\frac1M \sum_m \ln p_m)$, where one member can veto a class;
- **learned combining layer**, one more softmax layer over all members' scores;
- **learned weights**, a linear pool $\sum_m w_m p_m$ with $w_m \ge 0$ and $\sum_m w_m = 1$.

"""
        f"""The last two are fitted on training {data.nouns}. Each {data.noun} is judged by the members that have not seen it: a
member looks perfect on {data.nouns} that it knows by heart.
"""
    )
    table, members, shares = judge_pools(session.series("members").id, run, data)
    show_scores(table, members, data)
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        st.markdown(
            f"**Learned weights**, one per member: the largest is {percent(shares.max())}; dashed: all equal. Each member is "
            f"judged on the {data.nouns} outside its own sample, about {percent(left_out(fraction, len(data.y_train)))} of "
            "them, so luck decides much of it. Equal weights are hard to beat."
        )
        show(score_pictures.weights(shares), key="weights", alt=f"Learned weights of {len(shares)} members")
    with right:
        sides = log_pool_gain(log_softmax(run.member_scores(data.x_test)), data.y_test)
        st.markdown(
            r"""
**Why the log pool beats its average member.** Let $\ln p_{\text{geo}} = \frac1M \sum_m \ln p_m - \ln Z$. Then exactly (Heskes
"""
            f"1997), for every {data.noun} and whatever its class:"
            r"""

$$\displaystyle{\tfrac1M \sum_m \mathrm{NLL}_m - \mathrm{NLL}_{\text{geo}} = -\ln Z}$$

$$\displaystyle{-\ln Z = \tfrac1M \sum_m \mathrm{KL}(p_{\text{geo}} \Vert p_m) \ge 0}$$
"""
        )
        show(score_pictures.identity(*sides.means()), key="identity", alt="Both sides of the log pool's identity")
        st.caption(
            "Both bars have the same length. The more the members disagree, the more the pool gains over the average member. "
            "It need not beat the best one."
        )


def pick_wine(wines: list[int]) -> None:
    if rows := st.session_state["disagreeing_wines"].selection.rows:
        st.session_state[session.Key.WINE] = wines[rows[0]]


def choose_wine(run, data) -> int:
    wines = len(data.y_test)
    session.arrive_at_wine(wines, otherwise=test_rows.least_certain(run, data) + 1)
    st.number_input(
        f"Test {data.noun}, 1 to {wines}",
        1,
        wines,
        key=session.Key.WINE,
        persist_state="session",
        width=160,
        help=f"Numbers of the test {data.nouns}.",
    )
    return st.session_state[session.Key.WINE] - 1


def show_disagreement(runs, data) -> None:
    st.markdown(
        r"""
How unsure is the averaged forecast? Its entropy has two parts:

$$\displaystyle{H(\bar p) = \tfrac1M \sum_m H(p_m) + I}$$

$$\displaystyle{\bar p = \tfrac1M \sum_m p_m}$$

$$\displaystyle{I = \tfrac1M \sum_m \mathrm{KL}(p_m \Vert \bar p) \ge 0}$$

The first says how unsure the members are **each by itself**. The second, the *mutual information* $I$, says how much they
**disagree**.
"""
    )
    with st.container(horizontal=True, vertical_alignment="top"):
        way = st.segmented_control(
            "Members of",
            WAYS,
            key="disagreeing_way",
            default="independent",
            required=True,
            persist_state="session",
            help="Which of the three ensembles is asked.",
        )
        run = runs[way]
        wine = choose_wine(run, data)
    if way != "independent":
        st.caption("This ensemble forecasts with its combining layer. Here its members are averaged instead.")
    table = test_rows.disagreement_table(run, data)
    left, right = st.columns(2, gap="large")
    if data.classes == 3:
        with left:
            proba = run.member_proba(data.x_test)
            show(
                pictures.triangle(proba, data.y_test, labels(data.class_names), wine, data.noun),
                key="triangle",
                alt=f"{len(proba)} members on {len(data.y_test)} {data.nouns}",
            )
            st.caption(
                f"A dot per member and {data.noun}, coloured by the true class: certain in a corner, undecided in the middle. "
                f"Large: {data.noun} {wine + 1}."
            )
    with right if data.classes == 3 else left:
        show(
            pictures.entropy_split(table, wine, data.classes, data.noun),
            key="entropy_split",
            alt=f"Two parts of each test {data.noun}'s entropy",
        )
    with right:
        st.dataframe(
            table,
            key="disagreeing_wines",
            on_select=partial(pick_wine, table[data.noun.capitalize()].tolist()),
            selection_mode="single-row",
            hide_index=True,
            height=260,
            column_order=[data.noun.capitalize(), "Mutual information", "Total", "Expected", "True class", "Likeliest"],
            column_config={
                name: st.column_config.NumberColumn(name, format="%.4f", help="In nats.", width="small")
                for name in ("Total", "Expected", "Mutual information")
            }
            | {"Mutual information": st.column_config.NumberColumn(format="%.4f", help="In nats.", width=130)}
            | {data.noun.capitalize(): st.column_config.NumberColumn(width=60)},
        )
        pictures_here = "both pictures" if data.classes == 3 else "the picture"
        st.caption(f"Choose a row, and the {data.noun} stands out in {pictures_here}.")
    st.markdown(
        "**With care.** It is common to call the first part *aleatoric*, the data's own noise, and the second *epistemic*, "
        "what more data would remove. Wimmer et al. (2023) show that this reading does not hold. Members that agree on "
        "nonsense have no mutual information, and neither part behaves as such a quantity should. They are the entropy and "
        "the disagreement of **these** members."
    )


def show_size(runs, data) -> None:
    run = runs["many"]
    st.markdown(
        f"{run.config.members} independent members are trained once. Ensembles of every size are then **chosen from them**, "
        "many times over. The band shows how much that choice changes the test loss."
    )
    own = runs["independent"].config.members
    sizes = sorted({*SIZES, own})
    table = nll_by_size(log_softmax(run.member_scores(data.x_test)), data.y_test, sizes, evaluation_rng(run.config))
    st.markdown("**Test loss against the size of the ensemble**: lower is better")
    show(
        pictures.with_own_size(score_pictures.nll_by_size(table), table, own),
        key="by_size",
        alt="Test loss against the number of members",
    )
    one, all_of_them = table.iloc[0], table.iloc[-1]
    st.markdown(
        f"A single member: {number(one['low'])} to {number(one['high'])} nats (5 % to 95 %). All {SIZES[-1]}: "
        f"{number(all_of_them['mean'])}. Whatever the members, the mean can only fall as more are averaged (−ln is convex). A "
        "lucky single member can still beat them all. Averaging reduces the variance that initialisation, batches and dropout "
        "bring. What all members get wrong, the pool gets wrong too."
    )
    st.caption(
        f"200 choices for each size, without replacement, on the same {len(data.y_test)} test {data.nouns}. Large choices "
        f"share most of their members, so the band closes at {SIZES[-1]} by construction."
    )


def show_collapse(runs, data) -> None:
    run = runs["linear"]
    one_layer, classic = multiplied_out(run), caches.fit_map(data, 1.0) if caches.can_fit(data) else None
    gap = largest_difference(one_layer.predict_proba(data.x_test), run.predict_proba(data.x_test))
    st.markdown(
        f"""
The members of the classic example have **no activation**: each layer is a matrix, and a product of matrices is a matrix.
Multiply them out, add the members up, and {run.config.members} deep networks are **one layer of {data.features} ×
{data.classes} numbers**, $z = x B + c$: multinomial logistic regression, the long way round.

Largest difference between the probabilities of the network and of that one matrix, over {len(data.y_test)} test {data.nouns}:
**{number(gap)}**, equal to float32 rounding.
"""
    )
    matrices = {"The network, multiplied out": centred(one_layer.matrix)}
    if classic:
        matrices["scikit-learn's LogisticRegression"] = centred(classic.coefficients)
    shown = pictures.largest(*matrices.values())
    features = [pretty(data.feature_names[feature]) for feature in shown]
    if len(shown) < data.features:
        st.caption(f"Of the {data.features} features the {len(shown)} with the largest coefficients are shown.")
    reaches = [pictures.reach(matrix[shown]) for matrix in matrices.values()]
    for column, (title, matrix) in zip(st.columns(2, gap="large"), matrices.items(), strict=False):
        with column:
            st.markdown(f"**{title}**")
            show(
                pictures.coefficients(matrix[shown], features, data.class_names),
                key=f"coefficients_{title}",
                alt=f"Coefficients: {title}",
            )
    if classic:
        st.caption(
            f"Each picture has a colour scale of its own. The network's largest coefficient is {number(reaches[0])}, that of "
            f"the regression {number(reaches[1])}: a ratio of {number(reaches[0] / reaches[1])}. The network has no prior, "
            f"only dropout and an early end. The regression has one (C = {scikit_learn_c(1.0, data.classes):g})."
        )
    st.caption(
        f"Score per span of the training {data.nouns}, less the mean over classes, which cancels in the softmax. The log odds "
        "of two classes are the difference of their coefficients."
    )
    st.markdown(
        f"**With relu this no longer holds.** Go from one {data.noun} to another in a straight line, and watch the scores."
    )
    other = test_rows.first_of_another_class(data)
    if not other:
        st.info(
            f"Every test {data.noun} is of the class {plain(data.class_names[data.y_test[0]])}: no line leads to another one. "
            "Choose another split or a larger test share on the page “Data”."
        )
        return
    for column, kind in zip(st.columns(2, gap="large"), ("linear", "relu"), strict=True):
        scores = scores_between(runs[kind], data.x_test[0], data.x_test[other])
        with column:
            st.markdown(f"**{kind}**: at most {number(bend(scores))} off the straight lines (dotted)")
            show(
                pictures.ways_between(scores, data.class_names),
                key=f"way_{kind}",
                alt=f"Scores between two {data.nouns}, {kind}",
            )
    st.caption(
        f"From test {data.noun} 1 to test {data.noun} {other + 1}, of another class. A bend means that no single matrix gives "
        "these scores. Each region of the inputs has its own."
    )


@st.fragment
def drag_features(run, data, run_id: str) -> None:
    what_if(run, data, choose_wine(run, data), run_id=run_id, key="what_if")


def show_far_away(runs, data) -> None:
    st.markdown(
        f"Take one {data.noun} and drag a feature **out of the range** that training has seen. Does the ensemble become less "
        "sure, the further it has to guess? Watch confidence, disagreement and the distance to the nearest training "
        f"{data.noun} together."
    )
    drag_features(runs["independent"], data, session.series("members").id)
    if (near := training_rows_sent(data)) < (all_rows := len(session.series("members").plan[0][1].y_train)):
        st.caption(f"The distance is to the nearest of {near:,} training {data.nouns}, drawn at random from {all_rows:,}.")
    st.markdown(
        "The distance grows without end, yet most walks end **sure** of a class. Confidence dips at a border between classes, "
        "and often rises again behind it. Without an activation or with relu, scores grow with the features, and the softmax "
        "turns large scores into certainty. Members disagree more out there, but seldom enough to say “I do not know”."
    )
    st.header("The same in the plane")
    show_plane(*choose_plane(session.dataset()))


def choose_plane(data):
    names = (data.name, *PLANE) if data.features > 1 else PLANE
    name = st.segmented_control(
        "Rows",
        tuple(dict.fromkeys(names)),
        key="plane_rows",
        default="moons",
        format_func=pretty,
        required=True,
        persist_state="session",
        help="What to train on.",
    )
    with st.container(horizontal=True, vertical_alignment="top"):
        activation = st.segmented_control(
            "Activation",
            EnsembleConfig.choices("activation"),
            key="plane_activation",
            default="relu",
            required=True,
            persist_state="session",
            help="A linear member draws straight borders; the average of several can bend a little. relu and tanh bend them.",
        )
        if name != data.name or data.features == 1:
            return session.rows_of(name), activation
        if data.features == 2:
            return data, activation
        first, second = WINE_PLACES if data.name == "wine" and data.features > 10 else telling_places(data)
        across = st.selectbox(
            "Across",
            data.feature_names,
            index=first,
            key="plane_x",
            persist_state="session",
            width=240,
            help="The first feature.",
        )
        others = [feature for feature in data.feature_names if feature != across]
        up = st.selectbox(
            "Up", others, index=second, key="plane_y", persist_state="session", width=240, help="The second feature."
        )
    return session.rows_of(name, (across, up)), activation


def telling_places(data) -> tuple[int, int]:
    """Places of the first two features that differ among the training rows: among all features, and among the others."""
    varying = [place for place, (low, high) in enumerate(zip(data.low, data.high, strict=True)) if low < high]
    first, second = [*varying, 0, 1][:2] if len(varying) > 1 else (0, 1)
    return first, second - 1


def show_plane(rows, activation) -> None:
    planar = session.config().model_copy(update={"training": "independent", "activation": activation, "outputs": "softmax"})
    flat = experiment("plane", [(planar, rows)], "Train in the plane", "Trains independent members on these two features.")
    if not flat:
        return
    (run,), ((_, rows),) = flat.runs, flat.plan
    seen = surface(run, rows)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Who is likeliest, and how sure is the pool?** Pale: undecided.")
        show(
            surface_pictures.confidence(seen, rows), key="confidence", alt="Likeliest class and its probability over the plane"
        )
    with right:
        st.markdown("**Where do members disagree?** Mutual information.")
        show(surface_pictures.disagreement(seen, rows), key="disagreement", alt="Mutual information over the plane")
    st.caption(
        f"{run.config.members} {run.config.activation} members, trained on the dots. All training rows lie inside the dotted "
        "frame. Outside it no member has seen a row, however strong the colours."
    )


PARTS = {
    "Training": show_training,
    "Pooling": show_pooling,
    "Disagreement": show_disagreement,
    "Size": show_size,
    "Linear collapse": show_collapse,
    "Far from the data": show_far_away,
}

session.arrive()
show_what_the_link_brought()
config, split = session.config(), session.dataset()
settings = {way: {"training": way} for way in WAYS} | {
    "many": {"training": "independent", "members": SIZES[-1]},
    "linear": {"training": "joint", "activation": "linear"},
    "relu": {"training": "joint", "activation": "relu"},
}
st.markdown(
    "Many networks answer where one would do. What does that gain, how should their answers be combined, and what does it mean "
    "when they disagree? One press trains all that this page needs, with the settings of the page “Train an ensemble” and "
    "softmax outputs."
)
part = choose_part("members", tuple(PARTS))
trained = experiment(
    "members",
    [(config.model_copy(update=changes | {"outputs": "softmax"}), split) for changes in settings.values()],
    "Train the ensembles",
    f"Trains six ensembles on the same split: joint, independent, bootstrap, one of {SIZES[-1]} members, and two to compare "
    "activations.",
)
if trained:
    data = trained.plan[0][1].with_at_most(MAX_ROWS)
    if len(data.y_test) < (all_rows := len(trained.plan[0][1].y_test)):
        st.caption(f"Of the {all_rows:,} test {data.nouns}, {len(data.y_test):,} drawn at random are looked at.")
    PARTS[part](dict(zip(settings, trained.runs, strict=True)), data)

session.write_link("part")
