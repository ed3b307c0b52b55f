# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Evidence: what a chip signs about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host.cbor import CborValue
from mooring_host.fields import TIME_MAX, UINT32_MAX
from mooring_host.states import GateState, Lifecycle, Mode, RecordState, read_state
from mooring_host.token.frame import (
    CLAIM_EPOCH,
    CLAIM_NONCE,
    CLAIM_PROFILE,
    CLAIM_SEQUENCE,
    CLAIM_UEID,
    DIGEST_BYTES,
    NONCE_BYTES,
    UEID_BYTES,
    TokenKind,
    encode_claims,
    payload_of,
    read_claims,
)

MEASUREMENT_BYTES: Final = 48
_UINT8_MAX: Final = 2**8 - 1

_OWN_NONCE: Final = -75013
_LIFECYCLE: Final = -75014
_MODE: Final = -75015
_FLOOR: Final = -75016
_GATE: Final = -75017
_LEFT: Final = -75018
_LOG_COUNT: Final = -75019
_LOG_HEAD: Final = -75020
_MEASUREMENT: Final = -75021
_GENERATION: Final = -75022
_REVISION: Final = -75023
_COUNTER_LEFT: Final = -75024
_RECORD: Final = -75025
_ROOT_SLOT: Final = -75026
_TRUST_DIGEST: Final = -75027
_SEQUENCE_EPOCH: Final = -75028
_CLAIMS: Final = frozenset(
    {CLAIM_NONCE, CLAIM_UEID, CLAIM_PROFILE, CLAIM_EPOCH, CLAIM_SEQUENCE}
    | set(range(_SEQUENCE_EPOCH, _OWN_NONCE + 1))
)


@dataclass(frozen=True)
class Evidence:
    """The claims of evidence; signed by the chip's device key."""

    kind: ClassVar[TokenKind] = TokenKind.EVIDENCE

    nonce: bytes
    """The verifier's."""
    ueid: bytes
    epoch: int
    """Of the trust list last accepted; 0 before the first."""
    sequence_epoch: int
    sequence: int
    """(sequence_epoch, sequence): of the last sequence-bound licence used."""
    own_nonce: bytes | None
    """The chip's nonce, while it is valid: what a nonce-bound licence must carry."""
    lifecycle: Lifecycle
    mode: Mode
    floor: int
    """Time floor, seconds since 1970."""
    gate: GateState
    cycles_left: int
    seconds_left: int
    log_count: int
    log_head: bytes
    measurement: bytes
    """SHA-384 of the ROM."""
    generation: int
    revision: int
    counter_left: int
    record: RecordState
    root_slot: int
    trust_digest: bytes
    """SHA-256 of the trust list last accepted; zero before the first."""

    def to_payload(self) -> bytes:
        """The claim map, encoded; chips write it, here it serves tests and imitations."""
        claims: dict[int, CborValue] = {
            CLAIM_NONCE: self.nonce,
            CLAIM_UEID: self.ueid,
            CLAIM_EPOCH: self.epoch,
            CLAIM_SEQUENCE: self.sequence,
            _LIFECYCLE: self.lifecycle,
            _MODE: self.mode,
            _FLOOR: self.floor,
            _GATE: self.gate,
            _LEFT: [self.cycles_left, self.seconds_left],
            _LOG_COUNT: self.log_count,
            _LOG_HEAD: self.log_head,
            _MEASUREMENT: self.measurement,
            _GENERATION: self.generation,
            _REVISION: self.revision,
            _COUNTER_LEFT: self.counter_left,
            _RECORD: self.record,
            _ROOT_SLOT: self.root_slot,
            _TRUST_DIGEST: self.trust_digest,
            _SEQUENCE_EPOCH: self.sequence_epoch,
        }
        if self.own_nonce is not None:
            claims[_OWN_NONCE] = self.own_nonce
        return encode_claims(self.kind, claims)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Reads a claim map.

        Raises:
            TokenError: a claim is not as the profile wants it.
        """
        fields = read_claims(payload, cls.kind, _CLAIMS)
        check = fields.check
        cycles, seconds = fields.items(_LEFT, "allowance left", minimum=2, maximum=2)
        evidence = cls(
            nonce=fields.blob(CLAIM_NONCE, "nonce", NONCE_BYTES),
            ueid=fields.blob(CLAIM_UEID, "ueid", UEID_BYTES),
            epoch=fields.uint(CLAIM_EPOCH, "epoch"),
            sequence=fields.uint(CLAIM_SEQUENCE, "sequence"),
            own_nonce=(
                fields.blob(_OWN_NONCE, "own nonce", NONCE_BYTES)
                if fields.has(_OWN_NONCE)
                else None
            ),
            lifecycle=read_state(
                check, Lifecycle, fields.take(_LIFECYCLE, "lifecycle"), "lifecycle"
            ),
            mode=read_state(check, Mode, fields.take(_MODE, "mode"), "mode"),
            floor=fields.uint(_FLOOR, "floor", TIME_MAX),
            gate=read_state(check, GateState, fields.take(_GATE, "gate state"), "gate state"),
            cycles_left=check.uint(cycles, "allowance left: cycles"),
            seconds_left=check.uint(seconds, "allowance left: seconds", UINT32_MAX),
            log_count=fields.uint(_LOG_COUNT, "log entries", UINT32_MAX),
            log_head=fields.blob(_LOG_HEAD, "log chain head", DIGEST_BYTES),
            measurement=fields.blob(_MEASUREMENT, "ROM measurement", MEASUREMENT_BYTES),
            generation=fields.uint(_GENERATION, "record generation", UINT32_MAX),
            revision=fields.uint(_REVISION, "record revision", UINT32_MAX),
            counter_left=fields.uint(_COUNTER_LEFT, "counter bits left", UINT32_MAX),
            record=read_state(
                check, RecordState, fields.take(_RECORD, "record state"), "record state"
            ),
            root_slot=fields.uint(_ROOT_SLOT, "root slot", _UINT8_MAX),
            trust_digest=fields.blob(_TRUST_DIGEST, "trust list digest", DIGEST_BYTES),
            sequence_epoch=fields.uint(_SEQUENCE_EPOCH, "sequence epoch"),
        )
        fields.close()
        return evidence

    @classmethod
    def from_token(cls, token: bytes) -> Self:
        """Reads a token without verifying it."""
        return cls.from_payload(payload_of(token, cls.kind)[1])
