# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Landmarks: who times a chip's answers, and signs for how long it waited (docs/landmark.md)."""

from mooring_host.landmark.bridge import Ranged, range_chip
from mooring_host.landmark.messages import FailureWord, RangingFailed
from mooring_host.landmark.service import LandmarkService, Limits, Outcome
from mooring_host.landmark.session import Session
from mooring_host.landmark.station import Station

__all__ = [
    "FailureWord",
    "LandmarkService",
    "Limits",
    "Outcome",
    "Ranged",
    "RangingFailed",
    "Session",
    "Station",
    "range_chip",
]
