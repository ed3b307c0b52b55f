# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A noisy serial line, seeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mooring_models.entropy import Stream

_SCALE: Final = 1 << 32


@dataclass
class LineNoise:
    """A `LineFilter` that damages bytes independently of each other.

    Attributes:
        seed: of the damage; the same seed damages the same bytes of the same traffic.
        drop: probability that a byte is lost.
        double: that it arrives twice.
        flip: that one of its bits is inverted.
        insert: that an arbitrary byte arrives before it.
        damaged: how many bytes have been touched so far.
    """

    seed: bytes
    drop: float = 0.0
    double: float = 0.0
    flip: float = 0.0
    insert: float = 0.0
    damaged: int = 0
    _stream: Stream = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("drop", "double", "flip", "insert"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected a probability")
        self._stream = Stream(self.seed, "line noise")

    def _strikes(self, probability: float) -> bool:
        struck = self._stream.below(_SCALE) < probability * _SCALE
        self.damaged += struck
        return struck

    def __call__(self, data: bytes) -> bytes:
        """What arrives of `data`."""
        out = bytearray()
        for each in data:
            byte = each
            if self._strikes(self.insert):
                out.append(self._stream.below(256))
            if self._strikes(self.drop):
                continue
            if self._strikes(self.flip):
                byte ^= 1 << self._stream.below(8)
            out.append(byte)
            if self._strikes(self.double):
                out.append(byte)
        return bytes(out)
