# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""GATE: the last comparator of every signature, and the only thing that ENGINE asks.

An attempt goes BEGIN, expected values, ARM, one blinded VALUE a run, and for a licence
on to TERMS, the vault's WITNESS and OPEN.  A step out of order or a wrong value is
DEAD until reset; ABORT before OPEN is always harmless.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

from mooring_models import _regs
from mooring_models._regs import (
    EngineResult,
    GateAttempt,
    GateCommand,
    GateRegs,
    GateState,
    ModeWord,
)
from mooring_models._spec import WORD_BYTES, Register
from mooring_models.clock import SECOND, LocalTime
from mooring_models.otp import Lifecycle, Otp
from mooring_models.peripheral import Peripheral, on_read, on_write, on_write_words
from mooring_models.state import State
from mooring_models.trng import Trng

FULL_SPEED: Final = 65536
NONCE_BYTES: Final = 32

_WORD: Final = 0xFFFFFFFF


class AttemptKind(Enum):
    """What an attempt decides."""

    NONE = auto()
    LICENCE = auto()
    TRUST = auto()


# Licence: A, B, A, B; trust list: A, A.
RUNS: Final = {AttemptKind.LICENCE: 4, AttemptKind.TRUST: 2}


class Terms(NamedTuple):
    """What a licence grants."""

    cycles: int
    seconds: int


class Admission(NamedTuple):
    """The gate's answer to a job: the result the job will have, and its speed in 1/65536.

    A speed of 0 means that the job is not run.
    """

    result: EngineResult
    speed: int


def witness(wire_key: bytes, nonce: bytes, token_digest: bytes, terms: bytes) -> bytes:
    """What KEYVAULT proves to GATE over their private wire: this token, these terms.

    Args:
        wire_key: 32 bytes that only the two blocks hold.
        nonce: of the attempt, 32 bytes.
        token_digest: SHA-256 of the token.
        terms: cycles low, cycles high, seconds: 12 bytes, as words.
    """
    return hmac.digest(wire_key, nonce + token_digest + terms, "sha256")


def _nothing() -> None:
    """What a gate tells when nobody listens."""


class Gate(Peripheral, block=GateRegs.BLOCK):
    """The gate; reads mode and lifecycle from the fuses itself.

    Attributes:
        before_change: called before a command or a fault changes the grant, so that what
            had its turn until now is judged by the grant of its time.
    """

    __slots__ = (
        "_attempt",
        "_cycles_left",
        "_end",
        "_kind",
        "_latched_high",
        "_nonce",
        "_otp",
        "_ran",
        "_run",
        "_state",
        "_time",
        "_trng",
        "_wire_key",
        "_written",
        "before_change",
    )

    def __init__(self, time: LocalTime, otp: Otp, trng: Trng, wire_key: bytes) -> None:
        super().__init__(_regs.GATE)
        self._time = time
        self._otp = otp
        self._trng = trng
        self._wire_key = wire_key
        self.before_change: Callable[[], None] = _nothing
        self.reset()

    def reset(self) -> None:
        """Closes; every attempt and grant is forgotten."""
        super().reset()
        self._state = GateState.CLOSED
        self._ran = False
        self._cycles_left = 0
        self._end = 0
        self._latched_high = 0
        self._finish()

    # -- Wires to the other blocks ----------------------------------------------------

    @property
    def state(self) -> GateState:
        """The grant state at this moment."""
        return self._state_at(self._time.now)

    @property
    def attempt(self) -> GateAttempt:
        """The attempt state."""
        return self._attempt

    @property
    def kind(self) -> AttemptKind:
        """What the attempt under way decides."""
        return self._kind

    @property
    def attempt_nonce(self) -> bytes:
        """The attempt's nonce, by wire to KEYVAULT."""
        return self._nonce

    @property
    def token_digest(self) -> bytes:
        """The digest of the token under decision."""
        return self.peek_bytes(GateRegs.TOKEN_DIGEST)

    @property
    def cycles_left(self) -> int:
        """Engine cycles left of the running grant; 0 without one."""
        return self._cycles_left if self.state is GateState.OPEN else 0

    @property
    def seconds_left(self) -> int:
        """Whole seconds left of the running grant, rounded up; 0 without one."""
        return -((self._time.now - self._end) // SECOND) if self.state is GateState.OPEN else 0

    def _state_at(self, moment: int) -> GateState:
        """A grant closes by itself: it is open only before its end."""
        if self._state is GateState.OPEN and moment >= self._end:
            return GateState.CLOSED
        return self._state

    def admit(self, cycles: int, start: int) -> Admission:
        """ENGINE asks whether a job of `cycles` may run from `start`; what may is charged."""
        if self._otp.lifecycle is not Lifecycle.PRODUCTION:
            return Admission(EngineResult.GATE_CLOSED, 0)
        is_open = self._state_at(start) is GateState.OPEN
        if is_open and cycles <= self._cycles_left:
            self._cycles_left -= cycles
            if not self._cycles_left:
                self._state = GateState.CLOSED
            return Admission(EngineResult.DONE, FULL_SPEED)
        fraction = self._otp.fraction
        match self._otp.mode:
            case ModeWord.REPORT:
                return Admission(EngineResult.DONE, FULL_SPEED)
            case ModeWord.THROTTLE if fraction:
                return Admission(EngineResult.THROTTLED, fraction)
            case ModeWord.THROTTLE | ModeWord.DENY:
                pass
        if is_open:
            return Admission(EngineResult.ALLOWANCE, 0)
        return Admission(EngineResult.LAPSED if self._ran else EngineResult.GATE_CLOSED, 0)

    def shut_down(self) -> None:
        """The CPU has stopped for good: no attempt goes on, and the fuses alone decide."""
        self._finish()
        if self._otp.mode is not ModeWord.REPORT and self._state is GateState.OPEN:
            self._change(GateState.CLOSED)

    def _change(self, state: GateState) -> None:
        """Enters a grant state otherwise than by spending or outliving the grant."""
        self.before_change()
        self._state = state

    # -- The attempt --------------------------------------------------------------------

    def _die(self) -> None:
        """Tampering was seen."""
        self._finish()
        self._change(GateState.DEAD)

    def _finish(self) -> None:
        """Ends the attempt and forgets its values."""
        self._enter(GateAttempt.IDLE)
        self._kind = AttemptKind.NONE
        self._count_run(0)
        self._nonce = b""
        # Which words of each array the attempt has written, one bit a word.
        self._written: dict[str, int] = {}
        self.poke_bytes(GateRegs.TOKEN_DIGEST, _ATTEMPT_VALUES)

    def _enter(self, attempt: GateAttempt) -> None:
        """Goes on to a state of the attempt, and shows it."""
        self._attempt = attempt
        self.poke(GateRegs.ATTEMPT, attempt)

    def _count_run(self, run: int) -> None:
        """Notes how many values have been right, and shows it."""
        self._run = run
        self.poke(GateRegs.RUN, run)

    @on_write(GateRegs.COMMAND)
    def _command(self, value: int) -> None:
        if self._state is GateState.DEAD:
            return
        match value:
            case GateCommand.BEGIN_LICENCE:
                self._begin(AttemptKind.LICENCE)
            case GateCommand.BEGIN_TRUST:
                self._begin(AttemptKind.TRUST)
            case GateCommand.ARM:
                self._arm()
            case GateCommand.ABORT:
                self._finish()
            case GateCommand.OPEN:
                self._open()
            case GateCommand.CLOSE:
                if self._state is GateState.OPEN:
                    self._change(GateState.CLOSED)
            case _:
                self._die()

    def _begin(self, kind: AttemptKind) -> None:
        nonce = self._trng.draw(NONCE_BYTES)
        if self._attempt is not GateAttempt.IDLE or nonce is None:
            self._die()  # a step out of order, or masks would be guessable
            return
        self._enter(GateAttempt.COLLECT)
        self._kind = kind
        self._nonce = nonce

    def _arm(self) -> None:
        wanted = [GateRegs.TOKEN_DIGEST, GateRegs.EXPECTED_A]
        wanted += [GateRegs.EXPECTED_B] if self._kind is AttemptKind.LICENCE else []
        if self._attempt is not GateAttempt.COLLECT or not all(map(self._complete, wanted)):
            self._die()
            return
        self._enter(GateAttempt.RUN)
        self._next_mask()

    def _next_mask(self) -> None:
        mask = self._trng.draw(GateRegs.MASK.size)
        if mask is None:
            self._die()
            return
        self.poke_bytes(GateRegs.MASK, mask)
        self._written[GateRegs.VALUE.name] = 0

    def _compare(self) -> None:
        """Compares the unblinded VALUE of this run with what it must be."""
        licence = self._kind is AttemptKind.LICENCE
        expected = GateRegs.EXPECTED_B if licence and self._run % 2 else GateRegs.EXPECTED_A
        blinded = int.from_bytes(self.peek_bytes(GateRegs.VALUE), "little")
        mask = int.from_bytes(self.peek_bytes(GateRegs.MASK), "little")
        if blinded ^ mask != int.from_bytes(self.peek_bytes(expected), "little"):
            self._die()
            return
        self._count_run(self._run + 1)
        if self._run < RUNS[self._kind]:
            self._next_mask()
            return
        self._enter(GateAttempt.MATCHED)
        self.poke_bytes(GateRegs.MASK, bytes(GateRegs.MASK.size))

    def _check_terms(self) -> None:
        words = [self.peek(GateRegs.TERMS, index) for index in range(GateRegs.TERMS.count)]
        half = len(words) // 2
        if any(a ^ b != _WORD for a, b in zip(words[:half], words[half:], strict=True)):
            self._die()

    def _check_witness(self) -> None:
        terms = self.peek_bytes(GateRegs.TERMS)[: GateRegs.TERMS.size // 2]
        right = witness(self._wire_key, self._nonce, self.token_digest, terms)
        if not hmac.compare_digest(right, self.peek_bytes(GateRegs.WITNESS)):
            self._die()
            return
        self._enter(GateAttempt.WITNESSED)

    def _open(self) -> None:
        if self._attempt is not GateAttempt.WITNESSED:
            self._die()
            return
        terms = Terms(
            self.peek(GateRegs.TERMS, 1) << 32 | self.peek(GateRegs.TERMS, 0),
            min(self.peek(GateRegs.TERMS, 2), self._otp.max_lifetime_s),
        )
        self._finish()
        if self._otp.lifecycle is not Lifecycle.PRODUCTION or not all(terms):
            self._change(GateState.CLOSED)
            return
        self._change(GateState.OPEN)
        self._ran = True
        self._cycles_left = terms.cycles
        self._end = self._time.now + terms.seconds * SECOND

    # -- Arrays, each word once ------------------------------------------------------

    def _complete(self, register: Register) -> bool:
        return self._written.get(register.name, 0) == (1 << register.count) - 1

    def _collect(self, register: Register, index: int, data: bytes, permitted: bool) -> bool:
        """Takes words of `register`; returns whether all of it has been written.

        A word that is not awaited now, or is written twice, kills the gate.
        """
        if self._state is GateState.DEAD:
            return False
        bits = ((1 << len(data) // WORD_BYTES) - 1) << index
        written = self._written.get(register.name, 0)
        if not permitted or written & bits:
            self._die()
            return False
        self._written[register.name] = written | bits
        self.poke_bytes(register, data, index)
        return self._complete(register)

    def _matched_licence(self) -> bool:
        return self._attempt is GateAttempt.MATCHED and self._kind is AttemptKind.LICENCE

    @on_write_words(GateRegs.TOKEN_DIGEST)
    def _digest(self, index: int, data: bytes) -> None:
        permitted = self._attempt is GateAttempt.COLLECT
        self._collect(GateRegs.TOKEN_DIGEST, index, data, permitted)

    @on_write_words(GateRegs.EXPECTED_A)
    def _expected_a(self, index: int, data: bytes) -> None:
        permitted = self._attempt is GateAttempt.COLLECT
        self._collect(GateRegs.EXPECTED_A, index, data, permitted)

    @on_write_words(GateRegs.EXPECTED_B)
    def _expected_b(self, index: int, data: bytes) -> None:
        permitted = self._attempt is GateAttempt.COLLECT and self._kind is AttemptKind.LICENCE
        self._collect(GateRegs.EXPECTED_B, index, data, permitted)

    @on_write_words(GateRegs.VALUE)
    def _value(self, index: int, data: bytes) -> None:
        if self._collect(GateRegs.VALUE, index, data, self._attempt is GateAttempt.RUN):
            self._compare()

    @on_write_words(GateRegs.TERMS)
    def _terms(self, index: int, data: bytes) -> None:
        if self._collect(GateRegs.TERMS, index, data, self._matched_licence()):
            self._check_terms()

    @on_write_words(GateRegs.WITNESS)
    def _take_witness(self, index: int, data: bytes) -> None:
        permitted = self._matched_licence() and self._complete(GateRegs.TERMS)
        if self._collect(GateRegs.WITNESS, index, data, permitted):
            self._check_witness()

    # -- Read-only registers -----------------------------------------------------------

    @on_read(GateRegs.STATE)
    def _read_state(self) -> int:
        return self.state

    @on_read(GateRegs.LEFT_LO)
    def _left_low(self) -> int:
        left = self.cycles_left
        self._latched_high = left >> 32
        return left & _WORD

    @on_read(GateRegs.LEFT_HI)
    def _left_high(self) -> int:
        return self._latched_high

    @on_read(GateRegs.LEFT_SECONDS)
    def _left_seconds(self) -> int:
        return self.seconds_left

    # -- Snapshot ------------------------------------------------------------------------

    def capture(self) -> State:
        """Grant and attempt; times relative to the present."""
        written = [State("written", name=name, bits=bits) for name, bits in self._written.items()]
        return State(
            self.name,
            registers=bytes(self._slab),
            state=self._state.name,
            attempt=self._attempt.name,
            kind=self._kind.name,
            run=self._run,
            nonce=self._nonce,
            ran=self._ran,
            cycles_left=self._cycles_left,
            time_left=self._end - self._time.now,
            latched_high=self._latched_high,
            written=written,
        )

    def restore(self, state: State) -> None:
        """Takes grant and attempt."""
        self._slab[:] = state.blob("registers", len(self._slab))
        self._state = state.member("state", GateState)
        self._enter(state.member("attempt", GateAttempt))
        self._kind = state.member("kind", AttemptKind)
        self._count_run(state.integer("run"))
        self._nonce = state.blob("nonce")
        self._ran = state.flag("ran")
        self._cycles_left = state.integer("cycles_left")
        self._end = self._time.now + state.integer("time_left")
        self._latched_high = state.integer("latched_high")
        self._written = {each.text("name"): each.integer("bits") for each in state.parts("written")}


# What the end of an attempt blanks: the arrays from the first to the last lie without a gap.
_ATTEMPT_VALUES: Final = bytes(
    GateRegs.TERMS.offset + GateRegs.TERMS.size - GateRegs.TOKEN_DIGEST.offset
)
