# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The verification core in its two configurations: every test here runs on both."""

from __future__ import annotations

from typing import Final

import pytest

from mooring_firmware import _native, _native32
from mooring_firmware._core import Core

CORES: Final = {
    "64-bit": Core(_native.ffi, _native.lib),
    "32-bit": Core(_native32.ffi, _native32.lib),
}


@pytest.fixture(params=CORES)
def core(request: pytest.FixtureRequest) -> Core:
    """One compiled configuration."""
    return CORES[request.param]
