# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Files that people name: read whole and bounded, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from mooring_host.errors import FileError

MAX_TOKEN_FILE: Final = 65536
STANDARD: Final = Path("-")
"""The name that stands for standard input or output."""


def read_bytes(path: Path, limit: int = MAX_TOKEN_FILE) -> bytes:
    """The bytes of a file, or of standard input for ``-``.

    Raises:
        FileError: it cannot be read, or is longer than `limit`.
    """
    attempted = f"read {path}"
    try:
        if path == STANDARD:
            with os.fdopen(os.dup(0), "rb") as file:
                data = file.read(limit + 1)
        else:
            with path.open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error)) from error
    if len(data) > limit:
        raise FileError(attempted, f"more than {limit} bytes", "Is this the right file?")
    return data


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file by renaming a finished one into its place; an old one is replaced.

    A full disk leaves the old file as it was and no new one.

    Raises:
        FileError: it cannot be written.
    """
    attempted = f"write {path}"
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error), _hint(error)) from error
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o666 & ~_umask())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise FileError(attempted, error.strerror or str(error), _hint(error)) from error


def _umask() -> int:
    # There is no way to ask without setting.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _hint(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "Does the folder exist?"
    return ""
