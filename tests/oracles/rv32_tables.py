# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The instruction listings of the RISC-V manual, volume I, as text, and what follows from it.

A line is written as the manual prints it: fixed bits, registers, and immediates with the
places of their bits, such as ``imm[12|10:5]``.  Assembler and decoder both read it; neither
shares anything with the interpreter.  An encoding that matches no line is reserved, or of an
extension that RV32IMC_Zicsr has not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# `rd` and so on take five bits; primed, three, for x8 to x15.  `zimm` is five bits of CSR
# instructions.  `?N` are N bits that are to be ignored.  A name followed by `!0` is not 0;
# immediates that begin with `nz` are not, either.  Immediates with a `u` are unsigned.
WORDS: Final = """
lui     imm[31:12] rd 0110111
auipc   imm[31:12] rd 0010111
jal     imm[20|10:1|11|19:12] rd 1101111
jalr    imm[11:0] rs1 000 rd 1100111
beq     imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011
bne     imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011
blt     imm[12|10:5] rs2 rs1 100 imm[4:1|11] 1100011
bge     imm[12|10:5] rs2 rs1 101 imm[4:1|11] 1100011
bltu    imm[12|10:5] rs2 rs1 110 imm[4:1|11] 1100011
bgeu    imm[12|10:5] rs2 rs1 111 imm[4:1|11] 1100011
lb      imm[11:0] rs1 000 rd 0000011
lh      imm[11:0] rs1 001 rd 0000011
lw      imm[11:0] rs1 010 rd 0000011
lbu     imm[11:0] rs1 100 rd 0000011
lhu     imm[11:0] rs1 101 rd 0000011
sb      imm[11:5] rs2 rs1 000 imm[4:0] 0100011
sh      imm[11:5] rs2 rs1 001 imm[4:0] 0100011
sw      imm[11:5] rs2 rs1 010 imm[4:0] 0100011
addi    imm[11:0] rs1 000 rd 0010011
slti    imm[11:0] rs1 010 rd 0010011
sltiu   imm[11:0] rs1 011 rd 0010011
xori    imm[11:0] rs1 100 rd 0010011
ori     imm[11:0] rs1 110 rd 0010011
andi    imm[11:0] rs1 111 rd 0010011
slli    0000000 uimm[4:0] rs1 001 rd 0010011
srli    0000000 uimm[4:0] rs1 101 rd 0010011
srai    0100000 uimm[4:0] rs1 101 rd 0010011
add     0000000 rs2 rs1 000 rd 0110011
sub     0100000 rs2 rs1 000 rd 0110011
sll     0000000 rs2 rs1 001 rd 0110011
slt     0000000 rs2 rs1 010 rd 0110011
sltu    0000000 rs2 rs1 011 rd 0110011
xor     0000000 rs2 rs1 100 rd 0110011
srl     0000000 rs2 rs1 101 rd 0110011
sra     0100000 rs2 rs1 101 rd 0110011
or      0000000 rs2 rs1 110 rd 0110011
and     0000000 rs2 rs1 111 rd 0110011
fence   ?12 ?5 000 ?5 0001111
ecall   000000000000 00000 000 00000 1110011
ebreak  000000000001 00000 000 00000 1110011
mret    001100000010 00000 000 00000 1110011
wfi     000100000101 00000 000 00000 1110011
csrrw   csr[11:0] rs1 001 rd 1110011
csrrs   csr[11:0] rs1 010 rd 1110011
csrrc   csr[11:0] rs1 011 rd 1110011
csrrwi  csr[11:0] zimm 101 rd 1110011
csrrsi  csr[11:0] zimm 110 rd 1110011
csrrci  csr[11:0] zimm 111 rd 1110011
mul     0000001 rs2 rs1 000 rd 0110011
mulh    0000001 rs2 rs1 001 rd 0110011
mulhsu  0000001 rs2 rs1 010 rd 0110011
mulhu   0000001 rs2 rs1 011 rd 0110011
div     0000001 rs2 rs1 100 rd 0110011
divu    0000001 rs2 rs1 101 rd 0110011
rem     0000001 rs2 rs1 110 rd 0110011
remu    0000001 rs2 rs1 111 rd 0110011
"""

# The first line that matches counts, so that C.ADDI16SP comes before C.LUI.
HALFWORDS: Final = """
c.addi4spn  000 nzuimm[5:4|9:6|2|3] rd' 00
c.lw        010 uimm[5:3] rs1' uimm[2|6] rd' 00
c.sw        110 uimm[5:3] rs1' uimm[2|6] rs2' 00
c.addi      000 imm[5] rd imm[4:0] 01
c.jal       001 imm[11|4|9:8|10|6|7|3:1|5] 01
c.li        010 imm[5] rd imm[4:0] 01
c.addi16sp  011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01
c.lui       011 nzimm[17] rd!2 nzimm[16:12] 01
c.srli      100 0 00 rd' uimm[4:0] 01
c.srai      100 0 01 rd' uimm[4:0] 01
c.andi      100 imm[5] 10 rd' imm[4:0] 01
c.sub       100 0 11 rd' 00 rs2' 01
c.xor       100 0 11 rd' 01 rs2' 01
c.or        100 0 11 rd' 10 rs2' 01
c.and       100 0 11 rd' 11 rs2' 01
c.j         101 imm[11|4|9:8|10|6|7|3:1|5] 01
c.beqz      110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01
c.bnez      111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01
c.slli      000 0 rd uimm[4:0] 10
c.lwsp      010 uimm[5] rd!0 uimm[4:2|7:6] 10
c.jr        100 0 rs1!0 00000 10
c.mv        100 0 rd rs2!0 10
c.ebreak    100 1 00000 00000 10
c.jalr      100 1 rs1!0 00000 10
c.add       100 1 rd rs2!0 10
c.swsp      110 uimm[5:2|7:6] rs2 10
"""

_IMMEDIATE: Final = re.compile(r"(nz)?(u?imm|csr)\[([\d:|]+)\]")
_REGISTER: Final = re.compile(r"(rd|rs1|rs2|zimm)('?)(?:!(\d))?")


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction apart from its encoding; fields that it lacks are 0.

    Attributes:
        name: its mnemonic.
        size: bytes.
        imm: the immediate, signed where it is.
        csr: a CSR's number.
        zimm: the immediate of CSR instructions.
    """

    name: str
    size: int
    rd: int = 0
    rs1: int = 0
    rs2: int = 0
    imm: int = 0
    csr: int = 0
    zimm: int = 0


@dataclass(frozen=True, slots=True)
class _Bit:
    """One bit of an encoding that belongs to a field."""

    place: int
    field: str
    bit: int


@dataclass(frozen=True)
class Line:
    """One line of a listing.

    Attributes:
        name: the mnemonic.
        size: bytes.
        mask: the bits that are fixed.
        match: what they are.
        registers: those it has, and whether each is primed.
        width: of the immediate in bits, 0 without one.
        signed: whether the immediate is.
        step: what the immediate is a multiple of.
    """

    name: str
    size: int
    mask: int
    match: int
    registers: dict[str, bool]
    width: int
    signed: bool
    step: int
    _bits: tuple[_Bit, ...]
    _never: dict[str, int]

    @property
    def nonzero(self) -> bool:
        """Whether the immediate may not be 0."""
        return "imm" in self._never

    def never(self, register: str) -> int | None:
        """The number that a register field may not have."""
        return self._never.get(register)

    def decode(self, encoding: int) -> Instruction | None:
        """The instruction, or None if this is another's line."""
        if encoding & self.mask != self.match:
            return None
        fields: dict[str, int] = {}
        for each in self._bits:
            value = encoding >> each.place & 1
            fields[each.field] = fields.get(each.field, 0) | value << each.bit
        if any(fields[name] == value for name, value in self._never.items()):
            return None
        if self.signed and fields.get("imm", 0) >> (self.width - 1):
            fields["imm"] -= 1 << self.width
        for name, primed in self.registers.items():
            fields[name] += 8 if primed else 0
        return Instruction(self.name, self.size, **fields)

    def encode(self, fields: dict[str, int]) -> int:
        """The encoding with these fields; raises ValueError if there is none."""
        plain = {
            name: value - (8 if self.registers.get(name) else 0) for name, value in fields.items()
        }
        encoding = self.match
        for each in self._bits:
            encoding |= (plain.get(each.field, 0) >> each.bit & 1) << each.place
        if self.decode(encoding) != Instruction(self.name, self.size, **fields):
            raise ValueError(f"{self.name} cannot have {fields}")
        return encoding


def _places(text: str) -> list[int]:
    """The bits of an immediate from the left, such as 12, 10, 9 ... 5 of ``12|10:5``."""
    places: list[int] = []
    for part in text.split("|"):
        first, _, last = part.partition(":")
        places += range(int(first), int(last or first) - 1, -1)
    return places


def _parse(text: str, size: int) -> Line:
    name, *tokens = text.split()
    place = 8 * size
    mask = match = 0
    bits: list[_Bit] = []
    never: dict[str, int] = {}
    registers: dict[str, bool] = {}
    signed = False
    for token in tokens:
        if found := _IMMEDIATE.fullmatch(token):
            field = "csr" if found[2] == "csr" else "imm"
            signed = signed or found[2] == "imm"
            if found[1]:
                never[field] = 0
            parts = [(field, bit) for bit in _places(found[3])]
        elif found := _REGISTER.fullmatch(token):
            if found[3]:
                never[found[1]] = int(found[3])
            if found[1] != "zimm":
                registers[found[1]] = bool(found[2])
            parts = [(found[1], bit) for bit in reversed(range(3 if found[2] else 5))]
        elif token.startswith("?"):
            place -= int(token[1:])
            continue
        else:
            for digit in token:
                place -= 1
                mask |= 1 << place
                match |= int(digit) << place
            continue
        for field, bit in parts:
            place -= 1
            bits.append(_Bit(place, field, bit))
    if place != 0:
        raise ValueError(f"{8 * size - place} bits: {text}")
    immediate = [each.bit for each in bits if each.field == "imm"]
    return Line(
        name=name,
        size=size,
        mask=mask,
        match=match,
        registers=registers,
        width=max(immediate, default=-1) + 1,
        signed=signed,
        step=1 << min(immediate, default=0),
        _bits=tuple(bits),
        _never=never,
    )


LINES: Final[dict[str, Line]] = {
    line.name: line
    for listing, size in ((WORDS, 4), (HALFWORDS, 2))
    for line in (_parse(text, size) for text in listing.strip().splitlines())
}


def decode(encoding: int) -> Instruction | None:
    """The instruction of a 16- or 32-bit encoding, or None if it is illegal."""
    size = 4 if encoding & 3 == 3 else 2
    if size == 2:
        encoding &= 0xFFFF
    else:
        encoding |= 3
    for line in _BY_QUADRANT[encoding & (0x7F if size == 4 else 3)]:
        if found := line.decode(encoding):
            return found
    return None


def _quadrant(key: int) -> tuple[Line, ...]:
    low = 0x7F if key & 3 == 3 else 3
    size = 4 if key & 3 == 3 else 2
    return tuple(
        each for each in LINES.values() if each.size == size and each.match & low == key & low
    )


_BY_QUADRANT: Final = {key: _quadrant(key) for key in range(0x80)}


def assemble(name: str, **fields: int) -> int:
    """An encoding: ``assemble("addi", rd=1, rs1=2, imm=-3)``; compressed ones ``c.``.

    Raises:
        ValueError: the instruction has no such fields, or not with these values.
    """
    return LINES[name].encode(fields)


def program(*encodings: int) -> bytes:
    """Encodings one behind the other, each of its own length."""
    return b"".join(each.to_bytes(4 if each & 3 == 3 else 2, "little") for each in encodings)


def constant(rd: int, value: int) -> tuple[int, int]:
    """The two instructions that load a 32-bit constant."""
    low = (value & 0xFFF ^ 0x800) - 0x800
    upper = (value - low) & 0xFFFFF000
    signed = upper - (1 << 32) if upper >> 31 else upper
    return (
        assemble("lui", rd=rd, imm=signed),
        assemble("addi", rd=rd, rs1=rd, imm=low),
    )
