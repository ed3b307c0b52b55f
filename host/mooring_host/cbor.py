# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Deterministic CBOR (RFC 8949 §4.2.1), the only kind that chips and tokens know.

Values are integers of at most 64 bits, byte and text strings, booleans, null, arrays, maps
with keys of integer or text, and tags. Everything else that CBOR can say is refused. No token
or message has a null or a text key, but errors can name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, cast

import cbor2

from mooring_host import _cbor_plain
from mooring_host._cbor_plain import NotPlainError
from mooring_host.errors import CborError

UINT64_MAX: Final = 2**64 - 1
NEGINT64_MIN: Final = -(2**64)

MAX_DEPTH: Final = 8
"""Containers within each other that are not empty; the chip's limit, and the protocol uses 5."""


@dataclass(frozen=True)
class Tagged:
    """A tagged item."""

    tag: int
    value: CborValue


CborKey: TypeAlias = int | str

# Mapping does not vary with its key, so that each kind of map that is used is named.
CborMap: TypeAlias = "Mapping[int, CborValue] | Mapping[CborKey, CborValue]"
CborValue: TypeAlias = "int | bytes | str | bool | Tagged | Sequence[CborValue] | CborMap | None"


def encode(value: CborValue) -> bytes:
    """Encodes `value`; map keys are put in the order of their encodings.

    Raises:
        CborError: a value is of a type or size that the protocol does not know.
    """
    try:
        return _cbor_plain.write(value, MAX_DEPTH)
    except NotPlainError:
        return _encode_with_library(value)


def _encode_with_library(value: CborValue) -> bytes:
    return cbor2.dumps(_prepare(value, "encode CBOR", MAX_DEPTH))


def decode(data: bytes) -> CborValue:
    """Decodes exactly one deterministic item that fills `data`.

    Nearly all that is right takes the direct way; the library judges the rest, and says what
    is wrong.

    Raises:
        CborError: it is not.
    """
    try:
        return _cbor_plain.read(data, MAX_DEPTH)
    except NotPlainError:
        return _decode_with_library(data)


def _decode_with_library(data: bytes) -> CborValue:
    """As `decode`.

    cbor2 accepts much that is not deterministic, so the value is encoded again and the bytes
    must be the same; this catches long forms, indefinite lengths, order, duplicate keys and
    trailing bytes alike.
    """
    attempted = "decode CBOR"
    try:
        loose = cbor2.loads(data)
    except Exception as error:
        # Semantic tags run decoders of dates, regular expressions and the like, which
        # raise whatever they please.
        raise CborError(attempted, f"{len(data)} bytes are not CBOR: {error}") from error
    value = _accept(loose, attempted, MAX_DEPTH)
    again = encode(value)
    if again != data:
        at = next(
            (i for i, (a, b) in enumerate(zip(again, data, strict=False)) if a != b),
            min(len(again), len(data)),
        )
        raise CborError(
            attempted,
            f"not deterministic at byte {at}: expected {again[at : at + 8].hex(' ') or 'the end'}, "
            f"found {data[at : at + 8].hex(' ') or 'the end'}",
        )
    return value


def _accept(value: object, attempted: str, depth: int) -> CborValue:
    """Narrows what cbor2 made to the values of this protocol."""
    match value:
        case list() | tuple() | dict() | cbor2.CBORTag() if depth == 0 and value:
            raise CborError(attempted, f"items are nested more than {MAX_DEPTH} deep")
        case bool() | bytes() | str() | None:
            return value
        case int():
            return _integer(value, attempted)
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [_accept(item, attempted, depth - 1) for item in items]
        case dict():
            members = cast("Mapping[object, object]", value)
            return {
                _key(key, attempted): _accept(item, attempted, depth - 1)
                for key, item in members.items()
            }
        case cbor2.CBORTag():
            return Tagged(value.tag, _accept(value.value, attempted, depth - 1))
        case _:
            raise CborError(attempted, f"a value of a kind not used here: {type(value).__name__}")


def _prepare(value: CborValue, attempted: str, depth: int) -> object:
    """The value as cbor2 takes it, maps in the order of their encoded keys."""
    match value:
        case bool() | bytes() | str() | None:
            return value
        case int():
            return _integer(value, attempted)
        case Sequence() | Mapping() | Tagged() if depth == 0 and value:
            raise CborError(attempted, f"items are nested more than {MAX_DEPTH} deep")
        case Tagged():
            return cbor2.CBORTag(value.tag, _prepare(value.value, attempted, depth - 1))
        case Mapping():
            items = {
                _key(key, attempted): _prepare(item, attempted, depth - 1)
                for key, item in value.items()
            }
            return dict(sorted(items.items(), key=lambda item: _encoded_key(item[0])))
        case Sequence():
            return [_prepare(item, attempted, depth - 1) for item in value]
        case _:
            raise CborError(attempted, f"a value of a kind not used here: {type(value).__name__}")


@lru_cache(maxsize=1024)
def _encoded_key(key: CborKey) -> bytes:
    """What keys are ordered by; the protocol has few of them, and they come again and again."""
    return cbor2.dumps(key)


def _integer(value: int, attempted: str) -> int:
    # Beyond 64 bits cbor2 would write a bignum, which no chip reads.
    if not NEGINT64_MIN <= value <= UINT64_MAX:
        # Not written out: Python refuses to, and raises, beyond some thousand digits.
        bits = (value if value >= 0 else ~value).bit_length()
        raise CborError(attempted, f"integer of {bits} bits, expected at most 64")
    return value


def _key(key: object, attempted: str) -> CborKey:
    # True and 1 are one dictionary key in Python, but not in CBOR.
    match key:
        case bool():
            pass
        case int():
            return _integer(key, attempted)
        case str():
            return key
        case _:
            pass
    raise CborError(
        attempted, f"map key of kind {type(key).__name__} is neither an integer nor a text"
    )
