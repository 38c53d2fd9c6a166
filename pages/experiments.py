from functools import partial

import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Many runs")

from ensemble import InputError, classic
from ensemble.datasets.config import DataConfig
from ensemble.datasets.table import MEASURED
from ensemble.rng import evaluation_rng
from ensemble.sweeps.design import POOLING, VARY_TITLE, drawn_in, is_classic, luck_plan, pairs_plan, sweep_plan, title
from ensemble.sweeps.tables import (
    band_ends,
    band_name,
    compared,
    median_and_band,
    pairs_left_out,
    runs_of,
    shares_of_luck,
    spread_change,
    spreads,
    summary,
    used_values,
)
from ensemble.sweeps.variance import share_above
from ui import session
from ui.charts import experiments as pictures
from ui.charts import show
from ui.text import row_names
from ui.text.format import in_words_of_settings, number, percent, plain
from ui.text.pairs import RARE_LARGE_LOSSES, difference, gain, interval, left_out, name_of_interval, seeds_needed, verdict
from ui.text.variance import FEWEST_SEEDS_FOR_A_CLAIM, change, factor, own_and_shared, what_dominates
from ui.widgets import experiment_controls as controls
from ui.widgets.lesson import show_what_the_link_brought
from ui.widgets.parts import choose_part
from ui.widgets.sweeps import NAMES, downloads, has_usable_runs, how_many_used, line, many_runs, runs

METRICS = {"test_loss": "Test loss", "train_loss": "Training loss", "accuracy": "Accuracy", "confidence": "Confidence"}
MEASURES = {"test_loss": "Test loss", "ratio": "Ratio of test losses", "accuracy": "Accuracy"}
AXES = {"test_loss": "test loss, B − A (nats)", "ratio": "test loss, B / A (log scale)", "accuracy": "accuracy, B − A"}


def planned(make, *what):
    """A plan, or the reason why there is none."""
    try:
        return make(*what)
    except InputError as problem:
        st.error(plain(str(problem)), icon=":material/edit:")
        return None


def show_settings(config) -> None:
    changed = [
        f"{title(name).lower()} {in_words_of_settings(value)}" for name, value in config.to_query().items() if name != "seed"
    ]
    usual = f"{config.members} members, dropout {config.dropout:g}, {config.epochs} epochs"
    settings = f"the classic run, but for {', '.join(changed)}" if changed else f"the classic run ({usual})"
    name = "your own rows" if session.has_own_rows() else session.data_config().data.replace("_", " ")
    rows = ", ".join([name, *settings_of_rows()])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Settings: {settings}, on {rows}. Seeds from {config.seed} on.",
            width="content",
        )
        st.page_link("pages/train.py", label="Change", icon=":material/tune:")


def settings_of_rows() -> list[str]:
    data = session.data_config()
    is_measured = session.has_own_rows() or data.data in MEASURED
    without = {"data", "points", "noise"} if is_measured else {"data"}
    said = {name: value for name, value in data.to_query().items() if name not in without}
    return [f"{DataConfig.model_fields[name].title.lower()} {value}" for name, value in said.items()]


def range_of(values) -> str:
    if values.median != values.median:
        return "–"
    return f"{number(values.median)} ({number(values.low)} to {number(values.high)})"


def percent_range(values) -> str:
    if values.median != values.median:
        return "–"
    return f"{percent(values.median, 1)} ({percent(values.low, 1)} to {percent(values.high, 1)})"


def show_luck(config) -> None:
    noun = row_names.chosen()
    st.markdown(
        f"""
Train the same settings again and again. Only luck changes. There are two kinds of it.

- The **split** decides which {noun}s training never sees.
- The **start** is everything else that is random: initial weights, order of the {noun}s, dropout, bootstrap samples.
"""
    )
    with st.container(horizontal=True, vertical_alignment="top"):
        sources = controls.sources()
        seeds = controls.seeds()
    plan = planned(luck_plan, config, session.split_seed(), sources, seeds)
    trained = many_runs(
        "luck", plan, "Train over seeds", f"Trains {len(plan.specs):,} runs." if plan else "First change what is said above."
    )
    if plan and not trained:
        st.caption(f"{len(plan.specs):,} runs: {seeds} seeds for each kind of luck.")
    if trained:
        if has_usable_runs(trained):
            show_distributions(trained)
            show_where_it_comes_from(trained)
        downloads("luck", trained)


def show_distributions(trained) -> None:
    points = {NAMES[point.levels[0]]: point for point in trained.plan.points}
    is_wine = trained.sweep.table_name == "wine"
    marks = {"train_loss": classic.REPORTED_TRAIN_LOSS, "test_loss": classic.REPORTED_TEST_LOSS} if is_wine else {}
    config = trained.plan.specs[0].config
    has_either_rule = config.optimizer in classic.MEASURED
    in_the_new_rule = config.model_copy(update={"optimizer": "rmsprop"}) if has_either_rule else config
    same_as_reported = is_wine and is_classic(in_the_new_rule, session.training_of(trained.sweep).data)
    if same_as_reported:
        say_how_lucky(trained, points)
    columns = [*st.columns(2, gap="large"), *st.columns(2, gap="large")]
    for column, (metric, name) in zip(columns, METRICS.items(), strict=True):
        with column:
            st.markdown(f"**{name}**")
            show(
                pictures.distributions(
                    {name: runs(trained, point, metric) for name, point in points.items()},
                    metric,
                    marks.get(metric),
                    f"reported {number(marks[metric])}" if metric in marks else "",
                ),
                key=f"luck_{metric}",
                alt=f"{name} of {len(trained.plan.specs)} runs",
            )
    st.caption(
        f"A dot is a run. The bar under the dots is {band_name(how_many_used(trained))}, the stroke on it the median. Losses "
        "are mean negative log-likelihoods, dropout off."
        + (" Dashed: the value reported in the original text" if marks else "")
        + ("" if not marks else "." if same_as_reported else ", for the classic run.")
    )
    show_table_of_luck(trained, points)


def show_table_of_luck(trained, points) -> None:
    table = {VARY_TITLE: list(points), "Runs": [], **{name: [] for name in METRICS.values()}}
    for point in points.values():
        table["Runs"].append(len(used_values(trained.table, point, "test_loss")))
        for metric, name in METRICS.items():
            values = median_and_band(used_values(trained.table, point, metric))
            table[name].append(range_of(values) if metric in pictures.LOSSES else percent_range(values))
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(f"{name}{', nats' if metric in pictures.LOSSES else ''}")
            for metric, name in METRICS.items()
        },
    )
    st.caption(f"Median ({band_name(how_many_used(trained))}).")


def say_how_lucky(trained, points) -> None:
    name, point = list(points.items())[-1]
    losses = {metric: used_values(trained.table, point, metric) for metric in ("test_loss", "train_loss")}
    if not len(losses["test_loss"]):
        return
    test = share_above(losses["test_loss"], classic.REPORTED_TEST_LOSS)
    train = share_above(losses["train_loss"], classic.REPORTED_TRAIN_LOSS)
    digits = 1 if test.of > 100 else 0
    st.markdown(
        f"**How lucky was the classic text?** It reports a test loss of the order {number(classic.REPORTED_TEST_LOSS)}. With "
        f"{name} drawn anew, that is lower than the test loss of **{test.hits} of {test.of} runs**: "
        f"{percent(test.hits / test.of, digits)} (95 % interval {percent(test.low, digits)} to {percent(test.high, digits)})."
    )
    st.markdown(
        f"**Its training loss**, of the order {number(classic.REPORTED_TRAIN_LOSS)}, is lower than that of **{train.hits} of "
        f"{train.of}**. {what_differs(trained.plan.specs[0].config)}"
    )
    own = trained.table.iloc[0]
    if own["used"]:
        loss = own["test_loss_as_trained"]
        below = share_above(losses["test_loss"], loss)
        st.markdown(
            f"The first run, of seed {own['seed']} and split {own['split_seed']}, ended with a test loss of {number(loss)}: "
            f"lower than that of {below.hits} of {below.of} runs."
        )


def what_differs(config) -> str:
    dropout = "Keras also prints its training loss with dropout on; here it is off."
    if config.optimizer == classic.OLD_RULE:
        return f"These runs have the RMSprop of Keras 2, as the text had. {dropout}"
    return (
        "That is not luck alone: the optimiser differs. The text used Keras 2, whose RMSprop goes further where gradients are "
        f"small. {dropout} Choose the optimiser “{in_words_of_settings(classic.OLD_RULE)}” to compare like with like."
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def judge_luck(key: str, _trained):
    try:
        return shares_of_luck(_trained.plan, _trained.table, evaluation_rng(_trained.plan.specs[0].config)), ""
    except InputError as problem:
        return None, str(problem)


def show_where_it_comes_from(trained) -> None:
    st.header("Split or start?")
    shares, problem = judge_luck(trained.key, trained)
    if problem:
        st.info(plain(problem), icon=":material/call_split:")
        return
    st.markdown(
        f"""
Of the variance of the logarithm of the test loss comes

- from the **split**, whatever the start: {share_in_words(shares.split)};
- from the **start**, whatever the split: {share_in_words(shares.start)};
- from **both together**, a start that suits one split and not another: {share_in_words(shares.together)}.
"""
    )
    st.caption(
        f"Estimated from {shares.pairs} seeds, whose runs share a split, or a start, and nothing else (Sobol 1993): what those "
        "have in common is its share. All “split only” runs have one start, all “start only” runs one split; with others the "
        "shares would be somewhat different. 95 % intervals by bootstrap over seeds; they hold the true share somewhat less "
        "often than that."
    )


def share_in_words(band) -> str:
    return f"**{percent(band.mean)}** (95 % interval {percent(band.low)} to {percent(band.high)})"


def show_sweep(config) -> None:
    st.markdown(
        "Vary one setting or two, and train every value with the same seeds. The band is what luck does to a single value. A "
        "smaller effect needs many seeds, or pairs (part 3)."
    )
    wanted = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        along = controls.setting("along", without=controls.chosen("across"))
        wanted[along] = planned(controls.values, along)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        across = controls.setting("across", without=along)
        if across != "none":
            wanted[across] = planned(controls.values, across)
    with st.container(horizontal=True, vertical_alignment="top"):
        each = controls.number("each")
        drawn = controls.drawn()
    plan = planned(sweep_plan, config, session.split_seed(), drawn, each, wanted) if all(wanted.values()) else None
    trained = many_runs(
        "sweep", plan, "Train the sweep", f"Trains {len(plan.specs):,} runs." if plan else "First change what is said above."
    )
    if plan and not trained:
        st.caption(how_many(plan, each))
    if trained:
        if has_usable_runs(trained):
            show_effect(trained)
            show_spreads(trained)
            show_runs_behind(trained)
        downloads("sweep", trained)


def how_many(plan, each: int) -> str:
    read = f", each read in {len(plan.points) * each // len(plan.specs)} ways" if POOLING in plan.settings else ""
    return f"{len(plan.points)} points × {each} seeds: {len(plan.specs):,} runs{read}."


@st.cache_resource(max_entries=32, show_spinner=False)
def judge_sweep(key: str, _trained):
    points = summary(_trained.plan, _trained.table)
    return points.join(spreads(_trained.plan, _trained.table, _trained.results)[["ensemble", "within", "between", "averaged"]])


@st.cache_resource(max_entries=32, show_spinner=False)
def judge_spread_change(key: str, _trained):
    try:
        return spread_change(_trained.plan, _trained.table)
    except InputError:
        return None


def show_effect(trained) -> None:
    table, settings = judge_sweep(trained.key, trained), trained.plan.settings
    metric = st.segmented_control(
        "Show",
        list(METRICS),
        key="many_metric",
        default="test_loss",
        format_func=METRICS.get,
        required=True,
        persist_state="session",
        help="Losses: mean negative log-likelihood, dropout off. Accuracy and confidence are those of the test rows.",
    )
    titles = [title(setting) for setting in settings]
    if len(settings) == 1:
        behind = [runs(trained, point, metric) for point in trained.plan.points]
        figure = pictures.along(table, settings[0], titles[0], metric, behind)
    else:
        figure = pictures.heat_map(table, settings, titles, metric)
    show(figure, key="sweep_effect", alt=f"{METRICS[metric]} by {' and '.join(titles)}")
    if len(settings) > 1:
        st.caption(
            "The number in a cell is the median over its runs. Where not all runs count, it is that of the others alone, and "
            "“1/4” says how many they are."
        )
    elif few := [
        f"{line(trained.plan, point)}: {used} of {len(point.places)}"
        for point, used in zip(trained.plan.points, how_many_used(trained), strict=True)
        if used < len(point.places)
    ]:
        st.caption(f"Not all runs count: {'; '.join(few)}. What is shown is that of the others alone.")
    if metric == "train_loss" and POOLING in settings:
        st.caption("The training loss is that of the ensemble as it was trained, whatever the pooling.")


def show_spreads(trained) -> None:
    settings, drawn = trained.plan.settings, drawn_in(trained.plan)
    trainings = list(dict.fromkeys(spec.config.training for spec in trained.plan.specs))
    st.header("Between seeds, and between members")
    if len(settings) == 1:
        table = judge_sweep(trained.key, trained)
        enough = min(how_many_used(trained)) >= FEWEST_SEEDS_FOR_A_CLAIM
        show(
            pictures.spreads(table, settings[0], title(settings[0]), joined=enough),
            key="sweep_spreads",
            alt="Standard deviations of test losses",
        )
        if not enough:
            st.caption(
                f"Needs at least {FEWEST_SEEDS_FOR_A_CLAIM} seeds per value to show a trend; you have "
                f"{min(how_many_used(trained))}."
            )
        if (table["between"] == 0).any():
            st.caption(
                "Where members differ within a run by as much as between runs, the shared part is estimated as 0. It is in the "
                "table below; a logarithmic axis has no 0."
            )
    if settings == ("members",) and len(trained.plan.points) > 1:
        say_what_size_does(trained, drawn)
    st.markdown(
        "Each member read on its own has a test loss too. Its variance has two parts (one-way analysis of variance, runs as "
        f"random effects): what is the members' **own**, and what they **share**. {own_and_shared(trainings, drawn)} The mean "
        "loss of M members has the variance *shared + own / M*. Averaging divides their own part, and leaves the shared one."
    )
    if "joint" in trainings:
        st.caption(
            "Members of a joint run were not trained to stand alone: each is read as if all members were like it. In the "
            "classic run, members of larger ensembles differ more. Independent members do stand alone."
        )
    if drawn != "start" or trainings != ["independent"]:
        offer_to_hold_the_split()


def say_what_size_does(trained, drawn) -> None:
    found = judge_spread_change(trained.key, trained)
    last = judge_sweep(trained.key, trained).iloc[-1]
    if not found:
        return
    first, many = (point.levels[0] for point in (trained.plan.points[0], trained.plan.points[-1]))
    st.markdown(
        f"Between seeds the ensemble's test loss has a standard deviation of {number(found.first_sd)} nats with ensemble size "
        f"{first}, and of {number(found.last_sd)} nats with {many}. A few runs with large losses decide these two numbers. So "
        "spreads are compared on the log scale: a run's loss lies off the median by a factor of "
        f"{factor(found.first)} with size {first}, of {factor(found.last)} with {many}. {change(found)}"
    )
    st.markdown(what_dominates(last["between"], last["averaged"], many, drawn))
    st.caption(
        f"Factor: exp of the mean absolute deviation of the log loss from its median, with its 95 % interval (Bonett and Seier "
        f"2003), over the {found.seeds} seeds of which both runs ended well. A standard deviation in nats has no interval: "
        "from few runs it would be too narrow, above all where a few have large losses."
    )


def offer_to_hold_the_split() -> None:
    st.caption("To see what averaging removes, fix the split (Each seed changes: start only) and train members independently.")
    if session.shows("training"):
        st.button(
            "Set both",
            key="many_hold_the_split",
            icon=":material/tune:",
            on_click=hold_the_split,
            help="Sets “Each seed changes” to “Start only” and “Training” to independent. Then train the sweep again.",
        )


def hold_the_split() -> None:
    controls.choose("drawn", "start")
    session.set_value("training", "independent")


def show_runs_behind(trained) -> None:
    plan, table = trained.plan, judge_sweep(trained.key, trained)
    st.header("The runs behind each point")
    st.caption("Choose a row of the table, or a point in the list under it, to see its runs.")
    lines = [line(plan, point) for point in plan.points]
    low, high = band_ends(how_many_used(trained))
    loss_format = "%.3g"
    st.dataframe(
        table[
            [*plan.settings, "runs", "used", "test_loss", "test_loss_low", "test_loss_high", "ensemble", "within", "between"]
        ],
        key="many_points",
        placeholder="–",
        on_select=partial(pick, "many_points", "many_point", lines),
        selection_mode="single-row",
        hide_index=True,
        column_config={
            **{setting: st.column_config.Column(title(setting)) for setting in plan.settings},
            "runs": "Runs",
            "used": st.column_config.NumberColumn(
                "Used", help="Without those that diverged, were given up or are not trained."
            ),
            "test_loss": st.column_config.NumberColumn("Test loss", format=loss_format, help="Median, nats."),
            "test_loss_low": st.column_config.NumberColumn(low, format=loss_format, help="Of the test loss, nats."),
            "test_loss_high": st.column_config.NumberColumn(high, format=loss_format, help="Of the test loss, nats."),
            "ensemble": st.column_config.NumberColumn("sd, ensembles", format=loss_format, help="Between seeds, nats."),
            "within": st.column_config.NumberColumn("sd, members of a run", format=loss_format, help="Their own part, nats."),
            "between": st.column_config.NumberColumn(
                "sd, shared by members",
                format=loss_format,
                help="Between runs, nats. 0 where members differ within a run by as much as between runs.",
            ),
        },
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        keep_among("many_point", lines)
        place = lines.index(st.selectbox("Point", lines, key="many_point", help="Or choose a row above.", width=320))
        point = plan.points[place]
        behind = runs_of(trained.table, point)
        names = [f"seed {run.seed}, split {run.split_seed}" for run in behind.itertuples()]
        keep_among("many_run", names)
        run = names.index(st.selectbox("Run", names, key="many_run", help="Or choose a row below.", width=320))
        st.button(
            "Train this run again",
            key="many_again",
            icon=":material/replay:",
            on_click=train_again,
            args=(trained.sweep, plan.specs[point.places[run]]),
            help="Sets every control to it and opens the page “Train an ensemble”: the same numbers come back.",
        )
    links = [session.link_to_run(trained.sweep, plan.specs[place]) for place in point.places]
    st.dataframe(
        behind[["seed", "split_seed", "status", *METRICS]].assign(link=links),
        key="many_runs",
        placeholder="–",
        on_select=partial(pick, "many_runs", "many_run", names),
        selection_mode="single-row",
        hide_index=True,
        column_config={
            "seed": "Seed",
            "split_seed": "Split",
            "status": "Ended",
            "link": st.column_config.LinkColumn("Link", display_text="open", help="The same run in another tab.")
            if all(links)
            else None,
            **{
                metric: st.column_config.NumberColumn(
                    name,
                    format="%.4g" if metric in pictures.LOSSES else "percent",
                    help="nats" if metric in pictures.LOSSES else None,
                )
                for metric, name in METRICS.items()
            },
        },
    )


def pick(table: str, box: str, names: list[str]) -> None:
    if rows := st.session_state[table].selection.rows:
        st.session_state[box] = names[rows[0]]


def keep_among(key: str, options: list[str]) -> None:
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]


def train_again(sweep, spec) -> None:
    try:
        session.train_again(sweep, spec)
        session.lead_to("train")
    except InputError as problem:
        session.flash(session.Flash.MANY_RUNS, str(problem))


def show_pairs(config) -> None:
    st.markdown(
        "**A** has the settings above; **B** differs in one of them. Both runs of a pair have the same seed and split, "
        "so that neither has the easier rows. What remains is the setting, and the luck that pairing cannot remove."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = controls.setting("other")
        value = controls.other_value(other)
    with st.container(horizontal=True, vertical_alignment="top"):
        pairs = controls.number("pairs")
        drawn = controls.drawn()
    plan = planned(pairs_plan, config, session.split_seed(), drawn, pairs, other, value)
    trained = many_runs(
        "pairs", plan, "Train the pairs", f"Trains {len(plan.specs):,} runs." if plan else "First change what is said above."
    )
    if plan and not trained:
        st.caption(f"{len(plan.specs):,} runs: {pairs} of A and {pairs} of B.")
    if trained:
        if has_usable_runs(trained):
            show_differences(trained)
        downloads("pairs", trained)


@st.cache_resource(max_entries=64, show_spinner=False)
def judge_pairs(key: str, measure: str, _trained):
    try:
        return compared(_trained.plan, _trained.table, measure), ""
    except InputError as problem:
        return None, str(problem)


def show_differences(trained) -> None:
    a, b = (line(trained.plan, point) for point in trained.plan.points)
    st.markdown(f"**A**: {a}. **B**: {b}.")
    measure = st.segmented_control(
        "Compare",
        list(MEASURES),
        key="many_measure",
        default="test_loss",
        format_func=MEASURES.get,
        required=True,
        persist_state="session",
        help="Differences are B less A. The ratio is B's test loss divided by A's: a few large losses do not decide it.",
    )
    comparison, problem = judge_pairs(trained.key, measure, trained)
    not_compared = left_out(pairs_left_out(trained.plan, trained.table))
    if problem:
        st.info(plain(f"{problem} {not_compared}"))
        return
    result = comparison.paired
    is_ratio = measure == "ratio"
    st.markdown(
        f"**On average**, over {result.pairs} pairs, {difference(measure, result.mean)}. "
        f"{name_of_interval(measure)}: {interval(measure, result.low, result.high)}. {verdict(result, measure)} {not_compared}"
    )
    if measure == "test_loss":
        st.caption(RARE_LARGE_LOSSES)
    show(
        pictures.differences(comparison, AXES[measure], is_ratio, name_of_interval(measure)),
        key="pairs_differences",
        alt=f"{MEASURES[measure]}: {result.pairs} differences between B and A",
    )
    st.markdown(f"**How many seeds would it take?** {seeds_needed(result)}")
    st.markdown(f"**What has pairing gained?** {gain(result)}")


PARTS = {"How lucky was that?": show_luck, "Sweep": show_sweep, "Two settings, same seeds": show_pairs}

session.arrive()
controls.arrive()
show_what_the_link_brought()
st.markdown("One run is an anecdote. Train many, and look at the whole distribution.")
part = choose_part("experiments", tuple(PARTS), help="Each part is an experiment of its own.")
show_settings(session.config())
PARTS[part](session.config())
controls.remember()
session.write_link("part", "experiment")
