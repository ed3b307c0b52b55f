# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What an attack of the catalogue is, and what a run of it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring_lab.attacks.trial import Trial


class Outcome(Enum):
    """What comes of an attack; a run finds it from what happened, never from what is stated."""

    PREVENTED = "prevented"
    """The attacker does not get what he wanted."""
    DETECTED = "detected"
    """He gets it, and an authority that looks sees that something is wrong."""
    NOT_STOPPED = "not stopped"
    """He gets it, and nothing tells: a limit of the design, stated in the threat model."""


class Adversary(Enum):
    """Who attacks, by the letters of docs/threat-model.md."""

    LINE = "N: holds the serial line"
    OWNER = "O: owns the board"
    FAULTS = "F: injects faults"
    THIEF = "K: has stolen issuers' keys"
    DEVICE_THIEF = "D: has the device's key"
    SUPPLY = "P: handles the chip before it is locked"
    INSIDER = "I: has wrong tokens signed"
    NOBODY = "an accident, no attacker"
    BEYOND = "beyond the model: edits the die, or breaks the mathematics"

    @property
    def letter(self) -> str:
        """The letter, or a dash for what the threat model leaves out."""
        return self.value[0] if self.value[1] == ":" else "-"


class Work(Enum):
    """Where an attack is named."""

    OFF_SWITCHES = "arXiv 2509.07637, attacks"
    """Petrie, Embedded Off-Switches for AI Compute (2025)."""
    OFFLINE = "arXiv 2404.18308, attacks"
    """Petrie, Near-Term Enforcement with Offline Licensing (2024)."""
    MODEL = "docs/threat-model.md"
    """Found while this chip was designed."""


@dataclass(frozen=True)
class Source:
    """A place in a work.

    Attributes:
        work: the paper or page.
        item: what the attack is called there.
    """

    work: Work
    item: str

    def __str__(self) -> str:
        return f"{self.work.value}: {self.item}"


@dataclass(frozen=True)
class Attack:
    """One attack that can be tried on an emulated chip.

    Attributes:
        name: on the command line.
        title: in a sentence's beginning.
        sources: where it is named.
        adversary: who can do it.
        prize: what he is after.
        expected: the outcome that docs/threat-model.md states.
        because: what stops it; or, for one that is not stopped, which limit that is.
        tests: the tests that prove the outcome more widely than one run, below `tests/`.
        act: does it.
    """

    name: str
    title: str
    sources: tuple[Source, ...]
    adversary: Adversary
    prize: str
    expected: Outcome
    because: str
    tests: tuple[str, ...]
    act: Callable[[Trial], None] = field(repr=False)


def attack(
    name: str,
    title: str,
    *sources: Source,
    adversary: Adversary,
    prize: str,
    expected: Outcome,
    because: str,
    tests: tuple[str, ...],
) -> Callable[[Callable[[Trial], None]], Attack]:
    """Makes an `Attack` of the function that does it."""

    def decorate(act: Callable[[Trial], None]) -> Attack:
        return Attack(name, title, sources, adversary, prize, expected, because, tests, act)

    return decorate


class Kind(Enum):
    """What a step of a run says."""

    SCENE = "scene"
    """Something that must hold for the attack to mean anything."""
    ATTEMPT = "attempt"
    """The attacker reaches for his prize."""
    WATCH = "watch"
    """What an authority sees."""


@dataclass(frozen=True)
class Step:
    """One thing that was seen in a run.

    Attributes:
        kind: what it is about.
        claim: what was tried or looked at.
        seen: what came of it, if the claim does not say so already.
        held: whether the run went on as written; a False is a defect of chip or catalogue.
        telling: an attempt that got the prize, or a watch that saw the attack.
    """

    kind: Kind
    claim: str
    seen: str
    held: bool = True
    telling: bool = False


@dataclass(frozen=True)
class Report:
    """A run of one attack.

    Attributes:
        attack: which.
        steps: what was seen, in order.
    """

    attack: Attack
    steps: tuple[Step, ...]

    def _told(self, kind: Kind) -> bool:
        return any(step.telling for step in self.steps if step.kind is kind)

    @property
    def outcome(self) -> Outcome:
        """What came of it, by what was seen."""
        if not self._told(Kind.ATTEMPT):
            return Outcome.PREVENTED
        return Outcome.DETECTED if self._told(Kind.WATCH) else Outcome.NOT_STOPPED

    @property
    def as_stated(self) -> bool:
        """Whether every step held, an attempt was made, and the outcome is the stated one."""
        tried = any(step.kind is Kind.ATTEMPT for step in self.steps)
        return (
            tried
            and all(step.held for step in self.steps)
            and self.outcome is (self.attack.expected)
        )
