# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The native back end's published times are those of the RV32 image."""

from __future__ import annotations

import io

import pytest

from mooring_lab.phase_costs import measure, print_table
from mooring_models import Phase
from mooring_models.clock import NS, US
from mooring_models.cpu.native import PHASE_COST

# Two significant digits, and a change of the ROM that is not worth another table.
TOLERANCE = 0.1


def test_published_phase_costs_are_measured_ones() -> None:
    costs = measure()

    print_table(costs, out := io.StringIO())
    print("python -m mooring_lab.phase_costs says:", out.getvalue(), sep="\n")
    assert pytest.approx(costs, rel=TOLERANCE) == {**PHASE_COST}


def test_table_is_told_in_whole_numbers() -> None:
    print_table({Phase.HASH: 1_234_567 * US, Phase.OPEN: 5_678 * NS}, out := io.StringIO())

    assert out.getvalue().split("\n")[:2] == [
        "    Phase.HASH: 1_200_000 * US,",
        "    Phase.OPEN: 5_700 * NS,",
    ]
