# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The one interface behind which every private key stands."""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mooring_host import cose

SEED_BYTES: Final = 32


@runtime_checkable
class Signer(Protocol):
    """A key that signs: in memory, in a file, in a token of an HSM.

    Errors of use are `KeyFileError`.
    """

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the Ed25519 public key (RFC 8032)."""
        ...

    @property
    def kid(self) -> bytes:
        """First 8 bytes of the key's RFC 9679 thumbprint."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of `message`."""
        ...


class SoftwareSigner:
    """A private key held in this process."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._kid = cose.kid_of(self._public)

    @classmethod
    def from_seed(cls, seed: bytes) -> SoftwareSigner:
        """The key of a 32-byte seed; how tests and generators make reproducible keys."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> bytes:
        return self._public

    @property
    def kid(self) -> bytes:
        return self._kid

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"<SoftwareSigner {self._kid.hex()}>"
