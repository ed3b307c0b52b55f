# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Maps of what the evaluation found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from mooring_host.location.borders import SOURCE, outlines
from mooring_lab.evaluation.atlas import Disk
from mooring_lab.evaluation.measurements import Measurements, Site
from mooring_lab.evaluation.study import Located
from mooring_lab.evaluation.zones import Zone
from mooring_lab.maps import Country, Mark, MarkKind, RegionalView, Scene, Shade, View, WorldView
from mooring_lab.maps.region import Circle, overlap

CIRCLES: Final = 4
"""Bounds drawn: the tightest, for the others hardly matter."""
LARGEST_KM: Final = 3500.0
"""A region of a larger radius is drawn on the world."""


def located_scene(found: Located, measured: Measurements, restricted: Zone) -> Scene:
    """What one rule says of one site."""
    tight = sorted(found.disks, key=lambda disk: disk.radius_km)
    coded = [code for code in found.possible if len(code) == 2]
    drawn = {disk.centre: disk.radius_km for disk in tight[:CIRCLES]}
    marks = [_site(found.site)]
    for other in measured.of(found.site.network):
        if other != found.site:
            here = other.latitude_deg, other.longitude_deg
            marks.append(Mark(MarkKind.LANDMARK, *here, other.city, drawn.get(here)))
    return Scene(
        title=f"{found.site.city}, located by {found.landmarks} others",
        subtitle=f"{found.site.network}, smallest measured round trips at {found.rule}: "
        f"{found.area_km2 / 1e6:.1f} million km², {len(coded)} countries left",
        view=_view(found.site, tight[0].radius_km),
        countries=shaded(found.possible, restricted, found.site.country),
        region=overlap([Circle(*disk.centre, disk.radius_km) for disk in found.disks]),
        marks=tuple(marks),
        source=SOURCE,
    )


def metro_scene(
    site: Site, round_trip_ms: float, disk: Disk, possible: Collection[str], restricted: Zone
) -> Scene:
    """What one landmark in town proves."""
    coded = sorted(code for code in possible if len(code) == 2)
    return Scene(
        title=f"{site.city}, one landmark in town: {round_trip_ms:g} ms",
        subtitle=f"At the speed of light, within {disk.radius_km:.0f} km: "
        f"still possible {', '.join(coded)}; all other countries are excluded",
        view=RegionalView(*disk.centre, 2.4 * disk.radius_km, 1.6 * disk.radius_km),
        countries=shaded(possible, restricted, site.country),
        region=overlap([Circle(*disk.centre, disk.radius_km)]),
        marks=(_site(site),),
        source=SOURCE,
    )


def shaded(possible: Collection[str], restricted: Zone, home: str) -> tuple[Country, ...]:
    """All countries with what is to be said of each; one left alone is proven."""
    alone = {code for code in possible if len(code) == 2} == {home}
    return tuple(
        Country(each.name, each.shape, _shade(each.code, possible, restricted, alone=alone))
        for each in outlines().values()
    )


def _shade(code: str, possible: Collection[str], restricted: Zone, *, alone: bool) -> Shade:
    if code in possible:
        if code in restricted.codes:
            return Shade.RESTRICTED
        return Shade.PROVEN if alone else Shade.POSSIBLE
    return Shade.EXCLUDED if code in restricted.codes else Shade.PLAIN


def _view(site: Site, radius_km: float) -> View:
    if radius_km > LARGEST_KM:
        return WorldView()
    half = max(1.2 * radius_km, 400.0)
    return RegionalView(site.latitude_deg, site.longitude_deg, 1.5 * half, half)


def _site(site: Site) -> Mark:
    return Mark(MarkKind.SITE, site.latitude_deg, site.longitude_deg, site.city)


def chosen(found: Sequence[Located], rule: str, names: Iterable[str]) -> tuple[Located, ...]:
    """The results of a rule for the sites of these names; if none is there, the tightest."""
    wanted = set(names)
    of_rule = [each for each in found if each.rule == rule]
    some = tuple(each for each in of_rule if each.site.name in wanted)
    return some or tuple(sorted(of_rule, key=lambda each: each.area_km2)[:1])
