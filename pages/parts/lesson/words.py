"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
The link **is** the lesson. It brings the present settings and the seed, so everyone sees the same numbers. Nothing is stored.
"""
TEXT = """
Markdown, formulas between $ signs. HTML is shown as text, pictures are not loaded. A link shows its address.
"""
OWN_ROWS = "No link holds uploaded rows. Students will see the built-in data set chosen on “Data”."
LEAVE = "To leave it again, press Escape, or “Leave” at the top right."
