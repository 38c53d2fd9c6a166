"""Record the last picture and numbers of each step of the open plan, for the hand-out. Without a plan nothing is recorded."""

from __future__ import annotations

from typing import Any

from ensemble import EnsembleConfig
from ensemble.execution.jobs import Job
from ui.session import runs
from ui.session.state import state
from ui.session.step_record import RunNumbers, StepRecord

OF_THE_RUN = ("train", "predictions", "members", "calibration", "decide")
"""Pages that show how good the run is."""
AT_A_TEMPERATURE = ("predictions", "decide")
MAX_VALUES = 4_000
MAX_TITLE, MAX_ALT = 300, 1_000


def is_on() -> bool:
    """Whether the shown page belongs to the present step of a plan."""
    present = state()
    return present.plan is not None and not present.explores and present.plan.steps[present.step].page == present.page


def begin_page() -> None:
    """Call when a page begins: the next picture is the first one of the page, which becomes the step's."""
    if state().plan is not None:
        state().lecture_record.is_new_page = True


def keep(figure: Any, key: str, title: str, alt: str, is_dark: bool) -> None:
    """Record a picture if it is the first one on its page, or a new version of that one."""
    if not is_on():
        return
    present = _step()
    record = state().lecture_record
    if record.is_new_page or present.key in ("", key):
        record.is_new_page = False
        present.figure, present.packed, present.key, present.is_dark = figure, b"", key, is_dark
        present.title, present.alt = title[:MAX_TITLE], alt[:MAX_ALT]


def keep_values(kind: str, **values: Any) -> None:
    """Record the numbers of a picture that is drawn in the browser, by its kind."""
    if is_on():
        _step().by_hand[kind] = values


def keep_numbers() -> None:
    """Record the numbers of the page's run; called once the page is drawn."""
    if not is_on():
        return
    present, page = _step(), state().page
    if page in AT_A_TEMPERATURE:
        present.temperature = state().temperature
    if page not in OF_THE_RUN or state().forecasts:
        return
    job = runs.ended_shown_job()
    if job.run and (present.run is None or present.run.asked != (job.id, job.run.epochs)):
        present.run = _numbers_of(job)
        if page == "train":
            present.by_hand["losses"] = _losses_of(job)


def _step() -> StepRecord:
    present = state()
    assert present.plan is not None
    return present.lecture_record.of(present.plan, present.step)


def _numbers_of(job: Job) -> RunNumbers:
    from ensemble.classic import outcome  # here, because a page without a plan should not wait for pandas
    from ensemble.runs.comparison import value_as_text

    assert job.run is not None
    result, classic = outcome(job.run, job.dataset), EnsembleConfig()
    others = tuple(
        (EnsembleConfig.model_fields[name].title or name, value_as_text(value))
        for name, value in job.config
        if value != getattr(classic, name)
    )
    asked = (job.id, job.run.epochs)
    return RunNumbers(asked, result.test_loss, result.test_hits, result.test_rows, job.dataset.row_names, others)


def _losses_of(job: Job) -> dict[str, Any]:
    """Training and test loss of at most 4,000 epochs, and the test rows of each class."""
    assert job.run is not None
    curves = job.run.curves[:: 1 + job.run.epochs // MAX_VALUES, :2]
    counts = [int((job.dataset.y_test == k).sum()) for k in range(job.dataset.classes)]
    return {"train": curves[:, 0].tolist(), "test": curves[:, 1].tolist(), "epochs": job.run.epochs, "counts": counts}
