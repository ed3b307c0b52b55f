# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reads what an image's ELF file says: its sections, its symbols, its bytes in ROM.

Only 32-bit little-endian files as the linker of ``firmware/build_rom.py`` writes them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

_MAGIC: Final = b"\x7fELF\x01\x01"  # 32 bits, little-endian
_SECTION: Final = struct.Struct("<10I")
_SYMBOL: Final = struct.Struct("<IIIBBH")


class SectionType(IntEnum):
    """Types of sections that matter here."""

    PROGBITS = 1
    SYMTAB = 2
    RELA = 4
    NOBITS = 8
    REL = 9


class SectionFlag(IntEnum):
    """Flags of sections."""

    WRITE = 1
    ALLOC = 2
    EXECINSTR = 4


class SymbolType(IntEnum):
    """Types of symbols that matter here."""

    NONE = 0
    OBJECT = 1
    FUNCTION = 2
    FILE = 4


@dataclass(frozen=True)
class Section:
    """One section; `data` is empty for one without bytes in the file."""

    index: int
    name: str
    type: int
    flags: int
    address: int
    size: int
    link: int
    info: int
    data: bytes


@dataclass(frozen=True)
class Symbol:
    """One entry of the symbol table; `section` is an index."""

    name: str
    address: int
    size: int
    type: int
    binding: int
    section: int


class ElfError(ValueError):
    """The file is not an ELF file of the kind read here."""


class Elf:
    """One file, parsed.

    Raises:
        ElfError: it is not a 32-bit little-endian ELF file, or ends too early.
    """

    def __init__(self, content: bytes) -> None:
        if content[: len(_MAGIC)] != _MAGIC:
            raise ElfError("not a 32-bit little-endian ELF file")
        try:
            self.sections: Final = _sections(content)
        except (struct.error, IndexError) as error:
            raise ElfError(f"damaged ELF file: {error}") from error

    def section(self, name: str) -> Section | None:
        """The section of this name, if there is one."""
        return next((each for each in self.sections if each.name == name), None)

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol with a name, in the order of the table."""
        found: list[Symbol] = []
        for table in self.sections:
            if table.type != SectionType.SYMTAB:
                continue
            names = self.sections[table.link].data
            for name, address, size, info, _, section in _SYMBOL.iter_unpack(table.data):
                if name:
                    text = _text(names, name)
                    found.append(Symbol(text, address, size, info & 15, info >> 4, section))
        return tuple(found)

    def rom(self) -> bytes:
        """The bytes of everything that is not writable, from the lowest address.

        Gaps between sections are zero.
        """
        parts = [
            each
            for each in self.sections
            if each.flags & SectionFlag.ALLOC
            and not each.flags & SectionFlag.WRITE
            and each.type != SectionType.NOBITS
            and each.size
        ]
        base = min(each.address for each in parts)
        out = bytearray(max(each.address + each.size for each in parts) - base)
        for each in parts:
            out[each.address - base : each.address - base + each.size] = each.data
        return bytes(out)


def _sections(content: bytes) -> tuple[Section, ...]:
    (offset,) = struct.unpack_from("<I", content, 32)
    count, names_index = struct.unpack_from("<HH", content, 48)
    heads = [_SECTION.unpack_from(content, offset + _SECTION.size * i) for i in range(count)]
    names_at, names_size = heads[names_index][4:6]
    names = content[names_at : names_at + names_size]
    return tuple(
        Section(
            index=index,
            name=_text(names, head[0]),
            type=head[1],
            flags=head[2],
            address=head[3],
            size=head[5],
            link=head[6],
            info=head[7],
            data=b"" if head[1] == SectionType.NOBITS else content[head[4] : head[4] + head[5]],
        )
        for index, head in enumerate(heads)
    )


def _text(table: bytes, offset: int) -> str:
    return table[offset : table.index(b"\0", offset)].decode("ascii")
