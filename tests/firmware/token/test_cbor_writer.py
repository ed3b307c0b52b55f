# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The CBOR writer: shortest heads, and nothing half-written where room ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cbor2
import pytest
from firmware.words import word_of
from hypothesis import given
from hypothesis import strategies as st
from oracles.cbor_reference import shortest_head

from mooring_firmware._token import CborWriter, cbor_check

BOUNDARIES: Final = (0, 1, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1)
ROOM: Final = 600


def written(write: Callable[[CborWriter], None], capacity: int = ROOM) -> bytes:
    """What `write` leaves in a buffer of `capacity` bytes."""
    writer = CborWriter(capacity)
    write(writer)
    return writer.finish()


@pytest.mark.parametrize("value", BOUNDARIES)
def test_heads_are_the_shortest(value: int) -> None:
    assert written(lambda writer: writer.uint(value)) == shortest_head(0, value)
    assert written(lambda writer: writer.array_head(value)) == shortest_head(4, value)
    assert written(lambda writer: writer.map_head(value)) == shortest_head(5, value)
    assert written(lambda writer: writer.tag(value)) == shortest_head(6, value)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_integers_are_written_as_cbor2_writes_them(value: int) -> None:
    assert written(lambda writer: writer.integer(value)) == cbor2.dumps(value)


@given(st.binary(max_size=300), st.text(max_size=80), st.booleans())
def test_strings_and_truth_values_are_written_as_cbor2_writes_them(
    data: bytes, text: str, flag: bool
) -> None:
    def write(writer: CborWriter) -> None:
        writer.array_head(3)
        writer.bstr(data)
        writer.tstr(text)
        writer.boolean(flag)

    found = written(write, 1000)

    assert found == cbor2.dumps([data, text, flag])
    cbor_check(found)


def test_a_head_and_raw_bytes_make_a_byte_string() -> None:
    def write(writer: CborWriter) -> None:
        writer.bstr_head(3)
        writer.raw(b"abc")

    assert written(write) == b"\x43abc"


WRITES: Final[dict[str, Callable[[CborWriter], None]]] = {
    "uint": lambda writer: writer.uint(1000),
    "int": lambda writer: writer.integer(-75001),
    "bstr": lambda writer: writer.bstr(b"abc"),
    "bstr_head": lambda writer: writer.bstr_head(1000),
    "tstr": lambda writer: writer.tstr("abc"),
    "array": lambda writer: writer.array_head(1000),
    "map": lambda writer: writer.map_head(1000),
    "bool": lambda writer: writer.boolean(True),
    "tag": lambda writer: writer.tag(1000),
    "raw": lambda writer: writer.raw(b"abc"),
}


@pytest.mark.parametrize("kind", WRITES)
def test_write_without_room_writes_nothing(kind: str) -> None:
    size = len(written(WRITES[kind]))
    for room in range(size):
        writer = CborWriter(room)
        WRITES[kind](writer)
        assert writer.buffer == b"\xa5" * (room + 1)
        assert word_of(writer.finish) == "CBOR_RANGE"
        assert writer.buffer == bytes(room) + b"\xa5"


@pytest.mark.parametrize("kind", WRITES)
def test_write_that_just_fits_is_complete(kind: str) -> None:
    expected = written(WRITES[kind])

    assert written(WRITES[kind], len(expected)) == expected


def test_nothing_is_written_after_an_overflow() -> None:
    writer = CborWriter(4)
    writer.bstr(b"too long")
    writer.uint(0)

    assert word_of(writer.finish) == "CBOR_RANGE"


def test_an_overflowed_buffer_is_zeroed() -> None:
    writer = CborWriter(4)
    writer.uint(0)
    writer.uint(24)
    writer.uint(24)

    assert word_of(writer.finish) == "CBOR_RANGE"
    assert writer.buffer == bytes(4) + b"\xa5"


def test_an_empty_string_may_come_from_nowhere() -> None:
    def write(writer: CborWriter) -> None:
        writer.bstr(b"")
        writer.raw(b"")
        writer.tstr("")

    assert written(write, 2) == b"\x40\x60"
