# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip with an RV32 core as the stub's target.

While the core stands still, so does the chip's time: nothing happens to it that would not
happen without a debugger.  Its lines stay connected; what arrives waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from mooring_lab.board import Board
from mooring_lab.errors import LabError, ServeError
from mooring_lab.gdb import monitor
from mooring_lab.gdb.registers import PC, Register
from mooring_lab.gdb.target import (
    Errno,
    Reason,
    Region,
    RegionKind,
    Stop,
    TargetError,
    WatchKind,
    Watchpoint,
)
from mooring_models._regs import RAM, ROM, Phase
from mooring_models.bus import PAGE_MASK
from mooring_models.chip import Chip
from mooring_models.cpu.brake import Brake
from mooring_models.cpu.rv32_cpu import Rv32Cpu
from mooring_models.cpu.watch import Watch
from mooring_models.errors import BusError, CpuPaused, ModelError

# So often the server looks for Ctrl-C: some hundredths of a second of a real one.
SLICE_INSTRUCTIONS: Final = 2_000_000
WATCHED_SLICE: Final = 20_000
RANGED_STEPS: Final = 1_000
_WORD_BYTES: Final = 4


class ChipTarget:
    """The core of the chip that is on a board, also after another has taken its place.

    Attributes:
        on_stop: called with each stop of the running core.
        on_resume: called when time begins to pass again.

    Raises:
        ServeError: the chip's CPU is none that a debugger can stop.
    """

    def __init__(self, board: Board) -> None:
        if not isinstance(board.chip.cpu, Rv32Cpu):
            raise ServeError(
                f"debug {board.name}",
                f"its ROM is run by the back end {board.chip.cpu.name}, which has no instructions",
                "run it with --cpu rv32",
            )
        self.on_stop: Callable[[Stop], None] = lambda _: None
        self.on_resume: Callable[[], None] = lambda: None
        self._board: Final = board
        self._breakpoints: set[int] = set()
        self._watchpoints: dict[Watch, Watchpoint] = {}
        self._held = False
        self._stepping: range | None = None
        self._chip: Chip | None = None
        self._phase: Phase | None = None

    @property
    def held(self) -> bool:
        """Whether the debugger lets no time pass."""
        return self._held

    @property
    def chip(self) -> Chip:
        """The chip that is on the board now, with the debugger's hand on its core."""
        chip = self._board.chip
        if chip is not self._chip:
            self._chip = chip
            chip.on_phase = self._note_phase
            for address in self._breakpoints:
                self._brake.set_breakpoint(address, True)
            for watch in self._watchpoints:
                self._brake.set_watch(watch, True)
            if self._held:
                self._brake.allowance = 0
        return chip

    @property
    def phase(self) -> Phase | None:
        """The last phase that the ROM has marked."""
        return self._phase

    @property
    def cpu(self) -> Rv32Cpu:
        """The chip's CPU."""
        cpu = self.chip.cpu
        assert isinstance(cpu, Rv32Cpu)  # noqa: S101 - a board never changes its back end
        return cpu

    @property
    def _brake(self) -> Brake:
        return self.cpu.brake

    def _note_phase(self, _: int, phase: Phase) -> None:
        self._phase = phase

    # -- Time ------------------------------------------------------------------------------

    def pass_time(self, run: Callable[[], float | None]) -> float | None:
        """Lets time pass if the debugger does; tells when the core stops.

        Args:
            run: lets it pass, and gives the seconds until there is more to do.

        Returns:
            What `run` gave, or None if time stands still.
        """
        wait = None if self._held else self._pass_slice(run)
        if self._stepping:
            # A range is left by single steps, of which the server need not see each.
            for _ in range(RANGED_STEPS - 1):
                if self._held or wait != 0.0:
                    break
                wait = self._pass_slice(run)
        return wait

    def _pass_slice(self, run: Callable[[], float | None]) -> float | None:
        """Lets time pass for one slice of instructions, or one step; as `pass_time`."""
        brake = self._brake
        if self._stepping is None:
            brake.allowance = WATCHED_SLICE if brake.watches else SLICE_INSTRUCTIONS
        wait: float | None = 0.0
        try:
            wait = run()
        except CpuPaused:
            self._paused()
        except (ModelError, LabError) as error:  # the core hangs
            self._stopped(Stop(Reason.HALTED, str(error)))
        else:
            self._look()
        if not self._held and self._stepping is None:
            brake.allowance = None
        return None if self._held else wait

    def _paused(self) -> None:
        """The core stands still in the middle of a step."""
        if self._brake.at_breakpoint:
            self._stopped(Stop(Reason.BREAKPOINT))
        elif (hit := self._brake.hit) is not None:
            self._stopped(Stop(Reason.WATCHPOINT, watchpoint=self._watchpoints[hit]))
        elif self._stepping is None:
            self._brake.release(None)  # it was only a slice
        elif self.cpu.core.get(PC) in self._stepping:
            self._brake.release(1)
        else:
            self._stopped(Stop(Reason.STEPPED))

    def _look(self) -> None:
        """Whether there is anything left that could run."""
        chip = self.chip
        if not chip.powered:
            self._stopped(Stop(Reason.OFF, f"{chip.name} has no supply"))
        elif chip.halted:
            self._stopped(Stop(Reason.HALTED, monitor.shutdown_line(chip)))

    def _stopped(self, stop: Stop) -> None:
        self._hold()
        self.on_stop(stop)

    def _hold(self) -> None:
        self._held = True
        self._brake.allowance = 0

    # -- What the stub asks (DebugTarget) --------------------------------------------------

    @property
    def regions(self) -> Sequence[Region]:
        """Memories, and the peripherals: a debugger only looks at those."""
        blocks = [Region(RegionKind.ROM, base, PAGE_MASK + 1) for base in self.chip.bus.bases]
        return [
            Region(RegionKind.ROM, ROM.offset, ROM.size),
            Region(RegionKind.RAM, RAM.offset, RAM.size),
            *blocks,
        ]

    def read_register(self, register: Register) -> int:
        """The register's value."""
        core = self.cpu.core
        return core.get(register.number) if register.csr is None else core.csr(register.csr)

    def write_register(self, register: Register, value: int) -> None:
        """Sets it; bits that the hardware fixes stay."""
        if register.csr is not None:
            self.cpu.core.set_csr(register.csr, value)
        elif register.number == PC and (value & 1 or not _within_rom(value)):
            raise TargetError(Errno.FAULT, "nothing executes there")
        elif register.number != 0:
            self.cpu.core.set(register.number, value)

    def read_memory(self, address: int, size: int) -> bytes:
        """Memories as they are, peripherals as far as looking has no effect."""
        for region in (ROM, RAM):
            if region.offset <= address < region.offset + region.size:
                length = min(size, region.offset + region.size - address)
                return self.cpu.core.read_memory(address, length)
        return self._inspect(address, size)

    def _inspect(self, address: int, size: int) -> bytes:
        begin = address & -_WORD_BYTES
        words = bytearray()
        try:
            while len(words) < address + size - begin:
                word = self.chip.bus.inspect(begin + len(words))
                words += word.to_bytes(_WORD_BYTES, "little")
        except BusError as error:
            if len(words) <= address - begin:
                raise TargetError(Errno.FAULT, str(error)) from error
        return bytes(words[address - begin : address - begin + size])

    def write_memory(self, address: int, data: bytes) -> None:
        """RAM only: a ROM is not written, and what writes a register is the CPU."""
        if not RAM.offset <= address <= RAM.offset + RAM.size - len(data):
            raise TargetError(Errno.FAULT, "only RAM can be written")
        self.cpu.core.write_memory(address, data)

    def set_breakpoint(self, address: int, stop: bool) -> None:
        """One of the core's own; any number, in ROM only."""
        if address & 1 or not _within_rom(address):
            raise TargetError(Errno.FAULT, "nothing executes there")
        self._brake.set_breakpoint(address, stop)
        (self._breakpoints.add if stop else self._breakpoints.discard)(address)

    def set_watchpoint(self, watchpoint: Watchpoint, stop: bool) -> None:
        """Watches memories and registers of peripherals alike."""
        kind = watchpoint.kind
        loads, stores = kind is not WatchKind.WRITE, kind is not WatchKind.READ
        watch = Watch(watchpoint.span, loads, stores)
        self._brake.set_watch(watch, stop)
        if stop:
            self._watchpoints[watch] = watchpoint
        else:
            self._watchpoints.pop(watch, None)

    def resume(self, stepping: range | None) -> None:
        """Lets time pass again."""
        self._stepping = stepping
        self._held = False
        self._brake.release(None if stepping is None else 1)
        self.on_resume()

    def halt(self) -> None:
        """Takes hold of the core; a step under way stays where it is."""
        if not self._held:
            self._stopped(Stop(Reason.INTERRUPTED))

    def release(self, *, reset: bool) -> None:
        """Nobody debugs any more."""
        try:
            if reset:
                self._reset_line()
        finally:
            self.resume(None)

    def reset(self) -> None:
        """Resets the chip, giving it power if it has none; the core waits at its vector."""
        self._hold()
        self._reset_line()

    def _reset_line(self) -> None:
        try:
            if self.chip.powered:
                self._board.reset()
            else:
                self._board.power_on()
        except LabError as error:
            raise TargetError(Errno.PERM, str(error)) from error

    def monitor(self, command: str) -> str:
        """What the protocol has no packet for."""
        return monitor.perform(self, command)


def _within_rom(address: int) -> bool:
    return ROM.offset <= address < ROM.offset + ROM.size
