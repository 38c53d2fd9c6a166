"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

PARTS_HELP = "The first two parts show the same runs. The third is a separate made-up example."
THREE_WAYS = r"""
The **same** network on the same {{ row_names }}, trained in three ways. Its last layer has the scores $z_k$. Its outputs
are one of these:

- $\operatorname{softmax}(z)_k$, trained by the cross-entropy.
- $\sigma(z_k) = 1 / (1 + e^{-z_k})$, one for each class. The loss is the mean of the binary cross-entropies
  $-y_k \ln \sigma(z_k) - (1 - y_k) \ln (1 - \sigma(z_k))$.
- $z_k$ itself, trained by the mean squared error $(z_k - y_k)^2$.

$y_k$ is 1 for the true class and 0 for the others. No {{ row_name }} is predicted by a network that has seen it: there are five
folds, and five networks in each way.
"""
ALL_SUMS_1 = """
All {{ rows }} rows add up to 1.
"""
SUMS = """
Rows add up to {{ smallest }} to {{ largest }}: not to 1 in {{ off }} of {{ rows }}.
"""
RANGE = """
Outputs: {{ lowest }} to {{ highest }}; {{ outside }} of {{ outputs }} lie outside 0 to 1.
"""
PICTURES = """
Top: one dot per {{ row_name }}. Bottom: outputs of about the same size share a dot. It shows how often their class was the true
one, with the 95 % interval (Wilson 1927). The numbers above the dots count the outputs. On the dashed line an output says how
often it is right.
"""
WHAT_IS_SEEN = """
**Sums.** Softmax outputs add up to 1 for every {{ row_name }} and all weights, by construction. Nothing ties one sigmoid to the
next: here their sums go from {{ sigmoid_smallest_sum }} to {{ sigmoid_largest_sum }}. Linear outputs would add up to 1
in every row at the minimum of the squared error, as the targets do (Hastie, Tibshirani and Friedman 2009, section 4.2).
Training stops short of it: here they add up to {{ linear_smallest_sum }} to {{ linear_largest_sum }}. Even at the
minimum nothing keeps them between 0 and 1: here they go from {{ linear_lowest }} to {{ linear_highest }}.

**Is it the loss?** Not alone. Binary cross-entropy and squared error are *proper* too. With unlimited data, a flexible network,
and neither label smoothing nor class weights, all three would reach the true frequencies (Bishop 1995; Gneiting and Raftery
2007). With the {{ row_names }} at hand, only the softmax is a probability vector whatever it has learned.

**A softmax** makes every row a probability vector. **A proper loss**, such as the cross-entropy, pulls it towards the true
frequencies. **Together they are not sufficient:** numbers that add up to 1 can still be too sure. Whether they match what
happens is measured next.
"""

LABELS_CAPTION = """
Made-up photos. Dotted: the true probability of each label. Solid: what the head puts out.
"""
SEVERAL_LABELS = """
A photo can show **people**, a **beach** and a **sunset** at once, or none of them. Each label has a probability of its own,
and nothing makes these add up to 1. At {{ hour }} h:

- truth: {{ truth }}
- sigmoids: {{ sigmoids }}
- softmax: {{ softmax }}
"""
COUNTED = """
**Why the softmax is wrong here.** Its outputs answer “Which *one* label?”, and share a single 1. Count at {{ hour }} h:

- {{ hits }} of {{ photos }} photos have the label “{{ label }}”. Its sigmoid ends at {{ hits }}/{{ photos }} ≈ {{ sigmoid }}.
  The truth is {{ actual }}.
- These photos have {{ labels }} labels in all. The softmax ends at {{ hits }}/{{ labels }} ≈ {{ softmax }}: the share of all
  *labels* that are “{{ label }}”.

That is a probability of something else, and more photos do not help.
"""
WHICH_HEAD = r"""
**Which head?** Exactly one label is true in each row: a softmax with the cross-entropy. Any number can be true: a sigmoid for
each label, with the binary cross-entropy $-y_k \ln \sigma(z_k) - (1 - y_k) \ln (1 - \sigma(z_k))$, summed over the labels
(Bishop 1995). Two classes, one of them true: both heads are the same function, $\sigma(z_1 - z_2)$. With a weight for each
hour and label, both minima are the counts above. Sigmoids still say nothing of which labels come *together*.
"""
SQUARED = r"""
**Softmax with squared error.** The cross-entropy has the gradient $q_k - p_k$: the more wrong, the stronger. The mean squared
error over K = {{ classes }} classes has

$$\frac{\partial L}{\partial z_k} = \frac{2}{K}\, q_k \Big( d_k - \sum_j q_j d_j \Big), \qquad d = q - p.$$

The factor $q_k$ is near 0 where the true class gets no probability. Such a row teaches the network next to nothing. With two
classes the gradient is $2 q (1 - q)(q - p)$.
"""
TWICE = r"""
**Softmax twice.** With `from_logits=True` the loss takes the probabilities $q$ for scores. It computes
$-\ln \operatorname{softmax}(q)_y$. Even $q_y = 1$ counts there as $e / (e + K - 1)$ = **{{ bound }}** only. So the loss has the
floor $\ln(1 + (K - 1) / e)$ = **{{ floor }} nats**; training reached {{ reached }}. Its gradient has the factor $q_k$ too.

The forecasts are still $q$, and the loss is not proper for them. It is smallest at $q_k = 1$ once class $k$ leads every other
by {{ lead }}. So where classes overlap, it asks for forecasts that are too sure.

Equal forecasts cost ln K under this loss too. The base rate has no line here: the class shares are not the best
constant forecast of a loss that is not proper.

PyTorch's `CrossEntropyLoss` on probabilities does the same. Keras on TensorFlow warns and uses the scores, but only if the
softmax stands right before the loss.
"""
OUTCOMES = """
The same network with three losses, on the {{ rows }} test {{ row_names }} of the first fold. Forecasts are the softmax of the
scores, taken once. Where classes are easy to tell apart, the mistakes hardly show here. Set label noise on Data, and compare.
"""
