# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Faults strike the instruction they name, once, and do what they say to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from benches.bare_core import HANDLER, LAYOUT, MEPC, MTVAL, bare_core
from oracles.rv32_tables import assemble, program

from mooring_models.cpu.rv32.core import Core, CoreError, Fault, FaultKind, Stop
from mooring_models.errors import BusError

_BASE: Final = LAYOUT.rom_base
_RAM: Final = LAYOUT.ram_base
ONE: Final = assemble("addi", rd=5, rs1=5, imm=1)
TEN: Final = assemble("c.addi", rd=5, imm=10)
HUNDRED: Final = assemble("addi", rd=5, rs1=5, imm=100)
STORE: Final = assemble("sw", rs2=5, rs1=8)
LOAD: Final = assemble("lw", rd=5, rs1=8)


def _struck(core: Core, budget: int, *faults: Fault) -> list[int | None]:
    """Runs with faults; where each struck."""
    strikes = core.set_faults(faults)
    core.run(budget)
    assert all((each.pc is not None) == each.struck for each in strikes)
    return [each.pc for each in strikes]


# -- Skips -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "count", "sum_", "pc"),
    [
        (0, 1, 110, 10),
        (1, 1, 101, 10),
        (2, 1, 11, 10),
        (0, 2, 100, 10),
        (1, 2, 1, 10),
        (0, 3, 0, 10),
    ],
)
def test_skip_takes_an_index_for_each_instruction(at: int, count: int, sum_: int, pc: int) -> None:
    core = bare_core(ONE, TEN, HUNDRED)

    (place,) = _struck(core, 3, Fault(at, FaultKind.SKIP, count))

    assert (core.get(5), core.pc - _BASE, core.instret) == (sum_, pc, 3)
    assert place == _BASE + (0, 4, 6)[at]


@pytest.mark.parametrize(
    "encoding",
    [
        assemble("jal", rd=1, imm=-4),
        assemble("jalr", rs1=8),
        assemble("beq", imm=-2),
        assemble("c.j", imm=-2),
        assemble("ecall"),
        assemble("mret"),
        assemble("wfi"),
        assemble("lw", rd=5, rs1=0),
        0,
        0xFFFFFFFF,
    ],
)
def test_skipped_instruction_has_no_effect_but_its_length(encoding: int) -> None:
    core = bare_core(encoding)

    _struck(core, 1, Fault(0, FaultKind.SKIP, 1))

    assert core.pc == _BASE + (4 if encoding & 3 == 3 else 2)
    assert (core.get(1), core.get(5), core.trap_cause) == (0, 0, None)


def test_skip_goes_straight_on_where_a_branch_would_have_gone() -> None:
    core = bare_core(assemble("jal", imm=8), ONE, TEN)

    _struck(core, 3, Fault(0, FaultKind.SKIP, 2))

    assert core.get(5) == 10


def test_overlapping_skips_end_with_the_later_end() -> None:
    core = bare_core(*[ONE] * 6)

    places = _struck(core, 6, Fault(0, FaultKind.SKIP, 3), Fault(1, FaultKind.SKIP, 3))

    assert core.get(5) == 2
    assert places == [_BASE, _BASE + 4]


def test_skip_off_the_end_of_rom_traps_there() -> None:
    core = bare_core(assemble("jal", imm=LAYOUT.rom_bytes - 4))
    core.write_memory(_BASE + LAYOUT.rom_bytes - 4, program(ONE))
    core.write_memory(HANDLER, program(*[TEN] * 4))

    _struck(core, 5, Fault(1, FaultKind.SKIP, 2))

    assert core.csr(MEPC) == _BASE + LAYOUT.rom_bytes
    assert core.get(5) == 20


def test_skip_survives_the_end_of_a_budget() -> None:
    core = bare_core(*[ONE] * 5)
    core.set_faults([Fault(1, FaultKind.SKIP, 3)])

    for _ in range(5):
        core.run(1)

    assert core.get(5) == 2


# -- Opcodes -----------------------------------------------------------------------------


def test_opcode_flip_lasts_for_one_execution() -> None:
    core = bare_core(ONE, assemble("jal", imm=-4))

    (place,) = _struck(core, 5, Fault(2, FaultKind.OPCODE, 1 << 21))

    assert core.get(5) == 1 + 3 + 1  # an immediate of 3, the second time
    assert place == _BASE


def test_opcode_flip_may_make_it_illegal() -> None:
    core = bare_core(ONE)

    _struck(core, 1, Fault(0, FaultKind.OPCODE, 1 << 3))

    assert (core.trap_cause, core.csr(MTVAL)) == (2, ONE ^ 1 << 3)


def test_flip_to_compressed_executes_the_upper_half_next() -> None:
    upper = assemble("c.li", rd=9, imm=-7)
    long = upper << 16 | TEN ^ 2  # with bit 1 set, four bytes
    core = bare_core(long, ONE)

    _struck(core, 3, Fault(0, FaultKind.OPCODE, 2 | 0xFF000000))

    assert core.get(5) == 11
    assert core.get(9) == 2**32 - 7  # flips above the 16 bits that are left are lost
    assert core.pc == _BASE + 8


def test_flip_from_compressed_takes_in_the_next_halfword() -> None:
    halves = ONE & 0xFFFF, ONE >> 16
    core = bare_core(halves[0] ^ 1 | 0, halves[1], TEN)
    core.write_memory(_BASE, (halves[0] ^ 1).to_bytes(2, "little") + program(halves[1], TEN))

    _struck(core, 2, Fault(0, FaultKind.OPCODE, 1 | 0xFFFF0000))

    assert core.get(5) == 11
    assert core.pc == _BASE + 6


def test_flip_to_long_in_the_last_halfword_of_rom_is_a_fetch_fault() -> None:
    end = _BASE + LAYOUT.rom_bytes
    core = bare_core(assemble("jal", imm=LAYOUT.rom_bytes - 2))
    core.write_memory(end - 2, program(TEN))

    _struck(core, 2, Fault(1, FaultKind.OPCODE, 2))

    assert (core.trap_cause, core.csr(MEPC), core.csr(MTVAL)) == (1, end - 2, end)


def test_every_opcode_bit_equals_that_instruction_in_rom() -> None:
    words = (ONE, HUNDRED, STORE, LOAD, assemble("beq", rs1=5, imm=8), assemble("mul", rd=5, rs1=8))
    for encoding in (*words, TEN, assemble("c.lw", rd=9, rs1=8), assemble("c.bnez", rs1=8, imm=6)):
        size = 4 if encoding & 3 == 3 else 2
        for bit in range(8 * size):
            struck, patched = bare_core(encoding, TEN, TEN), bare_core(encoding, TEN, TEN)
            flipped = (encoding ^ 1 << bit).to_bytes(size, "little")
            patched.write_memory(_BASE, flipped)
            for core in (struck, patched):
                core.set(5, 3)
                core.set(8, _RAM + 16)

            _struck(struck, 1, Fault(0, FaultKind.OPCODE, 1 << bit))
            patched.run(1)

            assert struck.save() == patched.save(), (hex(encoding), bit)


# -- Registers, memory, results ----------------------------------------------------------


@pytest.mark.parametrize("bit", [0, 13, 31])
def test_register_flip_comes_before_its_instruction(bit: int) -> None:
    core = bare_core(ONE, STORE, ONE)
    core.set(8, _RAM)

    (place,) = _struck(core, 3, Fault(1, FaultKind.REGISTER, 5, 1 << bit))

    assert core.read_memory(_RAM, 4) == (1 ^ 1 << bit).to_bytes(4, "little")
    assert core.get(5) == (1 ^ 1 << bit) + 1
    assert place == _BASE + 4


def test_memory_flip_comes_before_its_instruction() -> None:
    core = bare_core(LOAD, LOAD)
    core.set(8, _RAM)
    core.run(0)

    (place,) = _struck(core, 2, Fault(1, FaultKind.MEMORY, _RAM, 0x80000001))

    assert core.get(5) == 0x80000001
    assert core.read_memory(_RAM, 4) == bytes.fromhex("01000080")
    assert place == _BASE + 4


@pytest.mark.parametrize(
    ("encoding", "rd"),
    [
        (ONE, 5),
        (TEN, 5),
        (LOAD, 5),
        (assemble("lui", rd=5), 5),
        (assemble("jal", rd=1, imm=8), 1),
        (assemble("c.jal", imm=8), 1),
        (assemble("csrrs", rd=5, csr=0x340), 5),
        (assemble("mul", rd=5), 5),
    ],
)
@pytest.mark.parametrize("forced", [0, 0xFFFFFFFF])
def test_result_is_forced_where_there_is_one(encoding: int, rd: int, forced: int) -> None:
    core = bare_core(encoding)
    core.set(8, _RAM)
    core.set(5, 77)

    (place,) = _struck(core, 1, Fault(0, FaultKind.RESULT, forced))

    assert core.get(rd) == forced
    assert place == _BASE


@pytest.mark.parametrize(
    "encoding",
    [
        STORE,
        assemble("beq"),
        assemble("fence"),
        assemble("addi", imm=1),
        assemble("ecall"),
        assemble("wfi"),
        assemble("jal", imm=8),
        assemble("c.j", imm=8),
        assemble("lw", rd=5, rs1=0),  # traps
        0,
    ],
)
def test_without_a_result_there_is_none_to_force(encoding: int) -> None:
    core = bare_core(encoding)
    core.set(8, _RAM)
    before = [core.get(each) for each in range(32)]

    assert _struck(core, 1, Fault(0, FaultKind.RESULT, 0x55)) == [None]
    assert [core.get(each) for each in range(32)] == before


# -- All of them -------------------------------------------------------------------------


def test_faults_of_one_instruction_add_up() -> None:
    core = bare_core(assemble("add", rd=5, rs1=6, rs2=7))

    places = _struck(
        core,
        1,
        Fault(0, FaultKind.REGISTER, 6, 8),
        Fault(0, FaultKind.OPCODE, 1 << 30),  # sub
        Fault(0, FaultKind.OPCODE, 1 << 20),  # rs2 is x6, so 0 comes out
        Fault(0, FaultKind.REGISTER, 6, 1),
        Fault(0, FaultKind.RESULT, 3),
    )

    assert places == [_BASE] * 5
    assert (core.get(6), core.get(5)) == (9, 3)


def test_skipped_instruction_has_no_opcode_or_result_to_strike() -> None:
    core = bare_core(ONE, ONE)

    places = _struck(
        core,
        2,
        Fault(0, FaultKind.SKIP, 1),
        Fault(0, FaultKind.OPCODE, 1 << 20),
        Fault(0, FaultKind.RESULT, 9),
        Fault(0, FaultKind.REGISTER, 5, 4),
    )

    assert places == [_BASE, None, None, _BASE]
    assert core.get(5) == 5


def test_fault_that_comes_too_late_or_was_passed_does_not_strike() -> None:
    core = bare_core(*[ONE] * 8)
    core.run(3)

    assert _struck(core, 2, Fault(2, FaultKind.SKIP, 1), Fault(5, FaultKind.SKIP, 1)) == [None] * 2
    assert core.get(5) == 5


def test_new_faults_replace_the_old() -> None:
    core = bare_core(*[ONE] * 8)
    old = core.set_faults([Fault(1, FaultKind.SKIP, 4)])
    core.run(2)
    core.set_faults([])

    core.run(6)

    assert old[0].struck
    assert core.get(5) == 7


def test_same_faults_after_a_restore_do_the_same() -> None:
    core = bare_core(*[ONE, TEN] * 20)
    before = core.snapshot()
    faults = [Fault(3, FaultKind.SKIP, 2), Fault(17, FaultKind.REGISTER, 5, 1 << 9)]
    ends: list[bytes] = []

    for _ in range(3):
        core.restore(before)
        assert all(place is not None for place in _struck(core, 30, *faults))
        ends.append(core.save())

    assert len(set(ends)) == 1


def _ways_back(core: Core) -> tuple[Callable[[], None], ...]:
    """To where the core is now."""
    start, saved = core.snapshot(), core.save()
    return partial(core.restore, start), core.reset, partial(core.load, saved)


def test_skip_that_is_under_way_ends_with_a_restore_a_reset_and_a_load() -> None:
    core = bare_core(*[ONE] * 8)

    for back in _ways_back(core):
        back()
        core.set_faults([Fault(0, FaultKind.SKIP, 6)])
        core.run(2)
        assert core.get(5) == 0
        back()
        core.run(2)
        assert core.get(5) == 2


@pytest.mark.parametrize("kind", list(FaultKind))
def test_faults_end_with_a_restore_a_reset_and_a_load(kind: FaultKind) -> None:
    core = bare_core(*[ONE] * 8)
    a = {FaultKind.OPCODE: 1 << 20, FaultKind.REGISTER: 5, FaultKind.MEMORY: _RAM}.get(kind, 1)
    fault = Fault(1, kind, a, 0x100)
    ways_back = _ways_back(core)

    for ran in (1, 4):  # before it struck, and after
        for back in ways_back:
            back()
            (strike,) = core.set_faults([fault])
            core.run(ran)
            back()
            struck = strike.struck
            core.run(4)
            assert (core.get(5), core.read_memory(_RAM, 4)) == (4, bytes(4))
            assert strike.struck == struck == (ran > 1)


def test_access_that_the_bus_broke_off_is_not_struck_twice() -> None:
    class Bus:
        broken = True

        def read32(self, address: int) -> int:
            if self.broken:
                raise RuntimeError
            return 5

        def write32(self, address: int, value: int) -> None:
            raise BusError("write", "nothing", address, "unmapped")

    core, bus = bare_core(LOAD), Bus()
    core.bus = bus
    core.set(8, 0x40000000)
    core.set_faults([Fault(0, FaultKind.REGISTER, 8, 4), Fault(0, FaultKind.RESULT, 1)])
    with pytest.raises(RuntimeError):
        core.run(1)
    bus.broken = False

    core.run(1)

    assert (core.get(8), core.get(5)) == (0x40000004, 1)


@pytest.mark.parametrize(
    ("count", "rounds", "instructions"),
    [(1, 99_999, 300_001), (2, 100_000, 300_004), (3, 70_000, 210_004)],
)
def test_fault_is_exact_inside_the_fast_loop(count: int, rounds: int, instructions: int) -> None:
    core = bare_core(
        assemble("addi", rd=5, rs1=5, imm=1),
        assemble("addi", rd=6, rs1=6, imm=-1),
        assemble("bne", rs1=6, imm=-8),
        assemble("wfi"),
    )
    core.set(6, 100_000)

    (place,) = _struck(core, 10**9, Fault(3 * 70_000, FaultKind.SKIP, count))

    assert (core.get(5), core.instret) == (rounds, instructions)
    assert place == _BASE


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(0, FaultKind.SKIP, 0)],
        [Fault(0, FaultKind.REGISTER, 0, 1)],
        [Fault(0, FaultKind.REGISTER, 32, 1)],
        [Fault(0, FaultKind.MEMORY, _RAM + 1, 1)],
        [Fault(0, FaultKind.MEMORY, _RAM + LAYOUT.ram_bytes, 1)],
        [Fault(0, FaultKind.MEMORY, _BASE, 1)],
        [Fault(2, FaultKind.SKIP, 1), Fault(1, FaultKind.SKIP, 1)],
        [Fault(at, FaultKind.SKIP, 1) for at in range(17)],
    ],
)
def test_malformed_faults_are_refused_and_leave_the_old(faults: list[Fault]) -> None:
    core = bare_core(ONE, ONE)
    core.set_faults([Fault(1, FaultKind.SKIP, 1)])

    with pytest.raises(CoreError, match="too many, unordered or malformed"):
        core.set_faults(faults)
    assert core.run(2) is Stop.BUDGET
    assert core.get(5) == 1
