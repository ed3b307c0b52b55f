# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The firmware's serial link from Python, for the tests that drive it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from mooring_firmware import _native
from mooring_firmware._token import Bytes, raise_if_refused, span_bytes

_FFI: Final[Any] = _native.ffi
_LIB: Final = _native.lib

FCS_INITIAL: Final = 0xFFFF


class FrameEvent(IntEnum):
    """What a byte completed."""

    NONE = _LIB.kMctpSerialNone
    FRAME = _LIB.kMctpSerialFrame
    DROPPED = _LIB.kMctpSerialDropped


class MessageEvent(IntEnum):
    """What a packet did."""

    NONE = _LIB.kMctpNone
    MESSAGE = _LIB.kMctpMessage
    TOO_LONG = _LIB.kMctpTooLong
    DROPPED = _LIB.kMctpDropped


class Kind(IntEnum):
    """Who answers a message."""

    CONTROL = _LIB.kMctpKindControl
    VENDOR = _LIB.kMctpKindVendor
    UNSUPPORTED = _LIB.kMctpKindUnsupported


def fcs(data: bytes, initial: int = FCS_INITIAL) -> int:
    """The frame check sequence, or its continuation from `initial`."""
    return int(_LIB.mctp_serial_fcs(initial, data, len(data)))


def write_frame(packet: bytes) -> bytes:
    """The frame of a packet; empty if the packet has a length that no frame can carry."""
    frame = _FFI.new("uint8_t[]", _LIB.kMctpSerialFrameMaxBytes)
    size = _LIB.mctp_serial_write_frame(packet, len(packet), frame)
    return bytes(_FFI.buffer(frame, size))


class FrameReader:
    """The frame reader."""

    def __init__(self) -> None:
        self._c = _FFI.new("mctp_serial_reader_t *")
        _LIB.mctp_serial_reader_init(self._c)

    @property
    def state(self) -> int:
        """Where in a frame the reader is."""
        return int(self._c.state)

    def corrupt_state(self, state: int) -> None:
        """Puts the reader into a state that may be none, as a fault could."""
        self._c.state = state

    @property
    def packet(self) -> bytes:
        """The packet of the frame just read."""
        return bytes(_FFI.buffer(self._c.packet, self._c.count))

    def push(self, byte: int) -> FrameEvent:
        """Takes one byte."""
        return FrameEvent(_LIB.mctp_serial_reader_push(self._c, byte))

    def feed(self, data: bytes) -> list[bytes]:
        """Takes bytes block-wise; the packets that they complete."""
        packets: list[bytes] = []
        event = _FFI.new("unsigned int *")
        while data:
            taken = _LIB.mctp_serial_reader_feed(self._c, data, len(data), event)
            data = data[taken:]
            if event[0] == FrameEvent.FRAME:
                packets.append(self.packet)
        return packets


@dataclass(frozen=True)
class Message:
    """A message that an assembly completed."""

    source: int
    destination: int
    local: int
    tag: int
    unit: int
    kind: Kind
    data: bytes


class Endpoint:
    """One end of the line, with its assembly and its answers."""

    def __init__(self) -> None:
        self._endpoint = _FFI.new("mctp_endpoint_t *")
        self._assembly = _FFI.new("mctp_assembly_t *")
        _LIB.mctp_endpoint_init(self._endpoint)
        _LIB.mctp_assembly_init(self._assembly)

    @property
    def id(self) -> int:
        """The endpoint id."""
        return int(self._endpoint.id)

    @property
    def active(self) -> bool:
        """Whether a message is under way."""
        return bool(self._assembly.active)

    def push(self, packet: bytes) -> MessageEvent:
        """Takes one packet."""
        return MessageEvent(
            _LIB.mctp_assembly_push(self._assembly, self._endpoint, packet, len(packet))
        )

    @property
    def message(self) -> Message:
        """The message just completed."""
        c = self._assembly
        size = min(c.size, len(c.message))
        data = bytes(_FFI.buffer(c.message, size))
        kind = Kind(_LIB.mctp_classify(c))
        return Message(c.source, c.destination, c.local, c.tag, c.unit_bytes, kind, data)

    def answer(self, data: bytes) -> list[bytes]:
        """The packets of an answer to the message just completed."""
        sender = _FFI.new("mctp_sender_t *")
        packet = _FFI.new("uint8_t[255]")
        _LIB.mctp_sender_start(sender, self._assembly, len(data))
        packets: list[bytes] = []
        while (size := _LIB.mctp_sender_next(sender, data, packet)) > 0:
            packets.append(bytes(_FFI.buffer(packet, size)))
        return packets

    def control(self, request: bytes) -> bytes:
        """The answer to a control message, empty if it calls for none."""
        memory = _FFI.new("uint8_t[]", request)
        response = _FFI.new("uint8_t[]", _LIB.kMctpControlMaxResponseBytes)
        size = _LIB.mctp_control_respond(self._endpoint, memory, len(request), response)
        return bytes(_FFI.buffer(response, size))


class VendorRequest:
    """A vendor-defined request; `command` is what the answer names, also after a refusal."""

    def __init__(self, message: bytes) -> None:
        self._memory = Bytes(message)
        self._c = _FFI.new("vdm_request_t *")
        self.status: Final = int(_LIB.vdm_request_parse(self._memory.span, self._c))

    @property
    def command(self) -> int:
        """The command code as sent."""
        return int(self._c.command)

    def admit(self) -> None:
        """Raises the refusal of the header, if any."""
        raise_if_refused(self.status)

    def body(self) -> bytes:
        """The body."""
        span = _FFI.new("byte_span_t *")
        raise_if_refused(_LIB.vdm_request_body(self._c, span))
        return span_bytes(span[0])


def vendor_header(command: int, done: bool) -> bytes:
    """The header of a response."""
    out = _FFI.new("uint8_t[8]")
    _LIB.vdm_write_header(out, command, _LIB.kVdmDone if done else _LIB.kVdmRefused)
    return bytes(_FFI.buffer(out))
