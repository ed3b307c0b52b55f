# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fuse plans for many chips, from one CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from mooring_host.errors import FileError, UsageError
from mooring_host.fields import UINT16_MAX, UINT32_MAX
from mooring_host.fuses.plan import BLANK_ROOT, FusePlan
from mooring_host.states import Mode
from mooring_host.text import LABEL_FORM, is_label
from mooring_host.wire.provisioning import ROOT_DIGEST_BYTES, ROOT_SLOTS

ROOT_COLUMNS: Final = tuple(f"root{slot}" for slot in range(ROOT_SLOTS))
COLUMNS: Final = ("label", "mode", "throttle", "max_lifetime", "allow_sequence", *ROOT_COLUMNS)
REQUIRED: Final = frozenset({"label", "mode", "max_lifetime", "root0"})
MAX_ROWS: Final = 100_000

_YES_NO: Final = {"": False, "no": False, "yes": True}

Value = TypeVar("Value")


@dataclass(frozen=True)
class BatchRow:
    """The plan for one chip."""

    label: str
    plan: FusePlan


def read_batch(text: str, where: str = "a batch file") -> tuple[BatchRow, ...]:
    """Reads a CSV file with a header of the names in `COLUMNS`, in any order.

    Spreadsheets begin such files with a byte order mark, which is ignored.

    Raises:
        FileError: naming the row and the column.
    """
    attempted = f"read {where}"
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        _check_header(header, attempted)
        reader.fieldnames = header
        rows: list[BatchRow] = []
        labels: set[str] = set()
        for row in reader:
            place = f"row {reader.line_num}"
            if len(rows) == MAX_ROWS:
                raise FileError(attempted, f"{place}: more than {MAX_ROWS} rows")
            rows.append(_read_row(row, place, attempted))
            if rows[-1].label in labels:
                raise FileError(
                    attempted, f"{place}, column label: {rows[-1].label!r} occurs twice"
                )
            labels.add(rows[-1].label)
    except csv.Error as error:
        raise FileError(attempted, f"row {reader.line_num + 1}: {error}") from error
    if not rows:
        raise FileError(attempted, "there are no rows under the header")
    return tuple(rows)


def _check_header(header: list[str], attempted: str) -> None:
    for name in header:
        if name not in COLUMNS:
            raise FileError(
                attempted,
                f"row 1: unknown column {name!r}",
                f"Columns are: {', '.join(COLUMNS)}",
            )
        if header.count(name) > 1:
            raise FileError(attempted, f"row 1: column {name!r} occurs twice")
    missing = sorted(REQUIRED - set(header))
    if missing:
        raise FileError(attempted, f"row 1: column {missing[0]!r} is missing")


def _read_row(row: dict[str | None, str | None], place: str, attempted: str) -> BatchRow:
    if None in row or None in row.values():
        raise FileError(attempted, f"{place}: it has not as many columns as the header")

    def cell(name: str, parse: Callable[[str], Value], expected: str) -> Value:
        text = (row.get(name) or "").strip()
        try:
            return parse(text)
        except (ValueError, KeyError) as error:
            raise FileError(
                attempted, f"{place}, column {name}: found {text[:40]!r}, expected {expected}"
            ) from error

    roots = [
        cell(name, _root, f"{ROOT_DIGEST_BYTES} bytes in hexadecimal, or nothing")
        for name in ROOT_COLUMNS
    ]
    while len(roots) > 1 and roots[-1] == BLANK_ROOT:
        roots.pop()
    label = cell("label", _label, LABEL_FORM)
    try:
        plan = FusePlan(
            mode=cell("mode", lambda text: Mode[text.upper()], "deny, throttle or report"),
            max_lifetime=cell("max_lifetime", _number(UINT32_MAX), f"0 to {UINT32_MAX}"),
            roots=tuple(roots),
            throttle=cell("throttle", _number(UINT16_MAX), f"0 to {UINT16_MAX}"),
            allow_sequence=cell("allow_sequence", lambda text: _YES_NO[text.lower()], "yes or no"),
        )
    except UsageError as error:
        raise FileError(attempted, f"{place}: {error.found}", error.hint) from error
    return BatchRow(label, plan)


def _label(text: str) -> str:
    if not is_label(text):
        raise ValueError
    return text


def _number(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text or "0") if text.isdecimal() or not text else -1
        if not 0 <= value <= most:
            raise ValueError
        return value

    return parse


def _root(text: str) -> bytes:
    digest = bytes.fromhex(text) if text else BLANK_ROOT
    if len(digest) != ROOT_DIGEST_BYTES:
        raise ValueError
    return digest
