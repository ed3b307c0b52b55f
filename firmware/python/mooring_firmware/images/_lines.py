# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reads the line tables of an image: which source line each instruction is of.

DWARF 4, section 6.2, as clang writes it for ``-gline-tables-only -gdwarf-4``: without
operations on VLIW machines, and with 32-bit lengths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from mooring_firmware.images._elf import Elf, SectionFlag

_EXTENDED: Final = 0
_COPY: Final = 1
_END_SEQUENCE: Final = 1
_SET_ADDRESS: Final = 2


class Row(NamedTuple):
    """From `address` on, instructions are of `line` of `file`; `end` ends a run of them."""

    address: int
    end: bool
    file: str
    line: int


class _Cursor:
    """Reads numbers of DWARF's kinds one after another."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data: Final = data
        self.at = at

    def fixed(self, size: int) -> int:
        value = int.from_bytes(self.data[self.at : self.at + size], "little")
        self.at += size
        return value

    def uleb(self) -> int:
        value = shift = 0
        while True:
            byte = self.fixed(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def sleb(self) -> int:
        value = shift = 0
        while True:
            byte = self.fixed(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value - (1 << shift) if byte & 0x40 else value

    def text(self) -> str:
        end = self.data.index(b"\0", self.at)
        value = self.data[self.at : end].decode("utf-8")
        self.at = end + 1
        return value


@dataclass(frozen=True)
class _Program:
    """The head of one unit's line program."""

    minimum: int
    line_base: int
    line_range: int
    opcode_base: int
    operands: tuple[int, ...]
    files: tuple[str, ...]


def line_rows(elf: Elf) -> list[Row]:
    """Every row of code that is in the image, by address; empty if there are no line tables.

    Files are named as the compiler was told, below the folder it was told it ran in.
    """
    section = elf.section(".debug_line")
    if section is None:
        return []
    rows: list[Row] = []
    cursor = _Cursor(section.data)
    while cursor.at < len(section.data):
        size = cursor.fixed(4)
        end = cursor.at + size
        program = _head(cursor)
        rows += _run(cursor, end, program)
        cursor.at = end
    # Functions that the linker left out have rows, too, as if they lay at 0.
    code = [each for each in elf.sections if each.flags & SectionFlag.EXECINSTR]
    kept = [
        row
        for row in rows
        if any(each.address <= row.address <= each.address + each.size for each in code)
    ]
    # Where one sequence ends another may begin: then the beginning counts.
    return sorted(kept, key=lambda row: (row.address, not row.end))


def _head(cursor: _Cursor) -> _Program:
    version = cursor.fixed(2)
    if version != 4:
        raise ValueError(f"line table of DWARF {version}, not 4")
    header_size = cursor.fixed(4)
    start = cursor.at + header_size
    minimum = cursor.fixed(1)
    cursor.fixed(1)  # maximum operations an instruction
    cursor.fixed(1)  # default of is_stmt
    line_base = cursor.fixed(1)
    line_base -= 256 if line_base > 127 else 0
    line_range = cursor.fixed(1)
    opcode_base = cursor.fixed(1)
    operands = tuple(cursor.fixed(1) for _ in range(opcode_base - 1))
    folders = ["firmware", *_strings(cursor)]
    files = tuple(_files(cursor, folders))
    cursor.at = start
    return _Program(minimum, line_base, line_range, opcode_base, operands, files)


def _strings(cursor: _Cursor) -> Iterator[str]:
    while text := cursor.text():
        yield text


def _files(cursor: _Cursor, folders: list[str]) -> Iterator[str]:
    while name := cursor.text():
        folder = folders[cursor.uleb()]
        cursor.uleb()  # time
        cursor.uleb()  # size
        inside = folder if folder == folders[0] else f"{folders[0]}/{folder}"
        yield f"{inside}/{name}".replace("/./", "/")


def _run(cursor: _Cursor, end: int, program: _Program) -> Iterator[Row]:
    fresh = _State(0, 1, 1)
    state = fresh
    while cursor.at < end:
        opcode = cursor.fixed(1)
        if opcode >= program.opcode_base:
            special = opcode - program.opcode_base
            state = replace(
                state,
                address=state.address + special // program.line_range * program.minimum,
                line=state.line + program.line_base + special % program.line_range,
            )
            yield state.row(program)
        elif opcode == _EXTENDED:
            size = cursor.uleb()
            after = cursor.at + size
            kind = cursor.fixed(1)
            if kind == _END_SEQUENCE:
                yield state.row(program, end=True)
                state = fresh
            elif kind == _SET_ADDRESS:
                state = replace(state, address=cursor.fixed(4))
            cursor.at = after
        elif opcode == _COPY:
            yield state.row(program)
        else:
            state = _standard(cursor, opcode, program, state)


@dataclass(frozen=True)
class _State:
    address: int
    file: int
    line: int

    def row(self, program: _Program, end: bool = False) -> Row:
        return Row(self.address, end, program.files[self.file - 1], self.line)


def _standard(cursor: _Cursor, opcode: int, program: _Program, state: _State) -> _State:
    match opcode:
        case 2:  # DW_LNS_advance_pc
            return replace(state, address=state.address + cursor.uleb() * program.minimum)
        case 3:  # DW_LNS_advance_line
            return replace(state, line=state.line + cursor.sleb())
        case 4:  # DW_LNS_set_file
            return replace(state, file=cursor.uleb())
        case 8:  # DW_LNS_const_add_pc
            step = (255 - program.opcode_base) // program.line_range
            return replace(state, address=state.address + step * program.minimum)
        case 9:  # DW_LNS_fixed_advance_pc
            return replace(state, address=state.address + cursor.fixed(2))
        case _:
            for _ in range(program.operands[opcode - 1]):
                cursor.uleb()
            return state
