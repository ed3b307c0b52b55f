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
MOST: Final = {Where.ACCESS: 120, Where.OTP: 80}


@cache
def deed(name: str) -> Deed:
    """The step of provisioning, on a chip that has all before it behind itself."""
    rig = Rig(chip=Chip.manufacture(config()))
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
def test_power_cut_leaves_a_chip_that_can_be_provisioned(name: str) -> None:
    cuts = deed(name).cuts()
    for where, most in MOST.items():
        possible = [cut for cut in cuts if cut.where is where]
        for cut in chosen(f"power cuts, {name}, {where.value}", possible, most):
            copy = deed(name).copy()
            copy.cut(cut, deed(name).act)
            check_aftermath(copy)
