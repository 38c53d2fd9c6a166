"""Every control that asks the server for a new picture: where it is, how it is moved, and what shows the new picture.

What follows the pointer within the browser is measured by ``benchmarks.interaction``. An element is named by its key, or by a
selector where it has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page

from testing.presses import (
    Moves,
    edit_plan,
    from_page,
    from_part,
    inside,
    listed,
    open_room,
    opened,
    options,
    pressed,
    stepped,
    switched,
    train_another,
    train_planes,
    typed,
)

TO_A_PICTURE, TO_A_PAGE = 300, 500
MAIN = '[data-testid="stMain"]'
TABLE = '[data-testid="stDataFrame"]'


class Control(NamedTuple):
    """One control.

    Attributes
    ----------
    name : str
        What people read beside it, and what is done to it.
    shows : str
        What shows the new picture.
    moves : callable
        Given the page, yields one press after the other; each changes what is shown.
    target : int
        Milliseconds from the press to the new picture, at the 95th percentile.
    """

    name: str
    shows: str
    moves: Moves
    target: int = TO_A_PICTURE


class Visit(NamedTuple):
    """A page or a part as it is opened, and its controls.

    Attributes
    ----------
    address : str
        Of the page, with what follows the question mark.
    shows : str
        What is waited for before anything is measured.
    controls : tuple of Control
    first : callable
        What is done before that.
    """

    address: str
    shows: str
    controls: tuple[Control, ...]
    first: Callable[[Page], object] = lambda page: None

    @property
    def page(self) -> str:
        """The address of the page alone."""
        return self.address.partition("?")[0]


def parts(page: str, shows: dict[str, str], first: Callable[[Page], object] = lambda page: None) -> Visit:
    """All parts of a page, coming from the first; the first, coming from the last."""
    top, *_, last = shows
    others = {part: last if part == top else top for part in shows}
    controls = (Control(f"part {part}", key, from_part(others[part], part)) for part, key in shows.items())
    return Visit(page, shows[top], tuple(controls), first)


VISITS = (
    Visit(
        "softmax",
        "scores",
        (
            Control("step, chosen", "scores", options("step", 0, 1)),
            Control("next step, pressed", "scores", pressed("next_step", "back")),
            Control("scores of a wine, switched", "scores", switched("real_scores")),
        ),
    ),
    Visit("cross_entropy", "cross_entropy", (Control("guess first, switched", MAIN, switched("questions")),)),
    Visit(
        "questions",
        MAIN,
        (
            Control("question, opened", '.st-key-open_maximum [data-testid="stRadio"]', opened("open_maximum")),
            Control("search, typed", '[data-testid="stExpander"]', typed("search", "temperature", "threshold")),
        ),
    ),
    parts("data", {"Rows": "rows", "Judge forecasts": "judge_library"}),
    Visit(
        "data",
        "rows",
        (
            Control("data set, chosen", "rows", listed("data", 0, 1)),
            Control("view, chosen", "rows", options("data_view", 0, 1)),
            Control("imbalance, moved", "rows", stepped("imbalance")),
            Control("label noise, moved", "rows", stepped("label_noise")),
            Control("test share, moved", "rows", stepped("test_share")),
        ),
    ),
    Visit(
        "data?data=moons",
        "rows",
        (Control("points, moved", "rows", stepped("points")), Control("noise, moved", "rows", stepped("noise"))),
    ),
    Visit(
        "data?part=Judge+forecasts", "judge_library", (Control("library, chosen", ".stCode", options("judge_library", 0, 1)),)
    ),
    Visit(
        "train",
        "training_view",
        (
            Control("ensemble size, moved", ".network", stepped("members")),
            Control("dropout, moved", ".network", stepped("dropout")),
            Control("epochs, moved", "experiment_in_words", stepped("epochs")),
            Control("new seed, pressed", "experiment_in_words", pressed("new_seed")),
            Control("more, opened", "hidden_units", opened("more_settings")),
            Control("units, moved", ".network", stepped("hidden_units")),
            Control("activation, chosen", ".network", options("activation", 0, 1)),
        ),
    ),
    Visit(
        "predictions",
        "reading",
        (
            Control("wine, typed", "reading", typed("wine", "3", "4")),
            Control("next, pressed", "reading", pressed("next")),
            Control("least certain, most wrong, pressed", "reading", pressed("previous", "most_wrong")),
        ),
    ),
    parts(
        "members",
        {
            "Training": "score_nll",
            "Pooling": "identity",
            "Disagreement": "entropy_split",
            "Size": "by_size",
            "Linear collapse": "way_relu",
            "Far from the data": "what_if",
            "Masks": "passes_confidence_far",
        },
    ),
    Visit(
        "members?part=Disagreement",
        "triangle",
        (
            Control("members of, chosen", "triangle", options("disagreeing_way", 1, 0, 2)),
            Control("wine, typed", "triangle", typed("wine", "3", "4")),
        ),
    ),
    Visit(
        "members?part=Far+from+the+data",
        "disagreement",
        (
            Control("wine, typed", "what_if", typed("wine", "3", "4")),
            Control("rows of the plane, chosen", "disagreement", options("plane_rows", 1, 2)),
            Control("activation of the plane, chosen", "disagreement", options("plane_activation", 1, 0)),
        ),
        train_planes,
    ),
    Visit(
        "members?part=Masks",
        "passes_confidence_far",
        (
            Control("wine, typed", "masks", typed("wine", "3", "4")),
            Control("members of, chosen", "masks", inside("masks", ".ways button:nth-child(2)", ".ways button:nth-child(1)")),
        ),
    ),
    parts(
        "calibration",
        {
            "Reliability": "ece_by_luck",
            "Scores": "log_loss_parts",
            "Temperature": "over_temperatures",
            "Pool, then calibrate": "pools",
            "Over the epochs": "over_epochs",
            "Prediction sets": "set_sizes",
        },
    ),
    Visit(
        "calibration",
        "reliability",
        (
            Control("judged on, chosen", "reliability", options("judged_on", 0, 1)),
            Control("event, chosen", "reliability", options("event", 0, 1, 2, 3)),
            Control("diagram, chosen", "reliability", options("reliability_view", 0, 1)),
        ),
    ),
    Visit(
        "calibration?part=Temperature",
        "over_temperatures",
        (Control("share of wines, moved", "over_temperatures", stepped("calibration_share")),),
    ),
    Visit(
        "calibration?part=Pool%2C+then+calibrate",
        "pools",
        (Control("share of wines, moved", "pools", stepped("calibration_share")),),
    ),
    Visit(
        "calibration?part=Prediction+sets",
        "set_sizes",
        (
            Control("coverage, moved", "promise", stepped("coverage")),
            Control("share of wines, moved", "promise", stepped("calibration_share")),
        ),
    ),
    parts(
        "decide",
        {
            "Who decides what": "decisions",
            "The bill": "bills",
            "Abstain": "risk_and_coverage",
            "Why not accuracy": "equal_accuracy",
        },
    ),
    Visit(
        "decide?part=The+bill",
        "bills",
        (
            Control("preset of prices, chosen", "bills", options("prices_preset", 1, 0, 2)),
            Control("price, typed", "bills", typed("price_0_1", "3", "4")),
            Control("expert, switched", "bills", switched("prices_ask")),
            Control("judged on, chosen", "bills", options("judged_on", 0, 1)),
        ),
    ),
    Visit(
        "decide?part=Abstain",
        "risk_and_coverage",
        (
            Control("order by, chosen", "risk_and_coverage", options("order_of_answers", 0, 1)),
            Control("share to answer, moved", "risk_and_coverage", stepped("coverage_of_answers")),
        ),
    ),
    Visit(
        "decide?part=Why+not+accuracy",
        "equal_accuracy",
        (
            Control("B's scores, moved", "equal_accuracy", stepped("sureness")),
            Control("price, typed", TABLE, typed("price_0_1", "3", "4")),
        ),
    ),
    parts("shift", {"Other shares": "steps_of_em", "Worse inputs": "severities", "A class that was not there": "threshold"}),
    Visit(
        "shift",
        "ways_to_train",
        (
            Control(
                "shares, preset",
                "steps_of_em",
                inside("class_shares", ".presets button:nth-child(2)", ".presets button:nth-child(1)"),
            ),
            Control("rows without a label, moved", "steps_of_em", stepped("unlabelled_rows")),
            Control("draw others, pressed", "steps_of_em", pressed("draw_unlabelled_rows")),
        ),
    ),
    Visit(
        "shift?part=Worse+inputs",
        "severities",
        (
            Control(
                "corruption, chosen",
                "severities",
                inside("severities", "[aria-pressed=false] >> nth=0", "[aria-pressed=false] >> nth=1"),
            ),
        ),
    ),
    Visit(
        "shift?part=A+class+that+was+not+there",
        "threshold",
        (
            Control("class left out, chosen", "roc", options("left_out_class", 2, 3)),
            Control("detector, chosen", "roc", options("detector", 0, 1)),
        ),
    ),
    Visit("draw", "draw", (Control("net, chosen", "net_and_words", options("draw_net", 0, 1)),)),
    parts(
        "losses",
        {"Three losses": "frequency_linear", "Two mistakes": "floor", "Several labels at once": "labels_sums"},
    ),
    Visit(
        "losses?part=Several+labels+at+once",
        "labels_sums",
        (
            Control("hour, moved", "labels_sums", stepped("label_hour")),
            Control("photos, moved", "labels_sums", stepped("label_photos")),
        ),
    ),
    parts(
        "regression",
        {
            "Coefficients and prior": "path",
            "Beside the net": "beside_accuracy",
            "Significance": "significance",
            "Features of the net": "importance",
        },
    ),
    Visit("regression", "path", (Control("prior width, moved", "path", stepped("prior_width")),)),
    Visit(
        "regression?part=Significance",
        "significance",
        (Control("rows, chosen", "significance", options("significant_rows", 1, 2)),),
    ),
    Visit(
        "compare",
        "compare_rows",
        (Control("loss axis, chosen", "compare_test_loss", options("compare_axis", 0, 1)),),
        train_another,
    ),
    parts(
        "experiments",
        {"How lucky was that?": "luck_test_loss", "Sweep": "sweep_effect", "Two settings, same seeds": "pairs_differences"},
    ),
    Visit(
        "experiments?part=Sweep",
        "sweep_effect",
        (
            Control("what is shown, chosen", "sweep_effect", options("many_metric", 0, 1, 2)),
            Control("point, chosen", "many_runs", listed("point_behind", 0, 1)),
        ),
    ),
    Visit(
        "experiments?part=Two+settings%2C+same+seeds",
        "pairs_differences",
        (Control("measure, chosen", "pairs_differences", options("many_measure", 0, 1, 2)),),
    ),
    parts(
        "room",
        {
            "Invite": "room_qr",
            "Guess together": "ask_own",
            "Are you a probability?": MAIN,
            "The class is the ensemble": "class_begin",
        },
        open_room,
    ),
    parts("lesson", {"Lecture": "plan_empty", "One view": "qr", "Embed": "embed_lines"}),
    Visit(
        "lesson?part=One+view",
        "qr",
        (
            Control("page, chosen", "qr", listed("lesson_page", 0, 1)),
            Control("title, typed", "qr", typed("lesson_title", "Monday", "Tuesday")),
        ),
    ),
    Visit("lesson?part=Embed", "embed_lines", (Control("what, chosen", "embed_lines", options("embed_kind", 0, 1)),)),
    Visit("lesson", "step_form", (Control("down, pressed", TABLE, pressed("draft_down", "draft_up")),), edit_plan),
)

# What shows each page, coming from “Cross-entropy”.
PAGES = {
    "softmax": "scores",
    "questions": "topic_Softmax",
    "data": "counts",
    "train": "training_view",
    "predictions": "reading",
    "members": "score_nll",
    "calibration": "reliability",
    "decide": "decisions",
    "shift": "class_shares",
    "draw": "draw",
    "losses": "frequency_linear",
    "regression": "path",
    "compare": "compare_train_loss",
    "experiments": "luck_test_loss",
    "room": "open_room",
    "lesson": "plan_empty",
}
CHANGES = Visit(
    "cross_entropy",
    "cross_entropy",
    tuple(Control(path, shows, from_page("cross_entropy", path), TO_A_PAGE) for path, shows in PAGES.items()),
)
