# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The boot ROM compiled for this machine, called through cffi.

It stands in for the shipped RV32 image, whose measurement it reports as its own, so that a
chip says the same on every line whichever of the two runs it.

Unless somebody watches the bus, accesses that only show or store a word of a peripheral are
done in C, on the peripheral's own memory and by its rights (`Peripheral.rights`), and so are
those that tell or take time, or move bytes that a UART has lent (`Uart.lend`).  Their time is
charged at once, their number told at the end of the step.

All others come back as callbacks.  None may raise into C: a `BusError` becomes the bus fault
that the firmware handles, everything else stops the step and is raised again once C has
returned.

Time is charged from the published constants below, in place of executed cycles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mooring_firmware import images
from mooring_firmware._native import ffi, lib
from mooring_models._regs import Phase
from mooring_models.bus import PAGE_BITS, Bus
from mooring_models.clock import NS, US, LocalTime
from mooring_models.cpu.api import RESTORING, Step, check_back_end
from mooring_models.errors import BusError, ChipStateError, PowerLost, SnapshotError
from mooring_models.loan import MOMENT, SIZE
from mooring_models.peripheral import Peripheral
from mooring_models.state import State
from mooring_models.system import MEASUREMENT_BYTES
from mooring_models.timer import TICK, Timer
from mooring_models.trng import POOL_BYTES, Trng
from mooring_models.uart import Uart

# What each phase of the RV32 image takes, charged once at each marker: mooring_lab.phase_costs
# measures it in one session of both back ends, less what accesses and storage are charged.
PHASE_COST: Final[Mapping[Phase, int]] = {
    Phase.RESET_ENTRY: 68 * US,
    Phase.SELF_TEST: 36_000 * US,
    Phase.READ_FUSES: 620 * US,
    Phase.SERVE: 290 * US,
    Phase.HASH: 1_200 * US,
    Phase.VERIFY_SIGNATURE: 19_000 * US,
    Phase.PARSE_CLAIMS: 1_500 * US,
    Phase.COMMIT: 1_300 * US,
    Phase.OPEN: 63 * US,
    Phase.COMPUTE: 220 * US,
    Phase.SIGN_EVIDENCE: 260 * US,
}
WAKE_COST: Final = 2 * US
ACCESS_COST: Final = 50 * NS
# Each word of a block access after the first, and each FIFO byte, takes one cycle.
WORD_COST: Final = 10 * NS

_OK: Final[int] = lib.kBusOk
_FAULT: Final[int] = lib.kBusFault
_POWER_LOST: Final[int] = lib.kBusPowerLost

_STEPS: Final[Mapping[int, Step]] = {
    lib.kStepWaiting: Step.WAITING,
    lib.kStepHalted: Step.HALTED,
    lib.kStepBusFault: Step.HALTED,
    lib.kStepPowerLost: Step.STOPPED,
}


# What C may do to each word of a kind of peripheral; one table for all chips.
_RIGHTS: Final[dict[type[Peripheral], Any]] = {}


def _rights(kind: type[Peripheral]) -> Any:
    if kind not in _RIGHTS:
        _RIGHTS[kind] = ffi.new("mooring_word_t[]", kind.rights)
    return _RIGHTS[kind]


def _phase_times() -> Any:
    """What each phase takes, by its number."""
    times = ffi.new("uint64_t[]", max(PHASE_COST) + 1)
    for phase, cost in PHASE_COST.items():
        times[phase] = cost
    return times


_PHASE_TIMES: Final[Any] = _phase_times()
_PHASES: Final = len(_PHASE_TIMES)

if ffi.sizeof("mooring_uart_t") != SIZE or lib.kNoiseBytes != POOL_BYTES:
    raise ImportError("what is lent is not laid out as in mooring/hal_host.h: run make ext")


def _lay_open(bus: Bus, time: LocalTime, handle: Any) -> tuple[Any, list[Any]]:
    """The bus as C sees it, and what must live as long."""
    blocks = bus.blocks
    base = blocks[0].base
    view: Any = ffi.new("mooring_bus_t *")
    spent = ffi.from_buffer("uint64_t[]", time.cell)
    view.spent = spent
    view.tick_time = TICK
    view.phase_time = _PHASE_TIMES
    view.handle = handle
    view.base = base
    view.access_time = ACCESS_COST
    view.word_time = WORD_COST
    memories: list[Any] = [spent]
    pages = view.pages
    for block in blocks:
        memory = ffi.from_buffer("uint8_t[]", block.memory)
        memories.append(memory)
        page = pages[(block.base - base) >> PAGE_BITS]
        page.memory = memory
        page.words = _rights(type(block))
        page.size_bytes = len(block.memory)
        if isinstance(block, Uart):
            loan = ffi.from_buffer("mooring_uart_t *", block.loan.memory)
            memories.append(loan)
            page.uart = loan
        elif isinstance(block, Trng):
            pool = ffi.from_buffer("mooring_noise_t *", block.open_pool())
            memories.append(pool)
            page.noise = pool
    return view, memories


class NativeCpu:
    """One ROM's memory and its way to the bus.

    Attributes:
        bus: what the ROM reaches.
        time: what its work is charged to.
        stopped: whether accesses do nothing any more.
        bus_fault: the last bus fault since reset, for diagnosis.
        power_lost: what cut the power in this step, if something did.
    """

    __slots__ = (
        "__weakref__",
        "_error",
        "_handle",
        "_memories",
        "_rom",
        "_timer",
        "_uarts",
        "_view",
        "bus",
        "bus_fault",
        "power_lost",
        "stopped",
        "time",
    )

    name = "native"
    executes = True

    def __init__(self, bus: Bus, time: LocalTime) -> None:
        self.bus = bus
        self.time = time
        self.stopped = True
        self.bus_fault: BusError | None = None
        self.power_lost: PowerLost | None = None
        self._error: BaseException | None = None
        # 64-bit units for alignment.
        self._rom: Any = ffi.new("uint64_t[]", -(-lib.mooring_rom_size() // 8))
        self._handle: Any = ffi.new_handle(self)
        self._view, self._memories = _lay_open(bus, time, self._handle)
        first = bus.bases[0]
        self._uarts: Final = tuple(
            (each, 1 << (each.base - first >> PAGE_BITS))
            for each in bus.blocks
            if isinstance(each, Uart)
        )
        self._timer: Final = next(each for each in bus.blocks if isinstance(each, Timer))
        bus.on_watched = self._watch
        self._watch(bus.interposer is not None)

    def _watch(self, watched: bool) -> None:
        """While somebody watches the bus, C does no access by itself."""
        self._view.watched = watched

    @property
    def measurement(self) -> bytes:
        """SHA-384 of the image that this build stands in for."""
        return images.load().measurement

    @property
    def build(self) -> bytes:
        """SHA-384 over the firmware's sources, compiled in by its build."""
        out = ffi.new("uint8_t[]", MEASUREMENT_BYTES)
        lib.mooring_rom_measurement(out)
        return bytes(out)

    def reset(self) -> None:
        """Clears the ROM's memory and leaves reset."""
        ffi.memmove(self._rom, bytes(ffi.sizeof(self._rom)), ffi.sizeof(self._rom))
        lib.mooring_rom_init(self._rom)
        self.bus_fault = None
        self.stopped = False
        self._view.timer_began = self._timer.began & MOMENT

    def step(self) -> Step:
        """Runs the ROM until it waits, halts or is stopped."""
        if self.stopped:
            return Step.STOPPED
        self.power_lost = None
        view = self._view
        self._wake()
        view.phases = 0 if self.bus.phases_observed else _PHASES
        outcome = lib.mooring_rom_step(self._rom, view)
        sends = view.sends
        if sends:
            view.sends = 0
            for uart, page in self._uarts:
                if sends & page:
                    uart.collect()
        self.bus.accesses += view.accesses
        view.accesses = 0
        error, self._error = self._error, None
        if error is not None:
            raise error
        return _STEPS[outcome]

    def _wake(self) -> None:
        """Goes on at the present moment of the loop."""
        time = self.time
        time.charge(WAKE_COST)
        self._view.began = time.base & MOMENT
        for uart, _ in self._uarts:
            if not uart.loan.lent:
                uart.lend()

    def sleep(self, moment: int) -> bool:
        """Waits for `moment`, which is modulo 2^64, if that may be done within a step."""
        now, allowed = self.time.now, self.bus.on_sleep
        if allowed is None or not allowed(now + (moment - now & MOMENT)):
            return False
        self._wake()
        return True

    def stop(self) -> None:
        """Later accesses of this step change nothing."""
        self.stopped = True

    def phase_cost(self, phase: Phase) -> int:
        """The published constant."""
        return PHASE_COST[phase]

    def failed(self, error: BaseException) -> int:
        """Keeps an exception of a callback; returns what C is told."""
        if isinstance(error, BusError):
            self.bus_fault = error
            return _FAULT
        self.stopped = True
        if isinstance(error, PowerLost):
            self.power_lost = error
        else:
            self._error = error
        return _POWER_LOST

    def capture(self) -> State:
        """The ROM's memory, which holds no pointer between two steps."""
        return State(
            self.name,
            back_end=self.name,
            build=self.build,
            rom=bytes(ffi.buffer(self._rom)),
            stopped=self.stopped,
        )

    def restore(self, state: State) -> None:
        """Takes the memory of a ROM of the same build."""
        check_back_end(self.name, state)
        if state.blob("build") != self.build:
            raise SnapshotError(RESTORING, "it was taken with another ROM", "use that build")
        memory = state.blob("rom", ffi.sizeof(self._rom))
        ffi.memmove(self._rom, memory, len(memory))
        self.stopped = state.flag("stopped")
        self._view.timer_began = self._timer.began & MOMENT


def make(bus: Bus, time: LocalTime, image: str) -> NativeCpu:
    """A CPU on `bus`; raises `ChipStateError` for an image that was not built natively."""
    if image != images.SHIPPED:
        raise ChipStateError(
            f"run {image} natively", f"only {images.SHIPPED} is compiled in", "use cpu='rv32'"
        )
    return NativeCpu(bus, time)


# -- What C calls ------------------------------------------------------------------------
#
# The bodies repeat themselves on purpose: one shared wrapper would cost every access a
# second Python call.

_cpu_of: Final[Any] = ffi.from_handle
_memmove: Final[Any] = ffi.memmove
_buffer: Final[Any] = ffi.buffer


def mooring_bus_sleep(handle: Any, moment: int) -> int:
    """Waits for a moment."""
    cpu: NativeCpu = _cpu_of(handle)
    try:
        return not cpu.stopped and cpu.sleep(moment)
    except BaseException as error:
        cpu.failed(error)
    return 0


def mooring_bus_read32(handle: Any, address: int) -> int:
    """Reads a word."""
    cpu: NativeCpu = _cpu_of(handle)
    if cpu.stopped:
        return -_POWER_LOST
    try:
        return cpu.bus.read32(address)
    except BaseException as error:
        return -cpu.failed(error)


def mooring_bus_write32(handle: Any, address: int, value: int) -> int:
    """Writes a word."""
    cpu: NativeCpu = _cpu_of(handle)
    if cpu.stopped:
        return _POWER_LOST
    try:
        cpu.bus.write32(address, value)
    except BaseException as error:
        return cpu.failed(error)
    return _POWER_LOST if cpu.stopped else _OK


def mooring_bus_read_window(handle: Any, address: int, out: Any, size: int) -> int:
    """Reads consecutive words."""
    cpu: NativeCpu = _cpu_of(handle)
    if cpu.stopped:
        return _POWER_LOST
    try:
        _memmove(out, cpu.bus.read_window(address, size), size)
    except BaseException as error:
        return cpu.failed(error)
    return _OK


def mooring_bus_write_window(handle: Any, address: int, data: Any, size: int) -> int:
    """Writes consecutive words."""
    cpu: NativeCpu = _cpu_of(handle)
    if cpu.stopped:
        return _POWER_LOST
    try:
        cpu.bus.write_window(address, _buffer(data, size)[:])
    except BaseException as error:
        return cpu.failed(error)
    return _POWER_LOST if cpu.stopped else _OK


def mooring_bus_read_fifo(handle: Any, address: int, out: Any, size: int) -> int:
    """Takes bytes out of a FIFO."""
    cpu: NativeCpu = _cpu_of(handle)
    if cpu.stopped:
        return _POWER_LOST
    try:
        _memmove(out, cpu.bus.read_fifo(address, size), size)
    except BaseException as error:
        return cpu.failed(error)
    return _OK


def mooring_bus_write_fifo(handle: Any, address: int, data: Any, size: int) -> int:
    """Puts bytes into a FIFO."""
    cpu: NativeCpu = _cpu_of(handle)
    if cpu.stopped:
        return _POWER_LOST
    try:
        cpu.bus.write_fifo(address, _buffer(data, size)[:])
    except BaseException as error:
        return cpu.failed(error)
    return _OK


# cffi's own stub types the decorator as returning nothing.
_define: Final[Any] = ffi.def_extern
for _callback in (
    mooring_bus_sleep,
    mooring_bus_read32,
    mooring_bus_write32,
    mooring_bus_read_window,
    mooring_bus_write_window,
    mooring_bus_read_fifo,
    mooring_bus_write_fifo,
):
    _define()(_callback)
