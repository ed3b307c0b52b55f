# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What RESPONDER commits to, and what KEYVAULT signs of a session (docs/protocol.md, Ranging)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from mooring_models._cose import Item, encode_map

COMMITMENT_CONTEXT: Final = b"mooring ranging 1"
PROFILE: Final = "tag:mooring.example,2026:ranging"

# Claims of RFC 8392 and RFC 9711, then the private ones.
_NONCE, _UEID, _EAT_PROFILE = 10, 256, 265
_LANDMARK_KID, _CHIP_NONCE, _ROUNDS, _WIDTH = -75047, -75048, -75049, -75050
_CHALLENGES, _COMMITTED, _SALT = -75051, -75052, -75053


@dataclass(frozen=True)
class Session:
    """Who ranges whom, and how.

    Attributes:
        ueid: the chip, 33 bytes.
        landmark_kid: 8 bytes.
        landmark_nonce: 32 bytes.
        chip_nonce: 32 bytes.
        rounds: 1 to 64.
        width: bytes a round, 1 to 4.
    """

    ueid: bytes
    landmark_kid: bytes
    landmark_nonce: bytes
    chip_nonce: bytes
    rounds: int
    width: int

    @property
    def id(self) -> bytes:
        """SHA-256 over all of it."""
        shape = bytes((self.rounds, self.width))
        parts = (self.landmark_kid, self.landmark_nonce, self.chip_nonce, self.ueid, shape)
        return hashlib.sha256(b"".join(parts)).digest()

    def commitment(self, salt: bytes, committed: bytes) -> bytes:
        """Binds and hides `committed`, the bytes that the challenges will be XORed with."""
        return hashlib.sha256(COMMITMENT_CONTEXT + self.id + salt + committed).digest()

    def claims(self, challenges: bytes, committed: bytes, salt: bytes) -> bytes:
        """The payload of the ranging token: all of the session, and its opened commitment."""
        entries: dict[int, Item] = {
            _NONCE: self.landmark_nonce,
            _UEID: self.ueid,
            _EAT_PROFILE: PROFILE,
            _LANDMARK_KID: self.landmark_kid,
            _CHIP_NONCE: self.chip_nonce,
            _ROUNDS: self.rounds,
            _WIDTH: self.width,
            _CHALLENGES: challenges,
            _COMMITTED: committed,
            _SALT: salt,
        }
        return encode_map(entries)
