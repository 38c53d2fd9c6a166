"""Words of the part “Masks”. A name in double braces is a field: its value is put in when the page is drawn."""

NO_DROPOUT = """
**Dropout is 0 in this experiment.** No unit is ever dropped, so all masks are one net. Set **Dropout** above 0 on the page
“Train” (the classic example has 0.25) and train again.
"""
EVERY = "All {{ masks }} masks of member 1 alone"
TOO_MANY = """
A member with {{ units }} hidden units has {{ masks }} masks, too many to list. With {{ most }} units or fewer the switch lists
them all.
"""

IDENTITY = r"""
**Why the log pool.** A mask multiplies each last hidden unit by 0 or by $1/(1-p)$. Here $p$ is the dropout,
{{ dropout }}. The logits $z$ are linear in the mask, so their mean over masks is the logits with dropout off:

$$\displaystyle{\mathbb E_m\, z_m = z_{\text{off}} \;\Rightarrow\; p_{\text{off}} \propto \exp(\mathbb E_m \ln p_m)}$$

Then for every {{ row_name }}, whatever its class:

$$\displaystyle{\mathbb E_m\, \mathrm{NLL}_m - \mathrm{NLL}_{\text{off}}
= \mathbb E_m\, \mathrm{KL}(p_{\text{off}} \Vert p_m) \ge 0}$$
"""
MC_DROPOUT = """
**MC dropout** averages the probabilities of the masks, not their logits (Gal and Ghahramani 2016). That is the linear pool.
More masks do not bring the two pools together.
"""
EXACT = {
    "joint": """
**Exact here.** One layer reads the units of all members right after dropout.
""",
    "bootstrap": """
**Exact here.** Dropout stands right before each member's scores, and the combining layer reads these without a softmax between.
""",
    "independent": """
**Not exact for these members together.** Each has a softmax of its own, and their probabilities are averaged after it. It is
exact for each member alone: turn the switch on.
""",
}
ELSEWHERE = """
With dropout in an earlier layer and an activation behind it, dropout off is only an approximation of the log pool.
"""

PASSES_HEADER = "The same number of forward passes"
PASSES_CLAIMS = {
    "nll": ("Test loss", "nats", "lower", "higher"),
    "brier": ("Brier score", "", "lower", "higher"),
    "mutual_information": ("Mutual information", "nats", "lower", "higher"),
    "confidence_far": ("Confidence far from the data", "points", "lower", "higher"),
}
PASSES_DIFFER = """
{{ measure }}: at {{ passes }} the ensemble is {{ size }} {{ direction }} than MC dropout
"""
PASSES_ALIKE = """
{{ measure }}: at {{ passes }} ensemble and MC dropout differ by no more than luck
"""
PASSES = """
A **single network** is the first of {{ members }} independent members with dropout off: one pass, and more passes repeat it.
**MC dropout** averages that net's probabilities over T masks. The **ensemble** averages the first T members, dropout off.
"""
PASSES_COST = """
Passes cost the same when the nets are used. In training the ensemble of T costs T nets, MC dropout one.
"""
FAR = """
**Far from the data**: each test {{ row_name }} with one feature moved a whole training range beyond the training
{{ row_names }}. The features take turns. No data speak for being sure there.
"""
SEEDS = """
{{ seeds }} seeds of start and split. Marks: means, with 95 % intervals over seeds (Student's t). The titles
compare seed by seed, also at 95 %.
"""
NO_SOURCE = """
This comparison trains on other splits of the same rows. They are no longer known here. Press Train, and the same numbers come
back.
"""
ONE_MEMBER = """
One member makes no ensemble. Raise **Ensemble size** on the page “Train” to compare at more than one pass.
"""
