# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Request and response over a line that may lose, change and add bytes.

Every command may be sent again after a lost answer: reading commands change nothing, BURN and
TRUST find their work done, LICENCE answers that it was accepted already. COMPUTE runs, and is
charged, again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, TypeVar

from mooring_host.errors import GarbageAnswer, NoAnswer, ProtocolError
from mooring_host.transport import Transport
from mooring_host.wire.envelope import Command, Completion, Envelope
from mooring_host.wire.framing import FLAG, FrameDecoder, encode_frame
from mooring_host.wire.mctp import (
    LARGEST_UNIT,
    NULL_EID,
    Assembler,
    ControlCommand,
    ControlResponse,
    Message,
    MessageType,
    Packet,
    control_request,
    packets_of,
)
from mooring_host.wire.requester import TAGS, Requester

_log: Final = logging.getLogger(__name__)

DEFAULT_TIMEOUT_S: Final = 3.0
DEFAULT_TRIES: Final = 3

_SLOWEST_LINE: Final = 960
"""Bytes a second of a line at 9600 baud; long requests get the time to go out."""
_MOST_NOISE: Final = 65536
"""Bytes without a message after which waiting on is hopeless: 4 longest answers, all escaped."""
_RESYNC: Final = bytes((FLAG,)) * 4
"""Ends any frame that a reader may believe to be in: length, two bytes of FCS, closing flag."""
_LOGGED_BYTES: Final = 32


Answer = TypeVar("Answer")


class Direction(Enum):
    """Which way bytes went."""

    SENT = ">"
    RECEIVED = "<"


@dataclass(frozen=True)
class WireEvent:
    """Bytes on the line."""

    at: float
    """Seconds of the line's clock."""
    direction: Direction
    data: bytes


Observer: TypeAlias = Callable[[WireEvent], None]
"""Sees all bytes of a link, for traces."""


class Link:
    """One requester on one line."""

    def __init__(
        self,
        transport: Transport,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        tries: int = DEFAULT_TRIES,
        observer: Observer | None = None,
        requester: Requester | None = None,
    ) -> None:
        """Makes a link.

        Args:
            transport: the line.
            timeout_s: how long to wait for the first, and for each further, packet.
            tries: how often to send a request before giving up.
            observer: told of all bytes.
            requester: who asks; None: an address of its own, so that no answer is taken that
                was meant for an earlier program on this line.
        """
        self.transport = transport
        self._timeout_s = timeout_s
        self._tries = tries
        self._observer = observer
        asking = Requester.draw() if requester is None else requester
        self._eid = asking.eid
        self._next_tag = asking.first_tag
        self._decoder = FrameDecoder()
        self._assembler = Assembler(asking.eid)

    def request(self, command: Command, body: bytes, *, tries: int | None = None) -> Envelope:
        """Sends a command and returns the chip's answer to it, a refusal included.

        Args:
            command: what is asked.
            body: with what.
            tries: how often to send it at most; None: as often as the link does.

        Raises:
            NoAnswer: nothing came back.
            GarbageAnswer: something came back, but no answer.
            ProtocolError: the answer breaks the protocol.
            TransportError: the line failed.
        """
        message = Envelope(command, Completion.DONE, body).encode()

        def accept(answer: Message) -> Envelope | None:
            if answer.body[0] != MessageType.VENDOR_IANA:
                return None
            envelope = Envelope.decode(answer.body)
            about_it = envelope.command == command
            # The chip answers a message of a type that it does not know without a command.
            refused = (envelope.command, envelope.completion) == (Command.NONE, Completion.REFUSED)
            return envelope if about_it or refused else None

        return self._exchange(message, accept, command, tries or self._tries)

    def control(self, command: ControlCommand, data: bytes = b"") -> ControlResponse:
        """Sends an MCTP control request; errors as in `request`."""

        def accept(answer: Message) -> ControlResponse | None:
            if answer.body[0] != MessageType.CONTROL:
                return None
            response = ControlResponse.decode(answer.body)
            return response if response.command == command else None

        return self._exchange(control_request(command, 0, data), accept, command, self._tries)

    def _exchange(
        self,
        message: bytes,
        accept: Callable[[Message], Answer | None],
        command: Command | ControlCommand,
        tries: int,
    ) -> Answer:
        seen = 0
        tags: set[int] = set()
        for attempt in range(tries):
            # A tag of its own for each try; a late answer to an earlier one is as good.
            tag = self._next_tag
            self._next_tag = (tag + 1) % TAGS
            tags.add(tag)
            sent = self._send(message, tag, again=attempt > 0)
            wait_s = self._timeout_s + sent / _SLOWEST_LINE
            answer, received = self._await(tags, accept, wait_s)
            if answer is not None:
                return answer
            seen += received
            _log.debug(
                "%s: try %d of %d got no answer", self._attempted(command), attempt + 1, tries
            )
        attempted = self._attempted(command)
        if seen == 0:
            raise NoAnswer(
                attempted,
                f"no answer within {self._timeout_s:g} s, {tries} times",
                "Is the chip powered, is this its link (not its console), is the baud rate "
                "right? Check: mooring doctor",
            )
        raise GarbageAnswer(
            attempted,
            f"{seen} bytes came back, but no answer among them",
            "Is the baud rate right, and is this the chip's link, not its console?",
        )

    def exchange_raw(self, data: bytes, timeout_s: float) -> bytes:
        """Sends bytes without a frame and returns as many, as in a ranging session.

        Raises:
            NoAnswer: fewer came back within `timeout_s` seconds.
            ProtocolError: more did.
            TransportError: the line failed.
        """
        self._note(Direction.SENT, data)
        self.transport.write(data)
        attempted = f"exchange {len(data)} raw bytes on {self.transport.name}"
        deadline = self.transport.monotonic() + timeout_s
        answer = b""
        while len(answer) < len(data):
            left_s = deadline - self.transport.monotonic()
            part = self.transport.read(left_s) if left_s > 0 else b""
            if not part:
                raise NoAnswer(
                    attempted,
                    f"{len(answer)} bytes came back within {timeout_s:g} s",
                    "Has the session's deadline passed, or another program used the line?",
                )
            self._note(Direction.RECEIVED, part)
            answer += part
        if len(answer) > len(data):
            raise ProtocolError(attempted, f"{len(answer)} bytes came back")
        return answer

    def _attempted(self, command: Command | ControlCommand) -> str:
        standard = "MCTP " if isinstance(command, ControlCommand) else ""
        return f"{standard}{command.name} on {self.transport.name}"

    def _send(self, message: bytes, tag: int, *, again: bool) -> int:
        frames = b"".join(
            encode_frame(packet.encode())
            for packet in packets_of(
                message,
                destination=NULL_EID,
                source=self._eid,
                tag=tag,
                tag_owner=True,
                unit=LARGEST_UNIT,
            )
        )
        data = _RESYNC + frames if again else frames
        self._note(Direction.SENT, data)
        self.transport.write(data)
        return len(data)

    def _await(
        self, tags: Collection[int], accept: Callable[[Message], Answer | None], wait_s: float
    ) -> tuple[Answer | None, int]:
        """The answer, if it comes in time, and the number of bytes seen meanwhile."""
        seen = 0
        deadline = self.transport.monotonic() + wait_s
        while (left_s := deadline - self.transport.monotonic()) > 0 and seen < _MOST_NOISE:
            data = self.transport.read(left_s)
            if not data:
                break
            seen += len(data)
            self._note(Direction.RECEIVED, data)
            patience = self.transport.monotonic() + self._timeout_s
            for raw in self._decoder.feed(data):
                packet = Packet.decode(raw)
                if packet is None or packet.tag_owner or packet.tag not in tags:
                    continue
                deadline = patience
                message = self._assembler.feed(packet)
                answer = accept(message) if message is not None else None
                if answer is not None:
                    return answer, seen
        return None, seen

    def _note(self, direction: Direction, data: bytes) -> None:
        if self._observer is not None:
            self._observer(WireEvent(self.transport.monotonic(), direction, data))
        if _log.isEnabledFor(logging.DEBUG):
            # Only the beginning: frames carry tokens, which a log must not hold in full.
            more = "…" if len(data) > _LOGGED_BYTES else ""
            shown = data[:_LOGGED_BYTES].hex(" ")
            _log.debug("%s %d bytes: %s%s", direction.value, len(data), shown, more)


@dataclass(frozen=True)
class Endpoint:
    """What MCTP discovery tells of a chip."""

    eid: int
    versions: tuple[bytes, ...]
    """MCTP base versions as DSP0236 encodes them, 4 bytes each."""
    message_types: tuple[int, ...]


def discover(link: Link) -> Endpoint:
    """Asks who is at the other end, without any command of Mooring's own.

    Raises:
        ProtocolError: an answer is not as MCTP wants it; else as `Link.control`.
    """
    eid = _control_data(link, ControlCommand.GET_ENDPOINT_ID)
    versions = _control_data(link, ControlCommand.GET_VERSION_SUPPORT, b"\xff")
    types = _control_data(link, ControlCommand.GET_MESSAGE_TYPE_SUPPORT)
    if len(versions) != 1 + 4 * versions[0] or len(types) != 1 + types[0]:
        raise ProtocolError(
            f"MCTP discovery on {link.transport.name}", "a list is not as long as it says"
        )
    return Endpoint(
        eid[0],
        tuple(versions[at : at + 4] for at in range(1, len(versions), 4)),
        tuple(types[1:]),
    )


def _control_data(link: Link, command: ControlCommand, data: bytes = b"") -> bytes:
    response = link.control(command, data)
    if response.completion != 0 or not response.data:
        raise ProtocolError(
            f"MCTP {command.name} on {link.transport.name}",
            f"completion {response.completion:#04x} with {len(response.data)} bytes",
        )
    return response.data
