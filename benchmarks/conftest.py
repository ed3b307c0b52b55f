# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A table of ratios under pytest-benchmark's own, and the same ratios in its JSON.

A benchmark that is the project's own calls `ratios.ours(benchmark)`, one to compare it with
`ratios.theirs(benchmark)`; within a group each of theirs is divided by each of ours, by the
fastest round of each: what slows a round down on a shared machine is never the code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final, NamedTuple, Protocol

import pytest

SIDE: Final = "side"
OURS: Final = "ours"
THEIRS: Final = "theirs"


class Benchmark(Protocol):
    """The part of pytest-benchmark's fixture that a mark needs."""

    extra_info: dict[str, Any]


class Ratios:
    """Marks a benchmark with the side it is on."""

    def ours(self, benchmark: Benchmark) -> None:
        """Say that the benchmark measures this project."""
        benchmark.extra_info[SIDE] = OURS

    def theirs(self, benchmark: Benchmark) -> None:
        """Say that the benchmark measures what the project is compared with."""
        benchmark.extra_info[SIDE] = THEIRS


@pytest.fixture
def ratios() -> Ratios:
    """Marks a benchmark as ours or theirs."""
    return Ratios()


class Ratio(NamedTuple):
    """How many times as fast ours is as theirs; the times are seconds of the fastest round."""

    group: str
    ours: str
    theirs: str
    ours_seconds: float
    theirs_seconds: float

    @property
    def ratio(self) -> float:
        """Their time over ours: above 1, ours is faster."""
        return self.theirs_seconds / self.ours_seconds


def ratios_of(benchmarks: Sequence[Mapping[str, Any]]) -> list[Ratio]:
    """Pair ours with theirs within each group; `benchmarks` as in pytest-benchmark's JSON."""
    marked = [each for each in benchmarks if each["extra_info"].get(SIDE)]
    ours = [each for each in marked if each["extra_info"][SIDE] == OURS]
    theirs = [each for each in marked if each["extra_info"][SIDE] == THEIRS]
    return [
        Ratio(
            group=str(mine["group"]),
            ours=label(mine),
            theirs=label(other),
            ours_seconds=float(mine["stats"]["min"]),
            theirs_seconds=float(other["stats"]["min"]),
        )
        for mine, other in product(ours, theirs)
        if mine["group"] == other["group"]
    ]


def label(benchmark: Mapping[str, Any]) -> str:
    """Return a benchmark's name as words."""
    name = str(benchmark["name"]).removeprefix("test_")
    return name.replace("_", " ")


def pytest_benchmark_update_json(benchmarks: Sequence[Any], output_json: dict[str, Any]) -> None:
    """Add the ratios to the file that `--benchmark-json` writes."""
    output_json["ratios"] = [
        {**each._asdict(), "ratio": each.ratio} for each in ratios_of(output_json["benchmarks"])
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the ratios under the table of times."""
    session = getattr(terminalreporter.config, "_benchmarksession", None)
    if session is None:
        return
    # `as_dict` of a benchmark is what its JSON is made of.
    rows = ratios_of([each.as_dict(include_data=False, flat=False) for each in session.benchmarks])
    if not rows:
        return
    terminalreporter.section("ratios: how many times as fast ours is, by fastest round")
    width = max(len(row.ours) for row in rows)
    other_width = max(len(row.theirs) for row in rows)
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            terminalreporter.line(group)
        terminalreporter.line(
            f"  {row.ours:{width}}  {1e6 * row.ours_seconds:10.1f} us   "
            f"{row.theirs:{other_width}}  {1e6 * row.theirs_seconds:10.1f} us   "
            f"{row.ratio:6.2f}"
        )
