# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Regions never leave out where a chip is; geographiclib tells the distances beside them."""

from __future__ import annotations

import gzip
import math
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_host.errors import FileError
from mooring_host.location.borders import Borders, outlines
from mooring_host.location.bounds import HALF_MERIDIAN_KM, BoundPolicy, DistanceBound, Speed
from mooring_host.location.bulk import SPHERE_ERROR, SPHERE_KM, CountryIndex, Network
from mooring_host.location.cells import EARTH_KM2, Cells
from mooring_host.location.region import Region
from mooring_host.location.shapes import read_shape
from mooring_host.location.verdict import ZoneVerdict

WGS84: Final[Any] = import_module("geographiclib.geodesic").Geodesic.WGS84
POLICY: Final = BoundPolicy()
SINGAPORE: Final = (1.3521, 103.8198)
SHENZHEN: Final = (22.54, 114.06)
LATITUDES: Final = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, -89.99, 0.0, 89.99, 90.0]))
LONGITUDES: Final = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 179.99, 0.0, 180.0]))
CHINA: Final = read_shape("countries CN HK MO", Borders.natural_earth())
PLACES: Final = st.tuples(LATITUDES, LONGITUDES)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """By the oracle."""
    return float(WGS84.Inverse(*one, *other)["s12"]) / 1e3


def holds(region: Region, place: tuple[float, float]) -> bool:
    """Whether some box of the region has the place in it."""
    latitude, longitude = place
    south, west, height, width = region.cells
    # The antimeridian and a pole have more than one longitude.
    turns = [longitude, longitude - 360, longitude + 360]
    if abs(latitude) == 90:
        turns = list(west + width / 2)
    inside = [
        (south <= latitude) & (latitude <= south + height) & (west <= turn) & (turn <= west + width)
        for turn in turns
    ]
    return bool(np.any(inside))


def disk(place: tuple[float, float], radius_km: float) -> DistanceBound:
    return DistanceBound(*place, radius_km)


@settings(max_examples=60, deadline=None)
@given(PLACES, st.lists(st.tuples(PLACES, st.floats(0.001, 3_000)), min_size=1, max_size=6))
def test_truth_is_always_inside(
    truth: tuple[float, float], seen: list[tuple[tuple[float, float], float]]
) -> None:
    disks = [disk(place, distance_km(truth, place) + slack) for place, slack in seen]

    assert holds(Region.of(disks), truth)


@settings(max_examples=30, deadline=None)
@given(PLACES, st.lists(PLACES, min_size=2, max_size=5), st.floats(1, 500), st.data())
def test_liars_within_the_quorum_cannot_push_the_truth_out(
    truth: tuple[float, float], places: list[tuple[float, float]], slack: float, data: Any
) -> None:
    liars = data.draw(st.integers(1, len(places) - 1))
    radii = [distance_km(truth, place) + slack for place in places]
    radii[:liars] = [0.5] * liars
    disks = [disk(place, radius) for place, radius in zip(places, radii, strict=True)]

    assert holds(Region.of(disks, outliers=liars), truth)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(PLACES, st.floats(20, 9_000)), min_size=1, max_size=4),
    st.integers(0, 3),
    st.floats(1, 4_000),
)
def test_delay_never_turns_what_was_ambiguous_into_a_verdict(
    seen: list[tuple[tuple[float, float], float]], which: int, delay_km: float
) -> None:
    disks = [disk(place, radius) for place, radius in seen]
    which %= len(disks)
    late = list(disks)
    late[which] = disk(seen[which][0], seen[which][1] + delay_km)
    before = Region.of(disks).verdict(CHINA, POLICY)
    after = Region.of(late).verdict(CHINA, POLICY)

    if not Region.of(disks).is_empty and before is ZoneVerdict.AMBIGUOUS:
        assert after is ZoneVerdict.AMBIGUOUS


def test_order_of_landmarks_changes_nothing() -> None:
    disks = [disk(SINGAPORE, 900), disk(SHENZHEN, 2_500), disk((13.75, 100.5), 1_500)]
    one, other = Region.of(disks), Region.of(disks[::-1])

    assert [sorted(column) for column in one.cells] == [sorted(column) for column in other.cells]


@pytest.mark.parametrize(
    ("place", "radius"),
    [
        (SINGAPORE, 150.0),
        ((89.9, 10.0), 500.0),
        ((-90.0, 0.0), 1_000.0),
        ((-17.0, 179.9), 300.0),
        ((51.0, 0.0), 5_000.0),
    ],
)
def test_area_is_a_little_more_than_that_of_the_disk(
    place: tuple[float, float], radius: float
) -> None:
    cap = 2 * math.pi * SPHERE_KM**2 * (1 - math.cos(radius / SPHERE_KM))

    assert 0.99 * cap < Region.of([disk(place, radius)]).area_km2 < 1.25 * cap


def test_giant_disk_says_nothing() -> None:
    region = Region.of([disk(SINGAPORE, HALF_MERIDIAN_KM * 3)])

    assert region.area_km2 == pytest.approx(EARTH_KM2, rel=0.01)
    assert (
        region.verdict(read_shape("countries CN", Borders.natural_earth()), POLICY)
        is ZoneVerdict.AMBIGUOUS
    )


def test_disks_that_contradict_each_other_prove_nothing() -> None:
    region = Region.of([disk(SINGAPORE, 50), disk(SHENZHEN, 50)])

    assert region.is_empty
    assert region.countries(outlines(), POLICY) == ()
    assert (
        region.verdict(read_shape("countries CN", Borders.natural_earth()), POLICY)
        is ZoneVerdict.AMBIGUOUS
    )


def test_singapore_at_one_millisecond_is_not_told_from_its_neighbours() -> None:
    region = Region.of([disk(SINGAPORE, BoundPolicy().radius_km(1.0))])

    assert region.countries(outlines(), POLICY) == ("ID", "MY", "SG")
    for geometry, verdict in {
        "countries SG": ZoneVerdict.AMBIGUOUS,
        "countries CN HK MO": ZoneVerdict.EXCLUDED,
        f"circle {SINGAPORE[0]} {SINGAPORE[1]} 200": ZoneVerdict.INSIDE,
        "circle 22.54 114.06 2000": ZoneVerdict.EXCLUDED,
        "a cage at Jurong, sealed": ZoneVerdict.AMBIGUOUS,
    }.items():
        assert region.verdict(read_shape(geometry, Borders.natural_earth()), POLICY) is verdict


def test_inland_chip_is_proven_inside_its_country() -> None:
    region = Region.of([disk((39.1, -94.6), 150.0)])

    assert region.countries(outlines(), POLICY) == ("US",)
    us = read_shape("countries US", Borders.natural_earth())
    assert region.verdict(us, POLICY) is ZoneVerdict.INSIDE
    assert region.verdict(us, BoundPolicy(border_tolerance_km=2_000.0)) is ZoneVerdict.AMBIGUOUS


def test_region_over_the_antimeridian_sees_both_sides() -> None:
    region = Region.of([disk((66.0, -179.9), 250.0)])

    assert region.countries(outlines(), POLICY) == ("RU",)
    boxes, _ = region.cells.boxes(POLICY.exclusion_margin_km)
    west, _, east, _ = shapely.bounds(boxes).T
    assert west.min() == -180.0
    assert east.max() == 180.0


@settings(max_examples=200, deadline=None)
@given(PLACES, PLACES)
def test_sphere_errs_by_less_than_is_allowed_for(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    phi, psi = math.radians(one[0]), math.radians(other[0])
    turn = math.radians(other[1] - one[1])
    haversine = (
        math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(turn / 2) ** 2
    )
    sphere = 2 * SPHERE_KM * math.asin(math.sqrt(min(1.0, haversine)))

    # A micrometre for the arithmetic of this test.
    assert distance_km(one, other) >= (1 - SPHERE_ERROR) * sphere - 1e-9


@settings(max_examples=50, deadline=None)
@given(PLACES)
def test_box_reaches_no_farther_than_it_says(place: tuple[float, float]) -> None:
    for size in (10.0, 0.5, 0.0390625):
        south = math.floor((place[0] + 90) / size) * size - 90
        west = math.floor((place[1] + 180) / size) * size - 180
        box = Cells(*(np.array([each]) for each in (min(south, 90 - size), west, size, size)))
        centre = (float(box.south[0]) + size / 2, west + size / 2)

        assert distance_km(centre, place) <= box.reach_km[0] + 1e-9
        assert box.distances_km([disk(place, 1.0)])[0, 0] == pytest.approx(
            distance_km(centre, place), abs=1e-6
        )


# -- Bulk -----------------------------------------------------------------------------------------

LANDMARKS: Final = [SINGAPORE, SHENZHEN, (25.03, 121.56), (35.68, 139.69), (50.1, 8.7)]


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(LANDMARKS, CountryIndex.of(outlines(), POLICY))


def test_bulk_excludes_nothing_that_holds_the_truth(network: Network) -> None:
    places = {"SG": SINGAPORE, "CN": (30.6, 114.3), "DE": (52.5, 13.4), "US": (39.1, -94.6)}
    trips = np.array(
        [
            [2 * distance_km(place, mark) / Speed.LIGHT.value + 0.5 for mark in LANDMARKS]
            for place in places.values()
        ]
    )
    counted: list[int] = []
    possible, empty = network.countries(trips, counted.append)
    codes = sorted(outlines())

    assert sum(counted) == len(places)
    assert not empty.any()
    for row, code in zip(possible, places, strict=True):
        assert row[codes.index(code)]
        assert row.sum() < len(codes)


def test_bulk_and_region_agree_but_for_the_size_of_boxes(network: Network) -> None:
    trips = np.array([[1.0, np.nan, 30.0, np.nan, np.nan], [20.0, 14.0, 15.0, np.nan, 90.0]])
    possible, _ = network.countries(trips)
    codes = sorted(outlines())
    policy = BoundPolicy()
    for row, each in zip(possible, trips, strict=True):
        disks = [
            disk(mark, policy.radius_km(float(trip)))
            for mark, trip in zip(LANDMARKS, each, strict=True)
            if not math.isnan(trip)
        ]
        found = set(Region.of(disks).countries(outlines(), POLICY))

        assert found <= {code for code, flag in zip(codes, row, strict=True) if flag}


def test_bulk_tells_contradictions(network: Network) -> None:
    _, empty = network.countries(np.array([[0.1, 0.1, 90.0, 90.0, 90.0]]))

    assert empty.tolist() == [True]


@pytest.mark.parametrize(
    "trips", [[[0.0, 1, 1, 1, 1]], [[-1.0, 1, 1, 1, 1]], [[math.inf, 1, 1, 1, 1]], [[1.0, 2.0]]]
)
def test_bulk_refuses_impossible_round_trips(network: Network, trips: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="round trip"):
        network.countries(np.array(trips))


# -- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("trip", [0.0, -1.0, math.nan, math.inf])
def test_impossible_round_trip_has_no_radius(trip: float) -> None:
    with pytest.raises(ValueError, match="expected a positive, finite number"):
        BoundPolicy().radius_km(trip)


def test_padding_only_widens() -> None:
    padded = BoundPolicy(padding_ms=5.0)

    for trip in (0.1, 4.9, 5.0, 5.1):
        assert padded.radius_km(trip) >= BoundPolicy().radius_km(trip)
    assert padded.radius_km(0.1) == padded.radius_km(4.9)


@pytest.mark.parametrize(
    ("place", "radius", "field"),
    [
        ((91.0, 0.0), 1.0, "latitude 91.0"),
        ((math.nan, 0.0), 1.0, "latitude nan"),
        ((0.0, 181.0), 1.0, "longitude 181.0"),
        ((0.0, 0.0), -1.0, "radius -1.0"),
    ],
)
def test_place_off_the_globe_is_named(
    place: tuple[float, float], radius: float, field: str
) -> None:
    with pytest.raises(FileError, match=field):
        disk(place, radius)


@pytest.mark.parametrize(
    ("geometry", "problem"),
    [
        ("countries SG XX", "no borders of 'XX'"),
        ("circle 1 2", "expected latitude, longitude and kilometres"),
        ("circle 1 2 near", "expected latitude, longitude and kilometres"),
        ("circle 1 2 inf", "expected a positive radius"),
        ("circle 95 2 3", "latitude 95.0"),
    ],
)
def test_geometry_that_is_none_is_named(geometry: str, problem: str) -> None:
    with pytest.raises(FileError, match=problem):
        read_shape(geometry, Borders.natural_earth())


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"[]"), None])
def test_damaged_or_missing_borders_are_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "countries.json.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileError, match="absent or damaged"):
        Borders.read(path)


@pytest.mark.parametrize("outliers", [1, 2, -1])
def test_some_disk_has_to_hold(outliers: int) -> None:
    with pytest.raises(ValueError, match="leave nothing to hold"):
        Region.of([disk(SINGAPORE, 1.0)], outliers)
