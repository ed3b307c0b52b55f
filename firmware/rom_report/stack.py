# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The deepest stack of an image, from its machine code and the compiler's frame sizes.

Calls are read from the linked code, frames from the section ``.stack_sizes``.  A call
through a pointer goes to some entry of a constant table: `POINTERS` names it for each
function that makes such a call.  Anything that would make the figure a guess is an error:
recursion, a call through another pointer, a function without a known frame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mooring_firmware.images._elf import Elf, Symbol, SymbolType
from rom_report.control_flow import Kind, transfers

# The table that each function with an indirect call takes its target from.
POINTERS: Final[Mapping[str, str]] = {
    "mooring_machine_step": "kRomStates",
    "mooring_serve_receive": "kCommands",
}
# Where a stack begins: reset and trap, both with a pointer at the top.
ROOTS: Final = ("_start", "mooring_trap_entry")

# Assembly keeps nothing on the stack, but for the shared prologues and epilogues, which
# belong to the frames that the compiler tells.
_SHARED: Final = re.compile(r"__riscv_(save|restore)_\d+")


class StackError(Exception):
    """The deepest stack cannot be told; the message says where and why."""


@dataclass(frozen=True)
class Frame:
    """One function on the deepest path, and the bytes that it keeps on the stack."""

    function: str
    size_bytes: int


@dataclass(frozen=True)
class _Function:
    symbol: Symbol
    frame: int
    calls: set[int] = field(default_factory=set[int])
    jumps: set[int] = field(default_factory=set[int])


class CallGraph:
    """Functions of an image, what each keeps on the stack, and where each goes.

    Raises:
        StackError: from any member, if the code has what the module's text excludes.
    """

    def __init__(self, elf: Elf) -> None:
        self._elf: Final = elf

    def deepest(self) -> tuple[Frame, ...]:
        """The path from a root whose frames take the most bytes together."""
        paths: dict[int, tuple[Frame, ...]] = {}
        roots = [self._root(name) for name in ROOTS]
        return max((self._path(root, paths, ()) for root in roots), key=total_bytes)

    @cached_property
    def _frames(self) -> Mapping[int, int]:
        section = self._elf.section(".stack_sizes")
        if section is None:
            raise StackError("the image has no .stack_sizes: compile with -fstack-size-section")
        frames: dict[int, int] = {}
        at = 0
        while at < section.size:
            address = int.from_bytes(section.data[at : at + 4], "little")
            at += 4
            size = shift = 0
            while True:
                byte = section.data[at]
                at += 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            frames[address] = size
        return frames

    @cached_property
    def _functions(self) -> Mapping[int, _Function]:
        """By address; of several names of one address, the first."""
        found: dict[int, _Function] = {}
        for symbol in self._elf.symbols:
            if symbol.type != SymbolType.FUNCTION or symbol.address in found:
                continue
            frame = self._frames.get(symbol.address)
            if frame is None and not self._is_assembly(symbol):
                raise StackError(f"{symbol.name}: its frame is not known")
            found[symbol.address] = _Function(symbol, frame or 0)
        for function in found.values():
            self._connect(function, found)
        return found

    def _is_assembly(self, symbol: Symbol) -> bool:
        # Local names belong to C here: assembly has only global ones.
        return symbol.binding != 0

    def _connect(self, function: _Function, known: Mapping[int, _Function]) -> None:
        symbol = function.symbol
        for each in transfers(self._code(symbol), symbol.address):
            if each.kind is Kind.INDIRECT:
                # As a call even where it is a jump: then the figure is an upper bound.
                function.calls.update(self._pointers(symbol))
            elif symbol.address <= each.target < symbol.address + symbol.size:
                continue
            elif each.target not in known:
                raise StackError(f"{symbol.name}+{each.at - symbol.address}: goes to no function")
            elif _SHARED.fullmatch(known[each.target].symbol.name) is not None:
                continue
            elif each.kind is Kind.SAVE:
                raise StackError(f"{symbol.name}: calls another function through t0")
            elif each.kind is Kind.CALL:
                function.calls.add(each.target)
            else:
                function.jumps.add(each.target)

    def _code(self, symbol: Symbol) -> bytes:
        section = self._elf.sections[symbol.section]
        start = symbol.address - section.address
        return section.data[start : start + symbol.size]

    def _pointers(self, caller: Symbol) -> set[int]:
        if caller.name not in POINTERS:
            raise StackError(f"{caller.name}: calls through a pointer that no table is named for")
        name = POINTERS[caller.name]
        functions = {
            symbol.address for symbol in self._elf.symbols if symbol.type == SymbolType.FUNCTION
        }
        targets = functions & self._words(self._symbol(name))
        if not targets:
            raise StackError(f"{name}: a table without functions")
        return targets

    def _words(self, table: Symbol) -> set[int]:
        data = self._code(table)
        return {int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)}

    def _symbol(self, name: str) -> Symbol:
        for symbol in self._elf.symbols:
            if symbol.name == name:
                return symbol
        raise StackError(f"there is no {name}")

    def _root(self, name: str) -> int:
        return self._symbol(name).address

    def _path(
        self, address: int, paths: dict[int, tuple[Frame, ...]], above: tuple[int, ...]
    ) -> tuple[Frame, ...]:
        if address in above:
            names = " > ".join(self._functions[each].symbol.name for each in (*above, address))
            raise StackError(f"recursion: {names}")
        if address in paths:
            return paths[address]
        function = self._functions[address]
        chain = (*above, address)
        own = Frame(function.symbol.name, function.frame)
        options = [(own, *self._path(each, paths, chain)) for each in sorted(function.calls)]
        # A jump to a function leaves this one's frame first.
        gone = Frame(function.symbol.name, 0)
        options += [(gone, *self._path(each, paths, chain)) for each in sorted(function.jumps)]
        paths[address] = max([(own,), *options], key=total_bytes)
        return paths[address]


def total_bytes(path: tuple[Frame, ...]) -> int:
    """What the frames of a path take together."""
    return sum(each.size_bytes for each in path)
