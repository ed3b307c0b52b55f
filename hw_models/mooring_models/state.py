# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Captured state: typed values under names, and the files that hold them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final, TypeAlias, TypeVar, cast

from mooring_models.errors import SnapshotError

Value: TypeAlias = "bool | int | str | bytes | State | list[State] | None"

Member = TypeVar("Member", bound=Enum)

_BYTES: Final = "hex:"
_TEXT: Final = "text:"


class State:
    """The captured state of one part; immutable, compared by value.

    Every getter raises `SnapshotError` that names the part and the value if the value
    is missing or of another type, since what was captured may come from a file.
    """

    __slots__ = ("_part", "_values")

    def __init__(self, part: str, /, **values: Value) -> None:
        self._part = part
        self._values: Mapping[str, Value] = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self._values == other._values

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        return f"State({self._part!r}, {', '.join(self._values)})"

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def replaced(self, **values: Value) -> State:
        """The same with other `values`."""
        return State(self._part, **{**self._values, **values})

    def _bad(self, name: str, expected: str) -> SnapshotError:
        found = "nothing" if name not in self._values else type(self._values[name]).__name__
        return SnapshotError(f"restore {self._part}", f"{name} is {found}, expected {expected}")

    def integer(self, name: str) -> int:
        """The integer `name`."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._bad(name, "an integer")
        return value

    def optional_integer(self, name: str) -> int | None:
        """The integer `name`, or None if None was captured."""
        if name in self._values and self._values[name] is None:
            return None
        return self.integer(name)

    def flag(self, name: str) -> bool:
        """The truth value `name`."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise self._bad(name, "a truth value")
        return value

    def text(self, name: str) -> str:
        """The text `name`."""
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._bad(name, "a text")
        return value

    def member(self, name: str, kind: type[Member]) -> Member:
        """The member of enumeration `kind` whose name is the text `name`."""
        text = self.text(name)
        for each in kind:
            if each.name == text:
                return each
        raise SnapshotError(f"restore {self._part}", f"{name} is {text!r}, no {kind.__name__}")

    def blob(self, name: str, size: int | None = None) -> bytes:
        """The bytes `name`, of exactly `size` if that is given."""
        value = self._values.get(name)
        if not isinstance(value, bytes):
            raise self._bad(name, "bytes")
        if size is not None and len(value) != size:
            raise SnapshotError(
                f"restore {self._part}", f"{name} has {len(value)} bytes, expected {size}"
            )
        return value

    def optional_blob(self, name: str) -> bytes | None:
        """The bytes `name`, or None if None was captured."""
        if name in self._values and self._values[name] is None:
            return None
        return self.blob(name)

    def part(self, name: str) -> State:
        """The captured part `name`."""
        value = self._values.get(name)
        if not isinstance(value, State):
            raise self._bad(name, "a captured part")
        return value

    def parts(self, name: str) -> list[State]:
        """The list of captured parts `name`."""
        value = self._values.get(name)
        if not isinstance(value, list):
            raise self._bad(name, "a list of captured parts")
        return value

    def to_json(self) -> str:
        """Canonical JSON: sorted names, bytes in hexadecimal."""
        return json.dumps(_plain(self), sort_keys=True, separators=(",", ":"))


def _plain(value: Value) -> object:
    match value:
        case State():
            return {name: _plain(value._values[name]) for name in value}
        case list():
            return [_plain(each) for each in value]
        case bytes():
            return _BYTES + value.hex()
        case str():
            return _TEXT + value
        case _:
            return value


def _value(part: str, plain: object) -> Value:
    match plain:
        case None | bool() | int():
            return plain
        case str() if plain.startswith(_TEXT):
            return plain.removeprefix(_TEXT)
        case str() if plain.startswith(_BYTES):
            try:
                return bytes.fromhex(plain.removeprefix(_BYTES))
            except ValueError as error:
                raise SnapshotError(f"read {part}", f"bad hexadecimal: {error}") from None
        case list():
            return [_state(part, each) for each in cast(list[object], plain)]
        case dict():
            return _state(part, cast(object, plain))
        case _:
            raise SnapshotError(f"read {part}", f"{plain!r:.20} is no value")


def _state(part: str, plain: object) -> State:
    if not isinstance(plain, dict):
        raise SnapshotError(f"read {part}", f"{plain!r:.20} is no object")
    members = cast(dict[str, object], plain)  # JSON has no other keys
    return State(part, **{name: _value(f"{part}.{name}", each) for name, each in members.items()})


def save(path: Path, kind: str, version: int, state: State) -> None:
    """Writes `state` to `path` in one step: the file is the old or the new one, never half.

    Args:
        path: the file.
        kind: what it holds; `load` wants the same.
        version: of the layout of `state`.
        state: what to write.

    Raises:
        SnapshotError: the file cannot be written.
    """
    body = state.to_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    head = json.dumps({"kind": kind, "version": version, "sha256": digest})
    staged = path.with_name(path.name + ".new")
    try:
        staged.unlink(missing_ok=True)
        staged.touch(mode=0o600, exist_ok=False)  # state holds a chip's private keys
        staged.write_text(f"{head}\n{body}\n", encoding="ascii")
        staged.replace(path)
    except OSError as error:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise SnapshotError(f"write {path}", str(error.strerror or error)) from error


def load(path: Path, kind: str, version: int) -> State:
    """Reads what `save` wrote.

    Raises:
        SnapshotError: the file cannot be read, is damaged, or is of another kind or version.
    """
    attempted = f"read {path}"
    try:
        head_text, _, body = path.read_text(encoding="ascii").partition("\n")
        head = json.loads(head_text)
    except OSError as error:
        raise SnapshotError(attempted, str(error.strerror or error)) from error
    except ValueError:
        raise SnapshotError(attempted, f"not a {kind} file") from None
    if not isinstance(head, dict) or head.get("kind") != kind:
        raise SnapshotError(attempted, f"not a {kind} file")
    if head.get("version") != version:
        raise SnapshotError(
            attempted,
            f"version {head.get('version')}, this program reads version {version}",
            "use the program version that wrote it",
        )
    body = body.removesuffix("\n")
    if hashlib.sha256(body.encode()).hexdigest() != head.get("sha256"):
        raise SnapshotError(attempted, "the checksum does not match: the file is damaged")
    try:
        return _state(kind, json.loads(body))
    except ValueError:
        raise SnapshotError(attempted, "the checksum fits but the content is no JSON") from None
