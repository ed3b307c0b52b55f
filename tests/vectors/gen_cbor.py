# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Generate `cbor.json`: items that are deterministic CBOR, and one fault each that are not.

Each case names the word it was built to get; the reference in `tests/oracles` must agree,
and cbor2 must read every accepted item.

    python tests/vectors/gen_cbor.py            write the file
    python tests/vectors/gen_cbor.py --check    exit 1 if the committed one differs
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import cbor2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from oracles import cbor_reference as ref
from oracles.cbor_build import bstr, encode, long_head, pairs, tag
from oracles.vector_file import run

OUTPUT: Final = Path(__file__).resolve().with_name("cbor.json")


class Case(NamedTuple):
    """One item; `word` is OK or the error word it must get."""

    comment: str
    data: bytes
    word: str


LONG: Final = "CBOR_NOT_SHORTEST"
BOUNDARIES: Final = (0, 1, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1)
TYPES: Final = {0: "uint", 1: "negint", 2: "bstr", 3: "tstr", 4: "array", 5: "map", 6: "tag"}


def integers() -> Iterator[Case]:
    """Yield integers at each boundary, in their shortest and in every longer form."""
    for major in (0, 1):
        for value in BOUNDARIES:
            name = f"{TYPES[major]} of argument {value}"
            yield Case(name, ref.shortest_head(major, value), "OK")
            for size in (1, 2, 4, 8):
                form = long_head(major, value, size) if value < 256**size else b""
                if len(form) > len(ref.shortest_head(major, value)):
                    yield Case(f"{name} in {size} bytes", form, LONG)


def heads() -> Iterator[Case]:
    """Yield what can be wrong with an initial byte, for every major type."""
    for major, name in TYPES.items():
        for info in (28, 29, 30):
            data = bytes((major * 32 + info,))
            yield Case(f"{name} with additional information {info}", data, "CBOR_RESERVED")
        word = "CBOR_INDEFINITE" if major in (2, 3, 4, 5) else "CBOR_RESERVED"
        yield Case(f"{name} with additional information 31", bytes((major * 32 + 31,)), word)
        for size in (1, 2, 4, 8):
            data = long_head(major, 1, size)[:-1]
            yield Case(f"{name} cut in its {size}-byte argument", data, "CBOR_TRUNCATED")
        yield Case(f"{name} with a length in one byte too many", long_head(major, 1, 1), LONG)
    yield Case("nothing", b"", "CBOR_TRUNCATED")
    yield Case("the break of an indefinite length", b"\xff", "CBOR_INDEFINITE")


def strings() -> Iterator[Case]:
    """Yield strings by length, cut, and by what UTF-8 allows."""
    for length in (0, 1, 23, 24, 255, 256):
        yield Case(f"bstr of {length} bytes", bstr(bytes(length)), "OK")
        yield Case(f"tstr of {length} bytes", encode("a" * length), "OK")
        if length:
            yield Case(f"bstr of {length} bytes, cut", bstr(bytes(length))[:-1], "CBOR_TRUNCATED")
            yield Case(f"tstr of {length} bytes, cut", encode("a" * length)[:-1], "CBOR_TRUNCATED")
    yield Case("bstr longer than any buffer", bytes.fromhex("5bffffffffffffffff"), "CBOR_TRUNCATED")
    for text in ("\x00", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff"):
        yield Case(f"tstr of U+{ord(text):04X}", encode(text), "OK")
    for text in ("\U00010000", "\U0010ffff", "zürich", "北京"):
        yield Case(f"tstr {text.encode('unicode_escape').decode()}", encode(text), "OK")
    for what, data in (
        ("a continuation byte alone", "80"),
        ("a lead byte alone", "c3"),
        ("a lead byte of three alone", "e282"),
        ("a lead byte of four alone", "f09f98"),
        ("a lead byte before ASCII", "c341"),
        ("an overlong NUL", "c080"),
        ("an overlong slash of two bytes", "c0af"),
        ("an overlong U+007F", "c1bf"),
        ("an overlong U+07FF", "e09fbf"),
        ("an overlong U+FFFF", "f08fbfbf"),
        ("the first surrogate", "eda080"),
        ("the last surrogate", "edbfbf"),
        ("U+110000", "f4908080"),
        ("a lead byte F5", "f5808080"),
        ("a lead byte FF", "ff"),
        ("a bad third byte", "e28241"),
        ("a bad fourth byte", "f09f9841"),
    ):
        wrong = bytes.fromhex(data)
        yield Case(f"tstr of {what}", ref.shortest_head(3, len(wrong)) + wrong, "CBOR_TEXT")


def simple_values() -> Iterator[Case]:
    """Yield false, true and null, and all other simple values, floats and tags."""
    for name, byte in (("false", 0xF4), ("true", 0xF5), ("null", 0xF6)):
        yield Case(name, bytes((byte,)), "OK")
    yield Case("undefined", b"\xf7", "CBOR_TYPE")
    yield Case("simple(0)", b"\xe0", "CBOR_TYPE")
    yield Case("simple(19)", b"\xf3", "CBOR_TYPE")
    yield Case("simple(20) in two bytes", b"\xf8\x14", "CBOR_RESERVED")
    yield Case("simple(31) in two bytes", b"\xf8\x1f", "CBOR_RESERVED")
    yield Case("simple(32)", b"\xf8\x20", "CBOR_TYPE")
    yield Case("simple(255)", b"\xf8\xff", "CBOR_TYPE")
    for info in (28, 29, 30):
        data = bytes((0xE0 + info,))
        yield Case(f"simple with additional information {info}", data, "CBOR_RESERVED")
    for name, number in (
        ("half-precision 0.0", "f90000"),
        ("half-precision infinity", "f97c00"),
        ("half-precision NaN", "f97e00"),
        ("single-precision 1.0", "fa3f800000"),
        ("double-precision 1.1", "fb3ff199999999999a"),
    ):
        yield Case(name, bytes.fromhex(number), "CBOR_TYPE")
        yield Case(f"{name}, cut", bytes.fromhex(number)[:-1], "CBOR_TRUNCATED")
    yield Case("a tagged time", tag(1, encode(1700000000)), "CBOR_TYPE")
    yield Case("a bignum", tag(2, bstr(bytes(9))), "CBOR_TYPE")
    yield Case("a tag in an array", encode([0, tag(18, encode(0))]), "CBOR_TYPE")


def containers() -> Iterator[Case]:
    """Yield arrays and maps: counts, key order, duplicates, depth."""
    yield Case("an empty array", b"\x80", "OK")
    yield Case("an empty map", b"\xa0", "OK")
    yield Case("an array of 3", encode([1, -1, b"x"]), "OK")
    yield Case("an array of 24", encode([0] * 24), "OK")
    yield Case("an array that lacks its last element", encode([1, 2, 3])[:-1], "CBOR_TRUNCATED")
    yield Case("an array of 2^64 - 1", bytes.fromhex("9bffffffffffffffff00"), "CBOR_TRUNCATED")
    yield Case("a map of 2^64 - 1", bytes.fromhex("bbffffffffffffffff0000"), "CBOR_TRUNCATED")
    yield Case("a map that lacks its last value", bytes.fromhex("a10a"), "CBOR_TRUNCATED")
    yield Case("keys of all types", bytes.fromhex("a70a0020004100006161008000a000f400"), "OK")
    zero = encode(0)
    keys = {
        "integers": (encode(9), encode(10)),
        "a positive and a negative integer": (encode(2**64 - 1), encode(-1)),
        "negative integers": (encode(-1), encode(-2)),
        "integers of one and two bytes": (encode(23), encode(24)),
        "an integer of three bytes and a negative of one": (encode(500), encode(-1)),
        "byte strings of one length": (bstr(b"a"), bstr(b"b")),
        "byte strings of two lengths": (bstr(b"z"), bstr(b"aa")),
        "text strings of two lengths": (encode("z"), encode("aa")),
        "arrays": (encode([1]), encode([2])),
        "maps": (encode({1: 1}), encode({1: 2})),
    }
    for name, (low, high) in keys.items():
        yield Case(f"keys in order: {name}", pairs([(low, zero), (high, zero)]), "OK")
        yield Case(f"keys out of order: {name}", pairs([(high, zero), (low, zero)]), "CBOR_ORDER")
        yield Case(f"a key twice: {name}", pairs([(low, zero), (low, zero)]), "CBOR_DUPLICATE")
    yield Case("order fails at the third key", bytes.fromhex("a3010002000100"), "CBOR_ORDER")
    yield Case("order restarts in a nested map", bytes.fromhex("a201a1050002a10500"), "OK")
    yield Case("a fault in a nested map", bytes.fromhex("a101a205000400"), "CBOR_ORDER")
    yield Case("a fault in a key", bytes.fromhex("a1a20500040000"), "CBOR_ORDER")
    for depth in (ref.MAX_DEPTH, ref.MAX_DEPTH + 1):
        word = "OK" if depth == ref.MAX_DEPTH else "CBOR_RANGE"
        yield Case(f"arrays {depth} deep", b"\x81" * depth + b"\x00", word)
        yield Case(f"maps {depth} deep", b"\xa1\x00" * depth + b"\x00", word)
        yield Case(f"maps as keys {depth} deep", b"\xa1" * depth + b"\x00" * (depth + 1), word)
        yield Case(f"an empty array {depth} deep", b"\x81" * (depth - 1) + b"\x80", "OK")
    yield Case("a byte behind an item", b"\x00\x00", "CBOR_TRAILING")
    yield Case("a byte behind an array", b"\x81\x00\x00", "CBOR_TRAILING")
    yield Case("a fault behind an item is not looked at", b"\x00\xff", "CBOR_TRAILING")


def cases() -> Iterator[Case]:
    """Yield all cases in the order of the file."""
    yield from integers()
    yield from heads()
    yield from strings()
    yield from simple_values()
    yield from containers()


def rows() -> Iterator[dict[str, object]]:
    """Yield the rows of the file.

    Raises:
        ValueError: an oracle judges a case otherwise than it was built to be judged.
    """
    for case in cases():
        judged = ref.judge(case.data)
        if judged != case.word:
            raise ValueError(f"{case.comment}: {judged}, meant {case.word}")
        if case.word == "OK":
            cbor2.loads(case.data)
        yield {"comment": case.comment, "cbor": case.data.hex(), "word": case.word}


if __name__ == "__main__":
    sys.exit(run(__file__, OUTPUT, {"tests": rows}, "docs/protocol.md"))
