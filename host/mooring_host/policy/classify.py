# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Chip classification: ECCN 3A090 by day, from a chip's figures.

Where a figure that decides is not known, the answer is every class that it may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from mooring_host.policy.figures import ChipFigures
from mooring_host.policy.sources import Source, source

RULE_2022: Final = date(2022, 10, 7)
RULE_2023: Final = date(2023, 11, 17)
RULE_2024: Final = date(2024, 12, 2)

# 87 FR 62186
IO_GBPS: Final = 600.0
BITS_TOPS: Final = 4800.0
# 88 FR 73458
TPP_A: Final = 4800.0
TPP_B: Final = 2400.0
TPP_DENSE: Final = 1600.0
DENSITY_A: Final = 5.92
DENSITY_B_SMALL: Final = 3.2
DENSITY_B: Final = 1.6
# 89 FR 96790
HBM_DENSITY: Final = 2.0
HBM_EXCEPTION_DENSITY: Final = 3.3
# 91 FR 1684
CASE_TPP: Final = 21000.0
CASE_MEMORY_GBPS: Final = 6500.0


class Eccn(Enum):
    """What a chip can be classified as, most controlled first."""

    A = "3A090.a"
    B = "3A090.b"
    C = "3A090.c"
    NONE = "not 3A090"


@dataclass(frozen=True)
class Ground:
    """One step of a classification and the rule behind it."""

    text: str
    source: Source | None = None


@dataclass(frozen=True)
class Classification:
    """What a chip may be on a day, most controlled first."""

    on: date
    possible: tuple[Eccn, ...]
    grounds: tuple[Ground, ...]

    @property
    def decided(self) -> bool:
        """Whether there is one answer only."""
        return len(self.possible) == 1

    @property
    def strictest(self) -> Eccn:
        """The most controlled class that it may be; rules take this one."""
        return self.possible[0]

    def __str__(self) -> str:
        return " or ".join(each.value for each in self.possible)


def classify(chip: ChipFigures, on: date) -> Classification:
    """The class of a chip on a day, by the rule then in force."""
    if on < RULE_2022:
        ground = Ground(f"3A090 did not exist before {RULE_2022}", _cite("87fr62186"))
        return Classification(on, (Eccn.NONE,), (ground,))
    if chip.hbm_density is not None:
        return _memory(chip.hbm_density, on)
    if on < RULE_2023:
        return _of_2022(chip, on)
    return _of_2023(chip, on)


def within_case_limits(chip: ChipFigures) -> bool | None:
    """Whether a chip is below both technical limits of 91 FR 1684; None: not known."""
    memory = chip.memory_gbps
    if chip.tpp >= CASE_TPP or (memory is not None and memory >= CASE_MEMORY_GBPS):
        return False
    return None if memory is None else True


def _of_2022(chip: ChipFigures, on: date) -> Classification:
    cite = _cite("87fr62186")
    # TPP counts a multiplication and its addition as two operations, as vendors' TOPS do.
    grounds = [_compared("bits x TOPS", chip.tpp, BITS_TOPS, cite)]
    if chip.tpp < BITS_TOPS:
        return Classification(on, (Eccn.NONE,), tuple(grounds))
    if chip.io_gbps is None:
        grounds.append(Ground(f"I/O bandwidth is not given; {IO_GBPS:g} GB/s decides", cite))
        return Classification(on, (Eccn.A, Eccn.NONE), tuple(grounds))
    grounds.append(_compared("I/O bandwidth in GB/s", chip.io_gbps, IO_GBPS, cite))
    found = Eccn.A if chip.io_gbps >= IO_GBPS else Eccn.NONE
    return Classification(on, (found,), tuple(grounds))


def _of_2023(chip: ChipFigures, on: date) -> Classification:
    cite = _cite("88fr73458")
    grounds = [Ground(f"TPP {chip.tpp:,.10g}", cite)]
    if chip.density is None:
        grounds.append(Ground("performance density is not given", cite))
        possible = _every_density(chip.tpp)
    else:
        grounds.append(Ground(f"performance density {chip.density:.10g} TPP/mm²", cite))
        possible = (_by_numbers(chip.tpp, chip.density),)
    if chip.tpp < TPP_A and possible != (Eccn.NONE,):
        possible, note = _by_market(chip.datacenter, possible)
        grounds.append(Ground(note, cite))
    return Classification(on, possible, tuple(grounds))


def _by_numbers(tpp: float, density: float) -> Eccn:
    if tpp >= TPP_A or (tpp >= TPP_DENSE and density >= DENSITY_A):
        return Eccn.A
    if TPP_B <= tpp < TPP_A and DENSITY_B <= density < DENSITY_A:
        return Eccn.B
    if tpp >= TPP_DENSE and DENSITY_B_SMALL <= density < DENSITY_A:
        return Eccn.B
    return Eccn.NONE


def _every_density(tpp: float) -> tuple[Eccn, ...]:
    """The classes that some density leads to."""
    steps = (DENSITY_A, DENSITY_B_SMALL, DENSITY_B, 0.0)
    return _ordered(_by_numbers(tpp, density) for density in steps)


def _by_market(datacenter: bool | None, found: tuple[Eccn, ...]) -> tuple[tuple[Eccn, ...], str]:
    """Note 2 to 3A090: what is not for data centres and below TPP 4800 is not 3A090."""
    if datacenter is None:
        return (
            _ordered((*found, Eccn.NONE)),
            "Note 2: not 3A090 if it is neither designed nor marketed for data centres; not given",
        )
    if datacenter:
        return found, "Note 2 does not apply: designed or marketed for data centres"
    return (Eccn.NONE,), "Note 2: neither designed nor marketed for data centres, TPP below 4800"


def _memory(density: float, on: date) -> Classification:
    cite = _cite("89fr96790")
    if on < RULE_2024:
        ground = Ground(f"memory is not controlled before {RULE_2024}", cite)
        return Classification(on, (Eccn.NONE,), (ground,))
    grounds = [Ground(f"memory bandwidth density {density:.10g} GB/s/mm²", cite)]
    if density <= HBM_DENSITY:
        return Classification(on, (Eccn.NONE,), tuple(grounds))
    if density < HBM_EXCEPTION_DENSITY:
        grounds.append(Ground(f"below {HBM_EXCEPTION_DENSITY}: licence exception HBM", cite))
    return Classification(on, (Eccn.C,), tuple(grounds))


def _compared(name: str, found: float, limit: float, cite: Source) -> Ground:
    sign = ">=" if found >= limit else "<"
    return Ground(f"{name}: {found:,.10g} {sign} {limit:g}", cite)


def _ordered(found: Iterable[Eccn]) -> tuple[Eccn, ...]:
    given = set(found)
    return tuple(each for each in Eccn if each in given)


def _cite(name: str) -> Source:
    return source(name, "the classification")
