"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

NO_RUN = "There is no run yet. Train one with a button below, or on “Train”."
ONE_RUN = "A comparison takes two runs: press one of the changes above."
EXAMPLES = "Both runs are examples, trained in advance. For a comparison of your own, press one of the changes above."
SAME_WITH = "Change one thing: the same with …"
ONE_CHANGE = "Trains the last run here again with this one change, on the same split. Both then stand side by side."
ANOTHER_START = "Trains the last run here again from another seed, on the same split. Any difference is then luck."
OTHER_ROWS = """
These runs had different data or different splits; the seed and the test share decide the split. Their scores and rows cannot be
compared, so only settings and curves are shown.
"""
OTHER_SETTINGS_ALIKE = "All other settings are the same."
SETTINGS_ALIKE = "These runs were asked for with the same settings."
CURVES = """
Mean loss with dropout off. Each letter marks the end of its run's curve. Both pictures have the same axis.
"""
SMOOTHED = "Thick: the moving mean over {{ epochs }} epochs. Thin: every epoch."
NO_DIFFERENCE = """
**No {{ "other " if undefined else "" }}difference is clear of luck**: each of their 95 % intervals on these {{ rows }}
{{ row_names }} includes 0.
"""
DIFFERENCES = """
Intervals by Gaffke (2005). Each holds by itself: of twenty differences that are luck alone, one may be clear of 0. An interval
that holds 0 does not rule out luck. For accuracy it is clear of 0 exactly where McNemar's test
gives p below 0.05. It can be clear of 0 where the intervals above overlap: {{ row_names }} that are hard for one {{ what }}
are hard for the other.
"""
MANY_RUNS = """
One run of each cannot say. {{ luck_of_rows }} To see whether a **setting** makes the difference, train both over many seeds and
compare them pair by pair.
"""
OTHER_DATA = """
The data or the split has changed since. Choose those of these runs on “Data”, then come back.
"""
ONE_SETTING_A_PRESS = "Each press changes one setting; all others are those of Run A."
NOWHERE = "Nowhere: these {{ what }}s give every test {{ row_name }} the same probabilities."
DISTANCE = """
The distance is the total variation: the largest difference between the probabilities that two {{ what }}s give to any set of
classes. 0: the same forecast. 1: one {{ what }} is certain of what the other rules out. If any distance is above
{{ smallest }}, only those are shown.
"""

ONE_MODEL = """
A comparison takes two models, and this file has one. Judge a file with several on the page “Data”.
"""
FEW_MODELS = "Choose two models or more: the others are compared with the first one."
