# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The sites to plan for: any table with coordinates, or the list of clusters with place names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mooring_host.errors import FileError
from mooring_lab.evaluation.rows import Fault, Row, TableError, read_table
from mooring_lab.planning.places import Position, Unsure, country_code, locate, own_cities

SITE_COLUMNS: Final = ("city", "iso_a2", "lat", "lon")
CLUSTER_COLUMNS: Final = ("Name", "Country", "Location")


@dataclass(frozen=True)
class PlanSite:
    """A place with chips, or for a landmark."""

    name: str
    country: str
    latitude_deg: float
    longitude_deg: float
    radius_km: float = 0.0
    """How far off the position may be."""
    count: int = 1
    """Entries of the table that are this place."""


@dataclass(frozen=True)
class LeftOut:
    """An entry that has no position."""

    row: int
    """As a spreadsheet numbers it: the heading is row 1."""
    name: str
    location: str
    why: str


@dataclass(frozen=True)
class PlanSites:
    """Sites, and what could not become one."""

    sites: tuple[PlanSite, ...]
    left_out: tuple[LeftOut, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Bad rows that the caller chose to go on without."""


def read_sites(path: Path, *, skip_bad_rows: bool = False) -> PlanSites:
    """Reads a CSV with `SITE_COLUMNS`, or one with `CLUSTER_COLUMNS` whose places are words.

    Raises:
        TableError: a row is bad, and `skip_bad_rows` was not asked for.
        FileError: the file is absent, is neither table, or holds no site.
    """
    read = _read_clusters(path) if _is_clusters(path) else _read_coordinates(path)
    if read.faults and not skip_bad_rows:
        raise TableError(f"sites {path}", read.faults)
    if not read.sites:
        raise FileError(f"read sites {path}", "not one row has a position")
    return read


def _is_clusters(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            heading = file.readline().rstrip("\r\n").split(",")
    except OSError as error:
        raise FileError(f"read sites {path}", error.strerror or str(error)) from error
    return all(name in heading for name in CLUSTER_COLUMNS) and "lat" not in heading


def _read_coordinates(path: Path) -> PlanSites:
    table = read_table(path, SITE_COLUMNS, _site, noun="sites")
    return PlanSites(table.items, faults=table.faults)


def _site(row: Row) -> PlanSite:
    return PlanSite(
        name=row.text("city"),
        country=row.country("iso_a2"),
        latitude_deg=row.latitude("lat"),
        longitude_deg=row.longitude("lon"),
    )


def _read_clusters(path: Path) -> PlanSites:
    """Clusters of one place are one site; its radius is the largest of theirs."""
    table = read_table(path, CLUSTER_COLUMNS, _cluster, noun="clusters")
    counts: dict[PlanSite, int] = {}
    left_out: list[LeftOut] = []
    for found in table.items:
        if isinstance(found, LeftOut):
            left_out.append(found)
        else:
            counts[found] = counts.get(found, 0) + 1
    sites = tuple(
        PlanSite(
            site.name, site.country, site.latitude_deg, site.longitude_deg, site.radius_km, count
        )
        for site, count in counts.items()
    )
    return PlanSites(sites, tuple(left_out), table.faults)


def _cluster(row: Row) -> PlanSite | LeftOut:
    text = row.optional("Location")
    country = country_code(row.optional("Country"))
    found = locate(text, country, own_cities())
    name = row.text("Name")
    if isinstance(found, Unsure):
        return LeftOut(row.number, name, text, found.value)
    return _at(found, country, name)


def _at(found: Position, country: str, cluster: str) -> PlanSite:
    name = cluster if found.by == "coordinates" else found.by
    return PlanSite(name, country, found.latitude_deg, found.longitude_deg, found.radius_km)
