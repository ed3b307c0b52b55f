# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""When the chip's nonce is used up: with the commit of any licence, and by no refusal."""

from __future__ import annotations

from benches.held import address
from benches.rig import Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.states import GateState
from mooring_host.token import SequenceBound
from mooring_models import PassThrough, _regs
from mooring_models._regs import KeyvaultRegs, VaultCommand, VaultResult
from mooring_models.faults import BusAccess


class NoWitness(PassThrough):
    """A vault that answers the demand for a witness as if it had refused."""

    def __init__(self) -> None:
        self.asked = False

    def write(self, access: BusAccess, data: bytes) -> bytes:
        """Notes the command."""
        if access.address == address(_regs.KEYVAULT, KeyvaultRegs.COMMAND):
            self.asked = int.from_bytes(data, "little") == VaultCommand.WITNESS_NONCE
        return data

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """Refused."""
        if self.asked and access.address == address(_regs.KEYVAULT, KeyvaultRegs.RESULT):
            return VaultResult.REFUSED.to_bytes(4, "little")
        return data


def test_sequence_bound_licence_uses_up_the_nonce_too(rig: Rig) -> None:
    form = rig.fresh()

    rig.load(SequenceBound(1, 1))

    assert rig.evidence().own_nonce is None
    assert rig.refused(lambda: rig.load(form)) is ErrorWord.DECISION_NONCE_EXPIRED


def test_committed_licence_that_gets_no_witness_has_used_up_the_nonce(rig: Rig) -> None:
    form = rig.fresh()
    rig.chip.bus.interposer = NoWitness()
    assert rig.refused(lambda: rig.load(form)) is ErrorWord.COMMIT_WITNESS
    rig.chip.bus.interposer = None

    assert rig.evidence().own_nonce is None
    assert rig.load().gate is GateState.OPEN


def test_refusals_leave_the_nonce(rig: Rig) -> None:
    form = rig.fresh()
    rig.refused(lambda: rig.load(form, cycles=0))
    rig.refused(lambda: rig.load(SequenceBound(9, 1)))

    assert rig.evidence().own_nonce == form.nonce
    assert rig.load(form).gate is GateState.OPEN
