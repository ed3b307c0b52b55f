# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The register run-time: what every peripheral does the same way.

A peripheral names its generated block and marks methods as hooks::

    class Timer(Peripheral, block=TimerRegs.BLOCK):
        @on_read(TimerRegs.TIME_LO)
        def _time_lo(self) -> int: ...

The base class does reset values, access rights, write-once, write-1-to-clear, one-way
and clear-on-read bits, and raises `BusError` for everything that is not permitted.
Tables are made once a class, so that a chip costs little memory and an access two
look-ups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple, TypeVar

from mooring_models._spec import WORD_BYTES, Access, Block, Instance, OnWrite, Register, Window
from mooring_models.errors import BusError
from mooring_models.state import State

Method = TypeVar("Method", bound=Callable[..., object])
Target = Register | Window

_WORD: Final = 0xFFFFFFFF
_MARK: Final = "_register_hook"
_READ: Final = "read"
_WRITE: Final = "write"
_WRITE_WORDS: Final = "write words"
_READ_FIFO: Final = "read fifo"
_WRITE_FIFO: Final = "write fifo"


def _marker(kind: str, target: Target) -> Callable[[Method], Method]:
    def mark(method: Method) -> Method:
        method.__dict__.setdefault(_MARK, []).append((kind, target.name))
        return method

    return mark


def on_read(register: Register) -> Callable[[Method], Method]:
    """Marks ``(self) -> int``: computes the word that is read."""
    return _marker(_READ, register)


def on_write(register: Register) -> Callable[[Method], Method]:
    """Marks ``(self, value: int) -> None``: runs after the written bits are stored.

    `value` is the word as written, without the bits that cannot be written.
    """
    return _marker(_WRITE, register)


def on_write_words(target: Target) -> Callable[[Method], Method]:
    """Marks ``(self, index: int, data: bytes) -> None``: takes words of an array or window.

    The hook stores what is to be stored; `index` is the first word's.
    """
    return _marker(_WRITE_WORDS, target)


def on_read_fifo(register: Register) -> Callable[[Method], Method]:
    """Marks ``(self, count: int) -> bytes``: takes `count` bytes out of a FIFO register."""
    return _marker(_READ_FIFO, register)


def on_write_fifo(register: Register) -> Callable[[Method], Method]:
    """Marks ``(self, data: bytes) -> None``: puts bytes into a FIFO register."""
    return _marker(_WRITE_FIFO, register)


class WordRights(NamedTuple):
    """What an access to one word may do without the model: show and store, and nothing else.

    Attributes:
        shows: bits that a read shows; 0 if a read does more than that, or is refused.
        stores: bits that a write stores; 0 if a write does more than that, or is refused.
    """

    shows: int
    stores: int


_NO_RIGHTS: Final = WordRights(0, 0)


@dataclass(frozen=True, slots=True)
class _Span:
    """The words of one array or window, for block access."""

    start: int
    end: int
    readable: bool
    stored: bool
    hook: Callable[[Any, int, bytes], None] | None


class Peripheral:
    """One block at its place on the bus.

    Attributes:
        layout: the generated block.
        readers: what reads the word at an offset, for the bus; none where nothing is readable.
        rights: what may be done to each of its words in `memory`, without the model.
    """

    __slots__ = ("_base", "_name", "_once", "_slab")

    layout: ClassVar[Block]
    readers: ClassVar[dict[int, Callable[[Any], int]]]
    _writers: ClassVar[dict[int, Callable[[Any, int], None]]]
    _fifo_readers: ClassVar[dict[int, Callable[[Any, int], bytes]]]
    _fifo_writers: ClassVar[dict[int, Callable[[Any, bytes], None]]]
    _spans: ClassVar[dict[int, _Span]]
    _stored: ClassVar[dict[int, int]]
    rights: ClassVar[tuple[WordRights, ...]]
    _reset_image: ClassVar[bytes]

    def __init_subclass__(cls, *, block: Block, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.layout = block
        _build_tables(cls, block)

    def __init__(self, instance: Instance) -> None:
        """Places the peripheral at `instance`, in its state after reset."""
        self._name = instance.name
        self._base = instance.base
        self._slab = bytearray(self._reset_image)
        self._once = 0  # which write-once words were written, one bit a word

    @property
    def name(self) -> str:
        """The block's name on the bus."""
        return self._name

    @property
    def base(self) -> int:
        """Its first address on the bus."""
        return self._base

    @property
    def memory(self) -> bytearray:
        """The stored words: always this very array, least significant byte first."""
        return self._slab

    # -- Stored words, for the models ------------------------------------------

    def peek(self, register: Target, index: int = 0) -> int:
        """The stored word, without side effects or rights."""
        at = register.offset + WORD_BYTES * index
        return int.from_bytes(self._slab[at : at + WORD_BYTES], "little")

    def poke(self, register: Target, value: int, index: int = 0) -> None:
        """Stores a word, without side effects or rights."""
        at = register.offset + WORD_BYTES * index
        self._slab[at : at + WORD_BYTES] = value.to_bytes(WORD_BYTES, "little")

    def peek_bytes(self, target: Target) -> bytes:
        """All stored words of an array or window, in bytes."""
        return bytes(self._slab[target.offset : target.offset + target.size])

    def poke_bytes(self, target: Target, data: bytes, index: int = 0) -> None:
        """Stores `data` from word `index` of an array or window on."""
        at = target.offset + WORD_BYTES * index
        self._slab[at : at + len(data)] = data

    def inspect(self, offset: int) -> int:
        """The word that a read would give; nothing notices, as with a debugger's look.

        Raises:
            BusError: nothing readable is there, or reading it does more than to show a word
                that is stored.
        """
        mask = self._stored.get(offset)
        if mask is None:
            reason = "reading it would do something" if offset in self.readers else ""
            raise self.refusal(_READ, offset, reason)
        return int.from_bytes(self._slab[offset : offset + WORD_BYTES], "little") & mask

    # -- Bus side: offsets are inside the block ---------------------------------

    def read32(self, offset: int) -> int:
        """Reads a word.

        Raises:
            BusError: nothing readable is there.
        """
        reader = self.readers.get(offset)
        if reader is None:
            raise self.refusal(_READ, offset)
        return reader(self)

    def write32(self, offset: int, value: int) -> None:
        """Writes a word.

        Raises:
            BusError: nothing writable is there, or the right is used up.
        """
        writer = self._writers.get(offset)
        if writer is None:
            raise self.refusal(_WRITE, offset)
        writer(self, value)

    def read_window(self, offset: int, size: int) -> bytes:
        """Reads `size` bytes, a multiple of 4, from consecutive words."""
        span = self._spans.get(offset)
        if span is not None and span.readable and offset + size <= span.end:
            return bytes(self._slab[offset : offset + size])
        words = (self.read32(at) for at in range(offset, offset + size, WORD_BYTES))
        return b"".join(word.to_bytes(WORD_BYTES, "little") for word in words)

    def write_window(self, offset: int, data: bytes) -> None:
        """Writes bytes, a multiple of 4, to consecutive words."""
        span = self._spans.get(offset)
        if span is not None and offset + len(data) <= span.end:
            if span.hook is not None:
                span.hook(self, (offset - span.start) // WORD_BYTES, data)
                return
            if span.stored:
                self._slab[offset : offset + len(data)] = data
                return
        for at in range(0, len(data), WORD_BYTES):
            self.write32(offset + at, int.from_bytes(data[at : at + WORD_BYTES], "little"))

    def read_fifo(self, offset: int, count: int) -> bytes:
        """Takes `count` bytes out of a FIFO register."""
        reader = self._fifo_readers.get(offset)
        if reader is None:
            raise self.refusal(_READ, offset, "the register is not a FIFO")
        return reader(self, count)

    def write_fifo(self, offset: int, data: bytes) -> None:
        """Puts bytes into a FIFO register."""
        writer = self._fifo_writers.get(offset)
        if writer is None:
            raise self.refusal(_WRITE, offset, "the register is not a FIFO")
        writer(self, data)

    # -- For subclasses to extend ---------------------------------------------

    def reset(self) -> None:
        """Returns every register to its reset value."""
        self._slab[:] = self._reset_image
        self._once = 0

    def capture(self) -> State:
        """Everything that `restore` needs."""
        return State(self._name, registers=bytes(self._slab), once=self._once_text())

    def restore(self, state: State) -> None:
        """Takes the state that `capture` gave, on this or on another chip.

        Raises:
            SnapshotError: `state` is not of this kind of peripheral.
        """
        self._slab[:] = state.blob("registers", len(self._slab))
        self._once = sum(1 << int(each) // WORD_BYTES for each in state.text("once").split())

    def _once_text(self) -> str:
        offsets = range(0, self.layout.size, WORD_BYTES)
        return " ".join(str(each) for each in offsets if self._once >> each // WORD_BYTES & 1)

    def _commit(self, offset: int, register: Register, old: int, new: int) -> None:
        """Stores a word whose rights are settled; fuses do it their own way."""
        del register, old
        self._slab[offset : offset + WORD_BYTES] = new.to_bytes(WORD_BYTES, "little")

    # -- Refusals ---------------------------------------------------------------

    def refusal(self, access: str, offset: int, reason: str = "") -> BusError:
        """Why an access to `offset` is not permitted, or may not be done by inspection."""
        targets: list[Target] = [*self.layout.registers, *self.layout.windows]
        for target in targets:
            if target.offset <= offset < target.offset + target.size:
                return self._refuse(access, target, offset, reason or _right(target))
        return BusError(access, f"{self._name}+0x{offset:03X}", self._base + offset, "unmapped")

    def _refuse(self, access: str, target: Target, offset: int, reason: str) -> BusError:
        index = (offset - target.offset) // WORD_BYTES
        suffix = f"[{index}]" if target.size > WORD_BYTES else ""
        return BusError(access, f"{self._name}.{target.name}{suffix}", self._base + offset, reason)


def _right(target: Target) -> str:
    if isinstance(target, Window):
        return f"the memory is {target.access.value}"
    rights = sorted({each.access.value for each in target.fields})
    return f"the register is {' and '.join(rights)}"


# -- Tables, made once a class -------------------------------------------------


def _hooks(cls: type[Peripheral]) -> dict[tuple[str, str], Callable[..., Any]]:
    found: dict[tuple[str, str], Callable[..., Any]] = {}
    for each in reversed(cls.__mro__):
        for member in vars(each).values():
            for key in getattr(member, "__dict__", {}).get(_MARK, ()):
                found[key] = member
    return found


def _build_tables(cls: type[Peripheral], block: Block) -> None:
    hooks = _hooks(cls)
    cls.readers, cls._writers = {}, {}
    cls._fifo_readers, cls._fifo_writers, cls._spans = {}, {}, {}
    cls._stored = {}
    rights: dict[int, WordRights] = {}
    image = bytearray(block.size)
    for register in block.registers:
        fifo_reader = hooks.get((_READ_FIFO, register.name))
        if fifo_reader is not None:
            cls._fifo_readers[register.offset] = fifo_reader
        fifo_writer = hooks.get((_WRITE_FIFO, register.name))
        if fifo_writer is not None:
            cls._fifo_writers[register.offset] = fifo_writer
        for index in range(register.count):
            offset = register.offset + WORD_BYTES * index
            if register.readable:
                cls.readers[offset] = _reader(register, offset, hooks)
                if (_READ, register.name) not in hooks and fifo_reader is None:
                    cls._stored[offset] = _readable(register)
                image[offset : offset + WORD_BYTES] = register.reset.to_bytes(WORD_BYTES, "little")
            if register.writable:
                cls._writers[offset] = _writer(register, index, hooks)
            rights[offset] = _register_rights(cls, register, hooks)
        if register.count > 1:
            hook = hooks.get((_WRITE_WORDS, register.name))
            _add_span(cls, register, _Span(*_bounds(register), register.readable, False, hook))
    for window in block.windows:
        hook = hooks.get((_WRITE_WORDS, window.name))
        stored = window.access.writable
        _add_span(cls, window, _Span(*_bounds(window), window.access.readable, stored, hook))
        for index in range(window.words):
            offset = window.offset + WORD_BYTES * index
            if window.access.readable:
                cls.readers[offset] = _plain_reader(offset, _WORD)
                cls._stored[offset] = _WORD
            if stored:
                cls._writers[offset] = _window_writer(offset, index, hook)
            rights[offset] = WordRights(
                _WORD if window.access.readable else 0, _WORD if stored and hook is None else 0
            )
    cls._reset_image = bytes(image)
    offsets = range(0, block.size, WORD_BYTES)
    cls.rights = tuple(rights.get(offset, _NO_RIGHTS) for offset in offsets)


def _bounds(target: Target) -> tuple[int, int]:
    return target.offset, target.offset + target.size


def _add_span(cls: type[Peripheral], target: Target, span: _Span) -> None:
    for offset in range(span.start, span.end, WORD_BYTES):
        cls._spans[offset] = span


def _readable(register: Register) -> int:
    return sum(each.mask for each in register.fields if each.access.readable)


def _register_rights(
    cls: type[Peripheral], register: Register, hooks: dict[tuple[str, str], Callable[..., Any]]
) -> WordRights:
    """The rights of each word of `register`; none where a hook or a policy has a say."""
    hooked = {kind for kind, name in hooks if name == register.name}
    clears = any(each.clear_on_read for each in register.fields)
    shows = 0 if clears or hooked & {_READ, _READ_FIFO} else _readable(register)
    written = [each for each in register.fields if each.access.writable]
    plain = all(
        each.access is Access.RW and each.on_write is OnWrite.STORE for each in written
    ) and not hooked & {_WRITE, _WRITE_WORDS, _WRITE_FIFO}
    # Whoever extends one of these has a say in every write.
    extended = cls.write32 is not Peripheral.write32 or cls._commit is not Peripheral._commit
    stores = 0 if extended or not plain else sum(each.mask for each in written)
    return WordRights(shows, stores)


def _plain_reader(offset: int, mask: int) -> Callable[[Any], int]:
    end = offset + WORD_BYTES

    def read(self: Peripheral) -> int:
        return int.from_bytes(self._slab[offset:end], "little") & mask

    return read


def _reader(
    register: Register, offset: int, hooks: dict[tuple[str, str], Callable[..., Any]]
) -> Callable[[Any], int]:
    fifo = hooks.get((_READ_FIFO, register.name))
    if fifo is not None:
        taken = -(-register.fields[0].width // 8)
        return lambda self: int.from_bytes(fifo(self, taken), "little")
    clear = sum(each.mask for each in register.fields if each.clear_on_read)
    read: Callable[[Any], int] = hooks.get((_READ, register.name)) or _plain_reader(
        offset, _readable(register)
    )
    if not clear:
        return read

    def read_and_clear(self: Peripheral) -> int:
        value = read(self)
        stored = int.from_bytes(self._slab[offset : offset + WORD_BYTES], "little")
        self._slab[offset : offset + WORD_BYTES] = (stored & ~clear).to_bytes(WORD_BYTES, "little")
        return value

    return read_and_clear


def _window_writer(
    offset: int, index: int, hook: Callable[[Any, int, bytes], None] | None
) -> Callable[[Any, int], None]:
    end = offset + WORD_BYTES

    def write(self: Peripheral, value: int) -> None:
        data = value.to_bytes(WORD_BYTES, "little")
        if hook is not None:
            hook(self, index, data)
        else:
            self._slab[offset:end] = data

    return write


def _writer(
    register: Register, index: int, hooks: dict[tuple[str, str], Callable[..., Any]]
) -> Callable[[Any, int], None]:
    offset = register.offset + WORD_BYTES * index
    words = hooks.get((_WRITE_WORDS, register.name))
    if words is not None:
        return lambda self, value: words(self, index, value.to_bytes(WORD_BYTES, "little"))
    fifo = hooks.get((_WRITE_FIFO, register.name))
    if fifo is not None:
        return lambda self, value: fifo(self, bytes((value & 0xFF,)))
    hook = hooks.get((_WRITE, register.name))
    return _policy_writer(register, offset, hook)


def _policy_writer(
    register: Register, offset: int, hook: Callable[[Any, int], None] | None
) -> Callable[[Any, int], None]:
    end = offset + WORD_BYTES
    writable = [each for each in register.fields if each.access.writable]
    mask = sum(each.mask for each in writable)
    kept = [each for each in writable if each.access is not Access.WO]
    store = sum(each.mask for each in kept if each.on_write is OnWrite.STORE)
    clear = sum(each.mask for each in kept if each.on_write is OnWrite.CLEAR_ONES)
    raise_ = sum(each.mask for each in kept if each.on_write is OnWrite.SET_ONES)
    once = any(each.access is Access.RW1 for each in writable)
    once_bit = 1 << offset // WORD_BYTES
    if hook is not None and not kept and not once:
        told = hook
        return told if mask == _WORD else lambda self, value: told(self, value & mask)

    def write(self: Peripheral, value: int) -> None:
        if once:
            if self._once & once_bit:
                reason = f"the register is {Access.RW1.value}"
                raise self._refuse(_WRITE, register, offset, f"{reason}, and was written")
            self._once |= once_bit
        value &= mask
        if kept:
            old = int.from_bytes(self._slab[offset:end], "little")
            new = (((old & ~store) | (value & store)) & ~(value & clear)) | (value & raise_)
            self._commit(offset, register, old, new)
        if hook is not None:
            hook(self, value)

    return write
