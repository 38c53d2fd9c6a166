import asyncio
import threading

from testing.asynchronous import run_async
from ui.server.bunches import Bunches


class Loop:
    """As much of an event loop as the bunches use; its time stands still."""

    def __init__(self):
        self.now, self.soon, self.later = 100.0, [], []

    def time(self):
        return self.now

    def call_later(self, seconds, call):
        self.later.append((seconds, call))


def a_loop():
    loop, made = Loop(), []
    bunches = Bunches(loop, lambda: None)
    return loop, made, lambda name, may_wait=True: bunches.add(lambda: made.append(name), loop.soon.append, may_wait)


def test_the_loop_is_woken_once_for_all_that_comes_until_it_runs():
    loop, made, add = a_loop()
    for number in range(50):
        add(number)
    assert len(loop.soon) == 1
    loop.soon.pop()()
    assert made == list(range(50))


def test_what_follows_within_milliseconds_is_one_bunch_and_what_may_not_wait_brings_it_along():
    loop, made, add = a_loop()
    add("first")
    loop.soon.pop()()
    add("second")
    loop.soon.pop()()
    assert made == ["first"]
    [(seconds, make)] = loop.later
    assert 0 < seconds < 0.05
    add("third")
    assert not loop.soon
    make()
    assert made == ["first", "second", "third"]
    add("fourth")
    add("end", may_wait=False)
    loop.soon.pop()()
    assert made[3:] == ["fourth", "end"]


def test_a_call_that_fails_keeps_none_of_the_others(caplog):
    loop, made, _ = a_loop()
    bunches = Bunches(loop, lambda: made.append("sent"))
    bunches.add(lambda: 1 / 0, loop.soon.append, may_wait=True)
    bunches.add(lambda: made.append("after"), loop.soon.append, may_wait=True)
    loop.soon.pop()()
    assert made == ["after", "sent"]
    assert "ZeroDivisionError" in caplog.text


def test_no_call_of_several_threads_is_lost_and_each_thread_keeps_its_order():
    async def collect():
        loop, made = asyncio.get_running_loop(), []
        bunches = Bunches(loop, lambda: None)

        def call_many(name):
            for number in range(500):
                bunches.add(lambda one=(name, number): made.append(one), loop.call_soon_threadsafe, may_wait=number % 50 != 0)

        threads = [threading.Thread(target=call_many, args=[name]) for name in "ab"]
        for thread in threads:
            thread.start()
        while len(made) < 1000:
            await asyncio.sleep(0.001)
        return made

    made = run_async(asyncio.wait_for(collect(), 60))
    assert [number for name, number in made if name == "a"] == list(range(500))
    assert [number for name, number in made if name == "b"] == list(range(500))
