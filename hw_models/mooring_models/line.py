# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is at the other end of a UART's line, and what may stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class LineFilter(Protocol):
    """What a noisy line makes of the bytes sent over it."""

    def __call__(self, data: bytes) -> bytes: ...


class LineTap(Protocol):
    """A block that watches the line of a UART, and may have its bytes for a while."""

    @property
    def diverts(self) -> bool:
        """Whether bytes that arrive are the tap's, and not the receive FIFO's."""
        ...

    def arriving(self) -> None:
        """Called when bytes have begun to arrive."""
        ...


class Sender(Protocol):
    """The UART, as its far end sees it."""

    @property
    def baud(self) -> int:
        """Line rate in bit/s."""
        ...

    def line_in(self, data: bytes, *, broken: bool = False) -> None:
        """Bytes start to arrive."""
        ...


class LineEnd:
    """The far end of a serial line: what a host's port is wired to.

    Attributes:
        to_chip: noise on the way in, or None.
        from_chip: noise on the way out, or None.
        on_data: called with each burst that arrives; if None, bytes wait for `receive`.
    """

    __slots__ = ("_inbox", "_uart", "from_chip", "on_data", "to_chip")

    def __init__(self, uart: Sender) -> None:
        self._uart = uart
        self._inbox = bytearray()
        self.to_chip: LineFilter | None = None
        self.from_chip: LineFilter | None = None
        self.on_data: Callable[[bytes], None] | None = None

    @property
    def bits_per_second(self) -> int:
        """The line rate."""
        return self._uart.baud

    @property
    def waiting(self) -> int:
        """Bytes that `receive` would return."""
        return len(self._inbox)

    def has_data(self) -> bool:
        """Whether `receive` would return any."""
        return bool(self._inbox)

    def send(self, data: bytes) -> None:
        """Puts `data` on the line, after what is still on it."""
        if self.to_chip is not None:
            data = self.to_chip(data)
        if data:
            self._uart.line_in(data)

    def send_break(self) -> None:
        """Holds the line low for one byte time: a zero byte with a framing error."""
        self._uart.line_in(b"\0", broken=True)

    def receive(self) -> bytes:
        """Takes everything that has arrived."""
        data = bytes(self._inbox)
        self._inbox.clear()
        return data

    def arrive(self, data: bytes) -> None:
        """Called by the UART when a burst has been sent."""
        if self.from_chip is not None:
            data = self.from_chip(data)
        if self.on_data is not None:
            self.on_data(data)
        else:
            self._inbox += data
