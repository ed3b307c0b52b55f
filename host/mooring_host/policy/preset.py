# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Presets: the rules of one law or proposal, as data files that a researcher can read.

A rule has conditions, all of which must hold, and one effect. Conditions and effects are
closed vocabularies; what they mean is in `decide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from mooring_host.policy.groups import country_groups
from mooring_host.policy.sources import Source, distinct
from mooring_host.policy.transaction import Certificate, Purpose
from mooring_host.states import Mode


class Kind(Enum):
    """What a preset stands for."""

    RULE = "rule"
    """Was or is the law, or the agency's practice."""
    BILL = "bill"
    """Before Congress, not enacted."""
    CONCEPT = "concept"
    """Announced only."""
    COMPOSITE = "composite"
    """Others together."""


class Effect(Enum):
    """What a rule does when its conditions hold."""

    LICENCE = "licence"
    """A licence is needed."""
    EXCEPTION = "exception"
    """A licence that is needed otherwise is not."""
    REVIEW = "review"
    """How an application would be judged; of several the first counts."""
    FLAG = "flag"
    """Something a person must look at."""
    STOP = "stop"
    """No licence of this authority may follow, whatever else holds."""


class Presumption(Enum):
    """How an application would be judged."""

    APPROVAL = "approval"
    CASE_BY_CASE = "case-by-case"
    DENIAL = "denial"

    @property
    def phrase(self) -> str:
        """In words."""
        return (
            "case by case" if self is Presumption.CASE_BY_CASE else f"presumption of {self.value}"
        )


class Per(Enum):
    """What a quantity is counted over."""

    CONSIGNEE_YEAR = "consignee-year"
    PARENT_YEAR = "parent-year"
    COUNTRY = "country"
    CONSIGNEE_TOTAL = "consignee-total"


class ChipAction(Enum):
    """What happens at the chip."""

    DENY_BOOT = "deny-boot"
    THROTTLE = "throttle"
    REPORT = "report"

    @property
    def mode(self) -> Mode:
        """The fused mode that does it."""
        return {
            ChipAction.DENY_BOOT: Mode.DENY,
            ChipAction.THROTTLE: Mode.THROTTLE,
            ChipAction.REPORT: Mode.REPORT,
        }[self]


class ReportKind(Enum):
    """What must be reported (S.1705 IS 4(a)(2))."""

    WRONG_LOCATION = "wrong-location"
    DIVERTED_USER = "diverted-user"
    TAMPERING = "tampering"


@dataclass(frozen=True)
class Limit:
    """A quantity of TPP; it may rise by day."""

    per: Per
    schedule: tuple[tuple[date, float], ...]

    def at(self, on: date) -> float:
        """The limit on a day: the last one that has begun, or else 0."""
        return next((limit for begun, limit in reversed(self.schedule) if begun <= on), 0.0)


@dataclass(frozen=True)
class Conditions:
    """All must hold; what is empty or None asks nothing. Places: ISO codes or group names."""

    items: tuple[str, ...] = ()
    """ECCNs; ``.z`` stands for every one that ends so."""
    destination: tuple[str, ...] = ()
    destination_not: tuple[str, ...] = ()
    headquarters: tuple[str, ...] = ()
    """Headquarters or ultimate parent in one of these."""
    headquarters_not: tuple[str, ...] = ()
    """Neither headquarters nor ultimate parent in one of these."""
    headquarters_within: tuple[str, ...] = ()
    """Headquarters and ultimate parent both."""
    exported_from: tuple[str, ...] = ()
    designed_in: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    """One of those who use the chips over a network."""
    purpose: tuple[Purpose, ...] = ()
    purpose_not: tuple[Purpose, ...] = ()
    certified: tuple[Certificate, ...] = ()
    """All of these."""
    not_certified: tuple[Certificate, ...] = ()
    models: tuple[str, ...] = ()
    """The chip's name contains one of these."""
    datacenter: bool | None = None
    below: tuple[tuple[str, float], ...] = ()
    """Facts that must be known and less."""
    at_least: tuple[tuple[str, float], ...] = ()
    at_most: tuple[tuple[str, float], ...] = ()
    within: Limit | None = None
    """With this transaction no more than the limit."""
    exceeds: Limit | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """All countries and groups that it asks about."""
        return (
            *self.destination,
            *self.destination_not,
            *self.headquarters,
            *self.headquarters_not,
            *self.headquarters_within,
            *self.exported_from,
            *self.designed_in,
            *self.tenants,
        )


@dataclass(frozen=True)
class Rule:
    """One rule of a preset."""

    preset: str
    id: str
    effect: Effect
    says: str
    source: Source
    begins: date | None
    ends: date | None
    """The first day on which it holds no more."""
    when: Conditions
    exception: str = ""
    presumption: Presumption | None = None

    def in_force(self, on: date) -> bool:
        """Whether the rule holds on a day."""
        return _between(self.begins, self.ends, on)


@dataclass(frozen=True)
class ChipRules:
    """What happens at the chip, and what must not."""

    on_mismatch: ChipAction
    on_no_licence: ChipAction
    must_not: tuple[ChipAction, ...]
    source: Source


@dataclass(frozen=True)
class ReportRules:
    """What must be reported, by whom to whom."""

    kinds: tuple[ReportKind, ...]
    covered: tuple[str, ...]
    """ECCNs; one without a letter stands for all that begin so."""
    to: str
    timing: str
    source: Source

    def covers(self, eccn: str) -> bool:
        """Whether a product of this ECCN must be reported on."""
        return any(eccn == each or eccn.startswith(f"{each}.") for each in self.covered)


@dataclass(frozen=True)
class Figure:
    """A number or a fact of the text that nothing is computed from."""

    name: str
    value: str


@dataclass(frozen=True)
class Preset:
    """A law or proposal."""

    name: str
    title: str
    kind: Kind
    status: str
    begins: date | None
    ends: date | None
    """The first day on which it holds no more."""
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]
    rules: tuple[Rule, ...]
    """Its own and those it includes, in order of precedence."""
    includes: tuple[str, ...]
    chip: ChipRules | None
    report: ReportRules | None

    def in_force(self, on: date) -> bool:
        """Whether it is meant for a day."""
        return _between(self.begins, self.ends, on)

    @property
    def recalled(self) -> tuple[Source, ...]:
        """Sources of it that nobody has seen."""
        used = [*self.sources, *(rule.source for rule in self.rules)]
        groups = country_groups()
        for rule in self.rules:
            used += [
                s for place in rule.when.places if place in groups for s in groups[place].sources
            ]
        used += [part.source for part in (self.chip, self.report) if part is not None]
        return tuple(each for each in distinct(used) if each.recalled)


def _between(begins: date | None, ends: date | None, on: date) -> bool:
    return (begins is None or begins <= on) and (ends is None or on < ends)
