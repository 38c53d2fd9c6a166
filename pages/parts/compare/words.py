"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
Change one thing, train again, and put the runs side by side. What did it change? And is that more than luck?
"""
NO_RUN = "No run is pinned yet; a comparison takes two to four."
ONE_RUN = "One run is pinned; a comparison takes two."
WHAT_TO_DO = """
1. Open the page “Train”, press **Train**, and when the run has finished press **Pin**.
2. Change one thing there, for example the dropout. Keep the seed: it decides the split.
3. Press **Train** and **Pin** again, and come back.
"""
OTHER_ROWS = """
These runs had different data or different splits; the seed and the test share decide the split. Their scores and rows cannot be
compared, so only settings and curves are shown.
"""
OTHER_SETTINGS_ALIKE = "All other settings are the same."
SETTINGS_ALIKE = "These runs were asked for with the same settings."
CURVES = """
Mean negative log-likelihood, dropout off. Each letter marks the end of its run's curve. Both pictures have the same axis.
"""
SCORES = """
{{ intervals }} Lower is better for the negative log-likelihood (NLL) and the Brier score, higher for accuracy.
"""
DIFFERENCES = """
Intervals by Gaffke (2005). One that holds 0 does not rule out luck. For accuracy it is clear of 0 exactly where McNemar's test
gives p below 0.05. It can be clear of 0 where the intervals above overlap: {{ row_names }} that are hard for one run are
hard for the other.
"""
MANY_RUNS = """
The table cannot say. {{ luck_of_rows }} To see whether a **setting** makes the difference, train both over many seeds and
compare them pair by pair.
"""
OTHER_DATA = """
The data or the split has changed since. Choose that of these runs on the page “Data”, then come back.
"""
ONE_SETTING_A_PRESS = "Each press changes one setting; all others are those of Run A."
NOWHERE = "Nowhere: these runs give every test {{ row_name }} the same probabilities."
DISTANCE = """
The distance is the total variation: the largest difference between the probabilities that two runs give to any set of classes.
0: the same forecast. 1: one run is certain of what the other rules out. Where there are distances above {{ smallest }}, only
these are shown.
"""
