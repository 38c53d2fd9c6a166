"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
One {{ row_name }} that training never saw, and what the ensemble makes of it. The first one is the {{ row_name }} of which
it is least certain. Pick another, then drag the **temperature**: when would you call these bars probabilities?
"""
NOTHING_TRAINED = """
No ensemble is trained yet. Train the classic example here: ten small networks, 200 epochs, a few seconds.
"""
