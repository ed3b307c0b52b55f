# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a fault may do to an instruction, and how many such faults there are.

A model numbers its faults, so that a sample is a set of numbers and every fault can be
named and repeated: point by point of the golden run, then choice by choice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import Final

from mooring_lab.faults import isa
from mooring_models.cpu.rv32.core import Fault, FaultKind

PAIR_WINDOW: Final = 32
"""A second skip comes at most so many instructions after the first."""
_BITS: Final = 32
_ONES: Final = 0xFFFFFFFF


class Group(Enum):
    """What is counted together."""

    SINGLE = "single"
    """One fault."""
    PAIR = "pairs"
    """Two skips, close to each other."""
    TWIN = "twins"
    """One instruction struck in two corresponding executions."""


class Model(Enum):
    """A kind of fault."""

    SKIP_1 = "skip-1"
    SKIP_2 = "skip-2"
    OPCODE = "opcode"
    REGISTER = "register"
    ZERO = "zero"
    ONES = "ones"
    MEMORY = "memory"
    PAIR = "pair"
    TWIN_SKIP = "twin-skip"
    TWIN_ZERO = "twin-zero"

    @property
    def title(self) -> str:
        """What it does, in a few words."""
        return _TITLES[self]

    @property
    def group(self) -> Group:
        """What it is counted with."""
        match self:
            case Model.PAIR:
                return Group.PAIR
            case Model.TWIN_SKIP | Model.TWIN_ZERO:
                return Group.TWIN
            case _:
                return Group.SINGLE


_TITLES: Final = {
    Model.SKIP_1: "skip one instruction",
    Model.SKIP_2: "skip two instructions",
    Model.OPCODE: "flip one bit of the opcode",
    Model.REGISTER: "flip one bit of a register it reads or writes",
    Model.ZERO: "its result becomes zero",
    Model.ONES: "its result becomes all ones",
    Model.MEMORY: "flip one bit of the ROM's memory",
    Model.PAIR: f"two skips within {PAIR_WINDOW} instructions",
    Model.TWIN_SKIP: "skip it in two corresponding executions",
    Model.TWIN_ZERO: "its result becomes zero in two corresponding executions",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One instruction of the golden run.

    Attributes:
        index: how many came before it.
        pc: where it lies.
        encoding: 16 or 32 bits.
        heart: whether it is one of those instructions of the decision section that judge,
            and not of those that parse, copy or save registers for them.
    """

    index: int
    pc: int
    encoding: int
    heart: bool = False


@dataclass(frozen=True)
class Region:
    """A part of the working memory.

    Attributes:
        name: of the member of ``rom_t``.
        address: of its first byte.
        size: bytes, a multiple of 4 after rounding out to words.
    """

    name: str
    address: int
    size: int


@dataclass(frozen=True, slots=True)
class Again:
    """Where the second of two equal faults strikes.

    The first may change how many instructions lie between, so that the place is named by
    what happens and not by a number alone.

    Attributes:
        index: of the instruction in the run without a fault.
        anchor: address of the function that executes it.
        entries: the how manieth call of that after the first fault is the right one.
        rank: the how manieth execution of the instruction in that call it is, from 0.
    """

    index: int
    anchor: int
    entries: int
    rank: int


@dataclass(frozen=True, slots=True)
class Injection:
    """One fault, or two.

    Attributes:
        model: its kind.
        point: the instruction it strikes first.
        faults: what the core is asked for.
        text: what is struck, for people.
        again: where the same strikes a second time.
    """

    model: Model
    point: Point
    faults: tuple[Fault, ...]
    text: str
    again: Again | None = None


class Population:
    """All faults of one model over the points of one golden run.

    Args:
        model: the kind.
        points: in ascending order of index.
        regions: memory that MEMORY strikes.
        last: index of the last instruction of the run; a pair's second skip is not behind it.
        again: what TWIN_* strike a second time, one for each of `points`.
    """

    def __init__(
        self,
        model: Model,
        points: Sequence[Point],
        regions: Sequence[Region],
        last: int,
        again: Sequence[Again] = (),
    ) -> None:
        self.model: Final = model
        self._points: Final = points
        self._again: Final = again
        self._words: Final = [
            (region, address)
            for region in regions
            for address in range(region.address, region.address + region.size, 4)
        ]
        self._last: Final = last
        self._ends: Final = list(accumulate(self._choices(point) for point in points))
        self._hearts: Final = [at for at, point in enumerate(points) if point.heart]
        self._heart_ends: Final = list(accumulate(self._choices(points[at]) for at in self._hearts))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> Injection:
        """The fault of that number, 0 to ``len - 1``."""
        at = bisect_right(self._ends, number)
        choice = number - (self._ends[at - 1] if at else 0)
        point = self._points[at]
        faults, text = self._make(point, choice)
        again = self._again[at] if self._again else None
        return Injection(self.model, point, faults, text, again)

    def __iter__(self) -> Iterator[Injection]:
        return (self[number] for number in range(len(self)))

    @property
    def hearts(self) -> int:
        """How many of the faults strike the heart of the decision."""
        return self._heart_ends[-1] if self._heart_ends else 0

    def heart(self, place: int) -> int:
        """The number of the fault in that place, 0 to ``hearts - 1``, among those."""
        at = bisect_right(self._heart_ends, place)
        choice = place - (self._heart_ends[at - 1] if at else 0)
        point = self._hearts[at]
        return choice + (self._ends[point - 1] if point else 0)

    def _choices(self, point: Point) -> int:
        registers = isa.operands(point.encoding)
        match self.model:
            case Model.SKIP_1 | Model.SKIP_2 | Model.TWIN_SKIP:
                return 1
            case Model.OPCODE:
                return 8 * isa.length(point.encoding)
            case Model.REGISTER:
                return _BITS * (len(registers.reads) + (registers.writes is not None))
            case Model.ZERO | Model.ONES | Model.TWIN_ZERO:
                return int(registers.writes is not None)
            case Model.MEMORY:
                return _BITS * len(self._words)
            case Model.PAIR:
                return max(0, min(PAIR_WINDOW, self._last - point.index))

    def _make(self, point: Point, choice: int) -> tuple[tuple[Fault, ...], str]:
        at = point.index
        match self.model:
            case Model.SKIP_1:
                return (Fault(at, FaultKind.SKIP, 1),), "skipped"
            case Model.SKIP_2:
                return (Fault(at, FaultKind.SKIP, 2),), "skipped with the next"
            case Model.OPCODE:
                return (Fault(at, FaultKind.OPCODE, 1 << choice),), f"bit {choice} flipped"
            case Model.REGISTER:
                return self._register(point, *divmod(choice, _BITS))
            case Model.ZERO:
                return (Fault(at, FaultKind.RESULT, 0),), "result zero"
            case Model.ONES:
                return (Fault(at, FaultKind.RESULT, _ONES),), "result all ones"
            case Model.MEMORY:
                word, bit = divmod(choice, _BITS)
                region, address = self._words[word]
                offset = address - region.address
                text = f"bit {bit} of {region.name}+{offset} flipped"
                return (Fault(at, FaultKind.MEMORY, address, 1 << bit),), text
            case Model.PAIR:
                second = at + 1 + choice
                faults = (Fault(at, FaultKind.SKIP, 1), Fault(second, FaultKind.SKIP, 1))
                return faults, f"skipped, and another {choice + 1} later"
            case Model.TWIN_SKIP:
                return (Fault(at, FaultKind.SKIP, 1),), "skipped twice"
            case Model.TWIN_ZERO:
                return (Fault(at, FaultKind.RESULT, 0),), "result zero twice"

    @staticmethod
    def _register(point: Point, which: int, bit: int) -> tuple[tuple[Fault, ...], str]:
        registers = isa.operands(point.encoding)
        if which < len(registers.reads):
            register = registers.reads[which]
            fault = Fault(point.index, FaultKind.REGISTER, register, 1 << bit)
            return (fault,), f"bit {bit} of x{register} flipped before it"
        register = registers.writes or 0  # there is one, or there were no such choice
        fault = Fault(point.index + 1, FaultKind.REGISTER, register, 1 << bit)
        return (fault,), f"bit {bit} of x{register} flipped after it"
