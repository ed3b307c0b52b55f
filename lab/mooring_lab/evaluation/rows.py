# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reading tables that people measured and typed: every row is used, or said to be bad.

A row is never dropped in silence.  Each fault names the row as a spreadsheet numbers it (the
heading is row 1), the field, what stood there, and what was expected.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from mooring_host.errors import FileError
from mooring_host.jsonfile import read_text

MAX_TABLE: Final = 64 << 20
"""Bytes; a table of measurements is smaller by far, and a wrong file is refused in time."""
SHOWN: Final = 20
"""Faults spelt out in an error; all of them are in `TableError.faults`."""

Value = TypeVar("Value")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one row."""

    row: int
    """As a spreadsheet numbers it: the heading is row 1."""
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"row {self.row}, field {self.field}: found {self.found}, expected {self.expected}"


class BadField(Exception):
    """A field that cannot be read; the reader of the table turns it into a `Fault`."""

    def __init__(self, name: str, found: str, expected: str) -> None:
        super().__init__(name, found, expected)
        self.name = name
        self.found = found
        self.expected = expected


class TableError(FileError):
    """A table with bad rows.

    Attributes:
        faults: all of them, by row.
    """

    def __init__(self, where: str, faults: Sequence[Fault]) -> None:
        lines = [str(fault) for fault in faults[:SHOWN]]
        if len(faults) > SHOWN:
            lines.append(f"and {len(faults) - SHOWN} more")
        rows = len({fault.row for fault in faults})
        super().__init__(
            f"read {where}",
            f"{rows} bad {'row' if rows == 1 else 'rows'}:\n  " + "\n  ".join(lines),
            "Correct these rows, or leave them out on purpose with --skip-bad-rows: "
            "the report then lists them.",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Table(Generic[Item]):
    """What a file held: good rows as items, and the faults of all others."""

    where: str
    items: tuple[Item, ...]
    faults: tuple[Fault, ...]

    def whole(self) -> tuple[Item, ...]:
        """The items of a table without a fault.

        Raises:
            TableError: it has some.
        """
        if self.faults:
            raise TableError(self.where, self.faults)
        return self.items


class Row:
    """One row: its fields by the names in the heading."""

    def __init__(self, number: int, fields: Mapping[str, str]) -> None:
        self.number = number
        self._fields = fields

    def text(self, name: str) -> str:
        """A field that is not empty."""
        value = self._fields[name]
        if not value:
            raise BadField(name, "nothing", "a text")
        return value

    def optional(self, name: str) -> str:
        """A field that may be empty, or be no column at all."""
        return self._fields.get(name, "")

    def number_in(self, name: str, low: float, high: float, what: str) -> float:
        """A finite number from `low` to `high`, both included."""
        text = self.text(name)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise BadField(name, repr(text), what)
        return value

    def latitude(self, name: str) -> float:
        """Degrees north."""
        return self.number_in(name, -90.0, 90.0, "degrees north, -90 to 90")

    def longitude(self, name: str) -> float:
        """Degrees east."""
        return self.number_in(name, -180.0, 180.0, "degrees east, -180 to 180")

    def country(self, name: str) -> str:
        """A code of two letters."""
        text = self.text(name)
        if len(text) != 2 or not (text.isascii() and text.isalpha() and text.isupper()):
            raise BadField(name, repr(text), "an ISO 3166-1 code of two capital letters")
        return text


def read_table(
    path: Path, columns: Sequence[str], parse: Callable[[Row], Item], *, noun: str
) -> Table[Item]:
    """Reads a CSV file with a heading; other columns than those named are ignored.

    Args:
        path: the file, UTF-8.
        columns: what the heading must name, in any order.
        parse: makes an item of a row, or raises `BadField`.
        noun: what the file holds, for errors.

    Raises:
        FileError: there is no such file, or it is no table with this heading.
    """
    where = f"{noun} {path}"
    if not path.is_file():
        raise FileError(
            f"read {where}",
            "there is no such file",
            "Name the file, or set MOORING_SHARED to the folder with the published data.",
        )
    text = read_text(path, MAX_TABLE)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    return _parsed(reader, columns, parse, where)


def _parsed(
    records: Iterable[list[str]], columns: Sequence[str], parse: Callable[[Row], Item], where: str
) -> Table[Item]:
    items: list[Item] = []
    faults: list[Fault] = []
    heading: list[str] | None = None
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            if heading is None:
                heading = _heading(record, columns, where)
                continue
            if not any(record):  # an empty line is no row, but it is counted
                continue
            try:
                items.append(parse(_row(number, record, heading)))
            except BadField as bad:
                faults.append(Fault(number, bad.name, bad.found, bad.expected))
    except csv.Error as error:
        raise FileError(f"read {where}", f"row {number + 1}: this is no CSV: {error}") from error
    if heading is None:
        raise FileError(f"read {where}", "the file is empty", _wanted(columns))
    return Table(where, tuple(items), tuple(faults))


def _heading(record: list[str], columns: Sequence[str], where: str) -> list[str]:
    names = [name.strip() for name in record]
    missing = [name for name in columns if name not in names]
    if missing:
        raise FileError(
            f"read {where}",
            f"row 1 names no column {', '.join(repr(name) for name in missing)}",
            _wanted(columns),
        )
    twice = sorted({name for name in columns if names.count(name) > 1})
    if twice:
        raise FileError(f"read {where}", f"row 1 names column {twice[0]!r} twice")
    return names


def _wanted(columns: Sequence[str]) -> str:
    return f"The first row is a heading with the columns {', '.join(columns)}, in any order."


def _row(number: int, record: list[str], heading: list[str]) -> Row:
    if len(record) != len(heading):
        raise BadField(
            "(whole row)", f"{len(record)} fields", f"{len(heading)}, as many as the heading"
        )
    return Row(number, dict(zip(heading, (text.strip() for text in record), strict=True)))
