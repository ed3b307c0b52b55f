# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Options that describe a fuse plan, or name the file in which it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click

from mooring_host.cli._app import App
from mooring_host.cli._files import read_text
from mooring_host.cli._records import records, records_if_any
from mooring_host.cli._types import DURATION, IN_FILE, LABEL, HexBytes
from mooring_host.errors import Refused, UsageError
from mooring_host.fuses import FusePlan, read_batch
from mooring_host.fuses.plan import BLANK_ROOT
from mooring_host.policy.regime import Regime
from mooring_host.states import Mode
from mooring_host.wire.provisioning import ROOT_DIGEST_BYTES

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_LIFETIME_S: Final = 30 * 86400
MAX_BATCH: Final = 64 << 20

Plans = tuple[tuple[str | None, FusePlan], ...]


@dataclass(frozen=True)
class PlanGiven:
    """What was said of the plan."""

    mode: str | None
    throttle: int
    max_lifetime: int | None
    allow_sequence: bool
    root: tuple[bytes, ...]
    batch: Path | None
    label: str | None

    def plans(self, app: App) -> Plans:
        """The plan, or those of the batch file.

        Raises:
            FileError: naming row and column of the batch file.
            Refused: the authority's presets forbid chips of that mode.
            UsageError: the options contradict each other, or no row has the label.
        """
        plans = self._given(app)
        _refuse_forbidden_modes(app, plans)
        return plans

    def _given(self, app: App) -> Plans:
        if self.batch is None:
            return ((self.label, self._single(app)),)
        if self.mode or self.throttle or self.max_lifetime or self.allow_sequence or self.root:
            raise UsageError("plan the fuses", "found both --batch and options of a single plan")
        rows = read_batch(read_text(self.batch, MAX_BATCH), str(self.batch))
        chosen = tuple((row.label, row.plan) for row in rows if self.label in (None, row.label))
        if not chosen:
            raise UsageError("plan the fuses", f"no row of {self.batch} has label {self.label!r}")
        return chosen

    def plan(self, app: App) -> tuple[str | None, FusePlan]:
        """The one plan; errors as in `plans`."""
        found = self.plans(app)
        if len(found) > 1:
            raise UsageError(
                "plan the fuses",
                f"{self.batch} has {len(found)} rows, and one chip is on the port",
                "Say which with --label.",
            )
        return next(iter(found))

    def _single(self, app: App) -> FusePlan:
        return FusePlan(
            mode=Mode[(self.mode or Mode.DENY.name).upper()],
            max_lifetime=self.max_lifetime if self.max_lifetime is not None else DEFAULT_LIFETIME_S,
            roots=self.root or _authority_roots(app),
            throttle=self.throttle,
            allow_sequence=self.allow_sequence,
        )


def _authority_roots(app: App) -> tuple[bytes, ...]:
    """The root digests of the authority, each in its slot."""
    with records(app) as authority:
        by_slot = {root.slot: root.digest for root in authority.roots()}
    return tuple(by_slot.get(slot, BLANK_ROOT) for slot in range(max(by_slot, default=0) + 1))


def _refuse_forbidden_modes(app: App, plans: Plans) -> None:
    """A mode is burned for good: what the export rules forbid is refused before it is."""
    authority = records_if_any(app)
    if authority is None:
        return
    with authority:
        names = authority.presets()
    if not names:
        return
    regime = Regime.of(names)
    conflicts = {text for _, plan in plans for text in regime.mode_conflicts(plan.mode)}
    if conflicts:
        raise Refused(
            "plan the fuses",
            tuple(sorted(conflicts)),
            "Plan mode report, or choose other presets: mooring authority policy --help",
        )


def plan_options(function: F) -> F:
    """The fields of `PlanGiven`, by name."""
    for option in (
        click.option("--label", type=LABEL, help="What to call the chip; with --batch: which row."),
        click.option(
            "--batch", type=IN_FILE, help="CSV file with one plan a row, instead of the others."
        ),
        click.option(
            "--root",
            type=HexBytes(ROOT_DIGEST_BYTES),
            multiple=True,
            help="SHA-384 of a root key, slot 0 first.  [default: the authority's roots]",
        ),
        click.option(
            "--allow-sequence", is_flag=True, help="Accept sequence-bound licences as well."
        ),
        click.option(
            "--max-lifetime",
            type=DURATION,
            help="No grant lives longer.  [default: 30d]",
        ),
        click.option(
            "--throttle",
            type=click.IntRange(0, 65535),
            default=0,
            help="Speed without a grant in mode throttle, in 1/65536.",
        ),
        click.option(
            "--mode",
            type=click.Choice([mode.name.lower() for mode in Mode]),
            help="What the gate does without a grant.  [default: deny]",
        ),
    ):
        function = option(function)
    return function
