# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The fleet's benchmark boots every chip that it counts; no time is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHIPS = 5


def fleet(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.fleet", *arguments],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def fleets(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Both forms, by two workers with different shares."""
    kept = tmp_path_factory.mktemp("fleet") / "fleet.json"
    done = fleet(repository, f"--chips={CHIPS}", "--workers=2", f"--json={kept}")
    assert done.returncode == 0, done.stdout + done.stderr
    found: list[dict[str, Any]] = json.loads(kept.read_text("utf-8"))["fleets"]
    for each in found:
        assert f"a fleet, {each['form']} form" in done.stdout
    return found


def test_every_chip_of_both_forms_is_booted_once(fleets: list[dict[str, Any]]) -> None:
    assert [(each["form"], each["chips"], each["workers"]) for each in fleets] == [
        ("nonce", CHIPS, 2),
        ("sequence", CHIPS, 2),
    ]


def test_evidence_of_every_challenged_chip_is_authentic(fleets: list[dict[str, Any]]) -> None:
    assert [each["appraised"] for each in fleets] == [CHIPS, 0]


def test_time_is_told_by_layer(fleets: list[dict[str, Any]]) -> None:
    for each in fleets:
        assert len(each["layers"]) == 7
        assert all(seconds >= 0 for seconds in each["layers"].values())
        assert each["layers"]["peripherals, Python"] > 0
        assert each["layers"]["signature verification, C"] > 0
        assert min(each["per_second"], each["per_cpu_second"], each["scaling"]) > 0


@pytest.mark.parametrize("arguments", [("--chips=0",), ("--chips=1", "--workers=2")])
def test_fleet_that_cannot_be_shared_out_is_refused(
    repository: Path, arguments: tuple[str, ...]
) -> None:
    done = fleet(repository, *arguments)

    assert done.returncode == 2
    assert "usage" in done.stderr
