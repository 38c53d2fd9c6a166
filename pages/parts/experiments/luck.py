"""Part 1: the same settings over many seeds, and where their variance comes from."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ensemble import classic
from ensemble.rng import evaluation_rng
from ensemble.sweeps.design import Condition, is_classic_but_for_its_rule, replicate_plan
from ensemble.sweeps.experiment import VARY_TITLE
from ensemble.sweeps.tables import band_name, median_and_band, used_values
from ensemble.sweeps.variance import VarianceShares, share_above
from pages.parts.experiments import cost, own_run, reported, words
from pages.parts.experiments.context import Context, unless_refused
from ui import caches, session
from ui.charts import experiments as pictures
from ui.charts import show as show_picture
from ui.charts.experiments import Own, Runs
from ui.server.streamlit_requests import let_browser_draw
from ui.text.fill import fill
from ui.text.format import number, percent, plain
from ui.text.metrics import IN_NATS, METRICS, value_of_metric, with_unit
from ui.widgets.experiment import experiment_controls as controls
from ui.widgets.experiment.sweep_results import SOURCE_NAMES, Trained, downloads, has_usable_runs, how_many_used, runs
from ui.widgets.experiment.sweeps import many_runs

Conditions = Mapping[str, Condition]
HEIGHT, HEIGHT_OF_OTHERS = 430, 330


def show(context: Context) -> None:
    """The distributions, and beside them the controls for sources and seeds."""
    picture, choices = st.columns([2, 1], gap="large")
    with choices:
        sources = controls.sources()
        seeds = controls.seeds()
        plan = unless_refused(replicate_plan, context.config, context.split_seed, sources, seeds)
        trained = many_runs("luck", plan, "Train over seeds", picture, unasked=True)
        if plan and not trained:
            st.caption(f"{cost.in_words(plan)}: {seeds} seeds for each source of luck.")
        st.markdown(fill(words.LUCK, row_name=context.row_name, seed=context.config.seed))
    if trained and has_usable_runs(trained):
        _show_distributions(trained, picture)
        _show_where_it_comes_from(trained)
    if trained:
        downloads("luck", trained)


def _show_distributions(trained: Trained, first_place: st.delta_generator.DeltaGenerator) -> None:
    conditions = {SOURCE_NAMES[str(condition.levels[0])]: condition for condition in trained.plan.conditions}
    is_wine = trained.sweep.table_name == "wine"
    marks = {"train_loss": classic.REPORTED_TRAIN_LOSS, "test_loss": classic.REPORTED_TEST_LOSS} if is_wine else {}
    own, levels = own_run.found_in(trained), own_run.losses_to_beat(trained)
    for place, (metric, name) in zip([first_place, *_places_of_others()], METRICS.items(), strict=False):
        with place:
            behind = {source: runs(trained, condition, metric) for source, condition in conditions.items()}
            is_first = metric == "test_loss"
            show_picture(
                pictures.distributions(
                    behind,
                    metric,
                    HEIGHT if is_first else HEIGHT_OF_OTHERS,
                    marks.get(metric),
                    f"reported {number(marks[metric])}" if metric in marks else "",
                    own.get(metric),
                    levels if metric in IN_NATS else {},
                ),
                key=f"luck_{metric}",
                alt=f"{name} of {len(trained.plan.specs)} runs",
                title=_claim(behind, own.get(metric)) if is_first else _moved_by_luck(metric, behind),
            )
        if is_first:
            let_browser_draw()
    config, data = trained.plan.specs[0].config, session.training_of(trained.sweep).data
    same_as_reported = is_wine and is_classic_but_for_its_rule(config, data)
    dots = fill(words.DOTS, band=band_name(how_many_used(trained)))
    dashed = "" if not marks else words.MARKED if same_as_reported else words.MARKED_CLASSIC
    st.caption(f"{dots} {dashed}".strip())
    st.caption(" ".join(words.METRICS.values()))
    if same_as_reported:
        reported.show(trained, *list(conditions.items())[-1])
    with st.expander("The numbers"):
        _show_table(trained, conditions)


def _places_of_others() -> list[st.delta_generator.DeltaGenerator]:
    """Six below the first picture; on a step of a plan none before they are asked for: what the step speaks of comes sooner."""
    around = st.container()
    if session.step() is not None and session.is_at_step():
        around = st.expander("Six other measures", key="luck_others", on_change="rerun")
        if not around.open:
            return []
    with around:
        return [*st.columns(3, gap="medium"), *st.columns(3, gap="medium")]


def _claim(behind: Mapping[str, Runs], own: Own | None) -> str:
    """A title on the test losses of the last source of luck, and on the visitor's own run if it is among them."""
    source, (losses, _, _) = list(behind.items())[-1]
    if not len(losses):
        return METRICS["test_loss"]
    if own:
        worse = share_above(losses, own.value)
        whose = "The example" if own.name.startswith("example") else "Your run"
        return f"{whose}'s test loss is lower than that of {worse.hits} of {worse.of} runs"
    low, _, high = median_and_band(losses)
    return f"Luck alone ({source}) moves the test loss from {number(low)} to {number(high)} nats"


def _moved_by_luck(metric: str, behind: Mapping[str, Runs]) -> str:
    """A title: from where to where the last source of luck moves a metric."""
    values = list(behind.values())[-1].outcomes
    name = METRICS[metric].lower()
    if not len(values):
        return METRICS[metric]
    low, _, high = (value_of_metric(metric, value) for value in median_and_band(values))
    unit = " nats" if metric in IN_NATS else ""
    return f"Luck moves the {name} from {low} to {high}{unit}" if low != high else f"Luck leaves the {name} at {low}{unit}"


def _show_table(trained: Trained, conditions: Conditions) -> None:
    table: dict[str, list[str] | list[int]] = {
        VARY_TITLE: list(conditions),
        "Runs": [len(used_values(trained.table, condition, "test_loss")) for condition in conditions.values()],
    }
    for metric, name in METRICS.items():
        bands = [median_and_band(used_values(trained.table, condition, metric)) for condition in conditions.values()]
        table[name] = [_in_words_of(metric, band) for band in bands]
    st.dataframe(
        table,
        hide_index=True,
        column_config={name: st.column_config.TextColumn(with_unit(metric)) for metric, name in METRICS.items()},
    )
    st.caption(f"Median ({band_name(how_many_used(trained))}).")


def _in_words_of(metric: str, band: classic.Spread) -> str:
    if band.median != band.median:
        return "–"
    low, median, high = (value_of_metric(metric, value) for value in band)
    return f"{median} ({low} to {high})"


def _show_where_it_comes_from(trained: Trained) -> None:
    st.header("Split or start?")
    rng = evaluation_rng(trained.plan.specs[0].config)
    shares = caches.run_variance_shares(trained.key, trained.plan, trained.table, rng)
    if isinstance(shares, str):
        st.info(plain(shares), icon=":material/call_split:")
        return
    picture, text = st.columns([2, 1], gap="large")
    with picture:
        bands = {"split": shares.split, "start": shares.start, "together": shares.together}
        said = (f"{name} {percent(band.mean)}, {percent(band.low)} to {percent(band.high)}" for name, band in bands.items())
        show_picture(
            pictures.shares(bands),
            key="variance_shares",
            alt=f"Shares of the variance: {'; '.join(said)}",
            title=claim_of_shares(shares),
        )
    text.markdown(fill(words.SHARES))
    st.caption(fill(words.ABOUT_SHARES, pairs=shares.pairs))


def claim_of_shares(shares: VarianceShares) -> str:
    """A title on the largest part, if its interval does not overlap the others'."""
    bands = {"The split": shares.split, "The start": shares.start, "Split and start together": shares.together}
    source, largest = max(bands.items(), key=lambda one: one[1].mean)
    if all(band.high < largest.low for name, band in bands.items() if name != source):
        return fill(words.LARGEST_SHARE, source=source, share=percent(largest.mean))
    return fill(words.NO_LARGEST_SHARE, pairs=shares.pairs)
