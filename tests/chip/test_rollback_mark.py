# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An NVRAM image that is put back leaves a mark that no later image removes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from benches.rig import Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import NoAnswer
from mooring_host.states import GateState, RecordState
from mooring_host.token import SequenceBound
from mooring_models import FuseFault
from mooring_models._regs import OtpRegs
from mooring_models.faults import Tear, WordCut


def put_back(rig: Rig, image: bytes) -> None:
    """Replaces the NVRAM while power is off, and lets the chip boot."""
    rig.chip.power_off()
    rig.chip.nvram.contents = image
    rig.chip.power_on()
    rig.chip.run_until_idle()


def test_newest_image_put_back_after_an_old_one_does_not_remove_the_mark(rig: Rig) -> None:
    old = rig.chip.nvram.contents
    rig.load(SequenceBound(1, 1))
    newest = rig.chip.nvram.contents
    put_back(rig, old)

    put_back(rig, newest)

    rig.trust()
    assert rig.evidence().record is RecordState.ROLLED_BACK
    # Logged each time that an unmarked record turns up: here, in the newest record's own log.
    assert rig.log().entries[-1].word == ErrorWord.COMMIT_ROLLED_BACK
    word = rig.refused(lambda: rig.load(SequenceBound(1, 2)))
    assert word is ErrorWord.COMMIT_ROLLED_BACK
    assert rig.load().gate is GateState.OPEN


def test_mark_survives_any_number_of_boots_and_lists(rig: Rig) -> None:
    old = rig.chip.nvram.contents
    rig.load(SequenceBound(1, 1))
    newest = rig.chip.nvram.contents
    put_back(rig, old)

    for epoch in (2, 3):
        put_back(rig, newest)
        rig.trust(rig.issuer.trust_list(epoch))
        newest = rig.chip.nvram.contents

        assert rig.evidence().record is RecordState.ROLLED_BACK


def test_chip_whose_mark_does_not_burn_decides_nothing_until_it_does(rig: Rig) -> None:
    old = rig.chip.nvram.contents
    form = SequenceBound(1, 1)
    location = rig.location(form)
    licence = rig.licence(form, location)
    rig.client.load_licence(location, licence)
    rig.chip.otp.fault = FuseFault(OtpRegs.ROLLED_BACK)

    put_back(rig, old)

    assert rig.refused(rig.trust) is ErrorWord.COMMIT_FUSE
    word = rig.refused(lambda: rig.client.load_licence(location, licence))
    assert word is ErrorWord.COMMIT_FUSE
    assert rig.evidence().record is RecordState.ROLLED_BACK
    rig.chip.otp.fault = None
    rig.reboot()
    rig.trust()
    assert rig.load().gate is GateState.OPEN


def test_chip_that_was_never_rolled_back_has_no_mark(rig: Rig) -> None:
    rig.load(SequenceBound(1, 1))
    image = rig.chip.nvram.contents

    put_back(rig, image)

    rig.trust()
    assert rig.evidence().record is RecordState.CONSISTENT
    assert rig.load(SequenceBound(1, 2)).gate is GateState.OPEN


# -- Two records of one generation ---------------------------------------------------------


def cut_before_the_counter(rig: Rig, call: Callable[[], object]) -> bytes:
    """Runs a commit whose power fails as COUNTER is to burn; returns the NVRAM it leaves."""
    rig.chip.otp.cut = WordCut(1, Tear.OLD)  # the first word is INTENT's
    with pytest.raises(NoAnswer):
        call()
    assert not rig.chip.powered
    return rig.chip.nvram.contents


def test_sequence_is_not_used_twice_through_a_commit_that_was_cut_off(rig: Rig) -> None:
    clean = rig.chip.nvram.contents
    form = SequenceBound(1, 100)
    location = rig.location(form)
    licence = rig.licence(form, location)
    cut_off = cut_before_the_counter(rig, lambda: rig.load(SequenceBound(1, 50)))
    put_back(rig, clean)
    rig.trust()
    rig.client.load_licence(location, licence)

    put_back(rig, cut_off)

    rig.trust()
    assert rig.evidence().record is RecordState.ROLLED_BACK
    word = rig.refused(lambda: rig.client.load_licence(location, licence))
    assert word is ErrorWord.COMMIT_ROLLED_BACK


def test_trust_list_is_not_undone_through_a_commit_that_was_cut_off(rig: Rig) -> None:
    clean = rig.chip.nvram.contents
    cut_off = cut_before_the_counter(rig, lambda: rig.load(SequenceBound(1, 1)))
    put_back(rig, clean)
    rig.trust(rig.issuer.trust_list(9))

    put_back(rig, cut_off)

    # The old list is accepted, as with any rolled-back NVRAM, but the chip says so for good.
    rig.trust()
    assert rig.evidence().record is RecordState.ROLLED_BACK


def test_commit_that_was_cut_off_is_finished_at_the_next_boot(rig: Rig) -> None:
    cut_off = cut_before_the_counter(rig, lambda: rig.load(SequenceBound(1, 5)))

    put_back(rig, cut_off)

    rig.trust()
    assert rig.evidence().record is RecordState.CONSISTENT
    word = rig.refused(lambda: rig.load(SequenceBound(1, 5)))
    assert word is ErrorWord.DECISION_SEQUENCE


def test_commit_abandoned_for_a_clean_image_leaves_the_chip_in_order(rig: Rig) -> None:
    clean = rig.chip.nvram.contents
    cut_before_the_counter(rig, lambda: rig.load(SequenceBound(1, 5)))

    put_back(rig, clean)

    rig.trust()
    assert rig.evidence().record is RecordState.CONSISTENT
    assert rig.load(SequenceBound(1, 5)).gate is GateState.OPEN
    assert rig.evidence().record is RecordState.CONSISTENT


@pytest.mark.parametrize(
    ("mask", "complaint"),
    [(1, False), (0x7FFFFFFF, False), (0xFFFFFFFF, True)],
    ids=["one dead bit", "one living bit", "all dead"],
)
def test_mark_needs_one_living_fuse(rig: Rig, mask: int, complaint: bool) -> None:
    old = rig.chip.nvram.contents
    rig.load(SequenceBound(1, 1))
    rig.chip.otp.fault = FuseFault(OtpRegs.ROLLED_BACK, 0, mask)
    rig.chip.console.receive()

    put_back(rig, old)

    assert (b"rollback mark does not burn" in rig.chip.console.receive()) is complaint
    assert rig.chip.otp.rolled_back is not complaint
