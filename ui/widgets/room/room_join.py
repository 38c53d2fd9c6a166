"""A student's own net in the ensemble of the class."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.execution.jobs import Job
from ensemble.room import Room, codes
from ensemble.room.class_ensemble import with_and_without
from ensemble.room.nets import ClassSettings
from ensemble.room.tally import MIN_SHOWN
from ui import session
from ui.text.format import number, plain
from ui.widgets.lecture import step_strip

TRAIN, TRAINS = "train", ":material/play_arrow:"
TITLES = {name: str(field.title) for name, field in EnsembleConfig.model_fields.items()}


def show_for_student(room: Room, is_of_step: bool = False) -> None:
    """The settings of the class, and the buttons by which the own net joins; nothing until the lecturer has set them.

    With ``is_of_step`` the present step of a lecture is about it: one press trains a net, which joins.
    """
    settings = room.class_settings()
    if settings is None or not session.participant():
        return
    own = session.net_for_the_class(settings)
    joined = room.has_joined(session.participant())
    if own and settings.joins_by_itself and session.state().joined != own.id:
        session.in_room(session.join_class, room, settings, own)
        joined = room.has_joined(session.participant())
    with st.container(key="room_net", gap="small"):
        _show_way(room, settings, own, joined, is_of_step)
        if joined:
            _show_own_share(room, settings)


def _show_way(room: Room, settings: ClassSettings, own: Job | None, joined: bool, is_of_step: bool) -> None:
    is_new = own is not None and not (joined and session.state().joined == own.id)
    is_set_up = session.state().page == TRAIN and session.is_set_up_for_the_class(settings)
    st.markdown(
        f"**Train a net for the class.** {_what_is_free(settings)} {_what_is_next(settings, is_set_up, is_new, joined)}"
    )
    if refusal := session.take_flash(session.Flash.ROOM):
        st.error(plain(refusal))
    with st.container(horizontal=True, gap="small"):
        if is_of_step and not own and not joined:
            st.button(
                "Train my net",
                key="class_train",
                icon=TRAINS,
                type="secondary" if session.is_training() else "primary",
                on_click=step_strip.do_action,
                disabled=session.is_training(),
            )
        elif not is_set_up:
            st.button(
                "Set it up",
                key="class_set_up",
                icon=":material/tune:",
                type="secondary" if own else "primary",
                on_click=session.set_up_for_the_class,
                args=(settings,),
                help="Sets every control, and opens Train.",
            )
        if is_new:
            st.button(
                "Join with this net" if joined else "Join",
                key="class_join",
                icon=":material/group_add:",
                type="primary",
                on_click=session.in_room,
                args=(session.join_class, room, settings, own),
                help="Adds the forecasts of your last run to the ensemble of the class.",
            )
        if joined:
            st.button("Look again", key="class_look", icon=":material/refresh:", help="Others may have joined.")
            st.button(
                "Take mine out",
                key="class_leave",
                type="tertiary",
                on_click=session.in_room,
                args=(room.leave, session.participant()),
                help="You can come back.",
            )


def _what_is_next(settings: ClassSettings, is_set_up: bool, is_new: bool, joined: bool) -> str:
    if session.is_training() and is_set_up:
        return "Your net is training" + ("; it joins by itself." if settings.joins_by_itself else ".")
    if is_new:
        return "Your last net can join."
    if joined:
        return "Yours has joined. Train another one, and it takes its place."
    if is_set_up:
        return "Press Train below" + ("; your net joins by itself." if settings.joins_by_itself else ", then join.")
    return ""


def _what_is_free(settings: ClassSettings) -> str:
    names = [TITLES[name] for name in settings.free if name in TITLES]
    return f"You may change: {', '.join(names)}." if names else "Everybody trains with the same settings."


def _show_own_share(room: Room, settings: ClassSettings) -> None:
    nets = room.pool()
    own, whole, without = with_and_without(nets, codes.digest(session.participant()), session.class_rows(settings.data).y_test)
    is_shown = len(nets) >= MIN_SHOWN
    with st.container(horizontal=True, gap="medium"):
        st.metric("My net", f"{number(own)} nats", width="content")
        if is_shown:
            st.metric(f"The class: {len(nets)} nets", f"{number(whole)} nats", width="content")
            if without is not None:
                st.metric("The class without mine", f"{number(without)} nats", width="content")
    if not is_shown:
        st.caption(f"{len(nets)} of {MIN_SHOWN} nets have joined. Their joint forecast is shown from {MIN_SHOWN} on.")
