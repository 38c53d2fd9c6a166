"""How the losses that the classic text reports compare with those of the same settings over many seeds."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig, classic
from ensemble.sweeps.design import Condition
from ensemble.sweeps.tables import used_values
from ensemble.sweeps.variance import share_above
from pages.parts.experiments import words
from ui.text.fill import fill
from ui.text.format import in_words_of_settings, number, percent
from ui.widgets.experiment.sweep_results import Trained

RUNS_WORTH_A_DECIMAL = 100


def show(trained: Trained, source: str, condition: Condition) -> None:
    """Say how many of a condition's runs have a larger loss than reported; ``source`` names what its seeds change."""
    losses = {metric: used_values(trained.table, condition, metric) for metric in ("test_loss", "train_loss")}
    if not len(losses["test_loss"]):
        return
    test = share_above(losses["test_loss"], classic.REPORTED_TEST_LOSS)
    train = share_above(losses["train_loss"], classic.REPORTED_TRAIN_LOSS)
    digits = 1 if test.of > RUNS_WORTH_A_DECIMAL else 0
    st.markdown(
        fill(
            words.REPORTED_TEST_LOSS,
            reported=number(classic.REPORTED_TEST_LOSS),
            source=source,
            hits=test.hits,
            runs=test.of,
            percent=percent(test.hits / test.of, digits),
            low=percent(test.low, digits),
            high=percent(test.high, digits),
        )
    )
    st.markdown(
        fill(
            words.REPORTED_TRAIN_LOSS,
            reported=number(classic.REPORTED_TRAIN_LOSS),
            hits=train.hits,
            runs=train.of,
            difference=_what_differs(trained.plan.specs[0].config),
        )
    )
    first = trained.table.iloc[0]
    if first["used"]:
        loss = first["test_loss_as_trained"]
        below = share_above(losses["test_loss"], loss)
        st.markdown(
            fill(
                words.FIRST_RUN,
                seed=first["seed"],
                split=first["split_seed"],
                loss=number(loss),
                hits=below.hits,
                runs=below.of,
            )
        )


def _what_differs(config: EnsembleConfig) -> str:
    if config.optimizer == classic.OLD_RULE:
        return fill(words.SAME_OPTIMIZER)
    return fill(words.OTHER_OPTIMIZER, optimizer=in_words_of_settings(classic.OLD_RULE))
