# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A landmark on the network: a stream for what is said, datagrams for what is timed.

Whatever arrives, memory is bounded: sessions are counted, messages have a longest size, a
datagram without the ticket of an open session is dropped unread, and every wait ends.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from mooring_host.edge import Entropy, Now, system_entropy, system_now
from mooring_host.landmark.messages import (
    MAX_MESSAGE,
    SIZE_BYTES,
    Datagram,
    Failed,
    FailureWord,
    Granted,
    Hello,
    Message,
    Offer,
    Proof,
    RangingFailed,
    decode,
    encode,
    malformed,
)
from mooring_host.landmark.session import Phase, Session
from mooring_host.landmark.station import Station
from mooring_host.token import Receipt, issue

Address: TypeAlias = tuple[str, int]
Clock: TypeAlias = Callable[[], int]
"""Nanoseconds of a clock that never goes back."""

_M = TypeVar("_M", bound=Message)
_ATTEMPT: Final = "range a chip"


class Limits(NamedTuple):
    """How long and how much a landmark takes part.

    Attributes:
        sessions: open at once.
        session_s: seconds from connection to receipt; a chip's own deadline is 30 s.
        round_s: seconds that a response may take.
    """

    sessions: int = 64
    session_s: float = 45.0
    round_s: float = 5.0


@dataclass(frozen=True)
class Outcome:
    """How one session ended, for whoever runs the landmark."""

    peer: str
    receipt: Receipt | None
    word: str
    """Why there is none; empty if there is one."""
    reason: str


class LandmarkService:
    """Serves sessions until it is closed.

    Attributes:
        on_end: told how each session ended, or None.
    """

    def __init__(
        self,
        station: Station,
        *,
        limits: Limits | None = None,
        now: Now = system_now,
        entropy: Entropy = system_entropy,
        clock: Clock = time.perf_counter_ns,
    ) -> None:
        self.on_end: Callable[[Outcome], None] | None = None
        self._station = station
        self._limits = limits or Limits()
        self._now = now
        self._entropy = entropy
        self._clock = clock
        self._open = 0
        self._runs: dict[bytes, _Run] = {}
        self._datagrams: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._udp_port = 0

    async def start(self, host: str, port: int) -> Address:
        """Listens on both; port 0 takes any that is free.  Raises `OSError`."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=MAX_MESSAGE)
        where = self._server.sockets[0].getsockname()
        loop = asyncio.get_running_loop()
        try:
            self._datagrams, _ = await loop.create_datagram_endpoint(
                lambda: _Receiver(self._arrived), local_addr=(where[0], where[1])
            )
        except OSError:
            self._server.close()
            raise
        self._udp_port = where[1]
        return where[0], where[1]

    async def close(self) -> None:
        """Ends it; sessions that are open get no receipt."""
        if self._datagrams is not None:
            self._datagrams.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    # -- The stream -----------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        receipt: Receipt | None = None
        failure: RangingFailed | None = None
        try:
            if self._open > self._limits.sessions:
                raise RangingFailed(FailureWord.BUSY, _ATTEMPT, "too many sessions are open")
            receipt = await self._within(self._limits.session_s, self._run(reader, writer))
        except RangingFailed as error:
            failure = error
            await _say(writer, Failed(error.word, error.found))
        except (OSError, EOFError):
            failure = malformed("the other side has gone")
        except asyncio.CancelledError:
            failure = RangingFailed(FailureWord.LATE, _ATTEMPT, "the landmark was ended")
        finally:
            self._open -= 1
            writer.close()
        peer = _name(writer.get_extra_info("peername"))
        word, reason = ("", "") if failure is None else (failure.word, failure.found)
        if self.on_end is not None:
            self.on_end(Outcome(peer, receipt, word, reason))

    async def _within(self, seconds: float, work: Coroutine[None, None, Receipt]) -> Receipt:
        try:
            return await asyncio.wait_for(work, seconds)
        except TimeoutError as error:
            found = f"the session took more than {seconds:g} s"
            raise RangingFailed(FailureWord.LATE, _ATTEMPT, found) from error

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Receipt:
        hello = await _heard(reader, Hello)
        session = Session(self._station, hello, self._entropy, self._udp_port)
        run = _Run(session, asyncio.get_running_loop().create_future())
        self._runs[session.wish.ticket] = run
        try:
            await _say(writer, session.wish)
            session.take_offer(await _heard(reader, Offer))
            self._begin(run)
            proof = await self._timed(run, asyncio.ensure_future(_heard(reader, Proof)))
        finally:
            del self._runs[session.wish.ticket]
            run.stop()
        receipt = session.conclude(proof.token, self._now())
        await _say(writer, Granted(issue(receipt, self._station.signer)))
        return receipt

    async def _timed(self, run: _Run, proof: asyncio.Future[Proof]) -> Proof:
        """The rounds, and the proof behind them; a stream that ends ends them, too."""
        try:
            either: set[asyncio.Future[Any]] = {run.answered, proof}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if proof.done():
                proof.result()
            await run.answered
            return await proof
        finally:
            proof.cancel()

    # -- Datagrams -------------------------------------------------------------------------

    def _arrived(self, raw: bytes, source: Address) -> None:
        now_ns = self._clock()
        datagram = Datagram.decode(raw)
        run = None if datagram is None else self._runs.get(datagram.ticket)
        if datagram is None or run is None or run.answered.done():
            return
        if run.peer is None and datagram.round == 0:
            run.peer = source
            self._begin(run)
            return
        # Another sender is not heard; a bridge that has not heard the challenge asks again.
        if run.peer != source or datagram.round == 0:
            return
        try:
            run.session.respond(datagram.round, datagram.data, now_ns)
            if run.session.phase is Phase.ROUNDS:
                self._ask(run)
            else:
                run.finish()
        except RangingFailed as error:
            run.finish(error)

    def _begin(self, run: _Run) -> None:
        """Asks the first round, once the chip is bound and it is known where to send."""
        if run.peer is not None and run.session.phase is Phase.ROUNDS and run.timer is None:
            self._ask(run)

    def _ask(self, run: _Run) -> None:
        """Sends the next challenge; the clock is read before, so that nothing is missed."""
        if self._datagrams is None:
            return
        session, number = run.session, run.session.round
        loop = asyncio.get_running_loop()
        run.stop()
        run.timer = loop.call_later(self._limits.round_s, self._too_late, run, number)
        challenge = session.challenge(self._clock())
        self._datagrams.sendto(Datagram(session.wish.ticket, number, challenge).encode(), run.peer)

    def _too_late(self, run: _Run, number: int) -> None:
        found = f"no response of round {number} within {self._limits.round_s:g} s"
        run.finish(RangingFailed(FailureWord.LATE, _ATTEMPT, found))


class _Run:
    """The timed phase of a session."""

    def __init__(self, session: Session, answered: asyncio.Future[None]) -> None:
        self.session = session
        self.answered = answered
        self.peer: Address | None = None
        self.timer: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """No response is awaited any more."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def finish(self, error: RangingFailed | None = None) -> None:
        """The phase is over."""
        if self.answered.done():
            return
        if error is None:
            self.answered.set_result(None)
        else:
            self.answered.set_exception(error)


class _Receiver(asyncio.DatagramProtocol):
    """Passes datagrams on."""

    def __init__(self, arrived: Callable[[bytes, Address], None]) -> None:
        self._arrived = arrived

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by asyncio."""
        self._arrived(data, addr)


async def _heard(reader: asyncio.StreamReader, kind: type[_M]) -> _M:
    """The next message, which must be of this kind."""
    size = int.from_bytes(await reader.readexactly(SIZE_BYTES), "big")
    if size > MAX_MESSAGE:
        raise malformed(f"a message of {size} bytes, expected at most {MAX_MESSAGE}")
    message = decode(await reader.readexactly(size))
    if not isinstance(message, kind):
        raise malformed(f"{type(message).__name__}: expected {kind.__name__}")
    return message


async def _say(writer: asyncio.StreamWriter, message: Message) -> None:
    """Sends a message, unless the other side has gone."""
    try:
        writer.write(encode(message))
        await writer.drain()
    except OSError:
        return


def _name(peer: Address | None) -> str:
    return "unknown" if peer is None else f"{peer[0]}:{peer[1]}"
