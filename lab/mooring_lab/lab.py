# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a laboratory can do to a chip beside talking to it over its serial line.

`Lab` is satisfied by a chip in this process (`mooring_lab.board.Board`) and, over the lab
socket, by one that `mooring chip run` serves (`mooring_lab.control.LabControl`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from mooring_models.faults import Tear
from mooring_models.trng import NoiseFault


class Direction(Enum):
    """Which way bytes go on the line."""

    TO_CHIP = "to-chip"
    FROM_CHIP = "from-chip"


class NoiseKind(Enum):
    """What happens to a byte that noise hits."""

    DROP = "drop"
    DOUBLE = "double"
    FLIP = "flip"
    INSERT = "insert"


@dataclass(frozen=True)
class Noise:
    """Noise on one direction of the line.

    Attributes:
        kind: what happens to a byte that is hit.
        rate: probability that a byte is hit, 0 to 1.
        seed: the same seed hits the same bytes.
    """

    kind: NoiseKind
    rate: float
    seed: int = 0


class CutAt(Enum):
    """What is counted towards a power cut."""

    ACCESS = "access"
    NVRAM_WRITE = "nvram-write"
    OTP_WRITE = "otp-write"


class Lab(Protocol):
    """Hands on the board: time, supply, reset line, faults, storage.

    Every method may raise `mooring_lab.errors.LabError`.
    """

    def now_s(self) -> float:
        """Virtual seconds since the board was made."""
        ...

    def advance(self, seconds: float, /) -> None:
        """Lets virtual time pass at once."""
        ...

    def reset(self) -> None:
        """Pulls the reset line and lets go."""
        ...

    def power_off(self) -> None:
        """Takes the supply away, whatever the chip is doing."""
        ...

    def power_on(self) -> None:
        """Gives the supply back; nothing if it is there."""
        ...

    def cut_power_at(self, at: CutAt, count: int, tear: Tear = Tear.OLD) -> None:
        """Takes the supply away at the `count`-th access from now (1 is the next).

        `tear` says what a durable word under way holds afterwards.
        """
        ...

    def set_noise(self, direction: Direction, noise: Noise | None) -> None:
        """Puts noise on one direction of the line, or ends it."""
        ...

    def set_trng_fault(self, fault: NoiseFault) -> None:
        """Breaks the random number generator, or mends it."""
        ...

    def nvram(self) -> bytes:
        """The contents of the non-volatile memory."""
        ...

    def put_nvram(self, image: bytes) -> None:
        """Replaces the contents of the non-volatile memory, as a thief with clips could."""
        ...

    def console(self) -> str:
        """What the chip's console has printed, as far back as it is kept."""
        ...

    def snapshot(self, path: Path) -> None:
        """Writes the whole chip to a file."""
        ...

    def restore(self, path: Path) -> None:
        """Makes the chip what it was when the snapshot was taken."""
        ...


def power_cycle(lab: Lab) -> None:
    """Takes the supply away and gives it back."""
    lab.power_off()
    lab.power_on()
