# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Virtual time: order, deadlines, cancelled events, and pacing against a real clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_models.clock import MS, SECOND, EventLoop, LocalTime, Pacer, seconds


@given(st.lists(st.integers(0, 20), max_size=30))
def test_events_happen_in_order_of_time_and_then_of_arrangement(times: list[int]) -> None:
    loop = EventLoop()
    seen: list[tuple[int, int]] = []
    for number, time in enumerate(times):
        loop.at(time, lambda time=time, number=number: seen.append((time, number)))  # type: ignore[misc]

    loop.advance_to(100)

    assert seen == sorted((time, number) for number, time in enumerate(times))
    assert loop.now == 100


def test_time_stands_at_the_event_while_it_happens() -> None:
    loop = EventLoop()
    moments: list[int] = []
    loop.at(30, lambda: moments.append(loop.now))

    def late() -> None:
        loop.at(10, lambda: moments.append(loop.now))

    loop.at(70, late)

    loop.run_for(50)
    assert moments == [30]
    loop.run_for(50)

    assert moments == [30, 70]  # what is arranged for the past happens at once


def test_cancelled_event_does_not_happen_and_is_not_next() -> None:
    loop = EventLoop()
    event = loop.at(5, lambda: pytest.fail("it was cancelled"))
    loop.at(9, lambda: None)

    event.cancel()

    assert loop.next_time() == 9
    loop.advance_to(20)


def test_run_until_stops_at_the_event_that_makes_it_true_or_at_the_deadline() -> None:
    loop = EventLoop()
    done: list[int] = []
    loop.at(40, lambda: done.append(1))
    loop.at(60, lambda: done.append(2))

    assert loop.run_until(lambda: bool(done), 100)
    assert loop.now == 40
    assert not loop.run_until(lambda: len(done) == 3, 100)
    assert loop.now == 100


def test_local_time_runs_ahead_until_the_loop_catches_up() -> None:
    loop = EventLoop(1000)
    time = LocalTime(loop)
    assert time.now == 1000

    time.charge(50)
    time.charge(25)
    assert (time.now, time.busy_for, loop.now) == (1075, 75, 1000)
    loop.advance_to(1060)
    assert (time.now, time.busy_for) == (1075, 15)
    loop.advance_to(2000)

    assert (time.now, time.busy_for) == (2000, 0)


def test_event_leaps_to_where_nothing_comes_before() -> None:
    loop = EventLoop()
    leaps: list[tuple[bool, int]] = []

    def leap(*times: int) -> None:
        leaps.extend((loop.leap(time), loop.now) for time in times)

    loop.at(10, lambda: leap(19, 20, 21))
    loop.at(20, lambda: leap(40, 30))
    loop.advance_to(30)

    assert leaps == [(True, 19), (False, 19), (False, 19), (False, 20), (True, 30)]
    assert loop.now == 30


def test_event_that_is_run_without_a_limit_leaps_anywhere() -> None:
    loop = EventLoop()
    leapt: list[bool] = []
    loop.at(10, lambda: leapt.append(loop.leap(10**30)))

    loop.run_next()

    assert leapt == [True]
    assert loop.now == 10**30


class FakeClock:
    """A monotonic clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 50.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, duration: float) -> None:
        self.slept.append(duration)
        self.now += duration


def test_pacer_lets_virtual_time_follow_the_clock() -> None:
    loop, clock = EventLoop(), FakeClock()
    pacer = Pacer(loop, clock.monotonic, clock.sleep)
    loop.at(seconds(0.25), lambda: None)

    assert pacer.catch_up() == pytest.approx(0.25)
    clock.now += 0.1
    assert pacer.catch_up() == pytest.approx(0.15)
    assert loop.now == seconds(0.1)
    clock.now += 1.0
    assert pacer.catch_up() is None

    assert loop.now == pytest.approx(seconds(1.1), abs=MS)


def test_pacer_runs_for_a_while_at_a_rate_and_sleeps_no_longer_than_asked() -> None:
    loop, clock = EventLoop(), FakeClock()
    pacer = Pacer(loop, clock.monotonic, clock.sleep, rate=3600)

    pacer.run(1.0, poll=0.1)

    assert loop.now == pytest.approx(3600 * SECOND, rel=1e-6)
    assert max(clock.slept) <= 0.1
    with pytest.raises(ValueError, match="rate is 0"):
        Pacer(loop, clock.monotonic, clock.sleep, rate=0)


def test_pacer_goes_on_from_where_someone_advanced_virtual_time() -> None:
    loop, clock = EventLoop(), FakeClock()
    pacer = Pacer(loop, clock.monotonic, clock.sleep)
    loop.advance_to(10 * SECOND)

    pacer.catch_up()
    clock.now += 1.0
    pacer.catch_up()

    assert loop.now == pytest.approx(11 * SECOND, abs=MS)
