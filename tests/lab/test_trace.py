# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The wire trace tells each message in one line, and damage as damage."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mooring_lab.lab import Direction
from mooring_lab.trace import WireTrace

TO, FROM = Direction.TO_CHIP, Direction.FROM_CHIP
# protocol.md, Messages: type, enterprise number, version.
VENDOR = bytes.fromhex("7f 00007ed9 01")


def fcs(data: bytes) -> int:
    """The frame check of protocol.md, bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value


def frame(direction: Direction, payload: bytes, flags: int = 0xC8) -> bytes:
    """One MCTP packet in one frame; by default a whole message, tag 0."""
    ends = b"\x09\x08" if direction is TO else b"\x08\x09"
    packet = b"\x01" + ends + bytes((flags,)) + payload
    head = bytes((1, len(packet)))
    escaped = packet.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e")
    return b"\x7e" + head + escaped + fcs(head + packet).to_bytes(2, "big") + b"\x7e"


@pytest.fixture
def trace() -> WireTrace:
    return WireTrace(lambda: 1.5)


def told(trace: WireTrace) -> list[str]:
    return [str(line) for line in trace.lines]


@pytest.mark.parametrize(
    ("direction", "message", "expected"),
    [
        (TO, VENDOR + bytes.fromhex("01 00"), "-> INFO 0 B"),
        (
            TO,
            VENDOR + bytes.fromhex("07 00 a3 01 83 01 02 01 02 42 0102 03 42 0304"),
            "-> COMPUTE (1 x 2) times (2 x 1)",
        ),
        (
            FROM,
            VENDOR + bytes.fromhex("07 00 a3 01 44 0b000000 02 11 03 f4"),
            "<- COMPUTE product of 4 B for 17 cycles",
        ),
        (
            FROM,
            VENDOR + bytes.fromhex("07 00 a3 01 44 0b000000 02 11 03 f5"),
            "<- COMPUTE product of 4 B for 17 cycles, throttled",
        ),
        (
            TO,
            VENDOR + bytes.fromhex("06 00 82 47 01020304050607 43 aabbcc"),
            "-> LICENCE location 7 B 020304050607, licence 3 B aabbcc",
        ),
        (
            FROM,
            VENDOR + bytes.fromhex("06 00 a4 01 02 02 190100 03 183c 04 f5"),
            "<- LICENCE gate OPEN, 256 cycles and 60 s left",
        ),
        (
            FROM,
            VENDOR + bytes.fromhex("06 00 a4 01 02 02 190100 03 183c 04 f4"),
            "<- LICENCE gate OPEN, 256 cycles and 60 s left, already accepted",
        ),
        (
            FROM,
            VENDOR + bytes.fromhex("05 00 a3 01 03 02 00 03 f5"),
            "<- TRUST epoch 3 of root slot 0, committed",
        ),
        # 0x4B59440F and 0x4C4B103B are KEY_SIGNATURE and LINK_BUSY in error-words.md.
        (FROM, VENDOR + bytes.fromhex("06 01 a1 01 1a 4b59440f"), "<- LICENCE refused: KEY_SIGNA"),
        (
            FROM,
            VENDOR + bytes.fromhex("06 01 a2 01 1a 4c4b103b 02 04"),
            "<- LICENCE refused: LINK_BUSY, 4 s left",
        ),
        (
            FROM,
            VENDOR + bytes.fromhex("06 01 a1 01 1a deadbeef"),
            "<- LICENCE refused: error word DEADBEEF",
        ),
        (FROM, VENDOR + bytes.fromhex("06 00 a1 01 02"), "<- LICENCE 3 B that do not decode"),
        (TO, VENDOR + bytes.fromhex("ee 00 01"), "-> command EE 1 B"),
        (TO, bytes.fromhex("7f 00000001 01 01 00"), "-> 8 bytes that are no message"),
        (TO, bytes.fromhex("00 80 02"), "-> MCTP control 80 02"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_message_is_told_in_one_line(
    trace: WireTrace, direction: Direction, message: bytes, expected: str
) -> None:
    trace.feed(direction, frame(direction, message))

    (line,) = told(trace)
    assert line.startswith(f"    1.500000 {expected}")


def test_message_in_several_packets_and_pieces_is_one_line(trace: WireTrace) -> None:
    message = VENDOR + bytes.fromhex("01 00")
    stream = frame(TO, message[:4], 0x88) + frame(TO, message[4:], 0x58)

    for byte in stream:
        trace.feed(TO, bytes((byte,)))

    assert told(trace) == ["    1.500000 -> INFO 0 B"]


def test_directions_do_not_disturb_each_other(trace: WireTrace) -> None:
    request = frame(TO, VENDOR + bytes.fromhex("01 00"))
    response = frame(FROM, VENDOR + bytes.fromhex("05 00 a3 01 03 02 00 03 f4"))

    trace.feed(TO, request[:5])
    trace.feed(FROM, response)
    trace.feed(TO, request[5:])

    assert [line[13:15] for line in told(trace)] == ["<-", "->"]
    assert (trace.bytes_to_chip, trace.bytes_from_chip) == (len(request), len(response))


def test_damaged_frame_is_told_and_the_next_one_read(trace: WireTrace) -> None:
    good = frame(TO, VENDOR + bytes.fromhex("01 00"))
    damaged = good[:8] + bytes((good[8] ^ 1,)) + good[9:]

    trace.feed(TO, damaged)
    trace.feed(TO, good)

    assert told(trace) == [
        "    1.500000 -> 1 damaged frames dropped",
        "    1.500000 -> INFO 0 B",
    ]


def test_sink_hears_each_line_when_it_is_told() -> None:
    heard: list[str] = []
    sink: Callable[[object], None] = lambda line: heard.append(str(line))  # noqa: E731
    trace = WireTrace(lambda: 0.0, sink)

    trace.feed(TO, frame(TO, VENDOR + bytes.fromhex("01 00")))

    assert heard == ["    0.000000 -> INFO 0 B"] == trace.text().splitlines()
