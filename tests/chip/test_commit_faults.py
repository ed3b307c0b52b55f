# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Durable parts that fail or are tampered with: fuses, NVRAM, noise source, counter."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

import pytest
from benches.rig import Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError, TransportError
from mooring_host.states import GateState, RecordState
from mooring_host.token import SequenceBound
from mooring_lab.issuer import START
from mooring_models import Chip, FuseFault, NoiseFault, PassThrough, _regs
from mooring_models._regs import NvramRegs, OtpRegs
from mooring_models.config import Persistent
from mooring_models.faults import BusAccess
from mooring_models.nvram import SLOT_BYTES

COUNTER_BITS: Final = 1024
TRUST_RESERVE: Final = 32
SLOTS_AT: Final = _regs.NVRAM.base + NvramRegs.SLOTS.offset


class DeafNvram(PassThrough):
    """Writes to the record slots do nothing."""

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """The data, or nothing where it goes to a slot."""
        return None if access.address >= SLOTS_AT and access.address < SLOTS_AT + 2048 else data


# -- Fuses and NVRAM that do not take what is written --------------------------------------


def test_blocked_counter_refuses_the_sequence_and_spends_it(rig: Rig) -> None:
    rig.chip.otp.fault = FuseFault(OtpRegs.COUNTER)
    assert rig.refused(lambda: rig.load(SequenceBound(1, 1))) is ErrorWord.COMMIT_FUSE
    assert not rig.can_compute()
    assert rig.evidence().gate is GateState.CLOSED
    # The other form does not need the counter.
    assert rig.load().gate is GateState.OPEN
    rig.chip.otp.fault = None

    assert rig.refused(lambda: rig.load(SequenceBound(1, 1))) is ErrorWord.DECISION_SEQUENCE
    assert rig.load(SequenceBound(1, 2)).gate is GateState.OPEN
    after = rig.evidence()
    assert after.generation == COUNTER_BITS - after.counter_left == 3


def test_counter_blocked_for_good_boots_and_serves_the_nonce_form(rig: Rig) -> None:
    rig.chip.otp.fault = FuseFault(OtpRegs.COUNTER)
    rig.refused(lambda: rig.load(SequenceBound(1, 1)))
    for _ in range(2):
        rig.reboot()
        rig.trust()
        assert rig.evidence().record is RecordState.CONSISTENT
        assert rig.refused(lambda: rig.load(SequenceBound(1, 2))) is ErrorWord.COMMIT_FUSE
        assert rig.load().gate is GateState.OPEN


def test_deaf_nvram_refuses_every_commit_and_leaves_the_grant(rig: Rig) -> None:
    rig.load(cycles=1000)
    before = rig.evidence(draw=True)
    rig.chip.bus.interposer = DeafNvram()

    words = [
        rig.refused(rig.load),
        rig.refused(lambda: rig.load(SequenceBound(1, 1))),
        rig.refused(lambda: rig.trust(rig.issuer.trust_list(2))),
        # A refusal that cannot be made durable is not answered as if it were.
        rig.refused(lambda: rig.load(cycles=0)),
    ]

    assert words == [ErrorWord.COMMIT_NVRAM] * 4
    # The sequence and the list have begun a commit each, and finished none.
    assert rig.evidence() == replace(before, counter_left=before.counter_left - 2)
    rig.chip.bus.interposer = None
    assert rig.load().gate is GateState.OPEN
    assert rig.load(SequenceBound(1, 1)).gate is GateState.OPEN


# -- Counter exhausted ---------------------------------------------------------------------


@cache
def worn() -> Persistent:
    """What a chip keeps whose counter has come down to the reserve.

    Of the native build, whichever runs the chip afterwards: it is a thousand licences.
    """
    rig = Rig.trusting()
    for number in range(1, rig.evidence().counter_left - TRUST_RESERVE + 1):
        rig.load(SequenceBound(1, number))
    return rig.chip.persistent


def test_counter_keeps_its_last_bits_for_trust_lists(cpu: str) -> None:
    """docs/protocol.md, Maxima: the last 32 of 1024 steps."""
    rig = Rig(worn(), cpu=cpu)
    rig.trust()
    assert rig.evidence().counter_left == TRUST_RESERVE
    beyond = SequenceBound(1, COUNTER_BITS)

    assert rig.refused(lambda: rig.load(beyond)) is ErrorWord.COMMIT_COUNTER_EXHAUSTED
    for epoch in range(2, TRUST_RESERVE + 2):
        rig.trust(rig.issuer.trust_list(epoch))

    word = rig.refused(lambda: rig.trust(rig.issuer.trust_list(TRUST_RESERVE + 2)))
    assert word is ErrorWord.COMMIT_COUNTER_EXHAUSTED
    # The nonce form needs no counter.
    assert rig.load().gate is GateState.OPEN
    rig.reboot()
    rig.trust(rig.issuer.trust_list(TRUST_RESERVE + 1))
    assert rig.load().gate is GateState.OPEN
    assert rig.client.fuses().counter_used == COUNTER_BITS


# -- NVRAM put back --------------------------------------------------------------------------


def put_back(rig: Rig, image: bytes) -> None:
    """Replaces the NVRAM while power is off."""
    rig.chip.power_off()
    rig.chip.nvram.contents = image
    rig.chip.power_on()


def check_rolled_back(rig: Rig, entries: int) -> None:
    """The mark is attested and logged once; one form is refused, the other served."""
    rig.trust()
    after = rig.evidence()
    assert after.record is RecordState.ROLLED_BACK
    assert after.log_count == entries
    assert rig.log().entries[-1].word == ErrorWord.COMMIT_ROLLED_BACK
    assert rig.log().entries[-1].token == bytes(16)
    word = rig.refused(lambda: rig.load(SequenceBound(1, 100)))
    assert word is ErrorWord.COMMIT_ROLLED_BACK
    assert rig.load(issued_at=START + 5).gate is GateState.OPEN
    assert rig.can_compute()


def test_old_nvram_image_is_noticed_and_refuses_the_sequence_form(rig: Rig) -> None:
    image = rig.chip.nvram.contents
    rig.load(SequenceBound(1, 1))
    rig.load(SequenceBound(1, 2))

    put_back(rig, image)

    check_rolled_back(rig, 1)
    # The mark stays, through a reset and through a new list.
    rig.reboot()
    rig.trust()
    rig.trust(rig.issuer.trust_list(2))
    after = rig.evidence()
    assert after.record is RecordState.ROLLED_BACK
    assert after.generation == COUNTER_BITS - after.counter_left
    assert after.log_count == 2
    word = rig.refused(lambda: rig.load(SequenceBound(2, 100)))
    assert word is ErrorWord.COMMIT_ROLLED_BACK


@pytest.mark.parametrize(
    "image", [bytes(2 * SLOT_BYTES), bytes(range(256)) * 8], ids=["blank", "garbage"]
)
def test_erased_nvram_is_noticed_and_refuses_the_sequence_form(rig: Rig, image: bytes) -> None:
    rig.load(SequenceBound(1, 1))

    put_back(rig, image)

    check_rolled_back(rig, 1)


def test_record_of_another_chip_is_no_record(rig: Rig) -> None:
    other = Persistent.manufacture(b"another chip")
    theirs = Chip(rig.chip.config, Persistent(other.keys, rig.chip.otp.fuses, bytes(2048), 0))
    stranger = Rig(chip=theirs)
    # Without a record at this count it is rolled back, but writes records of its own.
    stranger.trust()
    stranger.load()

    put_back(rig, stranger.chip.nvram.contents)

    check_rolled_back(rig, 1)


def test_image_one_step_old_can_be_no_interrupted_commit(rig: Rig) -> None:
    rig.load(SequenceBound(1, 1))
    image = rig.chip.nvram.contents
    rig.load(SequenceBound(1, 2))

    put_back(rig, image)

    check_rolled_back(rig, 1)


def test_image_of_the_same_generation_lowers_floor_and_log_and_the_evidence_shows_it(
    rig: Rig,
) -> None:
    image = rig.chip.nvram.contents
    rig.load(issued_at=START + 50)
    rig.refused(lambda: rig.load(cycles=0, issued_at=START + 60))
    newest = rig.evidence()

    put_back(rig, image)

    after = rig.evidence()
    assert after.record is RecordState.CONSISTENT
    assert (after.floor, after.log_count) == (0, 0)
    assert (after.generation, after.counter_left) == (newest.generation, newest.counter_left)
    assert after.revision < newest.revision


# -- Noise source ----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [NoiseFault.STUCK, NoiseFault.BIASED])
def test_unhealthy_noise_draws_no_nonce_and_the_chip_goes_on(rig: Rig, fault: NoiseFault) -> None:
    rig.chip.trng.fault = fault
    rig.chip.reset_line()

    assert rig.refused(rig.fresh) is ErrorWord.HW_TRNG
    assert rig.refused(rig.trust) is ErrorWord.HW_TRNG
    assert rig.evidence().own_nonce is None
    assert rig.client.info().ueid == rig.ueid
    rig.chip.trng.fault = NoiseFault.NONE
    rig.chip.reset_line()
    rig.trust()
    assert rig.load().gate is GateState.OPEN


def test_noise_that_sticks_under_way_never_opens_the_gate(rig: Rig) -> None:
    form = SequenceBound(1, 1)
    location = rig.location(form)
    licence = rig.licence(form, location)
    rig.chip.trng.fault = NoiseFault.STUCK

    with pytest.raises((ChipError, TransportError)):
        rig.client.load_licence(location, licence)

    assert rig.chip.gate.state is not _regs.GateState.OPEN
    rig.chip.trng.fault = NoiseFault.NONE
    rig.chip.reset_line()
    rig.trust()
    assert rig.client.load_licence(location, licence).gate is GateState.OPEN


def test_nonce_repeats_if_the_source_repeats_which_no_health_test_can_see(rig: Rig) -> None:
    """A stated limit: the model can show it."""
    rig.chip.trng.fault = NoiseFault.REPEATING
    nonces: set[bytes] = set()
    for _ in range(2):
        rig.chip.reset_line()
        nonces.add(rig.fresh().nonce)

    assert len(nonces) == 1
