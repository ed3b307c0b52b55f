# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""MCTP over serial written down a second time: FCS bit by bit, frames piece by piece."""

from __future__ import annotations

from typing import Final

FLAG: Final = b"\x7e"


def fcs(data: bytes) -> int:
    """The check of DSP0253: the RFC 1662 FCS-16 register without its final complement."""
    register = 0xFFFF
    for byte in data:
        for bit in range(8):
            feedback = (register ^ byte >> bit) & 1
            register >>= 1
            if feedback:
                register ^= 0x8408
    return register


def escape(packet: bytes) -> bytes:
    """The packet with 7E and 7D escaped."""
    special = {0x7E: b"\x7d\x5e", 0x7D: b"\x7d\x5d"}
    return b"".join(special.get(byte, bytes((byte,))) for byte in packet)


def body(packet: bytes, revision: int = 1, count: int | None = None, check: int = 0) -> bytes:
    """A frame without its flags; `check` is what is wrong with the FCS, bit by bit."""
    head = bytes((revision, len(packet) if count is None else count))
    return head + escape(packet) + (fcs(head + packet) ^ check).to_bytes(2, "big")


def frame(packet: bytes) -> bytes:
    """A good frame."""
    return FLAG + body(packet) + FLAG


def packet(
    payload: bytes,
    *,
    som: int = True,
    eom: int = True,
    sequence: int = 0,
    source: int = 8,
    destination: int = 9,
    tag: int = 1,
    to: int = True,
    version: int = 1,
) -> bytes:
    """An MCTP packet (DSP0236 §8.1)."""
    flags = som << 7 | eom << 6 | sequence << 4 | to << 3 | tag
    return bytes((version, destination, source, flags)) + payload


def packet_with_fcs(wanted: int, payload_bytes: int = 3) -> bytes:
    """A packet whose frame has the FCS `wanted`, found by trying payloads."""
    for value in range(256**payload_bytes):
        found = packet(value.to_bytes(payload_bytes, "big"))
        if fcs(bytes((1, len(found))) + found) == wanted:
            return found
    raise ValueError(f"no payload of {payload_bytes} bytes gives FCS {wanted:04x}")
