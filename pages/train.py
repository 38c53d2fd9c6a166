import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Train an ensemble")

from contextlib import nullcontext

from ensemble import EnsembleConfig, classic
from ensemble.datasets.config import DataConfig
from ensemble.limits import limits
from ensemble.runs.run import weight_count
from ui import session
from ui.charts import ink, network, show
from ui.components.training_view import training_view
from ui.text.format import in_words, in_words_of_settings, number, percent, plain
from ui.widgets import controls, status
from ui.widgets.downloads import open_saved, take_away
from ui.widgets.lesson import show_what_the_link_brought

MORE = (
    *("hidden_units", "hidden_layers", "activation", "optimizer", "learning_rate", "batch_size", "training", "bootstrap_share"),
    *("outputs", "label_smoothing", "test_share", "seed"),
)
SLOW_EPOCHS_PER_SECOND = 10
SECONDS_TO_WAIT_FOR_THE_FIRST_POINTS = 0.25

session.arrive()
show_what_the_link_brought()
config, data = session.config(), session.dataset()
noun, nouns = data.noun, data.nouns
classes = in_words(data.classes)


def press_train() -> None:
    slow = st.session_state.get("speed") == "Slow"
    session.train(epochs_per_second=SLOW_EPOCHS_PER_SECOND if slow else None)


def press_reset() -> None:
    session.forget()
    st.session_state["cleared"] = True


def train_with(rule: str, seed: int) -> None:
    session.choose(EnsembleConfig(optimizer=rule, seed=seed), DataConfig())
    session.use_own_rows(False)
    session.train()


def spread(measured: classic.Spread) -> str:
    return f"{number(measured.median)} ({number(measured.low)} to {number(measured.high)})"


def tell_the_three_reasons_apart(job, result: classic.Outcome) -> None:
    """Why the classic text reports other losses than this run: the optimiser's rule, dropout in what Keras prints, luck."""
    new, old = classic.MEASURED["rmsprop"], classic.MEASURED[classic.OLD_RULE]
    worse = sorted(round(10 * (1 - measured.as_low_in_test / classic.SEEDS)) for measured in (old, new))
    st.markdown(
        f"""
**How lucky was the classic text?** It reports a training loss of the order {number(classic.REPORTED_TRAIN_LOSS)} and a test
loss of the order {number(classic.REPORTED_TEST_LOSS)}. This run reached {number(result.train_loss)} and
{number(result.test_loss)}. Three things stand between them.

- **The rule.** The text used Keras 2, whose RMSprop divides by $\\sqrt{{v}} + 10^{{-7}}$. Keras 3 divides by
  $\\sqrt{{v + 10^{{-7}}}}$, which slows it down where gradients are small.
- **Dropout.** Keras prints its training loss with dropout on, as a mean over the epoch. Here dropout is off. The
  printed loss is usually the larger of the two.
- **Luck.** The test loss comes out much the same with both rules. One as low as reported beats about {in_words(worse[0])} to
  {in_words(worse[1])} of ten runs.

| {classic.SEEDS} seeds of the classic run | RMSprop of Keras 3 | RMSprop of Keras 2 |
|---|---|---|
| Training loss, dropout off | {spread(new.train_loss)} | {spread(old.train_loss)} |
| Training loss as Keras prints it | {spread(new.printed_loss)} | {spread(old.printed_loss)} |
| Test loss | {spread(new.test_loss)} | {spread(old.test_loss)} |
| Training loss ≤ {number(classic.SMALL_TRAIN_LOSS)} | {new.small} of {classic.SEEDS} | {old.small} of {classic.SEEDS} |
| Training loss ≤ {number(classic.REPORTED_TRAIN_LOSS)} | {new.as_low_in_training} | {old.as_low_in_training} |
| The same as Keras prints it | {new.as_low_as_printed} | {old.as_low_as_printed} |
| Test loss ≤ {number(classic.REPORTED_TEST_LOSS)} | {new.as_low_in_test} | {old.as_low_in_test} |
"""
    )
    st.caption("Median (5 % to 95 %) in nats, and how many of the runs come that low.")
    if session.lesson().shows is not None:
        return
    rule = "rmsprop" if job.config.optimizer == classic.OLD_RULE else classic.OLD_RULE
    version = "3" if rule == "rmsprop" else "2"
    st.button(
        f"Train with the rule of Keras {version}",
        key="other_rule",
        icon=":material/swap_horiz:",
        on_click=train_with,
        args=(rule, job.config.seed),
        help="Trains the classic run with the same seed: same split, start, batches and dropout. Only the rule differs.",
    )


def settings_in_words(config: EnsembleConfig) -> str:
    shown = ("members", "dropout", "epochs", "seed")
    others = [
        f"{EnsembleConfig.model_fields[name].title.lower()} {in_words_of_settings(value)}"
        for name, value in config.to_query().items()
        if name not in shown
    ]
    members = f"{config.members} member{'s' if config.members > 1 else ''}"
    usual = f"{members}, dropout {config.dropout:g}, {config.epochs} epochs, seed {config.seed}"
    return ", ".join([usual, *others])


def who_looks(config: EnsembleConfig) -> str:
    return f"{in_words(config.members).capitalize()} small network{'s look' if config.members > 1 else ' looks'}"


def joined(config: EnsembleConfig) -> str:
    outputs = f"{classes} {'probabilities' if config.outputs == 'softmax' else 'outputs'}"
    if config.training == "independent":
        return f"Each gives {outputs}, and the ensemble is their mean."
    return f"One {'softmax' if config.outputs == 'softmax' else 'layer'} turns their scores into {outputs}."


st.markdown(
    f"{who_looks(config)} at the same {noun}. {joined(config)} Press **Train**, and watch them learn to tell {classes} classes "
    "apart."
)

settings, picture = st.columns([1, 2.6], gap="large")

with settings:
    controls.slider(EnsembleConfig, "members")
    controls.slider(EnsembleConfig, "dropout")
    controls.slider(EnsembleConfig, "epochs")
    with st.expander("More") if any(map(session.shows, MORE)) else nullcontext():
        controls.slider(EnsembleConfig, "hidden_units")
        controls.slider(EnsembleConfig, "hidden_layers")
        controls.choice(EnsembleConfig, "activation")
        controls.choice(EnsembleConfig, "optimizer")
        controls.learning_rate_slider()
        controls.slider(EnsembleConfig, "batch_size")
        controls.choice(EnsembleConfig, "training")
        controls.slider(EnsembleConfig, "bootstrap_share")
        controls.choice(EnsembleConfig, "outputs")
        controls.slider(EnsembleConfig, "label_smoothing")
        controls.slider(DataConfig, "test_share")
        controls.number(EnsembleConfig, "seed")
    st.segmented_control(
        "Speed",
        ["Full", "Slow"],
        default="Full",
        required=True,
        key="speed",
        persist_state="session",
        help=f"Full: as fast as it goes. Slow: {SLOW_EPOCHS_PER_SECOND} epochs a second, to watch and talk over. "
        "It counts from the next press of Train. A run that cannot go much faster than that trains at full speed.",
    )
    buttons = st.container()
    with st.container(horizontal=True):
        if session.shows("seed"):
            st.button(
                "New seed",
                key="new_seed",
                on_click=session.choose_new_seed,
                help=f"Another split, start and order of the {nouns}.",
            )
        if session.lesson().shows is None:
            st.button(
                "Classic example",
                key="classic",
                on_click=session.choose_classic,
                help="Puts every setting back to the classic run.",
            )

ended, notices = session.ended_job(), session.notices()
too_much = session.why_not_train()


def draw_buttons() -> None:
    st.button(
        "Train",
        key="train",
        disabled=bool(too_much),
        type="primary",
        width="stretch",
        icon=":material/play_arrow:",
        on_click=press_train,
        help="Trains from scratch with these settings.",
    )
    with st.container(horizontal=True):
        st.button(
            "Stop",
            key="stop",
            on_click=session.stop,
            disabled=not session.is_training() or not session.may_stop(session.job().owner),
            help="Ends the run now and keeps what it has learnt.",
        )
        st.button(
            "Reset",
            key="reset",
            on_click=press_reset,
            disabled=session.job() is None,
            help="Clears the picture. The same seed starts the same run again.",
        )


def draw_picture(seconds_between_news: float) -> None:
    job = session.job()
    if too_much:
        st.warning(plain(too_much), icon=":material/hourglass_disabled:")
    if job or not too_much:
        st.markdown(status.sentence(job))
    # Always one line, so that nothing below it moves when a setting changes.
    if job is None:
        st.caption(f"To be trained: {settings_in_words(config)}.")
    else:
        changed = " The settings have changed since: press **Train**." if session.has_changed_since(job) else ""
        st.caption(f"Shown: {settings_in_words(job.config)}.{changed}")
    training_view(
        job.run if job else None,
        job.dataset if job else data,
        run_id=f"{job.id}-{job.losses}" if job else "none",
        state=job.state if job else "idle",
        total_epochs=job.config.total_epochs if job else config.total_epochs,
        every=seconds_between_news,
        key="training_view",
    )


def redraw_the_whole_page_if_it_says_what_is_over() -> None:
    cleared = st.session_state.pop("cleared", False)
    if cleared or session.ended_job() is not ended or session.notices() != notices or session.was_refused():
        st.rerun()


@st.fragment
def train_and_watch() -> None:
    """What changes with a press of Train until the run has ended; the rest of the page need not be drawn for it."""
    redraw_the_whole_page_if_it_says_what_is_over()
    job, seconds = session.job(), session.seconds_between_news()
    watched = job is not ended

    @st.fragment(run_every=seconds if watched else None)
    def watch() -> None:
        redraw_the_whole_page_if_it_says_what_is_over()
        if watched:
            job.touch()
        draw_picture(seconds)

    if watched and job.begins_at_once:
        job.wait_for_news(SECONDS_TO_WAIT_FOR_THE_FIRST_POINTS)
    with buttons:
        draw_buttons()
    watch()
    session.write_link()


with picture:
    train_and_watch()

job = ended
if job and job.run and job.run.epochs:
    result = classic.outcome(job.run, job.dataset)
    low, high = result.test_accuracy_band
    st.header("What came out")
    with st.container(horizontal=True, gap="large"):
        st.metric(
            "Training loss",
            f"{number(result.train_loss)} nats",
            help="Mean negative log-likelihood, dropout off.",
            width="content",
        )
        st.metric(
            "Test loss",
            f"{number(result.test_loss)} nats",
            help=f"The same on the {nouns} that training never saw.",
            width="content",
        )
        st.metric(
            "Test accuracy",
            f"{result.test_hits} of {result.test_rows}",
            help=f"Test {nouns} whose likeliest class is the true one.",
            width="content",
        )
        st.metric(
            "Mean confidence",
            percent(result.mean_confidence, 1),
            help=f"Mean probability of the likeliest class over the test {nouns}.",
            width="content",
        )
        st.metric(
            f"Unsure (below {percent(classic.CONFIDENT)})",
            f"{result.unsure} of {result.test_rows}",
            help=f"Test {nouns} whose likeliest class has a smaller probability than this.",
            width="content",
        )
    st.markdown(
        f"After {job.run.epochs} epochs the ensemble names the right class for **{result.test_hits} of {result.test_rows}** "
        f"test {job.dataset.nouns}. A 95 % confidence interval (Wilson) for the accuracy of this network on further "
        f"{job.dataset.nouns} like these: {percent(low)} to {percent(high)}."
    )
    st.markdown(
        f"Of {result.test_rows} answers, {result.test_rows - result.unsure} come with a confidence of "
        f"{percent(classic.CONFIDENT)} or more. Does that make them probabilities? Look at them one {job.dataset.noun} at a "
        "time."
    )
    st.page_link("pages/predictions.py", label="Read the probabilities", icon=":material/arrow_forward:")
    if job.dataset.name == "wine":
        tell_the_three_reasons_apart(job, result)
    st.header("Keep it")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Pin",
            key="pin",
            icon=":material/push_pin:",
            on_click=session.pin,
            disabled=session.is_pinned(job),
            help="Keeps this run for the page “Compare runs”, up to four.",
        )
        st.page_link("pages/compare.py", label="Compare runs", icon=":material/compare:")
    take_away(job)
if limits().uploads:
    with st.expander("Open a run file"):
        open_saved()

st.header("The network")
show(
    network.diagram(config, data.features, data.classes, ink()),
    key="network",
    alt=f"Block diagram: {config.members} members with {config.hidden_layers} hidden layers of {config.hidden_units} units",
)
st.caption(
    f"{weight_count(config, data.features, data.classes):,} weights. A number in a box is how many numbers it passes on. Each "
    f"member has an input of its own, but all read the same {data.features} features of the same {noun}."
)
