import streamlit as st

from ui.compat import require_router

require_router()
st.title("Cross-entropy, taken apart")

from ensemble.datasets import out_of_fold
from ensemble.outputs import anatomy, frequencies
from ui import questions, session
from ui.charts import outputs, show
from ui.components.cross_entropy import cross_entropy_by_hand, show_vectors
from ui.experiment import experiment
from ui.explain import number
from ui.lesson import show_what_the_link_brought
from ui.questions import Question

KINDS = {
    "softmax": "Softmax, cross-entropy",
    "sigmoid": "Sigmoids, binary cross-entropy",
    "linear": "Linear, squared error",
}

QUESTIONS = (
    Question(
        "below_entropy",
        "Can the cross-entropy H(p, q) be smaller than the entropy H(p)?",
        ("Yes, with a good q.", "Never.", "Only for one-hot p."),
        "Never.",
        "The divergence between them is never negative. It is 0 where q = p, as now below.",
        {"p": [0.6, 0.3, 0.1], "q": [0.6, 0.3, 0.1]},
    ),
    Question(
        "ruled_out",
        "q gives probability 0 to a class that p holds possible. How large is the cross-entropy?",
        ("0 for that class.", "Large, but finite.", "Infinite."),
        "Infinite.",
        "An outcome that was ruled out is an infinite surprise, and p lets it happen.",
        {"p": [0.6, 0.3, 0.1], "q": [0.6, 0.4, 0.0]},
    ),
    Question(
        "symmetry",
        "Is KL(p‖q) the same as KL(q‖p)?",
        ("Always.", "Not in general."),
        "Not in general.",
        "Each weighs the classes by its own first vector. Compare the two numbers below.",
        {"p": [0.9, 0.05, 0.05], "q": [0.4, 0.3, 0.3]},
    ),
    Question(
        "floor",
        "The target is smoothed, and training goes on for ever. Where does the cross-entropy end?",
        ("At 0.", "At the entropy of the target.", "It never ends."),
        "At the entropy of the target.",
        "Training lowers the divergence to 0 and can do nothing about the rest. Press Run and watch the dashed lines.",
        {"p": [0.9, 0.05, 0.05], "q": [0.2, 0.3, 0.5]},
    ),
)

session.arrive()
show_what_the_link_brought()

st.markdown(
    r"""
The loss of a classifier compares two probability vectors over $K$ classes: $p$, what is true, and $q$, what is forecast. Drag
any bar; the others give way in proportion, so that each vector always adds up to 1. Lock a bar to keep it where it is.

$$\displaystyle H(p, q) = -\sum_{k=1}^{K} p_k \ln q_k = H(p) + \mathrm{KL}(p \Vert q)$$

$$\displaystyle H(p) = -\sum_k p_k \ln p_k, \qquad \mathrm{KL}(p \Vert q) = \sum_k p_k \ln \dfrac{p_k}{q_k} \ge 0$$

$H(p, q)$ is the **cross-entropy**, the mean surprise under $q$ of outcomes drawn from $p$; $H(p)$ is the **entropy** (Shannon
1948), and $\mathrm{KL}$ the **Kullback-Leibler divergence** (1951). All are in nats, or in bits with $\log_2$.
"""
)


if questions.switch():
    questions.ask_one_by_one(QUESTIONS, lambda shown: show_vectors(shown, key="cross_entropy"))


@st.fragment
def move_vectors() -> None:
    cross_entropy_by_hand(key="cross_entropy")


move_vectors()

st.markdown(
    r"""
Training moves the scores $z$ behind $q = \operatorname{softmax}(z)$, and nothing else. The gradient could not be plainer (the
arrows above point against it):

$$\displaystyle \dfrac{\partial H(p, q)}{\partial z_k} = q_k - p_k$$
"""
)
st.info(
    r"""
**A common slip.** “Minimising the cross-entropy also minimises the entropy of $p$.” It does not: $p$ is the data, and no step
above moves $H(p)$, the dashed line. Training lowers $\mathrm{KL}(p \Vert q)$ towards 0, and the cross-entropy towards $H(p)$.
With a one-hot $p$ that floor is 0, and the cross-entropy **is** the divergence; with smoothed or soft labels it is above 0, and
a loss that stays there is no failure.
""",
    icon=":material/lightbulb:",
)

parts, config = session.folds(), session.config()
st.header("Does the loss make probabilities?")
st.markdown(
    f"The **same** network on the same {parts[0].nouns}, trained in three ways."
    r""" Its last layer has the scores $z_k$, and puts out

- $\operatorname{softmax}(z)_k$, trained by the cross-entropy above, or
- $\sigma(z_k) = 1 / (1 + e^{-z_k})$, each class on its own, trained by the mean of the binary cross-entropies
  $-y_k \ln \sigma(z_k) - (1 - y_k) \ln (1 - \sigma(z_k))$, where $y_k$ is 1 for the true class and 0 for the others, or
- $z_k$ itself, trained by the mean squared error $(z_k - y_k)^2$.

"""
    f"Every {parts[0].noun} is predicted by a network that has not seen it: five folds, so five networks in each way."
)
plan = [(config.model_copy(update={"outputs": kind}), part) for kind in KINDS for part in parts]
trained = experiment(
    "outputs",
    plan,
    "Train all three",
    "Trains the network of the page “Train an ensemble” fifteen times: three ways, five folds.",
)


def show_outputs(kind, runs, parts) -> None:
    values, y, _ = out_of_fold(parts, [run.outputs(part.x_test) for run, part in zip(runs, parts, strict=True)])
    seen = anatomy(values)
    sums = f"Rows add up to {number(seen.smallest_sum)} … {number(seen.largest_sum)}; {seen.off} of {len(values)} are off 1."
    if not seen.off:
        sums = f"All {len(values)} rows add up to 1."
    st.markdown(f"**{KINDS[kind]}**")
    st.markdown(
        f"{sums}  \n"
        f"Outputs go from {number(seen.lowest)} to {number(seen.highest)}; {seen.outside} of {values.size} lie outside 0 to 1."
    )
    show(
        outputs.row_sums(values.sum(axis=1)),
        key=f"sums_{kind}",
        alt=f"Sums of the outputs of {len(values)} {parts[0].nouns}, {kind}",
    )
    show(outputs.frequency(frequencies(values, y)), key=f"frequency_{kind}", alt=f"Frequency against output, {kind}")


if trained:
    seen = trained.plan[0][1]
    for column, (place, kind) in zip(st.columns(3, gap="medium"), enumerate(KINDS), strict=True):
        own = slice(place * len(parts), (place + 1) * len(parts))
        with column:
            show_outputs(kind, trained.runs[own], [part for _, part in trained.plan[own]])
    st.caption(
        f"Above: one dot per {seen.noun}. Below: outputs of about the same size together, how often their class was the true "
        "one, with the number of outputs and the 95 % interval (Wilson 1927). On the dashed line an output says how often it "
        "is right."
    )
    st.markdown(
        f"""
**Sums.** The softmax adds up to 1 for every {seen.noun} and every weight, by construction. Nothing ties one sigmoid to the
next. Linear outputs come close to 1 on average, because squared error with a bias makes them so, yet they leave the interval
from 0 to 1.

**Is it the loss?** Not alone. Binary cross-entropy and squared error are *proper* too: with data without end, a network that
can follow them, and no label smoothing, each of the three would end at the true frequencies (Bishop 1995; Gneiting and Raftery
2007). With the {seen.nouns} at hand, only the first has the form of a probability vector whatever it has learnt.

**A softmax** makes every row a probability vector without mending, and **a proper loss**, such as the cross-entropy, pulls it
towards the true frequencies. **Together they are not sufficient:** numbers that add up to 1 can still be too sure of
themselves. Whether they match what happens is measured next.
"""
    )
    st.page_link("pages/calibration.py", label="Are they probabilities?", icon=":material/arrow_forward:")

session.write_link()
