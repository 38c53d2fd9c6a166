"""The visitor's own run among those of an experiment with the same settings."""

from __future__ import annotations

from ensemble.calibration.decomposition import decompose_nll
from ensemble.datasets.digest import digest
from ensemble.execution.jobs import Job
from ensemble.probability.scoring import expected_calibration_error, top_label
from ui import session
from ui.charts import loss_references
from ui.charts.experiments import Own
from ui.text.metrics import value_of_metric
from ui.widgets.experiment.sweep_results import Trained


def found_in(trained: Trained) -> dict[str, Own]:
    """Metrics of the shown run; empty unless it has the experiment's rows and, except for the seed, its settings."""
    job = session.ended_shown_job()
    if not job.run or not (_has_same_settings(job, trained) and _has_same_rows(job, trained)):
        return {}
    name = "example" if session.is_example(job) else "your run"
    run, data = job.run, job.dataset
    last = run.history.iloc[-1]
    proba = run.predict_proba(data.x_test)
    confidence, _ = top_label(proba, data.y_test)
    parts = decompose_nll(run.logits(data.x_test), data.y_test)
    values = {
        "test_loss": float(last["test_loss"]),
        "train_loss": float(last["train_loss"]),
        "accuracy": float(last["test_accuracy"]),
        "confidence": float(confidence.mean()),
        "calibration_error": expected_calibration_error(proba, data.y_test),
        "refinement": parts.refinement,
        "temperature": parts.temperature,
    }
    return {metric: Own(value, f"{name} {value_of_metric(metric, value)}") for metric, value in values.items()}


def losses_to_beat(trained: Trained) -> dict[str, float]:
    """Losses (nats) of forecasts that ignore the features; empty if the experiment has other rows than the chosen ones."""
    table = session.table()
    return loss_references(table.y, len(table.class_names)) if _is_on_chosen_rows(trained) else {}


def _has_same_settings(job: Job, trained: Trained) -> bool:
    return trained.plan.specs[0].config.model_copy(update={"seed": job.config.seed}) == job.config


def _has_same_rows(job: Job, trained: Trained) -> bool:
    return _is_on_chosen_rows(trained) and session.dataset_is(job.dataset, job.config)


def _is_on_chosen_rows(trained: Trained) -> bool:
    return (
        trained.sweep.table_digest == digest(session.table()) and trained.sweep.test_share == session.data_config().test_share
    )
