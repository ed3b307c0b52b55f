# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Request and response over a line that fails in every way a line can."""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError, Error, GarbageAnswer, NoAnswer, ProtocolError
from mooring_host.link import Direction, Link, WireEvent
from mooring_host.matrix import Int8Matrix
from mooring_host.states import GateState, Lifecycle, Mode
from mooring_host.wire.envelope import Command, Envelope
from mooring_host.wire.framing import FrameDecoder, encode_frame
from mooring_host.wire.mctp import Assembler, Message, Packet, packets_of
from mooring_host.wire.messages import (
    ComputeResponse,
    Failure,
    LicenceResponse,
    LockResponse,
    TrustResponse,
)
from mooring_host.wire.messages import FusesResponse as Fuses
from mooring_host.wire.requester import Requester

Answer = Callable[[Message], Iterable[bytes]]
BUSY, NOT_IN_LIFECYCLE = 0x4C4B103B, 0x4C4B0E89


@dataclass
class Line:
    """A line on which `answer` says what bytes come back for each request."""

    answer: Answer
    name: str = "line"
    now: float = 0.0
    inbox: list[bytes] = field(default_factory=list[bytes])
    requests: list[Message] = field(default_factory=list[Message])
    slept: list[float] = field(default_factory=list[float])
    decoder: FrameDecoder = field(default_factory=FrameDecoder)
    assembler: Assembler = field(default_factory=lambda: Assembler(9))
    closed: bool = False

    def write(self, data: bytes) -> None:
        for raw in self.decoder.feed(data):
            packet = Packet.decode(raw)
            message = self.assembler.feed(packet) if packet else None
            if message:
                self.requests.append(message)
                self.inbox += self.answer(message)

    def read(self, timeout_s: float) -> bytes:
        if not self.inbox:
            self.now += timeout_s
            return b""
        self.now += 0.001
        return self.inbox.pop(0)

    def discard_input(self) -> None:
        self.inbox.clear()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def close(self) -> None:
        self.closed = True


def frames(request: Message, message: bytes, *, tag: int | None = None) -> list[bytes]:
    return [
        encode_frame(packet.encode())
        for packet in packets_of(
            message,
            destination=request.source,
            source=9,
            tag=request.tag if tag is None else tag,
            tag_owner=False,
            unit=64,
        )
    ]


def done(request: Message, body: bytes, command: int | None = None) -> list[bytes]:
    asked = Envelope.decode(request.body).command if command is None else command
    return frames(request, Envelope(asked, 0, body).encode())


def refused(request: Message, failure: Failure) -> list[bytes]:
    asked = Envelope.decode(request.body).command
    return frames(request, Envelope(asked, 1, failure.encode()).encode())


TRUST = TrustResponse(3, 0, True)


def test_answer_is_found_among_noise() -> None:
    line = Line(lambda request: [b"\xff\x7e\x00", *done(request, TRUST.encode()), b"\x7e"])

    assert ChipClient(line).trust(b"root", b"list") == TRUST


def test_silence_is_no_answer_after_all_tries() -> None:
    line = Line(lambda _: [])

    with pytest.raises(NoAnswer, match="no answer within 2 s, 3 times") as got:
        ChipClient(line, timeout_s=2).info()
    assert len(line.requests) == 3
    assert "baud" in got.value.hint
    assert line.now < 3 * 2.1


def test_rubbish_is_told_apart_from_silence() -> None:
    line = Line(lambda _: [b"login: "])

    with pytest.raises(GarbageAnswer, match="21 bytes came back, but no answer"):
        ChipClient(line, timeout_s=2).info()


def test_endless_rubbish_ends() -> None:
    line = Line(lambda _: [b"\x55" * 4096] * 1000)

    with pytest.raises(GarbageAnswer):
        ChipClient(line, tries=1).info()
    assert line.now < 5


def test_lost_answer_is_asked_for_again_with_another_tag() -> None:
    lost = iter([True, False])
    line = Line(lambda request: [] if next(lost) else done(request, TRUST.encode()))

    assert ChipClient(line).trust(b"root", b"list") == TRUST
    assert len({request.tag for request in line.requests}) == 2
    assert line.requests[0].body == line.requests[1].body


def test_late_answer_to_an_earlier_try_is_taken() -> None:
    first: list[Message] = []

    def answer(request: Message) -> list[bytes]:
        first.append(request)
        return [] if len(first) == 1 else done(first[0], TRUST.encode())

    assert ChipClient(Line(answer)).trust(b"root", b"list") == TRUST


def test_answer_to_an_earlier_request_is_not_taken() -> None:
    def answer(request: Message) -> list[bytes]:
        stale = TrustResponse(99, 0, False).encode()
        asked = Envelope(Command.TRUST, 0, stale).encode()
        return [
            *frames(request, asked, tag=(request.tag - 1) % 8),
            *done(request, TRUST.encode()),
        ]

    assert ChipClient(Line(answer)).trust(b"root", b"list") == TRUST


def test_answer_meant_for_an_earlier_program_on_the_line_is_not_taken() -> None:
    # The chip is slow: what the first program asked is answered when the second one asks.
    asked: list[Message] = []

    def answer(request: Message) -> list[bytes]:
        asked.append(request)
        if len(asked) == 1:
            return []
        stale = Envelope(Command.TRUST, 0, TrustResponse(99, 0, False).encode()).encode()
        return [*frames(asked[0], stale), *done(request, TRUST.encode())]

    line = Line(answer)
    draws = itertools.count()

    def entropy(count: int) -> bytes:
        return hashlib.sha256(next(draws).to_bytes(4, "big")).digest()[:count]

    with pytest.raises(NoAnswer):
        ChipClient(line, tries=1, requester=Requester.draw(entropy)).trust(b"root", b"first")
    second = ChipClient(line, tries=1, requester=Requester.draw(entropy))

    assert second.trust(b"root", b"second") == TRUST


def test_each_link_asks_under_an_address_of_its_own() -> None:
    line = Line(lambda request: done(request, TRUST.encode()))
    for _ in range(32):
        ChipClient(line).trust(b"root", b"list")

    # 32 draws of 1952 addresses: fewer than 16 different ones never happen.
    assert len({(request.source, request.tag) for request in line.requests}) >= 16


@given(st.binary(min_size=8, max_size=8))
def test_drawn_address_is_one_that_mctp_gives_to_hosts(drawn: bytes) -> None:
    requester = Requester.draw(lambda count: drawn[:count])

    assert 8 <= requester.eid <= 254
    assert requester.eid != 9
    assert 0 <= requester.first_tag <= 7


def test_answer_to_another_command_is_not_taken() -> None:
    line = Line(lambda r: [*done(r, b"", Command.RESET), *done(r, TRUST.encode())])

    assert ChipClient(line).trust(b"root", b"list") == TRUST


@pytest.mark.parametrize("lost", range(3))
def test_answer_with_a_lost_packet_is_asked_for_again(lost: int) -> None:
    product = ComputeResponse(bytes(4 * 36), 17, False)
    tries: list[Message] = []

    def answer(request: Message) -> list[bytes]:
        tries.append(request)
        whole = done(request, product.encode())
        return whole[:lost] + whole[lost + 1 :] if len(tries) == 1 else whole

    six = Int8Matrix(6, 6, bytes(36))
    result = ChipClient(Line(answer)).compute(six, six)

    assert (len(tries), result.cycles) == (2, 17)


def test_slow_answer_is_waited_for_while_packets_come() -> None:
    product = ComputeResponse(bytes(4 * 1600), 17, False)
    line = Line(lambda request: done(request, product.encode()))

    class Slow(Line):
        def read(self, timeout_s: float) -> bytes:
            self.now += min(0.9, timeout_s)
            return self.inbox.pop(0) if self.inbox else b""

    slow = Slow(line.answer)
    forty = Int8Matrix(40, 40, bytes(1600))

    assert ChipClient(slow, timeout_s=1, tries=1).compute(forty, forty).cycles == 17
    assert slow.now > 60


def test_refusal_is_an_error_with_word_meaning_and_hint() -> None:
    line = Line(lambda request: refused(request, Failure(0)))

    with pytest.raises(ChipError, match="UNKNOWN_00000000") as got:
        ChipClient(line).info()
    assert got.value.hint


def test_refusal_without_a_command_is_taken() -> None:
    failure = Failure(0x4C4B04E6)
    line = Line(lambda request: frames(request, Envelope(0, 1, failure.encode()).encode()))

    with pytest.raises(ChipError, match="LINK_MESSAGE_TYPE"):
        ChipClient(line).info()


def test_answer_that_breaks_the_protocol_is_named() -> None:
    line = Line(lambda request: done(request, b"\xa1\x01\x01"))

    with pytest.raises(ProtocolError, match=r"root slot \(key 2\) is missing"):
        ChipClient(line).trust(b"root", b"list")


def test_product_of_wrong_size_is_refused() -> None:
    line = Line(lambda request: done(request, ComputeResponse(bytes(8), 17, False).encode()))
    one = Int8Matrix(1, 1, b"\x01")

    with pytest.raises(ProtocolError, match="product: found 8 bytes, expected 4"):
        ChipClient(line).compute(one, one)


def test_lost_answer_to_lock_is_checked_by_reading_the_fuses() -> None:
    digest = bytes(48)
    fuses = Fuses(
        Lifecycle.PRODUCTION, Mode.DENY, 0, 1, 0, (digest,) * 4, (False,) * 4, 0, 1024, digest
    )
    locks: list[Message] = []

    def answer(request: Message) -> list[bytes]:
        if Envelope.decode(request.body).command == Command.FUSES:
            return done(request, fuses.encode())
        locks.append(request)
        return [] if len(locks) == 1 else refused(request, Failure(NOT_IN_LIFECYCLE))

    assert ChipClient(Line(answer)).lock(digest) is Lifecycle.PRODUCTION
    with pytest.raises(ChipError, match="LINK_NOT_IN_LIFECYCLE"):
        ChipClient(Line(answer)).lock(b"\x01" * 48)


def test_lock_that_answers_is_not_asked_twice() -> None:
    line = Line(lambda request: done(request, LockResponse(Lifecycle.PRODUCTION).encode()))

    assert ChipClient(line).lock(bytes(48)) is Lifecycle.PRODUCTION
    assert len(line.requests) == 1


def test_back_off_is_waited_for_by_the_seconds_it_names() -> None:
    failures = iter([Failure(BUSY, 4), Failure(BUSY, 0)])

    def answer(request: Message) -> list[bytes]:
        failure = next(failures, None)
        return refused(request, failure) if failure else done(request, TRUST.encode())

    line = Line(answer)
    client = ChipClient(line)

    assert client.patiently(lambda: client.trust(b"root", b"list")) == TRUST
    assert line.slept == [4, 1]


def test_back_off_without_end_is_given_up() -> None:
    line = Line(lambda request: refused(request, Failure(BUSY, 30)))
    client = ChipClient(line)

    with pytest.raises(ChipError, match=r"LINK_BUSY.*30 s left") as got:
        client.patiently(lambda: client.trust(b"root", b"list"))
    assert got.value.retry_after_s == 30
    assert sum(line.slept) <= 120


def test_observer_sees_both_directions() -> None:
    seen: list[WireEvent] = []
    line = Line(lambda request: done(request, TRUST.encode()))
    ChipClient(line, observer=seen.append).trust(b"root", b"list")

    assert [event.direction for event in seen] == [Direction.SENT, Direction.RECEIVED]
    assert FrameDecoder().feed(seen[0].data)


def test_log_shows_no_token_in_full(caplog: pytest.LogCaptureFixture) -> None:
    answer = LicenceResponse(GateState.OPEN, 1, 1, True)
    line = Line(lambda request: done(request, answer.encode()))
    licence = bytes(range(256)) * 2
    with caplog.at_level(logging.DEBUG, logger="mooring_host"):
        ChipClient(line).load_licence(b"location", licence)

    assert "bytes:" in caplog.text
    assert licence[100:140].hex(" ") not in caplog.text


def test_closing_the_client_closes_the_line() -> None:
    line = Line(lambda _: [])
    with ChipClient(line):
        pass

    assert line.closed


def test_request_longer_than_a_message_is_not_sent() -> None:
    line = Line(lambda _: [])

    with pytest.raises(Exception, match="expected 1 to 8192"):
        Link(line).request(Command.TRUST, bytes(8192))
    assert line.requests == []


@given(st.sampled_from(sorted(Command)), st.integers(0, 1), st.binary(max_size=80))
def test_whatever_comes_in_a_good_frame_raises_only_errors_of_ours(
    command: Command, completion: int, body: bytes
) -> None:
    message = Envelope(command, completion, body).encode()
    client = ChipClient(Line(lambda request: frames(request, message)), tries=1)
    one = Int8Matrix(1, 1, b"\x01")

    for call in (
        client.info,
        client.log,
        client.fuses,
        lambda: client.status(bytes(32)),
        lambda: client.trust(b"", b""),
        lambda: client.load_licence(b"", b""),
        lambda: client.compute(one, one),
        lambda: client.lock(bytes(48)),
    ):
        with suppress(Error):
            call()


@given(st.binary(max_size=300))
def test_whatever_comes_on_the_line_raises_only_errors_of_ours(noise: bytes) -> None:
    client = ChipClient(Line(lambda _: [noise] if noise else []), tries=1)

    with pytest.raises(Error):
        client.info()
