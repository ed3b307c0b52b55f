# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The licence: this chip may compute, where, until when and how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self, TypeAlias

from mooring_host.cbor import CborValue
from mooring_host.errors import Error
from mooring_host.fields import TIME_MAX, UINT32_MAX, Fault, MapReader
from mooring_host.token.frame import (
    CLAIM_CTI,
    CLAIM_EPOCH,
    CLAIM_EXP,
    CLAIM_IAT,
    CLAIM_NBF,
    CLAIM_NONCE,
    CLAIM_PROFILE,
    CLAIM_SEQUENCE,
    CLAIM_UEID,
    CLAIM_ZONE_SET,
    DIGEST_BYTES,
    NONCE_BYTES,
    UEID_BYTES,
    ZONE_SET_BYTES,
    TokenKind,
    encode_claims,
    payload_of,
    read_claims,
    refusing,
)
from mooring_host.token.zones import Zones, read_zones, refuse_both

NUMBER_BYTES: Final = 16
"""A licence number: 8 bytes of the authority, 8 of its counter."""

_CLAIM_ALLOWANCE: Final = -75005
_CLAIM_INSIDE: Final = -75006
_CLAIM_EXCLUDED: Final = -75007
_CLAIM_LOCATION: Final = -75008
_CLAIMS: Final = frozenset(
    {
        CLAIM_EXP,
        CLAIM_NBF,
        CLAIM_IAT,
        CLAIM_CTI,
        CLAIM_NONCE,
        CLAIM_UEID,
        CLAIM_PROFILE,
        CLAIM_EPOCH,
        CLAIM_SEQUENCE,
        _CLAIM_ALLOWANCE,
        _CLAIM_INSIDE,
        _CLAIM_EXCLUDED,
        _CLAIM_LOCATION,
        CLAIM_ZONE_SET,
    }
)
_METER_CYCLES: Final = 1
_METER_SECONDS: Final = 2

_refuse: Final = refusing(TokenKind.LICENCE)


@dataclass(frozen=True)
class NonceBound:
    """Fresh because it answers the chip's current nonce."""

    nonce: bytes


@dataclass(frozen=True)
class SequenceBound:
    """Fresh because (epoch, sequence) is above the last one used; for chips without a line."""

    epoch: int
    sequence: int


Freshness: TypeAlias = NonceBound | SequenceBound


@dataclass(frozen=True)
class Allowance:
    """What a grant may use."""

    cycles: int
    """Engine cycles."""
    seconds: int | None = None
    """Seconds from acceptance; None: until the licence or the location result expires."""


@dataclass(frozen=True)
class Licence:
    """The claims of a licence; signed by a licence key."""

    kind: ClassVar[TokenKind] = TokenKind.LICENCE

    number: bytes
    ueid: bytes
    freshness: Freshness
    issued_at: int
    not_before: int
    expires_at: int
    allowance: Allowance
    location_digest: bytes
    """SHA-256 of the whole location token."""
    zone_set: bytes
    required_inside: Zones = ()
    """The chip must be proven inside one of them."""
    required_excluded: Zones = ()
    """The chip must be proven outside each of them."""

    def to_payload(self) -> bytes:
        """The claim map, encoded."""
        meters: dict[int, CborValue] = {_METER_CYCLES: self.allowance.cycles}
        if self.allowance.seconds is not None:
            meters[_METER_SECONDS] = self.allowance.seconds
        claims: dict[int, CborValue] = {
            CLAIM_EXP: self.expires_at,
            CLAIM_NBF: self.not_before,
            CLAIM_IAT: self.issued_at,
            CLAIM_CTI: self.number,
            CLAIM_UEID: self.ueid,
            _CLAIM_ALLOWANCE: meters,
            _CLAIM_LOCATION: self.location_digest,
            CLAIM_ZONE_SET: self.zone_set,
        }
        match self.freshness:
            case NonceBound(nonce):
                claims[CLAIM_NONCE] = nonce
            case SequenceBound(epoch, sequence):
                claims[CLAIM_EPOCH] = epoch
                claims[CLAIM_SEQUENCE] = sequence
        if self.required_inside:
            claims[_CLAIM_INSIDE] = self.required_inside
        if self.required_excluded:
            claims[_CLAIM_EXCLUDED] = self.required_excluded
        return encode_claims(self.kind, claims)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map.

        Raises:
            TokenError: a claim is not as the profile wants it.
        """
        fields = read_claims(payload, cls.kind, _CLAIMS)
        nonce = fields.blob(CLAIM_NONCE, "nonce", NONCE_BYTES) if fields.has(CLAIM_NONCE) else None
        epoch = fields.uint(CLAIM_EPOCH, "epoch") if fields.has(CLAIM_EPOCH) else None
        sequence = fields.uint(CLAIM_SEQUENCE, "sequence") if fields.has(CLAIM_SEQUENCE) else None
        licence = cls(
            expires_at=fields.uint(CLAIM_EXP, "exp", TIME_MAX),
            not_before=fields.uint(CLAIM_NBF, "nbf", TIME_MAX),
            issued_at=fields.uint(CLAIM_IAT, "iat", TIME_MAX),
            number=fields.blob(CLAIM_CTI, "cti", NUMBER_BYTES),
            ueid=fields.blob(CLAIM_UEID, "ueid", UEID_BYTES),
            allowance=_read_allowance(fields),
            location_digest=fields.blob(_CLAIM_LOCATION, "location digest", DIGEST_BYTES),
            zone_set=fields.blob(CLAIM_ZONE_SET, "zone set", ZONE_SET_BYTES),
            required_inside=read_zones(fields, _CLAIM_INSIDE, "zones required inside", _refuse),
            required_excluded=read_zones(
                fields, _CLAIM_EXCLUDED, "zones required excluded", _refuse
            ),
            freshness=_freshness(nonce, epoch, sequence),
        )
        fields.close()
        refuse_both(licence.required_inside, licence.required_excluded, _refuse)
        if not licence.required_inside and not licence.required_excluded:
            raise _refuse("CLAIM_NO_CONDITION", "no zone is required inside or excluded")
        return licence

    @classmethod
    def from_token(cls, token: bytes) -> Self:
        """Reads a token without verifying it."""
        return cls.from_payload(payload_of(token, cls.kind)[1])


def _freshness(nonce: bytes | None, epoch: int | None, sequence: int | None) -> Freshness:
    match (nonce, epoch, sequence):
        case (bytes() as value, None, None):
            return NonceBound(value)
        case (None, int() as first, int() as second):
            return SequenceBound(first, second)
        case _:
            parts = {"nonce": nonce, "epoch": epoch, "sequence": sequence}
            found = [name for name, value in parts.items() if value is not None]
            raise _refuse(
                "CLAIM_FRESHNESS_FORM",
                f"found {' and '.join(found) or 'none'}, "
                "expected exactly one of nonce and (epoch, sequence)",
            )


def _read_allowance(fields: MapReader) -> Allowance:
    value = fields.take(_CLAIM_ALLOWANCE, "allowance")

    def fail(fault: Fault, found: str) -> Error:
        word = "CLAIM_VALUE" if fault is Fault.VALUE else "CLAIM_ALLOWANCE"
        return _refuse(word, f"allowance: {found}")

    meters = MapReader(fields.check.mapping(value, "allowance"), fail)
    cycles = meters.uint(_METER_CYCLES, "engine cycles")
    seconds = None
    if meters.has(_METER_SECONDS):
        seconds = meters.uint(_METER_SECONDS, "seconds", UINT32_MAX)
    meters.close()
    return Allowance(cycles, seconds)
