# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From a place in words to a position, offline, and only where it is sure.

A position is taken from coordinates in the text, or from a small table of cities.  A city
counts only if its country is the stated one and, where other places there bear its name, its
region is named too.  Two cities in one text must be one place; else neither is believed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from mooring_host.errors import FileError
from mooring_lab.evaluation.rows import Row, read_table

CITY_COLUMNS: Final = ("city", "region", "country", "lat", "lon", "radius_km", "aliases")
WRITTEN_RADIUS_KM: Final = 1.0
"""How far off written coordinates are taken to be."""
SAME_PLACE_KM: Final = 30.0
"""Cities whose edges are no farther apart than this are one place, as Sakai and Osaka."""
KM_PER_DEGREE: Final = 111.2

# "1.6230, 103.5298", at least three decimals so that no postcode is meant.
_DECIMAL: Final = re.compile(r"(-?\d{1,2}\.\d{3,})\s*,\s*(-?\d{1,3}\.\d{3,})")
# 33°24'28.7"N 112°21'54.3"W
_SEXAGESIMAL: Final = re.compile(
    r"""(\d{1,2})°(\d{1,2})'([\d.]+)"([NS])\s+(\d{1,3})°(\d{1,2})'([\d.]+)"([EW])"""
)

# Names of countries in the list of clusters whose first word is not enough; ISO 3166-1.
_COUNTRIES: Final = {
    "australia": "AU",
    "austria": "AT",
    "belgium": "BE",
    "brazil": "BR",
    "canada": "CA",
    "china": "CN",
    "czechia": "CZ",
    "denmark": "DK",
    "finland": "FI",
    "france": "FR",
    "germany": "DE",
    "hong kong": "HK",
    "iceland": "IS",
    "india": "IN",
    "indonesia": "ID",
    "ireland": "IE",
    "israel": "IL",
    "italy": "IT",
    "japan": "JP",
    "korea (republic of)": "KR",
    "luxembourg": "LU",
    "malaysia": "MY",
    "mexico": "MX",
    "netherlands": "NL",
    "norway": "NO",
    "philippines (the)": "PH",
    "poland": "PL",
    "russia": "RU",
    "saudi arabia": "SA",
    "singapore": "SG",
    "slovenia": "SI",
    "spain": "ES",
    "sweden": "SE",
    "switzerland": "CH",
    "taiwan": "TW",
    "thailand": "TH",
    "united arab emirates": "AE",
    "united kingdom of great britain and northern ireland": "GB",
    "united states of america": "US",
    "vietnam": "VN",
}


class Unsure(Enum):
    """Why a place in words has no position."""

    NO_TEXT = "no location is given"
    NO_COUNTRY = "no country is given, or one that is not known here"
    NO_CITY = "no city of the table is named: a country or a region only, or a smaller place"
    SEVERAL = "cities far apart are named"


@dataclass(frozen=True)
class City:
    """A row of the table."""

    name: str
    regions: tuple[str, ...]
    """One of these must be named too; empty if the name alone is sure in its country."""
    country: str
    latitude_deg: float
    longitude_deg: float
    radius_km: float
    """How far from the coordinates a site of that city may lie."""
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Position:
    """Where a text puts a site."""

    latitude_deg: float
    longitude_deg: float
    radius_km: float
    """How far off it may be."""
    by: str
    """The city, or "coordinates"."""


def country_code(name: str) -> str:
    """The code of two letters for a country's name in the list of clusters; empty if unknown."""
    return _COUNTRIES.get(name.strip().casefold(), "")


@lru_cache(maxsize=1)
def own_cities() -> tuple[City, ...]:
    """The table that comes with this package."""
    with resources.as_file(resources.files("mooring_lab.planning") / "data" / "cities.csv") as path:
        return read_cities(path)


def read_cities(path: Path) -> tuple[City, ...]:
    """Reads a table of cities.

    Raises:
        FileError: there is none, or a row is bad.
    """
    table = read_table(path, CITY_COLUMNS, _city, noun="cities")
    cities = table.whole()
    if not cities:
        raise FileError(f"read {table.where}", "no city is in it")
    return cities


def locate(text: str, country: str, cities: Iterable[City]) -> Position | Unsure:
    """The position of a place in words, if it is sure.

    Args:
        text: as people write addresses.
        country: ISO 3166-1, two letters; empty if it is not known.
        cities: the table.
    """
    if not text.strip():
        return Unsure.NO_TEXT
    written = _written(text)
    if written is not None:
        return written
    if not country:
        return Unsure.NO_COUNTRY
    words = _words(text)
    named = [city for city in cities if city.country == country and _names(city, words)]
    if not named:
        return Unsure.NO_CITY
    nearest = min(named, key=lambda city: city.radius_km)
    if any(_apart_km(nearest, city) > SAME_PLACE_KM for city in named):
        return Unsure.SEVERAL
    return Position(nearest.latitude_deg, nearest.longitude_deg, nearest.radius_km, nearest.name)


def _city(row: Row) -> City:
    return City(
        name=row.text("city"),
        regions=_list(row.optional("region")),
        country=row.country("country"),
        latitude_deg=row.latitude("lat"),
        longitude_deg=row.longitude("lon"),
        radius_km=row.number_in("radius_km", 0.1, 500, "kilometres, 0.1 to 500"),
        aliases=_list(row.optional("aliases")),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _written(text: str) -> Position | None:
    if found := _DECIMAL.search(text):
        lat, lon = float(found[1]), float(found[2])
    elif found := _SEXAGESIMAL.search(text):
        lat = _degrees(found[1], found[2], found[3], negative=found[4] == "S")
        lon = _degrees(found[5], found[6], found[7], negative=found[8] == "W")
    else:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Position(lat, lon, WRITTEN_RADIUS_KM, "coordinates")


def _degrees(whole: str, minutes: str, seconds: str, *, negative: bool) -> float:
    value = int(whole) + int(minutes) / 60 + float(seconds) / 3600
    return -value if negative else value


def _words(text: str) -> str:
    """The text as words between single blanks, without accents and capitals."""
    # Letters that do not come apart into one of ASCII and an accent.
    plain = text.translate(str.maketrans("øØłŁæÆ", "oOlLaA"))
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().casefold()
    return f" {' '.join(re.findall(r'[a-z0-9]+', plain))} "


def _names(city: City, words: str) -> bool:
    called = any(_words(name) in words for name in (city.name, *city.aliases))
    return called and (not city.regions or any(_words(name) in words for name in city.regions))


def _apart_km(one: City, other: City) -> float:
    """Between the edges of two cities, roughly: it only tells one place from two."""
    mean = math.radians((one.latitude_deg + other.latitude_deg) / 2)
    north = one.latitude_deg - other.latitude_deg
    east = (one.longitude_deg - other.longitude_deg) * math.cos(mean)
    between = KM_PER_DEGREE * math.hypot(north, east)
    return between - one.radius_km - other.radius_km
