# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The location result: where a chip was found to be, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host.cbor import CborValue
from mooring_host.fields import TIME_MAX
from mooring_host.states import Method, read_state
from mooring_host.token.frame import (
    CLAIM_EXP,
    CLAIM_IAT,
    CLAIM_NONCE,
    CLAIM_PROFILE,
    CLAIM_UEID,
    CLAIM_ZONE_SET,
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

_CLAIM_METHOD: Final = -75009
_CLAIM_INSIDE: Final = -75010
_CLAIM_EXCLUDED: Final = -75011
_CLAIMS: Final = frozenset(
    {
        CLAIM_EXP,
        CLAIM_IAT,
        CLAIM_NONCE,
        CLAIM_UEID,
        CLAIM_PROFILE,
        _CLAIM_METHOD,
        _CLAIM_INSIDE,
        _CLAIM_EXCLUDED,
        CLAIM_ZONE_SET,
    }
)

_refuse: Final = refusing(TokenKind.LOCATION)


@dataclass(frozen=True)
class LocationResult:
    """The claims of a location result; signed by a location key."""

    kind: ClassVar[TokenKind] = TokenKind.LOCATION

    ueid: bytes
    method: Method
    issued_at: int
    expires_at: int
    zone_set: bytes
    """Digest of the geometry behind the zone names."""
    inside: Zones = ()
    excluded: Zones = ()
    nonce: bytes | None = None
    """The chip's nonce, for a nonce-bound licence; absent for a sequence-bound one."""

    def to_payload(self) -> bytes:
        """The claim map, encoded."""
        claims: dict[int, CborValue] = {
            CLAIM_EXP: self.expires_at,
            CLAIM_IAT: self.issued_at,
            CLAIM_UEID: self.ueid,
            _CLAIM_METHOD: self.method,
            CLAIM_ZONE_SET: self.zone_set,
        }
        if self.nonce is not None:
            claims[CLAIM_NONCE] = self.nonce
        if self.inside:
            claims[_CLAIM_INSIDE] = self.inside
        if self.excluded:
            claims[_CLAIM_EXCLUDED] = self.excluded
        return encode_claims(self.kind, claims)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map.

        Raises:
            TokenError: a claim is not as the profile wants it.
        """
        fields = read_claims(payload, cls.kind, _CLAIMS)
        result = cls(
            expires_at=fields.uint(CLAIM_EXP, "exp", TIME_MAX),
            issued_at=fields.uint(CLAIM_IAT, "iat", TIME_MAX),
            nonce=(
                fields.blob(CLAIM_NONCE, "nonce", NONCE_BYTES) if fields.has(CLAIM_NONCE) else None
            ),
            ueid=fields.blob(CLAIM_UEID, "ueid", UEID_BYTES),
            method=read_state(fields.check, Method, fields.take(_CLAIM_METHOD, "method"), "method"),
            inside=read_zones(fields, _CLAIM_INSIDE, "zones proven inside", _refuse),
            excluded=read_zones(fields, _CLAIM_EXCLUDED, "zones proven excluded", _refuse),
            zone_set=fields.blob(CLAIM_ZONE_SET, "zone set", ZONE_SET_BYTES),
        )
        fields.close()
        refuse_both(result.inside, result.excluded, _refuse)
        return result

    @classmethod
    def from_token(cls, token: bytes) -> Self:
        """Reads a token without verifying it."""
        return cls.from_payload(payload_of(token, cls.kind)[1])
