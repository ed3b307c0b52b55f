# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Showing what a token says, to a person who knows that nothing of it is verified."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Final, TypeAlias, cast

from mooring_host import cose
from mooring_host.errors import TokenError
from mooring_host.token.evidence import Evidence
from mooring_host.token.frame import TokenKind, token_digest
from mooring_host.token.licence import Allowance, Licence, NonceBound, SequenceBound
from mooring_host.token.location import LocationResult
from mooring_host.token.ranging import RangingProof
from mooring_host.token.receipt import Receipt
from mooring_host.token.trust import IssuerKey, TrustList

UNVERIFIED: Final = (
    "NOT VERIFIED: this is only what the token says; no signature or claim was checked."
)

AnyClaims: TypeAlias = TrustList | Licence | LocationResult | Evidence | Receipt | RangingProof

_TIMES: Final = frozenset({"issued_at", "expires_at", "not_before", "not_after", "floor"})


@dataclass(frozen=True)
class Inspection:
    """What a token says. Nothing in here may be relied on; `warning` says so."""

    kind: TokenKind
    kid: bytes
    size: int
    """Bytes of the whole token."""
    digest: bytes
    """SHA-256 of the whole token."""
    claims: AnyClaims
    warning: str = UNVERIFIED

    def lines(self) -> list[tuple[str, str]]:
        """(name, value) in reading order, for people; the warning comes first."""
        shown = [
            ("warning", self.warning),
            ("kind", self.kind.value),
            ("kid", self.kid.hex()),
            ("size", f"{self.size} bytes"),
            ("digest", self.digest.hex()),
        ]
        for field in fields(self.claims):
            shown += _show(field.name, getattr(self.claims, field.name))
        return shown


def inspect(token: bytes) -> Inspection:
    """Reads a token of any kind; verifies nothing.

    Raises:
        TokenError: it is no token of this protocol.
    """
    frame = cose.parse_sign1(token)
    kind = TokenKind.of_typ(frame.typ)
    if kind is None:
        raise TokenError("COSE_TYP", "inspect a token", f"unknown typ {frame.typ!r}")
    return Inspection(
        kind, frame.kid, len(token), token_digest(token), _claims(kind, frame.payload)
    )


def _claims(kind: TokenKind, payload: bytes) -> AnyClaims:
    match kind:
        case TokenKind.TRUST:
            return TrustList.from_payload(payload)
        case TokenKind.LICENCE:
            return Licence.from_payload(payload)
        case TokenKind.LOCATION:
            return LocationResult.from_payload(payload)
        case TokenKind.EVIDENCE:
            return Evidence.from_payload(payload)
        case TokenKind.RECEIPT:
            return Receipt.from_payload(payload)
        case TokenKind.RANGING:
            return RangingProof.from_payload(payload)


def show_time(seconds: int) -> str:
    """A time as people read it, with the number that the token holds."""
    try:
        text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return str(seconds)  # beyond year 9999, yet below 2^40
    return f"{text} ({seconds})"


def _show(name: str, value: object) -> list[tuple[str, str]]:
    label = name.replace("_", " ")
    match value:
        case bytes():
            return [(label, value.hex())]
        case Enum():
            return [(label, value.name.lower().replace("_", " "))]
        case NonceBound():
            return [("nonce", value.nonce.hex())]
        case SequenceBound():
            return [("epoch", str(value.epoch)), ("sequence", str(value.sequence))]
        case Allowance():
            seconds = "until expiry" if value.seconds is None else str(value.seconds)
            return [("allowance: cycles", str(value.cycles)), ("allowance: seconds", seconds)]
        case tuple() if value and isinstance(value[0], IssuerKey):
            return [
                (f"key {i}: {sub}", text)
                for i, key in enumerate(cast("tuple[IssuerKey, ...]", value))
                for field in fields(key)
                for sub, text in _show(field.name, getattr(key, field.name))
            ]
        case tuple():
            items = cast("tuple[object, ...]", value)
            return [(label, ", ".join(map(str, items)) or "none")]
        case None:
            return [(label, "none")]
        case bool():
            return [(label, "yes" if value else "no")]
        case int() if name in _TIMES:
            return [(label, show_time(value))]
        case _:
            return [(label, str(value))]
