# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Each site located as if its place were not known, and what could be said of it.

Regions are the verifier's own; what is proven is held against the atlas as a second opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from mooring_host.location.bounds import BoundPolicy, DistanceBound
from mooring_host.location.region import Region
from mooring_lab.evaluation.atlas import Atlas, Disk, distance_km
from mooring_lab.evaluation.measurements import Measurements, Site
from mooring_lab.evaluation.rules import LIGHT, Rule, Speed, Standing, rules
from mooring_lab.evaluation.zones import Zone

POSITION_ERROR_KM: Final = 40.0
"""Of a pair: positions in the site table are those of cities, not of halls."""
METRO_MS: Final = (0.2, 0.5, 1.0, 2.0, 4.0)
POLICY: Final = BoundPolicy()
"""The verifier's own numbers: tolerance of borders, and territorial waters."""


@dataclass(frozen=True)
class Located:
    """What one rule says of one site."""

    site: Site
    rule: str
    standing: Standing
    landmarks: int
    truth_excluded: bool
    area_km2: float
    """0 if the region is empty."""
    possible: tuple[str, ...]
    """Countries that have a point in the region, or nearly; all others are excluded."""
    by_points: tuple[str, ...] | None
    """The countries that the second opinion leaves; None where it was not asked."""
    disks: tuple[Disk, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is left: a failure, but one that shows itself."""
        return self.truth_excluded and self.area_km2 == 0.0

    def excludes(self, zone: Zone) -> bool:
        """Whether nothing of the zone is left, while something is."""
        return not self.empty and not zone.codes & set(self.possible)

    @property
    def single(self) -> bool:
        """Whether the site's own country alone is left; territories without a code aside."""
        return _coded(self.possible) == {self.site.country}


@dataclass(frozen=True)
class ZoneCount:
    """Of how many sites outside a zone the zone could be excluded."""

    zone: str
    excluded: int
    outside: int
    """Sites that are not in it, and whose region is not empty."""

    def __str__(self) -> str:
        return f"{self.excluded} of {self.outside}"


@dataclass(frozen=True)
class Summary:
    """One rule over all sites of a network."""

    network: str
    rule: str
    standing: Standing
    sites: int
    truth_excluded: int
    empty: int
    zones: tuple[ZoneCount, ...]
    single: int
    median_possible: float
    """Countries left."""
    median_area_km2: float


def leave_one_out(
    measured: Measurements,
    atlas: Atlas,
    *,
    position_error_km: float = POSITION_ERROR_KM,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Located, ...]:
    """Every site, located by the other sites of its network, by every rule.

    A site that no other timed is left out; `Located.landmarks` says how many did.
    """
    found: list[Located] = []
    for target in measured.sites:
        progress(target.label)
        timed = _timed(measured, target)
        for rule in rules(measured) if timed else ():
            disks = tuple(
                _disk(rule, landmark, target, trip, position_error_km) for landmark, trip in timed
            )
            found.append(_located(target, rule, disks, atlas))
    return tuple(found)


@dataclass(frozen=True)
class Metro:
    """One landmark in the town of each site."""

    round_trip_ms: float
    rule: str
    standing: Standing
    radius_km: float
    sites: int
    zones: tuple[ZoneCount, ...]
    single: int
    median_excluded: float
    """Countries that could be excluded, of `countries`."""
    countries: int


def metro(
    measured: Measurements,
    atlas: Atlas,
    zones: Sequence[Zone],
    *,
    round_trips_ms: Sequence[float] = METRO_MS,
    speeds: Sequence[Speed] = (LIGHT,),
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Metro, ...]:
    """What one landmark beside each place proves alone, by the round trip that it times.

    A disk around a place in country A reaches country B only over B's border, so that the
    distances to borders decide.  Places of several networks within a kilometre count once.
    """
    places = _distinct(measured.sites)
    borders: dict[Site, Mapping[str, float]] = {}
    for site in places:
        progress(site.label)
        borders[site] = atlas.border_km(site.latitude_deg, site.longitude_deg)
    found: list[Metro] = []
    for rule in speeds:
        for trip in round_trips_ms:
            radius = rule.speed_km_per_ms * trip / 2
            left = {
                site: {code for code, km in borders[site].items() if km <= radius}
                for site in places
            }
            found.append(
                Metro(
                    trip,
                    rule.name,
                    rule.standing,
                    radius,
                    len(places),
                    tuple(_count(zone, [(s, left[s]) for s in places]) for zone in zones),
                    sum(_coded(left[site]) <= {site.country} for site in places),
                    median(len(atlas.codes) - len(left[site]) for site in places),
                    len(atlas.codes),
                )
            )
    return tuple(found)


def summarize(found: Sequence[Located], zones: Sequence[Zone]) -> tuple[Summary, ...]:
    """By network and rule, in the order of the study."""
    keys = dict.fromkeys((each.site.network, each.rule) for each in found)
    return tuple(
        _summary([f for f in found if (f.site.network, f.rule) == key], zones) for key in keys
    )


def _summary(found: Sequence[Located], zones: Sequence[Zone]) -> Summary:
    left = [each for each in found if not each.empty]
    return Summary(
        network=found[0].site.network,
        rule=found[0].rule,
        standing=found[0].standing,
        sites=len(found),
        truth_excluded=sum(each.truth_excluded for each in found),
        empty=sum(each.empty for each in found),
        zones=tuple(_count(zone, [(e.site, set(e.possible)) for e in left]) for zone in zones),
        single=sum(each.single for each in left),
        median_possible=median(len(each.possible) for each in left) if left else 0.0,
        median_area_km2=median(each.area_km2 for each in left) if left else 0.0,
    )


def _coded(codes: Iterable[str]) -> set[str]:
    """Without territories that have no code of their own, such as reefs and buffer zones."""
    return {code for code in codes if len(code) == 2}


def _count(zone: Zone, left: Sequence[tuple[Site, set[str]]]) -> ZoneCount:
    outside = [codes for site, codes in left if site.country not in zone.codes]
    excluded = sum(not zone.codes & codes for codes in outside)
    return ZoneCount(zone.name, excluded, len(outside))


def _timed(measured: Measurements, target: Site) -> list[tuple[Site, float]]:
    """The other sites that timed the target, nearest in time first."""
    trips = [
        (site, trip)
        for site in measured.of(target.network)
        if site != target and (trip := measured.fastest_ms(site, target)) is not None
    ]
    return sorted(trips, key=lambda item: item[1])


def _disk(rule: Rule, landmark: Site, target: Site, trip: float, position_error_km: float) -> Disk:
    radius = rule.radius_km(landmark, target, trip) + position_error_km
    return Disk(landmark.latitude_deg, landmark.longitude_deg, radius)


def _located(target: Site, rule: Rule, disks: tuple[Disk, ...], atlas: Atlas) -> Located:
    here = target.latitude_deg, target.longitude_deg
    region = Region.of([DistanceBound(*disk.centre, disk.radius_km) for disk in disks])
    possible = region.countries(atlas.countries, POLICY)
    # The second opinion takes as long as all else, and matters where something is proven.
    asked = rule.standing is Standing.PROVEN
    return Located(
        site=target,
        rule=rule.name,
        standing=rule.standing,
        landmarks=len(disks),
        truth_excluded=any(distance_km(here, disk.centre) > disk.radius_km for disk in disks),
        area_km2=region.area_km2,
        possible=possible,
        by_points=tuple(sorted(atlas.reached(disks))) if asked else None,
        disks=disks,
    )


def _distinct(sites: Sequence[Site]) -> tuple[Site, ...]:
    kept: list[Site] = []
    for site in sites:
        here = site.latitude_deg, site.longitude_deg
        if all(distance_km(here, (o.latitude_deg, o.longitude_deg)) > 1.0 for o in kept):
            kept.append(site)
    return tuple(kept)
