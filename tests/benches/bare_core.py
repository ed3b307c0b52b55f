# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An RV32IMC core with nothing around it, and one in lockstep with the reference."""

from __future__ import annotations

from typing import Final

from oracles.rv32_reference import Reference
from oracles.rv32_tables import Instruction, program

from mooring_models.cpu.rv32.core import PC, Core, Layout
from mooring_models.errors import BusError

LAYOUT: Final = Layout(rom_base=0x10000, rom_bytes=0x1000, ram_base=0x20000000, ram_bytes=0x400)
HANDLER: Final = LAYOUT.rom_base + LAYOUT.rom_bytes - 0x100
"""Where traps go in these tests, so that none locks the core up."""

MSTATUS: Final = 0x300
MIE: Final = 0x304
MTVEC: Final = 0x305
MSCRATCH: Final = 0x340
MEPC: Final = 0x341
MCAUSE: Final = 0x342
MTVAL: Final = 0x343
MIP: Final = 0x344
MCYCLE: Final = 0xB00
MINSTRET: Final = 0xB02


class EmptyBus:
    """A bus with nothing on it."""

    def read32(self, address: int) -> int:
        raise BusError("read", "nothing", address, "unmapped")

    def write32(self, address: int, value: int) -> None:
        raise BusError("write", "nothing", address, "unmapped")


def bare_core(*encodings: int, layout: Layout = LAYOUT) -> Core:
    """A core in reset with this program at its reset vector, traps going to HANDLER."""
    core = Core(layout, program(*encodings), EmptyBus())
    core.set_csr(MTVEC, layout.rom_base + layout.rom_bytes - 0x100)
    return core


class Lockstep:
    """A core and the reference, one program, the same steps."""

    def __init__(self, *encodings: int, layout: Layout = LAYOUT) -> None:
        self.core: Final = bare_core(*encodings, layout=layout)
        self.reference: Final = Reference(
            rom=program(*encodings).ljust(layout.rom_bytes, b"\0"),
            rom_base=layout.rom_base,
            ram=bytearray(layout.ram_bytes),
            ram_base=layout.ram_base,
            pc=layout.rom_base,
            handler=self.core.csr(MTVEC),
        )

    def set(self, register: int, value: int) -> None:
        """Writes a register, or the pc, of both; not x0."""
        self.core.set(register, value)
        if register == PC:
            self.reference.pc = value
        else:
            self.reference.x[register] = value % (1 << 32)

    def write_ram(self, offset: int, data: bytes) -> None:
        """Writes the RAM of both."""
        self.core.write_memory(self.reference.ram_base + offset, data)
        self.reference.ram[offset : offset + len(data)] = data

    def patch(self, offset: int, code: bytes) -> None:
        """Writes the ROM of both."""
        base = self.reference.rom_base
        self.core.write_memory(base + offset, code)
        rom = self.reference.rom
        self.reference.rom = rom[:offset] + code + rom[offset + len(code) :]

    def step(self) -> Instruction | None:
        """One instruction on both; as `Reference.step`."""
        self.core.run(1)
        return self.reference.step()

    def assert_same(self, note: object = "") -> None:
        """Registers, pc, RAM and the last trap are equal."""
        core, reference = self.core, self.reference
        assert [core.get(each) for each in range(32)] == reference.x, note
        assert core.pc == reference.pc, note
        ram = core.read_memory(reference.ram_base, len(reference.ram))
        assert ram == bytes(reference.ram), note
        if reference.trap is None:
            assert core.trap_cause is None, note
        else:
            trap = (core.trap_cause, core.csr(MTVAL), core.csr(MEPC))
            assert trap == (reference.trap.cause, reference.trap.value, reference.mepc), note
