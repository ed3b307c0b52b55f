# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The command line in a home of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_kit import Mooring


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; nothing of this machine's settings is seen."""
    for name in [*os.environ]:
        if name.startswith(("MOORING_", "XDG_")) or name == "NO_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mooring(home: Path) -> Mooring:
    """The tool, with nothing set up, in the lab's present."""
    return Mooring(home)
