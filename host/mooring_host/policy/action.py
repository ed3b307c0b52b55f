# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The three outputs of a decision, each in a value of its own."""

from __future__ import annotations

from dataclasses import dataclass

from mooring_host.location.verdict import LocationVerdict
from mooring_host.verifier import Appraisal


@dataclass(frozen=True)
class Verdicts:
    """What a policy judges."""

    appraisal: Appraisal | None
    """The cryptographic verdict; None where no evidence is asked for (sequence form)."""
    location: LocationVerdict


@dataclass(frozen=True)
class PolicyAction:
    """To grant, unless there are reasons against it."""

    reasons: tuple[str, ...] = ()

    @property
    def grant(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons
