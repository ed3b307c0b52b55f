# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the authority's records say, as values."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import Enum

from mooring_host import cose
from mooring_host.states import Role
from mooring_host.token.evidence import Evidence
from mooring_host.token.frame import token_digest
from mooring_host.token.licence import Freshness, NonceBound, SequenceBound
from mooring_host.token.trust import IssuerKey
from mooring_host.token.zones import Zones
from mooring_host.verifier import AttestedState, TrustState


class KeyState(Enum):
    """Whether a key goes into the next trust list."""

    ACTIVE = "active"
    REVOKED = "revoked"


class ChipState(Enum):
    """Whether a chip may be licensed."""

    ACTIVE = "active"
    RETIRED = "retired"


class LicenceState(Enum):
    """How far a licence number has come; a number that is reserved may have been signed."""

    RESERVED = "reserved"
    ISSUED = "issued"
    REVOKED = "revoked"


@dataclass(frozen=True)
class RootRecord:
    """A root key of this authority."""

    slot: int
    public_key: bytes
    uri: str
    """Where the private key is; the database holds none."""

    @property
    def cose_key(self) -> bytes:
        """The exact bytes whose SHA-384 is in the fuses."""
        return cose.encode_key(self.public_key)

    @property
    def digest(self) -> bytes:
        """That SHA-384, 48 bytes."""
        return cose.root_digest(self.public_key)

    @classmethod
    def of(cls, row: sqlite3.Row) -> RootRecord:
        """From a row of roots."""
        return cls(row["slot"], row["public_key"], row["uri"])


@dataclass(frozen=True)
class KeyRecord:
    """An issuer key."""

    key: IssuerKey
    uri: str
    state: KeyState
    added_at: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> KeyRecord:
        """From a row of keys."""
        key = IssuerKey(
            public_key=row["public_key"],
            role=Role(row["role"]),
            first_epoch=row["first_epoch"],
            not_before=row["not_before"],
            not_after=row["not_after"],
        )
        return cls(key, row["uri"], KeyState(row["state"]), row["added_at"])


@dataclass(frozen=True)
class TrustRecord:
    """An issued trust list with the root key that signed it."""

    epoch: int
    root: RootRecord
    issued_at: int
    end_running: bool
    token: bytes

    @property
    def state(self) -> TrustState:
        """What a chip attests that has accepted it."""
        return TrustState(self.root.slot, self.epoch, token_digest(self.token))

    @classmethod
    def of(cls, row: sqlite3.Row) -> TrustRecord:
        """From a row of trust_lists joined with roots."""
        return cls(
            row["epoch"],
            RootRecord.of(row),
            row["issued_at"],
            bool(row["end_running"]),
            row["token"],
        )


@dataclass(frozen=True)
class ChipRecord:
    """An enrolled chip."""

    ueid: bytes
    device_key: bytes
    """32 bytes."""
    label: str
    enrolled_at: int
    state: ChipState
    attested_at: int | None
    evidence: Evidence | None
    """The last evidence that was appraised and not found to be a step back."""

    @property
    def attested(self) -> AttestedState | None:
        """What may not go backwards."""
        return None if self.evidence is None else AttestedState.of(self.evidence)

    @classmethod
    def of(cls, row: sqlite3.Row) -> ChipRecord:
        """From a row of chips."""
        payload = row["evidence"]
        return cls(
            ueid=row["ueid"],
            device_key=row["device_key"],
            label=row["label"],
            enrolled_at=row["enrolled_at"],
            state=ChipState(row["state"]),
            attested_at=row["attested_at"],
            evidence=None if payload is None else Evidence.from_payload(payload),
        )


@dataclass(frozen=True)
class LocationRecord:
    """A location result and what it rests on."""

    digest: bytes
    ueid: bytes
    issued_at: int
    expires_at: int
    basis: str
    token: bytes

    @classmethod
    def of(cls, row: sqlite3.Row) -> LocationRecord:
        """From a row of locations."""
        return cls(
            row["digest"],
            row["ueid"],
            row["issued_at"],
            row["expires_at"],
            row["basis"],
            row["token"],
        )


@dataclass(frozen=True)
class LicenceRecord:
    """A licence number and what became of it."""

    number: bytes
    ueid: bytes
    state: LicenceState
    freshness: Freshness
    issued_at: int
    expires_at: int
    """As the licence says."""
    ends_at: int
    """When nothing of it is left: its own expiry, or that of its location result if sooner."""
    cycles: int
    seconds: int | None
    inside: Zones
    excluded: Zones
    location_digest: bytes
    token: bytes | None
    revoked_at: int | None
    reason: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> LicenceRecord:
        """From a row of licences."""
        freshness: Freshness = (
            SequenceBound(row["epoch"], row["sequence"])
            if row["nonce"] is None
            else NonceBound(row["nonce"])
        )
        return cls(
            number=row["number"],
            ueid=row["ueid"],
            state=LicenceState(row["state"]),
            freshness=freshness,
            issued_at=row["issued_at"],
            expires_at=row["expires_at"],
            ends_at=min(row["expires_at"], row["place_expires_at"]),
            cycles=row["cycles"],
            seconds=row["seconds"],
            inside=tuple(row["inside"].split()),
            excluded=tuple(row["excluded"].split()),
            location_digest=row["location_digest"],
            token=row["token"],
            revoked_at=row["revoked_at"],
            reason=row["reason"],
        )
