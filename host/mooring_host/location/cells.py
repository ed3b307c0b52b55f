# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Boxes of latitude and longitude that cover where a chip can be, and never less.

The globe begins as boxes of 10 degrees. A box is dropped only when no point of it can be in
enough disks: when the geodesic from a disk's centre to the box's exceeds the radius by more than
the box reaches (the triangle inequality; distances on WGS 84 are a metric). All others are cut,
until the next cut could leave more boxes than a fixed number. Stopping early leaves more, never
less.

When to stop depends only on the area that is left. A wider disk leaves more area at each step,
so it stops no later, and its cover holds the whole cover of the narrower disk: added delay never
shrinks a region, not even by the way it is computed.
"""

from __future__ import annotations

import math
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
NUMERIC_KM: Final = 1e-6
"""More than geodesics and sums of doubles can be off (15 nm)."""
_GEOD: Final = Geod(ellps="WGS84")
_FIRST_DEG: Final = 10.0
_SMALLEST_DEG: Final = 0.002
_MOST_CELLS: Final = 128_000
_SLIM: Final = 0.7
"""A box narrower than this part of its height is cut by latitude only: boxes stay squarish."""


class Cells(NamedTuple):
    """Boxes by their south-west corners; columns of equal length, in degrees."""

    south: Floats
    west: Floats
    height: Floats
    width: Floats

    @classmethod
    def globe(cls, size: float = _FIRST_DEG) -> Cells:
        """The whole Earth; `size` divides 180."""
        souths = np.arange(-90.0, 90.0, size)
        wests = np.arange(-180.0, 180.0, size)
        south, west = (each.ravel() for each in np.meshgrid(souths, wests, indexing="ij"))
        return cls(south, west, np.full(south.size, size), np.full(south.size, size))

    @classmethod
    def joined(cls, parts: Sequence[Cells]) -> Cells:
        """All boxes of the parts."""
        columns = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls(*columns)

    @property
    def number(self) -> int:
        """How many boxes."""
        return int(self.south.size)

    def chosen(self, which: Flags) -> Cells:
        """Some of them."""
        return Cells(*(column[which] for column in self))

    def cut(self) -> Cells:
        """Each cut into two by latitude, and into four where it is not slim."""
        half = self.height / 2
        south = np.concatenate([self.south, self.south + half])
        west, height, width = (np.tile(each, 2) for each in (self.west, half, self.width))
        slim = width * self._cosine_most(south, height) < _SLIM * 2 * height
        narrow = np.where(slim, width, width / 2)
        wide = ~slim
        return Cells(
            np.concatenate([south, south[wide]]),
            np.concatenate([west, west[wide] + narrow[wide]]),
            np.concatenate([height, height[wide]]),
            np.concatenate([narrow, narrow[wide]]),
        )

    @property
    def reach_km(self) -> Floats:
        """How far any point of a box can be from its centre.

        The straight line between them in latitude and longitude stays in the box, and along it
        ds^2 <= (c dlat)^2 + (c cos(lat) dlon)^2 with c as above.
        """
        cosine = self._cosine_most(self.south, self.height)
        return KM_PER_DEGREE / 2 * np.hypot(self.height, self.width * cosine) + NUMERIC_KM

    def distances_km(self, disks: Sequence[DistanceBound]) -> Floats:
        """From each box's centre (rows) to each disk's (columns)."""
        shape = (self.number, len(disks))
        latitude = np.broadcast_to((self.south + self.height / 2)[:, None], shape).ravel()
        longitude = np.broadcast_to((self.west + self.width / 2)[:, None], shape).ravel()
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
        north = np.minimum(self.south + self.height + grown, 90.0)
        cosine = np.cos(np.radians(np.maximum(np.abs(south), np.abs(north))))
        aside = np.where(cosine > 1e-3, grown / np.maximum(cosine, 1e-3), 360.0)
        if margin_km == 0:
            aside = np.zeros_like(aside)
        west, east = self.west - aside, self.west + self.width + aside
        around = east - west >= 360.0
        west, east = np.where(around, -180.0, west), np.where(around, 180.0, east)
        index = np.arange(self.number)
        # What only touches the antimeridian also touches what lies beyond it.
        over, under = (east >= 180.0) & ~around, (west <= -180.0) & ~around
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
        bands = np.sin(np.radians(self.south + self.height)) - np.sin(np.radians(self.south))
        return math.fsum((bands * self.width).tolist()) / 720.0 * EARTH_KM2

    @staticmethod
    def _cosine_most(south: Floats, height: Floats) -> Floats:
        nearest = np.clip(np.maximum(south, -(south + height)), 0.0, 90.0)
        cosine: Floats = np.cos(np.radians(nearest))
        return cosine


def cover(disks: Sequence[DistanceBound], enough: int) -> Cells:
    """Covers the points that are in at least `enough` of the disks; none, if there is no such."""
    disks = list(disks)
    kept: list[Cells] = []
    edges = Cells.globe()
    while True:
        radii = np.array([each.radius_km for each in disks]) + NUMERIC_KM
        distance, reach = edges.distances_km(disks), edges.reach_km[:, None]
        near, all_in = distance - reach <= radii, distance + reach <= radii
        possible = np.sum(near, axis=1) >= enough
        certain = np.sum(all_in, axis=1) >= enough
        kept.append(edges.chosen(certain))
        height = float(edges.height[0]) if edges.number else 0.0
        open_boxes = possible & ~certain
        edges = edges.chosen(open_boxes)
        left = Cells.joined([*kept, edges])
        if not edges.number or height <= _SMALLEST_DEG or _is_enough(left, height / 2):
            return left
        # A disk that holds every open box, or none, has had its say.
        holds = np.all(all_in[open_boxes], axis=0)
        undecided = np.any(near[open_boxes], axis=0) & ~holds
        enough -= int(holds.sum())
        disks = [disk for disk, keep in zip(disks, undecided.tolist(), strict=True) if keep]
        edges = edges.cut()


def _is_enough(left: Cells, next_height: float) -> bool:
    """Whether boxes of the next height could be too many for the area that is left."""
    box_km2 = (next_height * KM_PER_DEGREE) ** 2
    return left.area_km2 / box_km2 > _MOST_CELLS
