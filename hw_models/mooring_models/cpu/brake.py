# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a debugger has of a core: breakpoints, watchpoints, and how far it may run."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from mooring_models.cpu.rv32.core import PC, Core, Stop
from mooring_models.cpu.watch import Lookout, Watch


class Brake:
    """Runs a core no further than its debugger wants; without one, as far as it goes.

    Attributes:
        allowance: how many instructions may execute yet; None sets no limit.
        hit: the watch that the next instruction is about to run into, if that stopped it.
    """

    __slots__ = ("_breakpoints", "_core", "_lookout", "_passing", "allowance", "hit")

    def __init__(self, core: Core) -> None:
        self._core: Final = core
        self._breakpoints: Final[set[int]] = set()
        self._lookout: Final = Lookout(core)
        self._passing = False
        self.allowance: int | None = None
        self.hit: Watch | None = None

    @property
    def breakpoints(self) -> Set[int]:
        """Addresses of the instructions that it stops before."""
        return self._breakpoints

    def set_breakpoint(self, address: int, stop: bool) -> None:
        """Stops, or no longer stops, before the instruction at `address`, which is in ROM."""
        self._core.set_breakpoint(address, stop)
        (self._breakpoints.add if stop else self._breakpoints.discard)(address)

    @property
    def watches(self) -> Set[Watch]:
        """What is watched; while anything is, each instruction is looked at, which is slow."""
        return self._lookout.watches

    def set_watch(self, watch: Watch, stop: bool) -> None:
        """Stops, or no longer stops, before an instruction that does what is watched for."""
        (self._lookout.watches.add if stop else self._lookout.watches.discard)(watch)

    @property
    def at_breakpoint(self) -> bool:
        """Whether the next instruction has a breakpoint."""
        return bool(self._breakpoints) and self._core.get(PC) in self._breakpoints

    def release(self, allowance: int | None) -> None:
        """Lets the core go on, over what has stopped it where it stands."""
        self.allowance = allowance
        self._passing = True

    def run(self, budget: int) -> Stop | None:
        """As `Core.run`.

        Returns:
            None if the debugger stopped it, with nothing left of the allowance.
        """
        core, passing = self._core, self._passing
        self._passing = False
        self.hit = None
        # The core itself passes over a breakpoint where it begins, as after a wfi.
        if self.allowance == 0 or (not passing and self.at_breakpoint):
            self.allowance = 0
            return None
        limit = budget if self.allowance is None else min(budget, self.allowance)
        begun = core.instret
        stop = self._watched_run(limit, passing) if self.watches else core.run(limit)
        if self.allowance is not None:
            self.allowance -= core.instret - begun
        if stop is Stop.BREAKPOINT or (stop is Stop.BUDGET and self.allowance == 0):
            self.allowance = 0
            return None
        return stop

    def _watched_run(self, limit: int, passing: bool) -> Stop:
        """As `Core.run`, looking at each instruction before it executes."""
        for _ in range(limit):
            if not passing:
                self.hit = self._lookout.next_hit()
                if self.hit is not None or self.at_breakpoint:
                    return Stop.BREAKPOINT
            passing = False
            stop = self._core.run(1)
            if stop is not Stop.BUDGET:
                return stop
        return Stop.BUDGET
