"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

FILE = """
A table with a header: a line per row, a column for the class. Comma, semicolon or tab; UTF-8; at most {{ megabytes }} MB,
{{ rows }} rows, {{ columns }} columns, {{ features }} features once categories are encoded, {{ classes }} classes. **It stays
in the memory of this session and is gone with it**: it is not stored, and not in any link.
"""
SPLIT = """
Which rows training never sees. A fixed split holds the same rows back while the seed changes.
"""
NO_PLANE = "One feature: there is no plane to draw."
