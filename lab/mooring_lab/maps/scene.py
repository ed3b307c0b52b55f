# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a map shows, without a word about how it is drawn.

Shapes are shapely geometries of longitudes and latitudes in degrees (WGS 84), cut at the
antimeridian where they cross it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from shapely.geometry.base import BaseGeometry as Geometry

from mooring_lab.maps.view import View


class Shade(Enum):
    """What is to be said of a country."""

    PLAIN = "elsewhere"
    EXCLUDED = "restricted, excluded"
    POSSIBLE = "still possible"
    RESTRICTED = "restricted, possible"
    PROVEN = "proven"


@dataclass(frozen=True)
class Country:
    """A country and its shade."""

    name: str
    shape: Geometry
    shade: Shade = Shade.PLAIN


class MarkKind(Enum):
    """What stands at a point."""

    LANDMARK = "landmark"
    SITE = "true place"
    PLACE = "site"
    CLAIM = "claimed place"


@dataclass(frozen=True)
class Mark:
    """A point, and the circle within which it places the chip, if it does."""

    kind: MarkKind
    latitude_deg: float
    longitude_deg: float
    label: str = ""
    radius_km: float | None = None


@dataclass(frozen=True)
class Scene:
    """A whole map."""

    title: str
    view: View
    countries: tuple[Country, ...]
    region: Geometry | None = None
    """Where the chip must be, by all landmarks together."""
    marks: tuple[Mark, ...] = ()
    subtitle: str = ""
    source: str = ""
    """Small print: where borders and measurements come from."""
