# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What deterministic CBOR is, written down a second time: an oracle for the firmware's reader.

Recursive and on Python values where the firmware walks with a stack of its own, from
RFC 8949 §3, §4.2.1 and Appendix F alone.  It names what is wrong with an item by the
project's error words, as text.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MAX_DEPTH: Final = 8


class CborRefusal(Exception):
    """The item is not deterministic CBOR of the subset in use; the word says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word: Final = word


class Head(NamedTuple):
    """An initial byte with its argument."""

    major: int
    info: int
    argument: int
    end: int
    """Where the bytes after the head begin."""


def read_head(data: bytes, at: int) -> Head:
    """Reads a head, and refuses every form of it that is not the shortest."""
    if at == len(data):
        raise CborRefusal("CBOR_TRUNCATED")
    major, info = divmod(data[at], 32)
    if info in (28, 29, 30):
        raise CborRefusal("CBOR_RESERVED")
    if info == 31:
        raise CborRefusal("CBOR_RESERVED" if major in (0, 1, 6) else "CBOR_INDEFINITE")
    if info < 24:
        return Head(major, info, info, at + 1)
    end = at + 1 + {24: 1, 25: 2, 26: 4, 27: 8}[info]
    if end > len(data):
        raise CborRefusal("CBOR_TRUNCATED")
    argument = int.from_bytes(data[at + 1 : end], "big")
    if major == 7:
        if info == 24 and argument < 32:
            raise CborRefusal("CBOR_RESERVED")
    elif len(shortest_head(major, argument)) != end - at:
        raise CborRefusal("CBOR_NOT_SHORTEST")
    return Head(major, info, argument, end)


def shortest_head(major: int, argument: int) -> bytes:
    """The one head that deterministic encoding allows."""
    if argument < 24:
        return bytes((major * 32 + argument,))
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 256**size:
            return bytes((major * 32 + info,)) + argument.to_bytes(size, "big")
    raise ValueError(f"argument {argument} needs more than 64 bits")


def read_item(data: bytes, at: int = 0, depth: int = 0) -> int:
    """Reads one whole item from `at`; returns where it ends."""
    head = read_head(data, at)
    match head.major:
        case 0 | 1:
            return head.end
        case 2 | 3:
            return _string(data, head)
        case 4 | 5:
            if head.argument and depth == MAX_DEPTH:
                raise CborRefusal("CBOR_RANGE")
            return (_array if head.major == 4 else _map)(data, head, depth + 1)
        case 7 if head.info in (20, 21, 22):
            return head.end
        case _:  # tags, floating-point numbers, other simple values
            raise CborRefusal("CBOR_TYPE")


def _string(data: bytes, head: Head) -> int:
    end = head.end + head.argument
    if end > len(data):
        raise CborRefusal("CBOR_TRUNCATED")
    if head.major == 3:
        try:
            data[head.end : end].decode("utf-8", errors="strict")
        except UnicodeDecodeError as error:
            raise CborRefusal("CBOR_TEXT") from error
    return end


def _array(data: bytes, head: Head, depth: int) -> int:
    at = head.end
    for _ in range(head.argument):
        at = read_item(data, at, depth)
    return at


def _map(data: bytes, head: Head, depth: int) -> int:
    at = head.end
    previous: bytes | None = None
    for _ in range(head.argument):
        start, at = at, read_item(data, at, depth)
        key = data[start:at]
        if previous is not None and key <= previous:
            raise CborRefusal("CBOR_DUPLICATE" if key == previous else "CBOR_ORDER")
        previous = key
        at = read_item(data, at, depth)
    return at


def judge(data: bytes) -> str:
    """``OK`` if `data` is exactly one item, else the word of what is wrong first."""
    try:
        end = read_item(data)
    except CborRefusal as refusal:
        return refusal.word
    return "OK" if end == len(data) else "CBOR_TRAILING"
