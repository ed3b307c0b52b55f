# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""MCTP packets and assembly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_firmware import _link
from mooring_host.errors import ProtocolError, UsageError
from mooring_host.wire.mctp import (
    Assembler,
    ControlCommand,
    ControlResponse,
    Packet,
    control_request,
    packets_of,
)

HOST, CHIP = 8, 9
MESSAGE = bytes(range(200))


def cut(message: bytes = MESSAGE, *, unit: int = 64, tag: int = 3) -> list[Packet]:
    return list(
        packets_of(message, destination=HOST, source=CHIP, tag=tag, tag_owner=False, unit=unit)
    )


def assemble(packets: list[Packet]) -> list[bytes]:
    assembler = Assembler(HOST)
    return [message.body for packet in packets if (message := assembler.feed(packet))]


def test_header_bytes_are_those_of_dsp0236() -> None:
    packet = Packet(9, 8, True, True, 0, True, 1, b"\x05")

    assert packet.encode() == bytes.fromhex("010908c905")
    assert Packet.decode(bytes.fromhex("010908c905")) == packet


@given(st.binary(min_size=5, max_size=255))
def test_decoded_packet_encodes_to_the_same_bytes(data: bytes) -> None:
    packet = Packet.decode(data)

    if packet is None:
        assert data[0] & 0x0F != 1
    else:
        # The upper half of the first byte is reserved and not kept.
        assert packet.encode() == bytes([1]) + data[1:]


@given(st.binary(min_size=1, max_size=8192), st.integers(1, 251), st.integers(0, 7))
def test_cut_message_assembles_again(message: bytes, unit: int, tag: int) -> None:
    assert assemble(cut(message, unit=unit, tag=tag)) == [message]


def test_requests_assemble_in_the_firmware() -> None:
    endpoint = _link.Endpoint()
    packets = packets_of(MESSAGE, destination=0, source=HOST, tag=5, tag_owner=True, unit=64)
    events = [endpoint.push(packet.encode()) for packet in packets]

    assert events == [*[_link.MessageEvent.NONE] * 3, _link.MessageEvent.MESSAGE]
    assert endpoint.message.data == MESSAGE


@pytest.mark.parametrize("size", [0, 8193])
def test_message_of_wrong_length_is_not_sent(size: int) -> None:
    with pytest.raises(UsageError, match=f"{size} bytes"):
        cut(bytes(size))


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_lost_packet_loses_the_message_and_no_other(missing: int) -> None:
    packets = cut()

    assert assemble(packets[:missing] + packets[missing + 1 :] + cut(b"next")) == [b"next"]


def test_repeated_packet_drops_the_assembly() -> None:
    packets = cut()

    assert assemble([packets[0], packets[1], packets[1], *packets[2:]]) == []


def test_new_start_replaces_an_assembly() -> None:
    assert assemble([*cut()[:2], *cut(b"other")]) == [b"other"]


def test_longer_middle_packet_drops_the_assembly() -> None:
    packets = cut()
    packets[1] = packets[1]._replace(payload=bytes(65))

    assert assemble(packets) == []


def test_short_middle_packet_drops_the_assembly() -> None:
    packets = cut()
    packets[1] = packets[1]._replace(payload=bytes(63))

    assert assemble(packets) == []


def test_packet_of_another_tag_disturbs_nothing() -> None:
    packets = cut()
    stray = packets[1]._replace(tag=4)

    assert assemble([packets[0], stray, *packets[1:]]) == [MESSAGE]


def test_packet_for_another_endpoint_disturbs_nothing() -> None:
    packets = cut()
    stray = packets[0]._replace(destination=77)

    assert assemble([packets[0], stray, *packets[1:]]) == [MESSAGE]


def test_assembly_beyond_8192_bytes_is_dropped() -> None:
    first, middle, last = cut()[:3]
    endless = [middle._replace(sequence=i % 4) for i in range(1, 200)]
    closing = last._replace(sequence=200 % 4, end=True)

    assert assemble([first, *endless, closing]) == []


def test_control_request_reaches_the_firmware() -> None:
    answer = _link.Endpoint().control(control_request(ControlCommand.GET_ENDPOINT_ID, 7))
    response = ControlResponse.decode(answer)

    assert (response.instance, response.command, response.completion) == (7, 2, 0)
    assert response.data[0] == CHIP


@pytest.mark.parametrize("body", ["", "00", "008002", "7f000200"])
def test_bytes_that_are_no_control_response_are_refused(body: str) -> None:
    with pytest.raises(ProtocolError, match="MCTP control response"):
        ControlResponse.decode(bytes.fromhex(body))


def test_control_request_is_no_response() -> None:
    with pytest.raises(ProtocolError):
        ControlResponse.decode(control_request(ControlCommand.SET_ENDPOINT_ID, 0, b"\x00\x0a"))
