# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The assembly: supply, reset, waking the CPU, fault injection."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from benches.held import Bench, address
from benches.scripted import ScriptedCpu, held, scripted

from mooring_models import (
    AccessCut,
    BusError,
    Chip,
    ChipConfig,
    ChipStateError,
    LivelockError,
    ModelError,
    PassThrough,
    PowerLost,
    _regs,
)
from mooring_models._regs import (
    EngineRegs,
    EngineResult,
    GateState,
    Phase,
    ResetCause,
    ResetKey,
    RomctrlRegs,
    RstmgrRegs,
    TimerRegs,
    UartRegs,
)
from mooring_models.clock import MS, SECOND, US, seconds
from mooring_models.cpu import Step
from mooring_models.faults import BusAccess

BYTE: Final = SECOND * 10 // 115_200
ONES: Final = np.ones((8, 8), np.int8)


# -- Supply and reset --------------------------------------------------------------------


def test_new_chip_is_off_and_manufactured() -> None:
    chip = held()
    supply = [chip.powered]
    chip.power_on()
    supply.append(chip.powered)

    assert supply == [False, True]
    assert chip.bus.read32(address(_regs.OTP, _regs.OtpRegs.MANUFACTURED)) == 0x3333CCCC
    assert chip.persistent.nvram == bytes(2048)


def test_supply_is_not_switched_on_twice_and_off_is_harmless() -> None:
    chip = held()
    chip.power_off()
    chip.power_on()
    with pytest.raises(ChipStateError, match="it is on"):
        chip.power_on()
    chip.power_off()
    chip.power_off()

    with pytest.raises(ChipStateError, match=r"reset .*it is off"):
        chip.reset_line()
    with pytest.raises(ChipStateError, match=r"compute on .*it is off"):
        chip.compute(ONES, ONES)


def test_reset_cause_tells_what_happened() -> None:
    bench = Bench()
    causes = [bench.chip.rstmgr.cause]
    bench.chip.reset_line()
    causes.append(bench.chip.rstmgr.cause)
    bench.write(_regs.RSTMGR, RstmgrRegs.REQUEST, ResetKey.RESET)
    bench.chip.run_for(0.001)
    causes.append(bench.chip.rstmgr.cause)

    assert causes == [ResetCause.POWER_ON, ResetCause.LINE, ResetCause.COMMAND]
    assert bench.read(_regs.RSTMGR, RstmgrRegs.CAUSE) == ResetCause.COMMAND


def test_reset_request_wants_its_key() -> None:
    bench = Bench()
    bench.write(_regs.RSTMGR, RstmgrRegs.REQUEST, 1)
    bench.chip.run_for(0.001)

    assert bench.chip.rstmgr.cause is ResetCause.POWER_ON


def test_measurement_is_shown_as_big_endian_words() -> None:
    digest = bytes(range(48))
    bench = Bench(held(rom_measurement=digest))
    words = [bench.read(_regs.ROMCTRL, RomctrlRegs.MEASUREMENT, index) for index in range(12)]

    assert b"".join(word.to_bytes(4, "big") for word in words) == digest
    with pytest.raises(ValueError, match="5 bytes, expected 48"):
        Bench(held(rom_measurement=b"short"))


def test_unknown_back_end_is_named_with_what_there_is() -> None:
    with pytest.raises(ChipStateError, match=r"'z80'.*known: native, rv32, held"):
        Chip.manufacture(ChipConfig(cpu="z80"))


# -- Waking the CPU ----------------------------------------------------------------------


def test_cpu_runs_at_power_on_and_then_sleeps_without_interrupts() -> None:
    chip, cpu = scripted()
    chip.link.send(b"nobody listens")
    chip.run_for(1)

    assert cpu.steps == [0]


def test_cpu_wakes_once_for_a_long_message_and_once_for_its_end() -> None:
    chip, cpu = scripted()
    received = bytearray()

    def program() -> None:
        chip.bus.write32(address(_regs.UART1, UartRegs.TRIGGER), 64)
        chip.bus.write32(address(_regs.UART1, UartRegs.IER), 1)
        level = chip.bus.read32(address(_regs.UART1, UartRegs.RX_LEVEL))
        received.extend(chip.bus.read_fifo(address(_regs.UART1, UartRegs.RBR), level))

    cpu.program = program
    chip.run_for(0.1)
    chip.link.send(bytes(range(100)))
    assert chip.run_until_idle()

    assert received == bytes(range(100))
    assert len(cpu.steps) == 3
    assert cpu.steps[1] == seconds(0.1) + 64 * BYTE


def test_cpu_wakes_for_the_alarm_and_idle_does_not_jump_to_it() -> None:
    chip, cpu = scripted()

    def program() -> None:
        chip.bus.write32(address(_regs.TIMER, TimerRegs.STATUS), 1)
        if len(cpu.steps) == 1:
            chip.bus.write32(address(_regs.TIMER, TimerRegs.ALARM_HI), 0)
            chip.bus.write32(address(_regs.TIMER, TimerRegs.ALARM_LO), 3 * 10**9)
            chip.bus.write32(address(_regs.TIMER, TimerRegs.IER), 1)

    cpu.program = program
    assert chip.run_until_idle()
    assert chip.loop.now < seconds(1)
    chip.run_for(100)

    assert cpu.steps == [0, seconds(30)]


def test_cpu_wakes_when_a_job_completes() -> None:
    chip, cpu = scripted()

    def program() -> None:
        where = address(_regs.ENGINE, EngineRegs.IER)
        if len(cpu.steps) == 1:
            chip.bus.write32(where, 1)
            chip.bus.write32(address(_regs.ENGINE, EngineRegs.SHAPE), 0x010101)
            chip.bus.write_fifo(address(_regs.ENGINE, EngineRegs.A_IN), b"\1")
            chip.bus.write_fifo(address(_regs.ENGINE, EngineRegs.B_IN), b"\1")
            chip.bus.write32(address(_regs.ENGINE, EngineRegs.DOORBELL), 0)
        else:
            chip.bus.write32(address(_regs.ENGINE, EngineRegs.STATUS), 1)

    cpu.program = program
    assert chip.run_until_idle()

    assert len(cpu.steps) == 2


def test_work_delays_the_next_step_until_its_time_has_passed() -> None:
    chip, cpu = scripted()

    def program() -> None:
        chip.bus.write32(address(_regs.UART1, UartRegs.IER), 1)
        level = chip.bus.read32(address(_regs.UART1, UartRegs.RX_LEVEL))
        chip.bus.read_fifo(address(_regs.UART1, UartRegs.RBR), level)
        chip.bus.write32(address(_regs.RSTMGR, RstmgrRegs.PHASE), Phase.SELF_TEST)

    cpu.program = program
    marks: list[tuple[int, Phase]] = []
    chip.on_phase = lambda time, phase: marks.append((time, phase))
    chip.link.send(b"a")
    chip.run_until_idle()

    assert cpu.steps[1] == cpu.steps[0] + 2 * US + 1 * MS
    assert [phase for _, phase in marks] == [Phase.SELF_TEST, Phase.SELF_TEST]


def test_interrupt_that_is_never_served_polls_slowly_and_is_reported() -> None:
    chip, cpu = scripted()

    def program() -> None:
        chip.bus.write32(address(_regs.UART1, UartRegs.IER), 2)  # the FIFO is empty for ever

    cpu.program = program
    chip.run_for(0.1)
    assert 900 < len(cpu.steps) < 1100

    with pytest.raises(LivelockError, match="stays asserted"):
        chip.run_for(60)


def test_halted_cpu_is_not_woken_and_the_gate_closes() -> None:
    bench = Bench().to_production()
    bench.accept_trust()
    bench.open_gate()
    chip = bench.chip
    cpu = ScriptedCpu(chip, lambda: Step.HALTED)
    cpu.reset()
    bench.write(_regs.UART1, UartRegs.IER, 1)
    chip.link.send(b"wake up")
    chip.run_for(0.001)

    assert chip.halted
    assert chip.gate.state is GateState.CLOSED
    chip.reset_line()
    assert not chip.halted


def test_reset_request_stops_the_step_and_resets_after_its_time() -> None:
    chip, cpu = scripted()
    seen: list[bool] = []

    def program() -> None:
        if len(cpu.steps) == 1:
            chip.bus.write32(address(_regs.RSTMGR, RstmgrRegs.REQUEST), ResetKey.RESET)
            seen.append(cpu.stopped)

    cpu.program = program
    chip.run_for(1)

    assert seen == [True]
    assert cpu.steps == [0, 2 * US]
    assert chip.rstmgr.cause is ResetCause.COMMAND


# -- Faults ------------------------------------------------------------------------------


def test_power_cut_at_an_access_leaves_everything_before_it() -> None:
    bench = Bench()
    bench.chip.bus.interposer = cut = AccessCut(after=2)
    bench.write(_regs.TIMER, TimerRegs.ALARM_LO, 1)
    bench.write(_regs.TIMER, TimerRegs.ALARM_HI, 2)
    with pytest.raises(PowerLost, match="access 2, write at 0x40007018"):
        bench.write(_regs.TIMER, TimerRegs.IER, 1)

    assert cut.seen == 2
    bench.chip.bus.interposer = None
    assert bench.read(_regs.TIMER, TimerRegs.ALARM_HI) == 2
    assert bench.read(_regs.TIMER, TimerRegs.IER) == 0


def test_interposer_sees_and_changes_every_kind_of_access() -> None:
    class Meddler(PassThrough):
        """Notes accesses, inverts what is read, and swallows writes of 7."""

        def __init__(self) -> None:
            self.seen: list[tuple[str, int, bool]] = []

        def before(self, access: BusAccess) -> None:
            self.seen.append((access.kind.value, access.size, access.fifo))

        def read(self, access: BusAccess, data: bytes) -> bytes:
            return bytes(each ^ 0xFF for each in data)

        def write(self, access: BusAccess, data: bytes) -> bytes | None:
            return None if data[0] == 7 else data

    bench = Bench()
    bus = bench.chip.bus
    bus.interposer = meddler = Meddler()
    bench.write(_regs.UART1, UartRegs.TRIGGER, 9)
    bench.write(_regs.UART1, UartRegs.TRIGGER, 7)
    assert bench.read(_regs.UART1, UartRegs.TRIGGER) == 9 ^ 0xFFFFFFFF
    bus.write_fifo(address(_regs.UART1, UartRegs.THR), b"hi")
    bus.write_fifo(address(_regs.UART1, UartRegs.THR), b"\7")
    assert bus.read_fifo(address(_regs.UART1, UartRegs.RBR), 2) == b"\xff\xff"
    bus.write_window(address(_regs.KEYVAULT, _regs.KeyvaultRegs.DATA), b"\7" * 8)
    assert bus.read_window(address(_regs.KEYVAULT, _regs.KeyvaultRegs.DATA), 8) == b"\xff" * 8
    bench.chip.run_for(0.1)

    assert bench.chip.link.receive() == b"hi"
    assert bus.accesses == 8
    assert meddler.seen == [
        ("write", 4, False),
        ("write", 4, False),
        ("read", 4, False),
        ("write", 2, True),
        ("write", 1, True),
        ("read", 2, True),
        ("write", 8, False),
        ("read", 8, False),
    ]


def test_chip_cannot_be_captured_inside_a_step() -> None:
    chip, cpu = scripted()
    caught: list[ModelError] = []

    def program() -> None:
        with pytest.raises(ChipStateError, match="in the middle of a step") as found:
            chip.capture()
        caught.append(found.value)

    cpu.program = program
    chip.run_for(0.001)

    assert len(caught) == 1


def test_error_in_a_step_reaches_the_one_who_runs_the_loop() -> None:
    chip, cpu = scripted()

    def program() -> None:
        raise BusError("read", "X", 0, "because")

    cpu.program = program
    with pytest.raises(BusError, match="because"):
        chip.run_for(1)

    assert chip.compute(ONES, ONES).result is EngineResult.GATE_CLOSED
