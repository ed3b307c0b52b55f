# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A landmark on loopback, the bridge, and an emulated chip; and whoever else may send to it."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import pytest
from benches.rig import Rig

from mooring_host.chip import ChipClient
from mooring_host.errors import TransportError
from mooring_host.keys.signer import SoftwareSigner
from mooring_host.landmark import (
    LandmarkService,
    Limits,
    Outcome,
    RangingFailed,
    Station,
    range_chip,
)
from mooring_host.landmark.messages import Datagram, Failed, Hello, Offer, Wish, decode, encode
from mooring_host.token import Receipt
from mooring_host.token.frame import payload_of

KEY: Final = SoftwareSigner.from_seed(hashlib.sha256(b"landmark").digest())
NONCE: Final = hashlib.sha256(b"verifier").digest()
STATION: Final = Station("tokyo", KEY, 35.68, 139.77, 20, rounds=8)
NOW: Final = 1_790_000_000
T = TypeVar("T")

Address = tuple[str, int]


def served(
    client: Callable[[Address], T], limits: Limits | None = None, station: Station = STATION
) -> tuple[T, list[Outcome]]:
    """Runs `client` in a thread beside the service, whose clock counts its own readings."""
    ended: list[Outcome] = []
    ticks = iter(range(0, 10**12, 1000))

    async def both() -> T:
        service = LandmarkService(
            station, limits=limits, now=lambda: NOW, clock=lambda: next(ticks)
        )
        done = asyncio.Event()

        def on_end(outcome: Outcome) -> None:
            ended.append(outcome)
            done.set()

        service.on_end = on_end
        address = await service.start("127.0.0.1", 0)
        try:
            result = await asyncio.to_thread(client, address)
            await asyncio.wait_for(done.wait(), 30)
            return result
        finally:
            await service.close()

    return asyncio.run(both()), ended


def refused(call: Callable[[], Awaitable[bytes] | bytes]) -> str:
    with pytest.raises(RangingFailed) as caught:
        call()
    return str(caught.value.word)


def test_chip_is_ranged_and_the_receipt_is_the_landmarks(cpu: str) -> None:
    rig = Rig(cpu=cpu)
    rounds: list[tuple[int, int]] = []

    token, (ended,) = served(
        lambda where: range_chip(
            rig.client, where, NONCE, on_round=lambda number, count: rounds.append((number, count))
        )
    )

    frame, _ = payload_of(token, Receipt.kind)
    receipt = Receipt.from_token(token)
    assert frame.verified_by(KEY.public_key)
    assert (receipt.ueid, receipt.nonce, receipt.issued_at) == (rig.ueid, NONCE, NOW)
    assert (receipt.latitude_deg, receipt.longitude_deg) == (35.68, 139.77)
    assert len(receipt.round_trips_ns) == 8
    assert min(receipt.round_trips_ns) >= 1000
    assert rounds == [(number, 8) for number in range(1, 9)]
    assert ended.receipt == receipt
    assert rig.client.info().ueid == rig.ueid


class Altered:
    """A chip on a line on which somebody changes answers."""

    def __init__(self, rig: Rig, change: Callable[[bytes], bytes]) -> None:
        self._rig = rig
        self._change = change

    def __getattr__(self, name: str) -> object:
        return getattr(self._rig.client, name)

    def exchange(self, challenge: bytes, timeout_s: float) -> bytes:
        return self._change(self._rig.client.exchange(challenge, timeout_s))


def flipped(data: bytes) -> bytes:
    return bytes(each ^ 1 for each in data)


def longer(data: bytes) -> bytes:
    return data + b"!"


@pytest.mark.parametrize(
    ("change", "word"), [(flipped, "LANDMARK_PROOF"), (longer, "LANDMARK_RESPONSE")]
)
def test_changed_response_gets_no_receipt(change: Callable[[bytes], bytes], word: str) -> None:
    rig = Rig()
    chip = Altered(rig, change)

    seen, (ended,) = served(
        lambda where: refused(lambda: range_chip(chip, where, NONCE, timeout_s=1.0))  # type: ignore[arg-type]
    )

    assert seen == word == ended.word
    assert rig.client.info().ueid == rig.ueid


class Silent:
    """A chip whose line breaks in the timed phase."""

    def __init__(self, client: ChipClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def exchange(self, challenge: bytes, timeout_s: float) -> bytes:
        del challenge, timeout_s
        raise TransportError("talk to the chip", "the line broke")


def test_bridge_that_fails_in_between_gives_the_chip_its_line_back() -> None:
    rig = Rig()

    def client(where: Address) -> None:
        with pytest.raises(TransportError, match="the line broke"):
            range_chip(Silent(rig.client), where, NONCE)  # type: ignore[arg-type]

    _, (ended,) = served(client)

    assert ended.receipt is None
    assert rig.client.info().ueid == rig.ueid


def heard(stream: socket.socket) -> object:
    size = int.from_bytes(stream.recv(2), "big")
    return decode(stream.recv(size))


def hello(where: Address) -> tuple[socket.socket, Wish]:
    stream = socket.create_connection(where, 10)
    stream.sendall(encode(Hello(KEY.public_key, NONCE)))
    wish = heard(stream)
    assert isinstance(wish, Wish)
    return stream, wish


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xff",
        b"\x00\x00",
        b"\x00\x01\xa0",
        b"\x00\x03abc",
        encode(Offer(bytes(32), bytes(32))),
        encode(Failed("KEY_SIGNATURE", "x")),
    ],
)
def test_anything_but_hello_is_refused_by_its_word(sent: bytes) -> None:
    def client(where: Address) -> object:
        with socket.create_connection(where, 10) as stream:
            stream.sendall(sent)
            return heard(stream)

    said, (ended,) = served(client)

    assert isinstance(said, Failed)
    assert said.word == ended.word == "LANDMARK_MALFORMED"


def test_connection_that_is_cut_ends_its_session() -> None:
    def client(where: Address) -> None:
        stream, _ = hello(where)
        stream.close()

    _, (ended,) = served(client)

    assert (ended.receipt, ended.reason) == (None, "the other side has gone")


@pytest.mark.parametrize(
    "limits", [Limits(session_s=0.05), Limits(round_s=0.05)], ids=["session", "round"]
)
def test_silence_ends_a_session(limits: Limits) -> None:
    """The only wall time that is waited for, and as little as can be."""

    def client(where: Address) -> object:
        stream, wish = hello(where)
        with stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            stream.sendall(encode(Offer(bytes(32), bytes(32))))
            datagrams.sendto(Datagram(wish.ticket, 0, b"").encode(), (where[0], wish.udp_port))
            return heard(stream)

    said, (ended,) = served(client, limits)

    assert isinstance(said, Failed)
    assert said.word == ended.word == "LANDMARK_LATE"


def test_more_sessions_than_are_served_are_told_so() -> None:
    def client(where: Address) -> object:
        first, _ = hello(where)
        with first, socket.create_connection(where, 10) as second:
            return heard(second)

    said, ended = served(client, Limits(sessions=1))

    assert isinstance(said, Failed)
    assert said.word == "LANDMARK_BUSY"
    assert "LANDMARK_BUSY" in [each.word for each in ended]


def test_datagrams_of_others_disturb_no_session() -> None:
    """Without the ticket they are dropped; with it, from another address, they are not heard."""
    rig = Rig()

    class Disturbed:
        def __init__(self) -> None:
            self.ticket = b""
            self.port: Address = ("", 0)

        def __getattr__(self, name: str) -> object:
            return getattr(rig.client, name)

        def exchange(self, challenge: bytes, timeout_s: float) -> bytes:
            for raw in (b"", b"x" * 17, b"x" * 2000, bytes(16) + b"\x01x", bytes(17)):
                stranger.sendto(raw, address[0])
            return rig.client.exchange(challenge, timeout_s)

    address: list[Address] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:

        def client(where: Address) -> bytes:
            address.append(where)
            return range_chip(Disturbed(), where, NONCE)  # type: ignore[arg-type]

        token, _ = served(client)

    assert Receipt.from_token(token).ueid == rig.ueid


def test_landmark_that_is_not_there_is_said_to_be() -> None:
    rig = Rig()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = free.getsockname()

    with pytest.raises(TransportError, match="range the chip from the landmark 127"):
        range_chip(rig.client, where, NONCE)

    assert rig.client.info().ueid == rig.ueid
