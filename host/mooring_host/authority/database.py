# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The database file: opening it, and transactions that survive a kill at any moment."""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from mooring_host.authority.schema import APPLICATION_ID, MIGRATIONS, SCHEMA, SCHEMA_VERSION
from mooring_host.errors import DatabaseError

BUSY_TIMEOUT_S: Final = 10.0

_OWNER_ONLY: Final = 0o600

_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = struct.Struct(">60xi4xi")
"""SQLite's file header up to user_version and application_id (SQLite file format §1.3)."""

_HINTS: Final = (
    ("disk is full", "Make room on the disk; nothing was issued."),
    ("readonly", "The file or its folder is not writable for you."),
    ("locked", "Another process holds the database; try again."),
    ("malformed", "The file is damaged; put a copy back, then run: mooring authority restore"),
    ("disk i/o", "The disk failed; nothing was issued."),
)


class Database:
    """One connection; not to be shared between threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def create(cls, path: Path) -> Self:
        """Makes a new database file, readable by its owner only.

        Raises:
            DatabaseError: the file exists or cannot be made.
        """
        attempted = f"create the authority's records {path}"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        except FileExistsError as error:
            raise DatabaseError(
                attempted, "the file exists already", "Use it, or choose another folder."
            ) from error
        except OSError as error:
            raise DatabaseError(attempted, error.strerror or str(error)) from error
        database = cls(_connect(path, attempted), path)
        with database.transaction(attempted) as connection:
            _run(connection, SCHEMA)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            # Last: a file without it was never finished.
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens a database file; one of an older version is brought up to this one's.

        Raises:
            DatabaseError: there is none, it is not ours, or a newer version made it.
        """
        attempted = f"open the authority's records {path}"
        if not path.is_file():
            raise DatabaseError(
                attempted,
                "there is no such file",
                "Make an authority first: mooring authority init",
            )
        # Before it is opened for good: that would change the journal of what is not ours.
        application, version = _stamp(path, attempted)
        if application != APPLICATION_ID:
            raise DatabaseError(
                attempted,
                "this is not an authority's database, or its creation was interrupted",
                "If `mooring authority init` was interrupted, remove the file and run it again.",
            )
        if version != SCHEMA_VERSION and version not in MIGRATIONS:
            age = "a newer" if version > SCHEMA_VERSION else "an unknown older"
            raise DatabaseError(
                attempted,
                f"it was written by {age} version of this tool "
                f"(schema {version}, expected {SCHEMA_VERSION})",
                "Use that version of mooring; this one will not touch the file.",
            )
        database = cls(_connect(path, attempted), path)
        if version != SCHEMA_VERSION:
            database._migrate(attempted)
        return database

    def _migrate(self, attempted: str) -> None:
        try:
            with self.transaction(attempted) as connection:
                # Asked again under the lock: another process may have done it meanwhile.
                for version in range(_pragma(connection, "user_version"), SCHEMA_VERSION):
                    _run(connection, MIGRATIONS[version])
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self, attempted: str) -> Generator[sqlite3.Connection]:
        """Runs one transaction: all of it is durable afterwards, or none.

        Raises:
            DatabaseError: the database failed; nothing was changed.
        """
        # IMMEDIATE: a number is read and written under one lock, whoever else is issuing.
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise _translated(attempted, error) from error
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error | OverflowError):
                raise _translated(attempted, error) from error
            raise

    @contextmanager
    def reading(self, attempted: str) -> Generator[sqlite3.Connection]:
        """Runs queries that change nothing, on one consistent view.

        Raises:
            DatabaseError: the database failed.
        """
        try:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")
        except (sqlite3.Error, OverflowError) as error:
            raise _translated(attempted, error) from error

    def close(self) -> None:
        """Closes the file; closing twice is no error."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Runs statements one by one: sqlite3's own executescript would end the transaction."""
    for statement in script.split(";\n"):
        connection.execute(statement)


def _connect(path: Path, attempted: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except sqlite3.Error as error:
        raise _translated(attempted, error) from error
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit that was reported is on the disk, also after a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        connection.close()
        raise _translated(attempted, error) from error
    return connection


def _stamp(path: Path, attempted: str) -> tuple[int, int]:
    """(application id, schema version) of a file, which is left as it is."""
    log = path.with_name(f"{path.name}-wal")
    try:
        if log.exists() and log.stat().st_size:
            return _stamp_in_log(path, attempted)
        # No connection: even one that only reads makes files beside a database in WAL mode.
        with path.open("rb") as file:
            header = file.read(_HEADER.size)
    except OSError as error:
        raise DatabaseError(attempted, error.strerror or str(error)) from error
    if not header:
        return 0, 0
    if len(header) < _HEADER.size or not header.startswith(_MAGIC):
        raise _translated(attempted, sqlite3.DatabaseError("file is not a database"))
    version, application = _HEADER.unpack(header)
    return application, version


def _stamp_in_log(path: Path, attempted: str) -> tuple[int, int]:
    """The same, if the newest state of the file is still in its write-ahead log."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
        ) as connection:
            return _pragma(connection, "application_id"), _pragma(connection, "user_version")
    except sqlite3.Error as error:
        raise _translated(attempted, error) from error


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _translated(attempted: str, error: Exception) -> DatabaseError:
    text = str(error)
    hint = next((hint for part, hint in _HINTS if part in text.lower()), "")
    if "not a database" in text:
        hint = "This is some other file; give the path of an authority's database."
    return DatabaseError(attempted, text, hint)
