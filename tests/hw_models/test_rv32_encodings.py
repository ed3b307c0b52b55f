# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Which encodings execute and which trap: the set that the manual's listings give, no other.

The compressed space is run in full; the 32-bit space over every value of the fields that
decide, with a few registers each.  Each case executes on the core from the same state.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final

import pytest
from benches.bare_core import LAYOUT, MTVAL, Lockstep, bare_core
from oracles import rv32_reference
from oracles.rv32_tables import Instruction, assemble, decode, program

from mooring_models.cpu.rv32.core import PC, Core, disassemble, length

_ILLEGAL: Final = rv32_reference.ILLEGAL

# The CSRs of a core with machine mode and counters, by the manual, volume II, 2.2 and 3.1.
READ_WRITE: Final = frozenset(
    (
        *(0x300, 0x301, 0x304, 0x305, 0x310, 0x320, 0x340, 0x341, 0x342, 0x343, 0x344),
        *range(0x323, 0x340),  # events of counters that count nothing
        *(0xB00, 0xB80, *range(0xB02, 0xB20), *range(0xB82, 0xBA0)),
    )
)
READ_ONLY: Final = frozenset((0xC00, 0xC02, 0xC80, 0xC82, 0xF11, 0xF12, 0xF13, 0xF14, 0xF15))


def _prepare(core: Core) -> None:
    """Registers that tell operands apart; x8 to x15, x1 and x2 are good addresses."""
    for register in range(1, 32):
        core.set(register, 0x11111111 * register & 0xFFFFFFFF)
    for register in (1, 2, *range(8, 16)):
        core.set(register, LAYOUT.ram_base + 0x100 + 4 * register)
    core.write_memory(LAYOUT.ram_base, bytes(at * 7 & 0xFF for at in range(LAYOUT.ram_bytes)))


def _executes(core: Core, encoding: int) -> bool:
    """Whether it does something else than trap as illegal, from the state that is restored."""
    core.set(PC, LAYOUT.rom_base)
    core.write_memory(LAYOUT.rom_base, encoding.to_bytes(4, "little"))
    core.run(1)
    legal = core.trap_cause != _ILLEGAL
    if not legal:
        assert core.csr(MTVAL) == (encoding if encoding & 3 == 3 else encoding & 0xFFFF)
    return legal


def _legal(encoding: int) -> bool:
    """By the tables: a CSR instruction also needs a CSR that it may write."""
    found = decode(encoding)
    if found is None or not found.name.startswith("csr"):
        return found is not None
    writes = found.name in ("csrrw", "csrrwi") or found.rs1 != 0 or found.zimm != 0
    return found.csr in READ_WRITE or (found.csr in READ_ONLY and not writes)


def _check(encodings: Iterable[int]) -> tuple[int, int]:
    """Compares each with the tables; how many there are, and how many are legal."""
    core = bare_core()
    _prepare(core)
    prepared = core.snapshot()
    run = legal = 0
    for encoding in encodings:
        core.restore(prepared)
        executes = _executes(core, encoding)
        assert executes == _legal(encoding), hex(encoding)
        run += 1
        legal += executes
    return run, legal


def test_every_compressed_encoding_does_as_the_reference() -> None:
    pair = Lockstep()
    core, reference = pair.core, pair.reference
    _prepare(core)
    prepared = core.snapshot()
    x, ram = [core.get(each) for each in range(32)], core.read_memory(LAYOUT.ram_base, 0x400)
    run = legal = 0

    for encoding in range(0x10000):
        if encoding & 3 == 3:
            continue
        core.restore(prepared)
        pair.patch(0x100, program(encoding))
        core.set(PC, LAYOUT.rom_base + 0x100)
        reference.x[:], reference.ram[:] = x, ram
        reference.pc, reference.trap = LAYOUT.rom_base + 0x100, None
        executed = pair.step()
        pair.assert_same(hex(encoding))
        run += 1
        legal += executed is not None

    print(f"compressed encodings: possible 49152, run {run}, sampled 0; legal {legal}")
    # Counted by hand from the listing, in its order; 11 bits are free in each line of three.
    quadrant0 = 8 * 255 + 2 * 2048
    quadrant1 = 6 * 2048 + 63 * 32 + (8 * 32 + 8 * 32 + 8 * 64 + 4 * 8 * 8)
    quadrant2 = 32 * 32 + 31 * 64 + (31 + 32 * 31 + 1 + 31 + 32 * 31) + 2048
    assert run == 0xC000
    assert legal == quadrant0 + quadrant1 + quadrant2


def test_words_over_all_opcodes_and_functions() -> None:
    registers = ((0, 0, 0), (5, 1, 2), (1, 8, 31))
    encodings = (
        funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode << 2 | 3
        for opcode, funct3, funct7 in product(range(32), range(8), range(128))
        for rd, rs1, rs2 in registers
    )

    run, legal = _check(encodings)

    print(f"opcode, funct3 and funct7: possible 32768, run {run}, of each 3 registers; {legal=}")
    assert run == 3 * 32768
    assert 0 < legal < run


@pytest.mark.parametrize("funct3", range(8))
def test_every_system_encoding_of_some_registers(funct3: int) -> None:
    registers = ((0, 0), (1, 0), (0, 1), (5, 8), (0, 31))
    encodings = (
        number << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x73
        for number in range(4096)
        for rd, rs1 in registers
    )

    run, legal = _check(encodings)

    assert run == 5 * 4096
    # Read-only CSRs can be named by the four forms that may only read.
    reads = {1: 0, 2: 2, 3: 2, 5: 0, 6: 2, 7: 2}
    expected = 5 * len(READ_WRITE) + reads.get(funct3, 0) * len(READ_ONLY)
    assert legal == {0: 4, 4: 0}.get(funct3, expected)


@pytest.mark.parametrize(
    ("what", "encoding"),
    [
        ("fence.i", 0x0000100F),
        ("sret", 0x10200073),
        ("sfence.vma", 0x12000073),
        ("fadd.s", 0x00000053),
        ("flw", 0x00002007),
        ("amoadd.w", 0x0000202F),
        ("lr.w", 0x1000202F),
        ("andn, of B", 0x40007033),
        ("sext.b, of B", 0x60401013),
        ("ld, of RV64", 0x00003003),
        ("addiw, of RV64", 0x0000001B),
        ("slli by 32, of RV64", 0x02001013),
        ("c.fld", 0x2000),
        ("c.flw", 0x6000),
        ("c.subw, of RV64", 0x9C01),
        ("48 bits long", 0x0000001F),
        ("64 bits long", 0x0000003F),
        ("time, without a timer CSR", 0xC0102573),
        ("pmpcfg0", 0x3A002573),
        ("medeleg", 0x30202573),
    ],
)
def test_instruction_of_another_extension_traps(what: str, encoding: int) -> None:
    core = bare_core()

    assert not _executes(core, encoding), what
    assert disassemble(0, encoding) == "illegal" or (encoding & 0x7F) == 0x73


@pytest.mark.parametrize(
    "hint",
    [
        Instruction("c.addi", 2, rd=0, imm=5),
        Instruction("c.addi", 2, rd=9, imm=0),
        Instruction("c.li", 2, rd=0, imm=3),
        Instruction("c.lui", 2, rd=0, imm=0x1000),
        Instruction("c.slli", 2, rd=0, imm=4),
        Instruction("c.slli", 2, rd=9, imm=0),
        Instruction("c.mv", 2, rd=0, rs2=9),
        Instruction("c.add", 2, rd=0, rs2=9),
        Instruction("c.srli", 2, rd=9, imm=0),
        Instruction("addi", 4, rd=0, rs1=9, imm=1),
        Instruction("slt", 4, rd=0, rs1=9, rs2=8),
    ],
    ids=lambda hint: f"{hint.name} x{hint.rd}, {hint.imm}",
)
def test_hint_changes_nothing(hint: Instruction) -> None:
    names = ("rd", "rs1", "rs2", "imm")
    fields = {name: getattr(hint, name) for name in names if getattr(hint, name)}
    core = bare_core(assemble(hint.name, **fields))
    _prepare(core)
    before = [core.get(each) for each in range(32)]

    core.run(1)

    assert [core.get(each) for each in range(32)] == before
    assert core.trap_cause is None
    assert core.pc == LAYOUT.rom_base + hint.size


def test_length_is_in_the_two_lowest_bits() -> None:
    assert [length(low) for low in range(4)] == [2, 2, 2, 4]
    assert length(0x1F) == 4
