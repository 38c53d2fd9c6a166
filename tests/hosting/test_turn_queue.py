import threading
from contextlib import ExitStack

import pytest

from testing import PATIENCE
from testing.cluster import eventually
from ui.server.turn_queue import SECONDS_BETWEEN_LOOKS, Turns, _Place


class Person:
    """A thread that takes a turn and keeps it until it is let go."""

    def __init__(self, turns, patient=True, turns_that_pass=0):
        self.patient, self.turns_that_pass, self.served = patient, turns_that_pass, threading.Event()
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._come, args=[turns], daemon=True)
        before = len(turns._queue)
        self._thread.start()
        assert eventually(lambda: len(turns._queue) > before)

    def _come(self, turns):
        with turns.take(lambda: self.patient, lambda: self.turns_that_pass):
            self.served.set()
            self._go.wait(PATIENCE)

    def is_served(self, seconds=PATIENCE):
        return self.served.wait(seconds)

    def go(self):
        self._go.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def hold(turns):
    """Have another thread go first, which lives until the event is set: Python may give its identity to a new thread then."""
    leaves = threading.Event()

    def go_first():
        turns.go_first(PATIENCE)
        leaves.wait(PATIENCE)

    threading.Thread(target=go_first, daemon=True).start()
    assert eventually(lambda: turns._goes_first is not None)
    return leaves


def test_one_is_served_at_a_time_and_in_the_order_in_which_they_came():
    turns = Turns(seconds_until_passed_over=60)
    people = [Person(turns) for _ in range(5)]
    for index, person in enumerate(people):
        assert person.is_served()
        assert not any(later.served.is_set() for later in people[index + 1 :])
        person.go()
    assert not turns._queue


def test_who_lets_others_pass_is_served_after_those_that_came_later():
    turns = Turns(seconds_until_passed_over=60)
    first, asks_for_news, *pressed = Person(turns), Person(turns, turns_that_pass=300), Person(turns), Person(turns)
    for before in (first, *pressed):
        assert before.is_served()
        assert not asks_for_news.served.is_set()
        before.go()
    assert asks_for_news.is_served()
    asks_for_news.go()


def test_only_so_many_pass_and_the_turn_comes():
    turns = Turns(seconds_until_passed_over=60)
    first, asks_for_news, *pressed = Person(turns), Person(turns, turns_that_pass=3), *(Person(turns) for _ in range(3))
    for before in (first, *pressed[:2]):
        before.go()
    assert asks_for_news.is_served()
    assert not pressed[2].served.is_set()
    for person in (asks_for_news, pressed[2]):
        person.go()


def test_who_presses_while_waiting_for_news_is_served_in_the_order_of_arrival():
    turns = Turns(seconds_until_passed_over=60)
    first, asks_for_news, later = Person(turns), Person(turns, turns_that_pass=300), Person(turns)
    asks_for_news.turns_that_pass = 0
    assert eventually(lambda: [place.number for place in turns._queue] == [0, 1, 2])
    first.go()
    assert asks_for_news.is_served()
    assert not later.served.is_set()
    for person in (asks_for_news, later):
        person.go()


def test_many_that_come_at_the_same_moment_are_all_served_once():
    turns, served, gate = Turns(), [], threading.Barrier(100)

    def one(number):
        gate.wait()
        with turns.take():
            served.append(number)

    threads = [threading.Thread(target=one, args=[number]) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(served) == list(range(100))
    assert not turns._queue


def test_one_that_takes_long_is_passed_over_and_ends_no_turn_but_its_own():
    turns = Turns(seconds_until_passed_over=0.05)
    slow, quick = Person(turns), Person(turns)
    assert quick.is_served()
    turns.seconds_until_passed_over = 60
    waits = Person(turns)
    slow.go()
    assert not waits.is_served(0.3)
    quick.go()
    assert waits.is_served()
    waits.go()
    assert not turns._queue


def test_one_that_loses_patience_begins_without_a_turn_and_holds_up_nobody():
    turns = Turns(seconds_until_passed_over=60)
    holds, loses_patience, waits = Person(turns), Person(turns), Person(turns)
    assert not loses_patience.is_served(0.3)
    loses_patience.patient = False
    assert loses_patience.is_served()
    assert not waits.served.is_set()
    holds.go()
    loses_patience.go()
    assert waits.is_served()
    waits.go()


def test_a_turn_ends_with_an_error_too_and_one_alone_waits_for_nothing(monkeypatch):
    turns, pauses = Turns(seconds_until_passed_over=60), []
    monkeypatch.setattr("ui.server.turn_queue.time.sleep", pauses.append)
    with pytest.raises(ValueError, match="in between"), turns.take():
        raise ValueError("in between")
    with ExitStack() as stack:
        stack.enter_context(turns.take())
        stack.enter_context(turns.take(lambda: False))
    assert not turns._queue
    assert pauses == []


def test_a_waiting_turn_lets_others_begin_and_keeps_its_position():
    turns, order = Turns(seconds_until_passed_over=60), []
    waits, may_go_on = threading.Event(), threading.Event()

    def waits_in_between():
        with turns.take():
            with turns.let_others():
                waits.set()
                may_go_on.wait(PATIENCE)
            order.append("waited")

    first = threading.Thread(target=waits_in_between, daemon=True)
    first.start()
    assert waits.wait(PATIENCE)
    second = Person(turns)
    assert second.is_served(), "nobody else begins while it waits"
    third = Person(turns)
    may_go_on.set()
    assert eventually(lambda: len(turns._queue) == 3)
    assert order == []
    second.go()
    first.join(PATIENCE)
    assert order == ["waited"]
    assert third.is_served()
    third.go()
    assert not turns._queue


def test_who_has_no_turn_gives_none_up():
    turns = Turns(seconds_until_passed_over=60)
    holds = Person(turns)
    with turns.let_others():
        assert len(turns._queue) == 1
    holds.go()
    with turns.take(lambda: False), turns.let_others():
        assert not turns._queue


def test_the_more_are_before_one_the_more_seldom_it_looks():
    turns = Turns(seconds_until_passed_over=60)
    people = [Person(turns) for _ in range(41)]
    looks = [turns._seconds_until_next_look(place) for place in turns._queue]
    assert looks[0] == SECONDS_BETWEEN_LOOKS
    assert looks[40] == 3 * SECONDS_BETWEEN_LOOKS
    assert turns._seconds_until_next_look(_Place(-100)) == SECONDS_BETWEEN_LOOKS, "one that goes on after a wait"
    for person in people:
        person.go()


def test_no_turn_begins_while_somebody_goes_first():
    turns = Turns(seconds_until_passed_over=0.05)
    lecturer_is_there, go = threading.Event(), threading.Event()

    def lead():
        with turns.take(lambda: False):
            turns.go_first(PATIENCE)
            lecturer_is_there.set()
            go.wait(PATIENCE)

    lecturer = threading.Thread(target=lead)
    lecturer.start()
    assert lecturer_is_there.wait(PATIENCE)
    students = [Person(turns) for _ in range(3)]
    assert not students[0].is_served(0.3)
    go.set()
    lecturer.join(PATIENCE)
    for student in students:
        assert student.is_served()
        student.go()
    assert not turns._queue


def test_who_goes_first_holds_nobody_up_for_ever_and_each_is_served_then():
    turns = Turns(seconds_until_passed_over=0.02)
    lecturer_leaves = hold(turns)
    students = [Person(turns) for _ in range(20)]
    assert not any(student.served.is_set() for student in students)
    turns._until = 0.0  # its seconds are over
    for student in students:
        assert student.is_served()
        student.go()
    assert not turns._queue
    lecturer_leaves.set()


def test_nobody_is_passed_over_who_has_not_been_served():
    turns = Turns(seconds_until_passed_over=0.0)
    lecturer_leaves = hold(turns)
    first, second = _Place(0), _Place(1)
    turns._queue = [first, second]
    turns._until = 0.0
    turns._pass_over_the_one_before(second)
    assert (first.is_served.is_set(), second.is_served.is_set(), turns._queue) == (True, False, [first, second])
    lecturer_leaves.set()


def test_who_is_served_already_is_not_held_up_and_the_next_one_waits():
    turns = Turns(seconds_until_passed_over=0.05)
    first = Person(turns)
    assert first.is_served()
    done = threading.Event()

    def lead():
        with turns.take(lambda: False):
            turns.go_first(PATIENCE)
            done.wait(PATIENCE)

    lecturer = threading.Thread(target=lead)
    lecturer.start()
    assert eventually(lambda: turns._goes_first is not None)
    second = Person(turns)
    first.go()
    assert not second.is_served(0.3)
    done.set()
    assert second.is_served()
    second.go()
    lecturer.join(PATIENCE)
