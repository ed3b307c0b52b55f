# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Which registers an RV32IMC instruction reads and writes, for faults in just those.

"The RISC-V Instruction Set Manual", volume I, chapter 2 (RV32I) and 16 (C).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

_RA: Final = 1
_SP: Final = 2


@dataclass(frozen=True)
class Operands:
    """The integer registers of one instruction, x0 left out.

    Attributes:
        reads: in the order of the encoding, each once.
        writes: the destination, or None.
    """

    reads: tuple[int, ...] = ()
    writes: int | None = None


def length(encoding: int) -> int:
    """Bytes of the instruction whose low half is in `encoding`: 2 or 4."""
    return 4 if encoding & 3 == 3 else 2


@cache
def operands(encoding: int) -> Operands:
    """The registers of an encoding; of 16 bits if it is compressed."""
    reads, writes = _full(encoding) if encoding & 3 == 3 else _compressed(encoding)
    kept = tuple(dict.fromkeys(each for each in reads if each))
    return Operands(kept, writes or None)


def _full(word: int) -> tuple[tuple[int, ...], int]:
    rd, rs1, rs2 = word >> 7 & 31, word >> 15 & 31, word >> 20 & 31
    match word & 0x7F:
        case 0x37 | 0x17 | 0x6F:  # LUI, AUIPC, JAL
            return (), rd
        case 0x67 | 0x03 | 0x13:  # JALR, loads, immediates
            return (rs1,), rd
        case 0x63 | 0x23:  # branches, stores
            return (rs1, rs2), 0
        case 0x33:
            return (rs1, rs2), rd
        case 0x73:  # a CSR by register, not by immediate
            function = word >> 12 & 7
            return ((rs1,) if function in (1, 2, 3) else ()), rd if function else 0
        case _:
            return (), 0


def _compressed(half: int) -> tuple[tuple[int, ...], int]:
    quadrant, function = half & 3, half >> 13
    rd, rs2 = half >> 7 & 31, half >> 2 & 31
    short1, short2 = (half >> 7 & 7) + 8, (half >> 2 & 7) + 8
    match quadrant, function:
        case 0, 0:  # C.ADDI4SPN
            return (_SP,), short2
        case 0, 2:  # C.LW
            return (short1,), short2
        case 0, 6:  # C.SW
            return (short1, short2), 0
        case (1, 0) | (2, 0):  # C.ADDI, C.SLLI
            return (rd,), rd
        case 1, 1:  # C.JAL
            return (), _RA
        case 1, 2:  # C.LI
            return (), rd
        case 1, 3:  # C.ADDI16SP, C.LUI
            return ((_SP,), _SP) if rd == _SP else ((), rd)
        case 1, 4:
            both = half >> 10 & 3 == 3
            return ((short1, short2) if both else (short1,)), short1
        case 1, (6 | 7):  # C.BEQZ, C.BNEZ
            return (short1,), 0
        case 2, 2:  # C.LWSP
            return (_SP,), rd
        case 2, 6:  # C.SWSP
            return (_SP, rs2), 0
        case 2, 4:
            return _jump_or_move(half >> 12 & 1, rd, rs2)
        case _:
            return (), 0


def _jump_or_move(bit12: int, rd: int, rs2: int) -> tuple[tuple[int, ...], int]:
    """C.JR, C.MV, C.JALR, C.ADD, C.EBREAK."""
    if rs2 == 0:
        return (rd,), _RA if bit12 and rd else 0
    return ((rd, rs2) if bit12 else (rs2,)), rd
