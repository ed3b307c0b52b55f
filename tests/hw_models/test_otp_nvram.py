# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""OTP and NVRAM: one-way bits, locks, arming, torn words."""

from __future__ import annotations

import pytest
from benches.held import Bench, address
from hypothesis import given
from hypothesis import strategies as st

from mooring_models import BusError, FuseFault, PowerLost, Tear, WordCut, _regs
from mooring_models._regs import (
    LifecycleWord,
    ModeWord,
    NvramKey,
    NvramRegs,
    OtpRegs,
    ProgramKey,
)
from mooring_models._spec import Register
from mooring_models.otp import Lifecycle

FUSES = [each for each in OtpRegs.BLOCK.registers if each.fuse_page is not None]
WORDS = st.integers(0, 0xFFFFFFFF)


# -- OTP ---------------------------------------------------------------------------------


@pytest.mark.parametrize("register", FUSES, ids=lambda each: each.name)
def test_fuse_bits_only_ever_go_from_zero_to_one(bench: Bench, register: Register) -> None:
    mask = register.fields[0].mask
    index = register.count - 1
    before = bench.read(_regs.OTP, register, index)
    page = 5 if register is OtpRegs.PAGE_LOCKS else None

    bench.burn(register, 0x00000001, index)
    if page is None:
        bench.burn(register, 0x00000002, index)
        bench.burn(register, 0x00000000, index)
        assert bench.read(_regs.OTP, register, index) == (before | 3) & mask
    else:
        assert bench.read(_regs.OTP, register, index) == 1


def test_unarmed_write_changes_nothing_and_is_noted(bench: Bench) -> None:
    bench.write(_regs.OTP, OtpRegs.MAX_LIFETIME, 5)
    assert bench.read(_regs.OTP, OtpRegs.MAX_LIFETIME) == 0
    assert bench.read(_regs.OTP, OtpRegs.STATUS) == 1

    bench.write(_regs.OTP, OtpRegs.STATUS, 1)

    assert bench.read(_regs.OTP, OtpRegs.STATUS) == 0


def test_arming_permits_exactly_the_next_write(bench: Bench) -> None:
    bench.write(_regs.OTP, OtpRegs.PROGRAM, ProgramKey.ARM)
    bench.write(_regs.OTP, OtpRegs.MAX_LIFETIME, 1)
    bench.write(_regs.OTP, OtpRegs.MAX_LIFETIME, 2)
    assert bench.read(_regs.OTP, OtpRegs.MAX_LIFETIME) == 1

    bench.write(_regs.OTP, OtpRegs.PROGRAM, ProgramKey.ARM)
    bench.write(_regs.OTP, OtpRegs.PROGRAM, 0)
    bench.write(_regs.OTP, OtpRegs.MAX_LIFETIME, 2)

    assert bench.read(_regs.OTP, OtpRegs.MAX_LIFETIME) == 1


@pytest.mark.parametrize("register", FUSES, ids=lambda each: each.name)
def test_locked_page_refuses_programming_with_its_number(bench: Bench, register: Register) -> None:
    bench.burn(OtpRegs.PAGE_LOCKS, 1 << (register.fuse_page or 0))
    before = bench.read(_regs.OTP, register)

    with pytest.raises(BusError, match=f"fuse page {register.fuse_page} is locked"):
        bench.burn(register, 0xFFFFFFFF)

    assert bench.read(_regs.OTP, register) == before


def test_lock_of_one_page_leaves_the_others(bench: Bench) -> None:
    bench.burn(OtpRegs.PAGE_LOCKS, 0b10011)

    bench.burn(OtpRegs.COUNTER, 1)
    bench.burn(OtpRegs.ROOT_REVOKED, 0xFFFFFFFF, 3)
    bench.burn(OtpRegs.PRODUCTION, LifecycleWord.PRODUCTION)

    assert bench.chip.otp.count == 1
    assert bench.chip.otp.lifecycle is Lifecycle.PRODUCTION


@given(WORDS, WORDS)
def test_lifecycle_is_production_only_with_both_words_exact(first: int, second: int) -> None:
    bench = Bench()
    bench.burn(OtpRegs.MANUFACTURED, first & 0xFF)
    bench.burn(OtpRegs.PRODUCTION, second)
    words = (
        bench.read(_regs.OTP, OtpRegs.MANUFACTURED),
        bench.read(_regs.OTP, OtpRegs.PRODUCTION),
    )

    production = bench.chip.otp.lifecycle is Lifecycle.PRODUCTION

    assert production == (words == (0x3333CCCC, 0x5A5AA5A5))


@given(st.sampled_from(ModeWord), WORDS)
def test_damaged_mode_word_means_deny(word: ModeWord, damage: int) -> None:
    bench = Bench()
    bench.burn(OtpRegs.MODE, word | damage)

    mode = bench.chip.otp.mode

    assert mode is (word if word | damage == word else ModeWord.DENY)


def test_fuses_survive_power_and_reset_but_the_arming_does_not(bench: Bench) -> None:
    bench.burn(OtpRegs.COUNTER, 0b111)
    bench.write(_regs.OTP, OtpRegs.PROGRAM, ProgramKey.ARM)

    bench.chip.power_off()
    bench.chip.power_on()
    bench.write(_regs.OTP, OtpRegs.COUNTER, 0xFF)

    assert bench.chip.otp.count == 3


def test_blocked_fuse_burns_nothing_and_says_nothing(bench: Bench) -> None:
    bench.chip.otp.fault = FuseFault(OtpRegs.COUNTER, 0, mask=0b10)

    bench.burn(OtpRegs.COUNTER, 0b11)

    assert bench.read(_regs.OTP, OtpRegs.COUNTER) == 0b01
    assert bench.chip.otp.burns == 1


@pytest.mark.parametrize("tear", Tear)
def test_power_cut_tears_the_fuse_word_under_way(bench: Bench, tear: Tear) -> None:
    bench.burn(OtpRegs.MAX_LIFETIME, 0x00010001)
    bench.chip.otp.cut = WordCut(after=1, tear=tear)
    bench.burn(OtpRegs.COUNTER, 1)  # the first word goes well

    with pytest.raises(PowerLost, match=r"OTP\.MAX_LIFETIME"):
        bench.burn(OtpRegs.MAX_LIFETIME, 0xFFFF0FFF)

    word = bench.read(_regs.OTP, OtpRegs.MAX_LIFETIME)
    assert word & 0x00010001 == 0x00010001
    assert word | 0xFFFF0FFF == 0xFFFF0FFF
    known = {Tear.OLD: 0x00010001, Tear.NEW: 0xFFFF0FFF, Tear.LOW_HALF: 0x00010FFF}
    known[Tear.HIGH_HALF] = 0xFFFF0001
    assert word == known.get(tear, word)
    assert bench.chip.otp.count == 1


# -- NVRAM -------------------------------------------------------------------------------


def test_unarmed_write_is_refused(bench: Bench) -> None:
    with pytest.raises(BusError, match=r"NVRAM\.SLOTS\[7\] .*not armed"):
        bench.write(_regs.NVRAM, NvramRegs.SLOTS, 1, 7)

    bench.write(_regs.NVRAM, NvramRegs.WRITE_ENABLE, NvramKey.ARM)
    bench.write(_regs.NVRAM, NvramRegs.SLOTS, 1, 7)
    bench.write(_regs.NVRAM, NvramRegs.WRITE_ENABLE, 1)

    assert bench.read(_regs.NVRAM, NvramRegs.SLOTS, 7) == 1
    with pytest.raises(BusError, match="not armed"):
        bench.write(_regs.NVRAM, NvramRegs.SLOTS, 2, 7)


def test_slots_survive_power_but_the_arming_does_not(bench: Bench) -> None:
    content = bytes(range(256)) * 4
    bench.store(1, content)
    bench.write(_regs.NVRAM, NvramRegs.WRITE_ENABLE, NvramKey.ARM)

    bench.chip.power_off()
    bench.chip.power_on()

    assert bench.chip.nvram.slot(0) == bytes(1024)
    assert bench.chip.nvram.slot(1) == content
    with pytest.raises(BusError, match="not armed"):
        bench.write(_regs.NVRAM, NvramRegs.SLOTS, 2)


@pytest.mark.parametrize("tear", Tear)
@pytest.mark.parametrize("after", [0, 1, 100, 255])
@pytest.mark.parametrize("blockwise", [True, False])
def test_power_cut_keeps_words_before_and_tears_the_one_under_way(
    bench: Bench, tear: Tear, after: int, blockwise: bool
) -> None:
    old, new = b"\x0f" * 1024, b"\xf5" * 1024
    bench.store(0, old)
    bench.chip.nvram.cut = WordCut(after, tear)

    def word_by_word() -> None:
        bench.write(_regs.NVRAM, NvramRegs.WRITE_ENABLE, NvramKey.ARM)
        for index in range(256):
            bench.write(_regs.NVRAM, NvramRegs.SLOTS, 0xF5F5F5F5, index)

    def at_once() -> None:
        bench.store(0, new)

    with pytest.raises(PowerLost, match=rf"SLOTS\[{after}\]"):
        (at_once if blockwise else word_by_word)()

    slot = bench.chip.nvram.slot(0)
    assert slot[: 4 * after] == new[: 4 * after]
    assert slot[4 * after + 4 :] == old[4 * after + 4 :]
    torn = slot[4 * after : 4 * after + 4]
    expected = {
        Tear.OLD: b"\x0f\x0f\x0f\x0f",
        Tear.NEW: b"\xf5\xf5\xf5\xf5",
        Tear.LOW_HALF: b"\xf5\xf5\x0f\x0f",
        Tear.HIGH_HALF: b"\x0f\x0f\xf5\xf5",
    }
    if tear is Tear.MIXED:
        assert all(each & 0x05 == 0x05 for each in torn)  # bits both words have
        assert torn not in expected.values()
    else:
        assert torn == expected[tear]


def test_words_written_are_counted_for_campaigns(bench: Bench) -> None:
    bench.store(0, bytes(1024))
    bench.store(1, bytes(8))

    assert bench.chip.nvram.words_written == 258


def test_block_reads_are_what_word_reads_are(bench: Bench) -> None:
    bench.store(0, bytes(range(256)) * 4)
    slots = address(_regs.NVRAM, NvramRegs.SLOTS)

    words = b"".join(
        bench.read(_regs.NVRAM, NvramRegs.SLOTS, i).to_bytes(4, "little") for i in range(256)
    )

    assert bench.chip.bus.read_window(slots, 1024) == words == bytes(range(256)) * 4
