# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Regions: sound at any place and radius, and never smaller for a delay."""

from __future__ import annotations

import gzip
import importlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_host.errors import FileError, UsageError
from mooring_host.location.borders import Borders
from mooring_host.location.bounds import BoundPolicy, DistanceBound, Speed
from mooring_host.location.cells import Cells
from mooring_host.location.region import Region
from mooring_host.location.shapes import read_shape
from mooring_host.location.verdict import ZoneVerdict

# It has no types.
WGS84: Any = importlib.import_module("geographiclib.geodesic").Geodesic.WGS84
POLICY = BoundPolicy()
SINGAPORE = (1.3521, 103.8198)
BOUNDED = settings(max_examples=30, deadline=None, derandomize=True)
latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.tuples(latitudes, longitudes)


def geodesic_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(WGS84.Inverse(*one, *other)["s12"]) / 1e3


def holds(cells: Cells, place: tuple[float, float]) -> bool:
    """Whether a box holds the place; a pole has every longitude, the antimeridian two."""
    lat, lon = place
    rows = (cells.south <= lat) & (lat <= cells.south + cells.height)
    if abs(lat) == 90:
        return bool(np.any(rows))
    sides = {lon, 180.0, -180.0} if abs(lon) == 180 else {lon}
    return any(
        bool(np.any(rows & (cells.west <= each) & (each <= cells.west + cells.width)))
        for each in sides
    )


def subset(inner: Cells, outer: Cells) -> bool:
    """Whether every box lies in one of the other, by its centre: boxes nest."""
    centres = zip(inner.south + inner.height / 2, inner.west + inner.width / 2, strict=True)
    return all(holds(outer, (float(lat), float(lon))) for lat, lon in list(centres)[::17])


def zone(text: str, *disks: DistanceBound, policy: BoundPolicy = POLICY) -> ZoneVerdict:
    return Region.of(disks).verdict(read_shape(text, Borders.natural_earth()), policy)


@given(places, places, st.lists(places, min_size=1, max_size=4))
@BOUNDED
def test_relay_anywhere_only_widens_and_never_pushes_the_chip_out(
    chip: tuple[float, float], relay: tuple[float, float], landmarks: list[tuple[float, float]]
) -> None:
    detour = geodesic_km(relay, chip)
    direct = [DistanceBound(*each, geodesic_km(each, chip)) for each in landmarks]
    relayed = [DistanceBound(*each, geodesic_km(each, relay) + detour) for each in landmarks]

    region = Region.of(relayed)

    assert holds(region.cells, chip)
    assert subset(Region.of(direct).cells, region.cells)


@pytest.mark.parametrize("place", [(90.0, 0.0), (-90.0, 7.0), (0.0, 180.0), (-17.0, -180.0)])
@pytest.mark.parametrize("radius", [0.0, 0.5, 300.0, 10_000.0, 20_003.0, 1e9, math.inf])
def test_poles_antimeridian_and_giant_radii_hold_their_centre(
    place: tuple[float, float], radius: float
) -> None:
    region = Region.of([DistanceBound(*place, radius)])

    assert holds(region.cells, place)
    assert region.area_km2 <= 510_065_700


@given(
    st.lists(st.tuples(places, st.floats(1, 20_000)), min_size=1, max_size=4),
    st.integers(0, 3),
    st.floats(0, 5_000),
    st.integers(0, 1),
)
@BOUNDED
def test_added_delay_never_shrinks_a_region(
    given_disks: list[tuple[tuple[float, float], float]], which: int, more: float, outliers: int
) -> None:
    outliers = min(outliers, len(given_disks) - 1)
    which %= len(given_disks)
    before = [DistanceBound(*place, radius) for place, radius in given_disks]
    place, radius = given_disks[which]
    after = [*before[:which], DistanceBound(*place, radius + more), *before[which + 1 :]]

    small, large = Region.of(before, outliers), Region.of(after, outliers)

    assert subset(small.cells, large.cells)
    assert large.area_km2 >= small.area_km2 * (1 - 1e-9)


@given(places, st.floats(5, 15_000), st.floats(0, 360))
@BOUNDED
def test_region_of_one_disk_agrees_with_geodesics_to_the_size_of_its_boxes(
    centre: tuple[float, float], radius: float, azimuth: float
) -> None:
    region = Region.of([DistanceBound(*centre, radius)])

    def at(distance: float) -> tuple[float, float]:
        there = WGS84.Direct(*centre, azimuth, distance * 1e3)
        return float(there["lat2"]), float(there["lon2"])

    assert holds(region.cells, at(radius * 0.999))
    outside = at(radius + 4 * float(region.cells.reach_km.min()) + 0.5)
    if geodesic_km(centre, outside) > radius * 1.1:
        assert not holds(region.cells, outside)


@given(
    st.tuples(st.floats(-89, 89), st.floats(-180, 179.5)),
    st.floats(0, 500),
    st.floats(0, 360),
    st.floats(0, 1),
)
@BOUNDED
def test_margin_around_a_box_holds_all_that_near(
    corner: tuple[float, float], margin: float, azimuth: float, part: float
) -> None:
    boxes, _ = Cells(*(np.array([each]) for each in (*corner, 0.5, 0.5))).boxes(margin)
    there = WGS84.Direct(corner[0] + part / 2, corner[1] + 0.5, azimuth, margin * 999)
    lat, lon = float(there["lat2"]), (float(there["lon2"]) + 180) % 360 - 180
    bounds = [box.bounds for box in boxes]

    ulp = 1e-12  # degrees: the corner itself comes back rounded
    assert any(w - ulp <= lon <= e + ulp and s - ulp <= lat <= n + ulp for w, s, e, n in bounds)


def test_singapore_landmark_excludes_china_below_twelve_milliseconds() -> None:
    prc = "countries CN HK MO"

    assert zone(prc, DistanceBound(*SINGAPORE, POLICY.radius_km(11.0))) is ZoneVerdict.EXCLUDED
    assert zone(prc, DistanceBound(*SINGAPORE, POLICY.radius_km(12.0))) is ZoneVerdict.AMBIGUOUS


def test_singapore_cannot_be_told_from_johor() -> None:
    near = DistanceBound(*SINGAPORE, POLICY.radius_km(0.5))

    assert zone("countries SG", near) is ZoneVerdict.AMBIGUOUS
    assert zone("countries MY", near) is ZoneVerdict.AMBIGUOUS
    assert zone("circle 1.3521 103.8198 200", near) is ZoneVerdict.INSIDE


@pytest.mark.parametrize(
    ("place", "radius", "text", "expected"),
    [
        ((39.7, -105.0), 150.0, "countries US", ZoneVerdict.INSIDE),
        ((39.7, -105.0), 150.0, "countries CA MX", ZoneVerdict.EXCLUDED),
        ((69.35, 88.2), 50.0, "countries RU", ZoneVerdict.INSIDE),
        ((71.6, 128.9), 30.0, "countries RU", ZoneVerdict.AMBIGUOUS),
        ((66.0, -179.5), 40.0, "countries RU", ZoneVerdict.AMBIGUOUS),
        ((-10.0, -20.0), 200.0, "countries BR", ZoneVerdict.EXCLUDED),
        ((24.0, 119.0), 10.0, "countries CN", ZoneVerdict.EXCLUDED),
        ((9.56, 44.06), 20.0, "countries SO", ZoneVerdict.AMBIGUOUS),
        ((9.56, 44.06), 20.0, "countries Somaliland", ZoneVerdict.INSIDE),
        ((50.0, 10.0), 10.0, "Hall A, Example Street 1", ZoneVerdict.AMBIGUOUS),
        ((50.0, 10.0), 10.0, "POLYGON((9 49,11 49,11 51,9 51,9 49))", ZoneVerdict.INSIDE),
        ((60.0, 10.0), 10.0, "POLYGON((9 49,11 49,11 51,9 51,9 49))", ZoneVerdict.EXCLUDED),
        ((50.0, 10.0), 10.0, "circle 50 10 5", ZoneVerdict.AMBIGUOUS),
        ((50.0, 10.0), 10.0, "circle 50 11 50", ZoneVerdict.EXCLUDED),
    ],
)
def test_zone_verdicts(
    place: tuple[float, float], radius: float, text: str, expected: ZoneVerdict
) -> None:
    assert zone(text, DistanceBound(*place, radius)) is expected


def test_territorial_waters_count_for_exclusion_and_not_for_inside() -> None:
    at_sea = DistanceBound(53.8, -5.9, 1.0)  # some 15 km off the Irish coast

    assert zone("countries IE", at_sea) is ZoneVerdict.AMBIGUOUS
    land = BoundPolicy(territorial_km=0.0)
    assert zone("countries IE", at_sea, policy=land) is ZoneVerdict.EXCLUDED


def test_one_outlier_of_three_is_outvoted_without_saying_which() -> None:
    disks = [
        DistanceBound(*SINGAPORE, 300),
        DistanceBound(3.1, 101.7, 500),
        DistanceBound(22.3, 114.17, 50),
    ]

    region = Region.of(disks, outliers=1)

    assert Region.of(disks).is_empty
    assert holds(region.cells, SINGAPORE)
    assert holds(region.cells, (22.3, 114.17)) is False  # in one disk only


@pytest.mark.parametrize(
    "text", ["countries XX", "countries", "circle 91 0 5", "circle 0 0 nan", "circle 1 2",
             "POINT(0 0)", "POLYGON((0 0,1 1,1 0,0 1,0 0))", "POLYGON((179 0,181 0,181 1,179 0))",
             "countries@0000000000000000 SG"],
)  # fmt: skip
def test_zone_that_means_no_place_is_refused(text: str) -> None:
    with pytest.raises(FileError):
        read_shape(text, Borders.natural_earth())


def test_policy_refuses_what_no_policy_means() -> None:
    with pytest.raises(UsageError):
        BoundPolicy(slack_ms=-1.0)
    with pytest.raises(UsageError):
        BoundPolicy(minimum_landmarks=2, outliers=2)


@given(st.floats(0.001, 300), st.floats(0.01, 50))
@BOUNDED
def test_padding_and_slack_only_widen(trip: float, amount: float) -> None:
    plain = BoundPolicy(speed=Speed.FIBRE)

    assert plain.radius_km(trip) <= BoundPolicy(speed=Speed.FIBRE, padding_ms=amount).radius_km(
        trip
    )
    assert plain.radius_km(trip) < BoundPolicy(speed=Speed.FIBRE, slack_ms=amount).radius_km(trip)
    assert plain.radius_km(trip) < POLICY.radius_km(trip)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not gzip",
        gzip.compress(b"{}"),
        gzip.compress(b'{"countries": []}'),
        gzip.compress(json.dumps({"countries": [{"name": "X", "iso_a2": "XX",
            "polygons": [[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]]}]}).encode()),
        gzip.compress(json.dumps({"countries": [{"name": "X", "iso_a2": "XX",
            "polygons": [[[[0, 0], [999, 1], [1, 0], [0, 0]]]]}]}).encode()),
        gzip.compress(b'{"countries": 5}')[:-9],
    ],
)  # fmt: skip
def test_damaged_border_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "borders.json.gz"
    path.write_bytes(content)

    with pytest.raises(FileError, match="absent or damaged"):
        Borders.read(path)
    with pytest.raises(FileError, match="absent or damaged"):
        Borders.read(tmp_path / "none")
