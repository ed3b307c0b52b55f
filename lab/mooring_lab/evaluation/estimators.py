# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Distances that are likely rather than proven: advisory only, and never fed to a verdict.

A sound bound takes a speed that no signal exceeds.  The classic estimators take what signals
did in a sample; a faster path than the sample's, or a party that learns the sample, puts the
truth outside.  They are here to be counted against the truth.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

LIGHT_KM_PER_MS: Final = 299.792458
FOUR_NINTHS_KM_PER_MS: Final = LIGHT_KM_PER_MS * 4 / 9
"""The typical speed over the Internet by Katz-Bassett et al., TBG (2006)."""
BASELINE_KM_PER_MS: Final = 200.0
"""The baseline of CBG, Gueye et al. (2006): no best line is faster."""


@dataclass(frozen=True)
class Sample:
    """A round trip between two places at a known distance."""

    distance_km: float
    round_trip_ms: float


class Estimator(Protocol):
    """From a round trip to the farthest distance thought possible."""

    def distance_km(self, round_trip_ms: float) -> float:
        """Kilometres, not negative."""
        ...


@dataclass(frozen=True)
class TypicalSpeed:
    """One speed for all paths, both ways."""

    speed_km_per_ms: float = FOUR_NINTHS_KM_PER_MS

    def distance_km(self, round_trip_ms: float) -> float:
        """Half the way at that speed."""
        return round_trip_ms * self.speed_km_per_ms / 2


@dataclass(frozen=True)
class BestLine:
    """CBG's best line of one landmark: the highest line that lies below all its samples."""

    ms_per_km: float
    """Of the round trip; at least that of the baseline."""
    fixed_ms: float

    def distance_km(self, round_trip_ms: float) -> float:
        """The distance at which the line reaches the round trip; 0 if it is below the line."""
        return max(0.0, (round_trip_ms - self.fixed_ms) / self.ms_per_km)

    @classmethod
    def fit(cls, samples: Sequence[Sample]) -> BestLine:
        """The line y = a x + b below all samples, a at least the baseline's and b at least 0,
        for which the sum of the samples' heights above it is least.

        This is a linear program in two variables: one of its vertices is optimal, and each lies
        on two constraints, so that all of them are tried.  Without samples it is the baseline.
        """
        least = 2 / BASELINE_KM_PER_MS
        fitting = [line for line in _vertices(samples, least) if line._is_below(samples, least)]
        if not fitting:
            # A sample faster than the baseline: no line fits, and CBG keeps the baseline.
            return cls(least, 0.0)
        return max(fitting, key=lambda line: (line._height(samples), line.ms_per_km))

    def _height(self, samples: Sequence[Sample]) -> float:
        """The sum of the line over the samples: least distance is greatest height."""
        return sum(self.ms_per_km * sample.distance_km + self.fixed_ms for sample in samples)

    def _is_below(self, samples: Sequence[Sample], least: float) -> bool:
        slack = 1e-9  # milliseconds: a line through two samples must not miss them by rounding
        return (
            self.ms_per_km >= least - 1e-15
            and self.fixed_ms >= -slack
            and all(
                self.ms_per_km * sample.distance_km + self.fixed_ms <= sample.round_trip_ms + slack
                for sample in samples
            )
        )


def _vertices(samples: Sequence[Sample], least: float) -> Iterator[BestLine]:
    yield BestLine(least, 0.0)
    for sample in samples:
        yield BestLine(least, sample.round_trip_ms - least * sample.distance_km)
        if sample.distance_km > 0:
            yield BestLine(sample.round_trip_ms / sample.distance_km, 0.0)
    for one, other in itertools.combinations(samples, 2):
        run = other.distance_km - one.distance_km
        if run:
            slope = (other.round_trip_ms - one.round_trip_ms) / run
            if slope > 0:
                yield BestLine(slope, one.round_trip_ms - slope * one.distance_km)
