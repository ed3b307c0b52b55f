# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Sweeps over many cases: a seeded sample in the suite, all of them in a campaign.

``MOORING_CAMPAIGN=full``, as `make campaign` sets it, runs every case.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Final, TypeVar

Case = TypeVar("Case")

FULL: Final = os.environ.get("MOORING_CAMPAIGN") == "full"


def chosen(name: str, cases: Sequence[Case], most: int) -> list[Case]:
    """The cases to run, in their order; prints how many are possible and how many run.

    Args:
        name: of the sweep; also the seed, so that every run takes the same sample.
        cases: all that are possible.
        most: how many the suite runs.
    """
    if FULL or len(cases) <= most:
        found = list(cases)
    else:
        picked = random.Random(name).sample(range(len(cases)), most)
        found = [cases[index] for index in sorted(picked)]
    sampled = "none" if len(found) == len(cases) else len(found)
    print(f"{name}: {len(cases)} possible, {len(found)} run, {sampled} sampled")
    return found
