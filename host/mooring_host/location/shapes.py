# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the geometry of a zone means: countries, groups of them, circles, or WKT.

``countries SG MY`` is a union by the codes of the borders (names for territories without one, as
in ``N._Cyprus``), ``countries@DIGEST SG MY`` the same of
just these borders, ``circle 1.35 103.82 50`` latitude, longitude and kilometres; anything that
WKT reads as polygons is longitudes and latitudes, with edges straight in them. Text that is none
of these is for people to check: no measurement can judge it.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mooring_host.errors import FileError
from mooring_host.location.borders import Borders, territories
from mooring_host.location.bounds import BoundPolicy, DistanceBound
from mooring_host.location.cells import Cells

_COUNTRIES: Final = "countries"
_CIRCLE: Final = "circle"


class Shape(Protocol):
    """A part of the Earth's surface, as far as boxes can tell."""

    def touches(self, cells: Cells, policy: BoundPolicy) -> bool:
        """Whether some box may hold a point of it; doubt is yes."""
        ...

    def holds(self, cells: Cells, policy: BoundPolicy) -> bool:
        """Whether every box certainly lies inside; doubt is no."""
        ...


class Countries:
    """A union of countries: their land, and what of sea and claims may count as theirs."""

    def __init__(self, codes: tuple[str, ...], borders: Borders) -> None:
        missing = [code for code in codes if code not in borders.outlines]
        if missing or not codes:
            found = f"no borders of {missing[0]!r}" if missing else "no country"
            raise FileError("read a zone", f"{found}, expected codes such as 'SG'")
        drawn = borders.outlines
        self._outer: Final = [drawn[code] for code in territories(codes) if code in drawn]
        self._parts: Final = [drawn[code].shape for code in codes]

    @cached_property
    def _land(self) -> BaseGeometry:
        """Two of a union may be crossed between: what holds it is both, without border.

        Made when it is first asked for: most zones are excluded, and the union is slow.
        """
        land = shapely.union_all(self._parts)
        shapely.prepare(land)
        return land

    def touches(self, cells: Cells, policy: BoundPolicy) -> bool:
        """As `Shape`; with claimed territories and territorial waters."""
        boxes, _ = cells.boxes(policy.exclusion_margin_km)
        return any(bool(np.any(shapely.intersects(o.prepared, boxes))) for o in self._outer)

    def holds(self, cells: Cells, policy: BoundPolicy) -> bool:
        """As `Shape`; the land alone."""
        boxes, _ = cells.boxes(policy.border_tolerance_km)
        return bool(np.all(shapely.contains_properly(self._land, boxes)))


class Area:
    """Polygons that somebody defined, exact by definition."""

    def __init__(self, geometry: BaseGeometry) -> None:
        self._geometry: Final = geometry
        shapely.prepare(geometry)

    def touches(self, cells: Cells, policy: BoundPolicy) -> bool:
        """As `Shape`."""
        boxes, _ = cells.boxes(0.0)
        return bool(np.any(shapely.intersects(self._geometry, boxes)))

    def holds(self, cells: Cells, policy: BoundPolicy) -> bool:
        """As `Shape`."""
        boxes, _ = cells.boxes(0.0)
        return bool(np.all(shapely.contains_properly(self._geometry, boxes)))


class Circle:
    """A disk by its geodesic radius, exact by definition."""

    def __init__(self, disk: DistanceBound) -> None:
        self._disk: Final = disk

    def touches(self, cells: Cells, policy: BoundPolicy) -> bool:
        """As `Shape`."""
        nearest = cells.distances_km([self._disk])[:, 0] - cells.reach_km
        return bool(np.any(nearest <= self._disk.radius_km))

    def holds(self, cells: Cells, policy: BoundPolicy) -> bool:
        """As `Shape`."""
        farthest = cells.distances_km([self._disk])[:, 0] + cells.reach_km
        return bool(np.all(farthest <= self._disk.radius_km))


def read_shape(geometry: str, borders: Borders) -> Shape | None:
    """The shape that a zone's geometry stands for; None if it is text for people.

    Raises:
        FileError: it names a country or borders that are not there, or no area on the globe.
    """
    words = geometry.split()
    kind, _, digest = words[0].partition("@") if words else ("", "", "")
    if kind == _COUNTRIES:
        if digest and digest != borders.digest.hex():
            found = f"made for borders {digest}, these are {borders.digest.hex()}"
            raise FileError("read a zone", found, "Define the zones again.")
        return Countries(tuple(word.replace("_", " ") for word in words[1:]), borders)
    if kind == _CIRCLE:
        return Circle(_disk(words[1:]))
    try:
        read = shapely.from_wkt(geometry)
    except shapely.errors.ShapelyError:
        return None
    return Area(_checked(read))


def countries_geometry(codes: tuple[str, ...], borders: Borders) -> str:
    """The words that stand for a union of countries of just these borders."""
    names = [code.replace(" ", "_") for code in codes]
    return " ".join([f"{_COUNTRIES}@{borders.digest.hex()}", *names])


def _checked(read: BaseGeometry) -> BaseGeometry:
    areas = isinstance(read, shapely.Polygon | shapely.MultiPolygon) and not read.is_empty
    west, south, east, north = read.bounds if areas else (0.0, 0.0, 0.0, 0.0)
    on_globe = west >= -180 and south >= -90 and east <= 180 and north <= 90
    if not (areas and on_globe and read.is_valid):
        expected = "expected valid polygons of longitudes and latitudes, cut at 180 degrees"
        raise FileError("read a zone", f"WKT that is no area on the globe, {expected}")
    return read


def _disk(words: list[str]) -> DistanceBound:
    try:
        latitude, longitude, radius = (float(word) for word in words)
    except ValueError as bad:
        expected = "expected latitude, longitude and kilometres"
        raise FileError("read a zone", f"circle {' '.join(words)!r}, {expected}") from bad
    if not (math.isfinite(radius) and radius > 0):
        raise FileError("read a zone", f"circle of {radius} km, expected a positive radius")
    return DistanceBound(latitude, longitude, radius)
