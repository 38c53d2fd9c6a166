"""The strip of a step: where one is in a plan, what the step says and asks, its action, and the ways on."""

from __future__ import annotations

import streamlit as st

from ensemble.lecture import Plan, Step
from ui import session
from ui.session.lecture import leading
from ui.text.format import plain
from ui.widgets.lecture import back_and_next, led_lecture, step_question
from ui.widgets.lecture.lesson import safe

MAX_FOLDED = 60
ICONS = {
    "train": ":material/play_arrow:",
    "set the temperature": ":material/device_thermostat:",
    "choose an example": ":material/center_focus_strong:",
    "open a sweep": ":material/play_arrow:",
    "join the class": ":material/group_add:",
}


def show_step() -> None:
    """The strip of the present step; nothing while no plan is on, or where a lecturer's page shows something else."""
    plan, step = session.plan(), session.step()
    if plan is None or step is None or leading.shows_no_step():
        return
    with st.container(border=True, key="step_strip", gap="small"):
        _show_head(plan, step)
        if refusal := session.take_flash(session.Flash.STEP):
            st.error(plain(refusal))
        with st.container(key="step_body", horizontal=True, vertical_alignment="center", gap="small"):
            if step.words:
                with st.container(width="stretch", gap=None):
                    _show_words(step)
            if not session.is_at_step() and not _is_training_for_the_class(step):
                st.button(
                    "Back to this step",
                    key="step_return",
                    type="primary",
                    icon=":material/undo:",
                    on_click=session.open_step,
                    help="Opens the step's page, as the step sets it.",
                )
            elif _has_action(step):
                _show_action(step)
        step_question.show(step, session.state().step)
        if session.state().step == len(plan.steps) - 1:
            from ui.widgets.lecture.hand_out import show_afterwards  # here, because the steps before need none of it

            show_afterwards()


def _show_head(plan: Plan, step: Step) -> None:
    """Where one is, and the ways on."""
    present, last = session.state().step, len(plan.steps) - 1
    with st.container(key="step_head", horizontal=True, vertical_alignment="center", gap="small"):
        if leading.follows():
            st.markdown(f"{present + 1} / {len(plan.steps)} · **{plain(step.title)}**")
            return
        with st.popover(f"{present + 1} / {len(plan.steps)}", key="step_list", help="All steps of this plan."):
            _list_steps(plan)
        with st.container(width="stretch"):
            st.markdown(f"**{plain(step.title)}**")
        if leading.leads():
            led_lecture.offer_back_and_next(is_main=not _is_to_act(step))
            return
        back_and_next.show_back("step", session.go_to, present - 1, is_first=present == 0)
        if present < last:
            help = plain(f"Step {present + 2}: {plan.steps[present + 1].title}")
            back_and_next.show_next("step", session.go_to, present + 1, help=help, is_main=not _is_to_act(step))
        else:
            is_done = present in session.state().steps_done
            st.button(
                "Done" if is_done else "Finish",
                key="step_finish",
                type="secondary" if is_done or _is_to_act(step) else "primary",
                icon=":material/check:" if is_done else ":material/flag:",
                on_click=session.finish_step,
                help=f"{_how_many_done(plan)} of {len(plan.steps)} steps are done.",
            )


def _is_to_act(step: Step) -> bool:
    """Whether the next press that a step asks for is that of its own button, or the way back to it."""
    return not session.is_at_step() or (_has_action(step) and not session.is_action_done())


def _has_action(step: Step) -> bool:
    """Whether the strip has a button for the step's action.

    Only a lecturer makes the class train; the strip of the room has the button by which somebody else joins it.
    """
    return step.action is not None and (not step.does("join the class") or bool(session.state().room_secret))


def _is_training_for_the_class(step: Step) -> bool:
    """Whether the page is the one to which the step's action leads a student."""
    return step.does("join the class") and session.state().page == "train"


def _list_steps(plan: Plan) -> None:
    """All steps, to go to; and the way out."""
    present = session.state()
    st.markdown(f"**{plain(plan.title)}**")
    st.caption(f"{_how_many_done(plan)} of {len(plan.steps)} steps done.")
    with st.container(key="steps_of_plan", gap=None):
        for index, step in enumerate(plan.steps):
            st.button(
                f"{index + 1} {plain(step.title)}",
                key=f"step_{index}",
                type="tertiary",
                icon=":material/check:" if index in present.steps_done else ":material/radio_button_unchecked:",
                on_click=session.go_to,
                args=(index,),
                disabled=index == present.step,
            )
    st.button(
        "Leave the plan",
        key="leave_plan",
        icon=":material/logout:",
        on_click=session.leave_plan,
        help="The page stays as it is, and the menu shows all pages.",
    )


def _how_many_done(plan: Plan) -> int:
    return len(session.state().steps_done & {*range(len(plan.steps))})


@st.fragment
def _show_words(step: Step) -> None:
    """What the step says; a narrow window folds it to two lines, which a press unfolds."""
    unfolded = st.session_state.get("step_unfolded") == session.state().step
    with st.container(key="step_words_all" if unfolded else "step_words", gap=None):
        st.markdown(safe(step.words))
    if len(step.words) > MAX_FOLDED:
        st.button(
            "less" if unfolded else "more",
            key="step_more",
            type="tertiary",
            on_click=_unfold,
            args=(None if unfolded else session.state().step,),
        )


def _unfold(step: int | None) -> None:
    st.session_state["step_unfolded"] = step


def _show_action(step: Step) -> None:
    assert step.action is not None
    is_done = session.is_action_done()
    is_training = step.does("train") and session.is_training()
    is_later = leading.has_open_question()  # the answer comes first
    st.button(
        "Training …" if is_training else _label(step),
        key="step_action",
        type="secondary" if is_done or is_training or is_later else "primary",
        icon=":material/check:" if is_done else ICONS[step.action.do],
        on_click=do_action,
        disabled=is_training,
    )


def do_action() -> None:
    """Do the action of the present step (a callback)."""
    from ui.widgets.experiment.run_settings import epochs_per_second  # here, because a page without runs needs none of it

    session.do_action(epochs_per_second())


def _label(step: Step) -> str:
    """What the button does, in two or three words."""
    assert step.action is not None
    match step.action.do:
        case "set the temperature":
            return f"Temperature {step.action.to:g}"
        case "choose an example":
            return f"{session.shown_job().dataset.row_name.capitalize()} {step.action.to:.0f}"
        case "open a sweep":
            choices = session.state().experiment.choices
            pairs, sweep = "Two settings, same seeds", "Sweep"
            return {pairs: f"Train {choices.pairs} pairs", sweep: "Train the sweep"}.get(
                step.part, f"Train {choices.seeds} seeds"
            )
        case "join the class":
            return "Train together"
        case _:
            return "Train"
