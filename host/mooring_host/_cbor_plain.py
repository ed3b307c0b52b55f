# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A direct way for the CBOR that tokens and messages are made of.

It gives up on everything else and on everything wrong, so that what is refused, and with which
words, is decided in `mooring_host.cbor` alone.  What it does take it judges by the same rules:
the shortest heads, keys in the order of their encodings, none twice, containers only so deep.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mooring_host.cbor import CborKey, CborMap, CborValue

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)
_FALSE, _TRUE, _NULL = 0xF4, 0xF5, 0xF6
_ARGUMENT: Final = 0x1F
# Arguments below this are in the head itself; above, the bytes that follow it, and the least
# number that needs so many.
_SMALL: Final = 24
_LONGER: Final = {24: (1, _SMALL), 25: (2, 1 << 8), 26: (4, 1 << 16), 27: (8, 1 << 32)}


class NotPlainError(Exception):
    """It is something else, or wrong."""


# -- Writing ---------------------------------------------------------------------------------


def _head(major: int, argument: int) -> bytes:
    if argument < _SMALL:
        return bytes((major << 5 | argument,))
    for code, (size, _) in _LONGER.items():
        if argument < 1 << 8 * size:
            return bytes((major << 5 | code,)) + argument.to_bytes(size, "big")
    raise NotPlainError


@lru_cache(maxsize=1024)
def _key(key: CborKey) -> bytes:
    """An encoded key; the protocol has few of them, and they come again and again."""
    return write(key, 0)


def write(value: CborValue, depth: int) -> bytes:
    """Encodes `value`, with at most `depth` containers within each other.

    Raises:
        NotPlainError: it is of another kind, too large, or nested too deep.
    """
    match value:
        case bytes():
            return _head(_BYTES, len(value)) + value
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, ~value)
        case str():
            text = value.encode()
            return _head(_TEXT, len(text)) + text
        case dict() if depth or not value:
            return _head(_MAP, len(value)) + b"".join(sorted(_entries(value, depth - 1)))
        case list() | tuple() if depth or not value:
            items = [write(item, depth - 1) for item in value]
            return _head(_ARRAY, len(items)) + b"".join(items)
        case _:
            raise NotPlainError


def _entries(value: CborMap, depth: int) -> list[bytes]:
    """The entries of a map: no encoded key begins another, so that they sort as their keys do."""
    entries: list[bytes] = []
    for key, item in value.items():
        if type(key) not in (int, str):  # True and 1 are one key in Python
            raise NotPlainError
        entries.append(_key(key) + write(item, depth))
    return entries


# -- Reading ---------------------------------------------------------------------------------


def read(data: bytes, depth: int) -> CborValue:
    """Decodes the one item that fills `data`, with at most `depth` containers in each other.

    Raises:
        NotPlainError: it is of another kind, or not deterministic, or not complete.
    """
    try:
        value, end = _item(data, 0, depth)
    except (IndexError, UnicodeDecodeError):
        raise NotPlainError from None
    if end != len(data):
        raise NotPlainError
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[CborValue, int]:
    """The item at `at`, and where it ends."""
    first = data[at]
    at += 1
    major, argument = first >> 5, first & _ARGUMENT
    if major > _MAP:
        return _simple(first), at
    if argument >= _SMALL:
        size, least = _LONGER.get(argument, (0, 0))
        argument = int.from_bytes(data[at : at + size], "big")
        at += size
        # A head that is cut off, or of a reserved kind, has an argument that is too small, too,
        # or what follows is missing.
        if argument < least or not size or at > len(data):
            raise NotPlainError
    if major == _UNSIGNED:
        return argument, at
    if major == _NEGATIVE:
        return ~argument, at
    if major <= _TEXT:
        end = at + argument
        if end > len(data):
            raise NotPlainError
        content = data[at:end]
        return content if major == _BYTES else content.decode(), end
    if argument and not depth:
        raise NotPlainError
    return (_array if major == _ARRAY else _map)(data, at, argument, depth - 1)


def _simple(first: int) -> bool | None:
    if first == _NULL:
        return None
    if first not in (_FALSE, _TRUE):
        raise NotPlainError
    return first == _TRUE


def _array(data: bytes, at: int, count: int, depth: int) -> tuple[Sequence[CborValue], int]:
    items: list[CborValue] = []
    for _ in range(count):
        item, at = _item(data, at, depth)
        items.append(item)
    return items, at


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[CborValue, int]:
    members: dict[CborKey, CborValue] = {}
    before = b""
    for _ in range(count):
        start = at
        key, at = _item(data, at, 0)
        encoded = data[start:at]
        if encoded <= before or isinstance(key, bool) or not isinstance(key, int | str):
            raise NotPlainError
        before = encoded
        members[key], at = _item(data, at, depth)
    return members, at
