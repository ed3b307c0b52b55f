# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The registry in its file: read whole, checked whole, and only ever appended to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from mooring_host.durable import sync_folder
from mooring_host.errors import FileError, Refused
from mooring_host.registry.chain import Entry, chained, read_chain
from mooring_host.registry.events import Event
from mooring_host.registry.state import Fold, RegistryState, replay

_OWNER_ONLY: Final = 0o600
MAX_BYTES: Final = 1 << 30


class Registry:
    """Chips, who has them and where they belong, with everything that ever happened.

    Every method that reads the file may raise `FileError`: the chain is broken, or the file
    cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: list[Entry] = []
        self._fold = Fold()
        self._size = 0
        """Bytes of the file that are read."""

    @classmethod
    def open(cls, path: Path, *, head: bytes | None = None) -> Self:
        """Reads a registry; a file that is not there is an empty one.

        Args:
            path: of the file.
            head: a hash that was noted elsewhere; the registry must contain it.

        Raises:
            FileError: the chain is broken, or does not contain `head`: entries are missing.
        """
        registry = cls(path)
        registry._load()
        if head is not None and head not in {entry.hash for entry in registry._entries}:
            raise FileError(
                f"read {path}",
                f"no entry has the hash {head.hex()}: entries were cut off, or all were replaced",
            )
        return registry

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that ever happened, oldest first."""
        return tuple(self._entries)

    @property
    def state(self) -> RegistryState:
        """What is known now."""
        return self._fold.snapshot()

    def as_of(self, at: int) -> RegistryState:
        """What was known at a time, in seconds since 1970."""
        return replay(self._entries, at)

    def history(self, ueid: bytes) -> tuple[Entry, ...]:
        """Everything that ever happened to one chip."""
        return tuple(entry for entry in self._entries if entry.event.ueid == ueid)

    def append(self, event: Event, at: int) -> Entry:
        """Records an event; it is durable when this returns.

        Raises:
            Refused: it cannot follow what is recorded.
            FileError: the file cannot be written, or `at` is before the entry's before.
        """
        with self._locked() as descriptor:
            if os.fstat(descriptor).st_size != self._size:
                self._load()  # another process has appended since this one read
            entry = chained(self._fold.last, at, event)
            self._fold.apply(entry)
            try:
                self._size += _write(descriptor, f"{entry.line()}\n".encode())
            except OSError:
                self._load()  # what is in the file counts
                raise
            self._entries.append(entry)
        return entry

    @contextmanager
    def _locked(self) -> Generator[int]:
        attempted = f"write {self.path}"
        try:
            fresh = not self.path.exists()
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
            descriptor = os.open(self.path, flags, _OWNER_ONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if fresh:
                    sync_folder(self.path.parent)
                _mend(descriptor)
                yield descriptor
            finally:
                os.close(descriptor)
        except OSError as error:
            raise FileError(attempted, error.strerror or str(error)) from error

    def _load(self) -> None:
        data = self._read()
        try:
            entries = read_chain(data.decode("ascii"), str(self.path))
            fold = Fold()
            for entry in entries:
                fold.apply(entry)
        except (UnicodeDecodeError, Refused) as error:
            raise FileError(f"read {self.path}", f"this is no registry: {error}") from error
        self._entries, self._fold, self._size = list(entries), fold, len(data)

    def _read(self) -> bytes:
        """The whole lines of the file."""
        try:
            data = self.path.read_bytes() if self.path.exists() else b""
        except OSError as error:
            raise FileError(f"read {self.path}", error.strerror or str(error)) from error
        if len(data) > MAX_BYTES:
            raise FileError(f"read {self.path}", f"more than {MAX_BYTES} bytes")
        # What a power cut left of a last line was never reported as recorded.
        return data[: data.rfind(b"\n") + 1]


def _mend(descriptor: int) -> None:
    """Takes away what a power cut left of a last line, so that the next one stands alone."""
    size = os.fstat(descriptor).st_size
    data = os.pread(descriptor, size, 0)
    whole = data.rfind(b"\n") + 1
    if whole < size:
        os.ftruncate(descriptor, whole)


def _write(descriptor: int, data: bytes) -> int:
    written = os.write(descriptor, data)
    if written < len(data):
        raise OSError(f"only {written} of {len(data)} bytes were written")
    os.fsync(descriptor)
    return written
