# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""For sites: the round trips that prove something there, the landmarks needed, and their cost.

A landmark serves a site for a zone if the round trip to be expected between the two is short
enough to exclude the zone by that landmark alone.  Several together can exclude more, so that
the number of landmarks is enough, and may be more than is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from mooring_lab.evaluation.atlas import Atlas, distance_km
from mooring_lab.evaluation.estimators import LIGHT_KM_PER_MS
from mooring_lab.evaluation.zones import Zone
from mooring_lab.planning.cover import Cover, cover
from mooring_lab.planning.sites import PlanSite

FIBRE_KM_PER_MS: Final = 200.0


Borders: TypeAlias = Mapping[PlanSite, Mapping[str, float]]
"""For each site, how far each country is at least."""


@dataclass(frozen=True)
class Assumptions:
    """What a plan rests on; every number can be given."""

    bound_km_per_ms: float = LIGHT_KM_PER_MS
    """Speed by which a round trip becomes a radius: what is to be proven."""
    inflation: float = 1.70
    """Expected round trip over that of a straight fibre at 200 km/ms.  The median of 722
    measured pairs of clouds; one in ten has more than 2.69."""
    fixed_ms: float = 0.5
    """Of every round trip, however near: the last mile, the host's bridge and the line.  Between
    zones of one town 0.13 to 2.16 ms were measured; two bytes at 921600 baud add 0.02 ms."""
    site_error_km: float = 0.0
    """Added to every site's own uncertainty."""
    landmark_cost_usd: float = 25_000.0
    """A year of one landmark: Brass and Aarne (IAPS, 2024)."""
    software_cost_usd: float = 1_000_000.0
    """Once, for firmware: below this by the same source."""
    years: float = 5.0
    redundancy: int = 1
    """Landmarks at each chosen place."""

    def expected_ms(self, apart_km: float) -> float:
        """The round trip to be expected over a distance."""
        return self.fixed_ms + 2 * apart_km * self.inflation / FIBRE_KM_PER_MS

    def radius_km(self, round_trip_ms: float) -> float:
        """What a round trip proves."""
        return round_trip_ms * self.bound_km_per_ms / 2


@dataclass(frozen=True)
class Budget:
    """How long a round trip from a landmark beside the site may take."""

    zone: str
    nearest: str
    """The territory of the zone that is nearest."""
    distance_km: float
    """To its border, at least; 0 if the site is in the zone, or may be."""
    light_ms: float
    """Below this the zone is excluded, at the speed of light."""
    fibre_ms: float
    """The same if no signal were faster than 200 km/ms."""


@dataclass(frozen=True)
class SiteBudgets:
    """What can be proven at one site by a landmark beside it."""

    site: PlanSite
    zones: tuple[Budget, ...]
    country: Budget
    """Below this every other country is excluded."""


@dataclass(frozen=True)
class Plan:
    """Landmarks that exclude one zone at all sites where that is possible."""

    zone: str
    sites: int
    landmarks: tuple[str, ...]
    least: int
    """No choice among the candidates is smaller."""
    optimal: bool
    in_zone: tuple[str, ...]
    """Sites that are in the zone themselves."""
    unserved: tuple[str, ...]
    """Sites for which no candidate is near enough for what it expects to measure."""
    yearly_usd: float
    total_usd: float


def borders_of(
    sites: Iterable[PlanSite], atlas: Atlas, progress: Callable[[str], None] = lambda _: None
) -> Borders:
    """The distances from each site to all countries."""
    found: dict[PlanSite, Mapping[str, float]] = {}
    for site in dict.fromkeys(sites):
        progress(site.name)
        found[site] = atlas.border_km(site.latitude_deg, site.longitude_deg)
    return found


def budgets(
    sites: Sequence[PlanSite], borders: Borders, zones: Sequence[Zone], assumed: Assumptions
) -> tuple[SiteBudgets, ...]:
    """The budgets of every site, in order."""
    found: list[SiteBudgets] = []
    for site in sites:
        border = borders[site]
        error = site.radius_km + assumed.site_error_km
        foreign = frozenset(code for code in border if len(code) == 2 and code != site.country)
        made = [_budget(zone, border, error) for zone in zones]
        country = _budget(Zone("another country", foreign), border, error)
        found.append(SiteBudgets(site, tuple(made), country))
    return tuple(found)


def plan(
    sites: Sequence[PlanSite],
    candidates: Sequence[PlanSite],
    borders: Borders,
    zone: Zone,
    assumed: Assumptions,
) -> Plan:
    """The fewest of the candidates that exclude the zone at every site where one can.

    Raises:
        KeyError: `borders` lacks a candidate; a defect of the caller.
    """
    outside = [site for site in sites if site.country not in zone.codes]
    serves = [_served(candidate, outside, borders, zone, assumed) for candidate in candidates]
    result: Cover = cover(serves, len(outside))
    yearly = len(result.chosen) * assumed.redundancy * assumed.landmark_cost_usd
    return Plan(
        zone=zone.name,
        sites=len(sites),
        landmarks=tuple(candidates[index].name for index in result.chosen),
        least=result.least,
        optimal=result.optimal,
        in_zone=tuple(site.name for site in sites if site.country in zone.codes),
        unserved=tuple(outside[number].name for number in result.unserved),
        yearly_usd=yearly,
        total_usd=yearly * assumed.years + assumed.software_cost_usd,
    )


def _served(
    candidate: PlanSite,
    sites: Sequence[PlanSite],
    borders: Borders,
    zone: Zone,
    assumed: Assumptions,
) -> frozenset[int]:
    """The sites, by number, for which a landmark there is expected to exclude the zone."""
    reach = min(km for code, km in borders[candidate].items() if code in zone.codes)
    return frozenset(
        number for number, site in enumerate(sites) if _serves(candidate, site, reach, assumed)
    )


def _budget(zone: Zone, border: Mapping[str, float], error_km: float) -> Budget:
    nearest = min(sorted(zone.codes & set(border)), key=lambda code: border[code])
    distance = max(border[nearest] - error_km, 0.0)
    return Budget(
        zone=zone.name,
        nearest=nearest,
        distance_km=distance,
        light_ms=2 * distance / LIGHT_KM_PER_MS,
        fibre_ms=2 * distance / FIBRE_KM_PER_MS,
    )


def _serves(candidate: PlanSite, site: PlanSite, reach_km: float, assumed: Assumptions) -> bool:
    apart = distance_km(
        (candidate.latitude_deg, candidate.longitude_deg), (site.latitude_deg, site.longitude_deg)
    )
    # The site may lie farther off than the middle of its town.
    worst = apart + site.radius_km + assumed.site_error_km
    return assumed.radius_km(assumed.expected_ms(worst)) < reach_km
