# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Builds the C extensions a second time, in another way, beside the installed ones.

A shadow is a copy of their packages' Python with extensions of its own, under ``build/``.
PYTHONPATH puts it before the installed project, so that the same tests run on it and
the ordinary build is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = (
    ROOT / "firmware" / "python" / "mooring_firmware",
    ROOT / "hw_models" / "mooring_models",
)

# Prints which modules a test would import.
WHICH: Final = """
import mooring_firmware._native, mooring_models.cpu.rv32._rv32
print(mooring_firmware._native.__file__)
print(mooring_models.cpu.rv32._rv32.__file__)
"""


def build_shadow(name: str, *options: str) -> Path:
    """Builds shadow `name` with these options of `build_ffi.py`; returns its folder."""
    shadow = ROOT / "build" / name
    shutil.rmtree(shadow, ignore_errors=True)
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("*.so", "__pycache__")
        shutil.copytree(package, shadow / package.name, ignore=ignored)
    builder = [sys.executable, str(ROOT / "firmware" / "build_ffi.py"), *options]
    if subprocess.run([*builder, "--out", str(shadow)], check=False).returncode != 0:
        raise SystemExit(f"{name}: it does not build with {' '.join(options)}")
    return shadow


def shadow_environment(shadow: Path, **settings: str) -> dict[str, str]:
    """The environment in which tests run on `shadow`, with `settings` added.

    Raises:
        SystemExit: a test would import another build.
    """
    environment = {**os.environ, "PYTHONPATH": str(shadow), **settings}
    done = subprocess.run(
        [sys.executable, "-c", WHICH], env=environment, capture_output=True, text=True, check=False
    )
    places = done.stdout.splitlines()
    if not places or not all(place.startswith(str(shadow)) for place in places):
        raise SystemExit(f"{shadow.name}: not what would be tested\n{done.stdout}{done.stderr}")
    return environment


def run_tests(environment: dict[str, str], *command: str) -> int:
    """Runs `python COMMAND` at the root in `environment`; returns its exit status."""
    return subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, check=False
    ).returncode
