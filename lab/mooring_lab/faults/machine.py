# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One chip whose CPU is stepped by hand: to an instruction, back to a checkpoint, on again.

The loop stands still meanwhile.  What the ROM sends is dropped, since nobody listens; a
reset or shutdown that it asks for ends the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_firmware.images import Image
from mooring_lab.errors import LabError
from mooring_lab.faults.devices import Checkpoint, Devices
from mooring_lab.faults.outcome import Grant
from mooring_models import Chip, _regs
from mooring_models._regs import GateAttempt, GateRegs, GateState, ResetKey, RstmgrRegs, UartRegs
from mooring_models.bus import PAGE_BITS
from mooring_models.clock import NS
from mooring_models.cpu.rv32.core import Core, Snapshot, Stop
from mooring_models.cpu.rv32_cpu import LAYOUT

CYCLE: Final = 10 * NS
CSR_MIE: Final = 0x304
CSR_MTVEC: Final = 0x305
_WORD_ONES: Final = 0xFFFFFFFF
_TRACED: Final = 1 << 20
_SP: Final = 2
# A flat image is the core's state, then these, then RAM (snapshot.c).
_COUNTER_BYTES: Final = 3 * 8

_SENDERS: Final = tuple(each.base + UartRegs.THR.offset for each in (_regs.UART0, _regs.UART1))
_GATE_COMMAND: Final = _regs.GATE.base + GateRegs.COMMAND.offset
_RESET: Final = _regs.RSTMGR.base + RstmgrRegs.REQUEST.offset
_SHUTDOWN: Final = _regs.RSTMGR.base + RstmgrRegs.SHUTDOWN.offset


class End(Enum):
    """Why a run is over."""

    WAITING = auto()
    """The ROM waits for an interrupt."""
    SHUT_DOWN = auto()
    """It asked for shutdown, stopped for good, or trapped without a way on."""
    RESET = auto()
    """It asked for a reset."""
    LIMIT = auto()
    """None of these within the bound."""


class _Ended(Exception):
    """The ROM asked for something that ends the run."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Core and peripherals before one instruction.

    Attributes:
        index: of that instruction.
        core: its registers and RAM, to go back to.
        image: the same as bytes, to compare with.
        devices: the peripherals.
        grants: what the gate has opened for since the start.
    """

    index: int
    core: Snapshot
    image: bytes
    devices: Checkpoint
    grants: tuple[Grant, ...]


class Machine:
    """A chip in the middle of a step.

    Attributes:
        chip: the chip; its own CPU does nothing any more.
        core: what executes in its place.
        grants: what the gate has opened for since the start.
        ended: why the run is over, if the ROM asked for it.
        accesses: of the bus, so far.
    """

    def __init__(self, chip: Chip, image: Image, state: bytes) -> None:
        """Takes over `chip` with the CPU's flat `state` before the step."""
        self.chip: Final = chip
        self.core: Final = Core(LAYOUT, image.binary.ljust(LAYOUT.rom_bytes, b"\0"), self)
        self.core.load(state)
        self.grants: tuple[Grant, ...] = ()
        self.ended: End | None = None
        self._devices: Final = Devices(chip)
        self.accesses = 0
        self._touched: set[int] = set()
        self._charged = self.core.instret
        self._base: Moment | None = None
        self.mark()

    # -- The bus (called by the core) -------------------------------------------------

    def read32(self, address: int) -> int:
        """Reads a word from a peripheral; raises `BusError`."""
        self._charge()
        self._touched.add(address >> PAGE_BITS)
        return self.chip.bus.read32(address)

    def write32(self, address: int, value: int) -> None:
        """Writes a word to a peripheral; raises `BusError`."""
        self._charge()
        if address in _SENDERS:
            return
        if address == _SHUTDOWN or (address == _RESET and value == ResetKey.RESET):
            self.ended = End.SHUT_DOWN if address == _SHUTDOWN else End.RESET
            raise _Ended
        self._touched.add(address >> PAGE_BITS)
        self.chip.bus.write32(address, value)
        if address == _GATE_COMMAND:
            self._note_grant(value)

    def _charge(self) -> None:
        self.accesses += 1
        now = self.core.instret
        self.chip.time.charge((now - self._charged) * CYCLE)
        self._charged = now

    def _note_grant(self, command: int) -> None:
        gate = self.chip.gate
        if command == _regs.GateCommand.OPEN and gate.state is GateState.OPEN:
            self.grants += (Grant(gate.cycles_left, gate.seconds_left),)

    def plant_grant(self) -> None:
        """Opens the gate as if an attempt had passed: what nobody is entitled to."""
        gate = self.chip.gate
        terms = (_WORD_ONES, 0, _WORD_ONES, 0, _WORD_ONES, 0)
        gate.poke_bytes(GateRegs.TERMS, b"".join(each.to_bytes(4, "little") for each in terms))
        name = "_attempt"  # which no register writes
        setattr(gate, name, GateAttempt.WITNESSED)
        self.write32(_GATE_COMMAND, _regs.GateCommand.OPEN)

    # -- Running ------------------------------------------------------------------------

    def run_to(self, index: int) -> Stop | End:
        """Executes up to the instruction `index`, or to whatever comes before it."""
        left = index - self.core.instret
        if left <= 0:
            return Stop.BUDGET
        try:
            stop = self.core.run(left)
        except _Ended:
            return self.ended or End.SHUT_DOWN
        match stop:
            case Stop.WFI:
                return End.WAITING if self.core.csr(CSR_MIE) else End.SHUT_DOWN
            case Stop.LOCKUP:
                return End.SHUT_DOWN
            case _:
                return stop

    def trace(self, longest: int) -> NDArray[np.uint32]:
        """Executes to the end of the run; the pc of each instruction.

        Raises:
            LabError: it has no end within `longest` instructions.
        """
        parts: list[NDArray[np.uint32]] = []
        limit = self.core.instret + longest
        while self.core.instret < limit:
            self.core.trace(_TRACED)
            stop = self.run_to(self.core.instret + _TRACED)
            parts.append(self.core.traced)
            if isinstance(stop, End):
                self.core.trace(0)
                return np.concatenate(parts)
        raise LabError("trace a run without a fault", f"it goes on after {longest} instructions")

    # -- Going back ----------------------------------------------------------------------

    def mark(self) -> Moment:
        """The present; what was not touched since the last mark is shared with that."""
        self._charge()
        before = self._base
        devices = self._devices.save(before.devices if before else None, self._touched)
        moment = Moment(
            self.core.instret, self.core.snapshot(), self.core.save(), devices, self.grants
        )
        self._rest_on(moment)
        return moment

    def go_to(self, moment: Moment) -> None:
        """Back, or ahead, to a moment of the golden run."""
        if self._base is not None:
            self._devices.restore(moment.devices, self._base.devices, self._touched)
        self.core.restore(moment.core)
        self._charged = moment.index
        self.grants = moment.grants
        self.ended = None
        self._rest_on(moment)

    def _rest_on(self, moment: Moment) -> None:
        self._touched.clear()
        self._base = moment

    def same_as(self, moment: Moment) -> bool:
        """Whether all that the future depends on is as it was in the golden run.

        RAM below the stack pointer is left out: what compiled code finds there, it has
        written before.
        """
        image = self.core.save()
        if image != moment.image:
            stack = self.core.get(_SP) - LAYOUT.ram_base
            if not 0 <= stack <= LAYOUT.ram_bytes:
                return False
            state = len(image) - LAYOUT.ram_bytes
            live = state + stack
            if image[live:] != moment.image[live:] or image[:state] != moment.image[:state]:
                return False
        self._charge()
        return self.grants == moment.grants and self._devices.equal(moment.devices)

    def timeless_devices(self) -> Iterator[bytes]:
        """What of the peripherals decides over grants, without moments."""
        yield repr(self.grants).encode()
        yield from self._devices.timeless()

    def timeless_core(self) -> bytes:
        """Registers and RAM, without counters."""
        image = self.core.save()
        ram = len(image) - LAYOUT.ram_bytes
        return image[: ram - _COUNTER_BYTES] + image[ram:]
