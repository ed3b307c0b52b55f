# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Snapshots, saved states, traces and profiles; the fast path is the stepping path."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from benches.bare_core import (
    HANDLER,
    LAYOUT,
    MCAUSE,
    MEPC,
    MIE,
    MSCRATCH,
    MTVEC,
    EmptyBus,
    bare_core,
)
from oracles.rv32_tables import LINES, assemble, decode, program

from mooring_firmware.images import load
from mooring_models import _regs
from mooring_models.cpu.rv32.core import (
    PC,
    Core,
    CoreError,
    Fault,
    FaultKind,
    Layout,
    Snapshot,
    Stop,
)
from mooring_models.errors import SnapshotError

_RAM: Final = LAYOUT.ram_base
_BASE: Final = LAYOUT.rom_base


def _random_core(seed: int) -> Core:
    """A ROM of random instructions, registers that often point into RAM."""
    chosen = random.Random(seed)
    names = [name for name in LINES if name not in ("ecall", "ebreak", "c.ebreak", "mret", "wfi")]
    code = bytearray()
    while len(code) < LAYOUT.rom_bytes - 0x100:
        line = LINES[chosen.choice(names)]
        encoding = line.match | chosen.getrandbits(8 * line.size) & ~line.mask
        if (found := decode(encoding)) and found.csr not in (MTVEC, MIE) and found.rd not in (2, 8):
            code += program(encoding)
    core = bare_core()
    core.write_memory(_BASE, bytes(code[: LAYOUT.rom_bytes - 0x100]))
    # The handler goes on somewhere else each time, by the counter.
    go_on = (
        assemble("csrrs", rd=5, csr=0xB02),
        assemble("slli", rd=5, rs1=5, imm=20),
        assemble("srli", rd=5, rs1=5, imm=21),
        assemble("slli", rd=5, rs1=5, imm=1),
        assemble("lui", rd=6, imm=_BASE),
        assemble("add", rd=5, rs1=5, rs2=6),
        assemble("jalr", rs1=5),
    )
    core.write_memory(HANDLER, program(*go_on))
    for register in range(1, 32):
        core.set(register, _RAM + 4 * chosen.randrange(LAYOUT.ram_bytes // 4))
    core.write_memory(_RAM, chosen.randbytes(LAYOUT.ram_bytes))
    return core


# -- The two paths -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_fast_path_is_the_stepping_path_on_random_code(seed: int) -> None:
    fast, slow = _random_core(seed), _random_core(seed)
    slow.profile()
    budgets = random.Random(seed)

    for _ in range(40):
        budget = budgets.choice((1, 2, 3, 10, 100, 1000))
        assert fast.run(budget) is slow.run(budget)
        assert fast.save() == slow.save()

    assert fast.trap_cause is not None


class Terminal:
    """Peripherals that read as if all were well, and remember what was written."""

    def __init__(self) -> None:
        self.accesses: list[tuple[int, ...]] = []

    def read32(self, address: int) -> int:
        self.accesses.append((address,))
        return len(self.accesses) & 0xFF

    def write32(self, address: int, value: int) -> None:
        self.accesses.append((address, value))


def _rom(bus: Terminal) -> Core:
    layout = Layout(_regs.ROM.offset, _regs.ROM.size, _regs.RAM.offset, _regs.RAM.size)
    return Core(layout, load().binary, bus)


def test_fast_path_is_the_stepping_path_on_the_boot_rom() -> None:
    fast_bus, slow_bus = Terminal(), Terminal()
    fast, slow = _rom(fast_bus), _rom(slow_bus)
    profile = slow.profile()

    while (stop := fast.run(1_000_003)) is Stop.BUDGET:
        assert slow.run(1_000_003) is stop
        assert fast.save() == slow.save()
    assert slow.run(1_000_003) is stop

    assert fast.save() == slow.save()
    assert fast_bus.accesses == slow_bus.accesses
    assert fast_bus.accesses
    assert sum(profile.counts().values()) == fast.instret
    assert fast.instret > 1_000_000


def test_patched_rom_executes_as_one_that_always_was_so() -> None:
    chosen = random.Random(5)
    nop, wfi = assemble("c.addi"), assemble("wfi")
    patched = bare_core(*[nop] * 200, wfi)
    code = bytearray(program(*[nop] * 200, wfi))

    for _ in range(60):
        at = 2 * chosen.randrange(199)
        piece = program(
            chosen.choice(
                (
                    assemble("c.addi", rd=5, imm=1),
                    assemble("addi", rd=6, rs1=6, imm=1),
                    assemble("c.j", imm=6),
                    assemble("jal", rd=1, imm=8),
                )
            )
        )
        patched.write_memory(_BASE + at, piece)
        code[at : at + len(piece)] = piece
        fresh = bare_core()
        fresh.write_memory(_BASE, bytes(code))
        patched.reset()
        patched.set_csr(MTVEC, fresh.csr(MTVEC))
        assert patched.run(1000) is fresh.run(1000)
        assert patched.save() == fresh.save()


# -- Snapshots and saved states ----------------------------------------------------------


def test_restored_run_goes_on_as_the_first_did() -> None:
    core = _random_core(3)
    core.run(500)
    snapshots: list[tuple[Snapshot, bytes]] = []
    for _ in range(6):
        snapshots.append((core.snapshot(), core.save()))
        core.run(300)
    end = core.save()

    for at in (5, 5, 0, 3, 3, 1, 0, 5):
        snapshot, saved = snapshots[at]
        core.restore(snapshot)
        assert core.save() == saved
        core.run(300 * (6 - at))
        assert core.save() == end


def test_snapshot_holds_every_page_whatever_wrote_it() -> None:
    store = assemble("sb", rs2=6, rs1=5)
    core = bare_core(*[store] * 4)
    core.set(6, 0xAA)
    before = core.snapshot()

    for at in range(0, LAYOUT.ram_bytes, 51):
        core.set(5, _RAM + at)
        core.run(1)
        core.write_memory(_RAM + (at + 300) % LAYOUT.ram_bytes, b"\x55")
        assert core.read_memory(_RAM + at, 1) == b"\xaa"
        core.restore(before)
        assert core.read_memory(_RAM, LAYOUT.ram_bytes) == bytes(LAYOUT.ram_bytes)


@pytest.mark.parametrize("width", [1, 2, 4])
def test_snapshot_holds_every_page_that_a_loop_wrote(width: int) -> None:
    name = {1: "sb", 2: "sh", 4: "sw"}[width]
    core = bare_core(
        assemble(name, rs2=6, rs1=5),
        assemble("addi", rd=5, rs1=5, imm=LAYOUT.ram_bytes // 8),
        assemble("addi", rd=7, rs1=7, imm=-1),
        assemble("bne", rs1=7, imm=-12),
        assemble("wfi"),
    )
    core.write_memory(_RAM, bytes(range(256)) * (LAYOUT.ram_bytes // 256))
    core.set(5, _RAM)
    core.set(6, 0xA5A5A5A5)
    core.set(7, 8)
    before, saved = core.snapshot(), core.save()

    for _ in range(2):
        assert core.run(100) is Stop.WFI
        written = core.read_memory(_RAM, LAYOUT.ram_bytes)[:: LAYOUT.ram_bytes // 8]
        assert written == b"\xa5" * 8
        core.restore(before)
        assert core.save() == saved


def test_snapshot_outlives_its_core_and_fits_another() -> None:
    first = _random_core(1)
    first.run(100)
    snapshot, saved = first.snapshot(), first.save()
    del first

    second = bare_core()
    second.restore(snapshot)
    assert second.save() == saved
    del snapshot
    other = second.snapshot()
    second.run(50)
    second.restore(other)
    assert second.save() == saved


def test_snapshot_of_another_size_is_refused() -> None:
    larger = bare_core(layout=Layout(_BASE, 0x1000, _RAM, 0x500))

    with pytest.raises(SnapshotError, match="another size"):
        bare_core().restore(larger.snapshot())


def test_saved_state_is_all_of_the_state() -> None:
    core = _random_core(9)
    core.run(700)
    core.set_csr(MSCRATCH, 0x1234)
    core.set_timer_irq(True)
    saved = core.save()
    core.run(400)
    end = core.save()

    other = _random_core(9)
    other.load(saved)

    assert other.save() == saved
    assert other.trap_cause == other.csr(MCAUSE)
    other.run(400)
    assert other.save() == end
    for register in range(33):
        changed = bare_core()
        changed.set(register, 0x5A5A5A5A)
        assert (changed.save() == bare_core().save()) == (register == 0)


def test_damaged_state_is_refused_and_changes_nothing() -> None:
    core = _random_core(2)
    saved = core.save()
    elsewhere = bare_core(layout=Layout(0x20000, 0x1000, _RAM, 0x400)).save()

    for damaged in (b"", saved[:-1], saved + b"\0", b"X" + saved[1:], elsewhere):
        with pytest.raises(SnapshotError, match="damaged, or of another layout"):
            core.load(damaged)
        assert core.save() == saved


def test_no_state_can_be_loaded_that_the_core_could_not_be_in() -> None:
    saved = bytearray(bare_core().save())
    begin, end = 24, len(saved) - LAYOUT.ram_bytes - 24  # words between header and counters
    saved[begin:end] = b"\xff" * (end - begin)
    core = bare_core()

    core.load(bytes(saved))

    assert (core.get(0), core.get(PC)) == (0, 0xFFFFFFFE)
    found = [core.csr(number) for number in (0x300, MIE, MTVEC, MEPC, 0x344)]
    assert found == [0x1888, 0x880, 0xFFFFFFFC, 0xFFFFFFFE, 0x880]


def test_reset_forgets_all_but_rom_and_interrupt_lines() -> None:
    core = _random_core(4)
    core.set_external_irq(True)
    core.run(1000)
    untouched = Core(LAYOUT, core.read_memory(_BASE, LAYOUT.rom_bytes), EmptyBus())
    untouched.set_external_irq(True)

    core.reset()

    assert core.save() == untouched.save()


# -- Traces and profiles -----------------------------------------------------------------


def _loop() -> Core:
    core = bare_core(
        assemble("c.addi", rd=5, imm=1),
        assemble("addi", rd=6, rs1=6, imm=-1),
        assemble("c.bnez", rs1=8, imm=4),
        assemble("bne", rs1=6, imm=-8),
        assemble("wfi"),
    )
    core.set(6, 3)
    return core


_ROUND: Final = (_BASE, _BASE + 2, _BASE + 6, _BASE + 8)


def test_trace_has_the_pc_of_each_instruction() -> None:
    core = _loop()
    core.run(2)
    core.trace(100)

    assert core.run(100) is Stop.WFI

    assert core.traced.tolist() == [*(_ROUND * 3)[2:], _BASE + 12]


def test_trace_ends_with_its_capacity_and_with_zero() -> None:
    core = _loop()
    core.trace(5)
    core.run(7)

    assert core.traced.tolist() == [*_ROUND, _BASE]
    core.trace(0)
    core.run(3)
    assert core.traced.tolist() == []


_UNFIT: Final[Sequence[Callable[[Core], object]]] = [
    lambda core: core.run(-1),
    lambda core: core.run(1 << 64),
    lambda core: core.csr(-1),
    lambda core: core.set_csr(-1, 0),
    lambda core: core.read_memory(-1, 1),
    lambda core: core.read_memory(1 << 32, 1),
    lambda core: core.read_memory(_BASE, -1),
    lambda core: core.write_memory(-1, b"1"),
    lambda core: core.set_breakpoint(-2),
    lambda core: core.trace(-1),
    lambda core: core.set_faults([Fault(-1, FaultKind.SKIP, 1)]),
    lambda core: core.set_faults([Fault(0, FaultKind.SKIP, -1)]),
    lambda core: core.set_faults([Fault(0, FaultKind.REGISTER, 1, 1 << 32)]),
    lambda _: Core(Layout(-256, 256, 0, 256), b"", EmptyBus()),
]


@pytest.mark.parametrize("ask", _UNFIT)
def test_numbers_that_the_core_has_no_room_for_are_refused(ask: Callable[[Core], object]) -> None:
    core = _loop()

    with pytest.raises(CoreError, match="is no unsigned number"):
        ask(core)


def test_profile_counts_executions_and_taken_branches() -> None:
    core = _loop()
    profile = core.profile()
    core.run(100)
    core.end_profile()
    core.set(PC, _BASE)
    core.run(3)

    assert profile.counts() == Counter(_ROUND * 3) | {_BASE + 12: 1}
    assert [profile.executed(at) for at in _ROUND] == [3] * 4
    assert [profile.taken(at) for at in _ROUND] == [0, 0, 0, 2]
    with pytest.raises(CoreError, match="no halfword"):
        profile.executed(_BASE + 1)
