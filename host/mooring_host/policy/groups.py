# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Country groups on a given day, and what Hong Kong and Macau count as.

This is the interface for whoever draws zones from groups: `zone_group` gives ISO codes, and
its caller says how the two regions count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Final

from mooring_host.errors import UsageError
from mooring_host.policy._table import Table, data_file
from mooring_host.policy.sources import Source, distinct, source

CHINA: Final = "CN"
HONG_KONG: Final = "HK"
MACAU: Final = "MO"
HONG_KONG_IS_CHINA_FROM: Final = date(2020, 12, 23)
_HONG_KONG_SOURCE: Final = "85fr83765"


@dataclass(frozen=True)
class Change:
    """Countries that joined or left a group on a day."""

    on: date
    add: frozenset[str]
    remove: frozenset[str]
    source: Source


@dataclass(frozen=True)
class CountryGroup:
    """A list of countries and its changes, as far as they are known here."""

    name: str
    title: str
    seen: date
    """The day for which the list was seen, or recalled."""
    iso: frozenset[str]
    """The members on that day."""
    source: Source
    changes: tuple[Change, ...]
    note: str = ""

    def members(self, on: date) -> frozenset[str]:
        """The members at the end of day `on`; Hong Kong is nobody's member, see `CHINA`."""
        members = set(self.iso)
        for change in sorted(self.changes, key=lambda each: each.on, reverse=True):
            if on < change.on <= self.seen:
                members = (members | change.remove) - change.add
        for change in sorted(self.changes, key=lambda each: each.on):
            if self.seen < change.on <= on:
                members = (members | change.add) - change.remove
        return frozenset(members)

    def cited(self, iso: str) -> Source:
        """What says that `iso` is, or is not, a member: the change that names it, or the list."""
        for change in self.changes:
            if iso in change.add | change.remove:
                return change.source
        return self.source

    @property
    def sources(self) -> tuple[Source, ...]:
        """The list's source and those of its changes."""
        return distinct([self.source, *(change.source for change in self.changes)])

    @property
    def zone_name(self) -> str:
        """The group's name in the form that tokens can carry: ``D:5`` is ``d5``."""
        return re.sub(r"[^a-z0-9._-]", "", self.name.lower())


class Counts(Enum):
    """What a special administrative region counts as."""

    AS_CHINA = "as-china"
    """A member of whatever China is a member of."""
    AS_LISTED = "as-listed"
    """A member only of what names it."""
    ALWAYS = "always"
    """A member of this group, as rules have it that say "D:5 or Macau"."""


@dataclass(frozen=True)
class Regions:
    """How Hong Kong and Macau count; there is no default, because no answer goes unsaid."""

    hong_kong: Counts
    macau: Counts

    @classmethod
    def of_ear(cls, on: date) -> Regions:
        """As the rules for advanced chips have it: Hong Kong is China, Macau stands beside D:5."""
        return cls(
            Counts.AS_CHINA if on >= HONG_KONG_IS_CHINA_FROM else Counts.AS_LISTED, Counts.ALWAYS
        )


@dataclass(frozen=True)
class ZoneGroup:
    """A group as a place: the ISO codes whose territories make it up."""

    name: str
    on: date
    regions: Regions
    iso: frozenset[str]
    sources: tuple[Source, ...]


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    file = data_file("countries.toml")
    codes = frozenset(file.text("codes").split())
    file.close()
    return codes


@cache
def country_groups() -> MappingProxyType[str, CountryGroup]:
    """All groups by name, in the file's order."""
    file = data_file("groups.toml")
    listed = file.table("groups")
    file.close()
    return MappingProxyType({name: _group(name, listed.table(name)) for name in listed.names()})


def country_group(name: str) -> CountryGroup:
    """The group of this name, in any case and with or without its colon.

    Raises:
        UsageError: there is none.
    """
    for group in country_groups().values():
        if name.lower() in (group.name.lower(), group.zone_name):
            return group
    raise UsageError(
        "look up a country group",
        f"there is no group {name!r}",
        f"There are {', '.join(country_groups())}.",
    )


def zone_group(name: str, on: date, regions: Regions) -> ZoneGroup:
    """The territories of a group on a day.

    Args:
        name: of the group, such as ``D:5``.
        on: the day.
        regions: how Hong Kong and Macau count; `Regions.of_ear` is how the rules do.

    Raises:
        UsageError: there is no such group.
    """
    group = country_group(name)
    members = set(group.members(on))
    cited = list(group.sources)
    for code, counts in ((HONG_KONG, regions.hong_kong), (MACAU, regions.macau)):
        if counts is Counts.ALWAYS or (counts is Counts.AS_CHINA and CHINA in members):
            members.add(code)
    if regions.hong_kong is Counts.AS_CHINA:
        cited.append(hong_kong_source())
    return ZoneGroup(group.name, on, regions, frozenset(members), distinct(cited))


def as_destination(iso: str, on: date) -> str:
    """The code by which rules know a country on a day: Hong Kong's is China's since 2020."""
    return CHINA if iso == HONG_KONG and on >= HONG_KONG_IS_CHINA_FROM else iso


def hong_kong_source() -> Source:
    """What says so."""
    return source(_HONG_KONG_SOURCE, "the policy")


def _group(name: str, entry: Table) -> CountryGroup:
    group = CountryGroup(
        name,
        entry.text("title"),
        entry.day("seen"),
        _codes(entry, "iso"),
        source(entry.text("source"), entry.where),
        tuple(_change(change) for change in entry.tables("changes")),
        entry.maybe_text("note") or "",
    )
    entry.close()
    return group


def _change(entry: Table) -> Change:
    change = Change(
        entry.day("on"),
        _codes(entry, "add"),
        _codes(entry, "remove"),
        source(entry.text("source"), entry.where),
    )
    entry.close()
    return change


def _codes(entry: Table, name: str) -> frozenset[str]:
    codes = entry.texts(name)
    for code in codes:
        if code not in country_codes():
            raise entry.wrong(name, code, "ISO 3166 codes")
    return frozenset(codes)
