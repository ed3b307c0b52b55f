# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""BURN, LOCK, FUSES and RESET: the life of a chip before and beside its licences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final, Self

from mooring_host import cbor
from mooring_host.cbor import CborValue
from mooring_host.fields import UINT16_MAX, UINT32_MAX
from mooring_host.states import Lifecycle, Mode, read_state
from mooring_host.wire._bodies import UINT8_MAX, EmptyBody, read_map
from mooring_host.wire.envelope import Command

ROOT_SLOTS: Final = 4
ROOT_DIGEST_BYTES: Final = 48
MAP_DIGEST_BYTES: Final = 48


class FuseField(IntEnum):
    """Fuse fields (docs/protocol.md, Fuse map)."""

    MODE = 1
    THROTTLE = 2
    MAX_LIFETIME = 3
    OPTIONS = 4
    ROOT_DIGEST = 5


@dataclass(frozen=True)
class BurnRequest:
    """Burns one fuse field; only in manufacturing."""

    command: ClassVar[Command] = Command.BURN

    field: FuseField
    value: bytes
    index: int | None = None
    """Root slot, for ROOT_DIGEST only."""

    def encode(self) -> bytes:
        body: dict[int, CborValue] = {1: self.field, 3: self.value}
        if self.index is not None:
            body[2] = self.index
        return cbor.encode(body)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "BURN request")
        field = read_state(fields.check, FuseField, fields.take(1, "fuse field"), "fuse field")
        index = fields.uint(2, "index", ROOT_SLOTS - 1) if fields.has(2) else None
        request = cls(field, fields.blob(3, "value"), index)
        fields.close()
        return request


@dataclass(frozen=True)
class BurnResponse:
    """The field as read back."""

    command: ClassVar[Command] = Command.BURN

    value: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: self.value})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "BURN response")
        response = cls(fields.blob(1, "value"))
        fields.close()
        return response


@dataclass(frozen=True)
class LockRequest:
    """Goes to production if the fuse map has this digest."""

    command: ClassVar[Command] = Command.LOCK

    map_digest: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: self.map_digest})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "LOCK request")
        request = cls(fields.blob(1, "fuse map digest", MAP_DIGEST_BYTES))
        fields.close()
        return request


@dataclass(frozen=True)
class LockResponse:
    """The lifecycle after LOCK."""

    command: ClassVar[Command] = Command.LOCK

    lifecycle: Lifecycle

    def encode(self) -> bytes:
        return cbor.encode({1: self.lifecycle})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "LOCK response")
        response = cls(
            read_state(fields.check, Lifecycle, fields.take(1, "lifecycle"), "lifecycle")
        )
        fields.close()
        return response


@dataclass(frozen=True)
class FusesRequest(EmptyBody):
    """Asks for the public fuses."""

    command: ClassVar[Command] = Command.FUSES


@dataclass(frozen=True)
class FusesResponse:
    """The public fuses."""

    command: ClassVar[Command] = Command.FUSES

    lifecycle: Lifecycle
    mode: Mode
    throttle: int
    """Speed without a grant, in 1/65536 of full speed."""
    max_lifetime: int
    """Longest life of a grant, in seconds."""
    options: int
    root_digests: tuple[bytes, ...]
    """SHA-384 of each root key; 48 zero bytes: empty slot."""
    root_revoked: tuple[bool, ...]
    counter_used: int
    counter_left: int
    map_digest: bytes
    """SHA-384 of the fuse map as it stands."""

    def encode(self) -> bytes:
        return cbor.encode(
            {
                1: self.lifecycle,
                2: self.mode,
                3: self.throttle,
                4: self.max_lifetime,
                5: self.options,
                6: self.root_digests,
                7: self.root_revoked,
                8: self.counter_used,
                9: self.counter_left,
                10: self.map_digest,
            }
        )

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "FUSES response")
        check = fields.check
        slots = (ROOT_SLOTS, ROOT_SLOTS)
        response = cls(
            lifecycle=read_state(check, Lifecycle, fields.take(1, "lifecycle"), "lifecycle"),
            mode=read_state(check, Mode, fields.take(2, "mode"), "mode"),
            throttle=fields.uint(3, "throttle", UINT16_MAX),
            max_lifetime=fields.uint(4, "longest lifetime", UINT32_MAX),
            options=fields.uint(5, "options", UINT8_MAX),
            root_digests=tuple(
                check.blob(item, "root digest", ROOT_DIGEST_BYTES)
                for item in fields.items(6, "root digests", *slots)
            ),
            root_revoked=tuple(
                check.boolean(item, "root revoked")
                for item in fields.items(7, "roots revoked", *slots)
            ),
            counter_used=fields.uint(8, "counter used", UINT32_MAX),
            counter_left=fields.uint(9, "counter left", UINT32_MAX),
            map_digest=fields.blob(10, "fuse map digest", MAP_DIGEST_BYTES),
        )
        fields.close()
        return response


@dataclass(frozen=True)
class ResetRequest(EmptyBody):
    """Resets the chip as the reset line does."""

    command: ClassVar[Command] = Command.RESET


@dataclass(frozen=True)
class ResetResponse(EmptyBody):
    """Sent before the chip resets."""

    command: ClassVar[Command] = Command.RESET
