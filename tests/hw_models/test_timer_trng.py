# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""TIMER and TRNG."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from benches.held import Bench

from mooring_models import NoiseFault, _regs
from mooring_models._regs import TimerRegs, TrngRegs
from mooring_models.clock import US
from mooring_models.entropy import Stream
from mooring_models.trng import PROPORTION_CUTOFF, REPETITION_CUTOFF, WINDOW, Trng

TIMER = _regs.TIMER
NOISE_BYTES = 1024


def noise(bench: Bench) -> list[int]:
    """Eight words over the bus."""
    return [bench.read(_regs.TRNG, TrngRegs.DATA) for _ in range(8)]


# -- TIMER -------------------------------------------------------------------------------


def test_ticks_count_virtual_time_since_reset(bench: Bench) -> None:
    frequency = bench.read(TIMER, TimerRegs.FREQUENCY)
    bench.chip.run_for(2.5)
    assert bench.read(TIMER, TimerRegs.TIME_LO) == 2.5 * frequency

    bench.chip.reset_line()

    assert bench.read(TIMER, TimerRegs.TIME_LO) == 0


def test_reading_the_low_word_latches_the_high_word(bench: Bench) -> None:
    bench.chip.run_for(100)  # 1e10 ticks, more than 32 bits
    low = bench.read(TIMER, TimerRegs.TIME_LO)
    bench.chip.run_for(100)

    high = bench.read(TIMER, TimerRegs.TIME_HI)

    assert high << 32 | low == 100 * 100_000_000


def test_alarm_strikes_once_and_is_cleared_by_writing_one(bench: Bench) -> None:
    bench.write(TIMER, TimerRegs.ALARM_HI, 0)
    bench.write(TIMER, TimerRegs.ALARM_LO, 1000)  # 10 us
    bench.chip.loop.run_for(9 * US)
    assert bench.read(TIMER, TimerRegs.STATUS) == 0
    bench.chip.loop.run_for(1 * US)
    assert bench.read(TIMER, TimerRegs.STATUS) == 1

    bench.write(TIMER, TimerRegs.STATUS, 0)
    assert bench.read(TIMER, TimerRegs.STATUS) == 1
    bench.write(TIMER, TimerRegs.STATUS, 1)
    bench.chip.run_for(1)

    assert bench.read(TIMER, TimerRegs.STATUS) == 0


def test_interrupt_time_is_the_alarm_only_if_enabled(bench: Bench) -> None:
    timer = bench.chip.timer
    assert timer.next_irq() is None
    bench.write(TIMER, TimerRegs.ALARM_HI, 0)
    bench.write(TIMER, TimerRegs.ALARM_LO, 1000)
    assert timer.next_irq() is None

    bench.write(TIMER, TimerRegs.IER, 1)

    assert timer.next_irq() == 10 * US
    bench.chip.loop.run_for(50 * US)
    assert timer.next_irq() == 50 * US  # asserted since, and still


# -- TRNG --------------------------------------------------------------------------------


class Script(Stream):
    """A noise source that says exactly what a test wants, then counts upwards."""

    def __init__(self, data: bytes) -> None:
        super().__init__(b"", "script")
        self._script = data

    def draw(self, count: int) -> bytes:
        out, self._script = self._script[:count], self._script[count:]
        return out + bytes(each % 251 for each in range(count - len(out)))


def varied(count: int) -> bytes:
    return bytes(each % 251 for each in range(count))


def test_same_seed_same_stream_and_no_repetition_after_reset() -> None:
    first, second = Bench(), Bench()
    words = noise(first)
    assert words == noise(second)

    first.chip.reset_line()

    assert words != noise(first)
    assert len(set(words)) == 8


def test_healthy_noise_passes_for_long(bench: Bench) -> None:
    for _ in range(100):
        bench.chip.trng.draw(4096)

    assert bench.read(_regs.TRNG, TrngRegs.STATUS) == 1


@pytest.mark.parametrize("fault", [NoiseFault.STUCK, NoiseFault.BIASED])
def test_faulty_noise_fails_the_start_up_test_and_delivers_zero(
    bench: Bench, fault: NoiseFault
) -> None:
    bench.chip.trng.fault = fault
    bench.chip.reset_line()

    assert bench.read(_regs.TRNG, TrngRegs.STATUS) == 2
    assert bench.read(_regs.TRNG, TrngRegs.DATA) == 0
    assert not any(noise(bench))


def test_failure_is_final_until_reset(bench: Bench) -> None:
    bench.chip.trng.fault = NoiseFault.STUCK
    noise(bench)
    bench.chip.trng.fault = NoiseFault.NONE
    assert bench.read(_regs.TRNG, TrngRegs.STATUS) == 2

    bench.chip.reset_line()

    assert bench.read(_regs.TRNG, TrngRegs.STATUS) == 1


def test_repeating_source_is_what_no_health_test_sees(bench: Bench) -> None:
    bench.chip.trng.fault = NoiseFault.REPEATING
    bench.chip.reset_line()
    first = noise(bench)
    bench.chip.reset_line()

    assert noise(bench) == first
    assert bench.read(_regs.TRNG, TrngRegs.STATUS) == 1


@pytest.mark.parametrize(("run", "healthy"), [(5, True), (6, False)])
@pytest.mark.parametrize("start", [100, NOISE_BYTES - 3])
def test_repetition_count_test_fails_at_its_cutoff(run: int, healthy: bool, start: int) -> None:
    # SP 800-90B section 4.4.1 with alpha = 2^-20 and H = 4: 1 + ceil(20 / 4).
    assert REPETITION_CUTOFF == 6
    data = bytearray(varied(2 * NOISE_BYTES))
    data[start : start + run] = b"\xfe" * run
    trng = Trng(Script(bytes(data)))
    trng.reset()
    trng.draw(32)

    assert trng.healthy is healthy


@pytest.mark.parametrize(("occurrences", "healthy"), [(61, True), (62, False)])
@pytest.mark.parametrize("window", [0, 1, 2])
def test_adaptive_proportion_test_fails_at_its_cutoff(
    occurrences: int, healthy: bool, window: int
) -> None:
    data = bytearray(varied(4 * WINDOW))
    data = bytearray(each if each != 0xFE else 0 for each in data)
    for number in range(occurrences):
        data[window * WINDOW + 3 * number] = 0xFE
    trng = Trng(Script(bytes(data)))
    trng.reset()
    for _ in range(40):  # odd sizes, across the borders of windows
        trng.draw(23)

    assert trng.healthy is healthy


def test_proportion_cutoff_is_the_one_of_the_standard() -> None:
    # 1 + CRITBINOM(512, 2^-4, 1 - 2^-20), exactly.
    chance = Fraction(1, 16)
    below = Fraction(0)
    critical = -1
    while below < 1 - Fraction(1, 2**20):
        critical += 1
        below += comb(512, critical) * chance**critical * (1 - chance) ** (512 - critical)

    assert critical + 1 == PROPORTION_CUTOFF
