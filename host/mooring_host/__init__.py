# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The people's side: tokens, authority, verifier, location, and the client of a chip.

What most programs need is here; `boot`, `explain`, `authority`, `fuses`, `location`, `policy`,
`token` and `wire` hold the rest. A name is imported when it is first used, so that the command
line starts fast, and can say what is amiss where the compiled core is absent.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
    from mooring_host.token.inspect import inspect
    from mooring_host.verifier import Submission, Verifier, appraise

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
    "Submission",
    "Terms",
    "Verifier",
    "ZoneSet",
    "appraise",
    "init_authority",
    "inspect",
    "issue_licence",
    "open_authority",
]

_NAMES: Final = {
    "airgap": ("LicenceDelivery", "LicenceRequest"),
    "authority": (
        "Authority",
        "IssuedLicence",
        "LicenceRefused",
        "Terms",
        "init_authority",
        "issue_licence",
        "open_authority",
    ),
    "boot": ("BootReport", "LocalSource"),
    "chip": ("ChipClient",),
    "errors": ("ChipError", "Error", "Refused"),
    "fuses": ("FusePlan",),
    "location": ("Inspection", "InspectionStatement", "ZoneSet"),
    "matrix": ("Int8Matrix", "Product"),
    "states": ("Lifecycle", "Mode"),
    "token": ("inspect",),
    "verifier": ("Submission", "Verifier", "appraise"),
}
_MODULE_OF: Final = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # a type checker is to refuse names that are not above

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value
