# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A lock on a name in the file system that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from types import TracebackType
from typing import Final

# struct flock of fcntl(2): type, whence, start, length (0: to the end), pid.
_FLOCK: Final = struct.Struct("hhqqi4x")


class AlreadyLockedError(Exception):
    """Another process, or another part of this one, holds the lock."""


def _lock_file(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


class FileLock:
    """Holds ``PATH.lock`` until closed.

    The lock file is beside the file it guards, because that one is replaced as a whole at
    each save.  It is never removed: removing it would let two processes lock two files of
    the same name.  The lock belongs to the open file, not to the process, so that two users
    within a process exclude each other as well.

    Raises:
        AlreadyLockedError: somebody holds it.
        OSError: the lock file can't be made.
    """

    def __init__(self, path: Path) -> None:
        self._fd = os.open(_lock_file(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        request = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        try:
            fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, request)
        except OSError as taken:
            self.close()
            if isinstance(taken, BlockingIOError | PermissionError):
                raise AlreadyLockedError(str(_lock_file(path))) from taken
            raise

    @staticmethod
    def is_held(path: Path) -> bool:
        """Whether somebody holds the lock now; asking never takes it."""
        try:
            fd = os.open(_lock_file(path), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            request = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            answer: bytes = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, request)
        finally:
            os.close(fd)
        return bool(_FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)

    def close(self) -> None:
        """Gives the lock back; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
