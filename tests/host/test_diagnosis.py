# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The checks of `mooring doctor` tell a sound machine from the ways it can be unsound."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mooring_host import diagnosis
from mooring_host.diagnosis import Health


def script(folder: Path, text: str) -> str:
    path = folder / "compiler"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_port_that_others_own_names_the_group_to_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()

    # The tests may run as somebody who is permitted everything.
    def denied(path: Path, mode: int) -> bool:
        return False

    monkeypatch.setattr(os, "access", denied)

    found = diagnosis.check_port(device)

    assert found.health is Health.BAD
    assert f"group {device.group()}" in found.found
    assert f"usermod -aG {device.group()}" in found.hint


def test_absent_port_is_bad(tmp_path: Path) -> None:
    assert diagnosis.check_port(tmp_path / "none").health is Health.BAD


def test_machine_without_ports_is_told_of_the_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    none: list[object] = []
    monkeypatch.setattr("mooring_host.diagnosis.list_ports.comports", lambda: none)

    (found,) = diagnosis.check_ports()

    assert found.health is Health.NOTE
    assert "emulator://" in found.hint


def test_compiler_is_named_by_its_first_line(tmp_path: Path) -> None:
    cc = script(tmp_path, "echo good compiler 1.0; echo more")

    found = diagnosis.check_compiler({"CC": cc, "PATH": "/usr/bin"})

    assert (found.health, found.found) == (Health.GOOD, "good compiler 1.0")


def test_compiler_that_fails_is_bad(tmp_path: Path) -> None:
    cc = script(tmp_path, "exit 1")

    assert diagnosis.check_compiler({"CC": cc, "PATH": "/usr/bin"}).health is Health.BAD


def test_library_of_another_version_than_locked_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "demo.txt"
    lock.write_text("pyserial==0.1 \\\n    --hash=sha256:00\nno-such-package==1.0\n")
    monkeypatch.setattr("mooring_host.diagnosis._lock_file", lambda: lock)

    found = diagnosis.check_versions()

    assert found.health is Health.NOTE
    assert "pyserial" in found.found
    assert "(locked: 0.1)" in found.found
    assert "no-such-package" not in found.found


def test_installation_without_a_checkout_has_nothing_to_compare(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mooring_host.diagnosis._lock_file", lambda: None)

    assert "no lock file" in diagnosis.check_versions().found
