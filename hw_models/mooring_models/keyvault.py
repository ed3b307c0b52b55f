# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""KEYVAULT: makes and uses the chip's keys, which never appear on the bus.

It signs nothing but evidence and what RESPONDER recorded of a session, and seals a record
only if GATE and the fuses bear out what the record's kind claims.  So a ROM that is led
astray can't make a durable lie.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import cached_property
from typing import Final, assert_never

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mooring_models import _regs
from mooring_models._cose import (
    EVIDENCE_TYPE,
    RANGING_TYPE,
    protected_header,
    sig_structure,
    sign1,
    thumbprint,
)
from mooring_models._regs import (
    GateAttempt,
    KeyvaultRegs,
    RecordKind,
    RecordRegs,
    VaultCommand,
    VaultResult,
)
from mooring_models._spec import decode
from mooring_models.entropy import Stream
from mooring_models.gate import AttemptKind, Gate, witness
from mooring_models.nvram import Nvram
from mooring_models.otp import Otp
from mooring_models.peripheral import Peripheral, on_write
from mooring_models.record import BLANK, BODY_BYTES, RECORD_BYTES, Record
from mooring_models.responder import Responder
from mooring_models.state import State

KEY_BYTES: Final = 32
# RFC 9711 section 4.2.1: a UEID of type RAND.
UEID_TYPE: Final = b"\x01"

# What a command blanks first: SIGNATURE, MAC and WITNESS, which lie without a gap.
_OUTPUTS: Final = bytes(
    KeyvaultRegs.WITNESS.offset + KeyvaultRegs.WITNESS.size - KeyvaultRegs.SIGNATURE.offset
)


@dataclass(frozen=True)
class DeviceKeys:
    """The secrets of one chip.

    Attributes:
        device: seed of the Ed25519 device key.
        storage: key of the NVRAM records' MAC.
        wire: what KEYVAULT and GATE share.
    """

    device: bytes
    storage: bytes
    wire: bytes

    @classmethod
    def make(cls, source: Stream) -> DeviceKeys:
        """Makes the keys of a new chip, as manufacturing does."""
        return cls(source.draw(KEY_BYTES), source.draw(KEY_BYTES), source.draw(KEY_BYTES))

    def __repr__(self) -> str:
        return "DeviceKeys(...)"  # no secret in a log or a test report

    @cached_property
    def signer(self) -> Ed25519PrivateKey:
        """The device key."""
        return Ed25519PrivateKey.from_private_bytes(self.device)

    @cached_property
    def public_key(self) -> bytes:
        """Public half of the device key, 32 bytes (RFC 8032)."""
        return self.signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @cached_property
    def evidence_header(self) -> bytes:
        """The protected header of evidence."""
        return protected_header(self.public_key, EVIDENCE_TYPE)

    @cached_property
    def ranging_header(self) -> bytes:
        """The protected header of ranging tokens."""
        return protected_header(self.public_key, RANGING_TYPE)

    @cached_property
    def ueid(self) -> bytes:
        """The device id: 33 bytes, of which nobody can claim one without its key."""
        return UEID_TYPE + thumbprint(self.public_key)


class KeyVault(Peripheral, block=KeyvaultRegs.BLOCK):
    """The vault; wired to the NVRAM, the fuse counter, GATE and RESPONDER."""

    __slots__ = ("_gate", "_keys", "_latched", "_nvram", "_otp", "_responder")

    def __init__(
        self, keys: DeviceKeys, otp: Otp, nvram: Nvram, gate: Gate, responder: Responder
    ) -> None:
        super().__init__(_regs.KEYVAULT)
        self._keys = keys
        self._otp = otp
        self._nvram = nvram
        self._gate = gate
        self._responder = responder
        self.reset()

    def reset(self) -> None:
        """Forgets input, output and the latched record."""
        super().reset()
        self.poke_bytes(KeyvaultRegs.PUBLIC_KEY, self._keys.public_key)
        # Protected part of the record that the last successful check saw.
        self._latched: Record | None = None

    @on_write(KeyvaultRegs.COMMAND)
    def _command(self, value: int) -> None:
        self.poke_bytes(KeyvaultRegs.SIGNATURE, _OUTPUTS)
        command = decode(VaultCommand, value)
        result = VaultResult.REFUSED if command is None else self._run(command)
        self.poke(KeyvaultRegs.RESULT, result)

    def _run(self, command: VaultCommand) -> VaultResult:
        match command:
            case VaultCommand.SIGN_EVIDENCE:
                return self._sign_evidence()
            case VaultCommand.SIGN_RANGING:
                return self._sign_ranging()
            case VaultCommand.SEAL:
                return self._seal()
            case VaultCommand.CHECK:
                return VaultResult.BAD_MAC if self._check() is None else VaultResult.OK
            case VaultCommand.WITNESS_NONCE:
                return self._witness(RecordKind.LICENCE_NONCE)
            case VaultCommand.WITNESS_SEQUENCE:
                return self._witness(RecordKind.LICENCE_SEQUENCE)
            case _:
                assert_never(command)

    # -- Evidence ---------------------------------------------------------------------

    def _sign_evidence(self) -> VaultResult:
        length = self.peek(KeyvaultRegs.LENGTH)
        if not 0 < length <= KeyvaultRegs.DATA.size:
            return VaultResult.REFUSED
        payload = self.peek_bytes(KeyvaultRegs.DATA)[:length]
        signature = self._keys.signer.sign(sig_structure(self._keys.evidence_header, payload))
        self.poke_bytes(KeyvaultRegs.SIGNATURE, signature)
        return VaultResult.OK

    def _sign_ranging(self) -> VaultResult:
        claims = self._responder.take_claims()
        if claims is None:
            return VaultResult.REFUSED
        header = self._keys.ranging_header
        signature = self._keys.signer.sign(sig_structure(header, claims))
        token = sign1(header, claims, signature)
        self.poke_bytes(KeyvaultRegs.DATA, token.ljust(KeyvaultRegs.DATA.size, b"\0"))
        self.poke(KeyvaultRegs.LENGTH, len(token))
        return VaultResult.OK

    # -- Records ------------------------------------------------------------------------

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._keys.storage, self._keys.ueid + body, "sha256")

    def _read(self, slot: int) -> Record | None:
        """The record of an NVRAM slot, if this vault sealed it."""
        content = self._nvram.slot(slot)
        body, mac = content[:BODY_BYTES], content[BODY_BYTES:RECORD_BYTES]
        return Record(body) if hmac.compare_digest(self._mac(body), mac) else None

    def holds(self, slot: int) -> bool:
        """Whether slot 0 or 1 of the NVRAM holds a record that this vault sealed."""
        return self._read(slot) is not None

    def _check(self) -> Record | None:
        record = self._read(self.peek(KeyvaultRegs.SLOT))
        if record is not None:
            self._latched = Record(record.protected)
        return record

    def _witness(self, kind: RecordKind) -> VaultResult:
        record = self._check()
        if record is None:
            return VaultResult.BAD_MAC
        counts = {record.generation, self._otp.count, self._otp.intent}
        spent = kind is RecordKind.LICENCE_SEQUENCE and len(counts) > 1
        if record.kind is not kind or spent or not self._matched(AttemptKind.LICENCE, record):
            return VaultResult.REFUSED
        gate = self._gate
        terms = record.field(RecordRegs.TERMS)
        proof = witness(self._keys.wire, gate.attempt_nonce, gate.token_digest, terms)
        self.poke_bytes(KeyvaultRegs.WITNESS, proof)
        return VaultResult.OK

    def _matched(self, kind: AttemptKind, record: Record) -> bool:
        """Whether GATE matched a `kind` attempt for the very token of `record`."""
        gate = self._gate
        return (
            gate.attempt is GateAttempt.MATCHED
            and gate.kind is kind
            and record.field(RecordRegs.TOKEN_DIGEST) == gate.token_digest
        )

    # -- Sealing --------------------------------------------------------------------------

    def _seal(self) -> VaultResult:
        if self.peek(KeyvaultRegs.LENGTH) != BODY_BYTES:
            return VaultResult.REFUSED
        record = Record(self.peek_bytes(KeyvaultRegs.DATA)[:BODY_BYTES])
        before = self._before()
        if before is None or not record.well_formed or not self._permitted(record, before):
            return VaultResult.REFUSED
        if record.kind in _NEW_GENERATION:
            self._otp.take_seal()
        self.poke_bytes(KeyvaultRegs.MAC, self._mac(record.body))
        return VaultResult.OK

    def _before(self) -> Record | None:
        """What the new record follows: the latched one, or blank if there is none at all.

        None if a record exists that the ROM has not had checked.
        """
        if self._latched is not None:
            return self._latched
        return BLANK if self._read(0) is None and self._read(1) is None else None

    def _permitted(self, record: Record, before: Record) -> bool:
        """Whether `record` may follow `before`, by the rules of its kind."""
        otp = self._otp
        # A generation that fits neither a finished nor an interrupted commit is the mark
        # of an NVRAM image put back: the flag must be raised, and never comes down.  The
        # fuse says so even when the newest record has been put back since.
        stale = before.generation not in (otp.count, max(otp.count, otp.intent))
        must_flag = before.rolled_back or stale or otp.rolled_back
        is_new = otp.sealable and record.generation == otp.intent
        if must_flag and not record.rolled_back:
            return False
        match record.kind:
            case RecordKind.HOUSEKEEPING:
                return self._unchanged(record, before, must_flag)
            case RecordKind.LICENCE_NONCE:
                matched = self._matched(AttemptKind.LICENCE, record)
                return matched and self._unchanged(record, before, must_flag)
            case RecordKind.LICENCE_SEQUENCE:
                return (
                    self._otp.allows_sequence
                    and self._matched(AttemptKind.LICENCE, record)
                    and not record.rolled_back
                    and is_new
                    and record.sequence_order > before.sequence_order
                    and record.same_but(before, *_CHANGED_BY_SEQUENCE)
                )
            case RecordKind.TRUST:
                first = not any(before.field(RecordRegs.TRUST_DIGEST))
                digest = record.field(RecordRegs.TOKEN_DIGEST)
                return (
                    self._matched(AttemptKind.TRUST, record)
                    and record.field(RecordRegs.TRUST_DIGEST) == digest
                    and is_new
                    and (first or record.trust_order > before.trust_order)
                    and record.same_but(before, *_CHANGED_BY_TRUST)
                )
            case None:
                return False
            case _:
                assert_never(record.kind)

    @staticmethod
    def _unchanged(record: Record, before: Record, must_flag: bool) -> bool:
        """Whether the protected part stays, but for the flag if that must be raised."""
        if record.rolled_back != must_flag:
            return False
        return record.same_but(before, RecordRegs.FLAGS)

    # -- Snapshot -----------------------------------------------------------------------------

    def capture(self) -> State:
        """Registers and the latched record; keys are captured by the chip."""
        latched = None if self._latched is None else self._latched.body
        return State(self.name, registers=bytes(self._slab), latched=latched)

    def restore(self, state: State) -> None:
        """Takes registers and the latched record."""
        self._slab[:] = state.blob("registers", len(self._slab))
        latched = state.optional_blob("latched")
        self._latched = None if latched is None else Record(latched)


_NEW_GENERATION: Final = (RecordKind.LICENCE_SEQUENCE, RecordKind.TRUST)
_CHANGED_BY_SEQUENCE: Final = (
    RecordRegs.GENERATION,
    RecordRegs.SEQUENCE_EPOCH,
    RecordRegs.SEQUENCE,
)
_CHANGED_BY_TRUST: Final = (
    RecordRegs.GENERATION,
    RecordRegs.FLAGS,
    RecordRegs.ROOT_SLOT,
    RecordRegs.TRUST_EPOCH,
    RecordRegs.TRUST_DIGEST,
)
