# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The authority: its keys, its chips, and the licences it issues, in records that last."""

from mooring_host.authority.authority import Authority
from mooring_host.authority.changes import AddKey, AddRoot, RevokeKey, RotateKey, TrustChange
from mooring_host.authority.exports import Consultation, DecisionRecord
from mooring_host.authority.issuing import (
    IssuedLicence,
    LicenceRefused,
    Outcome,
    attest_location,
    import_location,
    issue_licence,
    issue_sequence_licence,
    judge,
    renewal_terms,
)
from mooring_host.authority.records import (
    ChipRecord,
    ChipState,
    KeyRecord,
    KeyState,
    LicenceRecord,
    LicenceState,
    LocationRecord,
    RootRecord,
    TrustRecord,
)
from mooring_host.authority.setup import folder_signers, init_authority, open_authority
from mooring_host.authority.terms import Terms

__all__ = [
    "AddKey",
    "AddRoot",
    "Authority",
    "ChipRecord",
    "ChipState",
    "Consultation",
    "DecisionRecord",
    "IssuedLicence",
    "KeyRecord",
    "KeyState",
    "LicenceRecord",
    "LicenceRefused",
    "LicenceState",
    "LocationRecord",
    "Outcome",
    "RevokeKey",
    "RootRecord",
    "RotateKey",
    "Terms",
    "TrustChange",
    "TrustRecord",
    "attest_location",
    "folder_signers",
    "import_location",
    "init_authority",
    "issue_licence",
    "issue_sequence_licence",
    "judge",
    "open_authority",
    "renewal_terms",
]
