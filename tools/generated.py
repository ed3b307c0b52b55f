# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Writes all generated files, or checks that the committed ones are what would be written.

Every generator is a program of its own that writes its outputs, and with ``--check``
writes nothing and exits non-zero if one of them would change.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

GENERATORS: Final = (
    "hw_models/export_registers.py",
    "firmware/rom/gen_errors.py",
    "firmware/core/ed25519/gen_base_table.py",
    "firmware/core/x86_64/gen_lanes_tables.py",
    "firmware/build_rom.py",
    "tools/gen_attacks_page.py",
    "tools/gen_cli_schema.py",
    "tools/gen_scenarios_page.py",
)


def generators() -> list[Path]:
    """The programs, test-vector generators included."""
    named = [ROOT / name for name in GENERATORS]
    return [*named, *sorted((ROOT / "tests" / "vectors").glob("gen_*.py"))]


def _run(program: Path, check: bool) -> tuple[Path, subprocess.CompletedProcess[str]]:
    command = [sys.executable, str(program), *(["--check"] if check else [])]
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return program, done


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write or check generated files.")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true")
    mode.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    status = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = pool.map(_run, generators(), repeat(bool(options.check)))
        for program, done in runs:
            verdict = "ok" if done.returncode == 0 else "FAILED"
            print(f"{verdict:>6}  {program.relative_to(ROOT)}")
            if done.returncode != 0:
                print(done.stdout.rstrip())
                status = 1
    if status and options.check:
        print("run `make generated` and commit what it writes")
    return status


if __name__ == "__main__":
    sys.exit(main())
