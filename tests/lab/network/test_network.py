# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Simulated networks: sound, exact, and the same every time."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from cli_kit import Mooring
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_host.errors import UsageError
from mooring_host.landmark import Station
from mooring_lab.evaluation.commands import ROUND_TRIPS, SITES
from mooring_lab.evaluation.measurements import read_measurements
from mooring_lab.issuer import START, signer
from mooring_lab.network import MEASURED, Network, Ranging, Route, RouteModel, fit
from mooring_lab.network.commands import provisioned

GEODESIC: Final[Any] = import_module("geographiclib.geodesic").Geodesic.WGS84
NONCE: Final = bytes(range(32))
SINGAPORE: Final = (1.3521, 103.8198)
PLACES: Final = {
    "singapore": (1.29, 103.85),
    "tokyo": (35.68, 139.69),
    "frankfurt": (50.11, 8.68),
}
LIGHT_KM_PER_MS: Final = 299.792458
STRAIGHT: Final = RouteModel((1.0, 1.0), (0.0, 0.0))


def geodesic_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """By another library."""
    return float(GEODESIC.Inverse(*one, *other)["s12"]) / 1e3


def stations(rounds: int = 8, width: int = 1) -> list[Station]:
    return [
        Station(name, signer(b"network", name), *place, rounds=rounds, width=width)
        for name, place in PLACES.items()
    ]


def ranged(network: Network, line: int = 115_200, extra_ms: float = 0.0) -> list[Ranging]:
    return list(network.range(provisioned(1, line), SINGAPORE, NONCE, START, extra_ms))


def test_each_landmark_measures_its_route_and_the_serial_line_exactly() -> None:
    found = ranged(Network(stations(width=2), routes=STRAIGHT), line=9600)

    for each in found:
        place = PLACES[each.station.name]
        km = geodesic_km(place, SINGAPORE)
        byte_ps = 10**12 * 10 // 9600
        expected_ms = 2 * km / 200 + 4 * byte_ps / 1e9
        assert each.receipt is not None
        assert [trip / 1e6 for trip in each.receipt.round_trips_ns] == pytest.approx(
            [expected_ms] * 8, abs=2e-6
        )


def test_receipts_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first, again, other = (ranged(Network(stations(), seed=seed)) for seed in (7, 7, 8))

    assert [each.receipt for each in first] == [each.receipt for each in again]
    assert all(a.receipt != b.receipt for a, b in zip(first, other, strict=True))


def test_a_landmark_more_changes_nothing_for_the_others() -> None:
    few = ranged(Network(stations()[:2], seed=3))
    many = ranged(Network(stations(), seed=3))

    assert [each.route for each in few] == [each.route for each in many[:2]]


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 50))
def test_bound_is_never_below_the_true_distance(
    seed: int, latitude: float, longitude: float, extra_ms: float
) -> None:
    """For routes as measured, at the speed of light, whatever a relay adds."""
    chip = provisioned(1, 3_000_000)
    found = Network(stations()[:1], seed=seed).range(
        chip, (latitude, longitude), NONCE, START, extra_ms
    )

    for each in found:
        km = geodesic_km(PLACES[each.station.name], (latitude, longitude))
        assert each.receipt is not None
        assert each.receipt.bound_ns / 1e6 * LIGHT_KM_PER_MS / 2 >= km - 1e-3


def test_lost_datagram_costs_a_session_and_no_soundness() -> None:
    found = ranged(Network(stations(), loss=0.03, seed=5, attempts=50))

    assert any(each.attempts > 1 for each in found)
    assert all(each.receipt is not None for each in found)


def test_network_that_loses_everything_gives_no_receipt_and_frees_the_chip() -> None:
    chip = provisioned(1, 115_200)
    found = list(
        Network(stations(), loss=0.99, seed=5, attempts=2).range(chip, SINGAPORE, NONCE, START)
    )

    assert [(each.receipt, each.attempts) for each in found] == [(None, 2)] * 3
    assert "LANDMARK_LATE" in found[0].problem
    assert Network(stations()[:1]).range(chip, SINGAPORE, NONCE, START)


@pytest.mark.parametrize("loss", [-0.1, 1.0, float("nan")])
def test_impossible_loss_is_refused(loss: float) -> None:
    with pytest.raises(UsageError, match="loss: found"):
        Network(stations(), loss=loss)


def test_names_are_told_apart() -> None:
    with pytest.raises(UsageError, match="two landmarks share one"):
        Network([stations()[0], replace(stations()[1], name="singapore")])


def test_routes_lie_between_the_quantiles() -> None:
    source = random.Random(1)
    drawn = [MEASURED.draw(1000, source) for _ in range(2000)]

    inflation = sorted(each.inflation for each in drawn)
    assert MEASURED.inflation[0] <= inflation[0] < inflation[-1] <= MEASURED.inflation[-1]
    assert inflation[1000] == pytest.approx(MEASURED.inflation[10], rel=0.05)
    assert Route(200, 1.5, 0.0).least_ms == 3.0


def test_committed_figures_are_those_of_the_measurements(shared_dir: Path) -> None:
    folder = shared_dir / "data"

    assert fit(read_measurements(folder / ROUND_TRIPS, folder / SITES)) == MEASURED


def test_command_writes_what_appraisal_takes(mooring: Mooring, home: Path) -> None:
    rows = "\n".join(f"{name},XX,{lat},{lon}" for name, (lat, lon) in PLACES.items())
    (home / "sites.csv").write_text(f"city,iso_a2,lat,lon\n{rows}\n", "utf-8")
    (home / "zones.json").write_text(
        '{"version": 1, "zones": [{"name": "america", "geometry": "countries US"}]}', "utf-8"
    )

    seen = mooring.yes(
        *("landmark", "simulate", "--sites", "sites.csv", "--chip", "1.3521,103.8198"),
        *("--out", "net", "--seed", "4", "--format", "json"),
    )
    receipts: list[Path] = sorted((home / "net").glob("*.receipt"))
    verdict = mooring.yes(
        *("location", "appraise"),
        *receipts,
        *("--registry", "net/landmarks.json", "--trust", "net/trust.list"),
        *("--zones", "zones.json", "--nonce", seen["nonce"], "--ueid", seen["ueid"]),
        *("--format", "json"),
    )

    assert [each["landmark"] for each in seen["landmarks"]] == list(PLACES)
    assert all(each["farthest_km"] > each["distance_km"] for each in seen["landmarks"])
    assert verdict["problems"] == []
    assert "SG" in verdict["left"]["countries"]


@pytest.mark.parametrize("place", ["1.3", "a,b", "91,0", "0,181", "nan,0"])
def test_place_that_is_none_is_refused(mooring: Mooring, home: Path, place: str) -> None:
    (home / "sites.csv").write_text("city,iso_a2,lat,lon\nx,XX,0,0\n", "utf-8")

    ran = mooring(
        *("landmark", "simulate", "--sites", "sites.csv", "--chip", place, "--out", "net")
    )

    assert ran.code == 2
    assert not (home / "net").exists()
