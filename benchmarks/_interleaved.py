# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Contenders take turns within one process, so that a busy moment hits them all.

In each round every contender runs for about as long; the order is another one each time. Ratios
are of the fastest rounds and of the medians of the same run.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ._report import Table

_ROUND_S: Final = 0.004


@dataclass(frozen=True)
class Contender:
    """One way to do it."""

    name: str
    call: Callable[[], object]
    items: int = 1
    """What one call does."""


@dataclass(frozen=True)
class Measured:
    """What a contender took."""

    name: str
    seconds: tuple[float, ...]
    """An item, by round."""

    @property
    def fastest(self) -> float:
        """Seconds an item in the fastest round."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """Seconds an item in the median round."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """The distance between the quartiles, as a share of the median."""
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = statistics.quantiles(self.seconds, n=4)
        return (high - low) / self.median


def interleave(contenders: Sequence[Contender], rounds: int) -> list[Measured]:
    """Runs all contenders `rounds` times, taking turns."""
    loops = {each.name: _loops(each) for each in contenders}
    seconds: dict[str, list[float]] = {each.name: [] for each in contenders}
    order = list(contenders)
    shuffle = random.Random(rounds).shuffle
    gc.disable()
    try:
        for _ in range(rounds):
            shuffle(order)
            for each in order:
                taken = _time(each.call, loops[each.name])
                seconds[each.name].append(taken / loops[each.name] / each.items)
    finally:
        gc.enable()
    return [Measured(each.name, tuple(seconds[each.name])) for each in contenders]


def _loops(contender: Contender) -> int:
    """How many calls make a round; the first call warms up."""
    contender.call()
    return max(1, round(_ROUND_S / max(_time(contender.call, 1), 1e-9)))


def _time(call: Callable[[], object], loops: int) -> float:
    count = range(loops)
    begin = time.perf_counter()
    for _ in count:
        call()
    return time.perf_counter() - begin


def ratio_table(title: str, measured: Sequence[Measured], base: str) -> Table:
    """Each contender, the fastest first, beside the one named `base`."""
    by_name = {each.name: each for each in measured}
    beside = by_name[base]
    header = ("", "us", "median", "spread", f"times {base}", "median", "a second")
    return Table(
        title,
        header,
        tuple(
            (
                each.name,
                f"{1e6 * each.fastest:.2f}",
                f"{1e6 * each.median:.2f}",
                f"{100 * each.spread:.0f} %",
                f"{beside.fastest / each.fastest:.2f}",
                f"{beside.median / each.median:.2f}",
                f"{1 / each.fastest:.0f}",
            )
            for each in sorted(measured, key=lambda each: each.fastest)
        ),
    )
