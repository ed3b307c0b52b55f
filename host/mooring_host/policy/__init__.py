# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Policy: what to do about a cryptographic verdict, a location verdict and an export.

The three outputs are never mixed. Only the policy knows which law is being modelled: `decide`
asks the dated rules of a preset about a transaction, `Policy` judges the verdicts on a chip.
"""

from mooring_host.policy.action import PolicyAction, Verdicts
from mooring_host.policy.catalogue import preset, presets
from mooring_host.policy.checks import (
    AllOf,
    AnyOf,
    EvidenceSound,
    LocationProves,
    NoncePresent,
    Policy,
    UnsafeAnything,
    default_policy,
)
from mooring_host.policy.classify import Classification, Eccn, classify
from mooring_host.policy.decide import decide
from mooring_host.policy.decision import CapUse, Decision, Standing, Step
from mooring_host.policy.figures import ChipFigures
from mooring_host.policy.groups import Counts, Regions, ZoneGroup, country_group, zone_group
from mooring_host.policy.preset import ChipAction, Preset, Presumption, ReportKind
from mooring_host.policy.sources import Provenance, Source
from mooring_host.policy.transaction import Certificate, Purpose, Transaction, Usage

__all__ = [
    "AllOf",
    "AnyOf",
    "CapUse",
    "Certificate",
    "ChipAction",
    "ChipFigures",
    "Classification",
    "Counts",
    "Decision",
    "Eccn",
    "EvidenceSound",
    "LocationProves",
    "NoncePresent",
    "Policy",
    "PolicyAction",
    "Preset",
    "Presumption",
    "Provenance",
    "Purpose",
    "Regions",
    "ReportKind",
    "Source",
    "Standing",
    "Step",
    "Transaction",
    "UnsafeAnything",
    "Usage",
    "Verdicts",
    "ZoneGroup",
    "classify",
    "country_group",
    "decide",
    "default_policy",
    "preset",
    "presets",
    "zone_group",
]
