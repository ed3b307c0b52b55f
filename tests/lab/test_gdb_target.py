# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip in a debugger's hands: it stops where it should, and never notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from benches.rig import Rig

from mooring_firmware import images
from mooring_host.token import SequenceBound
from mooring_lab.board import Board
from mooring_lab.errors import LabError, ServeError
from mooring_lab.gdb.chip_target import RANGED_STEPS, SLICE_INSTRUCTIONS, ChipTarget
from mooring_lab.gdb.registers import CSRS, GENERAL, PC, SP
from mooring_lab.gdb.target import Reason, Stop, TargetError, WatchKind, Watchpoint
from mooring_models import Chip, ChipConfig
from mooring_models._regs import ENGINE, GATE, RAM, ROM, ROMCTRL, UART1, GateState, UartRegs
from mooring_models.cpu import rv32_cpu
from mooring_models.errors import ChipStateError, CpuPaused
from mooring_models.faults import AccessKind, BusAccess

CONFIG = ChipConfig(name="debugged", cpu="rv32")
SYMBOLS = images.load().symbols
MAIN = SYMBOLS["mooring_hal_main"].address
CSR = {register.name: register for register in CSRS}


class Bench:
    """A target, and the stops that it has told."""

    def __init__(self, chip: Chip | None = None) -> None:
        self.board = Board(chip or Chip.manufacture(CONFIG))
        self.target = ChipTarget(self.board)
        self.stops: list[Stop] = []
        self.turns = 0
        self.target.on_stop = self.stops.append

    @property
    def pc(self) -> int:
        return self.target.read_register(GENERAL[PC])

    def run(self, stepping: range | None = None) -> Stop | None:
        """Lets it go on, until it stops or has nothing to do; the stop."""
        self.target.resume(stepping)
        return self.wait()

    def wait(self) -> Stop | None:
        """The stop that comes before it has nothing to do."""

        def pass_time() -> float | None:
            self.board.chip.run_until_idle()
            return None

        while not self.target.held and not self.board.chip.idle:
            self.turns += 1
            self.target.pass_time(pass_time)
        return self.stops[-1] if self.target.held else None

    def again(self) -> Stop | None:
        """The stop that follows if there is nothing left to run."""
        self.target.resume(None)
        self.target.pass_time(lambda: None)
        return self.stops[-1] if self.target.held else None


@pytest.fixture
def bench() -> Bench:
    """A new chip, held at the reset vector."""
    bench = Bench()
    bench.target.halt()
    return bench


def test_other_back_ends_have_nothing_to_debug() -> None:
    with pytest.raises(ServeError, match="which has no instructions"):
        ChipTarget(Board(Chip.manufacture(ChipConfig(cpu="native"))))


# -- Stopping ---------------------------------------------------------------------------------


def test_chip_that_is_held_from_the_beginning_is_at_the_reset_vector(bench: Bench) -> None:
    assert bench.pc == ROM.offset
    assert bench.target.cpu.core.instret == 0


def test_core_stops_at_a_breakpoint_and_goes_on_over_it(bench: Bench) -> None:
    bench.target.set_breakpoint(MAIN, True)

    assert bench.run() == Stop(Reason.BREAKPOINT)
    assert bench.pc == MAIN
    begun = bench.target.cpu.core.instret
    assert bench.run() is None
    assert bench.target.cpu.core.instret > begun + SLICE_INSTRUCTIONS // 2


def test_removed_breakpoint_does_not_stop(bench: Bench) -> None:
    bench.target.set_breakpoint(MAIN, True)
    bench.target.set_breakpoint(MAIN, False)

    assert bench.run() is None


def test_breakpoint_behind_a_wfi_stops_when_the_chip_wakes(bench: Bench) -> None:
    bench.run()
    behind = bench.pc
    bench.target.reset()
    bench.target.set_breakpoint(behind, True)
    assert bench.run() is None
    assert bench.pc == behind

    bench.board.link.send(b"~")

    assert bench.wait() == Stop(Reason.BREAKPOINT)
    assert bench.pc == behind


def test_step_executes_one_instruction(bench: Bench) -> None:
    for count in range(1, 20):
        assert bench.run(range(0)) == Stop(Reason.STEPPED)
        assert bench.target.cpu.core.instret == count


def test_step_of_a_range_ends_outside_of_it(bench: Bench) -> None:
    start = SYMBOLS["_start"]
    inside = range(start.address, start.address + start.size)

    bench.run(inside)

    assert bench.pc not in inside
    # Start-up clears RAM in a loop that lies within the range.
    assert bench.target.cpu.core.instret > RAM.size // 4
    assert bench.turns <= bench.target.cpu.core.instret / RANGED_STEPS + 1


def test_breakpoint_within_a_range_stops_too(bench: Bench) -> None:
    bench.run(range(0))
    bench.run(range(0))
    second = bench.pc
    bench.target.reset()
    bench.target.set_breakpoint(second, True)

    assert bench.run(range(ROM.offset, ROM.offset + ROM.size)) == Stop(Reason.BREAKPOINT)
    assert bench.pc == second


def test_step_of_a_wfi_waits_for_what_wakes_the_chip(bench: Bench) -> None:
    bench.run()
    bench.target.halt()
    assert bench.run(range(0)) is None

    bench.board.link.send(b"~")

    assert bench.run(range(0)) == Stop(Reason.STEPPED)


def test_shut_down_chip_says_why_and_says_it_again(bench: Bench) -> None:
    bench.target.set_breakpoint(MAIN, True)
    bench.run()
    bench.target.write_register(GENERAL[SP], ROM.offset)  # the first push is a bus fault

    stop = bench.run()

    assert stop is not None
    assert stop.reason is Reason.HALTED
    assert "debugged has shut down, HW_BUS_FAULT: " in stop.note
    assert bench.again() == stop


@pytest.fixture
def endless(bench: Bench) -> Bench:
    """A ROM that jumps to itself from its main function on."""
    bench.target.cpu.core.write_memory(MAIN, (0x0000006F).to_bytes(4, "little"))
    return bench


def test_ctrl_c_stops_an_endless_loop(endless: Bench) -> None:
    rounds = 0

    def pass_time() -> float | None:
        nonlocal rounds
        rounds += 1
        endless.board.chip.run_until_idle()
        return None

    endless.target.resume(None)
    while rounds < 3:
        endless.target.pass_time(pass_time)
    endless.target.halt()

    assert endless.stops[-1] == Stop(Reason.INTERRUPTED)
    assert endless.pc == MAIN


@pytest.mark.parametrize("served", [False, True], ids=["alone", "served"])
def test_core_that_hangs_stops_the_debugger_and_not_the_server(
    endless: Bench, monkeypatch: pytest.MonkeyPatch, served: bool
) -> None:
    monkeypatch.setattr(rv32_cpu, "STEP_BUDGET", 3 * SLICE_INSTRUCTIONS)
    endless.target.reset()
    run = endless.board.run_while_busy if served else endless.board.chip.run_until_idle
    endless.target.resume(None)

    while not endless.target.held:
        endless.target.pass_time(lambda: 0.0 if run() else None)

    assert endless.stops[-1].reason is Reason.HALTED
    assert "without waiting" in endless.stops[-1].note
    assert "mooring_hal_main" in endless.stops[-1].note


def test_chip_without_supply_stops_the_debugger_too(bench: Bench) -> None:
    bench.board.power_off()

    assert bench.again() == Stop(Reason.OFF, "debugged has no supply")


def test_lab_learns_that_time_stands_still(bench: Bench) -> None:
    with pytest.raises(LabError, match="a debugger has stopped its CPU"):
        bench.board.advance(1)
    with pytest.raises(CpuPaused):
        bench.board.run_while_busy()


def test_reset_is_a_reset_and_holds_the_core_again(bench: Bench) -> None:
    bench.run()

    bench.target.reset()

    assert bench.target.held
    assert bench.target.cpu.core.instret == 0
    assert bench.pc == ROM.offset


# -- What the chip notices ------------------------------------------------------------------------


def test_debugged_boot_is_the_boot_that_nobody_watched(bench: Bench) -> None:
    left_alone = Board(Chip.manufacture(CONFIG))
    left_alone.chip.run_until_idle()

    for name in ("mooring_hal_main", "mooring_sha512_update", "mooring_ed25519_start"):
        bench.target.set_breakpoint(SYMBOLS[name].address, True)
    stops = 0
    while bench.run(range(0) if stops % 3 == 2 else None) is not None:
        stops += 1

    assert stops > 10
    assert bench.board.chip.capture() == left_alone.chip.capture()


def test_debugged_licence_load_ends_as_if_nobody_watched() -> None:
    left_alone, rig = Rig.trusting(cpu="rv32"), Rig.trusting(cpu="rv32")
    left_alone.load(SequenceBound(1, 1))
    target = ChipTarget(Board(rig.chip))
    verify = SYMBOLS["mooring_decision_verify"].address
    target.set_breakpoint(verify, True)

    with pytest.raises(CpuPaused):
        rig.load(SequenceBound(1, 1))
    assert target.read_register(GENERAL[PC]) == verify
    target.set_breakpoint(verify, False)
    target.resume(None)
    rig.chip.run_until_idle()

    assert rig.chip.gate.state is GateState.OPEN
    assert rig.chip.persistent == left_alone.chip.persistent


def test_chip_can_not_be_captured_in_the_middle_of_a_step(bench: Bench) -> None:
    bench.target.set_breakpoint(MAIN, True)
    bench.run()

    with pytest.raises(ChipStateError, match="in the middle of a step"):
        bench.board.chip.capture()


class Recorder:
    """Hears every access of the bus."""

    def __init__(self) -> None:
        self.heard: list[tuple[AccessKind, int]] = []

    def before(self, access: BusAccess) -> None:
        self.heard.append((access.kind, access.address))

    def read(self, access: BusAccess, data: bytes) -> bytes:
        del access
        return data

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        del access
        return data


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        (WatchKind.WRITE, {AccessKind.WRITE}),
        (WatchKind.READ, {AccessKind.READ}),
        (WatchKind.ACCESS, {AccessKind.READ, AccessKind.WRITE}),
    ],
)
def test_watchpoint_stops_before_each_access_of_its_kind(
    bench: Bench, kind: WatchKind, counted: set[AccessKind]
) -> None:
    blocks = range(ROMCTRL.base, ENGINE.base)
    left_alone, recorder = Recorder(), Recorder()
    unwatched = Chip.manufacture(CONFIG)
    unwatched.bus.interposer, bench.board.chip.bus.interposer = left_alone, recorder
    unwatched.power_on()
    unwatched.run_until_idle()
    expected = [at for at, access in enumerate(left_alone.heard) if access[0] in counted]

    watchpoint = Watchpoint(kind, blocks)
    bench.target.set_watchpoint(watchpoint, True)
    for at in expected[:2]:  # each instruction is looked at, which takes its time
        assert bench.run() == Stop(Reason.WATCHPOINT, watchpoint=watchpoint)
        assert recorder.heard == left_alone.heard[:at]

    bench.target.set_watchpoint(watchpoint, False)
    assert bench.run() is None
    assert recorder.heard == left_alone.heard


def test_watchpoint_of_one_byte_of_ram_is_hit_by_the_word_that_holds_it(bench: Bench) -> None:
    bench.target.set_breakpoint(MAIN, True)
    bench.run()
    top = bench.target.read_register(GENERAL[SP])
    watchpoint = Watchpoint(WatchKind.WRITE, range(top - 3, top - 2))
    bench.target.set_watchpoint(watchpoint, True)

    assert bench.run() == Stop(Reason.WATCHPOINT, watchpoint=watchpoint)

    mnemonic, source, target = bench.target.cpu.core.disassemble(bench.pc).replace(",", "").split()
    assert (mnemonic, target.endswith("(sp)")) == ("sw", True), source
    sp = bench.target.read_register(GENERAL[SP])
    assert sp + int(target.removesuffix("(sp)")) == top - 4


def test_chip_put_in_its_place_is_held_and_has_the_breakpoints(
    bench: Bench, tmp_path: Path
) -> None:
    bench.board.snapshot(tmp_path / "begin")
    bench.target.set_breakpoint(MAIN, True)
    bench.run()

    bench.board.restore(tmp_path / "begin")

    assert bench.pc == ROM.offset
    with pytest.raises(CpuPaused):
        bench.board.run_while_busy()
    assert bench.run() == Stop(Reason.BREAKPOINT)
    assert bench.pc == MAIN


# -- What a person looks at ---------------------------------------------------------------


def test_registers_are_written_but_for_what_the_hardware_fixes(bench: Bench) -> None:
    target = bench.target
    for register in GENERAL[1:PC]:
        target.write_register(register, 0x1000 + register.number)
    target.write_register(GENERAL[0], 1)
    target.write_register(CSR["mscratch"], 0x12345678)
    target.write_register(CSR["mhartid"], 7)

    assert [target.read_register(r) for r in GENERAL[:PC]] == [0, *range(0x1001, 0x1020)]
    assert target.read_register(CSR["mscratch"]) == 0x12345678
    assert target.read_register(CSR["mhartid"]) == 0


def test_core_has_every_register_that_the_client_is_told_of(bench: Bench) -> None:
    # csrr a0, CSR: traps where there is none.
    core = bench.target.cpu.core
    for register in CSRS:
        assert register.csr is not None
        bench.target.reset()
        bench.run(range(0))
        at = bench.pc
        core.write_memory(at, (register.csr << 20 | 0x2573).to_bytes(4, "little"))
        bench.run(range(0))

        assert core.trap_cause is None, register.name


@pytest.mark.parametrize("address", [0, ROM.offset - 2, ROM.offset + 1, RAM.offset])
def test_nothing_executes_elsewhere(bench: Bench, address: int) -> None:
    with pytest.raises(TargetError):
        bench.target.set_breakpoint(address, True)
    with pytest.raises(TargetError):
        bench.target.write_register(GENERAL[PC], address)

    assert bench.pc == ROM.offset


def test_memories_are_read_up_to_their_ends(bench: Bench) -> None:
    binary = images.load().binary

    assert bench.target.read_memory(ROM.offset, 64) == binary[:64]
    assert len(bench.target.read_memory(ROM.offset + ROM.size - 4, 64)) == 4
    bench.target.write_memory(RAM.offset + RAM.size - 3, b"abc")
    assert bench.target.read_memory(RAM.offset + RAM.size - 4, 64) == b"\0abc"


@pytest.mark.parametrize(
    ("address", "data"),
    [
        (ROM.offset, b"\0"),
        (RAM.offset - 1, b"ab"),
        (RAM.offset + RAM.size - 1, b"ab"),
        (GATE.base, bytes(4)),
    ],
)
def test_only_ram_is_written(bench: Bench, address: int, data: bytes) -> None:
    with pytest.raises(TargetError):
        bench.target.write_memory(address, data)


def test_registers_of_peripherals_are_shown_where_looking_has_no_effect(bench: Bench) -> None:
    chip = bench.board.chip
    accesses = chip.bus.accesses
    measurement = Chip.manufacture(CONFIG).bus.read_window(ROMCTRL.base, 48)

    assert bench.target.read_memory(ROMCTRL.base, 48) == measurement
    assert bench.target.read_memory(ROMCTRL.base + 5, 2) == measurement[5:7]
    for address in (UART1.base + UartRegs.RBR.offset, ROMCTRL.base + 0x100, 0x50000000):
        with pytest.raises(TargetError):
            bench.target.read_memory(address, 4)
    assert chip.bus.accesses == accesses


def test_monitor_tells_where_the_chip_is(bench: Bench) -> None:
    monitor = bench.target.monitor
    assert monitor("state") == "gate closed\n"
    assert monitor("phase") == "none yet\n"
    bench.target.set_breakpoint(MAIN, True)
    bench.run()

    assert monitor("where").startswith(f"0x{MAIN:08x} in mooring_hal_main, firmware/hal/rv32/")
    assert monitor("instret") == f"{bench.target.cpu.core.instret}\n"
    assert monitor("time") == f"{bench.target.cpu.core.instret / 1e5:.6f} ms\n"

    bench.run()
    assert monitor("phase") == "read fuses\n"
    assert monitor("reset").startswith("reset, at 0x00010000")
    assert bench.target.cpu.core.instret == 0


def test_monitor_lists_its_commands_and_refuses_others(bench: Bench) -> None:
    listed = [line.split()[0] for line in bench.target.monitor("help").splitlines()]

    assert listed == ["reset", "state", "phase", "where", "instret", "time"]
    with pytest.raises(TargetError, match="no command 'flash'"):
        bench.target.monitor("flash")
