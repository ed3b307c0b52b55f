# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Machine mode: CSRs, traps and returns, interrupts, wfi, budgets, lockup."""

from __future__ import annotations

from typing import Final

import pytest
from benches.bare_core import (
    HANDLER,
    LAYOUT,
    MCAUSE,
    MCYCLE,
    MEPC,
    MIE,
    MINSTRET,
    MIP,
    MSCRATCH,
    MSTATUS,
    MTVAL,
    MTVEC,
    EmptyBus,
    bare_core,
)
from oracles.rv32_tables import assemble, constant, program

from mooring_models.cpu.rv32.core import PC, Core, CoreError, Layout, Stop

_MIE_BIT: Final = 1 << 3
_MPIE_BIT: Final = 1 << 7
_MPP: Final = 3 << 11
_TIMER: Final = 1 << 7
_EXTERNAL: Final = 1 << 11
_INTERRUPT: Final = 1 << 31
NOP: Final = assemble("addi")


def _csr(name: str, number: int, rd: int = 0, source: int = 0) -> int:
    operand = {"zimm": source} if name.endswith("i") else {"rs1": source}
    return assemble(name, csr=number, rd=rd, **operand)


# -- CSRs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "written", "read"),
    [
        (MSTATUS, 0xFFFFFFFF, _MIE_BIT | _MPIE_BIT | _MPP),
        (MSTATUS, 0, _MPP),
        (MIE, 0xFFFFFFFF, _TIMER | _EXTERNAL),
        (MTVEC, 0xFFFFFFFF, 0xFFFFFFFC),
        (MSCRATCH, 0x12345678, 0x12345678),
        (MEPC, 0xFFFFFFFF, 0xFFFFFFFE),
        (MCAUSE, 0x8000001F, 0x8000001F),
        (MTVAL, 0xDEADBEEF, 0xDEADBEEF),
        (MIP, 0xFFFFFFFF, 0),
        (0x301, 0, 0x40001104),
        (0x320, 0xFFFFFFFF, 0),
    ],
)
def test_csr_keeps_the_bits_it_has(number: int, written: int, read: int) -> None:
    core = bare_core(*constant(5, written), _csr("csrrw", number, 6, 5), _csr("csrrs", number, 7))

    core.run(4)

    assert core.trap_cause is None
    assert core.get(7) == read == core.csr(number)


@pytest.mark.parametrize(
    ("name", "source", "left"),
    [
        ("csrrw", 0x0F0F, 0x0F0F),
        ("csrrs", 0x0F0F, 0x3F3F),
        ("csrrc", 0x0F0F, 0x3030),
        ("csrrwi", 0x15, 0x15),
        ("csrrsi", 0x15, 0x3337),
        ("csrrci", 0x15, 0x3322),
    ],
)
def test_csr_instruction_reads_then_writes(name: str, source: int, left: int) -> None:
    immediate = name.endswith("i")
    core = bare_core(_csr(name, MSCRATCH, 6, source if immediate else 5))
    core.set_csr(MSCRATCH, 0x3333)
    core.set(5, source)

    core.run(1)

    assert core.get(6) == 0x3333
    assert core.csr(MSCRATCH) == left


def test_csr_into_the_register_it_is_written_from() -> None:
    core = bare_core(_csr("csrrw", MSCRATCH, 5, 5))
    core.set_csr(MSCRATCH, 7)
    core.set(5, 9)

    core.run(1)

    assert (core.get(5), core.csr(MSCRATCH)) == (7, 9)


def test_minstret_counts_what_retires_and_mcycle_what_traps_as_well() -> None:
    core = bare_core(NOP, NOP, _csr("csrrs", MINSTRET, 5), assemble("ecall"))
    core.write_memory(HANDLER, program(_csr("csrrs", MINSTRET, 6), _csr("csrrs", MCYCLE, 7)))

    core.run(6)

    assert (core.get(5), core.get(6), core.get(7), core.instret) == (2, 3, 5, 6)


def test_written_counter_counts_on_from_there() -> None:
    read = (_csr("csrrs", MINSTRET, 6), _csr("csrrs", 0xB82, 7))
    core = bare_core(_csr("csrrw", MINSTRET, 0, 5), *read, _csr("csrrs", 0xB00, 8))
    core.set(5, 0xFFFFFFFF)

    core.run(4)

    assert (core.get(6), core.get(7), core.get(8), core.instret) == (0xFFFFFFFF, 1, 3, 4)


def test_upper_half_of_a_counter_is_written_apart() -> None:
    core = bare_core(_csr("csrrw", 0xB80, 0, 5), _csr("csrrs", 0xC80, 6), _csr("csrrs", 0xC00, 7))
    core.set(5, 77)

    core.run(3)

    assert (core.get(6), core.get(7)) == (77, 2)


def test_misa_and_identity() -> None:
    core = bare_core()

    assert core.csr(0x301) == 1 << 30 | sum(1 << ord(letter) - ord("A") for letter in "IMC")
    assert [core.csr(number) for number in range(0xF11, 0xF16)] == [0] * 5


# -- Traps -------------------------------------------------------------------------------


@pytest.mark.parametrize("enabled", [False, True])
def test_trap_stacks_the_enable_and_mret_takes_it_back(enabled: bool) -> None:
    core = bare_core(NOP, assemble("ecall"), NOP)
    core.write_memory(
        HANDLER,
        program(
            _csr("csrrs", MEPC, 5),
            assemble("addi", rd=5, rs1=5, imm=4),
            _csr("csrrw", MEPC, 0, 5),
            assemble("mret"),
        ),
    )
    core.set_csr(MSTATUS, _MIE_BIT if enabled else 0)

    core.run(2)
    inside = core.csr(MSTATUS)
    core.run(4)

    assert core.csr(MCAUSE) == 11
    assert inside == _MPP | (_MPIE_BIT if enabled else 0)
    assert core.csr(MSTATUS) == _MPP | _MPIE_BIT | (_MIE_BIT if enabled else 0)
    assert core.pc == LAYOUT.rom_base + 8
    assert core.instret == 6


def test_trap_without_a_handler_locks_up() -> None:
    core = bare_core(NOP, 0)
    core.set_csr(MTVEC, 0)

    assert core.run(100) is Stop.LOCKUP
    assert core.instret == 2
    assert core.run(100) is Stop.LOCKUP
    assert core.instret == 2
    core.reset()
    core.set_csr(MTVEC, HANDLER)
    assert core.run(1) is Stop.BUDGET


def test_trap_of_the_handler_s_first_instruction_locks_up() -> None:
    core = bare_core(0)

    assert core.run(100) is Stop.LOCKUP
    assert core.csr(MEPC) == HANDLER
    assert core.instret == 2


def test_trap_later_in_the_handler_is_another_trap() -> None:
    core = bare_core(0)
    core.write_memory(HANDLER, program(NOP, assemble("ecall")))

    assert core.run(9) is Stop.BUDGET
    assert core.csr(MCAUSE) == 11
    assert core.instret == 9


def test_code_in_ram_is_not_executed() -> None:
    core = bare_core(assemble("jalr", rs1=5))
    core.write_memory(LAYOUT.ram_base, program(NOP))
    core.set(5, LAYOUT.ram_base)

    core.run(2)

    assert (core.trap_cause, core.csr(MTVAL), core.csr(MEPC)) == (1, *[LAYOUT.ram_base] * 2)


# -- Interrupts and waiting ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "enabled", "cause"),
    [
        (_EXTERNAL, _EXTERNAL, 11),
        (_TIMER, _TIMER, 7),
        (_EXTERNAL | _TIMER, _EXTERNAL | _TIMER, 11),
        (_EXTERNAL | _TIMER, _TIMER, 7),
    ],
)
def test_interrupt_is_taken_before_the_next_instruction(
    lines: int, enabled: int, cause: int
) -> None:
    core = bare_core(NOP, NOP)
    core.set_csr(MSTATUS, _MIE_BIT)
    core.set_csr(MIE, enabled)
    core.run(1)
    core.set_external_irq(bool(lines & _EXTERNAL))
    core.set_timer_irq(bool(lines & _TIMER))
    core.write_memory(HANDLER, program(NOP))

    core.run(1)

    assert core.csr(MCAUSE) == _INTERRUPT | cause
    assert core.csr(MEPC) == LAYOUT.rom_base + 4
    assert core.csr(MSTATUS) == _MPP | _MPIE_BIT
    assert core.csr(MIP) == lines
    assert (core.pc, core.instret) == (HANDLER + 4, 2)


@pytest.mark.parametrize(("status", "enabled"), [(0, _EXTERNAL), (_MIE_BIT, _TIMER)])
def test_interrupt_that_is_not_enabled_waits(status: int, enabled: int) -> None:
    core = bare_core(NOP)
    core.set_csr(MSTATUS, status)
    core.set_csr(MIE, enabled)
    core.set_external_irq(True)

    core.run(1)

    assert core.trap_cause is None


def test_enabling_takes_a_pending_interrupt_at_once() -> None:
    core = bare_core(_csr("csrrsi", MSTATUS, 0, 8), NOP)
    core.write_memory(HANDLER, program(NOP))
    core.set_csr(MIE, _TIMER)
    core.set_timer_irq(True)

    core.run(2)

    assert core.csr(MEPC) == LAYOUT.rom_base + 4
    assert core.pc == HANDLER + 4


def test_wfi_waits_and_goes_on_behind_itself() -> None:
    core = bare_core(assemble("wfi"), NOP, assemble("wfi"))

    assert core.run(10) is Stop.WFI
    assert (core.pc, core.instret) == (LAYOUT.rom_base + 4, 1)
    assert core.run(10) is Stop.WFI
    assert core.instret == 3


def test_wfi_with_something_pending_does_not_wait() -> None:
    core = bare_core(assemble("wfi"), NOP)
    core.set_csr(MIE, _EXTERNAL)  # and not mstatus.MIE
    core.set_external_irq(True)

    assert core.run(2) is Stop.BUDGET
    assert core.trap_cause is None


# -- Budgets and breakpoints -------------------------------------------------------------


def _counting() -> Core:
    """Counts x5 up, x6 times over; 3 instructions a round, the last compressed."""
    return bare_core(
        assemble("addi", rd=5, rs1=5, imm=1),
        assemble("addi", rd=6, rs1=6, imm=-1),
        assemble("bne", rs1=6, imm=-8),
        assemble("wfi"),
    )


@pytest.mark.parametrize("observed", [False, True])
def test_budget_is_exact(observed: bool) -> None:
    core = _counting()
    core.set(6, 100)
    if observed:
        core.profile()

    done = 0
    for budget in (0, 1, 2, 3, 4, 5, 50, 7):
        assert core.run(budget) is Stop.BUDGET
        done += budget
        assert core.instret == done
        assert core.get(5) == (done + 2) // 3
    assert core.run(10**18) is Stop.WFI
    assert core.instret == 301


def test_largest_budget_does_not_wrap() -> None:
    core = _counting()
    core.set(6, 2)
    core.run(1)

    assert core.run(2**64 - 1) is Stop.WFI


@pytest.mark.parametrize("observed", [False, True])
def test_breakpoint_stops_before_its_instruction(observed: bool) -> None:
    core = _counting()
    core.set(6, 3)
    if observed:
        core.profile()
    core.set_breakpoint(LAYOUT.rom_base + 4)

    for round_ in range(3):
        assert core.run(100) is Stop.BREAKPOINT
        assert (core.pc, core.instret) == (LAYOUT.rom_base + 4, 1 + 3 * round_)
    core.set_breakpoint(LAYOUT.rom_base + 4, False)
    assert core.run(100) is Stop.WFI


def test_breakpoint_at_entry_is_passed_but_not_when_it_comes_again() -> None:
    core = bare_core(assemble("jal", imm=0))
    core.set_breakpoint(LAYOUT.rom_base)

    assert core.run(5) is Stop.BREAKPOINT
    assert core.instret == 1


@pytest.mark.parametrize("address", [LAYOUT.rom_base - 2, LAYOUT.rom_base + 1, LAYOUT.ram_base])
def test_breakpoint_is_refused_outside_the_halfwords_of_rom(address: int) -> None:
    with pytest.raises(CoreError, match="no halfword"):
        bare_core().set_breakpoint(address)


# -- What is asked in error ------------------------------------------------------------


@pytest.mark.parametrize(
    "layout",
    [
        Layout(0x10000, 0x101, 0x20000000, 0x100),
        Layout(0x10080, 0x100, 0x20000000, 0x100),
        Layout(0x10000, 0, 0x20000000, 0x100),
        Layout(0x10000, 0x100, 0x20000000, 0),
        Layout(0x10000, 0x10100, 0x20000000, 0x100),
        Layout(0xFFFFFF00, 0x200, 0x20000000, 0x100),
        Layout(0x10000, 0x1000, 0x10F00, 0x100),
    ],
)
def test_malformed_layout_is_refused(layout: Layout) -> None:
    with pytest.raises(CoreError, match="no such memories"):
        Core(layout, b"", EmptyBus())


def test_rom_that_does_not_fit_is_refused() -> None:
    with pytest.raises(CoreError, match="257 bytes for 256"):
        Core(Layout(0, 256, 0x20000000, 256), bytes(257), EmptyBus())


def test_register_that_does_not_exist_is_refused() -> None:
    for number in (-1, PC + 1):
        with pytest.raises(CoreError, match="there are 0 to 32"):
            bare_core().get(number)


def test_x0_and_bit_0_of_the_pc_stay_zero() -> None:
    core = bare_core()

    core.set(0, 5)
    core.set(PC, LAYOUT.rom_base + 3)

    assert (core.get(0), core.pc) == (0, LAYOUT.rom_base + 2)


@pytest.mark.parametrize(
    ("address", "size"), [(0, 1), (LAYOUT.ram_base - 1, 2), (LAYOUT.ram_base + 0x3FF, 2)]
)
def test_memory_that_is_not_there_is_refused(address: int, size: int) -> None:
    with pytest.raises(CoreError, match="no memory"):
        bare_core().read_memory(address, size)
    with pytest.raises(CoreError, match="no memory"):
        bare_core().write_memory(address, bytes(size))
