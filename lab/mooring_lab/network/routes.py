# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How signals travel: how much longer than the great circle, and how unevenly.

The figures are quantiles of published round trips between data centres
(vitorenesduarte/fantoch, AWS and GCP, 2020), which may not be committed themselves:
``python -m mooring_lab.network.routes`` prints them anew from the shared data.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mooring_lab.evaluation.atlas import distance_km
from mooring_lab.evaluation.commands import ROUND_TRIPS, SITES, shared_data
from mooring_lab.evaluation.measurements import Measurements, read_measurements

FIBRE_KM_PER_MS: Final = 200.0
"""What inflation is counted against: the literature's speed of light in fibre."""
NEAREST_KM: Final = 1000.0
"""Nearer pairs say more of their equipment than of their route."""
STEPS: Final = 20


@dataclass(frozen=True)
class Route:
    """One way between a landmark and a chip, there and back."""

    km: float
    """Great circle."""
    inflation: float
    """How much longer the route is, at the speed of fibre."""
    jitter_ms: float
    """Mean of what a single round trip takes longer."""

    @property
    def least_ms(self) -> float:
        """The round trip without jitter."""
        return 2 * self.km * self.inflation / FIBRE_KM_PER_MS


@dataclass(frozen=True)
class RouteModel:
    """Quantiles from 0 to 1 in equal steps, each of one property of routes."""

    inflation: tuple[float, ...]
    jitter_ms: tuple[float, ...]

    def draw(self, km: float, source: random.Random) -> Route:
        """A route of this length."""
        inflation = _between(self.inflation, source.random())
        return Route(km, inflation, _between(self.jitter_ms, source.random()))


def _between(quantiles: Sequence[float], share: float) -> float:
    place = share * (len(quantiles) - 1)
    below = min(int(place), len(quantiles) - 2)
    return quantiles[below] + (place - below) * (quantiles[below + 1] - quantiles[below])


def fit(measured: Measurements) -> RouteModel:
    """The quantiles of measured round trips between sites that are not near each other."""
    at = {
        (site.network, site.name): (site.latitude_deg, site.longitude_deg)
        for site in measured.sites
    }
    inflation: list[float] = []
    jitter: list[float] = []
    for trip in measured.round_trips:
        km = distance_km(at[trip.network, trip.source], at[trip.network, trip.target])
        if km >= NEAREST_KM:
            inflation.append(trip.minimum_ms * FIBRE_KM_PER_MS / 2 / km)
            jitter.append(trip.average_ms - trip.minimum_ms)
    return RouteModel(_quantiles(inflation), _quantiles(jitter))


def _quantiles(values: Sequence[float]) -> tuple[float, ...]:
    ordered = sorted(values)
    return tuple(round(_between(ordered, step / STEPS), 3) for step in range(STEPS + 1))


# fmt: off
MEASURED: Final = RouteModel(
    inflation=(
        1.102, 1.241, 1.302, 1.358, 1.408, 1.453, 1.494, 1.543, 1.581, 1.622, 1.672,
        1.71, 1.757, 1.877, 2.007, 2.087, 2.187, 2.396, 2.696, 3.232, 6.394,
    ),
    jitter_ms=(
        0.013, 0.024, 0.029, 0.035, 0.047, 0.065, 0.099, 0.177, 0.206, 0.22, 0.245,
        0.278, 0.362, 0.433, 0.545, 0.734, 1.184, 1.66, 2.246, 2.875, 6.749,
    ),
)
# fmt: on
"""Of 2020, between data centres: access networks are longer and less even."""


if __name__ == "__main__":
    folder = shared_data()
    print(fit(read_measurements(folder / ROUND_TRIPS, folder / SITES)))
