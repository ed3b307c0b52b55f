# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The silicon in software: processor, bus, peripherals, clock and serial ports of the chip."""

from mooring_models._regs import Phase
from mooring_models.chip import Chip
from mooring_models.clock import EventLoop, Pacer
from mooring_models.config import ChipConfig, Persistent
from mooring_models.errors import (
    BusError,
    ChipStateError,
    HungError,
    LivelockError,
    ModelError,
    PowerLost,
    SnapshotError,
)
from mooring_models.faults import AccessCut, Interposer, PassThrough, Tear, WordCut
from mooring_models.line import LineEnd, LineFilter
from mooring_models.noise import LineNoise
from mooring_models.otp import FuseFault
from mooring_models.trng import NoiseFault

__all__ = [
    "AccessCut",
    "BusError",
    "Chip",
    "ChipConfig",
    "ChipStateError",
    "EventLoop",
    "FuseFault",
    "HungError",
    "Interposer",
    "LineEnd",
    "LineFilter",
    "LineNoise",
    "LivelockError",
    "ModelError",
    "NoiseFault",
    "Pacer",
    "PassThrough",
    "Persistent",
    "Phase",
    "PowerLost",
    "SnapshotError",
    "Tear",
    "WordCut",
]
