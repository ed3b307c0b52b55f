# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The figures of a chip that rules look at, from numbers, a file or a CSV of many chips."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mooring_host.errors import FileError, UsageError
from mooring_host.policy._table import Table
from mooring_host.text import flaw

_LARGEST: Final = 1e12
"""No figure of a chip is larger; a finite bound keeps every product of figures finite."""
_FORMATS: Final = {"dense_fp16_tflops": 16, "dense_8bit_tops": 8, "dense_4bit_tops": 4}


@dataclass(frozen=True)
class ChipFigures:
    """What a chip can do. TPP = 2 x MacTOPS x bit length, dense, the largest over formats."""

    name: str
    tpp: float
    die_mm2: float | None = None
    """Applicable die area; None: not known."""
    memory_gbps: float | None = None
    io_gbps: float | None = None
    """In both directions together."""
    hbm_density: float | None = None
    """GB/s/mm² of a memory stack sold as such; None: this is no memory."""
    datacenter: bool | None = None
    """Designed or marketed for data centres; None: not known."""

    def __post_init__(self) -> None:
        attempted = "describe a chip"
        if not self.name or flaw(self.name):
            raise UsageError(attempted, f"name: found {self.name[:40]!r}, expected a text")
        figures = (
            ("tpp", self.tpp, True),
            ("die_mm2", self.die_mm2, False),
            ("memory_gbps", self.memory_gbps, True),
            ("io_gbps", self.io_gbps, True),
            ("hbm_density", self.hbm_density, True),
        )
        for name, value, may_be_zero in figures:
            if value is None:
                continue
            low = value >= 0 if may_be_zero else value > 0
            if not (low and value <= _LARGEST):
                least = "at least 0" if may_be_zero else "more than 0"
                raise UsageError(
                    attempted, f"{name}: found {value!r}, expected {least}, at most {_LARGEST:g}"
                )

    @property
    def density(self) -> float | None:
        """Performance density in TPP/mm²; None: not known."""
        return None if self.die_mm2 is None else self.tpp / self.die_mm2

    @classmethod
    def read(cls, table: Table) -> ChipFigures:
        """From a table; `tops` (bits to dense TOPS) may stand in the place of `tpp`.

        Raises:
            FileError: a field is not what it should be; it is named.
        """
        name = table.text("name")
        if table.has("tpp"):
            tpp = table.number("tpp", most=_LARGEST)
        elif (tops := table.maybe_table("tops")) is not None:
            tpp = _tpp_of(tops)
        else:
            raise FileError(f"read {table.where}", "tpp is missing, and tops too")
        figures = _checked(
            table.where,
            name,
            tpp,
            table.maybe_number("die_mm2", most=_LARGEST),
            table.maybe_number("memory_gbps", most=_LARGEST),
            table.maybe_number("io_gbps", most=_LARGEST),
            table.maybe_number("hbm_density", most=_LARGEST),
            table.maybe_boolean("datacenter"),
        )
        table.close()
        return figures


def tpp_of(tops: Mapping[int, float]) -> float:
    """TPP from dense TOPS by bit length, a multiplication and its addition counted as two.

    Raises:
        UsageError: a number is negative, infinite or not a number, or there is none.
    """
    for bits, value in tops.items():
        if not (0 < bits <= 128 and 0 <= value <= _LARGEST):
            raise UsageError(
                "compute TPP", f"tops: found {value!r} at {bits} bits, expected at least 0"
            )
    if not tops:
        raise UsageError("compute TPP", "tops: no format is given")
    return max(bits * value for bits, value in tops.items())


@dataclass(frozen=True)
class ChipList:
    """The chips of a CSV."""

    chips: tuple[ChipFigures, ...]
    unrated: tuple[str, ...]
    """Names of chips for which no figure of speed is given: nothing can be said of them."""


def read_chips(text: str, where: str) -> ChipList:
    """The chips of a CSV with the columns name, dense_fp16_tflops, dense_8bit_tops, ...

    Further columns are left alone.

    Raises:
        FileError: a column is missing or a cell is wrong; row and column are named.
    """
    attempted = f"read {where}"
    rows = csv.DictReader(io.StringIO(text), strict=True)
    wanted = ("name", *_FORMATS, "die_mm2", "mem_bw_GBps")
    try:
        missing = [name for name in wanted if name not in (rows.fieldnames or ())]
        if missing:
            raise FileError(attempted, f"column {missing[0]} is missing")
        found = [_row(row, f"{where}, row {number}") for number, row in enumerate(rows, start=2)]
    except csv.Error as error:
        raise FileError(attempted, f"row {rows.line_num}: {error}") from error
    chips = tuple(each for each in found if isinstance(each, ChipFigures))
    return ChipList(chips, tuple(each for each in found if isinstance(each, str)))


def _row(row: Mapping[str | None, str | list[str] | None], where: str) -> ChipFigures | str:
    """A chip, or its name if it has no figure of speed."""
    if None in row:
        raise FileError(f"read {where}", "it has more cells than the head")
    cells = {bits: _cell(row, name, where) for name, bits in _FORMATS.items()}
    tops = {bits: value for bits, value in cells.items() if value is not None}
    given = row["name"]
    name = given if isinstance(given, str) else ""
    if not tops and name:
        return name
    return _checked(
        where,
        name,
        tpp_of(tops) if tops else 0.0,
        _cell(row, "die_mm2", where),
        _cell(row, "mem_bw_GBps", where),
        _cell(row, "io_GBps", where),
        None,
        None,
    )


def _cell(row: Mapping[str | None, str | list[str] | None], name: str, where: str) -> float | None:
    text = row.get(name)
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= _LARGEST:
        raise FileError(f"read {where}", f"{name}: found {text[:40]!r}, expected a number")
    return value


def _tpp_of(tops: Table) -> float:
    values: dict[int, float] = {}
    for bits in tops.names():
        if not bits.isascii() or not bits.isdigit() or not 0 < int(bits) <= 128:
            raise FileError(f"read {tops.where}", f"{bits[:40]!r} is no length in bits")
        values[int(bits)] = tops.number(bits, most=_LARGEST)
    if not values:
        raise FileError(f"read {tops.where}", "no format is given")
    return tpp_of(values)


def _checked(
    where: str,
    name: str,
    tpp: float,
    die_mm2: float | None,
    memory_gbps: float | None,
    io_gbps: float | None,
    hbm_density: float | None,
    datacenter: bool | None,
) -> ChipFigures:
    try:
        return ChipFigures(name, tpp, die_mm2, memory_gbps, io_gbps, hbm_density, datacenter)
    except UsageError as error:
        raise FileError(f"read {where}", error.found) from error
