# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The chips that an authority knows."""

from __future__ import annotations

import sqlite3

from mooring_host import cose
from mooring_host.authority.records import ChipRecord, ChipState
from mooring_host.errors import UnknownRecordError, UsageError
from mooring_host.token.evidence import Evidence


def enrol(connection: sqlite3.Connection, device_key: bytes, label: str, now: int) -> ChipRecord:
    """Records a chip; the same chip again is left as it is.

    Raises:
        UsageError: another chip has this label.
    """
    ueid = cose.ueid_of(device_key)
    row = connection.execute("SELECT * FROM chips WHERE ueid = ?", (ueid,)).fetchone()
    if row is not None:
        return ChipRecord.of(row)
    try:
        connection.execute(
            "INSERT INTO chips (ueid, device_key, label, enrolled_at, state)"
            " VALUES (?, ?, ?, ?, 'active')",
            (ueid, device_key, label, now),
        )
    except sqlite3.IntegrityError as error:
        raise UsageError(
            f"enrol chip {ueid.hex()}",
            f"another chip is called {label!r}",
            "Give it another label.",
        ) from error
    return by_ueid(connection, ueid)


def by_ueid(connection: sqlite3.Connection, ueid: bytes) -> ChipRecord:
    """The chip with this id.

    Raises:
        UnknownRecordError: it is not enrolled.
    """
    row = connection.execute("SELECT * FROM chips WHERE ueid = ?", (ueid,)).fetchone()
    if row is None:
        raise UnknownRecordError(
            "look up a chip",
            f"chip {ueid.hex()} is not enrolled",
            "Enrol chips when they are made: mooring fuse burn does.",
        )
    return ChipRecord.of(row)


def by_name(connection: sqlite3.Connection, name: str) -> ChipRecord:
    """The chip with this label, or whose id in hexadecimal begins so.

    Raises:
        UnknownRecordError: there is none, or more than one.
    """
    row = connection.execute("SELECT * FROM chips WHERE label = ?", (name,)).fetchone()
    if row is not None:
        return ChipRecord.of(row)
    matches = [
        chip for chip in every(connection) if name and chip.ueid.hex().startswith(name.lower())
    ]
    if len(matches) == 1:
        return matches[0]
    found = f"{len(matches)} chips match {name!r}" if matches else f"no chip is called {name!r}"
    raise UnknownRecordError("look up a chip", found, "See all: mooring authority show")


def every(connection: sqlite3.Connection) -> list[ChipRecord]:
    """All chips by label."""
    return [ChipRecord.of(row) for row in connection.execute("SELECT * FROM chips ORDER BY label")]


def set_state(connection: sqlite3.Connection, ueid: bytes, state: ChipState) -> None:
    """Retires a chip, or takes it back."""
    by_ueid(connection, ueid)
    connection.execute("UPDATE chips SET state = ? WHERE ueid = ?", (state.value, ueid))


def note_attested(
    connection: sqlite3.Connection, ueid: bytes, evidence: Evidence, now: int
) -> None:
    """Records what a chip attested, as what the next evidence is compared with."""
    connection.execute(
        "UPDATE chips SET evidence = ?, attested_at = ? WHERE ueid = ?",
        (evidence.to_payload(), now, ueid),
    )


def forget_attested(connection: sqlite3.Connection, ueid: bytes) -> None:
    """Drops the history of a chip, after somebody has looked into a step back."""
    by_ueid(connection, ueid)
    connection.execute(
        "UPDATE chips SET evidence = NULL, attested_at = NULL WHERE ueid = ?", (ueid,)
    )
