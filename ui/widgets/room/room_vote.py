"""The present question of a room: for a student the form to answer it, for the lecturer the buttons that lead through it."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.room import Room, codes
from ensemble.room.forecasters import own_log_score
from ensemble.room.questions import MAX_ROUNDS, Asking, Question, Vote
from ensemble.room.tally import MIN_SHOWN
from ui import session
from ui.page_registry import PAGES
from ui.text.answers import bars, change, claim
from ui.text.format import number, percent, plain
from ui.widgets.lecture.lesson import safe


def show_for_student(room: Room) -> None:
    """The form to answer the present question, and the results once the lecturer shows them."""
    asking = room.asking()
    if asking is None:
        return
    question = room.question(asking.question)
    own = room.vote_of(session.participant(), question.id) if session.participant() else None
    with st.container(key="room_question", gap="small"):
        st.markdown(_as_heading(question.text))
        if not asking.revealed:
            _take_answer(room, question, asking, own)
        if asking.distribution_shown:
            show_tally(room, question, asking)
        if asking.revealed:
            _show_right_answer(question)
            _show_own_score(room, question, own)
        if question.page in PAGES and question.page != session.state().page:
            st.button(
                f"Show the picture: {PAGES[question.page].title}",
                key="room_picture",
                icon=":material/image:",
                width="stretch",
                on_click=session.open_picture,
                args=(question,),
                help="Opens the page that the question is about. The question stays on top.",
            )


def show_for_lecturer(room: Room, is_of_step: bool = False) -> None:
    """The present question, the number of answers, and the buttons that lead through it.

    With ``is_of_step`` it belongs to the present step of a lecture, whose button Next reveals the answer and goes on.
    """
    asking = room.asking()
    if asking is None:
        return
    question, answered = room.question(asking.question), room.answered(asking.question)
    with st.container(key="room_question", gap="small"):
        left, right = st.columns([1.7, 1], gap="large") if is_of_step else (st.container(), st.container())
        with left:
            st.markdown(_as_heading(question.text))
            if not (asking.distribution_shown and show_tally(room, question, asking)):
                st.markdown("\n".join(f"- {safe(answer)}" for answer in question.answers))
        with right:
            if asking.revealed:
                _show_right_answer(question)
            else:
                again = " again" if asking.round > 1 else ""
                st.progress(min(1.0, answered / max(room.people, 1)), text=f"{answered} of {room.people} have answered{again}")
            with st.container(horizontal=True, gap="small"):
                if not asking.revealed:
                    offer_spread(room, asking, answered)
                if not is_of_step:
                    _offer_reveal(room, asking)


def _as_heading(text: str) -> str:
    """A question's first line as a heading, the others below it."""
    first, _, others = safe(text).strip().partition("\n")
    return f"## {first.lstrip('# ')}\n{others}"


def _take_answer(room: Room, question: Question, asking: Asking, own: Vote | None) -> None:
    """The form to answer; once it is sent, the answer in one line, so that the picture is in sight again."""
    name = f"{question.id} {asking.round}"
    is_folded = own is not None and session.state().sent_answer == name
    if not is_folded:
        _show_form(room, question, name, own)
    if refusal := session.take_flash(session.Flash.ROOM):
        st.error(plain(refusal))
    if own:
        said = f"You said “{plain(question.answers[own.answer])}”, {percent(own.confidence)} sure."
        with st.container(key="room_said", horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"{said} You can change it until the answer is shown.")
            if is_folded:
                st.button("Change", key="room_change", icon=":material/edit:", on_click=_unfold)


def _show_form(room: Room, question: Question, name: str, own: Vote | None) -> None:
    """A form, so that a phone sends one message for each answer, and none while the slider is dragged."""
    answers = range(len(question.answers))
    least = 100 / len(question.answers)
    with st.form(f"room_form {name}", border=False, enter_to_submit=False):
        st.radio(
            question.text,
            answers,
            index=own.answer if own else None,
            key=f"room_answer {name}",
            format_func=lambda k: safe(question.answers[k]),
            label_visibility="collapsed",
            width="stretch",
        )
        with st.container(key="room_send", horizontal=True, vertical_alignment="bottom", gap="medium"):
            st.slider(
                "How sure are you?",
                min_value=round(least),
                max_value=100,
                value=round(100 * own.confidence) if own else round(least),
                format="%d %%",
                key=f"room_sure {name}",
                help=f"{round(least)} % is a guess. 100 % is certain: a wrong answer then costs infinitely much.",
            )
            st.form_submit_button(
                "Change my answer" if own else "Answer",
                key="room_answer",
                icon=":material/how_to_vote:",
                type="primary",
                disabled=not session.participant(),
                on_click=session.in_room,
                args=(_answer, room, question, name),
            )


def _answer(room: Room, question: Question, name: str) -> None:
    chosen, sure = (st.session_state.get(f"room_{what} {name}") for what in ("answer", "sure"))
    if chosen is None or sure is None:
        raise InputError("Choose one of the answers first.")
    room.vote(session.person_in(room), question.id, chosen, max(sure / 100, 1 / len(question.answers)))
    session.state().sent_answer = name


def _unfold() -> None:
    session.state().sent_answer = ""


def offer_spread(room: Room, asking: Asking, answered: int) -> None:
    """The buttons before the answer is revealed: show the distribution, and vote again."""
    st.button(
        "Show how the answers are spread",
        key="room_show",
        on_click=session.in_room,
        args=(room.show_distribution,),
        disabled=asking.distribution_shown or answered < MIN_SHOWN,
        help=f"Without the right one. Nothing is shown of fewer than {MIN_SHOWN} people.",
    )
    st.button(
        "Vote again",
        key="room_again",
        on_click=session.in_room,
        args=(room.vote_again,),
        disabled=asking.round == MAX_ROUNDS or not asking.distribution_shown,
        help="Let people talk to their neighbours first. Both rounds are shown side by side.",
    )


def _offer_reveal(room: Room, asking: Asking) -> None:
    if asking.revealed:
        st.button(
            "Next question",
            key="room_next",
            type="primary",
            on_click=session.in_room,
            args=(room.stop_asking,),
            help="Ends this one.",
        )
        return
    st.button(
        "Reveal",
        key="room_reveal",
        type="primary",
        on_click=session.in_room,
        args=(room.reveal,),
        help="Shows the right answer. After that nobody can change their own.",
    )


def show_tally(room: Room, question: Question, asking: Asking, marks_right: bool = False) -> bool:
    """Each answer with a bar for each round; returns whether there was anything to show.

    The right answer is marked once it is revealed; with ``marks_right``, which only the lecturer sees, before that too.
    """
    rounds = room.tally(question.id).rounds
    shown = [one for one in rounds if one.counts]
    if not shown:
        st.caption(f"Nothing is shown of fewer than {MIN_SHOWN} people.")
        return False
    right = question.right if asking.revealed or marks_right else None
    title = claim(question.answers, shown[-1].counts)
    if right is not None and len(shown) > 1:
        title = change(right, shown)
    with st.container(key="room_tally", gap="xsmall"):
        st.markdown(f"**{title}**")
        for k, answer in enumerate(question.answers):
            st.markdown(f":material/check: **{safe(answer)}**" if k == right else safe(answer))
            st.html(bars(rounds, k))
    return True


def _show_right_answer(question: Question) -> None:
    if question.right is not None:
        st.markdown(f"**Right: {safe(question.answers[question.right])}**\n\n{safe(question.why)}")
    elif question.why:
        st.markdown(safe(question.why))


def _show_own_score(room: Room, question: Question, own: Vote | None) -> None:
    if question.right is None:
        return
    if own is None:
        st.caption("You have not answered this one.")
        return
    verdict = "right" if own.answer == question.right else "wrong"
    loss = own_log_score({question.id: (question, {"me": own})}, "me")
    mine = own_log_score(room.votes(), codes.digest(session.participant()))
    assert loss is not None
    words = f"You were {percent(own.confidence)} sure, and {verdict}: this costs you {number(loss.loss)} nats."
    if mine and mine.questions > 1:
        words += f" Your mean over {mine.questions} questions is {number(mine.loss)} nats. Nobody else sees this."
    st.caption(words)
