"""Why the classic text reports other losses than this run: the optimiser's rule, dropout in the printed loss, luck."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run, classic
from ensemble.datasets.config import DataConfig
from ensemble.execution.jobs import Job
from ensemble.once import once
from pages.parts.train import words
from ui import session
from ui.text.fill import fill
from ui.text.format import in_words, number

RULES = {"rmsprop": "3", classic.OLD_RULE: "2"}
"""Which version of Keras has which rule."""


def show(job: Job) -> None:
    """The three reasons with their numbers, and a button that trains with the other rule."""
    assert job.run
    st.markdown(once(_reasons, job.run, job.dataset))
    st.caption(words.TABLE)
    if session.lesson().shows is None:
        _offer_the_other_rule(job.config)


def _reasons(run: Run, data: Dataset) -> str:
    result = classic.outcome(run, data)
    new, old = classic.MEASURED["rmsprop"], classic.MEASURED[classic.OLD_RULE]
    least, most = classic.of_ten_runs_above_the_reported_test_loss()
    return fill(
        words.THREE_REASONS,
        reported_train=number(classic.REPORTED_TRAIN_LOSS),
        reported_test=number(classic.REPORTED_TEST_LOSS),
        train_loss=number(result.train_loss),
        test_loss=number(result.test_loss),
        why=words.CLASSIC if classic.is_like_the_measured(run, data) else words.NOT_CLASSIC,
        beaten_least=in_words(least),
        beaten_most=in_words(most),
        seeds=classic.SEEDS,
        small=number(classic.SMALL_TRAIN_LOSS),
        new=new,
        old=old,
        new_train=_in_words(new.train_loss),
        old_train=_in_words(old.train_loss),
        new_printed=_in_words(new.printed_loss),
        old_printed=_in_words(old.printed_loss),
        new_test=_in_words(new.test_loss),
        old_test=_in_words(old.test_loss),
    )


def _in_words(spread: classic.Spread) -> str:
    return f"{number(spread.median)} ({number(spread.low)} to {number(spread.high)})"


def _offer_the_other_rule(config: EnsembleConfig) -> None:
    rule = "rmsprop" if config.optimizer == classic.OLD_RULE else classic.OLD_RULE
    st.button(
        f"Train with the rule of Keras {RULES[rule]}",
        key="other_rule",
        icon=":material/swap_horiz:",
        on_click=_train_with,
        args=(rule, config.seed),
        help="Trains the classic run with the same seed: same split, start, batches and dropout. Only the rule differs.",
    )


def _train_with(rule: str, seed: int) -> None:
    session.choose(EnsembleConfig(optimizer=rule, seed=seed), DataConfig())
    session.use_own_rows(False)
    session.train()
