"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

LUCK = """
One run is an anecdote. Here only luck changes, from seed {{ seed }} on; the settings stay.

- **Split**: which {{ row_name }}s training never sees.
- **Start**: initial weights, order of the {{ row_name }}s, dropout, bootstrap samples.
"""
DOTS = """
A dot is a run; the bar under the dots is {{ band }}, its stroke the median. Losses are computed with dropout off.
"""
MARKED = "“Reported” is the value in the original text."
MARKED_CLASSIC = "“Reported” is the value in the original text, for the classic run."
REPORTED_TEST_LOSS = """
**How lucky was the classic text?** It reports a test loss of about {{ reported }}. With {{ source }} drawn anew, that is
lower than the test loss of **{{ hits }} of {{ runs }} runs**: {{ percent }} (95 % interval {{ low }} to {{ high }}).
"""
REPORTED_TRAIN_LOSS = """
**Its training loss**, about {{ reported }}, is lower than that of **{{ hits }} of {{ runs }}**. {{ difference }}
"""
FIRST_RUN = """
The first run, of seed {{ seed }} and split {{ split }}, ended with a test loss of {{ loss }}: lower than that of {{ hits }}
of {{ runs }} runs.
"""
SAME_OPTIMIZER = """
These runs have the RMSprop of Keras 2, as the text had. Keras also prints its training loss with dropout on; here it is off.
"""
OTHER_OPTIMIZER = """
That is not luck alone: the optimiser differs. The text used Keras 2, whose RMSprop goes further where gradients are small.
Keras also prints its training loss with dropout on; here it is off. Choose the optimiser “{{ optimizer }}” to compare like
with like.
"""
LARGEST_SHARE = """
{{ source }} brings the largest part of the variance of the log test loss: {{ share }}
"""
NO_LARGEST_SHARE = """
Where the variance of the log test loss comes from: {{ pairs }} seeds cannot rank the two largest parts
"""
SHARES = """
**Split**: what the split decides, whatever the start. **Start**: what the start decides, whatever the split. **Together**: a
start that suits one split and not another.
"""
ABOUT_SHARES = """
Shares of the variance of the logarithm of the test loss, estimated from {{ pairs }} seeds (Sobol 1993). Runs that share only
a split, or only a start, have its part in common. All “split only” runs have one start, all “start only” runs one split;
with others the shares would differ somewhat. 95 % intervals by bootstrap over seeds hold the true share somewhat less often.
"""

SWEEP = """
Every value gets the same seeds, from {{ seed }} on. The spread at one value is luck. A smaller effect needs many seeds, or
pairs (part 3).
"""
CELLS = """
The number in a cell is the median over its runs. Where some runs do not count, it is the median of the others, and “1/4” says
how many those are.
"""
NOT_ALL_COUNT = "Not all runs count: {{ conditions }}. Only those are shown."
TRAINING_LOSS_AND_POOLING = "The training loss is that of the ensemble as it was trained, whatever the pooling."

METRICS = {
    "calibration_error": "Calibration error: of the likeliest class, ten bins, on the test rows. Luck alone keeps it above 0.",
    "refinement": "Refinement: the test loss that remains at the best temperature for these test rows.",
    "temperature": "Fitted temperature: the one at which the test loss is lowest. Above 1 the forecasts are too sure; "
    "0.01 stands where every test row is right.",
}

FEW_SEEDS = "Needs at least {{ needed }} seeds per value to show a trend; you have {{ seeds }}."
SHARED_PART_OF_0 = """
Where members differ within a run by as much as between runs, the shared part is estimated as 0. It is in the table below; a
logarithmic axis has no 0.
"""
TWO_PARTS = """
Each member read on its own has a test loss too. Its variance has two parts (one-way analysis of variance, runs as random
effects): what is the members' **own**, and what they **share**. {{ own_and_shared }} The mean loss of M members has the
variance *shared + own / M*. Averaging divides their own part, and leaves the shared one.
"""
JOINT_MEMBERS = """
Members of a joint run were not trained to stand alone: each is read as if all members were like it. In the classic run, members
of larger ensembles differ more. Independent members do stand alone.
"""
SIZE = """
Between seeds the ensemble's test loss has a standard deviation of {{ first_sd }} nats with ensemble size {{ first }}, and of
{{ last_sd }} nats with {{ last }}. A few runs with large losses decide these two numbers. So spreads are compared on the log
scale: a run's loss differs from the median by a factor of {{ first_factor }} with size {{ first }}, of {{ last_factor }} with
{{ last }}. {{ change }}
"""
ABOUT_FACTOR = """
Factor: exp of the mean absolute deviation of the log loss from its median, with its 95 % interval (Bonett and Seier 2003), over
the {{ seeds }} seeds of which both runs ended well. A standard deviation in nats has no interval: from few runs it would be too
narrow, above all where a few have large losses.
"""
HOLD_THE_SPLIT = """
To see what averaging removes, fix the split (Each seed changes: start only) and train members independently.
"""
CHOOSE_A_RUN = "Click a dot in the picture or a row of the table, or choose a point in the list, to see its runs."

PAIRS = """
**A** has the settings of this experiment. **B** differs in one of them. Both runs of a pair have the same seed and split, so
neither has the easier rows. Seeds begin at {{ seed }}.
"""
MEAN_DIFFERENCE = """
**On average**, over {{ pairs }} pairs, {{ difference }}. {{ name_of_interval }}: {{ interval }}. {{ verdict }} {{ left_out }}
"""
