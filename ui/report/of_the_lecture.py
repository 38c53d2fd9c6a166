"""Make the content of a hand-out from a plan and its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ensemble.lecture import Plan, Step
from ensemble.probability.vectors import cross_entropy, entropy, kl_divergence
from ui import charts
from ui.charts import by_hand, comparison
from ui.report.hand_out import HandOut, QuestionShown, StepShown
from ui.report.still import svg_of
from ui.session.lecture.answers import Answers
from ui.session.step_record import RunNumbers, StepRecord
from ui.text.format import number

MAX_OTHERS = 5
BITS = 1 / np.log(2)


@dataclass(frozen=True)
class Around:
    """The content of a hand-out besides the steps; see ``HandOut``."""

    people: int = 0
    links: tuple[tuple[str, str], ...] = ()
    qr: str = ""
    answers: Mapping[int, Answers] = field(default_factory=dict)


def lecture_shown(plan: Plan, records: Mapping[int, StepRecord], link_of: Callable[[int], str], around: Around) -> HandOut:
    """The steps of a plan with their records.

    Parameters
    ----------
    plan : Plan
    records : mapping of int to StepRecord
        What steps have shown, by their index; one that is missing was not opened, and has its words alone.
    link_of : callable
        The address of a step by its index.
    around : Around
    """
    steps: list[StepShown] = []
    with charts.in_light():
        for index, step in enumerate(plan.steps):
            record, answers = records.get(index) or StepRecord(), around.answers.get(index, Answers())
            picture, caption = _picture(record)
            shown = StepShown(
                step.title, step.words, link_of(index), tuple(_facts(record)), picture, caption, _question(step, answers)
            )
            steps.append(_without_what_stands_above(shown, steps))
    return HandOut(plan.title, tuple(steps), around.people, around.links, around.qr)


def _without_what_stands_above(shown: StepShown, above: Sequence[StepShown]) -> StepShown:
    """A step without the picture and the numbers of an earlier one, if they are the same."""
    if any(shown.picture and shown.picture == other.picture for other in above):
        shown = replace(shown, picture="", caption="")
    if any(shown.facts == other.facts for other in above):
        shown = replace(shown, facts=())
    return shown


def _question(step: Step, answers: Answers) -> QuestionShown | None:
    asked = step.question
    if asked is None:
        return None
    right, why = (None, "") if answers.is_open else (asked.right, asked.why)
    return QuestionShown(asked.text, asked.answers, right, why, answers.rounds, answers.own)


def _picture(record: StepRecord) -> tuple[str, str]:
    """The step's picture as SVG and what it claims: the one that the page drew, or one of the same numbers."""
    if drawn := record.picture:
        return svg_of(drawn, record.alt, record.is_dark), record.title
    if losses := record.by_hand.get("losses"):
        return _losses(losses), "Loss, epoch by epoch"
    if scores := record.by_hand.get("scores"):
        figure = by_hand.probabilities(scores["z"], scores["temperature"], scores["names"])
        return svg_of(figure, "Probabilities of the classes"), f"Softmax at temperature {number(scores['temperature'])}"
    if vectors := record.by_hand.get("vectors"):
        return svg_of(by_hand.vectors(vectors["p"], vectors["q"]), "Two probability vectors"), "The truth and a forecast"
    return "", ""


def _losses(kept: Mapping[str, list[float]]) -> str:
    epochs = np.linspace(1, float(np.asarray(kept["epochs"])), len(kept["train"]))
    history = pd.DataFrame({"epoch": epochs, "train_loss": kept["train"], "test_loss": kept["test"]})
    y = np.repeat(np.arange(len(kept["counts"])), np.asarray(kept["counts"], int))
    figure = comparison.losses(history, charts.loss_references(y, len(kept["counts"])))
    return svg_of(figure, "Training and test loss against the epochs")


def _facts(record: StepRecord) -> list[tuple[str, str]]:
    """Names and numbers of what the page showed."""
    facts = _of_run(record.run) if record.run else []
    if record.temperature is not None and record.temperature != 1:
        facts.append(("Temperature", number(record.temperature)))
    if vectors := record.by_hand.get("vectors"):
        facts += _of_vectors(vectors)
    return facts


def _of_run(run: RunNumbers) -> list[tuple[str, str]]:
    others = "; ".join(f"{title} {value}" for title, value in run.others[:MAX_OTHERS])
    more = len(run.others) - MAX_OTHERS
    return [
        ("Test loss", f"{number(run.test_loss)} nats"),
        ("Right", f"{run.hits} of {run.rows} {run.row_names}"),
        ("Settings", f"{others}; {more} more" if more > 0 else others or "classic"),
    ]


def _of_vectors(kept: Mapping[str, object]) -> list[tuple[str, str]]:
    p, q, unit = np.asarray(kept["p"], float), np.asarray(kept["q"], float), str(kept["unit"])
    factor = BITS if unit == "bits" else 1.0
    parts = (("Cross-entropy", cross_entropy(p, q)), ("Entropy H(p)", entropy(p)), ("KL(p‖q)", kl_divergence(p, q)))
    return [(name, f"{number(factor * float(value))} {unit}") for name, value in parts]
