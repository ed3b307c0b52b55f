# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Each instruction of RV32IM with operands at the edges, against Python's integers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Final

import pytest
from benches.bare_core import LAYOUT, MCAUSE, MTVAL, Lockstep
from oracles import rv32_reference
from oracles.rv32_tables import LINES, assemble, decode, program

INT_MIN: Final = 1 << 31
INT_MAX: Final = INT_MIN - 1
MINUS_ONE: Final = (1 << 32) - 1
EDGES: Final = (0, 1, 2, 31, 32, 33, INT_MAX, INT_MIN, INT_MIN + 1, 0x80008000, MINUS_ONE)
IMMEDIATES: Final = (0, 1, -1, 31, -2048, 2047, 0x555)

# rd, rs1, rs2: apart, each overlap, and x0 in each place.
REGISTERS: Final = ((5, 6, 7), (6, 6, 7), (7, 6, 7), (6, 6, 6), (0, 6, 7), (5, 0, 7), (5, 6, 0))

_REGISTER_FORM: Final = {"rd", "rs1", "rs2"}


def _names(registers: set[str], immediate: bool) -> list[str]:
    return [
        line.name
        for line in LINES.values()
        if line.size == 4
        and set(line.registers) == registers
        and bool(line.width) == immediate
        and not line.name.startswith("csr")
    ]


BRANCHES: Final = ("beq", "bne", "blt", "bge", "bltu", "bgeu")
LOADS: Final = ("lb", "lh", "lw", "lbu", "lhu")
STORES: Final = ("sb", "sh", "sw")
ALU_IMMEDIATE: Final = [
    name for name in _names({"rd", "rs1"}, True) if name not in (*LOADS, "jalr")
]


def test_the_tables_name_every_instruction() -> None:
    named = {*_names(_REGISTER_FORM, False), *ALU_IMMEDIATE, *BRANCHES, *LOADS, *STORES}
    others = {"lui", "auipc", "jal", "jalr", "fence", "ecall", "ebreak", "mret", "wfi"}
    csrs = {"csrrw", "csrrs", "csrrc", "csrrwi", "csrrsi", "csrrci"}

    assert named | others | csrs == {name for name in LINES if not name.startswith("c.")}


@pytest.mark.parametrize("name", _names(_REGISTER_FORM, False))
def test_register_operation(name: str) -> None:
    pair = Lockstep(*(assemble(name, rd=d, rs1=a, rs2=b) for d, a, b in REGISTERS))

    for a, b in product(EDGES, EDGES):
        pair.set(32, LAYOUT.rom_base)
        for operands in REGISTERS:
            pair.set(6, a)
            pair.set(7, b)
            pair.step()
            assert pair.core.get(operands[0]) == pair.reference.x[operands[0]], (a, b, operands)
    pair.assert_same()


@pytest.mark.parametrize("name", ALU_IMMEDIATE)
def test_immediate_operation(name: str) -> None:
    line = LINES[name]
    immediates = IMMEDIATES if line.signed else (0, 1, 15, 30, 31)
    forms = [(d, a, i) for (d, a), i in product(((5, 6), (6, 6), (0, 6), (5, 0)), immediates)]
    pair = Lockstep(*(assemble(name, rd=d, rs1=a, imm=i) for d, a, i in forms))

    for a in EDGES:
        pair.set(32, LAYOUT.rom_base)
        for form in forms:
            pair.set(6, a)
            pair.step()
            assert pair.core.get(form[0]) == pair.reference.x[form[0]], (a, form)
    pair.assert_same()


@pytest.mark.parametrize("name", BRANCHES)
def test_branch_goes_both_ways(name: str) -> None:
    offsets = (4, 2, -4, -2, 2046, 6, -1024)
    start = 0x400
    ways: set[int] = set()
    for offset in offsets:
        pair = Lockstep()
        pair.patch(start, program(assemble(name, rs1=6, rs2=7, imm=offset)))
        for a, b in product(EDGES, EDGES):
            pair.set(32, LAYOUT.rom_base + start)
            pair.set(6, a)
            pair.set(7, b)
            pair.step()
            assert pair.core.pc == pair.reference.pc, (offset, a, b)
            ways.add(pair.core.pc - LAYOUT.rom_base - start)

    assert ways == {4, *offsets}


@pytest.mark.parametrize("name", [*LOADS, *STORES])
def test_memory_access_at_every_alignment(name: str) -> None:
    fields = {"rs2": 7} if name in STORES else {"rd": 7}
    pair = Lockstep(*(assemble(name, rs1=6, imm=imm, **fields) for imm in (0, 1, -1, 2047, -2048)))
    content = bytes(random.Random(name).randrange(256) for _ in range(0x400))
    pair.write_ram(0, content)
    bases = [LAYOUT.ram_base + at for at in (0, 1, 2, 3, 128, 0x3FC, 0x3FE, 0x3FF, 0x400)]

    for imm_at, base in product(range(5), [*bases, LAYOUT.rom_base + 8, 0, MINUS_ONE, INT_MIN]):
        imm = (0, 1, -1, 2047, -2048)[imm_at]
        for pointer in (base, base - imm):
            pair.set(32, LAYOUT.rom_base + 4 * imm_at)
            pair.set(6, pointer)
            pair.set(7, 0x8182F3F4)
            pair.step()
            pair.assert_same((hex(pointer), imm))


@pytest.mark.parametrize("byte", [0x00, 0x7F, 0x80, 0xFF])
@pytest.mark.parametrize("name", LOADS)
def test_load_extends_as_its_name_says(name: str, byte: int) -> None:
    pair = Lockstep(assemble(name, rd=7, rs1=6))
    pair.write_ram(0, bytes((byte,)) * 4)
    pair.set(6, LAYOUT.ram_base)

    pair.step()

    pair.assert_same()
    width = {"b": 1, "h": 2, "w": 4}[name[1]]
    extended = int.from_bytes(bytes((byte,)) * width, "little", signed=not name.endswith("u"))
    assert pair.core.get(7) == extended % (1 << 32)


@pytest.mark.parametrize("rd", [0, 1, 5, 6])
@pytest.mark.parametrize("imm", [0, 1, 3, -2, 2047, -2048])
def test_jalr_clears_bit_0_and_links(rd: int, imm: int) -> None:
    for target in (LAYOUT.rom_base, LAYOUT.rom_base + 2, LAYOUT.rom_base + 7, 0, MINUS_ONE):
        pair = Lockstep(assemble("jalr", rd=rd, rs1=6, imm=imm))
        pair.set(6, target)

        pair.step()

        pair.assert_same((target, imm))
        assert pair.core.pc % 2 == 0


@pytest.mark.parametrize("name", ["lui", "auipc"])
def test_upper_immediate(name: str) -> None:
    for imm, rd in product((0, 0x1000, INT_MAX & ~0xFFF, -0x1000, -INT_MIN), (0, 1, 31)):
        pair = Lockstep(assemble(name, rd=rd, imm=imm))

        pair.step()

        pair.assert_same((imm, rd))


def test_jal_reaches_both_ends_of_its_range() -> None:
    for imm, rd in product((0, 2, -2, 4, 0xFFFFE, -0x100000), (0, 1, 31)):
        pair = Lockstep(assemble("jal", rd=rd, imm=imm))

        pair.step()
        pair.step()  # outside ROM this traps

        pair.assert_same((imm, rd))


@pytest.mark.parametrize(
    ("encoding", "cause"),
    [
        (assemble("ecall"), rv32_reference.ECALL),
        (assemble("ebreak"), rv32_reference.BREAKPOINT),
        (assemble("c.ebreak"), rv32_reference.BREAKPOINT),
        (0, rv32_reference.ILLEGAL),
        (0xFFFFFFFF, rv32_reference.ILLEGAL),
    ],
)
def test_trap_has_its_cause_and_value(encoding: int, cause: int) -> None:
    pair = Lockstep(assemble("fence"), encoding)

    pair.step()
    pair.step()

    pair.assert_same()
    assert pair.core.csr(MCAUSE) == cause
    expected = {rv32_reference.ILLEGAL: encoding, rv32_reference.ECALL: 0}
    assert pair.core.csr(MTVAL) == expected.get(cause, LAYOUT.rom_base + 4)


def test_a_fence_of_any_fields_changes_nothing() -> None:
    chosen = random.Random(3)
    encodings = [
        chosen.randrange(1 << 17) << 15 | chosen.randrange(32) << 7 | 0x0F for _ in "x" * 40
    ]
    pair = Lockstep(*encodings)

    for _ in encodings:
        pair.step()

    pair.assert_same()


def test_last_halfword_of_rom() -> None:
    pair = Lockstep()
    end = LAYOUT.rom_bytes
    pair.patch(end - 2, program(assemble("c.li", rd=9, imm=-7)))
    pair.set(32, LAYOUT.rom_base + end - 2)

    pair.step()
    pair.assert_same()
    pair.step()  # behind it
    pair.assert_same()

    pair.patch(end - 2, program(assemble("add"))[:2])  # the first half of a long one
    pair.set(32, LAYOUT.rom_base + end - 2)
    pair.step()
    pair.assert_same()
    assert pair.core.csr(MTVAL) == LAYOUT.rom_base + end


def _instructions(code: bytes) -> Iterator[tuple[int, str]]:
    """Offset and name of whatever can be read as an instruction."""
    for at in range(0, len(code) - 2, 2):
        found = decode(int.from_bytes(code[at : at + 4], "little"))
        if found is not None:
            yield at, found.name


@pytest.mark.parametrize("seed", range(12))
def test_random_encodings_do_as_the_reference(seed: int) -> None:
    chosen = random.Random(seed)
    names = [name for name in LINES if name not in ("mret", "wfi") and not name.startswith("csr")]
    code = bytearray()
    while len(code) < LAYOUT.rom_bytes:
        line = LINES[chosen.choice(names)]
        encoding = line.match | chosen.getrandbits(8 * line.size) & ~line.mask
        found = decode(encoding)
        if found is not None and found.name in names:
            code += program(encoding)
    pair = Lockstep()
    pair.patch(0, bytes(code[: LAYOUT.rom_bytes]))
    pair.write_ram(0, chosen.randbytes(LAYOUT.ram_bytes))
    starts = [at // 2 for at, name in _instructions(pair.reference.rom) if name in names]

    for number in range(300):
        following = pair.reference.next()
        foreign = following is not None and following.name not in names
        if number % 20 == 0 or foreign or pair.core.pc == pair.reference.handler:
            pair.set(32, LAYOUT.rom_base + 2 * chosen.choice(starts))
            for register in range(1, 32):
                in_ram = LAYOUT.ram_base + 4 * chosen.randrange(LAYOUT.ram_bytes // 4)
                pair.set(register, chosen.choice((chosen.getrandbits(32), *EDGES, in_ram, in_ram)))
        pair.step()
        pair.assert_same(number)
