# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Several presets at once, and whether they can be had together, and with a chip's fused mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from mooring_host.errors import UsageError
from mooring_host.policy.catalogue import preset
from mooring_host.policy.decide import decide
from mooring_host.policy.decision import Decision
from mooring_host.policy.preset import ChipAction, Preset, ReportKind
from mooring_host.policy.transaction import Transaction
from mooring_host.states import Mode


@dataclass(frozen=True)
class Regime:
    """The presets that an authority goes by, at least one."""

    presets: tuple[Preset, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Regime:
        """The presets of these names.

        Raises:
            UsageError: there is no such preset, one is named twice, or two contradict each
                other: one has a chip hindered, the other forbids it.
        """
        return cls.of_presets(tuple(preset(name) for name in names))

    @classmethod
    def of_presets(cls, chosen: tuple[Preset, ...]) -> Regime:
        """These presets; errors as in `of`, but for unknown names."""
        attempted = "combine presets"
        if not chosen:
            raise UsageError(attempted, "none is named", "See all: mooring policy list")
        if len({each.name for each in chosen}) < len(chosen):
            raise UsageError(attempted, "one is named twice")
        for strict, mild in permutations(chosen, 2):
            if conflict := _conflict(strict, mild):
                raise UsageError(attempted, conflict)
        return cls(chosen)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the presets."""
        return tuple(each.name for each in self.presets)

    def decide(self, given: Transaction, on: date) -> tuple[Decision, ...]:
        """What each preset says."""
        return tuple(decide(given, on, each) for each in self.presets)

    def mode_conflicts(self, mode: Mode) -> tuple[str, ...]:
        """Why these presets cannot be had with a chip of this fused mode; empty if they can."""
        return tuple(
            f"the chip is fused to {mode.name}, which {each.name} forbids ({each.chip.source})"
            for each in self.presets
            if each.chip is not None and mode in {action.mode for action in each.chip.must_not}
        )

    def reporting(self, kind: ReportKind, on: date) -> Preset | None:
        """The first preset under which this must be reported on a day, if any."""
        for each in self.presets:
            if each.report is not None and each.in_force(on) and kind in each.report.kinds:
                return each
        return None


def _conflict(strict: Preset, mild: Preset) -> str:
    if mild.chip is None or strict.chip is None:
        return ""
    wanted: set[ChipAction] = {strict.chip.on_mismatch, strict.chip.on_no_licence}
    for action in mild.chip.must_not:
        if action in wanted:
            return (
                f"{strict.name} has the chip do {action.value} ({strict.chip.source}), "
                f"{mild.name} forbids it ({mild.chip.source})"
            )
    return ""
