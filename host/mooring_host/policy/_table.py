# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reading the policy's TOML files, and transactions in TOML or JSON, field by field.

Every field is taken by name and the rest refused, so that a misspelt one is never ignored.
"""

from __future__ import annotations

import json
import math
import tomllib
from datetime import date, datetime
from enum import Enum
from importlib.resources import files
from typing import Final, TypeVar, cast

from mooring_host.errors import FileError
from mooring_host.jsonfile import JsonObject

_Word = TypeVar("_Word", bound=Enum)

DATA_VERSION: Final = 1


class Table(JsonObject):
    """A table of a file, with the kinds of values that JSON alone does not have."""

    def has(self, name: str) -> bool:
        """Whether the field is there and not yet taken."""
        return name in self._values

    def names(self) -> tuple[str, ...]:
        """The fields that are left, in the file's order."""
        return tuple(self._values)

    def maybe_text(self, name: str) -> str | None:
        """A text, or None if the field is absent."""
        return self.text(name) if self.has(name) else None

    def day(self, name: str) -> date:
        """A calendar day, as TOML's own date or as text YYYY-MM-DD."""
        value = self._take(name)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value) if isinstance(value, str) else _no_day()
        except ValueError as error:
            raise self.wrong(name, value, "a day as YYYY-MM-DD") from error

    def maybe_day(self, name: str) -> date | None:
        """A day, or None if the field is absent."""
        return self.day(name) if self.has(name) else None

    def maybe_number(
        self, name: str, *, least: float = 0.0, most: float = math.inf
    ) -> float | None:
        """A number, or None if the field is absent."""
        return self.number(name, least=least, most=most) if self.has(name) else None

    def maybe_boolean(self, name: str) -> bool | None:
        """True, false, or None if the field is absent."""
        return self.boolean(name) if self.has(name) else None

    def word(self, name: str, kind: type[_Word]) -> _Word:
        """The enumerator whose value the field names."""
        return self._word(name, self.text(name), kind)

    def maybe_word(self, name: str, kind: type[_Word]) -> _Word | None:
        """The enumerator whose value the field names; None if it is absent or null."""
        if self._values.get(name) is None:
            self._values.pop(name, None)
            return None
        return self.word(name, kind)

    def words(self, name: str, kind: type[_Word]) -> tuple[_Word, ...]:
        """Enumerators by their values; none if the field is absent."""
        return tuple(self._word(name, text, kind) for text in self.texts(name))

    def _word(self, name: str, text: str, kind: type[_Word]) -> _Word:
        for each in kind:
            if each.value == text:
                return each
        known = ", ".join(str(each.value) for each in kind)
        raise FileError(
            f"read {self.where}", f"{name}: found {text[:40]!r}, expected one of {known}"
        )

    def table(self, name: str) -> Table:
        """A table within."""
        return Table(self._take(name), f"{self.where}: {name}")

    def maybe_table(self, name: str) -> Table | None:
        """A table within, or None if the field is absent."""
        return self.table(name) if self.has(name) else None

    def tables(self, name: str) -> list[Table]:
        """A list of tables; empty if the field is absent."""
        value = self._values.pop(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, value, "a list of tables")
        items = cast("list[object]", value)
        return [Table(item, f"{self.where}: {name}[{i}]") for i, item in enumerate(items)]

    def scalar(self, name: str) -> str:
        """A text, number, truth value or day, as text for people."""
        value = self._take(name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float | str | date):
            return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)
        raise self.wrong(name, value, "a text, a number or a day")


def parse_toml(text: str, where: str) -> Table:
    """The table that TOML text holds.

    Raises:
        FileError: it is no TOML.
    """
    try:
        return Table(tomllib.loads(text), where)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError(f"read {where}", f"this is no TOML: {error}") from error


def parse(text: str, where: str) -> Table:
    """The table of a file that begins like JSON, or else is TOML.

    Raises:
        FileError: it is neither.
    """
    if not text.lstrip().startswith("{"):
        return parse_toml(text, where)
    try:
        return Table(json.loads(text), where)
    except (ValueError, RecursionError) as error:
        raise FileError(f"read {where}", f"this is no JSON: {error}") from error


def data_file(*path: str) -> Table:
    """A file of the package's own data, its version checked."""
    found = files("mooring_host.policy").joinpath("data", *path)
    table = parse_toml(found.read_text("utf-8"), f"the policy's {'/'.join(path)}")
    table.version(DATA_VERSION)
    return table


def data_names(folder: str, suffix: str = ".toml") -> list[str]:
    """The names of the data files in a folder, without suffix, sorted."""
    found = files("mooring_host.policy").joinpath("data", folder)
    return sorted(
        each.name.removesuffix(suffix) for each in found.iterdir() if each.name.endswith(suffix)
    )


def _no_day() -> date:
    raise ValueError("no text")
