"""The class is the ensemble: a dot for each student's net, and their pools, which beat most of the nets."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.rng import evaluation_rng
from ensemble.room import Room
from ensemble.room.class_ensemble import SELECTIONS, ClassPools, class_pools, selected
from ensemble.room.nets import ClassSettings, Net
from ensemble.room.tally import MIN_SHOWN
from pages.parts.room import words
from ui import session
from ui.charts import labels, loss_references
from ui.charts import room as pictures
from ui.charts import scores as sizes
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain

FREE = ("members", "activation", "hidden_units", "dropout", "learning_rate", "epochs", "seed")
BEGIN_WITH = ("activation", "hidden_units", "dropout", "epochs", "seed")
TITLES = {name: str(field.title) for name, field in EnsembleConfig.model_fields.items()}
IN_A_TRIANGLE = 3
KEY, LOSSES, CHOSEN = "class_selection", "class_losses", "class_chosen"
SAME_SEED = "Same seed for all"


def show(room: Room) -> None:
    """A form for the settings of the class; then the results of its nets, as they join."""
    settings = room.class_settings()
    if settings is None:
        _begin_by_the_step() if session.step_does("join the class") else _choose_settings(room)
        return
    _show_class(room, settings)


def _begin_by_the_step() -> None:
    """What the step's own button begins, with the settings that the step leaves free."""
    st.markdown(fill(words.CLASS_ENSEMBLE))
    st.markdown(fill(words.STEP_BEGINS, rows=plain(session.dataset().name)))


def _choose_settings(room: Room) -> None:
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        st.markdown(fill(words.CLASS_ENSEMBLE))
    with right, st.container(border=True):
        config, data = session.config(), session.data_config()
        st.markdown(fill(words.CLASS_ROWS, rows=plain(session.dataset().name)))
        if session.has_own_rows():
            st.info(fill(words.NO_OWN_ROWS))
        single = st.toggle("Each net alone", True, key="class_single", help="One member each: the class is the ensemble.")
        free = st.multiselect(
            "What people may change",
            FREE,
            BEGIN_WITH,
            key="class_free",
            format_func=TITLES.__getitem__,
            help="All other settings are those of your controls. If the seed is fixed, everybody starts from the same weights.",
        )
        by_itself = st.toggle("Join on training", True, key="class_by_itself", help="A finished run joins without a click.")
        st.button(
            "Train together",
            key="class_begin",
            type="primary",
            disabled=session.has_own_rows(),
            on_click=session.in_room,
            args=(room.train_together, _settings(config, data, single, tuple(free), by_itself)),
            help="Puts the task on everybody's page.",
        )


def _settings(config: EnsembleConfig, data: DataConfig, single: bool, free: tuple[str, ...], by_itself: bool) -> ClassSettings:
    held = {"members": 1, "training": "joint"} if single else {}
    rows = data.model_copy(update={"split": data.split_seed(config.seed)})
    return ClassSettings(data=rows, config=config.model_copy(update=held), free=free, joins_by_itself=by_itself)


def _show_class(room: Room, settings: ClassSettings) -> None:
    nets = room.pool()
    with st.container(horizontal=True, vertical_alignment="center"):
        selection = st.segmented_control(
            "Nets", SELECTIONS, default=SELECTIONS[0], required=True, key=KEY, label_visibility="collapsed"
        )
        if selection == SAME_SEED and settings.free:
            st.button(
                "New round: the same net for all",
                key="class_same",
                icon=":material/restart_alt:",
                on_click=session.in_room,
                args=(room.train_together, settings.model_copy(update={"free": ()})),
                help="Everybody trains again, with one seed and the same settings. The present nets are removed.",
            )
        with st.popover("End", icon=":material/logout:"):
            st.markdown("Removes all nets. Everybody may then train with any settings.")
            st.button(
                "End it now",
                key="class_end",
                type="primary",
                on_click=session.in_room,
                args=(room.stop_training_together,),
            )
    chosen = selected(nets, selection)
    if len(chosen) < MIN_SHOWN:
        st.info(
            fill(words.FEW_NETS, nets=len(chosen), least=MIN_SHOWN, kind=" of this kind" * (len(chosen) < len(nets))),
            icon=":material/hourglass_top:",
        )
        return
    _show_nets(room, chosen, settings)


def _show_nets(room: Room, nets: dict[str, Net], settings: ClassSettings) -> None:
    data = session.class_rows(settings.data)
    try:
        seen = class_pools(nets, data.y_test, evaluation_rng(settings.config))
    except InputError as problem:
        st.warning(plain(str(problem)))
        return
    left, right = st.columns(2, gap="large")
    with left:
        _show_losses(room, nets, seen)
        draw(
            sizes.nll_by_size(seen.by_size, loss_references(data.y_test, data.classes)),
            key="class_by_size",
            alt="Test loss of pools of so many nets",
            title=fill(words.BY_SIZE, one=number(float(seen.losses.mean())), nets=len(nets), all=number(seen.linear)),
        )
    with right:
        if data.classes == IN_A_TRIANGLE:
            row, proba = pictures.most_disputed(nets)
            draw(
                pictures.class_triangle(proba, int(data.y_test[row]), labels(data.class_names)),
                key="class_triangle",
                alt=f"Forecasts of {len(nets)} nets in the triangle of three classes",
                title=fill(words.ALIKE if seen.are_alike else words.DISPUTED, row_name=data.row_name, row=row + 1),
            )
        draw(
            sizes.identity(float(seen.losses.mean()), seen.log, seen.ambiguity),
            key="class_ambiguity",
            alt="What the log pool gains is how much the nets disagree",
            title=fill(words.NO_AMBIGUITY if seen.are_alike else words.AMBIGUITY, gain=number(seen.ambiguity)),
        )


def _show_losses(room: Room, nets: dict[str, Net], seen: ClassPools) -> None:
    names, better = list(nets), seen.better_than
    chosen = st.session_state.get(CHOSEN)
    index = names.index(chosen) if chosen in nets else None
    claim = words.ALL_THE_SAME if seen.are_alike else words.BETTER_THAN_ALL if better == len(nets) else words.BETTER_THAN
    draw(
        pictures.class_losses(seen, index),
        key=LOSSES,
        alt=f"Test losses of {len(nets)} nets, and of their pools",
        title=fill(claim, better=better, nets=len(nets)),
        on_select=partial(_choose_net, names),
    )
    if index is None:
        st.caption("Click a dot to take its net out.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        config = nets[names[index]].config
        st.markdown(
            f"This net: **{number(float(seen.losses[index]))} nats**, {plain(config.activation)}, seed {config.seed}.",
            width="content",
        )
        st.button(
            "Take it out",
            key="class_remove",
            icon=":material/delete:",
            on_click=session.in_room,
            args=(room.remove, names[index]),
            help="Its owner may join again.",
        )


def _choose_net(names: list[str]) -> None:
    """The net of the clicked dot; ``names`` are the nets in the order of the dots."""
    points = st.session_state[LOSSES].selection.points
    index = points[0]["point_index"] if points and points[0]["curve_number"] == 0 else -1
    st.session_state[CHOSEN] = names[index] if 0 <= index < len(names) else None
