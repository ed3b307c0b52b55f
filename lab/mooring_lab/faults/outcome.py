# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a fault came to, judged by the hardware and never by what the ROM answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mooring_lab.faults.scenario import Permit


class Outcome(Enum):
    """The classes of a fault."""

    REFUSED = "refused"
    """The chip goes on serving and has granted nothing that it must not grant."""
    GRANTED = "granted"
    """A good request was granted exactly what it says."""
    SHUT_DOWN = "shut down"
    """The ROM stopped itself, was reset, or trapped for good."""
    HUNG = "hung"
    """It neither waited nor stopped within the bound of instructions."""
    OPENED = "opened"
    """Compute was enabled, now or later, beyond what the request entitles to."""
    MISSED = "missed"
    """The fault did not strike an executed instruction; counts for nothing."""

    @property
    def counts(self) -> bool:
        """Whether it is a fault that struck."""
        return self is not Outcome.MISSED


@dataclass(frozen=True, slots=True)
class Grant:
    """The gate opened.

    Attributes:
        cycles: engine cycles that it lets through.
        seconds: how long.
    """

    cycles: int
    seconds: int

    def within(self, permit: Permit) -> bool:
        """Whether `permit` covers it, on its own."""
        return self.cycles <= permit.cycles and self.seconds <= permit.seconds


def excess(permit: Permit, grants: tuple[Grant, ...]) -> str | None:
    """What `grants`, all that ever came of a request, have beyond `permit`; None if nothing."""
    for grant in grants:
        if not grant.within(permit):
            return f"the gate opened for {grant.cycles} cycles and {grant.seconds} s"
    if len(grants) > permit.grants:
        return f"the gate opened {len(grants)} times"
    return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one fault.

    Attributes:
        outcome: its class.
        reason: what opened, if something did, or the error word of a shutdown.
    """

    outcome: Outcome
    reason: str = ""
