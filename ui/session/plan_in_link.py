"""A plan in the address: which one is on, its step, those that are done, and what was guessed alone."""

from __future__ import annotations

from collections.abc import Mapping

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.plan_link import MAX_LINK, from_link, to_link
from ui.session.state import state

PLAN, STEP, DONE, GUESSED = "plan", "step", "done", "guessed"
IN_LINKS = (PLAN, STEP, DONE, GUESSED)
SKIPPED, OPEN = "s", "-"
MAX_DIGITS = 20


def set_plan(plan: Plan | None, in_link: str = "") -> None:
    """Have a plan on from its first step, or none; ``in_link`` is what links say of it."""
    present = state()
    present.plan, present.plan_in_link = plan, in_link if plan else ""
    present.step, present.steps_done, present.explores = 0, frozenset(), False
    present.plan_guesses, present.came_from = {}, {}


def in_link(plan: Plan) -> str:
    """What a link says of a plan; empty if that is too long for a link."""
    text = to_link(plan)
    return text if len(text) <= MAX_LINK else ""


def read_plan(query: dict[str, str]) -> list[str]:
    """Take the plan of a link into the session, at its step; gives a sentence for each part that cannot be used."""
    if PLAN not in query:
        return []
    try:
        plan = from_link(query[PLAN])
    except InputError as problem:
        return [str(problem)]
    set_plan(plan, query[PLAN])
    state().opens_step = True
    notices = []
    if STEP in query:
        index = _index(query[STEP])
        state().step = min(index, len(plan.steps) - 1) if index is not None else 0
        if index != state().step:
            notices.append(f"The link asks for a step that is not 1 to {len(plan.steps)}. Step {state().step + 1} is shown.")
    if DONE in query:
        done = _done(query[DONE], len(plan.steps))
        if done is None:
            notices.append("The link's list of finished steps cannot be read. The plan starts with none finished.")
        state().steps_done = done or frozenset()
    if GUESSED in query:
        guesses = _guesses(query[GUESSED], plan)
        if guesses is None:
            notices.append("What was guessed cannot be read from the link. The questions are asked anew.")
        state().plan_guesses = guesses or {}
    return notices


def step_in(query: dict[str, str]) -> int | None:
    """The index of the step that an address names; None if it names none of this plan."""
    plan, index = state().plan, _index(query.get(STEP, ""))
    return index if plan and index is not None and index < len(plan.steps) else None


def write_plan() -> dict[str, str]:
    """The plan as ``read_plan`` takes it; nothing of one that is too long for a link."""
    present = state()
    if not present.plan or not present.plan_in_link:
        return {}
    query = {PLAN: present.plan_in_link, STEP: str(present.step + 1)}
    if present.steps_done:
        query[DONE] = f"{sum(1 << index for index in present.steps_done):x}"
    if signs := _signs_of(present.plan_guesses, present.plan):
        query[GUESSED] = signs
    return query


def _index(text: str) -> int | None:
    """A step's index of its number, from 1."""
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and int(text) > 0:
        return int(text) - 1
    return None


def _done(text: str, steps: int) -> frozenset[int] | None:
    """Which steps a mask of bits in hexadecimal digits names; None if it is none."""
    if not text or len(text) > MAX_DIGITS or any(sign not in "0123456789abcdef" for sign in text):
        return None
    mask = int(text, 16)
    return frozenset(index for index in range(steps) if mask >> index & 1)


def _signs_of(guesses: Mapping[int, str], plan: Plan) -> str:
    """A sign for each question, in their order: the digit of the answer that was chosen, skipped, or open."""
    signs = ""
    for index, step in enumerate(plan.steps):
        if step.question:
            guess, answers = guesses.get(index), step.question.answers
            signs += OPEN if guess is None else str(answers.index(guess)) if guess in answers else SKIPPED
    return signs.rstrip(OPEN)


def _guesses(signs: str, plan: Plan) -> dict[int, str] | None:
    """What ``_signs_of`` has written, by step; None if it is none of this plan's."""
    asked = {index: step.question.answers for index, step in enumerate(plan.steps) if step.question}
    if len(signs) > len(asked):
        return None
    guesses = {}
    for (index, answers), sign in zip(asked.items(), signs, strict=False):
        known = {str(k): answer for k, answer in enumerate(answers)} | {SKIPPED: "", OPEN: None}
        if sign not in known:
            return None
        if (guess := known[sign]) is not None:
            guesses[index] = guess
    return guesses
