from functools import partial

import streamlit as st

from ui.compat import require_router

require_router()
st.title("Why an ensemble")

from ensemble import EnsembleConfig, reading
from ensemble.collapse import bend, centred, largest_difference, multiplied_out, scores_between
from ensemble.datasets import PLANE
from ensemble.disagreement import log_pool_gain, nll_by_size
from ensemble.draws import evaluation_rng
from ensemble.pooling import pools
from ensemble.probability import log_softmax
from ensemble.scores import scoreboard, scores_alone
from ensemble.surface import surface
from ui import fits, session
from ui.charts import labels, show
from ui.charts import members as pictures
from ui.charts import scores as score_pictures
from ui.charts import surface as surface_pictures
from ui.components.what_if import what_if
from ui.experiment import experiment
from ui.explain import number, percent
from ui.lesson import show_what_the_link_brought
from ui.parts import choose_part

WAYS = ("joint", "independent", "bootstrap")
WINE_PLACES = 6, 9
SIZES = tuple(size for size in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32) if size <= EnsembleConfig.bounds("members")[1])


def scores_of_members(run, data):
    return scores_alone(log_softmax(run.member_scores(data.x_test)), data.y_test)


def show_scores(table, members, data) -> None:
    for column, score in zip(st.columns(3, gap="medium"), ("nll", "brier", "accuracy"), strict=True):
        own = {name: board[score].to_numpy() for name, board in members.items()}
        with column:
            show(score_pictures.scoreboard(table, score, own), key=f"score_{score}", alt=f"{score} of {len(table)} forecasts")
    st.caption(
        f"Diamonds: the score on {len(data.y_test)} test {data.nouns} with its 95 % interval (bootstrap over {data.nouns}; "
        "Wilson for accuracy). Grey dots: each member alone. Lower is better for the negative log-likelihood (NLL) and the "
        "Brier score (0 to 2), higher for accuracy."
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

- **joint**: one softmax glues all members, and one loss trains them together. No member has to be right by itself.
- **independent**: each member has its own softmax, its own loss, its own order of the {data.nouns}, and sees **all** of them.
  Members differ by initialisation, batches and dropout alone; averaging reduces what that luck contributes (Lakshminarayanan
  et al. 2017).
- **bootstrap**: each member also has its own sample of the {data.nouns}, {percent(share)} of the training size with replacement
  (Breiman 1996). Then the members are frozen, and a glue is trained on what each says of {data.nouns} that it has **not** seen.
"""
    )
    table, members = judge_training(session.series("members").id, runs, data)
    show_scores(table, members, data)
    st.markdown(
        "A member of a **joint** run is read as if all members spoke like it: it was never trained to stand alone, and its "
        f"dots say how much the glue leans on the others. With so few test {data.nouns} the bands are wide and mostly "
        "overlap: one split decides no contest."
    )


def show_pooling(runs, data) -> None:
    run = runs["bootstrap"]
    st.markdown(
        r"""
The same bootstrap members, and four ways to make one forecast of them. Nothing is trained again but the pool.

- **mean of probabilities**, the *linear pool* $\frac1M \sum_m p_m$ (Stone 1961);
- **mean of logits**, the *log pool* $p_{\text{geo}} \propto \exp(\frac1M \sum_m \ln p_m)$, where one member can veto a class;
- **learned softmax glue**, one more layer over all members' scores;
- **learned weights**, a linear pool $\sum_m w_m p_m$ with $w_m \ge 0$ and $\sum_m w_m = 1$.

"""
        f"""The last two are fitted on training {data.nouns}, each judged by the members that have not seen it: on {data.nouns}
that it knows by heart, every member looks perfect.
"""
    )
    table, members, shares = judge_pools(session.series("members").id, run, data)
    show_scores(table, members, data)
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        st.markdown(
            "**Learned weights**, one per member; dashed: all equal. Often one member takes all: each is judged on the "
            f"{data.nouns} outside its own sample, about half of them, and the luckiest wins. With so few {data.nouns} equal "
            "weights are hard to beat."
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

$$\displaystyle \tfrac1M \sum_m \mathrm{NLL}_m - \mathrm{NLL}_{\text{geo}} = -\ln Z$$

$$\displaystyle -\ln Z = \tfrac1M \sum_m \mathrm{KL}(p_{\text{geo}} \Vert p_m) \ge 0$$
"""
        )
        show(score_pictures.identity(*sides.means()), key="identity", alt="Both sides of the log pool's identity")
        st.caption(
            f"Left side, from losses: {sides.gain.mean():.6f} nats. Right side, from divergences: "
            f"{sides.mean_divergence.mean():.6f} nats. More disagreement, more gain over the average member; no promise to "
            "beat the best one."
        )


def pick_wine(wines: list[int]) -> None:
    if rows := st.session_state["disagreeing_wines"].selection.rows:
        st.session_state["wine"] = wines[rows[0]]


def choose_wine(run, data) -> int:
    wines = len(data.y_test)
    session.arrive_at_wine(wines, otherwise=reading.least_certain(run, data) + 1)
    st.number_input(
        f"Test {data.noun}, 1 to {wines}",
        1,
        wines,
        key="wine",
        persist_state="session",
        width=160,
        help=f"Numbers of the test {data.nouns}.",
    )
    return st.session_state["wine"] - 1


def show_disagreement(runs, data) -> None:
    st.markdown(
        r"""
How unsure is the averaged forecast? Its entropy has two parts:

$$\displaystyle H(\bar p) = \tfrac1M \sum_m H(p_m) + I$$

$$\displaystyle \bar p = \tfrac1M \sum_m p_m, \qquad I = \tfrac1M \sum_m \mathrm{KL}(p_m \Vert \bar p) \ge 0$$

The first says how unsure members are **each by itself**; the second, the *mutual information* $I$, how much they **disagree**.
"""
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
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
        st.caption("This ensemble itself forecasts with its glue; here its members are averaged instead.")
    table = reading.disagreement_table(run, data)
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
            column_config={
                name: st.column_config.NumberColumn(name, format="%.4f", help="In nats.")
                for name in ("Total", "Expected", "Mutual information")
            },
        )
        pictures_here = "both pictures" if data.classes == 3 else "the picture"
        st.caption(f"Choose a row, and the {data.noun} stands out in {pictures_here}.")
    st.markdown(
        "**With care.** It is common to call the first part *aleatoric*, the data's own noise, and the second *epistemic*, "
        "what more data would remove. Wimmer et al. (2023) show that this reading does not hold up: members that agree on "
        "nonsense have no mutual information, and neither part behaves as such a quantity should. They are what they are: "
        "the entropy and the disagreement of **these** members."
    )


def show_size(runs, data) -> None:
    run = runs["many"]
    st.markdown(
        f"{run.config.members} independent members are trained once. Then ensembles of every size are **chosen from them**, "
        "many times over: the band is what the luck of the choice does to the test loss."
    )
    table = nll_by_size(log_softmax(run.member_scores(data.x_test)), data.y_test, SIZES, evaluation_rng(run.config))
    show(score_pictures.nll_by_size(table), key="by_size", alt="Test loss against the number of members")
    one, all_of_them = table.iloc[0], table.iloc[-1]
    st.markdown(
        f"A single member: {number(one['low'])} to {number(one['high'])} nats (5 % to 95 %). All {SIZES[-1]}: "
        f"{number(all_of_them['mean'])}. Whatever the members, the mean can only fall as more are averaged (−ln is convex); a "
        "lucky single member can still beat them all. Averaging reduces the variance that initialisation, batches and dropout "
        "bring: what all members get wrong, their pool gets wrong too."
    )
    st.caption(
        f"200 choices for each size, without replacement, on the same {len(data.y_test)} test {data.nouns}. Large choices "
        f"share most of their members, so the band closes at {SIZES[-1]} by construction."
    )


def show_collapse(runs, data) -> None:
    run = runs["linear"]
    one_layer, classic = multiplied_out(run), fits.fit_map(data, 1.0) if fits.can_fit(data) else None
    gap = largest_difference(one_layer.predict_proba(data.x_test), run.predict_proba(data.x_test))
    st.markdown(
        f"""
The members of the classic example have **no activation**: each layer is a matrix, and a product of matrices is a matrix.
Multiply them out, add the members up, and {run.config.members} deep networks are **one layer of {data.features} ×
{data.classes} numbers**, $z = x B + c$: multinomial logistic regression, the long way round.

Largest difference between the probabilities of the network and of that one matrix, over {len(data.y_test)} test {data.nouns}:
**{number(gap)}**, the rounding of float32.
"""
    )
    matrices = {"The network, multiplied out": centred(one_layer.matrix)}
    if classic:
        matrices["scikit-learn's LogisticRegression"] = centred(classic.coefficients)
    shown = pictures.largest(*matrices.values())
    features = [data.feature_names[feature] for feature in shown]
    if len(shown) < data.features:
        st.caption(f"Of the {data.features} features the {len(shown)} with the largest coefficients are shown.")
    for column, (title, matrix) in zip(st.columns(2, gap="large"), matrices.items(), strict=False):
        with column:
            st.markdown(f"**{title}**")
            show(
                pictures.coefficients(matrix[shown], features, data.class_names),
                key=f"coefficients_{title}",
                alt=f"Coefficients: {title}",
            )
    st.caption(
        f"Log odds per span of the training {data.nouns}, less their mean over classes (which cancels in the softmax). The "
        "network has no prior, only dropout and an early end; logistic regression has one (C = 1)."
    )
    st.markdown(
        f"**With relu this stops working.** Walk from one {data.noun} to another in a straight line, and watch the scores."
    )
    other = reading.first_of_another_class(data)
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
        "these scores: each region of the inputs has one of its own."
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
    st.markdown(
        "The distance grows without end, yet most walks end **sure** of a class: where confidence dips on the way, at a border "
        "between classes, it often rises again. Without an activation or with relu, scores grow with the features, and the "
        "softmax turns large scores into certainty. Members do disagree more out there, but seldom enough to say “I do not "
        "know”."
    )
    st.header("The same in the plane")
    show_plane(*choose_plane(session.dataset()))


def choose_plane(data):
    names = (data.name, *PLANE) if data.features > 1 else PLANE
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Rows",
            tuple(dict.fromkeys(names)),
            key="plane_rows",
            default="moons",
            format_func=lambda name: name.replace("_", " "),
            required=True,
            persist_state="session",
            help="What to train on.",
        )
        activation = st.segmented_control(
            "Activation",
            EnsembleConfig.choices("activation"),
            key="plane_activation",
            default="relu",
            required=True,
            persist_state="session",
            help="Linear members draw straight borders; relu and tanh can bend them.",
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
        f"{run.config.members} {run.config.activation} members, trained on the dots. Inside the dotted frame lie all training "
        "rows; outside nobody has seen anything, and the strong colours are an opinion all the same."
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
    "Ten networks vote where one would do. What does the vote gain, how should it be counted, and what does it mean when the "
    "voters disagree? One press trains all that this page needs, with the settings of the page “Train an ensemble” and "
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
    PARTS[part](dict(zip(settings, trained.runs, strict=True)), trained.plan[0][1])

session.write_link(part=part)
