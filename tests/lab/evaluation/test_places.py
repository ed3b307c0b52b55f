# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From words to positions: only where they are sure, and never in another country."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from mooring_host.location.borders import outlines
from mooring_lab.evaluation.rows import TableError
from mooring_lab.planning.places import (
    Position,
    Unsure,
    country_code,
    locate,
    own_cities,
    read_cities,
)

CITIES = own_cities()


@pytest.mark.parametrize(
    ("text", "country", "by"),
    [
        ("5502 Spinks Rd, Abilene, TX 79601", "US", "Abilene"),
        ("M39X+XG, Mt Pleasant, WI 53177", "US", "Mount Pleasant"),
        ("Oak Ridge, Tennessee, United States", "US", "Oak Ridge"),
        ("Moreenikatu 6, 04600 Mäntsälä, Finland", "FI", "Mäntsälä"),
        ("Follummoveien 94, 3516 Hønefoss, Norway", "NO", "Hønefoss"),
        ("Sakai Ward, Sakai, Osaka 590-0908, Japan", "JP", "Sakai"),
        ("Haengbok-daero, Sejong-si, South Korea", "KR", "Sejong"),
        ("London Rd, Harlow CM17 9NA, United Kingdom", "GB", "Harlow"),
        ("Singapore", "SG", "Singapore"),
        ("Kulai, Johor\n1.6230215, 103.529893", "MY", "coordinates"),
        ("33°24'28.7\"N 112°21'54.3\"W\nGoodyear", "US", "coordinates"),
    ],
)
def test_a_sure_place_is_found(text: str, country: str, by: str) -> None:
    found = locate(text, country, CITIES)

    assert isinstance(found, Position)
    assert found.by == by


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("", "US", Unsure.NO_TEXT),
        ("Europe", "", Unsure.NO_COUNTRY),
        ("Texas", "US", Unsure.NO_CITY),
        ("Georgia, USA", "US", Unsure.NO_CITY),
        ("Netherlands", "IS", Unsure.NO_CITY),
        ("Abilene, Kansas", "US", Unsure.NO_CITY),
        ("Paris", "US", Unsure.NO_CITY),
        ("Parisot", "FR", Unsure.NO_CITY),
        ("Chicago or Dallas, Texas", "US", Unsure.SEVERAL),
        ("91.1234, 200.1234", "US", Unsure.NO_CITY),
    ],
)
def test_what_is_not_sure_is_left_out_with_the_reason(text: str, country: str, why: Unsure) -> None:
    assert locate(text, country, CITIES) is why


def test_written_degrees_minutes_and_seconds_keep_their_signs() -> None:
    found = locate("33°24'36.0\"S 112°30'0.0\"W", "", CITIES)

    assert isinstance(found, Position)
    assert (found.latitude_deg, found.longitude_deg) == pytest.approx((-33.41, -112.5))


def test_every_city_lies_in_its_country() -> None:
    for city in CITIES:
        point = shapely.Point(city.longitude_deg, city.latitude_deg)
        # At a coast the coordinates may be in the harbour: 0.06 degrees are at most 7 km.
        near = shapely.distance(outlines()[city.country].shape, point)
        assert near <= 0.06, city.name


def test_no_two_rows_are_one_city() -> None:
    keys = [(city.name, city.country, city.regions) for city in CITIES]

    assert len(keys) == len(set(keys))


def test_a_bad_row_of_a_table_of_cities_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    path.write_text("city,region,country,lat,lon,radius_km,aliases\nA,,US,1,2,0,\n", "utf-8")

    with pytest.raises(TableError, match="row 2, field radius_km"):
        read_cities(path)


def test_countries_are_known_by_the_names_of_the_list_of_clusters() -> None:
    assert country_code("Korea (Republic of)") == "KR"
    assert country_code(" United States of America ") == "US"
    assert country_code("Atlantis") == ""
