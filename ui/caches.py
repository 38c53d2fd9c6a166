"""Caches of results that take seconds to compute and are needed at every rerun of a page.

A cached function is named for what it returns and calls one function of ``ensemble``. The arguments are the key: rows are
identified by their digest (``digest_of_split``), runs by the id of their group. Arguments with a leading underscore are not
part of the key. ``cache_data`` is for tables, of which each caller gets a copy; ``cache_resource`` is for large objects that
never change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.calibration import models, reliability
from ensemble.calibration.decomposition import over_epochs
from ensemble.calibration.reliability import ConsistencyBand
from ensemble.datasets.digest import digest_of_split
from ensemble.datasets.table import Table
from ensemble.decisions import bills as decide_bills
from ensemble.decisions.bills import Bills
from ensemble.decisions.costs import Prices
from ensemble.decisions.decision_rules import RuleBills, bills_of_rules
from ensemble.disagreement.far_walks import FarWalks, far_walks
from ensemble.disagreement.pooling import PoolsOfForecasts
from ensemble.disagreement.scoreboards import Scoreboard, score_pools, score_pools_of_forecasts, score_runs
from ensemble.dropout import mask_sets
from ensemble.dropout.mask_sets import MaskSet
from ensemble.forecasts import Forecasts, read_forecasts
from ensemble.forecasts.sample import sample
from ensemble.interpretation import logistic_regression
from ensemble.interpretation.feature_importance import permutation_importance, without_feature
from ensemble.interpretation.logistic_regression import CoefficientPath, Regression
from ensemble.interpretation.separation import Separation
from ensemble.interpretation.separation import separation as find_separation
from ensemble.interpretation.significance import significance as test_coefficients
from ensemble.once import once
from ensemble.probability.intervals import Band
from ensemble.probability.scoreboard import loss_beyond_base_rate, scoreboard
from ensemble.probability.vectors import Floats, log_softmax, softmax
from ensemble.rng import evaluation_rng, shift_rng
from ensemble.runs.held_out import HeldOut
from ensemble.runs.test_rows import logits_of_test_rows
from ensemble.shift import other_shares
from ensemble.shift.other_shares import AtShares, UnseenRows
from ensemble.shift.priors import PriorInterval, PriorSteps, estimate_prior, prior_interval
from ensemble.sweeps import comparisons, tables
from ensemble.sweeps.comparisons import Comparison, SpreadChange
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import Result, RunSpec
from ensemble.sweeps.variance import VarianceShares
from ui.widget_keys import Key

MAX_WORK = 6e9
MAX_WORK_FOR_A_PATH = 1e9
WORK_FOR_ALL_WIDTHS = 3e7
MAX_LEADS = 1e7


def end_if_page_left() -> None:
    """End this script if its browser tab has left the page: Streamlit checks that at each access to the session state."""
    st.session_state.get(Key.PRESENTER)


def hashable(costs: Floats) -> tuple[tuple[float, ...], ...]:
    """What ``Prices.costs`` gives, as a part of a key."""
    return tuple(map(tuple, costs.tolist()))


def runs_key(runs: Mapping[str, Run], data: Dataset) -> str:
    """A key that identifies runs on a split by settings and rows: equal settings give equal numbers."""
    settings = [(name, run.config, run.epochs) for name, run in runs.items()]
    return hashlib.sha256(repr((settings, digest_of_split(data))).encode()).hexdigest()


def forecasts_key(forecasts: Forecasts, model: str = "") -> str:
    """A key that identifies forecasts, or those of one of their models."""
    return f"{once(_digest_of_forecasts, forecasts)} {model}"


def _digest_of_forecasts(forecasts: Forecasts) -> str:
    digest = hashlib.sha256(repr((forecasts.class_names, forecasts.model_names)).encode())
    for array in (forecasts.y, forecasts.log_proba):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def models_at_a_glance(forecasts: Forecasts) -> pd.DataFrame:
    """``ensemble.calibration.models.models_at_a_glance``."""
    table: pd.DataFrame = once(_models_at_a_glance, forecasts)
    return table


def _models_at_a_glance(forecasts: Forecasts) -> pd.DataFrame:
    return models.models_at_a_glance(forecasts.log_proba, forecasts.y)


def work(data: Dataset) -> float:
    """Estimated multiplications in one Newton step of a fit: to add up the Hessian, and to solve for the step."""
    coefficients = data.classes * (data.features + 1.0)
    return len(data.y_train) * coefficients**2 + coefficients**3


def can_fit(data: Dataset) -> bool:
    """Whether a fit takes seconds rather than minutes."""
    return work(data) <= MAX_WORK


def can_fit_a_path(data: Dataset) -> bool:
    """Whether the fits for all prior widths take seconds rather than minutes."""
    return work(data) <= MAX_WORK_FOR_A_PATH


def can_look_for_separation(data: Dataset) -> bool:
    """Whether the linear programs of ``interpretation.separation`` take seconds rather than minutes."""
    return len(data.y_train) * (data.classes - 1.0) ** 2 * (data.features + 1) <= MAX_LEADS


@st.cache_resource(max_entries=64, show_spinner="Fitting the logistic regression.", hash_funcs={Dataset: digest_of_split})
def fit_map(data: Dataset, width: float) -> Regression:
    """``ensemble.interpretation.logistic_regression.fit_map``."""
    return logistic_regression.fit_map(data, width)


@st.cache_resource(
    max_entries=16, show_spinner="Fitting the logistic regression for each prior width.", hash_funcs={Dataset: digest_of_split}
)
def coefficient_path(data: Dataset, widths: tuple[float, ...]) -> CoefficientPath:
    """``ensemble.interpretation.logistic_regression.coefficient_path``; where fits are slow, with every third width only."""
    few = work(data) > WORK_FOR_ALL_WIDTHS
    return logistic_regression.coefficient_path(data, widths[::3] if few else widths, end_if_page_left)


@st.cache_resource(
    max_entries=64, show_spinner="Checking whether the classes are separable.", hash_funcs={Dataset: digest_of_split}
)
def separation(data: Dataset) -> Separation:
    """``ensemble.interpretation.separation`` of the training rows."""
    return find_separation(data.x_train, data.y_train)


@st.cache_resource(max_entries=64, show_spinner="Computing standard errors.", hash_funcs={Dataset: digest_of_split})
def significance(data: Dataset) -> pd.DataFrame | str:
    """``ensemble.interpretation.significance`` of the training rows, or a sentence on why there is none."""
    try:
        return test_coefficients(data.x_train, data.y_train, data.feature_names, data.class_names)
    except InputError as error:
        return str(error)


# Calibration. ``group_id`` and ``judged_on`` identify the rows that are judged: a group of runs, and the choice of its rows.


@st.cache_data(max_entries=32, show_spinner=False)
def band_of_the_curve(
    group_id: str, judged_on: str, event: str, _forecasts: Floats, _rng: np.random.Generator
) -> tuple[ConsistencyBand, np.random.Generator]:
    """``ensemble.calibration.reliability.reliability_by_luck``, and the advanced generator for later draws."""
    return reliability.reliability_by_luck(_forecasts, _rng), _rng


@st.cache_data(max_entries=32, show_spinner=False)
def decomposed_epochs(group_id: str, judged_on: str, _seen: HeldOut) -> pd.DataFrame:
    """``ensemble.calibration.decomposition.over_epochs``, with an additional column ``epoch``."""
    return over_epochs(_seen.log_proba, _seen.y).assign(epoch=_seen.epochs)


# Decide. Keys as for Calibration; ``forecast`` or ``name`` tells several forecasts of the same rows apart.


@st.cache_resource(max_entries=64, show_spinner=False)
def bills_of_random_prices(
    group_id: str, judged_on: str, forecast: str, _proba: Floats, _y: NDArray[np.int64], _rng: np.random.Generator
) -> Bills:
    """``ensemble.decisions.bills.bills_of_random_prices``."""
    return decide_bills.bills_of_random_prices(_proba, _y, _rng)


@st.cache_data(max_entries=64, show_spinner=False)
def base_rate_difference(run_key: str, _run: Run, _data: Dataset) -> Band:
    """``ensemble.probability.scoreboard.loss_beyond_base_rate`` of the test rows; ``run_key`` is ``runs_key``'s."""
    logs = log_softmax(logits_of_test_rows(_run, _data))
    return loss_beyond_base_rate(logs, _data.y_test, evaluation_rng(_run.config))


@st.cache_data(max_entries=64, show_spinner=False)
def scores(
    group_id: str, judged_on: str, name: str, _log_proba: Floats, _y: NDArray[np.int64], _rng: np.random.Generator
) -> pd.DataFrame:
    """``ensemble.probability.scoreboard.scoreboard`` of one forecast."""
    return scoreboard({name: _log_proba}, _y, _rng)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Prices: repr})
def rule_bills(group_id: str, judged_on: str, prices: Prices, _seen: HeldOut, _rng: np.random.Generator) -> RuleBills:
    """``ensemble.decisions.decision_rules.bills_of_rules``."""
    return bills_of_rules(_seen.logits, _seen.member_own_logits, _seen.y, prices.costs(), _rng)


# Members


@st.cache_data(max_entries=32, show_spinner=False)
def scoreboard_of_runs(group_id: str, _runs: Mapping[str, Run], _data: Dataset) -> Scoreboard:
    """``ensemble.disagreement.scoreboards.score_runs`` of runs of one group."""
    return score_runs(_runs, _data)


@st.cache_data(max_entries=32, show_spinner=False)
def far_walks_of(group_id: str, _run: Run, _data: Dataset) -> FarWalks:
    """``ensemble.disagreement.far_walks.far_walks`` of a run of one group."""
    return far_walks(_run, _data)


@st.cache_data(max_entries=32, show_spinner=False)
def scoreboard_of_pools(group_id: str, _run: Run, _data: Dataset) -> tuple[Scoreboard, Floats]:
    """``ensemble.disagreement.scoreboards.score_pools`` of a run of one group."""
    return score_pools(_run, _data)


@st.cache_data(max_entries=32, show_spinner=False)
def scoreboard_of_models(key: str, _forecasts: Forecasts, _rng: np.random.Generator) -> tuple[Scoreboard, PoolsOfForecasts]:
    """``ensemble.disagreement.scoreboards.score_pools_of_forecasts`` of the models of a file."""
    return score_pools_of_forecasts(_forecasts.log_proba, _forecasts.y, _rng)


@st.cache_resource(max_entries=16, show_spinner="Drawing masks.")
def masks_of_run(group_id: str, way: str, _run: Run, _data: Dataset) -> MaskSet:
    """``ensemble.dropout.mask_sets.drawn_masks`` of one run of a group."""
    return mask_sets.drawn_masks(_run, _data)


@st.cache_resource(max_entries=16, show_spinner="Listing all masks.")
def masks_of_first_member(group_id: str, way: str, _run: Run, _data: Dataset) -> MaskSet:
    """``ensemble.dropout.mask_sets.every_mask_of_member`` of one run of a group."""
    return mask_sets.every_mask_of_member(_run, _data)


# Regression


@st.cache_resource(max_entries=16, show_spinner="Shuffling each feature.")
def shuffled_features(group_id: str, _runs: Sequence[Run], _data: Dataset, repeats: int) -> pd.DataFrame:
    """``ensemble.interpretation.feature_importance.permutation_importance``; it ends early if its page is left."""
    return permutation_importance(_runs, _data, evaluation_rng(_runs[0].config), repeats, end_if_page_left)


def without_each_feature(data: Dataset) -> list[Dataset]:
    """The split without each of its features in turn. It is made once, because plans of runs compare rows by identity."""
    made: list[Dataset] = once(_without_each_feature, data)
    return made


def _without_each_feature(data: Dataset) -> list[Dataset]:
    return [without_feature(data, feature) for feature in data.feature_names]


# Many runs. The key of each names a sweep and how many results it has.


@st.cache_resource(max_entries=16, show_spinner=False)
def results_table(
    key: str, _specs: Sequence[RunSpec], _results: Sequence[Result | None], _failures: Mapping[int, str]
) -> pd.DataFrame:
    """``ensemble.sweeps.tables.results_table``."""
    return tables.results_table(_specs, _results, _failures)


@st.cache_resource(max_entries=32, show_spinner=False)
def sweep_summary(key: str, _plan: SweepPlan, _table: pd.DataFrame, _results: Sequence[Result | None]) -> pd.DataFrame:
    """``ensemble.sweeps.comparisons.summary_with_spreads``."""
    return comparisons.summary_with_spreads(_plan, _table, _results)


@st.cache_resource(max_entries=32, show_spinner=False)
def run_variance_shares(key: str, _plan: SweepPlan, _table: pd.DataFrame, _rng: np.random.Generator) -> VarianceShares | str:
    """``ensemble.sweeps.comparisons.run_variance_shares``, or a sentence on why there are none."""
    try:
        return comparisons.run_variance_shares(_plan, _table, _rng)
    except InputError as problem:
        return str(problem)


@st.cache_resource(max_entries=32, show_spinner=False)
def spread_change(key: str, _plan: SweepPlan, _table: pd.DataFrame) -> SpreadChange | None:
    """``ensemble.sweeps.comparisons.spread_change``; None if the spreads cannot be compared."""
    try:
        return comparisons.spread_change(_plan, _table)
    except InputError:
        return None


@st.cache_resource(max_entries=64, show_spinner=False)
def compared(key: str, measure: str, _plan: SweepPlan, _table: pd.DataFrame) -> Comparison | str:
    """``ensemble.sweeps.comparisons.compared``, or a sentence on why nothing is compared."""
    try:
        return comparisons.compared(_plan, _table, measure)
    except InputError as problem:
        return str(problem)


# Shift. The first argument of each says which run is judged on which rows.


@st.cache_resource(max_entries=16, show_spinner=False)
def rows_to_test(key: str, _data: Dataset, _table: Table, _config: EnsembleConfig) -> UnseenRows:
    """``ensemble.shift.other_shares.rows_to_test``."""
    return other_shares.rows_to_test(_data, _table, shift_rng(_config))


@st.cache_resource(max_entries=16, show_spinner=False)
def logits_of(key: str, _run: Run, _rows: UnseenRows) -> NDArray[np.floating]:
    """The run's logits of these rows; not to be changed."""
    return _run.logits(_rows.x)


@st.cache_resource(max_entries=64, show_spinner=False)
def at_shares(
    key: str, shares: tuple[float, ...], costs: tuple[tuple[float, ...], ...], _run: Run, _rows: UnseenRows, _seen: Floats
) -> AtShares:
    """``ensemble.shift.other_shares.at_shares`` of a run whose training has seen other shares."""
    logits = logits_of(key, _run, _rows)
    return other_shares.at_shares(logits, _rows.y, _seen, shares, costs, shift_rng(_run.config), _rows.truth)


@st.cache_resource(max_entries=64, show_spinner=False)
def estimated_shares(
    key: str,
    shares: tuple[float, ...],
    count: int,
    draw: int,
    _run: Run,
    _rows: UnseenRows,
    _seen: Floats,
    _data: Dataset,
    _table: Table,
) -> tuple[PriorSteps, PriorInterval, Band]:
    """EM on ``count`` rows in these shares, its interval, and ``ensemble.shift.other_shares.cost_of_estimate`` (nats)."""
    rng = shift_rng(_run.config, draw)
    proba = softmax(_run.logits(other_shares.rows_in_shares(_rows, _data, _table, shares, count, rng)))
    steps, interval = estimate_prior(proba, _seen), prior_interval(proba, _seen, rng)
    logits = logits_of(key, _run, _rows)
    return steps, interval, other_shares.cost_of_estimate(logits, _rows.y, _seen, steps.estimate, shares, rng)


# Data


@st.cache_resource(show_spinner=False)
def sample_of_forecasts() -> Forecasts:
    """The file of forecasts to try, read."""
    return read_forecasts(sample())[0]
