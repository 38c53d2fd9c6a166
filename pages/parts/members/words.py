"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

SCORES = {
    "nll": "**Negative log-likelihood** (NLL): lower is better",
    "brier": "**Brier score**: lower is better",
    "accuracy": "**Accuracy**: higher is better",
}

INTRODUCTION = """
Many networks answer where one would do. What does that gain, how should their answers be combined, and what does it mean when
they disagree? One press trains six ensembles with the settings of the page “Train” and softmax outputs. The plane
in “Far from the data” has a press of its own.
"""
GREY_DOTS = """
Grey dots: each member alone. Lower is better for the negative log-likelihood (NLL) and the Brier score (0 to 2), higher for
accuracy.
"""

TRAINING = """
The same small networks on the same split, trained in three ways.

- **joint**: one softmax on top joins all members, and one loss trains them together. No member has to be right by itself.
- **independent**: each member has its own softmax, its own loss, its own order of the {{ row_names }}, and sees **all** of
  them. Members differ by initialisation, batches and dropout alone. Averaging reduces the variance that these bring
  (Lakshminarayanan et al. 2017).
- **bootstrap**: each member also has its own sample of the {{ row_names }}, {{ fraction }} of the training size with
  replacement (Breiman 1996). Then the members are frozen. A combining layer is trained on what each says of {{ row_names }}
  that it has **not** seen.
"""
JOINT_MEMBERS = """
A member of a **joint** run is read as if all members gave its scores. It was never trained to stand alone: its dots show how
much the joint layer relies on the others. One split with {{ rows }} test {{ row_names }} decides no contest.
"""

POOLING = r"""
The same bootstrap members, and four ways to make one forecast of them. Only the pool is trained anew.

- **mean of probabilities**, the *linear pool* $\frac1M \sum_m p_m$ (Stone 1961);
- **mean of logits**, the *log pool* $p_{\text{geo}} \propto \exp(\frac1M \sum_m \ln p_m)$, where one member can veto a class;
- **learned combining layer**, one more softmax layer over all members' scores;
- **learned weights**, a linear pool $\sum_m w_m p_m$ with $w_m \ge 0$ and $\sum_m w_m = 1$.

The last two are fitted on training {{ row_names }}. Each {{ row_name }} is judged by the members that have not seen it: a
member looks perfect on {{ row_names }} that it knows by heart.
"""
WEIGHTS = """
**Learned weights**, one per member: the largest is {{ largest }}; dashed: all equal. Each member is judged on the
{{ row_names }} outside its own sample, about {{ unseen }} of them, so luck decides much of it. Equal weights are hard to beat.
"""
LOG_POOL = r"""
**Why the log pool beats its average member.** Let $\ln p_{\text{geo}} = \frac1M \sum_m \ln p_m - \ln Z$. Then exactly (Heskes
1997), for every {{ row_name }} and whatever its class:

$$\displaystyle{\tfrac1M \sum_m \mathrm{NLL}_m - \mathrm{NLL}_{\text{geo}} = -\ln Z}$$

$$\displaystyle{-\ln Z = \tfrac1M \sum_m \mathrm{KL}(p_{\text{geo}} \Vert p_m) \ge 0}$$
"""
SAME_LENGTH = """
Both bars have the same length. The more the members disagree, the more the pool gains over the average member. It need not beat
the best one.
"""

DISAGREEMENT = r"""
How unsure is the averaged forecast? Its entropy has two parts:

$$\displaystyle{H(\bar p) = \tfrac1M \sum_m H(p_m) + I}$$

$$\displaystyle{\bar p = \tfrac1M \sum_m p_m}$$

$$\displaystyle{I = \tfrac1M \sum_m \mathrm{KL}(p_m \Vert \bar p) \ge 0}$$

The first says how unsure the members are **each by itself**. The second, the *mutual information* $I$, says how much they
**disagree**.
"""
AVERAGED_INSTEAD = """
This ensemble forecasts with its combining layer. Here its members are averaged instead.
"""
TRIANGLE = """
A dot per member and {{ row_name }}, coloured by the true class: certain in a corner, undecided in the middle. Large:
{{ row_name }} {{ row }}.
"""
WITH_CARE = """
**With care.** It is common to call the first part *aleatoric*, the data's own noise, and the second *epistemic*, what more data
would remove. Wimmer et al. (2023) show that this reading does not hold. Members that agree on nonsense have no mutual
information, and neither part behaves as such a quantity should. They are the entropy and the disagreement of **these** members.
"""

SIZE = """
{{ members }} independent members are trained once. Ensembles of every size are then **chosen from them**, many times over. The
band shows how much that choice changes the test loss.
"""
ONE_AND_ALL = """
A single member: {{ low }} to {{ high }} nats (5 % to 95 %). All {{ members }}: {{ mean }}. Whatever the members, the mean can
only fall as more are averaged (−ln is convex). A lucky single member can still beat them all. Averaging reduces the variance
that initialisation, batches and dropout bring. What all members get wrong, the pool gets wrong too.
"""
CHOICES = """
200 choices for each size, without replacement, on the same {{ rows }} test {{ row_names }}. Large choices share most of their
members, so the band closes at {{ members }} by construction.
"""

COLLAPSE = """
The members of the classic example have **no activation**: each layer is a matrix, and a product of matrices is a matrix.
Multiply them out, add the members up, and {{ members }} deep networks are **one layer of {{ features }} × {{ classes }}
numbers**, $z = x B + c$: multinomial logistic regression, the long way round.

Largest difference between the probabilities of the network and of that one matrix, over {{ rows }} test {{ row_names }}:
**{{ gap }}**, equal to float32 rounding.
"""
TWO_SCALES = """
Each picture has a colour scale of its own. The network's largest coefficient is {{ network }}, that of the regression
{{ regression }}: a ratio of {{ ratio }}. The network has no prior, only dropout and an early end. The regression has one
(C = {{ c }}).
"""
COEFFICIENTS = """
Score per span of the training {{ row_names }}, less the mean over classes, which cancels in the softmax. The log odds of two
classes are the difference of their coefficients.
"""
WITH_RELU = """
**With relu this no longer holds.** Go from one {{ row_name }} to another in a straight line, and watch the scores.
"""
ONE_CLASS = """
Every test {{ row_name }} is of the class {{ class_name }}: no line leads to another one. Choose another split or a larger test
share on the page “Data”.
"""
BENDS = """
From test {{ row_name }} 1 to test {{ row_name }} {{ other }}, of another class. A bend means that no single matrix gives
these scores. Each region of the inputs has its own.
"""

FAR_AWAY = """
Take one {{ row_name }} and drag a feature **out of the range** that training has seen. Does the ensemble become less sure, the
further it has to guess? Watch confidence, disagreement and the distance to the nearest training {{ row_name }} together.
"""
NEAREST = """
The distance is to the nearest of {{ near }} training {{ row_names }}, drawn at random from {{ rows }}.
"""
STILL_SURE = """
The distance grows without end, yet most walks end **sure** of a class. Confidence dips at a border between classes, and often
rises again behind it. Without an activation or with relu, scores grow with the features, and the softmax turns large scores
into certainty. Members disagree more out there, but seldom enough to say “I do not know”.
"""
PLANE = """
{{ members }} {{ activation }} members, trained on the dots. All training rows lie inside the dotted frame. Outside it no member
has seen a row, however strong the colours.
"""
