# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Policy: what to do about a cryptographic verdict and a location verdict.

The three outputs are never mixed. Only the policy knows which law is being modelled.
"""

from mooring_host.policy.action import PolicyAction, Verdicts
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

__all__ = [
    "AllOf",
    "AnyOf",
    "EvidenceSound",
    "LocationProves",
    "NoncePresent",
    "Policy",
    "PolicyAction",
    "UnsafeAnything",
    "Verdicts",
    "default_policy",
]
