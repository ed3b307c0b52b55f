# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The NVRAM record as KEYVAULT reads it: a view on bytes, by the generated layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mooring_models._regs import RecordKind, RecordMagic, RecordRegs
from mooring_models._spec import Register, decode

BODY_BYTES: Final = RecordRegs.MAC.offset
RECORD_BYTES: Final = RecordRegs.BLOCK.size
# From MAGIC to TRUST_DIGEST: what only a TRUST or LICENCE_SEQUENCE record may change.
PROTECTED_BYTES: Final = RecordRegs.KIND.offset
ROLLED_BACK: Final = RecordRegs.FLAGS.fields[0].mask


@dataclass(frozen=True, slots=True)
class Record:
    """A record body, of `BODY_BYTES` or at least its protected part."""

    body: bytes

    def word(self, register: Register, index: int = 0) -> int:
        """Word `index` of a field."""
        at = register.offset + 4 * index
        return int.from_bytes(self.body[at : at + 4], "little")

    def wide(self, register: Register) -> int:
        """A 64-bit field, low word first."""
        return self.word(register, 1) << 32 | self.word(register)

    def field(self, register: Register) -> bytes:
        """All bytes of a field."""
        return self.body[register.offset : register.offset + register.size]

    @property
    def kind(self) -> RecordKind | None:
        """What the record claims to be, or None if that is no kind."""
        return decode(RecordKind, self.word(RecordRegs.KIND))

    @property
    def generation(self) -> int:
        """Number of the fuse step that belongs to it."""
        return self.word(RecordRegs.GENERATION)

    @property
    def rolled_back(self) -> bool:
        """Whether the sticky flag is set."""
        return bool(self.word(RecordRegs.FLAGS) & ROLLED_BACK)

    @property
    def trust_order(self) -> tuple[int, int]:
        """What trust lists are ordered by."""
        return self.word(RecordRegs.ROOT_SLOT), self.wide(RecordRegs.TRUST_EPOCH)

    @property
    def sequence_order(self) -> tuple[int, int]:
        """What sequence-bound licences are ordered by."""
        return self.wide(RecordRegs.SEQUENCE_EPOCH), self.wide(RecordRegs.SEQUENCE)

    @property
    def protected(self) -> bytes:
        """The bytes from MAGIC to TRUST_DIGEST."""
        return self.body[:PROTECTED_BYTES]

    @property
    def well_formed(self) -> bool:
        """Whether magic, kind, flags and unused words are as the layout says."""
        return (
            len(self.body) == BODY_BYTES
            and self.word(RecordRegs.MAGIC) == RecordMagic.V1
            and self.kind is not None
            and not self.word(RecordRegs.FLAGS) & ~ROLLED_BACK
            and not int.from_bytes(self.body, "little") & _UNUSED
        )

    def same_but(self, other: Record, *changed: Register) -> bool:
        """Whether the protected parts are equal outside the registers in `changed`."""
        mine, theirs = bytearray(self.protected), bytearray(other.protected)
        for register in changed:
            span = slice(register.offset, register.offset + register.size)
            mine[span] = theirs[span] = bytes(register.size)
        return mine == theirs


# What is sealed when no record of this chip exists yet.
BLANK: Final = Record(
    RecordMagic.V1.to_bytes(4, "little") + bytes(PROTECTED_BYTES - RecordRegs.MAGIC.size)
)

_USED: Final = {
    at
    for register in RecordRegs.BLOCK.registers
    for at in range(register.offset, register.offset + register.size)
}
# A mask over the whole body, as one number: a byte of ones where no register is.
_UNUSED: Final = int.from_bytes(
    bytes(0 if at in _USED else 0xFF for at in range(BODY_BYTES)), "little"
)
