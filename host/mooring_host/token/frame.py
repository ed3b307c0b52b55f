# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What all tokens share: their kinds, how claims become a token, how claims are read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import Enum
from typing import ClassVar, Final, Protocol, Self

from mooring_host import cbor, cose
from mooring_host.cbor import CborValue
from mooring_host.cose import Sign1
from mooring_host.errors import CborError, Error, TokenError
from mooring_host.fields import Fail, Fault, MapReader
from mooring_host.keys.signer import Signer

CLAIM_EXP: Final = 4
CLAIM_NBF: Final = 5
CLAIM_IAT: Final = 6
CLAIM_CTI: Final = 7
CLAIM_NONCE: Final = 10
CLAIM_UEID: Final = 256
CLAIM_PROFILE: Final = 265
CLAIM_EPOCH: Final = -75001
CLAIM_SEQUENCE: Final = -75002
CLAIM_ZONE_SET: Final = -75012

NONCE_BYTES: Final = 32
UEID_BYTES: Final = 33
DIGEST_BYTES: Final = 32
ZONE_SET_BYTES: Final = 8


class TokenKind(Enum):
    """The kinds of token; the value is the NAME in typ and profile."""

    TRUST = "trust"
    LICENCE = "licence"
    LOCATION = "location"
    EVIDENCE = "evidence"
    RECEIPT = "receipt"
    RANGING = "ranging"

    @property
    def typ(self) -> str:
        """The typ header (RFC 9596)."""
        return f"application/vnd.mooring.{self.value}+cwt"

    @property
    def profile(self) -> str:
        """The profile claim (RFC 9711 §4.3.2)."""
        return f"tag:mooring.example,2026:{self.value}"

    @classmethod
    def of_typ(cls, typ: str) -> TokenKind | None:
        """The kind with this typ header, if there is one."""
        return next((kind for kind in cls if kind.typ == typ), None)


class Claims(Protocol):
    """The claims of one token."""

    kind: ClassVar[TokenKind]

    def to_payload(self) -> bytes:
        """The claim map, encoded."""
        ...

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map; raises `TokenError`."""
        ...


def issue(claims: Claims, signer: Signer) -> bytes:
    """Signs `claims` and returns the token.

    Raises:
        TokenError: no chip would accept the claims, or the token is too long to be read.
        KeyFileError: the key cannot be used.
    """
    payload = claims.to_payload()
    # One set of rules for both directions: what cannot be read is not issued.
    type(claims).from_payload(payload)
    token = cose.sign1(claims.kind.typ, payload, signer)
    if len(token) > cose.MAX_TOKEN:
        raise TokenError(
            "COSE_TOKEN_TOO_LONG",
            f"issue a {claims.kind.value} token",
            f"{len(token)} bytes, expected at most {cose.MAX_TOKEN}",
            "List fewer keys or zones.",
        )
    return token


def payload_of(token: bytes, kind: TokenKind) -> tuple[Sign1, bytes]:
    """The frame of a token of `kind`, and its payload."""
    frame = cose.parse_sign1(token, kind.typ)
    return frame, frame.payload


def token_digest(token: bytes) -> bytes:
    """SHA-256 of the whole token, by which licences name location results."""
    return hashlib.sha256(token).digest()


_WORDS: Final = {
    Fault.MALFORMED: "CLAIM_MALFORMED",
    Fault.UNKNOWN: "CLAIM_UNKNOWN",
    Fault.MISSING: "CLAIM_MISSING",
    Fault.VALUE: "CLAIM_VALUE",
}


def failing(kind: TokenKind) -> Fail:
    """Makes the errors of one kind of token."""

    def fail(fault: Fault, found: str) -> Error:
        return TokenError(_WORDS[fault], f"read the claims of a {kind.value} token", found)

    return fail


def refusing(kind: TokenKind) -> Callable[[str, str], TokenError]:
    """Makes errors with a word of their own."""

    def refuse(word: str, found: str) -> TokenError:
        return TokenError(word, f"read the claims of a {kind.value} token", found)

    return refuse


def read_claims(payload: bytes, kind: TokenKind, known: frozenset[int]) -> MapReader:
    """The closed claim map of a payload, its profile already checked."""
    try:
        value = cbor.decode(payload)
    except CborError as error:
        raise failing(kind)(Fault.MALFORMED, error.found) from error
    fields = MapReader(value, failing(kind))
    fields.refuse_unknown(known)
    if fields.has(CLAIM_PROFILE):
        profile = fields.text(CLAIM_PROFILE, "eat_profile")
        if profile != kind.profile:
            raise refusing(kind)(
                "CLAIM_PROFILE", f"eat_profile: found {profile!r}, expected {kind.profile!r}"
            )
    else:
        fields.take(CLAIM_PROFILE, "eat_profile")
    return fields


def encode_claims(kind: TokenKind, claims: dict[int, CborValue]) -> bytes:
    """The payload of a token: the claims and the profile."""
    return cbor.encode({**claims, CLAIM_PROFILE: kind.profile})
