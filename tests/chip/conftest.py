# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Chips in production, on every back end of the CPU."""

from __future__ import annotations

import pytest
from benches.rig import Rig


@pytest.fixture
def fresh(cpu: str) -> Rig:
    """A chip that has just been locked: it has accepted no trust list."""
    return Rig(cpu=cpu)


@pytest.fixture
def rig(cpu: str) -> Rig:
    """A chip that trusts its issuer."""
    return Rig.trusting(cpu=cpu)
