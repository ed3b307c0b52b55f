# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What does a data centre's fleet cost after a power cut: time, memory, and where both go?

Every chip is booted, challenged (in the nonce form), licensed, and found open; then the
evidence of all is appraised.  Nothing is bypassed: each boot goes through the host library,
framing and UART to the compiled ROM.  Making the chips, for each boot a new one that is off, and
issuing their tokens comes beforehand and is not counted.  All chips of a worker stay alive, so
that memory is that of a running fleet.

With several workers one boots its share alone at first, so that one run tells how it scales.

Usage: ``python -m benchmarks.fleet [--chips N] [--workers N] [--form F] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

from mooring_host.verifier import Reference, appraise
from mooring_lab.fleet import VERIFIER_NONCE, Booted, Form, Prepared, boot_each, prepare
from mooring_lab.issuer import Issuer
from mooring_models import Chip

from ._fleet_layers import layers_of
from ._report import Table

SEED: Final = b"benchmark of a whole fleet"
LAYER_BOOTS: Final = 100
ROUND: Final = 10
WARM_UP: Final = 5


@dataclass(frozen=True)
class Share:
    """The chips of one worker: every `stride`-th of `chips`, from `first` on."""

    first: int
    stride: int
    chips: int
    form: Form

    def prepare(self, issuer: Issuer) -> list[Prepared]:
        """Makes and provisions them, and issues their tokens."""
        numbers = range(self.first, self.chips, self.stride)
        return [prepare(f"chip {number}", issuer, form=self.form) for number in numbers]


@dataclass(frozen=True)
class Run:
    """Some boots by one worker.  Moments are of a clock that all workers share.

    Attributes:
        chips: how many were booted, each to an open gate.
        began: seconds.
        ended: seconds.
        cpu_s: seconds of CPU time.
        fastest_s: seconds of CPU time of one boot, in the fastest round of `ROUND` boots.
    """

    chips: int
    began: float
    ended: float
    cpu_s: float
    fastest_s: float


@dataclass(frozen=True)
class Outcome:
    """What one worker did.

    Attributes:
        together: its boots while all workers booted.
        alone: its boots before, when no other did; None if it had no such turn.
        chip_bytes: growth of its resident memory for each chip, tokens included.
        prepare_s: seconds in which one chip was made and provisioned, and its tokens issued.
        appraisals: pieces of evidence found authentic.
        appraise_s: seconds for all of these.
        layers: seconds of each layer in one boot; empty but for the first worker.
    """

    together: Run
    alone: Run | None
    chip_bytes: float
    prepare_s: float
    appraisals: int
    appraise_s: float
    layers: dict[str, float]


def resident_bytes() -> int:
    """Memory of this process that is in RAM (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def build(fleet: Sequence[Prepared]) -> list[tuple[Chip, Prepared]]:
    """New copies of the chips, off, in memory in which no garbage is looked for any more."""
    chips = [(prepared.chip(), prepared) for prepared in fleet]
    gc.collect()
    gc.freeze()
    return chips


def boot(fleet: Sequence[tuple[Chip, Prepared]]) -> tuple[Run, list[Booted]]:
    """Boots each chip, and keeps it with its evidence."""
    booted: list[Booted] = []
    rounds: list[float] = []
    began = time.monotonic()
    for first in range(0, len(fleet), ROUND):
        some = fleet[first : first + ROUND]
        cpu_s = time.process_time()
        booted += boot_each(some)
        rounds.append(time.process_time() - cpu_s)
    ended = time.monotonic()
    gc.unfreeze()
    whole = [cpu_s / ROUND for cpu_s in rounds[: len(fleet) // ROUND]]
    fastest_s = min(whole, default=sum(rounds) / len(fleet))
    return Run(len(booted), began, ended, sum(rounds), fastest_s), booted


def _appraise(fleet: Sequence[Booted]) -> int:
    """How many chips proved who they are; those of the sequence form say nothing."""
    return sum(
        appraise(
            each.evidence,
            device_key=each.chip.public_key,
            nonce=VERIFIER_NONCE,
            reference=Reference(),
        ).authentic
        for each in fleet
        if each.evidence
    )


def work(share: Share, turn: Barrier) -> Outcome:
    """Does a share; all workers boot at the same time, the first also alone before."""
    issuer = Issuer.from_seed(SEED)
    boot(build(Share(0, 1, WARM_UP, share.form).prepare(issuer)))
    gc.collect()
    before = resident_bytes()
    began = time.monotonic()
    fleet = share.prepare(issuer)
    prepare_s = (time.monotonic() - began) / len(fleet)
    turn.wait()
    alone = boot(build(fleet))[0] if share.first == 0 and share.stride > 1 else None
    gc.collect()
    chips = build(fleet)
    turn.wait()
    together, booted = boot(chips)
    del chips
    gc.collect()
    chip_bytes = (resident_bytes() - before) / len(fleet)
    turn.wait()
    began = time.monotonic()
    appraisals = _appraise(booted)
    appraise_s = time.monotonic() - began
    sample = fleet[:LAYER_BOOTS]
    boots = (partial(boot_each, each) for each in [[pair] for pair in build(sample)])
    spent = layers_of(boots) if share.first == 0 else {}
    layers = {layer.value: seconds for layer, seconds in spent.items()}
    return Outcome(together, alone, chip_bytes, prepare_s, appraisals, appraise_s, layers)


def _process(share: Share, turn: Barrier, results: Any) -> None:
    results.put(work(share, turn))


def run(chips: int, workers: int, form: Form) -> list[Outcome]:
    """Boots `chips` chips with `workers` processes.

    Raises:
        RuntimeError: a worker ended without a result.
    """
    context = multiprocessing.get_context("spawn")
    turn = context.Barrier(workers)
    results = context.SimpleQueue()
    shares = [Share(first, workers, chips, form) for first in range(workers)]
    processes = [context.Process(target=_process, args=(each, turn, results)) for each in shares]
    for process in processes:
        process.start()
    outcomes: list[Outcome] = []
    while len(outcomes) < workers:
        if not results.empty():
            outcomes.append(results.get())
        elif any(process.exitcode for process in processes):
            turn.abort()
            raise RuntimeError("a worker has failed; what it printed says why")
        else:
            processes[0].join(0.05)
            time.sleep(0.05)
    for process in processes:
        process.join()
    return outcomes


@dataclass(frozen=True)
class Summary:
    """A fleet's boots, from the outcomes of all its workers.

    Attributes:
        form: freshness of the licences.
        chips: how many booted to an open gate.
        workers: processes.
        per_second: boots a second, by the wall clock.
        per_cpu_second: boots a second of one core's time.
        fastest: the same, in the fastest round: what a quiet machine would give.
        scaling: rate of all workers beside that of one alone; None with one worker.
        chip_bytes: resident memory a chip.
        appraised: pieces of evidence found authentic.
        prepare_s: seconds to make, provision and issue for one chip.
        appraise_s: seconds to appraise one piece of evidence; 0 if there was none.
        layers: seconds of each layer in one boot.
    """

    form: str
    chips: int
    workers: int
    per_second: float
    per_cpu_second: float
    fastest: float
    scaling: float | None
    chip_bytes: float
    appraised: int
    prepare_s: float
    appraise_s: float
    layers: dict[str, float]

    @classmethod
    def of(cls, form: Form, outcomes: Sequence[Outcome]) -> Summary:
        """Of a whole run."""
        runs = [each.together for each in outcomes]
        chips = sum(each.chips for each in runs)
        span = max(each.ended for each in runs) - min(each.began for each in runs)
        alone = [each.alone for each in outcomes if each.alone is not None]
        single = [each.chips / (each.ended - each.began) for each in alone]
        appraised = sum(each.appraisals for each in outcomes)
        return cls(
            form=form.value,
            chips=chips,
            workers=len(outcomes),
            per_second=chips / span,
            per_cpu_second=chips / sum(each.cpu_s for each in runs),
            fastest=1 / min(each.fastest_s for each in runs),
            scaling=chips / span / single[0] if single else None,
            chip_bytes=max(each.chip_bytes for each in outcomes),
            appraised=appraised,
            prepare_s=sum(each.prepare_s for each in outcomes) / len(outcomes),
            appraise_s=sum(each.appraise_s for each in outcomes) / appraised if appraised else 0.0,
            layers=next(each.layers for each in outcomes if each.layers),
        )

    def tables(self) -> list[Table]:
        """What is printed."""
        rows = [
            ("chips booted to an open gate", str(self.chips)),
            ("workers", str(self.workers)),
            ("boots a second", f"{self.per_second:.0f}"),
            ("boots a second of one core's time", f"{self.per_cpu_second:.0f}"),
            (f"the same, in the fastest {ROUND} boots", f"{self.fastest:.0f}"),
            ("kB of resident memory a chip", f"{self.chip_bytes / 1000:.1f}"),
            ("evidence found authentic", str(self.appraised)),
            ("us to appraise one piece of evidence", f"{self.appraise_s * 1e6:.0f}"),
            ("us to make, provision and issue, beforehand", f"{self.prepare_s * 1e6:.0f}"),
        ]
        if self.scaling is not None:
            rows.insert(4, ("times as many as one worker alone", f"{self.scaling:.2f}"))
        total = sum(self.layers.values())
        spent = [
            (layer, f"{seconds * 1e6:.0f}", f"{100 * seconds / total:.0f}")
            for layer, seconds in self.layers.items()
        ]
        return [
            Table(f"a fleet, {self.form} form", ("what", "number"), tuple(rows)),
            Table(
                f"where the time of a boot goes, {self.form} form, being watched",
                ("layer", "us", "%"),
                tuple(spent),
            ),
        ]


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Boot a fleet of emulated chips.")
    parser.add_argument("--chips", type=_count, default=10_000, help="how many (10000)")
    parser.add_argument("--workers", type=_count, default=1, help="processes (1)")
    parser.add_argument("--form", choices=[form.value for form in Form], help="one form only")
    parser.add_argument("--json", type=Path, help="also write all numbers to this file")
    options = parser.parse_args(arguments)
    if options.chips < options.workers:
        parser.error("each worker needs a chip")
    forms = [Form(options.form)] if options.form else list(Form)
    summaries = [Summary.of(form, run(options.chips, options.workers, form)) for form in forms]
    for table in (table for summary in summaries for table in summary.tables()):
        print("\n".join(table.lines()), end="\n\n")
    if options.json:
        kept = {"schema": "mooring.fleet/1", "fleets": [asdict(each) for each in summaries]}
        options.json.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
