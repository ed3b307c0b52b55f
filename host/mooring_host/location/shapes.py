# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the geometry of a zone means: countries, groups of them, circles, or WKT.

``countries SG MY`` is a union by the codes of the borders, ``circle 1.35 103.82 50`` latitude,
longitude and kilometres, anything that WKT reads is longitudes and latitudes. Text that is none
of these is for people to check: no measurement can judge it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mooring_host.errors import FileError
from mooring_host.location.borders import Outline
from mooring_host.location.bounds import DistanceBound
from mooring_host.location.cells import Cells

_COUNTRIES: Final = "countries"
_CIRCLE: Final = "circle"


class Shape(Protocol):
    """A part of the Earth's surface, as far as boxes can tell."""

    def touches(self, cells: Cells, margin_km: float) -> bool:
        """Whether some box may hold a point of it; doubt is yes."""
        ...

    def holds(self, cells: Cells, margin_km: float) -> bool:
        """Whether every box certainly lies inside; doubt is no."""
        ...


class Area:
    """Polygons of longitudes and latitudes, cut at the antimeridian."""

    def __init__(self, geometry: BaseGeometry) -> None:
        self._geometry: Final = geometry
        shapely.prepare(geometry)

    def touches(self, cells: Cells, margin_km: float) -> bool:
        """As `Shape`."""
        polygons, _ = cells.boxes(margin_km)
        return bool(np.any(shapely.intersects(self._geometry, polygons)))

    def holds(self, cells: Cells, margin_km: float) -> bool:
        """As `Shape`."""
        polygons, _ = cells.boxes(margin_km)
        return bool(np.all(shapely.contains_properly(self._geometry, polygons)))


class Circle:
    """A disk by its geodesic radius."""

    def __init__(self, disk: DistanceBound) -> None:
        self._disk: Final = disk

    def touches(self, cells: Cells, margin_km: float) -> bool:
        """As `Shape`."""
        nearest = cells.distances_km([self._disk])[:, 0] - cells.reach_km
        return bool(np.any(nearest <= self._disk.radius_km + margin_km))

    def holds(self, cells: Cells, margin_km: float) -> bool:
        """As `Shape`."""
        farthest = cells.distances_km([self._disk])[:, 0] + cells.reach_km
        return bool(np.all(farthest <= self._disk.radius_km - margin_km))


def read_shape(geometry: str, outlines: Mapping[str, Outline]) -> Shape | None:
    """The shape that a zone's geometry stands for; None if it is text for people.

    Raises:
        FileError: it names a country that is not among the borders, or no circle.
    """
    word, _, rest = geometry.partition(" ")
    if word == _COUNTRIES:
        return Area(shapely.union_all([_outline(code, outlines) for code in rest.split()]))
    if word == _CIRCLE:
        return Circle(_disk(rest))
    try:
        return Area(shapely.from_wkt(geometry))
    except shapely.errors.ShapelyError:
        return None


def _outline(code: str, outlines: Mapping[str, Outline]) -> BaseGeometry:
    if code not in outlines:
        raise FileError("read a zone", f"no borders of {code!r}, expected a code such as 'SG'")
    return outlines[code].shape


def _disk(text: str) -> DistanceBound:
    words = text.split()
    try:
        latitude, longitude, radius = (float(word) for word in words)
    except ValueError as bad:
        expected = "expected latitude, longitude and kilometres"
        raise FileError("read a zone", f"circle {text!r}, {expected}") from bad
    if not math.isfinite(radius):
        raise FileError("read a zone", f"circle of {radius} km, expected a finite radius")
    return DistanceBound(latitude, longitude, radius)
