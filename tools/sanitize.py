# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs the tests with the firmware compiled under AddressSanitizer and UBSan.

The instrumented extensions and a copy of the binding's Python go to build/sanitize,
which PYTHONPATH puts before the installed project; the ordinary build is not touched.
The interpreter itself is not instrumented, so gcc's run times are preloaded, and leak
detection, which would report the interpreter's own allocations, is off.

Usage: ``python tools/sanitize.py [PYTEST ARGUMENT ...]``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BINDING: Final = ROOT / "firmware" / "python" / "mooring_firmware"
SHADOW: Final = ROOT / "build" / "sanitize"

# Fails if the instrumented module is not the one that tests would import.
PROOF: Final = """
import pathlib, sys, mooring_firmware._native as native
found = pathlib.Path(native.__file__)
data = found.read_bytes()
sys.exit(not (b"__asan_init" in data and b"__ubsan_handle" in data and sys.argv[1] in str(found)))
"""


def _runtime(name: str) -> str:
    compiler = os.environ.get("CC", "gcc").split()
    done = subprocess.run(
        [*compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True
    )
    found = done.stdout.strip()
    if not Path(found).is_absolute():
        raise SystemExit(
            f"sanitize: {compiler[0]} has no {name}; install gcc's sanitizer libraries"
        )
    return found


def main(arguments: Sequence[str]) -> int:
    """Builds, proves that the build is in use, runs pytest; returns its exit status."""
    target = SHADOW / BINDING.name
    shutil.rmtree(SHADOW, ignore_errors=True)
    shutil.copytree(BINDING, target, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    builder = [sys.executable, str(ROOT / "firmware" / "build_ffi.py"), "--sanitize"]
    subprocess.run([*builder, "--out", str(target)], check=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(SHADOW),
        "LD_PRELOAD": " ".join((_runtime("libasan.so"), _runtime("libubsan.so"))),
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "MOORING_SANITIZED": "1",
    }
    proof = [sys.executable, "-c", PROOF, str(SHADOW)]
    if subprocess.run(proof, env=environment, cwd=ROOT, check=False).returncode != 0:
        print("sanitize: the instrumented firmware is not what would be tested", file=sys.stderr)
        return 1
    pytest = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(pytest, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
