# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What changed for whom between two days: members of groups, rules, and outcomes by country.

Outcomes are found by asking: every country as destination and as headquarters, with chips that
stand for the classes that rules tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from mooring_host.errors import UsageError
from mooring_host.policy.decide import decide
from mooring_host.policy.figures import ChipFigures
from mooring_host.policy.groups import as_destination, country_codes, country_groups
from mooring_host.policy.preset import Preset, Rule
from mooring_host.policy.sources import Source
from mooring_host.policy.transaction import Transaction

THIRD_COUNTRY: Final = "SG"
"""Where a firm with headquarters elsewhere puts its chips in the sweep: in no D group."""

SAMPLES: Final = (
    ChipFigures("3A090.a within the limits of 91 FR 1684", 15000, 800, 4800, datacenter=True),
    ChipFigures("3A090.a beyond them", 36000, 1600, 7700, datacenter=True),
    ChipFigures("3A090.b", 3000, 800, 900, datacenter=True),
    ChipFigures("below 3A090, 4000 GB/s of memory", 2000, 1500, 4000, datacenter=True),
)


@dataclass(frozen=True)
class MemberChange:
    """A country that joined or left a group."""

    group: str
    iso: str
    joined: bool
    on: date
    source: Source


@dataclass(frozen=True)
class RuleChange:
    """A rule that began or ended to hold."""

    rule: Rule
    began: bool


@dataclass(frozen=True)
class OutcomeChange:
    """Countries for which a chip's outcome changed alike."""

    role: str
    chip: str
    before: str
    after: str
    countries: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Everything that changed between two days under a preset."""

    preset: Preset
    first: date
    second: date
    members: tuple[MemberChange, ...]
    rules: tuple[RuleChange, ...]
    outcomes: tuple[OutcomeChange, ...]

    @property
    def recalled(self) -> tuple[Source, ...]:
        """Lists and rules behind it that nobody has seen."""
        used = {each.source.id: each.source for each in country_groups().values()}
        used |= {change.source.id: change.source for change in self.members}
        used |= {change.rule.source.id: change.rule.source for change in self.rules}
        return tuple(each for each in used.values() if each.recalled)


def diff(first: date, second: date, preset: Preset) -> Difference:
    """What changed from the end of day `first` to the end of day `second`.

    Raises:
        UsageError: `second` is not after `first`.
    """
    if second <= first:
        raise UsageError("compare two days", f"{second} is not after {first}")
    return Difference(
        preset,
        first,
        second,
        _members(first, second),
        tuple(_rules(first, second, preset)),
        tuple(_outcomes(first, second, preset)),
    )


def _members(first: date, second: date) -> tuple[MemberChange, ...]:
    found: list[MemberChange] = []
    for group in country_groups().values():
        for change in group.changes:
            if first < change.on <= second:
                for iso, joined in (
                    *((iso, True) for iso in change.add),
                    *((iso, False) for iso in change.remove),
                ):
                    found.append(MemberChange(group.name, iso, joined, change.on, change.source))
    return tuple(sorted(found, key=lambda each: (each.on, each.group, each.iso)))


def _rules(first: date, second: date, preset: Preset) -> list[RuleChange]:
    changes: list[RuleChange] = []
    for rule in preset.rules:
        before = rule.in_force(first) and preset.in_force(first)
        after = rule.in_force(second) and preset.in_force(second)
        if before != after:
            changes.append(RuleChange(rule, after))
    return changes


def _outcomes(first: date, second: date, preset: Preset) -> list[OutcomeChange]:
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for alike in _alike(first, second, preset):
        for role in ("destination", "headquarters"):
            for chip in SAMPLES:
                asked = _asked(chip, role, alike[0])
                before = decide(asked, first, preset).summary()
                after = decide(asked, second, preset).summary()
                if before != after:
                    found.setdefault((role, chip.name, before, after), []).extend(alike)
    ordered = sorted(found.items(), key=lambda item: item[0])
    return [OutcomeChange(*key, tuple(sorted(countries))) for key, countries in ordered]


def _alike(first: date, second: date, preset: Preset) -> list[list[str]]:
    """Countries that no rule of the preset tells apart on either day; asking one asks all."""
    groups = country_groups()
    named = sorted({place for rule in preset.rules for place in rule.when.places})
    members = [
        (place, on, groups[place].members(on) if place in groups else frozenset({place}))
        for on in (first, second)
        for place in named
    ]
    found: dict[tuple[bool, ...], list[str]] = {}
    for iso in sorted(country_codes()):
        key = tuple(as_destination(iso, on) in inside for _, on, inside in members)
        found.setdefault(key, []).append(iso)
    return list(found.values())


def _asked(chip: ChipFigures, role: str, iso: str) -> Transaction:
    """A firm at home in `iso`, or one from there that has its chips in a third country."""
    place = iso if role == "destination" else THIRD_COUNTRY
    return Transaction(chip, place, "a firm", headquarters=iso, parent=iso)
