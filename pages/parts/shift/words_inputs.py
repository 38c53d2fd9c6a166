"""The words of the part "Worse inputs". A name in double braces is a field, filled in when the part is drawn."""

TITLES = {
    "rotation": "Rotation",
    "translation": "Translation",
    "blur": "Blur",
    "noise": "Noise",
    "stuck": "Stuck sensors",
    "drift": "Drift",
}
CLEAN = "clean"
AMOUNTS = {
    "rotation": "turned left by {{ amount }}°",
    "translation": "moved right by {{ amount }} pixels",
    "blur": "blurred, standard deviation {{ amount }} pixels",
    "noise": "noise, standard deviation {{ percent }} of each feature's range",
    "stuck": "{{ percent }} of the features stand at their largest value",
    "drift": "{{ feature }} reads {{ percent }} of its range too high",
}
NAMES = {
    "single network": "a single network",
    "MC dropout": "MC dropout",
    "ensemble": "the ensemble",
    "ensemble at T": "the ensemble at T",
}

WAITING = """
How {{ row_names }} get worse: {{ what }}. Losses follow when two seeds are trained
"""
BEST = """
Severity {{ severity }}: {{ best }} has the lowest loss. {{ next }} has {{ ratio }} times as much
"""
TIED = """
Severity {{ severity }}: {{ tied }} differ by no more than luck. {{ next }} has {{ ratio }} times the loss of {{ best }}
"""
ALL_TIED = """
Severity {{ severity }}: no method has the lowest loss beyond luck
"""
AGAINST = """
Loss of {{ next }} over that of {{ best }}: {{ ratio }} ({{ low }} to {{ high }}). The intervals of all six pairs hold
together at 95 %.
"""
FALLS = """
The ensemble's accuracy falls by {{ points }} points (95 % interval {{ low }} to {{ high }}).
"""
RISES = """
The ensemble's accuracy rises by {{ points }} points (95 % interval {{ low }} to {{ high }}).
"""
STAYS = """
The ensemble's accuracy does not change beyond luck: the 95 % interval is {{ low }} to {{ high }} points. These {{ row_names }}
show little here.
"""
UNIFORM = """
The ensemble's loss is above ln {{ classes }} = {{ uniform }} nats. Equal probabilities for all classes would be better.
"""
HELPS = """
The temperature fitted on clean {{ row_names }} helps: the ensemble's loss is {{ ratio }} times as large ({{ low }} to
{{ high }}).
"""
HARMS = """
The temperature fitted on clean {{ row_names }} harms: the ensemble's loss is {{ ratio }} times as large ({{ low }} to
{{ high }}).
"""
NO_HELP = """
The temperature fitted on clean {{ row_names }} does not help beyond luck: {{ ratio }} times the loss ({{ low }} to
{{ high }}).
"""

LINES = """
**Lines** are means over {{ seeds }} seeds of split and start, up to {{ rows }} test {{ row_names }} each. **Bands** are 95 %
intervals for the mean (Student). A calibration error is above 0 by luck too.

**Bars** are forecasts of the first seed, the true class on the left. The dashed loss ln {{ classes }} belongs to equal
probabilities.
"""
FEATURES = """
**Rings** are features as they were measured, **dots** as they come in now. Grey is the range in training.
"""
METHODS = """
**Four methods.** A *single network* answers once. *MC dropout* asks the same network {{ members }} times, each time with
another dropout mask, and averages. The *ensemble* averages {{ members }} networks, so both take {{ members }} passes. The
*ensemble at T* divides its logits by a temperature.

**T was fitted on clean {{ row_names }}.** Half of the test {{ row_names }} choose T while clean; the other half are judged at
it, clean and corrupted. Then they change places. A half without an error leaves T at 1.
"""
FITTED = """
Here **T is {{ ratio }}** (95 % interval {{ low }} to {{ high }} over {{ seeds }} seeds, geometric mean).
"""
WHY = """
**Training never saw this.** It used clean {{ row_names }}. A forecast far from them is an extrapolation, and a
proper loss on clean {{ row_names }} promises nothing about it (Ovadia et al. 2019).
"""
PIXELS = """
A pixel stays between white and black. One that training hardly inked was scaled by a small range. Ink there counts many times.
"""
DRIFT = """
**Drift** moves {{ feature }} alone: the feature that tells the classes apart best, by Fisher's ratio.
"""
SOURCES = """
Ovadia et al. 2019, *Can you trust your model's uncertainty?* Hendrycks and Dietterich 2019, *Benchmarking neural network
robustness*. Gal and Ghahramani 2016, *Dropout as a Bayesian approximation*. Lakshminarayanan et al. 2017, *Deep ensembles*.
Guo et al. 2017, *On calibration of modern neural networks*.
"""
