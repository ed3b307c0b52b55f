# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a debugger has of a core: breakpoints, and how far it may run."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from mooring_models.cpu.rv32.core import PC, Core, Stop


class Brake:
    """Runs a core no further than its debugger wants; without one, as far as it goes.

    Attributes:
        allowance: how many instructions may execute yet; None sets no limit.
    """

    __slots__ = ("_breakpoints", "_core", "_passing", "allowance")

    def __init__(self, core: Core) -> None:
        self._core: Final = core
        self._breakpoints: Final[set[int]] = set()
        self._passing = False
        self.allowance: int | None = None

    @property
    def breakpoints(self) -> Set[int]:
        """Addresses of the instructions that it stops before."""
        return self._breakpoints

    def set_breakpoint(self, address: int, stop: bool) -> None:
        """Stops, or no longer stops, before the instruction at `address`, which is in ROM."""
        self._core.set_breakpoint(address, stop)
        (self._breakpoints.add if stop else self._breakpoints.discard)(address)

    @property
    def at_breakpoint(self) -> bool:
        """Whether the next instruction has a breakpoint."""
        return bool(self._breakpoints) and self._core.get(PC) in self._breakpoints

    def release(self, allowance: int | None) -> None:
        """Lets the core go on, over a breakpoint that it stands at."""
        self.allowance = allowance
        self._passing = True

    def run(self, budget: int) -> Stop | None:
        """As `Core.run`.

        Returns:
            None if the debugger stopped it, with nothing left of the allowance.
        """
        core, passing = self._core, self._passing
        self._passing = False
        # The core itself passes over a breakpoint where it begins, as after a wfi.
        if self.allowance == 0 or (not passing and self.at_breakpoint):
            self.allowance = 0
            return None
        limit = budget if self.allowance is None else min(budget, self.allowance)
        begun = core.instret
        stop = core.run(limit)
        if self.allowance is not None:
            self.allowance -= core.instret - begun
        if stop is Stop.BREAKPOINT or (stop is Stop.BUDGET and self.allowance == 0):
            self.allowance = 0
            return None
        return stop
