# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Messages that are no valid command: each gets its word, and the link goes on."""

from __future__ import annotations

from typing import Any, Final

import pytest
from benches.rig import Rig, config
from benches.wire import PREFIX, ask, command, exchange
from oracles.cbor_build import Raw, encode, pairs

from mooring_models import Chip

INFO, CHALLENGE, STATUS, LOG, TRUST, LICENCE, COMPUTE, BURN, LOCK, FUSES, RESET = range(1, 12)
RANGE, RANGE_PROOF = 12, 13
NONCE: Final = bytes(32)
MALFORMED, FIELD = "LINK_BODY_MALFORMED", "LINK_BODY_FIELD"
A_MATRIX: Final = bytes(4)
SWAPPED: Final = pairs(((encode(3), encode(A_MATRIX)), (encode(1), encode([2, 2, 2]))))

BODIES: Final[list[tuple[str, int, Any, str]]] = [
    ("INFO with a body", INFO, {}, MALFORMED),
    ("FUSES with a body", FUSES, {1: 1}, MALFORMED),
    ("RESET with a body", RESET, b"\x00", MALFORMED),
    ("CHALLENGE without a body", CHALLENGE, b"", MALFORMED),
    ("CHALLENGE with an array", CHALLENGE, [NONCE], MALFORMED),
    ("CHALLENGE with bytes behind", CHALLENGE, bytes(encode({1: NONCE})) + b"\0", MALFORMED),
    ("CHALLENGE cut short", CHALLENGE, bytes(encode({1: NONCE}))[:-1], MALFORMED),
    ("CHALLENGE of indefinite length", CHALLENGE, b"\xbf\x01\x40\xff", MALFORMED),
    ("CHALLENGE with a long head", CHALLENGE, b"\xb8\x01\x01\x58\x20" + NONCE, MALFORMED),
    ("CHALLENGE without its nonce", CHALLENGE, {}, FIELD),
    ("CHALLENGE with another field", CHALLENGE, {1: NONCE, 2: 0}, FIELD),
    ("CHALLENGE with a nonce of 31 bytes", CHALLENGE, {1: NONCE[:-1]}, FIELD),
    ("CHALLENGE with a nonce of 33 bytes", CHALLENGE, {1: NONCE + b"\0"}, FIELD),
    ("CHALLENGE with a text for a nonce", CHALLENGE, {1: "0" * 32}, FIELD),
    ("STATUS without its nonce", STATUS, {2: NONCE}, FIELD),
    ("LOG from a negative entry", LOG, {1: -1}, FIELD),
    ("LOG from beyond 32 bits", LOG, {1: 2**32}, FIELD),
    ("LOG with a text", LOG, {1: "0"}, FIELD),
    ("TRUST with a map", TRUST, {1: b"", 2: b""}, MALFORMED),
    ("TRUST with one element", TRUST, [b""], FIELD),
    ("TRUST with three elements", TRUST, [b"", b"", b""], FIELD),
    ("TRUST with a text", TRUST, ["", b""], FIELD),
    ("TRUST cut short", TRUST, b"\x82\x40", MALFORMED),
    ("TRUST with bytes behind", TRUST, b"\x82\x40\x40\x00", MALFORMED),
    ("LICENCE with one element", LICENCE, [b""], FIELD),
    ("LICENCE with an integer", LICENCE, [b"", 0], FIELD),
    ("COMPUTE without operands", COMPUTE, {1: [2, 2, 2]}, FIELD),
    ("COMPUTE with fields out of order", COMPUTE, SWAPPED, MALFORMED),
    ("COMPUTE with two dimensions", COMPUTE, {1: [2, 2], 2: A_MATRIX, 3: A_MATRIX}, FIELD),
    ("COMPUTE with a text", COMPUTE, {1: [2, 2, 2], 2: "0000", 3: A_MATRIX}, FIELD),
    ("COMPUTE of nothing", COMPUTE, {1: [0, 2, 2], 2: b"", 3: A_MATRIX}, "ENGINE_SHAPE"),
    ("COMPUTE of 65 rows", COMPUTE, {1: [65, 1, 1], 2: bytes(65), 3: b"0"}, "ENGINE_SHAPE"),
    ("COMPUTE with A too short", COMPUTE, {1: [2, 2, 2], 2: b"000", 3: A_MATRIX}, "ENGINE_SHAPE"),
    ("COMPUTE with B too long", COMPUTE, {1: [2, 2, 2], 2: A_MATRIX, 3: bytes(5)}, "ENGINE_SHAPE"),
    (
        "COMPUTE of a product beyond one message",
        COMPUTE,
        {1: [64, 1, 64], 2: bytes(64), 3: bytes(64)},
        "ENGINE_SHAPE",
    ),
    ("RANGE without a body", RANGE, b"", MALFORMED),
    ("RANGE without its session", RANGE, {}, FIELD),
    ("RANGE with another field", RANGE, {1: bytes(40) + b"\1\1", 2: 0}, FIELD),
    ("RANGE with a session of 41 bytes", RANGE, {1: bytes(39) + b"\1\1"}, FIELD),
    ("RANGE with a session of 43 bytes", RANGE, {1: bytes(41) + b"\1\1"}, FIELD),
    ("RANGE of no round", RANGE, {1: bytes(40) + b"\0\1"}, FIELD),
    ("RANGE of 65 rounds", RANGE, {1: bytes(40) + b"\x41\1"}, FIELD),
    ("RANGE of no byte", RANGE, {1: bytes(40) + b"\1\0"}, FIELD),
    ("RANGE of 5 bytes", RANGE, {1: bytes(40) + b"\1\5"}, FIELD),
    ("RANGE_PROOF with a body", RANGE_PROOF, {}, MALFORMED),
    ("RANGE_PROOF without a session", RANGE_PROOF, b"", "RANGE_CLOSED"),
    ("BURN in production", BURN, {1: 1, 3: b"\1"}, "LINK_NOT_IN_LIFECYCLE"),
    ("LOCK in production", LOCK, {1: bytes(48)}, "LINK_NOT_IN_LIFECYCLE"),
]


@pytest.fixture(scope="module")
def shared(cpu: str) -> Rig:
    """One chip for all: what it refuses here leaves no trace."""
    rig = Rig.trusting(cpu=cpu)
    rig.load()
    return rig


def still_serves(rig: Rig) -> bool:
    return ask(rig.chip, command(INFO)).completion == 0


@pytest.mark.parametrize(
    ("code", "body", "word"),
    [pytest.param(code, body, word, id=comment) for comment, code, body, word in BODIES],
)
def test_wrong_body_is_refused(shared: Rig, code: int, body: Any, word: str) -> None:
    before = shared.evidence()

    answer = ask(shared.chip, command(code, body))

    assert (answer.command, answer.word) == (code, word)
    assert shared.evidence() == before
    assert still_serves(shared)


@pytest.mark.parametrize("code", [0x00, 0x0E, 0x80, 0xFF])
def test_unknown_command_is_refused(shared: Rig, code: int) -> None:
    answer = ask(shared.chip, command(code))

    assert answer == (code, 1, answer.body)
    assert answer.word == "LINK_COMMAND_UNKNOWN"


@pytest.mark.parametrize("version", [0, 2, 255])
def test_other_protocol_version_is_refused(shared: Rig, version: int) -> None:
    message = PREFIX[:-1] + bytes((version, INFO, 0))

    assert ask(shared.chip, message).word == "LINK_VERSION"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"\x05\x10\x84\0\0", id="SPDM"),
        pytest.param(b"\x7e\x80\x86\1\1\0", id="vendor-defined, PCI"),
        pytest.param(b"\xff\0\0\x7e\xd9\1\1\0", id="with an integrity check"),
        pytest.param(b"\x7f\0\0\x7e\xda\1\1\0", id="of another enterprise"),
        pytest.param(b"\x7f\0\0\x7e", id="cut in the enterprise number"),
    ],
)
def test_other_message_type_is_refused(shared: Rig, message: bytes) -> None:
    answer = ask(shared.chip, message)

    assert (answer.command, answer.word) == (0, "LINK_MESSAGE_TYPE")


def test_message_of_8192_bytes_is_read_and_one_more_is_refused(shared: Rig) -> None:
    longest = command(INFO, Raw(bytes(8192 - 8)))

    assert ask(shared.chip, longest).word == MALFORMED
    assert ask(shared.chip, longest + b"\0").word == "LINK_MESSAGE_TOO_LONG"
    assert still_serves(shared)


@pytest.mark.parametrize("code", [TRUST, LICENCE, RANGE, RANGE_PROOF])
def test_licensing_and_ranging_do_not_exist_in_manufacturing(cpu: str, code: int) -> None:
    chip = Chip.manufacture(config(cpu))
    chip.power_on()

    answer = ask(chip, command(code, [b"", b""]))

    assert answer.word == "LINK_NOT_IN_LIFECYCLE"


def test_control_command_that_is_not_supported_says_so(shared: Rig) -> None:
    # Get Vendor Defined Message Support, 0x06 (DSP0236 section 12.8); rq bit, instance 5.
    answer = exchange(shared.chip, bytes((0x00, 0x85, 0x06)))

    assert answer == bytes((0x00, 0x05, 0x06, 0x05))
