# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A plan for the fuses of a chip, and the digest that the burned chip must have."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mooring_host.errors import UsageError
from mooring_host.fields import UINT16_MAX, UINT32_MAX
from mooring_host.states import Mode
from mooring_host.wire.messages import FuseField
from mooring_host.wire.provisioning import ROOT_DIGEST_BYTES, ROOT_SLOTS

BLANK_ROOT: Final = bytes(ROOT_DIGEST_BYTES)
OPTION_ALLOW_SEQUENCE: Final = 1

MODE_WORDS: Final = MappingProxyType(
    {Mode.DENY: 0x0FF0F00F, Mode.THROTTLE: 0x66669999, Mode.REPORT: 0x3C3CC3C3}
)
"""The code words that the fuses hold for each mode (docs/protocol.md, Fuse map)."""
BLANK_WORD: Final = 0

_WORD_BYTES: Final = 4


def map_digest(
    mode_word: int, throttle: int, max_lifetime: int, options: int, roots: Sequence[bytes]
) -> bytes:
    """SHA-384 of the fuse map: four words and four root digests, big-endian, 208 bytes."""
    words = (mode_word, throttle, max_lifetime, options)
    data = b"".join(word.to_bytes(_WORD_BYTES, "big") for word in words) + b"".join(roots)
    return hashlib.sha384(data).digest()


@dataclass(frozen=True)
class BurnStep:
    """One BURN command."""

    field: FuseField
    value: bytes
    index: int | None = None

    @property
    def name(self) -> str:
        """The field as people see it."""
        return self.field.name if self.index is None else f"{self.field.name}[{self.index}]"


@dataclass(frozen=True)
class FusePlan:
    """What the fuses of a chip are to hold."""

    mode: Mode
    max_lifetime: int
    """Longest life of one grant, in seconds."""
    roots: tuple[bytes, ...]
    """SHA-384 of the root keys of slots 0 to 3; shorter: the rest stays empty."""
    throttle: int = 0
    """Speed without a grant in THROTTLE mode, in 1/65536."""
    allow_sequence: bool = False

    def __post_init__(self) -> None:
        attempted = "plan the fuses"
        if not 0 <= self.throttle <= UINT16_MAX:
            raise UsageError(attempted, f"throttle: found {self.throttle}, expected 0 to 65535")
        if not 1 <= self.max_lifetime <= UINT32_MAX:
            raise UsageError(
                attempted,
                f"longest lifetime: found {self.max_lifetime}, expected 1 to {UINT32_MAX} s",
                "A chip with 0 could never be granted anything.",
            )
        if self.throttle and self.mode is not Mode.THROTTLE:
            raise UsageError(
                attempted, f"throttle: mode {self.mode.name.lower()} has no throttled speed"
            )
        if self.mode is Mode.THROTTLE and not self.throttle:
            raise UsageError(attempted, "throttle: mode throttle needs a speed of at least 1/65536")
        if not 1 <= len(self.roots) <= ROOT_SLOTS:
            raise UsageError(
                attempted, f"roots: found {len(self.roots)}, expected 1 to {ROOT_SLOTS}"
            )
        for slot, digest in enumerate(self.roots):
            if len(digest) != ROOT_DIGEST_BYTES:
                raise UsageError(
                    attempted, f"root {slot}: found {len(digest)} bytes, expected SHA-384"
                )
        if self.roots[0] == BLANK_ROOT:
            raise UsageError(attempted, "root 0 is empty; the chip would trust nobody")
        used = [digest for digest in self.roots if digest != BLANK_ROOT]
        if len(set(used)) != len(used):
            raise UsageError(
                attempted, "one root is in two slots; revoking one would miss the other"
            )

    @property
    def options(self) -> int:
        """The OPTIONS byte."""
        return OPTION_ALLOW_SEQUENCE if self.allow_sequence else 0

    @property
    def all_roots(self) -> tuple[bytes, ...]:
        """The digests of all four slots."""
        return self.roots + (BLANK_ROOT,) * (ROOT_SLOTS - len(self.roots))

    @property
    def digest(self) -> bytes:
        """The digest that the burned fuse map will have; LOCK is given it."""
        return map_digest(
            MODE_WORDS[self.mode], self.throttle, self.max_lifetime, self.options, self.all_roots
        )

    def steps(self) -> tuple[BurnStep, ...]:
        """The commands that burn a blank chip; fields that stay blank are left out."""
        steps = [BurnStep(FuseField.MODE, bytes((self.mode,)))]
        if self.throttle:
            steps.append(BurnStep(FuseField.THROTTLE, self.throttle.to_bytes(2, "big")))
        steps.append(BurnStep(FuseField.MAX_LIFETIME, self.max_lifetime.to_bytes(4, "big")))
        if self.options:
            steps.append(BurnStep(FuseField.OPTIONS, bytes((self.options,))))
        steps += [
            BurnStep(FuseField.ROOT_DIGEST, digest, slot)
            for slot, digest in enumerate(self.roots)
            if digest != BLANK_ROOT
        ]
        return tuple(steps)
