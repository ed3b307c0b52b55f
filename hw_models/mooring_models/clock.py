# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Virtual time: one deterministic event loop, in integer picoseconds.

Several chips may share a loop.  Nothing here knows of wall time; `Pacer` follows a
clock that it is given.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable
from typing import Final

NS: Final = 1_000
US: Final = 1_000_000
MS: Final = 1_000_000_000
SECOND: Final = 1_000_000_000_000


def seconds(value: float) -> int:
    """`value` seconds in picoseconds, rounded to the nearest."""
    return round(value * SECOND)


class Event:
    """Something that will happen at `time`, unless it is cancelled."""

    __slots__ = ("_order", "action", "time")

    def __init__(self, time: int, order: int, action: Callable[[], None]) -> None:
        self.time = time
        self.action: Callable[[], None] | None = action
        self._order = order

    def __lt__(self, other: Event) -> bool:
        return (self.time, self._order) < (other.time, other._order)

    def cancel(self) -> None:
        """The event will not happen; harmless if it already has."""
        self.action = None


class EventLoop:
    """The heap of events and the present moment.

    Events of one moment happen in the order in which they were arranged.
    """

    __slots__ = ("_heap", "_limit", "_now", "_order")

    def __init__(self, now: int = 0) -> None:
        self._now = now
        self._order = 0
        self._heap: list[Event] = []
        self._limit: int | None = now

    @property
    def now(self) -> int:
        """Picoseconds since the loop began."""
        return self._now

    def at(self, time: int, action: Callable[[], None]) -> Event:
        """Arranges `action` for `time`, or for this moment if that has passed."""
        self._order += 1
        event = Event(time if time > self._now else self._now, self._order, action)
        heapq.heappush(self._heap, event)
        return event

    def first(self, action: Callable[[], None]) -> Event:
        """Arranges `action` for this moment, before all else that is due."""
        event = Event(self._now, -1, action)
        heapq.heappush(self._heap, event)
        return event

    def next_time(self) -> int | None:
        """When the next event is due, or None if there is none."""
        heap = self._heap
        while heap and heap[0].action is None:
            heapq.heappop(heap)
        return heap[0].time if heap else None

    def run_next(self, limit: int | None = None) -> bool:
        """Runs the next event, if there is one at or before `limit`."""
        self._limit = limit
        heap = self._heap
        while heap:
            event = heap[0]
            action = event.action
            if action is None:
                heapq.heappop(heap)
                continue
            due = event.time
            if limit is not None and due > limit:
                return False
            heapq.heappop(heap)
            event.action = None
            if due > self._now:
                self._now = due
            action()
            return True
        return False

    def leap(self, time: int) -> bool:
        """Makes `time` the present from within an event, if no other happens until then.

        Returns:
            Whether it does: `time` is also within the limit to which events are being run.
        """
        if self._limit is not None and time > self._limit:
            return False
        heap = self._heap
        if heap and heap[0].time <= time:  # one that was cancelled is but a missed leap
            return False
        self._now = time
        return True

    def advance_to(self, time: int) -> None:
        """Runs everything due by `time` and makes it the present."""
        while self.run_next(time):
            pass
        self._now = max(self._now, time)

    def run_for(self, duration: int) -> None:
        """Lets `duration` picoseconds pass."""
        self.advance_to(self._now + duration)

    def run_until(self, predicate: Callable[[], bool], deadline: int) -> bool:
        """Runs events until `predicate` holds; stops at `deadline` if it never does.

        Returns:
            Whether the predicate holds.  If not, the time is `deadline`.
        """
        run_next = self.run_next
        while not predicate():
            if not run_next(deadline):
                self._now = max(self._now, deadline)
                return predicate()
        return True


class Pacer:
    """Makes virtual time follow a monotonic clock, for a person on a serial port."""

    __slots__ = ("_loop", "_monotonic", "_origin", "_rate", "_sleep", "_start")

    def __init__(
        self,
        loop: EventLoop,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        rate: float = 1.0,
    ) -> None:
        """Begins now.

        Args:
            loop: the loop to pace.
            monotonic: a clock in seconds.
            sleep: waits that many seconds.
            rate: virtual seconds for each second of the clock.
        """
        if rate <= 0:
            raise ValueError(f"rate is {rate}, expected more than 0")
        self._loop = loop
        self._monotonic = monotonic
        self._sleep = sleep
        self._rate = rate
        self.restart()

    def restart(self) -> None:
        """Follows the clock from now on; what it did meanwhile is forgotten."""
        self._start = self._monotonic()
        self._origin = self._loop.now

    def catch_up(self) -> float | None:
        """Runs what is due by now.

        Returns:
            Seconds of the clock until the next event, or None if nothing is arranged.
            A caller that waits for input waits no longer than that.
        """
        elapsed = self._monotonic() - self._start
        target = self._origin + seconds(elapsed * self._rate)
        if self._loop.now > target:  # someone advanced virtual time: go on from there
            self._start, self._origin = self._monotonic(), self._loop.now
            target = self._origin
        self._loop.advance_to(target)
        due = self._loop.next_time()
        return None if due is None else max(0.0, (due - target) / SECOND / self._rate)

    def run(self, duration: float, poll: float = 0.02) -> None:
        """Paces for `duration` seconds of the clock, looking at least every `poll` seconds."""
        end = self._monotonic() + duration
        while (left := end - self._monotonic()) > 0:
            pause = self.catch_up()
            self._sleep(min(left, poll if pause is None else min(pause, poll)))
        self.catch_up()


class LocalTime:
    """A chip's own present: it runs ahead of the loop while its CPU works.

    The CPU executes a step at one moment of the loop, and each thing it does costs
    time.  The cost moves this clock on; the CPU is not stepped again before the loop
    has caught up.

    Attributes:
        base: picoseconds from which `cell` counts; it changes only when the loop has caught up.
        cell: one word, what was charged since: always this very array, so that a CPU in C can
            add to it.
    """

    __slots__ = ("_loop", "base", "cell")

    def __init__(self, loop: EventLoop) -> None:
        self._loop = loop
        self.base = 0
        self.cell: Final = array("Q", (0,))

    @property
    def now(self) -> int:
        """Picoseconds, never going back."""
        now = self._loop._now  # the hottest property of all: one call saved
        ahead = self.base + self.cell[0]
        return ahead if ahead > now else now

    def charge(self, cost: int) -> None:
        """Lets the CPU's work cost `cost` picoseconds."""
        now = self._loop._now
        if self.base + self.cell[0] < now:
            self.base = now
            self.cell[0] = cost
        else:
            self.cell[0] += cost

    def restart(self, ahead: int = 0) -> None:
        """Runs `ahead` picoseconds before the loop from now on."""
        self.base = self._loop.now
        self.cell[0] = ahead

    @property
    def busy_for(self) -> int:
        """Picoseconds until the loop catches up."""
        return max(0, self.base + self.cell[0] - self._loop.now)
