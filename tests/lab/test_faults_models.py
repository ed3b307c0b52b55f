# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Which faults there are, and which of them a sample takes."""

from __future__ import annotations

import re
from typing import Final

import pytest

from mooring_firmware.images import load
from mooring_lab.faults import isa
from mooring_lab.faults.models import PAIR_WINDOW, Again, Group, Model, Point, Population, Region
from mooring_lab.faults.plan import Cell, sample, share, units
from mooring_models.cpu.rv32.core import FaultKind, disassemble
from mooring_models.cpu.rv32_cpu import LAYOUT

REGISTERS: Final = (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
    "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6"
)
NAMES: Final = {name: number for number, name in enumerate(REGISTERS.split())}
# "add a0, a1, a2": volume I, table 24.2 gives the operands of each mnemonic.
ADD: Final = Point(100, 0x10000, 0x00C58533)
# "c.sw a0, 4(a1)" reads both and writes none.
STORE: Final = Point(105, 0x10004, 0xC1C8)
REGIONS: Final = (Region("a", 0x2000_0000, 8), Region("b", 0x2000_0100, 4))


AGAIN: Final = (Again(500, 0x10000, 1, 0), Again(505, 0x10000, 1, 3))


def population(model: Model, *points: Point) -> Population:
    again = AGAIN[: len(points)] if model.group is Group.TWIN else ()
    return Population(model, points, REGIONS, last=1000, again=again)


def test_operands_are_those_that_the_disassembler_names() -> None:
    image = load()
    seen: set[int] = set()
    for place in image.symbols.values():
        at = place.address
        while at < place.address + place.size:
            offset = at - LAYOUT.rom_base
            half = int.from_bytes(image.binary[offset : offset + 2], "little")
            size = isa.length(half)
            word = int.from_bytes(image.binary[offset : offset + size], "little")
            if word not in seen:
                text = disassemble(at, word)
                named = {
                    NAMES[each] for each in re.findall(r"\b[a-z]+\d*\b", text) if each in NAMES
                }
                found = isa.operands(word)
                whole = {*found.reads, *([] if found.writes is None else [found.writes])}
                # ra is implied by c.jal and c.jalr, sp by the stack's loads and stores.
                assert whole - {1, 2} <= named - {0}, text
                assert (named - {0}) <= whole, text
                seen.add(word)
            at += size

    assert len(seen) > 1000


@pytest.mark.parametrize(
    ("word", "reads", "writes"),
    [
        (0x00C58533, (11, 12), 10),  # add a0, a1, a2
        (0x00B52223, (10, 11), None),  # sw a1, 4(a0)
        (0x00B50463, (10, 11), None),  # beq a0, a1, 8
        (0x00A00013, (), None),  # li zero, 10: writes nothing that can be flipped
        (0x8082, (1,), None),  # c.jr ra
        (0x9502, (10,), 1),  # c.jalr a0
        (0x852E, (11,), 10),  # c.mv a0, a1
        (0x7179, (2,), 2),  # c.addi16sp sp, -48
    ],
)
def test_operands_of_each_form(word: int, reads: tuple[int, ...], writes: int | None) -> None:
    found = isa.operands(word)

    assert (found.reads, found.writes) == (reads, writes)


@pytest.mark.parametrize(
    ("model", "of_add", "of_store"),
    [
        (Model.SKIP_1, 1, 1),
        (Model.SKIP_2, 1, 1),
        (Model.OPCODE, 32, 16),
        (Model.REGISTER, 3 * 32, 2 * 32),
        (Model.ZERO, 1, 0),
        (Model.ONES, 1, 0),
        (Model.MEMORY, 3 * 32, 3 * 32),
        (Model.PAIR, PAIR_WINDOW, PAIR_WINDOW),
        (Model.TWIN_SKIP, 1, 1),
        (Model.TWIN_ZERO, 1, 0),
    ],
)
def test_every_fault_has_a_number_of_its_own(model: Model, of_add: int, of_store: int) -> None:
    both = population(model, ADD, STORE)

    assert len(both) == of_add + of_store
    assert len({each.faults for each in both}) == len(both)
    assert [each.point for each in both].count(STORE) == of_store


def test_pair_does_not_reach_beyond_the_run() -> None:
    short = Population(Model.PAIR, (ADD,), (), last=ADD.index + 3)

    assert [each.faults[1].at - ADD.index for each in short] == [1, 2, 3]


def test_result_flip_strikes_the_destination_after_the_instruction() -> None:
    flips = population(Model.REGISTER, ADD)
    fault = flips[2 * 32 + 5].faults[0]

    assert (fault.at, fault.kind, fault.a, fault.b) == (101, FaultKind.REGISTER, 10, 1 << 5)


# -- Samples -----------------------------------------------------------------------------

CELL: Final = Cell("wrong-chip", Model.OPCODE)


def many(hearts: range) -> Population:
    points = tuple(Point(at, 0x10000 + 2 * at, 0xC1C8, heart=at in hearts) for at in range(1000))
    return Population(Model.OPCODE, points, (), last=2000)


def test_sample_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    faults = many(range(0))

    assert sample(1, CELL, faults, 100) == sample(1, CELL, faults, 100)
    assert sample(1, CELL, faults, 100) != sample(2, CELL, faults, 100)


def test_sample_takes_the_heart_of_the_decision_first() -> None:
    faults = many(range(500, 505))
    taken = sample(1, CELL, faults, 200)

    assert len(set(taken)) == 200
    assert set(range(500 * 16, 505 * 16)) <= set(taken)


def test_sample_as_large_as_the_population_is_all_of_it() -> None:
    faults = many(range(0))

    assert list(sample(1, CELL, faults, len(faults) + 1)) == list(range(len(faults)))


def test_share_gives_no_cell_more_than_it_has_and_all_together_what_was_asked() -> None:
    possible = {
        Cell("a", Model.SKIP_1): 10,
        Cell("a", Model.OPCODE): 100_000,
        Cell("b", Model.MEMORY): 1_000_000,
    }
    quotas = share(possible, 5000)

    assert sum(quotas.values()) == 5000
    assert quotas[Cell("a", Model.SKIP_1)] == 10
    assert all(0 < quotas[cell] <= possible[cell] for cell in possible)


def test_share_of_more_than_there_is_takes_everything() -> None:
    possible = {Cell("a", Model.SKIP_1): 10, Cell("b", Model.ZERO): 7}

    assert share(possible, 1000) == possible


def test_units_cover_a_quota_without_overlap() -> None:
    work = units({CELL: 4500})

    assert [(each.first, each.count) for each in work] == [(0, 2000), (2000, 2000), (4000, 500)]
