# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The verdict on a place: for each zone inside, excluded, or neither can be said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mooring_host.states import Method
from mooring_host.token.location import LocationResult
from mooring_host.token.zones import Zones, sorted_zones


class ZoneVerdict(Enum):
    """Where the chip is with respect to one zone."""

    INSIDE = "inside"
    EXCLUDED = "excluded"
    AMBIGUOUS = "ambiguous"
    """An answer, not a failure; it counts as neither of the others."""


@dataclass(frozen=True)
class ZoneFinding:
    """The verdict on one zone."""

    zone: str
    verdict: ZoneVerdict


@dataclass(frozen=True)
class Left:
    """What a measurement leaves possible; never a point."""

    area_km2: float
    """At most, to two digits."""
    countries: tuple[str, ...]
    """Codes, sorted; none if only sea is left."""


@dataclass(frozen=True)
class LocationVerdict:
    """What was found, whatever anyone wants to do about it.

    A verdict with problems proves nothing: it fails closed.
    """

    method: Method
    zone_set: bytes
    findings: tuple[ZoneFinding, ...]
    valid_until: int
    """Seconds since 1970; a location result from this verdict expires no later."""
    problems: tuple[str, ...] = ()
    basis: str = ""
    """What the verdict rests on, for the records."""
    left: Left | None = None
    """None: nothing was measured, or what was proves nothing."""

    @property
    def sound(self) -> bool:
        """Whether the verdict proves anything."""
        return not self.problems

    def zones(self, verdict: ZoneVerdict) -> Zones:
        """The zones with this verdict, sorted; none if the verdict is not sound."""
        if not self.sound:
            return ()
        return sorted_zones([f.zone for f in self.findings if f.verdict is verdict])

    def to_result(
        self, ueid: bytes, nonce: bytes | None, issued_at: int, lifetime_s: int
    ) -> LocationResult:
        """The claims that a location key may sign for this verdict."""
        return LocationResult(
            ueid=ueid,
            method=self.method,
            issued_at=issued_at,
            expires_at=min(self.valid_until, issued_at + lifetime_s),
            zone_set=self.zone_set,
            inside=self.zones(ZoneVerdict.INSIDE),
            excluded=self.zones(ZoneVerdict.EXCLUDED),
            nonce=nonce,
        )

    @classmethod
    def of_result(cls, result: LocationResult, problems: tuple[str, ...]) -> LocationVerdict:
        """The verdict that a location result stands for."""
        pairs = [(zone, ZoneVerdict.INSIDE) for zone in result.inside]
        pairs += [(zone, ZoneVerdict.EXCLUDED) for zone in result.excluded]
        return cls(
            method=result.method,
            zone_set=result.zone_set,
            findings=tuple(ZoneFinding(zone, verdict) for zone, verdict in pairs),
            valid_until=result.expires_at,
            problems=problems,
            basis="location result",
        )
