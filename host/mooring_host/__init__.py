# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The people's side: tokens, authority, verifier, location, and the client of a chip.

What most programs need is here; `boot`, `explain`, `authority`, `fuses`, `location`, `policy`,
`token` and `wire` hold the rest.
"""

from mooring_host.airgap import LicenceDelivery, LicenceRequest
from mooring_host.authority import (
    Authority,
    IssuedLicence,
    LicenceRefused,
    Terms,
    init_authority,
    issue_licence,
    open_authority,
)
from mooring_host.boot import BootReport, LocalSource
from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError, Error, Refused
from mooring_host.fuses import FusePlan
from mooring_host.location import Inspection, InspectionStatement, ZoneSet
from mooring_host.matrix import Int8Matrix, Product
from mooring_host.states import Lifecycle, Mode
from mooring_host.token import inspect
from mooring_host.verifier import appraise

__all__ = [
    "Authority",
    "BootReport",
    "ChipClient",
    "ChipError",
    "Error",
    "FusePlan",
    "Inspection",
    "InspectionStatement",
    "Int8Matrix",
    "IssuedLicence",
    "LicenceDelivery",
    "LicenceRefused",
    "LicenceRequest",
    "Lifecycle",
    "LocalSource",
    "Mode",
    "Product",
    "Refused",
    "Terms",
    "ZoneSet",
    "appraise",
    "init_authority",
    "inspect",
    "issue_licence",
    "open_authority",
]
