# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Counts of outcomes, and the openings one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mooring_lab.faults.models import Group, Model
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.plan import Cell

COUNTED: Final = tuple(each for each in Outcome if each.counts)


@dataclass(frozen=True)
class Opening:
    """A fault that enabled compute beyond what was granted.

    Attributes:
        scenario: the campaign.
        model: the kind of fault.
        number: of the fault, in the population of its model.
        index: of the instruction, counted from reset.
        pc: where it lies.
        function: that holds it.
        place: source file and line, or "".
        text: what was struck.
        reason: what opened.
    """

    scenario: str
    model: str
    number: int
    index: int
    pc: int
    function: str
    place: str
    text: str
    reason: str


@dataclass
class UnitResult:
    """What came of one unit.

    Attributes:
        key: of the unit.
        cell: campaign and model.
        run: faults tried; those that struck nothing included.
        outcomes: counts by place and outcome.
        openings: each one.
    """

    key: str
    cell: Cell
    run: int
    outcomes: Counter[tuple[int, Outcome]]
    openings: list[Opening]


@dataclass
class Tally:
    """All that is known of one image.

    Attributes:
        image: its name.
        measurement: SHA-384 of it.
        possible: faults that exist, by cell.
        section: instructions of the decision section that are struck, by campaign.
        run: faults tried, by cell.
        counts: outcomes by cell.
        places: outcomes by address and model.
        openings: each one.
        seconds: how long it took.
    """

    image: str
    measurement: str
    possible: Mapping[Cell, int]
    section: Mapping[str, int]
    run: Counter[Cell] = field(default_factory=Counter[Cell])
    counts: Counter[tuple[Cell, Outcome]] = field(default_factory=Counter[tuple[Cell, Outcome]])
    places: Counter[tuple[int, Model, Outcome]] = field(
        default_factory=Counter[tuple[int, Model, Outcome]]
    )
    openings: list[Opening] = field(default_factory=list[Opening])
    seconds: float = 0.0

    def add(self, result: UnitResult) -> None:
        """Books a unit."""
        self.run[result.cell] += result.run
        for (pc, outcome), count in result.outcomes.items():
            self.counts[result.cell, outcome] += count
            self.places[pc, result.cell.model, outcome] += count
        self.openings += result.openings

    def struck(self, cells: Iterable[Cell] | None = None) -> int:
        """Faults that struck an executed instruction, of some cells or of all."""
        wanted = set(self.possible if cells is None else cells)
        return sum(
            count
            for (cell, outcome), count in self.counts.items()
            if outcome.counts and cell in wanted
        )

    def of(self, outcome: Outcome, model: Model | None = None) -> int:
        """Faults of an outcome, of one model or of all."""
        return sum(
            count
            for (cell, each), count in self.counts.items()
            if each is outcome and model in (None, cell.model)
        )

    def cells(self, group: Group) -> list[Cell]:
        """The cells of a group, those of which nothing is run included."""
        return [cell for cell in self.possible if cell.model.group is group]

    @property
    def sampled(self) -> bool:
        """Whether fewer faults were run than are possible."""
        return sum(self.run.values()) < sum(self.possible.values())
