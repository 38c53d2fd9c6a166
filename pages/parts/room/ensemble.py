"""The class is the ensemble: everybody's net is a dot, and the pools of all of them are worth more than most."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.rng import evaluation_rng
from ensemble.room import Room
from ensemble.room.class_ensemble import SELECTIONS, class_pools, selected
from ensemble.room.nets import ClassSettings, Net
from ensemble.room.tally import LEAST_SHOWN
from pages.parts.room import words
from ui import session
from ui.charts import labels, loss_references
from ui.charts import members as triangles
from ui.charts import room as pictures
from ui.charts import scores as sizes
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain

FREE = ("members", "activation", "hidden_units", "dropout", "learning_rate", "epochs", "seed")
BEGIN_WITH = ("activation", "hidden_units", "dropout", "epochs", "seed")
TITLES = {name: str(field.title) for name, field in EnsembleConfig.model_fields.items()}
IN_A_TRIANGLE = 3
KEY = "class_selection"


def show(room: Room) -> None:
    """A form for what the class trains; then what its nets say, as they come."""
    settings = room.class_settings()
    if settings is None:
        _choose_settings(room)
        return
    _show_class(room, settings)


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
            help="Everything else is as your controls have it. With the seed held, everybody begins alike.",
        )
        by_itself = st.toggle("Join on training", True, key="class_by_itself", help="A finished run joins without a press.")
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
        with st.popover("End", icon=":material/logout:"):
            st.markdown("The nets that have joined are gone, and everybody may train anything again.")
            st.button(
                "End it now",
                key="class_end",
                type="primary",
                on_click=session.in_room,
                args=(room.stop_training_together,),
            )
    chosen = selected(nets, selection)
    if len(chosen) < LEAST_SHOWN:
        st.info(fill(words.FEW_NETS, nets=len(chosen), joined=len(nets), least=LEAST_SHOWN), icon=":material/hourglass_top:")
        return
    _show_nets(chosen, settings)


def _show_nets(nets: dict[str, Net], settings: ClassSettings) -> None:
    data = session.class_rows(settings.data)
    try:
        seen = class_pools(nets, data.y_test, evaluation_rng(settings.config))
    except InputError as problem:
        st.warning(plain(str(problem)))
        return
    better = int((seen.losses > seen.linear).sum())
    left, right = st.columns(2, gap="large")
    with left:
        draw(
            pictures.class_losses(seen),
            key="class_losses",
            alt=f"Test losses of {len(nets)} nets, and of their pools",
            title=fill(words.BETTER_THAN, better=better, nets=len(nets)),
        )
        draw(
            sizes.nll_by_size(seen.by_size, loss_references(data.y_test, data.classes)),
            key="class_by_size",
            alt="Test loss of pools of so many nets",
            title=fill(words.BY_SIZE, one=number(float(seen.losses.mean())), all=number(seen.linear)),
        )
    with right:
        if data.classes == IN_A_TRIANGLE:
            row, proba = pictures.most_disputed(nets)
            draw(
                triangles.triangle(proba, data.y_test, labels(data.class_names), row, data.row_name),
                key="class_triangle",
                alt=f"Forecasts of {len(nets)} nets in the triangle of three classes",
                title=fill(words.DISPUTED, row_name=data.row_name, row=row + 1),
            )
        draw(
            sizes.identity(float(seen.losses.mean()), seen.log, seen.ambiguity),
            key="class_ambiguity",
            alt="What the log pool gains is how much the nets disagree",
            title=fill(words.AMBIGUITY, gain=number(seen.ambiguity)),
        )
