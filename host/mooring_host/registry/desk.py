# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where evidence comes in: it is weighed, recorded, and at most one report is drafted on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from mooring_host.errors import Refused, UnknownRecordError
from mooring_host.policy.days import day_of
from mooring_host.policy.regime import Regime
from mooring_host.registry.chain import Entry
from mooring_host.registry.events import Grade, Observed, Reported
from mooring_host.registry.evidence import Assessment, Evidence
from mooring_host.registry.registry import Registry
from mooring_host.registry.reports import ReportDraft, draft
from mooring_host.registry.state import RegisteredChip

_REPORTED: Final = "it is reported already"


@dataclass(frozen=True)
class Received:
    """What became of a piece of evidence."""

    assessment: Assessment
    entry: Entry
    report: ReportDraft | None
    why: str
    """Why there is a report, or none."""


@dataclass(frozen=True)
class Desk:
    """A registry, and the presets that say what must be reported."""

    registry: Registry
    regime: Regime | None
    """None: nothing is ever reported."""

    def receive(self, evidence: Evidence, at: int) -> Received:
        """Weighs and records evidence, and drafts a report if one is due.

        The observation is recorded before the report. If a power cut comes between the two, the
        next evidence of the kind finds no report recorded, and one is drafted then.

        Raises:
            UnknownRecordError: the chip is not registered.
            FileError: the registry cannot be read or written.
        """
        chip = self.registry.state.chips.get(evidence.ueid)
        if chip is None:
            raise UnknownRecordError(
                "take evidence", f"chip {evidence.ueid.hex()} is not registered"
            )
        found = evidence.assess(chip, at)
        observed = Observed(
            chip.ueid,
            evidence.source,
            found.grade,
            found.kind,
            found.text,
            json.dumps(evidence.attachment(), sort_keys=True),
        )
        entry = self.registry.append(observed, at)
        name, why = self._due(found, chip, at)
        if name is None or found.kind is None:
            return Received(found, entry, None, why)
        try:
            report = Reported(chip.ueid, found.kind, name, entry.number)
            reported = self.registry.append(report, at)
        except Refused:
            # Another process drafted it between our look and our entry.
            return Received(found, entry, None, _REPORTED)
        return Received(found, entry, draft(self.registry.entries, reported), why)

    def _due(self, found: Assessment, chip: RegisteredChip, at: int) -> tuple[str | None, str]:
        """The preset under which a report is due, or None; and why."""
        if found.grade is not Grade.CREDIBLE or found.kind is None:
            return None, f"the evidence is {found.grade.value}"
        if self.regime is None:
            return None, "there are no presets"
        on = day_of(at)
        preset = self.regime.reporting(found.kind, on)
        if preset is None or preset.report is None:
            return None, f"no preset in force on {on} has {found.kind.value} reported"
        if not preset.report.covers(chip.eccn):
            return None, f"{preset.name} does not cover {chip.eccn}"
        if chip.is_reported(found.kind):
            return None, _REPORTED
        return preset.name, f"{preset.name} has it reported {preset.report.timing}"
