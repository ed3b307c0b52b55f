# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip on its board: supply, reset line, two serial lines, and a file that remembers it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mooring_lab.errors import LabError
from mooring_lab.lab import CutAt, Direction, Noise
from mooring_lab.state_file import StateFile
from mooring_models.chip import Chip
from mooring_models.clock import SECOND, EventLoop, seconds
from mooring_models.errors import CpuPaused, ModelError
from mooring_models.faults import AccessCut, Tear, WordCut
from mooring_models.line import LineEnd
from mooring_models.noise import LineNoise
from mooring_models.trng import NoiseFault

CONSOLE_KEPT_CHARACTERS: Final = 1 << 16
# Virtual time that `run_while_busy` may let pass at once: longer than the longest answer
# takes at 9600 baud, shorter than the shortest grant.
BUSY_LIMIT_S: Final = 0.9

Listener = Callable[[bytes], None]
Tap = Callable[[Direction, bytes], None]


@contextmanager
def _as_lab_error(*but: type[ModelError]) -> Generator[None]:
    """The models' errors as this package's, except some."""
    try:
        yield
    except but:
        raise
    except ModelError as error:
        raise LabError(error.attempted, error.found, error.hint) from error


class BoardLine:
    """One serial line, from outside.

    What the chip sends is held back until `Board.settle` has saved the chip.
    """

    def __init__(self, end: LineEnd) -> None:
        self._held = bytearray()
        self._listeners: list[Listener] = []
        self._taps: list[Tap] = []
        self.wire(end)

    def wire(self, end: LineEnd) -> None:
        """Plugs the line into another chip."""
        self._end = end
        end.on_data = self._from_chip

    @property
    def waiting(self) -> int:
        """Bytes that the chip has sent and nobody has got."""
        return len(self._held)

    def send(self, data: bytes) -> None:
        """Puts bytes on the line to the chip."""
        for tap in self._taps:
            tap(Direction.TO_CHIP, data)
        self._end.send(data)

    def send_break(self) -> None:
        """Holds the line low for one byte."""
        self._end.send_break()

    def _from_chip(self, data: bytes) -> None:
        for tap in self._taps:
            tap(Direction.FROM_CHIP, data)
        self._held += data

    def release(self) -> None:
        """Hands out what is held back."""
        if self._held:
            data = bytes(self._held)
            self._held.clear()
            for listener in tuple(self._listeners):
                listener(data)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with what the chip sends; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def tap(self, tap: Tap) -> Callable[[], None]:
        """Lets `tap` read along in both directions; the result ends that."""
        self._taps.append(tap)
        return lambda: self._taps.remove(tap) if tap in self._taps else None


class Board:
    """A powered chip with everything that a bench has around it.

    Satisfies `mooring_lab.lab.Lab`.

    Args:
        chip: the chip; it is powered here if it is not.
        state: keeps what the chip keeps without power; None forgets it.
    """

    def __init__(self, chip: Chip, state: StateFile | None = None) -> None:
        self.chip = chip
        self._state = state
        self.link: Final = BoardLine(chip.link)
        self.console_line: Final = BoardLine(chip.console)
        self._console = ""
        self.console_line.listen(self._keep_console)
        self._held_in_reset = False
        self.power_on()

    @property
    def name(self) -> str:
        """The chip's name."""
        return self.chip.name

    @property
    def baud(self) -> int:
        """Rate of the link in bit/s."""
        return self.chip.link.bits_per_second

    @property
    def state_path(self) -> Path | None:
        """The state file, if there is one."""
        return self._state.path if self._state is not None else None

    @property
    def loop(self) -> EventLoop:
        """The chip's time."""
        return self.chip.loop

    def _keep_console(self, data: bytes) -> None:
        self._console = (self._console + data.decode("ascii", "replace"))[-CONSOLE_KEPT_CHARACTERS:]

    def settle(self) -> None:
        """Saves what the chip would remember, then hands out what it has said."""
        if self._state is not None:
            self._state.save(self.chip.persistent)
        self.link.release()
        self.console_line.release()

    def run_while_busy(self) -> bool:
        """Lets virtual time run ahead while a line or the CPU has work; whether any had.

        Raises:
            CpuPaused: a debugger has stopped the CPU, and time with it.
        """
        with _as_lab_error(CpuPaused):
            return self.chip.run_until_idle(BUSY_LIMIT_S)

    def modem_lines(self, *, dtr: bool, rts: bool) -> None:
        """RTS alone holds the chip in reset, as the usual two-transistor circuit does."""
        held = rts and not dtr
        if self._held_in_reset and not held:
            self.reset()
        self._held_in_reset = held

    def now_s(self) -> float:
        """Virtual seconds since the board was made."""
        return self.loop.now / SECOND

    def advance(self, seconds_: float) -> None:
        """Lets virtual time pass at once."""
        with _as_lab_error():
            self.loop.run_for(seconds(seconds_))
        self.settle()

    def reset(self) -> None:
        """Pulls the reset line and lets go."""
        with _as_lab_error():
            self.chip.reset_line()
        self.settle()

    def power_off(self) -> None:
        """Takes the supply away."""
        with _as_lab_error():
            self.chip.power_off()
        self.settle()

    def power_on(self) -> None:
        """Gives the supply back; nothing if it is there."""
        if not self.chip.powered:
            self.chip.bus.interposer = None  # a cut by access count strikes once
            with _as_lab_error():
                self.chip.power_on()
        self.settle()

    def cut_power_at(self, at: CutAt, count: int, tear: Tear = Tear.OLD) -> None:
        """Takes the supply away at the `count`-th access from now."""
        match at:
            case CutAt.ACCESS:
                self.chip.bus.interposer = AccessCut(count - 1)
            case CutAt.NVRAM_WRITE:
                self.chip.nvram.cut = WordCut(count - 1, tear)
            case CutAt.OTP_WRITE:
                self.chip.otp.cut = WordCut(count - 1, tear)

    def set_noise(self, direction: Direction, noise: Noise | None) -> None:
        """Puts noise on one direction of the link, or ends it."""
        line_filter = None
        if noise is not None:
            line_filter = LineNoise(noise.seed.to_bytes(8, "big"))
            setattr(line_filter, noise.kind.value, noise.rate)
        if direction is Direction.TO_CHIP:
            self.chip.link.to_chip = line_filter
        else:
            self.chip.link.from_chip = line_filter

    def set_trng_fault(self, fault: NoiseFault) -> None:
        """Breaks the random number generator, or mends it."""
        self.chip.trng.fault = fault

    def nvram(self) -> bytes:
        """The contents of the non-volatile memory."""
        return self.chip.nvram.contents

    def put_nvram(self, image: bytes) -> None:
        """Replaces the contents of the non-volatile memory."""
        try:
            self.chip.nvram.contents = image
        except ValueError as error:
            raise LabError("replace the NVRAM", str(error)) from error
        self.settle()

    def console(self) -> str:
        """What the console has printed, as far back as it is kept."""
        self.console_line.release()
        return self._console

    def snapshot(self, path: Path) -> None:
        """Writes the whole chip to a file."""
        with _as_lab_error():
            self.chip.snapshot(path)

    def restore(self, path: Path) -> None:
        """Makes the chip what it was when the snapshot was taken."""
        with _as_lab_error():
            restored = Chip.restore(path, self.loop)
        found, here = restored.config.cpu, self.chip.config.cpu
        if found != here:
            restored.power_off()  # it lives in this loop
            raise LabError(
                f"restore {path}",
                f"it was taken of a chip with the CPU back end {found}, this one has {here}",
                f"restore it into a chip run with --cpu {found}",
            )
        with _as_lab_error():
            self.chip.power_off()
        self.chip = restored
        self.link.wire(self.chip.link)
        self.console_line.wire(self.chip.console)
        self.settle()

    def close(self) -> None:
        """Takes the supply away, saves and frees the state file."""
        try:
            self.chip.power_off()
            self.settle()
        finally:
            if self._state is not None:
                self._state.close()
