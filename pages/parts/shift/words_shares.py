"""Words of the part “Other shares”. A name in double braces is a field: its value is put in when the page is drawn."""

CORRECTION = r"""
**The correction.** Classes come in other shares $\pi'$ than training has seen ($\pi$). Rows of one class look as before. Then

$$\displaystyle q'_k = \frac{q_k \, \pi'_k / \pi_k}{\sum_j q_j \, \pi'_j / \pi_j}$$

It adds $\ln \pi'_k - \ln \pi_k$ to each score (Saerens, Latinne and Decaestecker 2002). Here: {{ constants }}.
"""
NO_TEMPERATURE = r"""
**{{ claim }}.** A temperature multiplies all scores by $1/T$. Other shares **add** another number to each.
The best temperature here is {{ temperature }}: {{ of_temperature }} nats. The correction: {{ of_correction }} nats
({{ change }}).
"""
CANNOT, CAN = "Why no temperature does this", "A temperature beside the correction"
BETTER = "better, 95 % interval of the difference {{ low }} to {{ high }}"
WORSE = "worse, 95 % interval of the difference {{ low }} to {{ high }}"
ALIKE = "no difference beyond luck, {{ low }} to {{ high }}"
PROMISE = """
**The bill** at your prices from the page “Decide” is {{ before }} per {{ row_name }} as they are, {{ after }} corrected. The
95 % interval of the change is {{ change }}.

**The calibration error** goes from {{ error_before }} to {{ error_after }}. Calibrated forecasts as sure as the corrected ones
have at most {{ by_luck }} in at least 19 of 20 data sets.
"""
LITTLE = """
**No effect beyond luck on these {{ row_names }}.** The correction changes the loss by {{ low }} to {{ high }} nats (95 %
interval). Forecasts near 0 and 1 move least: {{ sure }} of the test {{ row_names }} have a probability above 0.95.
"""
WEIGHTED = """
{{ rows }} test {{ row_names }} are weighted, class by class. Effective rows: Kish (1965). Intervals: Gaffke's (2005) for each
class, over {{ row_names }} alone.
"""
FRESH = """
The test points are {{ rows }} fresh ones: the clouds are known. So is the best forecast, “the truth”.
"""
FEW = """
**Only {{ effective }} effective {{ row_names }}.** Below ten, a few {{ row_names }} decide every number here.
"""

EM_HEADER = "Estimate the shares without labels"
EM_HOLDS = """
Without a label, the intervals hold the true shares of {{ held }} of {{ classes }} classes
"""
EM = r"""
{{ rows }} {{ row_names }} in the shares above, {{ drawn }}. Their classes are hidden. EM corrects the forecasts for the
shares so far, then takes the mean:

$$\displaystyle \pi'_k \leftarrow \frac{1}{n} \sum_i q'_k(x_i)$$

The log-likelihood never falls: {{ gain }} nats per {{ row_name }} after {{ steps }}. {{ stopped }}
"""
CONVERGED = "No other shares are likelier by more than 10⁻⁹ nats."
NOT_CONVERGED = "It was stopped there; other shares can be likelier by {{ gap }} nats at most."
EM_FRESH = "drawn afresh"
EM_RESAMPLED = "drawn from the test rows with replacement"
EM_LIMITS = """
Each class has its own 95 % interval (bootstrap over {{ row_names }}). It assumes forecasts that are calibrated in training. If
they are not, the estimate is off by more. Of a class with a few rows it holds the share less often: a sample without any
knows of none.
"""
EM_AGAIN = """
The {{ test }} test {{ row_names }} stand for all: their errors count again and again. No interval includes that.
"""
EM_LOSS = """
Corrected with the **estimated** shares, the loss is {{ estimated }} nats; with the true ones {{ known }}.
"""
EM_COSTS = "The estimate costs the difference"

WAYS_HEADER = "Class weights and oversampling are other shares too"
WAYS = r"""
Three networks on the same training {{ row_names }}, the last class about ten times rarer than the first: {{ counts }}. They are
judged at those shares.

**Class weights** multiply the loss of class $k$ by $n / (K n_k)$. **Oversampling** repeats rare rows. Either way training sees
equal shares, and a forecast of class $k$ is off by the factor $1 / (K \pi_k)$. The correction divides it out.
"""
WAYS_NAMES = {"plain": "as the rows come", "weighted": "class weights", "oversampled": "oversampling"}
WAYS_NOTHING = """
Class weights and their correction change nothing beyond luck here
"""
WAYS_UNDONE = """
The correction {{ direction }} the loss after class weights by {{ change }} nats
"""
WAYS_INTERVALS = """
Change by the correction, 95 % intervals over {{ row_names }}: class weights {{ weighted }}, oversampling
{{ oversampled }} nats. Each network is one training; another start differs too.
"""
