# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""OTP: one-way fuses in pages, and what the hardware itself reads from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from mooring_models import _regs
from mooring_models._regs import LifecycleWord, ModeWord, OtpRegs, ProgramKey
from mooring_models._spec import Register
from mooring_models.clock import US, LocalTime
from mooring_models.errors import PowerLost
from mooring_models.faults import WordCut
from mooring_models.peripheral import Peripheral, on_write
from mooring_models.state import State

# Time to program one word.
PROGRAM_TIME: Final = 100 * US


class Lifecycle(Enum):
    """What the lifecycle words say."""

    BLANK = auto()
    MANUFACTURING = auto()
    PRODUCTION = auto()


@dataclass(frozen=True, slots=True)
class FuseFault:
    """Fuses that do not burn: the write succeeds, bits in `mask` stay as they are.

    Attributes:
        register: the register concerned.
        index: its word.
        mask: bits that never burn.
    """

    register: Register
    index: int = 0
    mask: int = 0xFFFFFFFF


class Otp(Peripheral, block=OtpRegs.BLOCK):
    """The fuse array.

    Attributes:
        cut: a power cut to strike while a word is programmed, or None.
        fault: fuses that do not burn, or None.
        burns: words programmed so far, whatever came of it; a measure for campaigns.
    """

    __slots__ = ("_armed", "_sealable", "_time", "burns", "cut", "fault")

    def __init__(self, time: LocalTime) -> None:
        super().__init__(_regs.OTP)
        self._time = time
        self._armed = False
        self._sealable = False
        self.cut: WordCut | None = None
        self.fault: FuseFault | None = None
        self.burns = 0

    def reset(self) -> None:
        """Disarms; fuses stay."""
        self._armed = False
        self._sealable = False
        self.poke(OtpRegs.STATUS, 0)

    # -- Wires to the other blocks ----------------------------------------------

    @property
    def lifecycle(self) -> Lifecycle:
        """The lifecycle; production only with both words exactly right."""
        if self.peek(OtpRegs.MANUFACTURED) != LifecycleWord.MANUFACTURING:
            return Lifecycle.BLANK
        if self.peek(OtpRegs.PRODUCTION) != LifecycleWord.PRODUCTION:
            return Lifecycle.MANUFACTURING
        return Lifecycle.PRODUCTION

    @property
    def mode(self) -> ModeWord:
        """The enforcement mode; a blank or invalid word means DENY."""
        word = self.peek(OtpRegs.MODE)
        return ModeWord(word) if word in (ModeWord.THROTTLE, ModeWord.REPORT) else ModeWord.DENY

    @property
    def allows_sequence(self) -> bool:
        """Whether sequence-bound licences are accepted."""
        return bool(self.peek(OtpRegs.OPTIONS) & OtpRegs.OPTIONS.fields[0].mask)

    @property
    def fraction(self) -> int:
        """Speed without a grant in THROTTLE mode, in 1/65536."""
        return self.peek(OtpRegs.THROTTLE)

    @property
    def max_lifetime_s(self) -> int:
        """Longest life of a grant in seconds; 0 means no grant at all."""
        return self.peek(OtpRegs.MAX_LIFETIME)

    @property
    def count(self) -> int:
        """Commits done."""
        return int.from_bytes(self.peek_bytes(OtpRegs.COUNTER), "little").bit_count()

    @property
    def intent(self) -> int:
        """Commits begun."""
        return int.from_bytes(self.peek_bytes(OtpRegs.INTENT), "little").bit_count()

    @property
    def sealable(self) -> bool:
        """Whether a step of INTENT was burned since reset that nothing was sealed for."""
        return self._sealable

    def take_seal(self) -> None:
        """KEYVAULT has sealed a record for the present step of INTENT."""
        self._sealable = False

    @property
    def rolled_back(self) -> bool:
        """Whether the NVRAM was once seen not to match the counter."""
        return self.peek(OtpRegs.ROLLED_BACK) != 0

    # -- Registers ----------------------------------------------------------------

    @on_write(OtpRegs.PROGRAM)
    def _arm(self, value: int) -> None:
        self._armed = value == ProgramKey.ARM

    def _commit(self, offset: int, register: Register, old: int, new: int) -> None:
        if register.fuse_page is None:
            super()._commit(offset, register, old, new)
            return
        armed, self._armed = self._armed, False
        if self.peek(OtpRegs.PAGE_LOCKS) >> register.fuse_page & 1:
            reason = f"fuse page {register.fuse_page} is locked"
            raise self._refuse("write", register, offset, reason)
        if not armed:
            self.poke(OtpRegs.STATUS, OtpRegs.STATUS.fields[0].mask)
            return
        self._time.charge(PROGRAM_TIME)
        self.burns += 1
        index = (offset - register.offset) // 4
        fault = self.fault
        if fault is not None and (fault.register, fault.index) == (register, index):
            new = old | (new & ~fault.mask)
        torn = None if self.cut is None else self.cut.next_word(old, new)
        self.poke(register, new if torn is None else torn, index)
        if register is OtpRegs.INTENT and new != old:
            self._sealable = True
        if torn is not None:
            self.cut = None
            raise PowerLost(f"programming of {self.name}.{register.name}[{index}]")

    # -- Files ----------------------------------------------------------------------

    @property
    def fuses(self) -> bytes:
        """All fuse words, for the state file."""
        return bytes(self._slab[OtpRegs.MANUFACTURED.offset :])

    @fuses.setter
    def fuses(self, image: bytes) -> None:
        if len(image) != len(self.fuses):
            raise ValueError(f"{len(image)} bytes of fuses, expected {len(self.fuses)}")
        self._slab[OtpRegs.MANUFACTURED.offset :] = image

    def capture(self) -> State:
        """Fuses and the arming; injected faults are not part of the chip."""
        return State(
            self.name,
            registers=bytes(self._slab),
            armed=self._armed,
            sealable=self._sealable,
            burns=self.burns,
        )

    def restore(self, state: State) -> None:
        """Takes fuses and arming."""
        self._slab[:] = state.blob("registers", len(self._slab))
        self._armed = state.flag("armed")
        self._sealable = state.flag("sealable")
        self.burns = state.integer("burns")
