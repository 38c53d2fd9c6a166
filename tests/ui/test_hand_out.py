"""The hand-out of plain data: what it says, what it hides, and that hostile words stay words."""

import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest

from ensemble.lecture import Plan
from ensemble.lecture.shipped import shipped
from ensemble.room.tally import Round
from ui.report.formulas import as_words
from ui.report.hand_out import HandOut, QuestionShown, StepShown, hand_out
from ui.report.markdown import as_html, in_line
from ui.report.of_the_lecture import Around, lecture_shown
from ui.session.lecture.answers import Answers
from ui.session.step_record import RunNumbers, StepRecord

MADE_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "[here](javascript:alert(3))",
    "![](https://elsewhere.example/seen.png)",
    '"><svg onload=alert(4)>',
    "[a](data:text/html,<script>alert(5)</script>)",
    "$\\frac{<b onclick=x>}{2}$",
    "<style>*{display:none}</style>",
    "{{ 7 * 7 }}",
]
LINK = "https://lab.example/softmax?plan=lecture"
VOTES = (Round(20, (12, 8), (0.6, 0.4)), Round(10, (1, 9), (0.1, 0.9)))


class Tags(HTMLParser):
    """The tags of a document with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def words(text):
    body = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def plan_of(*steps):
    return Plan.of(
        {"title": "A plan", "steps": [{"title": f"Step {k}", "page": "train"} | one for k, one in enumerate(steps, 1)]}
    )


def question(**changes):
    return {"question": {"text": "Which?", "answers": ["Up", "Down"], "right": 1, "why": "It falls."} | changes}


def made(plan, records=None, **around):
    return hand_out(lecture_shown(plan, records or {}, lambda index: f"{LINK}&step={index + 1}", Around(**around)), MADE_AT)


def test_a_step_has_its_words_numbers_and_link():
    run = RunNumbers(("id", 200), 0.1432, 34, 36, "wines", (("Dropout", "0"), ("Seed", "7")))
    said = made(plan_of({"words": "Ten **nets**."}, {"words": "The end."}), {0: StepRecord(run=run, temperature=2.5)})
    for figure in ("0.143 nats", "34 of 36 wines", "Dropout 0; Seed 7", "2.5", "1 March 2026", "2 steps"):
        assert figure in words(said)
    assert "<strong>nets</strong>" in said
    assert ("a", {"class": "open", "href": f"{LINK}&step=1"}) in Tags(said).found
    assert "The end." in said.partition('class="closing"')[2]


def test_a_run_like_the_classic_one_says_so_and_equal_numbers_stand_there_once():
    classic = StepRecord(run=RunNumbers(("id", 200), 0.5, 3, 4, "rows", ()))
    said = words(made(plan_of({}, {}, {}), {0: classic, 1: classic}))
    assert said.count("Test loss 0.5 nats Right 3 of 4 rows Settings classic") == 1


def test_pictures_of_what_was_moved_by_hand_have_its_numbers():
    records = {
        0: StepRecord(by_hand={"scores": {"z": [2.0, 1.0, -1.0], "temperature": 1.0, "names": []}}),
        1: StepRecord(by_hand={"vectors": {"p": [0.5, 0.5], "q": [0.25, 0.75], "unit": "bits"}}),
        2: StepRecord(by_hand={"losses": {"train": [1.0, 0.5], "test": [1.1, 0.7], "epochs": 2, "counts": [3, 3]}}),
    }
    text = made(plan_of({}, {}, {}, {}), records)
    said = words(text)
    assert text.count("<svg xmlns") == 3
    assert "0.705 0.259 0.0351" in said
    assert "Cross-entropy 1.21 bits Entropy H(p) 1 bits KL(p‖q) 0.208 bits" in said
    assert "Loss, epoch by epoch" in said


def test_the_class_is_shown_in_sum_and_never_fewer_than_five():
    plan = plan_of(question(), question(text="Who?"), {})
    few = Answers(rounds=(Round(20, (12, 8), (0.6, 0.4)), Round(4)))
    said = words(made(plan, people=20, answers={0: Answers(rounds=VOTES), 1: few}))
    assert "20 people" in said
    assert "Which? First vote: 20 Second vote: 10 Up 60 % 10 % ✓ Down 40 % 90 % It falls." in said
    assert "Who? First vote: 20 Up 60 % ✓ Down 40 % Fewer than five answered." in said


def test_a_question_that_is_open_tells_no_answer():
    said = words(made(plan_of(question(), {}), answers={0: Answers(is_open=True, own=0)}))
    assert "Up your answer" in said
    assert "✓" not in said
    assert "It falls." not in said


def test_an_own_answer_is_marked_and_a_question_of_opinion_has_no_right_one():
    said = words(made(plan_of(question(right=None), {}), answers={0: Answers(own=1)}))
    assert "Down your answer" in said
    assert "✓" not in said
    assert "Second vote" not in said


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_plan_that_nobody_has_opened_has_its_words_and_answers(name):
    plan = shipped()[name]
    said = words(made(plan))
    assert all(step.title in said for step in plan.steps)
    assert said.count("✓") == sum(bool(step.question and step.question.right is not None) for step in plan.steps)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text):
    asked = QuestionShown(text, (text, "no"), 0, text, VOTES, 1)
    step = StepShown(text, text, LINK, ((text, text),), "", text, asked)
    document = hand_out(HandOut(text, (step, step), 7, ((text, LINK),)), MADE_AT)
    usual = hand_out(HandOut("x", (StepShown("x"),)), MADE_AT)
    tags = Tags(document).found
    for tag, attributes in tags:
        assert tag not in ("script", "img", "object", "iframe", "form", "input", "svg")
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "action", "data")]
        assert attributes.get("href", "https://").startswith("https://")
    assert document.count("<style") == usual.count("<style")
    assert "49" not in words(document)


def test_it_fetches_nothing_and_runs_nothing():
    text = made(plan_of({"words": "x"}), links=(("Again", LINK),), qr="data:image/png;base64,AAAA")
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:" in text
    assert "script-src" not in text
    assert "<script" not in text
    images = [attributes["src"] for tag, attributes in Tags(text).found if tag == "img"]
    assert images == ["data:image/png;base64,AAAA"]


def test_the_longest_plan_is_a_file_of_bounded_size():
    long = "word " * 399
    step = {"title": "T" * 80, "words": long} | question(text=long, why=long, answers=["a" * 300, "b" * 300])
    assert len(made(plan_of(*[step] * 60))) < 1_000_000


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("p_k and q_k, 2 * 3 * 4", "p_k and q_k, 2 * 3 * 4"),
        ("costs $5 and $6", "costs $5 and $6"),
        ("$p_k$ *and* $e^{z_k}$", '<span class="formula">p<sub>k</sub></span> <em>and</em> '),
        (":material/home: :red[hot]", "hot"),
        ("# Large", '<p class="heading">Large</p>'),
        ("[page](https://a.example)", '<a href="https://a.example">page</a>'),
    ],
)
def test_markdown_as_people_write_it(text, html):
    assert html in as_html(text)


def test_a_line_has_no_paragraph_of_its_own():
    assert in_line("**One**\n\nline") == "<strong>One</strong> line"


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        (r"\sum_k p_k \ln q_k", "Σ<sub>k</sub> p<sub>k</sub> ln q<sub>k</sub>"),
        (r"\frac{1}{M}\hat{p}", "1/Mp\u0302"),
        (r"H(p) \le \mathrm{KL}(p\|q)", "H(p) ≤ KL(p‖q)"),
        (r"\unknown{x}", "unknownx"),
        ("{" * 500 + "^" * 500, ""),
        ("x}}}_", "x<sub></sub>"),
    ],
)
def test_formulas_can_be_read(tex, html):
    assert html in as_words(tex)
