# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""TRNG: a seeded noise source behind the continuous health tests of NIST SP 800-90B."""

from __future__ import annotations

import struct
from enum import Enum
from typing import Final

from mooring_models import _regs
from mooring_models._regs import TrngRegs
from mooring_models._spec import WORD_BYTES
from mooring_models.entropy import Stream
from mooring_models.peripheral import Peripheral, on_read
from mooring_models.state import State

# Samples are bytes; their min-entropy is assessed, prudently, at H = 4 bits each.
# False alarms happen with probability 2^-20 a window.
# Repetition count test, SP 800-90B section 4.4.1: cutoff 1 + ceil(20 / H).
REPETITION_CUTOFF: Final = 6
# Adaptive proportion test, section 4.4.2: window of 512 samples for a source that is not
# binary, cutoff 1 + CRITBINOM(512, 2^-H, 1 - 2^-20).
WINDOW: Final = 512
PROPORTION_CUTOFF: Final = 62
# Section 4.3, item 4: the start-up tests see at least 1024 samples.
START_UP_SAMPLES: Final = 1024

# So many bytes that differ in nothing from the one before.
_REPEATED: Final = bytes(REPETITION_CUTOFF - 1)

POOL_BYTES: Final = 32
_POOL: Final = struct.Struct("=II")

READY: Final = TrngRegs.STATUS.fields[0].mask
FAILED: Final = TrngRegs.STATUS.fields[1].mask


class NoiseFault(Enum):
    """What may be wrong with the noise source."""

    NONE = "healthy"
    STUCK = "every byte is the same"
    BIASED = "three bytes of four are 0 or 1"
    REPEATING = "the same stream after every reset; no health test can see that"


def _repeats(samples: bytes) -> bool:
    """Whether as many samples in a row are equal as the repetition count test forbids."""
    number = int.from_bytes(samples, "big")
    changes = (number ^ number >> 8).to_bytes(len(samples), "big")
    return changes.find(_REPEATED, 1) >= 0


class Trng(Peripheral, block=TrngRegs.BLOCK):
    """Delivers health-tested noise to the bus and, by wire, to GATE.

    A failed test is final until reset, and DATA stays zero.

    Attributes:
        pool: what `lend` lends, as `mooring_noise_t` of ``mooring/hal_host.h``: always this very
            array; None if nobody borrows.
    """

    __slots__ = ("_failed", "_fault", "_first", "_in_window", "_source", "_tail", "pool")

    def __init__(self, source: Stream) -> None:
        super().__init__(_regs.TRNG)
        self._source = source
        self._fault = NoiseFault.NONE
        self.pool: bytearray | None = None
        self._forget()

    def _forget(self) -> None:
        self._judge(failed=False)
        self._tail = b""
        self._first: int | None = None
        self._in_window = (0, 0)  # samples of the window seen, and how many equal its first

    def _judge(self, *, failed: bool) -> None:
        """Takes the tests' outcome, and shows it."""
        self._failed = failed
        self.poke(TrngRegs.STATUS, FAILED if failed else READY)

    def reset(self) -> None:
        """Forgets the tests' state and runs the start-up test."""
        super().reset()
        self._take_back()
        self._forget()
        if self._fault is NoiseFault.REPEATING:
            self._source.seek(0)
        self._raw(START_UP_SAMPLES)

    @property
    def fault(self) -> NoiseFault:
        """What is wrong with the source; takes effect with the next byte."""
        return self._fault

    @fault.setter
    def fault(self, fault: NoiseFault) -> None:
        self._take_back()
        self._fault = fault

    @property
    def healthy(self) -> bool:
        """Whether DATA delivers."""
        return not self._failed

    @property
    def next_block(self) -> int:
        """Where the source stands; persists, lest a chip repeat itself after power-on."""
        return self._source.next_block

    def draw(self, count: int) -> bytes | None:
        """`count` tested bytes, or None once a health test has failed."""
        self._take_back()
        if self._failed:
            return None
        data = self._raw(count)
        return None if self._failed else data

    @on_read(TrngRegs.DATA)
    def _data(self) -> int:
        word = int.from_bytes(self.draw(WORD_BYTES) or b"", "little")
        if self.pool is not None:
            self._lend(self.pool)
        return word

    def _lend(self, pool: bytearray) -> None:
        """Lends the next bytes, which are known to pass all tests; they are drawn when taken.

        What the source has not made yet is not lent, so that it never makes too much.
        """
        data = self._source.ahead(POOL_BYTES)
        seen, equal = self._in_window
        calm = 0 < seen < WINDOW - len(data) and equal + len(data) < PROPORTION_CUTOFF
        if not calm or self._failed or self._fault is not NoiseFault.NONE:
            return
        if not _repeats(self._tail + data):
            _POOL.pack_into(pool, 0, len(data), 0)
            pool[_POOL.size : _POOL.size + len(data)] = data

    def _take_back(self) -> None:
        """Ends the loan: draws what was taken of it."""
        if self.pool is None:
            return
        _, taken = _POOL.unpack_from(self.pool)
        _POOL.pack_into(self.pool, 0, 0, 0)
        if taken:
            self._raw(taken)

    def open_pool(self) -> bytearray:
        """Where it lends noise from now on."""
        self.pool = bytearray(_POOL.size + POOL_BYTES)
        return self.pool

    def _raw(self, count: int) -> bytes:
        """Draws samples from the source and tests them."""
        data = self._source.draw(count)
        if self._fault is NoiseFault.STUCK:
            data = b"\xa5" * count
        elif self._fault is NoiseFault.BIASED:
            data = bytes(each if each < 64 else each & 0x01 for each in data)
        run = self._tail + data
        if _repeats(run):
            self._judge(failed=True)
        self._tail = run[-(REPETITION_CUTOFF - 1) :]
        self._proportion(data)
        return data

    def _proportion(self, data: bytes) -> None:
        at = 0
        seen, equal = self._in_window
        if seen and seen + len(data) < WINDOW:
            # All of it in one window, as nearly always.
            equal += data.count(self._first or 0)
            if equal >= PROPORTION_CUTOFF:
                self._judge(failed=True)
            self._in_window = (seen + len(data), equal)
            return
        while at < len(data):
            if seen == 0:
                self._first, equal = data[at], 0
            part = data[at : at + WINDOW - seen]
            equal += part.count(self._first or 0)
            if equal >= PROPORTION_CUTOFF:
                self._judge(failed=True)
            seen = (seen + len(part)) % WINDOW
            at += len(part)
        self._in_window = (seen, equal)

    def capture(self) -> State:
        """The source's place, the tests' state and the fault."""
        self._take_back()
        block, buffer = self._source.position()
        return State(
            self.name,
            block=block,
            buffer=buffer,
            failed=self._failed,
            tail=self._tail,
            first=self._first,
            seen=self._in_window[0],
            equal=self._in_window[1],
            fault=self.fault.name,
        )

    def restore(self, state: State) -> None:
        """Goes on with the same bytes."""
        self._take_back()
        self._source.resume(state.integer("block"), state.blob("buffer"))
        self._judge(failed=state.flag("failed"))
        self._tail = state.blob("tail")
        self._first = state.optional_integer("first")
        self._in_window = (state.integer("seen"), state.integer("equal"))
        self.fault = state.member("fault", NoiseFault)
