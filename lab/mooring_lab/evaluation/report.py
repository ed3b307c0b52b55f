# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The evaluation as tables: for a terminal, and in Markdown for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from mooring_host.cli.kit import table
from mooring_lab.evaluation.rules import LIGHT
from mooring_lab.evaluation.study import POLICY, Located, Metro, Summary, ZoneCount

HARDEST: Final = 12
"""Countries told as the hardest to exclude."""

REMOTE_HEAD: Final = (
    "NETWORK",
    "SIGNAL SPEED",
    "STANDING",
    "TRUTH OUTSIDE",
    "OF THEM EMPTY",
    "ONE COUNTRY LEFT",
    "COUNTRIES LEFT",
    "AREA, 10^6 KM2",
)
METRO_HEAD: Final = (
    "ROUND TRIP",
    "SIGNAL SPEED",
    "STANDING",
    "RADIUS",
    "ONE COUNTRY LEFT",
    "COUNTRIES EXCLUDED",
)
PAGE_HEAD: Final = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- SPDX-FileCopyrightText: 2026 The Mooring Authors -->

# What measured round trips show of a place

This page is written by `make evaluate-location`; figures and tables change only with it.
The numbers are also in [location-evaluation.json](location-evaluation.json).

A landmark that times a chip's answer proves that the chip is no farther away \
than a signal could have come.
Below, every site of two public clouds is located as if its place were not known.
A country counts as excluded only if no point of it lies in all the bounds.
Proven is what no signal can break; assumed is what holds for light in silica fibre \
but not for microwave links or hollow fibre.
Advisory are the classic estimators, with the number of times that they leave out \
the true place: no verdict may rest on them.
PRC is the People's Republic of China with Hong Kong and Macau; D:5 is that country group \
with Hong Kong and Macau as of {day}.
"""
REMOTE_TEXT: Final = """
## Located by the other sites of its network

Each site is located from the smallest round trips that the other sites of the \
same network timed to it.
Positions are those of cities, so that {error:g} km are added to every bound.
The median area and the median number of countries left are over the regions that are not empty.
"""
METRO_TEXT: Final = """
## One landmark in town

The landmark stands beside the site, and the round trip is given; the truth is never outside.
Distances are those to the nearest border on land, less the error of sampling it: \
the verifier keeps {margin:.0f} km more, for territorial waters and for the border data.
A place that lies in a zone itself is not counted for that zone.
"""


@dataclass(frozen=True)
class CountryCount:
    """How often one country could be excluded at the speed of light."""

    country: str
    excluded: int
    outside: int
    """Sites that are not in it."""


@dataclass(frozen=True)
class Disagreement:
    """Countries that one geometry leaves possible for a site and the other excludes."""

    network: str
    site: str
    boxes_only: tuple[str, ...]
    """Left by the verifier's boxes, which are coarse where the disks are large."""
    points_only: tuple[str, ...]
    """Left by the second opinion, which is generous by its margin."""


@dataclass(frozen=True)
class EvaluateView:
    """The whole evaluation."""

    schema: ClassVar[str] = "mooring.location.evaluate/1"

    sites: int
    round_trips: int
    left_out: tuple[str, ...]
    """Bad rows that it was asked to go on without."""
    position_error_km: float
    groups_on: str
    """The day whose country groups were asked for."""
    remote: tuple[Summary, ...]
    metro: tuple[Metro, ...]
    disagreements: tuple[Disagreement, ...]
    """Between the verifier's geometry and a second one, at the speed of light."""
    countries: tuple[CountryCount, ...]
    """By the other sites of the network, at the speed of light; the hardest first."""
    files: tuple[str, ...]

    def text(self) -> str:
        """Both tables."""
        parts = [
            f"{self.sites} sites, {self.round_trips} rows of round trips.",
            table(self.remote_head(), _remote_rows(self.remote)),
            "One landmark in town:",
            table(self.metro_head(), _metro_rows(self.metro)),
        ]
        if self.left_out:
            parts.append("Left out:\n" + "\n".join(f"  {row}" for row in self.left_out))
        if self.files:
            parts.append("Written:\n" + "\n".join(f"  {name}" for name in self.files))
        return "\n\n".join(parts)

    def markdown(self, figures: Sequence[tuple[str, str]]) -> str:
        """The page; figures are titles and file names."""
        parts = [PAGE_HEAD.format(day=self.groups_on)]
        parts += [f"\n![{title}]({name})\n" for title, name in figures]
        parts.append(REMOTE_TEXT.format(error=self.position_error_km))
        parts.append(_markdown(self.remote_head(), _remote_rows(self.remote)))
        parts.append(self._hardest())
        parts.append(self._second_opinion())
        parts.append(METRO_TEXT.format(margin=POLICY.exclusion_margin_km))
        parts.append(_markdown(self.metro_head(), _metro_rows(self.metro)))
        if self.left_out:
            parts.append("\n## Left out\n\n" + "".join(f"- {row}\n" for row in self.left_out))
        return "".join(parts)

    def remote_head(self) -> tuple[str, ...]:
        """The heading with a column for each zone."""
        return _with_zones(REMOTE_HEAD, 5, self.remote[0].zones if self.remote else ())

    def metro_head(self) -> tuple[str, ...]:
        """The heading with a column for each zone."""
        return _with_zones(METRO_HEAD, 4, self.metro[0].zones if self.metro else ())

    def _second_opinion(self) -> str:
        more = sum(bool(each.boxes_only) for each in self.disagreements)
        less = sum(bool(each.points_only) for each in self.disagreements)
        return (
            "\nAt the speed of light the verifier's boxes are held against countries as points, "
            f"which share no code.\nOf {self.sites} sites the boxes leave more countries for "
            f"{more} and fewer for {less}; the JSON file names them.\n"
        )

    def _hardest(self) -> str:
        told = ", ".join(
            f"{each.country} {each.excluded} of {each.outside}" for each in self.countries[:HARDEST]
        )
        return f"\nHardest to exclude at the speed of light, all networks together: {told}.\n"


def country_counts(found: Iterable[Located]) -> tuple[CountryCount, ...]:
    """For every country with a code that a region left possible, how often it could be excluded."""
    light = [each for each in found if each.rule == LIGHT.name and not each.empty]
    seen = sorted({code for each in light for code in each.possible if len(code) == 2})
    counts: list[CountryCount] = []
    for code in seen:
        outside = [each for each in light if each.site.country != code]
        excluded = sum(code not in each.possible for each in outside)
        counts.append(CountryCount(code, excluded, len(outside)))
    return tuple(sorted(counts, key=lambda each: (each.excluded, each.country)))


def disagreements(found: Iterable[Located]) -> tuple[Disagreement, ...]:
    """Where the two geometries differ."""
    told: list[Disagreement] = []
    for each in found:
        boxes, points = set(each.possible), set(each.by_points or each.possible)
        if boxes != points:
            only = tuple(sorted(boxes - points)), tuple(sorted(points - boxes))
            told.append(Disagreement(each.site.network, each.site.city, *only))
    return tuple(told)


def _with_zones(head: tuple[str, ...], at: int, zones: Sequence[ZoneCount]) -> tuple[str, ...]:
    return (*head[:at], *(f"{zone.zone} EXCLUDED" for zone in zones), *head[at:])


def _remote_rows(summaries: Sequence[Summary]) -> list[tuple[str, ...]]:
    return [
        (
            each.network,
            each.rule,
            each.standing.value,
            f"{each.truth_excluded} of {each.sites}",
            str(each.empty),
            *(str(zone) for zone in each.zones),
            str(each.single),
            f"{each.median_possible:g}",
            f"{each.median_area_km2 / 1e6:.2f}",
        )
        for each in summaries
    ]


def _metro_rows(rows: Sequence[Metro]) -> list[tuple[str, ...]]:
    return [
        (
            f"{each.round_trip_ms:g} ms",
            each.rule,
            each.standing.value,
            f"{each.radius_km:.0f} km",
            *(str(zone) for zone in each.zones),
            f"{each.single} of {each.sites}",
            f"{each.median_excluded:g} of {each.countries}",
        )
        for each in rows
    ]


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    # Upper case is for terminals.
    names = [word.lower().replace("prc", "PRC").replace("d:5", "D:5") for word in head]
    lines = [names, ["---"] * len(names), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
