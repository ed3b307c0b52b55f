# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A CPU whose program is a Python function: for tests of how a chip runs one."""

from __future__ import annotations

from collections.abc import Callable

from mooring_models import Chip, ChipConfig
from mooring_models._regs import Phase
from mooring_models.clock import US
from mooring_models.cpu import Step
from mooring_models.state import State


class ScriptedCpu:
    """Executes `program` at each step; takes the place of the chip's CPU.

    Attributes:
        program: what a step does; returning None means that the CPU waits.
        steps: times of the loop at which it was stepped.
        stopped: whether the chip has told it to stop.
    """

    name = "scripted"
    executes = True
    measurement = bytes(48)
    bus_fault = None

    def __init__(self, chip: Chip, program: Callable[[], Step | None]) -> None:
        self._chip = chip
        self.program = program
        self.steps: list[int] = []
        self.stopped = True
        chip.cpu = self

    def reset(self) -> None:
        """Leaves reset."""
        self.stopped = False

    def step(self) -> Step:
        """Runs the program."""
        self.steps.append(self._chip.loop.now)
        self._chip.time.charge(2 * US)
        outcome = self.program()
        if self.stopped:
            return Step.STOPPED
        return Step.WAITING if outcome is None else outcome

    def stop(self) -> None:
        """Notes it."""
        self.stopped = True

    def phase_cost(self, phase: Phase) -> int:
        """A thousandth of a second for anything."""
        del phase
        return 1000 * US

    def capture(self) -> State:
        """A program has no state."""
        return State(self.name)

    def restore(self, state: State) -> None:
        """Nothing."""


def held(**config: object) -> Chip:
    """A new chip whose CPU executes nothing."""
    return Chip.manufacture(ChipConfig(cpu="held", **config))  # type: ignore[arg-type]  # by name


def scripted() -> tuple[Chip, ScriptedCpu]:
    """A powered chip with a CPU that does nothing yet."""
    chip = held()
    cpu = ScriptedCpu(chip, lambda: None)
    chip.power_on()
    return chip, cpu
