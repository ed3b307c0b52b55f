# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The verifier's own registry of landmarks: who they are, where they stand, and since when.

A receipt says where its landmark claims to be; the registry says where it is. Which keys may
sign at all is for the trust list to say: an entry here adds a place to such a key, and can only
take trust away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mooring_host import cose
from mooring_host.errors import FileError
from mooring_host.fields import TIME_MAX
from mooring_host.jsonfile import JsonObject, parse_json, read_text

REGISTRY_VERSION: Final = 1
MOST_ERROR_M: Final = 10**6
"""A landmark that may be farther than this from its place has none."""


@dataclass(frozen=True)
class Landmark:
    """What the verifier itself knows of a landmark."""

    name: str
    latitude_deg: float
    longitude_deg: float
    """WGS 84."""
    position_error_km: float = 0.0
    public_key: bytes | None = None
    """Ed25519; None: whatever key the trust list has under the kid."""
    valid_from: int = 0
    """Seconds since 1970; the first receipt that counts."""
    valid_until: int = TIME_MAX
    """Seconds since 1970; every receipt that counts is from before."""
    revoked: bool = False
    """Nothing that it ever signed counts."""

    def to_entry(self) -> dict[str, str | float | bool]:
        """The entry of a registry file.

        Raises:
            ValueError: the landmark has no public key.
        """
        if self.public_key is None:
            raise ValueError(f"{self.name} has no public key")
        return {
            "kid": cose.kid_of(self.public_key).hex(),
            "name": self.name,
            "latitude_deg": self.latitude_deg,
            "longitude_deg": self.longitude_deg,
            "position_error_m": self.position_error_km * 1e3,
            "public_key": self.public_key.hex(),
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "revoked": self.revoked,
        }


Registry = Mapping[bytes, Landmark]
"""Landmarks by the kid of their key."""


def registry_json(landmarks: Registry) -> str:
    """The registry as a file, which `parse_registry` reads."""
    entries = [landmarks[kid].to_entry() for kid in sorted(landmarks)]
    return json.dumps({"version": REGISTRY_VERSION, "landmarks": entries}, indent=2)


def parse_registry(text: str, where: str = "a landmark registry") -> Registry:
    """Reads ``{"version": 1, "landmarks": [{"kid": ..., "name": ..., ...}, ...]}``.

    Raises:
        FileError: it is none; the field that is wrong is named, and what was expected.
    """
    file = parse_json(text, where)
    file.version(REGISTRY_VERSION)
    items = file.objects("landmarks")
    file.close()
    if not items:
        raise FileError(f"read {where}", "landmarks: the list is empty")
    found: dict[bytes, Landmark] = {}
    for item in items:
        kid, landmark = _entry(item)
        if kid in found:
            raise FileError(f"read {item.where}", f"kid: {kid.hex()} occurs twice")
        found[kid] = landmark
    return MappingProxyType(found)


def read_registry(path: Path) -> Registry:
    """Reads a registry file.

    Raises:
        FileError: it cannot be read, or is none.
    """
    return parse_registry(read_text(path), str(path))


def _entry(item: JsonObject) -> tuple[bytes, Landmark]:
    kid = item.blob("kid", cose.KID_BYTES)
    landmark = Landmark(
        name=item.text("name"),
        latitude_deg=item.number("latitude_deg", least=-90.0, most=90.0),
        longitude_deg=item.number("longitude_deg", least=-180.0, most=180.0),
        position_error_km=item.number("position_error_m", most=float(MOST_ERROR_M)) / 1e3,
        public_key=item.blob("public_key", cose.PUBLIC_KEY_BYTES),
        valid_from=item.integer("valid_from"),
        valid_until=item.integer("valid_until"),
        revoked=item.boolean("revoked"),
    )
    item.close()
    attempted = f"read {item.where}"
    if landmark.public_key is not None and cose.kid_of(landmark.public_key) != kid:
        expected = cose.kid_of(landmark.public_key).hex()
        raise FileError(
            attempted, f"kid: found {kid.hex()}, expected {expected}, that of its public_key"
        )
    if not landmark.valid_from < landmark.valid_until <= TIME_MAX:
        found = f"valid_until: found {landmark.valid_until}"
        raise FileError(attempted, f"{found}, expected more than valid_from, {landmark.valid_from}")
    return kid, landmark
