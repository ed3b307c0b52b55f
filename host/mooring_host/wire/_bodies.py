# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the bodies of all commands have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Protocol, Self

from mooring_host import cbor
from mooring_host.cbor import CborValue
from mooring_host.errors import CborError, Error, ProtocolError
from mooring_host.fields import UINT32_MAX, Fail, Fault, MapReader, ValueReader
from mooring_host.wire.envelope import Command

UINT8_MAX: Final = 2**8 - 1


class Body(Protocol):
    """The body of one command in one direction."""

    command: ClassVar[Command]

    def encode(self) -> bytes:
        """The body as bytes; none for an empty one."""
        ...

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Reads a body; raises `ProtocolError` naming the field that is wrong."""
        ...


def failing(what: str) -> Fail:
    """Makes the errors of one body."""

    def fail(_: Fault, found: str) -> Error:
        return ProtocolError(f"read the {what}", found)

    return fail


def decode_body(body: bytes, what: str) -> CborValue:
    """The one CBOR item of a body."""
    try:
        return cbor.decode(body)
    except CborError as error:
        raise ProtocolError(f"read the {what}", error.found) from error


def read_map(body: bytes, what: str) -> MapReader:
    """The closed map of a body."""
    return MapReader(decode_body(body, what), failing(what))


def refuse_bytes(body: bytes, what: str) -> None:
    """Refuses a body that should be empty."""
    if body:
        raise ProtocolError(f"read the {what}", f"{len(body)} bytes, expected none")


@dataclass(frozen=True)
class EmptyBody:
    """A body without bytes."""

    command: ClassVar[Command]

    def encode(self) -> bytes:
        return b""

    @classmethod
    def decode(cls, body: bytes) -> Self:
        refuse_bytes(body, f"{cls.__name__} body")
        return cls()


def read_pair(body: bytes, what: str, first: str, second: str) -> tuple[bytes, bytes]:
    """The two byte strings of a body that is an array."""
    check = ValueReader(failing(what))
    one, two = check.items(decode_body(body, what), "body", minimum=2, maximum=2)
    return check.blob(one, first), check.blob(two, second)


@dataclass(frozen=True)
class Failure:
    """The body of a refused command."""

    word: int
    retry_after_s: int | None = None

    def encode(self) -> bytes:
        body: dict[int, CborValue] = {1: self.word}
        if self.retry_after_s is not None:
            body[2] = self.retry_after_s
        return cbor.encode(body)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "failure")
        word = fields.uint(1, "error word", UINT32_MAX)
        seconds = fields.uint(2, "seconds", UINT32_MAX) if fields.has(2) else None
        fields.close()
        return cls(word, seconds)
