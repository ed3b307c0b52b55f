# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What does one boot to compute cost: host time, chip time, register accesses, wire bytes?

Host time is this machine's. Chip time is virtual: the line at its rate, storage, and what the
native CPU back end publishes for each phase of the ROM's work; it is the same on every machine
and in every run. Step by step it is what a person with a serial port waits for, phase by phase
what the ROM does meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from statistics import median
from typing import Any, Final

import pytest

from mooring_lab.fleet import BootReport, Cost, Form, Step, full_boot, prepare
from mooring_lab.issuer import Issuer
from mooring_models import Phase

from ._report import Table

ISSUER: Final = Issuer.from_seed(b"benchmark of boots")
BAUDS: Final = (115_200, 921_600, 3_000_000)

Reports = dict[tuple[Form, int], list[BootReport]]


@pytest.fixture(scope="module")
def reports(tables: list[Table]) -> Iterator[Reports]:
    """Every boot by form and rate; becomes tables in the end."""
    collected: Reports = {}
    yield collected
    if collected:
        tables.append(_summary(collected))
    for form in Form:
        at_rates = {baud: collected[form, baud] for baud in BAUDS if (form, baud) in collected}
        if at_rates:
            tables += [_by_step(form, at_rates), _by_phase(form, at_rates)]


@pytest.mark.benchmark(group="one boot to compute")
@pytest.mark.parametrize("baud", BAUDS)
@pytest.mark.parametrize("form", Form, ids=lambda form: f"{form.value} form")
def test_boot(benchmark: Any, reports: Reports, form: Form, baud: int) -> None:
    prepared = prepare("one", ISSUER, baud=baud, form=form)
    seen: list[BootReport] = []

    def boot() -> None:
        seen.append(full_boot(prepared)[1])

    benchmark(boot)
    reports[form, baud] = seen
    benchmark.extra_info.update(_json(form, baud, seen[-1]))

    # 10 bits a byte: no boot is faster than its bytes.
    total = seen[-1].total
    assert total.virtual_s > 10 * (total.to_chip + total.from_chip) / baud
    assert all(_timeless(each) == _timeless(seen[0]) for each in seen)


def _timeless(report: BootReport) -> list[tuple[float, int, int, int]]:
    """What must not depend on this machine."""
    return [
        (cost.virtual_s, cost.accesses, cost.to_chip, cost.from_chip)
        for cost in report.steps.values()
    ]


def _json(form: Form, baud: int, report: BootReport) -> dict[str, object]:
    return {
        "form": form.value,
        "baud": baud,
        "steps": {step.value: asdict(cost) for step, cost in report.steps.items()},
        "phases": {phase.name.lower(): spent_s for phase, spent_s in report.phases.items()},
        "total": asdict(report.total),
    }


# -- Tables --------------------------------------------------------------------------------


def _summary(collected: Reports) -> Table:
    header = (
        "boot to compute",
        "host ms",
        "median",
        "chip ms",
        "HAL accesses",
        "to chip",
        "from chip",
    )
    rows: list[tuple[str, ...]] = []
    for (form, baud), seen in collected.items():
        host_ms = [1e3 * each.total.host_s for each in seen]
        total = seen[-1].total
        rows.append(
            (
                f"{form.value} form at {baud} baud",
                f"{min(host_ms):.2f}",
                f"{median(host_ms):.2f}",
                f"{1e3 * total.virtual_s:.1f}",
                str(total.accesses),
                f"{total.to_chip} B",
                f"{total.from_chip} B",
            )
        )
    return Table("one full boot: host time, chip time, accesses, wire bytes", header, tuple(rows))


def _by_step(form: Form, at_rates: Mapping[int, list[BootReport]]) -> Table:
    slowest = at_rates[min(at_rates)]
    header = (
        "step",
        "host us",
        "HAL accesses",
        "to chip",
        "from chip",
        *(f"chip ms at {baud}" for baud in at_rates),
    )

    def row(name: str, cost_of: Callable[[BootReport], Cost]) -> tuple[str, ...]:
        cost = cost_of(slowest[-1])
        return (
            name,
            f"{1e6 * min(cost_of(each).host_s for each in slowest):.0f}",
            str(cost.accesses),
            f"{cost.to_chip} B",
            f"{cost.from_chip} B",
            *(f"{1e3 * cost_of(seen[-1]).virtual_s:.2f}" for seen in at_rates.values()),
        )

    def of(step: Step) -> Callable[[BootReport], Cost]:
        return lambda report: report.steps[step]

    rows = [row(step.value, of(step)) for step in slowest[-1].steps]
    rows.append(row("in all", lambda report: report.total))
    return Table(
        f"{form.value} form, step by step (host, accesses at the lowest rate)", header, tuple(rows)
    )


def _by_phase(form: Form, at_rates: Mapping[int, list[BootReport]]) -> Table:
    last = {baud: seen[-1] for baud, seen in at_rates.items()}
    header = ("phase of the ROM's work", *(f"chip ms at {baud}" for baud in last))

    def row(name: str, spent_s: Callable[[BootReport], float]) -> tuple[str, ...]:
        return (name, *(f"{1e3 * spent_s(report):.2f}" for report in last.values()))

    def of(phase: Phase) -> Callable[[BootReport], float]:
        return lambda report: report.phases[phase]

    phases = last[min(last)].phases
    rows = [row(phase.name.lower().replace("_", " "), of(phase)) for phase in phases]
    rows.append(
        row(
            "line",
            lambda report: report.total.virtual_s - sum(report.phases.values()),
        )
    )
    rows.append(row("in all", lambda report: report.total.virtual_s))
    return Table(f"{form.value} form, phase by phase", header, tuple(rows))
