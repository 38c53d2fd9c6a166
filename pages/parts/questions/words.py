"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
Guess, then look. Each question was asked by many people, and each is answered by an experiment that you can move.
"""
NOTHING_FOUND = """
No question has all these words. Try fewer of them, such as “temperature”, “NaN” or “threshold”.
"""
GUESSED = """
{{ guessed }} of {{ questions }} guessed, {{ right }} right
"""
SOURCE = """
Source: [{{ source }}]({{ url }}) · asked [here]({{ asked }})
"""
