# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Chips for the tests of the models."""

from __future__ import annotations

import pytest
from benches.held import Bench


@pytest.fixture
def bench() -> Bench:
    """A new chip in the manufacturing lifecycle, CPU held."""
    return Bench()


@pytest.fixture
def production() -> Bench:
    """A chip in production, mode DENY, grants of at most an hour, no trust list yet."""
    return Bench().to_production()
