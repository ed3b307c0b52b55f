# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The bus: finds the peripheral of an address and refuses what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from mooring_models._spec import WORD_BYTES
from mooring_models.errors import BusError
from mooring_models.faults import AccessKind, BusAccess, Interposer
from mooring_models.peripheral import Peripheral

# Every block has 4 KiB of address space.
PAGE_BITS: Final = 12
PAGE_MASK: Final = (1 << PAGE_BITS) - 1
WORD_MASK: Final = 0xFFFFFFFF


class Bus:
    """Word, window and FIFO access to the peripherals of one chip.

    ROM and RAM are not here: they belong to the CPU back end.

    Attributes:
        accesses: how many calls the CPU has made.
        on_watched: told whether there is an interposer whenever one comes or goes, or None: a
            CPU that reads stored words by itself must not, while somebody watches.
        phases_observed: whether somebody wants to know of each phase marker when it comes.
        on_sleep: asked whether the CPU may wait for a moment, in picoseconds, within a step; time
            is then at that moment.  None, or a CPU that doesn't ask: it waits between steps.
    """

    __slots__ = (
        "_blocks",
        "_interposer",
        "accesses",
        "on_sleep",
        "on_watched",
        "phases_observed",
    )

    def __init__(self, peripherals: Iterable[Peripheral]) -> None:
        self._blocks: Final = {each.base >> PAGE_BITS: each for each in peripherals}
        self.accesses = 0
        self._interposer: Interposer | None = None
        self.on_watched: Callable[[bool], None] | None = None
        self.phases_observed = False
        self.on_sleep: Callable[[int], bool] | None = None

    @property
    def interposer(self) -> Interposer | None:
        """Sees and may change every access, or None."""
        return self._interposer

    @interposer.setter
    def interposer(self, interposer: Interposer | None) -> None:
        self._interposer = interposer
        if self.on_watched is not None:
            self.on_watched(interposer is not None)

    def read32(self, address: int) -> int:
        """Reads a word.

        Raises:
            BusError: unmapped, misaligned or forbidden.
            PowerLost: an injected cut struck.
        """
        self.accesses += 1
        block = self._blocks.get(address >> PAGE_BITS)
        if block is None or address & 3:
            raise _fault("read", address)
        if self._interposer is None:
            reader = block.readers.get(address & PAGE_MASK)
            if reader is None:
                raise block.refusal("read", address & PAGE_MASK)
            return reader(block)
        access = BusAccess(AccessKind.READ, address, WORD_BYTES, False)
        self._interposer.before(access)
        data = block.read32(address & PAGE_MASK).to_bytes(WORD_BYTES, "little")
        return int.from_bytes(self._interposer.read(access, data), "little")

    def write32(self, address: int, value: int) -> None:
        """Writes a word; raises as `read32`."""
        self.accesses += 1
        block = self._blocks.get(address >> PAGE_BITS)
        if block is None or address & 3:
            raise _fault("write", address)
        if self._interposer is not None:
            access = BusAccess(AccessKind.WRITE, address, WORD_BYTES, False)
            changed = self._intercept(access, (value & WORD_MASK).to_bytes(WORD_BYTES, "little"))
            if changed is None:
                return
            value = int.from_bytes(changed, "little")
        block.write32(address & PAGE_MASK, value & WORD_MASK)

    @property
    def blocks(self) -> tuple[Peripheral, ...]:
        """The peripherals, in order of their addresses."""
        return tuple(self._blocks[page] for page in sorted(self._blocks))

    @property
    def bases(self) -> tuple[int, ...]:
        """First addresses of the blocks, each of which has 4 KiB."""
        return tuple(each.base for each in self.blocks)

    def inspect(self, address: int) -> int:
        """The word that a read would give; nobody notices, and no access is counted.

        Raises:
            BusError: nothing can be read there, or not without effect.
        """
        block = self._blocks.get(address >> PAGE_BITS)
        if block is None or address & 3:
            raise _fault("read", address)
        return block.inspect(address & PAGE_MASK)

    def read_window(self, address: int, size: int) -> bytes:
        """Reads `size` bytes, a multiple of 4, from consecutive words; raises as `read32`."""
        block = self._span("read", address, size)
        if self._interposer is None:
            return block.read_window(address & PAGE_MASK, size)
        access = BusAccess(AccessKind.READ, address, size, False)
        self._interposer.before(access)
        return self._interposer.read(access, block.read_window(address & PAGE_MASK, size))

    def write_window(self, address: int, data: bytes) -> None:
        """Writes bytes, a multiple of 4, to consecutive words; raises as `read32`."""
        block = self._span("write", address, len(data))
        changed: bytes | None = data
        if self._interposer is not None:
            changed = self._intercept(BusAccess(AccessKind.WRITE, address, len(data), False), data)
        if changed is not None:
            block.write_window(address & PAGE_MASK, changed)

    def read_fifo(self, address: int, count: int) -> bytes:
        """Takes `count` bytes out of a FIFO register; raises as `read32`."""
        block = self._span("read", address, WORD_BYTES)
        if self._interposer is None:
            return block.read_fifo(address & PAGE_MASK, count)
        access = BusAccess(AccessKind.READ, address, count, True)
        self._interposer.before(access)
        return self._interposer.read(access, block.read_fifo(address & PAGE_MASK, count))

    def write_fifo(self, address: int, data: bytes) -> None:
        """Puts bytes into a FIFO register; raises as `read32`."""
        block = self._span("write", address, WORD_BYTES)
        changed: bytes | None = data
        if self._interposer is not None:
            changed = self._intercept(BusAccess(AccessKind.WRITE, address, len(data), True), data)
        if changed is not None:
            block.write_fifo(address & PAGE_MASK, changed)

    def _span(self, access: str, address: int, size: int) -> Peripheral:
        self.accesses += 1
        block = self._blocks.get(address >> PAGE_BITS)
        if block is None or (address | size) & 3:
            raise _fault(access, address, size)
        if (address & PAGE_MASK) + size > PAGE_MASK + 1:
            raise BusError(access, block.name, address, "the window leaves the block")
        return block

    def _intercept(self, access: BusAccess, data: bytes) -> bytes | None:
        if self._interposer is None:
            return data
        self._interposer.before(access)
        return self._interposer.write(access, data)


def _fault(access: str, address: int, size: int = WORD_BYTES) -> BusError:
    if (address | size) & 3:
        return BusError(access, "word", address, f"misaligned, {size} bytes")
    return BusError(access, "nothing", address, "unmapped")
