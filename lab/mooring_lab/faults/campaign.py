# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fault campaigns on the RV32 image: the library call behind ``mooring attack faults``.

Every run strikes a deliberately naive image, too: a campaign that finds no openings there
would find none anywhere, and is reported as broken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Protocol

from mooring_firmware.images import SHIPPED, load
from mooring_lab.errors import LabError
from mooring_lab.faults import worker
from mooring_lab.faults.journal import Journal
from mooring_lab.faults.models import Model
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.plan import Cell, Unit, share, units
from mooring_lab.faults.scenario import scenarios
from mooring_lab.faults.tally import Tally, UnitResult
from mooring_lab.faults.worker import Survey

NAIVE: Final = f"{SHIPPED}-naive"
ENOUGH: Final = 20
"""Openings that the naive image must show."""
CONTROL_MODELS: Final = (Model.SKIP_1, Model.SKIP_2)
CONTROL_SCENARIOS: Final = (
    "licence-signature",
    "wrong-chip",
    "expired",
    "lapsed-key",
    "swapped-location",
)
SINGLE: Final = tuple(each for each in Model if each.single)


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
    """

    options: Options
    shipped: Tally
    control: Tally

    @property
    def opened(self) -> int:
        """Openings of the image under test."""
        return self.shipped.of(Outcome.OPENED)

    @property
    def sound(self) -> bool:
        """Whether the control opened often enough for the campaign to mean anything."""
        return self.control.of(Outcome.OPENED) >= ENOUGH


class _Crew:
    """Runs work in this process, or in several."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool: Final = pool

    def survey(self, names: Sequence[str], image: str, models: tuple[Model, ...]) -> list[Survey]:
        if self._pool is None:
            return [worker.survey(name, image, models) for name in names]
        futures = [self._pool.submit(worker.survey, name, image, models) for name in names]
        return [future.result() for future in futures]

    def run(self, work: Sequence[Unit], image: str, seed: int) -> Iterator[UnitResult]:
        if self._pool is None:
            for unit in work:
                yield worker.run_unit(unit, image, seed)
            return
        futures: list[Future[UnitResult]] = [
            self._pool.submit(worker.run_unit, unit, image, seed) for unit in work
        ]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
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
        tested = _tested(crew, options, progress)
    return Result(options, tested, control)


def strike(options: Options, progress: Progress = _silent) -> Tally:
    """Runs the campaigns without the control, for who has run that; raises as `run`."""
    _check(options)
    with _crew(options.jobs) as crew:
        return _tested(crew, options, progress)


def _check(options: Options) -> None:
    for name in options.campaigns:
        if name not in scenarios():
            raise LabError(f"run campaign {name!r}", "unknown", f"known: {', '.join(scenarios())}")


def _control(crew: _Crew, options: Options, progress: Progress) -> Tally:
    """Strikes the heart of the naive image's decisions, every instruction of it."""
    surveys = crew.survey(CONTROL_SCENARIOS, NAIVE, CONTROL_MODELS)
    quotas = {
        Cell(each.scenario, model): count
        for each in surveys
        for model, count in each.hearts.items()
    }
    return _strike(crew, options, NAIVE, surveys, units(quotas, hearts=True), "control", progress)


def _tested(crew: _Crew, options: Options, progress: Progress) -> Tally:
    progress("survey", 0, 1)
    surveys = crew.survey(options.campaigns, options.image, options.models)
    possible = _possible(surveys)
    single = {cell: count for cell, count in possible.items() if cell.model.single}
    paired = {cell: count for cell, count in possible.items() if not cell.model.single}
    if options.sample is None:
        quotas = dict(possible)
    else:
        pairs = options.sample // 20 if options.pairs is None else options.pairs
        quotas = share(single, options.sample) | share(paired, pairs)
    return _strike(crew, options, options.image, surveys, units(quotas), "faults", progress)


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
    work: Sequence[Unit],
    what: str,
    progress: Progress,
) -> Tally:
    """Runs all units, but for those that the journal has."""
    began = time.monotonic()
    measurement = load(image).measurement.hex()
    section = {each.scenario: each.section for each in surveys}
    tally = Tally(image, measurement, _possible(surveys), section)
    total = sum(each.count for each in work)
    head: dict[str, object] = {
        "image": measurement,
        "seed": options.seed,
        "units": [f"{each.key} {each.count}/{each.quota}" for each in work],
    }
    with _journal(options, what, head) as (done, add):
        for result in done.values():
            tally.add(result)
        left = [unit for unit in work if unit.key not in done]
        progress(what, sum(tally.run.values()), total)
        for result in crew.run(left, image, options.seed):
            add(result)
            tally.add(result)
            progress(what, sum(tally.run.values()), total)
    tally.openings.sort(key=lambda each: (each.pc, each.scenario, each.model, each.number))
    tally.seconds = time.monotonic() - began
    return tally


@contextmanager
def _journal(
    options: Options, what: str, head: dict[str, object]
) -> Generator[tuple[dict[str, UnitResult], Callable[[UnitResult], None]]]:
    """What is done already, and what keeps more."""
    if options.out is None:
        yield {}, lambda result: None
        return
    path = options.out / f"{what}.jsonl"
    with Journal(path, head, resume=options.resume) as journal:
        yield journal.done, journal.add
