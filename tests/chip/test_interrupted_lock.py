# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Power fails within LOCK, and somebody burns on: the chip must stay one that can be locked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from benches.rig import Rig, config, plan
from benches.wire import ask, command

from mooring_firmware.errors import ErrorWord
from mooring_host.chip import ChipClient
from mooring_host.errors import TransportError
from mooring_host.fuses import burn, lock
from mooring_host.states import Lifecycle
from mooring_lab.fleet import ChipTransport
from mooring_models import Chip, Tear, WordCut

PLAN: Final = plan(allow_sequence=False)
MORE: Final = replace(PLAN, allow_sequence=True)
BURN: Final = 8
# Each field with bits that PLAN has not: THROTTLE, MAX_LIFETIME, OPTIONS, ROOT_DIGEST 3.
OTHER_BITS: Final[tuple[dict[int, int | bytes], ...]] = (
    {1: 2, 3: b"\x00\x01"},
    {1: 3, 3: b"\xff\xff\xff\xff"},
    {1: 4, 3: b"\x01"},
    {1: 5, 2: 3, 3: b"\x01" * 48},
)


def cut_off(cpu: str, after: int, tear: Tear = Tear.OLD) -> Rig:
    """A chip whose LOCK lost power at the word `after` of the digest, on again."""
    chip = Chip.manufacture(config(cpu))
    rig = Rig(chip=chip)
    burn(rig.client, PLAN)
    chip.otp.cut = WordCut(after, tear)
    with pytest.raises(TransportError):
        lock(ChipClient(ChipTransport(chip), tries=1), PLAN)
    return Rig(chip=chip)


@pytest.mark.parametrize("after", [1, 11, 12, 13])
def test_no_bit_of_the_map_burns_once_its_digest_has_begun(cpu: str, after: int) -> None:
    rig = cut_off(cpu, after)
    before = rig.client.fuses()

    for body in OTHER_BITS:
        assert ask(rig.chip, command(BURN, body)).word == "FUSE_LOCKED", body

    assert rig.client.fuses() == before
    burn(rig.client, PLAN)  # what is there already needs no burning
    assert lock(rig.client, PLAN) is Lifecycle.PRODUCTION


def test_torn_first_word_of_the_digest_has_begun_it(cpu: str) -> None:
    rig = cut_off(cpu, 0, Tear.LOW_HALF)

    assert rig.refused(lambda: burn(rig.client, MORE)) is ErrorWord.FUSE_LOCKED
    assert lock(rig.client, PLAN) is Lifecycle.PRODUCTION


def test_lock_that_burned_nothing_leaves_the_map_open(cpu: str) -> None:
    rig = cut_off(cpu, 0)

    burn(rig.client, MORE)

    assert lock(rig.client, MORE) is Lifecycle.PRODUCTION
