# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How many faults a second does a campaign strike and judge, on one core?

A licence for another chip, on the shipped image: for each fault the machine goes back to the
moment before it, strikes, and follows the run to its end or to where it has joined one that is
known.  Each round draws other faults, as a campaign does; getting a scenario ready comes once
and is not counted.
"""

from __future__ import annotations

import time
from itertools import count
from typing import Any, Final

import pytest

from mooring_firmware.images import SHIPPED
from mooring_lab.faults import worker
from mooring_lab.faults.models import Model
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.plan import Cell, Unit

from .conftest import Rates

SCENARIO: Final = "wrong-chip"
FAULTS: Final = 100
ROUNDS: Final = 5


@pytest.mark.benchmark(group="faults struck and judged")
@pytest.mark.parametrize("model", [Model.SKIP_1, Model.OPCODE], ids=lambda model: str(model.value))
def test_campaign(benchmark: Any, rates: Rates, model: Model) -> None:
    unit = Unit(Cell(SCENARIO, model), FAULTS, 0, FAULTS)
    worker.engine(SCENARIO, SHIPPED)
    seeds = count(1)
    spent_s: list[float] = []

    def strike() -> None:
        begun = time.process_time()
        result = worker.run_unit(unit, SHIPPED, next(seeds))
        spent_s.append(time.process_time() - begun)
        assert result.run == FAULTS
        assert not [1 for (_, outcome) in result.outcomes if outcome is Outcome.OPENED]

    benchmark.pedantic(strike, rounds=ROUNDS)

    rates.counts(benchmark, FAULTS, "faults", sum(spent_s) / len(spent_s))
