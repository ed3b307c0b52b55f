# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring landmark`: a landmark in a process of its own ranges a chip, to the verdict."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cli_kit import Mooring

NONCE: Final = bytes(range(32)).hex()
PLACE: Final = ("--latitude", "1.3521", "--longitude", "103.8198", "--position-error-m", "20")
STATION: Final = ("--name", "sg", "--key", "sg.pem", *PLACE)
ENTER: Final = ("landmark", "enter", *STATION, "--registry", "landmarks.json")


@pytest.fixture
def mooring(home: Path) -> Mooring:
    """The tool with the clock on the wall, which the landmark's process has, too."""
    return Mooring(home, now=int(time.time()))


@pytest.fixture
def entered(works: Mooring) -> Mooring:
    """An authority whose trust list has a landmark's key; a chip in production; zones."""
    works.yes(*ENTER, "--generate")
    works.yes("authority", "trust", "--add", f"landmark={works.folder / 'sg.pem'}")
    works.yes("authority", "trust", "--out", "trust.list")
    zones = [
        {"name": "near", "geometry": "circle 1.3521 103.8198 4000"},
        {"name": "america", "geometry": "countries US"},
    ]
    (works.folder / "zones.json").write_text(json.dumps({"version": 1, "zones": zones}), "utf-8")
    return works


@pytest.fixture
def address(entered: Mooring) -> Iterator[str]:
    """Where the landmark listens, for one session."""
    words = ("landmark", "run", *STATION, "--listen", "127.0.0.1:0", "--count", "1")
    with subprocess.Popen(
        [sys.executable, "-m", "mooring_host.cli", *words],
        cwd=entered.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "listens on" in first, first
        yield first.split("listens on ")[1].split(",")[0]
        process.terminate()


def test_chip_is_ranged_and_its_place_appraised(entered: Mooring, address: str) -> None:
    seen = entered.yes(
        *("landmark", "range", "--landmark", address, "--nonce", NONCE),
        *("--out", "sg.receipt", "--format", "json"),
    )
    # No verifier takes a receipt of tomorrow, and the fixture read the clock some seconds ago.
    entered.now = int(time.time()) + 1
    verdict = entered.yes(
        *("location", "appraise", "sg.receipt", "--registry", "landmarks.json"),
        *("--trust", "trust.list", "--zones", "zones.json", "--minimum", "1"),
        *("--nonce", NONCE, "--ueid", seen["ueid"], "--format", "json"),
    )

    assert (seen["rounds"], seen["guess_bits"]) == (16, 64)
    assert 0 < seen["farthest_km"] == pytest.approx(seen["bound_ns"] * 299.792458e-6 / 2)
    assert verdict["problems"] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--landmark", "nowhere"), "expected HOST:PORT"),
        (("--landmark", "127.0.0.1:70000"), "expected HOST:PORT"),
        (("--landmark", ":7411"), "expected HOST:PORT"),
    ],
)
def test_address_that_is_none_is_refused(
    works: Mooring, words: tuple[str, ...], found: str
) -> None:
    ran = works("landmark", "range", *words, "--out", "x", "--format", "json")

    assert ran.code == 2
    assert found in ran.error["found"]


def test_landmark_that_is_not_there_is_told(works: Mooring) -> None:
    ran = works("landmark", "range", "--landmark", "127.0.0.1:1", "--out", "x", "--format", "json")

    assert ran.code == 3
    assert ran.error["hint"] == "Is the landmark running?"
    assert not (works.folder / "x").exists()


def test_landmark_is_entered_once_and_changed_in_place(mooring: Mooring, home: Path) -> None:
    first = mooring.yes(*ENTER, "--generate", "--format", "json")
    again = mooring.yes(*ENTER, "--position-error-m", "50", "--format", "json")
    (entry,) = json.loads((home / "landmarks.json").read_text("utf-8"))["landmarks"]

    assert first["kid"] == again["kid"] == entry["kid"]
    assert (again["landmarks"], entry["position_error_m"]) == (1, 50)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--latitude", "91"), "latitude: found 91.0, expected -90 to 90"),
        (("--longitude", "nan"), "longitude: found nan, expected -180 to 180"),
        (("--rounds", "7"), "rounds: found 7, expected 8 to 64"),
        (("--width", "9"), "width: found 9, expected 1 to 4"),
        (("--position-error-m", "-1"), "position error: found -1"),
    ],
)
def test_number_that_is_impossible_is_named(
    mooring: Mooring, words: tuple[str, ...], found: str
) -> None:
    mooring.yes(*ENTER, "--generate")

    ran = mooring(*ENTER, *words, "--format", "json")

    assert ran.code == 2
    assert found in ran.error["found"]


def test_registry_that_is_damaged_is_left_alone(mooring: Mooring, home: Path) -> None:
    (home / "landmarks.json").write_text("{", "utf-8")

    ran = mooring(*ENTER, "--generate", "--format", "json")

    assert ran.code != 0
    assert (home / "landmarks.json").read_text("utf-8") == "{"
