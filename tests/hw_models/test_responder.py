# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""RESPONDER on the bus and on the line: when it answers, and when it gives the line back."""

from __future__ import annotations

import hashlib
from typing import Final

import cbor2
import pytest
from benches.held import Bench, address
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mooring_models import Chip, ChipConfig, _regs
from mooring_models._regs import (
    KeyvaultRegs,
    ResponderCommand,
    ResponderRegs,
    ResponderState,
    UartRegs,
    VaultCommand,
    VaultResult,
)
from mooring_models._spec import Register
from mooring_models.clock import SECOND
from mooring_models.trng import NoiseFault

RESPONDER: Final = _regs.RESPONDER
BYTE: Final = SECOND * 10 // 115_200
KID: Final = bytes(range(8))
NONCE: Final = hashlib.sha256(b"landmark").digest()
ANSWER: Final = b"the offer"


def state(bench: Bench) -> ResponderState:
    return ResponderState(bench.read(RESPONDER, ResponderRegs.STATE))


def command(bench: Bench, code: ResponderCommand) -> None:
    bench.write(RESPONDER, ResponderRegs.COMMAND, code)


def window(bench: Bench, register: Register, size: int) -> bytes:
    return bench.chip.bus.read_window(address(RESPONDER, register), size)


def opened(bench: Bench, rounds: int = 3, width: int = 2) -> tuple[bytes, bytes]:
    """Opens a session; returns the chip's nonce and the commitment."""
    request = KID + NONCE + bytes((rounds, width, 0, 0))
    bench.chip.bus.write_window(address(RESPONDER, ResponderRegs.LANDMARK_KID), request)
    command(bench, ResponderCommand.OPEN)
    both = window(bench, ResponderRegs.CHIP_NONCE, 64)
    return both[:32], both[32:]


def started(bench: Bench, rounds: int = 3, width: int = 2) -> tuple[bytes, bytes]:
    """Opens a session and answers the request; the line is not RESPONDER's yet."""
    offer = opened(bench, rounds, width)
    bench.chip.bus.write_fifo(address(_regs.UART1, UartRegs.THR), ANSWER)
    command(bench, ResponderCommand.START)
    return offer


def running(bench: Bench, rounds: int = 3, width: int = 2) -> tuple[bytes, bytes]:
    """A session whose answer has left the chip."""
    offer = started(bench, rounds, width)
    bench.chip.loop.run_for(len(ANSWER) * BYTE)
    assert bench.chip.link.receive() == ANSWER
    return offer


def proof(bench: Bench) -> tuple[int, bytes]:
    """Has KEYVAULT sign; its result and the token."""
    bench.write(_regs.KEYVAULT, KeyvaultRegs.COMMAND, VaultCommand.SIGN_RANGING)
    size = bench.read(_regs.KEYVAULT, KeyvaultRegs.LENGTH)
    data = bench.chip.bus.read_window(address(_regs.KEYVAULT, KeyvaultRegs.DATA), 1024)
    return bench.read(_regs.KEYVAULT, KeyvaultRegs.RESULT), data[:size]


def claims(bench: Bench, token: bytes) -> dict[int, object]:
    """The claims of a token whose signature is good."""
    protected, unprotected, payload, signature = cbor2.loads(token).value
    key = Ed25519PublicKey.from_public_bytes(bench.chip.public_key)
    key.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    assert unprotected == {}
    assert cbor2.loads(protected)[16] == "application/vnd.mooring.ranging+cwt"
    found: dict[int, object] = cbor2.loads(payload)
    assert cbor2.dumps(found, canonical=True) == payload
    return found


def level(bench: Bench) -> int:
    return bench.read(_regs.UART1, UartRegs.RX_LEVEL)


# -- The run -----------------------------------------------------------------------------


def test_each_challenge_is_answered_by_itself_xor_what_was_committed(bench: Bench) -> None:
    chip_nonce, commitment = running(bench)
    challenges = [b"\x00\x00", b"\xff\xff", b"\x12\x34"]
    answers: list[bytes] = []
    for challenge in challenges:
        bench.chip.link.send(challenge)
        bench.chip.loop.run_for(4 * BYTE)
        answers.append(bench.chip.link.receive())
    result, token = proof(bench)

    assert result == VaultResult.OK
    found = claims(bench, token)
    committed = bytes(a ^ b for a, b in zip(b"".join(challenges), b"".join(answers), strict=True))
    salt = found[-75053]
    assert isinstance(salt, bytes)
    session = hashlib.sha256(KID + NONCE + chip_nonce + bench.chip.ueid + bytes((3, 2))).digest()
    opened_by = hashlib.sha256(b"mooring ranging 1" + session + salt + committed).digest()
    assert opened_by == commitment
    assert found == {
        10: NONCE,
        256: bench.chip.ueid,
        265: "tag:mooring.example,2026:ranging",
        -75047: KID,
        -75048: chip_nonce,
        -75049: 3,
        -75050: 2,
        -75051: b"".join(challenges),
        -75052: committed,
        -75053: salt,
    }


def test_an_answer_begins_when_the_last_bit_of_its_challenge_is_there(bench: Bench) -> None:
    running(bench, rounds=1, width=4)
    moments: list[int] = []
    bench.chip.link.on_data = lambda _: moments.append(bench.chip.loop.now)
    sent_at = bench.chip.loop.now
    bench.chip.link.send(b"ping")

    bench.chip.loop.run_for(SECOND)

    assert moments == [sent_at + 4 * BYTE + 4 * BYTE]


@pytest.mark.parametrize(("rounds", "width"), [(1, 1), (64, 1), (64, 4), (1, 4)])
def test_all_at_once_is_answered_in_order(bench: Bench, rounds: int, width: int) -> None:
    running(bench, rounds, width)
    size = rounds * width
    bench.chip.link.send(bytes(size))

    bench.chip.loop.run_for((2 * size + 2) * BYTE)

    found = claims(bench, proof(bench)[1])
    assert bench.chip.link.receive() == found[-75052]


def test_two_sessions_share_no_byte_that_was_drawn(bench: Bench) -> None:
    seen: list[tuple[object, ...]] = []
    for _ in range(2):
        offer = running(bench, 8, 4)
        bench.chip.link.send(bytes(32))
        bench.chip.loop.run_for(70 * BYTE)
        found = claims(bench, proof(bench)[1])
        bench.chip.link.receive()
        seen.append((*offer, found[-75052], found[-75053]))

    assert all(a != b for a, b in zip(*seen, strict=True))


def test_what_follows_the_last_challenge_is_a_frame_again(bench: Bench) -> None:
    running(bench, 1, 2)
    bench.chip.link.send(b"ab" + b"frame")

    bench.chip.loop.run_for(20 * BYTE)

    assert len(bench.chip.link.receive()) == 2
    assert bench.chip.bus.read_fifo(address(_regs.UART1, UartRegs.RBR), 5) == b"frame"


# -- What the other side may do wrong ------------------------------------------------------


def test_byte_before_the_answer_has_left_voids_the_session(bench: Bench) -> None:
    started(bench)
    bench.chip.loop.run_for(3 * BYTE)
    bench.chip.link.send(b"~")
    bench.chip.loop.run_for(30 * BYTE)

    assert state(bench) is ResponderState.EARLY
    assert bench.chip.link.receive() == ANSWER
    assert level(bench) == 1
    assert proof(bench)[0] == VaultResult.REFUSED


def test_byte_that_came_before_start_voids_the_session(bench: Bench) -> None:
    opened(bench)
    bench.chip.link.send(b"~")
    bench.chip.loop.run_for(BYTE // 2)

    command(bench, ResponderCommand.START)

    assert state(bench) is ResponderState.EARLY
    bench.chip.loop.run_for(BYTE)
    assert level(bench) == 1


def test_byte_at_the_very_moment_at_which_the_answer_has_left_is_a_challenge(
    bench: Bench,
) -> None:
    started(bench, 1, 1)

    def at_once(data: bytes) -> None:
        bench.chip.link.on_data = None
        assert data == ANSWER
        bench.chip.link.send(b"\x55")

    bench.chip.link.on_data = at_once

    bench.chip.loop.run_for(40 * BYTE)

    assert state(bench) is ResponderState.DONE


@pytest.mark.parametrize("arrived", [0, 1, 3])
def test_abandoned_session_gives_the_line_back_at_the_deadline(bench: Bench, arrived: int) -> None:
    running(bench, 2, 2)
    bench.chip.link.send(b"abc"[:arrived])
    bench.chip.loop.run_for(29 * SECOND)
    assert bench.read(RESPONDER, ResponderRegs.LEFT_SECONDS) == 1

    bench.chip.loop.run_for(SECOND)

    assert state(bench) is ResponderState.LATE
    assert bench.read(RESPONDER, ResponderRegs.LEFT_SECONDS) == 0
    assert level(bench) == 0
    assert len(bench.chip.link.receive()) == arrived // 2 * 2
    bench.chip.link.send(b"frame")
    bench.chip.loop.run_for(6 * BYTE)
    assert level(bench) == 5
    assert proof(bench)[0] == VaultResult.REFUSED


def test_finished_session_whose_proof_nobody_asks_for_is_forgotten(bench: Bench) -> None:
    running(bench, 1, 1)
    bench.chip.link.send(b"a")
    bench.chip.loop.run_for(30 * SECOND)

    assert state(bench) is ResponderState.LATE
    assert proof(bench)[0] == VaultResult.REFUSED


def test_break_voids_the_session(bench: Bench) -> None:
    running(bench, 2, 2)
    bench.chip.link.send(b"abc")
    bench.chip.link.send_break()
    bench.chip.loop.run_for(20 * BYTE)

    assert state(bench) is ResponderState.BROKEN
    assert len(bench.chip.link.receive()) == 2
    assert bench.read(RESPONDER, ResponderRegs.LEFT_SECONDS) == 0


def test_proof_is_given_once_and_for_a_finished_session_only(bench: Bench) -> None:
    assert proof(bench)[0] == VaultResult.REFUSED
    running(bench, 2, 1)
    bench.chip.link.send(b"a")
    bench.chip.loop.run_for(4 * BYTE)
    assert proof(bench)[0] == VaultResult.REFUSED
    bench.chip.link.send(b"b")
    bench.chip.loop.run_for(4 * BYTE)

    assert proof(bench)[0] == VaultResult.OK
    assert state(bench) is ResponderState.CLOSED
    assert proof(bench)[0] == VaultResult.REFUSED


# -- What firmware may do wrong ------------------------------------------------------------


def test_session_that_is_open_is_not_opened_again(bench: Bench) -> None:
    offer = opened(bench)

    assert opened(bench) == offer
    assert state(bench) is ResponderState.OPENED


def test_start_without_a_session_does_nothing(bench: Bench) -> None:
    command(bench, ResponderCommand.START)
    bench.chip.link.send(b"x")
    bench.chip.loop.run_for(2 * BYTE)

    assert state(bench) is ResponderState.CLOSED
    assert level(bench) == 1


@pytest.mark.parametrize(("rounds", "width"), [(0, 1), (65, 1), (1, 0), (1, 5), (255, 255)])
def test_shape_out_of_bounds_opens_nothing(bench: Bench, rounds: int, width: int) -> None:
    assert opened(bench, rounds, width) == (bytes(32), bytes(32))
    assert state(bench) is ResponderState.SHAPE
    assert bench.read(RESPONDER, ResponderRegs.LEFT_SECONDS) == 0


def test_failed_noise_opens_nothing(bench: Bench) -> None:
    bench.chip.trng.fault = NoiseFault.STUCK

    assert opened(bench) == (bytes(32), bytes(32))
    assert state(bench) is ResponderState.NOISE


def test_registers_written_during_a_session_change_what_is_signed_and_thereby_void_it(
    bench: Bench,
) -> None:
    """The commitment binds the session; firmware that lies about it is found out."""
    chip_nonce, commitment = running(bench, 1, 1)
    bench.write(RESPONDER, ResponderRegs.LANDMARK_NONCE, 0)
    bench.chip.link.send(b"a")
    bench.chip.loop.run_for(4 * BYTE)
    found = claims(bench, proof(bench)[1])

    salt, committed = found[-75053], found[-75052]
    assert isinstance(salt, bytes)
    assert isinstance(committed, bytes)
    true = hashlib.sha256(KID + NONCE + chip_nonce + bench.chip.ueid + b"\1\1").digest()
    assert found[10] != NONCE
    assert hashlib.sha256(b"mooring ranging 1" + true + salt + committed).digest() == commitment


# -- Power, reset, snapshot --------------------------------------------------------------


@pytest.mark.parametrize("how", ["reset", "power"])
def test_reset_ends_the_session_and_the_deadline(bench: Bench, how: str) -> None:
    running(bench)
    bench.chip.link.send(b"a")
    bench.chip.loop.run_for(2 * BYTE)
    if how == "reset":
        bench.chip.reset_line()
    else:
        bench.chip.power_off()
        bench.chip.power_on()

    assert state(bench) is ResponderState.CLOSED
    assert opened(bench) != (bytes(32), bytes(32))
    bench.chip.loop.run_for(29 * SECOND)
    assert state(bench) is ResponderState.OPENED
    bench.chip.loop.run_for(SECOND)
    assert state(bench) is ResponderState.LATE


@pytest.mark.parametrize("after", [0, 4, 9, 10, 11, 14])
def test_restored_chip_goes_on_with_the_session(after: int) -> None:
    """Captured after so many byte times of an answer of nine, then two challenges."""

    def session(through: bool) -> tuple[bytes, dict[int, object]]:
        bench = Bench(Chip.manufacture(ChipConfig(cpu="held")))
        heard = bytearray()
        started(bench, 2, 2)
        for at in range(20):
            if through and at == after:
                heard += bench.chip.link.receive()
                bench = Bench(Chip.from_capture(bench.chip.capture()))
            if at in (9, 13):
                bench.chip.link.send(b"xy")
            bench.chip.loop.run_for(BYTE)
        heard += bench.chip.link.receive()
        return bytes(heard), claims(bench, proof(bench)[1])

    assert session(through=True) == session(through=False)
