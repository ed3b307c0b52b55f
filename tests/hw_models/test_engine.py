# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""ENGINE: products, queue, cost, and what the gate makes of each mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from benches.held import Bench, address
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mooring_models import ChipStateError, _regs
from mooring_models._regs import (
    EngineRegs,
    EngineResult,
    GateCommand,
    GateState,
    ModeWord,
    OtpRegs,
)
from mooring_models._spec import Register
from mooring_models.clock import NS
from mooring_models.engine import cost

ENGINE = _regs.ENGINE
ONES = np.ones((4, 4), np.int8)


def load(bench: Bench, register: Register, data: bytes) -> None:
    bench.chip.bus.write_fifo(address(ENGINE, register), data)


def ring(bench: Bench, m: int, k: int, n: int, tag: int = 0) -> None:
    bench.write(ENGINE, EngineRegs.SHAPE, m | k << 8 | n << 16)
    bench.write(ENGINE, EngineRegs.DOORBELL, tag)


def product(bench: Bench, m: int, n: int) -> NDArray[np.int32]:
    data = bench.chip.bus.read_fifo(address(ENGINE, EngineRegs.C_OUT), 4 * m * n)
    return np.frombuffer(data, "<i4").reshape(m, n)


def report(*, fraction: int = 0, mode: ModeWord = ModeWord.REPORT) -> Bench:
    return Bench().to_production(mode, fraction=fraction)


def open_bench(cycles: int = 1000, seconds: int = 60, mode: ModeWord = ModeWord.DENY) -> Bench:
    bench = Bench().to_production(mode, fraction=6554)
    bench.accept_trust()
    bench.open_gate(cycles, seconds)
    assert bench.chip.gate.state is GateState.OPEN
    return bench


dimension = st.integers(1, 64)


@given(dimension, dimension, dimension)
def test_product_is_the_one_of_exact_integers(m: int, k: int, n: int) -> None:
    rng = np.random.default_rng(m * 4096 + k * 64 + n)
    a = rng.integers(-128, 128, (m, k), dtype=np.int8)
    b = rng.integers(-128, 128, (k, n), dtype=np.int8)
    bench = report()

    load(bench, EngineRegs.A_IN, a.tobytes())
    load(bench, EngineRegs.B_IN, b.tobytes())
    ring(bench, m, k, n, tag=7)
    bench.chip.run_for(0.001)

    assert bench.read(ENGINE, EngineRegs.RESULT) == EngineResult.DONE
    assert bench.read(ENGINE, EngineRegs.RESULT_TAG) == 7
    rows = a.tolist()
    columns = b.T.tolist()
    exact = [[sum(x * y for x, y in zip(r, c, strict=True)) for c in columns] for r in rows[:2]]
    assert product(bench, m, n)[:2].tolist() == exact


@pytest.mark.parametrize(
    ("shape", "cycles"), [((1, 1, 1), 17), ((4, 4, 4), 17), ((64, 64, 64), 1040), ((8, 8, 5), 18)]
)
def test_cost_is_sixteen_cycles_and_one_for_each_256_products(
    shape: tuple[int, int, int], cycles: int
) -> None:
    assert cost(*shape) == cycles


def test_job_takes_its_cycles_at_100_mhz() -> None:
    bench = report()
    a = np.ones((64, 64), np.int8)
    job = bench.chip.engine.submit(a, a)

    assert bench.chip.engine.ends_at == bench.chip.time.now + 1040 * 10 * NS
    bench.chip.loop.run_for(bench.chip.time.busy_for + 1039 * 10 * NS)
    bench.chip.engine.settle()
    early = job.result
    bench.chip.loop.run_for(10 * NS)
    bench.chip.engine.settle()

    assert (early, job.result) == (EngineResult.NONE, EngineResult.DONE)


def test_queue_holds_four_and_results_come_in_order() -> None:
    bench = report()
    bench.write(ENGINE, EngineRegs.IER, 1)
    for tag in range(6):
        load(bench, EngineRegs.A_IN, b"\x01")
        load(bench, EngineRegs.B_IN, bytes((tag,)))
        ring(bench, 1, 1, 1, tag)
    assert bench.read(ENGINE, EngineRegs.QUEUE) == 4 | 0 << 8
    with pytest.raises(ChipStateError, match="queue is full"):
        bench.chip.engine.submit(ONES, ONES)
    bench.chip.run_for(0.001)

    tags = []
    while bench.read(ENGINE, EngineRegs.STATUS):
        assert bench.chip.engine.next_irq() == bench.chip.time.now
        tags.append(bench.read(ENGINE, EngineRegs.RESULT_TAG))
        assert product(bench, 1, 1)[0, 0] == tags[-1]
        bench.write(ENGINE, EngineRegs.STATUS, 1)

    assert tags == [0, 1, 2, 3]
    assert bench.chip.engine.next_irq() is None
    assert bench.read(ENGINE, EngineRegs.RESULT) == EngineResult.NONE


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (65, 1, 1), (1, 1, 255)])
def test_bad_shape_is_answered_and_takes_no_operands(shape: tuple[int, int, int]) -> None:
    bench = report()
    load(bench, EngineRegs.A_IN, b"\x03")
    load(bench, EngineRegs.B_IN, b"\x05")
    ring(bench, *shape)
    assert bench.read(ENGINE, EngineRegs.RESULT) == EngineResult.SHAPE
    assert bench.read(ENGINE, EngineRegs.RESULT_CYCLES) == 0
    bench.write(ENGINE, EngineRegs.STATUS, 1)

    ring(bench, 1, 1, 1)
    bench.chip.run_for(0.001)

    assert product(bench, 1, 1)[0, 0] == 15


def test_missing_operands_are_answered() -> None:
    bench = report()
    load(bench, EngineRegs.A_IN, bytes(4))
    load(bench, EngineRegs.B_IN, bytes(3))
    ring(bench, 2, 2, 2)

    assert bench.read(ENGINE, EngineRegs.RESULT) == EngineResult.SHAPE


def test_control_empties_everything_but_shape_and_enable() -> None:
    bench = report()
    bench.write(ENGINE, EngineRegs.IER, 1)
    load(bench, EngineRegs.A_IN, b"\x01\x02")
    load(bench, EngineRegs.B_IN, b"\x01")
    ring(bench, 1, 1, 1)
    bench.write(ENGINE, EngineRegs.CONTROL, 1)
    bench.chip.run_for(0.001)
    assert bench.read(ENGINE, EngineRegs.STATUS) == 0
    assert bench.read(ENGINE, EngineRegs.QUEUE) == 4 << 8
    assert (bench.read(ENGINE, EngineRegs.IER), bench.read(ENGINE, EngineRegs.SHAPE)) == (
        1,
        0x010101,
    )

    ring(bench, 1, 1, 1)

    assert bench.read(ENGINE, EngineRegs.RESULT) == EngineResult.SHAPE


def test_submitted_operands_must_be_int8_matrices_that_fit(bench: Bench) -> None:
    wide: Any = np.ones((2, 2), np.int16)
    with pytest.raises(ValueError, match="expected two int8 matrices"):
        bench.chip.compute(wide, ONES)
    with pytest.raises(ValueError, match="do not fit together"):
        bench.chip.compute(np.ones((2, 3), np.int8), ONES)
    big = np.ones((65, 1), np.int8)
    assert bench.chip.compute(big, np.ones((1, 1), np.int8)).result is EngineResult.SHAPE


# -- Modes -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ModeWord)
def test_manufacturing_computes_in_no_mode(bench: Bench, mode: ModeWord) -> None:
    bench.burn(OtpRegs.MODE, mode)
    bench.burn(OtpRegs.THROTTLE, 0xFFFF)

    job = bench.chip.compute(ONES, ONES)

    assert job.result is EngineResult.GATE_CLOSED
    assert job.product is None
    assert job.cycles == 0


def test_deny_refuses_until_a_grant_and_again_after_it() -> None:
    bench = Bench().to_production()
    assert bench.chip.compute(ONES, ONES).result is EngineResult.GATE_CLOSED
    bench.accept_trust()
    bench.open_gate(seconds=60)
    assert bench.chip.compute(ONES, ONES).result is EngineResult.DONE

    bench.chip.run_for(61)

    refused = bench.chip.compute(ONES, ONES)
    assert (refused.result, refused.product) == (EngineResult.LAPSED, None)


def test_allowance_is_metered_and_a_job_above_it_refused() -> None:
    bench = open_bench(cycles=17 + 17 + 16)
    assert bench.chip.compute(ONES, ONES).cycles == 17
    assert bench.chip.gate.cycles_left == 33
    assert bench.chip.compute(ONES, ONES).result is EngineResult.DONE

    refused = bench.chip.compute(ONES, ONES)

    assert refused.result is EngineResult.ALLOWANCE
    assert bench.chip.gate.cycles_left == 16
    assert bench.chip.gate.state is GateState.OPEN


def test_grant_whose_last_cycle_is_spent_has_lapsed() -> None:
    bench = open_bench(cycles=17)
    assert bench.chip.compute(ONES, ONES).result is EngineResult.DONE

    assert bench.chip.gate.state is GateState.CLOSED
    assert bench.chip.compute(ONES, ONES).result is EngineResult.LAPSED


def test_throttle_runs_at_the_fraction_without_a_grant_and_in_full_with_one() -> None:
    bench = report(fraction=6554, mode=ModeWord.THROTTLE)
    job = bench.chip.engine.submit(ONES, ONES)
    slow = (bench.chip.engine.ends_at or 0) - bench.chip.time.now
    bench.chip.run_for(0.001)
    bench.chip.engine.settle()
    assert job.result is EngineResult.THROTTLED
    assert slow == pytest.approx(17 * 10 * NS * 65536 / 6554, abs=2)

    bench.accept_trust()
    bench.open_gate()

    assert bench.chip.compute(ONES, ONES).result is EngineResult.DONE


def test_throttle_without_a_fraction_denies() -> None:
    bench = report(fraction=0, mode=ModeWord.THROTTLE)
    assert bench.chip.compute(ONES, ONES).result is EngineResult.GATE_CLOSED


def test_throttle_falls_to_the_fraction_when_the_allowance_does_not_suffice() -> None:
    bench = open_bench(cycles=10, mode=ModeWord.THROTTLE)
    assert bench.chip.compute(ONES, ONES).result is EngineResult.THROTTLED
    assert bench.chip.gate.cycles_left == 10


def test_report_is_never_hindered() -> None:
    bench = report()
    results = [bench.chip.compute(ONES, ONES).result]
    bench.command(0xBAD)  # the gate is dead
    results.append(bench.chip.compute(ONES, ONES).result)
    bench.write(_regs.RSTMGR, _regs.RstmgrRegs.SHUTDOWN, 1)
    results.append(bench.chip.compute(ONES, ONES).result)

    assert results == [EngineResult.DONE] * 3


@pytest.mark.parametrize(
    ("mode", "after"),
    [
        (ModeWord.DENY, (GateState.CLOSED, EngineResult.LAPSED)),
        (ModeWord.THROTTLE, (GateState.CLOSED, EngineResult.THROTTLED)),
        (ModeWord.REPORT, (GateState.OPEN, EngineResult.DONE)),
    ],
)
def test_shutdown_of_the_rom_leaves_what_the_fuses_say(
    mode: ModeWord, after: tuple[GateState, EngineResult]
) -> None:
    bench = open_bench(mode=mode)

    bench.write(_regs.RSTMGR, _regs.RstmgrRegs.SHUTDOWN, 0x484D1234)

    assert (bench.chip.gate.state, bench.chip.compute(ONES, ONES).result) == after
    assert bench.chip.shutdown_error == 0x484D1234


def test_closing_the_grant_is_a_lapse() -> None:
    bench = open_bench()
    bench.command(GateCommand.CLOSE)

    assert bench.chip.compute(ONES, ONES).result is EngineResult.LAPSED
