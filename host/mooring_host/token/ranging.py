# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The ranging token: what a landmark asked in a session, and what the chip was bound to answer.

The chip's hardware signs it after the timed phase (docs/protocol.md, Ranging). It says nothing of
time: that is the landmark's to measure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host import cose
from mooring_host.cbor import CborValue
from mooring_host.errors import TokenError
from mooring_host.token.frame import (
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
KID_BYTES: Final = 8
SALT_BYTES: Final = 32

_CONTEXT: Final = b"mooring ranging 1"
_CLAIM_LANDMARK: Final = -75047
_CLAIM_CHIP_NONCE: Final = -75048
_CLAIM_ROUNDS: Final = -75049
_CLAIM_WIDTH: Final = -75050
_CLAIM_CHALLENGES: Final = -75051
_CLAIM_COMMITTED: Final = -75052
_CLAIM_SALT: Final = -75053
_CLAIMS: Final = frozenset(
    {CLAIM_NONCE, CLAIM_PROFILE, CLAIM_UEID, *range(_CLAIM_SALT, _CLAIM_LANDMARK + 1)}
)

_refuse: Final = refusing(TokenKind.RANGING)


@dataclass(frozen=True)
class RangingProof:
    """The claims of a ranging token; signed by the device key."""

    kind: ClassVar[TokenKind] = TokenKind.RANGING

    ueid: bytes
    landmark_kid: bytes
    landmark_nonce: bytes
    chip_nonce: bytes
    rounds: int
    width: int
    """Bytes a round."""
    challenges: bytes
    """As they reached the chip, of all rounds in order."""
    committed: bytes
    """As long; each answer was its challenge XOR these."""
    salt: bytes

    @property
    def session_id(self) -> bytes:
        """SHA-256 over who ranges whom, and how."""
        shape = bytes((self.rounds, self.width))
        parts = (self.landmark_kid, self.landmark_nonce, self.chip_nonce, self.ueid, shape)
        return hashlib.sha256(b"".join(parts)).digest()

    @property
    def commitment(self) -> bytes:
        """What the chip must have told before the first challenge."""
        return hashlib.sha256(_CONTEXT + self.session_id + self.salt + self.committed).digest()

    @property
    def responses(self) -> bytes:
        """What the chip answered, of all rounds in order."""
        return bytes(a ^ b for a, b in zip(self.challenges, self.committed, strict=True))

    def to_payload(self) -> bytes:
        """The claim map, encoded."""
        claims: dict[int, CborValue] = {
            CLAIM_NONCE: self.landmark_nonce,
            CLAIM_UEID: self.ueid,
            _CLAIM_LANDMARK: self.landmark_kid,
            _CLAIM_CHIP_NONCE: self.chip_nonce,
            _CLAIM_ROUNDS: self.rounds,
            _CLAIM_WIDTH: self.width,
            _CLAIM_CHALLENGES: self.challenges,
            _CLAIM_COMMITTED: self.committed,
            _CLAIM_SALT: self.salt,
        }
        return encode_claims(self.kind, claims)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map; raises `TokenError` if a claim is not as the profile wants it."""
        fields = read_claims(payload, cls.kind, _CLAIMS)
        rounds = fields.uint(_CLAIM_ROUNDS, "rounds", MAX_ROUNDS, minimum=1)
        width = fields.uint(_CLAIM_WIDTH, "width", MAX_WIDTH, minimum=1)
        proof = cls(
            ueid=fields.blob(CLAIM_UEID, "ueid", UEID_BYTES),
            landmark_kid=fields.blob(_CLAIM_LANDMARK, "landmark's key id", KID_BYTES),
            landmark_nonce=fields.blob(CLAIM_NONCE, "landmark's nonce", NONCE_BYTES),
            chip_nonce=fields.blob(_CLAIM_CHIP_NONCE, "chip's nonce", NONCE_BYTES),
            rounds=rounds,
            width=width,
            challenges=fields.blob(_CLAIM_CHALLENGES, "challenges", rounds * width),
            committed=fields.blob(_CLAIM_COMMITTED, "committed bytes", rounds * width),
            salt=fields.blob(_CLAIM_SALT, "salt", SALT_BYTES),
        )
        fields.close()
        return proof

    @classmethod
    def from_token(cls, token: bytes) -> Self:
        """Reads a token without verifying it."""
        return cls.from_payload(payload_of(token, cls.kind)[1])

    @classmethod
    def verify(cls, token: bytes, public_key: bytes) -> Self:
        """Reads a token that the chip of this device key must have signed.

        What a landmark saw must be compared with it still: nonce, challenges, responses and
        commitment.

        Args:
            token: the whole token.
            public_key: raw Ed25519 device key, 32 bytes.

        Raises:
            TokenError: ``COSE_…`` and ``CBOR_…`` of the frame; ``KEY_UNKNOWN``: another key's;
                ``KEY_SIGNATURE``; ``CLAIM_…``; ``DECISION_CHIP``: the id is not this key's.
        """
        frame = cose.parse_sign1(token, cls.kind.typ)
        attempted = "verify a ranging token"
        if frame.kid != cose.kid_of(public_key):
            found = f"signed by key {frame.kid.hex()}, expected {cose.kid_of(public_key).hex()}"
            raise TokenError("KEY_UNKNOWN", attempted, found)
        if not frame.verified_by(public_key):
            raise TokenError("KEY_SIGNATURE", attempted, "the signature does not verify")
        proof = cls.from_payload(frame.payload)
        if proof.ueid != b"\x01" + cose.thumbprint(public_key):
            raise _refuse("DECISION_CHIP", f"chip {proof.ueid.hex()}, which is not this key's")
        return proof
