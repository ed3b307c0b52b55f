# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Root keys, issuer keys and the trust lists that name them."""

from __future__ import annotations

import sqlite3
from typing import Final

from mooring_host.authority import chips
from mooring_host.authority.records import KeyRecord, KeyState, RootRecord, TrustRecord
from mooring_host.errors import DatabaseError, UnknownRecordError, UsageError
from mooring_host.states import Role
from mooring_host.token.trust import MAX_KEYS, IssuerKey, TrustList

EPOCHS_SKIPPED: Final = 2**16
"""More lists than are issued between two copies of the records."""
LICENCES_SKIPPED: Final = 2**40
"""The same for licences."""

_LISTS: Final = (
    "SELECT * FROM trust_lists JOIN roots ON roots.slot = trust_lists.root_slot"
    " WHERE state = 'issued'"
)


def roots(connection: sqlite3.Connection) -> list[RootRecord]:
    """The root keys by slot."""
    return [RootRecord.of(row) for row in connection.execute("SELECT * FROM roots ORDER BY slot")]


def add_root(
    connection: sqlite3.Connection, slot: int, public_key: bytes, uri: str, now: int
) -> RootRecord:
    """Records a root key for a slot; trust lists are signed by the highest slot.

    Raises:
        UsageError: the slot is taken or no slot, or the key is in use already.
    """
    attempted = f"add a root key in slot {slot}"
    if not 0 <= slot <= 3:
        raise UsageError(attempted, "there are slots 0 to 3")
    row = connection.execute("SELECT 1 FROM keys WHERE public_key = ?", (public_key,)).fetchone()
    if row is not None:
        raise UsageError(attempted, "the key is an issuer key already; one key has one role")
    try:
        connection.execute(
            "INSERT INTO roots (slot, public_key, uri, added_at) VALUES (?, ?, ?, ?)",
            (slot, public_key, uri, now),
        )
    except sqlite3.IntegrityError as error:
        raise UsageError(attempted, "the slot is taken, or the key is in another slot") from error
    return RootRecord(slot, public_key, uri)


def keys(connection: sqlite3.Connection) -> list[KeyRecord]:
    """All issuer keys, oldest first."""
    return [KeyRecord.of(row) for row in connection.execute("SELECT * FROM keys ORDER BY rowid")]


def is_active(connection: sqlite3.Connection, kid: bytes) -> bool:
    """Whether this is a key of ours that was not revoked."""
    query = "SELECT 1 FROM keys WHERE kid = ? AND state = 'active'"
    return connection.execute(query, (kid,)).fetchone() is not None


def next_epoch(connection: sqlite3.Connection) -> int:
    """The epoch of the list that will be issued next."""
    return int(connection.execute("SELECT next_epoch FROM authority").fetchone()[0])


def add_key(
    connection: sqlite3.Connection,
    public_key: bytes,
    role: Role,
    uri: str,
    not_before: int,
    not_after: int,
    now: int,
) -> KeyRecord:
    """Records an issuer key for the next trust list.

    Raises:
        UsageError: the key is in use already, or its times are the wrong way round.
    """
    attempted = f"add a {role.name.lower()} key"
    if not_before >= not_after:
        raise UsageError(attempted, f"not before {not_before} is not before {not_after}")
    key = IssuerKey(public_key, role, next_epoch(connection), not_before, not_after)
    taken = connection.execute("SELECT 1 FROM roots WHERE public_key = ?", (public_key,)).fetchone()
    if taken is not None:
        raise UsageError(attempted, "the key is a root key; one key has one role")
    try:
        connection.execute(
            "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?)",
            (
                key.kid,
                public_key,
                int(role),
                uri,
                key.first_epoch,
                not_before,
                not_after,
                now,
            ),
        )
    except sqlite3.IntegrityError as error:
        raise UsageError(attempted, f"key {key.kid.hex()} is recorded already") from error
    return KeyRecord(key, uri, KeyState.ACTIVE, now)


def revoke_key(connection: sqlite3.Connection, kid: bytes) -> KeyRecord:
    """Takes a key out of the next trust list, for good.

    Raises:
        UnknownRecordError: there is no such key.
    """
    row = connection.execute("SELECT * FROM keys WHERE kid = ?", (kid,)).fetchone()
    if row is None:
        raise UnknownRecordError(
            "revoke a key", f"there is no key {kid.hex()}", "See all: mooring authority show"
        )
    connection.execute("UPDATE keys SET state = 'revoked' WHERE kid = ?", (kid,))
    return KeyRecord.of(row)


def skip_numbers(connection: sqlite3.Connection) -> None:
    """Goes on with epochs and licence numbers far above all that were ever given.

    Sequences count anew in each epoch, so that they are new with it.
    """
    attested = [chip.evidence.epoch for chip in chips.every(connection) if chip.evidence]
    epoch = max([next_epoch(connection), *attested]) + EPOCHS_SKIPPED
    connection.execute(
        "UPDATE authority SET next_epoch = ?, next_licence = next_licence + ?",
        (epoch, LICENCES_SKIPPED),
    )


def reserve_list(
    connection: sqlite3.Connection, end_running: bool, now: int
) -> tuple[TrustList, RootRecord]:
    """Takes the next epoch for a list of all active keys; the list is still to be signed.

    Raises:
        UsageError: there is no root, no key, or more keys than a list can hold.
    """
    attempted = "issue a trust list"
    all_roots = roots(connection)
    if not all_roots:
        raise UsageError(attempted, "the authority has no root key")
    root = all_roots[-1]
    listed = tuple(record.key for record in keys(connection) if record.state is KeyState.ACTIVE)
    if not 1 <= len(listed) <= MAX_KEYS:
        raise UsageError(
            attempted,
            f"{len(listed)} active keys, a list holds 1 to {MAX_KEYS}",
            "Add a key, or revoke old ones: mooring authority trust --help",
        )
    epoch = next_epoch(connection)
    connection.execute("UPDATE authority SET next_epoch = ?", (epoch + 1,))
    connection.execute(
        "INSERT INTO trust_lists (epoch, root_slot, state, issued_at, end_running)"
        " VALUES (?, ?, 'reserved', ?, ?)",
        (epoch, root.slot, now, int(end_running)),
    )
    return TrustList(now, epoch, listed, end_running), root


def complete_list(connection: sqlite3.Connection, epoch: int, token: bytes) -> None:
    """Records the signed list of a reserved epoch.

    Raises:
        DatabaseError: the epoch is not reserved.
    """
    done = connection.execute(
        "UPDATE trust_lists SET state = 'issued', token = ? WHERE epoch = ? AND state = 'reserved'",
        (token, epoch),
    )
    if done.rowcount != 1:
        raise DatabaseError("issue a trust list", f"epoch {epoch} is not reserved")


def current_list(connection: sqlite3.Connection) -> TrustRecord:
    """The newest issued list.

    Raises:
        UnknownRecordError: none was issued.
    """
    row = connection.execute(f"{_LISTS} ORDER BY epoch DESC LIMIT 1").fetchone()
    if row is None:
        raise UnknownRecordError(
            "look up the trust list",
            "none was issued yet",
            "Issue one: mooring authority trust --issue",
        )
    return TrustRecord.of(row)


def every_list(connection: sqlite3.Connection) -> list[TrustRecord]:
    """All issued lists by epoch."""
    return [TrustRecord.of(row) for row in connection.execute(f"{_LISTS} ORDER BY epoch")]
