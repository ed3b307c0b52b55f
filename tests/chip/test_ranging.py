# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""RANGE and RANGE_PROOF over the wire, on every back end of the CPU."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import cbor2
import pytest
from benches.rig import Rig
from benches.wire import PREFIX, REQUESTER, ask, command, frames
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError, NoAnswer
from mooring_host.wire.framing import FrameDecoder
from mooring_host.wire.mctp import Assembler, Packet
from mooring_host.wire.messages import RangeRequest, RangeResponse
from mooring_models._regs import ResponderState
from mooring_models.clock import SECOND
from mooring_models.trng import NoiseFault

KID: Final = bytes(range(8))
NONCE: Final = hashlib.sha256(b"landmark").digest()
RANGE, RANGE_PROOF = 12, 13


def request(rounds: int = 8, width: int = 1) -> RangeRequest:
    return RangeRequest(KID, NONCE, rounds, width)


def refusal(rig: Rig) -> str:
    """The word with which RANGE_PROOF is refused."""
    with pytest.raises(ChipError) as caught:
        rig.client.range_proof()
    return ErrorWord(caught.value.word).name


def signed(rig: Rig, token: bytes) -> dict[int, Any]:
    """The claims of a token that the device key signed."""
    protected, _, payload, signature = cbor2.loads(token).value
    key = Ed25519PublicKey.from_public_bytes(rig.chip.public_key)
    key.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    found: dict[int, Any] = cbor2.loads(payload)
    return found


def serves(rig: Rig) -> bool:
    """Whether the link carries messages."""
    return rig.client.info().ueid == rig.ueid


@pytest.mark.parametrize(("rounds", "width"), [(1, 1), (8, 1), (16, 4), (64, 4)])
def test_session_is_run_and_proved(rig: Rig, rounds: int, width: int) -> None:
    offer = rig.client.range_open(request(rounds, width))
    challenges = hashlib.shake_256(b"challenges").digest(rounds * width)
    answers = b"".join(
        rig.client.exchange(challenges[at : at + width], 1.0)
        for at in range(0, len(challenges), width)
    )

    found = signed(rig, rig.client.range_proof())

    committed = bytes(a ^ b for a, b in zip(challenges, answers, strict=True))
    about = KID + NONCE + offer.chip_nonce + rig.ueid + bytes((rounds, width))
    session = hashlib.sha256(about).digest()
    sealed = hashlib.sha256(b"mooring ranging 1" + session + found[-75053] + committed).digest()
    assert sealed == offer.commitment
    assert (found[-75051], found[-75052]) == (challenges, committed)
    assert (found[10], found[-75047], found[-75048]) == (NONCE, KID, offer.chip_nonce)
    assert (found[256], found[-75049], found[-75050]) == (rig.ueid, rounds, width)
    assert refusal(rig) == "RANGE_CLOSED"
    assert serves(rig)


def test_session_takes_nothing_of_licensing(rig: Rig) -> None:
    before = rig.evidence()
    rig.client.range_open(request(2, 1))
    for _ in range(2):
        rig.client.exchange(b"x", 1.0)
    rig.client.range_proof()

    assert rig.evidence() == before
    rig.load()


def test_second_landmark_waits_for_the_first(rig: Rig) -> None:
    """Its bytes are challenges of the first session while that runs, so it comes after it."""
    rig.client.range_open(request(1, 1))
    rig.client.exchange(b"x", 1.0)

    with pytest.raises(ChipError) as caught:
        rig.client.range_open(RangeRequest(bytes(8), bytes(32), 1, 1))

    assert caught.value.word == ErrorWord.LINK_BUSY
    assert caught.value.retry_after_s == 30
    assert signed(rig, rig.client.range_proof())[-75047] == KID
    rig.client.range_open(RangeRequest(bytes(8), bytes(32), 1, 1))


def test_request_within_a_session_is_taken_for_challenges_and_framing_resumes(rig: Rig) -> None:
    """The bytes of two frames make up the last challenges; what follows is looked for a frame."""
    rig.client.range_open(request(16, 1))
    (frame,) = frames(command(1), 3)
    assert len(frame) > 16

    rig.chip.link.send(frame)
    rig.chip.run_until_idle()

    assert len(rig.chip.link.receive()) == 16
    assert ask(rig.chip, command(1)).completion == 0
    assert signed(rig, rig.client.range_proof())[-75051] == frame[:16]


def told(rig: Rig, *messages: bytes) -> list[bytes]:
    """Sends all at once, without waiting for answers; the answers' bodies behind the version."""
    sent = b"".join(frames(each, tag)[0] for tag, each in enumerate(messages))
    rig.chip.link.receive()
    rig.chip.link.send(sent)
    rig.chip.run_until_idle()
    assembler = Assembler(REQUESTER)
    packets = map(Packet.decode, FrameDecoder().feed(rig.chip.link.receive()))
    wholes = [assembler.feed(each) for each in packets if each is not None]
    return [each.body[len(PREFIX) :] for each in wholes if each is not None]


def test_request_behind_the_request_voids_the_session_and_is_answered(rig: Rig) -> None:
    """Nothing that was sent is lost: the early frame is no challenge."""
    _, info = told(rig, command(RANGE, {1: KID + NONCE + b"\x08\x01"}), command(1))

    assert rig.ueid in info
    assert refusal(rig) == "RANGE_EARLY"
    assert serves(rig)


def test_request_that_was_read_with_the_next_one_opens_nothing(rig: Rig) -> None:
    """The chip is at work on something else when both come."""
    wish = command(RANGE, {1: KID + NONCE + b"\x08\x01"})
    _, refused, info = told(rig, command(3, {1: NONCE}), wish, command(1))

    assert cbor2.loads(refused[2:]) == {1: ErrorWord.RANGE_EARLY}
    assert rig.ueid in info
    assert refusal(rig) == "RANGE_CLOSED"
    assert serves(rig)


def test_byte_while_the_answer_is_sent_voids_the_session(rig: Rig) -> None:
    (first,) = frames(command(RANGE, {1: KID + NONCE + b"\x08\x01"}), 3)
    rig.chip.link.send(first)
    answers = rig.chip.loop.run_until(
        lambda: rig.chip.responder.state is ResponderState.ARMED, rig.chip.loop.now + SECOND
    )
    assert answers
    rig.chip.link.send(b"\x00")
    rig.chip.run_until_idle()
    rig.chip.link.receive()

    assert refusal(rig) == "RANGE_EARLY"
    assert serves(rig)


@pytest.mark.parametrize("rounds_done", [0, 3])
def test_abandoned_session_ends_at_its_deadline(rig: Rig, rounds_done: int) -> None:
    rig.client.range_open(request(8, 2))
    for _ in range(rounds_done):
        rig.client.exchange(b"xy", 1.0)
    rig.chip.link.send(b"z")

    rig.chip.run_for(30.0)

    assert rig.chip.link.receive() == b""
    assert refusal(rig) == "RANGE_LATE"
    assert serves(rig)
    rig.client.range_open(request())


def test_requester_that_gives_up_can_have_the_line_back_at_once(rig: Rig) -> None:
    """256 flags are challenges as long as any are awaited, and then no frame."""
    rig.client.range_open(request(64, 4))
    rig.client.exchange(b"wxyz", 1.0)

    rig.client.range_abandon()

    assert serves(rig)
    assert refusal(rig) == "RANGE_CLOSED"
    rig.client.range_open(request())


def test_broken_line_voids_the_session(rig: Rig) -> None:
    rig.client.range_open(request(8, 2))
    rig.chip.link.send_break()
    rig.chip.run_until_idle()

    assert refusal(rig) == "RANGE_BROKEN"
    assert serves(rig)


def test_missing_answer_is_an_error_of_the_requester(rig: Rig) -> None:
    rig.client.range_open(request(1, 1))
    rig.client.exchange(b"x", 1.0)

    with pytest.raises(NoAnswer, match="0 bytes came back"):
        rig.client.exchange(b"y", 1.0)


def test_failed_noise_is_told_and_opens_nothing(rig: Rig) -> None:
    rig.chip.trng.fault = NoiseFault.STUCK

    with pytest.raises(ChipError) as caught:
        rig.client.range_open(request())

    assert caught.value.word == ErrorWord.HW_TRNG
    assert serves(rig)


def test_reset_ends_a_session(rig: Rig) -> None:
    rig.client.range_open(request())
    rig.client.exchange(b"x", 1.0)
    rig.chip.reset_line()
    rig.chip.run_until_idle()

    assert refusal(rig) == "RANGE_CLOSED"


def test_answers_come_without_the_cpu(rig: Rig) -> None:
    """The CPU has no part in a round: none of its accesses happens during one."""
    rig.client.range_open(request(4, 2))
    before = rig.chip.bus.accesses
    for _ in range(3):
        rig.client.exchange(b"xy", 1.0)

    assert rig.chip.bus.accesses == before


def test_round_trip_is_the_time_on_the_line(rig: Rig) -> None:
    """Four bytes there and four back, ten bits each, and nothing between."""
    rig.client.range_open(request(1, 4))
    moments: list[int] = []
    rig.chip.link.on_data = lambda _: moments.append(rig.chip.loop.now)
    began = rig.chip.loop.now
    rig.chip.link.send(b"ping")
    rig.chip.run_for(0.01)

    byte_time = 10**12 * 10 // rig.chip.link.bits_per_second
    assert moments == [began + 8 * byte_time]


def test_bodies_are_what_the_documents_say() -> None:
    wish = RangeRequest(KID, NONCE, 64, 4)

    assert cbor2.loads(wish.encode()) == {1: KID + NONCE + b"\x40\x04"}
    assert RangeRequest.decode(wish.encode()) == wish
    offer = RangeResponse(NONCE, bytes(32))
    assert cbor2.loads(offer.encode()) == {1: NONCE + bytes(32)}
    assert RangeResponse.decode(offer.encode()) == offer
