import threading
import time

import pytest

from ui.turns import SECONDS_BETWEEN_TURNS, Turns


def in_threads(*acts):
    """Run all of them at once, begun in this order, and wait for all."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
        time.sleep(0.005)
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_one_is_served_at_a_time_and_in_the_order_in_which_they_came():
    turns, served, inside, most = Turns(seconds_until_passed_over=10), [], set(), []

    def one(number):
        with turns.take():
            inside.add(number)
            time.sleep(0.02)
            most.append(len(inside))
            served.append(number)
            inside.remove(number)

    in_threads(*(lambda number=number: one(number) for number in range(20)))
    assert served == list(range(20))
    assert set(most) == {1}


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
        thread.join(10)
    assert sorted(served) == list(range(100))
    with turns.take():
        pass


def test_one_that_takes_long_is_passed_over_and_each_that_follows_gets_its_own_turn():
    turns, free, ends = Turns(seconds_until_passed_over=0.05), threading.Event(), {}

    def slow():
        with turns.take():
            free.wait(5)
        ends["slow"] = time.monotonic()

    def quick(name):
        with turns.take():
            ends[name] = time.monotonic()

    def last():
        quick("last")
        free.set()

    in_threads(slow, lambda: quick("quick"), last)
    assert ends["quick"] <= ends["last"] < ends["slow"]
    began = time.monotonic()
    with turns.take():
        assert time.monotonic() - began < 0.05, "one that was passed over ends no turn but its own"


def test_a_turn_ends_with_an_error_too_and_one_alone_waits_for_nothing():
    turns = Turns(seconds_until_passed_over=10)
    with pytest.raises(ValueError, match="in between"), turns.take():
        raise ValueError("in between")
    began = time.monotonic()
    for _ in range(100):
        with turns.take():
            pass
    assert time.monotonic() - began < 100 * SECONDS_BETWEEN_TURNS


def test_one_that_loses_patience_begins_without_a_turn_and_holds_up_nobody():
    turns, free, patient, ends = Turns(seconds_until_passed_over=10), threading.Event(), [True], []

    def holds():
        with turns.take():
            free.wait(5)
        ends.append("holds")

    def loses_patience():
        with turns.take(lambda: patient[0]):
            ends.append("impatient")

    def waits():
        with turns.take():
            ends.append("waits")

    def frees():
        patient[0] = False
        time.sleep(0.3)
        free.set()

    in_threads(holds, loses_patience, waits, frees)
    assert ends == ["impatient", "holds", "waits"] or ends == ["impatient", "waits", "holds"]
