# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Whether a token was signed by a key that may sign its kind.

This is the signature and the right to sign, and nothing more: freshness, time, place and chip
are for the chip to decide (docs/protocol.md, Decisions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mooring_host import cose
from mooring_host.states import Role
from mooring_host.token.frame import TokenKind
from mooring_host.token.inspect import inspect
from mooring_host.token.trust import TrustList


@dataclass(frozen=True)
class Signers:
    """Who may sign what."""

    roots: tuple[bytes, ...] = ()
    """Public root keys."""
    trust: TrustList | None = None
    """The list in force."""
    devices: Mapping[bytes, str] | None = None
    """Labels of chips by public key."""


@dataclass(frozen=True)
class Provenance:
    """The verdict on a token's signature."""

    kind: TokenKind
    kid: bytes
    signer: str | None
    """Who signed it; None: nobody who may."""
    problem: str = ""
    """Why not, if nobody."""

    @property
    def genuine(self) -> bool:
        """Whether somebody signed it who may."""
        return self.signer is not None


def verify_token(token: bytes, signers: Signers) -> Provenance:
    """Verifies a token's signature against those who may sign its kind.

    Raises:
        TokenError: it is no well-formed token of this protocol.
    """
    frame = cose.parse_sign1(token)
    kind = inspect(token).kind
    candidates = {cose.kid_of(key): (key, name) for key, name in _candidates(kind, signers).items()}
    found = candidates.get(frame.kid)
    if found is None:
        known = ", ".join(kid.hex() for kid in candidates) or "none"
        return Provenance(
            kind,
            frame.kid,
            None,
            f"no {_WHO[kind]} has the kid {frame.kid.hex()} (known: {known})",
        )
    key, name = found
    if not frame.verified_by(key):
        return Provenance(kind, frame.kid, None, f"the signature of {name} does not verify")
    return Provenance(kind, frame.kid, name)


_WHO = {
    TokenKind.TRUST: "root key",
    TokenKind.LICENCE: "licence key in the trust list",
    TokenKind.LOCATION: "location key in the trust list",
    TokenKind.EVIDENCE: "enrolled chip",
    TokenKind.RECEIPT: "landmark key in the trust list",
    TokenKind.RANGING: "enrolled chip",
}


def _candidates(kind: TokenKind, signers: Signers) -> dict[bytes, str]:
    match kind:
        case TokenKind.TRUST:
            return {key: f"root key {cose.kid_of(key).hex()}" for key in signers.roots}
        case TokenKind.LICENCE:
            return _listed(signers.trust, Role.LICENCE)
        case TokenKind.LOCATION:
            return _listed(signers.trust, Role.LOCATION)
        case TokenKind.EVIDENCE | TokenKind.RANGING:
            devices = signers.devices or {}
            return {key: f"chip {label}" for key, label in devices.items()}
        case TokenKind.RECEIPT:
            return _listed(signers.trust, Role.LANDMARK)


def _listed(trust: TrustList | None, role: Role) -> dict[bytes, str]:
    if trust is None:
        return {}
    return {
        key.public_key: f"{role.name.lower()} key {key.kid.hex()}"
        for key in trust.keys
        if key.role is role
    }
