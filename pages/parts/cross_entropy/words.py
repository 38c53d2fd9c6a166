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

THREE_WAYS = r"""
The **same** network on the same {{ row_names }}, trained in three ways. Its last layer has the scores $z_k$. Its outputs
are one of these:

- $\operatorname{softmax}(z)_k$, trained by the cross-entropy above;
- $\sigma(z_k) = 1 / (1 + e^{-z_k})$, each class on its own, trained by the mean of the binary cross-entropies
  $-y_k \ln \sigma(z_k) - (1 - y_k) \ln (1 - \sigma(z_k))$, where $y_k$ is 1 for the true class and 0 for the others;
- $z_k$ itself, trained by the mean squared error $(z_k - y_k)^2$.

No {{ row_name }} is predicted by a network that has seen it: five folds, so five networks in each way.
"""
ALL_SUMS_1 = """
All {{ rows }} rows add up to 1.
"""
SUMS = """
Rows add up to {{ smallest }} to {{ largest }}: not to 1 in {{ off }} of {{ rows }}.
"""
RANGE = """
Outputs go from {{ lowest }} to {{ highest }}; {{ outside }} of {{ outputs }} lie outside 0 to 1.
"""
PICTURES = """
Top: one dot per {{ row_name }}. Bottom: outputs of about the same size are taken together. Each dot shows how often their
class was the true one, with the 95 % interval (Wilson 1927). The figures above count the outputs. On the dashed line an
output says how often it is right.
"""
WHAT_IS_SEEN = """
**Sums.** Softmax outputs add up to 1 for every {{ row_name }} and all weights, by construction. Nothing ties one sigmoid to the
next: here their sums go from {{ sigmoid_smallest_sum }} to {{ sigmoid_largest_sum }}. Linear outputs would add up to 1
in every row at the minimum of the squared error, as the targets do (Hastie, Tibshirani and Friedman 2009, section 4.2).
Training stops short of it: here they add up to {{ linear_smallest_sum }} to {{ linear_largest_sum }}. Even at the
minimum nothing keeps them between 0 and 1: here they go from {{ linear_lowest }} to {{ linear_highest }}.

**Is it the loss?** Not alone. Binary cross-entropy and squared error are *proper* too. With unlimited data, a flexible network
and no label smoothing, all three would reach the true frequencies (Bishop 1995; Gneiting and Raftery 2007). With the
{{ row_names }} at hand, only the softmax is a probability vector whatever it has learned.

**A softmax** makes every row a probability vector. **A proper loss**, such as the cross-entropy, pulls it towards the true
frequencies. **Together they are not sufficient:** numbers that add up to 1 can still be too sure. Whether they match what
happens is measured next.
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
