# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Packets of the remote serial protocol: what a client sends is read, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import rsp_client

from mooring_lab.gdb.packet import (
    MAX_DATA_BYTES,
    Item,
    Malformed,
    Mark,
    Packet,
    PacketReader,
    framed,
)

CHUNKS = st.lists(st.integers(1, 40), min_size=1, max_size=50)


def read(*chunks: bytes) -> list[Item]:
    reader = PacketReader()
    return [item for chunk in chunks for item in reader.feed(chunk)]


def cut(stream: bytes, sizes: list[int]) -> list[bytes]:
    """The stream in pieces of these sizes, over and over."""
    pieces: list[bytes] = []
    at = turn = 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        pieces.append(stream[at : at + size])
        at, turn = at + size, turn + 1
    return pieces


def test_published_packet_is_read() -> None:
    # The example of the protocol's overview: qSupported as older clients send it.
    assert read(b"$qSupported#37") == [Packet(b"qSupported")]


@given(st.lists(st.binary(max_size=60), max_size=6), CHUNKS)
def test_any_data_arrives_however_the_stream_is_cut(sent: list[bytes], sizes: list[int]) -> None:
    stream = b"+".join(rsp_client.packet(data) for data in sent)

    found = [item for item in read(*cut(stream, sizes)) if item is not Mark.ACK]

    assert found == [Packet(data) for data in sent]


@given(st.binary(max_size=200))
def test_what_is_framed_reads_as_it_was(data: bytes) -> None:
    assert rsp_client.take_packet(framed(data)) == (data, b"")


@given(st.binary(max_size=400), CHUNKS)
def test_noise_never_raises_and_the_next_packet_is_read(noise: bytes, sizes: list[int]) -> None:
    assert read(*cut(noise, sizes), b"$g#67")[-1] == Packet(b"g")


@given(st.binary(min_size=1, max_size=40), st.data())
def test_one_wrong_byte_of_a_packet_is_noticed(data: bytes, draw: st.DataObject) -> None:
    whole = rsp_client.packet(data)
    at = draw.draw(st.integers(1, len(whole) - 3))
    wrong = draw.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))

    found = read(whole[:at] + bytes([wrong]) + whole[at + 1 :])

    assert Packet(data) not in found


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (b"$g#66", "the checksum is wrong"),
        (b"$g#6", None),
        (b"$g#zz", "the checksum is not hexadecimal"),
        (b"$g# 67", "the checksum is not hexadecimal"),
        (b"$a}#de", "an escape escapes nothing"),
        (b"$}}]#57", "an escape escapes nothing"),
    ],
)
def test_malformed_packet_is_refused(stream: bytes, reason: str | None) -> None:
    assert read(stream) == ([] if reason is None else [Malformed(reason)])


def test_packet_cut_off_by_another_is_forgotten() -> None:
    assert read(b"$m1000,4$g#67") == [Packet(b"g")]


def test_longest_packet_is_read_and_a_longer_one_refused() -> None:
    longest = b"a" * MAX_DATA_BYTES

    assert read(rsp_client.packet(longest)) == [Packet(longest)]
    assert read(rsp_client.packet(longest + b"a")) == [
        Malformed(f"{MAX_DATA_BYTES + 1} bytes of data, the limit is {MAX_DATA_BYTES}")
    ]


def test_endless_packet_is_not_kept() -> None:
    reader = PacketReader()

    assert list(reader.feed(b"$" + b"a" * (4 * MAX_DATA_BYTES))) == []

    assert len(reader._data) == MAX_DATA_BYTES


def test_marks_between_packets_are_told_and_all_else_is_not() -> None:
    assert read(b"+-\x03 g\n") == [Mark.ACK, Mark.NAK, Mark.INTERRUPT]


def test_interrupt_byte_within_a_packet_is_data() -> None:
    assert read(rsp_client.packet(b"X0,1:\x03")) == [Packet(b"X0,1:\x03")]
