# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""CBOR put together piece by piece, right or wrong as a test wants it.

Lists and scalars go through cbor2.  Maps are written from pairs in the order given, since
tests need wrong orders and duplicates as much as right ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import cbor2
from oracles.cbor_reference import shortest_head

Scalar: TypeAlias = int | bytes | str | bool | None


class Raw(bytes):
    """Bytes that are an encoding already."""


Item: TypeAlias = "Scalar | Raw | Sequence[Item] | Mapping[int, Item]"


def encode(item: Item) -> Raw:
    """The deterministic encoding of an item; map keys are ordered by their encodings."""
    if isinstance(item, Raw):
        return item
    if item is None or isinstance(item, int | bytes | str):
        return Raw(cbor2.dumps(item))
    if isinstance(item, Mapping):
        return pairs(sorted((encode(key), encode(value)) for key, value in item.items()))
    return Raw(shortest_head(4, len(item)) + b"".join(encode(each) for each in item))


def pairs(items: Iterable[tuple[bytes, bytes]]) -> Raw:
    """A map of encoded keys and values in the order given."""
    listed = list(items)
    return Raw(shortest_head(5, len(listed)) + b"".join(key + value for key, value in listed))


def bstr(data: bytes) -> Raw:
    """A byte string."""
    return Raw(shortest_head(2, len(data)) + data)


def tag(number: int, item: bytes) -> Raw:
    """A tagged item."""
    return Raw(shortest_head(6, number) + item)


def long_head(major: int, argument: int, size: int) -> bytes:
    """A head with an argument of `size` bytes, needed or not."""
    info = {1: 24, 2: 25, 4: 26, 8: 27}[size]
    return bytes((major * 32 + info,)) + argument.to_bytes(size, "big")
