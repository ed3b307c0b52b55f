# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Tokens: trust lists, licences, location results and evidence, with what each one claims."""

from mooring_host.token.evidence import Evidence
from mooring_host.token.frame import TokenKind, issue, payload_of
from mooring_host.token.inspect import Inspection, inspect
from mooring_host.token.licence import Allowance, Licence, NonceBound, SequenceBound
from mooring_host.token.location import LocationResult
from mooring_host.token.ranging import RangingProof
from mooring_host.token.receipt import Receipt
from mooring_host.token.trust import IssuerKey, TrustList

__all__ = [
    "Allowance",
    "Evidence",
    "Inspection",
    "IssuerKey",
    "Licence",
    "LocationResult",
    "NonceBound",
    "RangingProof",
    "Receipt",
    "SequenceBound",
    "TokenKind",
    "TrustList",
    "inspect",
    "issue",
    "payload_of",
]
