# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Words that a CPU may read and write by itself: to go by the model makes no difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mooring_lab.fleet import ChipTransport, Form, full_boot, prepare
from mooring_lab.issuer import Issuer
from mooring_models import Chip, ChipConfig
from mooring_models._regs import (
    EngineRegs,
    GateRegs,
    KeyvaultRegs,
    NvramRegs,
    OtpRegs,
    RstmgrRegs,
    TimerRegs,
    TrngRegs,
    UartRegs,
)
from mooring_models._spec import Register, Window
from mooring_models.faults import BusAccess, PassThrough
from mooring_models.peripheral import Peripheral

PATTERN = 0xA5C33C5A
ALL_ONES = 0xFFFFFFFF


@pytest.fixture
def chip() -> Chip:
    """A chip that is on, with nobody on its bus but the test."""
    chip = Chip.manufacture(ChipConfig(cpu="held"))
    chip.power_on()
    return chip


def words(chip: Chip) -> Iterator[tuple[Peripheral, int]]:
    """Every word of every block, by its offset."""
    for block in chip.bus.blocks:
        for index in range(len(block.rights)):
            yield block, 4 * index


def stored(block: Peripheral, offset: int) -> int:
    return int.from_bytes(block.memory[offset : offset + 4], "little")


def test_read_of_a_shown_word_is_its_stored_bits_and_changes_nothing(chip: Chip) -> None:
    shown = [(block, at) for block, at in words(chip) if block.rights[at // 4].shows]
    for block, at in shown:
        block.memory[at : at + 4] = PATTERN.to_bytes(4, "little")
        before = chip.capture()

        value = chip.bus.read32(block.base + at)

        assert value == PATTERN & block.rights[at // 4].shows
        assert chip.capture() == before
    assert len(shown) > 500


def test_write_of_a_stored_word_changes_its_bits_and_nothing_else(chip: Chip) -> None:
    kept = [(block, at) for block, at in words(chip) if block.rights[at // 4].stores]
    for block, at in kept:
        old = stored(block, at)
        stores = block.rights[at // 4].stores

        chip.bus.write32(block.base + at, PATTERN)
        after = chip.capture()

        assert stored(block, at) == (old & ~stores) | (PATTERN & stores)
        block.memory[at : at + 4] = old.to_bytes(4, "little")
        chip.bus.write32(block.base + at, old)
        assert stored(block, at) == old
        block.memory[at : at + 4] = ((old & ~stores) | (PATTERN & stores)).to_bytes(4, "little")
        assert chip.capture() == after
    assert len(kept) > 50


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("uart1", UartRegs.RX_LEVEL),
        ("uart1", UartRegs.RBR),
        ("uart1", UartRegs.LSR),
        ("trng", TrngRegs.DATA),
        ("timer", TimerRegs.TIME_LO),
        ("timer", TimerRegs.STATUS),
        ("gate", GateRegs.STATE),
        ("gate", GateRegs.LEFT_LO),
        ("keyvault", KeyvaultRegs.COMMAND),
        ("engine", EngineRegs.STATUS),
    ],
)
def test_word_whose_reading_does_something_is_the_models(
    chip: Chip, name: str, target: Register
) -> None:
    block: Peripheral = getattr(chip, name)

    assert block.rights[target.offset // 4].shows == 0


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("otp", OtpRegs.MODE),
        ("otp", OtpRegs.COUNTER),
        ("otp", OtpRegs.PROGRAM),
        ("nvram", NvramRegs.SLOTS),
        ("nvram", NvramRegs.WRITE_ENABLE),
        ("gate", GateRegs.COMMAND),
        ("gate", GateRegs.VALUE),
        ("gate", GateRegs.ATTEMPT),
        ("gate", GateRegs.STATE),
        ("keyvault", KeyvaultRegs.COMMAND),
        ("keyvault", KeyvaultRegs.PUBLIC_KEY),
        ("timer", TimerRegs.IER),
        ("timer", TimerRegs.ALARM_LO),
        ("uart1", UartRegs.RBR),
        ("rstmgr", RstmgrRegs.PHASE),
        ("rstmgr", RstmgrRegs.SHUTDOWN),
    ],
)
def test_word_whose_writing_does_something_or_is_refused_is_the_models(
    chip: Chip, name: str, target: Register | Window
) -> None:
    block: Peripheral = getattr(chip, name)
    first = target.offset // 4

    assert not any(right.stores for right in block.rights[first : first + target.size // 4])


class Watcher(PassThrough):
    """Counts what it sees."""

    def __init__(self) -> None:
        self.seen = 0

    def before(self, access: BusAccess) -> None:
        """Counts."""
        self.seen += 1


@pytest.mark.parametrize("form", Form)
def test_watched_boot_costs_the_same_and_ends_the_same(form: Form) -> None:
    prepared = prepare("watched", Issuer.from_seed(b"direct words"), form=form)
    watcher = Watcher()

    def watched() -> Chip:
        chip = prepared.chip()
        chip.bus.interposer = watcher
        return chip

    left_alone, alone = full_boot(prepared)
    seen, report = full_boot(prepared, chip=watched())

    assert watcher.seen == seen.bus.accesses == left_alone.bus.accesses
    assert seen.capture() == left_alone.capture()
    assert seen.loop.now == left_alone.loop.now
    assert report.phases == alone.phases


def test_watcher_that_comes_in_the_middle_of_a_step_misses_nothing_from_there() -> None:
    prepared = prepare("late", Issuer.from_seed(b"direct words"))
    chip, watcher = prepared.chip(), Watcher()
    before: list[int] = []

    def arrive(now: int, phase: object) -> None:
        if not before:
            before.append(chip.bus.accesses)
            chip.bus.interposer = watcher

    chip.on_phase = arrive
    chip.power_on()
    chip.run_until_idle()

    assert watcher.seen > 20
    assert before[0] + watcher.seen == chip.bus.accesses
    assert ChipTransport(chip).read(0.0) == b""
