# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The file in which a chip's fuses, memory and keys outlive the program that emulates it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mooring_lab._lock import AlreadyLockedError, FileLock
from mooring_lab.errors import StateFileError
from mooring_models.config import Persistent
from mooring_models.errors import SnapshotError


class StateFile:
    """One chip's state file, locked while it is in use.

    Raises:
        StateFileError: another program uses it, or its folder is not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._saved: Persistent | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(path)
        except AlreadyLockedError as error:
            raise StateFileError(
                f"use the state file {path}",
                "another program is running the chip in it",
                "end that one first (`mooring chip list`), or give this chip a file of its own",
            ) from error
        except OSError as error:
            raise StateFileError(
                f"use the state file {path}",
                error.strerror or str(error),
                "choose a file in a folder that you may write to",
            ) from error

    def load(self) -> Persistent | None:
        """What the chip kept, or None if the file does not exist yet.

        Raises:
            StateFileError: the file is damaged, of another version or unreadable.
        """
        if not self.path.exists():
            return None
        try:
            self._saved = Persistent.load(self.path)
        except SnapshotError as error:
            raise StateFileError(
                error.attempted,
                error.found,
                error.hint or f"put a good copy in its place, or remove {self.path} for a new chip",
            ) from error.__cause__ or error
        return self._saved

    def save(self, kept: Persistent) -> None:
        """Writes what the chip keeps, in one step, unless the file says the same already.

        Raises:
            StateFileError: the file can't be written; the old one is still there, whole.
        """
        if kept == self._saved:
            return
        try:
            kept.save(self.path)
        except SnapshotError as error:
            raise StateFileError(
                error.attempted, error.found, error.hint or "is there space left on the disk?"
            ) from error.__cause__ or error
        self._saved = kept

    def close(self) -> None:
        """Lets another program use the file."""
        self._lock.close()
