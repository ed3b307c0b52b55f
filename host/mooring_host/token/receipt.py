# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The receipt: how long a landmark waited for a chip's answers, and where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host.cbor import CborValue
from mooring_host.fields import TIME_MAX
from mooring_host.token.frame import (
    CLAIM_IAT,
    CLAIM_NONCE,
    CLAIM_PROFILE,
    CLAIM_UEID,
    NONCE_BYTES,
    UEID_BYTES,
    TokenKind,
    encode_claims,
    payload_of,
    read_claims,
    refusing,
)

MAX_ROUNDS: Final = 64
MAX_WIDTH: Final = 4
LEAST_GUESS_BITS: Final = 64
SESSION_BYTES: Final = 32
DEGREE: Final = 10**7
"""Positions travel as integers of 1e-7 degree, counted from 90 south and 180 west."""
MAX_ROUND_TRIP_NS: Final = 10**12
MAX_POSITION_ERROR_M: Final = 10**6

_CLAIM_LATITUDE: Final = -75040
_CLAIM_LONGITUDE: Final = -75041
_CLAIM_POSITION_ERROR: Final = -75042
_CLAIM_ROUND_TRIPS: Final = -75043
_CLAIM_WIDTH: Final = -75044
_CLAIM_RANK: Final = -75045
_CLAIM_SESSION: Final = -75046
_CLAIMS: Final = frozenset(
    {CLAIM_IAT, CLAIM_NONCE, CLAIM_PROFILE, CLAIM_UEID, *range(_CLAIM_SESSION, -75039)}
)

_refuse: Final = refusing(TokenKind.RECEIPT)


@dataclass(frozen=True)
class Receipt:
    """The claims of a receipt; signed by a landmark key, whose kid is the token's."""

    kind: ClassVar[TokenKind] = TokenKind.RECEIPT

    ueid: bytes
    nonce: bytes
    """The verifier's, which ties the receipt to one appraisal."""
    issued_at: int
    """Seconds since 1970."""
    latitude_deg: float
    longitude_deg: float
    """The landmark's own position, WGS 84."""
    position_error_m: int
    round_trips_ns: tuple[int, ...]
    """Of every round, in order: first challenge bit sent to last response bit received."""
    width: int
    """Bytes a round."""
    rank_k: int
    """The bound is the k-th smallest round trip: fewer may be lucky early guesses."""
    session_id: bytes

    @property
    def bound_ns(self) -> int:
        """The k-th smallest round trip."""
        return sorted(self.round_trips_ns)[self.rank_k - 1]

    @property
    def guess_bits(self) -> int:
        """The bound is a lucky guess with probability 2 to the minus this."""
        return 8 * self.width * self.rank_k

    def to_payload(self) -> bytes:
        """The claim map, encoded."""
        claims: dict[int, CborValue] = {
            CLAIM_IAT: self.issued_at,
            CLAIM_NONCE: self.nonce,
            CLAIM_UEID: self.ueid,
            _CLAIM_LATITUDE: _counted(self.latitude_deg, 90),
            _CLAIM_LONGITUDE: _counted(self.longitude_deg, 180),
            _CLAIM_POSITION_ERROR: self.position_error_m,
            _CLAIM_ROUND_TRIPS: list(self.round_trips_ns),
            _CLAIM_WIDTH: self.width,
            _CLAIM_RANK: self.rank_k,
            _CLAIM_SESSION: self.session_id,
        }
        return encode_claims(self.kind, claims)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map.

        Raises:
            TokenError: a claim is not as the profile wants it, or the numbers prove nothing.
        """
        fields = read_claims(payload, cls.kind, _CLAIMS)
        latitude = fields.uint(_CLAIM_LATITUDE, "latitude", 180 * DEGREE)
        longitude = fields.uint(_CLAIM_LONGITUDE, "longitude", 360 * DEGREE)
        trips = fields.items(_CLAIM_ROUND_TRIPS, "round trips", maximum=MAX_ROUNDS)
        receipt = cls(
            ueid=fields.blob(CLAIM_UEID, "ueid", UEID_BYTES),
            nonce=fields.blob(CLAIM_NONCE, "nonce", NONCE_BYTES),
            issued_at=fields.uint(CLAIM_IAT, "iat", TIME_MAX),
            latitude_deg=(latitude - 90 * DEGREE) / DEGREE,
            longitude_deg=(longitude - 180 * DEGREE) / DEGREE,
            position_error_m=fields.uint(
                _CLAIM_POSITION_ERROR, "position error", MAX_POSITION_ERROR_M
            ),
            round_trips_ns=tuple(
                fields.check.uint(trip, "round trip", MAX_ROUND_TRIP_NS, minimum=1)
                for trip in trips
            ),
            width=fields.uint(_CLAIM_WIDTH, "width", MAX_WIDTH, minimum=1),
            rank_k=fields.uint(_CLAIM_RANK, "rank", MAX_ROUNDS, minimum=1),
            session_id=fields.blob(_CLAIM_SESSION, "session", SESSION_BYTES),
        )
        fields.close()
        if receipt.rank_k > len(receipt.round_trips_ns):
            found = f"rank {receipt.rank_k} of {len(receipt.round_trips_ns)} rounds"
            raise _refuse("CLAIM_VALUE", found)
        if receipt.guess_bits < LEAST_GUESS_BITS:
            found = f"{receipt.guess_bits} bits to guess, expected at least {LEAST_GUESS_BITS}"
            raise _refuse("CLAIM_VALUE", found)
        return receipt

    @classmethod
    def from_token(cls, token: bytes) -> Self:
        """Reads a token without verifying it."""
        return cls.from_payload(payload_of(token, cls.kind)[1])


def _counted(angle_deg: float, half: int) -> int:
    """An angle as the wire has it."""
    if not abs(angle_deg) <= half:
        raise _refuse("CLAIM_VALUE", f"an angle of {angle_deg}, expected -{half} to {half} degrees")
    return round((angle_deg + half) * DEGREE)
