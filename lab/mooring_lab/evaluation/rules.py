# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ways to turn a round trip into a radius, each with what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final, Protocol

from mooring_lab.evaluation.atlas import distance_km
from mooring_lab.evaluation.estimators import (
    FOUR_NINTHS_KM_PER_MS,
    LIGHT_KM_PER_MS,
    BestLine,
    Sample,
    TypicalSpeed,
)
from mooring_lab.evaluation.measurements import Measurements, Site


class Standing(Enum):
    """What a radius is worth."""

    PROVEN = "proven"
    """No signal is faster than light."""
    ASSUMED = "assumed"
    """No signal in silica fibre is faster; microwave and hollow fibre are."""
    ADVISORY = "advisory"
    """Signals were slower in some sample; the truth may be outside."""


class Rule(Protocol):
    """From a round trip between a landmark and the site to be located to a radius."""

    @property
    def name(self) -> str:
        """For tables."""
        ...

    @property
    def standing(self) -> Standing:
        """What it is worth."""
        ...

    def radius_km(self, landmark: Site, target: Site, round_trip_ms: float) -> float:
        """How far from the landmark the target is thought to be at most."""
        ...


@dataclass(frozen=True)
class Speed:
    """One speed for all."""

    speed_km_per_ms: float
    standing: Standing
    note: str

    @property
    def name(self) -> str:
        """Speed and what it is the speed of."""
        return f"{self.speed_km_per_ms:.1f} km/ms, {self.note}"

    def radius_km(self, landmark: Site, target: Site, round_trip_ms: float) -> float:
        """The same from every landmark."""
        return TypicalSpeed(self.speed_km_per_ms).distance_km(round_trip_ms)


@dataclass(frozen=True)
class BestLines:
    """CBG: a line for each landmark, from its round trips to all sites but the target."""

    measured: Measurements

    @property
    def name(self) -> str:
        """For tables."""
        return "best line of each landmark (CBG)"

    @property
    def standing(self) -> Standing:
        """An estimate."""
        return Standing.ADVISORY

    def radius_km(self, landmark: Site, target: Site, round_trip_ms: float) -> float:
        """By the landmark's line."""
        samples = self._samples[landmark]
        others = [sample for site, sample in samples.items() if site != target]
        return BestLine.fit(others).distance_km(round_trip_ms)

    @cached_property
    def _samples(self) -> Mapping[Site, Mapping[Site, Sample]]:
        return {landmark: self._of(landmark) for landmark in self.measured.sites}

    def _of(self, landmark: Site) -> Mapping[Site, Sample]:
        samples: dict[Site, Sample] = {}
        for site in self.measured.of(landmark.network):
            trip = self.measured.fastest_ms(landmark, site)
            if site != landmark and trip is not None:
                samples[site] = Sample(between_km(landmark, site), trip)
        return samples


def between_km(one: Site, other: Site) -> float:
    """The geodesic between two sites."""
    return distance_km(
        (one.latitude_deg, one.longitude_deg), (other.latitude_deg, other.longitude_deg)
    )


LIGHT: Final = Speed(LIGHT_KM_PER_MS, Standing.PROVEN, "light in vacuum")
SPEEDS: Final = (
    LIGHT,
    Speed(204.2, Standing.ASSUMED, "light in silica fibre"),
    Speed(200.0, Standing.ASSUMED, "the literature's fibre"),
    Speed(180.0, Standing.ADVISORY, "nearly the fastest pair of 2020"),
    Speed(153.0, Standing.ADVISORY, "nine pairs of ten are slower"),
    Speed(FOUR_NINTHS_KM_PER_MS, Standing.ADVISORY, "4/9 of light (TBG)"),
)


def rules(measured: Measurements) -> tuple[Rule, ...]:
    """All that the evaluation tries, the soundest first."""
    return (*SPEEDS, BestLines(measured))
