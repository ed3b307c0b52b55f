# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From the name of a key, as people give it, to the key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from mooring_host.errors import KeyFileError
from mooring_host.keys.environment import signer_from_environment
from mooring_host.keys.file import read_key_file
from mooring_host.keys.pem import Passphrase, no_passphrase
from mooring_host.keys.signer import Signer


class SignerSource(Protocol):
    """Finds the key of a name; `signer_from_uri` with its folders and variables bound."""

    def __call__(self, uri: str, /) -> Signer:
        """Raises `KeyFileError` if there is no such key."""
        ...


def signer_from_uri(
    uri: str,
    *,
    environ: Mapping[str, str],
    folder: Path | None = None,
    passphrase: Passphrase = no_passphrase,
) -> Signer:
    """The key that `uri` names: a path, ``file:PATH`` or ``env:NAME``.

    Args:
        uri: the name.
        environ: the environment variables.
        folder: what a relative path is relative to; None means the current folder.
        passphrase: asked if the key is encrypted.

    Raises:
        KeyFileError: there is no such key, or no such kind of name.
    """
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme == "file":
        path = Path(rest if colon else uri)
        return read_key_file(folder / path if folder else path, passphrase)
    if scheme == "env":
        return signer_from_environment(rest, environ, passphrase)
    raise KeyFileError(
        f"read the key {scheme}:…",
        f"unknown kind of key {scheme!r}, expected a path, file: or env:",
    )
