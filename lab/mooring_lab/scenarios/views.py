# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What runs came to: values for JSON, a table for a terminal, and a page in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import rich_click as click

from mooring_host.cli.kit import table
from mooring_host.policy.days import day_of
from mooring_lab.issuer import START
from mooring_lab.scenarios import model
from mooring_lab.scenarios.ground import Ground
from mooring_lab.scenarios.running import Run
from mooring_lab.scenarios.vocabulary import FACTS, Facts

MODEL_NOTE: Final = "an analytic model; nothing was run"


@dataclass(frozen=True)
class FactView:
    """One fact: its words, one for each step that gives it."""

    name: str
    expected: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True)
class EventView:
    """What one step showed."""

    after_s: int
    title: str
    text: str


@dataclass(frozen=True)
class LawView:
    """A scenario under one law."""

    law: str
    preset: str
    as_expected: bool
    facts: tuple[FactView, ...]
    events: tuple[EventView, ...]
    reports: tuple[str, ...]
    """Ids of the drafts."""


@dataclass(frozen=True)
class ScenarioRunView:
    """A scenario under both laws."""

    id: str
    name: str
    standing: str
    lesson: str
    analytic: bool
    d5: str
    """How Hong Kong and Macau count."""
    corrections: tuple[str, ...]
    laws: tuple[LawView, ...]

    @property
    def as_expected(self) -> bool:
        """Under every law."""
        return all(law.as_expected for law in self.laws)

    @classmethod
    def of(cls, runs: Sequence[Run]) -> ScenarioRunView:
        """The runs of one scenario."""
        scenario = runs[0].scenario
        return cls(
            scenario.id,
            scenario.name,
            scenario.standing.value,
            scenario.lesson,
            scenario.analytic,
            counting(scenario),
            tuple(f"{each.was} -> {each.now}: {each.because}" for each in scenario.corrections),
            tuple(map(_law, runs)),
        )


def _law(run: Run) -> LawView:
    expected = run.scenario.expected[run.family]
    return LawView(
        run.family.value,
        run.family.preset,
        run.as_expected,
        tuple(
            FactView(name, expected.get(name, ()), run.facts.get(name, ()))
            for name in FACTS
            if name in expected or name in run.facts
        ),
        tuple(EventView(each.after_s, each.title, each.text) for each in run.seen),
        tuple(report.id for report in run.reports),
    )


def counting(scenario: model.Scenario) -> str:
    """How Hong Kong and Macau count for the zone d5, in words."""
    regions, codes = scenario.regions, Ground(scenario).codes["d5"]
    inside = [name for name, code in (("Hong Kong", "HK"), ("Macau", "MO")) if code in codes]
    return (
        f"d5 is group D:5 on {day_of(START)}; Hong Kong counts {regions.hong_kong.value}, "
        f"Macau {regions.macau.value}: within are {' and '.join(inside) or 'neither'}"
    )


def brief(facts: Facts | Sequence[FactView], *, expected: bool = False) -> str:
    """The facts that say most, in one cell."""
    if isinstance(facts, Sequence):
        pairs = {each.name: each.expected if expected else each.seen for each in facts}
    else:
        pairs = dict(facts)
    names = ("location", "licence", "chip", "reports", "export", "attack", "inventory", "model")
    told = [f"{name} {_folded(pairs[name])}" for name in names if pairs.get(name)]
    if "false" in pairs.get("truth", ()):
        told.append("proof FALSE")
    return "; ".join(told)


def _folded(words: Sequence[str]) -> str:
    """Words in their order; one that comes again at once is counted."""
    parts: list[tuple[str, int]] = []
    for word in words:
        if parts and parts[-1][0] == word:
            parts[-1] = (word, parts[-1][1] + 1)
        else:
            parts.append((word, 1))
    return ", ".join(word if count == 1 else f"{word} x{count}" for word, count in parts)


@dataclass(frozen=True)
class ListedView:
    """A scenario by name."""

    id: str
    name: str
    standing: str
    corrected: bool


@dataclass(frozen=True)
class ScenarioListView:
    """The scenarios that there are."""

    schema: ClassVar[str] = "mooring.scenario.list/1"

    scenarios: tuple[ListedView, ...]

    def text(self) -> str:
        """A line each."""
        lines = [
            (each.id, each.standing, "corrected" if each.corrected else "", each.name)
            for each in self.scenarios
        ]
        return table(("ID", "MECHANISM", "", "SCENARIO"), lines)


@dataclass(frozen=True)
class ScenarioRunsView:
    """What came of the scenarios that were run."""

    schema: ClassVar[str] = "mooring.scenario.run/1"

    cpu: str
    as_expected: bool
    scenarios: tuple[ScenarioRunView, ...]

    def text(self) -> str:
        """A table; what is not as expected, fact by fact; and a sum."""
        lines = [
            (each.id, law.law, brief(law.facts), "as expected" if law.as_expected else "NOT")
            for each in self.scenarios
            for law in each.laws
        ]
        parts = [table(("ID", "LAW", "SEEN", "EXPECTED"), lines)]
        for each in self.scenarios:
            for law in each.laws:
                wrong = [f for f in law.facts if f.expected != f.seen]
                parts += [
                    f"{each.id} under {law.law}, {f.name}: expected "
                    f"{', '.join(f.expected) or 'nothing'}, seen {', '.join(f.seen) or 'nothing'}"
                    for f in wrong
                ]
        count = sum(len(each.laws) for each in self.scenarios)
        bad = sum(not law.as_expected for each in self.scenarios for law in each.laws)
        total = f"{count - bad} of {count} runs as expected ({self.cpu})."
        parts.append(click.style(total, fg="red" if bad else "green"))
        return "\n\n".join(parts)


@dataclass(frozen=True)
class ScenarioView:
    """One scenario, before it is run."""

    schema: ClassVar[str] = "mooring.scenario.explain/1"

    id: str
    name: str
    story: str
    standing: str
    lesson: str
    d5: str
    steps: tuple[str, ...]
    expected: tuple[LawView, ...]
    original: tuple[str, ...]
    """Setup, and what was expected under either law, as first compiled; or none."""
    corrections: tuple[str, ...]

    def text(self) -> str:
        """All of it, to be read."""
        parts = [
            click.style(f"{self.id}: {self.name}", bold=True),
            self.story,
            f"The mechanism: {self.standing}. {self.lesson}",
            self.d5,
            "\n".join(f"  {number}. {step}" for number, step in enumerate(self.steps, 1)),
        ]
        parts += [f"{law.law}: {brief(law.facts, expected=True)}" for law in self.expected]
        if self.original:
            names = ("First compiled as", "  boot-denying", "  chip-security-act")
            pairs = zip(names, self.original, strict=True)
            parts.append("\n".join(f"{name}: {text}" for name, text in pairs))
        parts += [f"Corrected: {each}" for each in self.corrections]
        return "\n\n".join(parts)
