"""The app's pages, in the order of the menu: the one place that knows their titles."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A page of the app.

    Attributes
    ----------
    url : str
        Its address, and the name of its script in ``pages/``.
    title : str
        What stands on top of it.
    short_title : str
        Its name in the menu, where all of them stand side by side.
    icon : str
        A Material symbol, as Streamlit writes it.
    in_lessons : bool
        Whether a lesson can begin with it.
    """

    url: str
    title: str
    short_title: str
    icon: str
    in_lessons: bool = True

    @property
    def script(self) -> str:
        """The path of its script, as ``st.Page`` and ``st.page_link`` take it."""
        return f"pages/{self.url}.py"


PAGES = {
    page.url: page
    for page in (
        Page("softmax", "From scores to probabilities", "Scores", ":material/functions:"),
        Page("cross_entropy", "Cross-entropy, taken apart", "Cross-entropy", ":material/stacked_bar_chart:"),
        Page("data", "Choose the data", "Data", ":material/table:"),
        Page("train", "Train an ensemble", "Train", ":material/model_training:"),
        Page("predictions", "Read the probabilities", "Read", ":material/bar_chart:"),
        Page("members", "Why an ensemble", "Members", ":material/groups:"),
        Page("calibration", "Are they probabilities?", "Calibration", ":material/target:"),
        Page("regression", "What the deep net gives up", "Regression", ":material/query_stats:"),
        Page("compare", "Compare runs", "Compare", ":material/compare:", in_lessons=False),
        Page("experiments", "Many runs", "Many runs", ":material/stacked_line_chart:"),
        Page("lesson", "Make a lesson", "Lesson", ":material/school:", in_lessons=False),
    )
}
HEALTH = Page("health", "Health", "Health", ":material/monitor_heart:", in_lessons=False)
