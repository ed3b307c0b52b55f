# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Burning a plan into a chip. Every step can be interrupted and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mooring_host.chip import ChipClient
from mooring_host.errors import ProtocolError, Refused
from mooring_host.fuses.diff import FuseDiff, diff
from mooring_host.fuses.plan import BurnStep, FusePlan
from mooring_host.states import Lifecycle


@dataclass(frozen=True)
class BurnReport:
    """What was burned."""

    diff: FuseDiff
    burned: tuple[BurnStep, ...]
    """The steps that were still needed."""
    lifecycle: Lifecycle


def _ignore(_: BurnStep) -> None:
    """Nobody watches."""


def burn(
    client: ChipClient, plan: FusePlan, *, on_step: Callable[[BurnStep], None] = _ignore
) -> BurnReport:
    """Burns what the plan still needs, for good, and checks the whole map.

    An interrupted burn goes on where it stopped when it is run again.

    Raises:
        Refused: the plan can never be burned into this chip; nothing was burned.
        ProtocolError: the chip's fuses are not what was burned.
    """
    fuses = client.fuses()
    found = diff(fuses, plan)
    if found.conflicts:
        raise Refused(
            "burn the fuses", found.conflicts, "Nothing was burned. Compare: mooring fuse show"
        )
    for step in found.steps:
        on_step(step)
        back = client.burn(step.field, step.value, step.index)
        if back != step.value:
            raise ProtocolError(
                f"burn {step.name}",
                f"read back {back.hex()}, expected {step.value.hex()}",
                "Run the same command again; if it happens again, the fuse is defective.",
            )
    after = client.fuses()
    if after.map_digest != plan.digest:
        raise ProtocolError(
            "check the fuse map",
            f"its digest is {after.map_digest.hex()[:16]}…, expected {plan.digest.hex()[:16]}…",
            "Compare: mooring fuse show, mooring fuse plan. Do not lock this chip.",
        )
    return BurnReport(found, found.steps, after.lifecycle)


def lock(client: ChipClient, plan: FusePlan) -> Lifecycle:
    """Takes the chip to production, for good, if its fuses are exactly the plan's."""
    return client.lock(plan.digest)
