# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring location evaluate`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import rich_click as click

from mooring_host.cli._output import to_json
from mooring_host.cli.kit import App, output_options, pass_app
from mooring_host.errors import FileError
from mooring_lab.evaluation.atlas import Atlas, Disk
from mooring_lab.evaluation.measurements import Measurements, read_measurements
from mooring_lab.evaluation.pictures import chosen, located_scene, metro_scene
from mooring_lab.evaluation.report import EvaluateView, country_counts, disagreements
from mooring_lab.evaluation.rules import LIGHT, SPEEDS, Standing
from mooring_lab.evaluation.study import (
    POSITION_ERROR_KM,
    Located,
    leave_one_out,
    metro,
    summarize,
)
from mooring_lab.evaluation.zones import Zone, d5, prc
from mooring_lab.maps import Scene, save_map

ROUND_TRIPS: Final = "cloud_rtt_fantoch.csv"
SITES: Final = "cloud_regions_fantoch.csv"
PAGE: Final = "location-evaluation"
DRAWN: Final = ("ap-southeast-1", "europe-west3")
"""Sites drawn unless others are asked for: Singapore and Frankfurt."""
METRO_DRAWN_MS: Final = 1.0


def shared_data() -> Path:
    """The folder with the published data: in MOORING_SHARED, else beside the project."""
    return Path(os.environ.get("MOORING_SHARED", "../shared")) / "data"


@click.command("evaluate")
@click.option(
    "--round-trips",
    type=click.Path(path_type=Path),
    help="CSV with cloud,src,dst,min_ms,avg_ms,max_ms,mdev_ms.  "
    "[default: the published ones in MOORING_SHARED]",
)
@click.option(
    "--sites",
    type=click.Path(path_type=Path),
    help="CSV with cloud,region,city,iso_a2,lat,lon.  "
    "[default: the published ones in MOORING_SHARED]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the page, its JSON and its maps.  [default: nothing is written]",
)
@click.option("--draw", multiple=True, metavar="REGION", help="Site to draw; may be repeated.")
@click.option("--png", is_flag=True, help="Draw maps as PNG too.")
@click.option(
    "--position-error-km",
    type=click.FloatRange(min=0, max=1000),
    default=POSITION_ERROR_KM,
    show_default=True,
    help="Of a pair of sites; added to every bound.",
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day whose country groups count.  [default: today]",
)
@click.option("--skip-bad-rows", is_flag=True, help="Go on without them, and list them.")
@output_options
@pass_app
def evaluate(
    app: App,
    round_trips: Path | None,
    sites: Path | None,
    out: Path | None,
    draw: tuple[str, ...],
    png: bool,
    position_error_km: float,
    day: datetime | None,
    skip_bad_rows: bool,
) -> None:
    """Locate sites whose place is known from measured round trips, and count what is proven."""
    data = shared_data()
    measured = read_measurements(
        round_trips or data / ROUND_TRIPS, sites or data / SITES, skip_bad_rows=skip_bad_rows
    )
    now = datetime.fromtimestamp(app.edges.now(), UTC).date() if day is None else day.date()
    atlas = Atlas.of()
    zones = zones_on(now)
    with app.output.progress(2 * len(measured.sites), "Locating") as step:
        found = leave_one_out(measured, atlas, position_error_km=position_error_km, progress=step)
        sound = [speed for speed in SPEEDS if speed.standing is not Standing.ADVISORY]
        near = metro(measured, atlas, zones, speeds=sound, progress=step)
    figures = _figures(measured, found, atlas, zones, draw or DRAWN) if out else []
    view = EvaluateView(
        sites=len(measured.sites),
        round_trips=len(measured.round_trips),
        left_out=tuple(map(str, measured.left_out)),
        position_error_km=position_error_km,
        groups_on=now.isoformat(),
        remote=summarize(found, zones),
        metro=near,
        disagreements=disagreements(found),
        countries=country_counts(found),
        files=_names(figures, png=png) if out else (),
    )
    if out is not None:
        _write(out, view, figures, png=png)
    app.output.emit(view)


def zones_on(day: date) -> tuple[Zone, ...]:
    """The zones that are asked for."""
    return prc(), d5(day)


def _figures(
    measured: Measurements,
    found: Sequence[Located],
    atlas: Atlas,
    zones: Sequence[Zone],
    names: Sequence[str],
) -> list[tuple[str, Scene]]:
    restricted = zones[-1]
    figures: list[tuple[str, Scene]] = []
    for each in chosen(found, LIGHT.name, names):
        stem = f"{each.site.network}-{each.site.name}"
        figures.append((f"location-{stem}-others", located_scene(each, measured, restricted)))
        here = each.site.latitude_deg, each.site.longitude_deg
        disk = Disk(*here, LIGHT.speed_km_per_ms * METRO_DRAWN_MS / 2)
        possible = {code for code, km in atlas.border_km(*here).items() if km <= disk.radius_km}
        scene = metro_scene(each.site, METRO_DRAWN_MS, disk, possible, restricted)
        figures.append((f"location-{stem}-metro", scene))
    return figures


def _names(figures: Sequence[tuple[str, Scene]], *, png: bool) -> tuple[str, ...]:
    kinds = ("svg", "png") if png else ("svg",)
    maps = [f"figures/{stem}.{kind}" for stem, _ in figures for kind in kinds]
    return (f"{PAGE}.md", f"{PAGE}.json", *maps)


def _write(
    out: Path, view: EvaluateView, figures: Sequence[tuple[str, Scene]], *, png: bool
) -> None:
    try:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        body = to_json(view)
        text = json.dumps(body, indent=1, ensure_ascii=False)
        (out / f"{PAGE}.json").write_text(f"{text}\n", "utf-8")
        shown = [(scene.title, f"figures/{stem}.svg") for stem, scene in figures]
        (out / f"{PAGE}.md").write_text(view.markdown(shown), "utf-8")
    except OSError as error:
        raise FileError(f"write to {out}", error.strerror or str(error)) from error
    for stem, scene in figures:
        for kind in ("svg", "png") if png else ("svg",):
            save_map(scene, out / "figures" / f"{stem}.{kind}")
