# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From a transaction, a day and a preset to a decision; every step is kept.

It is total: every valid transaction has an outcome on every day. What is not known is taken
the strict way, and that is a step too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from mooring_host.policy.classify import Classification, classify
from mooring_host.policy.decision import CapUse, Decision, Standing, Step
from mooring_host.policy.groups import (
    HONG_KONG,
    as_destination,
    country_groups,
    hong_kong_source,
)
from mooring_host.policy.preset import Conditions, Effect, Limit, Per, Preset, Rule
from mooring_host.policy.sources import Source
from mooring_host.policy.transaction import Transaction

_FACTS: Final[dict[str, Callable[[Transaction], float | None]]] = {
    "tpp": lambda given: given.chip.tpp,
    "density": lambda given: given.chip.density,
    "memory_gbps": lambda given: given.chip.memory_gbps,
    "io_gbps": lambda given: given.chip.io_gbps,
    "bandwidth_gbps": lambda given: _sum(given.chip.memory_gbps, given.chip.io_gbps),
    "us_volume_share": lambda given: given.us_volume_share,
    "share_tier1": lambda given: given.share_tier1,
    "share_country": lambda given: given.share_country,
    "share_us": lambda given: given.share_us,
}


@dataclass
class _Case:
    """A transaction on a day, with what has been found out on the way."""

    given: Transaction
    on: date
    eccn: str
    steps: list[Step]
    caps: list[CapUse] = field(default_factory=list[CapUse])

    def is_in(self, iso: str, places: tuple[str, ...]) -> bool:
        """Whether a country is one of the places, on this day."""
        known = as_destination(iso, self.on)
        return any(
            known == place or (place in _GROUPS and known in _members(place, self.on))
            for place in places
        )

    def used(self, per: Per) -> float:
        """TPP before this transaction."""
        usage = self.given.usage
        return {
            Per.CONSIGNEE_YEAR: usage.consignee_year,
            Per.PARENT_YEAR: usage.parent_year,
            Per.COUNTRY: usage.country,
            Per.CONSIGNEE_TOTAL: usage.consignee_total,
        }[per]


_GROUPS: Final = country_groups()


@lru_cache(maxsize=256)
def _members(name: str, on: date) -> frozenset[str]:
    return _GROUPS[name].members(on)


def decide(given: Transaction, on: date, preset: Preset) -> Decision:
    """What a preset says of a transaction on a day."""
    if not preset.in_force(on):
        step = Step(f"{preset.name} is not in force on {on}")
        return Decision(
            preset, on, Standing.NOT_IN_FORCE, None, None, None, (), (step,), given.export_licence
        )
    classification, case = _opened(given, on, preset)
    held: _Held = {effect: [] for effect in Effect}
    for rule in preset.rules:
        if rule.in_force(on) and _holds(rule, case):
            held[rule.effect].append(rule)
    standing = _outcome(preset, held)
    exception = held[Effect.EXCEPTION][0] if standing is Standing.EXCEPTION else None
    review = (
        held[Effect.REVIEW][0] if standing is Standing.LICENCE and held[Effect.REVIEW] else None
    )
    used = [*held[Effect.STOP], *held[Effect.LICENCE], exception, review, *held[Effect.FLAG]]
    case.steps += [_step(rule) for rule in used if rule is not None]
    needed = bool(held[Effect.LICENCE])
    return Decision(
        preset,
        on,
        standing,
        classification,
        exception.exception if exception else None,
        review.presumption if review else None,
        tuple(cap for cap in case.caps if needed or cap.per is Per.PARENT_YEAR),
        tuple(case.steps),
        given.export_licence,
    )


_Held = dict[Effect, list[Rule]]


def _outcome(preset: Preset, held: _Held) -> Standing:
    """Where the transaction stands, by the rules that hold."""
    if held[Effect.STOP]:
        return Standing.STOPPED
    if not any(rule.effect is Effect.LICENCE for rule in preset.rules):
        return Standing.NOT_REGULATED
    if not held[Effect.LICENCE]:
        return Standing.NO_LICENCE
    return Standing.EXCEPTION if held[Effect.EXCEPTION] else Standing.LICENCE


def _opened(given: Transaction, on: date, preset: Preset) -> tuple[Classification | None, _Case]:
    """The case with its first steps: what the chip is, and which country counts as which."""
    classification = None if given.eccn else classify(given.chip, on)
    steps: list[Step] = []
    if classification is None:
        eccn = given.eccn or ""
        steps.append(Step(f"{given.chip.name} is {eccn}, as the exporter says"))
    else:
        eccn = classification.strictest.value
        steps += [Step(ground.text, source=ground.source) for ground in classification.grounds]
        steps.append(
            Step(
                f"{given.chip.name} is {classification}"
                + ("" if classification.decided else f"; {eccn} is assumed, the strictest")
            )
        )
    case = _Case(given, on, eccn, steps)
    places = (given.destination, given.headquarters, given.parent, *given.tenants)
    if HONG_KONG in places and as_destination(HONG_KONG, on) != HONG_KONG:
        steps.append(Step("Hong Kong counts as China", source=hong_kong_source()))
    steps += _membership(preset, case)
    return classification, case


def _membership(preset: Preset, case: _Case) -> list[Step]:
    """Where destination and firms stand in the groups that the preset's rules ask about.

    That a country is in no list is as much a fact as that it is in one, and rests on the list.
    """
    rules = [rule.when for rule in preset.rules if rule.in_force(case.on)]
    of_place = {place for when in rules for place in (*when.destination, *when.destination_not)}
    of_firm = {
        place
        for when in rules
        for place in (*when.headquarters, *when.headquarters_not, *when.headquarters_within)
    }
    given = case.given
    return [
        *_memberships("destination", given.destination, of_place, case.on),
        *_memberships("headquarters", given.headquarters, of_firm, case.on),
        *_memberships("ultimate parent", given.parent, of_firm, case.on),
    ]


def _memberships(role: str, iso: str, places: set[str], on: date) -> list[Step]:
    known = as_destination(iso, on)
    steps: list[Step] = []
    outside: dict[str, tuple[Source, list[str]]] = {}
    for group in (each for name, each in _GROUPS.items() if name in places):
        cited = group.cited(known)
        if known in _members(group.name, on):
            steps.append(Step(f"{role} {iso} is in {group.name}", source=cited))
        else:
            outside.setdefault(cited.id, (cited, []))[1].append(group.name)
    for cited, names in outside.values():
        steps.append(Step(f"{role} {iso} is not in {', '.join(names)}", source=cited))
    return steps


def _holds(rule: Rule, case: _Case) -> bool:
    """Whether all conditions hold; quantities are asked last, and noted."""
    when, given = rule.when, case.given
    firms = (given.headquarters, given.parent)
    places = (
        not when.destination or case.is_in(given.destination, when.destination),
        not case.is_in(given.destination, when.destination_not),
        not when.headquarters or any(case.is_in(firm, when.headquarters) for firm in firms),
        not any(case.is_in(firm, when.headquarters_not) for firm in firms),
        not when.headquarters_within
        or all(case.is_in(firm, when.headquarters_within) for firm in firms),
        not when.exported_from or case.is_in(given.exported_from, when.exported_from),
        not when.designed_in or case.is_in(given.designed_in, when.designed_in),
        not when.tenants or any(case.is_in(tenant, when.tenants) for tenant in given.tenants),
    )
    return all(places) and _of_this_kind(when, case) and _within(rule, case)


def _of_this_kind(when: Conditions, case: _Case) -> bool:
    given = case.given
    named = given.chip.name.casefold()
    return (
        (not when.items or any(_is_item(case.eccn, item) for item in when.items))
        and (not when.models or any(model.casefold() in named for model in when.models))
        and (not when.purpose or given.purpose in when.purpose)
        and given.purpose not in when.purpose_not
        and set(when.certified) <= given.certificates
        and not set(when.not_certified) & given.certificates
        and (when.datacenter is None or given.chip.datacenter is when.datacenter)
        and all(_known(given, fact, lambda x, y: x < y, limit) for fact, limit in when.below)
        and all(_known(given, fact, lambda x, y: x >= y, limit) for fact, limit in when.at_least)
        and all(_known(given, fact, lambda x, y: x <= y, limit) for fact, limit in when.at_most)
    )


def _within(rule: Rule, case: _Case) -> bool:
    within, exceeds = rule.when.within, rule.when.exceeds
    kept = within is None or _cap(rule, within, case).within
    passed = exceeds is None or not _cap(rule, exceeds, case).within
    return kept and passed


def _cap(rule: Rule, limit: Limit, case: _Case) -> CapUse:
    before = case.used(limit.per)
    use = CapUse(
        f"{rule.preset}/{rule.id}",
        limit.per,
        limit.at(case.on),
        before,
        before + case.given.total_tpp,
        rule.source,
    )
    case.caps.append(use)
    return use


def _known(
    given: Transaction, fact: str, compare: Callable[[float, float], bool], limit: float
) -> bool:
    """Whether a fact is known and compares so: what is not known proves nothing."""
    value = _FACTS[fact](given)
    return value is not None and compare(value, limit)


def _is_item(eccn: str, item: str) -> bool:
    return eccn.endswith(item) if item.startswith(".") else eccn == item


def _step(rule: Rule) -> Step:
    text = f"exception {rule.exception}: {rule.says}" if rule.exception else rule.says
    if rule.presumption is not None:
        text = f"{rule.presumption.phrase}: {text}"
    return Step(text, f"{rule.preset}/{rule.id}", rule.effect, rule.source)


def _sum(memory: float | None, io: float | None) -> float | None:
    """Of two bandwidths: what is known is a lower bound of the sum."""
    known = [value for value in (memory, io) if value is not None]
    return sum(known) if known else None
