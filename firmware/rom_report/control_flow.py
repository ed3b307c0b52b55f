# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reads from RV32IMC machine code where it may go: calls, jumps and returns.

Only what moves control is decoded; everything else is skipped by its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

ZERO: Final = 0
RA: Final = 1
T0: Final = 5

_AUIPC: Final = 0x17


class Kind(Enum):
    """What an instruction does to control."""

    CALL = "call"
    """Goes to `target`, with a return address in ra."""
    SAVE = "save"
    """Goes to `target`, a shared prologue that comes back through t0."""
    JUMP = "jump"
    """Goes to `target` and does not come back."""
    INDIRECT = "indirect"
    """Goes to an address in a register, as a call or for good."""


@dataclass(frozen=True)
class Transfer:
    """One instruction that moves control; `target` is 0 for an indirect one."""

    at: int
    kind: Kind
    target: int = 0


def transfers(code: bytes, base: int) -> Iterator[Transfer]:
    """Those in `code`, which lies at `base`; branches and returns are left out.

    A branch stays in its function, and a return ends it.
    """
    upper: tuple[int, int] | None = None  # register and value of an auipc just before
    at = 0
    while at < len(code):
        half = int.from_bytes(code[at : at + 2], "little")
        here = base + at
        if half & 3 != 3:
            found, upper = _compressed(half, here), None
            at += 2
        else:
            word = int.from_bytes(code[at : at + 4], "little")
            found = _full(word, here, upper)
            upper = _auipc(word, here)
            at += 4
        if found is not None:
            yield found


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


def _direct(here: int, link: int, target: int) -> Transfer:
    kind = {ZERO: Kind.JUMP, T0: Kind.SAVE}.get(link, Kind.CALL)
    return Transfer(here, kind, target & 0xFFFFFFFF)


def _auipc(word: int, here: int) -> tuple[int, int] | None:
    if word & 0x7F != _AUIPC:
        return None
    return word >> 7 & 31, here + (word & 0xFFFFF000) & 0xFFFFFFFF


def _full(word: int, here: int, upper: tuple[int, int] | None) -> Transfer | None:
    link, source = word >> 7 & 31, word >> 15 & 31
    match word & 0x7F:
        case 0x6F:  # jal
            offset = (
                (word >> 31 & 1) << 20
                | (word >> 12 & 0xFF) << 12
                | (word >> 20 & 1) << 11
                | (word >> 21 & 0x3FF) << 1
            )
            return _direct(here, link, here + _signed(offset, 21))
        case 0x67:  # jalr
            if upper is not None and upper[0] == source:
                return _direct(here, link, upper[1] + _signed(word >> 20, 12))
            return _by_register(here, link, source)
        case _:
            return None


def _by_register(here: int, link: int, source: int) -> Transfer | None:
    if link == ZERO and source in (RA, T0):
        return None  # a return
    return Transfer(here, Kind.INDIRECT)


def _compressed(half: int, here: int) -> Transfer | None:
    quadrant, function = half & 3, half >> 13
    if quadrant == 1 and function in (1, 5):  # c.jal, c.j
        offset = (
            (half >> 12 & 1) << 11
            | (half >> 11 & 1) << 4
            | (half >> 9 & 3) << 8
            | (half >> 8 & 1) << 10
            | (half >> 7 & 1) << 6
            | (half >> 6 & 1) << 7
            | (half >> 3 & 7) << 1
            | (half >> 2 & 1) << 5
        )
        return _direct(here, RA if function == 1 else ZERO, here + _signed(offset, 12))
    source, other = half >> 7 & 31, half >> 2 & 31
    if quadrant == 2 and function == 4 and other == 0 and source != 0:  # c.jr, c.jalr
        return _by_register(here, RA if half >> 12 & 1 else ZERO, source)
    return None
