# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Countries as points: what is called excluded is, and distances agree with other libraries."""

from __future__ import annotations

import csv
import importlib
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from mooring_lab.evaluation.atlas import Atlas, Disk, distance_km
from mooring_lab.evaluation.study import area_km2
from mooring_lab.maps.borders import Outline, outlines

# It has no types.
Geodesic: Any = importlib.import_module("geographiclib.geodesic").Geodesic

ISLE = Outline("XX", "Isle", shapely.box(10.0, 50.0, 12.0, 51.0))
FIJI = Outline(
    "FJ",
    "Two halves",
    shapely.MultiPolygon(
        [shapely.box(179.0, -18.0, 180.0, -17.0), shapely.box(-180.0, -18.0, -179.0, -17.0)]
    ),
)
SMALL = Atlas.of([ISLE, FIJI])


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(Geodesic.WGS84.Inverse(*one, *other)["s12"]) / 1e3


def test_distances_agree_with_another_library() -> None:
    chance = random.Random(1)
    for _ in range(50):
        one = chance.uniform(-90, 90), chance.uniform(-180, 180)
        other = chance.uniform(-90, 90), chance.uniform(-180, 180)
        assert distance_km(one, other) == pytest.approx(km(one, other), abs=1e-3)


def test_a_border_is_at_least_as_far_as_told_and_hardly_farther() -> None:
    # North of the isle's straight north edge the nearest point is on the meridian, nearly.
    told = SMALL.border_km(53.0, 11.0)["XX"]

    assert km((53.0, 11.0), (51.0, 11.0)) - 2.0 <= told <= km((53.0, 11.0), (51.0, 11.0))


def test_inside_a_country_it_is_no_distance_away() -> None:
    assert SMALL.border_km(50.5, 11.0)["XX"] == 0.0


def test_the_antimeridian_is_no_border() -> None:
    assert SMALL.border_km(-17.5, -178.9)["FJ"] < 12.0
    assert SMALL.reached([Disk(-17.5, -179.5, 1.0)]) == {"FJ"}
    assert SMALL.reached([Disk(-17.5, 179.5, 1.0)]) == {"FJ"}


def test_no_place_that_is_in_all_disks_is_ever_excluded() -> None:
    chance = random.Random(2)
    for _ in range(60):
        truth = chance.uniform(50.0, 51.0), chance.uniform(10.0, 12.0)
        disks: list[Disk] = []
        for _ in range(chance.randint(1, 4)):
            landmark = chance.uniform(-90, 90), chance.uniform(-180, 180)
            disks.append(Disk(*landmark, km(landmark, truth) * chance.uniform(1.0, 1.5) + 1e-6))

        assert "XX" in SMALL.reached(disks)


def test_a_country_out_of_reach_by_more_than_the_margin_is_excluded() -> None:
    gap = km((53.0, 11.0), (51.0, 11.0))

    assert SMALL.reached([Disk(53.0, 11.0, gap + 1.0)]) == {"XX"}
    assert not SMALL.reached([Disk(53.0, 11.0, gap - 16.0)])


def test_disks_that_do_not_meet_reach_nothing() -> None:
    assert not SMALL.reached([Disk(50.5, 11.0, 50.0), Disk(-17.5, 180.0, 50.0)])


def test_a_disk_around_the_globe_reaches_everything() -> None:
    assert SMALL.reached([Disk(0.0, 0.0, 20_100.0)]) == {"XX", "FJ"}


def test_every_point_of_a_country_is_within_the_margin_of_its_points() -> None:
    chance = random.Random(3)
    for _ in range(40):
        place = chance.uniform(50.0, 51.0), chance.uniform(10.0, 12.0)
        gaps = [
            km(place, (lat, lon)) - 15.2
            for lat, lon in zip(SMALL.latitude, SMALL.longitude, strict=True)
            if abs(lat - place[0]) < 0.2 and abs(lon - place[1]) < 0.3
        ]
        assert min(gaps) <= 0.0


@pytest.mark.parametrize("radius_km", [10.0, 1000.0, 9000.0])
def test_the_area_of_one_disk_is_that_of_a_polygon_around_it(radius_km: float) -> None:
    polygon = Geodesic.WGS84.Polygon()
    for azimuth in np.linspace(0, 360, 720, endpoint=False).tolist():
        end = Geodesic.WGS84.Direct(40.0, 20.0, azimuth, radius_km * 1e3)
        polygon.AddPoint(end["lat2"], end["lon2"])
    expected = abs(float(polygon.Compute()[2])) / 1e6

    assert area_km2([Disk(40.0, 20.0, radius_km)]) == pytest.approx(expected, rel=0.01)


def test_the_area_of_a_lens_is_that_of_plane_geometry_where_the_globe_is_flat() -> None:
    # Two disks of 10 km whose centres are 10 km apart: (2 pi / 3 - sqrt(3) / 2) r^2.
    east = Geodesic.WGS84.Direct(0.0, 0.0, 90.0, 10_000.0)["lon2"]

    found = area_km2([Disk(0.0, 0.0, 10.0), Disk(0.0, float(east), 10.0)])

    assert found == pytest.approx((2 * np.pi / 3 - np.sqrt(3) / 2) * 100, rel=0.02)
    assert area_km2([Disk(0.0, 0.0, 4.0), Disk(0.0, float(east), 4.0)]) == 0.0


def test_published_budgets_agree_within_what_a_sphere_is_off(shared_dir: Path) -> None:
    """They are by a sphere and by the corners of borders: 0.5 % and 4 km off."""
    wanted = ("CN", "HK", "MO", "KH", "RU", "KP", "MY", "SG")
    atlas = Atlas.of([outlines()[code] for code in wanted])
    with (shared_dir / "data" / "site_border_budgets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    checked = 0
    for row in rows:
        border = atlas.border_km(float(row["lat"]), float(row["lon"]))
        stated = {row["nearest_D5"]: row["km_to_D5"], row["nearest_foreign"]: row["km_to_foreign"]}
        if row["iso_a2"] not in ("HK", "MO"):
            stated["PRC"] = row["km_to_CN_HK_MO"]
        border_of = {**border, "PRC": min(border[code] for code in ("CN", "HK", "MO"))}
        for code in set(stated) & set(border_of):
            expected = float(stated[code])
            assert abs(border_of[code] - expected) <= 0.005 * expected + 4.0, (row["city"], code)
            checked += 1

    assert checked > 80
