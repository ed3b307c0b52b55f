# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The outline of where several circles overlap, for drawing only: no verdict rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from mooring_lab.maps.view import Points, circle

HALF_AROUND_KM: Final = 20_015.0
"""From a place to its antipode, near enough for a drawing."""
WIDEST_KM: Final = 19_500.0
"""A wider circle shows nothing."""
_GEOD: Final = Geod(ellps="WGS84")


class Circle(NamedTuple):
    """A centre in degrees, and a radius."""

    latitude_deg: float
    longitude_deg: float
    radius_km: float


def overlap(circles: Sequence[Circle]) -> BaseGeometry | None:
    """The overlap as longitudes and latitudes; None if it is nothing, or nearly the globe."""
    smallest = min(circles, key=lambda each: each.radius_km)
    if smallest.radius_km >= WIDEST_KM:
        return None
    plane = (
        f"+proj=aeqd +lat_0={smallest.latitude_deg} +lon_0={smallest.longitude_deg} +datum=WGS84"
    )
    to_plane: Any = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    region: BaseGeometry = _polygon(smallest, to_plane)
    for each in circles:
        _, _, metres = _GEOD.inv(
            smallest.longitude_deg, smallest.latitude_deg, each.longitude_deg, each.latitude_deg
        )
        apart_km = float(metres) / 1e3
        if apart_km + smallest.radius_km <= each.radius_km:
            continue  # it holds all of the smallest
        shape = _polygon(each, to_plane)
        if apart_km + each.radius_km > HALF_AROUND_KM:
            # It holds the antipode of the plane's centre: on the plane it is what is outside.
            region = shapely.difference(region, shape)
        else:
            region = shapely.intersection(region, shape)
    if region.is_empty:
        return None

    def to_globe(points: Points) -> Points:
        lon, lat = to_plane.transform(points[:, 0], points[:, 1], direction="INVERSE")
        return np.column_stack((np.asarray(lon), np.asarray(lat)))

    globe: BaseGeometry = shapely.transform(region, to_globe)
    return globe


def _polygon(each: Circle, to_plane: Any) -> BaseGeometry:
    ring = circle(each.latitude_deg, each.longitude_deg, each.radius_km)
    x, y = to_plane.transform(ring[:, 0], ring[:, 1])
    shape: BaseGeometry = shapely.make_valid(shapely.Polygon(np.column_stack((x, y))))
    return shape
