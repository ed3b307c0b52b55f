# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How differences of the rules between two days are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mooring_host.cli._policy import (
    NOT_ADVICE,
    RuleView,
    SourceView,
    marked,
    recalled_lines,
    rule_line,
)
from mooring_host.policy.diff import Difference


@dataclass(frozen=True)
class MemberChangeView:
    """A country that joined or left a group."""

    on: str
    group: str
    iso: str
    joined: bool
    source: SourceView


@dataclass(frozen=True)
class RuleChangeView:
    """A rule that began or ended to hold."""

    began: bool
    rule: RuleView


@dataclass(frozen=True)
class OutcomeChangeView:
    """Countries for which a chip's outcome changed alike."""

    role: str
    chip: str
    before: str
    after: str
    countries: tuple[str, ...]


@dataclass(frozen=True)
class DifferenceView:
    """What changed for whom."""

    schema: ClassVar[str] = "mooring.policy.diff/1"

    preset: str
    first: str
    second: str
    members: tuple[MemberChangeView, ...]
    rules: tuple[RuleChangeView, ...]
    outcomes: tuple[OutcomeChangeView, ...]
    recalled: tuple[SourceView, ...]

    @classmethod
    def of(cls, found: Difference) -> DifferenceView:
        """From a difference."""
        return cls(
            found.preset.name,
            str(found.first),
            str(found.second),
            tuple(
                MemberChangeView(str(m.on), m.group, m.iso, m.joined, SourceView.of(m.source))
                for m in found.members
            ),
            tuple(RuleChangeView(each.began, RuleView.of(each.rule)) for each in found.rules),
            tuple(
                OutcomeChangeView(o.role, o.chip, o.before, o.after, o.countries)
                for o in found.outcomes
            ),
            tuple(SourceView.of(each) for each in found.recalled),
        )

    def text(self) -> str:
        """Groups, rules, outcomes."""
        lines = [f"{self.preset}, from {self.first} to {self.second}"]
        lines += [
            f"{m.on}: {m.iso} {'joins' if m.joined else 'leaves'} {m.group}"
            f" ({m.source.cite} [{marked(m.source)}])"
            for m in self.members
        ]
        lines += [
            f"{'begins' if each.began else 'ends'}: {rule_line(each.rule)}" for each in self.rules
        ]
        for o in self.outcomes:
            count = len(o.countries)
            who = f"{count} countr{'y' if count == 1 else 'ies'}: {' '.join(o.countries)}"
            where = "" if o.role == "destination" else ", chips in a third country"
            lines.append(f"{o.chip}; {o.role} in {who}{where}\n  {o.before} -> {o.after}")
        if len(lines) == 1:
            lines.append("Nothing changed.")
        return "\n".join([*lines, *recalled_lines(self.recalled), NOT_ADVICE])
