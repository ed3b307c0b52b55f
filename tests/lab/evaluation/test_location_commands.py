# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring location evaluate` and `plan`: anyone's own tables, and pages written of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rich_click as click
import shapely
from cli_kit import checked
from click.testing import CliRunner, Result

from mooring_host.cli.kit import App, Edges
from mooring_host.errors import Error
from mooring_host.location.borders import Outline
from mooring_lab.evaluation.atlas import Atlas
from mooring_lab.evaluation.commands import evaluate
from mooring_lab.planning.commands import plan_landmarks

SITES = "cloud,region,city,iso_a2,lat,lon\n" + "".join(
    f"net,{name},{name.title()},{code},0,{lon}\n"
    for name, code, lon in (("one", "AA", 1), ("two", "AA", 2), ("three", "BB", 12))
)
TRIPS = "cloud,src,dst,min_ms,avg_ms,max_ms,mdev_ms\n" + "".join(
    f"net,{one},{other},{trip},{trip},{trip},0\n"
    for one, other, trip in (
        ("one", "two", 2.0),
        ("two", "one", 2.0),
        ("three", "one", 15.0),
        ("one", "three", 15.0),
    )
)
LAND = {
    "AA": Outline("AA", "Home", shapely.box(0.0, -2.0, 4.0, 2.0)),
    "BB": Outline("BB", "Other", shapely.box(10.0, -2.0, 14.0, 2.0)),
    "CN": Outline("CN", "China", shapely.box(90.0, 30.0, 94.0, 34.0)),
    "HK": Outline("HK", "Hong Kong", shapely.box(90.0, 28.0, 91.0, 29.0)),
    "MO": Outline("MO", "Macau", shapely.box(92.0, 28.0, 93.0, 29.0)),
}


@pytest.fixture(autouse=True)
def _small_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five square countries, so that nothing takes long."""
    small = Atlas.of(LAND.values())

    def of(_: Any = None) -> Atlas:
        return small

    monkeypatch.setattr(Atlas, "of", of)
    monkeypatch.setattr("mooring_lab.evaluation.pictures.outlines", lambda: LAND)


def run(command: click.Command, *arguments: str | Path) -> Result:
    return CliRunner().invoke(
        command, [*map(str, arguments), "--on", "2026-11-01"], obj=App(Edges())
    )


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    trips, sites = tmp_path / "trips.csv", tmp_path / "sites.csv"
    trips.write_text(TRIPS, "utf-8")
    sites.write_text(SITES, "utf-8")
    return trips, sites


def test_anyones_own_measurements_are_evaluated(tables: tuple[Path, Path]) -> None:
    ran = run(evaluate, "--round-trips", tables[0], "--sites", tables[1], "--format", "json")

    assert ran.exit_code == 0, ran.output
    view = checked(ran.stdout)
    assert (view["sites"], view["round_trips"]) == (3, 4)
    light = view["remote"][0]
    assert light["standing"] == "proven"
    assert light["truth_excluded"] == 0
    assert light["zones"][0] == {"zone": "PRC", "excluded": 3, "outside": 3}


def test_a_bad_row_stops_the_evaluation_and_is_named(tables: tuple[Path, Path]) -> None:
    tables[0].write_text(f"{TRIPS}net,one,two,-1,2,2,0\n", "utf-8")

    ran = run(evaluate, "--round-trips", tables[0], "--sites", tables[1])

    assert isinstance(ran.exception, Error)
    assert "row 6, field min_ms: found '-1', expected milliseconds" in ran.exception.found


def test_a_bad_row_that_is_skipped_is_listed(tables: tuple[Path, Path]) -> None:
    tables[0].write_text(f"{TRIPS}net,one,two,-1,2,2,0\n", "utf-8")

    ran = run(evaluate, "--round-trips", tables[0], "--sites", tables[1], "--skip-bad-rows")

    assert ran.exit_code == 0, ran.output
    assert "row 6, field min_ms" in ran.stdout


def test_absent_published_data_are_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOORING_SHARED", str(tmp_path))

    for command in (evaluate, plan_landmarks):
        ran = run(command)
        assert isinstance(ran.exception, Error)
        assert "o such file" in ran.exception.found


def test_the_page_of_an_evaluation_has_its_tables_and_maps(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "page"
    asked = ("--round-trips", tables[0], "--sites", tables[1], "--draw", "one")

    ran = run(evaluate, *asked, "--out", out)

    assert ran.exit_code == 0, ran.output
    page = (out / "location-evaluation.md").read_text("utf-8")
    assert "| net | 299.8 km/ms, light in vacuum | proven | 0 of 3 |" in page
    shown = [line.split("](")[1].rstrip(")") for line in page.splitlines() if line[:2] == "!["]
    assert len(shown) == 2
    assert all((out / name).read_text("utf-8").startswith("<?xml") for name in shown)
    assert json.loads((out / "location-evaluation.json").read_text("utf-8"))["sites"] == 3


def test_a_plan_tells_landmarks_and_cost(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("city,iso_a2,lat,lon\nOne,AA,0,1\nTwo,AA,0,2\nThree,BB,0,12\n", "utf-8")

    ran = run(plan_landmarks, "--sites", path, "--landmark-cost", "10", "--format", "json")

    assert ran.exit_code == 0, ran.output
    view = checked(ran.stdout)
    [prc, _] = view["plans"]
    # China is 9,000 km away: one landmark is near enough for all three.
    assert (len(prc["landmarks"]), prc["optimal"], prc["yearly_usd"]) == (1, True, 10.0)


def test_the_page_of_a_plan_has_its_tables_and_map(tmp_path: Path) -> None:
    path, out = tmp_path / "sites.csv", tmp_path / "page"
    path.write_text("city,iso_a2,lat,lon\nOne,AA,0,1\n", "utf-8")

    ran = run(plan_landmarks, "--sites", path, "--out", out)

    assert ran.exit_code == 0, ran.output
    page = (out / "landmark-planning.md").read_text("utf-8")
    assert "| PRC | 1 | 1 | yes | 25,000 | 1,125,000 | - |" in page
    assert (out / "figures" / "landmark-planning.svg").exists()
