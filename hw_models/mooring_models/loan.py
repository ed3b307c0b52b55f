# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a UART lends to a CPU in C: bytes that come, and room for bytes to send.

The layout is `mooring_uart_t` of ``mooring/hal_host.h``, which says what each field means.
While it is lent, C does with it what the model would; the model takes it back before it looks
at anything that may have changed.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

RECEIVED_BYTES: Final = 256
SENT_BYTES: Final = 256

MOMENT: Final = (1 << 64) - 1
_HEAD: Final = struct.Struct("=6Q10I")
_RECEIVED_AT: Final = _HEAD.size
_SENT_AT: Final = _RECEIVED_AT + RECEIVED_BYTES
SIZE: Final = _SENT_AT + SENT_BYTES

# What is looked at by itself, and often.
_ADDED_BEGAN: Final = struct.Struct("=Q")
_ADDED_BEGAN_AT: Final = 4 * 8
_WAKE: Final = struct.Struct("=QII")
_WAKE_AT: Final = 5 * 8
_LENT_AT: Final = _WAKE_AT + 12
_ADDED: Final = struct.Struct("=I")
_ADDED_AT: Final = _LENT_AT + 4
_SENDING_BEGAN: Final = struct.Struct("=Q")
_SENDING: Final = struct.Struct("=I")
_SENDING_AT: Final = _RECEIVED_AT - _SENDING.size
_SENDING_BEGAN_AT: Final = 3 * 8


class Returned(NamedTuple):
    """What became of it.

    Attributes:
        arrived: how many of the lent bytes came into the FIFO.
        fifo: what is in it now.
        changed: when it last changed.
        sends: whether there is something to be sent.
    """

    arrived: int
    fifo: bytes
    changed: int
    sends: bool


class Loan:
    """The memory that C sees: always the very same.

    Attributes:
        memory: `SIZE` bytes.
        lent: whether something is lent.
    """

    __slots__ = ("lent", "memory")

    def __init__(self) -> None:
        self.memory: Final = bytearray(SIZE)
        self.lent = False

    def lend(
        self,
        fifo: bytes,
        coming: bytes,
        began: int,
        changed: int,
        *,
        more: bool,
        byte_time: int,
        fifo_bytes: int,
    ) -> None:
        """Lends the receiving side, and nothing to send yet.  Moments are picoseconds.

        Args:
            fifo: what is in the FIFO.
            coming: what follows on the line.
            began: when the first of all these would have begun, had they come without a gap.
            changed: when the FIFO last changed.
            more: whether others follow, which are not lent.
            byte_time: picoseconds.
            fifo_bytes: room of each FIFO.
        """
        memory, level = self.memory, len(fifo)
        size = level + len(coming)
        counts = (0, 1, 0, fifo_bytes, size, more, level, 0, 0, 0)
        _HEAD.pack_into(memory, 0, byte_time, began & MOMENT, changed & MOMENT, 0, 0, 0, *counts)
        memory[_RECEIVED_AT : _RECEIVED_AT + size] = fifo + coming
        self.lent = True

    def sending(self, count: int, began: int) -> None:
        """Notes what goes out, `count` bytes since `began`: what C adds will follow it."""
        _SENDING_BEGAN.pack_into(self.memory, _SENDING_BEGAN_AT, began & MOMENT)
        _SENDING.pack_into(self.memory, _SENDING_AT, count)

    def sent(self, now: int) -> tuple[int, bytes] | None:
        """What C has added to be sent, and when it begins; None if nothing.

        Args:
            now: a moment not far from those that C knows, which are modulo 2^64.
        """
        memory = self.memory
        (count,) = _ADDED.unpack_from(memory, _ADDED_AT)
        if not count:
            return None
        _ADDED.pack_into(memory, _ADDED_AT, 0)
        (began,) = _ADDED_BEGAN.unpack_from(memory, _ADDED_BEGAN_AT)
        return _nearest(began, now), bytes(memory[_SENT_AT : _SENT_AT + count])

    def wake(self, now: int) -> tuple[bool, int | None]:
        """Whether C has worked out when the UART will interrupt; and when, or never.

        Args:
            now: as of `sent`.
        """
        moment, kind, _ = _WAKE.unpack_from(self.memory, _WAKE_AT)
        return kind != 0, _nearest(moment, now) if kind == _AT else None

    def take_back(self, now: int) -> Returned:
        """Ends the loan.

        Args:
            now: as of `sent`.
        """
        memory = self.memory
        head = _HEAD.unpack_from(memory)
        memory[_LENT_AT] = 0
        self.lent = False
        arrived, taken = head[12:14]
        fifo = bytes(memory[_RECEIVED_AT + taken : _RECEIVED_AT + arrived])
        return Returned(arrived, fifo, _nearest(head[2], now), head[8] != 0)


_AT: Final = 2


def _nearest(moment: int, now: int) -> int:
    """The moment next to `now` that is `moment` modulo 2^64."""
    behind = (now - moment) & MOMENT
    return now - behind if behind <= MOMENT // 2 else now - behind + MOMENT + 1
