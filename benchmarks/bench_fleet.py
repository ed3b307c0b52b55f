# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How many chips are booted and licensed a second, in one process on one core?

A full boot is reset, self-test, trust list, location result and licence, through the host
library, framing and UART to an open gate; nothing is bypassed, and each of the three signatures
is verified twice by the compiled ROM. Each boot is of a newly built chip. What happens
beforehand is measured beside it: making and provisioning a chip, and issuing its tokens.

On a machine that does other things too, the rate by CPU time, over all rounds, is the one to read:
it is what one core does for this process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from mooring_host.token import NonceBound
from mooring_lab.fleet import Booted, Form, Prepared, boot_all, prepare, provision
from mooring_lab.issuer import Issuer
from mooring_models import Chip, ChipConfig
from mooring_models._regs import GateState

from .conftest import Rates

# So few that on a busy machine some rounds are left alone.
FLEET: Final = 5
ISSUER: Final = Issuer.from_seed(b"benchmark of fleets")
UEID: Final = b"\x01" + bytes(range(32))
NONCE: Final = bytes(range(32))


class CpuTimed:
    """Runs something and adds up the CPU time that it takes."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self._runs = 0
        self._spent_s = 0.0

    def __call__(self, *arguments: object) -> Any:
        began = time.process_time()
        outcome = self._run(*arguments)
        self._spent_s += time.process_time() - began
        self._runs += 1
        return outcome

    @property
    def mean_s(self) -> float:
        """Seconds of CPU time that one run took, on average."""
        return self._spent_s / self._runs


@pytest.mark.benchmark(group="a fleet")
@pytest.mark.parametrize("form", Form, ids=lambda form: f"{form.value} form")
def test_full_boots(benchmark: Any, rates: Rates, form: Form) -> None:
    fleet: list[Prepared] = [prepare(f"{form.value} {i}", ISSUER, form=form) for i in range(FLEET)]
    run = CpuTimed(boot_all)

    booted: list[Booted] = benchmark(run, fleet)
    rates.counts(benchmark, FLEET, "full boots", run.mean_s)

    assert [bool(each.evidence) for each in booted] == [form is Form.NONCE] * FLEET
    assert all(each.chip.gate.state is GateState.OPEN for each in booted)


@pytest.mark.benchmark(group="beforehand")
def test_making_and_provisioning(benchmark: Any, rates: Rates) -> None:
    def make() -> Chip:
        chip = Chip.manufacture(ChipConfig("new"))
        provision(chip, ISSUER)
        return chip

    run = CpuTimed(make)

    chip = benchmark(run)
    rates.counts(benchmark, 1, "chips", run.mean_s)

    assert chip.powered


@pytest.mark.benchmark(group="beforehand")
def test_issuing(benchmark: Any, rates: Rates) -> None:
    run = CpuTimed(ISSUER.delivery)

    delivery = benchmark(run, UEID, NonceBound(NONCE))
    rates.counts(benchmark, 1, "trust list, location result and licence", run.mean_s)

    assert NONCE in delivery.licence
    assert NONCE in delivery.location
