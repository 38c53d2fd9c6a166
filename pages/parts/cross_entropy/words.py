"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

from __future__ import annotations

from ui.widgets.questions import Question

INTRODUCTION = """
Drag any **bar**. The others shrink or grow in proportion. A padlock keeps a bar where it is.
"""
CROSS_ENTROPY = r"""
$$\displaystyle{H(p, q) = -\sum_{k=1}^{K} p_k \ln q_k}$$

$$\displaystyle{H(p, q) = H(p) + \mathrm{KL}(p \Vert q)}$$

$$\displaystyle{H(p) = -\sum_k p_k \ln p_k}$$

$$\displaystyle{\mathrm{KL}(p \Vert q) = \sum_k p_k \ln \dfrac{p_k}{q_k} \ge 0}$$

The **cross-entropy** $H(p, q)$ is the mean surprise under the forecast $q$ of outcomes drawn from the truth $p$. $H(p)$ is
the **entropy** (Shannon 1948), $\mathrm{KL}$ the **Kullback-Leibler divergence** (1951). $K$ is the number of classes. The
unit is nats, or bits with $\log_2$.
"""
GRADIENT = r"""
Training moves the scores $z$ behind $q = \operatorname{softmax}(z)$, and nothing else. The gradient is short:

$$\displaystyle{\dfrac{\partial H(p, q)}{\partial z_k} = q_k - p_k}$$

A step goes against it, along $p - q$: the arrows. Press **Run**. Each target has its own floor, $H(p)$.
"""
COMMON_SLIP = r"""
**A common slip.** “Minimising the cross-entropy also minimises the entropy of $p$.” It does not. $p$ is the data, and no step
moves $H(p)$, the dashed line. Training lowers $\mathrm{KL}(p \Vert q)$ to 0, and the cross-entropy to $H(p)$. With smoothed
or soft labels that floor is above 0. A loss that stays there is no failure.
"""
NO_NUMBER = r"""
Press **0 ln 0** above, and read the last lines under the strips.

- **Not expected, not forecast:** $p_k = 0$ and $q_k = 0$. The class costs nothing, as $x \ln x \to 0$ for $x \to 0$.
  Floating-point arithmetic takes no limits: $0 \cdot (-\infty)$ is *not a number* (NaN), and so is each sum with it. $H(p)$ of
  a one-hot $p$ has that too.
- **Expected, but ruled out:** $p_k > 0$ and $q_k = 0$. Here $-p_k \ln q_k = \infty$, and that is right. To clip $q$ hides it.

A softmax gives an exact 0 once a score lies about 104 below the largest, in float32 (746 in float64). So a loss is computed
from the scores, $\ln q_k = z_k - \ln Z$, which never takes the logarithm of 0: Keras' `from_logits=True`.
"""

QUESTIONS = (
    Question(
        "below_entropy",
        "Can the cross-entropy H(p, q) be smaller than the entropy H(p)?",
        ("Yes, with a good q.", "Never.", "Only for one-hot p."),
        "Never.",
        "The divergence between them is never negative. It is 0 where q = p, as the bars show now.",
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
        "Each weighs the classes by its own first vector. Compare the last two lines under the strips.",
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
