# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Calls of single functions of the shipped ROM image, byte for byte as it is shipped."""

from __future__ import annotations

from typing import Final

from mooring_firmware.images import Image
from mooring_models.cpu.rv32.core import PC, Core, Stop
from mooring_models.cpu.rv32_cpu import LAYOUT
from mooring_models.errors import BusError

from ._core_model import NOTHING, Meter

# More than any call takes.
BUDGET: Final = 100_000_000
_RA, _SP, _A0 = 1, 2, 10
_UNTOUCHED: Final = 0xA5
_ALIGNMENT: Final = 16


class _NoBus:
    """Arithmetic reaches no peripheral."""

    def read32(self, address: int) -> int:
        raise BusError("read", "nothing", address, "unmapped")

    def write32(self, address: int, value: int) -> None:
        raise BusError("write", "nothing", address, "unmapped")


class RomCalls:
    """A core with the image in its ROM, of which functions are called.

    Arguments lie at the bottom of RAM, the stack at its top.

    Attributes:
        work: what all calls have executed.
        stack_bytes: the most stack that a call has used.
    """

    def __init__(self, image: Image) -> None:
        self._image: Final = image
        self._core: Final = Core(LAYOUT, image.binary, _NoBus())
        # Calls return here: the reset vector, to which no function goes by itself.
        self._core.set_breakpoint(LAYOUT.rom_base)
        self._free = LAYOUT.ram_base
        self._top: Final = LAYOUT.ram_base + LAYOUT.ram_bytes
        self._meter: Final = Meter(self._core)
        self.work = NOTHING
        self.stack_bytes = 0

    def place(self, content: bytes) -> int:
        """Puts `content` in memory of its own; its address."""
        address = self._free
        self._core.write_memory(address, content)
        self._free += -(-len(content) // _ALIGNMENT) * _ALIGNMENT
        return address

    def read(self, address: int, size: int) -> bytes:
        """Memory."""
        return self._core.read_memory(address, size)

    def call(self, name: str, *arguments: int) -> int:
        """What the function returns.

        Raises:
            RuntimeError: it does not return.
        """
        core = self._core
        core.set(PC, self._image.symbols[name].address)
        core.set(_RA, LAYOUT.rom_base)
        core.set(_SP, self._top)
        core.write_memory(self._free, bytes((_UNTOUCHED,)) * (self._top - self._free))
        for index, argument in enumerate(arguments):
            core.set(_A0 + index, argument)
        stop = core.run(BUDGET)
        if stop is not Stop.BREAKPOINT:
            raise RuntimeError(f"{name} did not return: {stop.name}, pc 0x{core.pc:08x}")
        self.work += self._meter.read()
        unused = core.read_memory(self._free, self._top - self._free)
        touched = len(unused.lstrip(bytes((_UNTOUCHED,))))
        self.stack_bytes = max(self.stack_bytes, touched)
        return core.get(_A0)
