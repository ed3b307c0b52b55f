# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the stub asks of the thing that it debugs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Protocol

from mooring_lab.gdb.registers import Register


class Errno(IntEnum):
    """Why something was refused, in the numbers of the protocol's File-I/O section."""

    PERM = 1
    FAULT = 14
    BUSY = 16
    INVAL = 22


class TargetError(Exception):
    """The target refuses.

    Attributes:
        errno: what the client is told.
    """

    def __init__(self, errno: Errno, reason: str) -> None:
        super().__init__(reason)
        self.errno = errno


class RegionKind(Enum):
    """What a client may do with a part of the address space."""

    ROM = "rom"
    """Only read; breakpoints there are the core's own."""
    RAM = "ram"


@dataclass(frozen=True)
class Region:
    """A part of the address space.

    Attributes:
        kind: what may be done.
        base: its first address.
        size: bytes.
    """

    kind: RegionKind
    base: int
    size: int


class WatchKind(IntEnum):
    """Which accesses a watchpoint is for, in the numbers of the protocol."""

    WRITE = 2
    READ = 3
    ACCESS = 4


@dataclass(frozen=True)
class Watchpoint:
    """Addresses that are watched.

    Attributes:
        kind: which accesses count.
        span: the addresses.
    """

    kind: WatchKind
    span: range


class Reason(Enum):
    """Why the target stopped."""

    BREAKPOINT = auto()
    """The instruction at pc has a breakpoint; it has not executed."""
    WATCHPOINT = auto()
    """The instruction at pc does what is watched for; it has not executed."""
    STEPPED = auto()
    """It stepped as it was asked to."""
    INTERRUPTED = auto()
    """The client wanted so."""
    ATTACHED = auto()
    """The client has come."""
    HALTED = auto()
    """It executes nothing more until it is reset."""
    OFF = auto()
    """Its supply has failed."""


@dataclass(frozen=True)
class Stop:
    """That the target stopped.

    Attributes:
        reason: why.
        note: a line for the person who debugs, or an empty text.
        watchpoint: the one that it has run into.
    """

    reason: Reason
    note: str = ""
    watchpoint: Watchpoint | None = None


class DebugTarget(Protocol):
    """A processor in the hands of a debugger.

    Everything but `resume`, `halt` and `release` is asked only while it stands still.
    """

    @property
    def regions(self) -> Sequence[Region]:
        """Its address space."""
        ...

    def read_register(self, register: Register) -> int:
        """The register's value, 32 bits."""
        ...

    def write_register(self, register: Register, value: int) -> None:
        """Sets it; what the hardware fixes stays as it is.

        Raises:
            TargetError: it can't be set.
        """
        ...

    def read_memory(self, address: int, size: int) -> bytes:
        """Up to `size` bytes, at least one, without any effect on what is read.

        Raises:
            TargetError: there is nothing at `address`, or reading it would have an effect.
        """
        ...

    def write_memory(self, address: int, data: bytes) -> None:
        """Writes all of `data`.

        Raises:
            TargetError: not all of it can be written; nothing was.
        """
        ...

    def set_breakpoint(self, address: int, stop: bool) -> None:
        """Stops, or no longer stops, before the instruction at `address`.

        Raises:
            TargetError: nothing can execute there.
        """
        ...

    def set_watchpoint(self, watchpoint: Watchpoint, stop: bool) -> None:
        """Stops, or no longer stops, before an instruction that does what is watched for."""
        ...

    def resume(self, stepping: range | None) -> None:
        """Lets it go on; returns at once, and a `Stop` is told later.

        Args:
            stepping: None lets it run.  Otherwise it executes one instruction, and more as
                long as its pc is in this range.
        """
        ...

    def halt(self) -> None:
        """Stops it where it is; a `Stop` is told if it was running."""
        ...

    def release(self, *, reset: bool) -> None:
        """The debugger leaves: it goes on without breakpoints, after a reset if asked for."""
        ...

    def monitor(self, command: str) -> str:
        """Performs a command that the protocol has no packet for; what to show.

        Raises:
            TargetError: there is no such command.
        """
        ...
