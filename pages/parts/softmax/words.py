"""The page's words: for each step its text and, if there is one, the question that comes before it."""

from __future__ import annotations

from typing import NamedTuple

from ui.widgets.questions import Question


class Step(NamedTuple):
    """A step's words, with a shorter title than ``page_registry`` has for the row of steps if it needs one."""

    text: str
    question: Question | None = None
    short: str = ""


INTRODUCTION = """
Drag a **score**. The probabilities follow. Nine short steps say why; the tenth is about language models.
"""
TOO_MANY_CLASSES = """
The trained ensemble has {{ classes }} classes. The picture holds 2 to {{ most }}, so it keeps the made-up scores.
"""

STEPS = {
    "exponentiate": Step(
        r"""
A network gives each class one number, its **score** (*logit*) $z_k$. Scores can be any number. Probabilities cannot:
none is negative, and they add up to 1. Two moves lead there. **Exponentiate**: $e^{z_k}$ is never negative.
**Normalise**: divide by the sum $Z$.

$$\displaystyle{p_k = \dfrac{e^{z_k / T}}{Z}}$$

$$\displaystyle{Z = \sum_{j=1}^{K} e^{z_j / T}}$$

$K$ is the number of classes, $T$ the temperature (leave it at 1 for now). This is the *softmax* (Bridle 1990).
""",
        Question(
            "equal_scores",
            "All three scores are 0. How large is each probability?",
            ("0", "1/3", "1"),
            "1/3",
            "Each exponential is 1, their sum is 3. A score of 0 does not mean a probability of 0.",
            {"z": [0.0, 0.0, 0.0]},
        ),
        "Softmax",
    ),
    "divide": Step(
        r"""
Why not divide each score by the sum?

$$\displaystyle{\dfrac{z_k}{\sum_j z_j} \quad \text{in place of} \quad \dfrac{e^{z_k / T}}{\sum_j e^{z_j / T}}}$$

Three things go wrong.

- A **negative score** becomes a negative “probability”.
- Scores that **add up to 0** cannot be divided by their sum.
- An **added constant** changes the shares. Yet it says nothing about the classes: a network learns differences of scores.

The softmax has none of these faults. It turns differences into ratios, $p_i / p_j = e^{(z_i - z_j) / T}$. Move the
constant: the upper bars jump, the lower ones stay.
""",
        Question(
            "divided_by_the_sum",
            "The scores are 2, 1 and −1. What does dividing by the sum give the third class?",
            ("A small probability.", "0", "A number below 0."),
            "A number below 0.",
            "The sum is 2, so the third class gets −0.5, and the first class exactly 1. The softmax gives the third 0.035.",
            {"z": [2.0, 1.0, -1.0], "temperature": 1.0},
        ),
    ),
    "link": Step(
        r"""
Logistic regression has two classes, with $Y \mid x \sim \text{Bernoulli}(p)$. Its **link** stretches the
probability over the whole line, where a linear predictor $b \cdot x$ can live. The **inverse link** brings it back:

$$\displaystyle{\ln \dfrac{p}{1 - p} = b \cdot x}$$

$$\displaystyle{p = \dfrac{1}{1 + e^{-b \cdot x}}}$$

For $K = 2$ the softmax **is** this logistic function of the difference $z_1 - z_2$. With more classes it still
holds for any two of them: it gives the first one's share of the pair.
""",
    ),
    "predictors": Step(
        r"""
Take logarithms. Each of the $K$ classes has its own linear predictor, less a constant that all share:

$$\displaystyle{\ln p_k = \underbrace{b_k \cdot x}_{z_k / T} - \ln Z}$$

Nobody chooses $\ln Z$. The probabilities add up to 1 for one value alone, $Z = \sum_j e^{z_j / T}$. The further a
score lies below $\ln Z$, in nats, the less likely is its class.
""",
        Question(
            "log_partition",
            "One score rises by 1, the others stay. What happens to ln Z?",
            ("It stays.", "It rises by less than 1.", "It rises by 1."),
            "It rises by less than 1.",
            "At T = 1 its slope in a score is that class's probability, which is below 1.",
            {"z": [3.0, 1.0, -1.0], "temperature": 1.0},
        ),
    ),
    "gibbs": Step(
        r"""
Read $E_k = -z_k$ as an **energy**. The softmax is then the Gibbs (Boltzmann) measure of physics, and $Z$ is its
**partition function**:

$$\displaystyle{p_k = \dfrac{e^{-E_k / T}}{Z(T)}}$$

$$\displaystyle{F = -T \ln Z(T) = \langle E \rangle - T H(p)}$$

The free energy $F$ weighs the mean energy $\langle E \rangle$ against the entropy $H(p)$, in nats. No other
probabilities give a smaller $F$. The two lines of numbers compute $F$ in both ways.
""",
        Question(
            "free_energy",
            "Where does the free energy F go as T goes to 0?",
            ("To 0.", "To the lowest energy.", "To minus infinity."),
            "To the lowest energy.",
            "At T = 0 entropy has no weight, and all probability sits on the lowest level.",
            {"temperature": 0.05},
        ),
        "Physics",
    ),
    "shift": Step(
        r"""
Add the same constant $c$ to every score. Each exponential grows by the factor $e^{c / T}$, and so does their sum. The
factor cancels.

$$\displaystyle{\dfrac{e^{(z_k + c) / T}}{\sum_j e^{(z_j + c) / T}} = \dfrac{e^{z_k / T}}{\sum_j e^{z_j / T}}}$$

Only **differences** of scores count. One class is therefore redundant: its score can be fixed at 0, as in logistic
regression.
""",
        Question(
            "constant",
            "Add 5 to every score. Which bars grow?",
            ("All of them.", "The largest.", "None."),
            "None.",
            "Every exponential grows by the same factor, and so does their sum. Move the constant and see.",
            {},
        ),
    ),
    "decisive": Step(
        r"""
Scores far apart give almost one-hot probabilities; similar scores give similar probabilities. The **entropy** measures
this in nats. The **perplexity** counts it in equally likely classes:

$$\displaystyle{H(p) = -\sum_k p_k \ln p_k \in [0, \ln K]}$$

$$\displaystyle{e^{H(p)} \in [1, K]}$$

A positive factor on all scores does not change which class wins. It changes by how much.

**Surer is not better.** Suppose the bars at factor 1 are the true probabilities $p$. No forecast $q$ then has a lower
expected loss, $-\sum_k p_k \ln q_k$, than $p$ itself. Move the factor to both sides of 1 and watch it.

**The softmax is no average.** The average of the scores, weighted by $p$, is a single number, $\sum_k p_k z_k$. The
softmax gives one number per class.
""",
        Question(
            "doubled_scores",
            "Every score doubles. Can another class become the likeliest?",
            ("Never.", "If scores are negative.", "If they are close."),
            "Never.",
            "A positive factor keeps the order of the scores. The likeliest class gets likelier still, unless it ties.",
            {"z": [4.0, 2.0, -2.0]},
        ),
    ),
    "temperature": Step(
        r"""
The temperature $T$ divides every score. It is the inverse of the factor in step 7:

$$\displaystyle{p_k(T) = \dfrac{e^{z_k / T}}{\sum_j e^{z_j / T}}}$$

$T \to 0$ is the *argmax*: all probability on the highest score, shared where scores tie. $T \to \infty$ is the
uniform distribution. The order of the classes never changes. Drag $T$ from one end to the other.
""",
        Question(
            "doubled_temperature",
            "The temperature doubles. Does the top bar rise?",
            ("It rises.", "It stays.", "It falls."),
            "It falls.",
            "Scores move together when they are divided by 2, and the probabilities with them, towards uniform.",
            {"z": [2.0, 1.0, -1.0], "temperature": 2.0},
        ),
    ),
    "overflow": Step(
        r"""
$e^{z}$ soon exceeds the largest float: float32 ends at $z \approx 88$, float64 at $z \approx 709$. Numerator and sum
are then infinite, and their quotient is **not a number**. A constant on all scores changes nothing, so subtract the
largest score first:

$$\displaystyle{p_k = \dfrac{e^{z_k - m}}{\sum_j e^{z_j - m}}}$$

$$\displaystyle{m = \max_j z_j}$$

No exponential is then above 1, and one of them is 1. Drag the constant up, and switch the subtraction on and off.
""",
        Question(
            "overflow",
            "Add 100 to every score, in float32, without the subtraction. What are the probabilities?",
            ("As before.", "All 0.", "Not a number."),
            "Not a number.",
            "exp(102) is infinite in float32, and infinity divided by infinity has no value. Move the constant to 100.",
            {"z": [2.0, 1.0, -1.0]},
        ),
    ),
    "language_model": Step(
        r"""
A language model gives each possible next **token** a score, and a softmax makes probabilities of them. To write, it
**draws** one. Three settings bend what it draws from, in this order:

- **Temperature** $T$ divides the scores, as in step 8.
- **Top-$k$** keeps the $k$ likeliest tokens (Fan et al. 2018).
- **Top-$p$**, or *nucleus*, keeps the fewest of the likeliest that hold $p$ together (Holtzman et al. 2020).

What is kept is divided by its sum:

$$\displaystyle{q_k = \dfrac{p_k}{\sum_{j \text{ kept}} p_j}}$$

**Is $q$ still a distribution?** Yes: no entry is negative, and they add up to 1. **Is it a probability of anything?** Of what
this sampler writes: draw, and the counts agree with it. It is also the model's own probability *given* that the next
token is a kept one. It is **no forecast of the next token**: text goes on with tokens that were cut, and $q$ gives
those 0. One of them makes the loss infinite. At a $T$ chosen for
style, $q$ is no forecast either. At a $T$ fitted to held-out text it is one, and often a better one.

The logits of these 50 tokens are **made up**, written by hand for this page. A real model has some 100,000 tokens.
""",
        Question(
            "nucleus",
            "A coin comes up heads or tails, 0.5 each. Top-p is 0.4. How often is “tails” drawn?",
            ("Half the time.", "In 4 of 10 draws.", "Never."),
            "Never.",
            "“heads” alone holds 0.4, so nothing else is kept. A calibrated forecast of 0.5 becomes a probability of 1.",
            {"prompt": 2, "temperature": 1.0, "k": 50, "p": 0.4},
        ),
    ),
}
