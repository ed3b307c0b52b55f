# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Keys in files that only their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring_host.durable import sync_folder
from mooring_host.errors import KeyFileError
from mooring_host.keys.pem import Passphrase, decode_pem, encode_pem, no_passphrase
from mooring_host.keys.signer import SoftwareSigner

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
MAX_KEY_FILE: Final = 16384
"""Bytes; no key file is longer, so that a wrong path cannot fill the memory."""


def read_key_file(path: Path, passphrase: Passphrase = no_passphrase) -> SoftwareSigner:
    """Reads a private key from a PEM file.

    Raises:
        KeyFileError: the file cannot be read, others can read it, or it holds no
            Ed25519 private key.
    """
    attempted = f"read the key file {path}"
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read(MAX_KEY_FILE + 1)
    except OSError as error:
        raise KeyFileError(attempted, error.strerror or str(error)) from error
    if len(pem) > MAX_KEY_FILE:
        raise KeyFileError(attempted, f"more than {MAX_KEY_FILE} bytes: this is no key file")
    if os.name == "posix" and mode & _OTHERS:
        raise KeyFileError(
            attempted,
            f"others may access it (mode {stat.S_IMODE(mode):04o}), expected 0600",
            f"Run: chmod 600 {path}",
        )
    return decode_pem(pem, str(path), passphrase)


def write_key_file(path: Path, seed: bytes, passphrase: bytes | None = None) -> SoftwareSigner:
    """Writes the key of a 32-byte seed to a new file of mode 0600, durably.

    Raises:
        KeyFileError: the file exists already or cannot be written; nothing is left behind.
    """
    attempted = f"write the key file {path}"
    key = Ed25519PrivateKey.from_private_bytes(seed)
    pem = encode_pem(key, passphrase)
    try:
        # Never opened for writing if it exists: a key must not be overwritten.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError as error:
        raise KeyFileError(
            attempted, "the file exists already", "Choose another name, or move the old key away."
        ) from error
    except OSError as error:
        raise KeyFileError(attempted, error.strerror or str(error)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise KeyFileError(attempted, error.strerror or str(error)) from error
    return SoftwareSigner(key)
