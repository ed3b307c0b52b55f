# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Calls of single functions of the shipped RV32IMC image, on the interpreter."""

from __future__ import annotations

from typing import Final

from mooring_firmware import images
from mooring_models.cpu.rv32.core import PC, Core, Layout, Stop
from mooring_models.cpu.rv32_cpu import LAYOUT
from mooring_models.errors import BusError

_RA, _SP, _A0 = 1, 2, 10
_BUDGET: Final = 10_000_000
_STACK_BYTES: Final = 6 * 1024
_ALIGNMENT: Final = 16


class _NoBus:
    """Arithmetic reaches no peripheral."""

    def read32(self, address: int) -> int:
        raise BusError("read", "nothing", address, "unmapped")

    def write32(self, address: int, value: int) -> None:
        raise BusError("write", "nothing", address, "unmapped")


class ImageCalls:
    """A core with the image in its ROM: operands above, stack at the bottom of RAM.

    Attributes:
        instructions: that all calls have executed.
    """

    def __init__(self) -> None:
        image = images.load()
        self._symbols: Final = image.symbols
        self._layout: Final[Layout] = LAYOUT
        self._core: Final = Core(LAYOUT, image.binary, _NoBus())
        # Calls return to the reset vector, to which no function goes by itself.
        self._core.set_breakpoint(LAYOUT.rom_base)
        self._free = LAYOUT.ram_base + _STACK_BYTES
        self.instructions = 0

    def place(self, content: bytes) -> int:
        """Puts `content` in memory of its own; its address."""
        address = self._free
        self.write(address, content)
        self._free += -(-len(content) // _ALIGNMENT) * _ALIGNMENT
        return address

    def read(self, address: int, size: int) -> bytes:
        """Memory."""
        return self._core.read_memory(address, size)

    def write(self, address: int, content: bytes) -> None:
        """Writes memory."""
        self._core.write_memory(address, content)

    def call(self, name: str, *arguments: int) -> int:
        """What the function `mooring_NAME` returns."""
        core = self._core
        core.set(PC, self._symbols[f"mooring_{name}"].address)
        core.set(_RA, self._layout.rom_base)
        core.set(_SP, self._layout.ram_base + _STACK_BYTES)
        for index, argument in enumerate(arguments):
            core.set(_A0 + index, argument)
        before = core.instret
        assert core.run(_BUDGET) is Stop.BREAKPOINT, name
        self.instructions += core.instret - before
        return core.get(_A0)
