# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs the tests with the firmware compiled under AddressSanitizer and UBSan.

The interpreter itself is not instrumented, so gcc's run times are preloaded, and leak
detection, which would report the interpreter's own allocations, is off.

Usage: ``python tools/sanitize.py [PYTEST ARGUMENT ...]``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from shadow import build_shadow, run_tests, shadow_environment


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
    """Builds the instrumented firmware and runs pytest on it; returns the exit status."""
    environment = shadow_environment(
        build_shadow("sanitize", "--sanitize"),
        LD_PRELOAD=" ".join((_runtime("libasan.so"), _runtime("libubsan.so"))),
        ASAN_OPTIONS="detect_leaks=0:abort_on_error=1",
        UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1",
        MOORING_SANITIZED="1",
    )
    return run_tests(environment, "-m", "pytest", *arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
