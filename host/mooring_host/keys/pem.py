# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Private keys as PEM text (PKCS#8, RFC 8410), with or without a passphrase."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from mooring_host.errors import KeyFileError
from mooring_host.keys.signer import SoftwareSigner

Passphrase: TypeAlias = Callable[[], bytes | None]
"""Asked only if a key is encrypted; None means that there is none to give."""


def no_passphrase() -> None:
    """The passphrase source of those who have none."""
    return


def decode_pem(pem: bytes, where: str, passphrase: Passphrase = no_passphrase) -> SoftwareSigner:
    """The Ed25519 key in `pem`; `where` names its source in errors.

    Raises:
        KeyFileError: it is no such key, or the passphrase is missing or wrong.
    """
    attempted = f"read the key {where}"
    try:
        key = _load(pem, attempted, passphrase)
    except (ValueError, UnsupportedAlgorithm) as error:
        # The library's message may quote key material; ours does not repeat it.
        kind = "a public key or certificate" if b"PUBLIC KEY" in pem or b"CERT" in pem else "no key"
        raise KeyFileError(
            attempted,
            f"found {kind}, expected an Ed25519 private key in PEM (PKCS#8)",
            "Make one with: openssl genpkey -algorithm ed25519",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(
            attempted,
            f"found {type(key).__name__.removesuffix('PrivateKey').lstrip('_')}, "
            "expected an Ed25519 private key",
            "Make one with: openssl genpkey -algorithm ed25519",
        )
    return SoftwareSigner(key)


def _load(pem: bytes, attempted: str, passphrase: Passphrase) -> object:
    try:
        return load_pem_private_key(pem, password=None)
    except TypeError:
        pass  # how the library says that the key is encrypted
    secret = passphrase()
    if secret is None:
        raise KeyFileError(
            attempted,
            "the key is encrypted and no passphrase was given",
            "Set MOORING_KEY_PASSPHRASE.",
        )
    try:
        return load_pem_private_key(pem, password=secret)
    except ValueError as error:
        raise KeyFileError(attempted, "the passphrase is wrong or the file is damaged") from error


def encode_pem(key: Ed25519PrivateKey, passphrase: bytes | None = None) -> bytes:
    """The key as PKCS#8 PEM, encrypted if there is a passphrase."""
    protection: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
