# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One image: its bytes, its measurement, its symbols and lines."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from mooring_firmware.images._elf import Elf, Symbol, SymbolType
from mooring_firmware.images._lines import Row, line_rows

SHIPPED: Final = "mooring-rom-rv32imc"
FOLDER: Final = Path(__file__).resolve().parent

_MEMBER: Final = "rom_t."
_SIZE: Final = ".size"


class ImageError(LookupError):
    """There is no image of that name."""


@dataclass(frozen=True)
class Place:
    """Where a symbol lies.

    Attributes:
        address: of its first byte.
        size: bytes.
    """

    address: int
    size: int


@dataclass(frozen=True)
class Image:
    """A program as the ROM holds it.

    Attributes:
        name: of its files, without suffix.
        binary: the bytes of the ROM; the first is that of the reset vector.
        elf: the file with symbols and line numbers.
    """

    name: str
    binary: bytes
    elf: Path

    @cached_property
    def measurement(self) -> bytes:
        """SHA-384 of the binary: what the ROM controller measures."""
        return hashlib.sha384(self.binary).digest()

    @cached_property
    def symbols(self) -> Mapping[str, Place]:
        """Functions by their names; a static one whose name is not unique is ``file:name``."""
        return _functions(self._parsed.symbols)

    @cached_property
    def objects(self) -> Mapping[str, Place]:
        """Constants and the working memory, named as functions are."""
        return _places(self._parsed.symbols, SymbolType.OBJECT)

    @cached_property
    def members(self) -> Mapping[str, Place]:
        """Members of the working memory ``rom_t`` by name: offset and size (layout.c)."""
        values = {each.name: each.address for each in self._parsed.symbols}
        found = (name.removeprefix(_MEMBER) for name in values if name.startswith(_MEMBER))
        return {
            name: Place(values[_MEMBER + name], values[_MEMBER + name + _SIZE])
            for name in found
            if not name.endswith(_SIZE)
        }

    def function(self, address: int) -> str | None:
        """The name of the function that holds `address`, if one does."""
        starts, names = self._by_address
        index = bisect_right(starts, address) - 1
        if index < 0:
            return None
        place = self.symbols[names[index]]
        return names[index] if address < place.address + place.size else None

    def line(self, address: int) -> tuple[str, int] | None:
        """Source file, relative to the repository, and line of the instruction there.

        None outside the code, and for an instruction that is of no line in particular.
        """
        index = bisect_right(self._rows, address, key=lambda row: row.address) - 1
        if index < 0:
            return None
        row = self._rows[index]
        if row.end or row.line == 0:
            return None
        return row.file, row.line

    @cached_property
    def _parsed(self) -> Elf:
        return Elf(self.elf.read_bytes())

    @cached_property
    def _rows(self) -> list[Row]:
        return line_rows(self._parsed)

    @cached_property
    def _by_address(self) -> tuple[list[int], list[str]]:
        ordered = sorted(self.symbols.items(), key=lambda item: item[1].address)
        return [place.address for _, place in ordered], [name for name, _ in ordered]


def _functions(symbols: tuple[Symbol, ...]) -> Mapping[str, Place]:
    return _places(symbols, SymbolType.FUNCTION)


def _places(symbols: tuple[Symbol, ...], kind: SymbolType) -> Mapping[str, Place]:
    # A FILE symbol precedes the local symbols of its object.
    file = ""
    named: list[tuple[str, str, Symbol]] = []
    for symbol in symbols:
        if symbol.type == SymbolType.FILE:
            file = symbol.name
        elif symbol.type == kind and symbol.section != 0:
            named.append((symbol.name, file, symbol))
    names = [name for name, _, _ in named]
    return {
        (name if names.count(name) == 1 else f"{file}:{name}"): Place(symbol.address, symbol.size)
        for name, file, symbol in named
    }


@cache
def load(name: str = SHIPPED) -> Image:
    """The committed image `name`.

    Raises:
        ImageError: there is none.
    """
    binary, elf = FOLDER / f"{name}.bin", FOLDER / f"{name}.elf"
    if not binary.is_file() or not elf.is_file():
        raise ImageError(f"no image {name!r} in {FOLDER}: `make firmware` builds it")
    return Image(name, binary.read_bytes(), elf)
