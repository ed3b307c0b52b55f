# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""MCTP over serial (DSP0253 §5): packets in, frames out, and back again out of noise."""

from __future__ import annotations

import binascii
import re
from enum import Enum, auto
from typing import Final

from mooring_host.errors import UsageError

FLAG: Final = 0x7E
ESCAPE: Final = 0x7D
ESCAPE_XOR: Final = 0x20
REVISION: Final = 0x01
MIN_PACKET: Final = 5
"""An MCTP header of 4 bytes and at least 1 byte of payload."""
MAX_PACKET: Final = 255

_FCS_INITIAL: Final = 0xFFFF
_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits in the opposite order."""
_BEGIN: Final = bytes((FLAG, REVISION))
_SPECIAL: Final = re.compile(rb"[\x7d\x7e]")


def fcs16(data: bytes) -> int:
    """The frame check sequence: reflected 0x8408 from 0xFFFF, without a final complement."""
    # binascii has the polynomial with the bits in the opposite order, and it has it in C.
    mirrored = binascii.crc_hqx(data.translate(_MIRRORED), _FCS_INITIAL)
    return _MIRRORED[mirrored & 0xFF] << 8 | _MIRRORED[mirrored >> 8]


def encode_frame(packet: bytes) -> bytes:
    """One packet as a frame.

    Raises:
        UsageError: the packet is not 5 to 255 bytes.
    """
    if not MIN_PACKET <= len(packet) <= MAX_PACKET:
        raise UsageError(
            "frame an MCTP packet",
            f"{len(packet)} bytes, expected {MIN_PACKET} to {MAX_PACKET}",
        )
    head = bytes((REVISION, len(packet)))
    escaped = packet.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e")
    check = fcs16(head + packet).to_bytes(2, "big")
    return bytes((FLAG,)) + head + escaped + check + bytes((FLAG,))


class _State(Enum):
    HUNT = auto()
    REVISION = auto()
    LENGTH = auto()
    DATA = auto()
    ESCAPED = auto()
    FCS_HIGH = auto()
    FCS_LOW = auto()
    CLOSE = auto()


class FrameDecoder:
    """Finds packets in a stream of bytes, however it is cut and whatever is between them.

    The reader is length-driven: 7E occurs unescaped in the length and in the FCS, so it
    restarts a frame only while hunting, directly after another 7E, or inside the data.
    """

    def __init__(self) -> None:
        self._state = _State.HUNT
        self._length = 0
        self._packet = bytearray()
        self._fcs = 0
        self._kept = b""
        self.dropped = 0
        """Frames begun and not completed, since the decoder was made."""

    def feed(self, data: bytes) -> list[bytes]:
        """Takes the next bytes; returns the packets they complete."""
        packets: list[bytes] = []
        data, self._kept = self._kept + data, b""
        at = 0
        while (at := self._skip(data, at)) < len(data):
            begins = data.startswith(_BEGIN, at)
            if begins and (end := self._whole(data, at, packets)) is not None:
                at = end
                continue
            packet = self._step(data[at])
            at += 1
            if packet is not None:
                packets.append(packet)
        return packets

    def _skip(self, data: bytes, at: int) -> int:
        """Takes the bytes from `at` on that change no state, at once; returns where they end."""
        if self._state is _State.HUNT:
            found = data.find(FLAG, at)
            return len(data) if found < 0 else found
        if self._state is _State.DATA:
            # The last byte of the packet changes the state, so it is not among them.
            end = min(len(data), at + self._length - len(self._packet) - 1)
            special = _SPECIAL.search(data, at, end)
            end = end if special is None else special.start()
            self._packet += data[at:end]
            return end
        return at

    def _whole(self, data: bytes, at: int, packets: list[bytes]) -> int | None:
        """Takes a whole good frame from `at` on, as nearly all arrive; returns where it ends.

        One that may still come is kept.  What is not taken, None, goes byte by byte: no such
        frame begins here.
        """
        if self._state is not _State.HUNT and self._state is not _State.REVISION:
            return None
        start = at + 3
        length = data[at + 2] if len(data) > at + 2 else MAX_PACKET
        end = start + length
        # Each escape is one byte more, and in these another may lie.
        while (longer := start + length + data.count(ESCAPE, start, end)) != end:
            end = longer
        if end + 3 > len(data) and data.find(FLAG, start) < 0:
            self._kept = data[at:]
            return len(data)
        body = data[start:end]
        packet = body.replace(b"\x7d\x5e", b"\x7e").replace(b"\x7d\x5d", b"\x7d")
        check = fcs16(data[at + 1 : start] + packet).to_bytes(2, "big")
        sound = len(packet) == length >= MIN_PACKET and FLAG not in body
        if not sound or data[end : end + 3] != check + _BEGIN[:1]:
            return None
        self._state = _State.REVISION
        packets.append(packet)
        return end + 3

    def _step(self, byte: int) -> bytes | None:
        match self._state:
            case _State.HUNT:
                if byte == FLAG:
                    self._state = _State.REVISION
            case _State.REVISION:
                if byte == REVISION:
                    self._state = _State.LENGTH
                elif byte != FLAG:  # a run of flags is only filling
                    self._drop()
            case _State.LENGTH:
                if byte >= MIN_PACKET:
                    self._length = byte
                    self._packet.clear()
                    self._state = _State.DATA
                else:
                    self._drop()
            case _State.DATA:
                if byte == FLAG:
                    self._drop(_State.REVISION)
                elif byte == ESCAPE:
                    self._state = _State.ESCAPED
                else:
                    self._put(byte)
            case _State.ESCAPED:
                if byte ^ ESCAPE_XOR in (FLAG, ESCAPE):
                    self._put(byte ^ ESCAPE_XOR)
                elif byte == FLAG:
                    self._drop(_State.REVISION)
                else:
                    self._drop()
            case _State.FCS_HIGH:
                self._fcs = byte << 8
                self._state = _State.FCS_LOW
            case _State.FCS_LOW:
                self._fcs |= byte
                self._state = _State.CLOSE
            case _State.CLOSE:
                return self._close(byte)
        return None

    def _put(self, byte: int) -> None:
        self._packet.append(byte)
        full = len(self._packet) == self._length
        self._state = _State.FCS_HIGH if full else _State.DATA

    def _close(self, byte: int) -> bytes | None:
        packet = bytes(self._packet)
        expected = fcs16(bytes((REVISION, self._length)) + packet)
        if byte == FLAG and self._fcs == expected:
            # The closing flag may open the next frame.
            self._state = _State.REVISION
            return packet
        # A flag here may still be the opening one of a good frame.
        self._drop(_State.REVISION if byte == FLAG else _State.HUNT)
        return None

    def _drop(self, state: _State = _State.HUNT) -> None:
        self.dropped += 1
        self._state = state
