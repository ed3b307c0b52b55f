# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""NVRAM: two record slots whose words become durable one by one."""

from __future__ import annotations

from typing import Final

from mooring_models import _regs
from mooring_models._regs import NvramKey, NvramRegs
from mooring_models._spec import WORD_BYTES
from mooring_models.clock import US, LocalTime
from mooring_models.errors import PowerLost
from mooring_models.faults import WordCut
from mooring_models.peripheral import Peripheral, on_write, on_write_words
from mooring_models.state import State

# Time for one word to become durable.
WORD_TIME: Final = 1 * US
SLOT_BYTES: Final = NvramRegs.SLOTS.size // 2


class Nvram(Peripheral, block=NvramRegs.BLOCK):
    """Durable words behind a write enable.

    Attributes:
        cut: a power cut to strike while a word is written, or None.
        words_written: durable words written so far; a measure for campaigns.
    """

    __slots__ = ("_armed", "_time", "cut", "words_written")

    def __init__(self, time: LocalTime) -> None:
        super().__init__(_regs.NVRAM)
        self._time = time
        self._armed = False
        self.cut: WordCut | None = None
        self.words_written = 0

    def reset(self) -> None:
        """Disarms; the slots stay."""
        self._armed = False

    def slot(self, index: int) -> bytes:
        """The 1024 bytes of slot 0 or 1, as KEYVAULT sees them."""
        at = NvramRegs.SLOTS.offset + SLOT_BYTES * index
        return bytes(self._slab[at : at + SLOT_BYTES])

    @on_write(NvramRegs.WRITE_ENABLE)
    def _enable(self, value: int) -> None:
        self._armed = value == NvramKey.ARM

    @on_write_words(NvramRegs.SLOTS)
    def _write(self, index: int, data: bytes) -> None:
        offset = NvramRegs.SLOTS.offset + WORD_BYTES * index
        if not self._armed:
            raise self._refuse("write", NvramRegs.SLOTS, offset, "WRITE_ENABLE is not armed")
        words = len(data) // WORD_BYTES
        if self.cut is not None and self.cut.after < words:
            self._tear(index, data)
        if self.cut is not None:
            self.cut.after -= words
        self.poke_bytes(NvramRegs.SLOTS, data, index)
        self.words_written += words
        self._time.charge(WORD_TIME * words)

    def _tear(self, index: int, data: bytes) -> None:
        """Writes up to the word that the cut strikes, tears that, and cuts."""
        cut, self.cut = self.cut, None
        if cut is None:
            return
        whole = cut.after
        self.poke_bytes(NvramRegs.SLOTS, data[: WORD_BYTES * whole], index)
        old = self.peek(NvramRegs.SLOTS, index + whole)
        new = int.from_bytes(data[WORD_BYTES * whole :][:WORD_BYTES], "little")
        self.poke(NvramRegs.SLOTS, cut.tear.apply(old, new, index + whole), index + whole)
        self.words_written += whole + 1
        raise PowerLost(f"write of {self.name}.SLOTS[{index + whole}]")

    @property
    def contents(self) -> bytes:
        """Both slots, for the state file and for putting an old image back."""
        return self.peek_bytes(NvramRegs.SLOTS)

    @contents.setter
    def contents(self, image: bytes) -> None:
        if len(image) != NvramRegs.SLOTS.size:
            raise ValueError(f"{len(image)} bytes of NVRAM, expected {NvramRegs.SLOTS.size}")
        self.poke_bytes(NvramRegs.SLOTS, image)

    def capture(self) -> State:
        """Both slots and the arming; injected faults are not part of the chip."""
        return State(
            self.name, slots=self.contents, armed=self._armed, words_written=self.words_written
        )

    def restore(self, state: State) -> None:
        """Takes slots and arming."""
        self.contents = state.blob("slots", NvramRegs.SLOTS.size)
        self._armed = state.flag("armed")
        self.words_written = state.integer("words_written")
