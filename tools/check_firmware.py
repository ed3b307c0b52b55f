# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Compiles every firmware file with each supported compiler, and reads the symbols it makes.

Warning-free means gcc and clang on this machine and clang for bare RV32IMC.  Of the
objects for this machine it is checked that

* the freestanding parts need nothing but ``memcpy``, ``memset``, the HAL and each other;
* every global symbol carries the project's prefix or its module's;
* there is no writable data: all mutable state is in the objects a caller hands in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FIRMWARE: Final = ROOT / "firmware"
FREESTANDING: Final = ("core", "token", "link", "rom")
# In them, but of a hosted program: the choice among back ends, its state and its threads.
HOSTED: Final = frozenset({FIRMWARE / "core" / "backends", FIRMWARE / "core" / "prepared"})
# Parts of a hosted program throughout.
HOST_PARTS: Final = ("verifier", "hal/host")

WARNINGS: Final = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")
# The house rules that a compiler can see: no VLA, no floating point, no old-style C.
HOUSE: Final = (
    "-Wvla",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
    "-Wundef",
    "-Wcast-qual",
    "-Wpointer-arith",
)
COMMON: Final = ("-std=c11", f"-I{FIRMWARE / 'include'}", f"-I{FIRMWARE}", *WARNINGS, *HOUSE)
ZIG: Final = (sys.executable, "-m", "ziglang", "cc")
RV32: Final = ("-target", "riscv32-freestanding-none", "-mcpu=generic_rv32+m+c", "-mabi=ilp32")
# A bare target has no C library, hence no <string.h> but ours.
BARE: Final = ("-isystem", str(FIRMWARE / "include" / "freestanding"))

# The host HAL wants the measurement that the build would pass; any will do here.
MEASUREMENT: Final = f'-DMOORING_SOURCE_MEASUREMENT="{"0" * 96}"'

HOSTED_ALLOWED: Final = frozenset({"memcpy", "memset"})
WRITABLE_DATA: Final = frozenset("BbCDdGgSs")
GLOBAL_PREFIXES: Final = ("mooring_", "k")


@dataclass(frozen=True)
class Build:
    """One compiler with its options."""

    name: str
    command: tuple[str, ...]
    freestanding_only: bool = False


BUILDS: Final = (
    # A bare image is not relocated; in relocatable code, constant tables of pointers
    # would be in writable memory until the loader has filled them in.
    Build("gcc -O2", ("gcc", "-O2", "-fno-pie")),
    Build("gcc -Os, 32-bit limbs", ("gcc", "-Os", "-DMOORING_FORCE_32BIT=1"), True),
    Build("clang -O2", (*ZIG, "-O2", "-fno-sanitize=undefined")),
    Build("clang rv32imc -Os", (*ZIG, *RV32, "-Os", "-fno-sanitize=undefined", *BARE), True),
)


@dataclass(frozen=True)
class Job:
    """One source to compile with one build, into one object."""

    build: Build
    source: Path
    target: Path


@dataclass(frozen=True)
class Symbol:
    """One line of `nm`: in which source, of which type, under which name."""

    source: Path
    kind: str
    name: str


def sources(build: Build) -> list[Path]:
    """The C files `build` applies to."""
    folders = [FIRMWARE / name for name in FREESTANDING]
    found = [path for folder in folders for path in folder.rglob("*.c")]
    if build.freestanding_only:
        found = [path for path in found if is_freestanding(path)]
    else:
        found += [path for name in HOST_PARTS for path in (FIRMWARE / name).glob("*.c")]
    return sorted(found)


def is_freestanding(source: Path) -> bool:
    """Whether `source` may rely on a compiler and nothing else."""
    part = source.relative_to(FIRMWARE).parts[0]
    return part in FREESTANDING and HOSTED.isdisjoint(source.parents)


def _compile(job: Job) -> str | None:
    """Compiles; returns what the compiler said if it was not satisfied."""
    part = job.source.relative_to(FIRMWARE).parts[0]
    flags = [
        "-ffreestanding" if is_freestanding(job.source) else MEASUREMENT,
        f"-I{FIRMWARE / (part if part in FREESTANDING else 'core')}",
    ]
    done = subprocess.run(
        [*job.build.command, *COMMON, *flags, "-c", str(job.source), "-o", str(job.target)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return None
    return f"{job.build.name}: {job.source.relative_to(ROOT)}\n{done.stdout}{done.stderr}"


def _symbols(source: Path, target: Path) -> Iterator[Symbol]:
    done = subprocess.run(
        ["nm", "-P", str(target)],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        name, kind = line.split()[:2]
        yield Symbol(source, kind, name)


def _symbol_problems(symbols: Sequence[Symbol]) -> Iterator[str]:
    defined = {each.name for each in symbols if each.kind.isupper() and each.kind != "U"}
    for each in symbols:
        place = each.source.relative_to(ROOT)
        freestanding = is_freestanding(each.source)
        outside = each.kind == "U" and each.name not in defined
        if freestanding and outside and each.name not in HOSTED_ALLOWED:
            yield f"{place}: needs {each.name}, which nothing here defines"
        if freestanding and each.kind in WRITABLE_DATA:
            yield f"{place}: {each.name} is writable data (nm type {each.kind})"
        if each.kind in set("TRDB") and not each.name.startswith(GLOBAL_PREFIXES):
            yield f"{place}: global symbol {each.name} lacks the prefix"


def main() -> int:
    """Prints each problem; returns the exit status."""
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [
            Job(build, source, Path(scratch) / f"{index}-{'__'.join(source.parts[-3:])}.o")
            for index, build in enumerate(BUILDS)
            for source in sources(build)
        ]
        problems += filter(None, pool.map(_compile, jobs))
        if not problems:
            symbols = [
                symbol
                for job in jobs
                if job.build is BUILDS[0]
                for symbol in _symbols(job.source, job.target)
            ]
            problems += _symbol_problems(symbols)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
