# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A plan as tables: for a terminal, and in Markdown for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from mooring_host.cli.kit import table
from mooring_lab.planning.plan import Assumptions, Plan, SiteBudgets
from mooring_lab.planning.sites import LeftOut

PAGE_HEAD: Final = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- SPDX-FileCopyrightText: 2026 The Mooring Authors -->

# Where landmarks are needed

This page is written by `make plan-landmarks`.
The numbers are also in [landmark-planning.json](landmark-planning.json).
PRC is the People's Republic of China with Hong Kong and Macau; D:5 is that country group \
with Hong Kong and Macau as of {day}.

![{title}]({figure})
"""
PLAN_TEXT: Final = """
## Landmarks

A landmark serves a site if the round trip to be expected excludes the zone at {speed:.1f} km/ms.
Expected are {fixed:g} ms and {inflation:g} times the time of a straight fibre at 200 km/ms.
The candidates are the sites themselves.
A landmark is taken to cost {landmark:,.0f} USD a year, and the software {software:,.0f} USD once.
"""
BUDGET_TEXT: Final = """
## Budgets

Below such a round trip, in milliseconds, a landmark beside the site excludes the zone.
The first figure holds for any signal, the second if none is faster than 200 km/ms.
The last column is what excludes every other country.
"""
PLAN_HEAD: Final = (
    "ZONE",
    "SITES",
    "LANDMARKS",
    "SMALLEST",
    "USD A YEAR",
    "USD IN ALL",
    "NOT SERVED",
)


@dataclass(frozen=True)
class PlanView:
    """Budgets and plans."""

    schema: ClassVar[str] = "mooring.location.plan/1"

    groups_on: str
    """The day whose country groups were asked for."""
    assumed: Assumptions
    entries: int
    """Of the table, with those of one place counted apart."""
    budgets: tuple[SiteBudgets, ...]
    plans: tuple[Plan, ...]
    left_out: tuple[LeftOut, ...]
    """Entries without a position."""
    bad_rows: tuple[str, ...]
    files: tuple[str, ...]

    def text(self) -> str:
        """Budgets, plans, and what was left out."""
        parts = [
            f"{len(self.budgets)} sites of {self.entries} entries.",
            table(self._budget_head(), self._budget_rows()),
            table(PLAN_HEAD, self._plan_rows()),
        ]
        parts += [f"{each.zone}: landmarks at {', '.join(each.landmarks)}." for each in self.plans]
        if self.left_out:
            lines = [(each.row, each.name, each.location, each.why) for each in self.left_out]
            parts.append(f"Left out, {len(lines)} entries:")
            parts.append(
                table(("ROW", "NAME", "LOCATION", "WHY"), [_one_line(line) for line in lines])
            )
        if self.bad_rows:
            parts.append("Bad rows:\n" + "\n".join(f"  {row}" for row in self.bad_rows))
        return "\n\n".join(parts)

    def markdown(self, title: str, figure: str) -> str:
        """The page."""
        assumed = self.assumed
        parts = [
            PAGE_HEAD.format(day=self.groups_on, title=title, figure=figure),
            PLAN_TEXT.format(
                speed=assumed.bound_km_per_ms,
                fixed=assumed.fixed_ms,
                inflation=assumed.inflation,
                landmark=assumed.landmark_cost_usd,
                software=assumed.software_cost_usd,
            ),
            _markdown(PLAN_HEAD, self._plan_rows()),
            *(f"\n{each.zone}: {', '.join(each.landmarks)}.\n" for each in self.plans),
            BUDGET_TEXT,
            _markdown(self._budget_head(), self._budget_rows()),
        ]
        if self.left_out:
            parts.append(f"\n{len(self.left_out)} entries have no sure position.\n")
        return "".join(parts)

    def _plan_rows(self) -> list[tuple[str, ...]]:
        return [
            (
                each.zone,
                str(each.sites),
                str(len(each.landmarks)),
                "yes" if each.optimal else f"at least {each.least}",
                f"{each.yearly_usd:,.0f}",
                f"{each.total_usd:,.0f}",
                ", ".join((*each.unserved, *(f"{name} (in it)" for name in each.in_zone))) or "-",
            )
            for each in self.plans
        ]

    def _budget_head(self) -> tuple[str, ...]:
        zones = self.budgets[0].zones if self.budgets else ()
        return ("SITE", "COUNTRY", *(zone.zone for zone in zones), "COUNTRY ALONE")

    def _budget_rows(self) -> list[tuple[str, ...]]:
        return [
            (
                each.site.name,
                each.site.country,
                *(
                    f"{zone.light_ms:.2f} / {zone.fibre_ms:.2f} ({zone.nearest})"
                    for zone in (*each.zones, each.country)
                ),
            )
            for each in self.budgets
        ]


def _one_line(fields: Sequence[object]) -> tuple[str, ...]:
    return tuple(" ".join(str(field).split())[:60] for field in fields)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    # Upper case is for terminals, except of names.
    kept = ("PRC", "D:5")
    names = [word if word in kept else word.lower().replace("usd", "USD") for word in head]
    lines = [names, ["---"] * len(names), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
