# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring location plan`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import rich_click as click

from mooring_host.cli._output import to_json
from mooring_host.cli.kit import App, output_options, pass_app
from mooring_host.errors import FileError
from mooring_host.location.borders import SOURCE
from mooring_lab.evaluation.atlas import Atlas
from mooring_lab.evaluation.commands import shared_data, zones_on
from mooring_lab.evaluation.estimators import LIGHT_KM_PER_MS
from mooring_lab.evaluation.pictures import shaded
from mooring_lab.evaluation.zones import Zone
from mooring_lab.maps import Mark, MarkKind, Scene, WorldView, save_map
from mooring_lab.planning.plan import Assumptions, Plan, borders_of, budgets, plan
from mooring_lab.planning.report import PlanView
from mooring_lab.planning.sites import PlanSite, read_sites

SITES: Final = "site_border_budgets.csv"
PAGE: Final = "landmark-planning"
FIGURE: Final = f"figures/{PAGE}.svg"
DEFAULT: Final = Assumptions()


@click.command("plan")
@click.option(
    "--sites",
    "sites_path",
    type=click.Path(path_type=Path),
    help="CSV with city,iso_a2,lat,lon, or with Name,Country,Location in words.  "
    "[default: the published sites in MOORING_SHARED]",
)
@click.option(
    "--candidates",
    "candidates_path",
    type=click.Path(path_type=Path),
    help="CSV of places for landmarks.  [default: the sites]",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=1, max=LIGHT_KM_PER_MS),
    default=DEFAULT.bound_km_per_ms,
    show_default=True,
    help="Kilometres a millisecond that no signal exceeds: what is proven rests on it.",
)
@click.option(
    "--inflation",
    type=click.FloatRange(min=1, max=100),
    default=DEFAULT.inflation,
    show_default=True,
    help="Expected round trip over that of a straight fibre at 200 km/ms.",
)
@click.option(
    "--fixed-ms",
    type=click.FloatRange(min=0, max=1000),
    default=DEFAULT.fixed_ms,
    show_default=True,
    help="Expected of every round trip, however near.",
)
@click.option(
    "--landmark-cost",
    type=click.FloatRange(min=0),
    default=DEFAULT.landmark_cost_usd,
    show_default=True,
    help="US dollars a year for one.",
)
@click.option(
    "--years",
    type=click.FloatRange(min=0, max=100),
    default=DEFAULT.years,
    show_default=True,
    help="How long they are paid for.",
)
@click.option(
    "--redundancy",
    type=click.IntRange(min=1, max=100),
    default=DEFAULT.redundancy,
    show_default=True,
    help="Landmarks at each place.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the page, its JSON and its map.  [default: nothing is written]",
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
def plan_landmarks(
    app: App,
    sites_path: Path | None,
    candidates_path: Path | None,
    speed: float,
    inflation: float,
    fixed_ms: float,
    landmark_cost: float,
    years: float,
    redundancy: int,
    out: Path | None,
    day: datetime | None,
    skip_bad_rows: bool,
) -> None:
    """Tell what round trips prove at sites, which landmarks they need, and what these cost."""
    read = read_sites(sites_path or shared_data() / SITES, skip_bad_rows=skip_bad_rows)
    candidates = read.sites
    if candidates_path is not None:
        candidates = read_sites(candidates_path, skip_bad_rows=skip_bad_rows).sites
    assumed = Assumptions(
        bound_km_per_ms=speed,
        inflation=inflation,
        fixed_ms=fixed_ms,
        landmark_cost_usd=landmark_cost,
        years=years,
        redundancy=redundancy,
    )
    now = datetime.fromtimestamp(app.edges.now(), UTC).date() if day is None else day.date()
    zones = zones_on(now)
    places = tuple(dict.fromkeys((*read.sites, *candidates)))
    with app.output.progress(len(places), "Measuring") as step:
        borders = borders_of(places, Atlas.of(), step)
    view = PlanView(
        groups_on=now.isoformat(),
        assumed=assumed,
        entries=sum(site.count for site in read.sites) + len(read.left_out),
        budgets=budgets(read.sites, borders, zones, assumed),
        plans=tuple(plan(read.sites, candidates, borders, zone, assumed) for zone in zones),
        left_out=read.left_out,
        bad_rows=tuple(map(str, read.faults)),
        files=(f"{PAGE}.md", f"{PAGE}.json", FIGURE) if out else (),
    )
    if out is not None:
        _write(out, view, _scene(read.sites, candidates, view.plans[-1], zones[-1]))
    app.output.emit(view)


def _scene(
    sites: Sequence[PlanSite], candidates: Sequence[PlanSite], made: Plan, zone: Zone
) -> Scene:
    chosen = set(made.landmarks)
    marks = [
        Mark(MarkKind.LANDMARK, each.latitude_deg, each.longitude_deg, each.name)
        for each in candidates
        if each.name in chosen
    ]
    marks += [
        Mark(MarkKind.PLACE, each.latitude_deg, each.longitude_deg)
        for each in sites
        if each.name not in chosen
    ]
    served = made.sites - len(made.in_zone) - len(made.unserved)
    return Scene(
        title=f"{len(made.landmarks)} landmarks exclude {zone.name} "
        f"at {served} of {made.sites} sites",
        subtitle="The fewest among the sites themselves, by the round trips to be expected",
        view=WorldView(),
        countries=shaded((), zone, ""),
        marks=tuple(marks),
        source=SOURCE,
    )


def _write(out: Path, view: PlanView, scene: Scene) -> None:
    try:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        text = json.dumps(to_json(view), indent=1, ensure_ascii=False)
        (out / f"{PAGE}.json").write_text(f"{text}\n", "utf-8")
        (out / f"{PAGE}.md").write_text(view.markdown(scene.title, FIGURE), "utf-8")
    except OSError as error:
        raise FileError(f"write to {out}", error.strerror or str(error)) from error
    save_map(scene, out / FIGURE)
