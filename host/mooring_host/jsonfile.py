# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reading small JSON files that people write, with refusals that name the field."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Final, cast

from mooring_host.errors import FileError
from mooring_host.text import flaw

MAX_JSON: Final = 1 << 20


class JsonObject:
    """One object of a file; `where` says in errors which."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise FileError(f"read {where}", f"found {_kind(value)}, expected an object")
        self._values: dict[str, object] = dict(cast("dict[str, object]", value))
        self.where = where

    def text(self, name: str) -> str:
        """A string that is not empty."""
        value = self._take(name)
        if not isinstance(value, str) or not value:
            raise self.wrong(name, value, "a text")
        return self._storable(name, value)

    def integer(self, name: str) -> int:
        """An integer that is not negative."""
        value = self._take(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(name, value, "an integer of at least 0")
        return value

    def number(self, name: str, *, least: float = 0.0, most: float = math.inf) -> float:
        """A finite number of `least` to `most`."""
        value = self._take(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, value, "a number")
        number = _finite(value)
        if number is None or not least <= number <= most:
            top = "" if math.isinf(most) else f" to {most:g}"
            wanted = f"a number of {'at least ' if not top else ''}{least:g}{top}"
            raise FileError(f"read {self.where}", f"{name}: found {value!r}, expected {wanted}")
        return number

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise self.wrong(name, value, "true or false")
        return value

    def blob(self, name: str, size: int) -> bytes:
        """`size` bytes in hexadecimal."""
        text = self.text(name)
        try:
            data = bytes.fromhex(text)
        except ValueError:
            data = b""
        if len(data) != size:
            raise self.wrong(name, text, f"{size} bytes in hexadecimal")
        return data

    def objects(self, name: str) -> list[JsonObject]:
        """A list of objects."""
        value = self._take(name)
        if not isinstance(value, list):
            raise self.wrong(name, value, "a list")
        items = cast("list[object]", value)
        return [JsonObject(item, f"{self.where}: {name}[{i}]") for i, item in enumerate(items)]

    def texts(self, name: str) -> list[str]:
        """A list of strings; empty if the field is absent."""
        value = self._values.pop(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, value, "a list of texts")
        items = cast("list[object]", value)
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) != len(items):
            raise self.wrong(name, items, "a list of texts")
        return [self._storable(name, text) for text in texts]

    def version(self, expected: int) -> None:
        """The field "version", which must be the one that this tool knows."""
        found = self.integer("version")
        if found != expected:
            raise FileError(
                f"read {self.where}",
                f"version: found {found}, expected {expected}",
                "Use the version of this tool that the file was made for.",
            )

    def close(self) -> None:
        """Refuses fields that nobody took: a misspelt one must not be ignored."""
        for name in self._values:
            raise FileError(f"read {self.where}", f"unknown field {name!r}")

    def wrong(self, name: str, value: object, expected: str) -> FileError:
        """The error for a field."""
        return FileError(f"read {self.where}", f"{name}: found {_kind(value)}, expected {expected}")

    def _storable(self, name: str, text: str) -> str:
        if problem := flaw(text):
            raise FileError(f"read {self.where}", f"{name}: found {text[:40]!r}: {problem}")
        return text

    def _take(self, name: str) -> object:
        if name not in self._values:
            raise FileError(f"read {self.where}", f"{name} is missing")
        return self._values.pop(name)


def parse_json(text: str, where: str) -> JsonObject:
    """The object that `text` holds.

    Raises:
        FileError: it is no JSON, or no object.
    """
    try:
        return JsonObject(json.loads(text), where)
    except (ValueError, RecursionError) as error:
        raise FileError(f"read {where}", f"this is no JSON: {error}") from error


def read_text(path: Path, limit: int = MAX_JSON) -> str:
    """The text of a small file.

    Raises:
        FileError: it cannot be read, is too long, or is no UTF-8.
    """
    attempted = f"read {path}"
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error)) from error
    if len(data) > limit:
        raise FileError(attempted, f"more than {limit} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(attempted, f"no UTF-8 text: {error}") from error


def _kind(value: object) -> str:
    match value:
        case str() if len(value) <= 40:
            return repr(value)
        case None | bool() | int() | float():
            return json.dumps(value)
        case _:
            return f"a {type(value).__name__}"


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
