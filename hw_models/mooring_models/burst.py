# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Bytes that follow each other on a serial line without a gap."""

from __future__ import annotations

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
