# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where do the cycles of a cold verification by IFMA go, and how far is that from the limit?

`breakdown.c` is compiled twice with the core's sources: once to count the 52-bit multiplications
that each phase executes, once to time it. The limit is what those multiplications alone would
take at the rate at which this processor's ports were seen to execute independent ones; hashes,
carries, moves and every dependency come on top.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring_firmware import backends

from ._plots import BREAKDOWN
from ._report import Series, Table

FIRMWARE: Final = Path(__file__).parents[1] / "firmware"
PROGRAM: Final = Path(__file__).with_name("breakdown.c")
INCLUDED: Final = ("verify_ifma.c", "verify_many_ifma.c")
SIGNATURES: Final = 8
MESSAGE_BYTES: Final = 300
MILLION: Final = 1_000_000
SUM: Final = "doublings, additions, comparison"
PHASES: Final = ("hash", "scalars", "decompression", "tables", "doublings", "additions", "rest")

Numbers = Mapping[tuple[str, str], int]


@pytest.mark.benchmark(group="compiling and running the breakdown")
@pytest.mark.skipif(
    not {each.name: each.available for each in backends()}.get("ifma"),
    reason="this processor has no AVX-512 IFMA",
)
def test_breakdown(
    benchmark: Any, tables: list[Table], series: list[Series], tmp_path: Path, briefly: bool
) -> None:
    # Compilers take most of the time when next to nothing is measured.
    levels = ("-O1", "-O0") if briefly else ("-O3", "-O3")
    counts, ticks = benchmark.pedantic(_run_both, args=(tmp_path, *levels), rounds=1)
    cycle = ticks["machine", "a million dependent additions"] / MILLION
    kernels = (
        ("single", "one signature alone", 1, "256"),
        ("lanes", "one of eight in lanes", SIGNATURES, "512"),
    )
    phases: dict[str, list[float]] = {name: [] for name in PHASES}
    bars: list[str] = []
    for kernel, title, signatures, bits in kernels:
        counted = _phases(counts, kernel)
        cycles = {name: each / cycle for name, each in _phases(ticks, kernel).items()}
        port = ticks["machine", f"a million multiplications in {bits} bits"] / MILLION / cycle
        tables.append(_table(title, counted, cycles, port, signatures))
        bars += [title, "its multiplications at best"]
        for name in PHASES:
            # What overlaps is nowhere to be drawn.
            took = max(0.0, cycles[name] / signatures)
            phases[name] += [took, port * counted[name] / signatures]
    series += [Series(BREAKDOWN, name, tuple(bars), tuple(each)) for name, each in phases.items()]

    assert counts["single", "all"] == sum(_phases(counts, "single").values())
    assert counts["lanes", "all"] == sum(_phases(counts, "lanes").values())


def _phases(numbers: Numbers, kernel: str) -> dict[str, int]:
    """Phases that add up to the whole.

    The rest is what no phase of its own took; it is negative where phases overlap, which they
    cannot while they are timed one by one.
    """
    found = {name: numbers[kernel, name] for name in PHASES[:5]}
    found["additions"] = numbers[kernel, SUM] - found["doublings"]
    found["rest"] = numbers[kernel, "all"] - sum(found.values())
    return found


def _table(
    title: str,
    counted: Mapping[str, int],
    cycles: Mapping[str, float],
    port: float,
    signatures: int,
) -> Table:
    def row(name: str, count: float, took: float) -> tuple[str, ...]:
        best = port * count / signatures
        return (name, f"{count:.0f}", f"{took / signatures:.0f}", f"{best:.0f}")

    rows = [row(name, counted[name], cycles[name]) for name in PHASES]
    rows.append(row("in all", sum(counted.values()), sum(cycles.values())))
    return Table(
        f"a cold verification by IFMA, {title}: core cycles a signature",
        ("phase", "multiplications", "cycles", "at best by the ports"),
        tuple(rows),
    )


def _run_both(
    folder: Path, level: str, level_of_core: str
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """The counted and the timed numbers, by kernel and phase."""
    sources = [
        path for path in sorted((FIRMWARE / "core").rglob("*.c")) if path.name not in INCLUDED
    ]
    compiler = os.environ.get("CC", "gcc").split()
    search = [f"-I{FIRMWARE / name}" for name in ("include", ".", "core")]

    def build(source: Path, *options: str) -> str:
        out = folder / f"{'-'.join(source.with_suffix('').parts[-3:])}{''.join(options)}.o"
        _quietly(compiler, "-std=gnu11", *options, *search, "-c", str(source), "-o", str(out))
        return str(out)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        programs = [pool.submit(build, PROGRAM, level, f"-DCOUNT={count}") for count in (1, 0)]
        core = list(pool.map(build, sources, repeat(level_of_core)))
    return (
        _run([*compiler, programs[0].result(), *core], folder / "counting"),
        _run([*compiler, programs[1].result(), *core], folder / "timing"),
    )


def _quietly(command: Sequence[str], *options: str) -> None:
    # The suite may run under a preloaded sanitizer, which is not for compilers.
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    subprocess.run([*command, *options], env=environment, check=True)


def _run(link: list[str], program: Path) -> dict[tuple[str, str], int]:
    _quietly(link, "-pthread", "-o", str(program))
    done = subprocess.run([program], input=_signatures(), capture_output=True, check=True)
    rows = [line.split(",", 1) for line in done.stdout.decode("ascii").splitlines()]
    return {
        (kernel, phase): int(number)
        for kernel, rest in rows
        for phase, number in [rest.rsplit(",", 1)]
    }


def _signatures() -> bytes:
    """Key, signature and message of each, as `breakdown.c` reads them."""
    rng = random.Random(1)
    made = b""
    for _ in range(SIGNATURES):
        key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        message = rng.randbytes(MESSAGE_BYTES)
        made += key.public_key().public_bytes_raw() + key.sign(message) + message
    return made
