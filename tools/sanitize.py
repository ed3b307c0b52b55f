# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs the tests with the C extensions compiled under AddressSanitizer and UBSan.

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

from shadow import ROOT, build_shadow, run_tests, shadow_environment


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
    """Builds the instrumented extensions and runs pytest on it; returns the exit status."""
    shadow = build_shadow("sanitize", "--sanitize")
    # Into files, because pytest captures what a test writes and an abort loses it.
    reports = shadow / "report"
    environment = shadow_environment(
        shadow,
        LD_PRELOAD=" ".join((_runtime("libasan.so"), _runtime("libubsan.so"))),
        ASAN_OPTIONS=f"detect_leaks=0:abort_on_error=1:log_path='{reports}'",
        UBSAN_OPTIONS=f"halt_on_error=1:print_stacktrace=1:log_path='{reports}'",
        MOORING_SANITIZED="1",
    )
    # The mutation check runs a build of its own in which memory errors are the point.
    status = run_tests(environment, "-m", "pytest", "--ignore=tests/mutation", *arguments)
    for report in sorted(shadow.glob("report.*")):
        text = report.read_text(errors="replace")
        # Programs that a test compiles and breaks on purpose report as well; they are not ours.
        if "_native" in text or "_rv32" in text:
            print(f"--- {report.relative_to(ROOT)}\n{text}")
            status = status or 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
