# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The lab's borders: places lie in their countries, those at the antimeridian included."""

from __future__ import annotations

import pytest
import shapely

from mooring_host.location.borders import outlines

# Latitude, longitude and country, from any atlas.
PLACES = {
    "Norilsk": (69.35, 88.20, "RU"),
    "Vorkuta": (67.50, 64.00, "RU"),
    "Tiksi": (71.60, 128.80, "RU"),
    "Wrangel Island": (71.20, -179.50, "RU"),
    "Chukotka": (66.50, 178.00, "RU"),
    "Suva": (-17.90, 178.10, "FJ"),
    "the South Pole": (-89.90, 0.0, "AQ"),
    "Singapore": (1.35, 103.82, "SG"),
    "Johor Bahru": (1.49, 103.74, "MY"),
    "Batam": (1.13, 104.03, "ID"),
    "Shenzhen": (22.54, 114.06, "CN"),
    "Hong Kong": (22.38, 114.12, "HK"),
    "Macau": (22.12, 113.56, "MO"),
    "Taipei": (25.03, 121.57, "TW"),
    "Musandam": (26.10, 56.20, "OM"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_lies_in_its_country_alone(place: str) -> None:
    lat, lon, code = PLACES[place]
    point = shapely.Point(lon, lat)

    found = [each.code for each in outlines().values() if each.shape.intersects(point)]

    assert found == [code]


def test_no_outline_is_empty_or_crosses_itself_or_leaves_the_globe() -> None:
    for outline in outlines().values():
        west, south, east, north = shapely.bounds(outline.shape)
        assert -180 <= west <= east <= 180, outline.name
        assert -90 <= south <= north <= 90, outline.name
        assert outline.shape.area > 0, outline.name


def test_the_sea_is_nobodys() -> None:
    for lat, lon in ((0.0, -30.0), (30.0, -150.0), (65.0, 0.0), (-17.0, -178.0)):
        point = shapely.Point(lon, lat)
        assert not any(each.shape.intersects(point) for each in outlines().values())
