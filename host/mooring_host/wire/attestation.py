# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""INFO, CHALLENGE and STATUS: who the chip is and what state it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host import cbor
from mooring_host.errors import ProtocolError
from mooring_host.states import Lifecycle, Mode, read_state
from mooring_host.wire._bodies import EmptyBody, read_map
from mooring_host.wire.envelope import PROTOCOL_VERSION, Command

NONCE_BYTES: Final = 32
UEID_BYTES: Final = 33
MEASUREMENT_BYTES: Final = 48


@dataclass(frozen=True)
class InfoRequest(EmptyBody):
    """Asks who the chip is."""

    command: ClassVar[Command] = Command.INFO


@dataclass(frozen=True)
class InfoResponse:
    """Versions, limits, and the device's public key."""

    command: ClassVar[Command] = Command.INFO

    rom_version: str
    algorithms: tuple[int, ...]
    max_message: int
    max_token: int
    device_key: bytes
    """Exact bytes of the device's COSE_Key."""
    ueid: bytes
    lifecycle: Lifecycle
    mode: Mode
    measurement: bytes

    def encode(self) -> bytes:
        return cbor.encode(
            {
                1: PROTOCOL_VERSION,
                2: self.rom_version,
                3: self.algorithms,
                4: self.max_message,
                5: self.max_token,
                6: self.device_key,
                7: self.ueid,
                8: self.lifecycle,
                9: self.mode,
                10: self.measurement,
            }
        )

    @classmethod
    def decode(cls, body: bytes) -> Self:
        what = "INFO response"
        fields = read_map(body, what)
        fields.uint(1, "protocol version", maximum=PROTOCOL_VERSION, minimum=PROTOCOL_VERSION)
        algorithms = fields.items(3, "algorithms", minimum=1)
        for number in algorithms:
            if isinstance(number, bool) or not isinstance(number, int):
                raise ProtocolError(f"read the {what}", "algorithms: an item is not an integer")
        response = cls(
            rom_version=fields.text(2, "ROM version"),
            algorithms=tuple(n for n in algorithms if isinstance(n, int)),
            max_message=fields.uint(4, "longest message"),
            max_token=fields.uint(5, "longest token"),
            device_key=fields.blob(6, "device key"),
            ueid=fields.blob(7, "ueid", UEID_BYTES),
            lifecycle=read_state(fields.check, Lifecycle, fields.take(8, "lifecycle"), "lifecycle"),
            mode=read_state(fields.check, Mode, fields.take(9, "mode"), "mode"),
            measurement=fields.blob(10, "ROM measurement", MEASUREMENT_BYTES),
        )
        fields.close()
        return response


@dataclass(frozen=True)
class _NonceRequest:
    """A verifier's nonce."""

    command: ClassVar[Command]

    nonce: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: self.nonce})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, f"{cls.command.name} request")
        request = cls(fields.blob(1, "nonce", NONCE_BYTES))
        fields.close()
        return request


@dataclass(frozen=True)
class _EvidenceResponse:
    """An evidence token."""

    command: ClassVar[Command]

    evidence: bytes

    def encode(self) -> bytes:
        return cbor.encode({1: self.evidence})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, f"{cls.command.name} response")
        response = cls(fields.blob(1, "evidence"))
        fields.close()
        return response


@dataclass(frozen=True)
class ChallengeRequest(_NonceRequest):
    """Asks for evidence, and for a chip nonce to answer with a licence."""

    command: ClassVar[Command] = Command.CHALLENGE


@dataclass(frozen=True)
class ChallengeResponse(_EvidenceResponse):
    """Evidence with the chip's own nonce."""

    command: ClassVar[Command] = Command.CHALLENGE


@dataclass(frozen=True)
class StatusRequest(_NonceRequest):
    """Asks for evidence; draws nothing."""

    command: ClassVar[Command] = Command.STATUS


@dataclass(frozen=True)
class StatusResponse(_EvidenceResponse):
    """Evidence."""

    command: ClassVar[Command] = Command.STATUS
