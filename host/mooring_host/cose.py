# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""COSE_Sign1 and COSE_Key in the one form that Mooring's tokens use (docs/protocol.md, Tokens).

Refusals are `TokenError` with the word that a chip would answer, in the chip's order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from mooring_firmware import verify
from mooring_host import cbor
from mooring_host.cbor import CborValue, Tagged
from mooring_host.errors import CborError, TokenError
from mooring_host.fields import describe

ALGORITHM_ED25519: Final = -19
"""The fully-specified number of RFC 9864."""
MAX_TOKEN: Final = 4096
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
KID_BYTES: Final = 8
NOT_DETERMINISTIC: Final = "CBOR_NOT_DETERMINISTIC"

_TAG_SIGN1: Final = 18
_HEADER_ALG: Final = 1
_HEADER_KID: Final = 4
_HEADER_TYP: Final = 16
_KEY_KTY: Final = 1
_KEY_CRV: Final = -1
_KEY_X: Final = -2
_KTY_OKP: Final = 1
_CRV_ED25519: Final = 6


class _Signs(Protocol):
    """What signing needs of `keys.Signer`, which is built on this module."""

    @property
    def kid(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True)
class Sign1:
    """A token whose frame is right; nothing in it is verified."""

    kid: bytes
    typ: str
    protected: bytes
    payload: bytes
    signature: bytes

    def signed_bytes(self) -> bytes:
        """The Sig_structure, which is what the signature is over (RFC 9052 §4.4)."""
        return _sig_structure(self.protected, self.payload)

    def verified_by(self, public_key: bytes) -> bool:
        """Whether `public_key` made the signature, by the acceptance rule of the chip."""
        return verify(ALGORITHM_ED25519, public_key, self.signed_bytes(), self.signature)


def sign1(typ: str, payload: bytes, signer: _Signs) -> bytes:
    """Signs `payload` as it is and returns the token; judges nothing about the payload."""
    protected = cbor.encode(
        {_HEADER_ALG: ALGORITHM_ED25519, _HEADER_KID: signer.kid, _HEADER_TYP: typ}
    )
    signature = signer.sign(_sig_structure(protected, payload))
    return cbor.encode(Tagged(_TAG_SIGN1, [protected, {}, payload, signature]))


def parse_sign1(token: bytes, typ: str | None = None) -> Sign1:
    """Takes a token apart and checks its frame.

    Args:
        token: the whole token.
        typ: the type expected; None accepts any.

    Raises:
        TokenError: the frame is not that of a token, or of this type.
    """
    attempted = "read a token"
    if len(token) > MAX_TOKEN:
        raise TokenError(
            "COSE_TOKEN_TOO_LONG", attempted, f"{len(token)} bytes, expected at most {MAX_TOKEN}"
        )
    value = _decode(token, attempted)
    if not isinstance(value, Tagged) or value.tag != _TAG_SIGN1:
        found = f"tag {value.tag}" if isinstance(value, Tagged) else describe(value)
        raise TokenError("COSE_TAG", attempted, f"found {found}, expected tag {_TAG_SIGN1}")
    match value.value:
        case [protected, unprotected, payload, signature]:
            pass
        case other:
            raise TokenError(
                "COSE_STRUCTURE",
                attempted,
                f"found {describe(other)}, expected [protected, unprotected, payload, signature]",
            )
    if not isinstance(protected, bytes) or not protected:
        raise TokenError(
            "COSE_PROTECTED",
            attempted,
            f"protected header: found {describe(protected)}, expected a byte string",
        )
    kid, found_typ = _parse_header(protected, typ, attempted)
    if unprotected != {} or not isinstance(unprotected, Mapping):
        raise TokenError(
            "COSE_UNPROTECTED",
            attempted,
            f"unprotected header: found {describe(unprotected)}, expected an empty map",
        )
    if not isinstance(payload, bytes) or not payload:
        raise TokenError(
            "COSE_PAYLOAD",
            attempted,
            f"payload: found {describe(payload)}, expected a byte string that is not empty",
        )
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise TokenError(
            "COSE_SIGNATURE_LENGTH",
            attempted,
            f"signature: found {describe(signature)}, expected {SIGNATURE_BYTES} bytes",
        )
    return Sign1(kid, found_typ, protected, payload, signature)


def _parse_header(protected: bytes, typ: str | None, attempted: str) -> tuple[bytes, str]:
    header = _decode(protected, attempted)
    wanted = {_HEADER_ALG, _HEADER_KID, _HEADER_TYP}
    if not isinstance(header, Mapping) or set(header) != wanted:
        found = (
            f"keys {sorted(header, key=str)}" if isinstance(header, Mapping) else describe(header)
        )
        raise TokenError(
            "COSE_PROTECTED",
            attempted,
            f"protected header: found {found}, expected exactly alg (1), kid (4) and typ (16)",
        )
    algorithm, kid, found_typ = (header[key] for key in (_HEADER_ALG, _HEADER_KID, _HEADER_TYP))
    if algorithm is True or algorithm != ALGORITHM_ED25519:
        raise TokenError(
            "COSE_ALGORITHM",
            attempted,
            f"alg: found {describe(algorithm)}, expected {ALGORITHM_ED25519} (Ed25519)",
        )
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise TokenError(
            "COSE_KID", attempted, f"kid: found {describe(kid)}, expected {KID_BYTES} bytes"
        )
    if not isinstance(found_typ, str) or (typ is not None and found_typ != typ):
        raise TokenError(
            "COSE_TYP",
            attempted,
            f"typ: found {describe(found_typ)}, expected {typ or 'a text string'}",
        )
    return kid, found_typ


def _decode(data: bytes, attempted: str) -> CborValue:
    try:
        return cbor.decode(data)
    except CborError as error:
        raise TokenError(NOT_DETERMINISTIC, attempted, error.found) from error


def _sig_structure(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, b"", payload])


def encode_key(public_key: bytes) -> bytes:
    """The COSE_Key of a device or a root: exactly {1: OKP, -1: Ed25519, -2: x}."""
    return cbor.encode({_KEY_KTY: _KTY_OKP, _KEY_CRV: _CRV_ED25519, _KEY_X: public_key})


_KEY_HEAD: Final = encode_key(bytes(PUBLIC_KEY_BYTES))[:-PUBLIC_KEY_BYTES]
"""How the COSE_Key of any key begins, up to the key itself."""


def decode_key(data: bytes) -> bytes:
    """The public key in a COSE_Key of that exact form.

    Raises:
        TokenError: TRUST_ROOT_KEY, the word with which a chip refuses a root key.
    """
    attempted = "read a COSE_Key"
    try:
        value = cbor.decode(data)
    except CborError as error:
        raise TokenError("TRUST_ROOT_KEY", attempted, error.found) from error
    if isinstance(value, Mapping):
        x = value.get(_KEY_X)
        # Compared as bytes, so that true is not taken for 1.
        if isinstance(x, bytes) and len(x) == PUBLIC_KEY_BYTES and encode_key(x) == data:
            return x
    raise TokenError(
        "TRUST_ROOT_KEY",
        attempted,
        f"found {describe(value)}, expected exactly {{1: 1, -1: 6, -2: 32 bytes}}",
    )


def thumbprint(public_key: bytes) -> bytes:
    """The RFC 9679 SHA-256 thumbprint of an Ed25519 key, 32 bytes."""
    return hashlib.sha256(_KEY_HEAD + public_key).digest()


def kid_of(public_key: bytes) -> bytes:
    """The key identifier: a hint, not assumed to be unique."""
    return thumbprint(public_key)[:KID_BYTES]


def ueid_of(device_key: bytes) -> bytes:
    """The identity of the chip with this public key, 33 bytes (RFC 9711 §4.2.1, type RAND)."""
    return b"\x01" + thumbprint(device_key)


def root_digest(root_public_key: bytes) -> bytes:
    """What the fuses hold of a root key: SHA-384 of the exact bytes of its COSE_Key."""
    return hashlib.sha384(encode_key(root_public_key)).digest()
