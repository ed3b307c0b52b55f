# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The registry of chips: who has them and where they belong, with everything that happened.

Events are only appended, hang together by their hashes, and are all there is: what is known at
any time is what they come to when they are replayed.
"""

from mooring_host.registry.chain import Entry, head_of
from mooring_host.registry.desk import Desk, Received
from mooring_host.registry.events import (
    Event,
    Grade,
    Moved,
    Observed,
    Registered,
    Reported,
    Retired,
    Transferred,
)
from mooring_host.registry.evidence import (
    Assessment,
    AttestedEvidence,
    Evidence,
    PlaceEvidence,
    Sight,
    TwinEvidence,
    VisitEvidence,
)
from mooring_host.registry.registry import Registry
from mooring_host.registry.reports import ReportDraft, draft_by_id, drafts
from mooring_host.registry.state import RegisteredChip, RegistryState, replay

__all__ = [
    "Assessment",
    "AttestedEvidence",
    "Desk",
    "Entry",
    "Event",
    "Evidence",
    "Grade",
    "Moved",
    "Observed",
    "PlaceEvidence",
    "Received",
    "Registered",
    "RegisteredChip",
    "Registry",
    "RegistryState",
    "ReportDraft",
    "Reported",
    "Retired",
    "Sight",
    "Transferred",
    "TwinEvidence",
    "VisitEvidence",
    "draft_by_id",
    "drafts",
    "head_of",
    "replay",
]
