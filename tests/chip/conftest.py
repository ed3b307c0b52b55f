# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Chips in production, on every back end of the CPU."""

from __future__ import annotations

from typing import Final

import pytest
from benches.rig import Rig

CPUS: Final = ("native",)


@pytest.fixture(params=CPUS, scope="session")
def cpu(request: pytest.FixtureRequest) -> str:
    """The back end under test."""
    name = request.param
    assert isinstance(name, str)
    return name


@pytest.fixture
def fresh(cpu: str) -> Rig:
    """A chip that has just been locked: it has accepted no trust list."""
    return Rig(cpu=cpu)


@pytest.fixture
def rig(cpu: str) -> Rig:
    """A chip that trusts its issuer."""
    return Rig.trusting(cpu=cpu)
