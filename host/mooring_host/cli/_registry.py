# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How the registry's values are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mooring_host.cli._output import rows, table
from mooring_host.cli._policy import SourceView, recalled_lines
from mooring_host.registry import (
    Entry,
    Event,
    Moved,
    Observed,
    Received,
    Registered,
    RegisteredChip,
    RegistryState,
    ReportDraft,
    Reported,
    Retired,
    Transferred,
)
from mooring_host.registry.events import name_of
from mooring_host.token.inspect import show_time


@dataclass(frozen=True)
class RegisteredView:
    """A registered chip."""

    ueid: bytes
    label: str
    product: str
    eccn: str
    exporter: str
    end_user: str
    zones: tuple[str, ...]
    retired: bool
    registered_at: int
    observed: str | None
    """The newest evidence, in a word."""
    observed_at: int | None
    attested_at: int | None
    """When it last signed for itself."""
    reported: tuple[str, ...]

    @classmethod
    def of(cls, chip: RegisteredChip) -> RegisteredView:
        """From the registry."""
        seen = chip.observed
        return cls(
            chip.ueid,
            chip.label,
            chip.product,
            chip.eccn,
            chip.exporter,
            chip.end_user,
            chip.zones,
            chip.retired,
            chip.registered_at,
            f"{seen.source}: {seen.grade.value}" if seen else None,
            seen.at if seen else None,
            chip.attested_at,
            tuple(sorted({kind.value for kind, _ in chip.reported})),
        )


@dataclass(frozen=True)
class RegistryView:
    """The registry at one moment."""

    schema: ClassVar[str] = "mooring.registry.list/1"

    head: bytes
    count: int
    at: int
    """Of the last entry."""
    chips: tuple[RegisteredView, ...]

    @classmethod
    def of(
        cls, state: RegistryState, chips: Iterable[RegisteredChip] | None = None
    ) -> RegistryView:
        """From a state; of `chips` only, if they are given."""
        shown = sorted(
            state.chips.values() if chips is None else chips, key=lambda each: each.label
        )
        return cls(
            state.head, state.count, state.at, tuple(RegisteredView.of(each) for each in shown)
        )

    def text(self) -> str:
        """A table, and the head of the chain."""
        lines = [
            (
                each.label,
                each.product,
                each.end_user,
                " or ".join(each.zones),
                "retired" if each.retired else each.observed or "never observed",
                ", ".join(each.reported) or "-",
            )
            for each in self.chips
        ]
        head = ("CHIP", "PRODUCT", "END USER", "BELONGS IN", "LAST EVIDENCE", "REPORTED")
        chips = table(head, lines) if lines else "No chip."
        return f"{chips}\n{self.count} entries, head {self.head.hex()}"


@dataclass(frozen=True)
class EntryView:
    """One entry."""

    number: int
    at: int
    event: str
    ueid: bytes
    text: str
    hash: bytes

    @classmethod
    def of(cls, entry: Entry) -> EntryView:
        """From an entry."""
        event = entry.event
        return cls(entry.number, entry.at, name_of(event), event.ueid, _told(event), entry.hash)


def _told(event: Event) -> str:
    match event:
        case Registered():
            where = " or ".join(event.zones)
            return f"{event.label}: {event.product} of {event.end_user}, belongs in {where}"
        case Moved():
            return f"belongs in {' or '.join(event.zones)}: {event.reason}"
        case Transferred():
            return f"of {event.end_user}: {event.reason}"
        case Observed():
            kind = f" {event.kind.value}" if event.kind else ""
            return f"{event.source}, {event.grade.value}{kind}: {event.text}"
        case Reported():
            return f"{event.kind.value} under {event.preset}, on entry {event.observation}"
        case Retired():
            return event.reason


@dataclass(frozen=True)
class HistoryView:
    """What happened to a chip."""

    schema: ClassVar[str] = "mooring.registry.history/1"

    entries: tuple[EntryView, ...]

    def text(self) -> str:
        """A line each."""
        lines = [(e.number, show_time(e.at), e.event, e.text) for e in self.entries]
        return table(("ENTRY", "TIME", "EVENT", ""), lines)


@dataclass(frozen=True)
class RecordedView:
    """An event that was recorded."""

    schema: ClassVar[str] = "mooring.registry.record/1"

    entry: EntryView

    def text(self) -> str:
        """What it was, and the new head."""
        return rows(
            [
                ("Entry", self.entry.number),
                ("Event", f"{self.entry.event}: {self.entry.text}"),
                ("Head", self.entry.hash.hex()),
            ]
        )


@dataclass(frozen=True)
class ReportView:
    """A report that was drafted."""

    id: str
    kind: str
    title: str
    chip: str
    exporter: str
    for_report_to: str
    preset: str
    observed_at: int
    drafted_at: int
    text: str
    sources: tuple[SourceView, ...]

    @classmethod
    def of(cls, draft: ReportDraft) -> ReportView:
        """From a draft."""
        return cls(
            draft.id,
            draft.kind.value,
            draft.title,
            draft.chip.label,
            draft.chip.exporter,
            draft.rules.to,
            draft.preset,
            draft.observed_at,
            draft.drafted_at,
            draft.text,
            tuple(SourceView.of(each) for each in draft.sources),
        )


@dataclass(frozen=True)
class ReceivedView:
    """What became of evidence."""

    schema: ClassVar[str] = "mooring.registry.evidence/1"

    entry: EntryView
    grade: str
    kind: str | None
    finding: str
    report: ReportView | None
    why: str

    @classmethod
    def of(cls, received: Received) -> ReceivedView:
        """From what the desk says."""
        found = received.assessment
        return cls(
            EntryView.of(received.entry),
            found.grade.value,
            found.kind.value if found.kind else None,
            found.text,
            ReportView.of(received.report) if received.report else None,
            received.why,
        )

    def text(self) -> str:
        """The grade, the finding, and the report or why there is none."""
        report = self.report
        drafted = f"none: {self.why}"
        if report is not None:
            drafted = f"{report.id}, to {report.exporter}: {self.why}"
        kind = f", {self.kind}" if self.kind else ""
        lines = rows(
            [
                ("Evidence", f"{self.grade}{kind}"),
                ("Finding", self.finding),
                ("Report", drafted),
                ("Head", self.entry.hash.hex()),
            ]
        )
        return "\n".join([lines, *recalled_lines(_recalled(report))])


def _recalled(report: ReportView | None) -> tuple[SourceView, ...]:
    if report is None:
        return ()
    return tuple(each for each in report.sources if each.provenance.value == "recalled")


@dataclass(frozen=True)
class ReportsView:
    """All reports that were drafted."""

    schema: ClassVar[str] = "mooring.registry.reports/1"

    reports: tuple[ReportView, ...]

    def text(self) -> str:
        """A table."""
        if not self.reports:
            return "No report was drafted."
        lines = [(r.id, show_time(r.drafted_at), r.chip, r.kind, r.preset) for r in self.reports]
        return table(("REPORT", "DRAFTED", "CHIP", "KIND", "UNDER"), lines)


@dataclass(frozen=True)
class WrittenView:
    """A report in files."""

    schema: ClassVar[str] = "mooring.registry.report/1"

    report: ReportView
    json: Path | None
    html: Path | None

    def text(self) -> str:
        """The report, and where it is."""
        report = self.report
        files = [("Written to", path) for path in (self.json, self.html) if path is not None]
        return rows(
            [
                ("Report", f"{report.id}: {report.title}"),
                ("To", f"{report.exporter}, for report to the {report.for_report_to}"),
                ("Chip", report.chip),
                ("Finding", report.text),
                *(("Source", f"{s.cite} [{s.provenance.value}]") for s in report.sources),
                *files,
            ]
        )
