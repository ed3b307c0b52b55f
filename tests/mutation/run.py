# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Switches off each refusal of the ROM in turn; a named test must fail.

Usage: ``python tests/mutation/run.py [--sample N] [--seed N]``.  The firmware is built a
second time, with switchable refusals, under ``build/mutation``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from shadow import build_shadow, run_tests, shadow_environment  # noqa: E402 - needs the path above

# What is asked to notice.  Sweeps and property tests would only take longer: they are left out
# by the names of their files.  The RV32 image is not switched, and to differ from it is no
# test's own finding.
TESTS: Final = ("tests/chip", "tests/firmware/rom", "tests/firmware/token", "tests/firmware/link")
LEFT_OUT: Final = " and ".join(
    f"not {name}"
    for name in (
        "properties",
        "test_damage",
        "test_line_noise",
        "test_many_chips",
        "test_power_cuts",
        "test_boot_model",
        "test_bus_faults",
        "test_memory_faults",
        "test_gen_errors",
        "rv32",
        "of_the_image",
        "test_back_ends_agree",
    )
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds the mutants and judges them; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="switch off so many, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    environment = shadow_environment(build_shadow("mutation", "--mutation"))
    sample = ["--mutation-sample", str(options.sample)] if options.sample is not None else []
    return run_tests(
        environment,
        "-m",
        "pytest",
        "-p",
        "mutation.plugin",
        "-p",
        "no:cacheprovider",
        "-q",
        "-s",
        "--no-header",
        "--mutation-seed",
        str(options.seed),
        *sample,
        "-k",
        LEFT_OUT,
        *TESTS,
    )


if __name__ == "__main__":
    sys.exit(main())
