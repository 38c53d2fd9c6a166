"""The hand-out of a lecture: one HTML file without scripts that prints on a few sheets, made of plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ensemble.room.tally import Round
from ui.report import markdown
from ui.report.page import FOLDER, environment, of_every_report
from ui.text.format import percent


@dataclass(frozen=True)
class QuestionShown:
    """A question with its right answer, and the given answers.

    Attributes
    ----------
    text, why : str
        Markdown.
    answers : tuple of str
    right : int or None
        Index of the right answer; None for a question of opinion, or while the answer is not shown.
    rounds : tuple of Round
        Of a class, one or two; empty for somebody alone. A round with fewer than five answers has no counts.
    own : int or None
        Index of the reader's own answer.
    """

    text: str
    answers: tuple[str, ...]
    right: int | None = None
    why: str = ""
    rounds: tuple[Round, ...] = ()
    own: int | None = None


@dataclass(frozen=True)
class StepShown:
    """One step of the lecture.

    Attributes
    ----------
    title : str
    words : str
        Markdown.
    link : str
        Where it can be seen again; empty if there is no link.
    facts : tuple of (str, str)
        Names and numbers with their units.
    picture : str
        SVG of ``ui.report.still``; empty if there is none.
    caption : str
        What the picture claims, in Markdown.
    question : QuestionShown or None
    """

    title: str
    words: str = ""
    link: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    caption: str = ""
    question: QuestionShown | None = None


@dataclass(frozen=True)
class HandOut:
    """The content of a hand-out.

    Attributes
    ----------
    title : str
        The plan's.
    steps : tuple of StepShown
        Those with numbers from 1; a last one without a question closes the hand-out.
    people : int
        How many were in the room; 0 for somebody alone.
    links : tuple of (str, str)
        Titles and addresses for those who go on; the first is the plan itself, or there is none.
    qr : str
        The first of them as an image, ``data:image/png;base64,...``; empty for none.
    """

    title: str
    steps: tuple[StepShown, ...]
    people: int = 0
    links: tuple[tuple[str, str], ...] = ()
    qr: str = ""


def hand_out(shown: HandOut, made_at: datetime) -> str:
    """The hand-out as an HTML document.

    Parameters
    ----------
    shown : HandOut
    made_at : datetime
        Stands on it.

    Returns
    -------
    str
        It needs no network and holds no script; its content security policy forbids both. The shipped lecture prints on four
        sheets of A4.
    """
    given = of_every_report(shown.title, made_at)
    given["style"] += (FOLDER / "hand_out.css").read_text(encoding="utf-8")
    *before, last = shown.steps
    closing = last if last.question is None and before else None
    return (
        environment()
        .get_template("hand_out.html.jinja")
        .render(
            **given,
            day=f"{made_at:%-d %B %Y}",
            shown=shown,
            steps=before if closing else shown.steps,
            closing=closing,
            markdown=markdown.as_html,
            in_line=markdown.in_line,
            rounds_of=_rounds,
            rows_of=_rows,
        )
    )


def _rounds(question: QuestionShown) -> list[str]:
    """Titles of the rounds that are shown, with the number of answers."""
    names = ("First vote", "Second vote") if len(question.rounds) > 1 else ("The class",)
    return [f"{name}: {one.answered}" for name, one in zip(names, question.rounds, strict=False) if one.counts]


def _rows(question: QuestionShown) -> list[dict[str, object]]:
    """For each answer: its text, whether it is right, whether it is the reader's own, and its share of each shown round."""
    counted = [one for one in question.rounds if one.counts]
    return [
        {
            "text": answer,
            "is_right": k == question.right,
            "is_own": k == question.own,
            "shares": [(one.counts[k] / one.answered, percent(one.counts[k] / one.answered)) for one in counted],
        }
        for k, answer in enumerate(question.answers)
    ]
