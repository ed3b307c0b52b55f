# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""BURN and LOCK: what they do, and each thing they refuse."""

from __future__ import annotations

import hashlib
from typing import Final

import pytest
from benches.rig import MAX_LIFETIME_S, ROOTS, config
from benches.wire import Answer, ask, command

from mooring_host.chip import ChipClient
from mooring_host.states import Lifecycle
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_models import Chip

BURN, LOCK = 8, 9
MODE, THROTTLE, MAX_LIFETIME, OPTIONS, ROOT_DIGEST = range(1, 6)
# docs/registers.md, OTP: the code word of mode DENY.
DENY_WORD: Final = 0x0FF0F00F


class Blank:
    """A chip in the manufacturing lifecycle."""

    def __init__(self, cpu: str) -> None:
        self.chip = Chip.manufacture(config(cpu))
        self.chip.power_on()
        self.client = ChipClient(ChipTransport(self.chip), requester=ONLY_REQUESTER)

    def burn(self, field: int, value: bytes, index: int | None = None) -> Answer:
        body: dict[int, int | bytes] = {1: field, 3: value}
        if index is not None:
            body[2] = index
        return ask(self.chip, command(BURN, body))

    def lock(self, digest: bytes) -> Answer:
        return ask(self.chip, command(LOCK, {1: digest}))

    def fill(self) -> bytes:
        """Burns a whole map; returns its digest, computed from docs/protocol.md."""
        for field, value in (
            (MODE, b"\1"),
            (MAX_LIFETIME, MAX_LIFETIME_S.to_bytes(4, "big")),
            (OPTIONS, b"\1"),
        ):
            assert self.burn(field, value).completion == 0
        assert self.burn(ROOT_DIGEST, ROOTS[0], 0).completion == 0
        words = b"".join(n.to_bytes(4, "big") for n in (DENY_WORD, 0, MAX_LIFETIME_S, 1))
        return hashlib.sha384(words + ROOTS[0] + bytes(3 * 48)).digest()


@pytest.fixture
def blank(cpu: str) -> Blank:
    return Blank(cpu)


def test_lock_with_the_right_digest_goes_to_production(blank: Blank) -> None:
    answer = blank.lock(blank.fill())

    assert answer.completion == 0
    assert blank.client.info().lifecycle is Lifecycle.PRODUCTION
    assert blank.burn(MODE, b"\1").word == "LINK_NOT_IN_LIFECYCLE"


def test_production_outlives_a_power_cycle(blank: Blank) -> None:
    blank.lock(blank.fill())

    blank.chip.power_off()
    blank.chip.power_on()

    assert blank.client.info().lifecycle is Lifecycle.PRODUCTION


def test_burned_field_is_read_back(blank: Blank) -> None:
    blank.burn(THROTTLE, b"\x12\x34")

    assert blank.client.fuses().throttle == 0x1234


def test_burning_more_bits_of_a_field_is_allowed(blank: Blank) -> None:
    blank.burn(MAX_LIFETIME, b"\0\0\0\1")

    assert blank.burn(MAX_LIFETIME, b"\0\0\0\3").completion == 0


@pytest.mark.parametrize(
    ("field", "value", "index", "word"),
    [
        (0, b"\1", None, "FUSE_FIELD"),
        (6, b"\1", None, "FUSE_FIELD"),
        (2**40, b"\1", None, "FUSE_FIELD"),
        (MODE, b"", None, "FUSE_VALUE"),
        (MODE, b"\1\0", None, "FUSE_VALUE"),
        (MODE, b"\0", None, "FUSE_VALUE"),
        (MODE, b"\4", None, "FUSE_VALUE"),
        (OPTIONS, b"\2", None, "FUSE_VALUE"),
        (THROTTLE, b"\1", None, "FUSE_VALUE"),
        (MAX_LIFETIME, bytes(5), None, "FUSE_VALUE"),
        (ROOT_DIGEST, bytes(47), 0, "FUSE_VALUE"),
        (ROOT_DIGEST, bytes(48), 4, "LINK_BODY_FIELD"),
        (ROOT_DIGEST, bytes(48), None, "LINK_BODY_FIELD"),
        (MODE, b"\1", 0, "LINK_BODY_FIELD"),
    ],
)
def test_burn_of_what_is_no_field_value_is_refused(
    blank: Blank, field: int, value: bytes, index: int | None, word: str
) -> None:
    before = blank.client.fuses()

    assert blank.burn(field, value, index).word == word
    assert blank.client.fuses() == before


@pytest.mark.parametrize(
    ("field", "first", "second", "index"),
    [
        (MODE, b"\1", b"\3", None),
        (MAX_LIFETIME, b"\0\0\0\3", b"\0\0\0\1", None),
        (ROOT_DIGEST, b"\xff" * 48, b"\x7f" * 48, 1),
    ],
)
def test_burn_that_would_clear_a_bit_is_refused_before_any_bit_burns(
    blank: Blank, field: int, first: bytes, second: bytes, index: int | None
) -> None:
    blank.burn(field, first, index)
    before = blank.client.fuses()

    assert blank.burn(field, second, index).word == "FUSE_CONFLICT"
    assert blank.client.fuses() == before


def test_conflict_in_a_later_word_is_seen_before_the_first_one_burns(blank: Blank) -> None:
    blank.burn(ROOT_DIGEST, bytes(4) + b"\xff" * 44, 1)
    before = blank.client.fuses()

    assert blank.burn(ROOT_DIGEST, b"\xff" * 4 + b"\x7f" * 44, 1).word == "FUSE_CONFLICT"
    assert blank.client.fuses() == before


def test_lock_with_another_digest_is_refused(blank: Blank) -> None:
    digest = blank.fill()

    assert blank.lock(digest[:-1] + bytes((digest[-1] ^ 1,))).word == "FUSE_DIGEST"
    assert blank.client.info().lifecycle is Lifecycle.MANUFACTURING
    assert blank.lock(digest).completion == 0


@pytest.mark.parametrize("missing", ["mode", "root"])
def test_lock_of_an_incomplete_map_is_refused(blank: Blank, missing: str) -> None:
    if missing == "root":
        blank.burn(MODE, b"\1")
    else:
        blank.burn(ROOT_DIGEST, ROOTS[0], 0)

    assert blank.lock(blank.client.fuses().map_digest).word == "FUSE_INCOMPLETE"
    assert blank.client.info().lifecycle is Lifecycle.MANUFACTURING


@pytest.mark.parametrize("digest", [b"", bytes(47), bytes(49)])
def test_lock_with_a_digest_of_wrong_length_is_refused(blank: Blank, digest: bytes) -> None:
    assert blank.lock(digest).word == "LINK_BODY_FIELD"


def test_gate_stays_closed_in_manufacturing(blank: Blank) -> None:
    body = {1: [1, 1, 1], 2: b"\1", 3: b"\1"}

    assert ask(blank.chip, command(7, body)).word == "ENGINE_GATE_CLOSED"
