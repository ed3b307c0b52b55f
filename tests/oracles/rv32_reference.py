# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What each RV32IMC instruction does, in Python's integers, from the manual's words.

Registers hold 0 to 2^32-1.  A compressed instruction is spelled out as the one it stands
for.  CSRs and interrupts are not here: their tests state what they expect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from oracles.rv32_tables import Instruction, decode

WORD: Final = 1 << 32
_SHORT: Final = 0x1F

FETCH_FAULT: Final = 1
ILLEGAL: Final = 2
BREAKPOINT: Final = 3
LOAD_MISALIGNED: Final = 4
LOAD_FAULT: Final = 5
STORE_MISALIGNED: Final = 6
STORE_FAULT: Final = 7
ECALL: Final = 11


def signed(value: int) -> int:
    """The two's complement reading of 32 bits."""
    return value - WORD if value >> 31 else value


def _truncated(a: int, b: int) -> int:
    """The quotient rounded towards zero."""
    return -(-a // b) if (a < 0) != (b < 0) else a // b


def _div(a: int, b: int) -> int:
    return _truncated(signed(a), signed(b)) if b else -1


def _rem(a: int, b: int) -> int:
    return signed(a) - _truncated(signed(a), signed(b)) * signed(b) if b else a


_ARITHMETIC: Final[dict[str, Callable[[int, int], int]]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "sll": lambda a, b: a << (b & _SHORT),
    "slt": lambda a, b: int(signed(a) < signed(b)),
    "sltu": lambda a, b: int(a < b),
    "xor": lambda a, b: a ^ b,
    "srl": lambda a, b: a >> (b & _SHORT),
    "sra": lambda a, b: signed(a) >> (b & _SHORT),
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "mul": lambda a, b: signed(a) * signed(b),
    "mulh": lambda a, b: signed(a) * signed(b) >> 32,
    "mulhsu": lambda a, b: signed(a) * b >> 32,
    "mulhu": lambda a, b: a * b >> 32,
    "div": _div,
    "divu": lambda a, b: a // b if b else -1,
    "rem": _rem,
    "remu": lambda a, b: a % b if b else a,
}
_BRANCHES: Final[dict[str, Callable[[int, int], bool]]] = {
    "beq": lambda a, b: a == b,
    "bne": lambda a, b: a != b,
    "blt": lambda a, b: signed(a) < signed(b),
    "bge": lambda a, b: signed(a) >= signed(b),
    "bltu": lambda a, b: a < b,
    "bgeu": lambda a, b: a >= b,
}
_WIDTHS: Final = {"b": 1, "h": 2, "w": 4}

# What a compressed instruction stands for: the base name, and fields that differ.
_EXPANSIONS: Final[dict[str, Callable[[Instruction], Instruction]]] = {
    "c.addi4spn": lambda i: replace(i, name="addi", rs1=2),
    "c.lw": lambda i: replace(i, name="lw"),
    "c.sw": lambda i: replace(i, name="sw"),
    "c.addi": lambda i: replace(i, name="addi", rs1=i.rd),
    "c.jal": lambda i: replace(i, name="jal", rd=1),
    "c.li": lambda i: replace(i, name="addi", rs1=0),
    "c.addi16sp": lambda i: replace(i, name="addi", rd=2, rs1=2),
    "c.lui": lambda i: replace(i, name="lui"),
    "c.srli": lambda i: replace(i, name="srli", rs1=i.rd),
    "c.srai": lambda i: replace(i, name="srai", rs1=i.rd),
    "c.andi": lambda i: replace(i, name="andi", rs1=i.rd),
    "c.sub": lambda i: replace(i, name="sub", rs1=i.rd),
    "c.xor": lambda i: replace(i, name="xor", rs1=i.rd),
    "c.or": lambda i: replace(i, name="or", rs1=i.rd),
    "c.and": lambda i: replace(i, name="and", rs1=i.rd),
    "c.j": lambda i: replace(i, name="jal", rd=0),
    "c.beqz": lambda i: replace(i, name="beq", rs2=0),
    "c.bnez": lambda i: replace(i, name="bne", rs2=0),
    "c.slli": lambda i: replace(i, name="slli", rs1=i.rd),
    "c.lwsp": lambda i: replace(i, name="lw", rs1=2),
    "c.jr": lambda i: replace(i, name="jalr", rd=0),
    "c.mv": lambda i: replace(i, name="add", rs1=0),
    "c.ebreak": lambda i: replace(i, name="ebreak"),
    "c.jalr": lambda i: replace(i, name="jalr", rd=1),
    "c.add": lambda i: replace(i, name="add", rs1=i.rd),
    "c.swsp": lambda i: replace(i, name="sw", rs1=2),
}


def expand(instruction: Instruction) -> Instruction:
    """The base instruction that it is or stands for; its size stays."""
    expansion = _EXPANSIONS.get(instruction.name)
    return expansion(instruction) if expansion else instruction


class Trap(Exception):
    """An instruction that did not complete: its mcause and mtval."""

    def __init__(self, cause: int, value: int) -> None:
        super().__init__(cause, value)
        self.cause: Final = cause
        self.value: Final = value


@dataclass
class Reference:
    """Registers, memories and the last trap of a machine that executes one by one.

    Attributes:
        rom: bytes from `rom_base` on.
        ram: bytes from `ram_base` on.
        handler: where a trap goes.
    """

    rom: bytes
    rom_base: int
    ram: bytearray
    ram_base: int
    pc: int
    x: list[int] = field(default_factory=lambda: [0] * 32)
    handler: int = 0
    trap: Trap | None = None
    mepc: int = 0

    def step(self) -> Instruction | None:
        """Executes one instruction, or takes its trap; the instruction if there is one."""
        instruction = None
        try:
            instruction = self._fetch()
            self.pc = self._execute(expand(instruction)) % WORD
        except Trap as trap:
            self.trap, self.mepc, self.pc = trap, self.pc, self.handler
        return instruction

    def next(self) -> Instruction | None:
        """The instruction that comes next, if it can be fetched and is one."""
        try:
            return self._fetch()
        except Trap:
            return None

    def _fetch(self) -> Instruction:
        encoding = 0
        for half in range(2):
            at = self.pc - self.rom_base + 2 * half
            if not 0 <= at < len(self.rom):
                raise Trap(FETCH_FAULT, self.pc + 2 * half)
            encoding |= int.from_bytes(self.rom[at : at + 2], "little") << 16 * half
            if encoding & 3 != 3:
                break
        found = decode(encoding)
        if found is None:
            raise Trap(ILLEGAL, encoding)
        return found

    def _write(self, rd: int, value: int) -> None:
        if rd:
            self.x[rd] = value % WORD

    def _execute(self, i: Instruction) -> int:
        """Performs it; the next pc."""
        a, b = self.x[i.rs1], self.x[i.rs2]
        name, after = i.name, self.pc + i.size
        base = name.removesuffix("u").removesuffix("i") + ("u" if name.endswith("u") else "")
        if name in _ARITHMETIC:
            self._write(i.rd, _ARITHMETIC[name](a, b))
        elif name in _BRANCHES:
            return self.pc + i.imm if _BRANCHES[name](a, b) else after
        elif base in _ARITHMETIC:
            self._write(i.rd, _ARITHMETIC[base](a, i.imm % WORD))
        elif name == "lui":
            self._write(i.rd, i.imm)
        elif name == "auipc":
            self._write(i.rd, self.pc + i.imm)
        elif name == "jal":
            self._write(i.rd, after)
            return self.pc + i.imm
        elif name == "jalr":
            self._write(i.rd, after)
            return (a + i.imm) % WORD // 2 * 2
        elif name in ("ecall", "ebreak"):
            raise Trap(ECALL, 0) if name == "ecall" else Trap(BREAKPOINT, self.pc)
        elif name in ("sb", "sh", "sw"):
            self._store((a + i.imm) % WORD, _WIDTHS[name[1]], b)
        elif name in ("lb", "lh", "lw", "lbu", "lhu"):
            self._write(i.rd, self._load((a + i.imm) % WORD, _WIDTHS[name[1]], len(name) == 2))
        elif name != "fence":
            raise NotImplementedError(name)
        return after

    def _load(self, address: int, width: int, extend: bool) -> int:
        if address % width:
            raise Trap(LOAD_MISALIGNED, address)
        for base, memory in ((self.ram_base, self.ram), (self.rom_base, self.rom)):
            if base <= address < base + len(memory):
                data = memory[address - base :][:width]
                return int.from_bytes(data, "little", signed=extend)
        raise Trap(LOAD_FAULT, address)

    def _store(self, address: int, width: int, value: int) -> None:
        if address % width:
            raise Trap(STORE_MISALIGNED, address)
        at = address - self.ram_base
        if not 0 <= at < len(self.ram):
            raise Trap(STORE_FAULT, address)
        self.ram[at : at + width] = (value % (1 << 8 * width)).to_bytes(width, "little")
