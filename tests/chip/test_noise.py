# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A noise source that sticks after its last draw: before an attempt, and within one."""

from __future__ import annotations

from typing import Final

import pytest
from benches.held import address
from benches.rig import ISSUER, Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import TransportError
from mooring_models import Chip, NoiseFault, PassThrough, _regs
from mooring_models._regs import GateCommand, GateRegs, GateState
from mooring_models.faults import BusAccess

COMMAND: Final = address(_regs.GATE, GateRegs.COMMAND)


class StickAtBegin(PassThrough):
    """A source that sticks when the gate is about to draw from it."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip

    def write(self, access: BusAccess, data: bytes) -> bytes:
        """Spoils the source at the first step of an attempt."""
        begins = (GateCommand.BEGIN_LICENCE, GateCommand.BEGIN_TRUST)
        if access.address == COMMAND and int.from_bytes(data[:4], "little") in begins:
            self.chip.trng.fault = NoiseFault.STUCK
        return data


def test_noise_that_stuck_unseen_refuses_tokens_and_ends_no_grant(rig: Rig) -> None:
    rig.load()
    form = rig.fresh()
    rig.chip.trng.fault = NoiseFault.STUCK

    assert rig.refused(lambda: rig.load(form)) is ErrorWord.HW_TRNG
    assert rig.refused(lambda: rig.trust(ISSUER.trust_list(9))) is ErrorWord.HW_TRNG
    assert rig.can_compute()


def test_noise_that_stuck_unseen_refuses_a_list_and_ends_no_grant(rig: Rig) -> None:
    rig.load()
    rig.chip.trng.fault = NoiseFault.STUCK

    assert rig.refused(lambda: rig.trust(ISSUER.trust_list(9))) is ErrorWord.HW_TRNG
    assert rig.can_compute()


def test_noise_that_sticks_while_the_gate_draws_is_final(rig: Rig) -> None:
    rig.load()
    form = rig.fresh()
    rig.chip.bus.interposer = StickAtBegin(rig.chip)

    with pytest.raises(TransportError):
        rig.load(form)

    assert rig.chip.halted
    assert rig.chip.shutdown_error == ErrorWord.HW_GATE_DEAD
    assert rig.chip.gate.state is GateState.DEAD
