# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a landmark and the bridge to a chip say to each other (docs/landmark.md, Messages).

On the stream each message is its size in two bytes, then one deterministic CBOR map whose field
0 tells the kind.  Datagrams are the ticket, the number of the round, and the bytes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple, Self, TypeAlias

from mooring_host import cbor, cose
from mooring_host.cbor import CborValue
from mooring_host.errors import CborError, Error, TokenError
from mooring_host.fields import Fault, MapReader
from mooring_host.token.frame import NONCE_BYTES
from mooring_host.token.ranging import KID_BYTES, MAX_ROUNDS, MAX_WIDTH

SIZE_BYTES: Final = 2
MAX_MESSAGE: Final = 4096
"""Bytes of a message on the stream, without its size."""
TICKET_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32
MAX_DATAGRAM: Final = TICKET_BYTES + 1 + MAX_WIDTH
MAX_REASON: Final = 500


class FailureWord(StrEnum):
    """Why a landmark gives no receipt, if no token is to blame."""

    MALFORMED = "LANDMARK_MALFORMED"
    """A message is not what the protocol has at its place."""
    BUSY = "LANDMARK_BUSY"
    """As many sessions are open as the landmark serves."""
    LATE = "LANDMARK_LATE"
    """A round, or the whole session, took longer than the landmark waits."""
    RESPONSE = "LANDMARK_RESPONSE"
    """A response is of the wrong size, or of a round that is not the one under way."""
    PROOF = "LANDMARK_PROOF"
    """The chip's proof does not bear out what the landmark saw."""


class RangingFailed(Error):
    """There is no receipt.

    Attributes:
        word: a `FailureWord`, or the error word of the token that was refused.
    """

    def __init__(self, word: str, attempted: str, found: str, hint: str = "") -> None:
        super().__init__(attempted, found, hint)
        self.word = word

    def __str__(self) -> str:
        return f"{self.attempted}: {self.word}: {self.found}"


def malformed(found: str) -> RangingFailed:
    """What is wrong with a message."""
    return RangingFailed(FailureWord.MALFORMED, "read a message of the ranging service", found)


@dataclass(frozen=True)
class Hello:
    """The bridge asks for a receipt."""

    KIND: ClassVar[int] = 1

    device_key: bytes
    """Raw Ed25519 public key of the chip, 32 bytes."""
    nonce: bytes
    """The verifier's."""

    def fields(self) -> dict[int, CborValue]:
        return {1: cose.encode_key(self.device_key), 2: self.nonce}

    @classmethod
    def read(cls, fields: MapReader) -> Self:
        try:
            key = cose.decode_key(fields.blob(1, "device key"))
        except TokenError as error:
            raise malformed(f"device key: {error.found}") from error
        return cls(key, fields.blob(2, "nonce", NONCE_BYTES))


@dataclass(frozen=True)
class Wish:
    """The landmark says what the chip is to be asked, and where its datagrams go."""

    KIND: ClassVar[int] = 2

    kid: bytes
    nonce: bytes
    """The landmark's."""
    rounds: int
    width: int
    ticket: bytes
    """Begins every datagram of this session."""
    udp_port: int

    def fields(self) -> dict[int, CborValue]:
        wish = (self.kid, self.nonce, self.rounds, self.width, self.ticket, self.udp_port)
        return dict(enumerate(wish, start=1))

    @classmethod
    def read(cls, fields: MapReader) -> Self:
        return cls(
            fields.blob(1, "kid", KID_BYTES),
            fields.blob(2, "nonce", NONCE_BYTES),
            fields.uint(3, "rounds", MAX_ROUNDS, minimum=1),
            fields.uint(4, "width", MAX_WIDTH, minimum=1),
            fields.blob(5, "ticket", TICKET_BYTES),
            fields.uint(6, "port", 65535, minimum=1),
        )


@dataclass(frozen=True)
class Offer:
    """What the chip answered to RANGE."""

    KIND: ClassVar[int] = 3

    chip_nonce: bytes
    commitment: bytes

    def fields(self) -> dict[int, CborValue]:
        return {1: self.chip_nonce, 2: self.commitment}

    @classmethod
    def read(cls, fields: MapReader) -> Self:
        return cls(
            fields.blob(1, "chip nonce", NONCE_BYTES),
            fields.blob(2, "commitment", COMMITMENT_BYTES),
        )


@dataclass(frozen=True)
class Proof:
    """The ranging token of the chip."""

    KIND: ClassVar[int] = 4

    token: bytes

    def fields(self) -> dict[int, CborValue]:
        return {1: self.token}

    @classmethod
    def read(cls, fields: MapReader) -> Self:
        return cls(fields.blob(1, "ranging token"))


@dataclass(frozen=True)
class Granted:
    """The receipt."""

    KIND: ClassVar[int] = 5

    receipt: bytes

    def fields(self) -> dict[int, CborValue]:
        return {1: self.receipt}

    @classmethod
    def read(cls, fields: MapReader) -> Self:
        return cls(fields.blob(1, "receipt"))


@dataclass(frozen=True)
class Failed:
    """There is none; the session is over."""

    KIND: ClassVar[int] = 6

    word: str
    reason: str

    def fields(self) -> dict[int, CborValue]:
        return {1: self.word, 2: self.reason[:MAX_REASON]}

    @classmethod
    def read(cls, fields: MapReader) -> Self:
        word, reason = fields.text(1, "word"), fields.text(2, "reason")
        # Both are shown to a person: no control characters, no novel.
        if not word.replace("_", "").isalnum() or not word.isascii() or len(word) > 40:
            raise malformed("word: expected letters and underscores")
        if len(reason) > MAX_REASON or not reason.isprintable():
            raise malformed("reason: expected a line of text")
        return cls(word, reason)


Message: TypeAlias = Hello | Wish | Offer | Proof | Granted | Failed

_READERS: Final[dict[int, Callable[[MapReader], Message]]] = {
    kind.KIND: kind.read for kind in (Hello, Wish, Offer, Proof, Granted, Failed)
}


def encode(message: Message) -> bytes:
    """A message with its size, for the stream."""
    body = cbor.encode({0: message.KIND, **message.fields()})
    return len(body).to_bytes(SIZE_BYTES, "big") + body


def decode(body: bytes) -> Message:
    """Reads a message without its size; raises `RangingFailed`."""
    try:
        value = cbor.decode(body)
    except CborError as error:
        raise malformed(error.found) from error
    fields = MapReader(value, _wrong)
    reader = _READERS.get(fields.uint(0, "kind", 255))
    if reader is None:
        raise malformed("kind: no message of this protocol")
    message = reader(fields)
    fields.close()
    return message


def _wrong(_: Fault, found: str) -> Error:
    return malformed(found)


class Datagram(NamedTuple):
    """One datagram, either way; round 0 has no bytes and tells the landmark where to send."""

    ticket: bytes
    round: int
    data: bytes

    def encode(self) -> bytes:
        """The bytes of it."""
        return self.ticket + bytes((self.round,)) + self.data

    @classmethod
    def decode(cls, raw: bytes) -> Datagram | None:
        """What it says; None if it is none."""
        if not TICKET_BYTES < len(raw) <= MAX_DATAGRAM:
            return None
        return cls(raw[:TICKET_BYTES], raw[TICKET_BYTES], raw[TICKET_BYTES + 1 :])
