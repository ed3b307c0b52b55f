# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Supply, storage, noise and clock under attack: what docs/threat-model.md promises holds.

Power fails in every interval between two bus writes of a licence load, in each durable word,
and at arbitrary instructions; writes to fuses and NVRAM are blocked at every step.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Final

import pytest
from benches.sweep import FULL, chosen

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_host.token import SequenceBound
from mooring_lab.attacks import power
from mooring_lab.attacks.clock import World
from mooring_lab.attacks.power import CYCLES, Load, Moment, Scene
from mooring_lab.attacks.stand import SMALL_CYCLES, Build, Tokens
from mooring_models import Chip, NoiseFault, PassThrough, _regs
from mooring_models._regs import NvramRegs, OtpRegs
from mooring_models._spec import Instance, Register, Window
from mooring_models.faults import BusAccess

SEED: Final = b"power attacks"
LOADS: Final = list(Load)
# Of each load: boots of states that a cut leaves, and cuts for real.
STATES: Final = {"native": 1000, "rv32": 10}
REAL: Final = {"native": 1000, "rv32": 8}
# Cuts at instructions over all loads, as many of them uniform as in the commit alone.
INSTRUCTIONS: Final = 10_000 if FULL else 64
BLOCKED: Final = {"native": 1000, "rv32": 4}


def build(cpu: str) -> Build:
    """The chip of these tests."""
    return Build(cpu, SEED)


def load_id(load: Load) -> str:
    """A load's name in a test's name."""
    return load.name.lower()


# -- Power cuts --------------------------------------------------------------------------


@pytest.mark.parametrize("load", LOADS, ids=load_id)
def test_power_cut_in_a_load_leaves_a_chip_that_grants_once(cpu: str, load: Load) -> None:
    scene = power.scene(build(cpu), load)
    line = power.record(scene)
    cuts = f"{len(line.intervals)} intervals, {len(line.torn)} torn words"

    for moment in chosen(f"{load.value} on {cpu}, states of {cuts}", line.distinct, STATES[cpu]):
        assert power.violations(scene, moment) == ()


@pytest.mark.parametrize("load", LOADS, ids=load_id)
def test_cut_before_a_write_leaves_what_was_recorded(cpu: str, load: Load) -> None:
    scene = power.scene(build(cpu), load)
    intervals = power.record(scene).intervals

    # The last interval has no write at its end.
    for number in chosen(f"{load.value} on {cpu}, real cuts", range(len(intervals) - 1), REAL[cpu]):
        assert power.cut_before_write(scene, number) == intervals[number]


@pytest.mark.parametrize("load", LOADS, ids=load_id)
def test_cut_at_an_instruction_leaves_what_was_recorded(load: Load) -> None:
    scene = power.scene(build("rv32"), load)
    line = power.record(scene)
    dice = random.Random(load.name)
    share = INSTRUCTIONS // len(Load) // 2
    counts = [*dice.sample(range(line.instructions), share), *dice.choices(line.commit, k=share)]

    found = Counter(power.cut_at_instruction(scene, each) == line.after(each) for each in counts)

    print(f"{load.value}, instructions: {line.instructions} possible, {len(counts)} sampled")
    assert found == {True: 2 * share}


def test_judge_notices_a_licence_that_is_granted_twice(cpu: str) -> None:
    scene = power.scene(build(cpu), Load.SEQUENCE)
    before = power.record(scene).intervals[0]

    found = power.violations(scene, replace(before, granted=True))

    assert found == ("the licence is granted a second time",)


def test_judge_notices_a_chip_that_is_destroyed(cpu: str) -> None:
    scene = power.scene(build(cpu), Load.NONCE)
    chip = Chip(scene.build.config, power.record(scene).intervals[0].kept)
    chip.otp.poke(OtpRegs.COUNTER, 0x80000000, 31)  # a counter with a gap

    (found,) = power.violations(scene, Moment(chip.persistent, granted=False))

    assert found.startswith("the chip shuts down")


def test_judge_notices_an_owner_who_is_refused(cpu: str) -> None:
    scene = power.scene(build(cpu), Load.NONCE)
    kept = power.record(scene).intervals[0].kept

    found = power.violations(scene, Moment(replace(kept, nvram=bytes(len(kept.nvram))), False))

    assert any("COMMIT_ROLLED_BACK" in each for each in found)


# -- Writes that do not happen --------------------------------------------------------------


class Blocked(PassThrough):
    """Writes to a part of a block do nothing, from one of them on.

    Attributes:
        seen: how many there were.
    """

    def __init__(self, at: range, first: int, *, only: bool) -> None:
        self._at = at
        self._blocked = range(first, first + 1 if only else 1 << 40)
        self.seen = 0

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """The data, or nothing."""
        if access.address not in self._at:
            return data
        number, self.seen = self.seen, self.seen + 1
        return None if number in self._blocked else data


def span(instance: Instance, first: Register | Window, end: int) -> range:
    """Addresses from a register's on."""
    return range(instance.base + first.offset, instance.base + end)


FUSES: Final = span(_regs.OTP, OtpRegs.MANUFACTURED, OtpRegs.BLOCK.size)
SLOTS: Final = span(_regs.NVRAM, NvramRegs.SLOTS, NvramRegs.SLOTS.offset + NvramRegs.SLOTS.size)


def writes_of(scene: Scene, at: range) -> int:
    """How many writes of a load go there."""
    stand = scene.stand()
    meter = Blocked(at, 1 << 40, only=True)
    stand.chip.bus.interposer = meter
    stand.load_once(scene.tokens)
    return meter.seen


@pytest.mark.parametrize("only", [True, False], ids=["one", "all-after"])
@pytest.mark.parametrize(
    ("part", "load", "word"),
    [
        (FUSES, Load.SEQUENCE, ErrorWord.COMMIT_FUSE),
        (FUSES, Load.SEQUENCE_RENEWAL, ErrorWord.COMMIT_FUSE),
        (SLOTS, Load.NONCE, ErrorWord.COMMIT_NVRAM),
        (SLOTS, Load.SEQUENCE_RENEWAL, ErrorWord.COMMIT_NVRAM),
    ],
    ids=["fuses", "fuses-renewal", "nvram-nonce", "nvram-sequence"],
)
def test_blocked_write_grants_nothing_and_spends_at_most_the_licence(
    cpu: str, part: range, load: Load, word: ErrorWord, only: bool
) -> None:
    scene = power.scene(build(cpu), load)
    steps = range(writes_of(scene, part))
    outcomes: Counter[str] = Counter()
    name = f"{load.value} on {cpu}, blocked {'one' if only else 'from one on'} at {part.start:08X}"
    for step in chosen(name, steps, BLOCKED[cpu]):
        stand = scene.stand()
        stand.chip.bus.interposer = Blocked(part, step, only=only)
        granted = False
        try:
            stand.load_once(scene.tokens)
            granted = stand.cycles_left == CYCLES
        except ChipError as error:
            outcomes[error.name] += 1
            # What ran before is untouched, and never by the new terms.
            assert stand.cycles_left < CYCLES
        stand.chip.power_off()

        assert power.violations(scene, Moment(stand.chip.persistent, granted)) == ()
    assert outcomes[word.name] > 0
    # A word that was to be written as it was already is not missed.
    assert set(outcomes) <= {word.name}


def test_fuses_blocked_for_good_leave_the_nonce_form(cpu: str) -> None:
    scene = power.scene(build(cpu), Load.SEQUENCE)
    stand = scene.stand()
    stand.chip.bus.interposer = Blocked(FUSES, 0, only=False)
    for _ in range(2):
        with pytest.raises(ChipError, match="COMMIT_FUSE"):
            stand.load(scene.tokens)
        stand.reboot()
        stand.trust()

        stand.load(stand.tokens())

        assert stand.computes()


# -- Memory put back -------------------------------------------------------------------------


def test_no_image_of_the_memory_makes_a_sequence_fresh(cpu: str) -> None:
    """Images from a life of lists, licences of both forms and refusals."""
    scene = power.scene(build(cpu), Load.SEQUENCE)
    stand = scene.stand()
    used: list[Tokens] = []
    images = [stand.memory]
    for sequence in range(2, 5):
        used.append(stand.tokens(SequenceBound(1, sequence)))
        stand.load(used[-1])
        images.append(stand.memory)
        stand.load()
        images.append(stand.memory)
        with pytest.raises(ChipError, match="DECISION_SEQUENCE"):
            stand.load(stand.tokens(SequenceBound(1, 1)))
        images.append(stand.memory)
    stand.trust(2)
    images.append(stand.memory)
    end = stand.capture()

    refused: Counter[str] = Counter()
    for image in chosen(f"old images on {cpu}", images, 1000):
        stand.restore(end)
        stand.reboot(image)
        stand.trust(max(1, stand.evidence().epoch))
        for tokens in used:
            with pytest.raises(ChipError) as caught:
                stand.load(tokens)
            refused[caught.value.name] += 1
        assert not stand.open
        stand.load()
        assert stand.computes()

    # Only the newest image fits the counter; all older ones leave their mark.
    older = len(images) - 1
    assert refused == {"COMMIT_ROLLED_BACK": 3 * older, "DECISION_SEQUENCE": 3}


# -- Noise and clock ---------------------------------------------------------------------------


def test_repeating_noise_costs_the_nonce_form_and_never_the_sequence_form(cpu: str) -> None:
    """Assumption 4 of the threat model, and how far it reaches."""
    stand = power.scene(build(cpu), Load.SEQUENCE).stand()
    stand.chip.trng.fault = NoiseFault.REPEATING
    stand.reboot()
    stand.trust()
    online, offline = stand.tokens(), stand.tokens(power.NEXT)
    stand.load(online)
    stand.load(offline)
    for _ in range(3):
        stand.reboot()
        stand.trust()

        assert stand.fresh() == online.form
        assert stand.load(online).changed
        with pytest.raises(ChipError, match="DECISION_SEQUENCE"):
            stand.load(offline)


@pytest.mark.parametrize("fault", [NoiseFault.STUCK, NoiseFault.BIASED])
def test_noise_that_is_seen_to_be_bad_costs_every_new_grant_and_no_running_one(
    cpu: str, fault: NoiseFault
) -> None:
    scene = power.scene(build(cpu), Load.SEQUENCE_RENEWAL)
    stand = scene.stand()
    stand.chip.trng.fault = fault
    if fault is NoiseFault.BIASED:
        stand.chip.trng.draw(4096)  # a bias takes a window of samples to show

    with pytest.raises(ChipError, match="HW_TRNG"):
        stand.load(scene.tokens)

    assert stand.computes()
    assert stand.cycles_left < power.OLD_CYCLES
    stand.chip.trng.fault = NoiseFault.NONE
    stand.reboot()
    stand.trust()
    stand.load(scene.tokens)
    assert stand.cycles_left == CYCLES


@pytest.mark.parametrize("rate", [1 / 1000, 1 / 7, 1, 9])
def test_rate_of_the_clock_changes_seconds_by_its_factor_and_cycles_not_at_all(
    cpu: str, rate: float
) -> None:
    granted_s = 120
    stand = power.scene(build(cpu), Load.SEQUENCE).stand()
    world = World(stand, rate)
    stand.load(stand.tokens(power.NEXT, seconds=granted_s, cycles=2 * SMALL_CYCLES))
    assert stand.computes()
    world.wait(0.9 * granted_s / rate)
    assert stand.cycles_left == SMALL_CYCLES

    world.wait(0.2 * granted_s / rate)

    assert stand.cycles_left == 0
    stand.load(stand.tokens(power.LATER, cycles=2 * SMALL_CYCLES))
    assert [stand.computes() for _ in range(3)] == [True, True, False]
