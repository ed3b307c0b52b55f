# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Scenarios as maps: where the chip is, where it says it is, and what landmarks leave possible."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mooring_host.location.borders import SOURCE
from mooring_lab.maps import (
    Country,
    Mark,
    MarkKind,
    RegionalView,
    Scene,
    Shade,
    View,
    WorldView,
    save_map,
)
from mooring_lab.maps.region import Circle, overlap
from mooring_lab.scenarios.ground import Ground
from mooring_lab.scenarios.running import Run, Seen

LARGEST_KM: Final = 3000.0
"""A larger region is drawn on the world."""


def scene(run: Run, seen: Seen) -> Scene | None:
    """The map of one location; None if nothing was proven that could be drawn."""
    ground = Ground(run.scenario)
    if seen.at is None or not seen.radii_km:
        return None
    marks = {mark.name: mark for mark in run.scenario.landmarks}
    drawn = [Mark(MarkKind.SITE, *ground.point(seen.at), f"chip in {_title(seen.at)}")]
    circles: list[Circle] = []
    for name, radius in seen.radii_km.items():
        point = ground.point(marks[name].at)
        drawn.append(Mark(MarkKind.LANDMARK, *point, f"landmark {_title(name)}", radius))
        circles.append(Circle(*point, radius))
    tight = min(circles, key=lambda each: each.radius_km)
    restricted = set(ground.codes["d5"]) | set(ground.codes["prc"])
    excluded = {zone for zone in ("prc", "d5") if seen.facts[zone] == "excluded"}
    closed = {code for zone in excluded for code in ground.codes[zone]}
    countries = tuple(
        Country(each.name, each.shape, _shade(code, restricted, closed))
        for code, each in ground.borders.outlines.items()
    )
    return Scene(
        title=f"{run.scenario.id}: the chip is in {_title(seen.at)}",
        subtitle=f"place {seen.facts['location']}; PRC {seen.facts['prc']}, "
        f"D:5 {seen.facts['d5']}; what is proven is {seen.facts['truth']}",
        view=_view(ground, seen.at, tight),
        countries=countries,
        region=overlap(circles),
        marks=tuple(drawn),
        source=f"{SOURCE} Round trips are simulated.",
    )


def svg(scene: Scene) -> str:
    """The map as SVG to stand within a page."""
    with TemporaryDirectory(prefix="mooring-map-") as folder:
        path = Path(folder) / "map.svg"
        save_map(scene, path)
        text = path.read_text("utf-8")
    return text[text.index("<svg") :]


def _title(name: str) -> str:
    return " ".join(part.capitalize() for part in name.split("-"))


def _shade(code: str, restricted: set[str], closed: set[str]) -> Shade:
    if code not in restricted:
        return Shade.PLAIN
    return Shade.EXCLUDED if code in closed else Shade.RESTRICTED


def _view(ground: Ground, at: str, tight: Circle) -> View:
    far = ground.point(at)
    apart = max(abs(far[0] - tight.latitude_deg), abs(far[1] - tight.longitude_deg)) * 111.0
    half = 1.25 * max(tight.radius_km, apart, 120.0)
    if half > LARGEST_KM:
        return WorldView()
    return RegionalView(tight.latitude_deg, tight.longitude_deg, 1.5 * half, half)
