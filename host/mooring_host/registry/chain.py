# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Entries that hang together by their hashes: one line of JSON each, in one form only.

A changed, removed, inserted or reordered entry breaks the chain at that line. Entries cut off
the end break nothing: whoever must notice that keeps the head elsewhere and compares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mooring_host.errors import FileError
from mooring_host.fields import TIME_MAX
from mooring_host.policy._table import Table, parse
from mooring_host.registry.events import Event, from_table, to_fields

LABEL: Final = b"mooring registry 1"
GENESIS: Final = hashlib.sha256(LABEL).digest()
HASH_BYTES: Final = 32


@dataclass(frozen=True)
class Entry:
    """An event with its place in the chain."""

    number: int
    """From 1."""
    at: int
    """Seconds since 1970 when it was recorded; never less than the entry's before."""
    event: Event
    hash: bytes

    def line(self) -> str:
        """The entry as it stands in the file, without the newline."""
        return json.dumps(
            {**_body(self.number, self.at, self.event), "hash": self.hash.hex()},
            sort_keys=True,
            separators=(",", ":"),
        )


def chained(before: Entry | None, at: int, event: Event) -> Entry:
    """The entry that follows `before`.

    Raises:
        FileError: its time is before that entry's, or is none.
    """
    number = 1 if before is None else before.number + 1
    least = 0 if before is None else before.at
    if not least <= at <= TIME_MAX:
        raise FileError(
            "record an event",
            f"time: found {at}, expected {least} to {TIME_MAX}",
            "The registry's clock does not go back: check this machine's.",
        )
    return Entry(number, at, event, _hash(before, number, at, event))


def read_chain(text: str, where: str) -> tuple[Entry, ...]:
    """All entries, each checked against the one before.

    Raises:
        FileError: the chain is broken; the line is named.
    """
    entries: list[Entry] = []
    for number, line in enumerate(text.splitlines(), start=1):
        before = entries[-1] if entries else None
        entries.append(_read(line, f"{where}, line {number}", before))
    return tuple(entries)


def head_of(entries: Iterable[Entry]) -> bytes:
    """The hash of the last entry, which stands for all of them."""
    last = GENESIS
    for entry in entries:
        last = entry.hash
    return last


def _read(line: str, where: str, before: Entry | None) -> Entry:
    table = parse(line, where) if line.startswith("{") else _refuse(where)
    number, at = table.integer("number"), table.integer("at")
    found = table.blob("hash", HASH_BYTES)
    event = from_table(table.table("event"))
    table.close()
    entry = chained(before, at, event)
    if number != entry.number:
        raise FileError(f"read {where}", f"number: found {number}, expected {entry.number}", _TRY)
    if found != entry.hash or entry.line() != line:
        raise FileError(
            f"read {where}",
            "the chain is broken here: the entry was changed, or one before it",
            _TRY,
        )
    return entry


_TRY: Final = "Put a copy back and compare its head with one that was kept elsewhere."


def _refuse(where: str) -> Table:
    raise FileError(f"read {where}", "this is no entry", _TRY)


def _body(number: int, at: int, event: Event) -> dict[str, object]:
    return {"number": number, "at": at, "event": to_fields(event)}


def _hash(before: Entry | None, number: int, at: int, event: Event) -> bytes:
    body = json.dumps(_body(number, at, event), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(LABEL + (before.hash if before else GENESIS) + body.encode()).digest()
