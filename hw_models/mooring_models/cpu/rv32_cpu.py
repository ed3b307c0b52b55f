# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The boot ROM as its RV32IMC image, executed instruction by instruction.

An instruction takes one cycle.  Time is charged when somebody could see it: before each
access of the bus, and at the end of a step.
"""

from __future__ import annotations

from typing import Final

from mooring_firmware import images
from mooring_firmware.images import Image, ImageError
from mooring_models._regs import RAM, ROM, Phase
from mooring_models.bus import Bus
from mooring_models.clock import LocalTime
from mooring_models.cpu.api import Step, check_back_end
from mooring_models.cpu.brake import Brake
from mooring_models.cpu.rv32 import Core, Layout, Stop
from mooring_models.errors import BusError, ChipStateError, HungError, PowerLost
from mooring_models.state import State
from mooring_models.timer import TICK

LAYOUT: Final = Layout(ROM.offset, ROM.size, RAM.offset, RAM.size)
# A step's work takes a fraction of a second at most; this many cycles are two.
STEP_BUDGET: Final = 200_000_000
_MIE: Final = 0x304
_MEPC: Final = 0x341


class Rv32Cpu:
    """One core and its way to the bus.

    Attributes:
        bus: what the ROM reaches beside its memories.
        time: what its work is charged to.
        core: the interpreter.
        brake: what a debugger stops it with.
        image: the program in ROM.
        stopped: whether accesses do nothing any more.
        bus_fault: the last bus fault since reset, for diagnosis.
        power_lost: what cut the power in this step, if something did.
    """

    __slots__ = (
        "_charged",
        "_left",
        "brake",
        "bus",
        "bus_fault",
        "core",
        "image",
        "power_lost",
        "stopped",
        "time",
    )

    name = "rv32"
    executes = True

    def __init__(self, bus: Bus, time: LocalTime, image: Image) -> None:
        self.bus = bus
        self.time = time
        self.image: Final = image
        self.core: Final = Core(LAYOUT, image.binary, self)
        self.brake: Final = Brake(self.core)
        self.stopped = True
        self.bus_fault: BusError | None = None
        self.power_lost: PowerLost | None = None
        self._charged = 0
        self._left = STEP_BUDGET

    @property
    def measurement(self) -> bytes:
        """SHA-384 of the image."""
        return self.image.measurement

    def reset(self) -> None:
        """Goes to the reset vector; memory is cleared."""
        self.core.reset()
        self._charged = 0
        self._left = STEP_BUDGET
        self.bus_fault = None
        self.stopped = False

    def step(self) -> Step:
        """Executes until the ROM waits, halts or is stopped.

        Raises:
            HungError: it does neither within `STEP_BUDGET` instructions.
        """
        if self.stopped:
            return Step.STOPPED
        self.power_lost = None
        begun = self.core.instret
        try:
            stop = self.brake.run(self._left)
        except PowerLost as lost:
            self.power_lost = lost
            stop = Stop.STOPPED
        finally:
            self._left -= self.core.instret - begun
            self._charge()
        if stop is None:
            return Step.PAUSED
        self._left = STEP_BUDGET
        return self._outcome(stop)

    def _outcome(self, stop: Stop) -> Step:
        match stop:
            case Stop.WFI:
                return Step.WAITING if self.core.csr(_MIE) else Step.HALTED
            case Stop.STOPPED:
                self.stopped = True
                return Step.STOPPED
            case Stop.LOCKUP:
                cause = self.core.trap_cause
                raise self._hung(f"a trap of cause {cause} has no handler", self.core.csr(_MEPC))
            case _:
                raise self._hung(f"{STEP_BUDGET} instructions without waiting", self.core.pc)

    def _hung(self, why: str, pc: int) -> HungError:
        place = f"0x{pc:08X}"
        if function := self.image.function(pc):
            place += f" in {function}"
            if line := self.image.line(pc):
                place += f", {line[0]}:{line[1]}"
        found = f"{why}, at {place}, after {self.core.instret} instructions"
        return HungError(f"run {self.image.name}", found, "reset the chip")

    def _charge(self) -> None:
        now = self.core.instret
        self.time.charge((now - self._charged) * TICK)
        self._charged = now

    # -- The bus, as the core calls it -----------------------------------------------------

    def read32(self, address: int) -> int:
        """Reads a word; raises as `Bus.read32`."""
        self._charge()
        try:
            return self.bus.read32(address)
        except BusError as fault:
            self.bus_fault = fault
            raise

    def write32(self, address: int, value: int) -> None:
        """Writes a word; raises as `Bus.write32`."""
        self._charge()
        try:
            self.bus.write32(address, value)
        except BusError as fault:
            self.bus_fault = fault
            raise

    def stop(self) -> None:
        """Stops behind the access that is under way."""
        self.stopped = True
        self.core.stop()

    def phase_cost(self, phase: Phase) -> int:
        """Nothing: execution itself takes time."""
        del phase
        return 0

    # -- Snapshot --------------------------------------------------------------------------

    def capture(self) -> State:
        """Registers and RAM."""
        return State(
            self.name,
            back_end=self.name,
            core=self.core.save(),
            stopped=self.stopped,
            left=self._left,
        )

    def restore(self, state: State) -> None:
        """Takes registers and RAM of a core with the same image."""
        check_back_end(self.name, state)
        self.core.load(state.blob("core"))
        self._charged = self.core.instret
        self._left = state.integer("left")
        self.stopped = state.flag("stopped")


def make(bus: Bus, time: LocalTime, image: str) -> Rv32Cpu:
    """A core on `bus`.

    Raises:
        ChipStateError: there is no image of that name.
        CoreError: it is larger than the ROM.
    """
    try:
        return Rv32Cpu(bus, time, images.load(image))
    except ImageError as error:
        raise ChipStateError(f"run {image}", str(error)) from error
