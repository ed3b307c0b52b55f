# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a chip asks of a CPU, and how to find one by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Final, Protocol, TypeAlias

from mooring_models._regs import Phase
from mooring_models.bus import Bus
from mooring_models.clock import LocalTime
from mooring_models.errors import BusError, ChipStateError, SnapshotError
from mooring_models.state import State


class Step(Enum):
    """Why a CPU stopped executing."""

    WAITING = auto()
    """It waits for an interrupt."""
    HALTED = auto()
    """It stopped for good: only a reset goes on."""
    STOPPED = auto()
    """Reset or loss of power took it in the middle of its work."""
    PAUSED = auto()
    """A debugger stopped it in the middle of its work; the next step goes on there."""


class Cpu(Protocol):
    """A processor with the boot ROM in it."""

    @property
    def name(self) -> str:
        """The back end's name."""
        ...

    @property
    def executes(self) -> bool:
        """Whether it runs anything: a held CPU leaves the bus to a test."""
        ...

    @property
    def measurement(self) -> bytes:
        """SHA-384 of the ROM, 48 bytes."""
        ...

    @property
    def bus_fault(self) -> BusError | None:
        """The last bus fault since reset, for diagnosis."""
        ...

    def reset(self) -> None:
        """Begins again at the reset vector."""
        ...

    def step(self) -> Step:
        """Executes until it would wait; charges the time that takes."""
        ...

    def stop(self) -> None:
        """No access of the step under way does anything any more."""
        ...

    def phase_cost(self, phase: Phase) -> int:
        """Picoseconds to charge at a phase marker; 0 where execution itself takes time."""
        ...

    def capture(self) -> State:
        """Its registers and memory."""
        ...

    def restore(self, state: State) -> None:
        """Takes what `capture` gave.

        Raises:
            SnapshotError: that is of another ROM or another back end.
        """
        ...


RESTORING: Final = "restore the CPU"


def check_back_end(name: str, captured: State) -> None:
    """Refuses state of another back end than `name`; raises `SnapshotError`."""
    found = captured.text("back_end")
    if found != name:
        raise SnapshotError(
            RESTORING, f"its state is of the back end {found}, this is {name}", f"use cpu={found!r}"
        )


CpuFactory: TypeAlias = Callable[[Bus, LocalTime, str], Cpu]
"""Makes a CPU of a bus, a clock, and the name of a ROM image."""

# Each module has a factory named `make`; they are imported when asked for, since
# all but the held one need something compiled.
BACK_ENDS: Final[Mapping[str, str]] = {
    "native": "mooring_models.cpu.native",
    "rv32": "mooring_models.cpu.rv32_cpu",
    "held": "mooring_models.cpu.held",
}

RUNNING_BACK_ENDS: Final = ("native", "rv32")
"""Those that run the ROM, and say the same on every line."""


def back_end(name: str) -> CpuFactory:
    """The factory of the back end `name`.

    Raises:
        ChipStateError: there is none of that name, or it is not installed.
    """
    attempted = f"make a CPU of back end {name!r}"
    if name not in BACK_ENDS:
        raise ChipStateError(attempted, "unknown back end", f"known: {', '.join(BACK_ENDS)}")
    try:
        module = importlib.import_module(BACK_ENDS[name])
    except ImportError as error:
        raise ChipStateError(attempted, str(error), "run make ext") from error
    factory: CpuFactory = module.make
    return factory
