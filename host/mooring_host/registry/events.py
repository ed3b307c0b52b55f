# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What can happen to a registered chip, each event a value that reads and writes itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import Enum
from typing import Final, TypeAlias

from mooring_host.errors import FileError
from mooring_host.policy._table import Table
from mooring_host.policy.preset import ReportKind
from mooring_host.token.frame import UEID_BYTES, ZONE_SET_BYTES
from mooring_host.token.zones import Zones, is_zone_name, sorted_zones


class Grade(Enum):
    """What a piece of evidence is worth."""

    CREDIBLE = "credible"
    """It shows what must be reported."""
    AMBIGUOUS = "ambiguous"
    """It can be read either way."""
    INCONSISTENT = "inconsistent"
    """It contradicts itself, or does not prove what it says."""
    AS_REGISTERED = "as-registered"
    """It shows that the chip is as the registry says."""


@dataclass(frozen=True)
class Registered:
    """A chip was registered: what it is, who has it and where it belongs."""

    ueid: bytes
    label: str
    product: str
    eccn: str
    exporter: str
    end_user: str
    zones: Zones
    """It belongs inside one of these."""
    zone_set: bytes
    """Digest of the set that the names belong to."""


@dataclass(frozen=True)
class Moved:
    """A chip belongs elsewhere from now on, with leave."""

    ueid: bytes
    zones: Zones
    zone_set: bytes
    reason: str


@dataclass(frozen=True)
class Transferred:
    """A chip has another end user from now on, with leave."""

    ueid: bytes
    end_user: str
    reason: str


@dataclass(frozen=True)
class Observed:
    """Evidence about a chip came in and was weighed."""

    ueid: bytes
    source: str
    """The kind of evidence."""
    grade: Grade
    kind: ReportKind | None
    """What it shows, if it is credible."""
    text: str
    evidence: str
    """All of it, as JSON."""


@dataclass(frozen=True)
class Reported:
    """A report was drafted on an observation."""

    ueid: bytes
    kind: ReportKind
    preset: str
    observation: int
    """Number of its entry."""


@dataclass(frozen=True)
class Retired:
    """A chip is no longer in use."""

    ueid: bytes
    reason: str


Change: TypeAlias = Moved | Transferred | Observed | Reported | Retired
Event: TypeAlias = Registered | Change

_KINDS: Final[dict[str, type[Event]]] = {
    "registered": Registered,
    "moved": Moved,
    "transferred": Transferred,
    "observed": Observed,
    "reported": Reported,
    "retired": Retired,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


def name_of(event: Event) -> str:
    """The word for the kind of an event."""
    return _NAMES[type(event)]


def to_fields(event: Event) -> dict[str, object]:
    """An event as JSON can say it."""
    told: dict[str, object] = {"kind_of_event": name_of(event)}
    for each in fields(event):
        value = getattr(event, each.name)
        match value:
            case bytes():
                told[each.name] = value.hex()
            case Enum():
                told[each.name] = value.value
            case _:
                told[each.name] = value
    if isinstance(event, Registered | Moved):
        told["zones"] = list(event.zones)
    return told


def from_table(table: Table) -> Event:
    """Reads an event.

    Raises:
        FileError: it is none; the field that is wrong is named.
    """
    name = table.text("kind_of_event")
    ueid = table.blob("ueid", UEID_BYTES)
    event: Event
    match name:
        case "registered":
            event = Registered(
                ueid,
                label=table.text("label"),
                product=table.text("product"),
                eccn=table.text("eccn"),
                exporter=table.text("exporter"),
                end_user=table.text("end_user"),
                zones=_zones(table),
                zone_set=table.blob("zone_set", ZONE_SET_BYTES),
            )
        case "moved":
            event = Moved(
                ueid, _zones(table), table.blob("zone_set", ZONE_SET_BYTES), table.text("reason")
            )
        case "transferred":
            event = Transferred(ueid, table.text("end_user"), table.text("reason"))
        case "observed":
            event = _observed(ueid, table)
        case "reported":
            event = Reported(
                ueid,
                table.word("kind", ReportKind),
                table.text("preset"),
                table.integer("observation"),
            )
        case "retired":
            event = Retired(ueid, table.text("reason"))
        case _:
            raise table.wrong("kind_of_event", name, "one of " + ", ".join(_KINDS))
    table.close()
    return event


def _observed(ueid: bytes, table: Table) -> Observed:
    kind = table.maybe_word("kind", ReportKind)
    event = Observed(
        ueid,
        table.text("source"),
        table.word("grade", Grade),
        kind,
        table.text("text"),
        table.text("evidence"),
    )
    try:
        json.loads(event.evidence)
    except (ValueError, RecursionError) as error:
        raise FileError(f"read {table.where}", "evidence: it is no JSON") from error
    return event


def _zones(table: Table) -> Zones:
    zones = sorted_zones(table.texts("zones"))
    if not zones or not all(is_zone_name(zone) for zone in zones):
        raise table.wrong("zones", list(zones), "names of zones, at least one")
    return zones
