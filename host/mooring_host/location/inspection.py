# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Location by inspection: somebody went there, saw the chip, and says where it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mooring_host.errors import FileError
from mooring_host.jsonfile import parse_json, read_text
from mooring_host.location.method import Subject
from mooring_host.location.verdict import LocationVerdict, ZoneFinding, ZoneVerdict
from mooring_host.location.zoneset import ZoneSet
from mooring_host.states import Method
from mooring_host.token.frame import UEID_BYTES, ZONE_SET_BYTES
from mooring_host.token.zones import Zones, sorted_zones

STATEMENT_VERSION: Final = 1


@dataclass(frozen=True)
class InspectionStatement:
    """What an inspector states about one chip."""

    inspector: str
    place: str
    """For people: address, room, rack. It never leaves the verifier's records."""
    ueid: bytes
    seen_at: int
    """Seconds since 1970."""
    valid_until: int
    """Seconds since 1970: how long the chip can be relied on to stay, by seals or visits."""
    zone_set: bytes
    """Digest of the zone set that the names below belong to."""
    inside: Zones = ()
    excluded: Zones = ()

    def to_json(self) -> str:
        """The statement as a file."""
        return json.dumps(
            {
                "version": STATEMENT_VERSION,
                "inspector": self.inspector,
                "place": self.place,
                "ueid": self.ueid.hex(),
                "seen_at": self.seen_at,
                "valid_until": self.valid_until,
                "zone_set": self.zone_set.hex(),
                "inside": list(self.inside),
                "excluded": list(self.excluded),
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str, where: str = "an inspection statement") -> InspectionStatement:
        """Reads a statement.

        Raises:
            FileError: it is none; the field that is wrong is named.
        """
        file = parse_json(text, where)
        file.version(STATEMENT_VERSION)
        statement = cls(
            inspector=file.text("inspector"),
            place=file.text("place"),
            ueid=file.blob("ueid", UEID_BYTES),
            seen_at=file.integer("seen_at"),
            valid_until=file.integer("valid_until"),
            zone_set=file.blob("zone_set", ZONE_SET_BYTES),
            inside=sorted_zones(file.texts("inside")),
            excluded=sorted_zones(file.texts("excluded")),
        )
        file.close()
        both = sorted(set(statement.inside) & set(statement.excluded))
        if both:
            raise FileError(f"read {where}", f"zone {both[0]!r} is both inside and excluded")
        return statement

    @classmethod
    def read(cls, path: Path) -> InspectionStatement:
        """Reads a statement file."""
        return cls.from_json(read_text(path), str(path))


@dataclass(frozen=True)
class Inspection:
    """The method: a statement, judged against the zones that it claims to speak of."""

    statement: InspectionStatement
    zone_set: ZoneSet

    def locate(self, subject: Subject, now: int) -> LocationVerdict:
        """The verdict; every zone that the statement does not name is ambiguous."""
        said = self.statement
        return LocationVerdict(
            method=Method.INSPECTION,
            zone_set=self.zone_set.digest,
            findings=tuple(
                ZoneFinding(zone.name, self._verdict(zone.name)) for zone in self.zone_set.zones
            ),
            valid_until=said.valid_until,
            problems=tuple(self._problems(subject, now)),
            basis=said.to_json(),
        )

    def _verdict(self, zone: str) -> ZoneVerdict:
        if zone in self.statement.inside:
            return ZoneVerdict.INSIDE
        if zone in self.statement.excluded:
            return ZoneVerdict.EXCLUDED
        return ZoneVerdict.AMBIGUOUS

    def _problems(self, subject: Subject, now: int) -> list[str]:
        said = self.statement
        problems: list[str] = []
        if said.ueid != subject.ueid:
            problems.append(
                f"the statement is about chip {said.ueid.hex()}, not {subject.ueid.hex()}"
            )
        if said.zone_set != self.zone_set.digest:
            problems.append(
                f"the statement uses zone set {said.zone_set.hex()}, "
                f"not {self.zone_set.digest.hex()}"
            )
        unknown = sorted((set(said.inside) | set(said.excluded)) - self.zone_set.names)
        if unknown:
            problems.append(f"the zone set has no zone {unknown[0]!r}")
        if said.seen_at > now:
            problems.append("the chip was seen in the future")
        if said.valid_until <= now:
            problems.append("the statement is no longer valid")
        return problems
