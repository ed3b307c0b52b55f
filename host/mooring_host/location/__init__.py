# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where a chip is: zones, methods of finding out, and what may be claimed of the findings."""

from mooring_host.location.inspection import Inspection, InspectionStatement
from mooring_host.location.method import LocationMethod, Subject
from mooring_host.location.verdict import LocationVerdict, ZoneFinding, ZoneVerdict
from mooring_host.location.zoneset import Zone, ZoneSet

__all__ = [
    "Inspection",
    "InspectionStatement",
    "LocationMethod",
    "LocationVerdict",
    "Subject",
    "Zone",
    "ZoneFinding",
    "ZoneSet",
    "ZoneVerdict",
]
