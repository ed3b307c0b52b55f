# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The registers of the RV32IMC core as GDB numbers and names them.

"Debugging with GDB", appendix "Target Descriptions", section "RISC-V Features".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

REGISTER_BYTES: Final = 4
PC: Final = 32
SP: Final = 2
# GDB's RISCV_FIRST_CSR_REGNUM: the CSR of number n is register 65 + n.
_FIRST_CSR: Final = 65


@dataclass(frozen=True)
class Register:
    """One register.

    Attributes:
        number: in GDB's numbering.
        name: as GDB shows it.
        kind: ``int``, or what it points to: ``data_ptr`` or ``code_ptr``.
    """

    number: int
    name: str
    kind: str = "int"

    @property
    def csr(self) -> int | None:
        """Its number as a CSR, or None if it is none."""
        return self.number - _FIRST_CSR if self.number >= _FIRST_CSR else None

    @property
    def xml(self) -> str:
        """Its element of the target description."""
        return (
            f'<reg name="{self.name}" bitsize="{8 * REGISTER_BYTES}" '
            f'regnum="{self.number}" type="{self.kind}"/>'
        )


def _general() -> Iterator[Register]:
    names = (
        "zero ra sp gp tp t0 t1 t2 fp s1 a0 a1 a2 a3 a4 a5 a6 a7 "
        "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6 pc"
    )
    kinds = {"ra": "code_ptr", "pc": "code_ptr"} | dict.fromkeys(("sp", "gp", "tp"), "data_ptr")
    for number, name in enumerate(names.split()):
        yield Register(number, name, kinds.get(name, "int"))


# Those that the core has; "The RISC-V Instruction Set Manual", volume II, chapter 2.
_CSRS: Final[Mapping[str, int]] = {
    "mstatus": 0x300,
    "misa": 0x301,
    "mie": 0x304,
    "mtvec": 0x305,
    "mscratch": 0x340,
    "mepc": 0x341,
    "mcause": 0x342,
    "mtval": 0x343,
    "mip": 0x344,
    "mcycle": 0xB00,
    "minstret": 0xB02,
    "mcycleh": 0xB80,
    "minstreth": 0xB82,
    "mvendorid": 0xF11,
    "marchid": 0xF12,
    "mimpid": 0xF13,
    "mhartid": 0xF14,
}

GENERAL: Final = tuple(_general())
"""x0 to x31 and pc: what a ``g`` packet holds."""

CSRS: Final = tuple(Register(_FIRST_CSR + number, name) for name, number in _CSRS.items())

BY_NUMBER: Final[Mapping[int, Register]] = {each.number: each for each in (*GENERAL, *CSRS)}


def _feature(name: str, registers: tuple[Register, ...]) -> str:
    return "\n".join(
        (f'<feature name="{name}">', *(f"  {each.xml}" for each in registers), "</feature>")
    )


TARGET_XML: Final = "\n".join(
    (
        '<?xml version="1.0"?>',
        '<!DOCTYPE target SYSTEM "gdb-target.dtd">',
        '<target version="1.0">',
        "<architecture>riscv:rv32</architecture>",
        _feature("org.gnu.gdb.riscv.cpu", GENERAL),
        _feature("org.gnu.gdb.riscv.csr", CSRS),
        "</target>",
        "",
    )
)
"""The target description."""
