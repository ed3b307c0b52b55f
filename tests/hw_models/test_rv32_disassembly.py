# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The disassembler against Capstone, and by hand where the two write differently."""

from __future__ import annotations

import importlib
import os
import random
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from benches.bare_core import LAYOUT, bare_core
from oracles.rv32_reference import expand
from oracles.rv32_tables import LINES, assemble, decode, program

from mooring_models.cpu.rv32.core import CoreError, disassemble

_ADDRESS: Final = 0x10000
_NUMBER: Final = re.compile(r"-?\b(?:0x[0-9a-f]+|\d+)\b")
_BRANCHES: Final = ("beq", "bne", "blt", "bge", "bltu", "bgeu")
_FIELDS: Final = ("rd", "rs1", "rs2", "imm", "csr", "zimm")

# Capstone prints these by shorter names, which depend on their operands; they are below.
_SHORTER: Final = {"c.li", "c.mv", "c.j", "c.jal", "c.jr", "c.jalr", "c.beqz", "c.bnez", "fence"}

# CSRs with a name in both; the core's others are zero, and ours are numbers.
_NAMED: Final = (
    *(0x300, 0x301, 0x304, 0x305, 0x340, 0x341, 0x342, 0x343, 0x344),
    *(0xB00, 0xB02, 0xB80, 0xB82, 0xC00, 0xC02, 0xC80, 0xC82, 0xF11, 0xF12, 0xF13, 0xF14),
)


@pytest.fixture(scope="module")
def engine() -> Any:
    if os.environ.get("MOORING_SANITIZED"):
        pytest.skip("Capstone does not load under sanitizers")
    capstone: Any = importlib.import_module("capstone")  # its bindings have no types
    return capstone.Cs(capstone.CS_ARCH_RISCV, capstone.CS_MODE_RISCV32)


def _numbers(text: str) -> str:
    """The text with numbers in decimal, and one blank between words."""
    decimal = _NUMBER.sub(lambda found: str(int(found[0], 0)), text)
    return " ".join(decimal.replace("\t", " ").split())


def _by_capstone(engine: Any, encoding: int) -> str:
    """Its text of the base instruction, in our spelling of targets and offsets."""
    found = decode(encoding)
    assert found is not None
    base = expand(found)
    present = {name: value for name in _FIELDS if (value := getattr(base, name))}
    word = assemble(base.name, **present)
    (theirs,) = engine.disasm(program(word), _ADDRESS)
    text = _numbers(f"{theirs.mnemonic} {theirs.op_str}")
    if base.name in (*_BRANCHES, "jal"):
        head, _, offset = text.rpartition(" ")
        return f"{head} {(_ADDRESS + int(offset)) % (1 << 32)}"
    if base.name == "jalr":
        head, pointer, offset = text.split(", ")
        return f"{head}, {offset}({pointer})"
    return text


def _random_encodings(name: str, count: int) -> Iterator[int]:
    """Some of its encodings; none whose operands are x0 or 0, which have shorter names."""
    line, chosen = LINES[name], random.Random(name)
    while count:
        encoding = line.match | chosen.getrandbits(8 * line.size) & ~line.mask
        if name.startswith("csr"):
            encoding = encoding & 0xFFFFF | chosen.choice(_NAMED) << 20
        found = decode(encoding)
        if found is None or found.name != name or (name, found.rd) == ("jal", 1):
            continue
        if all(getattr(found, each) for each in line.registers) and (found.imm or not line.width):
            count -= 1
            yield encoding


@pytest.mark.parametrize("name", [name for name in LINES if name not in _SHORTER])
def test_text_is_capstone_s(engine: Any, name: str) -> None:
    for encoding in _random_encodings(name, 100):
        ours = _numbers(disassemble(_ADDRESS, encoding))

        assert ours == _by_capstone(engine, encoding), hex(encoding)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (assemble("c.li", rd=27, imm=10), "addi s11, zero, 10"),
        (assemble("c.mv", rd=2, rs2=5), "add sp, zero, t0"),
        (assemble("c.j", imm=-2), "jal zero, 0xfffe"),
        (assemble("c.jal", imm=16), "jal ra, 0x10010"),
        (assemble("c.jr", rs1=1), "jalr zero, 0(ra)"),
        (assemble("c.jalr", rs1=28), "jalr ra, 0(t3)"),
        (assemble("c.beqz", rs1=9, imm=-4), "beq s1, zero, 0xfffc"),
        (assemble("c.bnez", rs1=8, imm=4), "bne s0, zero, 0x10004"),
        (assemble("fence"), "fence"),
        (0x0FF0000F, "fence"),
        (assemble("csrrs", rd=5, csr=0x323), "csrrs t0, 0x323, zero"),
        (assemble("csrrwi", rd=5, csr=0x305, zimm=31), "csrrwi t0, mtvec, 31"),
        (0x9C01, "illegal"),
        (0, "illegal"),
        (0xFFFFFFFF, "illegal"),
    ],
)
def test_text_in_full(encoding: int, text: str) -> None:
    assert disassemble(_ADDRESS, encoding) == text


def test_core_disassembles_its_rom() -> None:
    core = bare_core(assemble("c.addi", rd=5, imm=-1), assemble("sub", rd=6, rs1=7, rs2=8))

    assert core.disassemble(LAYOUT.rom_base) == "addi t0, t0, -1"
    assert core.disassemble(LAYOUT.rom_base + 2) == "sub t1, t2, s0"
    with pytest.raises(CoreError, match="no memory"):
        core.disassemble(0)
