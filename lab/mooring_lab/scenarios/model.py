# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A scenario as its file has it: who is where, what happens, and what is expected to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeAlias

from mooring_host.policy import Regions
from mooring_host.policy.transaction import Transaction
from mooring_host.registry.evidence import Sight
from mooring_lab.scenarios.vocabulary import Facts, Family


@dataclass(frozen=True)
class Place:
    """A point that has a name."""

    name: str
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True)
class Chip:
    """A registered chip and where it really is."""

    name: str
    at: str
    """A place."""
    belongs: str
    """The zone that the registry has."""
    product: str = "H100"
    user: str = "Example Cloud"
    switched_on: bool = True


@dataclass(frozen=True)
class Landmark:
    """A landmark and what is wrong with it."""

    name: str
    at: str
    """Where it is registered."""
    really_at: str
    """Where it is."""
    lie_ms: float = 0.0
    """Added to each round trip that it reports."""


@dataclass(frozen=True)
class Network:
    """How signals travel: the same for all routes of a scenario."""

    inflation: float = 1.7
    """Length of a route over the great circle; 1.7 is the median that was measured."""
    fixed_ms: float = 0.5
    """On top of every round trip."""


class Timer(Enum):
    """Whose clock times a round trip."""

    LANDMARK = "landmark"
    CHIP = "chip"


class Method(Enum):
    """Which landmarks are asked."""

    NETWORK = "network"
    COLOCATED = "colocated"


@dataclass(frozen=True)
class Locate:
    """Landmarks time a chip, and the verifier draws its conclusion."""

    chip: str
    landmarks: tuple[str, ...]
    method: Method = Method.NETWORK
    relays: tuple[str, ...] = ()
    """Places that the signal is led through."""
    answered_from: str | None = None
    """A device with a copy of the chip's key answers from here."""
    delay_ms: float = 0.0
    timer: Timer = Timer.LANDMARK
    clock_rate: float = 1.0
    """Of the chip's clock against a true one."""
    outliers: int = 0
    largest_radius_km: float | None = None


@dataclass(frozen=True)
class Inspect:
    """An inspector states where the chip stands; no landmark is needed."""

    chip: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Boot:
    """The chip is switched off and on, asks for a licence, and is given work.

    The authority goes by what was found last.
    """

    chip: str
    outside: tuple[str, ...]
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compute:
    """The chip is given a matrix product."""

    chip: str


@dataclass(frozen=True)
class Move:
    """The chip is unplugged and carried away."""

    chip: str
    to: str


@dataclass(frozen=True)
class Wait:
    """Time passes."""

    hours: float


@dataclass(frozen=True)
class Export:
    """A sale is put to export rules; sales before it in the scenario count."""

    preset: str
    on: date
    sale: Transaction
    consignees: int = 1
    """The same sale to so many consignees, one after the other."""


class Attacks(Enum):
    """What can be tried on a chip."""

    REPLAY = "replay"
    OTHER_CHIP = "other-chip"
    OLD_COUNTER = "old-counter"
    OLD_FIRMWARE = "old-firmware"
    OLD_TRUST_LIST = "old-trust-list"
    BLOCKED_MEMORY = "blocked-memory"
    LICENCE_KEY = "one-stolen-key"
    BOTH_KEYS = "both-stolen-keys"


@dataclass(frozen=True)
class Attack:
    """Somebody works on a chip."""

    chip: str
    what: Attacks


@dataclass(frozen=True)
class Attest:
    """The chip signs for its state and its log, and the desk weighs that."""

    chip: str


@dataclass(frozen=True)
class Compare:
    """What the chip and the device with its copied key attest is compared."""

    chip: str
    copy_at: str


@dataclass(frozen=True)
class Visit:
    """Somebody goes there and looks."""

    chip: str
    found: Sight
    text: str


@dataclass(frozen=True)
class Count:
    """Every registered chip is asked to sign; those that do not are missing."""


@dataclass(frozen=True)
class Glitch:
    """Analytic: one of many blocks is made to open; no chip has such blocks here."""

    blocks: int
    opened: int


Step: TypeAlias = (
    Locate
    | Inspect
    | Boot
    | Compute
    | Move
    | Wait
    | Export
    | Attack
    | Attest
    | Compare
    | Visit
    | Count
    | Glitch
)


class Standing(Enum):
    """What a scenario says of the mechanism."""

    HOLDS = "holds"
    SILENT = "silent"
    """It says nothing about what matters here."""
    DEFEATED = "defeated"
    """It is made to say what is false, or lets through what it should not."""


@dataclass(frozen=True)
class Original:
    """The scenario as it was first compiled, word for word."""

    setup: str
    boot_denying: str
    chip_security_act: str


@dataclass(frozen=True)
class Correction:
    """Where that turned out wrong."""

    was: str
    now: str
    because: str
    source: str


@dataclass(frozen=True)
class Scenario:
    """All of it."""

    id: str
    name: str
    text: str
    standing: Standing
    lesson: str
    """In plain words."""
    places: Mapping[str, Place]
    zones: Mapping[str, tuple[str, ...]]
    """Unions of countries, by codes."""
    regions: Regions
    """How Hong Kong and Macau count for the zone d5."""
    chips: tuple[Chip, ...]
    landmarks: tuple[Landmark, ...]
    network: Network
    steps: tuple[Step, ...]
    expected: Mapping[Family, Facts]
    original: Original | None
    corrections: tuple[Correction, ...]

    @property
    def analytic(self) -> bool:
        """Whether nothing is run."""
        return all(isinstance(step, Glitch) for step in self.steps)
