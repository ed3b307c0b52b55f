# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How the policy's values are shown: every rule with its citation, every citation with its mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mooring_host.cli._output import rows, table
from mooring_host.policy.classify import Classification, within_case_limits
from mooring_host.policy.decision import Decision, Step
from mooring_host.policy.figures import ChipFigures
from mooring_host.policy.groups import CountryGroup, Regions, zone_group
from mooring_host.policy.preset import Preset, Rule
from mooring_host.policy.sources import Provenance, Source

NOT_ADVICE = "Research material, not legal advice."


@dataclass(frozen=True)
class SourceView:
    """Where something comes from, and how well that is known here."""

    cite: str
    title: str
    provenance: Provenance
    note: str

    @classmethod
    def of(cls, source: Source) -> SourceView:
        """From a source."""
        return cls(source.cite, source.title, source.provenance, source.note)


def recalled_lines(recalled: tuple[SourceView, ...]) -> list[str]:
    """What must be said of entries that nobody has seen."""
    return [f"RECALLED, not checked: {each.cite}: {each.title}" for each in recalled]


@dataclass(frozen=True)
class PresetRowView:
    """A preset in a list."""

    name: str
    kind: str
    begins: str | None
    ends: str | None
    title: str
    in_force: bool
    recalled: bool
    """Whether some of it is from memory."""


@dataclass(frozen=True)
class PresetsView:
    """The presets there are."""

    schema: ClassVar[str] = "mooring.policy.list/1"

    on: str
    presets: tuple[PresetRowView, ...]

    @classmethod
    def of(cls, presets: tuple[Preset, ...], on: date) -> PresetsView:
        """From presets."""
        return cls(
            str(on),
            tuple(
                PresetRowView(
                    each.name,
                    each.kind.value,
                    _day(each.begins),
                    _day(each.ends),
                    each.title,
                    each.in_force(on),
                    bool(each.recalled),
                )
                for each in presets
            ),
        )

    def text(self) -> str:
        """A table."""
        lines = [
            (
                each.name,
                each.kind,
                each.begins or "-",
                each.ends or "-",
                "yes" if each.in_force else "no",
                "some" if each.recalled else "-",
                each.title,
            )
            for each in self.presets
        ]
        head = ("PRESET", "KIND", "FROM", "UNTIL", f"ON {self.on}", "RECALLED", "TITLE")
        return f"{table(head, lines)}\n{NOT_ADVICE}"


@dataclass(frozen=True)
class RuleView:
    """One rule."""

    id: str
    effect: str
    begins: str | None
    ends: str | None
    says: str
    exception: str
    presumption: str | None
    source: SourceView

    @classmethod
    def of(cls, rule: Rule) -> RuleView:
        """From a rule."""
        return cls(
            f"{rule.preset}/{rule.id}",
            rule.effect.value,
            _day(rule.begins),
            _day(rule.ends),
            rule.says,
            rule.exception,
            rule.presumption.value if rule.presumption else None,
            SourceView.of(rule.source),
        )


@dataclass(frozen=True)
class PresetView:
    """A preset with all its rules."""

    schema: ClassVar[str] = "mooring.policy.show/1"

    name: str
    title: str
    kind: str
    status: str
    begins: str | None
    ends: str | None
    rules: tuple[RuleView, ...]
    on_mismatch: str | None
    on_no_licence: str | None
    must_not: tuple[str, ...]
    reports: tuple[str, ...]
    report_to: str | None
    figures: dict[str, str]
    notes: tuple[str, ...]
    sources: tuple[SourceView, ...]
    recalled: tuple[SourceView, ...]

    @classmethod
    def of(cls, preset: Preset) -> PresetView:
        """From a preset."""
        chip, report = preset.chip, preset.report
        return cls(
            preset.name,
            preset.title,
            preset.kind.value,
            preset.status,
            _day(preset.begins),
            _day(preset.ends),
            tuple(RuleView.of(rule) for rule in preset.rules),
            chip.on_mismatch.value if chip else None,
            chip.on_no_licence.value if chip else None,
            tuple(each.value for each in chip.must_not) if chip else (),
            tuple(each.value for each in report.kinds) if report else (),
            report.to if report else None,
            {each.name: each.value for each in preset.figures},
            preset.notes,
            tuple(SourceView.of(each) for each in preset.sources),
            tuple(SourceView.of(each) for each in preset.recalled),
        )

    def text(self) -> str:
        """Head, rules, what happens at the chip, notes."""
        head = [
            ("Preset", self.name),
            ("Title", self.title),
            ("Status", f"{self.kind}; {self.status}"),
            ("In force", f"{self.begins or 'always'} until {self.ends or 'further notice'}"),
            *(("Source", f"{each.cite} [{each.provenance.value}]") for each in self.sources),
        ]
        if self.on_mismatch is not None:
            head += [
                ("Wrong place", f"the chip: {self.on_mismatch}"),
                ("No licence", f"the chip: {self.on_no_licence}"),
                ("Must not", ", ".join(self.must_not) or "-"),
            ]
        if self.reports:
            head.append(("Reported", f"{', '.join(self.reports)}, to the {self.report_to}"))
        head += [(name.replace("_", " "), value) for name, value in self.figures.items()]
        parts = [rows(head)]
        if self.rules:
            parts.append("\n".join(rule_line(rule) for rule in self.rules))
        parts += [f"Note: {note}" for note in self.notes]
        return "\n\n".join([*parts, "\n".join([*recalled_lines(self.recalled), NOT_ADVICE])])


def rule_line(rule: RuleView) -> str:
    """A rule with its citation and mark."""
    kind = rule.effect
    if rule.exception:
        kind = f"exception {rule.exception}"
    if rule.presumption:
        kind = f"review: {rule.presumption}"
    mark = rule.source.provenance
    said = "RECALLED, not checked" if mark is Provenance.RECALLED else mark.value
    span = f", {rule.begins or '...'} until {rule.ends or '...'}" if rule.begins else ""
    return f"{rule.id} [{kind}{span}]\n  {rule.says} ({rule.source.cite} [{said}])"


@dataclass(frozen=True)
class GroupView:
    """A country group on a day."""

    name: str
    zone: str
    title: str
    members: tuple[str, ...]
    with_regions: tuple[str, ...]
    """With Hong Kong and Macau as the rules for advanced chips count them."""
    seen: str
    sources: tuple[SourceView, ...]
    note: str

    @classmethod
    def of(cls, group: CountryGroup, on: date) -> GroupView:
        """From a group."""
        return cls(
            group.name,
            group.zone_name,
            group.title,
            tuple(sorted(group.members(on))),
            tuple(sorted(zone_group(group.name, on, Regions.of_ear(on)).iso)),
            str(group.seen),
            tuple(SourceView.of(each) for each in group.sources),
            group.note,
        )


@dataclass(frozen=True)
class GroupsView:
    """Country groups on a day."""

    schema: ClassVar[str] = "mooring.policy.groups/1"

    on: str
    groups: tuple[GroupView, ...]

    def text(self) -> str:
        """One after the other."""
        parts: list[str] = []
        for each in self.groups:
            pairs = [
                ("Group", f"{each.name}: {each.title}"),
                ("Members", f"{len(each.members)}: {' '.join(each.members)}"),
                ("List of", each.seen),
                *(("Source", f"{s.cite}: {s.title} [{marked(s)}]") for s in each.sources),
            ]
            parts.append(rows([*pairs, *([("Note", each.note)] if each.note else [])]))
        parts.append(f"On {self.on}. Hong Kong counts as China since 2020-12-23. {NOT_ADVICE}")
        return "\n\n".join(parts)


def marked(source: SourceView) -> str:
    """How well a source is known."""
    recalled = source.provenance is Provenance.RECALLED
    return "RECALLED, not checked" if recalled else source.provenance.value


@dataclass(frozen=True)
class StepView:
    """A step of a classification or decision."""

    text: str
    rule: str
    effect: str | None
    source: SourceView | None

    @classmethod
    def of(cls, step: Step) -> StepView:
        """From a step."""
        return cls(
            step.text,
            step.rule,
            step.effect.value if step.effect else None,
            SourceView.of(step.source) if step.source else None,
        )

    def text_line(self) -> str:
        """The step with its rule and citation."""
        named = f"{self.rule}: " if self.rule else ""
        cited = f" ({self.source.cite} [{marked(self.source)}])" if self.source else ""
        return f"{named}{self.text}{cited}"


@dataclass(frozen=True)
class ClassView:
    """A chip's class."""

    name: str
    tpp: float
    density: float | None
    possible: tuple[str, ...]
    within_91_fr_1684: bool | None
    steps: tuple[StepView, ...]

    @classmethod
    def of(cls, chip: ChipFigures, found: Classification) -> ClassView:
        """From a classification."""
        return cls(
            chip.name,
            chip.tpp,
            chip.density,
            tuple(each.value for each in found.possible),
            within_case_limits(chip),
            tuple(StepView.of(Step(ground.text, source=ground.source)) for ground in found.grounds),
        )


@dataclass(frozen=True)
class ClassesView:
    """Chips' classes on a day."""

    schema: ClassVar[str] = "mooring.policy.classify/1"

    on: str
    chips: tuple[ClassView, ...]
    unrated: tuple[str, ...]
    """Chips without a figure of speed."""

    def text(self) -> str:
        """The steps of one chip, or a table of several."""
        if len(self.chips) == 1 and not self.unrated:
            chip = self.chips[0]
            steps = [f"  {step.text_line()}" for step in chip.steps]
            return "\n".join([f"{chip.name}: {' or '.join(chip.possible)}", *steps])
        known = {True: "yes", False: "no", None: "unknown"}
        lines = [
            (
                chip.name,
                f"{chip.tpp:,.0f}",
                "-" if chip.density is None else f"{chip.density:.2f}",
                " or ".join(chip.possible),
                known[chip.within_91_fr_1684],
            )
            for chip in self.chips
        ]
        lines += [(name, "unknown", "-", "unknown", "unknown") for name in self.unrated]
        return table(("CHIP", "TPP", "TPP/MM2", f"CLASS ON {self.on}", "91 FR 1684"), lines)


@dataclass(frozen=True)
class CapView:
    """A quantity and its limit, in TPP."""

    rule: str
    per: str
    limit_tpp: float
    before_tpp: float
    after_tpp: float
    within: bool


@dataclass(frozen=True)
class DecisionView:
    """What one preset says."""

    preset: str
    on: str
    outcome: str
    standing: str
    licence_needed: bool
    exception: str | None
    presumption: str | None
    permits: bool
    refusals: tuple[str, ...]
    caps: tuple[CapView, ...]
    steps: tuple[StepView, ...]
    recalled: tuple[SourceView, ...]

    @classmethod
    def of(cls, decision: Decision) -> DecisionView:
        """From a decision."""
        return cls(
            decision.preset.name,
            str(decision.on),
            decision.summary(),
            decision.standing.value,
            decision.licence_needed,
            decision.exception,
            decision.presumption.value if decision.presumption else None,
            decision.permits,
            decision.refusals,
            tuple(
                CapView(
                    cap.rule,
                    cap.per.value,
                    cap.limit_tpp,
                    cap.before_tpp,
                    cap.after_tpp,
                    cap.within,
                )
                for cap in decision.caps
            ),
            tuple(StepView.of(step) for step in decision.steps),
            tuple(SourceView.of(each) for each in decision.recalled),
        )

    def text(self) -> str:
        """The outcome and how it came about."""
        lines = [f"{self.preset} on {self.on}: {self.outcome}"]
        lines += [f"  {step.text_line()}" for step in self.steps]
        lines += [
            f"  {cap.per}: {cap.after_tpp:,.0f} of {cap.limit_tpp:,.0f} TPP"
            f" ({'kept' if cap.within else 'EXCEEDED'}; {cap.rule})"
            for cap in self.caps
        ]
        return "\n".join([*lines, *(f"  {line}" for line in recalled_lines(self.recalled))])


@dataclass(frozen=True)
class DecisionsView:
    """What the presets say, and what follows for an authority."""

    schema: ClassVar[str] = "mooring.policy.decide/1"

    permits: bool
    mode_conflicts: tuple[str, ...]
    decisions: tuple[DecisionView, ...]

    def text(self) -> str:
        """All decisions, then what follows."""
        parts = [decision.text() for decision in self.decisions]
        parts += [f"Refused: {conflict}" for conflict in self.mode_conflicts]
        follows = "may license the chip" if self.permits else "must not license the chip"
        return "\n\n".join([*parts, f"An authority {follows}. {NOT_ADVICE}"])


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)
