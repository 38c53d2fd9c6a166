"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
One {{ row_name }} that training never saw. Drag the **temperature**: when would you call these bars probabilities?
"""
