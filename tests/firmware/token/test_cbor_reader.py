# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The CBOR cursor: each read, what it refuses, and that a refusal moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import pytest
from firmware.vector_rows import Row, row_id, rows
from firmware.words import OK, word_of

from mooring_firmware._token import CborReader, cbor_check, cbor_compare

Read: TypeAlias = Callable[[CborReader], object]


@pytest.mark.parametrize("row", rows("cbor.json"), ids=row_id)
def test_item_gets_the_word_of_its_vector(row: Row) -> None:
    assert word_of(cbor_check, bytes.fromhex(row["cbor"])) == row["word"]


VALUES: Final[list[tuple[Read, str, object]]] = [
    (CborReader.uint, "00", 0),
    (CborReader.uint, "1bffffffffffffffff", 2**64 - 1),
    (CborReader.integer, "1b7fffffffffffffff", 2**63 - 1),
    (CborReader.integer, "3b7fffffffffffffff", -(2**63)),
    (CborReader.integer, "3a000124f8", -75001),
    (CborReader.bstr, "43010203", b"\x01\x02\x03"),
    (CborReader.bstr, "40", b""),
    (CborReader.tstr, "65c39c626572", "Über".encode()),
    (CborReader.array_head, "9818", 24),
    (lambda reader: reader.map_head().left, "b818", 24),
    (CborReader.boolean, "f4", False),
    (CborReader.boolean, "f5", True),
    (CborReader.tag, "d2", 18),
    (CborReader.tag, "dbffffffffffffffff", 2**64 - 1),
    (CborReader.item, "a101820203", bytes.fromhex("a101820203")),
    (CborReader.peek_type, "a0", 5),
]


@pytest.mark.parametrize(("read", "data", "value"), VALUES)
def test_read_gives_the_value(read: Read, data: str, value: object) -> None:
    assert read(CborReader(bytes.fromhex(data))) == value


ALL_READS: Final[dict[str, Read]] = {
    "uint": CborReader.uint,
    "int": CborReader.integer,
    "bstr": CborReader.bstr,
    "bstr_exact": lambda reader: reader.bstr_exact(4),
    "tstr": CborReader.tstr,
    "array": CborReader.array_head,
    "map": CborReader.map_head,
    "bool": CborReader.boolean,
    "tag": CborReader.tag,
    "item": CborReader.item,
}
# One good item of each type, and which reads take it.
SAMPLES: Final[dict[str, tuple[str, set[str]]]] = {
    "uint": ("1864", {"uint", "int", "item"}),
    "negint": ("3863", {"int", "item"}),
    "bstr": ("4401020304", {"bstr", "bstr_exact", "item"}),
    "tstr": ("6161", {"tstr", "item"}),
    "array": ("8100", {"array", "item"}),
    "map": ("a10000", {"map", "item"}),
    "tag": ("c100", {"tag"}),
    "bool": ("f5", {"bool", "item"}),
    "null": ("f6", {"item"}),
    "undefined": ("f7", set()),
    "simple in two bytes": ("f8f5", set()),
    "float": ("f93c00", set()),
}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("read", ALL_READS)
def test_read_takes_its_own_type_and_no_other(read: str, sample: str) -> None:
    data, readers = SAMPLES[sample]
    reader = CborReader(bytes.fromhex(data))

    word = word_of(ALL_READS[read], reader)

    assert word == (OK if read in readers else "CBOR_TYPE")


@pytest.mark.parametrize("read", ALL_READS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_truncation_is_refused_and_moves_nothing(read: str, sample: str) -> None:
    data, readers = SAMPLES[sample]
    if read not in readers:
        return
    # Only what follows a head may be missing where a read takes the head alone.
    needed = 1 if read in {"array", "map", "tag"} else len(data) // 2
    for length in range(needed):
        reader = CborReader(bytes.fromhex(data)[:length])
        assert word_of(ALL_READS[read], reader) == "CBOR_TRUNCATED"
        assert reader.offset == 0


OUT_OF_RANGE: Final[list[tuple[Read, str]]] = [
    (lambda reader: reader.uint(99), "1864"),
    (lambda reader: reader.uint(0), "01"),
    (CborReader.integer, "1b8000000000000000"),
    (CborReader.integer, "3b8000000000000000"),
    (lambda reader: reader.bstr_exact(4), "43010203"),
    (lambda reader: reader.bstr_exact(4), "450102030405"),
    (lambda reader: reader.bstr_exact(4), "5bffffffffffffffff"),
    (lambda reader: reader.array_head(1), "820000"),
    (CborReader.array_head, "9b0000000100000000"),
    (lambda reader: reader.map_head(1), "a200000100"),
    (CborReader.map_head, "bb0000000100000000"),
]


@pytest.mark.parametrize(("read", "data"), OUT_OF_RANGE)
def test_value_outside_the_range_is_refused_and_moves_nothing(read: Read, data: str) -> None:
    reader = CborReader(bytes.fromhex(data))

    assert word_of(read, reader) == "CBOR_RANGE"
    assert reader.offset == 0


@pytest.mark.parametrize("data", ["43010203", "4401", "44010203", "450102030405", "f5"])
def test_refused_exact_read_leaves_the_buffer_alone(data: str) -> None:
    reader = CborReader(bytes.fromhex(data))

    assert word_of(reader.bstr_exact, 4) != OK
    assert reader.last_buffer == b"\xa5" * 4


def test_head_is_judged_before_content() -> None:
    # A text string in its long form, too long, and not UTF-8: the head's word comes first.
    assert word_of(CborReader(bytes.fromhex("7802ff")).tstr) == "CBOR_NOT_SHORTEST"
    assert word_of(CborReader(bytes.fromhex("62ff")).tstr) == "CBOR_TRUNCATED"
    assert word_of(CborReader(bytes.fromhex("62ffff")).tstr) == "CBOR_TEXT"


class TestMapKeys:
    """`cbor_read_key` goes through a map of integer keys."""

    @staticmethod
    def keys(data: str) -> list[int]:
        """Every key of a map whose values are one item each."""
        reader = CborReader(bytes.fromhex(data))
        pairs = reader.map_head()
        found: list[int] = []
        while pairs.left:
            found.append(reader.key(pairs))
            reader.item()
        reader.end()
        return found

    def test_keys_come_in_bytewise_order_of_their_encodings(self) -> None:
        assert self.keys("a40100181800200039010000") == [1, 24, -1, -257]

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            ("a201000100", "CBOR_DUPLICATE"),
            ("a202000100", "CBOR_ORDER"),
            ("a220000100", "CBOR_ORDER"),
            ("a1616100", "CBOR_TYPE"),
            ("a118010000", "CBOR_NOT_SHORTEST"),
            ("a11b800000000000000000", "CBOR_RANGE"),
            ("a1", "CBOR_TRUNCATED"),
        ],
    )
    def test_bad_key_is_refused(self, data: str, word: str) -> None:
        assert word_of(self.keys, data) == word

    def test_no_key_follows_the_last_pair(self) -> None:
        reader = CborReader(bytes.fromhex("a1010000"))
        pairs = reader.map_head()
        reader.key(pairs)
        reader.item()

        assert word_of(reader.key, pairs) == "CBOR_RANGE"
        assert reader.offset == 3

    def test_refused_key_counts_no_pair(self) -> None:
        reader = CborReader(bytes.fromhex("a101"))
        pairs = reader.map_head()
        reader.key(pairs)

        assert pairs.left == 0

        reader = CborReader(bytes.fromhex("a2616100"))
        pairs = reader.map_head()
        word_of(reader.key, pairs)

        assert pairs.left == 2
        assert reader.offset == 1


def test_there_is_no_type_at_the_end() -> None:
    reader = CborReader(b"\x00")
    reader.uint()

    assert word_of(reader.peek_type) == "CBOR_TRUNCATED"


def test_end_is_where_all_bytes_are_read() -> None:
    reader = CborReader(b"\x00\x01")

    assert word_of(reader.end) == "CBOR_TRAILING"
    reader.uint()
    assert word_of(reader.end) == "CBOR_TRAILING"
    reader.uint()
    assert word_of(reader.end) == OK


@pytest.mark.parametrize(
    ("a", "b", "order"),
    [
        (b"", b"", 0),
        (b"", b"\x00", -1),
        (b"a", b"a", 0),
        (b"a", b"b", -1),
        (b"b", b"aa", 1),
        (b"aa", b"a", 1),
        (b"\x80", b"\x7f", 1),
    ],
)
def test_comparison_is_lexicographic(a: bytes, b: bytes, order: int) -> None:
    assert cbor_compare(a, b) == order
