# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Frames on the serial line: what is written, what is read, and what is dropped."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Final

import pytest
from firmware.vector_rows import Row, row_id, rows
from hypothesis import given
from hypothesis import strategies as st
from oracles import frame_reference as ref

from mooring_firmware._link import FrameEvent, FrameReader, fcs, write_frame

PACKETS: Final = st.binary(min_size=5, max_size=255)
A: Final = ref.packet(b"\x7f\x7e\x7d\x01")
B: Final = ref.packet(b"\x00\x80\x02", tag=2)


def read(*chunks: bytes) -> list[bytes]:
    """The packets that a new reader finds in chunks of a stream."""
    reader = FrameReader()
    return [packet for chunk in chunks for packet in reader.feed(chunk)]


@pytest.mark.parametrize("row", rows("frames.json", "fcs"), ids=row_id)
def test_check_sequence_is_that_of_the_vector(row: Row) -> None:
    assert f"{fcs(bytes.fromhex(row['data'])):04x}" == row["fcs"]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_check_sequence_is_that_of_single_bits_and_may_be_continued(data: bytes, cut: int) -> None:
    assert fcs(data) == ref.fcs(data)
    assert fcs(data[cut:], fcs(data[:cut])) == ref.fcs(data)


@pytest.mark.parametrize("row", rows("frames.json", "frames"), ids=row_id)
def test_packet_and_frame_belong_together(row: Row) -> None:
    packet, frame = bytes.fromhex(row["packet"]), bytes.fromhex(row["frame"])

    assert write_frame(packet) == frame
    assert read(frame) == [packet]


@given(PACKETS)
def test_written_frame_is_the_references(packet: bytes) -> None:
    assert write_frame(packet) == ref.frame(packet)


@pytest.mark.parametrize("size", [0, 1, 4, 256, 1000])
def test_packet_of_a_size_that_no_frame_carries_is_not_written(size: int) -> None:
    assert write_frame(bytes(size)) == b""


@pytest.mark.parametrize("row", rows("frames.json", "streams"), ids=row_id)
def test_stream_yields_the_packets_of_its_vector(row: Row) -> None:
    found = read(bytes.fromhex(row["stream"]))

    assert [packet.hex() for packet in found] == row["packets"]


@given(st.lists(PACKETS, max_size=5), st.data())
def test_stream_may_be_cut_anywhere(packets: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(ref.frame, packets))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    edges = [0, *cuts, len(stream)]

    assert read(*(stream[a:b] for a, b in pairwise(edges))) == packets


def test_bytes_one_by_one_and_in_blocks_give_the_same() -> None:
    rng = random.Random(253)
    alphabet = bytes.fromhex("7e7d5e5d01050609") + bytes(2)
    for _ in range(300):
        stream = bytes(rng.choices(alphabet, k=60)) + ref.frame(A)
        reader = FrameReader()
        single = [reader.packet for byte in stream if reader.push(byte) is FrameEvent.FRAME]
        assert single == read(stream)


def test_every_dropped_frame_is_told_once() -> None:
    reader = FrameReader()
    stream = ref.FLAG + ref.body(A, revision=2) + ref.FLAG + ref.FLAG + ref.body(A, check=1)
    events = [reader.push(byte) for byte in stream + ref.frame(A)]

    assert events.count(FrameEvent.DROPPED) == 2
    assert events.count(FrameEvent.FRAME) == 1


@pytest.mark.parametrize("state", [8, 100, 255])
def test_reader_in_no_valid_state_hunts_again(state: int) -> None:
    reader = FrameReader()
    reader.corrupt_state(state)

    assert reader.push(0) is FrameEvent.DROPPED
    assert reader.feed(ref.frame(A)) == [A]


class TestDamage:
    """One frame damaged in every place; the one behind it must arrive."""

    def test_every_flipped_bit_is_noticed_and_the_next_frames_arrive(self) -> None:
        frame = ref.frame(A)
        for bit in range(8 * len(frame)):
            damaged = bytearray(frame)
            damaged[bit // 8] ^= 1 << bit % 8
            found = read(bytes(damaged) + ref.FLAG * 2 + ref.frame(B))
            # A damaged flag at an end does not touch what is between: it may be read.
            assert [packet for packet in found if packet not in (A, B)] == []
            assert found[-1:] == [B]

    def test_every_lost_byte_is_noticed_and_the_next_frames_arrive(self) -> None:
        frame = ref.frame(A)
        for at in range(len(frame)):
            found = read(frame[:at] + frame[at + 1 :] + ref.FLAG * 2 + ref.frame(B))
            assert [packet for packet in found if packet not in (A, B)] == []
            assert found[-1:] == [B]

    def test_every_inserted_byte_is_noticed_and_the_next_frames_arrive(self) -> None:
        frame = ref.frame(A)
        for at in range(len(frame) + 1):
            for byte in (0x00, 0x01, 0x5E, 0x7D, 0x7E, 0xFF):
                found = read(frame[:at] + bytes((byte,)) + frame[at:] + ref.FLAG * 2 + ref.frame(B))
                assert [packet for packet in found if packet not in (A, B)] == []
                assert found[-1:] == [B]

    def test_every_truncation_is_noticed_and_the_next_frame_arrives(self) -> None:
        frame = ref.frame(A)
        for length in range(len(frame)):
            found = read(frame[:length] + ref.FLAG * 2 + ref.frame(B))
            # Three flags may also be what a frame cut in its FCS lacks.
            assert [packet for packet in found if packet not in (A, B)] == []
            assert found[-1:] == [B]


class TestResynchronisation:
    """After any bytes whatever, three flags leave the reader at the beginning of a frame."""

    @given(st.binary(max_size=600), PACKETS)
    def test_a_frame_behind_three_flags_arrives_after_any_bytes(
        self, noise: bytes, packet: bytes
    ) -> None:
        assert read(noise + ref.FLAG * 2 + ref.frame(packet))[-1:] == [packet]

    def test_it_holds_in_every_state_of_the_reader(self) -> None:
        # Every state, with the packet empty, begun, and one byte short; in the FCS with every
        # value that the first byte of it may have had, the right one and 7E among them.
        long, trap = ref.packet(bytes(251)), ref.packet_with_fcs(0x7E7E)
        prefixes = [b"", b"\x00", b"\x7e", b"\x7e\x01"]
        for packet in (A, long, trap):
            whole = ref.FLAG + ref.body(packet)
            prefixes += [whole[:length] for length in (3, 4, 5, len(whole) - 3)]
            prefixes += [whole[:-1] + bytes((low,)) for low in range(256)]
            prefixes += [whole[:-2] + bytes((high,)) for high in range(256)]
            prefixes.append(whole[:-2])
        prefixes.append(b"\x7e\x01\x08\x01\x7d")
        states = set[int]()
        for prefix in prefixes:
            reader = FrameReader()
            reader.feed(prefix)
            states.add(reader.state)
            assert reader.feed(ref.FLAG * 2 + ref.frame(A))[-1:] == [A], prefix.hex()

        assert states == set(range(8))

    def test_two_flags_are_not_always_enough(self) -> None:
        # Why three: within the FCS of a frame whose FCS is 7E7E, two flags complete it, and
        # the revision that follows stands where its closing flag belongs.
        trap = ref.FLAG + ref.body(ref.packet_with_fcs(0x7E7E))[:-2]

        assert read(trap + ref.FLAG + ref.frame(A)) == []
        assert read(trap + ref.FLAG * 2 + ref.frame(A))[-1:] == [A]

    @given(st.binary(max_size=300))
    def test_noise_alone_completes_no_frame_but_true_ones(self, noise: bytes) -> None:
        for packet in read(noise):
            assert ref.body(packet) in noise
