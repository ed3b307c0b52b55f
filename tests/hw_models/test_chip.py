# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The assembly: supply, reset, waking the CPU, fault injection, files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from benches.held import Bench, address, record
from benches.scripted import ScriptedCpu

from mooring_models import (
    AccessCut,
    BusError,
    Chip,
    ChipConfig,
    ChipStateError,
    EventLoop,
    LivelockError,
    ModelError,
    PassThrough,
    Persistent,
    PowerLost,
    SnapshotError,
    _regs,
)
from mooring_models._regs import (
    EngineRegs,
    EngineResult,
    GateState,
    Phase,
    RecordKind,
    ResetCause,
    ResetKey,
    RomctrlRegs,
    RstmgrRegs,
    TimerRegs,
    UartRegs,
    VaultCommand,
    VaultResult,
)
from mooring_models.clock import MS, SECOND, US, seconds
from mooring_models.cpu import Step
from mooring_models.faults import BusAccess

BYTE: Final = SECOND * 10 // 115_200
ONES: Final = np.ones((8, 8), np.int8)


def held(**config: object) -> Chip:
    return Chip.manufacture(ChipConfig(cpu="held", **config))  # type: ignore[arg-type]


def scripted() -> tuple[Chip, ScriptedCpu]:
    """A powered chip with a CPU that does nothing yet."""
    chip = held()
    cpu = ScriptedCpu(chip, lambda: None)
    chip.power_on()
    return chip, cpu


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
    with pytest.raises(ChipStateError, match=r"'z80'.*known: native, held"):
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


# -- Files -------------------------------------------------------------------------------


def test_persistent_state_is_what_power_leaves(tmp_path: Path) -> None:
    bench = Bench()
    bench.burn_count(3)
    assert bench.commit(record(RecordKind.HOUSEKEEPING, FLAGS=1, FLOOR=77)) is VaultResult.OK
    first = bench.chip.bus.read_fifo(address(_regs.TRNG, _regs.TrngRegs.DATA), 32)
    bench.chip.persistent.save(tmp_path / "state")

    again = Bench(Chip(bench.chip.config, Persistent.load(tmp_path / "state")))

    assert again.chip.ueid == bench.chip.ueid
    assert again.chip.otp.count == 3
    assert again.vault(VaultCommand.CHECK) is VaultResult.OK
    assert again.chip.bus.read_fifo(address(_regs.TRNG, _regs.TrngRegs.DATA), 32) != first


def busy_bench() -> Bench:
    """A chip in the middle of everything."""
    bench = Bench().to_production()
    bench.accept_trust()
    bench.open_gate(cycles=5000, seconds=30)
    bench.match_licence()
    bench.gate_words(_regs.GateRegs.TERMS, bytes(12) + b"\xff" * 12)
    chip = bench.chip
    bench.write(_regs.TIMER, TimerRegs.ALARM_HI, 0)
    bench.write(_regs.TIMER, TimerRegs.ALARM_LO, 10**9)
    bench.write(_regs.UART1, UartRegs.IER, 3)
    chip.link.send(bytes(range(200)))
    chip.bus.write_fifo(address(_regs.UART1, UartRegs.THR), b"0123456789")
    chip.loop.run_for(3 * BYTE + BYTE // 2)
    bench.chip.bus.read_fifo(address(_regs.TRNG, _regs.TrngRegs.DATA), 5)
    chip.bus.write_fifo(address(_regs.ENGINE, EngineRegs.A_IN), bytes(range(64)))
    chip.bus.write_fifo(address(_regs.ENGINE, EngineRegs.B_IN), bytes(range(65)))
    bench.write(_regs.ENGINE, EngineRegs.SHAPE, 0x080808)
    bench.write(_regs.ENGINE, EngineRegs.DOORBELL, 5)
    return bench


def story(bench: Bench) -> list[object]:
    """What a chip does next; everything that can be seen from outside."""
    chip = bench.chip
    seen: list[object] = []
    chip.link.receive()
    chip.run_for(0.01)
    seen.append(chip.link.receive())
    level = bench.read(_regs.UART1, UartRegs.RX_LEVEL)
    seen.append(chip.bus.read_fifo(address(_regs.UART1, UartRegs.RBR), level))
    seen.append(bench.read(_regs.ENGINE, EngineRegs.RESULT_TAG))
    seen.append(chip.bus.read_fifo(address(_regs.ENGINE, EngineRegs.C_OUT), 256))
    seen.append(chip.bus.read_fifo(address(_regs.TRNG, _regs.TrngRegs.DATA), 32))
    bench.command(_regs.GateCommand.ABORT)
    bench.match_licence()
    seen.append(chip.gate.attempt)
    chip.run_for(15)
    seen += [bench.read(_regs.TIMER, TimerRegs.STATUS), chip.gate.seconds_left]
    seen += [chip.compute(ONES, ONES).result, chip.gate.cycles_left]
    chip.run_for(15)
    seen += [chip.compute(ONES, ONES).result, bench.read(_regs.TIMER, TimerRegs.TIME_LO)]
    seen.append(chip.capture().to_json())
    return seen


def test_restored_chip_goes_on_exactly_as_the_original(tmp_path: Path) -> None:
    bench = busy_bench()
    bench.chip.snapshot(tmp_path / "shot")
    restored = Bench(Chip.restore(tmp_path / "shot"))
    assert restored.chip.capture() == bench.chip.capture()

    assert story(restored) == story(bench)


def test_snapshot_may_be_restored_into_a_loop_of_another_time(tmp_path: Path) -> None:
    bench = busy_bench()
    bench.chip.snapshot(tmp_path / "shot")
    loop = EventLoop(seconds(1000))

    restored = Bench(Chip.restore(tmp_path / "shot", loop))

    assert restored.chip.loop is loop
    assert story(restored)[:-1] == story(bench)[:-1]


def test_two_chips_share_a_loop() -> None:
    loop = EventLoop()
    one = Chip.manufacture(ChipConfig(name="one", seed=b"1", cpu="held"), loop)
    two = Chip.manufacture(ChipConfig(name="two", seed=b"2", cpu="held", baud=9600), loop)
    for chip in (one, two):
        chip.power_on()
        chip.bus.write_fifo(address(_regs.UART1, UartRegs.THR), b"hello")
    one.run_for(0.001)

    assert (one.link.receive(), two.link.receive()) == (b"hello", b"")
    two.run_for(0.1)
    assert two.link.receive() == b"hello"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (r'"version": 1', '"version": 9', "version 9, this program"),
        (r"chip snapshot", "cake", "not a mooring chip snapshot file"),
        (r".{40}$", "", "checksum does not match"),
        (r"hex:", "hex:00", "checksum does not match"),
        (r"(?s).*", "", "not a mooring chip snapshot file"),
        (r"(?s).*", "[1]\n{}", "not a mooring chip snapshot file"),
        (r"(?s).*", "{\n", "not a mooring chip snapshot file"),
    ],
)
def test_damaged_or_foreign_snapshot_is_refused_with_its_reason(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    path = tmp_path / "shot"
    Bench().chip.snapshot(path)
    text = path.read_text(encoding="ascii")
    path.write_text(re.sub(old, new, text, count=1), encoding="ascii")

    with pytest.raises(SnapshotError, match=complaint) as caught:
        Chip.restore(path)
    assert str(path) in caught.value.attempted


def test_snapshot_of_another_rom_is_refused(tmp_path: Path) -> None:
    chip, _ = scripted()
    chip.snapshot(tmp_path / "shot")

    with pytest.raises(SnapshotError, match="taken with another ROM"):
        Chip.restore(tmp_path / "shot")


def test_missing_file_and_bad_folder_are_reported(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="No such file"):
        Persistent.load(tmp_path / "none")
    with pytest.raises(SnapshotError, match="No such file"):
        held().persistent.save(tmp_path / "no folder" / "state")


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    held().persistent.save(path)
    before = path.read_bytes()
    (tmp_path / "state.new").mkdir()  # where the new file would be staged

    with pytest.raises(SnapshotError, match="Is a directory"):
        held(seed=b"other").persistent.save(path)

    assert path.read_bytes() == before


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
