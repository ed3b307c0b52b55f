# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Frames: published and own vectors, any cut, any noise, and the chip's own reader beside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_firmware import _link
from mooring_host.errors import UsageError
from mooring_host.wire.framing import FrameDecoder, encode_frame, fcs16

PACKETS = st.binary(min_size=5, max_size=255)
# Noise made of what matters to a reader of frames, and of anything.
NOISE = st.lists(
    st.sampled_from([b"\x7e", b"\x7d", b"\x01", b"\x05", b"\x5e", b"\x5d", b"\xff", b"\x00"])
    | st.binary(min_size=1, max_size=4)
).map(b"".join)
RESYNC = b"\x7e" * 4


def plain_fcs(data: bytes) -> int:
    """The check sequence bit by bit, from DSP0253's polynomial."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value


def load(shared: Path) -> dict[str, list[dict[str, str]]]:
    text = (shared / "vectors" / "serial" / "mctp_serial_frames.json").read_text("utf-8")
    loaded: dict[str, list[dict[str, str]]] = json.loads(text)
    return loaded


def test_golden_frames_encode_and_decode(shared_dir: Path) -> None:
    cases = load(shared_dir)["frames"]
    assert cases
    for case in cases:
        packet, frame = bytes.fromhex(case["packet"]), bytes.fromhex(case["frame"])

        assert encode_frame(packet) == frame, case["name"]
        assert FrameDecoder().feed(frame) == [packet], case["name"]


def test_published_bad_frames_give_no_packet(shared_dir: Path) -> None:
    cases = load(shared_dir)["bad_frames"]
    assert cases
    for case in cases:
        assert FrameDecoder().feed(bytes.fromhex(case["frame"])) == [], case["name"]


def test_golden_get_version_frame_of_the_reference() -> None:
    packet = bytes.fromhex("010908c90510840000")

    assert encode_frame(packet) == bytes.fromhex("7e0109010908c90510840000" + "77de7e")


@given(st.binary(max_size=300))
def test_check_sequence_equals_the_bitwise_one(data: bytes) -> None:
    assert fcs16(data) == plain_fcs(data)


@given(PACKETS)
def test_frame_equals_the_firmwares(packet: bytes) -> None:
    assert encode_frame(packet) == _link.write_frame(packet)


@given(st.lists(PACKETS, max_size=4), st.lists(st.integers(1, 40), min_size=1))
def test_packets_survive_any_cut_of_the_stream(packets: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(encode_frame(packet) for packet in packets)
    decoder = FrameDecoder()
    found: list[bytes] = []
    at = 0
    for index in range(len(stream)):
        size = cuts[index % len(cuts)]
        found += decoder.feed(stream[at : at + size])
        at += size

    assert found == packets
    assert decoder.dropped == 0


@given(NOISE, PACKETS)
def test_frame_is_found_after_any_noise_and_four_flags(noise: bytes, packet: bytes) -> None:
    decoder = FrameDecoder()
    decoder.feed(noise)

    assert decoder.feed(RESYNC + encode_frame(packet))[-1] == packet


@given(NOISE)
def test_any_stream_gives_the_packets_that_the_firmware_finds(noise: bytes) -> None:
    assert FrameDecoder().feed(noise) == _link.FrameReader().feed(noise)


@given(st.lists(NOISE | PACKETS.map(encode_frame), max_size=6))
def test_each_packet_is_found_as_soon_as_the_firmware_finds_it(pieces: list[bytes]) -> None:
    ours, firmwares = FrameDecoder(), _link.FrameReader()

    assert [ours.feed(each) for each in pieces] == [firmwares.feed(each) for each in pieces]


@given(PACKETS, st.data())
def test_one_flipped_bit_never_gives_another_packet(packet: bytes, data: st.DataObject) -> None:
    frame = bytearray(encode_frame(packet))
    bit = data.draw(st.integers(0, 8 * len(frame) - 1))
    frame[bit // 8] ^= 1 << bit % 8

    assert FrameDecoder().feed(bytes(frame)) in ([], [packet])


@given(PACKETS, PACKETS)
def test_closing_flag_opens_the_next_frame(first: bytes, second: bytes) -> None:
    stream = encode_frame(first) + encode_frame(second)[1:]

    assert FrameDecoder().feed(stream) == [first, second]


@pytest.mark.parametrize("size", [0, 4, 256])
def test_packet_of_wrong_size_is_not_framed(size: int) -> None:
    with pytest.raises(UsageError, match=f"{size} bytes, expected 5 to 255"):
        encode_frame(bytes(size))
