# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Tokens made from docs/protocol.md alone, with `cryptography` for keys and signatures.

Every part can be replaced by a wrong one.  Numbers are written here a second time on
purpose: a slip in the firmware's is not repeated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from oracles.cbor_build import Item, Raw, bstr, encode, tag

TIME: Final = 1_790_000_000
"""When the tokens here are issued."""

EXP, NBF, IAT, CTI, NONCE, UEID, PROFILE = 4, 5, 6, 7, 10, 256, 265
EPOCH, SEQUENCE, END_RUNNING, KEYS, ALLOWANCE = -75001, -75002, -75003, -75004, -75005
REQUIRED_INSIDE, REQUIRED_EXCLUDED, LOCATION_DIGEST = -75006, -75007, -75008
METHOD, PROVEN_INSIDE, PROVEN_EXCLUDED, ZONE_SET = -75009, -75010, -75011, -75012
ROLE, FIRST_EPOCH, NOT_BEFORE, NOT_AFTER = -75101, -75102, -75103, -75104
KTY, ALG, CRV, X, D = 1, 3, -1, -2, -4
ED25519: Final = -19

Claims = dict[int, Item]


def typ_text(name: str) -> str:
    """The `typ` of a token by its short name."""
    return f"application/vnd.mooring.{name}+cwt"


def profile_text(name: str) -> str:
    """Claim 265 of a token by its short name."""
    return f"tag:mooring.example,2026:{name}"


@dataclass(frozen=True)
class TestKey:
    """A key pair that follows from its name."""

    __test__ = False  # a name that pytest would take for a class of tests
    name: str

    @property
    def private(self) -> Ed25519PrivateKey:
        """The private key."""
        seed = hashlib.sha256(b"mooring test key " + self.name.encode()).digest()
        return Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def x(self) -> bytes:
        """The public key."""
        return self.private.public_key().public_bytes_raw()

    @property
    def cose_key(self) -> Raw:
        """The COSE_Key of a root or device key."""
        return encode({KTY: 1, CRV: 6, X: self.x})

    @property
    def thumbprint(self) -> bytes:
        """The RFC 9679 thumbprint."""
        return hashlib.sha256(self.cose_key).digest()

    @property
    def kid(self) -> bytes:
        """The kid."""
        return self.thumbprint[:8]

    @property
    def ueid(self) -> bytes:
        """The UEID of a chip with this device key."""
        return b"\x01" + self.thumbprint


ROOT: Final = TestKey("root")
LICENCE_KEY: Final = TestKey("licence")
LOCATION_KEY: Final = TestKey("location")
DEVICE: Final = TestKey("device")


def issuer_key(key: TestKey, role: int, epoch: int = 1) -> Claims:
    """A key as a trust list has it."""
    return {
        KTY: 1,
        ALG: ED25519,
        CRV: 6,
        X: key.x,
        ROLE: role,
        FIRST_EPOCH: epoch,
        NOT_BEFORE: TIME - 1000,
        NOT_AFTER: TIME + 1_000_000,
    }


def trust_claims(keys: Sequence[Item] | None = None) -> Claims:
    """The claims of a trust list of epoch 5."""
    listed = keys or [issuer_key(LICENCE_KEY, 1), issuer_key(LOCATION_KEY, 2)]
    return {IAT: TIME, PROFILE: profile_text("trust"), EPOCH: 5, KEYS: listed}


def licence_claims() -> Claims:
    """The claims of a nonce-bound licence."""
    return {
        EXP: TIME + 3600,
        NBF: TIME,
        IAT: TIME,
        CTI: bytes(range(16)),
        NONCE: hashlib.sha256(b"nonce").digest(),
        UEID: DEVICE.ueid,
        PROFILE: profile_text("licence"),
        ALLOWANCE: {1: 10**12, 2: 3000},
        REQUIRED_INSIDE: ["alps", "rhine-valley"],
        REQUIRED_EXCLUDED: ["embargoed"],
        LOCATION_DIGEST: hashlib.sha256(b"location").digest(),
        ZONE_SET: b"zone-set",
    }


def sequence_licence_claims() -> Claims:
    """The claims of a sequence-bound licence."""
    claims = licence_claims()
    del claims[NONCE]
    return {**claims, EPOCH: 5, SEQUENCE: 7}


def location_claims() -> Claims:
    """The claims of a nonce-bound location result."""
    return {
        EXP: TIME + 7200,
        IAT: TIME - 60,
        NONCE: hashlib.sha256(b"nonce").digest(),
        UEID: DEVICE.ueid,
        PROFILE: profile_text("location"),
        METHOD: 1,
        PROVEN_INSIDE: ["alps"],
        PROVEN_EXCLUDED: ["embargoed", "sea"],
        ZONE_SET: b"zone-set",
    }


def sig_structure(protected: bytes, payload: bytes) -> Raw:
    """What a signature is over (RFC 9052 §4.4)."""
    return encode(["Signature1", protected, b"", payload])


EMPTY_MAP: Final = Raw(b"\xa0")


@dataclass(frozen=True)
class Token:
    """A token before it is put together; replace any part to make it wrong."""

    protected: bytes
    payload: bytes
    signature: bytes = b""
    unprotected: Item = EMPTY_MAP
    payload_item: Raw | None = None
    signature_item: Raw | None = None
    protected_item: Raw | None = None
    tag_number: int | None = 18
    surplus: tuple[Item, ...] = ()

    def elements(self) -> list[Item]:
        """The elements of the array."""
        return [
            self.protected_item or bstr(self.protected),
            self.unprotected,
            self.payload_item or bstr(self.payload),
            self.signature_item or bstr(self.signature),
            *self.surplus,
        ]

    def encoded(self) -> bytes:
        """The bytes of the token."""
        array = encode(self.elements())
        return array if self.tag_number is None else tag(self.tag_number, array)


def header(name: str, key: TestKey) -> Mapping[int, Item]:
    """The protected header as a map."""
    return {1: ED25519, 4: key.kid, 16: typ_text(name)}


def sign(name: str, claims: Item | bytes, key: TestKey) -> Token:
    """A good token of `claims`, or of a payload that is bytes already."""
    payload = bytes(claims) if isinstance(claims, bytes) else bytes(encode(claims))
    unsigned = Token(bytes(encode(header(name, key))), payload)
    message = sig_structure(unsigned.protected, unsigned.payload)
    return replace(unsigned, signature=key.private.sign(message))
