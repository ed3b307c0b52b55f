# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Licence numbers, sequences and location results in the records."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from mooring_host.authority.records import LicenceRecord, LocationRecord
from mooring_host.errors import DatabaseError, UnknownRecordError
from mooring_host.token.licence import Licence, NonceBound, SequenceBound

_RECORDS: Final = (
    "SELECT licences.*, locations.expires_at AS place_expires_at FROM licences"
    " JOIN locations ON locations.digest = licences.location_digest"
)


def put_location(connection: sqlite3.Connection, record: LocationRecord) -> None:
    """Records a location result; the same one again is left as it is."""
    connection.execute(
        "INSERT OR IGNORE INTO locations VALUES (?, ?, ?, ?, ?, ?)",
        (
            record.digest,
            record.ueid,
            record.issued_at,
            record.expires_at,
            record.basis,
            record.token,
        ),
    )


def location(connection: sqlite3.Connection, digest: bytes) -> LocationRecord:
    """The location result with this digest.

    Raises:
        UnknownRecordError: there is none.
    """
    row = connection.execute("SELECT * FROM locations WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise UnknownRecordError("look up a location result", f"none has the digest {digest.hex()}")
    return LocationRecord.of(row)


def next_sequence(
    connection: sqlite3.Connection, ueid: bytes, epoch: int, attested: tuple[int, int]
) -> int:
    """The lowest sequence of `epoch` that this chip was never given and has not used.

    Args:
        connection: in a transaction that goes on to reserve it.
        ueid: the chip.
        epoch: of the licence to be.
        attested: (epoch, sequence) that the chip attested as used last.
    """
    row = connection.execute(
        "SELECT max(sequence) FROM licences WHERE ueid = ? AND epoch = ?", (ueid, epoch)
    ).fetchone()
    given = row[0] or 0
    used = attested[1] if attested[0] == epoch else 0
    return max(int(given), used) + 1


def reserve(connection: sqlite3.Connection, licence: Licence) -> Licence:
    """Takes the next licence number for `licence` and records all its terms.

    The number in `licence` is replaced. Must be durable before anything is signed.
    """
    row = connection.execute("SELECT id, next_licence FROM authority").fetchone()
    counter = int(row["next_licence"])
    number = row["id"] + counter.to_bytes(8, "big")
    nonce = epoch = sequence = None
    match licence.freshness:
        case NonceBound():
            nonce = licence.freshness.nonce
        case SequenceBound():
            epoch, sequence = licence.freshness.epoch, licence.freshness.sequence
    connection.execute("UPDATE authority SET next_licence = ?", (counter + 1,))
    connection.execute(
        "INSERT INTO licences (counter, number, ueid, state, nonce, epoch, sequence, issued_at,"
        " expires_at, cycles, seconds, inside, excluded, location_digest)"
        " VALUES (?, ?, ?, 'reserved', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            counter,
            number,
            licence.ueid,
            nonce,
            epoch,
            sequence,
            licence.issued_at,
            licence.expires_at,
            licence.allowance.cycles,
            licence.allowance.seconds,
            " ".join(licence.required_inside),
            " ".join(licence.required_excluded),
            licence.location_digest,
        ),
    )
    return replace(licence, number=number)


def complete(connection: sqlite3.Connection, number: bytes, token: bytes) -> LicenceRecord:
    """Records the signed licence of a reserved number.

    Raises:
        DatabaseError: the number is not reserved.
    """
    done = connection.execute(
        "UPDATE licences SET state = 'issued', token = ? WHERE number = ? AND state = 'reserved'",
        (token, number),
    )
    if done.rowcount != 1:
        raise DatabaseError("issue a licence", f"number {number.hex()} is not reserved")
    return by_number(connection, number)


def by_number(connection: sqlite3.Connection, number: bytes) -> LicenceRecord:
    """The licence with this number.

    Raises:
        UnknownRecordError: there is none.
    """
    row = connection.execute(f"{_RECORDS} WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise UnknownRecordError(
            "look up a licence",
            f"there is no number {number.hex()}",
            "See all: mooring licence list",
        )
    return LicenceRecord.of(row)


def revoke(connection: sqlite3.Connection, number: bytes, reason: str, now: int) -> LicenceRecord:
    """Marks a licence as revoked; one that is revoked already is left as it is."""
    by_number(connection, number)
    connection.execute(
        "UPDATE licences SET state = 'revoked', revoked_at = ?, reason = ?"
        " WHERE number = ? AND state <> 'revoked'",
        (now, reason, number),
    )
    return by_number(connection, number)


def every(connection: sqlite3.Connection, ueid: bytes | None = None) -> list[LicenceRecord]:
    """All licences, or those of one chip, in order of number."""
    rows = connection.execute(
        f"{_RECORDS} WHERE ?1 IS NULL OR licences.ueid = ?1 ORDER BY counter", (ueid,)
    )
    return [LicenceRecord.of(row) for row in rows]
