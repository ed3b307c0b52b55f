# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Data that are read in place and never copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def shared_data() -> Path:
    """The folder of shared data; its tests are skipped where it is absent."""
    folder = Path(os.environ.get("MOORING_SHARED", "../shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the shared data are not beside this checkout (MOORING_SHARED)")
    return folder
