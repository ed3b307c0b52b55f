# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An NVRAM image that is put back leaves a mark that no later image removes."""

from __future__ import annotations

from benches.rig import Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.states import GateState, RecordState
from mooring_host.token import SequenceBound


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


def test_chip_that_was_never_rolled_back_has_no_mark(rig: Rig) -> None:
    rig.load(SequenceBound(1, 1))
    image = rig.chip.nvram.contents

    put_back(rig, image)

    rig.trust()
    assert rig.evidence().record is RecordState.CONSISTENT
    assert rig.load(SequenceBound(1, 2)).gate is GateState.OPEN
