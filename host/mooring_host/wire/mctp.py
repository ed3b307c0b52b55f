# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""MCTP packets (DSP0236 §8.1): cutting messages, putting them together, control messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from mooring_host.errors import ProtocolError, UsageError

HEADER_BYTES: Final = 4
HEADER_VERSION: Final = 0x01
MAX_MESSAGE: Final = 8192
"""Longest message with its type byte."""
BASELINE_UNIT: Final = 64
"""Payload of a packet that every endpoint accepts."""
LARGEST_UNIT: Final = 251
NULL_EID: Final = 0
CHIP_EID: Final = 9
HOST_EID: Final = 8

_SOM: Final = 0x80
_EOM: Final = 0x40
_TO: Final = 0x08


class MessageType(IntEnum):
    """MCTP message types that this project speaks."""

    CONTROL = 0x00
    VENDOR_IANA = 0x7F


class Packet(NamedTuple):
    """One MCTP packet."""

    destination: int
    source: int
    start: bool
    end: bool
    sequence: int
    tag_owner: bool
    tag: int
    payload: bytes

    def encode(self) -> bytes:
        """The packet as bytes."""
        flags = (
            (_SOM if self.start else 0)
            | (_EOM if self.end else 0)
            | self.sequence << 4
            | (_TO if self.tag_owner else 0)
            | self.tag
        )
        return bytes((HEADER_VERSION, self.destination, self.source, flags)) + self.payload

    @classmethod
    def decode(cls, data: bytes) -> Packet | None:
        """The packet in `data`; None if it has no payload or another header version."""
        if len(data) <= HEADER_BYTES or data[0] & 0x0F != HEADER_VERSION:
            return None
        flags = data[3]
        start, end, owner = flags & _SOM != 0, flags & _EOM != 0, flags & _TO != 0
        payload = data[HEADER_BYTES:]
        # By position: a packet is made of every frame, and names cost as much as the rest.
        return cls(data[1], data[2], start, end, flags >> 4 & 3, owner, flags & 7, payload)


def packets_of(
    message: bytes,
    *,
    destination: int,
    source: int,
    tag: int,
    tag_owner: bool,
    unit: int = LARGEST_UNIT,
) -> Iterator[Packet]:
    """Cuts a message into packets of `unit` bytes of payload, the last one shorter.

    Raises:
        UsageError: the message is empty or longer than 8192 bytes.
    """
    if not 1 <= len(message) <= MAX_MESSAGE:
        raise UsageError(
            "send an MCTP message", f"{len(message)} bytes, expected 1 to {MAX_MESSAGE}"
        )
    for index, at in enumerate(range(0, len(message), unit)):
        yield Packet(
            destination=destination,
            source=source,
            start=at == 0,
            end=at + unit >= len(message),
            sequence=index % 4,
            tag_owner=tag_owner,
            tag=tag,
            payload=message[at : at + unit],
        )


@dataclass(frozen=True)
class Message:
    """An assembled message; `body` begins with the message type."""

    source: int
    tag: int
    tag_owner: bool
    body: bytes


class Assembler:
    """Puts packets together to messages; packets that break the rules drop the assembly.

    A packet of another source or tag disturbs nothing, and one that begins a message
    replaces whatever was under way.
    """

    def __init__(self, eid: int | None) -> None:
        """Takes packets to `eid` and to the null id; None: to anyone, for listeners."""
        self._eid = eid
        self._last: Packet | None = None
        self._unit = 0
        self._body = bytearray()

    def feed(self, packet: Packet) -> Message | None:
        """Takes the next packet; returns the message that it completes."""
        if self._eid is not None and packet.destination not in (self._eid, NULL_EID):
            return None
        if packet.start:
            self._unit = len(packet.payload)
            self._body = bytearray(packet.payload)
        elif not self._continues(packet):
            return None
        else:
            self._body += packet.payload
        self._last = packet
        if not packet.end:
            return None
        self._last = None
        return Message(packet.source, packet.tag, packet.tag_owner, bytes(self._body))

    def _continues(self, packet: Packet) -> bool:
        """Whether the packet belongs to the assembly; a bad one that does drops it."""
        last = self._last
        if last is None:
            return False
        stream = (packet.source, packet.tag, packet.tag_owner, packet.destination)
        if stream != (last.source, last.tag, last.tag_owner, last.destination):
            return False
        size = len(packet.payload)
        fits = size == self._unit or (packet.end and size < self._unit)
        in_order = packet.sequence == (last.sequence + 1) % 4
        if not (fits and in_order and len(self._body) + size <= MAX_MESSAGE):
            self._last = None
            return False
        return True


class ControlCommand(IntEnum):
    """MCTP control commands that a chip answers (DSP0236 §12)."""

    SET_ENDPOINT_ID = 1
    GET_ENDPOINT_ID = 2
    GET_VERSION_SUPPORT = 4
    GET_MESSAGE_TYPE_SUPPORT = 5


_CONTROL_REQUEST: Final = 0x80
_INSTANCE_MASK: Final = 0x1F


def control_request(command: ControlCommand, instance: int, data: bytes = b"") -> bytes:
    """A control request; `instance` (0 to 31) comes back in the response."""
    return (
        bytes((MessageType.CONTROL, _CONTROL_REQUEST | instance & _INSTANCE_MASK, command)) + data
    )


@dataclass(frozen=True)
class ControlResponse:
    """A control response."""

    instance: int
    command: int
    completion: int
    data: bytes

    @classmethod
    def decode(cls, body: bytes) -> ControlResponse:
        """Reads a response.

        Raises:
            ProtocolError: it is not one.
        """
        if len(body) < 4 or body[0] != MessageType.CONTROL or body[1] & _CONTROL_REQUEST:
            raise ProtocolError(
                "read an MCTP control response", f"found {body[:8].hex(' ') or 'nothing'}"
            )
        return cls(body[1] & _INSTANCE_MASK, body[2], body[3], body[4:])
