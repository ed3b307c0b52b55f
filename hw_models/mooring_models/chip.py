# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The chip: the one assembly of CPU, bus and peripherals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_models import _regs, state
from mooring_models._regs import Phase, ResetCause
from mooring_models.bus import Bus
from mooring_models.clock import US, Event, EventLoop, LocalTime, seconds
from mooring_models.config import ChipConfig, Persistent
from mooring_models.cpu import Step, back_end
from mooring_models.engine import Engine, Job
from mooring_models.entropy import Stream
from mooring_models.errors import (
    BusError,
    ChipStateError,
    CpuPaused,
    HungError,
    LivelockError,
    ModelError,
    SnapshotError,
)
from mooring_models.gate import Gate
from mooring_models.keyvault import KeyVault
from mooring_models.line import LineEnd
from mooring_models.nvram import Nvram
from mooring_models.otp import Otp
from mooring_models.peripheral import Peripheral
from mooring_models.responder import Responder
from mooring_models.state import State
from mooring_models.system import RomCtrl, RstMgr
from mooring_models.timer import Timer
from mooring_models.trng import Trng
from mooring_models.uart import Uart

SNAPSHOT_KIND: Final = "mooring chip snapshot"
SNAPSHOT_VERSION: Final = 2

# A CPU that wakes again and again for the same interrupt polls: after some wakes the
# model looks only this often, and gives up when nothing ever comes of it.
_EAGER_WAKES: Final = 16
_POLL_TIME: Final = 100 * US
_MAX_FUTILE_WAKES: Final = 100_000


class Chip:
    """A chip on a board: supply, reset line, and two serial lines that come out.

    A new chip is off.  Everything happens in the virtual time of its event loop.

    Attributes:
        config: how it was built.
        loop: the event loop; several chips may share one.
        bus: what the CPU sees, also for tests and fault injection.
        link: far end of UART1, where the protocol is spoken.
        console: far end of UART0, the boot log.
        on_rest: called with the time at which the CPU has done its work for now, or None.
    """

    def __init__(
        self, config: ChipConfig, persistent: Persistent, loop: EventLoop | None = None
    ) -> None:
        """Builds the chip that `persistent` is the memory of, powered off.

        Raises:
            ChipStateError: the CPU back end is unknown or not installed.
        """
        self.config = config
        self.loop = loop if loop is not None else EventLoop()
        self.time = LocalTime(self.loop)
        self.keys = persistent.keys
        self._on_phase: Callable[[int, Phase], None] | None = None
        self.on_rest: Callable[[int], None] | None = None

        self.otp = Otp(self.time)
        self.otp.fuses = persistent.fuses
        self.nvram = Nvram(self.time)
        self.nvram.contents = persistent.nvram
        self.trng = Trng(Stream(config.seed, "noise", persistent.noise_block))
        self.timer = Timer(self.time)
        self.gate = Gate(self.time, self.otp, self.trng, self.keys.wire)
        self.engine = Engine(self.time, self.gate)
        self.uart0 = Uart(_regs.UART0, self.loop, self.time, config.baud, self._plan)
        self.uart1 = Uart(_regs.UART1, self.loop, self.time, config.baud, self._plan)
        self.responder = Responder(self.loop, self.time, self.trng, self.uart1, self.keys.ueid)
        self.keyvault = KeyVault(self.keys, self.otp, self.nvram, self.gate, self.responder)
        self.rstmgr = RstMgr(self)
        self.console: LineEnd = self.uart0.line
        self.link: LineEnd = self.uart1.line

        # The CPU is on the bus, and ROMCTRL shows the CPU's ROM: made last, filled in last.
        self.romctrl = RomCtrl()
        self._peripherals: Final[tuple[Peripheral, ...]] = (
            self.romctrl,
            self.rstmgr,
            self.uart0,
            self.uart1,
            self.otp,
            self.nvram,
            self.trng,
            self.timer,
            self.keyvault,
            self.gate,
            self.engine,
            self.responder,
        )
        self.bus = Bus(self._peripherals)
        self.cpu = back_end(config.cpu)(self.bus, self.time, config.image)
        self.bus.on_sleep = self._sleep
        self.romctrl.measure(config.rom_measurement or self.cpu.measurement)

        self._powered = False
        self._halted = False
        self._started = False
        self._stepping = False
        self._wake: Event | None = None
        self._timer_wake = False
        self._reset_event: Event | None = None
        self._futile = 0

    @classmethod
    def manufacture(cls, config: ChipConfig | None = None, loop: EventLoop | None = None) -> Chip:
        """A new chip, off: keys made inside, MANUFACTURED burned, all else blank."""
        config = config if config is not None else ChipConfig()
        return cls(config, Persistent.manufacture(config.seed), loop)

    # -- Identity and state ----------------------------------------------------------------

    @property
    def name(self) -> str:
        """What people call it."""
        return self.config.name

    @property
    def public_key(self) -> bytes:
        """The device's Ed25519 public key, 32 bytes."""
        return self.keys.public_key

    @property
    def ueid(self) -> bytes:
        """The device id, 33 bytes."""
        return self.keys.ueid

    @property
    def powered(self) -> bool:
        """Whether the supply is up."""
        return self._powered

    @property
    def halted(self) -> bool:
        """Whether the CPU has stopped for good; see `shutdown_error`."""
        return self._halted

    @property
    def shutdown_error(self) -> int:
        """The error word the ROM stopped with, or 0."""
        return self.rstmgr.error

    @property
    def bus_fault(self) -> BusError | None:
        """The last access since reset that the bus refused to the CPU."""
        return self.cpu.bus_fault

    @property
    def persistent(self) -> Persistent:
        """What would remain if power failed now."""
        return Persistent(self.keys, self.otp.fuses, self.nvram.contents, self.trng.next_block)

    @property
    def on_phase(self) -> Callable[[int, Phase], None] | None:
        """Called with time and phase at each marker of the ROM, or None."""
        return self._on_phase

    @on_phase.setter
    def on_phase(self, observer: Callable[[int, Phase], None] | None) -> None:
        self._on_phase = observer
        self.bus.phases_observed = observer is not None

    # -- Supply and reset ------------------------------------------------------------------

    def power_on(self) -> None:
        """Supply comes up; raises `ChipStateError` if it is."""
        if self._powered:
            raise ChipStateError(f"power on {self.name}", "it is on", "power it off first")
        self._powered = True
        for uart in (self.uart0, self.uart1):
            uart.power(True)
        self._reset(ResetCause.POWER_ON)

    def power_off(self) -> None:
        """Supply fails; harmless if the chip is off."""
        self._cancel()
        self.engine.settle()
        self._powered = False
        self.cpu.stop()
        # What holds a grant or keys at work must not go on without power.  The others show
        # what they last held, for whoever looks into a dead chip.
        working = (self.keyvault, self.gate, self.engine, self.responder, self.uart0, self.uart1)
        for each in working:
            each.reset()
        for uart in (self.uart0, self.uart1):
            uart.power(False)

    def reset_line(self) -> None:
        """Pulls the reset line; raises `ChipStateError` if the chip is off."""
        self._need_power("reset")
        self._reset(ResetCause.LINE)

    def _need_power(self, verb: str) -> None:
        if not self._powered:
            raise ChipStateError(f"{verb} {self.name}", "it is off", "power it on first")

    def _reset(self, cause: ResetCause) -> None:
        self._cancel()
        self.engine.settle()
        self.cpu.stop()
        self.time.restart()
        for each in self._peripherals:
            each.reset()
        self.rstmgr.came_up(cause)
        self.cpu.reset()
        self._halted = False
        self._started = False
        self._schedule(self.loop.now)

    def _cancel(self) -> None:
        for event in (self._wake, self._reset_event):
            if event is not None:
                event.cancel()
        self._wake = self._reset_event = None
        self._stepping = False
        self._futile = 0

    # -- What the reset manager tells (SystemEvents) ---------------------------------------

    def reset_requested(self) -> None:
        """The ROM asked for a reset; it comes once the time of its work has passed."""
        self.cpu.stop()
        if self._reset_event is None:
            self._reset_event = self.loop.at(self.time.now, self._requested_reset)

    def _requested_reset(self) -> None:
        self._reset(ResetCause.COMMAND)

    def shut_down(self, error: int) -> None:
        """The ROM latched its final error word: the gate obeys the fuses alone."""
        del error
        self.gate.shut_down()

    def phase_entered(self, phase: Phase) -> None:
        """A phase begins: it is reported, and costs what the back end says."""
        if self._on_phase is not None:
            self._on_phase(self.time.now, phase)
        self.time.charge(self.cpu.phase_cost(phase))

    # -- Running the CPU -------------------------------------------------------------------

    def _schedule(self, time: int) -> None:
        if self._wake is not None:
            if self._wake.time == time:
                return
            self._wake.cancel()
        self._wake = self.loop.at(time, self._step)

    def _step(self) -> None:
        self._wake = None
        self._started = True
        self._stepping = True
        try:
            outcome = self.cpu.step()
        except HungError:
            self._halted = True
            raise
        finally:
            self._stepping = False
        if self.on_rest is not None:
            self.on_rest(self.time.now)
        match outcome:
            case Step.PAUSED:
                self._stepping = True
                self._wake = self.loop.first(self._step)
                raise CpuPaused(self.name)
            case Step.WAITING:
                self._plan()
            case Step.HALTED:
                self._halted = True
                self.gate.shut_down()
            case Step.STOPPED:
                if self._reset_event is None:
                    self.power_off()

    def _plan(self) -> None:
        """Arranges the next step of the CPU: when the first enabled interrupt will come."""
        if self._stepping or self._halted or not self._powered or not self.cpu.executes:
            return
        # Before its first step the CPU waits for no interrupt: what happens on the lines
        # meanwhile must not take that step away.
        if self._reset_event is not None or not self._started:
            return
        first = self.uart1.next_irq()
        for other in (self.uart0.next_irq(), self.engine.next_irq()):
            if first is None or (other is not None and other < first):
                first = other
        alarm = self.timer.next_irq()
        self._timer_wake = alarm is not None and (first is None or alarm < first)
        due = alarm if self._timer_wake else first
        if due is None:
            self._futile = 0
            if self._wake is not None:
                self._wake.cancel()
                self._wake = None
            return
        self._schedule(self._when(due))

    def _sleep(self, due: int) -> bool:
        """Lets the CPU wait for `due` within a step, if nobody could tell the difference."""
        if self.on_rest is not None or not self.loop.leap(due):
            return False
        self._futile = 0
        return True

    def _when(self, due: int) -> int:
        """When to step for an interrupt at `due`; slower if waking has led to nothing."""
        now = self.time.now
        if due > now:
            self._futile = 0
            return due
        self._futile += 1
        if self._futile > _MAX_FUTILE_WAKES:
            raise LivelockError(
                f"run {self.name}", "an enabled interrupt stays asserted whatever the ROM does"
            )
        return now if self._futile <= _EAGER_WAKES else now + _POLL_TIME

    # -- Letting time pass -----------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Whether nothing is under way but timers: the CPU waits, the lines are quiet."""
        now = self.loop.now
        return (
            self.time.busy_for == 0
            and self._reset_event is None
            and (self._wake is None or self._timer_wake)
            and max(self.uart0.quiet_at, self.uart1.quiet_at) <= now
            and self.engine.ends_at is None
        )

    def run_for(self, duration_s: float) -> None:
        """Lets `duration_s` seconds pass."""
        self.loop.run_for(seconds(duration_s))

    def run_until_idle(self, limit_s: float = 60.0) -> bool:
        """Lets time pass until nothing is under way; never jumps to a mere timer.

        Returns:
            Whether that came to be within `limit_s` seconds.
        """
        deadline = self.loop.now + seconds(limit_s)
        while not self.idle and self.loop.now < deadline:
            now = self.loop.now
            moments = [self.uart0.quiet_at, self.uart1.quiet_at, self.time.now]
            moments = [each for each in moments if each > now]
            arranged = (self.loop.next_time(), self.engine.ends_at)
            moments += [each for each in arranged if each is not None]
            self.loop.advance_to(min([*moments, deadline]))
        return self.idle

    def compute(self, a: NDArray[np.int8], b: NDArray[np.int8]) -> Job:
        """Runs a product past the CPU, through the same gate, to its end.

        Raises:
            ChipStateError: the chip is off, the engine's queue is full, or a reset or a loss
                of power meanwhile discarded the job.
            ValueError: the operands are no two int8 matrices that fit together.
        """
        self._need_power("compute on")
        job = self.engine.submit(a, b)
        while not job.done:
            until = self.engine.ends_at
            if until is None and not job.done:
                reason = "the job was discarded by a reset"
                raise ChipStateError(f"compute on {self.name}", reason, "submit it again")
            self.loop.advance_to(self.loop.now if until is None else until)
        return job

    # -- Snapshot --------------------------------------------------------------------------

    def snapshot(self, path: Path) -> None:
        """Writes the whole chip to a file; raises `SnapshotError`."""
        state.save(path, SNAPSHOT_KIND, SNAPSHOT_VERSION, self.capture())

    @classmethod
    def restore(cls, path: Path, loop: EventLoop | None = None) -> Chip:
        """A chip that goes on where `snapshot` was taken.

        Args:
            path: the file.
            loop: the loop to live in; None makes one at the time of the snapshot.

        Raises:
            SnapshotError: the file is unreadable, damaged, or of another version or ROM.
        """
        return cls.from_capture(state.load(path, SNAPSHOT_KIND, SNAPSHOT_VERSION), loop)

    def capture(self) -> State:
        """The whole chip; the far ends of its lines and injected faults are not part of it."""
        if self._stepping:
            raise ChipStateError(f"capture {self.name}", "its CPU is in the middle of a step")
        now = self.loop.now
        measurement = self.config.rom_measurement
        return State(
            "chip",
            name=self.config.name,
            seed=self.config.seed,
            baud=self.config.baud,
            cpu_name=self.config.cpu,
            rom_measurement=measurement,
            image=self.config.image,
            rom=self.cpu.measurement,
            persistent=self.persistent.to_state(),
            now=now,
            busy_for=self.time.busy_for,
            powered=self._powered,
            halted=self._halted,
            futile=self._futile,
            started=self._started,
            timer_wake=self._timer_wake,
            wake_in=None if self._wake is None else self._wake.time - now,
            reset_in=None if self._reset_event is None else self._reset_event.time - now,
            cpu=self.cpu.capture(),
            peripherals=[each.capture() for each in self._peripherals],
        )

    @classmethod
    def from_capture(cls, captured: State, loop: EventLoop | None = None) -> Chip:
        """A chip in the state that `capture` gave; raises `SnapshotError`."""
        config = ChipConfig(
            captured.text("name"),
            captured.blob("seed"),
            captured.integer("baud"),
            captured.text("cpu_name"),
            captured.optional_blob("rom_measurement"),
            captured.text("image"),
        )
        if loop is None:
            loop = EventLoop(captured.integer("now"))
        attempted = f"restore {config.name}"
        try:
            chip = cls(config, Persistent.from_state(captured.part("persistent")), loop)
        except ModelError:
            raise
        except ValueError as error:
            raise SnapshotError(attempted, str(error)) from error
        if chip.cpu.measurement != captured.blob("rom"):
            raise SnapshotError(attempted, "it was taken with another ROM", "use that build")
        chip._take(captured)
        return chip

    def _take(self, captured: State) -> None:
        now = self.loop.now
        self.time.restart(captured.integer("busy_for"))
        peripherals = captured.parts("peripherals")
        if len(peripherals) != len(self._peripherals):
            found = f"{len(peripherals)} peripherals, expected {len(self._peripherals)}"
            raise SnapshotError(f"restore {self.name}", found)
        for each, content in zip(self._peripherals, peripherals, strict=True):
            each.restore(content)
        self.cpu.restore(captured.part("cpu"))
        self._powered = captured.flag("powered")
        self._halted = captured.flag("halted")
        self._futile = captured.integer("futile")
        self._started = captured.flag("started")
        self._timer_wake = captured.flag("timer_wake")
        wake, reset = captured.optional_integer("wake_in"), captured.optional_integer("reset_in")
        if wake is not None:
            self._schedule(now + wake)
        if reset is not None:
            self._reset_event = self.loop.at(now + reset, self._requested_reset)

    def rename(self, name: str) -> None:
        """Calls the chip `name`, for one that was restored beside its original."""
        self.config = replace(self.config, name=name)
