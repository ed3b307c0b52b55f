# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Countries as points close enough to each other that none can hide between them.

This is how the evaluation asks whether a country can be reached, apart from the polygons that
a verifier intersects: the one can be held against the other.  A grid has a point within half a
cell's diagonal of any place.  If that point is in the country it is one of its points; if not,
the way there crosses the border, which has points of its own.  So every place of a country is
within the margin of one of its points; and if none of these is in all disks, each widened by
the margin, nothing of the country is in all disks: what is called excluded is excluded.
Distances are geodesics on WGS 84.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from mooring_host.location.borders import Outline, outlines

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int64]

BORDER_STEP_KM: Final = 2.0
BORDER_MARGIN_KM: Final = 1.0
"""Half the step between points along a border."""
INNER_STEP_KM: Final = 20.0
MARGIN_KM: Final = 15.2
"""Half the diagonal of a cell of the grid, and the border's margin."""
KM_PER_DEGREE: Final = 111.7
"""At most, anywhere on WGS 84: steps in degrees of it are no longer than asked."""
SPHERE_KM: Final = 6371.0088
SPHERE_ERROR: Final = 0.006
"""A sphere's distances are this close to the ellipsoid's: more than flattening allows."""
_GEOD: Final = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Disk:
    """A place that a chip cannot be farther from than the radius."""

    latitude_deg: float
    longitude_deg: float
    radius_km: float

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude_deg, self.longitude_deg


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The geodesic between two pairs of latitude and longitude in degrees."""
    _, _, metres = _GEOD.inv(one[1], one[0], other[1], other[0])
    return float(metres) / 1e3


@dataclass(frozen=True)
class Atlas:
    """Points of countries, grouped by country."""

    countries: Mapping[str, Outline]
    """By code, in the order of `owner`."""
    longitude: Floats
    latitude: Floats
    owner: Numbers
    """Of each point, the index of its country."""
    inner: Flags
    """Whether a point is one of the grid inside, and not of the border."""

    @classmethod
    def of(cls, countries: Iterable[Outline] | None = None) -> Atlas:
        """The countries given, else all of them."""
        chosen = tuple(outlines().values() if countries is None else countries)
        pieces = [_points(outline.shape) for outline in chosen]
        points = np.concatenate([np.vstack(piece) for piece in pieces])
        sizes = [len(border) + len(inner) for border, inner in pieces]
        marks = [np.repeat([False, True], [len(b), len(i)]) for b, i in pieces]
        return cls(
            {outline.code: outline for outline in chosen},
            points[:, 0].copy(),
            points[:, 1].copy(),
            np.repeat(np.arange(len(chosen)), sizes),
            np.concatenate(marks),
        )

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Of the countries, in the order of `owner`."""
        return tuple(self.countries)

    @cached_property
    def _vectors(self) -> Floats:
        return _unit(self.latitude, self.longitude)

    def _sphere_km(self, latitude_deg: float, longitude_deg: float, chosen: Numbers) -> Floats:
        """As `_inv_km`, but on a sphere: cheap, and no farther off than `SPHERE_ERROR`."""
        centre = _unit(np.array([latitude_deg]), np.array([longitude_deg]))[0]
        chord = np.sqrt(np.maximum(2.0 - 2.0 * (self._vectors[chosen] @ centre), 0.0))
        km: Floats = 2.0 * SPHERE_KM * np.arcsin(np.minimum(chord / 2.0, 1.0))
        return km

    def border_km(self, latitude_deg: float, longitude_deg: float) -> Mapping[str, float]:
        """To each country, at least so far: 0 inside it, else to its border less the margin."""
        border = np.flatnonzero(~self.inner)
        rough = self._sphere_km(latitude_deg, longitude_deg, border)
        nearest = np.full(len(self.codes), np.inf)
        np.minimum.at(nearest, self.owner[border], rough)
        # The nearest by the sphere and the nearest of all are at most two errors apart.
        limit = nearest[self.owner[border]] * (1 + 3 * SPHERE_ERROR) + 0.01
        few = border[rough <= limit]
        km = _inv_km(latitude_deg, longitude_deg, self.latitude[few], self.longitude[few])
        nearest.fill(np.inf)
        np.minimum.at(nearest, self.owner[few], km)
        nearest = np.maximum(nearest - BORDER_MARGIN_KM, 0.0)
        here = shapely.Point(longitude_deg, latitude_deg)
        nearest[[each.shape.intersects(here) for each in self.countries.values()]] = 0.0
        return dict(zip(self.codes, nearest.tolist(), strict=True))

    def reached(self, disks: Sequence[Disk]) -> frozenset[str]:
        """The countries that may have a point in all disks; every other is excluded."""
        left: Numbers = np.arange(len(self.owner))
        for disk in sorted(disks, key=lambda disk: disk.radius_km):
            left = left[self._within(disk, left)]
        owners: list[int] = np.unique(self.owner[left]).tolist()
        return frozenset(self.codes[index] for index in owners)

    def _within(self, disk: Disk, chosen: Numbers) -> Flags:
        """Which of the chosen points are in the disk, widened by the margin."""
        radius = disk.radius_km + MARGIN_KM
        rough = self._sphere_km(disk.latitude_deg, disk.longitude_deg, chosen)
        within: Flags = rough <= radius * (1 - 2 * SPHERE_ERROR)
        # Only near the edge does it matter that the Earth is no sphere.
        edge = np.flatnonzero(~within & (rough <= radius * (1 + 2 * SPHERE_ERROR)))
        few = chosen[edge]
        km = _inv_km(disk.latitude_deg, disk.longitude_deg, self.latitude[few], self.longitude[few])
        within[edge] = km <= radius
        return within


def _inv_km(latitude_deg: float, longitude_deg: float, lat: Floats, lon: Floats) -> Floats:
    here = np.full(len(lat), longitude_deg), np.full(len(lat), latitude_deg)
    _, _, metres = _GEOD.inv(*here, lon, lat)
    return np.asarray(metres, dtype=np.float64) / 1e3


def _unit(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    lat, lon = np.radians(latitude_deg), np.radians(longitude_deg)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def _points(shape: BaseGeometry) -> tuple[Floats, Floats]:
    """Points along the borders of a shape, and a grid of points inside it."""
    border = shapely.get_coordinates(shapely.segmentize(shape, BORDER_STEP_KM / KM_PER_DEGREE))
    west, south, east, north = (float(value) for value in shapely.bounds(shape))
    step = INNER_STEP_KM / KM_PER_DEGREE
    rows: list[Floats] = []
    for lat in np.arange(south + step / 2, north + step, step).tolist():
        # Columns as wide as at the row's edge that is nearer to the equator.
        widest = math.cos(math.radians(max(0.0, abs(lat) - step / 2)))
        across = step / max(widest, 1e-3)
        lons: Floats = np.arange(west + step / 2, east + across, across)
        rows.append(np.column_stack((lons, np.full(len(lons), lat))))
    grid = np.vstack(rows) if rows else np.empty((0, 2))
    shapely.prepare(shape)
    inside = shapely.intersects_xy(shape, grid[:, 0], grid[:, 1])
    return border, grid[inside]
