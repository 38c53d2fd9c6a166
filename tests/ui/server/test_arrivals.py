"""How many new people one address may bring."""

from ui.server.arrivals import Arrivals

HERE, THERE = "192.0.2.1", "2001:db8::/64"


def test_an_address_brings_so_many_in_any_minute_and_another_is_not_held_up():
    now = [0.0]
    arrivals = Arrivals(most=3, clock=lambda: now[0])
    asked = ((0, True), (10, True), (59, True), (59.9, False), (60, True), (61, False), (70, True), (71, False))
    for second, admitted in asked:
        now[0] = second
        assert arrivals.admit(HERE) is admitted, second
        assert arrivals.admit(THERE) is admitted


def test_who_is_refused_is_not_counted():
    now = [0.0]
    arrivals = Arrivals(most=1, clock=lambda: now[0])
    assert arrivals.admit(HERE)
    for second in range(1, 60):
        now[0] = second
        assert not arrivals.admit(HERE)
    now[0] = 60
    assert arrivals.admit(HERE)


def test_addresses_from_which_nobody_comes_any_more_are_forgotten():
    now = [0.0]
    arrivals = Arrivals(most=3, clock=lambda: now[0])
    for number in range(1000):
        arrivals.admit(f"192.0.2.{number}")
    now[0] = 61
    arrivals.admit(HERE)
    assert list(arrivals._times) == [HERE]
