# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A landmark's session against a chip that keeps to the protocol, and against ones that do not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_host.errors import UsageError
from mooring_host.keys.signer import SoftwareSigner
from mooring_host.landmark import RangingFailed, Session, Station
from mooring_host.landmark.messages import (
    Datagram,
    Failed,
    Granted,
    Hello,
    Message,
    Offer,
    Proof,
    Wish,
    decode,
    encode,
)
from mooring_host.token import RangingProof, Receipt, issue

DEVICE: Final = SoftwareSigner.from_seed(hashlib.sha256(b"device").digest())
OTHER: Final = SoftwareSigner.from_seed(hashlib.sha256(b"another device").digest())
LANDMARK: Final = SoftwareSigner.from_seed(hashlib.sha256(b"landmark").digest())
UEID: Final = b"\x01" + hashlib.sha256(cbor2.dumps({1: 1, -1: 6, -2: DEVICE.public_key})).digest()
NONCE: Final = hashlib.sha256(b"verifier").digest()
STATION: Final = Station("tokyo", LANDMARK, 35.68, 139.77, 20, rounds=10, width=1)
NOW: Final = 1_790_000_000


def entropy() -> Callable[[int], bytes]:
    """Bytes that differ at each call."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(count.to_bytes(4, "big")).digest(size)

    return draw


def proof_of(wish: Wish, challenges: bytes = b"") -> RangingProof:
    """What a chip signs, whose bytes are drawn from its nonce."""
    size = wish.rounds * wish.width
    return RangingProof(
        UEID,
        wish.kid,
        wish.nonce,
        bytes(range(32)),
        wish.rounds,
        wish.width,
        challenges or bytes(size),
        hashlib.shake_256(b"committed").digest(size),
        bytes(32),
    )


def run(
    station: Station = STATION, delay_ns: Callable[[int], int] = lambda number: 10**6 + number
) -> tuple[Session, RangingProof]:
    """All rounds; what the chip would sign then."""
    session = Session(station, Hello(DEVICE.public_key, NONCE), entropy(), 7411)
    plain = proof_of(session.wish)
    session.take_offer(Offer(plain.chip_nonce, plain.commitment))
    heard, now, width = b"", 0, station.width
    for number in range(1, station.rounds + 1):
        challenge = session.challenge(now)
        heard += challenge
        mask = plain.committed[(number - 1) * width : number * width]
        now += delay_ns(number)
        session.respond(number, bytes(a ^ b for a, b in zip(challenge, mask, strict=True)), now)
        now += 500
    return session, replace(plain, challenges=heard)


def refusal(work: Callable[[], Any]) -> str:
    with pytest.raises(RangingFailed) as caught:
        work()
    return str(caught.value.word)


# -- The receipt ----------------------------------------------------------------------------


def test_receipt_says_what_was_measured() -> None:
    session, proof = run()

    receipt = session.conclude(issue(proof, DEVICE), NOW)

    assert receipt == Receipt(
        UEID,
        NONCE,
        NOW,
        35.68,
        139.77,
        20,
        tuple(10**6 + number for number in range(1, 11)),
        1,
        8,
        proof.session_id,
    )
    assert (receipt.bound_ns, receipt.guess_bits) == (10**6 + 8, 64)
    assert issue(receipt, LANDMARK)


@given(st.lists(st.integers(1, 10**9), min_size=10, max_size=10), st.data())
def test_added_delay_never_makes_the_bound_smaller(delays: list[int], data: st.DataObject) -> None:
    session, proof = run(delay_ns=lambda number: delays[number - 1])
    before = session.conclude(issue(proof, DEVICE), NOW).bound_ns
    added = data.draw(st.lists(st.integers(0, 10**9), min_size=10, max_size=10))

    session, proof = run(delay_ns=lambda number: delays[number - 1] + added[number - 1])

    assert session.conclude(issue(proof, DEVICE), NOW).bound_ns >= before


@pytest.mark.parametrize(("rounds", "width", "rank"), [(8, 1, 8), (4, 2, 4), (3, 3, 3), (2, 4, 2)])
def test_as_many_rounds_count_as_64_bits_need(rounds: int, width: int, rank: int) -> None:
    session, proof = run(replace(STATION, rounds=rounds, width=width))

    receipt = session.conclude(issue(proof, DEVICE), NOW)

    assert receipt.rank_k == rank
    assert receipt.guess_bits >= 64


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rounds": 7}, "rounds"),
        ({"rounds": 65}, "rounds"),
        ({"width": 0}, "width"),
        ({"width": 5}, "width"),
        ({"latitude_deg": 90.1}, "latitude"),
        ({"longitude_deg": -180.1}, "longitude"),
        ({"latitude_deg": float("nan")}, "latitude"),
        ({"position_error_m": -1}, "position error"),
    ],
)
def test_station_that_can_prove_nothing_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError, match=f"{field}: found"):
        replace(STATION, **change)


# -- What a chip or a bridge may do wrong ---------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"landmark_kid": bytes(8)},
        {"landmark_nonce": bytes(32)},
        {"chip_nonce": bytes(32)},
        {"salt": b"\x01" * 32},
        {"challenges": bytes(10)},
        {"committed": bytes(10)},
        {"rounds": 5, "width": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_proof_of_something_else_is_refused(change: dict[str, Any]) -> None:
    session, proof = run()
    token = issue(replace(proof, **change), DEVICE)

    assert refusal(lambda: session.conclude(token, NOW)) == "LANDMARK_PROOF"


def test_proof_of_another_chip_is_refused() -> None:
    session, proof = run()

    assert refusal(lambda: session.conclude(issue(proof, OTHER), NOW)) == "KEY_UNKNOWN"


def test_damaged_proof_is_refused() -> None:
    session, proof = run()
    token = issue(proof, DEVICE)

    damaged = token[:-1] + bytes((token[-1] ^ 1,))

    assert refusal(lambda: session.conclude(damaged, NOW)) == "KEY_SIGNATURE"


def test_proof_is_taken_once() -> None:
    session, proof = run()
    token = issue(proof, DEVICE)
    session.conclude(token, NOW)

    assert refusal(lambda: session.conclude(token, NOW)) == "LANDMARK_MALFORMED"


@pytest.mark.parametrize(
    ("number", "response"),
    [(2, b"x"), (0, b"x"), (1, b""), (1, b"xy"), (255, b"x")],
)
def test_response_that_does_not_fit_ends_the_session(number: int, response: bytes) -> None:
    session = Session(STATION, Hello(DEVICE.public_key, NONCE), entropy(), 7411)
    session.take_offer(Offer(bytes(32), bytes(32)))
    session.challenge(0)

    assert refusal(lambda: session.respond(number, response, 1)) == "LANDMARK_RESPONSE"
    assert refusal(lambda: session.respond(1, b"x", 1)) == "LANDMARK_MALFORMED"


def test_response_before_its_challenge_ends_the_session() -> None:
    session = Session(STATION, Hello(DEVICE.public_key, NONCE), entropy(), 7411)
    session.take_offer(Offer(bytes(32), bytes(32)))

    assert refusal(lambda: session.respond(1, b"x", 1)) == "LANDMARK_RESPONSE"


def test_round_is_not_asked_twice() -> None:
    session = Session(STATION, Hello(DEVICE.public_key, NONCE), entropy(), 7411)
    session.take_offer(Offer(bytes(32), bytes(32)))
    session.challenge(0)

    assert refusal(lambda: session.challenge(1)) == "LANDMARK_RESPONSE"


def test_steps_out_of_turn_end_the_session() -> None:
    steps: list[Callable[[Session], object]] = [
        lambda session: session.challenge(0),
        lambda session: session.respond(1, b"x", 0),
        lambda session: session.conclude(b"", NOW),
    ]
    for step in steps:
        session = Session(STATION, Hello(DEVICE.public_key, NONCE), entropy(), 7411)
        assert refusal(partial(step, session)) == "LANDMARK_MALFORMED"


# -- Messages --------------------------------------------------------------------------------

MESSAGES: Final[list[tuple[Message, dict[int, Any]]]] = [
    (
        Hello(DEVICE.public_key, NONCE),
        {0: 1, 1: cbor2.dumps({1: 1, -1: 6, -2: DEVICE.public_key}), 2: NONCE},
    ),
    (
        Wish(bytes(8), NONCE, 16, 1, bytes(16), 7411),
        {0: 2, 1: bytes(8), 2: NONCE, 3: 16, 4: 1, 5: bytes(16), 6: 7411},
    ),
    (Offer(NONCE, bytes(32)), {0: 3, 1: NONCE, 2: bytes(32)}),
    (Proof(b"token"), {0: 4, 1: b"token"}),
    (Granted(b"token"), {0: 5, 1: b"token"}),
    (Failed("KEY_SIGNATURE", "why"), {0: 6, 1: "KEY_SIGNATURE", 2: "why"}),
]


@pytest.mark.parametrize(("message", "value"), MESSAGES, ids=lambda each: type(each).__name__)
def test_message_is_what_the_page_says(message: Message, value: dict[int, Any]) -> None:
    encoded = encode(message)

    assert int.from_bytes(encoded[:2], "big") == len(encoded) - 2
    assert encoded[2:] == cbor2.dumps(value, canonical=True)
    assert decode(encoded[2:]) == message


@pytest.mark.parametrize(
    "value",
    [
        {},
        {0: 0},
        {0: 7},
        {0: "1"},
        [1],
        {0: 1, 1: bytes(40), 2: NONCE},
        {0: 1, 1: cbor2.dumps({1: 1, -1: 6, -2: DEVICE.public_key}), 2: NONCE[:31]},
        {0: 2, 1: bytes(8), 2: NONCE, 3: 0, 4: 1, 5: bytes(16), 6: 7411},
        {0: 2, 1: bytes(8), 2: NONCE, 3: 65, 4: 1, 5: bytes(16), 6: 7411},
        {0: 2, 1: bytes(8), 2: NONCE, 3: 16, 4: 5, 5: bytes(16), 6: 7411},
        {0: 2, 1: bytes(8), 2: NONCE, 3: 16, 4: 1, 5: bytes(15), 6: 7411},
        {0: 2, 1: bytes(8), 2: NONCE, 3: 16, 4: 1, 5: bytes(16), 6: 65536},
        {0: 3, 1: NONCE},
        {0: 3, 1: NONCE, 2: NONCE, 3: 0},
        {0: 6, 1: "no word", 2: "x"},
        {0: 6, 1: "KEY_SIGNATURE", 2: "\x1b[31mred"},
    ],
)
def test_message_that_is_none_is_refused(value: Any) -> None:
    assert refusal(lambda: decode(cbor2.dumps(value, canonical=True))) == "LANDMARK_MALFORMED"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(body: bytes) -> None:
    try:
        message = decode(body)
    except RangingFailed as error:
        assert error.word == "LANDMARK_MALFORMED"  # noqa: PT017 -- both ends are fine
    else:
        assert encode(message)[2:] == body


@given(st.binary(max_size=40))
def test_any_bytes_are_a_datagram_or_none(raw: bytes) -> None:
    datagram = Datagram.decode(raw)

    assert (datagram is not None) == (17 <= len(raw) <= 21)
    assert datagram is None or datagram.encode() == raw
