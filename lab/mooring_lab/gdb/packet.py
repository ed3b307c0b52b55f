# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Packets of GDB's remote serial protocol: ``$`` data ``#`` checksum, and the bytes between.

"Debugging with GDB", appendix "GDB Remote Serial Protocol", section "Overview".  Run-length
encoding is left out: it is for slow lines, and only a stub may use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

MAX_DATA_BYTES: Final = 0x4000
"""The most that a packet carries here, escapes included; announced to the client."""

_START: Final = ord("$")
_END: Final = ord("#")
_ESCAPE: Final = ord("}")
_ESCAPED_BY: Final = 0x20
# An asterisk begins a run in what a stub sends, so a literal one is escaped, too.
_ESCAPE_WHEN_SENT: Final = frozenset(b"$#}*")
HEX_DIGITS: Final = frozenset(b"0123456789abcdefABCDEF")


class Mark(Enum):
    """A byte with a meaning of its own between two packets."""

    ACK = ord("+")
    """The last packet has arrived."""
    NAK = ord("-")
    """Send the last packet again."""
    INTERRUPT = 0x03
    """Stop: what a client sends for Ctrl-C."""


@dataclass(frozen=True)
class Packet:
    """The data of a packet whose checksum is right, escapes undone."""

    data: bytes


@dataclass(frozen=True)
class Malformed:
    """A packet that can't be used, and why."""

    reason: str


Item: TypeAlias = Packet | Malformed | Mark

_MARKS: Final = {mark.value: mark for mark in Mark}


class _State(Enum):
    BETWEEN = auto()
    DATA = auto()
    CHECKSUM = auto()


class PacketReader:
    """Finds packets in a stream that may be cut anywhere and contain anything.

    It never holds more than one packet of `MAX_DATA_BYTES`.
    """

    def __init__(self) -> None:
        self._state = _State.BETWEEN
        self._data = bytearray()
        self._checksum = bytearray()
        self._length = 0
        self._sum = 0

    def feed(self, stream: bytes) -> Iterator[Item]:
        """What the next bytes of the stream complete."""
        for byte in stream:
            item = self._take(byte)
            if item is not None:
                yield item

    def _take(self, byte: int) -> Item | None:
        # A dollar sign is never data, so it begins a packet even where one was cut off.
        if byte == _START:
            self._begin()
            return None
        match self._state:
            case _State.BETWEEN:
                return _MARKS.get(byte)
            case _State.DATA:
                self._add(byte)
                return None
            case _State.CHECKSUM:
                self._checksum.append(byte)
                return self._finish() if len(self._checksum) == 2 else None

    def _begin(self) -> None:
        self._state = _State.DATA
        self._data.clear()
        self._checksum.clear()
        self._length = self._sum = 0

    def _add(self, byte: int) -> None:
        if byte == _END:
            self._state = _State.CHECKSUM
            return
        self._length += 1
        self._sum = (self._sum + byte) & 0xFF
        if self._length <= MAX_DATA_BYTES:
            self._data.append(byte)

    def _finish(self) -> Packet | Malformed:
        self._state = _State.BETWEEN
        if not HEX_DIGITS.issuperset(self._checksum):
            return Malformed("the checksum is not hexadecimal")
        if int(self._checksum, 16) != self._sum:
            return Malformed("the checksum is wrong")
        if self._length > MAX_DATA_BYTES:
            return Malformed(f"{self._length} bytes of data, the limit is {MAX_DATA_BYTES}")
        return _unescaped(bytes(self._data))


def _unescaped(data: bytes) -> Packet | Malformed:
    head, *parts = data.split(bytes((_ESCAPE,)))
    plain = bytearray(head)
    # An escaped brace is not a brace on the wire, so each part begins with an escaped byte.
    for part in parts:
        if not part:
            return Malformed("an escape escapes nothing")
        plain.append(part[0] ^ _ESCAPED_BY)
        plain += part[1:]
    return Packet(bytes(plain))


def escaped(data: bytes) -> bytes:
    """`data` as it may stand in a packet."""
    if _ESCAPE_WHEN_SENT.isdisjoint(data):
        return data
    out = bytearray()
    for byte in data:
        out += bytes((_ESCAPE, byte ^ _ESCAPED_BY)) if byte in _ESCAPE_WHEN_SENT else bytes((byte,))
    return bytes(out)


def framed(data: bytes) -> bytes:
    """The packet that carries `data`."""
    body = escaped(data)
    return b"$%b#%02x" % (body, sum(body) & 0xFF)
