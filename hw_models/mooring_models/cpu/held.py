# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A CPU held in reset: peripherals are driven through the bus by a test instead."""

from __future__ import annotations

import hashlib
from typing import Final

from mooring_models._regs import Phase
from mooring_models.bus import Bus
from mooring_models.clock import LocalTime
from mooring_models.cpu.api import Step
from mooring_models.state import State

# There is no ROM; the measurement of nothing.
_MEASUREMENT: Final = hashlib.sha384(b"").digest()


class HeldCpu:
    """Executes nothing."""

    __slots__ = ()

    name = "held"
    executes = False
    measurement = _MEASUREMENT
    bus_fault = None

    def reset(self) -> None:
        """Nothing to begin."""

    def step(self) -> Step:
        """Waits for ever."""
        return Step.WAITING

    def stop(self) -> None:
        """Nothing to stop."""

    def phase_cost(self, phase: Phase) -> int:
        """A test's marker takes no time."""
        del phase
        return 0

    def capture(self) -> State:
        """Nothing."""
        return State(self.name)

    def restore(self, state: State) -> None:
        """Nothing."""


def make(bus: Bus, time: LocalTime, image: str) -> HeldCpu:
    """A held CPU; it needs neither bus nor time nor ROM."""
    del bus, time, image
    return HeldCpu()
