# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Evidence about registered chips, and what it is worth.

Only what is proven counts as credible. Where evidence can be read in two ways, is stale, or
does not hold together, nothing follows: a report accuses somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from mooring_firmware.errors import ErrorWord
from mooring_host.location.verdict import LocationVerdict, ZoneVerdict
from mooring_host.policy.preset import ReportKind
from mooring_host.registry.events import Grade
from mooring_host.registry.state import ATTESTATION, RegisteredChip
from mooring_host.states import GateState
from mooring_host.verifier import FORGED, Appraisal, Flaw
from mooring_host.wire.log import LogResponse


@dataclass(frozen=True)
class Assessment:
    """What evidence is worth, and what it shows."""

    grade: Grade
    text: str
    kind: ReportKind | None = None
    """Only if it is credible."""


class Evidence(Protocol):
    """Something that came in about a chip."""

    @property
    def ueid(self) -> bytes:
        """The chip."""
        ...

    @property
    def source(self) -> str:
        """The kind of evidence, in a word."""
        ...

    def assess(self, chip: RegisteredChip, at: int) -> Assessment:
        """What it is worth against what the registry says, at a time in seconds since 1970."""
        ...

    def attachment(self) -> dict[str, object]:
        """All of it, as JSON can say it."""
        ...


@dataclass(frozen=True)
class PlaceEvidence:
    """Where the chip was found to be, by whatever method."""

    ueid: bytes
    verdict: LocationVerdict
    token: bytes | None = None
    """The signed location result, if there is one."""

    source = "location"

    def assess(self, chip: RegisteredChip, at: int) -> Assessment:
        found = self.verdict
        if not found.sound:
            return Assessment(Grade.INCONSISTENT, "; ".join(found.problems))
        if found.zone_set != chip.zone_set:
            return Assessment(
                Grade.AMBIGUOUS, "it speaks of other zones than those that the chip belongs in"
            )
        if at >= found.valid_until:
            return Assessment(Grade.AMBIGUOUS, "it is no longer valid")
        inside, excluded = found.zones(ZoneVerdict.INSIDE), found.zones(ZoneVerdict.EXCLUDED)
        claimed = " or ".join(chip.zones)
        if set(inside) & set(excluded):
            return Assessment(Grade.INCONSISTENT, "a zone is proven both ways")
        if set(chip.zones) & set(inside):
            return Assessment(Grade.AS_REGISTERED, f"proven inside {claimed}")
        if set(chip.zones) <= set(excluded):
            where = f"; proven inside {', '.join(inside)}" if inside else ""
            return Assessment(
                Grade.CREDIBLE,
                f"proven not to be in {claimed}, where it belongs{where}",
                ReportKind.WRONG_LOCATION,
            )
        return Assessment(Grade.AMBIGUOUS, f"proven neither inside {claimed} nor outside")

    def attachment(self) -> dict[str, object]:
        return {
            "method": self.verdict.method.name.lower(),
            "zone_set": self.verdict.zone_set.hex(),
            "zones": {each.zone: each.verdict.value for each in self.verdict.findings},
            "valid_until": self.verdict.valid_until,
            "problems": list(self.verdict.problems),
            "basis": self.verdict.basis,
            "token": None if self.token is None else self.token.hex(),
        }


TAMPERED: Final = frozenset(
    {
        Flaw.MEASUREMENT,
        Flaw.ROLLED_BACK,
        Flaw.LOG_BACKWARDS,
        Flaw.LOG_REWRITTEN,
        Flaw.RECORD_BACKWARDS,
        Flaw.FLOOR_BACKWARDS,
        Flaw.COUNTER_BACKWARDS,
        Flaw.LIFECYCLE_BACKWARDS,
    }
)
"""What an authentic chip attests only if somebody worked on it, or on its memory."""

ATTEMPTS: Final = frozenset(
    {
        ErrorWord.KEY_SIGNATURE,
        ErrorWord.TRUST_ROLLBACK,
        ErrorWord.TRUST_CONFLICT,
        ErrorWord.DECISION_SEQUENCE,
        ErrorWord.DECISION_CHIP,
        ErrorWord.DECISION_LOCATION_CHIP,
        ErrorWord.DECISION_LOCATION_NONCE,
        ErrorWord.DECISION_LOCATION_DIGEST,
        ErrorWord.COMMIT_ROLLED_BACK,
    }
)
"""Refusals of forged, replayed, transplanted and rolled-back tokens. A licence for a nonce that
has passed is not among them: whoever is late meets it too."""


@dataclass(frozen=True)
class AttestedEvidence:
    """What the chip attested, and its log if that was read with it."""

    ueid: bytes
    appraisal: Appraisal
    token: bytes
    """The evidence as received."""
    log: LogResponse | None = None

    source = ATTESTATION

    def assess(self, chip: RegisteredChip, at: int) -> Assessment:
        said = self.appraisal.evidence
        findings = self.appraisal.findings
        if said is None or any(each.flaw in FORGED for each in findings):
            # Anybody can make evidence that nobody signed.
            told = "; ".join(str(each) for each in findings) or "it is not authentic"
            return Assessment(Grade.INCONSISTENT, told)
        if said.ueid != chip.ueid:
            return Assessment(Grade.INCONSISTENT, "it is of another chip")
        shown = [str(each) for each in findings if each.flaw in TAMPERED]
        if said.gate is GateState.DEAD:
            shown.append("the gate is dead: the chip itself found tampering")
        if shown:
            return Assessment(Grade.CREDIBLE, "; ".join(shown), ReportKind.TAMPERING)
        if self.log is not None:
            return self._of_log(self.log, said.log_count, said.log_head)
        if findings:
            return Assessment(Grade.AMBIGUOUS, "; ".join(str(each) for each in findings))
        return Assessment(Grade.AS_REGISTERED, "authentic, and nothing speaks against the chip")

    def _of_log(self, log: LogResponse, count: int, head: bytes) -> Assessment:
        if (log.count, log.head) != (count, head):
            return Assessment(Grade.INCONSISTENT, "the log is not the one that is attested")
        names = sorted(ErrorWord(w).name for w, _ in log.counters if w in ATTEMPTS)
        if names:
            return Assessment(
                Grade.CREDIBLE, f"the chip refused {', '.join(names)}", ReportKind.TAMPERING
            )
        if log.counters:
            return Assessment(Grade.AMBIGUOUS, "the chip refused tokens that may be mistakes")
        return Assessment(Grade.AS_REGISTERED, "authentic, and the log is empty")

    def attachment(self) -> dict[str, object]:
        return {
            "token": self.token.hex(),
            "findings": [str(each) for each in self.appraisal.findings],
            "log": None if self.log is None else self.log.encode().hex(),
        }


@dataclass(frozen=True)
class TwinEvidence:
    """Two attestations that one chip cannot both have made: its key is in two places."""

    ueid: bytes
    first: Appraisal
    second: Appraisal
    tokens: tuple[bytes, bytes]

    source = "twin attestations"

    def assess(self, chip: RegisteredChip, at: int) -> Assessment:
        one, other = self.first.evidence, self.second.evidence
        if one is None or other is None:
            return Assessment(Grade.INCONSISTENT, "one of them is not authentic")
        if not one.ueid == other.ueid == chip.ueid:
            return Assessment(Grade.INCONSISTENT, "they are not both of this chip")
        # The log only grows, and its head is a chain: one length has one head.
        if one.log_count == other.log_count and one.log_head != other.log_head:
            return Assessment(
                Grade.CREDIBLE,
                f"two logs of {one.log_count} entries with different heads: "
                "two devices answer with this chip's key",
                ReportKind.TAMPERING,
            )
        return Assessment(Grade.AMBIGUOUS, "one chip can have made both")

    def attachment(self) -> dict[str, object]:
        return {"tokens": [token.hex() for token in self.tokens]}


class Sight(Enum):
    """What an inspector found."""

    PRESENT = "present"
    """The chip, in its place, with its user."""
    IN_BOX = "in-box"
    """Packed, never switched on."""
    MISSING = "missing"
    """Not found where it was looked for."""
    ELSEWHERE = "elsewhere"
    """Found in a place where it does not belong."""
    DUMMY = "dummy"
    """Its label, on something that is not the chip."""
    OTHER_USER = "other-user"
    """In the hands of another user."""
    OPENED = "opened"
    """Seals broken, or worked on."""


_SHOWS: Final = {
    Sight.ELSEWHERE: ReportKind.WRONG_LOCATION,
    Sight.DUMMY: ReportKind.DIVERTED_USER,
    Sight.OTHER_USER: ReportKind.DIVERTED_USER,
    Sight.OPENED: ReportKind.TAMPERING,
}


@dataclass(frozen=True)
class VisitEvidence:
    """What somebody saw who went there."""

    ueid: bytes
    inspector: str
    seen_at: int
    """Seconds since 1970."""
    sight: Sight
    text: str

    source = "inspection"

    def assess(self, chip: RegisteredChip, at: int) -> Assessment:
        told = f"{self.inspector} found it {self.sight.value}: {self.text}"
        if self.seen_at > at:
            return Assessment(Grade.INCONSISTENT, "it was seen in the future")
        if self.seen_at < chip.registered_at:
            return Assessment(Grade.AMBIGUOUS, "it was seen before it was registered")
        if self.sight is Sight.PRESENT:
            return Assessment(Grade.AS_REGISTERED, told)
        kind = _SHOWS.get(self.sight)
        return Assessment(Grade.CREDIBLE if kind else Grade.AMBIGUOUS, told, kind)

    def attachment(self) -> dict[str, object]:
        return {
            "inspector": self.inspector,
            "seen_at": self.seen_at,
            "found": self.sight.value,
            "text": self.text,
        }
