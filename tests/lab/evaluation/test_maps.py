# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Maps: the same bytes each time, everything in its place, nothing turned inside out."""

from __future__ import annotations

import builtins
import importlib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from mooring_lab.maps import (
    Country,
    MapError,
    Mark,
    MarkKind,
    RegionalView,
    Scene,
    Shade,
    WorldView,
    save_map,
)
from mooring_lab.maps.labels import LabelPlacer
from mooring_lab.maps.view import circle, cut

# It has no types.
Geodesic: Any = importlib.import_module("geographiclib.geodesic").Geodesic

HOME = RegionalView(1.35, 103.82, 900, 600)


def scene(view: RegionalView | WorldView = HOME) -> Scene:
    return Scene(
        title="A square country",
        view=view,
        countries=(Country("Square", shapely.box(100, -2, 104, 3), Shade.POSSIBLE),),
        region=shapely.Polygon(circle(1.35, 103.82, 300)),
        marks=(
            Mark(MarkKind.SITE, 1.35, 103.82, "here"),
            Mark(MarkKind.LANDMARK, 3.1, 101.7, "there", radius_km=420),
        ),
        source="drawn by hand",
    )


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_same_scene_is_the_same_file(tmp_path: Path, suffix: str) -> None:
    one, other = tmp_path / f"one.{suffix}", tmp_path / f"other.{suffix}"

    save_map(scene(), one)
    save_map(scene(), other)

    assert one.read_bytes() == other.read_bytes()
    assert len(one.read_bytes()) > 5000


def test_an_svg_is_xml_without_a_date_and_without_trailing_blanks(tmp_path: Path) -> None:
    path = tmp_path / "map.svg"

    save_map(scene(WorldView()), path)

    text = path.read_text("utf-8")
    ET.fromstring(text)  # noqa: S314
    assert "<dc:date>" not in text
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_another_region_is_another_picture(tmp_path: Path) -> None:
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    without = Scene("A square country", HOME, scene().countries, None, scene().marks)

    save_map(scene(), one)
    save_map(without, other)

    assert one.read_bytes() != other.read_bytes()


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MapError, match=r"'\.gif'"):
        save_map(scene(), tmp_path / "map.gif")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="No such file"):
        save_map(scene(), tmp_path / "none" / "map.svg")


def test_without_matplotlib_one_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str, *_: Any) -> Any:
        raise builtins.ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)

    with pytest.raises(MapError) as caught:
        save_map(scene(), tmp_path / "map.svg")

    assert "mooring[maps]" in caught.value.hint


def test_a_ring_over_the_antimeridian_is_cut_and_not_spread_around_the_globe() -> None:
    fiji = shapely.Polygon([(178, -18), (-178, -18), (-178, -16), (178, -16)])

    parts = cut(fiji)

    assert parts.area == pytest.approx(8.0)
    assert not parts.intersects(shapely.Point(0, -17))
    assert parts.intersects(shapely.Point(179.5, -17))
    assert parts.intersects(shapely.Point(-179.5, -17))


def test_a_ring_around_a_pole_is_closed_over_the_pole() -> None:
    ring = [(-170.0 + 20 * i if i < 18 else -170.0, -70.0) for i in range(18)]

    parts = cut(shapely.Polygon(ring))

    assert parts.area == pytest.approx(360 * 20)
    assert cut(parts).area == pytest.approx(360 * 20)


def test_the_world_is_as_wide_as_equal_earth_says() -> None:
    west, south, east, north = shapely.bounds(WorldView().frame())

    # Šavrič et al. (2018): the equator is 2.7066 radii of the sphere of equal area to each side.
    assert (east - west) / 2 == pytest.approx(2.7066 * 6371007, rel=1e-3)
    assert east - west > 2 * (north - south)


def test_a_view_at_the_antimeridian_joins_what_was_cut() -> None:
    view = RegionalView(-17, 180, 800, 600)
    halves = shapely.MultiPolygon(
        [shapely.box(178, -18, 180, -16), shapely.box(-180, -18, -178, -16)]
    )

    flat = view.project(halves)

    assert len(shapely.get_parts(flat)) == 1
    assert _covers(flat, view, -17.0, 180.0)


def test_a_country_around_the_antipode_does_not_cover_the_map() -> None:
    antipode = shapely.box(-80, -5, -72, 3)

    flat = HOME.project(antipode)

    assert not _covers(flat, HOME, 1.35, 103.82)


@pytest.mark.parametrize("view", [HOME, WorldView()])
def test_projections_keep_areas(view: RegionalView | WorldView) -> None:
    ring = [(101.0, 0.0), (105.0, 0.0), (105.0, 3.0), (101.0, 3.0)]
    # Their sides along parallels are cut into pieces of a degree, so that the oracle's are too.
    dense = np.asarray(shapely.segmentize(shapely.Polygon(ring), 1.0).exterior.coords)
    polygon = Geodesic.WGS84.Polygon()
    for lon, lat in dense[:-1]:
        polygon.AddPoint(lat, lon)
    area_m2 = abs(polygon.Compute()[2])

    assert view.project(shapely.Polygon(ring)).area == pytest.approx(area_m2, rel=2e-3)


def test_every_point_of_a_circle_is_at_its_distance() -> None:
    for lon, lat in circle(60.0, 170.0, 2500.0)[::60]:
        inverse = Geodesic.WGS84.Inverse(60.0, 170.0, lat, lon)
        assert inverse["s12"] == pytest.approx(2.5e6, abs=1.0)


def test_labels_do_not_meet_each_other_nor_marks_and_stay_in_the_frame() -> None:
    placer = LabelPlacer((0, 0, 1000, 1000), 1.0)
    points = [(500.0, 500.0), (530.0, 500.0), (515.0, 515.0), (990.0, 990.0)]
    for x, y in points:
        placer.occupy(x, y)

    places = [placer.place("label", x, y) for x, y in points]

    assert places[0] is not None
    assert places[0].align == "right"  # a mark stands to the right
    assert places[3] is not None
    assert places[3].align == "right"  # the frame ends there
    assert len({place for place in places if place}) == len([place for place in places if place])
    assert placer.place("", 10, 10) is None


def _covers(flat: BaseGeometry, view: RegionalView, lat: float, lon: float) -> bool:
    [[x, y]] = view.project_points(np.array([[lon, lat]]))
    return bool(flat.covers(shapely.Point(x, y)))
