"""Words of the part "A class that was not there". A name in double braces is a field."""

INTRODUCTION = """
**“{{ class_name }}” is left out of training.** The networks have to call it something else. A detector scores how new a
{{ row_name }} looks, and raises an alarm above a threshold.
"""
HOW_TO_READ = """
The curve runs over all thresholds. Its area (AUROC) is the chance that a new {{ row_name }} scores above a known one. A coin
has 0.5. Bands: lowest to highest of {{ runs }} runs.
"""
BEST = """
“{{ best }}” tells “{{ class_name }}” from known {{ row_names }} best: AUROC {{ auroc }}, {{ other }} {{ other_auroc }}
"""
BEST_OVER_SEEDS = """
“{{ best }}” leads on these {{ row_names }}: AUROC {{ auroc }}, {{ other }} {{ other_auroc }}
"""
BETTER_THAN_TOP = """
{{ better }} {{ "tell" if several else "tells" }} “{{ class_name }}” apart better than the top probability ({{ other_auroc }})
{{- " on these " ~ row_names if on_these_rows else "" }}
"""
NONE_BETTER = """
No detector beats the top probability beyond luck: its AUROC is {{ auroc }}
"""
ONE_RUN = """
One run: the top probability has an AUROC of {{ auroc }}
"""
TABLE = """
{{ known }} known test {{ row_names }} and {{ novel }} of “{{ class_name }}”, in {{ runs }} runs with other seeds and splits.
The interval over rows is the mean of the runs' 95 % intervals (Newcombe 2006).
"""
DETECTORS = {
    "top probability": r"**Top probability.** The score is $1 - \max_k q_k$ (Hendrycks and Gimpel 2017).",
    "entropy": r"**Entropy.** The score is $H(q) = -\sum_k q_k \ln q_k$, in nats: 0 where one class has all probability.",
    "mutual information": """
**Mutual information.** How much the members disagree, in nats. Where all make the same mistake it is 0.
""",
    "energy": r"""
**Energy.** The score is $-\ln \sum_k e^{z_k}$, in nats (Liu et al. 2020). It is the mean of the members' energies: the pool's
logits are log-probabilities, whose energy is 0.

A constant on all scores changes the energy and no probability. So the loss never trains it.
""",
    "distance": """
**Distance.** The mean Euclidean distance to the five nearest training {{ row_names }}, after scaling (after Sun et al. 2022).
It looks at the features and not at the network.
""",
}
UNITS = {
    "top probability": "1 − top probability",
    "entropy": "entropy (nats)",
    "mutual information": "mutual information (nats)",
    "energy": "energy (nats)",
    "distance": "distance (scaled features)",
}
KNOWN = "known: {{ known }} test {{ row_names }}"
NOVEL = "never seen: {{ novel }} of “{{ class_name }}”"
SUREST = "The surest answers about “{{ class_name }}”, in the first run"
NOTE = "Below each is what the ensemble calls it, and how sure it is. The threshold decides which are caught."
CLAIMS = "Which detector is better?"
CLAIMS_TABLE = """
AUROC of the first less that of the second. The {{ pairs }} intervals of a column hold together in 95 % of experiments
(Bonferroni). Over seeds: Student's, for the {{ novel }} {{ row_names }} of this class. Over rows too: with the variance of
DeLong (1988).
"""
REACH = {
    "other rows": "other rows too",
    "these rows": "these rows only",
    "none": "no difference beyond luck",
}
SURE_FAR_AWAY = r"""
**Why can a network be sure of what it never saw?** Softmax compares the known classes with each other. Their probabilities sum
to 1, whatever comes.

Walk away from the data in one direction. The scores of a linear network change at a constant rate. So do those of relu,
beyond its last bend. In nearly every direction the lead of one class then grows without end, and $\max_k q_k$ goes to 1
(Hein et al. 2019).

“Far from the data” on the page Members shows it for one {{ row_name }}.
"""
LITTLE = """
With {{ known }} known {{ row_names }} and {{ novel }} of “{{ class_name }}”, {{ undecided }} of {{ pairs }} pairs of detectors
cannot be told apart.{{ "" if on_digits else " Digits say more." }}
"""
EACH_HEADER = "Other classes left out"
EACH_LARGEST = """
**“{{ usual }}” is the example because the lead is largest there.** “{{ best }}” is ahead of the top probability by an AUROC of
{{ ahead }}. The smallest lead is {{ least }}, of “{{ least_best }}” for “{{ least_class }}”.
"""
EACH_NOT_LARGEST = """
**“{{ usual }}” is the example.** “{{ best }}” is ahead of the top probability by an AUROC of {{ ahead }}. The lead is largest
for “{{ largest_class }}”: {{ largest }}. The smallest is {{ least }}, for “{{ least_class }}”.
"""
EACH_SHARED = """
“{{ best }}” is alone in front for {{ alone }} of {{ classes }} classes. Not for {{ shared }}.
"""
EACH_ALONE = """
“{{ best }}” is alone in front for each of the {{ classes }} classes.
"""
EACH_TABLE = """
AUROC: the mean of {{ runs }} runs with the classic settings, trained in advance. In brackets: 95 % intervals over rows and
seeds, as in the table above. In front: the largest, and those that luck of rows and seeds may have put behind it.
"""
TWO_CLASSES = """
These {{ row_names }} have {{ classes }} classes. To leave one out takes at least three. Choose other rows above.
"""
NOTHING_YET = """
The curves come with the first run.
"""
