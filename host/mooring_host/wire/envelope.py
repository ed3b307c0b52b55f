# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The envelope of the vendor-defined messages: who, which version, which command, what came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from mooring_host.errors import ProtocolError
from mooring_host.wire.mctp import MessageType

ENTERPRISE: Final = 32473
"""IANA enterprise number for documentation; the vendor id of DSP0236 §11.4."""
PROTOCOL_VERSION: Final = 1

_PREFIX: Final = bytes((MessageType.VENDOR_IANA,)) + ENTERPRISE.to_bytes(4, "big")
HEADER_BYTES: Final = len(_PREFIX) + 3


class Command(IntEnum):
    """Command codes (docs/protocol.md, Messages)."""

    NONE = 0x00
    """Only in a failure that answers a message of an unknown type."""
    INFO = 0x01
    CHALLENGE = 0x02
    STATUS = 0x03
    LOG = 0x04
    TRUST = 0x05
    LICENCE = 0x06
    COMPUTE = 0x07
    BURN = 0x08
    LOCK = 0x09
    FUSES = 0x0A
    RESET = 0x0B
    RANGE = 0x0C
    RANGE_PROOF = 0x0D


class Completion(IntEnum):
    """Whether the command's own response body follows, or a failure."""

    DONE = 0
    REFUSED = 1


_COMPLETIONS: Final = frozenset(Completion)


@dataclass(frozen=True)
class Envelope:
    """One vendor-defined message with its body still encoded."""

    command: int
    completion: int
    body: bytes

    def encode(self) -> bytes:
        """The message, from its MCTP type on."""
        return _PREFIX + bytes((PROTOCOL_VERSION, self.command, self.completion)) + self.body

    @classmethod
    def decode(cls, message: bytes) -> Envelope:
        """Reads a message.

        Raises:
            ProtocolError: it is of another type, vendor or version, or too short.
        """
        attempted = "read a message of the chip"
        if len(message) < HEADER_BYTES or not message.startswith(_PREFIX):
            raise ProtocolError(
                attempted,
                f"found {message[:HEADER_BYTES].hex(' ') or 'nothing'}, "
                f"expected a header that begins {_PREFIX.hex(' ')}",
            )
        version, command, completion = message[len(_PREFIX) : HEADER_BYTES]
        if version != PROTOCOL_VERSION:
            raise ProtocolError(
                attempted,
                f"protocol version {version}, expected {PROTOCOL_VERSION}",
                "Use a host tool that speaks the version of this chip.",
            )
        if completion not in _COMPLETIONS:
            raise ProtocolError(attempted, f"completion code {completion}, expected 0 or 1")
        return cls(command, completion, message[HEADER_BYTES:])
