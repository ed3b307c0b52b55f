# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Deterministic CBOR against published vectors, own vectors, and the firmware's reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import cbor_reference

from mooring_firmware import _token
from mooring_host import cbor
from mooring_host.cbor import CborValue, Tagged, _decode_with_library, _encode_with_library
from mooring_host.errors import CborError

INTEGERS = st.integers(cbor.NEGINT64_MIN, cbor.UINT64_MAX)
KEYS = INTEGERS | st.text(max_size=3)
VALUES: st.SearchStrategy[CborValue] = st.recursive(
    INTEGERS | st.binary(max_size=40) | st.text(max_size=20) | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.builds(Tagged, st.integers(100_000, 200_000), inner)
    ),
    max_leaves=12,
)


def depth(value: CborValue) -> int:
    """Containers that are not empty within each other."""
    match value:
        case Tagged():
            return 1 + depth(value.value)
        case bytes() | str():
            return 0
        case Mapping() if value:
            return 1 + max(depth(item) for item in value.values())
        case Sequence() if value:
            return 1 + max(depth(item) for item in value)
        case _:
            return 0


SHALLOW = VALUES.filter(lambda value: depth(value) <= cbor.MAX_DEPTH)
UNTAGGED = SHALLOW.filter(lambda value: "Tagged" not in repr(value))


@given(SHALLOW)
def test_encoded_value_decodes_to_itself(value: CborValue) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@given(UNTAGGED)
def test_encoding_is_deterministic_for_the_reference(value: CborValue) -> None:
    encoded = cbor.encode(value)

    assert cbor_reference.judge(encoded) == "OK"
    assert plain(cbor2.loads(encoded)) == value


def plain(value: object) -> CborValue:
    match value:
        case cbor2.CBORTag():
            return Tagged(value.tag, plain(value.value))
        case list():
            return [plain(item) for item in cast("list[object]", value)]
        case dict():
            return {key: plain(item) for key, item in cast("dict[int, Any]", value).items()}
        case bool() | int() | bytes() | str() | None:
            return value
        case _:
            raise AssertionError(value)


def test_map_keys_are_ordered_by_their_encoding() -> None:
    encoded = cbor.encode({-75001: 1, 265: 2, -1: 3, 10: 4, 256: 5, 24: 6})

    assert encoded.hex() == "a60a04181806190100051901090220033a000124f801"


@given(st.binary(max_size=24))
def test_arbitrary_bytes_are_judged_as_the_reference_does(data: bytes) -> None:
    assert judged_alike(data, cbor_reference.judge(data))


@given(UNTAGGED, st.data())
def test_changed_encoding_is_judged_as_the_firmware_does(value: CborValue, data: Any) -> None:
    encoded = bytearray(cbor.encode(value))
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] = data.draw(st.integers(0, 255))

    assert judged_alike(bytes(encoded), firmware_word(bytes(encoded)))


def outcome(decode: Callable[[bytes], CborValue], data: bytes) -> tuple[str, CborValue | str]:
    """What came out, with the kind of a value, since True and 1 are equal; or the error."""
    try:
        value = decode(data)
    except CborError as error:
        return "refused", error.found
    return repr(value), value


@given(SHALLOW, st.data())
def test_direct_way_reads_what_the_library_reads_and_no_more(value: CborValue, data: Any) -> None:
    encoded = bytearray(cbor.encode(value))
    if data.draw(st.booleans()):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del encoded[data.draw(st.integers(0, len(encoded))) :]

    assert outcome(cbor.decode, bytes(encoded)) == outcome(_decode_with_library, bytes(encoded))


@given(st.binary(max_size=20))
def test_direct_way_judges_arbitrary_bytes_as_the_library_does(data: bytes) -> None:
    assert outcome(cbor.decode, data) == outcome(_decode_with_library, data)


@given(SHALLOW)
def test_direct_way_writes_what_the_library_writes(value: CborValue) -> None:
    assert cbor.encode(value) == _encode_with_library(value)


def test_own_vectors_are_accepted_and_refused_as_written(repository: Path) -> None:
    text = (repository / "tests" / "vectors" / "cbor.json").read_text("utf-8")
    cases = json.loads(text)["tests"]
    assert cases
    for case in cases:
        assert judged_alike(bytes.fromhex(case["cbor"]), case["word"]), case


def test_published_examples_are_accepted_if_deterministic_and_of_our_kinds(
    shared_dir: Path,
) -> None:
    examples = json.loads((shared_dir / "vectors" / "cbor" / "appendix_a.json").read_text("utf-8"))
    assert len(examples) > 50
    for example in examples:
        data = bytes.fromhex(example["hex"])
        assert judged_alike(data, cbor_reference.judge(data)), example


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("", "not CBOR"),
        ("1801", "not deterministic at byte 0: expected 01, found 18 01"),
        ("f818", "not CBOR|kind not used|not deterministic"),
        ("9f01ff", "not deterministic at byte 0"),
        ("a201010102", "not deterministic"),
        ("a202010102", "not deterministic at byte 1"),
        ("0101", "not deterministic at byte 1: expected the end, found 01"),
        ("f97e00", "a kind not used here: float"),
        ("f7", "a kind not used here"),
        ("a1f501", "map key of kind bool is neither an integer nor a text"),
        ("a1410001", "map key of kind bytes is neither an integer nor a text"),
        ("c249010000000000000000", "integer of 65 bits, expected at most 64"),
        ("c11a514b67b0", "a kind not used here"),
        ("d81c81d81d00", "nested more than 8 deep"),
        ("81" * 9 + "01", "nested more than 8 deep"),
        ("81" * 4000 + "01", "not CBOR"),
        ("5b7fffffffffffffff", "not CBOR"),
        ("9b7fffffffffffffff", "not CBOR"),
        ("bb7fffffffffffffff", "not CBOR"),
        ("62c328", "not CBOR"),
        ("d8234128", "."),
    ],
)
def test_refusal_says_what_was_found(data: str, found: str) -> None:
    with pytest.raises(CborError, match=found):
        cbor.decode(bytes.fromhex(data))


# Python refuses to write numbers of more than 4300 digits.
_ENORMOUS = "c2590fa0" + "ff" * 4000


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (_ENORMOUS, "integer of 32000 bits"),
        ("c3" + _ENORMOUS[2:], "integer of 32000 bits"),
        ("a1" + _ENORMOUS + "00", "integer of 32000 bits"),
        ("a181" + _ENORMOUS + "00", "map key of kind tuple"),
        ("81" + _ENORMOUS, "integer of 32000 bits"),
    ],
)
def test_enormous_integer_is_refused_without_being_written_out(data: str, found: str) -> None:
    with pytest.raises(CborError, match=found):
        cbor.decode(bytes.fromhex(data))


@pytest.mark.parametrize("value", [2**64, -(2**64) - 1])
def test_integer_beyond_64_bits_is_not_encoded(value: int) -> None:
    with pytest.raises(CborError, match="integer of 65 bits, expected at most 64"):
        cbor.encode(value)


def test_value_of_another_kind_is_not_encoded() -> None:
    odd: Any = 1.5

    with pytest.raises(CborError, match="kind not used here: float"):
        cbor.encode({1: odd})


def judged_alike(data: bytes, word: str) -> bool:
    """Whether the host judges as the firmware does, which answers `word`.

    The firmware's check of a whole item lets keys of any type pass, and no tag; where it
    reads a map or a tag it demands what the host demands everywhere.
    """
    try:
        value = cbor.decode(data)
    except CborError:
        return word != "OK" or not within_host_subset(cbor2.loads(data))
    return word == "OK" or (word == "CBOR_TYPE" and "Tagged" in repr(value))


def firmware_word(data: bytes) -> str:
    try:
        _token.cbor_check(data)
    except _token.Refused as refused:
        return refused.word.name
    return "OK"


def within_host_subset(value: object) -> bool:
    match value:
        case dict():
            items = cast("dict[object, Any]", value)
            return all(type(key) in (int, str) for key in items) and all(
                within_host_subset(item) for item in items.values()
            )
        case list():
            return all(within_host_subset(item) for item in cast("list[object]", value))
        case bool() | bytes() | str() | int() | None:
            return True
        case _:
            return False
