# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs the tests and reports which lines ran, of the C and of the Python.

Usage: ``python tools/measure_coverage.py [PYTEST ARGUMENT ...]``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from shadow import ROOT, build_shadow, run_tests, shadow_environment

PACKAGES = ("mooring_firmware", "mooring_host", "mooring_lab", "mooring_models")


def main(arguments: Sequence[str]) -> int:
    """Builds, runs, prints both reports; returns the exit status of the tests."""
    objects = ROOT / "build" / "coverage-objects"
    shadow = build_shadow("coverage", "--coverage", "--objects", str(objects))
    environment = shadow_environment(shadow, COVERAGE_FILE=str(shadow / "python.coverage"))
    sources = f"--source={','.join(PACKAGES)}"
    status = run_tests(environment, "-m", "coverage", "run", sources, "-m", "pytest", *arguments)
    gcovr = [str(Path(sys.executable).with_name("gcovr")), "--root", str(ROOT)]
    subprocess.run(
        [*gcovr, "--filter", "firmware/", "--filter", "hw_models/", str(objects)],
        cwd=ROOT,
        check=False,
    )
    run_tests(environment, "-m", "coverage", "report", "--skip-covered")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
