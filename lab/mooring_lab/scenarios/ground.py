# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The ground that a scenario stands on: round trips over real distances, and signed receipts.

A landmark first has the device sign for its nonce, so that only what holds the chip's key gets
a receipt; the round trip it then writes down is computed from where everything is. The chip's
own ranging commands are not used: timing is simulated, keys, receipts and verdicts are real.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import shapely
from pyproj import Geod

from mooring_host.keys.signer import Signer
from mooring_host.location.borders import Borders, territories
from mooring_host.location.landmarks import Landmark
from mooring_host.location.shapes import countries_geometry
from mooring_host.location.verdict import LocationVerdict, ZoneVerdict
from mooring_host.location.zoneset import ZoneSet
from mooring_host.policy import zone_group
from mooring_host.policy.days import day_of
from mooring_host.states import Role
from mooring_host.token import IssuerKey, Receipt, TrustList, issue
from mooring_lab.issuer import START, signer
from mooring_lab.scenarios import model

FIBRE_KM_PER_MS: Final = 200.0
ROUNDS: Final = 16
YEAR_S: Final = 365 * 86_400
SHORE_DEG: Final = 0.1
"""A site this near to a country's outline is taken to be in it: thinned borders cut harbours."""
_GEOD: Final = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Measured:
    """One landmark's round trip, for people."""

    landmark: str
    round_trip_ms: float
    """As the landmark reports it."""


@dataclass(frozen=True)
class Ground:
    """Places, zones and landmarks of one scenario."""

    scenario: model.Scenario

    @cached_property
    def borders(self) -> Borders:
        """Those that come with the verifier."""
        return Borders.natural_earth()

    @cached_property
    def codes(self) -> Mapping[str, tuple[str, ...]]:
        """The countries of each zone, the built-in ones among them."""
        group = zone_group("D:5", day_of(START), self.scenario.regions)
        d5 = sorted(territories(group.iso) & self.borders.outlines.keys())
        return {"prc": ("CN", "HK", "MO"), "d5": tuple(d5), **self.scenario.zones}

    @cached_property
    def zone_set(self) -> ZoneSet:
        """All zones, as the verifier and the chip's licences know them."""
        return ZoneSet.of(
            {name: countries_geometry(codes, self.borders) for name, codes in self.codes.items()}
        )

    @cached_property
    def keys(self) -> Mapping[str, Signer]:
        """A key for each landmark."""
        seed = self.scenario.id.encode()
        return {m.name: signer(seed, f"landmark {m.name}") for m in self.scenario.landmarks}

    @cached_property
    def trust(self) -> TrustList:
        """The list by which the verifier knows its landmarks."""
        valid = (START - YEAR_S, START + YEAR_S)
        keys = (IssuerKey(k.public_key, Role.LANDMARK, 0, *valid) for k in self.keys.values())
        return TrustList(START, 1, tuple(keys))

    @cached_property
    def registry(self) -> Mapping[bytes, Landmark]:
        """Where the verifier has its landmarks."""
        return {
            self.keys[mark.name].kid: Landmark(mark.name, *self.point(mark.at))
            for mark in self.scenario.landmarks
        }

    def point(self, place: str) -> tuple[float, float]:
        """Latitude and longitude in degrees."""
        at = self.scenario.places[place]
        return at.latitude_deg, at.longitude_deg

    def km(self, stops: Sequence[str]) -> float:
        """Along great circles from place to place."""
        return sum(self._apart_km(one, other) for one, other in pairwise(stops))

    def _apart_km(self, one: str, other: str) -> float:
        (lat_1, lon_1), (lat_2, lon_2) = self.point(one), self.point(other)
        return float(_GEOD.inv(lon_1, lat_1, lon_2, lat_2)[2]) / 1e3

    def round_trip_ms(self, mark: model.Landmark, step: model.Locate, at: str) -> float:
        """What the landmark reports for a device at a place."""
        network = self.scenario.network
        km = self.km([mark.really_at, *step.relays, at])
        true = 2 * km * network.inflation / FIBRE_KM_PER_MS + network.fixed_ms + step.delay_ms
        if step.timer is model.Timer.CHIP:
            true *= step.clock_rate
        return max(true + mark.lie_ms, 1e-3)

    def receipt(
        self, mark: model.Landmark, ueid: bytes, nonce: bytes, ms: float, now: int
    ) -> bytes:
        """What the landmark signs."""
        bound = round(ms * 1e6)
        trips = tuple(bound + 137 * each for each in range(ROUNDS))
        session = hashlib.sha256(nonce + mark.name.encode()).digest()
        said = Receipt(ueid, nonce, now, *self.point(mark.at), 50, trips, 1, 8, session)
        return issue(said, self.keys[mark.name])

    def is_true(self, verdict: LocationVerdict, place: str) -> bool:
        """Whether everything that the verdict proves holds for a chip at that place."""
        latitude, longitude = self.point(place)
        here = shapely.Point(longitude, latitude)
        for finding in verdict.findings:
            if not verdict.sound or finding.verdict is ZoneVerdict.AMBIGUOUS:
                continue
            shapes = [self.borders.outlines[code].shape for code in self.codes[finding.zone]]
            near = min(shape.distance(here) for shape in shapes)
            inside = finding.verdict is ZoneVerdict.INSIDE
            if (inside and near > SHORE_DEG) or (not inside and near == 0.0):
                return False
        return True
