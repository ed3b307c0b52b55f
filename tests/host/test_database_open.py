# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A database that is not ours to use is left byte by byte as it was."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from host_kit import Clock, new_authority

from mooring_host.authority import open_authority
from mooring_host.authority.database import Database
from mooring_host.authority.setup import DATABASE_NAME
from mooring_host.errors import DatabaseError


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def written(folder: Path, mode: str, version: int, application: int) -> Path:
    path = folder / DATABASE_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA application_id = {application}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("CREATE TABLE things (name TEXT)")
    return path


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize(
    ("version", "application", "found"),
    [
        (9, 0x4D4F4F52, r"a newer version of this tool \(schema 9, expected 2\)"),
        (0, 0x4D4F4F52, "an unknown older version"),
        (1, 0x466F7265, "not an authority's database"),
    ],
)
def test_database_that_is_not_ours_is_not_touched(
    tmp_path: Path, mode: str, version: int, application: int, found: str
) -> None:
    path = written(tmp_path, mode, version, application)
    before = contents(tmp_path)

    with pytest.raises(DatabaseError, match=found):
        Database.open(path)
    assert contents(tmp_path) == before


def test_newer_version_that_is_only_in_the_write_ahead_log_is_seen(tmp_path: Path) -> None:
    path = written(tmp_path, "WAL", 1, 0x4D4F4F52)
    copied = tmp_path / "copied"
    copied.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 9")
        for file in tmp_path.glob(f"{DATABASE_NAME}*"):
            shutil.copy(file, copied)
    before = (copied / DATABASE_NAME).read_bytes()

    with pytest.raises(DatabaseError, match="schema 9"):
        Database.open(copied / DATABASE_NAME)
    assert (copied / DATABASE_NAME).read_bytes() == before


def test_authority_killed_before_its_log_was_folded_in_opens(tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    with new_authority(tmp_path / "authority", Clock()) as authority:
        authority.issue_trust_list()
        shutil.copytree(tmp_path / "authority", copied)

    with open_authority(copied, environ={}, now=Clock()) as reopened:
        assert reopened.trust().epoch == 2


def test_connection_that_cannot_be_set_up_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    real = sqlite3.connect

    class Failing(sqlite3.Connection):
        def execute(self, sql: str, *_: object) -> sqlite3.Cursor:
            raise sqlite3.OperationalError(f"disk I/O error at {sql}")

    def connect(path: Path, **options: object) -> sqlite3.Connection:
        opened.append(real(path, factory=Failing))
        return opened[-1]

    path = written(tmp_path, "DELETE", 1, 0x4D4F4F52)
    monkeypatch.setattr("mooring_host.authority.database.sqlite3.connect", connect)
    with pytest.raises(DatabaseError, match="disk I/O error"):
        Database.open(path)

    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        opened[-1].cursor()
