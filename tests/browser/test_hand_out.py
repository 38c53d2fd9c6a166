"""The hand-out in a browser that has no network: it prints a lecture of 14 steps on four sheets of A4."""

import re
from datetime import UTC, datetime

import pytest

from ensemble.lecture import Plan
from ensemble.lecture.shipped import shipped
from ensemble.related import example
from ensemble.room.tally import Round
from ui import charts
from ui.charts import comparison, members
from ui.report.hand_out import hand_out
from ui.report.of_the_lecture import Around, lecture_shown
from ui.session.lecture.answers import Answers
from ui.session.step_record import RunNumbers, StepRecord

QUESTION = {
    "text": "A net is right for 95 of 100 rows. We double its temperature. For how many is it right then?",
    "answers": ["Fewer than 95.", "Exactly 95, as before.", "More than 95."],
    "right": 1,
    "why": "A temperature keeps the order of the classes, so every answer stays. It changes only how sure the answers are.",
}
STEP = {"page": "train", "words": "Now these are sixty words, as many as a step has. " * 5}
ASK = (1, 2, 4, 6, 7, 8, 10)
STEPS = [STEP | {"title": f"Step {k}"} | ({"question": QUESTION} if k in ASK else {}) for k in range(14)]
LONG = {"title": "A lecture", "steps": STEPS}


def document(plan):
    """As after a lecture in which each step has shown a picture, every other one a high one, and all have voted twice."""
    run, data = example.run(), example.data()
    figures = (
        members.triangle(run.member_proba(data.x_test), data.y_test, charts.labels(data.class_names), 3),
        comparison.losses(run.history, charts.loss_references(data.y_test, data.classes)),
    )
    records = {
        index: StepRecord(
            figure=figures[(index + 1) % 2],
            title=f"Claim {index}",
            alt=f"Picture {index}",
            run=RunNumbers(("", 1), index + 1, 34, 36, "wines", ()),
        )
        for index in range(len(plan.steps))
    }
    rounds = {
        len(answers): (Round(20, (20, *[0] * (len(answers) - 1)), ()), Round(19, (*[0] * (len(answers) - 1), 19), ()))
        for answers in (step.question.answers for step in plan.steps if step.question)
    }
    answers = {
        index: Answers(rounds=rounds[len(step.question.answers)]) for index, step in enumerate(plan.steps) if step.question
    }
    link = "https://lab.example.org/softmax?plan=lecture"
    shown = lecture_shown(plan, records, lambda index: f"{link}&step={index + 1}", Around(20, (("Again", link),), "", answers))
    return hand_out(shown, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("plan", [Plan.of(LONG), shipped()["lecture"]], ids=["long", "shipped"])
def test_it_prints_on_four_sheets_and_asks_for_nothing(browser, tmp_path, plan):
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844}, color_scheme="dark")
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    file = tmp_path / "hand-out.html"
    file.write_text(document(plan), encoding="utf-8")
    page.goto(file.as_uri())
    closing = plan.steps[-1].question is None
    assert page.locator("figure > svg").count() == len(plan.steps) - closing
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert 1 <= sheets <= 4
    assert asked == [file.as_uri()]
    assert said == []
    context.close()
