# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From round trips to distances that a chip cannot exceed, and the numbers that this rests on.

A signal that returns after t has been at most t v / 2 away; nothing is subtracted from t, since
what a chip took to answer is its own to choose. Delay can be added and never removed, so a bound
can only be too wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mooring_host.errors import FileError, UsageError

HALF_MERIDIAN_KM: Final = 20_004.0
"""No two points of WGS 84 are farther apart (20,003.93 km, pole to pole)."""


class Speed(Enum):
    """Signal speeds in km/ms; only the first is a law of nature."""

    LIGHT = 299.792458
    """In vacuum: what is proven at it holds for any medium."""
    FIBRE_MEASURED = 204.2
    """An assumption: the fastest that fibres were measured at."""
    FIBRE = 200.0
    """An assumption: two thirds of light."""

    @property
    def is_proof(self) -> bool:
        """Whether a bound at this speed needs no assumption about the medium."""
        return self is Speed.LIGHT


@dataclass(frozen=True)
class BoundPolicy:
    """Every number that a location verdict depends on."""

    speed: Speed = Speed.LIGHT
    position_error_km: float = 0.1
    """How far a landmark may be from where the registry has it; widens each disk."""
    border_tolerance_km: float = 5.0
    """How far a border may be from where the data have it (thinned by 0.01 degree)."""
    territorial_km: float = 22.3
    """A country is excluded only with this much beside it, its twelve nautical miles of sea;
    0 is for its land alone. What is at sea is inside no country either way."""
    slack_ms: float = 0.0
    """Added to each round trip, for what a landmark's clock may be off; never subtracted."""
    minimum_landmarks: int = 1
    outliers: int = 0
    """Of n disks a point needs to be in n - outliers; never which of them."""
    largest_radius_km: float = HALF_MERIDIAN_KM
    """A landmark with a wider disk is left out: it says nothing, and counts for nothing."""
    oldest_s: int = 900
    """Age of a receipt."""
    spread_s: int = 300
    """Between the oldest receipt and the newest."""
    padding_ms: float = 0.0
    """Round trips are rounded up to multiples of this, so that a region tells less; 0 is none."""

    def radius_km(self, round_trip_ms: float, landmark_error_km: float = 0.0) -> float:
        """The distance from its landmark that a chip cannot exceed.

        Raises:
            ValueError: the round trip is not a positive, finite number of milliseconds.
        """
        if not (math.isfinite(round_trip_ms) and round_trip_ms > 0):
            raise ValueError(
                f"round trip of {round_trip_ms} ms, expected a positive, finite number"
            )
        if not (math.isfinite(landmark_error_km) and landmark_error_km >= 0):
            raise ValueError(f"position error of {landmark_error_km} km, expected at least 0")
        trip = round_trip_ms + self.slack_ms
        if self.padding_ms > 0:
            # The quotient may have been rounded down: padding is not to shorten by that.
            trip = max(trip, math.ceil(trip / self.padding_ms) * self.padding_ms)
        return trip * self.speed.value / 2 + self.position_error_km + landmark_error_km

    @property
    def exclusion_margin_km(self) -> float:
        """How far beside the borders a region has to stay, for a country to be excluded."""
        return self.border_tolerance_km + self.territorial_km

    def __post_init__(self) -> None:
        """Refuses numbers that no policy can mean."""
        numbers = {
            "position error": self.position_error_km,
            "border tolerance": self.border_tolerance_km,
            "territorial waters": self.territorial_km,
            "slack": self.slack_ms,
            "padding": self.padding_ms,
            "largest radius": self.largest_radius_km,
            "outliers": self.outliers,
            "oldest receipt": self.oldest_s,
            "spread": self.spread_s,
        }
        for name, value in numbers.items():
            if not (math.isfinite(value) and value >= 0):
                raise UsageError("read a location policy", f"{name} {value}, expected at least 0")
        if self.minimum_landmarks <= self.outliers:
            found = f"{self.minimum_landmarks} landmarks of which {self.outliers} may be wrong"
            raise UsageError("read a location policy", found, "Ask for more landmarks.")


@dataclass(frozen=True)
class DistanceBound:
    """A disk: the chip is no farther from this point than the radius."""

    latitude_deg: float
    longitude_deg: float
    radius_km: float

    def __post_init__(self) -> None:
        """Refuses what is no place on the globe, or no radius."""
        checks = (
            ("latitude", self.latitude_deg, -90.0, 90.0),
            ("longitude", self.longitude_deg, -180.0, 180.0),
            ("radius", self.radius_km, 0.0, math.inf),
        )
        for name, value, least, most in checks:
            if math.isnan(value) or not least <= value <= most:
                raise FileError(
                    "read a distance bound", f"{name} {value}, expected {least:g} to {most:g}"
                )
