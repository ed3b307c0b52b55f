# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a process of a campaign does: prepares a scenario once, and runs units of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mooring_lab.faults.engine import Engine
from mooring_lab.faults.golden import Golden, set_up
from mooring_lab.faults.models import Group, Injection, Model, Population
from mooring_lab.faults.outcome import Outcome, Verdict
from mooring_lab.faults.plan import Cell, Unit
from mooring_lab.faults.scenario import scenarios
from mooring_lab.faults.tally import Opening, UnitResult
from mooring_models.errors import ModelError

_KEPT: Final = 2
"""Scenarios that a process keeps ready: some tens of megabytes each."""


@lru_cache(maxsize=_KEPT)
def engine(scenario: str, image: str) -> Engine:
    """The engine of one scenario on one image."""
    return Engine(Golden(set_up(scenarios()[scenario], image)))


@lru_cache(maxsize=_KEPT)
def population(ready: Engine, model: Model) -> Population:
    """All faults of a model in a scenario."""
    golden = ready.golden
    if model.group is Group.TWIN:
        points, again = [point for point, _ in golden.twins], [each for _, each in golden.twins]
        return Population(model, points, (), golden.last, again)
    return Population(model, golden.points, golden.setting.layout.context, golden.last)


@dataclass(frozen=True)
class Survey:
    """What there is to strike in one campaign.

    Attributes:
        scenario: the campaign.
        section: instructions of its decision section.
        struck: instructions that are struck, those elsewhere included.
        possible: faults by model.
        hearts: those at the heart of the decision, by model.
        sees: whether a gate that is opened by force in its run is judged an opening.
    """

    scenario: str
    section: int
    struck: int
    possible: dict[Model, int]
    hearts: dict[Model, int]
    sees: bool


def survey(scenario: str, image: str, models: tuple[Model, ...]) -> Survey:
    """Counts the faults of one campaign."""
    ready = engine(scenario, image)
    sets = {model: population(ready, model) for model in models}
    return Survey(
        scenario,
        ready.golden.section,
        len(ready.golden.points),
        {model: len(each) for model, each in sets.items()},
        {model: each.hearts for model, each in sets.items()},
        ready.sees_a_grant(),
    )


def run_unit(unit: Unit, image: str, seed: int) -> UnitResult:
    """Runs one unit."""
    ready = engine(unit.cell.scenario, image)
    faults = population(ready, unit.cell.model)
    numbers = unit.numbers(seed, faults)
    outcomes: Counter[tuple[int, Outcome]] = Counter()
    openings: list[Opening] = []
    for number in numbers:
        injection = faults[number]
        try:
            verdict = ready.strike(injection)
        except ModelError as error:
            # One of the models' errors would not come through to another process.
            raise RuntimeError(f"{unit.key}, fault {number}: {error}") from None
        outcomes[injection.point.pc, verdict.outcome] += 1
        if verdict.outcome is Outcome.OPENED:
            openings.append(_opening(ready, unit.cell, number, injection, verdict))
    return UnitResult(unit.key, unit.cell, len(numbers), outcomes, openings)


def _opening(
    ready: Engine, cell: Cell, number: int, injection: Injection, verdict: Verdict
) -> Opening:
    image = ready.golden.setting.layout.image
    pc = injection.point.pc
    line = image.line(pc)
    return Opening(
        cell.scenario,
        cell.model.value,
        number,
        injection.point.index,
        pc,
        image.function(pc) or "",
        f"{line[0]}:{line[1]}" if line else "",
        injection.text,
        verdict.reason,
    )
