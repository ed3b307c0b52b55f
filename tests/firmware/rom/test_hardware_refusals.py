# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Hardware that fails or answers otherwise than specified: the ROM's word for each.

A `Lie` stands between CPU and bus and answers reads of one register; where a model can
fail by itself (fuses that do not burn, a noise source that is stuck) it does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from benches.rig import ISSUER, NEXT_ISSUER, SMALL, Rig, config, plan, provisioned

from mooring_firmware.errors import ErrorWord
from mooring_host.chip import ChipClient
from mooring_host.fuses import burn
from mooring_host.states import GateState as HostGateState
from mooring_host.states import Lifecycle, Mode
from mooring_host.token import SequenceBound
from mooring_host.wire.messages import FuseField
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_models import Chip, _regs
from mooring_models._regs import (
    EngineRegs,
    EngineResult,
    GateState,
    KeyvaultRegs,
    NvramRegs,
    OtpRegs,
    VaultCommand,
    VaultResult,
)
from mooring_models._spec import Instance, Register, Window
from mooring_models.faults import BusAccess, PassThrough
from mooring_models.otp import FuseFault
from mooring_models.trng import NoiseFault


def address_of(block: Instance, register: Register | Window, index: int = 0) -> int:
    """Where a register is on the bus."""
    return block.base + register.offset + 4 * index


class Lie(PassThrough):
    """Answers every read of one address with `answer`."""

    def __init__(self, address: int, answer: int) -> None:
        self.address = address
        self.answer = answer

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """The lie, or the truth elsewhere."""
        if access.address != self.address:
            return data
        return self.answer.to_bytes(4, "little") + data[4:]


class Deaf(PassThrough):
    """Loses every write to one address."""

    def __init__(self, address: int) -> None:
        self.address = address

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """Nothing, or the truth elsewhere."""
        return None if access.address == self.address else data


class VaultLie(PassThrough):
    """Lets one command of the key vault fail."""

    def __init__(self, command: VaultCommand) -> None:
        self.command = command
        self._armed = False

    def write(self, access: BusAccess, data: bytes) -> bytes:
        """Notes the command."""
        if access.address == address_of(_regs.KEYVAULT, KeyvaultRegs.COMMAND):
            self._armed = int.from_bytes(data, "little") == self.command
        return data

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """Refused, for the command concerned."""
        result = address_of(_regs.KEYVAULT, KeyvaultRegs.RESULT)
        if access.address == result and self._armed:
            return VaultResult.REFUSED.to_bytes(4, "little")
        return data


class Scratch(PassThrough):
    """An NVRAM that forgets: what is read from a slot comes back with one bit inverted."""

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """Slots with a damaged byte."""
        slots = address_of(_regs.NVRAM, NvramRegs.SLOTS)
        if slots <= access.address < slots + NvramRegs.SLOTS.size:
            return data[:-1] + bytes([data[-1] ^ 1])
        return data


@pytest.fixture
def rig(cpu: str) -> Rig:
    """A chip that trusts its issuer and has an open grant."""
    rig = Rig.trusting(cpu=cpu)
    rig.load()
    return rig


SEQUENCE: Final = SequenceBound(epoch=1, sequence=7)


# -- Commit ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [None, SEQUENCE], ids=["nonce", "sequence"])
@pytest.mark.parametrize(
    ("liar", "word"),
    [
        (VaultLie(VaultCommand.SEAL), ErrorWord.COMMIT_SEAL),
        (VaultLie(VaultCommand.CHECK), ErrorWord.COMMIT_NVRAM),
        (Scratch(), ErrorWord.COMMIT_NVRAM),
    ],
    ids=["seal", "check", "read back"],
)
def test_licence_that_cannot_be_made_durable_is_refused_and_changes_nothing(
    rig: Rig, liar: PassThrough, word: ErrorWord, form: SequenceBound | None
) -> None:
    rig.fresh()
    before = rig.evidence()
    rig.chip.bus.interposer = liar
    found = rig.refused(lambda: rig.load(form))
    rig.chip.bus.interposer = None

    after = rig.evidence()
    assert found is word
    # But for the step of the counter that a sequence-bound commit takes first, once the
    # record that decided has been found to be the one in NVRAM.
    steps = 1 if form is not None and word is ErrorWord.COMMIT_SEAL else 0
    assert after.counter_left == before.counter_left - steps
    same = replace(after, seconds_left=before.seconds_left, counter_left=before.counter_left)
    assert same == before
    assert rig.can_compute()
    assert rig.load(form).changed


@pytest.mark.parametrize(
    ("form", "command"),
    [(None, VaultCommand.WITNESS_NONCE), (SEQUENCE, VaultCommand.WITNESS_SEQUENCE)],
    ids=["nonce", "sequence"],
)
def test_licence_without_a_witness_does_not_open(
    cpu: str, form: SequenceBound | None, command: VaultCommand
) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.fresh()
    rig.chip.bus.interposer = VaultLie(command)

    assert rig.refused(lambda: rig.load(form)) is ErrorWord.COMMIT_WITNESS
    assert rig.chip.gate.state is GateState.CLOSED


def next_counter_fuse(rig: Rig) -> FuseFault:
    """The counter bit that the next commit would burn does not burn."""
    used = rig.client.fuses().counter_used
    return FuseFault(OtpRegs.COUNTER, used // 32, 1 << used % 32)


def test_sequence_bound_licence_whose_fuse_does_not_burn_stays_unopened(cpu: str) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.chip.otp.fault = next_counter_fuse(rig)

    first = rig.refused(lambda: rig.load(SEQUENCE))
    again = rig.refused(lambda: rig.load(SequenceBound(1, 8)))

    assert first is again is ErrorWord.COMMIT_FUSE
    assert rig.chip.gate.state is GateState.CLOSED


def test_fuse_that_burns_after_all_finishes_the_commit_and_the_licence_is_spent(cpu: str) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.chip.otp.fault = next_counter_fuse(rig)
    assert rig.refused(lambda: rig.load(SEQUENCE)) is ErrorWord.COMMIT_FUSE
    rig.chip.otp.fault = None

    assert rig.refused(lambda: rig.load(SEQUENCE)) is ErrorWord.DECISION_SEQUENCE
    assert rig.load(SequenceBound(1, 8)).changed


def test_nonce_form_needs_no_fuse(cpu: str) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.chip.otp.fault = FuseFault(OtpRegs.COUNTER)

    assert rig.load().changed


def test_trust_list_whose_fuse_does_not_burn_is_not_put_into_force(cpu: str) -> None:
    rig = Rig(cpu=cpu)
    rig.chip.otp.fault = FuseFault(OtpRegs.COUNTER)

    assert rig.refused(rig.trust) is ErrorWord.COMMIT_FUSE
    assert rig.refused(lambda: rig.load(SEQUENCE)) is ErrorWord.KEY_NO_TRUST


def test_revocation_that_does_not_burn_is_taken_up_by_the_same_list(cpu: str) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.chip.otp.fault = FuseFault(OtpRegs.ROOT_REVOKED)

    assert rig.refused(lambda: rig.trust(issuer=NEXT_ISSUER)) is ErrorWord.COMMIT_FUSE
    rig.chip.otp.fault = None
    rig.trust(issuer=NEXT_ISSUER)
    assert rig.client.fuses().root_revoked == (True, False, False, False)


def test_refusal_that_cannot_be_logged_is_answered_with_the_reason(rig: Rig) -> None:
    count = rig.evidence().log_count
    rig.chip.bus.interposer = VaultLie(VaultCommand.SEAL)
    word = rig.refused(lambda: rig.load(rig.fresh(), ueid=b"\x01" + bytes(32)))
    rig.chip.bus.interposer = None

    assert word is ErrorWord.COMMIT_SEAL
    assert rig.evidence().log_count == count


# -- Noise source and key vault --------------------------------------------------------------


def test_stuck_noise_source_yields_no_nonce(cpu: str) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.chip.trng.fault = NoiseFault.STUCK

    assert rig.refused(rig.fresh) is ErrorWord.HW_TRNG
    assert rig.evidence().own_nonce is None


def test_stuck_noise_source_refuses_tokens_without_killing_the_gate(cpu: str) -> None:
    rig = Rig.trusting(cpu=cpu)
    rig.chip.trng.fault = NoiseFault.STUCK
    assert rig.refused(rig.fresh) is ErrorWord.HW_TRNG

    assert rig.refused(lambda: rig.load(SEQUENCE)) is ErrorWord.HW_TRNG
    assert rig.refused(lambda: rig.trust(ISSUER.trust_list(epoch=9))) is ErrorWord.HW_TRNG
    assert rig.evidence().gate is HostGateState.CLOSED


def test_vault_that_does_not_sign_yields_no_evidence(rig: Rig) -> None:
    rig.chip.bus.interposer = VaultLie(VaultCommand.SIGN_EVIDENCE)

    assert rig.refused(rig.evidence) is ErrorWord.HW_KEYVAULT


# -- Engine ---------------------------------------------------------------------------------


def test_full_queue_is_refused_before_any_operand_is_taken(rig: Rig) -> None:
    rig.chip.bus.interposer = Lie(address_of(_regs.ENGINE, EngineRegs.QUEUE), 4)
    word = rig.refused(rig.compute)
    rig.chip.bus.interposer = None

    assert word is ErrorWord.ENGINE_BUSY
    assert rig.can_compute()


def test_engine_that_never_completes_is_given_up(rig: Rig) -> None:
    patient = ChipClient(ChipTransport(rig.chip), timeout_s=30.0, requester=ONLY_REQUESTER)
    rig.chip.bus.interposer = Deaf(address_of(_regs.ENGINE, EngineRegs.DOORBELL))
    word = rig.refused(lambda: patient.compute(*SMALL))
    rig.chip.bus.interposer = None

    assert word is ErrorWord.ENGINE_FAULT
    assert rig.can_compute()


@pytest.mark.parametrize("result", [EngineResult.NONE, 0x77], ids=["none", "unknown"])
def test_result_that_means_nothing_is_a_fault(rig: Rig, result: int) -> None:
    rig.chip.bus.interposer = Lie(address_of(_regs.ENGINE, EngineRegs.RESULT), result)

    assert rig.refused(rig.compute) is ErrorWord.ENGINE_FAULT


# -- Fuses ----------------------------------------------------------------------------------


def test_field_that_does_not_burn_is_reported(cpu: str) -> None:
    chip = Chip.manufacture(config(cpu))
    chip.power_on()
    rig = Rig(chip=chip)
    chip.otp.fault = FuseFault(OtpRegs.MODE, 0, 1 << 20)  # a bit of every DENY word

    word = rig.refused(lambda: rig.client.burn(FuseField.MODE, b"\x01"))

    assert word is ErrorWord.FUSE_VERIFY


def test_lock_that_stops_at_its_last_fuse_closes_the_pages_and_can_be_finished(cpu: str) -> None:
    chip = Chip.manufacture(config(cpu))
    chip.power_on()
    rig = Rig(chip=chip)
    fuses = plan()
    burn(rig.client, fuses)
    chip.otp.fault = FuseFault(OtpRegs.PRODUCTION)

    stopped = rig.refused(lambda: rig.client.lock(fuses.digest))
    closed = rig.refused(lambda: rig.client.burn(FuseField.ROOT_DIGEST, b"\x01" * 48, 2))
    chip.otp.fault = None

    assert stopped is ErrorWord.FUSE_VERIFY
    assert closed is ErrorWord.FUSE_LOCKED
    assert rig.client.lock(fuses.digest) is Lifecycle.PRODUCTION


@pytest.mark.parametrize(
    ("register", "index", "value", "word"),
    [
        (OtpRegs.MANUFACTURED, 0, 0, ErrorWord.HW_LIFECYCLE),
        (OtpRegs.MANUFACTURED, 0, 0x3333CCCD, ErrorWord.HW_LIFECYCLE),
        (OtpRegs.PRODUCTION, 0, 0x5A5AA5A7, ErrorWord.HW_LIFECYCLE),
        (OtpRegs.MODE, 0, 0x3C3CC3C3, ErrorWord.HW_FUSE_INTEGRITY),
        (OtpRegs.ROOT_DIGEST, 0, 1, ErrorWord.HW_FUSE_INTEGRITY),
        (OtpRegs.MAP_DIGEST, 0, 1, ErrorWord.HW_FUSE_INTEGRITY),
        (OtpRegs.INTENT, 0, 0b101, ErrorWord.HW_FUSE_INTEGRITY),
        (OtpRegs.COUNTER, 0, 0b1, ErrorWord.HW_FUSE_INTEGRITY),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_fuses_that_cannot_be_trusted_shut_the_chip_down(
    cpu: str, register: Register, index: int, value: int, word: ErrorWord
) -> None:
    chip = Chip(config(cpu), provisioned(Mode.DENY, cpu=cpu))
    chip.bus.interposer = Lie(address_of(_regs.OTP, register, index), value)
    chip.power_on()
    chip.run_until_idle()

    assert chip.halted
    assert chip.shutdown_error == word
    assert word.name in chip.console.receive().decode("ascii")


def test_production_word_that_cannot_be_completed_shuts_the_chip_down(cpu: str) -> None:
    chip = Chip(config(cpu), provisioned(Mode.DENY, cpu=cpu))
    chip.otp.poke(OtpRegs.PRODUCTION, 0x5A5A0000)
    chip.otp.fault = FuseFault(OtpRegs.PRODUCTION)
    chip.power_on()
    chip.run_until_idle()

    assert chip.halted
    assert chip.shutdown_error == ErrorWord.HW_LIFECYCLE


def test_counter_with_an_empty_word_before_a_burned_one_shuts_the_chip_down(cpu: str) -> None:
    chip = Chip(config(cpu), provisioned(Mode.DENY, cpu=cpu))
    chip.otp.poke(OtpRegs.INTENT, 1, 1)
    chip.power_on()
    chip.run_until_idle()

    assert chip.halted
    assert chip.shutdown_error == ErrorWord.HW_FUSE_INTEGRITY
