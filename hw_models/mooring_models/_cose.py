# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The few CBOR items that KEYVAULT writes in hardware (RFC 8949, 9052, 9679)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

EVIDENCE_TYPE: Final = "application/vnd.mooring.evidence+cwt"
RANGING_TYPE: Final = "application/vnd.mooring.ranging+cwt"

Item = bytes | int | str

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_COSE_SIGN1: Final = 18  # RFC 9052 section 4.2
_ALG_ED25519: Final = -19  # RFC 9864
_KTY_OKP: Final = 1  # RFC 9053 section 7.1
_CRV_ED25519: Final = 6


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes((major << 5 | argument,))
    for code, size in ((24, 1), (25, 2), (26, 4)):
        if argument < 1 << 8 * size:
            return bytes((major << 5 | code,)) + argument.to_bytes(size, "big")
    raise ValueError(f"{argument} does not fit a 32-bit argument")


def _integer(value: int) -> bytes:
    return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)


def _byte_string(value: bytes) -> bytes:
    return _head(_BYTES, len(value)) + value


def _text(value: str) -> bytes:
    return _head(_TEXT, len(value.encode())) + value.encode()


def thumbprint(public_key: bytes) -> bytes:
    """SHA-256 thumbprint of an Ed25519 public key (RFC 9679 section 3)."""
    key = encode_map({1: _KTY_OKP, -1: _CRV_ED25519, -2: public_key})
    return hashlib.sha256(key).digest()


def _item(value: Item) -> bytes:
    if isinstance(value, int):
        return _integer(value)
    return _text(value) if isinstance(value, str) else _byte_string(value)


def encode_map(entries: Mapping[int, Item]) -> bytes:
    """A map of these entries, which are in the order of their encoded keys."""
    body = b"".join(_integer(label) + _item(value) for label, value in entries.items())
    return _head(_MAP, len(entries)) + body


def protected_header(public_key: bytes, token_type: str) -> bytes:
    """The protected header of a token: algorithm, key id, type."""
    return encode_map({1: _ALG_ED25519, 4: thumbprint(public_key)[:8], 16: token_type})


def sign1(header: bytes, payload: bytes, signature: bytes) -> bytes:
    """A COSE_Sign1 with an empty unprotected header (RFC 9052 section 4.2)."""
    items = (_byte_string(header), _head(_MAP, 0), _byte_string(payload), _byte_string(signature))
    return _head(_TAG, _COSE_SIGN1) + _head(_ARRAY, len(items)) + b"".join(items)


def sig_structure(header: bytes, payload: bytes) -> bytes:
    """What is signed (RFC 9052 section 4.4): context, header, no external data, payload."""
    items = (
        _text("Signature1"),
        _byte_string(header),
        _byte_string(b""),
        _byte_string(payload),
    )
    return _head(_ARRAY, len(items)) + b"".join(items)
