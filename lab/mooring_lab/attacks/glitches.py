# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Glitches while a licence is judged that must be refused: on the bus, and in the CPU.

Samples only; `mooring attack faults` is for campaigns.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from mooring_firmware.images import SHIPPED
from mooring_host.errors import ChipError, TransportError
from mooring_host.token import SequenceBound
from mooring_lab.attacks.logic import raised, with_signature
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import Stand, Tokens
from mooring_lab.attacks.trial import Trial
from mooring_lab.faults.models import Model
from mooring_lab.faults.outcome import Outcome as Found
from mooring_lab.faults.worker import engine, population
from mooring_models import AccessCut, PassThrough
from mooring_models.faults import BusAccess

GLITCHES: Final = 24
NEVER: Final = 1 << 40
SCENARIO: Final = "wrong-chip"


class _Glitch(PassThrough):
    """Spoils one access of the bus: a write does not happen, a read is all ones.

    Attributes:
        struck: what was spoiled, once it has been.
    """

    def __init__(self, at: int) -> None:
        self._left = at
        self.struck: BusAccess | None = None

    def _now(self, access: BusAccess) -> bool:
        self._left -= 1
        if self._left == -1:
            self.struck = access
        return self._left == -1

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """The data, or all ones."""
        return b"\xff" * len(data) if self._now(access) else data

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """The data, or nothing."""
        return None if self._now(access) else data


@attack(
    "glitch",
    "The bus is glitched once while a licence is judged that must be refused",
    Source(Work.OFF_SWITCHES, "Voltage/laser glitch"),
    adversary=Adversary.FAULTS,
    prize="a gate that opens for a licence that is not good",
    expected=Outcome.PREVENTED,
    because="two judgements, flow counters, and the gate compares for itself",
    tests=("firmware/rom/test_bus_faults.py", "firmware/rom/test_memory_faults.py"),
)
def glitch(trial: Trial) -> None:
    stand, other = trial.stand(), trial.stand("other chip")
    forged = stand.tokens(SequenceBound(1, 1))
    forged = Tokens(forged.location, with_signature(forged.licence, raised), forged.form)
    for name, tokens in (
        ("a forged signature", forged),
        ("another chip's licence", other.tokens(SequenceBound(1, 1))),
    ):
        before = stand.capture()
        meter = AccessCut(NEVER)
        stand.chip.bus.interposer = meter
        _load_somehow(stand, tokens)
        opened = 0
        for at in sorted(trial.dice.sample(range(meter.seen), GLITCHES)):
            stand.restore(before)
            fault = _Glitch(at)
            stand.chip.bus.interposer = fault
            _load_somehow(stand, tokens)
            opened += stand.open
        stand.restore(before)
        trial.attempt(
            f"{name}, {GLITCHES} of {meter.seen} bus accesses glitched, sampled",
            opened > 0,
            f"the gate opened {opened} times",
        )
    stand.load()
    trial.scene("a good licence is accepted", stand.computes())


def _load_somehow(stand: Stand, tokens: Tokens) -> None:
    """Sends tokens to a chip that may refuse them, or not answer any more."""
    try:
        stand.load_once(tokens)
    except (ChipError, TransportError):
        return


class _Skips(NamedTuple):
    """A small campaign.

    Attributes:
        tried: instructions that were skipped, each in a run of its own.
        opened: how often the gate opened.
    """

    tried: int
    opened: int


@cache
def _skips(image: str) -> _Skips:
    """Skips each instruction at the heart of the decision, once."""
    ready = engine(SCENARIO, image)
    faults = population(ready, Model.SKIP_1)
    struck = [ready.strike(faults[faults.heart(place)]) for place in range(faults.hearts)]
    return _Skips(len(struck), sum(each.outcome is Found.OPENED for each in struck))


@attack(
    "skipped-instruction",
    "An instruction of the ROM is skipped while another chip's licence is judged",
    Source(Work.OFF_SWITCHES, "Voltage/laser glitch"),
    adversary=Adversary.FAULTS,
    prize="a gate that opens for another chip's licence",
    expected=Outcome.PREVENTED,
    because="two judgements in two encodings, and flow counters; fault campaigns try far more",
    tests=("lab/test_attacks.py",),
)
def skipped_instruction(trial: Trial) -> None:
    control, shipped = _skips(f"{SHIPPED}-naive"), _skips(SHIPPED)
    trial.scene(
        "a naive ROM, which the same faults must open",
        control.opened > 0,
        f"{control.tried} skips at the heart of its decision, {control.opened} open the gate",
    )
    trial.attempt(
        "the shipped RV32IMC image, whatever back end was asked for",
        shipped.opened > 0,
        f"{shipped.tried} skips at the heart of its decision, {shipped.opened} open the gate",
    )


ATTACKS: Final = (glitch, skipped_instruction)
