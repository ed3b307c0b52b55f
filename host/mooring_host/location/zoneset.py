# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The zones that location results speak of, and the geometry behind their names.

Tokens carry only names and an 8-byte digest of the whole set, so that a licence and a location
result cannot mean different places by the same name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mooring_host import cbor
from mooring_host.errors import FileError
from mooring_host.jsonfile import JsonObject, parse_json, read_text
from mooring_host.text import flaw
from mooring_host.token.frame import ZONE_SET_BYTES
from mooring_host.token.zones import is_zone_name

ZONE_FILE_VERSION: Final = 1


@dataclass(frozen=True)
class Zone:
    """A named place."""

    name: str
    geometry: str
    """Its definition, word for word as digested: WKT, or text that a person can check."""


@dataclass(frozen=True)
class ZoneSet:
    """Zones in order of name, each once."""

    zones: tuple[Zone, ...]

    @property
    def digest(self) -> bytes:
        """First 8 bytes of SHA-256 over the CBOR array of [name, geometry]."""
        rows = [[zone.name, zone.geometry] for zone in self.zones]
        return hashlib.sha256(cbor.encode(rows)).digest()[:ZONE_SET_BYTES]

    @property
    def names(self) -> frozenset[str]:
        """The names alone."""
        return frozenset(zone.name for zone in self.zones)

    @classmethod
    def of(cls, zones: dict[str, str]) -> ZoneSet:
        """A set from names and geometries.

        Raises:
            FileError: a name is not of the form that tokens can carry.
        """
        return cls._checked([Zone(name, text) for name, text in zones.items()], "a zone set")

    def to_json(self) -> str:
        """The set as a file, which `from_json` reads."""
        rows = [{"name": zone.name, "geometry": zone.geometry} for zone in self.zones]
        return json.dumps({"version": ZONE_FILE_VERSION, "zones": rows}, indent=2)

    @classmethod
    def from_json(cls, text: str, where: str = "a zone file") -> ZoneSet:
        """Reads ``{"version": 1, "zones": [{"name": ..., "geometry": ...}, ...]}``.

        Raises:
            FileError: it is no such file.
        """
        file = parse_json(text, where)
        file.version(ZONE_FILE_VERSION)
        zones = [_zone(item) for item in file.objects("zones")]
        file.close()
        return cls._checked(zones, where)

    @classmethod
    def read(cls, path: Path) -> ZoneSet:
        """Reads a zone file."""
        return cls.from_json(read_text(path), str(path))

    @classmethod
    def _checked(cls, zones: list[Zone], where: str) -> ZoneSet:
        attempted = f"read {where}"
        if not zones:
            raise FileError(attempted, "zones: the list is empty")
        names: set[str] = set()
        for zone in zones:
            if not is_zone_name(zone.name):
                raise FileError(
                    attempted, f"zone name: found {zone.name!r}, expected [a-z0-9._-]{{1,24}}"
                )
            if zone.name in names:
                raise FileError(attempted, f"zone name: {zone.name!r} occurs twice")
            if problem := flaw(zone.geometry):
                raise FileError(attempted, f"geometry of zone {zone.name!r}: {problem}")
            names.add(zone.name)
        return cls(tuple(sorted(zones, key=lambda zone: zone.name)))


def _zone(item: JsonObject) -> Zone:
    zone = Zone(item.text("name"), item.text("geometry"))
    item.close()
    return zone
