# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Which faults are run: all of a population, or a seeded sample of it, in units of work."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mooring_lab.faults.models import Model, Population

UNIT: Final = 2000
"""Faults that one process runs before it reports."""

# How much of a sample each model is given, before what it cannot use goes to the others:
# skips are easiest to make, and a flipped bit of memory, which stays, takes longest to judge.
_WEIGHTS: Final[Mapping[Model, int]] = {
    Model.SKIP_1: 12,
    Model.SKIP_2: 8,
    Model.OPCODE: 16,
    Model.REGISTER: 14,
    Model.ZERO: 4,
    Model.ONES: 3,
    Model.MEMORY: 1,
    Model.PAIR: 1,
    Model.TWIN_SKIP: 4,
    Model.TWIN_ZERO: 3,
}


class Cell(NamedTuple):
    """One model in one campaign."""

    scenario: str
    model: Model


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of what is run of one cell.

    Attributes:
        cell: the campaign and the model.
        quota: faults run of it in all.
        first: place of the unit's first in the sorted sample.
        count: how many.
        hearts: whether only such are run that strike the heart of the decision.
    """

    cell: Cell
    quota: int
    first: int
    count: int
    hearts: bool = False

    def numbers(self, seed: int, population: Population) -> Sequence[int]:
        """The faults of this unit."""
        part = range(self.first, self.first + self.count)
        if self.hearts:
            chance = _chance(seed, self.cell)
            places = sorted(chance.sample(range(population.hearts), self.quota))
            return [population.heart(places[place]) for place in part]
        return sample(seed, self.cell, population, self.quota)[part.start : part.stop]

    @property
    def key(self) -> str:
        """What names it in a journal."""
        return f"{self.cell.scenario}/{self.cell.model.value}/{self.first}"


def _chance(seed: int, cell: Cell) -> random.Random:
    return random.Random(f"{seed}/{cell.scenario}/{cell.model.value}")  # noqa: S311 - no secret


def sample(seed: int, cell: Cell, population: Population, quota: int) -> Sequence[int]:
    """Numbers of the faults to run, in ascending order; all of them if `quota` suffices.

    Up to two thirds strike the heart of the decision, which is small; the others are drawn
    from the whole population.
    """
    if quota >= len(population):
        return range(len(population))
    chance = _chance(seed, cell)
    hearts = min(population.hearts, -(-2 * quota // 3))
    chosen = {population.heart(place) for place in chance.sample(range(population.hearts), hearts)}
    while len(chosen) < quota:
        missing = quota - len(chosen)
        chosen.update(chance.sample(range(len(population)), missing))
    return sorted(chosen)


def share(possible: Mapping[Cell, int], total: int) -> dict[Cell, int]:
    """Divides `total` faults over cells by weight; none gets more than it has."""
    quotas: dict[Cell, int] = dict.fromkeys(possible, 0)
    open_cells: list[Cell] = [cell for cell in possible if possible[cell]]
    left = min(total, sum(possible.values()))
    while left and open_cells:
        weight = sum(_WEIGHTS[cell.model] for cell in open_cells)
        for cell in open_cells:
            part = max(1, left * _WEIGHTS[cell.model] // weight)
            quotas[cell] += min(part, possible[cell] - quotas[cell], total - sum(quotas.values()))
        left = min(total, sum(possible.values())) - sum(quotas.values())
        open_cells = [cell for cell in open_cells if quotas[cell] < possible[cell]]
    return quotas


def units(quotas: Mapping[Cell, int], *, hearts: bool = False) -> Iterator[Unit]:
    """The work, campaign by campaign, so that a process need not change often."""
    for cell in sorted(quotas, key=lambda each: each.scenario):
        for first in range(0, quotas[cell], UNIT):
            yield Unit(cell, quotas[cell], first, min(UNIT, quotas[cell] - first), hearts)
