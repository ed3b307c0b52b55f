# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Policies that compose: single checks, and all or any of several."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Protocol

from mooring_host.location.verdict import ZoneVerdict
from mooring_host.policy.action import PolicyAction, Verdicts
from mooring_host.token.zones import Zones
from mooring_host.verifier import FORGED, Flaw

_log: Final = logging.getLogger(__name__)


class Policy(Protocol):
    """Says what to do."""

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        """The action for these verdicts, with every reason against a grant."""
        ...


@dataclass(frozen=True)
class AllOf:
    """Grants if every part grants."""

    parts: tuple[Policy, ...]

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        return PolicyAction(
            tuple(reason for part in self.parts for reason in part.decide(verdicts).reasons)
        )


@dataclass(frozen=True)
class AnyOf:
    """Grants if one part grants; no parts grant nothing."""

    parts: tuple[Policy, ...]

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        actions = [part.decide(verdicts) for part in self.parts]
        if any(action.grant for action in actions):
            return PolicyAction()
        reasons = tuple(reason for action in actions for reason in action.reasons)
        return PolicyAction(reasons or ("no alternative is given",))


@dataclass(frozen=True)
class EvidenceSound:
    """The evidence is authentic, and nothing speaks against the chip but what is tolerated."""

    tolerated: frozenset[Flaw] = frozenset({Flaw.ROLLED_BACK})
    """A chip whose memory was once put back says so for good, and its gate still obeys
    nonce-bound licences; refusing it for ever would make a power fault a death sentence."""

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        appraisal = verdicts.appraisal
        if appraisal is None:
            return PolicyAction(("there is no evidence",))
        tolerated = self.tolerated - FORGED
        return PolicyAction(
            tuple(f"evidence: {f}" for f in appraisal.findings if f.flaw not in tolerated)
        )


@dataclass(frozen=True)
class NoncePresent:
    """The chip has a nonce that a licence can answer."""

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        appraisal = verdicts.appraisal
        if appraisal is None or appraisal.evidence is None:
            return PolicyAction()  # said by EvidenceSound already
        if appraisal.evidence.own_nonce is None:
            return PolicyAction(("the chip has no valid nonce: the request must be a challenge",))
        return PolicyAction()


@dataclass(frozen=True)
class LocationProves:
    """The location is sound, and proves what the licence will require."""

    inside: Zones
    """One of them; empty: no condition."""
    excluded: Zones
    """Each of them."""

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        location = verdicts.location
        if not location.sound:
            return PolicyAction(tuple(f"location: {text}" for text in location.problems))
        reasons: list[str] = []
        proven_inside = location.zones(ZoneVerdict.INSIDE)
        proven_excluded = location.zones(ZoneVerdict.EXCLUDED)
        if self.inside and not set(self.inside) & set(proven_inside):
            reasons.append(
                f"location: not proven inside {' or '.join(self.inside)} "
                f"(proven inside: {', '.join(proven_inside) or 'nothing'})"
            )
        reasons += [
            f"location: not proven outside {zone}"
            for zone in self.excluded
            if zone not in proven_excluded
        ]
        return PolicyAction(tuple(reasons))


@dataclass(frozen=True)
class UnsafeAnything:
    """Grants whatever the verdicts are, and says so in the log; for experiments on chips."""

    def decide(self, verdicts: Verdicts) -> PolicyAction:
        _log.warning("UnsafeAnything grants without looking at evidence or location")
        return PolicyAction()


def default_policy(inside: Zones, excluded: Zones) -> Policy:
    """What an authority does unless told otherwise, for nonce-bound licences."""
    return AllOf((EvidenceSound(), NoncePresent(), LocationProves(inside, excluded)))
