# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Attacks on emulated chips: a catalogue with stated outcomes, and runs that find the real ones.

for report in run_all(cpu="native"):
    print(report.attack.name, report.outcome.value, report.as_stated)
"""

from mooring_lab.attacks.catalogue import CATALOGUE, FAMILIES, Family, find, run, run_all
from mooring_lab.attacks.model import (
    Adversary,
    Attack,
    Kind,
    Outcome,
    Report,
    Source,
    Step,
    Work,
    attack,
)
from mooring_lab.attacks.trial import Trial

__all__ = [
    "CATALOGUE",
    "FAMILIES",
    "Adversary",
    "Attack",
    "Family",
    "Kind",
    "Outcome",
    "Report",
    "Source",
    "Step",
    "Trial",
    "Work",
    "attack",
    "find",
    "run",
    "run_all",
]
