# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""TIMER: ticks since reset and one alarm.  There is no wall clock in the chip."""

from __future__ import annotations

from typing import Final

from mooring_models import _regs
from mooring_models._regs import TimerRegs
from mooring_models.clock import SECOND, LocalTime
from mooring_models.peripheral import Peripheral, on_read, on_write
from mooring_models.state import State

# The CPU's own clock, so that ticks are cycles.
FREQUENCY_HZ: Final = 100_000_000
TICK: Final = SECOND // FREQUENCY_HZ

_WORD: Final = 0xFFFFFFFF
# One bit, in the lowest byte.
_IER_AT: Final = TimerRegs.IER.offset


class Timer(Peripheral, block=TimerRegs.BLOCK):
    """A 64-bit tick counter; the alarm strikes once for each time it is set."""

    __slots__ = ("_armed", "_start", "_time")

    def __init__(self, time: LocalTime) -> None:
        super().__init__(_regs.TIMER)
        self._time = time
        self.reset()

    def reset(self) -> None:
        """Starts counting at zero, without an alarm."""
        super().reset()
        self._start = self._time.now
        self._armed = False

    @property
    def began(self) -> int:
        """When it counted zero, in picoseconds."""
        return self._start

    @property
    def ticks(self) -> int:
        """Whole ticks since reset."""
        return (self._time.now - self._start) // TICK

    def next_irq(self) -> int | None:
        """When the interrupt will be asserted, in loop time; None if it will not."""
        if not self._slab[_IER_AT]:
            return None
        if self._strike():
            return self._time.now
        return self._start + self._alarm * TICK if self._armed else None

    def write32(self, offset: int, value: int) -> None:
        """Lets the alarm strike first, if its time has come: a write may clear it."""
        self._strike()
        super().write32(offset, value)

    @property
    def _alarm(self) -> int:
        return self.peek(TimerRegs.ALARM_HI) << 32 | self.peek(TimerRegs.ALARM_LO)

    def _strike(self) -> int:
        """Lets the alarm strike if its time has come; returns STATUS."""
        if self._armed and self.ticks >= self._alarm:
            self._armed = False
            self.poke(TimerRegs.STATUS, 1)
        return self.peek(TimerRegs.STATUS)

    @on_read(TimerRegs.TIME_LO)
    def _time_lo(self) -> int:
        ticks = self.ticks
        self.poke(TimerRegs.TIME_HI, ticks >> 32 & _WORD)
        return ticks & _WORD

    @on_read(TimerRegs.FREQUENCY)
    def _frequency(self) -> int:
        return FREQUENCY_HZ

    @on_write(TimerRegs.ALARM_LO)
    @on_write(TimerRegs.ALARM_HI)
    def _set_alarm(self, value: int) -> None:
        del value
        self._armed = True

    @on_read(TimerRegs.STATUS)
    def _status(self) -> int:
        return self._strike()

    def capture(self) -> State:
        """Times are kept relative to the present."""
        return State(
            self.name,
            registers=bytes(self._slab),
            age=self._time.now - self._start,
            armed=self._armed,
        )

    def restore(self, state: State) -> None:
        """The counter goes on where it was captured."""
        self._slab[:] = state.blob("registers", len(self._slab))
        self._start = self._time.now - state.integer("age")
        self._armed = state.flag("armed")
