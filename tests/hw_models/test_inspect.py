# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A look at a register shows what a read would, and changes nothing."""

from __future__ import annotations

import pytest

from mooring_models import Chip, ChipConfig
from mooring_models._regs import (
    GATE,
    OTP,
    RAM,
    TIMER,
    UART1,
    GateRegs,
    OtpRegs,
    TimerRegs,
    UartRegs,
)
from mooring_models.bus import PAGE_MASK
from mooring_models.errors import BusError

HELD = ChipConfig(name="looked at", cpu="held")


def powered() -> Chip:
    chip = Chip.manufacture(HELD)
    chip.power_on()
    chip.link.send(b"waiting in the FIFO")
    chip.run_for(0.1)
    return chip


def blocks(chip: Chip) -> list[int]:
    return [each.base for each in chip._peripherals]


def test_every_word_that_can_be_looked_at_is_what_a_read_gives() -> None:
    looked_at, read = powered(), powered()
    shown = 0
    for base in blocks(looked_at):
        for address in range(base, base + PAGE_MASK, 4):
            try:
                word = looked_at.bus.inspect(address)
            except BusError:
                continue
            shown += 1
            assert word == read.bus.read32(address), hex(address)

    assert shown > 900


def test_looking_at_everything_changes_nothing() -> None:
    chip, left_alone = powered(), powered()
    for base in blocks(chip):
        for address in range(base, base + PAGE_MASK, 4):
            try:
                chip.bus.inspect(address)
            except BusError:
                continue

    assert chip.bus.accesses == left_alone.bus.accesses
    assert [each.capture() for each in chip._peripherals] == [
        each.capture() for each in left_alone._peripherals
    ]


@pytest.mark.parametrize(
    "address",
    [
        UART1.base + UartRegs.RBR.offset,  # takes a byte out of the FIFO
        UART1.base + UartRegs.LSR.offset,  # clears the errors
        TIMER.base + TimerRegs.TIME_LO.offset,  # latches the high word
        GATE.base + GateRegs.STATE.offset,  # brings the gate up to date
        OTP.base + OtpRegs.PROGRAM.offset,  # can't be read at all
        OTP.base + 2,
        RAM.offset,
        0,
    ],
)
def test_what_a_read_would_change_is_not_shown(address: int) -> None:
    with pytest.raises(BusError):
        powered().bus.inspect(address)
