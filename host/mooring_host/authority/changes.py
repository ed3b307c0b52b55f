# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Changes of keys that chips learn of by the trust list issued with them.

A change and the epoch of its list are one transaction: there is no moment at which the keys
have changed and no list is under way that says so.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from mooring_host.authority import trust
from mooring_host.authority.records import KeyState
from mooring_host.keys.registry import SignerSource
from mooring_host.keys.signer import Signer
from mooring_host.states import Role

KEY_LIFETIME_S: Final = 2 * 365 * 24 * 3600
"""How long a key may sign unless told otherwise."""


@dataclass(frozen=True)
class AddKey:
    """One more key of a role."""

    role: Role
    uri: str
    not_before: int | None = None
    """None: from now on."""
    not_after: int | None = None
    """None: for `KEY_LIFETIME_S`."""

    def times(self, now: int) -> tuple[int, int]:
        """(not before, not after), if it is added now."""
        start = now if self.not_before is None else self.not_before
        return start, start + KEY_LIFETIME_S if self.not_after is None else self.not_after


@dataclass(frozen=True)
class RotateKey(AddKey):
    """A new key in the place of all active ones of its role."""


@dataclass(frozen=True)
class RevokeKey:
    """A key less, for good."""

    kid: bytes


@dataclass(frozen=True)
class AddRoot:
    """A root key in a slot; the highest slot signs from then on."""

    slot: int
    uri: str


@dataclass(frozen=True)
class Restore:
    """After a copy of the records was put back: no number that was given since is given again."""


TrustChange: TypeAlias = AddKey | RevokeKey | AddRoot | Restore


def signer_of(change: TrustChange | None, signers: SignerSource) -> Signer | None:
    """The private key that a change names, to be found before anything is changed.

    Raises:
        KeyFileError: there is none.
    """
    match change:
        case AddKey() | AddRoot():
            return signers(change.uri)
        case RevokeKey() | Restore() | None:
            return None
        case _:
            assert_never(change)


def apply(
    connection: sqlite3.Connection, change: TrustChange, signer: Signer | None, now: int
) -> None:
    """Makes a change in the transaction that goes on to reserve its list.

    Args:
        connection: in that transaction.
        change: what to change.
        signer: of `signer_of`.
        now: the time.

    Raises:
        UsageError: the records do not allow it.
        UnknownRecordError: there is no such key.
    """
    match change:
        case AddKey() if signer is not None:
            if isinstance(change, RotateKey):
                _revoke_role(connection, change.role)
            start, end = change.times(now)
            public_key = signer.public_key
            trust.add_key(connection, public_key, change.role, change.uri, start, end, now)
        case AddRoot() if signer is not None:
            trust.add_root(connection, change.slot, signer.public_key, change.uri, now)
        case RevokeKey():
            trust.revoke_key(connection, change.kid)
        case Restore():
            trust.skip_numbers(connection)
        case _:
            raise AssertionError(f"no key was found for {change}")


def _revoke_role(connection: sqlite3.Connection, role: Role) -> None:
    for record in trust.keys(connection):
        if record.key.role is role and record.state is KeyState.ACTIVE:
            trust.revoke_key(connection, record.key.kid)
