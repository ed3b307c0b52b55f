# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Location by landmarks: receipts, judged one by one, and the region that they leave together.

A receipt that is not in order does not count, and is named. Leaving it out can only widen the
region. Which receipts count never depends on the region that they would leave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyproj import Geod

from mooring_host import cose
from mooring_host.errors import Error
from mooring_host.location.borders import Borders
from mooring_host.location.bounds import BoundPolicy, DistanceBound
from mooring_host.location.landmarks import Landmark
from mooring_host.location.method import Subject
from mooring_host.location.region import Region
from mooring_host.location.shapes import read_shape
from mooring_host.location.verdict import Left, LocationVerdict, ZoneFinding, ZoneVerdict
from mooring_host.location.zoneset import ZoneSet
from mooring_host.states import Method, Role
from mooring_host.token.receipt import Receipt
from mooring_host.token.trust import TrustList

_GEOD: Final = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Rejected:
    """A receipt that does not count."""

    index: int
    """Its place among those given."""
    reason: str


@dataclass(frozen=True)
class LandmarkNetwork:
    """The method: receipts, judged against the verifier's own registry and policy."""

    receipts: Sequence[bytes]
    nonce: bytes
    """The verifier's, of this appraisal."""
    trust: TrustList
    """Its landmark keys count; a revoked key is one that it does not list."""
    registry: Mapping[bytes, Landmark]
    """Landmarks by the kid of their key."""
    zone_set: ZoneSet
    borders: Borders
    policy: BoundPolicy = field(default_factory=BoundPolicy)
    method: Method = Method.LANDMARK_NETWORK

    @classmethod
    def colocated(
        cls,
        receipt: bytes,
        nonce: bytes,
        trust: TrustList,
        registry: Mapping[bytes, Landmark],
        zone_set: ZoneSet,
        borders: Borders,
        policy: BoundPolicy | None = None,
    ) -> LandmarkNetwork:
        """One landmark in the same building or city: the same proof from a single disk."""
        rules = policy or BoundPolicy(largest_radius_km=200.0)
        kind = Method.COLOCATED_LANDMARK
        return cls([receipt], nonce, trust, registry, zone_set, borders, rules, kind)

    def locate(self, subject: Subject, now: int) -> LocationVerdict:
        """The verdict; INCONSISTENT evidence and too few landmarks are problems, and prove nothing.

        `basis` tells area and countries, and no point.
        """
        accepted, rejected = self.judged(subject, now)
        remarks = [f"receipt {each.index}: {each.reason}" for each in rejected]
        disks = self._disks(accepted)
        problems = self._problems(accepted, len(disks), now)
        findings: tuple[ZoneFinding, ...] = ()
        left: Left | None = None
        if not problems:
            region = Region.of(disks, self.policy.outliers)
            if region.is_empty:
                problems.append("INCONSISTENT: no place on Earth fits the receipts")
            else:
                findings, told = self._findings(region)
                remarks += told
                left = self._left(region)
                remarks.append(f"area at most {left.area_km2:.2g} km2")
                remarks.append(f"possible: {', '.join(left.countries) or 'sea'}")
        return LocationVerdict(
            method=self.method,
            zone_set=self.zone_set.digest,
            findings=findings or self._ambiguous(),
            valid_until=self._valid_until(accepted, now),
            # What kept receipts from counting explains why there were too few.
            problems=tuple(problems + remarks) if problems else (),
            basis="\n".join([f"speed {self.policy.speed.value} km/ms", *remarks]),
            left=left,
        )

    def judged(self, subject: Subject, now: int) -> tuple[dict[bytes, Receipt], list[Rejected]]:
        """The receipts that count, the best of each landmark, and the others with reasons."""
        accepted: dict[bytes, Receipt] = {}
        rejected: list[Rejected] = []
        for index, token in enumerate(self.receipts):
            try:
                kid, receipt = self._verified(token)
            except Error as error:
                rejected.append(Rejected(index, error.found))
                continue
            reason = self._unfit(kid, receipt, subject, now)
            if reason:
                rejected.append(Rejected(index, reason))
            elif kid not in accepted or receipt.bound_ns < accepted[kid].bound_ns:
                accepted[kid] = receipt
        return accepted, rejected

    def _verified(self, token: bytes) -> tuple[bytes, Receipt]:
        frame = cose.parse_sign1(token, Receipt.kind.typ)
        key = self.trust.key_of(frame.kid)
        attempted = "verify a receipt"
        if key is None or key.role is not Role.LANDMARK:
            raise Error(attempted, f"key {frame.kid.hex()} is not a landmark's on the trust list")
        if not frame.verified_by(key.public_key):
            raise Error(attempted, "its signature is wrong")
        receipt = Receipt.from_payload(frame.payload)
        if not key.not_before <= receipt.issued_at < key.not_after:
            raise Error(attempted, f"key {frame.kid.hex()} was not valid when it signed")
        known = self.registry.get(frame.kid)
        if known and known.public_key not in (None, key.public_key):
            raise Error(attempted, f"{known.name} is registered with another key")
        return frame.kid, receipt

    def _unfit(self, kid: bytes, receipt: Receipt, subject: Subject, now: int) -> str:
        if receipt.ueid != subject.ueid:
            return "is about another chip"
        if receipt.nonce != self.nonce:
            return "answers another nonce"
        if receipt.issued_at > now:
            return "is from the future"
        if now - receipt.issued_at > self.policy.oldest_s:
            return f"is {now - receipt.issued_at} s old, allowed are {self.policy.oldest_s}"
        known = self.registry.get(kid)
        if known is None:
            return f"landmark {kid.hex()} is not in the registry"
        if known.revoked:
            return f"{known.name} is revoked"
        if not known.valid_from <= receipt.issued_at < known.valid_until:
            return f"{known.name} was not registered when it signed"
        return self._misplaced(known, receipt)

    def _misplaced(self, known: Landmark, receipt: Receipt) -> str:
        _, _, metres = _GEOD.inv(
            known.longitude_deg, known.latitude_deg, receipt.longitude_deg, receipt.latitude_deg
        )
        apart = float(metres) / 1e3
        allowed = self._position_error_km(known, receipt)
        if apart <= allowed:
            return ""
        return f"{known.name} says it is {apart:.1f} km from where it is registered"

    def _position_error_km(self, known: Landmark, receipt: Receipt) -> float:
        claimed = receipt.position_error_m / 1e3
        return self.policy.position_error_km + known.position_error_km + claimed

    def _disks(self, accepted: Mapping[bytes, Receipt]) -> list[DistanceBound]:
        disks: list[DistanceBound] = []
        for kid, receipt in accepted.items():
            known = self.registry[kid]
            error = known.position_error_km + receipt.position_error_m / 1e3
            radius = self.policy.radius_km(receipt.bound_ns / 1e6, error)
            if radius <= self.policy.largest_radius_km:
                disks.append(DistanceBound(known.latitude_deg, known.longitude_deg, radius))
        return disks

    def _problems(self, accepted: Mapping[bytes, Receipt], usable: int, now: int) -> list[str]:
        problems: list[str] = []
        if usable < self.policy.minimum_landmarks:
            wanted = self.policy.minimum_landmarks
            problems.append(f"{usable} landmarks count, expected at least {wanted}")
        times = [receipt.issued_at for receipt in accepted.values()]
        if times and max(times) - min(times) > self.policy.spread_s:
            spread = max(times) - min(times)
            problems.append(f"receipts are {spread} s apart, allowed are {self.policy.spread_s}")
        if times and self._valid_until(accepted, now) <= now:
            problems.append("the receipts are no longer valid")
        return problems

    def _valid_until(self, accepted: Mapping[bytes, Receipt], now: int) -> int:
        oldest = min((receipt.issued_at for receipt in accepted.values()), default=now)
        return oldest + self.policy.oldest_s

    def _findings(self, region: Region) -> tuple[tuple[ZoneFinding, ...], list[str]]:
        findings: list[ZoneFinding] = []
        told: list[str] = []
        for zone in self.zone_set.zones:
            try:
                shape = read_shape(zone.geometry, self.borders)
            except Error as error:
                told.append(f"zone {zone.name}: {error.found}")
                shape = None
            findings.append(ZoneFinding(zone.name, region.verdict(shape, self.policy)))
        return tuple(findings), told

    def _left(self, region: Region) -> Left:
        # Two digits, upwards: more would tell the shape of the region, less would not be true.
        digits = 1 - math.floor(math.log10(region.area_km2))
        area = math.ceil(region.area_km2 * 10.0**digits) / 10.0**digits
        return Left(area, region.countries(self.borders.outlines, self.policy))

    def _ambiguous(self) -> tuple[ZoneFinding, ...]:
        return tuple(ZoneFinding(z.name, ZoneVerdict.AMBIGUOUS) for z in self.zone_set.zones)
