# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What an instruction of the core is about to load or store, and who wants to know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from mooring_models.cpu.rv32.core import Core

_ADDRESS_MASK: Final = 0xFFFFFFFF
# The core's own words for a load or a store: "lbu a0, -4(sp)".
_FORM: Final = re.compile(r"([ls])([bhw])u? \w+, (-?\d+)\((\w+)\)")
_SIZES: Final = {"b": 1, "h": 2, "w": 4}
_REGISTERS: Final = {
    **{name: number for number, name in enumerate(("zero", "ra", "sp", "gp", "tp"))},
    **{f"t{n}": (5 if n < 3 else 25) + n for n in range(7)},
    **{f"s{n}": (8 if n < 2 else 16) + n for n in range(12)},
    **{f"a{n}": 10 + n for n in range(8)},
}


@dataclass(frozen=True)
class Watch:
    """Addresses that are watched.

    Attributes:
        span: the addresses.
        loads: whether loads from there are told.
        stores: whether stores to there are.
    """

    span: range
    loads: bool
    stores: bool


class _Access(NamedTuple):
    register: int
    offset: int
    size: int
    store: bool


class Lookout:
    """Tells accesses before they happen, one instruction at a time."""

    __slots__ = ("_accesses", "_core", "watches")

    def __init__(self, core: Core) -> None:
        self._core: Final = core
        self._accesses: Final[dict[int, _Access | None]] = {}
        self.watches: Final[set[Watch]] = set()

    def next_hit(self) -> Watch | None:
        """The watch that the next instruction is about to run into, or None."""
        core = self._core
        pc = core.pc
        if pc not in self._accesses:
            self._accesses[pc] = _access(core, pc)
        access = self._accesses[pc]
        if access is None:
            return None
        begin = (core.get(access.register) + access.offset) & _ADDRESS_MASK
        for watch in self.watches:
            told = watch.stores if access.store else watch.loads
            if told and begin < watch.span.stop and watch.span.start < begin + access.size:
                return watch
        return None


def _access(core: Core, pc: int) -> _Access | None:
    """What the instruction at `pc`, which is in ROM, loads or stores."""
    match = _FORM.fullmatch(core.disassemble(pc))
    if match is None:
        return None
    kind, size, offset, register = match.groups()
    return _Access(_REGISTERS[register], int(offset), _SIZES[size], kind == "s")
