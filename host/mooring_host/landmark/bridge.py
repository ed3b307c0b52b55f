# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The host's part in ranging: it carries bytes between a landmark and a chip's serial port.

It is trusted with nothing: what it delays only makes the chip seem farther away, and what it
changes shows in the chip's proof.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from mooring_host import cose
from mooring_host.errors import Error, TransportError
from mooring_host.landmark.messages import (
    MAX_DATAGRAM,
    MAX_MESSAGE,
    SIZE_BYTES,
    Datagram,
    Failed,
    Granted,
    Hello,
    Message,
    Offer,
    Proof,
    RangingFailed,
    Wish,
    decode,
    encode,
    malformed,
)
from mooring_host.wire.messages import InfoResponse, RangeRequest, RangeResponse

_M = TypeVar("_M", bound=Message)

DEFAULT_TIMEOUT_S: Final = 10.0
_HERE_S: Final = 0.5
"""How long to wait for the first challenge before saying again where to send it."""
_HERE_TRIES: Final = 10


class Ranged(Protocol):
    """A chip, as `ChipClient` is one."""

    def info(self) -> InfoResponse: ...

    def range_open(self, request: RangeRequest) -> RangeResponse: ...

    def exchange(self, challenge: bytes, timeout_s: float) -> bytes: ...

    def range_proof(self) -> bytes: ...

    def range_abandon(self) -> None: ...


def range_chip(
    chip: Ranged,
    landmark: tuple[str, int],
    nonce: bytes,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    on_round: Callable[[int, int], None] | None = None,
) -> bytes:
    """Has a landmark range the chip; returns the receipt, which the verifier appraises.

    Args:
        chip: the chip.
        landmark: host and port of its service.
        nonce: the verifier's, 32 bytes.
        timeout_s: how long to wait for each word of the landmark.
        on_round: told after each round its number and how many there are.

    Raises:
        TransportError: the landmark cannot be reached, or falls silent.
        RangingFailed: it gives no receipt, and says why.
        Error: as of the chip's commands.
    """
    attempted = f"range the chip from the landmark {landmark[0]}:{landmark[1]}"
    device_key = cose.decode_key(chip.info().device_key)
    try:
        with socket.create_connection(landmark, timeout_s) as stream:
            _say(stream, Hello(device_key, nonce))
            wish = _heard(stream, Wish)
            offer = chip.range_open(RangeRequest(wish.kid, wish.nonce, wish.rounds, wish.width))
            try:
                _say(stream, Offer(offer.chip_nonce, offer.commitment))
                _rounds(chip, stream, wish, timeout_s, on_round)
            except (Error, OSError):
                # The chip would take all that follows for challenges.
                chip.range_abandon()
                raise
            _say(stream, Proof(chip.range_proof()))
            return _heard(stream, Granted).receipt
    except TimeoutError as error:
        found = f"nothing heard within {timeout_s:g} s"
        raise TransportError(attempted, found, "Is it the right address, for UDP too?") from error
    except OSError as error:
        found = error.strerror or str(error)
        raise TransportError(attempted, found, "Is the landmark running?") from error


def _rounds(
    chip: Ranged,
    stream: socket.socket,
    wish: Wish,
    timeout_s: float,
    on_round: Callable[[int, int], None] | None,
) -> None:
    peer = (stream.getpeername()[0], wish.udp_port)
    with socket.socket(stream.family, socket.SOCK_DGRAM) as datagrams:
        datagrams.connect(peer)
        raw = _first(datagrams, stream, wish)
        for number in range(1, wish.rounds + 1):
            challenge = _challenge(raw, wish, number)
            response = chip.exchange(challenge, timeout_s)
            datagrams.send(Datagram(wish.ticket, number, response).encode())
            if on_round is not None:
                on_round(number, wish.rounds)
            if number < wish.rounds:
                datagrams.settimeout(timeout_s)
                raw = _received(datagrams, stream)


def _first(datagrams: socket.socket, stream: socket.socket, wish: Wish) -> bytes:
    """Says where datagrams go until the first challenge comes; this is not timed."""
    datagrams.settimeout(_HERE_S)
    for _ in range(_HERE_TRIES):
        datagrams.send(Datagram(wish.ticket, 0, b"").encode())
        try:
            return _received(datagrams, stream)
        except TimeoutError:
            continue
    raise TimeoutError


def _received(datagrams: socket.socket, stream: socket.socket) -> bytes:
    """The next datagram; raises `RangingFailed` if the landmark says why there is none."""
    ready, _, _ = select.select([datagrams, stream], [], [], datagrams.gettimeout())
    if datagrams in ready:
        return datagrams.recv(MAX_DATAGRAM + 1)
    if stream in ready:
        _heard(stream, Granted)
        raise malformed("a receipt before the last round")
    raise TimeoutError


def _challenge(raw: bytes, wish: Wish, number: int) -> bytes:
    datagram = Datagram.decode(raw)
    if datagram is None or datagram.ticket != wish.ticket:
        raise malformed("a datagram that is none of this session")
    if datagram.round != number or len(datagram.data) != wish.width:
        found = f"round {datagram.round} of {len(datagram.data)} bytes"
        raise malformed(f"{found}, expected {number} of {wish.width}")
    return datagram.data


def _say(stream: socket.socket, message: Message) -> None:
    stream.sendall(encode(message))


def _heard(stream: socket.socket, kind: type[_M]) -> _M:
    """The next message, which must be of this kind; raises `RangingFailed`."""
    size = int.from_bytes(_exactly(stream, SIZE_BYTES), "big")
    if size > MAX_MESSAGE:
        raise malformed(f"a message of {size} bytes, expected at most {MAX_MESSAGE}")
    message = decode(_exactly(stream, size))
    if isinstance(message, Failed):
        raise RangingFailed(message.word, "range the chip", message.reason)
    if not isinstance(message, kind):
        raise malformed(f"{type(message).__name__}: expected {kind.__name__}")
    return message


def _exactly(stream: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = stream.recv(count - len(data))
        if not part:
            raise ConnectionResetError("the landmark has closed the connection")
        data += part
    return data
