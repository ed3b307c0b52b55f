# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The three verdicts on a request for a licence, side by side and never mixed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mooring_host.authority import Consultation, IssuedLicence, Outcome
from mooring_host.cli._output import rows
from mooring_host.cli._policy import DecisionView, recalled_lines
from mooring_host.location.verdict import ZoneFinding
from mooring_host.states import Method
from mooring_host.token.inspect import show_time
from mooring_host.verifier import Finding


@dataclass(frozen=True)
class CryptographicView:
    """What can be said of the chip from its evidence."""

    authentic: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class PlaceView:
    """What can be said of its place."""

    method: Method
    sound: bool
    zones: tuple[ZoneFinding, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class ActionView:
    """What follows, by the authority's policy."""

    grant: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ExportsView:
    """What the export rules say."""

    presets: tuple[str, ...]
    problems: tuple[str, ...]
    decisions: tuple[DecisionView, ...]

    def line(self) -> str:
        """The outcomes, and what must be said of entries that nobody has seen."""
        told = [*self.problems, *(f"{each.preset}: {each.outcome}" for each in self.decisions)]
        recalled = {source for each in self.decisions for source in each.recalled}
        marks = sorted(recalled_lines(tuple(recalled)))
        return "; ".join([*told, *marks])


@dataclass(frozen=True)
class VerdictsView:
    """All three, and what the export rules say."""

    chip: str
    cryptographic: CryptographicView | None
    """None: no evidence is asked for in the sequence form."""
    location: PlaceView
    action: ActionView
    exports: ExportsView | None
    """None: the authority goes by no export rules."""

    def pairs(self) -> list[tuple[str, str]]:
        """For two columns."""
        crypto = self.cryptographic
        if crypto is None:
            evidence = "none: sequence-bound"
        else:
            evidence = "authentic" if crypto.authentic else "NOT AUTHENTIC"
            evidence += "".join(f"; {finding}" for finding in crypto.findings)
        found = ", ".join(f"{z.zone} {z.verdict.value}" for z in self.location.zones)
        place = "; ".join(self.location.problems) or found
        action = "granted" if self.action.grant else f"REFUSED: {'; '.join(self.action.reasons)}"
        return [
            ("Chip", self.chip),
            ("Evidence", evidence),
            ("Location", place),
            *([] if self.exports is None else [("Export", self.exports.line())]),
            ("Action", action),
        ]


def verdict_views(outcome: Outcome) -> VerdictsView:
    """The verdicts to show."""
    appraisal = outcome.appraisal
    place = outcome.location
    asked = outcome.exports
    return VerdictsView(
        outcome.chip.label,
        None if appraisal is None else CryptographicView(appraisal.authentic, appraisal.findings),
        PlaceView(place.method, place.sound, place.findings, place.problems),
        ActionView(outcome.action.grant, outcome.action.reasons),
        None if asked is None else _exports(asked),
    )


def _exports(asked: Consultation) -> ExportsView:
    decisions = tuple(DecisionView.of(each) for each in asked.decisions)
    return ExportsView(asked.presets, asked.problems, decisions)


@dataclass(frozen=True)
class GrantedView:
    """A licence that was issued."""

    number: bytes
    cycles: int
    seconds: int | None
    inside: tuple[str, ...]
    excluded: tuple[str, ...]
    issued_at: int
    expires_at: int


@dataclass(frozen=True)
class IssueView:
    """The verdicts, and the licence if they led to one."""

    schema: ClassVar[str] = "mooring.licence.issue/1"

    verdicts: VerdictsView
    licence: GrantedView | None
    out: Path | None

    @classmethod
    def of(cls, issued: IssuedLicence, out: Path | None) -> IssueView:
        """From an issued licence."""
        record = issued.record
        granted = GrantedView(
            record.number,
            record.cycles,
            record.seconds,
            record.inside,
            record.excluded,
            record.issued_at,
            record.ends_at,
        )
        return cls(verdict_views(issued.outcome), granted, out)

    def text(self) -> str:
        """Verdicts, then terms."""
        pairs = self.verdicts.pairs()
        granted = self.licence
        if granted is not None:
            conditions = [f"inside {zone}" for zone in granted.inside]
            conditions = [" or ".join(conditions)] if conditions else []
            conditions += [f"outside {zone}" for zone in granted.excluded]
            life = "until it expires" if granted.seconds is None else f"{granted.seconds} s"
            pairs += [
                ("Licence", granted.number.hex()),
                ("Grants", f"{granted.cycles} cycles, {life}"),
                ("Requires", " and ".join(conditions)),
                ("Expires", show_time(granted.expires_at)),
            ]
        if self.out is not None:
            pairs.append(("Written to", str(self.out)))
        return rows(pairs)
