# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A landmark's own side: its key, where it stands, and how it ranges."""

from __future__ import annotations

from dataclasses import dataclass

from mooring_host.errors import UsageError
from mooring_host.keys.signer import Signer
from mooring_host.location.landmarks import Landmark
from mooring_host.token.receipt import (
    LEAST_GUESS_BITS,
    MAX_POSITION_ERROR_M,
    MAX_ROUNDS,
    MAX_WIDTH,
)


@dataclass(frozen=True)
class Station:
    """What a landmark signs with and stands by.

    Raises:
        UsageError: a number is out of its bounds, or the rounds are too few to prove anything.
    """

    name: str
    signer: Signer
    latitude_deg: float
    longitude_deg: float
    """WGS 84."""
    position_error_m: int = 0
    rounds: int = 16
    width: int = 1
    """Bytes a round."""

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("latitude", self.latitude_deg, -90, 90),
            ("longitude", self.longitude_deg, -180, 180),
            ("position error", self.position_error_m, 0, MAX_POSITION_ERROR_M),
            ("width", self.width, 1, MAX_WIDTH),
        ):
            if not least <= value <= most:
                raise UsageError(
                    f"set up the landmark {self.name}",
                    f"{name}: found {value}, expected {least} to {most}",
                )
        if not self.rank_k <= self.rounds <= MAX_ROUNDS:
            found = f"rounds: found {self.rounds}, expected {self.rank_k} to {MAX_ROUNDS}"
            why = f"{LEAST_GUESS_BITS} bits must be guessed, {8 * self.width} a round"
            raise UsageError(f"set up the landmark {self.name}", f"{found}: {why}")

    @property
    def rank_k(self) -> int:
        """Which of the round trips bounds the distance: fewer may be lucky guesses."""
        return -(-LEAST_GUESS_BITS // (8 * self.width))

    @property
    def landmark(self) -> Landmark:
        """What a verifier writes into its registry."""
        return Landmark(
            self.name,
            self.latitude_deg,
            self.longitude_deg,
            self.position_error_m / 1e3,
            self.signer.public_key,
        )
