"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

COMING = """
Still being trained: the {{ names }}. The picture grows by itself.
"""
COMING_MEANWHILE = """
Still being trained: the {{ names }}. Meanwhile these are the members of the {{ way }} ensemble.
"""

SCORES = {"nll": "Test loss", "brier": "Brier score", "accuracy": "Accuracy"}
MEMBERS_AHEAD = """
{{ better }} of {{ members }} {{ what }} {{ "beats" if better == 1 else "beat" }} {{ rival }}
"""

TRAINING = (
    """
**joint**: one softmax on top joins all members, and one loss trains them together. No member has to be right by itself.
""",
    """
**independent**: each member has its own softmax, loss and order of the {{ row_names }}, and sees all of them. Averaging reduces
the variance of initialisation, batches and dropout (Lakshminarayanan et al. 2017).
""",
    """
**bootstrap**: each member has its own sample, {{ fraction }} of the training {{ row_names }}, with replacement (Breiman 1996).
A combining layer is then trained on {{ row_names }} that each has **not** seen.
""",
)
JOINT_MEMBERS = """
A member of a **joint** run is read as if all members gave its scores. It was never trained to stand alone: its dots show how
much the joint layer relies on the others. One split with {{ rows }} test {{ row_names }} decides no contest.
"""

POOLING = r"""
**Four pools of the same bootstrap members**

- **mean of probabilities**, the *linear pool*: $\frac1M \sum_m p_m$ (Stone 1961)
- **mean of logits**, the *log pool*: $p_{\text{geo}} \propto \exp(\frac1M \sum_m \ln p_m)$; one member can veto a class
- **learned combining layer**: one more softmax layer over all members' scores
- **learned weights**: $\sum_m w_m p_m$ with $w_m \ge 0$ and $\sum_m w_m = 1$

The last two are fitted on training {{ row_names }}. Each {{ row_name }} is judged by members that have not seen it. A member
looks perfect on {{ row_names }} that it knows by heart.
"""
WEIGHTS = """
**Learned weights.** Member {{ member }} gets {{ largest }}; equal weights would be {{ equal }} for each of {{ members }}. Each
member is judged on the {{ row_names }} outside its sample, about {{ unseen }} of them. So chance decides much of it. Equal
weights are hard to beat.
"""
LOG_POOL_GAINS = """
The log pool gains exactly what its members disagree: {{ gain }} nats
"""
LOG_POOL = r"""
Let $\ln p_{\text{geo}} = \frac1M \sum_m \ln p_m - \ln Z$. Then for every {{ row_name }}, whatever its class (Heskes 1997):

$$\displaystyle{\tfrac1M \sum_m \mathrm{NLL}_m - \mathrm{NLL}_{\text{geo}} = -\ln Z}$$

$$\displaystyle{-\ln Z = \tfrac1M \sum_m \mathrm{KL}(p_{\text{geo}} \Vert p_m) \ge 0}$$

So both bars have the same length. The pool beats the average member. It need not beat the best one.
"""

POOLING_OF_MODELS = r"""
**Pools of the file's models**

- **mean of probabilities**, the *linear pool*: $\frac1M \sum_m p_m$ (Stone 1961)
- **mean of logits**, the *log pool*: $p_{\text{geo}} \propto \exp(\frac1M \sum_m \ln p_m)$; one model can veto a class
- **learned weights**: $\sum_m w_m p_m$ with $w_m \ge 0$ and $\sum_m w_m = 1$ (Wolpert 1992)

The weights are fitted {{ folds }} times, each time to the other {{ row_names }}: no {{ row_name }} is judged by weights that
were fitted to it.
"""
WEIGHTS_OF_MODELS = """
**Learned weights.** “{{ model }}” gets {{ largest }}, in the {{ folds }} fits {{ low }} to {{ high }}. Equal weights would be
{{ equal }} for each of {{ models }}. They are hard to beat.
"""
TOO_FEW_FOR_WEIGHTS = """
**No learned weights.** They take {{ needed }} {{ row_names }} for so many models, and there are {{ rows }}: fitted to fewer,
they would be luck.
"""
ONE_MODEL = """
A pool takes two models, and this file has one. Judge a file with several on the page “Data”.
"""
NO_NETWORKS = """
This part is about networks that were trained here, and a file of forecasts holds none. The part “Pooling” is about the file. Go
back to the run to see this one.
"""
NO_LOG_POOL = """
In {{ rows }} the models rule out every class between them. Their geometric mean has nothing left, so there is no log pool.
"""
VETOES = """
Some model gives a class the probability 0, and the log pool takes that over: one model vetoes the class for all.
"""

TRIANGLE = """
{{ members }} members: one dot for each {{ row_name }}; large: {{ row_name }} {{ row }}
"""
OWN_ENTROPY = """
{{ row_name }} {{ row }}: {{ total }} nats of uncertainty, {{ disagreement }} of them disagreement
"""
SURE_ROWS = """
The other {{ sure }} {{ row_names }} {{ "has" if sure == 1 else "have" }} less than 1 % of the largest possible entropy.
"""
DISAGREEMENT = r"""
**Two parts of one entropy**

$$\displaystyle{H(\bar p) = \tfrac1M \sum_m H(p_m) + I}$$

$$\displaystyle{\bar p = \tfrac1M \sum_m p_m \qquad I = \tfrac1M \sum_m \mathrm{KL}(p_m \Vert \bar p) \ge 0}$$

The first part says how unsure the members are **each by itself**. The second, the *mutual information* $I$, says how much they
**disagree**.
"""
AVERAGED_INSTEAD = """
This ensemble forecasts with its combining layer. Here its members are averaged instead.
"""
WITH_CARE = """
**With care.** The first part is often called *aleatoric*, the data's own noise. The second is called *epistemic*: what more
data would remove. Wimmer et al. (2023) show that this reading does not hold. Members that agree on nonsense have no mutual
information. The parts are the entropy and the disagreement of **these** members.
"""

SIZE_CLAIM = """
A single member loses {{ one }} nats on average, all {{ members }} together {{ all_of_them }}
"""
ONE_AND_ALL = """
A single member: {{ low }} to {{ high }} nats (5 % to 95 %). All {{ members }}: {{ mean }} nats.

The mean over all choices never rises as more are averaged, because −ln is convex. A lucky single member can still beat them
all.

Averaging reduces the variance of initialisation, batches and dropout. What all members get wrong, the pool gets wrong too.
"""
CHOICES = """
{{ members }} independent members are trained once. Pools of each size are 200 choices of them, without replacement, on the same
{{ rows }} test {{ row_names }}. Large choices share most members, so the band closes at {{ members }} by construction.
"""

NETWORK_MATRIX = """
{{ members }} deep networks, multiplied out, are one {{ features }} × {{ classes }} matrix
"""
REGRESSION_MATRIX = """
scikit-learn's regression: {{ ratio }} times smaller
"""
REGRESSION_MATRIX_LARGER = """
scikit-learn's regression: {{ ratio }} times larger
"""
TWO_SCALES = """
Each picture has a colour scale of its own: the network's reaches ±{{ network }}, the regression's ±{{ regression }}. The
network has no prior, only {{ "dropout and " if dropout else "" }}an early end. The regression has one (C = {{ c }}).
"""
PRODUCT = """
Without an activation each layer is a matrix, and a product of matrices is a matrix. What is left is logistic regression, the
long way round. On {{ rows }} test {{ row_names }} the probabilities of networks and matrix differ by at most **{{ gap }}**:
equal to float32 rounding.
"""
COEFFICIENTS = """
Score per span of the training {{ row_names }}, less the mean over classes, which cancels in the softmax. The log odds of two
classes are the difference of their coefficients.
"""
WITH_RELU = """
With relu this no longer holds
"""
STRAIGHT = """
{{ kind }}: at most {{ bend }} off the straight lines (dotted)
"""
ONE_CLASS = """
Every test {{ row_name }} is of the class {{ class_name }}: no line leads to another one. Choose another split or a larger test
share on the page “Data”.
"""
BENDS = """
Scores on a straight line from test {{ row_name }} 1 to test {{ row_name }} {{ other }}, of another class. A bend means that no
single matrix gives these scores. Each region of the inputs has its own.
"""

FAR_AWAY = """
Drag a feature **out of the range** that training has seen. Does the ensemble become less sure?
"""
NEAREST = """
The distance is to the nearest of {{ near }} training {{ row_names }}, drawn at random from {{ rows }}.
"""
STILL_SURE = """
Walk from each of {{ rows }} test {{ row_names }}: one feature, down or up, to a whole training range beyond the training
{{ row_names }}. **{{ sure_walks }} of {{ walks }}** walks end above {{ sure }}: {{ share_of_walks }}. Where they begin,
{{ sure_rows }} of {{ rows }} forecasts are above it: {{ share_of_rows }}. Confidence may dip at a border between classes, and
rise again behind it.
"""
SCORES_GROW = """
{{ "Without an activation" if activation == "linear" else "With relu" }} scores grow with the features, and the softmax turns
large scores into certainty.
"""
SCORES_LEVEL_OFF = """
With tanh the hidden units level off, and so do the scores: far away the forecast hardly changes any more.
"""
SURE_OF_THE_PLANE = """
The pool is sure (above {{ sure }}) on {{ share }} of this plane; pale: undecided
"""
DISAGREEMENT_IN_THE_PLANE = "Where its members disagree: mutual information"
PLANE = """
{{ members }} {{ activation }} members, trained on the dots. All training rows lie inside the dotted frame. Outside it no member
has seen a row, however strong the colours.
"""
