# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""ENGINE in time: what the gate was when a job's turn came, loss of power, and the meter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from benches.held import Bench

from mooring_models import Chip, ChipStateError, _regs
from mooring_models._regs import EngineRegs, EngineResult, GateCommand, GateState, ModeWord
from mooring_models.clock import NS, SECOND
from mooring_models.engine import Job
from mooring_models.state import State

# By docs/registers.md: 16 cycles and one for each 256 products, at 10 ns.
BIG = np.ones((64, 64), np.int8)
BIG_CYCLES = 16 + 64 * 64 * 64 // 256
SMALL = np.ones((4, 4), np.int8)
SMALL_CYCLES = 17


def bench_of(mode: ModeWord) -> Bench:
    bench = Bench().to_production(mode, fraction=6554)
    bench.accept_trust()
    bench.settle()
    return bench


def submit(bench: Bench, count: int = 3) -> list[Job]:
    return [bench.chip.engine.submit(BIG, BIG, tag) for tag in range(count)]


def results(bench: Bench, jobs: list[Job]) -> list[EngineResult]:
    bench.chip.engine.settle()
    return [job.result for job in jobs]


def meter(bench: Bench) -> int:
    low = bench.read(_regs.ENGINE, EngineRegs.METER_LO)
    return bench.read(_regs.ENGINE, EngineRegs.METER_HI) << 32 | low


# -- Turns -------------------------------------------------------------------------------


def test_jobs_whose_turn_came_before_a_grant_are_not_charged_to_it() -> None:
    bench = bench_of(ModeWord.THROTTLE)
    jobs = submit(bench)
    bench.chip.loop.run_for(SECOND)

    bench.open_gate(10_000, 60)

    assert results(bench, jobs) == [EngineResult.THROTTLED] * 3
    assert bench.chip.gate.cycles_left == 10_000


@pytest.mark.parametrize("end", ["close", "shut down", "tampering"])
def test_jobs_whose_turn_came_under_a_grant_ran_though_it_has_ended_since(end: str) -> None:
    bench = bench_of(ModeWord.DENY)
    bench.open_gate(10_000, 60)
    jobs = submit(bench)
    bench.chip.loop.run_for(SECOND)

    match end:
        case "close":
            bench.command(GateCommand.CLOSE)
        case "shut down":
            bench.chip.gate.shut_down()
        case _:
            bench.command(0xBAD)

    assert bench.chip.gate.state is not GateState.OPEN
    assert results(bench, jobs) == [EngineResult.DONE] * 3


def test_job_whose_turn_has_not_come_is_refused_once_the_grant_is_closed() -> None:
    bench = bench_of(ModeWord.DENY)
    bench.open_gate(10_000, 60)
    jobs = submit(bench)

    bench.command(GateCommand.CLOSE)
    bench.chip.loop.run_for(SECOND)

    first, *others = results(bench, jobs)
    assert first is EngineResult.DONE
    assert others == [EngineResult.LAPSED] * 2


# -- Power and reset ----------------------------------------------------------------------


def test_nothing_is_open_and_nothing_computes_without_power() -> None:
    bench = bench_of(ModeWord.DENY)
    bench.open_gate(10_000, 60)
    jobs = submit(bench)

    bench.chip.power_off()
    bench.chip.loop.run_for(SECOND)

    assert bench.chip.gate.state is GateState.CLOSED
    assert results(bench, jobs) == [EngineResult.NONE] * 3


def test_job_that_ended_before_power_failed_has_its_product() -> None:
    bench = bench_of(ModeWord.REPORT)
    (job,) = submit(bench, 1)
    bench.chip.loop.run_for(BIG_CYCLES * 10 * NS)

    bench.chip.power_off()

    assert job.result is EngineResult.DONE


@pytest.mark.parametrize("loss", [Chip.reset_line, Chip.power_off], ids=["reset", "power"])
def test_job_lost_while_it_is_waited_for_is_an_error(loss: Callable[[Chip], None]) -> None:
    chip = bench_of(ModeWord.REPORT).chip
    chip.loop.at(chip.loop.now + 1000, lambda: loss(chip))

    with pytest.raises(ChipStateError, match="discarded by a reset"):
        chip.compute(BIG, BIG)


# -- Meter ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "result"),
    [(ModeWord.REPORT, EngineResult.DONE), (ModeWord.THROTTLE, EngineResult.THROTTLED)],
)
def test_meter_counts_what_runs_without_a_grant(mode: ModeWord, result: EngineResult) -> None:
    bench = bench_of(mode)

    assert bench.chip.compute(SMALL, SMALL).result is result
    assert bench.chip.compute(BIG, BIG).result is result

    assert meter(bench) == SMALL_CYCLES + BIG_CYCLES


def test_meter_counts_granted_jobs_and_no_refused_ones() -> None:
    bench = bench_of(ModeWord.DENY)
    bench.chip.compute(BIG, BIG)
    assert meter(bench) == 0
    bench.open_gate(BIG_CYCLES + 1, 60)

    bench.chip.compute(BIG, BIG)
    bench.chip.compute(BIG, BIG)

    assert meter(bench) == BIG_CYCLES


def test_meter_outlives_control_and_ends_with_a_reset() -> None:
    bench = bench_of(ModeWord.REPORT)
    submit(bench, 1)
    bench.write(_regs.ENGINE, EngineRegs.CONTROL, 1)
    assert meter(bench) == BIG_CYCLES

    bench.chip.reset_line()

    assert meter(bench) == 0


def test_meter_shows_both_halves_as_of_one_moment() -> None:
    bench = bench_of(ModeWord.REPORT)
    now = bench.chip.engine.capture()
    old = State(
        "engine",
        **{name: now.blob(name) for name in ("registers", "a", "b", "c")},
        **{name: now.parts(name) for name in ("queue", "completed")},
        free_at=0,
        latched_high=0,
        meter=0xFFFFFFFF,
    )
    bench.chip.engine.restore(old)

    low = bench.read(_regs.ENGINE, EngineRegs.METER_LO)
    bench.chip.compute(SMALL, SMALL)
    high = bench.read(_regs.ENGINE, EngineRegs.METER_HI)

    assert (high, low) == (0, 0xFFFFFFFF)
    assert meter(bench) == 0xFFFFFFFF + SMALL_CYCLES
