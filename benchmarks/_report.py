# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From measurements to the tables that are printed and kept: no pytest here, only numbers.

Everything is told by the fastest round, for what slows a round down on a shared machine is
never the code, and by the median, for that is what one gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, NamedTuple

SIDE: Final = "side"
OURS: Final = "ours"
THEIRS: Final = "theirs"
PEER: Final = "peer"
COUNT: Final = "count"
UNIT: Final = "unit"
CPU_SECONDS: Final = "cpu_seconds"


@dataclass(frozen=True)
class Table:
    """Words in rows; a column of numbers is set to the right, any other to the left."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """The title, then the rows in columns."""
        columns = [_set(column) for column in zip(self.header, *self.rows, strict=True)]
        lines = ("  ".join(("", *cells)).rstrip() for cells in zip(*columns, strict=True))
        return [self.title, *lines]


@dataclass(frozen=True)
class Series:
    """Numbers of one plot: a line or a row of bars."""

    plot: str
    """Which plot it belongs to; `_plots` knows how each is drawn."""
    name: str
    x: tuple[float | str, ...]
    y: tuple[float, ...]


def _set(column: Sequence[str]) -> list[str]:
    """Brings the cells of a column, its header first, to one width."""
    width = max(map(len, column))
    numbers = all(not cell or cell[0].isdigit() for cell in column[1:])
    return [cell.rjust(width) if numbers else cell.ljust(width) for cell in column]


class Timing(NamedTuple):
    """Seconds of one round."""

    fastest: float
    median: float

    @classmethod
    def of(cls, benchmark: Mapping[str, Any]) -> Timing:
        """Of a benchmark as it is in pytest-benchmark's JSON."""
        stats = benchmark["stats"]
        return cls(float(stats["min"]), float(stats["median"]))


class Ratio(NamedTuple):
    """How many times as fast ours is as theirs: above 1, ours is faster."""

    group: str
    ours: str
    theirs: str
    ours_seconds: Timing
    theirs_seconds: Timing

    @property
    def fastest(self) -> float:
        """Their fastest round over ours."""
        return self.theirs_seconds.fastest / self.ours_seconds.fastest

    @property
    def median(self) -> float:
        """Their median over ours."""
        return self.theirs_seconds.median / self.ours_seconds.median


class Rate(NamedTuple):
    """How many a second, of what a round makes many of."""

    name: str
    unit: str
    made: int
    seconds: Timing
    cpu_seconds: float | None
    """Of the CPU, a round, over all rounds; None if it was not measured."""

    @property
    def fastest(self) -> float:
        """A second, in the fastest round."""
        return self.made / self.seconds.fastest

    @property
    def median(self) -> float:
        """A second, in the median round."""
        return self.made / self.seconds.median

    @property
    def of_cpu(self) -> float | None:
        """A second of the CPU."""
        return None if not self.cpu_seconds else self.made / self.cpu_seconds


def ratios_of(benchmarks: Sequence[Mapping[str, Any]]) -> list[Ratio]:
    """Pair ours with theirs within each group; `benchmarks` as in pytest-benchmark's JSON."""
    ours, theirs = (
        [each for each in benchmarks if each["extra_info"].get(SIDE) == side]
        for side in (OURS, THEIRS)
    )
    return [
        Ratio(str(mine["group"]), label(mine), label(other), Timing.of(mine), Timing.of(other))
        for mine, other in product(ours, theirs)
        if mine["group"] == other["group"]
    ]


def rates_of(benchmarks: Sequence[Mapping[str, Any]]) -> list[Rate]:
    """What the benchmarks with a count make a second."""
    return [
        Rate(
            label(each),
            str(each["extra_info"][UNIT]),
            int(each["extra_info"][COUNT]),
            Timing.of(each),
            each["extra_info"].get(CPU_SECONDS),
        )
        for each in benchmarks
        if COUNT in each["extra_info"]
    ]


def label(benchmark: Mapping[str, Any]) -> str:
    """A benchmark's name as words, with the version of the peer that it measures."""
    words = str(benchmark["name"]).removeprefix("test_").replace("_", " ")
    words = words.replace("[", ", ").removesuffix("]")
    peer = benchmark["extra_info"].get(PEER)
    return f"{words} ({peer})" if peer else words


def ratio_tables(ratios: Sequence[Ratio]) -> list[Table]:
    """One table a group, with microseconds."""
    header = ("ours", "us", "median", "theirs", "us", "median", "times as fast", "median")
    groups = list(dict.fromkeys(each.group for each in ratios))
    return [
        Table(
            group,
            header,
            tuple(_ratio_row(each) for each in ratios if each.group == group),
        )
        for group in groups
    ]


def _ratio_row(ratio: Ratio) -> tuple[str, ...]:
    return (
        ratio.ours,
        *(f"{1e6 * each:.1f}" for each in ratio.ours_seconds),
        ratio.theirs,
        *(f"{1e6 * each:.1f}" for each in ratio.theirs_seconds),
        f"{ratio.fastest:.2f}",
        f"{ratio.median:.2f}",
    )


def rate_tables(rates: Sequence[Rate]) -> list[Table]:
    """All rates in one table; none if there are none."""
    if not rates:
        return []
    header = ("made in one process", "each round", "a second", "median", "a second of CPU")
    rows = tuple(
        (
            each.name,
            f"{each.made} {each.unit}",
            f"{each.fastest:.0f}",
            f"{each.median:.0f}",
            "" if each.of_cpu is None else f"{each.of_cpu:.0f}",
        )
        for each in rates
    )
    return [Table("how many a second", header, rows)]
