"""The action of a step's button, and whether it has been done."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Step
from ensemble.room import Room
from ensemble.room.nets import ClassSettings
from ui.session import runs, settings, sweeps
from ui.session.room import join_class, net_for_the_class, participant, room, set_up_for_the_class
from ui.session.state import Flash, flash, lead_to, state
from ui.widget_keys import Key, part_key

SWEEPS, SWEEP_NAMES = "experiments", {"Sweep": "sweep", "Two settings, same seeds": "pairs"}
CLASS_PAGE, CLASS_PART = "room", "The class is the ensemble"
FREE_IN_A_CLASS = ("activation", "hidden_units", "dropout", "epochs", "seed")


def do(step: Step, epochs_per_second: float | None = None) -> None:
    """Do the action of a step; a refusal is shown once, in the strip of the step (a callback)."""
    assert step.action is not None
    wanted = step.action.to or 0.0
    match step.action.do:
        case "train":
            _train(epochs_per_second)
        case "set the temperature":
            state().temperature = wanted
            state().new_scores = {"temperature": wanted}
        case "choose an example":
            _choose_example(step.page, int(wanted))
        case "open a sweep":
            state().trains_sweep = True
            if state().page != SWEEPS:
                lead_to(SWEEPS)
        case "join the class":
            try:
                _join_the_class(step)
            except InputError as refusal:
                flash(Flash.STEP, str(refusal))


def is_done(step: Step) -> bool:
    """Whether the session is as the step's action leaves it; False if that cannot be found out."""
    try:
        return _is_done(step)
    except InputError:  # rows that cannot be split, or rooms that cannot be reached, which the page says
        return False


def _is_done(step: Step) -> bool:
    assert step.action is not None
    match step.action.do:
        case "train":
            own = runs.ended_job()
            return bool(own and own.run and own.run.epochs and not runs.has_changed_since(own))
        case "set the temperature":
            return state().temperature == step.action.to
        case "choose an example":
            return _example(step.page) == step.action.to
        case "open a sweep":
            return not state().trains_sweep and _is_trained(SWEEP_NAMES.get(step.part, sweeps.LUCK))
        case "join the class":
            return _is_in_the_class()


def _train(epochs_per_second: float | None = None) -> None:
    if refusal := runs.why_not_train():
        flash(Flash.REFUSAL, refusal)
    else:
        runs.train(epochs_per_second)


def _is_trained(name: str) -> bool:
    """Whether the session's sweep of that name has ended, and was trained with the settings that the controls show."""
    trained = sweeps.sweeps().get(name)
    if trained is None or trained.live:
        return False
    asked, plan = settings.config(), sweeps.training_of(trained).plan
    free = {"seed", *plan.settings}
    same = all(value == getattr(asked, field) for field, value in plan.specs[0].config if field not in free)
    return same and sweeps.training_of(trained).data == settings.data_config()


def _choose_example(page: str, number: int) -> None:
    if page == "softmax":
        st.session_state[Key.REAL_SCORES], st.session_state[Key.SCORED_ROW] = True, number
    elif page == "decide":
        state().decided_row = number - 1
    else:
        st.session_state[Key.WINE] = number


def _example(page: str) -> int | None:
    """The number of the example that a page shows."""
    if page == "softmax":
        return st.session_state.get(Key.SCORED_ROW) if st.session_state.get(Key.REAL_SCORES) else None
    if page == "decide":
        row = state().decided_row
        return None if row is None else row + 1
    return st.session_state.get(Key.WINE)


def _join_the_class(step: Step) -> None:
    """The lecturer sets the task for everybody; anybody else trains a net for it, which joins the class."""
    present = room()
    if present is None:
        raise InputError("The class meets in a room. Open or enter one on the page “Room” first.")
    if present.secret:
        if present.class_settings() is None:
            present.train_together(_for_the_class(step))
        settings.set_value(part_key(CLASS_PAGE), CLASS_PART)
        if state().page != CLASS_PAGE:
            lead_to(CLASS_PAGE)
        return
    task = present.class_settings()
    if task is None:
        raise InputError("The lecturer has not said yet what the class trains. Try again in a moment.")
    if own := net_for_the_class(task):
        join_class(present, task, own)
    else:
        set_up_for_the_class(task)
        _train()


def _for_the_class(step: Step) -> ClassSettings:
    """The task: nets of one member each on the step's rows, with the settings that the step shows left free."""
    config, data = settings.config(), settings.data_config()
    free = tuple(name for name in step.shows if name in type(config).model_fields) if step.shows else FREE_IN_A_CLASS
    return ClassSettings(
        data=data.model_copy(update={"split": data.split_seed(config.seed)}),
        config=config.model_copy(update={"members": 1, "training": "joint"}),
        free=free,
        joins_by_itself=True,
    )


def _is_in_the_class() -> bool:
    present: Room | None = room()
    if present is None:
        return False
    return present.class_settings() is not None if present.secret else present.has_joined(participant())
