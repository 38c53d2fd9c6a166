"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

CHEAPEST_ACTION = r"""
**The cheapest action.** A forecast $q$ gives each action $a$ an expected cost (its risk):

$$\displaystyle R(a \mid q) = \sum_k C[a, k] \; q_k$$

$C[a, k]$ is the price of action $a$ where the true class is $k$. The action with the least $R$ is the **Bayes action**.
Its $R$ is what the forecast promises.

- All errors alike: it is the likeliest class.
- Every error costs 1, and an expert costs $\lambda$: ask whenever $\max q < 1 - \lambda$ (Chow 1970).
"""
BORDERS = """
**Why the borders are straight.** Expected costs are linear in the forecast. Two actions cost the same on a line.

Prices move the borders, and the temperature moves the {{ row_names }}. A temperature never changes which class is likeliest.
It can change the cheapest action: the prices ask how likely, not only which.

**Is $q$ a probability?** Then on average you pay what was promised, whatever the prices. Promised and paid also differ by
luck. The part “The bill” says by how much.
"""

AS_THEY_ARE = """
As they are: {{ outside }} of {{ lists }} outside their bands
"""
AT_TEMPERATURE = """
At the fitted temperature: {{ outside }} of {{ lists }}
"""
DOTS = """
A dot is one of {{ lists }} price lists, drawn at random; the mean price of an error is 1. A grey bar holds its dot in at least
19 of 20 data sets if the forecasts are calibrated. Then {{ expected }} of {{ lists }} are outside on average.
"""
YOUR_DOT = """
Yours are divided by their mean, {{ mean }}, to stand beside them.
"""
TEMPERATURES = """
Each half of the {{ rows }} {{ row_names }} uses the temperature that the other half chose: {{ first }} and {{ second }}.
"""
WITHOUT_RULED_OUT = """
They are fitted without {{ rows }} whose true class has the probability 0: no temperature helps there. The bills are of all
{{ row_names }}.
"""
YOUR_BILL = """
**Your prices.** Promised {{ promised }} per {{ row_name }}, paid **{{ paid }}**. If these forecasts are calibrated,
{{ low }} to {{ high }} is paid in at least 19 of 20 data sets.
"""
BILL = r"""
**What is a probability?** A number that keeps its promise. A forecast **promises** the expected cost of its cheapest action:

$$\displaystyle{\min_a R(a \mid q) = \min_a \sum_k C_{a k}\, q_k}$$

What is **paid** depends on the true class. Calibrated forecasts keep the promise for **every** price list (Zhao et al. 2021).
"""
KEPT = """
**These forecasts keep it**, as far as {{ rows }} {{ row_names }} can show.
"""
BROKEN = """
**These forecasts do not keep it.** Calibrated ones leave so many bands in at most 5 % of data sets.
"""
SAME_ACTIONS = """
At these prices the likeliest class is the cheapest action for every {{ row_name }}
"""
CHEAPEST_WINS = """
The cheapest actions cost {{ best }} per {{ row_name }}, the likeliest classes {{ arg_max }}
"""
LIKELIEST_WINS = """
Here the likeliest classes cost {{ arg_max }} per {{ row_name }}, the actions that seemed cheapest {{ best }}
"""
EQUAL_BILLS = """
The cheapest actions and the likeliest classes both cost {{ best }} per {{ row_name }}
"""
RULES = """
{{ rows }} {{ row_names }}. The cheapest action is not the likeliest class for {{ differ }} of them. The one action for all is
the best in hindsight. Intervals (Gaffke 2005) hold the luck of these {{ row_names }} alone.
"""
NO_MEAN_OF_LOGITS = """
In {{ rows }} the models rule out every class between them, so there is no “mean of logits”.
"""
OTHER_POOLS = """
The learned weights and the learned combining layer of “Pooling” on Members are not here: they need another training.
"""
ALWAYS = "always {{ action }}"
FEW_ERRORS = """
**{{ "No answer" if not wrong else "Only " ~ wrong }} of {{ rows }} {{ "is" if wrong in (0, 1) else "answers are" }} wrong.** A
few errors more or less change every bill. {{ what_to_do }}
"""
MORE_HERE = "More rows, or noisier ones, say more:"
MORE_IN_THE_FILE = "A file with more rows says more."

SUREST = """
The surest {{ coverage }}: {{ wrong }} of {{ answered }} wrong. All {{ rows }}: {{ all_wrong }} wrong
"""
ABSTAIN = """
Answer only where you are sure, and leave the rest to somebody else. **Coverage** is the share that is answered. **Risk** is the
share of these answers that is wrong (Geifman and El-Yaniv 2017).

If every error costs 1 and an expert costs λ, ask where the top probability is below 1 − λ (Chow 1970).
"""
TIES = """
Equally sure answers come in no order. Their errors are averaged over all orders, so a count may have a decimal.
"""
AT_COVERAGE = """
95 % interval for the error rate on new {{ row_names }}: **{{ low }} to {{ high }}**. It holds for forecasts as sure as these
{{ answered }}.
"""
LEFT_TO_THE_EXPERT = """
Your prices leave {{ asked }} of {{ rows }} {{ row_names }} to the expert.
"""
AUROC = """
The AUROC is the chance that a wrong answer is less sure than a right one. Its 95 % interval (Newcombe 2006) holds the luck of
{{ wrong }} wrong and {{ right }} right answers. Area: the mean risk over all coverages.
"""
ONE_MEMBER = """
One member alone cannot disagree: there is no mutual information.
"""
NO_ERROR = """
No answer is wrong, or all are: no order is better than another.
"""

EQUAL = """
Equal accuracy, {{ accuracy }}. On these {{ rows }} {{ row_names }} B pays more for {{ dearer }} of {{ lists }} price lists,
less for {{ cheaper }}
"""
EQUAL_TABLE = """
In brackets: 95 % intervals over {{ row_names }}, Wilson for accuracy and Gaffke (2005) for scores. “Paid if calibrated” holds
the payment in at least 19 of 20 data sets.
"""
ACCURACY = """
**A** are the present forecasts. **B** gives the same answers, but its scores are A's times {{ sureness }}. Accuracy cannot tell
them apart.

The bills can. A strictly proper score can too, and without any prices: its mean is lowest for the true probabilities alone,
whatever they are used for (Murphy 1973; Gneiting and Raftery 2007).
"""
ALIKE_PRICES = """
At your prices both pay the same: where errors are all alike, only the likeliest class matters.
"""
SAME_BILL = """
At your prices both pay the same.
"""
B_IS_BETTER = """
Here B has the lower loss: A's own scores were {{ direction }}.
"""
