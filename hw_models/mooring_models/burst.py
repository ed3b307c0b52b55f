# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Bytes that follow each other on a serial line without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from mooring_models.clock import Event
from mooring_models.state import State


@dataclass(slots=True)
class Burst:
    """Bytes on the line without a gap; byte i is complete at start + (i + 1) byte times.

    Attributes:
        start: when the first bit is on the line.
        data: the bytes; those that follow without a gap join them.
        taken: how many the FIFO has taken, on the way in.
        broken: whether it is a break.
        made: moment of the loop at which it began to be sent, on the way out.
        event: the end of sending.
    """

    start: int
    data: bytearray
    taken: int = 0
    broken: bool = False
    made: int = 0
    event: Event | None = None

    def end(self, byte_time: int) -> int:
        """When the last byte is complete."""
        return self.start + len(self.data) * byte_time

    def capture(self, now: int) -> State:
        """The burst, its times relative to `now`; its event is arranged anew."""
        return State(
            "burst",
            start=self.start - now,
            data=bytes(self.data),
            taken=self.taken,
            broken=self.broken,
            age=now - self.made,
        )

    @classmethod
    def restore(cls, state: State, now: int) -> Self:
        """What `capture` gave, at another time."""
        return cls(
            now + state.integer("start"),
            bytearray(state.blob("data")),
            state.integer("taken"),
            state.flag("broken"),
            now - state.integer("age"),
        )


def due(bursts: Sequence[Burst], count: int, byte_time: int) -> int | None:
    """When the next `count` bytes that are not taken are complete, or a break among them.

    None if there are fewer.
    """
    for burst in bursts:
        left = len(burst.data) - burst.taken
        if left >= count or (burst.broken and left):
            return burst.start + (burst.taken + min(left, count)) * byte_time
        count -= left
    return None


def take(bursts: list[Burst], count: int, byte_time: int, now: int) -> tuple[bytes, bool]:
    """Takes up to `count` bytes that are complete; bursts that are over go.

    Returns:
        The bytes, and whether a break is among them.
    """
    data, broken = bytearray(), False
    while bursts and len(data) < count:
        burst = bursts[0]
        arrived = min((now - burst.start) // byte_time, burst.taken + count - len(data))
        arrived = min(arrived, len(burst.data))
        if arrived > burst.taken:
            data += burst.data[burst.taken : arrived]
            broken = broken or burst.broken
            burst.taken = arrived
        # The far end may still send at this very moment and join the burst.
        if arrived < len(burst.data) or burst.end(byte_time) >= now:
            break
        del bursts[0]
    return bytes(data), broken
