# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Drafts of reports: to the exporter, who must report to the agency, with the evidence.

A draft is made from the registry's entries alone, so that it can be made again, word for word,
as long as they are there.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mooring_host.errors import UnknownRecordError
from mooring_host.policy.catalogue import preset
from mooring_host.policy.days import show
from mooring_host.policy.preset import ReportKind, ReportRules
from mooring_host.policy.sources import Source
from mooring_host.registry.chain import Entry
from mooring_host.registry.events import Observed, Reported
from mooring_host.registry.state import RegisteredChip, replay

REPORT_VERSION: Final = 1
_ID_BYTES: Final = 8

_TITLES: Final = {
    ReportKind.WRONG_LOCATION: "A chip is in another place than its application says",
    ReportKind.DIVERTED_USER: "A chip was diverted to another user",
    ReportKind.TAMPERING: "A chip was subjected to tampering, or to an attempt at it",
}
NOT_ADVICE: Final = (
    "Drafted by a research tool. A person must check it; nothing here is legal advice."
)


@dataclass(frozen=True)
class ReportDraft:
    """A report, before a person has looked at it."""

    id: str
    """First bytes of the hash of the entry that records it, in hexadecimal."""
    kind: ReportKind
    preset: str
    rules: ReportRules
    chip: RegisteredChip
    """As registered when it was drafted."""
    observed_at: int
    drafted_at: int
    text: str
    source: str
    evidence: str
    """All of it, as JSON."""
    evidence_hash: str
    """Of the entry that records the evidence."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the duty to report rests on: the preset's own sources, and its rule's."""
        return (
            *(s for s in preset(self.preset).sources if s != self.rules.source),
            self.rules.source,
        )

    @property
    def title(self) -> str:
        """One line."""
        return _TITLES[self.kind]

    def to_json(self) -> str:
        """The report as a file for machines."""
        chip = self.chip
        return json.dumps(
            {
                "version": REPORT_VERSION,
                "report": self.id,
                "kind": self.kind.value,
                "title": self.title,
                "to": chip.exporter,
                "for_report_to": self.rules.to,
                "due": self.rules.timing,
                "under": {
                    "preset": self.preset,
                    "status": preset(self.preset).status,
                    "sources": [
                        {"cite": s.cite, "title": s.title, "provenance": s.provenance.value}
                        for s in self.sources
                    ],
                },
                "chip": {
                    "ueid": chip.ueid.hex(),
                    "label": chip.label,
                    "product": chip.product,
                    "eccn": chip.eccn,
                    "end_user": chip.end_user,
                    "belongs_in": list(chip.zones),
                },
                "observed_at": self.observed_at,
                "drafted_at": self.drafted_at,
                "finding": self.text,
                "evidence": {
                    "source": self.source,
                    "entry": self.evidence_hash,
                    "attached": json.loads(self.evidence),
                },
                "note": NOT_ADVICE,
            },
            indent=2,
        )

    def to_html(self) -> str:
        """The report as a page for people."""
        chip = self.chip
        lines = [
            ("Report", self.id),
            ("To", chip.exporter),
            ("For report to", f"{self.rules.to}, {self.rules.timing}"),
            ("Under", f"{preset(self.preset).title} ({preset(self.preset).status})"),
            *(("Source", f"{s}: {s.title}") for s in self.sources),
            ("Chip", f"{chip.label}, {chip.product} ({chip.eccn})"),
            ("UEID", chip.ueid.hex()),
            ("End user", chip.end_user),
            ("Belongs in", " or ".join(chip.zones)),
            ("Observed", show(self.observed_at)),
            ("Drafted", show(self.drafted_at)),
            ("Finding", self.text),
        ]
        rows = "\n".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
            for name, value in lines
        )
        attached = json.dumps(json.loads(self.evidence), indent=2, ensure_ascii=False)
        return _PAGE.format(
            title=html.escape(self.title),
            rows=rows,
            source=html.escape(self.source),
            entry=html.escape(self.evidence_hash),
            evidence=html.escape(attached),
            note=html.escape(NOT_ADVICE),
        )


def drafts(entries: Sequence[Entry]) -> tuple[ReportDraft, ...]:
    """Every report that was ever drafted, oldest first."""
    return tuple(draft(entries, entry) for entry in entries if isinstance(entry.event, Reported))


def draft_by_id(entries: Sequence[Entry], name: str) -> ReportDraft:
    """The report whose id begins so.

    Raises:
        UnknownRecordError: there is none, or several begin so.
    """
    found = [each for each in drafts(entries) if name and each.id.startswith(name)]
    if len(found) != 1:
        what = "there is no report" if not found else "there are several reports"
        raise UnknownRecordError(
            "look up a report", f"{what} {name!r}", "See all: mooring registry reports"
        )
    return found[0]


def draft(entries: Sequence[Entry], entry: Entry) -> ReportDraft:
    """The report that an entry records.

    Raises:
        UnknownRecordError: the entry records none, or its observation is not there.
    """
    reported = entry.event
    if not isinstance(reported, Reported) or not 0 < reported.observation < entry.number:
        raise UnknownRecordError("draft a report", f"entry {entry.number} records none")
    observation = entries[reported.observation - 1]
    rules = preset(reported.preset).report
    seen = observation.event
    if not isinstance(seen, Observed) or seen.ueid != reported.ueid or rules is None:
        raise UnknownRecordError(
            "draft a report", f"entry {reported.observation} is no observation of the chip"
        )
    return ReportDraft(
        id=entry.hash[:_ID_BYTES].hex(),
        kind=reported.kind,
        preset=reported.preset,
        rules=rules,
        chip=replay(entries[: entry.number]).chips[reported.ueid],
        observed_at=observation.at,
        drafted_at=entry.at,
        text=seen.text,
        source=seen.source,
        evidence=seen.evidence,
        evidence_hash=observation.hash.hex(),
    )


_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 52rem; }}
h1 {{ font-size: 1.5rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th {{ text-align: left; vertical-align: top; width: 9rem; }}
th, td {{ padding: .35rem .5rem; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }}
pre {{ background: #f5f5f5; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
.note {{ border-left: 4px solid #b35c00; padding-left: 1rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="note">DRAFT. {note}</p>
<table>
{rows}
</table>
<h2>Evidence: {source}</h2>
<p>Entry {entry} of the registry.</p>
<pre>{evidence}</pre>
</body>
</html>
"""
