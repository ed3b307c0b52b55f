# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Every refusal of the firmware is missed by a named test when it is switched off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_refusal_is_missed_by_a_test() -> None:
    """All of them, in a process of their own: the firmware is built with switches for it."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "mutation" / "run.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    report = done.stdout + done.stderr
    summary = [line for line in report.splitlines() if line.startswith("mutation:")]
    print(*summary, sep="\n")
    assert done.returncode == 0, report[-6000:]
    assert summary
    assert "sampled" not in summary[0]
