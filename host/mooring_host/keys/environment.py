# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Keys in environment variables, as build servers hand them out."""

from __future__ import annotations

from collections.abc import Mapping

from mooring_host.errors import KeyFileError
from mooring_host.keys.pem import Passphrase, decode_pem, no_passphrase
from mooring_host.keys.signer import SoftwareSigner


def signer_from_environment(
    name: str, environ: Mapping[str, str], passphrase: Passphrase = no_passphrase
) -> SoftwareSigner:
    """The key in the variable `name`: PEM text, in which \\n may stand for line ends.

    Raises:
        KeyFileError: the variable is not set or holds no Ed25519 private key.
    """
    text = environ.get(name)
    if not text:
        raise KeyFileError(
            f"read the key env:{name}",
            f"the environment variable {name} is not set",
            f'Run: export {name}="$(cat KEYFILE)"',
        )
    pem = text.replace("\\n", "\n").encode("utf-8", errors="replace")
    return decode_pem(pem, f"env:{name}", passphrase)
