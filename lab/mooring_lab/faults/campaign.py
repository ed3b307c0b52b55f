# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fault campaigns on the RV32 image: the library call behind ``mooring attack faults``.

Every run strikes a deliberately naive image, too, with every model, and opens the gate of
the shipped one by force in every campaign: one that finds no openings there would find none
anywhere, and is reported as broken.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from mooring_firmware.images import SHIPPED, load
from mooring_lab.errors import LabError
from mooring_lab.faults import worker
from mooring_lab.faults.journal import Journal
from mooring_lab.faults.models import Group, Model
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.plan import UNIT, Cell, Unit, share, units
from mooring_lab.faults.scenario import scenarios
from mooring_lab.faults.tally import Tally, UnitResult
from mooring_lab.faults.worker import Survey

NAIVE: Final = f"{SHIPPED}-naive"
_AHEAD: Final = 64
"""Units that wait for a process, at most."""
ENOUGH: Final = 50
"""Openings that the naive image must show."""
REBOOT: Final = "after a reboot"
"""How the reason begins for what shows only then."""
_QUICK: Final = (Model.SKIP_1, Model.SKIP_2, Model.ZERO)
_CHANCY: Final = (Model.ONES, Model.OPCODE, Model.REGISTER, Model.PAIR)
_TWINS: Final = (Model.TWIN_SKIP, Model.TWIN_ZERO)
CONTROL: Final[Mapping[str, tuple[Model, ...]]] = {
    "licence-signature": _QUICK,
    "wrong-chip": (*_QUICK, *_TWINS),
    "expired": (*_QUICK, *_CHANCY, *_TWINS),
    "swapped-location": (*_QUICK, *_TWINS),
    "valid-sequence": (*_QUICK, *_CHANCY, Model.MEMORY),
}
"""What the naive image is struck with."""
_CONTROL_SHARES: Final = {
    Model.OPCODE: 400,
    Model.REGISTER: 400,
    Model.PAIR: 400,
    Model.MEMORY: 300,
}
"""Where not the whole heart is struck."""


class Progress(Protocol):
    """Is told how far a campaign is."""

    def __call__(self, what: str, done: int, total: int, /) -> None: ...


def _silent(what: str, done: int, total: int, /) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Options:
    """What is run.

    Attributes:
        campaigns: names of scenarios; all by default.
        models: kinds of faults; all by default.
        sample: single faults to run in all; None for every one that is possible.
        pairs: pairs of skips to run in all; a twentieth of `sample` by default.
        twins: twins to run in all; a tenth of `sample` by default.
        seed: of the sample.
        jobs: processes.
        out: folder of the journal; None keeps none.
        resume: whether to go on with the journal that is there.
        image: what is struck.
    """

    campaigns: tuple[str, ...] = field(default_factory=lambda: tuple(scenarios()))
    models: tuple[Model, ...] = tuple(Model)
    sample: int | None = 100_000
    pairs: int | None = None
    twins: int | None = None
    seed: int = 1
    jobs: int = 1
    out: Path | None = None
    resume: bool = False
    image: str = SHIPPED


@dataclass(frozen=True)
class Result:
    """What came of a run.

    Attributes:
        options: what was asked.
        shipped: the image under test.
        control: the naive image.
        blind: campaigns in which a gate that was opened by force was not noticed.
    """

    options: Options
    shipped: Tally
    control: Tally
    blind: tuple[str, ...] = ()

    @property
    def opened(self) -> int:
        """Openings of the image under test."""
        return self.shipped.of(Outcome.OPENED)

    @property
    def sound(self) -> bool:
        """Whether the controls found what they must for the campaign to mean anything."""
        return not self.flaws

    @property
    def flaws(self) -> tuple[str, ...]:
        """What the controls should have found, and did not."""
        control = self.control
        found = [f"campaign {name} does not see a gate that is open" for name in self.blind]
        found += [
            f"no {model.value} opens the naive image"
            for model in Model
            if model.group is not Group.TWIN and not control.of(Outcome.OPENED, model)
        ]
        # It judges once, so that few twins matter to it; both differ by their fault only.
        if not any(control.of(Outcome.OPENED, model) for model in _TWINS):
            found.append("no twins open the naive image")
        if control.of(Outcome.OPENED) < ENOUGH:
            found.append(f"the naive image opens less than {ENOUGH} times")
        if not any(each.reason.startswith(REBOOT) for each in control.openings):
            found.append("nothing opens after a reboot of the naive image")
        return tuple(found)


class _Crew:
    """Runs work in this process, or in several."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool: Final = pool

    def survey(self, names: Sequence[str], image: str, models: tuple[Model, ...]) -> list[Survey]:
        if self._pool is None:
            return [worker.survey(name, image, models) for name in names]
        futures = [self._pool.submit(worker.survey, name, image, models) for name in names]
        return [future.result() for future in futures]

    def run(self, work: Iterator[Unit], image: str, seed: int) -> Iterator[UnitResult]:
        if self._pool is None:
            for unit in work:
                yield worker.run_unit(unit, image, seed)
            return
        # A few at a time: all of them may be more than memory holds.
        waiting: set[Future[UnitResult]] = set()
        try:
            while True:
                for unit in islice(work, _AHEAD - len(waiting)):
                    waiting.add(self._pool.submit(worker.run_unit, unit, image, seed))
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def _crew(jobs: int) -> Generator[_Crew]:
    if jobs == 1:
        yield _Crew(None)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield _Crew(pool)


def run(options: Options, progress: Progress = _silent) -> Result:
    """Runs the control and the campaigns.

    Raises:
        LabError: a campaign is unknown, a scenario does not do without a fault what it
            should, or the journal in `options.out` cannot be used.
    """
    _check(options)
    with _crew(options.jobs) as crew:
        control = _control(crew, options, progress)
        tested, blind = _tested(crew, options, progress)
    return Result(options, tested, control, blind)


def strike(options: Options, progress: Progress = _silent) -> Tally:
    """Runs the campaigns without the control, for who has run that; raises as `run`."""
    _check(options)
    with _crew(options.jobs) as crew:
        return _tested(crew, options, progress)[0]


def _check(options: Options) -> None:
    for name in options.campaigns:
        if name not in scenarios():
            raise LabError(f"run campaign {name!r}", "unknown", f"known: {', '.join(scenarios())}")


def _control(crew: _Crew, options: Options, progress: Progress) -> Tally:
    """Strikes the heart of the naive image's decisions."""
    surveys = crew.survey(tuple(CONTROL), NAIVE, tuple(Model))
    quotas = {
        Cell(each.scenario, model): min(count, _CONTROL_SHARES.get(model, count))
        for each in surveys
        for model, count in each.hearts.items()
        if model in CONTROL[each.scenario]
    }
    return _strike(crew, options, NAIVE, surveys, quotas, "control", progress, hearts=True)


def _tested(crew: _Crew, options: Options, progress: Progress) -> tuple[Tally, tuple[str, ...]]:
    """What comes of the campaigns, and those that see no gate that is open."""
    progress("survey", 0, 1)
    surveys = crew.survey(options.campaigns, options.image, options.models)
    possible = _possible(surveys)
    quotas = dict(possible) if options.sample is None else _shares(options, possible)
    blind = tuple(each.scenario for each in surveys if not each.sees)
    return _strike(crew, options, options.image, surveys, quotas, "faults", progress), blind


def _shares(options: Options, possible: Mapping[Cell, int]) -> dict[Cell, int]:
    """How many faults of each cell are run, where not all are."""
    sample = options.sample or 0
    wanted = {
        Group.SINGLE: sample,
        Group.PAIR: sample // 20 if options.pairs is None else options.pairs,
        Group.TWIN: sample // 10 if options.twins is None else options.twins,
    }
    quotas: dict[Cell, int] = {}
    for group, count in wanted.items():
        cells = {cell: each for cell, each in possible.items() if cell.model.group is group}
        quotas |= share(cells, count)
    return quotas


def _possible(surveys: Sequence[Survey]) -> dict[Cell, int]:
    return {
        Cell(each.scenario, model): count
        for each in surveys
        for model, count in each.possible.items()
    }


def _strike(
    crew: _Crew,
    options: Options,
    image: str,
    surveys: Sequence[Survey],
    quotas: Mapping[Cell, int],
    what: str,
    progress: Progress,
    *,
    hearts: bool = False,
) -> Tally:
    """Runs all units, but for those that the journal has."""
    measurement = load(image).measurement.hex()
    section = {each.scenario: each.section for each in surveys}
    tally = Tally(image, measurement, _possible(surveys), section)
    total = sum(quotas.values())
    head: dict[str, object] = {
        "image": measurement,
        "seed": options.seed,
        "unit": UNIT,
        "cells": [
            [cell.scenario, cell.model.value, tally.possible[cell], quota]
            for cell, quota in quotas.items()
        ],
    }
    with _journal(options, what, head) as journal:
        for result in journal.done.values():
            tally.add(result)
        began = time.monotonic() - journal.seconds
        left = (unit for unit in units(quotas, hearts=hearts) if unit.key not in journal.done)
        progress(what, sum(tally.run.values()), total)
        for result in crew.run(left, image, options.seed):
            journal.add(result, time.monotonic() - began)
            tally.add(result)
            progress(what, sum(tally.run.values()), total)
    tally.openings.sort(key=lambda each: (each.pc, each.scenario, each.model, each.number))
    tally.seconds = time.monotonic() - began
    return tally


class _Kept(Protocol):
    """What is done already, and what keeps more."""

    @property
    def done(self) -> Mapping[str, UnitResult]: ...

    @property
    def seconds(self) -> float: ...

    def add(self, result: UnitResult, seconds: float) -> None: ...


class _Nothing:
    """No journal."""

    done: Mapping[str, UnitResult] = MappingProxyType({})
    seconds = 0.0

    def add(self, result: UnitResult, seconds: float) -> None:
        """Forgets it."""


@contextmanager
def _journal(options: Options, what: str, head: dict[str, object]) -> Generator[_Kept]:
    if options.out is None:
        yield _Nothing()
        return
    path = options.out / f"{what}.jsonl"
    with Journal(path, head, resume=options.resume) as journal:
        yield journal
