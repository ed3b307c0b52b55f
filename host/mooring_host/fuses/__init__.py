# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fuses: what is to be burned, what that changes, and burning it."""

from mooring_host.fuses.batch import BatchRow, read_batch
from mooring_host.fuses.burn import BurnReport, burn, lock
from mooring_host.fuses.diff import FuseChange, FuseDiff, diff
from mooring_host.fuses.plan import BurnStep, FusePlan, map_digest

__all__ = [
    "BatchRow",
    "BurnReport",
    "BurnStep",
    "FuseChange",
    "FuseDiff",
    "FusePlan",
    "burn",
    "diff",
    "lock",
    "map_digest",
    "read_batch",
]
