"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

INTRODUCTION = """
A link **is** the lesson. It brings the present settings, seed included, so everyone sees the same numbers. Choose what students
may move, write a few words, and hand the link out. No account, nothing stored.
"""
TEXT = """
Markdown, formulas between $ signs. HTML is shown as text, pictures are not loaded. A link shows its address.
"""
OWN_ROWS = "No link holds uploaded rows. Students will see the built-in data set chosen on the page Data."
LEAVE = "To leave it again, press Escape, or “Leave” at the top right."
