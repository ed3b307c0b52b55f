# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Files that carry a licence request out of a room without network, and the licence back in.

All are deterministic CBOR maps whose first field says what they are and in which version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from mooring_host import cbor
from mooring_host.errors import CborError, Error, FileError
from mooring_host.fields import Fault, MapReader
from mooring_host.token.frame import NONCE_BYTES

REQUEST_MAGIC: Final = "mooring licence request"
DELIVERY_MAGIC: Final = "mooring licence delivery"
TRUST_MAGIC: Final = "mooring trust list"
FILE_VERSION: Final = 1
MAX_FILE: Final = 65536
"""Bytes; four longest tokens and some room."""


@dataclass(frozen=True)
class LicenceRequest:
    """What an authority needs to know to license a chip."""

    device_key: bytes
    """Exact bytes of the device's COSE_Key."""
    nonce: bytes
    """The verifier's nonce that the evidence answers."""
    evidence: bytes

    def encode(self) -> bytes:
        """The file's bytes."""
        return cbor.encode(
            {
                1: REQUEST_MAGIC,
                2: FILE_VERSION,
                3: self.device_key,
                4: self.nonce,
                5: self.evidence,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Reads a file.

        Raises:
            FileError: it is no such file, or of a newer version.
        """
        fields = _open(data, REQUEST_MAGIC)
        request = cls(
            fields.blob(3, "device key"),
            fields.blob(4, "nonce", NONCE_BYTES),
            fields.blob(5, "evidence"),
        )
        fields.close()
        return request


@dataclass(frozen=True)
class LicenceDelivery:
    """All that a chip must be sent to come to compute."""

    root_key: bytes
    trust_list: bytes
    location: bytes
    licence: bytes

    def encode(self) -> bytes:
        """The file's bytes."""
        return cbor.encode(
            {
                1: DELIVERY_MAGIC,
                2: FILE_VERSION,
                3: self.root_key,
                4: self.trust_list,
                5: self.location,
                6: self.licence,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Reads a file.

        Raises:
            FileError: it is no such file, or of a newer version.
        """
        fields = _open(data, DELIVERY_MAGIC)
        delivery = cls(
            fields.blob(3, "root key"),
            fields.blob(4, "trust list"),
            fields.blob(5, "location result"),
            fields.blob(6, "licence"),
        )
        fields.close()
        return delivery


@dataclass(frozen=True)
class TrustDelivery:
    """A trust list for chips that hold an older one, or none yet."""

    root_key: bytes
    trust_list: bytes

    def encode(self) -> bytes:
        """The file's bytes."""
        return cbor.encode({1: TRUST_MAGIC, 2: FILE_VERSION, 3: self.root_key, 4: self.trust_list})

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Reads a file.

        Raises:
            FileError: it is no such file, or of a newer version.
        """
        fields = _open(data, TRUST_MAGIC)
        delivery = cls(fields.blob(3, "root key"), fields.blob(4, "trust list"))
        fields.close()
        return delivery


def _open(data: bytes, magic: str) -> MapReader:
    attempted = f"read a {magic} file"

    def fail(_: Fault, found: str) -> Error:
        return FileError(attempted, found)

    if len(data) > MAX_FILE:
        raise FileError(attempted, f"{len(data)} bytes, expected at most {MAX_FILE}")
    try:
        value = cbor.decode(data)
    except CborError as error:
        raise FileError(
            attempted, f"this is no file of ours: {error.found}", "Is this the right file?"
        ) from error
    fields = MapReader(value, fail)
    found = fields.text(1, "kind of file")
    if found != magic:
        raise FileError(attempted, f"this is a {found!r} file", "Is this the right file?")
    version = fields.uint(2, "version of the file")
    if version != FILE_VERSION:
        raise FileError(
            attempted,
            f"version {version}, expected {FILE_VERSION}",
            "Use the version of this tool that wrote the file.",
        )
    return fields
