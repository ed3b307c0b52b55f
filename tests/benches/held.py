# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip whose CPU is held in reset, and the hands of a test on its bus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mooring_models import Chip, ChipConfig, _regs
from mooring_models._regs import (
    GateCommand,
    GateRegs,
    KeyvaultRegs,
    LifecycleWord,
    ModeWord,
    NvramKey,
    NvramRegs,
    OtpRegs,
    ProgramKey,
    RecordKind,
    RecordMagic,
    RecordRegs,
    VaultCommand,
    VaultResult,
)
from mooring_models._spec import Instance, Register, Window

DIGEST_A: Final = bytes(range(32))
DIGEST_B: Final = bytes(range(100, 132))
R_A: Final = b"A" * 32
R_B: Final = b"B" * 32
BODY_BYTES: Final = 0x3E0


def address(instance: Instance, target: Register | Window, index: int = 0) -> int:
    """The bus address of a word."""
    return instance.base + target.offset + 4 * index


def xor(a: bytes, b: bytes) -> bytes:
    """Byte by byte."""
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def terms_block(cycles: int, seconds: int) -> bytes:
    """TERMS as GATE wants them: three words and the complement of each."""
    plain = cycles.to_bytes(8, "little") + seconds.to_bytes(4, "little")
    return plain + bytes(each ^ 0xFF for each in plain)


def record(kind: RecordKind, **values: int | bytes) -> bytes:
    """A record body; values by register name, integers as one little-endian run of words."""
    body = bytearray(BODY_BYTES)

    def put(register: Register, value: int | bytes) -> None:
        size = register.size
        data = value if isinstance(value, bytes) else value.to_bytes(size, "little")
        body[register.offset : register.offset + size] = data

    put(RecordRegs.MAGIC, RecordMagic.V1)
    put(RecordRegs.KIND, kind)
    for name, value in values.items():
        put(getattr(RecordRegs, name), value)
    return bytes(body)


@dataclass
class Bench:
    """The chip and its bus.

    Attributes:
        chip: powered, CPU held.
    """

    chip: Chip = field(
        default_factory=lambda: Chip.manufacture(ChipConfig(name="bench", cpu="held"))
    )

    def __post_init__(self) -> None:
        if not self.chip.powered:
            self.chip.power_on()

    def read(self, instance: Instance, register: Register | Window, index: int = 0) -> int:
        """Reads a word over the bus."""
        return self.chip.bus.read32(address(instance, register, index))

    def write(
        self, instance: Instance, register: Register | Window, value: int, index: int = 0
    ) -> None:
        """Writes a word over the bus."""
        self.chip.bus.write32(address(instance, register, index), value)

    def burn(self, register: Register, value: int, index: int = 0) -> None:
        """Arms and programs one fuse word."""
        self.write(_regs.OTP, OtpRegs.PROGRAM, ProgramKey.ARM)
        self.write(_regs.OTP, register, value, index)

    def to_production(
        self,
        mode: ModeWord = ModeWord.DENY,
        max_lifetime: int = 3600,
        fraction: int = 0,
        *,
        allow_sequence: bool = True,
    ) -> Bench:
        """Burns the policy and PRODUCTION."""
        if allow_sequence:
            self.burn(OtpRegs.OPTIONS, OtpRegs.OPTIONS.fields[0].mask)
        self.burn(OtpRegs.MODE, mode)
        self.burn(OtpRegs.MAX_LIFETIME, max_lifetime)
        if fraction:
            self.burn(OtpRegs.THROTTLE, fraction)
        self.burn(OtpRegs.PRODUCTION, LifecycleWord.PRODUCTION)
        return self

    # -- GATE --------------------------------------------------------------------------

    def command(self, value: int) -> None:
        """Writes GATE.COMMAND."""
        self.write(_regs.GATE, GateRegs.COMMAND, value)

    def gate_words(self, register: Register, data: bytes) -> None:
        """Writes an array of GATE in one block."""
        self.chip.bus.write_window(address(_regs.GATE, register), data)

    def mask(self) -> bytes:
        """Reads GATE.MASK."""
        return self.chip.bus.read_window(address(_regs.GATE, GateRegs.MASK), 32)

    def run(self, value: bytes) -> None:
        """Submits one recomputed value, blinded."""
        self.gate_words(GateRegs.VALUE, xor(value, self.mask()))

    def match_licence(self, digest: bytes = DIGEST_A) -> None:
        """A licence attempt up to MATCHED."""
        self.command(GateCommand.BEGIN_LICENCE)
        self.gate_words(GateRegs.TOKEN_DIGEST, digest)
        self.gate_words(GateRegs.EXPECTED_A, R_A)
        self.gate_words(GateRegs.EXPECTED_B, R_B)
        self.command(GateCommand.ARM)
        for value in (R_A, R_B, R_A, R_B):
            self.run(value)

    def match_trust(self, digest: bytes = DIGEST_A) -> None:
        """A trust attempt up to MATCHED."""
        self.command(GateCommand.BEGIN_TRUST)
        self.gate_words(GateRegs.TOKEN_DIGEST, digest)
        self.gate_words(GateRegs.EXPECTED_A, R_A)
        self.command(GateCommand.ARM)
        for value in (R_A, R_A):
            self.run(value)

    # -- KEYVAULT and NVRAM --------------------------------------------------------------

    def vault(self, command: int, data: bytes | None = None, slot: int = 0) -> VaultResult:
        """Runs a command of KEYVAULT."""
        if data is not None:
            self.chip.bus.write_window(
                address(_regs.KEYVAULT, KeyvaultRegs.DATA),
                data.ljust(-(-len(data) // 4) * 4, b"\0"),
            )
            self.write(_regs.KEYVAULT, KeyvaultRegs.LENGTH, len(data))
        self.write(_regs.KEYVAULT, KeyvaultRegs.SLOT, slot)
        self.write(_regs.KEYVAULT, KeyvaultRegs.COMMAND, command)
        return VaultResult(self.read(_regs.KEYVAULT, KeyvaultRegs.RESULT))

    def vault_output(self, register: Register) -> bytes:
        """Reads an output array of KEYVAULT."""
        return self.chip.bus.read_window(address(_regs.KEYVAULT, register), register.size)

    def store(self, slot: int, content: bytes) -> None:
        """Writes a slot of the NVRAM."""
        self.write(_regs.NVRAM, NvramRegs.WRITE_ENABLE, NvramKey.ARM)
        self.chip.bus.write_window(address(_regs.NVRAM, NvramRegs.SLOTS, 256 * slot), content)
        self.write(_regs.NVRAM, NvramRegs.WRITE_ENABLE, 0)

    def seal(self, body: bytes) -> VaultResult:
        """Asks KEYVAULT for the MAC of a record body."""
        return self.vault(VaultCommand.SEAL, body)

    def commit(self, body: bytes, slot: int = 0) -> VaultResult:
        """Seals and stores a record, then has it checked."""
        result = self.seal(body)
        if result is not VaultResult.OK:
            return result
        self.store(slot, body + self.vault_output(KeyvaultRegs.MAC))
        return self.vault(VaultCommand.CHECK, slot=slot)

    def burn_intent(self) -> int:
        """Begins a commit beyond both counters; returns its generation."""
        otp = self.chip.otp
        generation = max(otp.intent, otp.count) + 1
        for bit in range(otp.intent, generation):
            self.burn(OtpRegs.INTENT, 1 << bit % 32, bit // 32)
        return generation

    def burn_count(self, total: int) -> None:
        """Burns the commit counter up to `total`."""
        for bit in range(self.chip.otp.count, total):
            self.burn(OtpRegs.COUNTER, 1 << bit % 32, bit // 32)

    def accept_trust(self, epoch: int = 5, digest: bytes = DIGEST_B, **values: int) -> bytes:
        """Goes through the acceptance of a trust list; returns the record's body."""
        self.match_trust(digest)
        generation = self.burn_intent()
        body = record(
            RecordKind.TRUST,
            GENERATION=generation,
            TRUST_EPOCH=epoch,
            TRUST_DIGEST=digest,
            TOKEN_DIGEST=digest,
            **values,
        )
        result = self.commit(body)
        if result is not VaultResult.OK:
            raise AssertionError(result)
        self.burn_count(generation)
        self.command(GateCommand.ABORT)
        return body

    def open_gate(self, cycles: int = 1000, seconds: int = 60) -> None:
        """Goes the whole way of a nonce-bound licence; a trust list must be accepted."""
        self.match_licence()
        before = self.chip.nvram.slot(0)[: RecordRegs.KIND.offset]
        block = terms_block(cycles, seconds)
        body = (
            before
            + record(RecordKind.LICENCE_NONCE, TOKEN_DIGEST=DIGEST_A, TERMS=block[:12])[
                len(before) :
            ]
        )
        if self.commit(body, slot=1) is not VaultResult.OK:
            raise AssertionError("the record was not sealed")
        self.vault(VaultCommand.WITNESS_NONCE, slot=1)
        self.gate_words(GateRegs.TERMS, block)
        self.gate_words(GateRegs.WITNESS, self.vault_output(KeyvaultRegs.WITNESS))
        self.settle()
        self.command(GateCommand.OPEN)

    def settle(self) -> None:
        """Lets the time of programming and writing pass, so that what follows begins now."""
        self.chip.loop.run_for(self.chip.time.busy_for)
