# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The RV32IMC core from Python; `rv32.h` says what each thing means.

Bus accesses come back as callbacks.  None may raise into C: a `BusError` becomes an
access fault, everything else stops the core before the access and is raised again once
C has returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mooring_models.cpu.rv32._rv32 import ffi, lib
from mooring_models.errors import BusError, ModelError, SnapshotError

PC: Final[int] = lib.kRv32Pc
"""Number of the program counter, behind those of x0 to x31."""
REGISTERS: Final = 32

_OK: Final[int] = lib.kRv32BusOk
_FAULT: Final[int] = lib.kRv32BusFault
_STOP: Final[int] = lib.kRv32BusStop
_LAST: Final[int] = lib.kRv32BusLast
_WORD_MASK: Final = 0xFFFFFFFF
_NO_TRAP: Final = 0xFFFFFFFF
_LINE_BYTES: Final = 64


class CoreError(ModelError):
    """What was asked of the core makes no sense there."""


class Stop(IntEnum):
    """Why `Core.run` returned."""

    WFI = lib.kRv32Wfi
    """A wfi has executed, and nothing that mie enables is pending."""
    BUDGET = lib.kRv32Budget
    """As many instructions have executed as were allowed."""
    STOPPED = lib.kRv32Stopped
    """`Core.stop` was called by the bus."""
    BREAKPOINT = lib.kRv32Breakpoint
    """A breakpoint is at the pc; its instruction has not executed."""
    LOCKUP = lib.kRv32Lockup
    """A trap led out of ROM or into itself: only a reset helps."""


class FaultKind(IntEnum):
    """What a fault does to an instruction."""

    SKIP = lib.kRv32FaultSkip
    """`a` instructions from it on do not happen."""
    OPCODE = lib.kRv32FaultOpcode
    """Bits `a` of its encoding are flipped, this once."""
    REGISTER = lib.kRv32FaultRegister
    """Before it, bits `b` of register `a` are flipped."""
    MEMORY = lib.kRv32FaultMemory
    """Before it, bits `b` of the word of RAM at `a` are flipped."""
    RESULT = lib.kRv32FaultResult
    """After it, its rd, if it writes one, becomes `a`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, at the instruction of index `at`; see `FaultKind`."""

    at: int
    kind: FaultKind
    a: int
    b: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where memories lie: byte addresses and sizes, multiples of 256.

    Attributes:
        rom_base: executable and never written; also the reset vector.
        rom_bytes: at most 64 KiB.
        ram_base: read and written, never executed.
        ram_bytes: its size.
    """

    rom_base: int
    rom_bytes: int
    ram_base: int
    ram_bytes: int


class Bus(Protocol):
    """What is in neither ROM nor RAM."""

    def read32(self, address: int) -> int:
        """Reads an aligned word; raises BusError for an access fault."""
        ...

    def write32(self, address: int, value: int) -> None:
        """Writes an aligned word; raises BusError for an access fault."""
        ...


class Strike:
    """What has become of one fault; follows the core until other faults are set."""

    __slots__ = ("_fault", "_owner")

    def __init__(self, owner: Any, number: int) -> None:
        self._owner: Final = owner  # keeps the array that C writes to
        self._fault: Final[Any] = owner[number]

    @property
    def struck(self) -> bool:
        """Whether it was applied."""
        return bool(self._fault.struck)

    @property
    def pc(self) -> int | None:
        """Of the instruction it was applied to, or None."""
        return int(self._fault.pc) if self._fault.struck else None


class Snapshot:
    """Registers, CSRs, counters and RAM of a core; quick to go back to."""

    __slots__ = ("_pointer",)

    def __init__(self, pointer: Any) -> None:
        self._pointer: Final = ffi.gc(pointer, lib.rv32_snapshot_free)


class Profile:
    """Counts instructions by their place in ROM, while it is the core's."""

    __slots__ = ("_base", "_executed", "_halfwords", "_taken")

    def __init__(self, layout: Layout) -> None:
        self._base: Final = layout.rom_base
        self._halfwords: Final = layout.rom_bytes // 2
        self._executed: Final[Any] = ffi.new("uint64_t[]", self._halfwords)
        self._taken: Final[Any] = ffi.new("uint64_t[]", self._halfwords)

    def executed(self, address: int) -> int:
        """How often the instruction at `address` has executed."""
        return int(self._executed[self._index(address)])

    def taken(self, address: int) -> int:
        """How often the conditional branch at `address` was taken."""
        return int(self._taken[self._index(address)])

    def counts(self) -> dict[int, int]:
        """Address and count of every instruction that has executed."""
        counts = ffi.unpack(self._executed, self._halfwords)
        return {self._base + 2 * at: int(count) for at, count in enumerate(counts) if count}

    def _index(self, address: int) -> int:
        index, odd = divmod(address - self._base, 2)
        if odd or not 0 <= index < self._halfwords:
            raise CoreError(f"look up 0x{address:08X}", "no halfword of ROM")
        return index


class Core:
    """One core with its ROM and RAM.

    Attributes:
        layout: where its memories lie.
        bus: what it reaches beyond them.
    """

    __slots__ = (
        "__weakref__",
        "_core",
        "_error",
        "_faults",
        "_handle",
        "_profile",
        "_stopping",
        "_trace",
        "bus",
        "layout",
    )

    def __init__(self, layout: Layout, rom: bytes, bus: Bus) -> None:
        """A core in reset.

        Args:
            layout: the memories.
            rom: its content from `layout.rom_base` on; the rest is zero, which is no
                instruction.
            bus: what answers elsewhere.

        Raises:
            CoreError: the layout is malformed, or the ROM does not fit.
        """
        if len(rom) > layout.rom_bytes:
            found = f"{len(rom)} bytes for {layout.rom_bytes} of ROM"
            raise CoreError("make a core", found)
        self.layout: Final = layout
        self.bus = bus
        self._handle: Final[Any] = ffi.new_handle(self)
        numbers = (layout.rom_base, layout.rom_bytes, layout.ram_base, layout.ram_bytes)
        for number in numbers:
            _unsigned("make a core", number)
        core = lib.rv32_new(
            ffi.new("rv32_layout_t *", numbers),
            rom.ljust(layout.rom_bytes, b"\0"),
            lib.mooring_rv32_read,
            lib.mooring_rv32_write,
            self._handle,
        )
        if core == ffi.NULL:
            raise CoreError("make a core", f"no such memories: {layout}")
        self._core: Final[Any] = ffi.gc(core, lib.rv32_free)
        self._error: BaseException | None = None
        self._stopping = False
        # C refers to these: they live as long as it may.
        self._faults: Any = None
        self._trace: Any = None
        self._profile: Profile | None = None

    # -- Running -------------------------------------------------------------------------

    def reset(self) -> None:
        """Registers, CSRs, counters and RAM zero, the pc at the reset vector."""
        lib.rv32_reset(self._core)

    def run(self, budget: int) -> Stop:
        """Executes at most `budget` instructions.

        Raises:
            CoreError: `budget` is negative, or no number of 64 bits.
            BaseException: what the bus raised, other than BusError; the access has not
                happened, and would be the next thing to happen.
        """
        self._stopping = False
        stop = Stop(lib.rv32_run(self._core, _unsigned("run", budget, 64)))
        error, self._error = self._error, None
        if error is not None:
            raise error
        return stop

    def stop(self) -> None:
        """Called by the bus during an access: the core stops behind it."""
        self._stopping = True

    def set_external_irq(self, level: bool) -> None:
        """Drives the external interrupt line, mip.MEIP."""
        lib.rv32_set_external_irq(self._core, level)

    def set_timer_irq(self, level: bool) -> None:
        """Drives the timer interrupt line, mip.MTIP."""
        lib.rv32_set_timer_irq(self._core, level)

    # -- State ---------------------------------------------------------------------------

    def get(self, register: int) -> int:
        """A register: 0 to 31, or `PC`."""
        return int(lib.rv32_get(self._core, _register(register)))

    def set(self, register: int, value: int) -> None:
        """Writes a register; x0 stays zero, and bit 0 of the pc, too."""
        lib.rv32_set(self._core, _register(register), value & _WORD_MASK)

    @property
    def pc(self) -> int:
        """Address of the next instruction; of the present one during a bus access."""
        return int(lib.rv32_get(self._core, PC))

    def csr(self, number: int) -> int:
        """A CSR's value; 0 if the core has none of that number."""
        return int(lib.rv32_get_csr(self._core, _unsigned("read a CSR", number)))

    def set_csr(self, number: int, value: int) -> None:
        """Writes a CSR as an instruction would; ignored where that would trap."""
        _unsigned("write a CSR", number)
        lib.rv32_set_csr(self._core, number, value & _WORD_MASK)

    @property
    def instret(self) -> int:
        """Index of the next instruction; of the present one during a bus access.

        The CSR minstret is another count: software writes it, and traps do not retire.
        """
        return int(lib.rv32_instret(self._core))

    @property
    def trap_cause(self) -> int | None:
        """mcause of the last trap since reset, or None; mepc and mtval tell more."""
        cause = int(lib.rv32_trap_cause(self._core))
        return None if cause == _NO_TRAP else cause

    def read_memory(self, address: int, size: int) -> bytes:
        """Bytes of ROM or RAM.

        Raises:
            CoreError: they are not all in one of them.
        """
        _unsigned("read memory", address)
        out = ffi.new("uint8_t[]", _unsigned("read memory", size))
        if lib.rv32_read_memory(self._core, address, out, size) != 0:
            raise CoreError(f"read {size} bytes at 0x{address:08X}", "no memory there")
        return bytes(ffi.buffer(out, size))

    def write_memory(self, address: int, data: bytes) -> None:
        """Writes RAM, or patches ROM for a test.

        Raises:
            CoreError: the bytes are not all in one of them.
        """
        _unsigned("write memory", address)
        if lib.rv32_write_memory(self._core, address, data, len(data)) != 0:
            raise CoreError(f"write {len(data)} bytes at 0x{address:08X}", "no memory there")

    def snapshot(self) -> Snapshot:
        """The state, to go back to with `restore`."""
        pointer = lib.rv32_snapshot_new(self._core)
        if pointer == ffi.NULL:
            raise MemoryError
        return Snapshot(pointer)

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back; in no time if it is the last one taken or restored.

        Raises:
            SnapshotError: it is of a core with another size of RAM.
        """
        if lib.rv32_snapshot_restore(self._core, snapshot._pointer) != 0:
            raise SnapshotError("restore the core", "another size of RAM")

    def save(self) -> bytes:
        """The state as bytes, for a file."""
        size = lib.rv32_image_size(self._core)
        out = ffi.new("uint8_t[]", size)
        lib.rv32_image_save(self._core, out)
        return bytes(ffi.buffer(out, size))

    def load(self, image: bytes) -> None:
        """Takes what `save` gave.

        Raises:
            SnapshotError: it is damaged, or of a core with another layout.
        """
        if lib.rv32_image_load(self._core, image, len(image)) != 0:
            raise SnapshotError("load the core's state", "damaged, or of another layout")

    # -- Faults --------------------------------------------------------------------------

    def set_faults(self, faults: Sequence[Fault]) -> tuple[Strike, ...]:
        """Arranges faults, in ascending order of `at`, in place of earlier ones.

        `reset`, `restore` and `load` end them.

        Returns:
            what becomes of each.

        Raises:
            CoreError: they are too many, unordered or malformed.
        """
        numbers = [(each.at, each.kind, each.a, each.b) for each in faults]
        for at, *words in numbers:
            _unsigned("set faults", at, 64)
            for word in words:
                _unsigned("set faults", word)
        owner = ffi.new("rv32_fault_t[]", numbers)
        if lib.rv32_set_faults(self._core, owner, len(faults)) != 0:
            raise CoreError("set faults", f"too many, unordered or malformed: {faults}")
        self._faults = owner
        return tuple(Strike(owner, number) for number in range(len(faults)))

    # -- Observation ---------------------------------------------------------------------

    def set_breakpoint(self, address: int, stop: bool = True) -> None:
        """Stops, or no longer stops, before the instruction at `address`.

        Raises:
            CoreError: `address` is no halfword of ROM.
        """
        _unsigned("set a breakpoint", address)
        if lib.rv32_set_breakpoint(self._core, address, stop) != 0:
            raise CoreError(f"set a breakpoint at 0x{address:08X}", "no halfword of ROM")

    def trace(self, capacity: int) -> None:
        """Records the pc of each instruction from now on, so many at most; 0 ends it."""
        _unsigned("trace", capacity)
        buffer: Any = ffi.new("uint32_t[]", capacity) if capacity else ffi.NULL
        lib.rv32_trace(self._core, buffer, capacity)
        self._trace = buffer

    @property
    def traced(self) -> NDArray[np.uint32]:
        """What the trace has recorded."""
        size = 4 * int(lib.rv32_traced(self._core))
        recorded = bytes(ffi.buffer(self._trace, size)) if size else b""
        return np.frombuffer(recorded, dtype=np.uint32)

    def profile(self) -> Profile:
        """Counts instructions from now on."""
        self._profile = Profile(self.layout)
        lib.rv32_profile(self._core, self._profile._executed, self._profile._taken)
        return self._profile

    def end_profile(self) -> None:
        """Counts no more."""
        lib.rv32_profile(self._core, ffi.NULL, ffi.NULL)
        self._profile = None

    def disassemble(self, address: int) -> str:
        """The instruction at `address` as text.

        Raises:
            CoreError: there is none in ROM or RAM.
        """
        encoding = int.from_bytes(self.read_memory(address, 2), "little")
        if length(encoding) == 4:
            encoding = int.from_bytes(self.read_memory(address, 4), "little")
        return disassemble(address, encoding)

    def _failed(self, error: BaseException) -> int:
        """Keeps an exception of a callback; returns what C is told."""
        if isinstance(error, BusError):
            return _FAULT
        self._error = error
        return _STOP


def length(halfword: int) -> int:
    """Bytes of the instruction that begins with `halfword`."""
    return int(lib.rv32_length(halfword))


def disassemble(address: int, encoding: int) -> str:
    """The instruction of this encoding as text, or "illegal"."""
    line = ffi.new("char[]", _LINE_BYTES)
    size = lib.rv32_disassemble(address, encoding, line, _LINE_BYTES)
    return bytes(ffi.buffer(line, size)).decode("ascii")


def _unsigned(action: str, number: int, bits: int = 32) -> int:
    """`number`, which C takes as an unsigned one of `bits` bits."""
    if not 0 <= number < 1 << bits:
        raise CoreError(action, f"{number} is no unsigned number of {bits} bits")
    return number


def _register(number: int) -> int:
    if not 0 <= number <= PC:
        raise CoreError(f"access register {number}", f"there are 0 to {PC}")
    return number


# -- What C calls ------------------------------------------------------------------------


def mooring_rv32_read(handle: Any, _instret: int, address: int, out: Any) -> int:
    """Reads a word into `out`."""
    core: Core = ffi.from_handle(handle)
    try:
        out[0] = core.bus.read32(address)
    except BaseException as error:
        return core._failed(error)
    return _LAST if core._stopping else _OK


def mooring_rv32_write(handle: Any, _instret: int, address: int, value: int) -> int:
    """Writes a word."""
    core: Core = ffi.from_handle(handle)
    try:
        core.bus.write32(address, value)
    except BaseException as error:
        return core._failed(error)
    return _LAST if core._stopping else _OK


# cffi's own stub types the decorator as returning nothing.
_define: Final[Any] = ffi.def_extern
for _callback in (mooring_rv32_read, mooring_rv32_write):
    _define()(_callback)
