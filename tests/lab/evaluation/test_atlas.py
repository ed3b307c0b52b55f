# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Countries as points: what is called excluded is, and distances agree with other libraries."""

from __future__ import annotations

import csv
import importlib
import random
from pathlib import Path
from typing import Any

import pytest
import shapely

from mooring_host.location.borders import Outline, outlines
from mooring_host.location.bounds import BoundPolicy, DistanceBound
from mooring_host.location.region import Region
from mooring_lab.evaluation.atlas import Atlas, Disk, distance_km

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


@pytest.mark.parametrize("seed", range(6))
def test_the_verifiers_regions_and_these_points_say_the_same_but_for_their_margins(
    seed: int,
) -> None:
    """They share no code: boxes against polygons there, points against distances here."""
    chance = random.Random(seed)
    truth = chance.uniform(-50, 60), chance.uniform(-180, 180)
    chosen = {code: outlines()[code] for code in ("SG", "MY", "ID", "CN", "FR", "NZ", "FJ", "RU")}
    atlas = Atlas.of(chosen.values())
    landmarks = [(chance.uniform(-60, 60), chance.uniform(-180, 180)) for _ in range(4)]
    radii = [km(each, truth) * chance.uniform(1.0, 1.2) + 50.0 for each in landmarks]

    def by_points(more_km: float) -> frozenset[str]:
        disks = [Disk(*at, r + more_km) for at, r in zip(landmarks, radii, strict=True)]
        return atlas.reached(disks)

    bounds = [DistanceBound(*at, r) for at, r in zip(landmarks, radii, strict=True)]
    policy = BoundPolicy()
    by_boxes = set(Region.of(bounds).countries(chosen, policy))

    # The points' margin is 15.2 km; the boxes at the edge are small beside the smallest disk.
    assert by_points(-15.3) <= by_boxes
    assert by_boxes <= by_points(min(radii) / 16 + policy.exclusion_margin_km)


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
