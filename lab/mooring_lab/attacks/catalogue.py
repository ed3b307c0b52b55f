# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""All attacks, in the order in which they are told, and how to run them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from mooring_host.errors import ChipError, TransportError
from mooring_lab.attacks import (
    clock,
    cuts,
    glitches,
    keys,
    logic,
    noise,
    physical,
    reuse,
    rom,
    service,
    storage,
)
from mooring_lab.attacks.model import Attack, Report
from mooring_lab.attacks.trial import Trial
from mooring_lab.errors import LabError


@dataclass(frozen=True)
class Family:
    """Attacks of one manner.

    Attributes:
        title: what they have in common.
        attacks: the attacks.
    """

    title: str
    attacks: tuple[Attack, ...]


FAMILIES: Final = (
    Family("Logic", logic.ATTACKS),
    Family("Glitches", glitches.ATTACKS),
    Family("Licences used otherwise than meant", reuse.ATTACKS),
    Family("Power", cuts.ATTACKS),
    Family("Memory and fuses", storage.ATTACKS),
    Family("Noise", noise.ATTACKS),
    Family("Clock", clock.ATTACKS),
    Family("Keys", keys.ATTACKS),
    Family("The die, and ways around the gate", physical.ATTACKS),
    Family("ROM and supply chain", rom.ATTACKS),
    Family("Service", service.ATTACKS),
)
CATALOGUE: Final = tuple(attack for family in FAMILIES for attack in family.attacks)


def find(name: str) -> Attack:
    """The attack of that name; raises `LabError`."""
    for attack in CATALOGUE:
        if attack.name == name:
            return attack
    raise LabError(
        f"find the attack {name!r}", "the catalogue has none of that name", "mooring attack list"
    )


def run(attack: Attack, *, cpu: str = "native", seed: int = 0) -> Report:
    """Runs one attack on new emulated chips.

    Args:
        attack: of the catalogue.
        cpu: back end that runs the ROM.
        seed: of keys, noise and the attacker's choices; the same one shows the same.

    Raises:
        ChipStateError: there is no such back end.
    """
    trial = Trial(attack, cpu, seed)
    try:
        attack.act(trial)
    except (ChipError, TransportError) as error:
        # What the attacker himself is refused, the trial has written down.
        trial.scene("the run goes on as it is written", False, str(error))
    return trial.report


def run_all(
    attacks: Iterable[Attack] = CATALOGUE,
    *,
    cpu: str = "native",
    seed: int = 0,
    begin: Callable[[Attack], None] | None = None,
) -> tuple[Report, ...]:
    """Runs several attacks, each on chips of its own; `begin` is told as each begins."""
    reports: list[Report] = []
    for attack in attacks:
        if begin is not None:
            begin(attack)
        reports.append(run(attack, cpu=cpu, seed=seed))
    return tuple(reports)
