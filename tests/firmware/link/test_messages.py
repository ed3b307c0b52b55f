# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""MCTP messages: assembly, answers, control messages, and the vendor-defined header."""

from __future__ import annotations

import random
from typing import Final

import pytest
from firmware.vector_rows import Row, row_id, rows
from firmware.words import word_of
from hypothesis import given
from hypothesis import strategies as st
from oracles import frame_reference as ref

from mooring_firmware._link import Endpoint, Kind, MessageEvent, VendorRequest, vendor_header

MOST: Final = 8192


def split(data: bytes, unit: int, *, first: int = 0, tag: int = 1, source: int = 8) -> list[bytes]:
    """A message in packets of `unit` bytes of payload."""
    parts = [data[at : at + unit] for at in range(0, len(data), unit)]
    return [
        ref.packet(
            part,
            som=index == 0,
            eom=index == len(parts) - 1,
            sequence=(first + index) % 4,
            tag=tag,
            source=source,
        )
        for index, part in enumerate(parts)
    ]


def received(endpoint: Endpoint, packets: list[bytes]) -> list[bytes]:
    """The messages that packets make."""
    return [
        endpoint.message.data for packet in packets if endpoint.push(packet) is MessageEvent.MESSAGE
    ]


@pytest.mark.parametrize("row", rows("frames.json", "assemblies"), ids=row_id)
def test_packets_make_the_messages_of_their_vector(row: Row) -> None:
    endpoint = Endpoint()
    events: list[str] = []
    messages: list[str] = []
    for packet in row["packets"]:
        event = endpoint.push(bytes.fromhex(packet))
        events.append(event.name.lower())
        if event is MessageEvent.MESSAGE:
            messages.append(endpoint.message.data.hex())

    assert events == row["events"]
    assert messages == row["messages"]


@given(st.binary(min_size=1, max_size=700), st.integers(1, 251), st.integers(0, 3))
def test_message_arrives_however_it_is_split(data: bytes, unit: int, first: int) -> None:
    assert received(Endpoint(), split(data, unit, first=first)) == [data]


@pytest.mark.parametrize("unit", [1, 64, 251])
def test_message_of_8192_bytes_is_taken_and_one_more_is_too_long(unit: int) -> None:
    data = random.Random(unit).randbytes(MOST + 1)
    endpoint = Endpoint()

    assert received(endpoint, split(data[:MOST], unit)) == [data[:MOST]]

    events = [endpoint.push(packet) for packet in split(data, unit)]

    # The requester is answered when its message has ended, not in the middle of it.
    assert events[-1] is MessageEvent.TOO_LONG
    assert set(events[:-1]) <= {MessageEvent.NONE}
    assert endpoint.message.data[:8] == data[:8]


def test_endless_message_neither_ends_nor_blocks() -> None:
    endpoint = Endpoint()
    endpoint.push(ref.packet(bytes(251), eom=False))
    for index in range(1, 2000):
        event = endpoint.push(ref.packet(bytes(251), som=False, eom=False, sequence=index % 4))
        assert event is MessageEvent.NONE

    assert endpoint.push(ref.packet(bytes(9), som=False, sequence=0)) is MessageEvent.TOO_LONG
    assert received(endpoint, split(b"next", 64)) == [b"next"]


@given(st.lists(st.binary(max_size=40), max_size=30), st.binary(min_size=1, max_size=300))
def test_message_arrives_after_any_packets(junk: list[bytes], data: bytes) -> None:
    endpoint = Endpoint()
    for packet in junk:
        endpoint.push(packet)

    assert received(endpoint, split(data, 64)) == [data]


def test_random_packets_without_som_from_others_disturb_nothing() -> None:
    rng = random.Random(236)
    data = rng.randbytes(500)
    for _ in range(100):
        endpoint = Endpoint()
        stream: list[bytes] = []
        for packet in split(data, 64):
            for _ in range(rng.randrange(3)):
                source, tag = rng.choice([(7, 1), (8, 2), (200, 7)])
                stream.append(
                    ref.packet(
                        rng.randbytes(rng.randrange(0, 80)),
                        som=False,
                        eom=rng.randrange(2),
                        sequence=rng.randrange(4),
                        source=source,
                        tag=tag,
                    )
                )
            stream.append(packet)
        assert received(endpoint, stream) == [data]


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (0x00, Kind.CONTROL),
        (0x7F, Kind.VENDOR),
        (0x01, Kind.UNSUPPORTED),
        (0x05, Kind.UNSUPPORTED),
        (0x7E, Kind.UNSUPPORTED),
        (0x80, Kind.UNSUPPORTED),
        (0xFF, Kind.UNSUPPORTED),
    ],
)
def test_first_byte_tells_who_answers(first: int, kind: Kind) -> None:
    endpoint = Endpoint()
    endpoint.push(ref.packet(bytes((first,))))

    assert endpoint.message.kind is kind


class TestAnswer:
    """An answer goes back to its requester in packets."""

    @staticmethod
    def answer(request: bytes, data: bytes) -> list[bytes]:
        """The answer's packets to a request of one packet."""
        endpoint = Endpoint()
        assert endpoint.push(request) is MessageEvent.MESSAGE
        return endpoint.answer(data)

    def test_packets_are_those_of_the_base_protocol(self) -> None:
        data = bytes(range(150))

        found = self.answer(ref.packet(b"\x7f", source=20, tag=6), data)

        fields: dict[str, int] = {"source": 9, "destination": 20, "tag": 6, "to": False}
        assert found == [
            ref.packet(data[:64], eom=False, sequence=0, **fields),
            ref.packet(data[64:128], som=False, eom=False, sequence=1, **fields),
            ref.packet(data[128:], som=False, sequence=2, **fields),
        ]

    @pytest.mark.parametrize(("request_bytes", "unit"), [(1, 64), (64, 64), (65, 251), (251, 251)])
    def test_units_are_as_large_as_the_requester_showed_to_take(
        self, request_bytes: int, unit: int
    ) -> None:
        found = self.answer(ref.packet(bytes(request_bytes)), bytes(1000))

        assert {len(packet) - 4 for packet in found[:-1]} == {unit}

    @pytest.mark.parametrize("size", [1, 63, 64, 65, 128, 251, 252, MOST])
    @pytest.mark.parametrize("request_bytes", [8, 100])
    def test_answer_of_any_size_arrives_whole(self, size: int, request_bytes: int) -> None:
        data = random.Random(size).randbytes(size)
        back = self.answer(ref.packet(bytes(request_bytes)), data)

        assert b"".join(packet[4:] for packet in back) == data
        assert [packet[3] >> 4 & 3 for packet in back] == [i % 4 for i in range(len(back))]
        assert [packet[3] & 0x80 for packet in back] == [0x80] + [0] * (len(back) - 1)
        assert [packet[3] & 0x40 for packet in back] == [0] * (len(back) - 1) + [0x40]

    def test_empty_answer_is_no_packet(self) -> None:
        assert self.answer(ref.packet(b"\0"), b"") == []

    def test_answer_to_the_null_endpoint_names_the_real_one(self) -> None:
        found = self.answer(ref.packet(b"\0", destination=0), b"x")

        assert found[0][2] == 9

    def test_answer_to_a_change_of_id_comes_from_the_old_id(self) -> None:
        endpoint = Endpoint()
        endpoint.push(ref.packet(bytes.fromhex("0081010020")))
        response = endpoint.control(endpoint.message.data)

        assert endpoint.id == 0x20
        assert endpoint.answer(response)[0][2] == 9


def test_control_messages_in_a_row_get_the_answers_of_their_vectors() -> None:
    endpoint = Endpoint()
    listed = rows("frames.json", "control")

    found = [endpoint.control(bytes.fromhex(row["request"])).hex() for row in listed]

    assert found == [row["response"] for row in listed]


def test_new_endpoint_id_is_listened_to_and_the_old_one_is_not() -> None:
    endpoint = Endpoint()
    endpoint.control(bytes.fromhex("0081010020"))

    assert endpoint.push(ref.packet(b"x")) is MessageEvent.NONE
    assert endpoint.push(ref.packet(b"x", destination=0x20)) is MessageEvent.MESSAGE
    assert endpoint.push(ref.packet(b"x", destination=0)) is MessageEvent.MESSAGE


@given(st.binary(max_size=12))
def test_control_answers_are_short_and_name_the_request(request: bytes) -> None:
    endpoint = Endpoint()

    found = endpoint.control(request)

    calls_for_answer = len(request) >= 3 and request[1] & 0xC0 == 0x80
    assert bool(found) == calls_for_answer
    if found:
        assert 4 <= len(found) <= 16
        assert (found[0], found[1], found[2]) == (0, request[1] & 0x1F, request[2])
        assert 8 <= endpoint.id <= 254


class TestVendor:
    """The header of vendor-defined messages."""

    @pytest.mark.parametrize("row", rows("frames.json", "vendor"), ids=row_id)
    def test_request_gets_the_word_of_its_vector(self, row: Row) -> None:
        request = VendorRequest(bytes.fromhex(row["request"]))

        def admit_and_read() -> None:
            request.admit()
            assert request.body().hex() == row["body"]

        assert word_of(admit_and_read) == row["word"]
        assert request.command == row["command"]

    @pytest.mark.parametrize("command", range(256))
    def test_the_thirteen_commands_are_known_and_no_other(self, command: int) -> None:
        request = VendorRequest(bytes.fromhex("7f00007ed901") + bytes((command, 0)))

        word = word_of(request.admit)

        assert word == ("OK" if 1 <= command <= 13 else "LINK_COMMAND_UNKNOWN")

    def test_response_header_is_that_of_the_protocol(self) -> None:
        assert vendor_header(6, True).hex() == "7f00007ed9010600"
        assert vendor_header(255, False).hex() == "7f00007ed901ff01"

    @given(st.binary(max_size=16))
    def test_any_bytes_get_a_word_or_a_body(self, data: bytes) -> None:
        request = VendorRequest(data)

        known = {"OK", "LINK_MESSAGE_TYPE", "LINK_VERSION", "LINK_COMMAND_UNKNOWN"}
        assert word_of(request.admit) in known
