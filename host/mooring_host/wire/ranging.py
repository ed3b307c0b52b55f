# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""RANGE and RANGE_PROOF: distance bounding (docs/protocol.md, Ranging)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host import cbor
from mooring_host.errors import ProtocolError
from mooring_host.wire._bodies import EmptyBody, read_map
from mooring_host.wire.envelope import Command

KID_BYTES: Final = 8
NONCE_BYTES: Final = 32
COMMITMENT_BYTES: Final = 32
MAX_ROUNDS: Final = 64
MAX_WIDTH: Final = 4

_REQUEST_BYTES: Final = KID_BYTES + NONCE_BYTES + 2


@dataclass(frozen=True)
class RangeRequest:
    """A landmark's wish to range the chip."""

    command: ClassVar[Command] = Command.RANGE

    landmark_kid: bytes
    landmark_nonce: bytes
    """32 fresh random bytes of the landmark."""
    rounds: int
    """Timed challenges, 1 to 64."""
    width: int
    """Bytes of each, 1 to 4."""

    def encode(self) -> bytes:
        shape = bytes((self.rounds, self.width))
        return cbor.encode({1: self.landmark_kid + self.landmark_nonce + shape})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        what = "RANGE request"
        fields = read_map(body, what)
        wish = fields.blob(1, "session", _REQUEST_BYTES)
        fields.close()
        *_, rounds, width = wish
        if not (1 <= rounds <= MAX_ROUNDS and 1 <= width <= MAX_WIDTH):
            expected = f"expected 1 to {MAX_ROUNDS} of 1 to {MAX_WIDTH}"
            raise ProtocolError(f"read the {what}", f"{rounds} rounds of {width} bytes, {expected}")
        return cls(wish[:KID_BYTES], wish[KID_BYTES:-2], rounds, width)


@dataclass(frozen=True)
class RangeResponse:
    """The chip's offer; from the last byte of this answer on it answers challenges."""

    command: ClassVar[Command] = Command.RANGE

    chip_nonce: bytes
    commitment: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: self.chip_nonce + self.commitment})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "RANGE response")
        offer = fields.blob(1, "nonce and commitment", NONCE_BYTES + COMMITMENT_BYTES)
        fields.close()
        return cls(offer[:NONCE_BYTES], offer[NONCE_BYTES:])


@dataclass(frozen=True)
class RangeProofRequest(EmptyBody):
    """Asks for the signed transcript of the session that has just been run."""

    command: ClassVar[Command] = Command.RANGE_PROOF


@dataclass(frozen=True)
class RangeProofResponse:
    """A ranging token."""

    command: ClassVar[Command] = Command.RANGE_PROOF

    token: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: self.token})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "RANGE_PROOF response")
        response = cls(fields.blob(1, "ranging token"))
        fields.close()
        return response
