# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The trust list: which keys may do what, in which epoch and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host import cose
from mooring_host.cbor import CborValue
from mooring_host.errors import Error
from mooring_host.fields import TIME_MAX, Fault, MapReader, describe
from mooring_host.states import Role
from mooring_host.token.frame import (
    CLAIM_EPOCH,
    CLAIM_IAT,
    CLAIM_PROFILE,
    TokenKind,
    encode_claims,
    payload_of,
    read_claims,
    refusing,
)

MAX_KEYS: Final = 16

_CLAIM_END_RUNNING: Final = -75003
_CLAIM_KEYS: Final = -75004
_CLAIMS: Final = frozenset({CLAIM_IAT, CLAIM_PROFILE, CLAIM_EPOCH, _CLAIM_END_RUNNING, _CLAIM_KEYS})

_KTY: Final = 1
_ALG: Final = 3
_CRV: Final = -1
_X: Final = -2
_D: Final = -4
_ROLE: Final = -75101
_FIRST_EPOCH: Final = -75102
_NOT_BEFORE: Final = -75103
_NOT_AFTER: Final = -75104
_KTY_OKP: Final = 1
_CRV_ED25519: Final = 6
_COSE_KEY: Final = frozenset({_KTY, _ALG, _CRV, _X})
_ISSUER_KEY: Final = _COSE_KEY | {_ROLE, _FIRST_EPOCH, _NOT_BEFORE, _NOT_AFTER}

_refuse: Final = refusing(TokenKind.TRUST)


@dataclass(frozen=True)
class IssuerKey:
    """A key that chips are to trust for one role."""

    public_key: bytes
    role: Role
    first_epoch: int
    """Earliest epoch that its sequence-bound licences may name."""
    not_before: int
    """Seconds since 1970; the first iat it may sign."""
    not_after: int
    """Seconds since 1970; every iat it signs is below."""

    @property
    def kid(self) -> bytes:
        """First 8 bytes of the thumbprint."""
        return cose.kid_of(self.public_key)

    def to_cose(self) -> dict[int, CborValue]:
        """The key as a COSE_Key map."""
        return {
            _KTY: _KTY_OKP,
            _ALG: cose.ALGORITHM_ED25519,
            _CRV: _CRV_ED25519,
            _X: self.public_key,
            _ROLE: self.role,
            _FIRST_EPOCH: self.first_epoch,
            _NOT_BEFORE: self.not_before,
            _NOT_AFTER: self.not_after,
        }

    @classmethod
    def from_cose(cls, value: CborValue, name: str) -> Self:
        """Reads one listed key; `name` says which in errors.

        Raises:
            TokenError: TRUST_KEY_PRIVATE, TRUST_KEY_MALFORMED, TRUST_KEY_ROLE or
                TRUST_KEY_WINDOW.
        """
        if isinstance(value, Mapping) and _D in value:
            raise _refuse("TRUST_KEY_PRIVATE", f"{name}: contains a private parameter (-4)")

        def fail(_: Fault, found: str) -> Error:
            return _refuse("TRUST_KEY_MALFORMED", f"{name}: {found}")

        fields = MapReader(value, fail)
        fields.refuse_unknown(_ISSUER_KEY)
        fixed = {_KTY: _KTY_OKP, _ALG: cose.ALGORITHM_ED25519, _CRV: _CRV_ED25519}
        for label, wanted in fixed.items():
            found = fields.take(label, f"parameter {label}")
            if isinstance(found, bool) or found != wanted:
                raise fail(
                    Fault.VALUE,
                    f"parameter {label}: found {describe(found)}, expected {wanted}",
                )
        public_key = fields.blob(_X, "x", cose.PUBLIC_KEY_BYTES)
        role = fields.take(_ROLE, "role") if fields.has(_ROLE) else None
        if isinstance(role, bool) or not isinstance(role, int) or role not in set(Role):
            raise _refuse(
                "TRUST_KEY_ROLE", f"{name}: role: found {describe(role)}, expected 1 to 3"
            )
        key = cls(
            public_key=public_key,
            role=Role(role),
            first_epoch=fields.uint(_FIRST_EPOCH, "first epoch"),
            not_before=fields.uint(_NOT_BEFORE, "not before", TIME_MAX),
            not_after=fields.uint(_NOT_AFTER, "not after", TIME_MAX),
        )
        if key.not_before >= key.not_after:
            raise _refuse(
                "TRUST_KEY_WINDOW",
                f"{name}: not before {key.not_before}, expected less than not after "
                f"{key.not_after}",
            )
        return key


@dataclass(frozen=True)
class TrustList:
    """The claims of a trust list; signed by a root key."""

    kind: ClassVar[TokenKind] = TokenKind.TRUST

    issued_at: int
    epoch: int
    keys: tuple[IssuerKey, ...]
    end_running: bool = False
    """Whether chips end running grants when they accept this list."""

    def to_payload(self) -> bytes:
        """The claim map, encoded."""
        claims: dict[int, CborValue] = {
            CLAIM_IAT: self.issued_at,
            CLAIM_EPOCH: self.epoch,
            _CLAIM_KEYS: [key.to_cose() for key in self.keys],
        }
        if self.end_running:
            claims[_CLAIM_END_RUNNING] = True
        return encode_claims(self.kind, claims)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map.

        Raises:
            TokenError: a claim or a key is not as the profile wants it.
        """
        fields = read_claims(payload, cls.kind, _CLAIMS)
        issued_at = fields.uint(CLAIM_IAT, "iat", TIME_MAX)
        epoch = fields.uint(CLAIM_EPOCH, "epoch")
        end_running = fields.has(_CLAIM_END_RUNNING)
        if end_running and not fields.boolean(_CLAIM_END_RUNNING, "end running grants"):
            raise _refuse("CLAIM_VALUE", "end running grants: found false, expected true or none")
        items = fields.items(_CLAIM_KEYS, "keys")
        if not 1 <= len(items) <= MAX_KEYS:
            raise _refuse("TRUST_KEY_COUNT", f"{len(items)} keys, expected 1 to {MAX_KEYS}")
        keys = tuple(IssuerKey.from_cose(item, f"key {i}") for i, item in enumerate(items))
        _check_keys(keys, epoch)
        fields.close()
        return cls(issued_at, epoch, keys, end_running)

    @classmethod
    def from_token(cls, token: bytes) -> Self:
        """Reads a token without verifying it."""
        return cls.from_payload(payload_of(token, cls.kind)[1])

    def key_of(self, kid: bytes) -> IssuerKey | None:
        """The listed key with this kid."""
        return next((key for key in self.keys if key.kid == kid), None)


def _check_keys(keys: tuple[IssuerKey, ...], epoch: int) -> None:
    seen: set[bytes] = set()
    for index, key in enumerate(keys):
        if key.kid in seen:
            raise _refuse("TRUST_KEY_DUPLICATE", f"key {index}: kid {key.kid.hex()} occurs twice")
        seen.add(key.kid)
        if key.first_epoch > epoch:
            raise _refuse(
                "TRUST_KEY_EPOCH",
                f"key {index}: first epoch {key.first_epoch}, expected at most {epoch}",
            )


def check_signer_not_listed(trust: TrustList, root_public_key: bytes) -> None:
    """Refuses a list that names the root key that signs it.

    Raises:
        TokenError: TRUST_KEY_IS_ROOT.
    """
    for index, key in enumerate(trust.keys):
        if key.public_key == root_public_key:
            raise _refuse("TRUST_KEY_IS_ROOT", f"key {index} is the root key")
