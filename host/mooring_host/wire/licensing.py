# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""TRUST, LICENCE and COMPUTE: what a chip accepts, and what it then does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host import cbor
from mooring_host.fields import UINT32_MAX
from mooring_host.states import GateState, read_state
from mooring_host.wire._bodies import UINT8_MAX, read_map, read_pair
from mooring_host.wire.envelope import Command

MAX_DIMENSION: Final = 64


@dataclass(frozen=True)
class TrustRequest:
    """A root key and the trust list that it signed."""

    command: ClassVar[Command] = Command.TRUST

    root_key: bytes
    trust_list: bytes

    def encode(self) -> bytes:
        return cbor.encode([self.root_key, self.trust_list])

    @classmethod
    def decode(cls, body: bytes) -> Self:
        return cls(*read_pair(body, "TRUST request", "root key", "trust list"))


@dataclass(frozen=True)
class TrustResponse:
    """The trust list in force."""

    command: ClassVar[Command] = Command.TRUST

    epoch: int
    root_slot: int
    committed: bool
    """False: this very list was already durable."""

    def encode(self) -> bytes:
        return cbor.encode({1: self.epoch, 2: self.root_slot, 3: self.committed})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "TRUST response")
        response = cls(
            epoch=fields.uint(1, "epoch"),
            root_slot=fields.uint(2, "root slot", UINT8_MAX),
            committed=fields.boolean(3, "newly committed"),
        )
        fields.close()
        return response


@dataclass(frozen=True)
class LicenceRequest:
    """A location result and the licence that names it."""

    command: ClassVar[Command] = Command.LICENCE

    location: bytes
    licence: bytes

    def encode(self) -> bytes:
        return cbor.encode([self.location, self.licence])

    @classmethod
    def decode(cls, body: bytes) -> Self:
        return cls(*read_pair(body, "LICENCE request", "location result", "licence"))


@dataclass(frozen=True)
class LicenceResponse:
    """The gate after an accepted licence."""

    command: ClassVar[Command] = Command.LICENCE

    gate: GateState
    cycles_left: int
    seconds_left: int
    changed: bool
    """False: this very licence was already accepted, and nothing was changed."""

    def encode(self) -> bytes:
        return cbor.encode(
            {1: self.gate, 2: self.cycles_left, 3: self.seconds_left, 4: self.changed}
        )

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "LICENCE response")
        response = cls(
            gate=read_state(fields.check, GateState, fields.take(1, "gate state"), "gate state"),
            cycles_left=fields.uint(2, "cycles left"),
            seconds_left=fields.uint(3, "seconds left", UINT32_MAX),
            changed=fields.boolean(4, "changed"),
        )
        fields.close()
        return response


@dataclass(frozen=True)
class ComputeRequest:
    """One product of two int8 matrices, (m x k) times (k x n), row-major."""

    command: ClassVar[Command] = Command.COMPUTE

    m: int
    k: int
    n: int
    a: bytes
    b: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: [self.m, self.k, self.n], 2: self.a, 3: self.b})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "COMPUTE request")
        m, k, n = (
            fields.check.uint(size, f"shape: {name}", MAX_DIMENSION, minimum=1)
            for name, size in zip(
                "mkn", fields.items(1, "shape", minimum=3, maximum=3), strict=True
            )
        )
        request = cls(m, k, n, fields.blob(2, "A", m * k), fields.blob(3, "B", k * n))
        fields.close()
        return request


@dataclass(frozen=True)
class ComputeResponse:
    """The product, int32 little-endian, row-major."""

    command: ClassVar[Command] = Command.COMPUTE

    product: bytes
    cycles: int
    """Engine cycles charged."""
    throttled: bool
    """True: ran at a fraction of the speed, without a grant."""

    def encode(self) -> bytes:
        return cbor.encode({1: self.product, 2: self.cycles, 3: self.throttled})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "COMPUTE response")
        response = cls(
            product=fields.blob(1, "product"),
            cycles=fields.uint(2, "cycles", UINT32_MAX),
            throttled=fields.boolean(3, "throttled"),
        )
        fields.close()
        return response
