"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
Numbers that add up to 1 are a promise: that they will come true as often as they say. Here it is checked, on
{{ row_names }} that the network has not seen.
"""

RELIABILITY = """
Of all forecasts of 70 %, seven in ten should come true. The **reliability diagram** shows how many do. On the dashed line
forecast and frequency agree.
"""
BINS = """
A dot is a bin of forecasts, its area their number. A grey bar holds the dot in nine of ten data sets if the forecasts are
calibrated.
"""
CURVE = """
The curve is the isotonic fit (CORP): frequencies never fall as forecasts rise. The grey band holds the curve at each forecast
in nine of ten data sets if the forecasts are calibrated.
"""
LEAVES_THE_BAND = """
Somewhere, even calibrated forecasts like these leave the grey in **{{ left }}** of data sets (1,000 simulated).
"""
ECE_OF_CALIBRATED = """
If these {{ forecasts }} forecasts were **perfectly** calibrated, their ECE would still be {{ mean }} on average, over
{{ draws }} simulated data sets.
"""
CAME_TRUE = """
Mean forecast {{ mean }}; came true in **{{ hits }} of {{ forecasts }}**. A bin with few forecasts says little.
"""

SCORES = r"""
A proper score is lowest, on average, for the true probabilities. It can be taken apart (Murphy 1973; Bröcker 2009):

$$\displaystyle \text{score} = \text{miscalibration} - \text{discrimination} + \text{uncertainty}$$

**Miscalibration** is what a recalibration of the same forecasts would save. **Discrimination** is what they know beyond the
base rates. **Uncertainty** is the score of those base rates. Uncertainty less discrimination is the **refinement**: what is
left after recalibration.
"""
RECALIBRATION = """
{{ rows }} {{ row_names }}. Recalibration is the isotonic fit to these same {{ row_names }}, class by class. That flatters
it: with few {{ row_names }}, part of the miscalibration is luck.
"""
BEST_TEMPERATURE = """
The **negative log-likelihood** of all classes is {{ score }} nats. At its best temperature, {{ temperature }}, it would be
{{ refinement }} nats: {{ calibration }} nats are lost by using T = 1.
"""

TEMPERATURE = """
One number can fix overconfidence: divide all scores by a **temperature** (Guo et al. 2017). It is fitted on some of the
{{ row_names }} and judged on the others. The order of the classes never changes, so accuracy cannot.
"""
INTERVALS_OF_CHANGE = """
On the other {{ judged }} {{ row_names }}; the interval (Gaffke 2005) holds the luck of these {{ row_names }} alone. They
themselves would have chosen T = {{ best }}.
"""
ABOVE_AND_BELOW_1 = """
T above 1: the scores were too far apart, the network too sure of itself. Below 1: not sure enough.
"""
AT_1 = """
T = 1: no other temperature fits these {{ row_names }} better.
"""
COLDEST = """
If every fitted {{ row_name }} is right, the likelihood is best at the smallest T allowed, {{ coldest }}. That is no
calibration, but a sample without an error.
"""

POOLS = """
Calibrate each member and then average, or average and then calibrate? Averaging moves probabilities towards the middle. A pool
of well calibrated members that differ is therefore **too unsure**. With enough {{ row_names }}, calibrate after pooling
(Rahaman and Thiery 2021). The table shows whether so few {{ row_names }} are enough.
"""
TEMPERATURES = """
The pool chose T = **{{ pool }}**; its {{ members }} members, each by itself, **{{ low }} to {{ high }}**.
"""
POOL_IS_SOFTER = """
Each member needed a higher temperature than the pool: averaging has already softened it.
"""
COLDEST_CHOSEN = """
At least one fit chose the smallest temperature allowed, {{ coldest }}: no calibration {{ row_name }} contradicted more
confidence. A single wrong {{ row_name }} among the others then costs very much. Calibrate on more {{ row_names }}.
"""
POOL_ROWS = """
Independent members, averaged. Temperatures from {{ fitting }} {{ row_names }}, scores on the other {{ judged }}. Compare
likelihoods at the best temperature, or calibration may decide the comparison (Ashukha et al. 2020).
"""

EPOCHS = """
The held-out loss splits in two. **Calibration** is lost to a wrong temperature. **Refinement** would be lost even at the best
one. They need not be lowest at the same epoch. Stopping where their sum is lowest is a compromise. Another way is to stop where
refinement is lowest and to calibrate afterwards (Berta, Holzmüller, Jordan and Bach 2025).
"""
LOWEST = """
Lowest (diamonds): the loss in epoch **{{ nll }}**, refinement in epoch **{{ refinement }}**, calibration in epoch
**{{ calibration }}**.
"""
BEST_TEMPERATURE_OF_EACH_EPOCH = """
{{ how_often }}, on {{ rows }} {{ row_names }}. The best temperature of each epoch is fitted to these same {{ row_names }}.
One number for all of them flatters it little, unless every {{ row_name }} is right: then the smallest temperature makes
refinement vanish.
"""

SETS = """
Give up the single answer, and a guarantee comes back. **Conformal sets** (Vovk et al. 2005) name as many classes as it takes to
hold the true one with at least the chosen probability. They need no calibrated network, only exchangeable {{ row_names }}.
A class is in the set if its probability is not unusually low, compared with those of the true classes of the calibration
{{ row_names }}.
"""
MEASURED_COVERAGE = """
**{{ right }} of {{ sets }}** sets hold the true class: {{ measured }}. With {{ fitting }} {{ row_names }} to calibrate on and
{{ sets }} to count on, {{ low }} to {{ high }} is to be expected in at least 9 of 10 random splits, whatever the network.
"""
WHAT_FEW_CANNOT_PROMISE = """
**What few {{ row_names }} cannot promise.** At {{ coverage }} it takes at least {{ smallest }} calibration {{ row_names }}
before a set may leave out a class. With fewer, every set has to hold all classes. The promise is about sets on average, not
about this {{ row_name }}, nor about each class.
"""
BARS_AND_SETS = """
Each {{ row_name }}'s bars and its set, least certain first. An empty set (—): no class fits as well as the coverage asks. Empty
sets are among the {{ missing }} that may miss the true class.
"""
