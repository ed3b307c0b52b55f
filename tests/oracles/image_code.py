# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The shipped image's instructions, as Capstone reads them.

Capstone is imported at the first call: it does not load under sanitizers.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from mooring_firmware import images
from mooring_models._regs import ROM


@dataclass(frozen=True)
class Instruction:
    """One instruction: its place, its bytes, and its text in words."""

    address: int
    size: int
    mnemonic: str
    operands: tuple[str, ...]

    @property
    def after(self) -> int:
        """The address behind it."""
        return self.address + self.size

    @property
    def target(self) -> int:
        """Where a direct branch, jump or call goes: its last operand is the distance."""
        return self.address + int(self.operands[-1], 0)


@cache
def functions() -> dict[str, tuple[Instruction, ...]]:
    """The instructions of each function of the shipped image."""
    image = images.load()
    return {
        name: tuple(_disassemble(place.address, place.size))
        for name, place in image.symbols.items()
    }


@cache
def _engine() -> Any:
    capstone: Any = importlib.import_module("capstone")  # its bindings have no types
    mode = capstone.CS_MODE_RISCV32 | capstone.CS_MODE_RISCVC
    return capstone.Cs(capstone.CS_ARCH_RISCV, mode)


def _disassemble(address: int, size: int) -> Iterator[Instruction]:
    code = images.load().binary[address - ROM.offset : address - ROM.offset + size]
    end = address
    for each in _engine().disasm(code, address):
        operands = tuple(part.strip() for part in str(each.op_str).split(",") if part.strip())
        yield Instruction(int(each.address), int(each.size), str(each.mnemonic), operands)
        end = int(each.address) + int(each.size)
    assert end == address + size, f"no instruction at {end:#x}"
