# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the generated register map is made of: blocks, registers, fields, windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import cache
from typing import Final, TypeVar

WORD_BYTES: Final = 4

Encoding = TypeVar("Encoding", bound=IntEnum)


def decode(encoding: type[Encoding], value: int) -> Encoding | None:
    """The member of `encoding` that `value` stands for, or None."""
    return _members(encoding).get(value)


@cache
def _members(encoding: type[Encoding]) -> Mapping[int, Encoding]:
    return {each.value: each for each in encoding}


class Access(Enum):
    """The right that software has on a field."""

    RO = "read-only"
    WO = "write-only"
    RW = "read-write"
    RW1 = "write-once until reset"

    @property
    def readable(self) -> bool:
        """Whether a read is permitted."""
        return self is not Access.WO

    @property
    def writable(self) -> bool:
        """Whether a write is permitted."""
        return self is not Access.RO


class OnWrite(Enum):
    """What a write does to the stored bits."""

    STORE = "store"
    CLEAR_ONES = "write 1 to clear"
    SET_ONES = "one-way: write 1 to set"


@dataclass(frozen=True, slots=True)
class Field:
    """Consecutive bits of a register.

    Attributes:
        name: the field's name in ``chip.rdl``.
        lsb: number of its lowest bit.
        width: number of bits.
        access: what software may do.
        on_write: how a write changes it.
        clear_on_read: whether a read zeroes it afterwards.
        reset: value after reset, or None where the model supplies it.
        encoding: the enumeration of its values, if it has one.
    """

    name: str
    lsb: int
    width: int
    access: Access
    on_write: OnWrite = OnWrite.STORE
    clear_on_read: bool = False
    reset: int | None = None
    encoding: type[IntEnum] | None = None

    @property
    def mask(self) -> int:
        """The field's bits in the register word."""
        return ((1 << self.width) - 1) << self.lsb


@dataclass(frozen=True, slots=True)
class Register:
    """A 32-bit register, or an array of `count` equal ones in consecutive words.

    Attributes:
        name: the register's name in ``chip.rdl``.
        offset: bytes from the start of the block.
        fields: its fields, lowest first.
        count: number of words.
        fuse_page: the OTP page its words belong to, or None.
        size: bytes the register or array spans.
    """

    name: str
    offset: int
    fields: tuple[Field, ...]
    count: int = 1
    fuse_page: int | None = None
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", self.count * WORD_BYTES)

    @property
    def readable(self) -> bool:
        """Whether any field can be read."""
        return any(each.access.readable for each in self.fields)

    @property
    def writable(self) -> bool:
        """Whether any field can be written."""
        return any(each.access.writable for each in self.fields)

    @property
    def reset(self) -> int:
        """The register word after reset; fields without a reset value count as zero."""
        return sum((each.reset or 0) << each.lsb for each in self.fields)


@dataclass(frozen=True, slots=True)
class Window:
    """A memory of `words` 32-bit words inside a block or on the bus.

    Attributes:
        name: the memory's name in ``chip.rdl``.
        offset: bytes from the start of the block (of the bus, for ROM and RAM).
        words: its length.
        access: what software may do.
        size: its length in bytes.
    """

    name: str
    offset: int
    words: int
    access: Access
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", self.words * WORD_BYTES)


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of peripheral.

    Attributes:
        name: the block's type name in ``chip.rdl``.
        size: bytes from the first register to the end of the last.
        registers: in order of their offsets.
        windows: its memories.
    """

    name: str
    size: int
    registers: tuple[Register, ...]
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A block at its place on the bus."""

    name: str
    base: int
    block: Block
