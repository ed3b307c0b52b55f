# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Every benchmark runs, and its tables and JSON say what was measured; no time is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# One short round of each: the bodies are run, next to nothing is measured.
BRIEFLY = ("--benchmark-min-rounds=1", "--benchmark-max-time=0", "--benchmark-min-time=0")
FILES = ("bench_boot.py", "bench_fleet.py", "bench_token.py", "bench_verify.py")


@dataclass(frozen=True)
class Run:
    """What one run of the benchmarks left."""

    path: Path
    printed: str
    kept: dict[str, Any]


@pytest.fixture(scope="module")
def run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A brief run of everything under benchmarks/."""
    kept = tmp_path_factory.mktemp("benchmarks") / "results.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "benchmarks", "--quiet", "-p", "no:cacheprovider"),
            *("--benchmark-only", "--benchmark-quiet", f"--benchmark-json={kept}", *BRIEFLY),
        ],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Run(kept, done.stdout, json.loads(kept.read_text("utf-8")))


@pytest.mark.parametrize("name", FILES)
def test_each_file_has_benchmarks_that_run(run: Run, name: str) -> None:
    assert [each for each in run.kept["benchmarks"] if name in each["fullname"]]


def test_no_file_is_forgotten(repository: Path) -> None:
    assert tuple(sorted(path.name for path in repository.glob("benchmarks/bench_*.py"))) == FILES


@pytest.mark.parametrize("peer", ["cryptography 5", "pynacl 1", "cwt 3"])
def test_peers_are_named_with_their_versions(run: Run, peer: str) -> None:
    ratios = [each for each in run.kept["ratios"] if peer in each["theirs"]]

    assert ratios
    assert peer in run.printed
    for each in ratios:
        seconds = each["theirs_seconds"]["fastest"] / each["ours_seconds"]["fastest"]
        assert each["ratio"] == pytest.approx(seconds)


def test_boots_a_second_are_counted(run: Run) -> None:
    rates = {each["name"]: each for each in run.kept["rates"]}

    assert {"full boots, nonce form", "full boots, sequence form"} <= set(rates)
    for name, rate in rates.items():
        assert name in run.printed
        assert rate["per_second"] > 0
        assert rate["per_cpu_second"] > 0


@pytest.mark.parametrize("form", ["nonce", "sequence"])
def test_chip_time_is_told_by_step_and_phase_at_three_rates(run: Run, form: str) -> None:
    boots = [
        each["extra_info"]
        for each in run.kept["benchmarks"]
        if each["extra_info"].get("form") == form
    ]

    assert [each["baud"] for each in boots] == [115_200, 921_600, 3_000_000]
    times = [each["total"]["virtual_s"] for each in boots]
    assert times == sorted(times, reverse=True)
    for each in boots:
        steps = sum(step["virtual_s"] for step in each["steps"].values())
        assert each["total"]["virtual_s"] == pytest.approx(steps)
        assert 0 < sum(each["phases"].values()) < each["total"]["virtual_s"]
        assert each["total"]["accesses"] == sum(s["accesses"] for s in each["steps"].values())


def test_every_table_is_printed_and_kept(run: Run) -> None:
    titles = [table["title"] for table in run.kept["tables"]]

    assert str(run.path) in run.printed
    assert run.path.with_suffix(".txt").read_text("utf-8") in run.printed
    assert len(titles) == 5  # the boots; by step and by phase in each form
    for title in titles:
        assert title in run.printed
