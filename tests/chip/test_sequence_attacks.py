# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Whoever holds the supply and the NVRAM in his hands gets no sequence to open the gate twice.

Power is cut in any commit and in any boot, any image of the NVRAM that there ever was is put
back, in any order.  What an old image may lower, docs/threat-model.md says: never this.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import pytest
from benches.power import Copy, Cut, Where
from benches.rig import ISSUER, Rig
from benches.sweep import FULL, chosen
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_host.errors import ChipError, TransportError
from mooring_host.states import GateState
from mooring_host.token import SequenceBound
from mooring_models import AccessCut, Chip, Tear, WordCut, _regs
from mooring_models.state import State

SEQUENCES: Final = (1, 2)
# Allowances tell whose grant runs.
CYCLES: Final = 1000
# Attacks on a commit that the suite runs.
MOST: Final = {"native": 150, "rv32": 5}
TEARS: Final = st.sampled_from(list(Tear))
CUTS: Final = st.one_of(
    st.builds(Cut, st.just(Where.OTP), st.integers(0, 2), TEARS),
    st.builds(Cut, st.just(Where.NVRAM), st.integers(0, 255), TEARS),
    st.builds(Cut, st.just(Where.ACCESS), st.integers(0, 140)),
)


@dataclass(frozen=True)
class Life:
    """What is done with the chip from one power-on to the next.

    Attributes:
        image: which image of the NVRAM is put back first, the newest being 0; None for none.
        boot_cut: power fails in the boot, and comes back.
        shown: a licence by its sequence, or a trust list by its negated epoch.
        cut: power fails while that is decided.
    """

    image: int | None
    boot_cut: Cut | None
    shown: int
    cut: Cut | None


LIVES: Final = st.lists(
    st.builds(
        Life,
        image=st.none() | st.integers(0, 3),
        boot_cut=st.sampled_from([None] * 5) | CUTS,
        shown=st.sampled_from([*SEQUENCES, *SEQUENCES, *SEQUENCES, -2]),
        cut=st.none() | CUTS,
    ),
    min_size=3,
    max_size=7,
)


@cache
def start(cpu: str) -> tuple[State, dict[int, tuple[bytes, bytes]]]:
    """A chip that trusts its issuer, off, and a licence of each sequence for it."""
    rig = Rig.trusting(cpu=cpu)
    found: dict[int, tuple[bytes, bytes]] = {}
    for sequence in SEQUENCES:
        form = SequenceBound(1, sequence)
        location = rig.location(form)
        found[sequence] = location, rig.licence(form, location, cycles=CYCLES + sequence)
    rig.chip.power_off()
    return rig.chip.capture(), found


class Thief:
    """Holds supply and NVRAM.

    Attributes:
        opened: how often each sequence has opened the gate.
    """

    def __init__(self, cpu: str) -> None:
        self.cpu = cpu
        self.copy = Copy(Chip.from_capture(start(cpu)[0]))
        self.images = [self.copy.chip.nvram.contents]
        self.opened: Counter[int] = Counter()

    def off(self) -> None:
        """Cuts power; a cut that has not struck is off the table."""
        chip = self.copy.chip
        chip.power_off()
        chip.bus.interposer = chip.nvram.cut = chip.otp.cut = None
        if chip.nvram.contents != self.images[-1]:
            self.images.append(chip.nvram.contents)

    def arm(self, cut: Cut) -> None:
        """Prepares a cut."""
        chip = self.copy.chip
        match cut.where:
            case Where.ACCESS:
                chip.bus.interposer = AccessCut(cut.after)
            case Where.NVRAM:
                chip.nvram.cut = WordCut(cut.after, cut.tear)
            case Where.OTP:
                chip.otp.cut = WordCut(cut.after, cut.tear)

    def show(self, shown: int) -> None:
        """Sends a licence or a trust list; notes a gate that opens, power cut or not."""
        try:
            if shown < 0:
                self.copy.once.trust(ISSUER.root_key, ISSUER.trust_list(-shown))
            else:
                self.copy.once.load_licence(*start(self.cpu)[1][shown])
        except (ChipError, TransportError):
            pass
        gate = self.copy.chip.gate
        if gate.state is _regs.GateState.OPEN:
            self.opened[gate.cycles_left - CYCLES] += 1

    def live(self, life: Life) -> None:
        """One life."""
        chip = self.copy.chip
        self.off()
        if life.image is not None:
            chip.nvram.contents = self.images[-1 - life.image % len(self.images)]
        if life.boot_cut is not None:
            self.arm(life.boot_cut)
            chip.power_on()
            chip.run_until_idle()
            self.off()
        self.copy.power_up()
        self.show(-max(1, self.copy.evidence().epoch))
        if life.cut is not None:
            self.arm(life.cut)
        self.show(life.shown)


def check_outcome(thief: Thief) -> None:
    """No sequence opened twice; and, whatever was done to the chip, its owner can use it."""
    assert max(thief.opened.values(), default=0) <= 1
    thief.off()
    thief.copy.power_up()
    thief.show(-max(1, thief.copy.evidence().epoch))
    assert thief.copy.load().gate is GateState.OPEN
    assert thief.copy.can_compute()


@settings(max_examples=2000 if FULL else 60)
@given(lives=LIVES)
def test_no_course_of_cuts_and_images_opens_the_gate_twice(lives: list[Life]) -> None:
    lead("native", lives)


@settings(max_examples=200 if FULL else 3)
@given(lives=LIVES)
def test_no_course_of_cuts_and_images_opens_the_gate_of_the_image_twice(lives: list[Life]) -> None:
    lead("rv32", lives)


def lead(cpu: str, lives: list[Life]) -> None:
    """Leads a chip through all its lives."""
    thief = Thief(cpu)
    for life in lives:
        thief.live(life)

    check_outcome(thief)


# -- All short attacks that turn on a fuse ---------------------------------------------------


class Attack(NamedTuple):
    """A commit cut off at a fuse, and two lives more from images that were kept.

    Images count from the one before the attack.
    """

    first: Life
    second_image: int
    second: Life
    third_image: int
    third: Life

    def run(self, thief: Thief) -> None:
        """Does it."""
        thief.live(self.first)
        for image, life in ((self.second_image, self.second), (self.third_image, self.third)):
            thief.off()
            thief.copy.chip.nvram.contents = thief.images[min(image, len(thief.images) - 1)]
            thief.live(life)


def attacks() -> list[Attack]:
    """All of them."""
    cuts = [Cut(Where.OTP, burn, tear) for burn in range(4) for tear in (Tear.OLD, Tear.NEW)]
    showns = (*SEQUENCES, -2)
    firsts = [Life(None, None, shown, cut) for shown in showns for cut in cuts]
    seconds = [Life(None, None, shown, cut) for shown in showns for cut in (None, *cuts[::2])]
    thirds = [Life(None, None, shown, None) for shown in showns]
    return [
        Attack(*parts) for parts in itertools.product(firsts, (0, 1), seconds, (0, 1, 2), thirds)
    ]


def test_record_of_a_commit_that_was_cut_off_is_no_other_commits_record(cpu: str) -> None:
    """Two commits from one state want the same step of the counter: only one may have it."""
    for attack in chosen(f"attacks on a commit, {cpu}", attacks(), MOST[cpu]):
        thief = Thief(cpu)
        attack.run(thief)
        check_outcome(thief)


@pytest.mark.parametrize("burn", range(3))
def test_image_of_a_commit_that_was_cut_off_does_not_make_a_sequence_fresh(
    cpu: str, burn: int
) -> None:
    cut_off = Life(None, None, 1, Cut(Where.OTP, burn))
    use = Life(None, None, 2, None)
    thief = Thief(cpu)
    Attack(cut_off, 0, use, 1, use).run(thief)

    check_outcome(thief)
