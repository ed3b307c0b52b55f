# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Files that people name: read whole and bounded, written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final, TextIO, cast

from mooring_host.errors import FileError
from mooring_host.jsonfile import MAX_JSON

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
            # None if whoever started this closed it.
            stdin = cast("TextIO | None", sys.stdin)
            if stdin is None:
                raise FileError(attempted, "standard input is closed", "Name a file instead.")
            data = stdin.buffer.read(limit + 1)
        else:
            with path.open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error)) from error
    if len(data) > limit:
        raise FileError(attempted, f"more than {limit} bytes", "Is this the right file?")
    return data


def read_text(path: Path, limit: int = MAX_JSON) -> str:
    """The text of a file, or of standard input for ``-``.

    Raises:
        FileError: it cannot be read, is longer than `limit` bytes, or is no UTF-8.
    """
    try:
        return read_bytes(path, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"read {path}", f"no UTF-8 text: {error}") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file, or to standard output for ``-``.

    A file is written by renaming a finished one into its place, so that a full disk leaves
    the old one as it was and no new one. A device or a pipe is written into, and the target
    of a link is what is replaced, not the link.

    Raises:
        FileError: it cannot be written.
    """
    attempted = f"write {path}"
    try:
        if path == STANDARD:
            stdout = cast("TextIO | None", sys.stdout)
            if stdout is None:
                raise FileError(attempted, "standard output is closed", "Name a file instead.")
            stdout.buffer.write(data)
            stdout.buffer.flush()
        elif _is_special(path):
            with path.open("wb") as file:
                file.write(data)
        else:
            _replace(path.resolve(), data)
    except BrokenPipeError:
        raise  # the reader has gone, and nothing is wrong with the file
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error), _hint(error)) from error


def _is_special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o666 & ~_umask())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _umask() -> int:
    # There is no way to ask without setting.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _hint(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "Does the folder exist?"
    return ""
