# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An authority is made whole or not at all, and what is made lasts."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from host_kit import START

from mooring_host.authority import init_authority
from mooring_host.errors import DatabaseError, FileError
from mooring_host.keys import write_key_file

KILLED = """
import os, sys
from pathlib import Path
from mooring_host.authority import setup
real, moves = setup.move_new, []
def move(source, target):
    if len(moves) == int(sys.argv[2]):
        os._exit(9)
    moves.append(target)
    real(source, target)
setup.move_new = move
setup.init_authority(Path(sys.argv[1]), environ={})
"""


@pytest.mark.parametrize("moves", [0, 2, 3])
def test_killed_init_says_what_it_left_and_how_to_begin_anew(tmp_path: Path, moves: int) -> None:
    folder = tmp_path / "an authority"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(moves)], check=False, timeout=60
    )

    with pytest.raises(DatabaseError, match=r"was interrupted before.*\.init-") as got:
        init_authority(folder, environ={})
    command = got.value.hint.partition("run: ")[2].partition(";")[0]
    subprocess.run(["/bin/sh", "-c", command], check=True, timeout=60)

    assert killed.returncode == 9
    assert shlex.split(command)[:2] == ["cd", str(folder)]
    with init_authority(folder, environ={}, now=lambda: START) as authority:
        assert authority.trust().epoch == 1


def test_name_that_is_taken_meanwhile_leaves_no_key_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "authority"
    real = Path.hardlink_to

    def overtaken(self: Path, target: Path) -> None:
        if self.name == "location-1.pem":
            self.write_text("somebody else's")
        real(self, target)

    monkeypatch.setattr(Path, "hardlink_to", overtaken)
    with pytest.raises(DatabaseError, match=r"location-1.pem exists already"):
        init_authority(folder, environ={})

    assert [path.name for path in folder.iterdir()] == ["location-1.pem"]


def test_authority_is_made_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", unknown)
    folder = tmp_path / "authority"
    with init_authority(folder, environ={}) as authority:
        assert authority.trust().epoch == 1

    with pytest.raises(DatabaseError, match="exists already"):
        init_authority(folder, environ={})
    assert not list(folder.glob(".init-*"))


def test_names_of_new_files_are_made_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    folder = tmp_path / "authority"
    init_authority(folder, environ={}).close()
    write_key_file(tmp_path / "key.pem", bytes(32))

    assert folder.stat().st_ino in synced
    assert synced[-2:] == [(tmp_path / "key.pem").stat().st_ino, tmp_path.stat().st_ino]


def test_folder_that_cannot_be_written_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "hardlink_to", full)

    with pytest.raises(FileError, match="No space left"):
        init_authority(tmp_path / "authority", environ={})
    assert list((tmp_path / "authority").iterdir()) == []
