# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The command line in a home of its own, and a chip on its port for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_kit import Mooring

from mooring_lab import emulated

CHIP = "cli-test"
PORT = f"emulator://{CHIP}?seed=cli"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; nothing of this machine's settings is seen."""
    for name in [*os.environ]:
        if name.startswith(("MOORING_", "XDG_")) or name == "NO_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mooring(home: Path) -> Mooring:
    """The tool, with nothing set up."""
    return Mooring(home)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[str]:
    """A new chip in manufacturing; MOORING_PORT names its port."""
    monkeypatch.setenv("MOORING_PORT", PORT)
    yield PORT
    emulated.remove(CHIP)


@pytest.fixture
def office(mooring: Mooring) -> Mooring:
    """The tool with an authority and its zones."""
    mooring.yes("authority", "init")
    mooring.yes("location", "zones", "--set", "hall-a=Hall A", "--set", "elsewhere=not Hall A")
    return mooring


@pytest.fixture
def works(office: Mooring, port: str) -> Mooring:
    """The same, with a chip on the port in production, enrolled as chip-a, and a statement."""
    office.yes("fuse", "burn", "--label", "chip-a", "--allow-sequence", "--lock", "--yes")
    office.yes(
        *("location", "statement", "--chip", "chip-a", "--inspector", "R. Noether"),
        *("--place", "rack 7", "--inside", "hall-a", "--exclude", "elsewhere"),
        *("--out", "chip-a.json"),
    )
    return office


@pytest.fixture
def open_gate(works: Mooring) -> Mooring:
    """The same, with the chip computing."""
    works.yes("boot", "--statement", "chip-a.json", "--inside", "hall-a")
    return works
