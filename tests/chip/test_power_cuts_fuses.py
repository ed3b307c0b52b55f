# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Power fails while the fuses are burned and locked: provisioning goes on where it stopped.

The fuses say REPORT, so that compute tells what the hardware takes the lifecycle for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import pytest
from benches.power import Copy, Deed, Where
from benches.rig import Rig, config, plan
from benches.sweep import chosen

from mooring_host.chip import ChipClient
from mooring_host.fuses import burn, lock
from mooring_host.states import Lifecycle, Mode
from mooring_models import Chip

PLAN: Final = plan(Mode.REPORT)
ACTS: Final[dict[str, Callable[[ChipClient], object]]] = {
    "burning the fuse map": lambda client: burn(client, PLAN),
    "locking": lambda client: lock(client, PLAN),
}
MOST: Final = {
    "native": {Where.ACCESS: 120, Where.OTP: 80},
    "rv32": {Where.ACCESS: 6, Where.OTP: 6},
}


@cache
def deed(cpu: str, name: str) -> Deed:
    """The step of provisioning, on a chip that has all before it behind itself."""
    rig = Rig(chip=Chip.manufacture(config(cpu)))
    if name == "locking":
        burn(rig.client, PLAN)
    return Deed.on(rig, name, ACTS[name])


def check_aftermath(copy: Copy) -> None:
    """Manufacturing goes on or is over; in neither case is the chip lost, or open too early."""
    copy.power_up()
    assert not copy.chip.halted
    fuses = copy.client.fuses()
    assert copy.can_compute() == (fuses.lifecycle is Lifecycle.PRODUCTION)
    if fuses.lifecycle is Lifecycle.PRODUCTION:
        assert fuses.map_digest == PLAN.digest
    else:
        burn(copy.client, PLAN)
    assert lock(copy.client, PLAN) is Lifecycle.PRODUCTION
    copy.reboot()
    fuses = copy.client.fuses()
    assert (fuses.lifecycle, fuses.mode) == (Lifecycle.PRODUCTION, Mode.REPORT)
    assert fuses.map_digest == PLAN.digest


@pytest.mark.parametrize("name", list(ACTS))
def test_power_cut_leaves_a_chip_that_can_be_provisioned(cpu: str, name: str) -> None:
    cuts = deed(cpu, name).cuts()
    for where, most in MOST[cpu].items():
        possible = [cut for cut in cuts if cut.where is where]
        for cut in chosen(f"power cuts, {cpu}, {name}, {where.value}", possible, most):
            copy = deed(cpu, name).copy()
            copy.cut(cut, deed(cpu, name).act)
            check_aftermath(copy)
