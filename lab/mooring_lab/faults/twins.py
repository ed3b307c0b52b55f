# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The instructions of a run that execute again in a corresponding execution of their function.

The ROM asks everything twice, with the same code.  Whoever strikes an instruction once can
strike it again when it comes round, so that both answers are wrong alike.

Two executions of a function correspond if it has few of them, such as the two judgements,
the two parses of the frames, or the key's look-up for each token; of a function that is
called all over only executions that follow each other do, outside of those pairs.  In two
that correspond the first execution of an instruction has its twin in the first of the
other, the second in the second, and so on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mooring_lab.faults import isa
from mooring_lab.faults.layout import Layout, Numbers, Pcs
from mooring_models.cpu.rv32_cpu import LAYOUT

Mask: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]

FEW: Final = 4
"""Executions of a function that all correspond to each other, at most."""
_LINKS: Final = (1, 5)  # ra, and t0 of the calls that save registers
_JAL: Final = 0x6F
_JALR: Final = 0x67
_PLACES: Final = LAYOUT.rom_bytes // 2


class Twin(NamedTuple):
    """Two executions of one instruction, and how the second is found once the first is struck.

    A fault may change how many instructions lie between them, so that the second is named
    by what happens and not by a number.

    Attributes:
        first: place in the run.
        second: place in the run without a fault.
        anchor: address of the function in which the second lies.
        entries: the how manieth call of it after the first is the right one.
        rank: the how manieth execution of the instruction in that call is the second, from 0.
    """

    first: int
    second: int
    anchor: int
    entries: int
    rank: int


@dataclass(frozen=True, slots=True)
class Call:
    """One execution of a function.

    Attributes:
        function: number of it.
        start: place of its first instruction in the run.
        end: place behind its last one.
    """

    function: int
    start: int
    end: int

    def holds(self, other: Call) -> bool:
        """Whether `other` is a part of it."""
        return self.start <= other.start and other.end <= self.end


def links(encoding: int) -> bool:
    """Whether an instruction is a call."""
    jumps = encoding & 0x7F in (_JAL, _JALR) if encoding & 3 == 3 else _jumps(encoding)
    return jumps and isa.operands(encoding).writes in _LINKS


def _jumps(half: int) -> bool:
    """C.JAL and C.JALR, of a compressed encoding."""
    return half & 0xE003 == 0x2001 or half & 0xF07F == 0x9002


class _Open(NamedTuple):
    function: int
    start: int
    returns_to: int


def calls(layout: Layout, pcs: Pcs, struck: Mask) -> list[Call]:
    """The executions of functions in a part of a run, in the order in which they end.

    Args:
        layout: of the image.
        pcs: the run.
        struck: the instructions that are looked at; primitives are none of them.
    """
    starts = {place.address for place in layout.image.symbols.values()}
    places = np.flatnonzero(struck)
    functions = layout.functions(pcs[places])
    found: list[Call] = []
    stack: list[_Open] = []
    before, holder = -1, -1
    for at, pc, function in zip(
        places.tolist(), pcs[places].tolist(), functions.tolist(), strict=True
    ):
        while stack and pc == stack[-1].returns_to:
            done = stack.pop()
            found.append(Call(done.function, done.start, at))
        if pc in starts and function != holder and before >= 0:
            caller = int(pcs[before])
            encoding = layout.encoding(caller)
            # A jump into a function returns to where its caller would have.
            inherited = stack[-1].returns_to if stack else 0
            back = caller + isa.length(encoding) if links(encoding) else inherited
            stack.append(_Open(function, at, back))
        before, holder = at, function
    return found


def corresponding(found: Iterable[Call]) -> Iterator[tuple[Call, Call]]:
    """Executions that correspond, the longest first."""
    by_function: defaultdict[int, list[Call]] = defaultdict(list)
    for call in sorted(found, key=lambda each: each.start):
        by_function[call.function].append(call)
    # What is within two that correspond is struck with them.
    claimed: list[Call] = []

    def inside(call: Call) -> bool:
        return any(each.holds(call) for each in claimed)

    groups = sorted(by_function.values(), key=lambda each: each[0].start - each[0].end)
    for group in (each for each in groups if 2 <= len(each) <= FEW):
        pairs = [pair for pair in combinations(group, 2) if not all(map(inside, pair))]
        yield from pairs
        claimed += group
    for group in (each for each in groups if len(each) > FEW):
        yield from pairwise(call for call in group if not inside(call))


def twins(layout: Layout, pcs: Pcs, struck: Mask) -> tuple[Twin, ...]:
    """All twins of a run, in the order of the first."""
    functions: Numbers = layout.functions(pcs)
    aside = layout.assembly(functions)
    found: dict[tuple[int, int], Twin] = {}
    every = [call for call in calls(layout, pcs, struck) if not bool(aside[call.start])]
    for a, b in _refined(corresponding(every), every, struck):
        for twin in _between(layout, pcs, struck & ~aside if _left(struck, a) else struck, a, b):
            # The narrowest pair that has them comes last, and finds them most surely.
            found[twin.first, twin.second] = twin
    return tuple(sorted(found.values()))


def _left(struck: Mask, call: Call) -> bool:
    """Whether a primitive runs within."""
    return not bool(struck[call.start : call.end].all())


def _refined(
    pairs: Iterable[tuple[Call, Call]], every: list[Call], struck: Mask
) -> Iterator[tuple[Call, Call]]:
    """Each pair, and where primitives run within it, the pairs of calls in it.

    What primitives and others share executes a number of times that nobody knows, within.
    """
    for a, b in pairs:
        yield a, b
        if _left(struck, a):
            yield from _refined(_parts(every, a, b), every, struck)


def _parts(every: list[Call], a: Call, b: Call) -> Iterator[tuple[Call, Call]]:
    """The calls that two corresponding ones make, each with its like."""
    of_a, of_b = _directly_in(every, a), _directly_in(every, b)
    for function, calls_of_a in of_a.items():
        yield from zip(calls_of_a, of_b.get(function, ()), strict=False)


def _directly_in(every: list[Call], outer: Call) -> dict[int, list[Call]]:
    inner = sorted(
        (each for each in every if each != outer and outer.holds(each)),
        key=lambda each: (each.start, -each.end),
    )
    found: defaultdict[int, list[Call]] = defaultdict(list)
    end = outer.start
    for call in inner:
        if call.start >= end:
            found[call.function].append(call)
            end = call.end
    return found


def _between(layout: Layout, pcs: Pcs, struck: Mask, a: Call, b: Call) -> Iterator[Twin]:
    """The twins of two calls of one function."""
    anchor = int(pcs[b.start])
    entered = np.flatnonzero(pcs[a.start : b.start + 1] == anchor) + a.start
    wanted = np.zeros(_PLACES, dtype=np.bool_)
    wanted[layout.place(pcs[a.start : a.end][struck[a.start : a.end]])] = True
    keys_a, at_a = _ranked(layout, pcs, wanted, a)
    keys_b, at_b = _ranked(layout, pcs, wanted, b)
    common, in_a, in_b = np.intersect1d(keys_a, keys_b, assume_unique=True, return_indices=True)
    firsts, seconds = at_a[in_a], at_b[in_b]
    good = struck[firsts] & struck[seconds]
    entries = len(entered) - np.searchsorted(entered, firsts, side="right")
    for first, second, count, key in zip(
        firsts[good].tolist(),
        seconds[good].tolist(),
        entries[good].tolist(),
        common[good].tolist(),
        strict=True,
    ):
        yield Twin(first, second, anchor, count, key % len(pcs))


def _ranked(layout: Layout, pcs: Pcs, wanted: Mask, call: Call) -> tuple[Places, Places]:
    """Instruction and rank of each execution in a call, as one number, and its place."""
    places = layout.place(pcs[call.start : call.end])
    at = np.flatnonzero(wanted[places])
    order = at[np.argsort(places[at], kind="stable")]
    held = places[order].astype(np.intp)
    starts = np.searchsorted(held, held, side="left")
    rank = np.arange(len(held)) - starts
    return held * len(pcs) + rank, order + call.start
