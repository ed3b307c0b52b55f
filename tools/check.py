# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs every check that is not a test, and prints the output of those that fail.

Usage: ``python tools/check.py [NAME ...]``; without names, all of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = sys.executable

# clang-tidy counts its files, and names each again in which it found something.
PROGRESS: Final = re.compile(
    r"^(?:\[\d+/\d+\] Processing file|Error while processing|\d+ warnings? generated).*\n",
    re.MULTILINE,
)

INCLUDES: Final = ("-Ifirmware/include", "-Ifirmware", "-Ifirmware/core")
# The host HAL wants the measurement that the build would pass; any will do here.
MEASUREMENT: Final = f'-DMOORING_SOURCE_MEASUREMENT="{"0" * 96}"'
TIDY_FLAGS: Final = ("--", "-std=c11", MEASUREMENT, *INCLUDES)

# `missingIncludeSystem`: it reads no C library's headers and needs none.
# `syntaxError`: it does not know labels as values.
# `ctunullpointer`: the RV32 HAL has no bus and calls itself with NULL; the host's has its names.
CPPCHECK: Final = (
    "--enable=warning,portability,performance",
    "--suppress=missingIncludeSystem",
    "--suppress=syntaxError:*/rv32/execute.c",
    "--suppress=ctunullpointer:*/hal/host/hal_host.c",
    "--inline-suppr",
    "--max-configs=1",
    "--error-exitcode=1",
    "--std=c11",
    "--quiet",
    MEASUREMENT,
    *INCLUDES,
    "firmware",
    "hw_models/mooring_models/cpu/rv32",
)

# Of a failed check the first lines are what helps; running it alone shows the rest.
SHOWN_LINES: Final = 60


@dataclass(frozen=True)
class Check:
    """One command whose exit status says whether the tree passes."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What one check said, and how long it took in seconds."""

    name: str
    passed: bool
    output: str
    seconds: float


def tracked(*patterns: str) -> list[str]:
    """Files of the repository that match, new ones included, ignored ones not."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in sorted(set(done.stdout.splitlines())) if (ROOT / name).is_file()]


def tool(name: str) -> str:
    """The program `name` of this environment."""
    return str(Path(PYTHON).with_name(name))


def checks() -> list[Check]:
    """All checks, the slowest first so that they overlap with the others."""
    module = (PYTHON, "-m")
    python_files = tracked("*.py", "*.pyi")
    # Not the cdef fragments: "..." is cffi's and no C.
    c_files = tracked("*.c", "*.h", ":!firmware/python/cdef")
    found = [
        Check("pyright", (*module, "pyright")),
        Check("mypy", (*module, "mypy", *python_files)),
        Check("firmware warnings and symbols", (PYTHON, "tools/check_firmware.py")),
        Check("generated files", (PYTHON, "tools/generated.py", "--check")),
        Check("ruff format", (*module, "ruff", "format", "--check", ".")),
        Check("ruff lint", (*module, "ruff", "check", ".")),
        Check("cppcheck", (tool("cppcheck"), *CPPCHECK)),
        Check("licences", (*module, "reuse", "lint", "--lines")),
        Check("tree", (PYTHON, "tools/check_tree.py")),
    ]
    # Two halves, because one process works through its files one by one.
    core = tracked("firmware/core/*.c")
    rest = [name for name in tracked("*.c", ":!tests") if name not in core]
    for name, sources in (("clang-tidy core", core), ("clang-tidy rest", rest)):
        if sources:
            found.insert(0, Check(name, (tool("clang-tidy"), "--quiet", *sources, *TIDY_FLAGS)))
    if c_files:
        found.append(
            Check("clang-format", (tool("clang-format"), "--dry-run", "-Werror", *c_files))
        )
    return found


def _run(check: Check) -> Outcome:
    start = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )
    output = PROGRESS.sub("", done.stdout)
    return Outcome(check.name, done.returncode == 0, output, time.monotonic() - start)


def main(names: Sequence[str]) -> int:
    """Runs the checks called `names`, or all; returns the exit status."""
    chosen = [each for each in checks() if not names or each.name in names]
    unknown = set(names) - {each.name for each in chosen}
    if unknown:
        known = ", ".join(each.name for each in checks())
        print(f"unknown check: {', '.join(sorted(unknown))}; there are: {known}", file=sys.stderr)
        return 2
    failed: list[Outcome] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for outcome in pool.map(_run, chosen):
            verdict = "ok" if outcome.passed else "FAILED"
            print(f"{verdict:>6}  {outcome.name} ({outcome.seconds:.1f} s)", flush=True)
            if not outcome.passed:
                failed.append(outcome)
    for outcome in failed:
        lines = outcome.output.rstrip().splitlines()
        shown = lines if len(failed) == 1 == len(chosen) else lines[:SHOWN_LINES]
        print(f"\n--- {outcome.name}", *shown, sep="\n")
        if len(shown) < len(lines):
            print(
                f"... and {len(lines) - len(shown)} lines; `make check ARGS='\"{outcome.name}\"'`"
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
