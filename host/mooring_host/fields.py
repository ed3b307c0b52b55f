# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reading closed CBOR maps field by field, with refusals that name the field.

Tokens and messages are judged by the same rules and refused with different errors, so the
reader is given a function that makes the error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias, cast

from mooring_host.cbor import UINT64_MAX, CborKey, CborValue
from mooring_host.errors import Error

UINT16_MAX: Final = 2**16 - 1
UINT32_MAX: Final = 2**32 - 1
TIME_MAX: Final = 2**40 - 1
"""Latest time a token can name, in seconds since 1970 (docs/protocol.md, Maxima)."""


class Fault(Enum):
    """What is wrong with a map or one of its fields."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    MISSING = "missing"
    VALUE = "value"


Fail: TypeAlias = Callable[[Fault, str], Error]
"""Makes the error for a fault; the text names the field, what was found and expected."""


def describe(value: object) -> str:
    """A value in a few words, for errors; long ones by type and length only."""
    match value:
        case None:
            return "null"
        case bool() | int():
            return str(value).lower() if isinstance(value, bool) else str(value)
        case bytes():
            return f"{len(value)} bytes"
        case str():
            return repr(value) if len(value) <= 40 else f"a text of {len(value)} characters"
        case Mapping():
            return f"a map of {len(cast('Mapping[object, object]', value))} entries"
        case Sequence():
            return f"an array of {len(cast('Sequence[object]', value))} items"
        case _:
            return f"a {type(value).__name__}"


class ValueReader:
    """Checks single values and says which one was wrong."""

    def __init__(self, fail: Fail) -> None:
        self._fail = fail

    def uint(self, value: CborValue, name: str, maximum: int = UINT64_MAX, minimum: int = 0) -> int:
        """An unsigned integer from `minimum` to `maximum`."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, value, "an unsigned integer")
        if not minimum <= value <= maximum:
            raise self._wrong(name, value, f"{minimum} to {maximum}")
        return value

    def blob(
        self, value: CborValue, name: str, size: int | None = None, maximum: int | None = None
    ) -> bytes:
        """A byte string of exactly `size` or at most `maximum` bytes."""
        if not isinstance(value, bytes):
            raise self._wrong(name, value, "a byte string")
        if size is not None and len(value) != size:
            raise self._wrong(name, value, f"{size} bytes")
        if maximum is not None and len(value) > maximum:
            raise self._wrong(name, value, f"at most {maximum} bytes")
        return value

    def text(self, value: CborValue, name: str) -> str:
        """A text string."""
        if not isinstance(value, str):
            raise self._wrong(name, value, "a text string")
        return value

    def boolean(self, value: CborValue, name: str) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true or false")
        return value

    def items(
        self, value: CborValue, name: str, minimum: int = 0, maximum: int | None = None
    ) -> Sequence[CborValue]:
        """An array of `minimum` to `maximum` items."""
        if isinstance(value, bytes | str) or not isinstance(value, Sequence):
            raise self._wrong(name, value, "an array")
        if len(value) < minimum or (maximum is not None and len(value) > maximum):
            wanted = f"{minimum}" if minimum == maximum else f"{minimum} to {maximum}"
            raise self._wrong(name, value, f"an array of {wanted} items")
        return value

    def mapping(self, value: CborValue, name: str) -> Mapping[CborKey, CborValue]:
        """A map."""
        if not isinstance(value, Mapping):
            raise self._wrong(name, value, "a map")
        return dict(value.items())

    def _wrong(self, name: str, value: object, expected: str) -> Error:
        return self._fail(Fault.VALUE, f"{name}: found {describe(value)}, expected {expected}")


class MapReader:
    """Takes the fields of one closed map; `close` refuses what nobody took."""

    def __init__(self, value: CborValue, fail: Fail) -> None:
        if not isinstance(value, Mapping):
            raise fail(Fault.MALFORMED, f"found {describe(value)}, expected a map")
        self._left: dict[CborKey, CborValue] = dict(value.items())
        self._fail = fail
        self.check = ValueReader(fail)

    def has(self, key: int) -> bool:
        """Whether the field is there and not yet taken."""
        return key in self._left

    def take(self, key: int, name: str) -> CborValue:
        """The raw value of a field that must be there."""
        if key not in self._left:
            raise self._fail(Fault.MISSING, f"{name} (key {key}) is missing")
        return self._left.pop(key)

    def uint(self, key: int, name: str, maximum: int = UINT64_MAX, minimum: int = 0) -> int:
        """An unsigned integer field."""
        return self.check.uint(self.take(key, name), name, maximum, minimum)

    def blob(
        self, key: int, name: str, size: int | None = None, maximum: int | None = None
    ) -> bytes:
        """A byte string field."""
        return self.check.blob(self.take(key, name), name, size, maximum)

    def text(self, key: int, name: str) -> str:
        """A text field."""
        return self.check.text(self.take(key, name), name)

    def boolean(self, key: int, name: str) -> bool:
        """A boolean field."""
        return self.check.boolean(self.take(key, name), name)

    def items(
        self, key: int, name: str, minimum: int = 0, maximum: int | None = None
    ) -> Sequence[CborValue]:
        """An array field."""
        return self.check.items(self.take(key, name), name, minimum, maximum)

    def refuse_unknown(self, known: frozenset[int]) -> None:
        """Refuses keys outside `known` before any field is looked at."""
        for key in self._left:
            if key not in known:
                raise self._fail(Fault.UNKNOWN, f"unknown key {key!r}")

    def close(self) -> None:
        """Refuses fields that were not taken: maps are closed."""
        for key in self._left:
            raise self._fail(Fault.UNKNOWN, f"unknown key {key!r}")
