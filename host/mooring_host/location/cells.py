# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Boxes of latitude and longitude that cover where a chip can be, and never less.

The globe begins as boxes of 10 degrees. A box is dropped only when no point of it can be in
enough disks: when the geodesic from a disk's centre to the box's exceeds the radius by more than
the box reaches (the triangle inequality; distances on WGS 84 are a metric). A box that lies in
enough disks as a whole is kept as it is, one that does not is quartered, until boxes are small
beside the smallest disk or too many. Stopping early leaves more, never less.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from mooring_host.location.bounds import DistanceBound

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

KM_PER_DEGREE: Final = 111.7
"""At most, along a meridian or along a parallel beside its cosine: the largest radius of
curvature of WGS 84 is a^2/b = 6,399.6 km."""
KM_PER_DEGREE_LEAST: Final = 110.5
"""At least, along a meridian: 110.574 km at the equator."""
EARTH_KM2: Final = 510_065_622.0
"""The area of WGS 84."""
_GEOD: Final = Geod(ellps="WGS84")
_FIRST_DEG: Final = 10.0
_SMALLEST_DEG: Final = 0.01
_MOST_EDGES: Final = 3_000
_DETAIL: Final = 48.0
"""Boxes at the edge are about this much smaller than the smallest disk."""


class Cells(NamedTuple):
    """Boxes by their south-west corners; columns of equal length, in degrees."""

    south: Floats
    west: Floats
    size: Floats

    @classmethod
    def globe(cls, size: float = _FIRST_DEG) -> Cells:
        """The whole Earth; `size` divides 180."""
        souths = np.arange(-90.0, 90.0, size)
        wests = np.arange(-180.0, 180.0, size)
        south, west = (each.ravel() for each in np.meshgrid(souths, wests, indexing="ij"))
        return cls(south, west, np.full(south.size, size))

    def chosen(self, which: Flags) -> Cells:
        """Some of them."""
        return Cells(self.south[which], self.west[which], self.size[which])

    def quartered(self) -> Cells:
        """Each cut into four."""
        half = self.size / 2
        return Cells(
            np.concatenate([self.south, self.south, self.south + half, self.south + half]),
            np.concatenate([self.west, self.west + half, self.west, self.west + half]),
            np.tile(half, 4),
        )

    @property
    def reach_km(self) -> Floats:
        """How far any point of a box can be from its centre: north or south, then along."""
        nearest = np.clip(np.maximum(self.south, -(self.south + self.size)), 0.0, 90.0)
        along: Floats = 1.0 + np.cos(np.radians(nearest))
        return KM_PER_DEGREE * self.size / 2 * along

    def distances_km(self, disks: Sequence[DistanceBound]) -> Floats:
        """From each box's centre (rows) to each disk's (columns)."""
        shape = (self.south.size, len(disks))
        latitude = np.broadcast_to((self.south + self.size / 2)[:, None], shape).ravel()
        longitude = np.broadcast_to((self.west + self.size / 2)[:, None], shape).ravel()
        centres = np.array([(each.longitude_deg, each.latitude_deg) for each in disks])
        to = np.broadcast_to(centres.T[:, None, :], (2, *shape)).reshape(2, -1)
        _, _, metres = _GEOD.inv(longitude, latitude, to[0], to[1])
        return np.asarray(metres, np.float64).reshape(shape) / 1e3

    def boxes(self, margin_km: float) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
        """As polygons grown by a margin on all sides, and which box each is of.

        What crosses the antimeridian comes in two, what holds a pole goes all around.
        """
        grown = margin_km / KM_PER_DEGREE_LEAST
        south = np.maximum(self.south - grown, -90.0)
        north = np.minimum(self.south + self.size + grown, 90.0)
        cosine = np.cos(np.radians(np.maximum(np.abs(south), np.abs(north))))
        aside = np.where(cosine > 1e-3, grown / np.maximum(cosine, 1e-3), 360.0)
        west, east = self.west - aside, self.west + self.size + aside
        around = east - west >= 360.0
        west, east = np.where(around, -180.0, west), np.where(around, 180.0, east)
        index = np.arange(self.south.size)
        over, under = east > 180.0, west < -180.0
        owner = np.concatenate([index, index[over], index[under]])
        begin = (np.maximum(west, -180.0), np.full_like(west[over], -180.0), west[under] + 360.0)
        end = (np.minimum(east, 180.0), east[over] - 360.0, np.full_like(east[under], 180.0))
        polygons = shapely.box(
            np.concatenate(begin), south[owner], np.concatenate(end), north[owner]
        )
        return np.asarray(polygons, np.object_), owner

    @property
    def area_km2(self) -> float:
        """Of all boxes, on the sphere of the Earth's area: within a hundredth."""
        bands = np.sin(np.radians(self.south + self.size)) - np.sin(np.radians(self.south))
        return float(np.sum(bands * self.size) / 720.0 * EARTH_KM2)


def cover(disks: Sequence[DistanceBound], enough: int) -> Cells:
    """Covers the points that are in at least `enough` of the disks; none, if there is no such."""
    radii = np.array([each.radius_km for each in disks])
    finest = max(_SMALLEST_DEG, float(radii.min()) / KM_PER_DEGREE / _DETAIL)
    kept: list[Cells] = []
    edges = Cells.globe()
    while True:
        distance, reach = edges.distances_km(disks), edges.reach_km[:, None]
        possible = np.sum(distance - reach <= radii, axis=1) >= enough
        certain = np.sum(distance + reach <= radii, axis=1) >= enough
        kept.append(edges.chosen(certain))
        edges = edges.chosen(possible & ~certain)
        size = float(edges.size[0]) if edges.size.size else 0.0
        if size <= finest or 4 * edges.size.size > _MOST_EDGES:
            break
        edges = edges.quartered()
    kept.append(edges)
    return Cells(*(np.concatenate([each[column] for each in kept]) for column in range(3)))
