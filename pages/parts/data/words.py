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

FORECASTS = """
Was your model trained elsewhere? Bring its forecasts of rows that it was not trained on, and what happened. A CSV or Parquet
file has the true class and a probability or logit for each class. **It stays in the memory of this session**: it is not stored,
and no link contains it.
"""
TRY_ONE = """
Two made-up weather forecasters, 600 days: one is calibrated, the other too sure of itself.
"""
OF_THE_SAMPLE = """
**The sample: what a verdict looks like.** Two models forecast the weather of the same {{ rows }} {{ row_names }}.
"""
SAMPLE_MODEL = """
“{{ model }}”: mean top probability {{ mean }}, right {{ hits }} of {{ rows }} ({{ right }})
"""
BINS_OF_THE_SAMPLE = """
A dot on the dashed line is right as often as it is forecast. Its area is the number of forecasts. A grey bar holds the dot in
at least nine of ten data sets if the forecasts are calibrated.
"""
NO_UPLOADS = "This server accepts no files. Start the app on your own machine to judge yours."
HOW_IT_IS_READ = "**How it is read.** Correct a guess that is wrong."
JUDGED = """
These forecasts are judged now. The pages below are about them, until you go back to the run there.
"""
STILL_JUDGED = """
Nothing is lost: the pages still judge {{ name }}. Correct the file and choose it again, or say below how it is read.
"""
NOTHING_LOST = """
Nothing is lost: the pages are still about the run. Correct the file and choose it again, or say below how it is read.
"""
WRITE_ONE = """
**Write such a file** with the model that you have:
"""
