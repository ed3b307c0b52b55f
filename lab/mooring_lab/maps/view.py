# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What part of the globe a map shows, and how it is laid flat.

Both projections keep areas true, so that a region that looks large is large.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry as Geometry

Points: TypeAlias = NDArray[np.float64]
"""Pairs in two columns."""

SEGMENT_DEG: Final = 1.0
"""Longest straight piece of an outline before projection; longer ones would cut corners."""
SEAM_M: Final = 2_000.0
"""Parts of one country that the antimeridian cut are joined across this gap."""
CIRCLE_POINTS: Final = 361
_GEOD: Final = Geod(ellps="WGS84")


@lru_cache(maxsize=64)
def _transformer(projection: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", projection, always_xy=True)


def _projected(shape: Geometry, projection: str) -> Geometry:
    def to_plane(points: Points) -> Points:
        return _projected_points(points, projection)

    flat: Geometry = shapely.transform(shapely.segmentize(shape, SEGMENT_DEG), to_plane)
    valid: Geometry = shapely.make_valid(flat)
    return valid


def _projected_points(points: Points, projection: str) -> Points:
    x, y = _transformer(projection).transform(points[:, 0], points[:, 1])
    return np.column_stack((np.asarray(x), np.asarray(y)))


@dataclass(frozen=True)
class WorldView:
    """The whole globe in the Equal Earth projection."""

    @property
    def projection(self) -> str:
        """For PROJ."""
        return "+proj=eqearth +lon_0=0 +datum=WGS84"

    def frame(self) -> Geometry:
        """The globe's outline on the plane, metres; Antarctica's empty half is cut off."""
        edge = shapely.box(-180.0, -58.0, 180.0, 84.0)
        return _projected(edge, self.projection)

    def project(self, shape: Geometry) -> Geometry:
        """The shape on the plane."""
        return _projected(cut(shape), self.projection)

    def project_points(self, points: Points) -> Points:
        """Longitudes and latitudes to metres on the plane."""
        return _projected_points(points, self.projection)

    @property
    def scale_bar(self) -> bool:
        """A world map has no one scale."""
        return False


@dataclass(frozen=True)
class RegionalView:
    """A part of the globe around a point, in Lambert's azimuthal equal-area projection."""

    latitude_deg: float
    longitude_deg: float
    half_width_km: float
    half_height_km: float

    @property
    def projection(self) -> str:
        """For PROJ."""
        return f"+proj=laea +lat_0={self.latitude_deg} +lon_0={self.longitude_deg} +datum=WGS84"

    def frame(self) -> Geometry:
        """The map's rectangle on the plane, metres."""
        width, height = 1e3 * self.half_width_km, 1e3 * self.half_height_km
        return shapely.box(-width, -height, width, height)

    def project(self, shape: Geometry) -> Geometry:
        """What of the shape lies in or near the frame, on the plane.

        Only polygons with a point inside the frame's circle are kept: one that holds the
        centre's antipode would turn inside out.
        """
        reach_m = 1.3 * 1e3 * float(np.hypot(self.half_width_km, self.half_height_km))
        near = [part for part in _parts(cut(shape)) if self._reaches(part, reach_m)]
        flat = [_projected(part, self.projection) for part in near]
        if any(_at_antimeridian(part) for part in near):
            widened = shapely.union_all([shapely.buffer(part, SEAM_M) for part in flat])
            return shapely.buffer(widened, -SEAM_M)
        return shapely.union_all(flat)

    def project_points(self, points: Points) -> Points:
        """Longitudes and latitudes to metres on the plane."""
        return _projected_points(points, self.projection)

    @property
    def scale_bar(self) -> bool:
        """Whether one length holds all over the map, near enough."""
        return True

    def _reaches(self, part: Geometry, reach_m: float) -> bool:
        centre = shapely.Point(self.longitude_deg, self.latitude_deg)
        if part.contains(centre):
            return True
        points = shapely.get_coordinates(shapely.segmentize(part, SEGMENT_DEG))
        here = np.full(len(points), self.longitude_deg), np.full(len(points), self.latitude_deg)
        _, _, distances = _GEOD.inv(*here, points[:, 0], points[:, 1])
        return bool(np.min(distances) < reach_m)


View: TypeAlias = WorldView | RegionalView


def circle(latitude_deg: float, longitude_deg: float, radius_km: float) -> Points:
    """Longitudes and latitudes around a point, for drawing only."""
    count = CIRCLE_POINTS
    azimuths = np.linspace(0.0, 360.0, count)
    lon, lat, _ = _GEOD.fwd(
        np.full(count, longitude_deg),
        np.full(count, latitude_deg),
        azimuths,
        np.full(count, 1e3 * radius_km),
    )
    return np.column_stack((np.asarray(lon), np.asarray(lat)))


def cut(shape: Geometry) -> Geometry:
    """The shape with every polygon that steps over the antimeridian cut there.

    A ring from 179 to -179 degrees means two degrees, but a plane reads it as 358.
    """
    return shapely.union_all([_cut_part(part) for part in _parts(shape)])


def _cut_part(part: Geometry) -> Geometry:
    if not isinstance(part, shapely.Polygon) or _touches_a_pole(part):
        return part  # what runs along a pole has been cut: it could not be drawn otherwise
    rings = [_unwrapped(np.asarray(ring.coords)) for ring in (part.exterior, *part.interiors)]
    whole = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
    west, _, east, _ = shapely.bounds(whole)
    if west >= -180.0 and east <= 180.0:
        return whole
    world = shapely.box(-180.0, -90.0, 180.0, 90.0)
    shifted = [_shifted(whole, turn) for turn in (-360.0, 0.0, 360.0)]
    return shapely.union_all([shapely.intersection(each, world) for each in shifted])


def _shifted(shape: Geometry, by_deg: float) -> Geometry:
    moved: Geometry = shapely.transform(shape, lambda points: points + np.array([by_deg, 0.0]))
    return moved


def _touches_a_pole(part: Geometry) -> bool:
    _, south, _, north = shapely.bounds(part)
    return bool(south <= -89.99 or north >= 89.99)


def _unwrapped(ring: Points) -> Points:
    """The ring with longitudes that never jump; one around a pole is closed over the pole."""
    lon = np.unwrap(ring[:, 0], period=360.0)
    flat = np.column_stack((lon, ring[:, 1]))
    if abs(lon[-1] - lon[0]) < 1.0:
        return flat
    pole = math.copysign(90.0, float(np.mean(ring[:, 1])))
    return np.vstack((flat, [[lon[-1], pole], [lon[0], pole], flat[0]]))


def _parts(shape: Geometry) -> list[Geometry]:
    return [part for part in shapely.get_parts(shape).tolist() if not part.is_empty]


def _at_antimeridian(shape: Geometry) -> bool:
    west, _, east, _ = shapely.bounds(shape)
    return bool(west <= -180 + 1e-6 or east >= 180 - 1e-6)
