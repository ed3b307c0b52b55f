# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the registry knows: nothing but the outcome of its events, applied one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, assert_never

from mooring_host.errors import Refused, UnknownRecordError
from mooring_host.policy.preset import ReportKind
from mooring_host.registry.chain import GENESIS, Entry
from mooring_host.registry.events import (
    Change,
    Grade,
    Moved,
    Observed,
    Registered,
    Reported,
    Retired,
    Transferred,
)
from mooring_host.token.zones import Zones

ATTESTATION: Final = "attestation"
"""The source of evidence that the chip itself signed."""


@dataclass(frozen=True)
class Observation:
    """The newest evidence about a chip."""

    number: int
    at: int
    source: str
    grade: Grade
    text: str


@dataclass(frozen=True)
class RegisteredChip:
    """A chip as the registry has it."""

    ueid: bytes
    label: str
    product: str
    eccn: str
    exporter: str
    end_user: str
    zones: Zones
    zone_set: bytes
    registered_at: int
    place_since: int
    """Number of the entry that says where it belongs."""
    user_since: int
    """Number of the entry that says whose it is."""
    retired: bool = False
    observed: Observation | None = None
    attested_at: int | None = None
    """When it last signed for itself; a label that somebody saw is no attestation."""
    reported: frozenset[tuple[ReportKind, int]] = frozenset()
    """Matters on which a report was drafted: the kind, and the claim that was contradicted."""

    def claim(self, kind: ReportKind) -> int:
        """The entry whose claim evidence of this kind contradicts.

        A report is drafted once for each claim: a chip that was wrong, was given leave, and is
        wrong again is a new matter.
        """
        match kind:
            case ReportKind.WRONG_LOCATION:
                return self.place_since
            case ReportKind.DIVERTED_USER:
                return self.user_since
            case ReportKind.TAMPERING:
                return max(self.place_since, self.user_since)
            case _:
                assert_never(kind)

    def is_reported(self, kind: ReportKind) -> bool:
        """Whether there is a report on this matter."""
        return (kind, self.claim(kind)) in self.reported


@dataclass(frozen=True)
class RegistryState:
    """The whole registry at one moment."""

    head: bytes = GENESIS
    count: int = 0
    at: int = 0
    chips: Mapping[bytes, RegisteredChip] = field(
        default_factory=lambda: MappingProxyType(dict[bytes, RegisteredChip]())
    )

    def unattested(self, since: int) -> tuple[RegisteredChip, ...]:
        """Chips in use that have not signed for themselves since a time, by label.

        Chips whose labels were moved to something else, that are still in their boxes, or that
        are gone are all on this list; which it is has to be found out.
        """
        return tuple(
            sorted(
                (
                    chip
                    for chip in self.chips.values()
                    if not chip.retired and (chip.attested_at is None or chip.attested_at < since)
                ),
                key=lambda chip: chip.label,
            )
        )

    def chip(self, name: str) -> RegisteredChip:
        """The chip with this label, or whose id in hexadecimal begins so.

        Raises:
            UnknownRecordError: there is none, or several begin so.
        """
        found = [each for each in self.chips.values() if each.label == name]
        found = found or [
            each for each in self.chips.values() if name and each.ueid.hex().startswith(name)
        ]
        if len(found) != 1:
            what = "there is no chip" if not found else "there are several chips"
            raise UnknownRecordError(
                "look up a registered chip", f"{what} {name!r}", "See all: mooring registry list"
            )
        return found[0]


class Fold:
    """The state in the making: entries are applied one after the other."""

    def __init__(self) -> None:
        self._chips: dict[bytes, RegisteredChip] = {}
        self._labels: set[str] = set()
        self._last: Entry | None = None

    @property
    def last(self) -> Entry | None:
        """The entry that was applied last."""
        return self._last

    def snapshot(self) -> RegistryState:
        """What is known now; later entries do not change it."""
        chips = MappingProxyType(dict(self._chips))
        if self._last is None:
            return RegistryState(chips=chips)
        return RegistryState(self._last.hash, self._last.number, self._last.at, chips)

    def apply(self, entry: Entry) -> None:
        """Takes one more entry in.

        Raises:
            Refused: the event cannot follow; nothing has changed.
        """
        event = entry.event
        if isinstance(event, Registered):
            chip = self._registered(entry, event)
            self._labels.add(chip.label)
        else:
            chip = self._changed(entry, event)
        self._chips[chip.ueid] = chip
        self._last = entry

    def _changed(self, entry: Entry, event: Change) -> RegisteredChip:
        chip = self._chips.get(event.ueid)
        if chip is None:
            raise _refused(event.ueid, "it was never registered")
        if chip.retired and not isinstance(event, Observed | Reported):
            raise _refused(event.ueid, "it is retired")
        match event:
            case Moved():
                return replace(
                    chip, zones=event.zones, zone_set=event.zone_set, place_since=entry.number
                )
            case Transferred():
                return replace(chip, end_user=event.end_user, user_since=entry.number)
            case Observed():
                seen = Observation(entry.number, entry.at, event.source, event.grade, event.text)
                attested = event.source == ATTESTATION and event.grade is not Grade.INCONSISTENT
                return replace(
                    chip, observed=seen, attested_at=entry.at if attested else chip.attested_at
                )
            case Reported():
                if chip.is_reported(event.kind):
                    raise _refused(event.ueid, f"{event.kind.value} is reported already")
                matter = (event.kind, chip.claim(event.kind))
                return replace(chip, reported=chip.reported | {matter})
            case Retired():
                return replace(chip, retired=True)
            case _:
                assert_never(event)

    def _registered(self, entry: Entry, event: Registered) -> RegisteredChip:
        if event.ueid in self._chips:
            raise _refused(event.ueid, "it is registered already")
        if event.label in self._labels:
            raise _refused(event.ueid, f"another chip is called {event.label!r}")
        return RegisteredChip(
            event.ueid,
            event.label,
            event.product,
            event.eccn,
            event.exporter,
            event.end_user,
            event.zones,
            event.zone_set,
            registered_at=entry.at,
            place_since=entry.number,
            user_since=entry.number,
        )


def replay(entries: Iterable[Entry], until: int | None = None) -> RegistryState:
    """The state after all entries, or after those of time `until` and before.

    Raises:
        Refused: an event cannot follow those before it.
    """
    fold = Fold()
    for entry in entries:
        if until is not None and entry.at > until:
            break
        fold.apply(entry)
    return fold.snapshot()


def _refused(ueid: bytes, reason: str) -> Refused:
    return Refused(f"record an event of chip {ueid.hex()}", (reason,))
