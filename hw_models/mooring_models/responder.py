# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""RESPONDER: answers a landmark's timed challenges without firmware in the loop.

It commits to random bytes, takes UART1's line from the CPU, and answers each challenge by
challenge XOR committed bytes the moment its last bit is there.  Whatever the other side does,
the line is the CPU's again after the last challenge or at the deadline, and a byte that was
committed to is used once.
"""

from __future__ import annotations

from typing import Final

from mooring_models import _regs
from mooring_models._regs import ResponderCommand, ResponderRegs, ResponderState
from mooring_models._spec import decode
from mooring_models.clock import SECOND, Event, EventLoop, LocalTime
from mooring_models.peripheral import Peripheral, on_read, on_write
from mooring_models.state import State
from mooring_models.transcript import Session
from mooring_models.trng import Trng
from mooring_models.uart import Uart

DEADLINE: Final = 30 * SECOND
"""From OPEN to the proof; more than 64 round trips around the Earth by satellite take."""
MAX_ROUNDS: Final = 64
MAX_WIDTH: Final = 4
NONCE_BYTES: Final = 32
SALT_BYTES: Final = 32

_ROUNDS, _WIDTH = ResponderRegs.SHAPE.fields


class Responder(Peripheral, block=ResponderRegs.BLOCK):
    """The responder; wired to UART1's line, the random numbers and the device id."""

    __slots__ = (
        "_challenges",
        "_committed",
        "_deadline",
        "_loop",
        "_next",
        "_salt",
        "_time",
        "_trng",
        "_uart",
        "_ueid",
    )

    def __init__(
        self, loop: EventLoop, time: LocalTime, trng: Trng, uart: Uart, ueid: bytes
    ) -> None:
        super().__init__(_regs.RESPONDER)
        self._loop = loop
        self._time = time
        self._trng = trng
        self._uart = uart
        self._ueid = ueid
        self._deadline: Event | None = None
        self._next: Event | None = None  # when the line is ours, or the next challenge is there
        self._forget()

    def _forget(self) -> None:
        self._committed = b""
        self._salt = b""
        self._challenges = bytearray()

    def reset(self) -> None:
        """Ends the session, if there is one, without a trace."""
        self._end(ResponderState.CLOSED)
        super().reset()

    @property
    def state(self) -> ResponderState:
        """State of the session."""
        return ResponderState(self.peek(ResponderRegs.STATE))

    def _enter(self, state: ResponderState) -> None:
        self.poke(ResponderRegs.STATE, state)

    @on_read(ResponderRegs.STATE)
    def _state(self) -> int:
        state = self.state
        if state in (ResponderState.SHAPE, ResponderState.NOISE):
            self._enter(ResponderState.CLOSED)  # why OPEN was refused is no state of a session
        return state

    @on_read(ResponderRegs.LEFT_SECONDS)
    def _left_seconds(self) -> int:
        if self._deadline is None:
            return 0
        return max(1, -((self._time.now - self._deadline.time) // SECOND))

    @on_write(ResponderRegs.COMMAND)
    def _command(self, value: int) -> None:
        match decode(ResponderCommand, value):
            case ResponderCommand.OPEN:
                self._open()
            case ResponderCommand.START:
                self._start()
            case None:
                pass

    # -- A session ------------------------------------------------------------------------

    @property
    def _session(self) -> Session:
        shape = self.peek(ResponderRegs.SHAPE)
        return Session(
            self._ueid,
            self.peek_bytes(ResponderRegs.LANDMARK_KID),
            self.peek_bytes(ResponderRegs.LANDMARK_NONCE),
            self.peek_bytes(ResponderRegs.CHIP_NONCE),
            (shape & _ROUNDS.mask) >> _ROUNDS.lsb,
            (shape & _WIDTH.mask) >> _WIDTH.lsb,
        )

    def _open(self) -> None:
        if self._deadline is not None:
            return
        session = self._session
        if not (1 <= session.rounds <= MAX_ROUNDS and 1 <= session.width <= MAX_WIDTH):
            self._enter(ResponderState.SHAPE)
            return
        size = session.rounds * session.width
        noise = self._trng.draw(NONCE_BYTES + SALT_BYTES + size)
        if noise is None:
            self._enter(ResponderState.NOISE)
            return
        self.poke_bytes(ResponderRegs.CHIP_NONCE, noise[:NONCE_BYTES])
        self._salt = noise[NONCE_BYTES:-size]
        self._committed = noise[-size:]
        commitment = self._session.commitment(self._salt, self._committed)
        self.poke_bytes(ResponderRegs.COMMITMENT, commitment)
        self._enter(ResponderState.OPENED)
        self._deadline = self._loop.at(self._time.now + DEADLINE, self._expire)

    def _start(self) -> None:
        if self.state is not ResponderState.OPENED:
            return
        if self._uart.has_input:
            self._end(ResponderState.EARLY)
            return
        self._enter(ResponderState.ARMED)
        self._uart.tap(self)
        self._next = self._loop.at(self._uart.sent_at, self._take_line)

    def _take_line(self) -> None:
        self._next = None
        self._enter(ResponderState.RUNNING)
        self._await_challenge()

    # -- The line (LineTap) -----------------------------------------------------------------

    @property
    def diverts(self) -> bool:
        """Whether the line is RESPONDER's."""
        return self.peek(ResponderRegs.STATE) == ResponderState.RUNNING

    def arriving(self) -> None:
        """A byte has begun to arrive."""
        waiting = self._next
        if self.state is ResponderState.RUNNING:
            if waiting is None:
                self._await_challenge()
        elif waiting is not None and waiting.time > self._loop.now:
            self._end(ResponderState.EARLY)
        elif waiting is not None:
            # The transmitter is empty at this very moment: the answer has been read.
            waiting.cancel()
            self._take_line()

    def _await_challenge(self) -> None:
        due = self._uart.due(self._session.width)
        if due is not None:
            self._next = self._loop.at(due, self._answer)

    def _answer(self) -> None:
        self._next = None
        challenge, broken = self._uart.take_raw(self._session.width)
        if broken:
            self._end(ResponderState.BROKEN)
            return
        at = len(self._challenges)
        mask = self._committed[at : at + len(challenge)]
        self._challenges += challenge
        self._uart.send_raw(bytes(a ^ b for a, b in zip(challenge, mask, strict=True)))
        if len(self._challenges) < len(self._committed):
            self._await_challenge()
        else:
            self._release_line(ResponderState.DONE)

    # -- The end ------------------------------------------------------------------------------

    def _release_line(self, state: ResponderState) -> None:
        """Gives the line back, without what came of a challenge that is not whole."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self.diverts:
            self._uart.take_raw(len(self._committed))
        self._enter(state)
        self._uart.tap(None)
        self._uart.poked()

    def _end(self, state: ResponderState) -> None:
        if self._deadline is None:
            return
        self._deadline.cancel()
        self._deadline = None
        self._release_line(state)
        self._forget()

    def _expire(self) -> None:
        self._end(ResponderState.LATE)

    def take_claims(self) -> bytes | None:
        """The claims of a finished session, which ends; None if there is none.  For KEYVAULT."""
        if self.state is not ResponderState.DONE:
            return None
        claims = self._session.claims(bytes(self._challenges), self._committed, self._salt)
        self._end(ResponderState.CLOSED)
        return claims

    # -- Snapshot -------------------------------------------------------------------------------

    def capture(self) -> State:
        """Registers, secrets of the session and its moments, relative to the present."""
        now = self._loop.now
        return State(
            self.name,
            registers=bytes(self._slab),
            committed=self._committed,
            salt=self._salt,
            challenges=bytes(self._challenges),
            deadline_in=None if self._deadline is None else self._deadline.time - now,
            next_in=None if self._next is None else self._next.time - now,
        )

    def restore(self, state: State) -> None:
        """Goes on with the session; the UART has been restored before."""
        self._end(ResponderState.CLOSED)
        now = self._loop.now
        self._slab[:] = state.blob("registers", len(self._slab))
        self._committed = state.blob("committed")
        self._salt = state.blob("salt")
        self._challenges = bytearray(state.blob("challenges"))
        deadline = state.optional_integer("deadline_in")
        following = state.optional_integer("next_in")
        if deadline is not None:
            self._deadline = self._loop.at(now + deadline, self._expire)
        armed = self.state is ResponderState.ARMED
        if armed or self.diverts:
            self._uart.tap(self)
        if following is not None:
            action = self._take_line if armed else self._answer
            self._next = self._loop.at(now + following, action)
