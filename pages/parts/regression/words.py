"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

TOO_LARGE = """
With so many rows, features and classes this takes too long. Choose fewer features on “Data”.
"""

COEFFICIENTS = r"""
Multinomial logistic regression gives class $k$ the score $z_k = b_k \cdot x + c_k$, one coefficient per feature, and nothing
else. It is fitted by **maximum a posteriori**: the most probable $b$ given the {{ row_names }}, if each coefficient came from a
Gaussian of width $s$ before any {{ row_name }} was seen.

$$\displaystyle -\ln p(b \mid x, y) = -\sum_i \ln p(y_i \mid x_i, b) + \dfrac{1}{2 s^2} \lVert b \rVert^2 + \text{const}$$

Read as a **prior**, $s$ says how large coefficients may be. Read as a **penalty**, $1 / (2 s^2)$ is what their squares cost.
One number, two readings.
"""
SCORE_PER_SPAN = """
Score per span of the training {{ row_names }}. The log odds of two classes are the difference of their coefficients. Each row
adds up to 0 over the classes. At the right, losses are those of the net's own split.
"""
PATH_TOO_LARGE = """
The path over all widths takes minutes with so many rows, features and classes: choose fewer features.
"""
NO_MAXIMUM = """
{{ reason }}. Then no finite coefficients are best: the wider the prior, the larger they grow, taken together, and the smaller
the training loss, without end. Only the prior stops them.
"""

BESIDE_THE_NET = """
Both see the same training {{ row_names }}. The net is trained with {{ seeds }} seeds of its weights and batches. Logistic
regression has no seed.
"""
ONE_ROW = "One {{ row_name }} is {{ one_row }} of the accuracy. Each mark has its 95 % interval."

SIGNIFICANCE = """
**Could this coefficient be 0?** Statisticians ask this of a regression; a deep net has no such coefficients. By maximum
likelihood, without a prior, each coefficient has a standard error, a $z$ value, a $p$-value and an interval (MNLogit of
statsmodels).
"""
NO_STANDARD_ERRORS = """
Standard errors would be meaningless here: the coefficients depend on when the program stopped, not on the {{ row_names }}.
Choose fewer features{{ moons }}, where classes overlap. Or keep all features and a prior, as in part 1.
"""
LARGE_SAMPLES = """
{{ rows }} training rows; classes are compared with {{ reference }}. The intervals hold for large samples and for the features
named here: leave one out, and the others change their meaning.
"""
SMALL_P_VALUES = """
**{{ tested_in_words }} p-values, one question each.** If no feature counted, about {{ expected }} of {{ tested }} would still
fall below 0.05 by luck. Here {{ found }} do, and {{ after_holm }} after Holm's correction. Neither column accounts for how the
features were chosen: if you pick features by looking at these rows, p-values are too small.
"""

FEATURE_IMPORTANCE = """
No single number in a deep net says what one feature does, unless it is linear: see “Linear collapse” on “Members”. What always
works is to try the net **without** it:

- **shuffle** the feature's values among the test {{ row_names }}, and see how much the loss rises (permutation importance;
  Breiman 2001);
- **drop** it, and train again without it.
"""
ONE_FEATURE = """
There is only one feature: without it nothing is left to learn from.
"""
TOO_MANY_FEATURES = """
Dropping each of {{ features }} features would take {{ runs }} runs. It is offered for up to {{ most }} features.
"""
MAX_RISES = """
Shown: the {{ shown }} of {{ features }} features whose shuffling raises the loss most.
"""
MEAN_OVER_SEEDS = """
Mean over {{ seeds }} seeds with the 95 % interval (t) over seeds, on {{ rows }} test {{ row_names }}; each feature shuffled
{{ repeats }} times. The interval covers the luck of the seed, not that of the split.
"""
NO_RISE = "Shuffling raises the loss for no feature"
FEATURE_SELECTION = """
**Does feature selection matter?** The classic text says it does not: a deep net chooses for itself. Look before you believe it.
Shuffling a feature can hurt while dropping it costs nothing, because others replace it.

Neither number here is a test: it does not tell you whether the effect is chance. Tests that need no coefficients exist: leave
one covariate out (Lei et al. 2018), or conditional permutation (Berrett et al. 2020).
"""
