"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

FULLEST_BIN = """
Of {{ count }} forecasts near {{ near }}, {{ hits }} came true
"""
BINS = """
A grey bar holds the dot in at least nine of ten data sets if the forecasts are calibrated.
"""
CURVE = """
The curve is the isotonic fit (CORP): frequencies never fall as forecasts rise. The grey band holds it at each forecast in at
least nine of ten data sets if the forecasts are calibrated.
"""
LEAVES_THE_BAND = """
Even calibrated forecasts leave the grey band somewhere in **{{ left }}** of data sets (1,000 simulated).
"""
NOT_LUCK = """
Luck alone seldom does that: these forecasts are **miscalibrated**.
"""
LUCK = """
Luck alone does that too: such an error is **no evidence** of miscalibration.
"""
ECE_OF_CALIBRATED = """
{{ forecasts }} perfectly calibrated forecasts still have an ECE of {{ mean }} on average
"""
CAME_TRUE = """
Mean forecast {{ mean }}; came true in **{{ hits }} of {{ forecasts }}**. A bin with few forecasts says little.
"""

SAVED = """
Recalibration would save {{ saved }} of a Brier score of {{ score }}
"""
CLASS_BY_CLASS = "The same for the log loss of each class against the rest"
SCORES = r"""
A proper score is lowest, on average, for the true probabilities. It has three parts (Murphy 1973; Bröcker 2009):

$$\displaystyle \text{score} = \text{miscalibration} + \text{refinement}$$

$$\displaystyle \text{refinement} = \text{uncertainty} - \text{discrimination}$$

- **Miscalibration**: what a recalibration of the same forecasts would save.
- **Uncertainty**: the score of the base rates.
- **Discrimination**: what the forecasts know beyond the base rates.
- **Refinement**: what is left after recalibration.
"""
RECALIBRATION = """
{{ rows }} {{ row_names }}. Recalibration is the isotonic fit to these same {{ row_names }}, class by class. That flatters
it: with few {{ row_names }}, part of the miscalibration is luck.
"""
INFINITE_LOSS = """
The **loss** of all classes together is **∞**: {{ rows }} {{ row_names }} had a true class with the probability 0. One such row
is enough, and no temperature helps.
"""
BEST_TEMPERATURE = """
The **loss** of all classes together is {{ score }} nats. At its best temperature from 0.01 to 100, {{ temperature }}, it would
be {{ refinement }} nats: {{ calibration }} nats are lost by using T = 1.
"""

LOSS_CHANGES = """
The fitted temperature changes the loss from {{ before }} to {{ after }} nats
"""
SAME_ACCURACY = """
**Accuracy stays {{ accuracy }}.** A temperature never changes the order of the classes.
"""
TEMPERATURE = """
One number can fix overconfidence: divide all scores by a **temperature** (Guo et al. 2017). It is fitted on some of the
{{ row_names }} and judged on the others.
"""
INTERVALS_OF_CHANGE = """
Measured on the other {{ judged }} {{ row_names }}. The interval (Gaffke 2005) covers the luck of these {{ row_names }} only.
Their own best temperature would have been T = {{ best }}.
"""
ABOVE_AND_BELOW_1 = """
T above 1: the scores were too far apart, the network too sure of itself. Below 1: not sure enough.
"""
AT_1 = """
T = 1: no other temperature fits these {{ row_names }} better.
"""
COLDEST = """
If every fitted {{ row_name }} is right, the likelihood is best at the smallest T allowed, {{ coldest }}. That calibrates
nothing: the sample holds no error to learn from.
"""
HOTTEST = """
If the fitted forecasts are no better than equal ones, the likelihood is best at the largest T allowed, {{ hottest }}: that
makes them nearly equal.
"""

NO_DIFFERENCE = """
No difference that {{ judged }} {{ row_names }} can show
"""
POOL_FIRST_WINS = """
Pool first, then calibrate: {{ by }} nats better
"""
MEMBERS_FIRST_WIN = """
Calibrate first, then pool: {{ by }} nats better
"""
INTERVALS_OF_DIFFERENCES = """
95 % intervals (Gaffke 2005) of the mean difference over the same {{ judged }} {{ row_names }}. They cover the luck of these
{{ row_names }} only.
"""
POOLS = """
Calibrate each member and then average, or average and then calibrate? Averaging moves probabilities towards the middle. A pool
of well calibrated members that differ is therefore **too unsure**. With enough {{ row_names }}, calibrate after pooling
(Rahaman and Thiery 2021).
"""
TEMPERATURES = """
The pool chose T = **{{ pool }}**; its {{ members }} members, each by itself, **{{ low }} to {{ high }}**.
"""
POOL_IS_SOFTER = """
Each member needed a higher temperature than the pool: averaging has already softened it.
"""
COLDEST_CHOSEN = """
At least one fit chose the smallest temperature allowed, {{ coldest }}: no {{ row_name }} that it was fitted on spoke against
more confidence. A single wrong {{ row_name }} among the others then costs very much. Calibrate on more {{ row_names }}.
"""
MEMBERS_AVERAGED = "Independent members, averaged."
MODELS_AVERAGED = "The models of the file, averaged."
ONE_MODEL = """
A pool takes two models, and this file has one. Judge a file with several on the page “Data”.
"""
POOL_ROWS = """
{{ who }} Temperatures from {{ fitting }} {{ row_names }}, scores on the other {{ judged }}. Compare
likelihoods at the best temperature, or calibration may decide the comparison (Ashukha et al. 2020).
"""

NO_EPOCHS = """
A file of forecasts holds no epochs of training. Go back to the run to see this part.
"""
LOWEST = """
The loss is lowest in epoch {{ nll }}, refinement in epoch {{ refinement }}, calibration in epoch {{ calibration }}
"""
EPOCHS = """
The held-out loss is the sum of two parts. **Calibration** is lost to a wrong temperature. **Refinement** is lost even at the
best one. They need not be lowest in the same epoch.

Stopping where their sum is lowest is a compromise. Another way: stop where refinement is lowest, and calibrate afterwards
(Berta, Holzmüller, Jordan and Bach 2025).
"""
BEST_TEMPERATURE_OF_EACH_EPOCH = """
The best temperature of each epoch is fitted to these same {{ row_names }}. One number for all of them flatters it little,
unless every {{ row_name }} is right: then the smallest temperature makes refinement vanish.
"""

SETS = """
Give up the single answer, and a guarantee comes back. **Conformal sets** (Vovk et al. 2005) name as many classes as it takes to
hold the true one with at least the chosen probability. They need no calibrated network, only exchangeable {{ row_names }}.
A class is in the set if its probability is not unusually low, compared with those of the true classes of the calibration
{{ row_names }}.
"""
MEASURED_COVERAGE = """
{{ right }} of {{ sets }} sets hold the true class: {{ measured }}
"""
EXPECTED_COVERAGE = """
With {{ fitting }} {{ row_names }} to calibrate on and {{ sets }} to count on, expect {{ low }} to {{ high }} in at least 9 of
10 random splits, whatever the network.
"""
SHARED_THRESHOLD = """
{{ equal }} {{ row_names }} give their true class the same probability, the threshold. All of them are in, so more sets than
asked for may be right.
"""
SURE_SETS = """
{{ one }} of {{ sets }} sets name a single class
"""
WHAT_FEW_CANNOT_PROMISE = """
**What few {{ row_names }} cannot promise.** At {{ coverage }} it takes at least {{ smallest }} calibration {{ row_names }}
before a set may leave out a class. With fewer, every set has to hold all classes. The promise is about the average over sets,
not about a single {{ row_name }} or class.
"""
BARS_AND_SETS = """
Least certain first. At most about {{ missing }} of sets may miss the true class. An empty set (—) means that no class fits as
well as the coverage asks. It is one of those that miss.
"""
CLASS_WEIGHTS = """
The loss counted rows of rare classes more. So a mean forecast may be off the frequency of its class: here by up to
**{{ off }} points**. Divided by the weights and normalised, forecasts are off by up to {{ undone }} points.
"""
CLASS_BALANCE = """
Weight of class k: n / (K · n_k), of the training rows. Means over the {{ rows }} judged {{ row_names }}.
"""
LABEL_NOISE = """
A share of {{ noise }} of all {{ row_names }} has a wrong label. No feature tells which. So a calibrated forecast cannot exceed
about **{{ ceiling }}**.

Here the top probability is {{ mean }} on average and {{ largest }} at most. It exceeds {{ ceiling }} for
**{{ above }} of {{ rows }}** {{ row_names }}. The likeliest class is the label for **{{ hits }} of {{ rows }}**
(95 % interval {{ low }} to {{ high }}; Wilson 1927).
"""
