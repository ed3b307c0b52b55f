# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Faults to inject: power cuts with torn words, and a hand on every bus access."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from mooring_models.entropy import Stream
from mooring_models.errors import PowerLost


class Tear(Enum):
    """What a durable word holds after power failed while it was written."""

    OLD = "old word"
    NEW = "new word, the last before the cut"
    LOW_HALF = "low half new"
    HIGH_HALF = "high half new"
    MIXED = "an arbitrary half of the changed bits"

    def apply(self, old: int, new: int, place: int) -> int:
        """The torn word; only bits in which `old` and `new` differ are in question.

        Args:
            old: word before.
            new: word that was being written.
            place: what `MIXED` is drawn from, so that a campaign is reproducible.
        """
        match self:
            case Tear.OLD:
                return old
            case Tear.NEW:
                return new
            case Tear.LOW_HALF:
                mask = 0x0000FFFF
            case Tear.HIGH_HALF:
                mask = 0xFFFF0000
            case Tear.MIXED:
                seed = place.to_bytes(8, "big")
                mask = int.from_bytes(Stream(seed, "tear").draw(4), "big")
        return (old & ~mask) | (new & mask)


@dataclass(slots=True)
class WordCut:
    """Cuts power at the `after`-th durable word written from now, counting from 0."""

    after: int
    tear: Tear = Tear.OLD

    def next_word(self, old: int, new: int) -> int | None:
        """Counts one word.

        Returns:
            None while power is good, else what the word holds when power is gone.
        """
        if self.after > 0:
            self.after -= 1
            return None
        return self.tear.apply(old, new, old ^ new)


class AccessKind(Enum):
    """Direction of a bus access."""

    READ = "read"
    WRITE = "write"


class BusAccess(NamedTuple):
    """One access of the bus: a word, or a block of them where the CPU back end has such.

    Attributes:
        kind: direction.
        address: byte address of the first word, or of the FIFO register.
        size: bytes.
        fifo: whether it is a block whose bytes all go through one register.
    """

    kind: AccessKind
    address: int
    size: int
    fifo: bool


class Interposer(Protocol):
    """Sees every access of a bus and may change it; raising `PowerLost` cuts power."""

    def before(self, access: BusAccess) -> None:
        """Called before anything happens."""
        ...

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """What the CPU reads instead of `data`; same length."""
        ...

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """What is written instead of `data`, same length, or None to skip the write."""
        ...


class PassThrough:
    """An `Interposer` that changes nothing: a base to override one method of."""

    __slots__ = ()

    def before(self, access: BusAccess) -> None:
        """Nothing."""

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """The data unchanged."""
        return data

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """The data unchanged."""
        return data


class AccessCut(PassThrough):
    """Cuts power at the `after`-th access of the bus from now, counting from 0.

    Attributes:
        seen: accesses counted so far; with a huge `after` it measures a run.
    """

    __slots__ = ("after", "seen")

    def __init__(self, after: int) -> None:
        self.after = after
        self.seen = 0

    def before(self, access: BusAccess) -> None:
        """Counts, and cuts."""
        if self.seen >= self.after:
            raise PowerLost(f"access {self.seen}, {access.kind.value} at 0x{access.address:08X}")
        self.seen += 1
