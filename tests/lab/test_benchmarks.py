# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Every benchmark runs, and its tables and JSON say what was measured; no time is judged."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benches.bare_core import bare_core

from mooring_firmware import backends

# One short round of each: the bodies are run, next to nothing is measured.
BRIEFLY = ("--benchmark-min-rounds=1", "--benchmark-max-time=0", "--benchmark-min-time=0")
FILES = (
    "bench_boot.py",
    "bench_breakdown.py",
    "bench_faults.py",
    "bench_fleet.py",
    "bench_hash.py",
    "bench_rv32.py",
    "bench_rv32_interpreter.py",
    "bench_signatures.py",
    "bench_token.py",
    "bench_verify.py",
)


HAS_IFMA = any(each.name == "ifma" and each.available for each in backends())


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


@pytest.mark.parametrize("peer", ["cryptography 5", "pynacl 1", "cwt 3", "unicorn 2"])
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
        assert rate["per_cpu_second"] is None or rate["per_cpu_second"] > 0


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
    # The boots, by step and by phase in each form; on RV32 phases, bytes, a verification; single,
    # bulk, by size, prepared; hashes, challenges; tokens; the breakdown of both kernels.
    assert len(titles) == 8 + 4 + 2 + 1 + 2 * HAS_IFMA
    for title in titles:
        assert title in run.printed


def test_every_plot_is_drawn_of_kept_numbers(run: Run) -> None:
    plots = {each["plot"] for each in run.kept["series"]}

    assert plots == {"single", "bulk", "prepared"} | ({"breakdown"} if HAS_IFMA else set())
    for name in plots:
        drawn = run.path.with_name(f"benchmarks-{name}.svg")
        assert f"plot: {drawn}" in run.printed
        text = drawn.read_text("utf-8")
        for each in run.kept["series"]:
            if each["plot"] == name and name != "single":
                assert f">{each['name']}<" in text


def test_breakdown_adds_up(run: Run) -> None:
    if not HAS_IFMA:
        pytest.skip("this processor has no AVX-512 IFMA")
    for kernel in ("one signature alone", "one of eight in lanes"):
        *phases, total = rows_of(run, f"a cold verification by IFMA, {kernel}")

        assert sum(int(phase[1]) for phase in phases) == int(total[1]) > 10_000


# -- The RV32 image --------------------------------------------------------------------------


def rows_of(run: Run, title: str) -> list[list[str]]:
    """The rows of the table whose title begins so."""
    (found,) = [each for each in run.kept["tables"] if each["title"].startswith(title)]
    rows: list[list[str]] = found["rows"]
    return rows


def test_verification_on_rv32_stays_below_its_targets(run: Run) -> None:
    rows = {row[0]: int(row[1]) for row in rows_of(run, "one Ed25519 verification on") if row[1]}

    first = rows["this ROM, a key never seen before"]
    again = rows["this ROM, the multiples at hand"]
    assert first <= 1_900_000
    assert again <= 1_200_000
    # Each token is verified twice: from the second time on the multiples pay.
    assert rows["this ROM, making the multiples of a key"] + 2 * again < 2 * first
    assert first < min(n for name, n in rows.items() if not name.startswith("this ROM"))


def test_phases_of_a_boot_on_rv32_add_up(run: Run) -> None:
    *phases, total = rows_of(run, "one boot to compute on RV32IMC")

    for column in (2, 3, 4):
        assert sum(int(phase[column]) for phase in phases) == int(total[column])
    instructions, small, quick = map(int, total[2:5])
    assert instructions < quick < small


# addi a0, zero, 3; addi a0, a0, -1; bne a0, zero, -4; mul a1, a0, a0; mulhu a1, a0, a0;
# div a1, a0, a0; lw a1, 0(gp); sw a1, 0(gp); jal zero, 4; wfi
PROGRAM = (
    *(0x00300513, 0xFFF50513, 0xFE051EE3, 0x02A505B3, 0x02A535B3),
    *(0x02A545B3, 0x0001A583, 0x00B1A023, 0x0040006F, 0x10500073),
)


def test_cycles_are_those_of_the_stated_core(repository: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "core_model", repository / "benchmarks" / "_core_model.py"
    )
    assert spec is not None
    assert spec.loader is not None
    model = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = model
    spec.loader.exec_module(model)
    core = bare_core(*PROGRAM)
    core.set(3, core.layout.ram_base)
    meter = model.Meter(core)
    core.run(100)

    work = meter.read()

    # Four additions and the branch that is not taken, the wfi: one each.
    assert work.instructions == 1 + 3 + 3 + 7
    small = 4 + 2 * 3 + 1 + 3 + 4 + 38 + 2 + 2 + 2 + 1
    quick = 4 + 2 * 2 + 1 + 1 + 2 + 38 + 2 + 2 + 2 + 1
    assert work.cycles == (small, quick)
    assert meter.read() == model.NOTHING
