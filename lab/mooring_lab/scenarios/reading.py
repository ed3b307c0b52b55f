# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From a TOML file to a scenario; what is wrong is named with its field and a suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from mooring_host.errors import FileError, UsageError
from mooring_host.jsonfile import read_text
from mooring_host.location.borders import outlines
from mooring_host.policy import Counts, Regions, Transaction, preset
from mooring_host.policy._table import Table, parse_toml
from mooring_host.policy.days import day_of
from mooring_host.registry.evidence import Sight
from mooring_host.token.zones import is_zone_name
from mooring_lab.issuer import START
from mooring_lab.scenarios import model
from mooring_lab.scenarios.vocabulary import FACTS, Facts, Family

VERSION: Final = 1
BUILT_IN_ZONES: Final = ("prc", "d5")
MOST_STEPS: Final = 100
_FIELDS: Final = (
    *("version", "id", "name", "text", "standing", "lesson", "places", "zones", "d5", "chips"),
    *("landmarks", "network", "steps", "expected", "original", "corrections"),
)
_Word = TypeVar("_Word", bound=Enum)
_Item = TypeVar("_Item")


def read_scenario(path: Path) -> model.Scenario:
    """Somebody's own scenario."""
    return parse_scenario(read_text(path), path.name)


def shipped() -> tuple[model.Scenario, ...]:
    """The scenarios that come with this package, by id."""
    folder = files("mooring_lab.scenarios") / "data"
    found = [each for each in folder.iterdir() if each.name.endswith(".toml")]
    return tuple(
        parse_scenario(each.read_text("utf-8"), each.name)
        for each in sorted(found, key=lambda each: each.name)
        if each.name[0] == "S"
    )


def parse_scenario(text: str, where: str) -> model.Scenario:
    """Reads a scenario.

    Raises:
        FileError: it is none; file, field and what was expected are named.
    """
    table = parse_toml(text, where)
    table.version(VERSION)
    scenario = _Reader(table).scenario()
    _close(table, _FIELDS)
    return scenario


class _Reader:
    """Reads the parts in an order in which each knows what it may name."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._where = table.where

    def scenario(self) -> model.Scenario:
        table = self._table
        self._places = self._all_places()
        self._zones = self._all_zones()
        chips = tuple(self._chip(each) for each in table.tables("chips"))
        landmarks = tuple(self._landmark(each) for each in table.tables("landmarks"))
        self._chips = _unique(chips, lambda chip: chip.name, self._where, "chips")
        self._landmarks = _unique(landmarks, lambda mark: mark.name, self._where, "landmarks")
        steps = tuple(self._step(each) for each in table.tables("steps"))
        if not 1 <= len(steps) <= MOST_STEPS:
            raise _wrong(self._where, "steps", str(len(steps)), f"1 to {MOST_STEPS} steps")
        return model.Scenario(
            table.text("id"),
            table.text("name"),
            table.text("text"),
            _word(table, "standing", model.Standing),
            table.text("lesson"),
            MappingProxyType(self._places),
            MappingProxyType(self._zones),
            self._regions(),
            chips,
            landmarks,
            self._network(),
            steps,
            self._expected(),
            self._original(),
            tuple(self._correction(each) for each in table.tables("corrections")),
        )

    def _all_places(self) -> dict[str, model.Place]:
        built_in = files("mooring_lab.scenarios") / "data" / "places.toml"
        listed = parse_toml(built_in.read_text("utf-8"), "the list of places")
        own = self._table.maybe_table("places")
        tables = (listed,) if own is None else (listed, own)
        return {name: _place(table, name) for table in tables for name in table.names()}

    def _all_zones(self) -> dict[str, tuple[str, ...]]:
        zones: dict[str, tuple[str, ...]] = {}
        table = self._table.maybe_table("zones")
        if table is None:
            return zones
        for name in table.names():
            if not is_zone_name(name) or name in BUILT_IN_ZONES:
                raise _wrong(table.where, "name", name, "small letters, and neither prc nor d5")
            codes = tuple(table.texts(name))
            for code in codes:
                _known(table.where, name, code, outlines(), "a country's code such as SG")
            if not codes:
                raise _wrong(table.where, name, "no country", "codes such as SG")
            zones[name] = codes
        return zones

    def _zone(self, table: Table, field: str) -> str:
        known = (*BUILT_IN_ZONES, *self._zones)
        return _known(table.where, field, table.text(field), known, "a zone")

    def _at(self, table: Table, field: str) -> str:
        return _known(table.where, field, table.text(field), self._places, "a place")

    def _chip(self, table: Table) -> model.Chip:
        chip = model.Chip(
            table.text("name"),
            self._at(table, "at"),
            self._zone(table, "belongs"),
            table.maybe_text("product") or "H100",
            table.maybe_text("user") or "Example Cloud",
            table.maybe_boolean("switched_on") is not False,
        )
        _close(table, ["name", "at", "belongs", "product", "user", "switched_on"])
        return chip

    def _landmark(self, table: Table) -> model.Landmark:
        at = self._at(table, "at")
        mark = model.Landmark(
            table.text("name"),
            at,
            self._at(table, "really_at") if table.has("really_at") else at,
            table.maybe_number("lie_ms", least=-1000.0, most=1000.0) or 0.0,
        )
        _close(table, ["name", "at", "really_at", "lie_ms"])
        return mark

    def _network(self) -> model.Network:
        table = self._table.maybe_table("network")
        if table is None:
            return model.Network()
        usual = model.Network()
        inflation = table.maybe_number("inflation", least=1.0, most=100.0)
        fixed = table.maybe_number("fixed_ms", most=1000.0)
        _close(table, ["inflation", "fixed_ms"])
        return model.Network(
            usual.inflation if inflation is None else inflation,
            usual.fixed_ms if fixed is None else fixed,
        )

    def _regions(self) -> Regions:
        table = self._table.maybe_table("d5")
        if table is None:
            return Regions.of_ear(day_of(START))
        regions = Regions(_word(table, "hong_kong", Counts), _word(table, "macau", Counts))
        _close(table, ["hong_kong", "macau"])
        return regions

    # -- Steps ---------------------------------------------------------------------------

    def _step(self, table: Table) -> model.Step:
        verbs: Mapping[str, Callable[[Table], model.Step]] = {
            "locate": self._locate,
            "inspect": lambda t: model.Inspect(self._of(t), *reversed(self._sides(t))),
            "boot": lambda t: model.Boot(self._of(t), *self._sides(t)),
            "compute": lambda t: model.Compute(self._of(t)),
            "move": lambda t: model.Move(self._of(t), self._at(t, "to")),
            "wait": lambda t: model.Wait(t.number("hours", most=24 * 100.0)),
            "export": self._export,
            "attack": lambda t: model.Attack(self._of(t), _word(t, "what", model.Attacks)),
            "attest": lambda t: model.Attest(self._of(t)),
            "compare": lambda t: model.Compare(self._of(t), self._at(t, "copy_at")),
            "visit": lambda t: model.Visit(self._of(t), _word(t, "found", Sight), t.text("text")),
            "count": lambda _: model.Count(),
            "glitch": self._glitch,
        }
        verb = _known(table.where, "do", table.text("do"), verbs, "a step")
        step = verbs[verb](table)
        _close(table, step.__dataclass_fields__)
        return step

    def _of(self, table: Table) -> str:
        return _known(table.where, "chip", table.text("chip"), self._chips, "a chip")

    def _locate(self, table: Table) -> model.Locate:
        names = tuple(table.texts("landmarks")) or tuple(self._landmarks)
        for name in names:
            _known(table.where, "landmarks", name, self._landmarks, "a landmark")
        relays = tuple(table.texts("relays"))
        for relay in relays:
            _known(table.where, "relays", relay, self._places, "a place")
        outliers = table.integer("outliers") if table.has("outliers") else 0
        if outliers >= len(names):
            raise _wrong(table.where, "outliers", str(outliers), f"less than {len(names)}")
        rate = table.maybe_number("clock_rate", least=0.001, most=1000.0)
        return model.Locate(
            self._of(table),
            names,
            _word(table, "method", model.Method, model.Method.NETWORK),
            relays,
            self._at(table, "answered_from") if table.has("answered_from") else None,
            table.maybe_number("delay_ms", most=1000.0) or 0.0,
            _word(table, "timer", model.Timer, model.Timer.LANDMARK),
            1.0 if rate is None else rate,
            outliers,
            table.maybe_number("largest_radius_km", least=1.0),
        )

    def _sides(self, table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Zones outside of which and inside of which; without either, outside prc and d5."""
        plain = not table.has("outside") and not table.has("inside")
        outside = BUILT_IN_ZONES if plain else tuple(table.texts("outside"))
        inside = tuple(table.texts("inside"))
        for field, names in (("outside", outside), ("inside", inside)):
            for name in names:
                _known(table.where, field, name, (*BUILT_IN_ZONES, *self._zones), "a zone")
        if set(outside) & set(inside) or not (outside or inside):
            found = f"{', '.join(outside) or 'nothing'} and {', '.join(inside) or 'nothing'}"
            raise _wrong(table.where, "outside and inside", found, "zones, each on one side")
        return tuple(sorted(set(outside))), tuple(sorted(set(inside)))

    def _export(self, table: Table) -> model.Export:
        name = table.text("preset")
        try:
            preset(name)
        except UsageError as error:
            raise FileError(f"read {table.where}", f"preset: {error.found}", error.hint) from error
        on, sale = table.day("on"), Transaction.of_table(table.table("sale"))
        count = table.integer("consignees") if table.has("consignees") else 1
        if not 1 <= count <= MOST_STEPS:
            raise _wrong(table.where, "consignees", str(count), f"1 to {MOST_STEPS}")
        return model.Export(name, on, sale, count)

    def _glitch(self, table: Table) -> model.Glitch:
        blocks, opened = table.integer("blocks"), table.integer("opened")
        if not 0 <= opened <= blocks or blocks < 1:
            raise _wrong(table.where, "opened", str(opened), f"0 to {blocks}, of at least 1 block")
        return model.Glitch(blocks, opened)

    # -- What is expected ----------------------------------------------------------------

    def _expected(self) -> Mapping[Family, Facts]:
        table = self._table.table("expected")
        shared = self._facts(table.maybe_table("both"))
        expected = {
            family: MappingProxyType({**shared, **self._facts(table.maybe_table(family.value))})
            for family in Family
        }
        _close(table, ["both", *(family.value for family in Family)])
        for family, facts in expected.items():
            if not facts:
                raise _wrong(table.where, family.value, "nothing", "at least one fact")
        return MappingProxyType(expected)

    def _facts(self, table: Table | None) -> dict[str, tuple[str, ...]]:
        if table is None:
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for name in table.names():
            _known(table.where, "fact", name, FACTS, "a fact")
            words = tuple(table.texts(name))
            known = [str(each.value) for each in FACTS[name]]
            for word in words:
                _known(table.where, name, word, known, "a word for it")
            found[name] = words
        return found

    def _original(self) -> model.Original | None:
        table = self._table.maybe_table("original")
        if table is None:
            return None
        original = model.Original(
            table.text("setup"), table.text("boot-denying"), table.text("chip-security-act")
        )
        _close(table, ["setup", "boot-denying", "chip-security-act"])
        return original

    def _correction(self, table: Table) -> model.Correction:
        fields = ["was", "now", "because", "source"]
        correction = model.Correction(*(table.text(field) for field in fields))
        _close(table, fields)
        return correction


def _place(table: Table, name: str) -> model.Place:
    inner = table.table(name)
    place = model.Place(
        name,
        inner.number("latitude", least=-90.0, most=90.0),
        inner.number("longitude", least=-180.0, most=180.0),
    )
    _close(inner, ["latitude", "longitude"])
    return place


def _unique(
    items: tuple[_Item, ...], name: Callable[[_Item], str], where: str, field: str
) -> tuple[str, ...]:
    names = tuple(map(name, items))
    if len(set(names)) < len(names):
        raise _wrong(where, field, "a name that occurs twice", "each name once")
    return names


def _word(table: Table, field: str, kind: type[_Word], usual: _Word | None = None) -> _Word:
    if usual is not None and not table.has(field):
        return usual
    words = {str(each.value): each for each in kind}
    return words[_known(table.where, field, table.text(field), words, "one")]


def _known(where: str, field: str, found: str, known: Collection[str], what: str) -> str:
    """The name, if it is one of those known; else an error that suggests the nearest."""
    if found in known:
        return found
    near = difflib.get_close_matches(found, list(known), n=1)
    listed = ", ".join(sorted(known)) if len(known) <= 30 else f"{len(known)} are known"
    hint = f"Did you mean {near[0]!r}?" if near else ""
    raise FileError(
        f"read {where}", f"{field}: found {found[:40]!r}, expected {what} ({listed})", hint
    )


def _wrong(where: str, field: str, found: str, expected: str) -> FileError:
    return FileError(f"read {where}", f"{field}: found {found}, expected {expected}")


def _close(table: Table, fields: Collection[str]) -> None:
    for name in table.names():
        near = difflib.get_close_matches(name, list(fields), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(fields)}."
        raise FileError(f"read {table.where}", f"unknown field {name!r}", hint)
