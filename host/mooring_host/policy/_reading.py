# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Presets from their data files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mooring_host.errors import FileError
from mooring_host.policy._table import Table
from mooring_host.policy.groups import country_codes, country_groups
from mooring_host.policy.preset import (
    ChipAction,
    ChipRules,
    Conditions,
    Effect,
    Figure,
    Kind,
    Limit,
    Per,
    Preset,
    Presumption,
    ReportKind,
    ReportRules,
    Rule,
)
from mooring_host.policy.sources import Source, read_sources, source
from mooring_host.policy.transaction import Certificate, Purpose

_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")
FACTS: Final = (
    "tpp",
    "density",
    "memory_gbps",
    "io_gbps",
    "bandwidth_gbps",
    "us_volume_share",
    "share_tier1",
    "share_country",
    "share_us",
)
"""What `below`, `at_least` and `at_most` can ask about."""

_Include = tuple[str, date | None, date | None]
_Own = Mapping[str, Source]


@dataclass(frozen=True)
class Written:
    """A preset as it stands in its file: what it includes is only named."""

    preset: Preset
    includes: tuple[_Include, ...]


def read(file: Table) -> Written:
    """The preset of a file.

    Raises:
        FileError: it is none; the field that is wrong is named.
    """
    name = file.text("name")
    if not _NAME.fullmatch(name):
        raise file.wrong("name", name, "small letters, digits and hyphens")
    defined = file.maybe_table("defined_sources")
    own = {} if defined is None else read_sources(defined)
    includes = tuple(_include(entry) for entry in file.tables("include"))
    chip, report = file.maybe_table("chip"), file.maybe_table("report")
    made = Preset(
        name=name,
        title=file.text("title"),
        kind=file.word("kind", Kind),
        status=file.text("status"),
        begins=file.maybe_day("from"),
        ends=file.maybe_day("to"),
        sources=tuple(source(each, file.where, own) for each in file.texts("sources")),
        notes=tuple(file.texts("notes")),
        figures=_figures(file),
        rules=tuple(_rule(name, entry, own) for entry in file.tables("rules")),
        includes=tuple(included for included, _, _ in includes),
        chip=None if chip is None else _chip(chip, own),
        report=None if report is None else _report(report, own),
    )
    if not made.sources:
        raise file.wrong("sources", [], "at least one source")
    file.close()
    return Written(made, includes)


def joined(written: Written, others: Mapping[str, Written]) -> Preset:
    """The preset with the rules of those it includes; what those include is not taken along.

    The rules hold while the inclusion does: for its own dates, or else for those of the preset
    that is included.

    Raises:
        FileError: it includes what there is not.
    """
    rules = list(written.preset.rules)
    for included, begins, ends in written.includes:
        if included not in others:
            raise FileError(
                f"read preset {written.preset.name}", f"include: there is no preset {included!r}"
            )
        other = others[included].preset
        span = (begins, ends) if begins else (other.begins, other.ends)
        rules += [_during(rule, *span) for rule in other.rules]
    return replace(written.preset, rules=tuple(rules))


def _during(rule: Rule, begins: date | None, ends: date | None) -> Rule:
    first = max((each for each in (rule.begins, begins) if each), default=None)
    last = min((each for each in (rule.ends, ends) if each), default=None)
    return replace(rule, begins=first, ends=last)


def _include(entry: Table) -> _Include:
    include = entry.text("preset"), entry.maybe_day("from"), entry.maybe_day("to")
    entry.close()
    return include


def _figures(file: Table) -> tuple[Figure, ...]:
    listed = file.maybe_table("figures")
    if listed is None:
        return ()
    return tuple(Figure(name, listed.scalar(name)) for name in listed.names())


def _rule(preset: str, entry: Table, own: _Own) -> Rule:
    effect = entry.word("effect", Effect)
    rule = Rule(
        preset=preset,
        id=entry.text("id"),
        effect=effect,
        says=entry.text("says"),
        source=_source(entry, own),
        begins=entry.maybe_day("from"),
        ends=entry.maybe_day("to"),
        when=_conditions(entry.table("when")),
        exception=entry.text("exception") if effect is Effect.EXCEPTION else "",
        presumption=entry.word("presumption", Presumption) if effect is Effect.REVIEW else None,
    )
    entry.close()
    return rule


def _conditions(entry: Table) -> Conditions:
    when = Conditions(
        items=tuple(entry.texts("items")),
        destination=_places(entry, "destination"),
        destination_not=_places(entry, "destination_not"),
        headquarters=_places(entry, "headquarters"),
        headquarters_not=_places(entry, "headquarters_not"),
        headquarters_within=_places(entry, "headquarters_within"),
        exported_from=_places(entry, "exported_from"),
        designed_in=_places(entry, "designed_in"),
        tenants=_places(entry, "tenants"),
        purpose=entry.words("purpose", Purpose),
        purpose_not=entry.words("purpose_not", Purpose),
        certified=entry.words("certified", Certificate),
        not_certified=entry.words("not_certified", Certificate),
        models=tuple(entry.texts("models")),
        datacenter=entry.maybe_boolean("datacenter"),
        below=_facts(entry, "below"),
        at_least=_facts(entry, "at_least"),
        at_most=_facts(entry, "at_most"),
        within=_limit(entry, "within"),
        exceeds=_limit(entry, "exceeds"),
    )
    entry.close()
    return when


def _places(entry: Table, name: str) -> tuple[str, ...]:
    places = tuple(entry.texts(name))
    for place in places:
        if place not in country_codes() and place not in country_groups():
            raise entry.wrong(name, place, "ISO codes and names of groups")
    return places


def _facts(entry: Table, name: str) -> tuple[tuple[str, float], ...]:
    listed = entry.maybe_table(name)
    if listed is None:
        return ()
    for fact in listed.names():
        if fact not in FACTS:
            raise listed.wrong(fact, fact, "one of " + ", ".join(FACTS))
    return tuple((fact, listed.number(fact)) for fact in listed.names())


def _limit(entry: Table, name: str) -> Limit | None:
    listed = entry.maybe_table(name)
    if listed is None:
        return None
    per = listed.word("per", Per)
    schedule: tuple[tuple[date, float], ...]
    if listed.has("tpp"):
        schedule = ((date.min, listed.number("tpp")),)
    else:
        schedule = tuple(_step(step) for step in listed.tables("schedule"))
    listed.close()
    return Limit(per, tuple(sorted(schedule)))


def _step(entry: Table) -> tuple[date, float]:
    step = entry.day("from"), entry.number("tpp")
    entry.close()
    return step


def _chip(entry: Table, own: _Own) -> ChipRules:
    rules = ChipRules(
        entry.word("on_mismatch", ChipAction),
        entry.word("on_no_licence", ChipAction),
        entry.words("must_not", ChipAction),
        _source(entry, own),
    )
    entry.close()
    return rules


def _report(entry: Table, own: _Own) -> ReportRules:
    rules = ReportRules(
        entry.words("kinds", ReportKind),
        tuple(entry.texts("covered")),
        entry.text("to"),
        entry.text("timing"),
        _source(entry, own),
    )
    entry.close()
    return rules


def _source(entry: Table, own: _Own) -> Source:
    return source(entry.text("source"), entry.where, own)
