# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Measured round trips between places that are known: the ground truth of the evaluation.

Two tables, whoever measured.  Of sites: ``cloud,region,city,iso_a2,lat,lon``.  Of round trips:
``cloud,src,dst,min_ms,avg_ms,max_ms,mdev_ms``, timed by ``src``.  A cloud is a network of its
own: its sites are located by its own sites only.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from mooring_host.errors import FileError
from mooring_lab.evaluation.rows import BadField, Fault, Row, Table, TableError, read_table

SITE_COLUMNS: Final = ("cloud", "region", "city", "iso_a2", "lat", "lon")
ROUND_TRIP_COLUMNS: Final = ("cloud", "src", "dst", "min_ms", "avg_ms", "max_ms", "mdev_ms")
LONGEST_MS: Final = 60_000.0
"""A minute: more is a unit mistaken, such as microseconds."""
MILLISECONDS: Final = "milliseconds, above 0 and at most 60000"
SPREAD_MS: Final = "milliseconds, 0 to 60000"


@dataclass(frozen=True)
class Site:
    """A place whose position is known."""

    network: str
    name: str
    city: str
    country: str
    """ISO 3166-1, two letters."""
    latitude_deg: float
    longitude_deg: float

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.city} ({self.name})"


@dataclass(frozen=True)
class RoundTrip:
    """Repeated round trips of one pair, timed by the first of the two."""

    network: str
    source: str
    target: str
    minimum_ms: float
    average_ms: float
    maximum_ms: float
    deviation_ms: float


@dataclass(frozen=True)
class Measurements:
    """Sites and the round trips between them; every end of a round trip is a site."""

    sites: tuple[Site, ...]
    round_trips: tuple[RoundTrip, ...]
    left_out: tuple[Fault, ...] = ()
    """Bad rows that the caller chose to go on without."""

    @cached_property
    def _fastest(self) -> Mapping[tuple[str, str, str], float]:
        fastest: dict[tuple[str, str, str], float] = {}
        for trip in self.round_trips:
            key = (trip.network, trip.source, trip.target)
            fastest[key] = min(trip.minimum_ms, fastest.get(key, trip.minimum_ms))
        return fastest

    @property
    def networks(self) -> tuple[str, ...]:
        """Their names, in the order of the site table."""
        return tuple(dict.fromkeys(site.network for site in self.sites))

    def of(self, network: str) -> tuple[Site, ...]:
        """The sites of a network, in the order of the table."""
        return tuple(site for site in self.sites if site.network == network)

    def fastest_ms(self, source: Site, target: Site) -> float | None:
        """The smallest round trip that `source` timed to `target`; None if it timed none.

        Noise only adds, so that the minimum over all repetitions is as sound as any.
        """
        return self._fastest.get((source.network, source.name, target.name))


def read_measurements(
    round_trips: Path, sites: Path, *, skip_bad_rows: bool = False
) -> Measurements:
    """Reads both tables and holds them against each other.

    Args:
        round_trips: a CSV file with `ROUND_TRIP_COLUMNS`.
        sites: a CSV file with `SITE_COLUMNS`.
        skip_bad_rows: go on without them, and list them in the result.

    Raises:
        TableError: a row is bad, and `skip_bad_rows` was not asked for.
        FileError: a file is absent or is no such table, or nothing usable is in it.
    """
    site_table = _without_repeats(read_table(sites, SITE_COLUMNS, _site, noun="sites"))
    known = {(site.network, site.name) for site, _ in site_table.items}
    trip_table = read_table(
        round_trips, ROUND_TRIP_COLUMNS, lambda row: _round_trip(row, known), noun="round trips"
    )
    for table in (site_table, trip_table):
        if table.faults and not skip_bad_rows:
            raise TableError(table.where, table.faults)
        if not table.items:
            raise FileError(f"read {table.where}", "not one row is usable")
    return Measurements(
        tuple(site for site, _ in site_table.items),
        trip_table.items,
        (*site_table.faults, *trip_table.faults),
    )


def _without_repeats(table: Table[tuple[Site, int]]) -> Table[tuple[Site, int]]:
    """Two rows for one site are two truths: the second is a fault."""
    first: dict[tuple[str, str], int] = {}
    kept: list[tuple[Site, int]] = []
    faults = list(table.faults)
    for site, row in table.items:
        earlier = first.setdefault((site.network, site.name), row)
        if earlier == row:
            kept.append((site, row))
        else:
            expected = f"a site that row {earlier} has not named already"
            faults.append(Fault(row, "region", repr(site.name), expected))
    return Table(table.where, tuple(kept), tuple(sorted(faults, key=lambda fault: fault.row)))


def _site(row: Row) -> tuple[Site, int]:
    site = Site(
        network=row.text("cloud"),
        name=row.text("region"),
        city=row.text("city"),
        country=row.country("iso_a2"),
        latitude_deg=row.latitude("lat"),
        longitude_deg=row.longitude("lon"),
    )
    return site, row.number


def _round_trip(row: Row, known: Iterable[tuple[str, str]]) -> RoundTrip:
    network = row.text("cloud")
    ends = {name: row.text(name) for name in ("src", "dst")}
    for name, end in ends.items():
        if (network, end) not in known:
            raise BadField(name, repr(end), f"a region of cloud {network!r} in the site table")
    low = row.number_in("min_ms", 1e-6, LONGEST_MS, MILLISECONDS)
    average = row.number_in("avg_ms", 1e-6, LONGEST_MS, MILLISECONDS)
    high = row.number_in("max_ms", 1e-6, LONGEST_MS, MILLISECONDS)
    for (name, smaller), (_, larger) in itertools.pairwise(
        (("min_ms", low), ("avg_ms", average), ("max_ms", high))
    ):
        if smaller > larger:
            raise BadField(name, f"{smaller:g}", f"at most {larger:g}: min <= avg <= max")
    deviation = row.number_in("mdev_ms", 0.0, LONGEST_MS, SPREAD_MS)
    return RoundTrip(network, ends["src"], ends["dst"], low, average, high, deviation)
