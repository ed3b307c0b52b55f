# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Whatever traps on the shipped image shuts the chip down once, and nothing goes on after.

A program of a few instructions takes the place of the ROM's main loop, behind the start-up
code as it is shipped; its encodings are assembled by hand from the ISA manual.
"""

from __future__ import annotations

from typing import Final

import pytest

from mooring_firmware import images
from mooring_firmware.errors import ErrorWord
from mooring_models._regs import NVRAM, RAM, ROM, RSTMGR, UART0, NvramRegs, RstmgrRegs, UartRegs
from mooring_models.cpu.rv32.core import PC, Core, Stop
from mooring_models.cpu.rv32_cpu import LAYOUT
from mooring_models.errors import BusError

SHUTDOWN: Final = RSTMGR.base + RstmgrRegs.SHUTDOWN.offset
WRITE_ENABLE: Final = NVRAM.base + NvramRegs.WRITE_ENABLE.offset
TX_SPACE: Final = UART0.base + UartRegs.TX_SPACE.offset
THR: Final = UART0.base + UartRegs.THR.offset

SP, T0, A0 = 2, 5, 10
MIE, MTVEC = 0x304, 0x305
BUDGET: Final = 100_000
PERIPHERALS: Final = range(0x4000_0000, 0x4010_0000)
UNMAPPED: Final = 0x7000_0000


class RecordingBus:
    """Registers that take anything, at the peripherals' addresses only.

    Attributes:
        writes: all of them, in order.
        forbidden: one more address that faults.
    """

    def __init__(self) -> None:
        self.writes: Final[list[tuple[int, int]]] = []
        self.forbidden = UNMAPPED

    def read32(self, address: int) -> int:
        self._check("read", address)
        return 64 if address == TX_SPACE else 0

    def write32(self, address: int, value: int) -> None:
        self._check("write", address)
        self.writes.append((address, value))

    def _check(self, access: str, address: int) -> None:
        if address == self.forbidden or address not in PERIPHERALS:
            raise BusError(access, "nothing", address, "unmapped")

    def shutdowns(self) -> list[int]:
        return [value for address, value in self.writes if address == SHUTDOWN]

    def console(self) -> bytes:
        return bytes(value for address, value in self.writes if address == THR)


def lui(register: int, value: int) -> int:
    return value & 0xFFFFF000 | register << 7 | 0x37


def load(width: int, target: int, base: int) -> int:
    return base << 15 | width << 12 | target << 7 | 0x03


def store(width: int, source: int, base: int) -> int:
    return source << 20 | base << 15 | width << 12 | 0x23


def addi(target: int, source: int, immediate: int) -> int:
    return (immediate & 0xFFF) << 20 | source << 15 | target << 7 | 0x13


def jump_to(register: int) -> int:
    return register << 15 | 0x67


WORD: Final = 2
EBREAK: Final = 0x00100073
ECALL: Final = 0x00000073
ILLEGAL: Final = 0x00000000
CSRRW_READ_ONLY: Final = 0xF1101073  # csrw mvendorid, zero
PROGRAMS: Final = {
    "load from nowhere": ([lui(T0, UNMAPPED), load(WORD, A0, T0)], ErrorWord.HW_BUS_FAULT),
    "store to nowhere": ([lui(T0, UNMAPPED), store(WORD, A0, T0)], ErrorWord.HW_BUS_FAULT),
    "store to ROM": ([lui(T0, ROM.offset), store(WORD, A0, T0)], ErrorWord.HW_BUS_FAULT),
    "run from RAM": ([lui(T0, RAM.offset), jump_to(T0)], ErrorWord.HW_BUS_FAULT),
    "misaligned load": (
        [lui(T0, RAM.offset), addi(T0, T0, 2), load(WORD, A0, T0)],
        ErrorWord.HW_BUS_FAULT,
    ),
    "misaligned store": (
        [lui(T0, RAM.offset), addi(T0, T0, 1), store(WORD, A0, T0)],
        ErrorWord.HW_BUS_FAULT,
    ),
    "byte of a register": ([lui(T0, SHUTDOWN), load(0, A0, T0)], ErrorWord.HW_BUS_FAULT),
    "stack that overflows": (
        [lui(SP, RAM.offset), addi(SP, SP, -16), store(WORD, A0, SP)],
        ErrorWord.HW_BUS_FAULT,
    ),
    "failed check": ([EBREAK], ErrorWord.HW_CONTROL_FLOW),
    "illegal instruction": ([ILLEGAL], ErrorWord.HW_CONTROL_FLOW),
    "environment call": ([ECALL], ErrorWord.HW_CONTROL_FLOW),
    "write of a read-only CSR": ([CSRRW_READ_ONLY], ErrorWord.HW_CONTROL_FLOW),
}


def booted(program: list[int]) -> tuple[Core, RecordingBus]:
    """A core that has run the start-up code and stands before `program`."""
    bus = RecordingBus()
    core = Core(LAYOUT, images.load().binary, bus)
    main = images.load().symbols["mooring_hal_main"].address
    core.set_breakpoint(main)
    assert core.run(BUDGET) is Stop.BREAKPOINT
    core.set_breakpoint(main, stop=False)
    code = b"".join(word.to_bytes(4, "little") for word in program)
    core.write_memory(main, code + EBREAK.to_bytes(4, "little"))
    return core, bus


def has_stopped_for_good(core: Core) -> bool:
    """Whether it waits, enables nothing, and still does when it is woken."""
    for _ in range(3):
        core.set_external_irq(True)
        if core.run(BUDGET) is not Stop.WFI or core.csr(MIE) != 0:
            return False
    return True


@pytest.mark.parametrize(("program", "word"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_trap_shuts_the_chip_down_once(program: list[int], word: ErrorWord) -> None:
    core, bus = booted(program)

    stop = core.run(BUDGET)

    assert stop is Stop.WFI
    assert core.csr(MIE) == 0
    assert bus.shutdowns() == [int(word)]
    assert bus.console() == f"shutdown: {word.name}\r\n".encode()
    assert has_stopped_for_good(core)
    assert bus.shutdowns() == [int(word)]


def test_a_trap_disarms_the_store() -> None:
    core, bus = booted([EBREAK])

    core.run(BUDGET)

    assert (WRITE_ENABLE, 0) in bus.writes


@pytest.mark.parametrize("address", [SHUTDOWN, WRITE_ENABLE, THR, TX_SPACE])
def test_a_trap_while_shutting_down_stops_the_core(address: int) -> None:
    core, bus = booted([EBREAK])
    bus.forbidden = address

    stop = core.run(BUDGET)

    assert stop is Stop.WFI
    assert has_stopped_for_good(core)
    assert len(bus.shutdowns()) == (0 if address == SHUTDOWN else 1)


def test_the_answer_to_a_trap_begins_at_the_top_of_the_stack() -> None:
    core, _ = booted([addi(SP, 0, 0), EBREAK])
    answer = images.load().symbols["mooring_hal_trap"].address
    core.set_breakpoint(answer)

    assert core.run(BUDGET) is Stop.BREAKPOINT
    assert core.get(SP) == images.load().objects["g_rom"].address


def test_start_up_clears_all_of_ram() -> None:
    bus = RecordingBus()
    core = Core(LAYOUT, images.load().binary, bus)
    core.write_memory(RAM.offset, b"\xa5" * RAM.size)
    core.set_breakpoint(images.load().symbols["mooring_hal_main"].address)

    assert core.run(BUDGET) is Stop.BREAKPOINT
    assert core.read_memory(RAM.offset, RAM.size) == bytes(RAM.size)
    assert core.get(PC) == images.load().symbols["mooring_hal_main"].address


def test_handler_is_set_before_memory_is_touched() -> None:
    """SRAM that faults is answered, too."""
    core = Core(LAYOUT, images.load().binary, RecordingBus())

    while core.csr(MTVEC) == 0:
        assert core.run(1) is Stop.BUDGET
        assert "sw" not in core.disassemble(core.pc)

    assert core.csr(MTVEC) == images.load().symbols["mooring_trap_entry"].address
