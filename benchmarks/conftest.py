# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Readable tables under pytest-benchmark's own, and the same numbers in its JSON.

A benchmark says what it is through a fixture: `ratios.ours(benchmark)` or
`ratios.theirs(benchmark, "a distribution")` within a group, `rates.counts(benchmark, n, "boots")`
where a round makes many, and `tables.append(...)` for what is no time of this machine.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from ._plots import draw
from ._report import (
    COUNT,
    CPU_SECONDS,
    OURS,
    PEER,
    SIDE,
    THEIRS,
    UNIT,
    Rate,
    Ratio,
    Series,
    Table,
    rate_tables,
    rates_of,
    ratio_tables,
    ratios_of,
)

_TABLES: Final = pytest.StashKey[list[Table]]()
_SERIES: Final = pytest.StashKey[list[Series]]()


class Benchmark(Protocol):
    """The part of pytest-benchmark's fixture that a mark needs."""

    extra_info: dict[str, Any]


class Ratios:
    """Marks a benchmark with the side it is on."""

    def ours(self, benchmark: Benchmark) -> None:
        """Say that the benchmark measures this project."""
        benchmark.extra_info[SIDE] = OURS

    def theirs(self, benchmark: Benchmark, distribution: str) -> None:
        """Say that it measures what `distribution`, by its name on PyPI, does."""
        benchmark.extra_info[SIDE] = THEIRS
        benchmark.extra_info[PEER] = f"{distribution} {version(distribution)}"


class Rates:
    """Marks a benchmark of which one round makes many things."""

    def counts(
        self, benchmark: Benchmark, count: int, unit: str, cpu_seconds: float | None = None
    ) -> None:
        """Say that a round makes `count`, in `cpu_seconds` of the CPU on average."""
        benchmark.extra_info[COUNT] = count
        benchmark.extra_info[UNIT] = unit
        benchmark.extra_info[CPU_SECONDS] = cpu_seconds


@pytest.fixture(scope="session")
def ratios() -> Ratios:
    """Marks a benchmark as ours or theirs."""
    return Ratios()


@pytest.fixture(scope="session")
def rates() -> Rates:
    """Marks a benchmark that makes many things a round."""
    return Rates()


@pytest.fixture(scope="session")
def tables(pytestconfig: pytest.Config) -> list[Table]:
    """Further tables to print and keep."""
    return _tables(pytestconfig)


@pytest.fixture(scope="session")
def series(pytestconfig: pytest.Config) -> list[Series]:
    """Numbers to plot and keep."""
    return _series(pytestconfig)


@pytest.fixture(scope="session")
def briefly(pytestconfig: pytest.Config) -> bool:
    """Whether bodies are to be run and next to nothing measured."""
    longest: Any = pytestconfig.getoption("benchmark_max_time")
    return float(longest) == 0


def _tables(config: pytest.Config) -> list[Table]:
    return config.stash.setdefault(_TABLES, list[Table]())


def _series(config: pytest.Config) -> list[Series]:
    return config.stash.setdefault(_SERIES, list[Series]())


def machine() -> str:
    """Where this runs, and how busy it is with other things."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text("utf-8").splitlines() if "model name" in line]
        model = names[0].partition(":")[2].strip() if names else model
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, load {load:.1f}; "
        f"{platform.system()} {platform.machine()}, {platform.python_implementation()} "
        f"{platform.python_version()}"
    )


def pytest_benchmark_update_json(
    config: pytest.Config, benchmarks: Sequence[Any], output_json: dict[str, Any]
) -> None:
    """Add ratios, rates and tables to the file that `--benchmark-json` writes."""
    del benchmarks
    measured = output_json["benchmarks"]
    output_json["machine"] = machine()
    output_json["ratios"] = [_ratio_json(each) for each in ratios_of(measured)]
    output_json["rates"] = [_rate_json(each) for each in rates_of(measured)]
    output_json["tables"] = [asdict(each) for each in _tables(config)]
    output_json["series"] = [asdict(each) for each in _series(config)]


def _ratio_json(ratio: Ratio) -> dict[str, object]:
    return {
        "group": ratio.group,
        "ours": ratio.ours,
        "theirs": ratio.theirs,
        "ours_seconds": ratio.ours_seconds._asdict(),
        "theirs_seconds": ratio.theirs_seconds._asdict(),
        "ratio": ratio.fastest,
        "ratio_of_medians": ratio.median,
    }


def _rate_json(rate: Rate) -> dict[str, object]:
    return {
        "name": rate.name,
        "unit": rate.unit,
        "per_second": rate.fastest,
        "per_second_median": rate.median,
        "per_cpu_second": rate.of_cpu,
    }


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print all tables, and where else the numbers are."""
    session = getattr(config, "_benchmarksession", None)
    if session is None:
        return
    # `as_dict` of a benchmark is what its JSON is made of.
    measured = [each.as_dict(include_data=False, flat=False) for each in session.benchmarks]
    printed = [
        *ratio_tables(ratios_of(measured)),
        *rate_tables(rates_of(measured)),
        *_tables(config),
    ]
    if not printed or not measured:
        return
    terminalreporter.section("benchmarks: by the fastest round and by the median")
    lines = [machine(), *(line for table in printed for line in ("", *table.lines()))]
    for line in lines:
        terminalreporter.line(line)
    kept: Path | None = config.getoption("benchmark_json", None)
    if kept is not None:
        pages = kept.with_suffix(".txt")
        pages.write_text("\n".join(lines) + "\n", "utf-8")
        terminalreporter.line("")
        terminalreporter.line(f"all rounds and all numbers: {kept}; these tables: {pages}")
        for plot in draw(_series(config), kept.parent):
            terminalreporter.line(f"plot: {plot}")
